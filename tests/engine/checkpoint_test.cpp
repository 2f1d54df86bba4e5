// Checkpoints: the bits of a run without them, with the values dropped; what they hold in memory;
// what comes back when it is looked at; errors.
#include "glassgrad/engine/checkpoint.hpp"

#include <array>
#include <cmath>

#include "engine/expect.hpp"

namespace glassgrad {
namespace {

using N = Node<double>;

std::vector<double> drawn(std::int64_t count, std::uint64_t stream) {
  Random random(11, stream);
  std::vector<double> all(static_cast<std::size_t>(count));
  for (double& number : all) number = random.normal();
  return all;
}
struct Drawn {
  Shape shape;
  std::vector<double> all;
  Drawn(const Shape& s, std::uint64_t stream) : shape(s), all(drawn(s.count(), stream)) {}
  operator View<const double>() const { return {all.data(), &shape}; }
};

// Calls f as it is, or as a checkpoint.
struct Plain {
  template <class F, class... X>
  auto operator()(const F& f, const X&... x) const {
    return f(x...);
  }
};
struct Checked {
  template <class F, class... X>
  auto operator()(const F& f, const X&... x) const {
    return checkpoint(f, x...);
  }
};

// A few layers with everything in them: parameters first met inside, dropout, constants, positions,
// reshapes of what is dropped, single numbers, scopes, a checkpoint inside, several results.
struct Model {
  Parameter<double> W{"W", View<const double>(Drawn({6, 6}, 1))};
  Parameter<double> U{"U", View<const double>(Drawn({6, 6}, 2))};
  Parameter<double> b{"b", View<const double>(Drawn({6}, 3))};
  Random random{5};
  Dropout<double> dropout{"drop", 0.4, random};

  template <class Call>
  N run(const Call& call, const N& x) {
    Tape<>& tape = *x.tape();
    const auto layer = [&](const N& h) {
      const auto scope = tape.scope("layer");
      const N z = tanh(matmul(h, tape(W)) + tape(b)) * tape.constant(drawn(6, 4));
      const N dropped = dropout(z);
      const N inner = call(
          [&](const N& a) {
            return reshape(exp(matmul(a, tape(U)) * 0.1) / mean(square(a)), {36});
          },
          dropped);
      return std::array{reshape(inner, {6, 6}) + z, rows(z, tape.indices({5, 1, 1, 0, 2, 3})), h};
    };
    N h = x;
    for (int i = 0; i < 3; ++i) {
      const auto [a, taken, same] = call(layer, h);
      h = sin(a) + taken * same;
    }
    return sum(h * tape.constant(View<const double>(Drawn({6, 6}, 6))));
  }
};

struct Numbers {
  std::vector<double> all;
  void add(View<const double> view) { all.insert(all.end(), view.begin(), view.end()); }
};

template <class Call>
Numbers trained(const Call& call, Keep keep) {
  Model model;
  Numbers numbers;
  Tape<> tape(keep);
  for (int step = 0; step < 3; ++step) {
    tape.clear();
    const N x = tape.input("x", View<const double>(Drawn({6, 6}, 7)));
    const N cost = model.run(call, x);
    numbers.add(cost.value());
    tape.backward(cost);
    tape.backward(cost, Accumulate::add);
    numbers.add(x.upstream());
    for (Parameter<double>* p : {&model.W, &model.U, &model.b}) p->zero_gradient();
    tape.add_to_parameters();
    for (Parameter<double>* p : {&model.W, &model.U, &model.b}) numbers.add(p->gradient());
    GradientDescent<double>(0.01).step(model.W, model.U, model.b);
  }
  return numbers;
}

TEST(Checkpoint, EveryBitIsThatOfARunWithoutIt) {
  for (const Keep keep : {Keep::all, Keep::parameters}) {
    const Numbers plain = trained(Plain{}, keep);
    EXPECT_EQ(trained(Checked{}, keep).all, plain.all);
    EXPECT_GT(std::abs(plain.all.back()), 0);
  }
}

template <class Call>
Numbers derived(const Call& call) {
  Model model;
  Numbers numbers;
  Tape<> tape;
  const N x = tape.input("x", View<const double>(Drawn({6, 6}, 8)));
  const N v = tape.constant(View<const double>(Drawn({6, 6}, 9)));
  const N cost = model.run(call, x);
  numbers.add(hvp(cost, x, v).value());
  numbers.add(jvp(cost, x, v).value());
  const N slope = sum(square(grad(cost, tape(model.W))));
  tape.backward(slope);
  numbers.add(x.upstream());
  const auto J = jacobian(cost, x);
  numbers.all.insert(numbers.all.end(), J.begin(), J.end());
  return numbers;
}

TEST(Checkpoint, DerivativesOfAnyOrderHaveTheSameBits) {
  EXPECT_EQ(derived(Checked{}).all, derived(Plain{}).all);
}

TEST(Checkpoint, UpstreamsHooksAndLocalsInsideAreThereAsEver) {
  Tape tape;
  const N x = tape.input({0.3, -1.2, 2.0});
  N inner, plain_inner = exp(x);
  const N y = checkpoint(
      [&](const N& a) {
        inner = name("inner", exp(a));
        return sin(inner);
      },
      x);
  std::vector<double> seen;
  tape.on_upstream(inner, [&](View<double> u) {
    seen = {u.begin(), u.end()};
    u[0] = 0;
  });
  const std::vector<double> upstream{1.0, 2.0, 0.5};
  tape.backward(y, upstream);
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_NEAR(seen[i], upstream[i] * std::cos(plain_inner.value()[std::int64_t(i)]), 1e-15);
  EXPECT_EQ(x.upstream()[0], 0);
  EXPECT_EQ(inner.upstream()[2], seen[2]);
  EXPECT_EQ(y.local(0).values(), sin(plain_inner).local(0).values());
  EXPECT_EQ(inner.local(0).values(), numbers(plain_inner.value()));
  EXPECT_EQ(to_text(inner), to_text(plain_inner));
}

// What leaves f by another way than as its result comes back by itself.
TEST(Checkpoint, AValueUsedOutsideComesBack) {
  Tape tape;
  const N x = tape.input({0.5, 1.5, -2.0});
  N leaked, deeper;
  const auto f = [&](const N& a) {
    const N y = checkpoint(
        [&](const N& c) {
          deeper = square(c) + 1.0;
          return deeper * c;
        },
        a);
    leaked = y * deeper;
    return sin(leaked);
  };
  const N y = sum(checkpoint(f, x) * leaked + deeper);
  tape.backward(y);
  const auto got = numbers(x.upstream());
  tape.clear();
  const N x2 = tape.input({0.5, 1.5, -2.0}), d = square(x2) + 1.0, l = d * x2 * d;
  tape.backward(sum(sin(l) * l + d));
  for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(got[i], x2.upstream()[std::int64_t(i)], 1e-13);
}

TEST(Checkpoint, TracesAndProgramsSeeWhatWasDropped) {
  Parameter W("W", View<const double>(Drawn({3, 3}, 1)));
  const auto cost = [&](Tape<>& tape, const auto& call) {
    const N x = tape.constant("x", {0.5, 1.0, 2.0});
    return sum(call([&](const N& a) { return sin(name("h", matmul(a, tape(W))) * exp(a)); }, x));
  };
  Tape plain, checked;
  const N a = cost(plain, Plain{}), b = cost(checked, Checked{});
  plain.backward(a), checked.backward(b);
  EXPECT_EQ(trace(b).text(), trace(a).text());
  auto program =
      compile<double>([&](Tape<>& tape, const Fed<double>&) { return cost(tape, Checked{}); }, {});
  EXPECT_EQ(program(), a.item());
  EXPECT_EQ(numbers(W.gradient()), numbers(plain(W).upstream()));
}

TEST(Checkpoint, RecordsRunAgainWithOtherInputs) {
  Tape tape;
  const N x = tape.input({1.0, 2.0});
  const N y = checkpoint(
      [](const N& a) {
        return checkpoint([](const N& c) { return reshape(exp(c) * c, {2, 1}); }, a) + 1.0;
      },
      x);
  const N z = reshape(y, {2}) * 2.0;
  tape.set(x, 0, 3);
  parts_of(tape).values.recompute(0, tape.size());
  expect_near(z, {2 * (3 * std::exp(3.0) + 1), 2 * (2 * std::exp(2.0) + 1)});
  tape.backward(sum(z));
  expect_near(x.upstream(), {2 * 4 * std::exp(3.0), 2 * 3 * std::exp(2.0)});
}

// ---- Memory.

// n layers of width `wide`, in checkpoints of `each` layers: the bytes that the tape needs.
std::size_t bytes_of(int n, int each, Keep keep) {
  Tape<> tape(keep);
  const std::int64_t wide = 200;
  N h = tape.input(View<const double>(Drawn({wide, wide}, 1)));
  const auto layers = [](int count) {
    return [count](const N& x) {
      N y = x;
      for (int i = 0; i < count; ++i) y = sin(y * 1.01);
      return y;
    };
  };
  for (int i = 0; i < n; i += each) h = each == 1 ? layers(1)(h) : checkpoint(layers(each), h);
  const N cost = sum(h);
  if (keep != Keep::values) tape.backward(cost);
  return tape.bytes();
}

TEST(Checkpoint, HoldsTheSquareRootOfTheValues) {
  const std::size_t array = 200 * 200 * sizeof(double);
  const std::size_t plain = bytes_of(100, 1, Keep::parameters);
  const std::size_t checked = bytes_of(100, 10, Keep::parameters);
  EXPECT_GT(plain, 200 * array);                // two ops a layer
  EXPECT_LT(checked, 45 * array + (2u << 20));  // 10 results and 20 values; arenas grow by doubling
  EXPECT_LT(bytes_of(100, 10, Keep::values), 45 * array + (2u << 20));
  // Keep::all keeps every upstream, as it promises; the values are still dropped
  EXPECT_LT(bytes_of(100, 10, Keep::all) + 150 * array, bytes_of(100, 1, Keep::all));
}

N halved(const N& x, int n) {  // log2(n) checkpoints inside each other
  if (n == 1) return sin(x * 1.01);
  return checkpoint([n](const N& h) { return halved(halved(h, n / 2), n / 2); }, x);
}

TEST(Checkpoint, InsideEachOtherTheyHoldTheLogarithm) {
  const auto run = [](bool nested) {
    Tape<> tape(Keep::parameters);
    const N x = tape.input(View<const double>(Drawn({100, 100}, 1)));
    N y = x;
    if (nested) y = halved(x, 128);
    for (int i = 0; i < 128 && !nested; ++i) y = sin(y * 1.01);
    tape.backward(sum(y));
    return std::pair(numbers(x.upstream()), tape.bytes());
  };
  const auto plain = run(false), nested = run(true);
  EXPECT_EQ(nested.first, plain.first);
  EXPECT_LT(nested.second, plain.second / 5);
}

TEST(Checkpoint, MemoryAndTapeStayAsTheyAreStepAfterStep) {
  Model model;
  Tape<> tape(Keep::parameters);
  const N x = tape.input(View<const double>(Drawn({6, 6}, 7)));
  const auto start = tape.mark();
  std::size_t bytes = 0;
  for (int i = 0; i < 200; ++i) {
    tape.rewind(start);
    const N cost = model.run(Checked{}, x);
    if (i % 3 == 0) hvp(cost, x, x);
    tape.backward(cost);
    if (i == 20) bytes = tape.bytes();
  }
  EXPECT_EQ(tape.bytes(), bytes);
}

TEST(Checkpoint, WhatGradNeededGoesWhenItIsUndone) {
  Tape tape;
  const N x = tape.input(drawn(5000, 1));
  const N y = sum(checkpoint([](const N& a) { return sin(exp(a * 0.1)) * a; }, x));
  const auto before = tape.mark();
  for (int i = 0; i < 3; ++i) {
    grad(y, x);
    tape.rewind(before);
    EXPECT_EQ(tape.size(), before.size);
  }
  tape.backward(y);
  EXPECT_EQ(x.upstream().size(), 5000u);
}

// ---- Undoing and errors.

TEST(Checkpoint, WhatThrowsLeavesTheTapeAsItWas) {
  Tape tape;
  const N x = tape.input({1.0, 2.0});
  const auto failing = [&](const N& a) {
    const N b = checkpoint([](const N& c) { return exp(c); }, a);
    return b + tape.constant({1.0, 2.0, 3.0});
  };
  EXPECT_THROW(checkpoint(failing, x), ShapeError);
  EXPECT_EQ(tape.size(), 1u);
  const N y = checkpoint([](const N& a) { return exp(a) * a; }, x);
  tape.backward(sum(y));
  expect_near(x.upstream(), {2 * std::exp(1.0), 3 * std::exp(2.0)});
}

TEST(Checkpoint, ARewindIntoItLeavesTheRestUsable) {
  Tape tape;
  const N x = tape.input({1.0, 2.0});
  typename Tape<>::Mark inside;
  N first;
  const auto f = [&](const N& a) {
    first = exp(a);
    inside = tape.mark();
    return sin(first) * a;
  };
  checkpoint(f, x);
  tape.rewind(inside);
  EXPECT_EQ(tape.size(), 2u);
  tape.backward(sum(first * 2.0));
  expect_near(x.upstream(), {2 * std::exp(1.0), 2 * std::exp(2.0)});
}

TEST(Checkpoint, ResultsMayBeTheInputsAndPlainNumbers) {
  Tape tape;
  const N x = tape.input({1.0, 2.0});
  const N same = checkpoint([](const N& a) { return a; }, x);
  EXPECT_EQ(same.index(), x.index());
  EXPECT_EQ(checkpoint([](const N&) { return N(3.0); }, x).item(), 3);
  const auto both = checkpoint(
      [](const N& a, double s) {
        return std::pair(std::vector{a * s, a}, reshape(a, {2, 1}));
      },
      x, 2.0);
  tape.backward(sum(both.first[0] * both.second));  // 2 (x0 + x1)^2
  expect_near(x.upstream(), {12, 12});
}

TEST(Checkpoint, Errors) {
  Tape tape, other;
  const N x = tape.input({1.0, 2.0}), z = other.input(1.0);
  EXPECT_EQ(error_of([&] { checkpoint([](const N& a) { return exp(a); }, N(1.0)); }),
            "[checkpoint] no input is on a tape. Make one with tape.input(...) or "
            "tape.constant(...).");
  EXPECT_EQ(error_of([&] { checkpoint([&](const N&) { return z; }, x); }),
            "[checkpoint] node 0 (input) belongs to another tape. Record everything on one tape.");
  EXPECT_EQ(error_of([&] {
              checkpoint(
                  [&](const N& a) {
                    tape.clear();
                    return a;
                  },
                  x);
            }),
            "[clear] a checkpoint is running its function, and what was recorded before cannot be "
            "forgotten. Call it when checkpoint has returned.");
  Parameter W("W", {1.0, 2.0});
  tape.clear();
  N inner;
  const N y = checkpoint(
      [&](const N& a) {
        inner = exp(a);
        return inner * a;
      },
      tape(W));
  W.assign({3.0, 4.0});
  const std::string changed =
      "parameter \"W\" has changed since it was recorded. Record the computation again on a "
      "cleared tape, or read it before the update.";
  EXPECT_EQ(error_of([&] { tape.backward(sum(y)); }), "[backward] " + changed);
  EXPECT_EQ(error_of([&] { inner.value(); }), "[checkpoint] " + changed);
}

}  // namespace
}  // namespace glassgrad
