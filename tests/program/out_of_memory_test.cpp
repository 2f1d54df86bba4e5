// Every demand for memory fails in turn, while a program is compiled, run and compiled for new
// shapes. What comes out is an error of the house's; parameters, gradients and the optimizer's
// states keep their bits, nothing leaks, and the program then gives the numbers of one that has met
// no failure.
#include <gtest/gtest.h>

#include <optional>
#include <thread>

#include "glassgrad/glassgrad.hpp"
#include "support/allocations.hpp"

namespace glassgrad {
namespace {

using Numbers = std::vector<double>;

// The gradient of `shift` is an input and lies in no buffer of the program; cholesky takes memory
// while it runs. Both parameters have gradients before, shift's lent to it, and the optimizer has
// taken a step, but for a new one, which knows no parameter yet.
enum class Moves { none, adam, new_adam, descent };
struct Trial {
  Parameter<double> w{"w", {{0.1, -0.4}, {0.7, 0.2}, {-0.3, 0.5}}}, shift{"shift", {0.5, -1.5}};
  Parameter<double> scale{"scale", 1.25};
  Parameter<double>* const all[3] = {&w, &shift, &scale};
  Adam<double> adam{0.1};
  GradientDescent<double> descent{0.1};
  Optimizer<double>* optimizer = &adam;
  bool moves;
  Tape<double> tape;
  CostFunction<double> cost;
  std::optional<Program<double>> program;
  Numbers costs, lent{0.25, -1.5};

  explicit Trial(Moves by) : moves(by != Moves::none) {
    if (by == Moves::descent) optimizer = &descent;
    costs.reserve(4);
    for (int i = 0; i < 2; ++i) {
      tape.clear();
      tape.backward(sum(square(tape(w)) * 0.3));
      tape.add_to_parameters();
      if (i == 0 && by != Moves::new_adam) optimizer->step(all);
    }
    shift.add_gradient({lent.data(), &shift.shape()},
                       {reinterpret_cast<std::byte*>(lent.data()), [](std::byte*) {}});
    cost = [this](Tape<double>& on, const Fed<double>& in) {
      const auto bent = tanh(matmul(in[0], on(w)));
      const auto square = matmul(transpose(bent), bent) + on.constant({{2.0, 0.0}, {0.0, 2.0}});
      return sum(cholesky(square)) * on(scale) + sum(on(shift) * in[1]) + on(scale) * on(scale);
    };
  }

  void compile() {
    const CompileOptions<double> options =
        moves ? CompileOptions<double>(*optimizer, NewShapes::recompile)
              : CompileOptions<double>(Gradients::parameters, NewShapes::recompile);
    const Feed<double> examples[] = {view(three), weights};
    program.emplace(cost, examples, options);
  }
  void run(const Shape& shape) { costs.push_back((*program)(view(shape), weights)); }
  View<const double> view(const Shape& shape) const { return {x.data(), &shape}; }

  // Every number that a step changes.
  Numbers numbers() const {
    Numbers kept = costs;
    const auto keep = [&](const auto& view) { kept.insert(kept.end(), view.begin(), view.end()); };
    for (const Parameter<double>* parameter : all) {
      keep(parameter->value());
      if (parameter->has_gradient()) keep(parameter->gradient());
    }
    for (const ParameterState<double>& state : optimizer->states()) {
      kept.push_back(double(state.steps));
      for (const Numbers& slot : state.slots) keep(slot);
    }
    return kept;
  }

  const Numbers x{0.3, -1.2, 0.8, 0.1, 0.9, -0.7, 1.1, 0.4, -0.6, 0.2, -0.1, 1.3, 0.5, -0.9, 0.6};
  const Numbers weights{0.7, -0.4};
  const Shape three{3, 3}, five{5, 3};
};

constexpr std::string_view in_vain[] = {
    "[program] there is not enough memory to compile it. Nothing was changed: free some, or use "
    "smaller inputs.",
    "[program] there is not enough memory to run it. Nothing was changed: free some, or use "
    "smaller inputs."};
enum Phase { compiling, running, recompiling };

// The n-th demand for memory of one phase fails; whether there were as many.
bool fails_at(std::size_t n, Phase in, Moves moves, Numbers& after) {
  Trial trial(moves);
  bool failed = false;
  const auto phase = [&](Phase now, const auto& act) {
    if (now == in && n > 0) {
      const Numbers before = trial.numbers();
      fail_allocation(n);
      std::string said;
      try {
        act();
      } catch (const std::exception& error) {
        said = error.what();
      }
      failed = allocation_failed();
      fail_allocation(0);
      if (said.empty()) return;  // no caller minded: what sorts does without
      EXPECT_TRUE(said == in_vain[now == running] || (now == recompiling && said == in_vain[1]))
          << said;
      EXPECT_EQ(trial.numbers(), before) << "demand " << n;
    }
    act();
  };
  phase(compiling, [&] { trial.compile(); });
  // its ops are heard anew
  if (trial.moves) trial.optimizer->add_group(std::span(trial.all).first(1), {.weight_decay = 0.3});
  phase(running, [&] { trial.run(trial.three); });
  phase(recompiling, [&] { trial.run(trial.five); });
  trial.run(trial.three);
  after = trial.numbers();
  return failed;
}

void expect_no_harm(Phase in) {
  for (const Moves moves : {Moves::none, Moves::adam, Moves::new_adam, Moves::descent}) {
    Numbers wanted, got;
    fails_at(0, in, moves, wanted);
    fails_at(1, in, moves, got);
    const std::size_t held = allocations_held();
    std::size_t n = 1;
    for (; !testing::Test::HasFailure() && fails_at(n, in, moves, got); ++n)
      EXPECT_EQ(got, wanted) << "demand " << n;
    EXPECT_GE(n, 4u);

    EXPECT_EQ(allocations_held(), held);
  }
}

TEST(OutOfMemory, WhileCompiling) { expect_no_harm(compiling); }
TEST(OutOfMemory, WhileRunning) { expect_no_harm(running); }
TEST(OutOfMemory, WhileCompilingForNewShapes) { expect_no_harm(recompiling); }

// A thread that is new has laid no operand out yet: without the memory for that a product takes
// less at a time, and its numbers are the same.
TEST(OutOfMemory, AProductNeedsNone) {
  constexpr std::int64_t m = 130, n = 600, k = 300;
  Random random(7);
  Numbers a(m * k), b(k * n), right(m * n), got(m * n);
  for (double& x : a) x = random.normal();
  for (double& x : b) x = random.normal();
  for (const bool transposed : {false, true}) {
    const auto product = [&](Numbers& c) {
      kernels::matmul(false, transposed, m, n, k, a.data(), b.data(), c.data(), false);
    };
    product(right);
    std::thread([&] {
      fail_allocation(1);
      product(got);
      EXPECT_TRUE(allocation_failed());
    }).join();
    EXPECT_EQ(got, right);
  }
}

}  // namespace
}  // namespace glassgrad
