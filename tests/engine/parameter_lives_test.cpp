// Parameters are known by their Home: they may move while a tape holds them, and a tape says when
// one is gone. Ops refuse what is not what it was recorded as.
#include <optional>

#include "engine/expect.hpp"

namespace glassgrad {
namespace {

using P = Parameter<double>;
const char* const destroyed =
    "parameter \"w\" was destroyed since it was recorded, or another one was put in its place. "
    "Keep it until the tape is cleared, or record the computation again.";
const char* const changed =
    "parameter \"w\" has changed since it was recorded. Record the computation again on a cleared "
    "tape, or read it "
    "before the update.";

TEST(ParameterLives, AVectorOfThemMayGrowWhileRecorded) {
  Tape<> tape;
  std::vector<P> all;
  all.emplace_back("w0", Input<double>({1, 2}));
  const Node<> w = tape(all[0]), cost = sum(w * w);
  for (int i = 1; i < 100; ++i) all.emplace_back("w" + std::to_string(i), Input<double>({1, 2}));
  EXPECT_EQ(tape(all[0]).index(), w.index());
  tape.backward(cost * sum(tape(all[0])));
  tape.add_to_parameters();
  expect_near(all[0].gradient(), {2 * 1 * 3 + 5, 2 * 2 * 3 + 5});
}

TEST(ParameterLives, OfOneNameAfterAnotherIsGone) {
  Tape<> tape;
  P w("w", {1.0, 2.0});
  tape(w);
  w = P("w", {3.0, 4.0});
  EXPECT_EQ(
      error_of([&] { tape(w); }),
      "[parameter] another parameter \"w\" is on this tape, which was destroyed since or put out "
      "of its place. clear() or rewind() the tape before the new one is recorded.");
  tape.clear();  // the advice
  EXPECT_EQ(tape(w).value()[1], 4);
}

TEST(ParameterLives, ChangedAreRecordedAgainOnAClearedTape) {
  Tape<> tape;
  P w("w", {1.0, 2.0});
  const Node<> before = sum(tape(w) * tape(w));
  w.assign({3.0, 4.0});
  EXPECT_EQ(error_of([&] { tape.backward(before); }), std::string("[backward] ") + changed);
  tape.clear();  // the advice
  const Node<> after = sum(tape(w) * tape(w));
  tape.backward(after);
  EXPECT_EQ(after.item(), 25);
}

TEST(ParameterLives, MovedWhileRecorded) {
  Tape<> tape;
  P w("w", {1.0, 2.0});
  const Node<> cost = sum(tape(w) * tape(w));
  P v = std::move(w);
  tape.backward(cost);
  tape.add_to_parameters();
  expect_near(v.gradient(), {2, 4});
  v.change()[0] = 5;
  EXPECT_EQ(error_of([&] { tape.backward(cost); }), std::string("[backward] ") + changed);
}

TEST(ParameterLives, WhatIsGoneIsNamed) {
  for (const bool replaced : {false, true}) {
    Tape<> tape;
    std::optional<P> w(std::in_place, "w", Input<double>({1, 2}));
    const Node<> x = tape.input({1.0, 1.0}), p = tape(*w), row = reshape(p, {1, 2});
    const Node<> cost = sum(p * p * x);
    tape.backward(cost);
    if (replaced)
      *w = P("w", {3.0, 4.0});
    else
      w.reset();
    const std::string said = destroyed;
    EXPECT_EQ(error_of([&] { tape.backward(cost); }), "[backward] " + said);
    EXPECT_EQ(error_of([&] { p.value(); }), "[value] " + said);
    EXPECT_EQ(error_of([&] { row.value(); }), "[value] " + said);
    EXPECT_EQ(error_of([&] { p* x; }), "[mul] " + said);
    EXPECT_EQ(error_of([&] { sum(row); }), "[sum] " + said);
    EXPECT_EQ(error_of([&] { cost.local(0); }), "[local] " + said);
    EXPECT_EQ(error_of([&] { grad(cost, x); }), "[grad] " + said);
    EXPECT_EQ(error_of([&] { parts_of(tape).values.recompute(0, tape.size()); }),
              "[recompute] " + said);
    EXPECT_EQ(error_of([&] { snapshot(cost); }), "[snapshot] " + said);
    EXPECT_EQ(error_of([&] { tape.add_to_parameters(); }),
              "[add_to_parameters] parameter \"w\" was destroyed since it was recorded. Keep it "
              "until its gradient was added, and record the computation again.");
    EXPECT_EQ(p.name(), "w");
    EXPECT_EQ(p.shape(), Shape{2});
    EXPECT_EQ(cost.item(), 5);  // what was computed from it is there
    tape.clear();
    P again("w", {5.0});
    EXPECT_EQ(tape(again).value()[0], 5);
  }
}

TEST(ParameterLives, SingleNumbersLikewise) {
  Tape<> tape;
  std::optional<P> w(std::in_place, "w", 3.0);
  const Node<> p = tape(*w), y = p * p;
  EXPECT_EQ(y.item(), 9);
  w->assign(4.0);
  EXPECT_EQ(error_of([&] { p + 1.0; }), std::string("[add] ") + changed);
  EXPECT_EQ(error_of([&] { exp(p); }), std::string("[exp] ") + changed);
  const Node<> now = tape(*w);
  EXPECT_EQ((now + 1.0).item(), 5);  // the advice: record it again
  EXPECT_EQ((y + 1.0).item(), 10);   // and what was computed before stays what it was
  const auto size = tape.size();
  w.reset();
  EXPECT_EQ(error_of([&] { now* now; }), std::string("[mul] ") + destroyed);
  EXPECT_EQ(error_of([&] { y* now; }), std::string("[mul] ") + destroyed);
  EXPECT_EQ(tape.size(), size);
}

TEST(ParameterLives, AnOpOnWhatWasAssignedSinceIsRefused) {
  Tape<> tape;
  P w("w", {1.0, 2.0}), b("b", {1.0, 1.0});
  const Node<> p = tape(w), column = reshape(p, {2, 1});
  w.change()[0] = 7;
  EXPECT_EQ(error_of([&] { p* tape(b); }), std::string("[mul] ") + changed);
  EXPECT_EQ(error_of([&] { column + 1.0; }), std::string("[add] ") + changed);
  EXPECT_EQ(error_of([&] { concat({p, p}); }), std::string("[concat] ") + changed);
  expect_near(tape(w) * tape(b), {7, 2});
}

TEST(ParameterLives, WhatWasMovedFromSaysSo) {
  P w("w", {1.0, 2.0});
  const P v = std::move(w);
  const std::string said =
      "[parameter] this one was moved from. Use the one that it was moved "
      "into.";
  Tape<> tape;
  EXPECT_EQ(error_of([&] { tape(w); }), said);
  EXPECT_EQ(error_of([&] { w.name(); }), said);
  EXPECT_EQ(error_of([&] { w.shape(); }), said);
  EXPECT_EQ(error_of([&] { w.value(); }), said);
  EXPECT_EQ(error_of([&] { w.item(); }), said);
  EXPECT_EQ(error_of([&] { w.change(); }), said);
  EXPECT_EQ(error_of([&] { w.assign({1.0, 2.0}); }), said);
  EXPECT_EQ(error_of([&] { w.gradient(); }), said);
  EXPECT_EQ(error_of([&] { w.add_gradient(v.value()); }), said);
  EXPECT_EQ(error_of([&] { GradientDescent<double>(0.1).step(w); }), said);
  w.zero_gradient(), w.freeze();
  P twice = std::move(w);  // of nothing, nothing
  EXPECT_EQ(error_of([&] { twice.name(); }), said);
  w = P("w", {3.0});
  EXPECT_EQ(w.item(), 3);
  P& self = w;
  w = std::move(self);
  EXPECT_EQ(w.item(), 3);
}

// A gradient that a tape has lent its parameter outlives the tape.
TEST(ParameterLives, ALentGradientOutlivesItsTape) {
  P w("w", std::vector<double>(2000, 1.0));
  {
    Tape<> tape;
    tape.backward(sum(tape(w) * tape(w)));
    tape.add_to_parameters();
  }
  EXPECT_EQ(w.gradient()[1999], 2);
}

}  // namespace
}  // namespace glassgrad
