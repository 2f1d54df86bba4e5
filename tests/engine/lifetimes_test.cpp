// What outlives what it points to says so: nodes, marks, guards and local gradients of a tape that
// is gone or was cleared, parameters that moved or went.
#include <optional>

#include "engine/expect.hpp"

namespace glassgrad {
namespace {

const std::string gone =
    "the tape of this node is gone. Keep the tape as long as its nodes, or read their numbers "
    "before.";
const std::string stale =
    "a node was recorded before the tape was cleared or rewound. Record it again after clear() or "
    "rewind().";

TEST(Lives, ANodeOfALoopsLastTapeIsNoneOfTheNext) {
  Node<> keep;
  for (int i = 0; i < 3; ++i) {
    Tape<> tape;
    const Node<> x = tape.input("x", double(i + 1));
    const Node<> y = x * 10;
    if (i == 0) {
      keep = y;
      continue;
    }
    EXPECT_EQ(error_of([&] { keep.item(); }), "[value] " + gone);
    EXPECT_EQ(error_of([&] { keep* x; }), "[mul] " + gone);
    EXPECT_EQ(error_of([&] { x* keep; }), "[mul] " + gone);
    EXPECT_EQ(tape.size(), 3u);
    EXPECT_EQ(error_of([&] { tape.backward(keep); }), "[backward] " + gone);
    const double read = y.item();  // the advice: read before, keep the tape
    tape.backward(y);
    EXPECT_EQ(x.upstream()[0], 10);
    EXPECT_EQ(read, 10 * (i + 1));
  }
}

TEST(Lives, WhateverIsAskedOfANodeWhoseTapeIsGone) {
  std::optional<Tape<>> tape(std::in_place);
  const Node<> x = tape->input("x", {1.0, 2.0}), y = name("y", exp(x));
  const Indices<> at = tape->indices({0, 1});
  const Local<> local = y.local(0);
  const Node<> two = 2.0;
  tape.reset();
  for (int round = 0; round < 2; ++round) {  // without a tape there, and with one
    EXPECT_EQ(y.tape(), nullptr);
    EXPECT_FALSE(y.is_plain_number());
    EXPECT_EQ(error_of([&] { y.value(); }), "[value] " + gone);
    EXPECT_EQ(error_of([&] { y.item(); }), "[value] " + gone);
    EXPECT_EQ(error_of([&] { (void)bool(y); }), "[value] " + gone);
    EXPECT_EQ(error_of([&] { y.shape(); }), "[shape] " + gone);
    EXPECT_EQ(error_of([&] { y.upstream(); }), "[upstream] " + gone);
    EXPECT_EQ(error_of([&] { y.upstream_state(); }), "[upstream] " + gone);
    EXPECT_EQ(error_of([&] { y.upstream_reason(); }), "[upstream] " + gone);
    EXPECT_EQ(error_of([&] { y.inputs(); }), "[inputs] " + gone);
    EXPECT_EQ(error_of([&] { y.input(0); }), "[inputs] " + gone);
    EXPECT_EQ(error_of([&] { y.local(0); }), "[local] " + gone);
    EXPECT_EQ(error_of([&] { y.op(); }), "[op] " + gone);
    EXPECT_EQ(error_of([&] { y.name(); }), "[name] " + gone);
    EXPECT_EQ(error_of([&] { to_text(y); }), "[value] " + gone);
    EXPECT_EQ(error_of([&] { local.formula(); }), "[local] " + gone);
    EXPECT_EQ(error_of([&] { local.values(); }), "[local] " + gone);
    EXPECT_EQ(error_of([&] { at.values(); }), "[value] " + gone);
    EXPECT_EQ(error_of([&] { at.shape(); }), "[shape] " + gone);
    EXPECT_EQ(error_of([&] { exp(y); }), "[exp] " + gone);
    EXPECT_EQ(error_of([&] { y + two; }), "[add] " + gone);
    EXPECT_EQ(error_of([&] { sum(y); }), "[sum] " + gone);
    EXPECT_EQ(error_of([&] { rows(y, at); }), "[rows] " + gone);
    EXPECT_EQ(error_of([&] { name("z", y); }), "[name] " + gone);
    EXPECT_EQ(error_of([&] { grad(y, x); }), "[shape] " + gone);
    EXPECT_EQ(error_of([&] { jvp(y, x, x); }), "[jvp] " + gone);
    EXPECT_EQ(error_of([&] { snapshot(y); }), "[snapshot] " + gone);
    EXPECT_EQ(error_of([&] { checkpoint([](const Node<>& a) { return exp(a); }, y); }),
              "[checkpoint] no input is on a tape. Make one with tape.input(...) or "
              "tape.constant(...).");
    if (round == 0) tape.emplace();
  }
  const Node<> z = tape->input(1.0);
  EXPECT_EQ(error_of([&] { z + y; }), "[add] " + gone);
  EXPECT_EQ(error_of([&] { concat({z * y, y}); }), "[mul] " + gone);
}

TEST(Lives, TwoTapesThatLiveAreToldApart) {
  Tape<> tape, other;
  const Node<> a = tape.input(3.0), b = other.input(4.0);
  EXPECT_EQ(error_of([&] { a* b; }),
            "[mul] node 0 (input) belongs to another tape. Record everything on one tape.");
  EXPECT_EQ(error_of([&] { other.backward(a * a); }),
            "[backward] node 1 (mul) belongs to another tape. Record everything on one tape.");
}

TEST(Lives, MarksKnowTheirTapeAndWhenTheyWereMade) {
  Tape<> tape, other;
  for (int i = 0; i < 10; ++i) other.input(1.0);
  const auto foreign = other.mark();
  const Node<> x = tape.input(1.0);
  EXPECT_EQ(error_of([&] { tape.rewind(foreign); }),
            "[rewind] the mark was made on another tape. Rewind a tape to what its own mark() "
            "gave.");
  EXPECT_EQ(tape.size(), 1u);
  const auto first = tape.mark();
  const Node<> y = x * 2;
  const auto second = tape.mark();
  const Node<> z = y * 2;
  tape.rewind(second);
  tape.rewind(second);
  EXPECT_EQ(y.item(), 2);
  EXPECT_EQ(error_of([&] { z.item(); }), "[value] " + stale);
  tape.rewind(first);
  const std::string taken =
      "[rewind] the tape was cleared or rewound to before the mark since. Call mark() again after "
      "clear() or rewind().";
  EXPECT_EQ(error_of([&] { tape.rewind(second); }), taken);
  x * 5, x * 6, x * 7;  // as many nodes again, and other ones
  EXPECT_EQ(error_of([&] { tape.rewind(second); }), taken);
  EXPECT_EQ(error_of([&] { y.item(); }), "[value] " + stale);
  EXPECT_TRUE(tape.records().holds(first));
  tape.clear();
  EXPECT_EQ(error_of([&] { tape.rewind(first); }), taken);
  EXPECT_FALSE(tape.records().holds(first));
  EXPECT_EQ(tape.size(), 0u);
  const auto third = tape.mark();  // the advice
  tape.input(1.0);
  tape.rewind(third);
  EXPECT_EQ(tape.size(), 0u);
}

// Marks at every depth against a list of what was recorded.
TEST(Lives, MarksHoldAsLongAsWhatTheyStandFor) {
  Tape<> tape;
  Random random(7);
  struct Made {
    Tape<>::Mark mark;
    std::vector<std::uint64_t> before;  // what was there
  };
  std::vector<std::uint64_t> there;
  std::vector<Made> marks;
  std::uint64_t next = 0;
  for (int step = 0; step < 3000; ++step) {
    switch (random.below(4)) {
      case 0:
      case 1:
        tape.input(double(next));
        there.push_back(next++);
        break;
      case 2:
        marks.push_back({tape.mark(), there});
        break;
      default: {
        if (marks.empty()) break;
        const Made& made = marks[random.below(marks.size())];
        const bool is_there = made.before.size() <= there.size() &&
                              std::equal(made.before.begin(), made.before.end(), there.begin());
        ASSERT_EQ(tape.records().holds(made.mark), is_there) << step;
        EXPECT_EQ(error_of([&] { tape.rewind(made.mark); }) == "no error", is_there);
        if (is_there) there.resize(made.before.size());
        ASSERT_EQ(tape.size(), there.size());
      }
    }
  }
}

TEST(Lives, GuardsMayOutliveTheirTapeAndItsClearing) {
  std::optional<Tape<>> tape(std::in_place);
  tape->input(1.0);
  auto scope = std::unique_ptr<Tape<>::ScopeGuard>(new auto(tape->scope("a")));
  auto origin = std::make_unique<Tape<>::OriginGuard>(*tape, 0, 0);
  auto checkpoint = std::make_unique<Tape<>::Checkpoint>(*tape);
  tape.reset();
  EXPECT_EQ(error_of([&] { checkpoint->close({}); }),
            "[checkpoint] the tape is gone. Keep it until the checkpoint is closed.");
  scope.reset(), origin.reset(), checkpoint.reset();

  tape.emplace();
  scope = std::unique_ptr<Tape<>::ScopeGuard>(new auto(tape->scope("old")));
  tape->clear();
  const auto inside = tape->scope("new");
  scope.reset();  // closes its own scope only, which is gone
  const Node<> x = tape->input(1.0);
  EXPECT_EQ(tape->records().scopes()[tape->records().scope_of(x.index())].name, "new");
}

TEST(Lives, ScopesAreClosedInAnyOrder) {
  Tape<> tape;
  auto a = std::unique_ptr<Tape<>::ScopeGuard>(new auto(tape.scope("a")));
  auto b = std::unique_ptr<Tape<>::ScopeGuard>(new auto(tape.scope("b")));
  a.reset();
  const Node<> x = tape.input(1.0);
  b.reset();
  const Node<> y = x * 2;
  EXPECT_EQ(tape.records().scope_of(x.index()), 0u);
  EXPECT_EQ(tape.records().scope_of(y.index()), 0u);
}

TEST(Lives, IndicesOfRecordsAreChecked) {
  Tape<> tape;
  EXPECT_EQ(error_of([&] { tape.records()[0]; }),
            "[tape] there is no record 0. The tape is empty.");
  const Node<> x = tape.input({1.0, 2.0}), y = x * 2;
  const std::string said = "[tape] there is no record 5000. They go from 0 to 2.";
  EXPECT_EQ(error_of([&] { tape.records()[5000]; }), said);
  EXPECT_EQ(error_of([&] { tape.records().node(5000); }), said);
  EXPECT_EQ(error_of([&] { tape.records().name_of(5000); }), said);
  EXPECT_EQ(error_of([&] { tape.numbers(5000); }), said);
  EXPECT_EQ(error_of([&] { tape.upstreams().state(5000); }), said);
  EXPECT_EQ(error_of([&] { tape.upstreams().reason(5000); }), said);
  EXPECT_EQ(error_of([&] { Tape<>::OriginGuard(tape, 5000, 0); }), said);
  EXPECT_EQ(error_of([&] { tape.records().input_of(tape.records()[2], 2); }),
            "[input] there is no input 2. They go from 0 to 1.");
  EXPECT_EQ(error_of([&] { tape.records().input_of(tape.records()[0], 0); }),
            "[input] there is no input 0. A leaf has none.");
  EXPECT_EQ(error_of([&] { parts_of(tape).values.recompute(5, 9); }),
            "[recompute] there are no records 5 to 9. Give first and last with first <= last <= "
            "3.");
  EXPECT_EQ(error_of([&] { parts_of(tape).values.recompute(2, 1); }),
            "[recompute] there are no records 2 to 1. Give first and last with first <= last <= "
            "3.");
  parts_of(tape).values.recompute(1, 3);
  EXPECT_EQ(error_of([&] { y.local(9); }),
            "[local] there is no input 9 of node 2 (mul). It has 2 inputs.");
  EXPECT_EQ(error_of([&] { Local<>(y, -1); }),
            "[local] there is no input -1 of node 2 (mul). It has 2 inputs.");
  EXPECT_EQ(error_of([&] { x.shape()[1]; }),
            "[shape] there is no axis 1 in a shape of rank 1. They go from 0 to 0.");
  EXPECT_EQ(error_of([&] { x.shape()[-1]; }),
            "[shape] there is no axis -1 in a shape of rank 1. They go from 0 to 0.");
  EXPECT_EQ(error_of([&] { x.shape().from_end(2); }),
            "[shape] there is no axis -1 in a shape of rank 1. They go from 0 to 0.");
  EXPECT_EQ(error_of([&] { sum(x).shape()[0]; }),
            "[shape] there is no axis 0 in a shape of rank 0. A single number has no axes.");
}

}  // namespace
}  // namespace glassgrad
