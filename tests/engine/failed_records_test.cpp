// A record that fails is as if it had never been begun: names, scopes, marks and upstreams of the
// tape are those of before. And whether a mark holds is found in no time.
#include <functional>

#include "engine/expect.hpp"

namespace glassgrad {
namespace {

struct Stop : Error {
  Stop() : Error("stop", "it was asked for", "Go on") {}
};
struct Calls final : Watcher<double> {
  explicit Calls(std::function<void(const Node<>&)> what) : f(std::move(what)) {}
  void recorded(const Node<>& node) override { f(node); }
  void arrived(const Node<>&) override {}
  std::function<void(const Node<>&)> f;
};
using Action = std::function<void(const Node<>&)>;

// While it is recorded, f is called, whose own records are let pass, and Stop thrown.
void fail(Tape<>& tape, const Action& record, const Node<>& x, const Action& f) {
  bool called = false;
  tape.watch(std::make_unique<Calls>([&](const Node<>& node) {
    if (std::exchange(called, true)) return;
    f(node);
    throw Stop();
  }));
  EXPECT_EQ(error_of([&] { record(x); }), "[stop] it was asked for. Go on.");
  tape.watch(nullptr);
}
const Action records[] = {
    [](const Node<>& x) { exp(x); },
    [](const Node<>& x) { x + 2; },
    [](const Node<>& x) {
      x.tape()->input("a name of its own", {1.0, 2.0});
    },
    [](const Node<>& x) {
      concat({x, x, x});
    },
};
const std::string long_name(300, 'n');

TEST(FailedRecords, LeaveNoNames) {
  for (const Action& record : records) {
    Tape tape;
    const Node<> x = tape.input({1.0, 2.0}), named = tape.input("named", 3.0), y = x * 2;
    fail(tape, record, y, [&](const Node<>&) { name(long_name, x); });
    EXPECT_EQ(x.name(), "");
    fail(tape, record, y, [&](const Node<>&) { name(long_name, y); });
    for (int i = 0; i < 20; ++i) name(std::string(300, 'm'), tape.input(1.0));
    EXPECT_EQ(x.name(), "");
    EXPECT_EQ(y.name(), "");
    EXPECT_EQ(named.name(), "named");
  }
}
TEST(FailedRecords, LeaveNoScopes) {
  for (const Action& record : records) {
    Tape tape;
    const auto outer = tape.scope("outer");
    const Node<> x = tape.input({1.0, 2.0});
    const std::size_t scopes = tape.records().scopes().size();
    fail(tape, record, x, [&](const Node<>&) {
      const auto inner = tape.scope(long_name);
      tape.input(1.0);
    });
    EXPECT_EQ(tape.records().scopes().size(), scopes);
    EXPECT_EQ(tape.records().scopes()[1].name, "outer");
  }
}
TEST(FailedRecords, AreNotWoundBackInto) {
  for (const Action& record : records) {
    Tape tape;
    const Node<> x = tape.input({1.0, 2.0});
    const auto before = tape.mark();
    Tape<>::Mark inside;
    fail(tape, record, x, [&](const Node<>&) {
      inside = tape.mark();
      name("one", x), name("two", x);
    });
    EXPECT_FALSE(tape.records().holds(inside));
    EXPECT_EQ(
        error_of([&] { tape.rewind(inside); }),
        "[rewind] the tape was cleared or rewound to before the mark since. Call mark() again "
        "after clear() or rewind().");
    EXPECT_EQ(tape.size(), 1U);
    EXPECT_TRUE(tape.records().holds(before));
    tape.rewind(before);
    EXPECT_EQ(sum(exp(x) * 2).shape().rank(), 0);
  }
}
TEST(FailedRecords, AreNotPartOfTheLastBackward) {
  for (const Action& record : records) {
    Tape tape;
    const Node<> x = tape.input({1.0, 2.0});
    fail(tape, record, x, [&](const Node<>&) { tape.backward(sum(x)); });
    EXPECT_EQ(exp(x).upstream_state(), Upstream::pending);
  }
}

// Looking through all of them for each would take 10^11 steps.
TEST(Marks, AreHeldHoweverManyRewindsThereWere) {
  constexpr int many = 300000;
  Tape tape;
  Tape<>::Mark mark;
  for (int i = 0; i < many; ++i) {
    tape.constant(1.0);
    mark = tape.mark();
    tape.constant(2.0);
    tape.rewind(mark);
  }
  int held = 0;
  for (int i = 0; i < many; ++i) held += tape.records().holds(mark);
  EXPECT_EQ(held, many);
}

// ---- pulled_to_inputs
TEST(PulledToInputs, SaysWhatItCannotTake) {
  const double numbers[9] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  const Shape three{3}, nine{9};
  EXPECT_EQ(error_of([&] {
              pulled_to_inputs(Node<>(2.0), View<const double>{numbers, &three});
            }),
            "[node] a plain number is on no tape. Put it on one: tape.constant(...).");
  Node<> dead;
  {
    Tape tape;
    dead = tape.input({1.0, 2.0, 3.0}) * 2;
  }
  EXPECT_EQ(error_of([&] {
              pulled_to_inputs(dead, View<const double>{numbers, &three});
            }),
            "[node] the tape of this node is gone. Keep the tape as long as its nodes, or read "
            "their numbers before.");
  Tape tape;
  for (const int parts : {3, 9}) {  // a few inputs, and many
    const Node<> x = tape.input(std::vector<double>(std::size_t(9 / parts), 1.0));
    const std::vector<Node<>> all(std::size_t(parts), x);
    const Node<> y = concat(std::span(all));
    EXPECT_EQ(error_of([&] {
                pulled_to_inputs(y, View<const double>{numbers, &three});
              }),
              join("[local] the upstream is (3), node ", y.index(), " (concat) is (9). Give one ",
                   "upstream number per number of the node."));
    EXPECT_TRUE(error_of([&] {
                  pulled_to_inputs(y, View<const double>{});
                }).starts_with("[view] the shape that a view points to is gone"));
    EXPECT_EQ(pulled_to_inputs(y, View<const double>{numbers, &nine}).back().back(), 9);
  }
}

// ---- unknown_name
TEST(UnknownName, IsCutBetweenTwoLetters) {
  const std::string_view valid[] = {"relu", "tanh"};
  const std::string name = std::string(39, 'x') + "\xc3\xa9tanh";
  EXPECT_EQ(unknown_name("train", "layer", name, valid).what(),
            "[train] there is no layer \"" + std::string(39, 'x') +
                "... and 6 more bytes\". Did you mean \"tanh\"? There are relu, tanh.");
}
TEST(UnknownName, OfNoneSaysThatThereAreNone) {
  EXPECT_EQ(unknown_name("train", "column", "a", {}).what(),
            std::string("[train] there is no column \"a\". Leave it out: there are none."));
}

}  // namespace
}  // namespace glassgrad
