// Runs by rows: large batches whose entries go their own way through products, windows, sums and
// elementwise ops give the tape's values to the last bit and its gradients to 1e-12, on any number
// of threads, and ask for no memory once warm.
#include <gtest/gtest.h>

#include <regex>

#include "glassgrad/glassgrad.hpp"
#include "glassgrad/program/program.hpp"
#include "support/allocations.hpp"

namespace glassgrad {
namespace {

using Parameters = std::vector<Parameter<double>>;
using Nodes = std::vector<Node<double>>;

// A cost of an input and of parameters, and their shapes.
struct Case {
  std::string_view name;
  Node<double> (*cost)(const Node<double>& x, const Nodes& w);
  Shape x;
  std::vector<Shape> w;
};
std::ostream& operator<<(std::ostream& to, const Case& of) { return to << of.name; }

std::vector<double> draw(const Shape& shape, Random& random) {
  std::vector<double> numbers(std::size_t(shape.count()));
  for (double& number : numbers) number = random.normal();
  return numbers;
}

class Rows : public testing::TestWithParam<Case> {
 protected:
  Rows() : x_(draw(GetParam().x, random_)) {
    for (const Shape& shape : GetParam().w) {
      const auto numbers = draw(shape, random_);
      w_.emplace_back("w" + std::to_string(w_.size()), View<const double>{numbers.data(), &shape});
    }
  }
  View<const double> x() const { return {x_.data(), &GetParam().x}; }
  Node<double> cost(Tape<double>& tape, const Node<double>& x) {
    Nodes w;
    for (auto& parameter : w_) w.push_back(tape(parameter));
    return GetParam().cost(x, w);
  }
  Program<double> compiled() {
    return compile<double>(
        [this](Tape<double>& tape, const Fed<double>& in) { return cost(tape, in[0]); }, {x()});
  }

  Random random_{5};
  std::vector<double> x_;
  Parameters w_;
};

TEST_P(Rows, AgreeWithTheTapeOnAnyNumberOfThreads) {
  auto program = compiled();
  // not in vain: there is a run with an instruction that is not elementwise
  const std::regex by_rows("\n  %\\d+ = (matmul|conv2d|softmax|sum|broadcast_to|transpose)");
  const std::string text = program.describe();
  EXPECT_TRUE(std::regex_search(text.substr(text.find("-- join_rows")), by_rows)) << text;
  Tape<double> tape;
  const Node<double> right = cost(tape, tape.input(x()));
  tape.backward(right);
  const int before = threads();
  std::vector<double> first;  // bits of one thread, which those of more are
  for (const int count : {1, 2, 3}) {
    set_threads(count);
    std::vector<double> all{program(x())};
    EXPECT_DOUBLE_EQ(all[0], right.item()) << count;  // sums are added up by tasks
    for (auto& parameter : w_)
      all.insert(all.end(), parameter.gradient().begin(), parameter.gradient().end());
    if (first.empty()) first = all;
    EXPECT_EQ(all, first) << count;
    for (auto& parameter : w_) {
      const auto got = parameter.gradient(), wanted = tape(parameter).upstream();
      double largest = 1;
      for (const double number : wanted) largest = std::max(largest, std::abs(number));
      for (std::int64_t i = 0; i < got.count(); ++i)
        ASSERT_NEAR(got[i], wanted[i], 1e-12 * largest) << parameter.name() << " " << i;
      parameter.zero_gradient();
    }
  }
  set_threads(before);
}

TEST_P(Rows, AskForNoMemory) {
  const int threads_before = threads();
  set_threads(1);
  auto program = compiled();
  std::size_t before = 0;
  for (int i = 0; i < 4; ++i) {
    if (i == 2) before = allocations();
    program(x());
  }
  EXPECT_EQ(allocations(), before);
  set_threads(threads_before);
}

// Every demand of a first run fails in turn, also those of a task on another thread.
TEST_P(Rows, SayWhenMemoryIsShortAndGoOn) {
  const int threads_before = threads();
  const double wanted = compiled()(x());
  for (const int count : {1, 2}) {
    set_threads(count);
    compiled()(x());  // the threads are there
    bool failed = true;
    for (std::size_t n = 1; failed && !HasFailure(); ++n) {
      auto program = compiled();
      fail_allocation(n);
      std::string said;
      try {
        program(x());
      } catch (const Error& error) {
        said = error.what();
      }
      failed = allocation_failed();
      fail_allocation(0);
      if (!said.empty()) {
        EXPECT_EQ(said,
                  "[program] there is not enough memory to run it. Nothing was changed: free some, "
                  "or use smaller inputs.");
      }
      EXPECT_EQ(program(x()), wanted) << "demand " << n << ", threads " << count;
    }
  }
  set_threads(threads_before);
}

// What the mixture's points minus their centres are is computed by both runs that read it, and kept
// by no instruction; nothing else of these is large and made of small arrays.
TEST_P(Rows, MakeAgainWhatIsCheap) {
  const std::string text = compiled().describe();
  const auto subtractions = [&](std::string_view from, std::string_view to) {
    const auto at = text.find(from);
    const std::string part = text.substr(at, text.find(to) - at);
    const std::regex made("= sub\\(.*\\(30, 6, 750\\)");
    return std::distance(std::sregex_iterator(part.begin(), part.end(), made), {});
  };
  const bool mixture = GetParam().name == "mixture";
  EXPECT_EQ(subtractions("-- join_rows", "-- recompute"), mixture ? 1 : 0) << text;
  EXPECT_EQ(subtractions("-- recompute", "-- schedule"), mixture ? 2 : 0) << text;
  const auto size_after = [&](const std::string& pass) {
    std::smatch found;
    return std::regex_search(text, found, std::regex("-- " + pass + ": (\\d+)")) ? found[1].str()
                                                                                 : "";
  };
  EXPECT_EQ(size_after("join_rows") == size_after("recompute"), !mixture);
}

// Attention: queries, keys and values of a batch.
Node<double> attention(const Node<double>& x, const Nodes& w) {
  const Node<double> scores = matmul(x * w[0], transpose(x + w[1], {0, 2, 1})) / 4.0;
  // per entry first: over a large array a sum at the end of a run has an order of its own
  return sum(mean(square(matmul(softmax(scores), tanh(x * w[2]))), Axes{1, 2}));
}
// Images through a convolution, relu and pooling, and a bias whose gradient sums over all rows.
Node<double> images(const Node<double>& x, const Nodes& w) {
  const Node<double> seen = relu(conv2d(x, w[0]) + w[1]);
  return sum(square(max_pool2d(seen, {2, 2})));
}
// What is broadcast under a product, sums over the axes behind the first.
Node<double> mixture(const Node<double>& x, const Nodes& w) {
  const Node<double> scaled = matmul(w[1], reshape(x, {1, 6, 750}) - w[0]);
  const Node<double> each = sum(square(scaled), Axes{1}) / 2.0;
  return sum(logsumexp(-each, Axes{0})) + sum(max(scaled, Axes{2}));
}
// Small rows: several in a block, and fewer in the last.
Node<double> small_rows(const Node<double>& x, const Nodes& w) {
  const Node<double> y = matmul(x, transpose(x, {0, 2, 1})) + w[0];
  const Node<double> z = matmul(softmax(y), x * w[1]);
  return sum(square(mean(slice(z, 1, 1, 3), Axes{-1})));
}

INSTANTIATE_TEST_SUITE_P(
    , Rows,
    testing::Values(Case{"attention", attention, {24, 40, 64}, {{64}, {40, 64}, {24, 1, 64}}},
                    Case{"images", images, {20, 2, 26, 26}, {{8, 2, 3, 3}, {8, 1, 1}}},
                    Case{"mixture", mixture, {6, 750}, {{30, 6, 1}, {30, 6, 6}}},
                    Case{"small_rows", small_rows, {301, 4, 130}, {{4, 4}, {130}}}),
    [](const auto& of) { return std::string(of.param.name); });

}  // namespace
}  // namespace glassgrad
