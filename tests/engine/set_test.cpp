// tape.set(): what was computed from a number is computed again before anybody sees it, wherever
// the number was used, and whoever asks.
#include "engine/expect.hpp"
#include "glassgrad/glassgrad.hpp"

namespace glassgrad {
namespace {

using N = Node<double>;

N plain(const N& x) { return tanh(x) * exp(x); }

// A tape on which x was {1, 2} and is {a, 2} now; y = f(x).
struct Changed {
  Tape<> tape;
  N x, y;
  explicit Changed(const std::function<N(const N&)>& f, double a = 3.0)
      : x(tape.input({1.0, 2.0})), y(f(x)) {
    tape.set(x, 0, a);
  }
};
const std::function<N(const N&)> forms[] = {
    plain,
    [](const N& x) { return checkpoint(plain, x); },
    [](const N& x) { return checkpoint([](const N& a) { return checkpoint(plain, a) * 1; }, x); },
    [](const N& x) {
      return reshape(checkpoint(plain, reshape(x, {2, 1})), {2});
    },
    [](const N& x) { return map_batch([](const N& a) { return plain(a); }, x); },
};

TEST(Set, WhoeverLooksSeesWhatIsComputedFromItNow) {
  for (const auto& f : forms) {
    Tape<> fresh;
    const N x = fresh.input({3.0, 2.0}), y = f(x), gradient = grad(sum(y), x);
    fresh.backward(sum(y));
    const auto same = [](View<const double> a, View<const double> b) {
      ASSERT_EQ(a.count(), b.count());
      for (std::int64_t i = 0; i < a.count(); ++i) EXPECT_EQ(a[i], b[i]);
    };
    same(Changed(f).y.value(), y.value());
    {
      Changed c(f);
      same((c.y * 1).value(), y.value());
    }
    {
      Changed c(f);
      c.tape.backward(c.y, {1.0, 1.0});
      same(c.y.value(), y.value());
      same(c.x.upstream(), x.upstream());
    }
    {
      Changed c(f);
      same(grad(c.y, {c.x}, c.tape.constant({1.0, 1.0}))[0].value(), gradient.value());
    }
    {
      Changed c(f);
      EXPECT_EQ(jacobian(c.y, c.x), jacobian(y, x));
    }
    {
      Changed c(f);
      parts_of(c.tape).values.recompute(c.x.index() + 1, c.tape.size());
      same(c.y.value(), y.value());
    }
    {
      Changed c(f);
      parts_of(c.tape).values.restore();
      same(c.y.value(), y.value());
    }
    {
      Changed c(f);
      EXPECT_EQ(sum(c.y).item(), sum(y).item());
    }
  }
}

TEST(Set, SingleNumbersToo) {
  Tape<> tape;
  const N x = tape.input(2.0), y = x * x, z = checkpoint([](const N&a) { return a * a * a; }, x);
  tape.set(x, 0, 3.0);
  EXPECT_EQ((y + 1).item(), 10);
  tape.set(x, 0, 4.0);
  EXPECT_EQ(y.local(0).item(), 4);
  EXPECT_EQ(z.item(), 64);
  tape.set(x, 0, 5.0);
  tape.backward(y + z);
  EXPECT_EQ(x.upstream()[0], 10 + 75);
}

TEST(Set, AfterBackwardUpstreamsArePending) {
  Parameter<> w("w", 2.0);
  Tape<> tape;
  const N x = tape.input(3.0), cost = x * tape(w);
  tape.backward(cost);
  const N later = tape.input(1.0);
  tape.set(later, 0, 2.0);  // nothing that backward saw
  EXPECT_EQ(x.upstream()[0], 2);
  tape.set(x, 0, 5.0);
  EXPECT_EQ(error_of([&] { x.upstream(); }),
            "[upstream] node 0 (input) has no upstream yet. Call tape.backward(cost) first.");
  EXPECT_EQ(error_of([&] { tape.add_to_parameters(); }),
            "[add_to_parameters] numbers of a leaf were set since the last backward. Call backward "
            "again.");
  EXPECT_FALSE(w.has_gradient());
  tape.backward(cost);
  tape.add_to_parameters();
  EXPECT_EQ(w.gradient()[0], 5);
  tape.set(x, 0, 1.0);
  tape.backward(cost, Accumulate::add);  // of both
  EXPECT_EQ(tape(w).upstream()[0], 6);
}

TEST(Set, IsRefusedInsideHooks) {
  Tape<> tape;
  const N x = tape.input({1.0, 2.0}), y = x * x;
  std::string said;
  tape.on_upstream(y, [&](View<double>) {
    said = error_of([&] { tape.set(x, 0, 7.0); });
    jacobian(y, x);  // which sets its own
  });
  tape.backward(sum(y));
  EXPECT_EQ(said,
            "[set] backward is running, and numbers that were recorded before cannot be set. Call "
            "it when backward has returned.");
  expect_near(x.upstream(), {2, 4});
  tape.set(x, 0, 7.0);
  tape.backward(sum(y));
  expect_near(x.upstream(), {14, 4});
}

TEST(Set, AParameterThatHasChangedMeanwhileIsNamed) {
  Parameter<> w("w", 2.0);
  Tape<> tape;
  const N x = tape.input(3.0), y = x * tape(w);
  tape.set(x, 0, 4.0);
  w.assign(5.0);
  const std::string said =
      "[recompute] parameter \"w\" has changed since it was recorded. Record the computation "
      "again on a cleared tape, or read it before the update.";
  for (int i = 0; i < 2; ++i) EXPECT_EQ(error_of([&] { y.value(); }), said);
  tape.clear();
  EXPECT_EQ((tape.input(4.0) * tape(w)).item(), 20);
}

TEST(Set, WhatIsRewoundIsNotComputedAgain) {
  Tape<> tape;
  const N x = tape.input(3.0), y = x * x;
  const auto mark = tape.mark();
  const N c = tape.input(1.0), z = y * c;
  tape.set(c, 0, 2.0);
  EXPECT_EQ(z.item(), 18);
  tape.set(c, 0, 3.0);
  tape.rewind(mark);
  EXPECT_EQ((y + x).item(), 12);
  tape.set(x, 0, 1.0);
  tape.clear();
  EXPECT_EQ((tape.input(2.0) * 2).item(), 4);
}

}  // namespace
}  // namespace glassgrad
