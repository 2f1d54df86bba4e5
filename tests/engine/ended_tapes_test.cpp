// What a tape holds is destroyed with it, and may look at nodes then: it sees no tape any more. And
// what looks at numbers inside map_batch is seen, whichever way it looks.
#include <memory>
#include <optional>

#include "engine/expect.hpp"
#include "glassgrad/extend.hpp"
#include "support/allocations.hpp"

namespace glassgrad {
namespace {

TEST(EndedTapes, AreSeenByNothingThatHooksHold) {
  auto tape = std::make_unique<Tape<>>();
  const Node<> x = tape->input({1.0, 2.0}), y = exp(x);
  auto open = std::make_shared<Tape<>::Checkpoint>(*tape);
  tape->on_upstream(x, [open](View<double>) {});
  open.reset();
  tape.reset();  // and with it the hook, and with that the checkpoint
  EXPECT_EQ(y.tape(), nullptr);
}

struct Last final : Watcher<double> {
  Last(const Node<>& node, std::string* found) : x(node), said(found) {}
  ~Last() override {
    *said = error_of([&] { x + 1.0; });
  }
  void recorded(const Node<>&) override {}
  void arrived(const Node<>&) override {}
  Node<> x;
  std::string* said;
};
TEST(EndedTapes, AreSeenByNoWatcher) {
  std::string said;
  {
    Tape<> tape;
    const Node<> x = tape.input({1.0, 2.0});
    tape.watch(std::make_unique<Last>(x, &said));
  }
  EXPECT_EQ(
      said,
      "[add] the tape of this node is gone. Keep the tape as long as its nodes, or read their "
      "numbers before.");
}

TEST(EndedTapes, PulledNumbersOfOneExampleAreLookedAt) {
  Tape<> tape;
  const Node<> x = tape.input({1.0, -2.0, 3.0});
  const double one = 1;
  const Shape single;
  const auto bent = [&](const Node<>& example) {
    const Node<> y = example * example;
    const auto slopes = pulled_to_inputs(y, View<const double>{&one, &single});
    return slopes[0][0] > 0 ? y : -y;
  };
  EXPECT_EQ(
      error_of([&] { map_batch(bent, x); }),
      "[map_batch] the function looked at a number of one example. It is called once for "
      "all examples: choose between nodes by where, or give as an input what depends on numbers.");
}

// A backward that adds to what is there and gets no memory leaves no upstream that is a part of
// one.
TEST(EndedTapes, ASumThatGetsNoMemoryIsNoUpstream) {
  const std::vector<double> many(2000, 0.5);
  for (std::size_t n = 1; n < 200; ++n) {
    Tape<> tape;
    const Node<> x = tape.input(many), z = tape.input(many), a = sum(x * x), b = sum(z * z);
    tape.backward(a);
    fail_allocation(n);
    bool failed = false;
    try {
      tape.backward(b, Accumulate::add);
    } catch (const std::exception&) {
      failed = true;
    }
    fail_allocation(0);
    if (!failed) {
      EXPECT_EQ(x.upstream()[1999] + z.upstream()[0], 2.0);
      return;
    }
    for (const Node<>& node : {x, z, a, b}) {
      const bool computed = node.upstream_state() == Upstream::computed;
      EXPECT_TRUE(!computed || node.upstream().data) << n;
    }
    tape.backward(b);  // and goes on
    EXPECT_EQ(z.upstream()[7], 1.0);
  }
  ADD_FAILURE() << "it never got through";
}

}  // namespace
}  // namespace glassgrad
