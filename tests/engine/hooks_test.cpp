// What hooks and watchers may do while the tape calls them, what is refused, and that a tape is
// usable after whatever they threw.
#include <functional>
#include <optional>

#include "engine/expect.hpp"

namespace glassgrad {
namespace {

// sum(a a) with a hook on a a that does what it is told; its slopes are 2 a.
struct Squares {
  Squares() {
    tape.on_upstream(b, [this](View<double>) {
      if (action) said = error_of(action);
    });
  }
  Squares(const Squares&) = delete;
  Squares& operator=(const Squares&) = delete;

  // What the hook's action says; the backward that it is called in is right.
  std::string said_by(std::function<void()> act) {
    action = std::move(act), said = "not called";
    tape.backward(cost);
    expect_near(a.upstream(), {2, 4, 6});
    return said;
  }

  Tape<> tape;
  Node<> a = tape.input({1.0, 2.0, 3.0}), b = a * a, cost = sum(b);
  std::function<void()> action;
  std::string said;
};

TEST(Hooks, CannotForgetWhatBackwardWalks) {
  Squares squares;
  Tape<>& tape = squares.tape;
  const std::string running =
      "backward is running, and cannot have its nodes forgotten by a hook. Call it when backward "
      "has returned.";
  EXPECT_EQ(squares.said_by([&] { tape.clear(); }), "[clear] " + running);
  const auto start = Tape<>::Mark();
  EXPECT_EQ(squares.said_by([&] { tape.rewind(start); }), "[rewind] " + running);
  EXPECT_EQ(squares.said_by([&] { tape.rewind(tape.mark()); }), "no error");
  tape.clear();  // the advice
  EXPECT_EQ(tape.size(), 0u);
}

TEST(Hooks, CannotStartAnotherBackward) {
  Squares squares;
  Tape<>& tape = squares.tape;
  const std::string said =
      "[backward] it is running, and a hook cannot start another one inside it. Call it when "
      "backward has returned, or record the derivative with grad().";
  EXPECT_EQ(squares.said_by([&] { tape.backward(squares.cost); }), said);
  EXPECT_EQ(squares.said_by([&] { tape.backward(squares.b, {1.0, 1.0, 1.0}); }), said);
  EXPECT_EQ(squares.said_by([&] { tape.add_to_parameters(); }),
            "[add_to_parameters] backward is running. Call it when that has returned.");
  std::vector<double> inside;  // the advice
  EXPECT_EQ(squares.said_by([&] { inside = numbers(grad(squares.cost, squares.a).value()); }),
            "no error");
  EXPECT_EQ(inside, (std::vector<double>{2, 4, 6}));
}

TEST(Hooks, SeeNoUpstreamThatIsNotCompleteYet) {
  Squares squares;
  EXPECT_EQ(squares.said_by([&] { squares.a.upstream(); }),
            "[upstream] node 0 (input) has no upstream yet. Call tape.backward(cost) first.");
  EXPECT_EQ(squares.said_by([&] { squares.b.upstream(); }), "no error");
}

TEST(Hooks, MayRecordAndUndoWhatTheyRecorded) {
  Squares squares;
  Tape<>& tape = squares.tape;
  EXPECT_EQ(squares.said_by([&] {
    const auto mark = tape.mark();
    for (int i = 0; i < 5000; ++i) squares.a * 2.0;
    tape.rewind(mark);
    jacobian(squares.b, squares.a);
    checkpoint([](const Node<>& x) { return exp(sin(x)); }, squares.a);
    for (int i = 0; i < 2000; ++i) squares.a * 2.0;
  }),
            "no error");
}

TEST(Hooks, MaySetHooksAndWatchers) {
  struct Count final : Watcher<double> {
    explicit Count(int& to) : n(to) {}
    void recorded(const Node<>&) override { ++n; }
    void arrived(const Node<>&) override { ++n; }
    int& n;
  };
  Squares squares;
  int on_a = 0, on_b = 0, watched = 0;
  squares.tape.on_upstream(squares.b, [&](View<double>) {
    for (int i = 0; i < 100; ++i)
      squares.tape.on_upstream(squares.a, [&](View<double>) { ++on_a; });
    squares.tape.on_upstream(squares.b, [&](View<double>) { ++on_b; });
    squares.tape.watch(std::make_unique<Count>(watched));
  });
  squares.tape.backward(squares.cost);
  EXPECT_EQ(on_a, 100);  // a comes later
  EXPECT_EQ(on_b, 0);    // its turn was over
  EXPECT_EQ(watched, 2);
  squares.tape.watch(nullptr);
  squares.tape.backward(squares.cost);
  EXPECT_EQ(on_b, 1);
}

TEST(Hooks, EmptyOnesAreRefused) {
  Squares squares;
  const std::string said = "[on_upstream] the hook is empty. Give it something to call.";
  void (*none)(View<double>) = nullptr;
  EXPECT_EQ(
      error_of([&] { squares.tape.on_upstream(squares.a, std::function<void(View<double>)>()); }),
      said);
  EXPECT_EQ(error_of([&] { squares.tape.on_upstream(squares.a, none); }), said);
  EXPECT_EQ(error_of([&] { squares.tape.on_upstream(squares.a, {}); }), said);
  squares.tape.backward(squares.cost);
  expect_near(squares.a.upstream(), {2, 4, 6});
  EXPECT_EQ(error_of([] { Function<int(int)>()(1); }),
            "[function] there is nothing to call. Give it a function.");
}

TEST(Hooks, WhatTheyThrowLeavesTheTapeUsable) {
  Parameter<> w("w", 2.0);
  Tape<> tape;
  const Node<> b = tape(w) * 3, cost = b * b;
  bool bad = true;
  tape.on_upstream(b, [&](View<double>) {
    if (bad) throw 5;
  });
  EXPECT_THROW(tape.backward(cost), int);
  EXPECT_EQ(error_of([&] { tape(w).upstream(); }),
            "[upstream] node \"w\" (parameter) has no upstream: backward was ended before it was "
            "reached. Ask a node between a parameter or input and the cost.");
  EXPECT_EQ(error_of([&] { tape.add_to_parameters(); }),
            "[add_to_parameters] the last backward was ended before it was through. Call backward "
            "again.");
  tape.rewind(tape.mark());
  bad = false;
  tape.backward(cost);
  tape.add_to_parameters();
  EXPECT_EQ(w.gradient()[0], 36);
  bad = true;
  EXPECT_THROW(tape.backward(cost), int);
  tape.clear();
  const Node<> x = tape.input(2.0);
  tape.backward(x * x);
  EXPECT_EQ(x.upstream()[0], 4);
}

TEST(Hooks, AParameterThatAHookChangesOrDestroysEndsBackward) {
  std::optional<Parameter<>> w(std::in_place, "w", Input<double>({1.0, 2.0}));
  Tape<> tape;
  const Node<> b = tape(*w) * tape(*w), cost = sum(exp(b));
  bool destroys = false;
  tape.on_upstream(b, [&](View<double>) {
    if (destroys)
      w.reset();
    else
      w->change();
  });
  EXPECT_EQ(error_of([&] { tape.backward(cost); }),
            "[backward] parameter \"w\" has changed since it was recorded. Record the computation "
            "again on a cleared tape, or read it before the update.");
  tape.clear();
  const Node<> again = tape(*w) * 1.0;
  destroys = true;
  tape.on_upstream(again, [&](View<double>) { w.reset(); });
  EXPECT_EQ(
      error_of([&] { tape.backward(sum(again)); }),
      "[backward] parameter \"w\" was destroyed since it was recorded, or another one was put "
      "in its place. Keep it until the tape is cleared, or record the computation again.");
}

TEST(Hooks, ATapeThatItsHookDestroysEndsBackward) {
  auto tape = std::make_unique<Tape<>>();
  const Node<> a = tape->input({1.0, 2.0}), b = a * a;
  tape->on_upstream(b, [&](View<double>) { tape.reset(); });
  const Node<> cost = sum(b);
  EXPECT_EQ(error_of([&] { tape->backward(cost); }),
            "[backward] a hook or a watcher has destroyed the tape that was calling it. Destroy it "
            "when the call has returned.");
  EXPECT_EQ(tape, nullptr);
  EXPECT_EQ(a.tape(), nullptr);
}

// Does what it is told at its n-th node or upstream.
struct Act final : Watcher<double> {
  explicit Act(std::function<void(const Node<>&)> what) : act(std::move(what)) {}
  void recorded(const Node<>& node) override { act(node); }
  void arrived(const Node<>&) override {}
  std::function<void(const Node<>&)> act;
};

TEST(Watchers, MayReplaceThemselvesAndRecord) {
  Tape<> tape;
  const Node<> a = tape.input(1.0);
  int seen = 0;
  tape.watch(std::make_unique<Act>([&](const Node<>&) { ++seen, tape.watch(nullptr); }));
  const Node<> b = a * 2, c = b * 3;
  EXPECT_EQ(seen, 1);
  tape.watch(std::make_unique<Act>([&](const Node<>& x) {
    if (seen++ < 50) x * 2.0;
  }));
  const Node<> d = c * 2;
  EXPECT_GE(seen, 50);
  tape.watch(nullptr);
  tape.backward(d);
  EXPECT_EQ(a.upstream()[0], 12);
}

TEST(Watchers, CannotForgetWhatIsBeingRecorded) {
  Tape<> tape;
  const Node<> a = tape.input(2.0);
  std::string said;
  const auto start = tape.mark();
  tape.watch(std::make_unique<Act>([&](const Node<>&) {
    said = error_of([&] { tape.clear(); }) + error_of([&] { tape.rewind(start); });
  }));
  const Node<> b = a * a;
  const std::string what =
      "a node is being recorded, and cannot be forgotten by a watcher. Call it when the op has "
      "returned.";
  EXPECT_EQ(said, "[clear] " + what + "[rewind] " + what);
  EXPECT_EQ(b.item(), 4);
}

// What it recorded itself before it threw goes too, parameters among it, and never comes back.
TEST(Watchers, WhatTheyThrowUndoesWhatTheyRecorded) {
  Tape<> tape;
  Parameter<> w("w", 3.0);
  const Node<> a = tape.input(2.0);
  Node<> kept;
  tape.watch(std::make_unique<Act>([&](const Node<>& node) {
    if (node.op() != "mul") return;
    kept = tape(w) + 1.0;
    throw 5;
  }));
  EXPECT_THROW(a * 4.0, int);
  EXPECT_EQ(tape.size(), 1u);
  EXPECT_TRUE(tape.records().parameters().empty());
  tape.watch(nullptr);
  for (int i = 0; i < 10; ++i) tape.input(double(i));
  EXPECT_EQ(error_of([&] { kept.item(); }),
            "[value] a node was recorded before the tape was cleared or rewound. Record it again "
            "after clear() or rewind().");
  const Node<> y = tape(w) * a;
  tape.backward(y);
  tape.add_to_parameters();
  EXPECT_EQ(w.gradient()[0], 2);
}

TEST(Watchers, ATapeThatTheyDestroyEndsTheOp) {
  auto tape = std::make_unique<Tape<>>();
  const Node<> a = tape->input({2.0, 3.0});
  tape->watch(std::make_unique<Act>([&](const Node<>&) { tape.reset(); }));
  const std::string said =
      "[watch] a hook or a watcher has destroyed the tape that was calling it. Destroy it when the "
      "call has returned.";
  EXPECT_EQ(error_of([&] { a* a; }), said);
  tape = std::make_unique<Tape<>>();
  tape->watch(std::make_unique<Act>([&](const Node<>&) { tape.reset(); }));
  EXPECT_EQ(error_of([&] { tape->input(1.0); }), said);
}

}  // namespace
}  // namespace glassgrad
