// What lies beside a tape's records, in tables of its own: names, scopes, origins. A table of one
// entry a node, kept by the test, says what each is.
#include <limits>
#include <memory>
#include <optional>
#include <random>

#include "engine/expect.hpp"
#include "support/allocations.hpp"

namespace glassgrad {
namespace {

struct Refusing final : Watcher<double> {
  void recorded(const Node<>&) override { throw Error("watch", "not this one", "Go on"); }
  void arrived(const Node<>&) override {}
};
const std::string refused = "[watch] not this one. Go on.";

TEST(NamesBeside, AreForgottenWithTheirNodes) {
  Tape tape;
  name("first", exp(tape.input(1.0)));
  tape.clear();
  const auto mark = tape.mark();
  const Node<> x = tape.input(2.0), y = exp(x);
  EXPECT_EQ(x.name(), "");
  EXPECT_EQ(y.name(), "");
  tape.rewind(mark);
  EXPECT_EQ(exp(tape.input("x", 3.0)).name(), "");
}

TEST(NamesBeside, OfALeafThatFailsAreNotTheNextNodes) {
  Tape tape;
  const Node<> a = tape.input(1.0);
  const auto expect_none = [&] {
    tape.watch(nullptr);
    EXPECT_EQ(exp(a).name(), "");
    EXPECT_EQ(tape.size(), 2u);
  };
  const auto mark = tape.mark();
  tape.watch(std::make_unique<Refusing>());
  EXPECT_EQ(error_of([&] { tape.input("x", 2.0); }), refused);
  expect_none();
  tape.rewind(mark);
  {
    Parameter<> w("w", 1.0);
    tape.watch(std::make_unique<Refusing>());
    EXPECT_EQ(error_of([&] { tape(w); }), refused);
  }
  expect_none();
  tape.rewind(mark);
  EXPECT_NE(error_of([&] { tape.indices("x", {}, Shape{3}); }), "no error");
  expect_none();
}

TEST(NamesBeside, WithoutMemoryAreNotTheNextNodes) {
  for (std::size_t n = 1; n < 60; ++n) {
    Tape tape;
    Parameter<> w("w", {1.0, 2.0});
    const Node<> a = tape.input(1.0);
    for (const int what : {0, 1, 2}) {
      const std::uint32_t size = tape.size();
      fail_allocation(n);
      try {
        if (what == 0) tape.input("x", {1.0, 2.0, 3.0});
        if (what == 1) tape(w);
        if (what == 2) name("late", a);
        fail_allocation(0);
      } catch (const std::exception&) {
        fail_allocation(0);
        EXPECT_EQ(tape.size(), size);
        EXPECT_EQ(exp(a).name(), "");
        EXPECT_EQ(a.name(), "");
      }
      fail_allocation(0);
      EXPECT_EQ(tape(w).name(), "w");
      EXPECT_EQ(numbers(tape(w).value()), (std::vector<double>{1, 2}));
    }
  }
}

TEST(NamesBeside, ThatAreEmptyAreNone) {
  Tape tape;
  const Node<> c = tape.constant("c", 2.0);
  EXPECT_TRUE(tape.records().is_named(c.index()));
  const auto mark = tape.mark();
  name("", c);
  EXPECT_FALSE(tape.records().is_named(c.index()));
  EXPECT_EQ(c.name(), "");
  name("d", c);
  EXPECT_EQ(c.name(), "d");
  tape.rewind(mark);  // what was said since is forgotten
  EXPECT_EQ(c.name(), "c");
}

// What a record has of a leaf: a parameter's Home and positions are fields of their own.
TEST(Beside, ALeafSaysWhatItIsOf) {
  Tape<float> tape;
  Parameter<float> w("w", {1, 2});
  const Node<float> leaf = tape(w), y = sum(leaf);
  const Indices<float> at = tape.indices({3, 0, std::int64_t(1) << 40});
  const auto of = [&](const Node<float>& node) { return tape.records()[node.index()]; };
  EXPECT_EQ(of(leaf).home, w.home().get());
  EXPECT_EQ(of(leaf).attributes, &no_attributes);
  EXPECT_EQ(&parameter_of(of(leaf)), &w);
  EXPECT_EQ(of(y).home, nullptr);
  EXPECT_NE(of(y).attributes, &no_attributes);
  const Positions positions = of(at.record()).positions();
  EXPECT_EQ(std::vector(positions.begin(), positions.end()),
            (std::vector<std::int64_t>{3, 0, std::int64_t(1) << 40}));
  EXPECT_EQ(of(at.record()).home, nullptr);
  for (const Node<float>& node : {leaf, y, at.record()}) EXPECT_FALSE(of(node).pull);
}

TEST(Beside, IndicesAreChecked) {
  Tape tape;
  tape.input(1.0);
  const std::string said = "[tape] there is no record 5000. They go from 0 to 0.";
  EXPECT_EQ(error_of([&] { tape.records().name_of(5000); }), said);
  EXPECT_EQ(error_of([&] { tape.records().is_named(5000); }), said);
  EXPECT_EQ(error_of([&] { tape.records().scope_of(5000); }), said);
  EXPECT_EQ(error_of([&] { tape.records().origin_of(5000); }), said);
  EXPECT_EQ(error_of([&] { Tape<>::OriginGuard(tape, 5000, 0); }), said);
  EXPECT_EQ(tape.records().scope_of(0), 0u);
}

// Names, scopes and origins of every node, through rewinds to anywhere, against a plain list.
TEST(Beside, IsWhatAListOfEveryNodeSays) {
  struct Known {
    std::string name, scope;
    OptionalIndex of;
  };
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::mt19937 random(seed);
    const auto below = [&](std::size_t n) { return std::size_t(random() % n); };
    Tape tape;
    std::vector<Known> all;
    std::vector<std::string> open;
    std::vector<std::unique_ptr<Tape<>::ScopeGuard>> guards;
    struct Marked {
      Tape<>::Mark mark;
      std::vector<Known> all;
      std::vector<std::string> open;
    };
    std::vector<Marked> marks;
    for (int step = 0; step < 300; ++step) {
      const std::size_t what = below(12);
      if (what < 4) {
        tape.input(1.0);
        all.push_back({"", open.empty() ? "" : open.back(), {}});
      } else if (what < 6 && !all.empty()) {
        const std::size_t i = below(all.size());
        all[i].name = below(4) ? "n" + std::to_string(step) : "";
        name(all[i].name, tape.records().node(std::uint32_t(i)));
      } else if (what == 6) {
        open.push_back("s" + std::to_string(step));
        guards.emplace_back(new auto(tape.scope(open.back())));
      } else if (what == 7 && !guards.empty()) {
        guards.pop_back(), open.pop_back();
      } else if (what == 8 && !all.empty()) {
        const auto of = std::uint32_t(below(all.size()));
        const Tape<>::OriginGuard origin(tape, of, 0);
        tape.input(1.0), tape.input(1.0);
        all.push_back({"", all[of].scope, of}), all.push_back(all.back());
      } else if (what == 9) {
        marks.push_back({tape.mark(), all, open});
      } else if (what == 10 && !marks.empty() && marks.back().open == open) {
        tape.rewind(marks.back().mark);  // the scopes open then are open still
        all = marks.back().all;
        if (below(2)) marks.pop_back();
      }
      ASSERT_EQ(tape.size(), all.size());
      for (std::uint32_t i = 0; i < all.size(); ++i) {
        ASSERT_EQ(tape.records().name_of(i), all[i].name) << seed << ", " << step;
        ASSERT_EQ(tape.records().scopes()[tape.records().scope_of(i)].name, all[i].scope)
            << seed << ", " << step;
        ASSERT_EQ(tape.records().origin_of(i).node, all[i].of) << seed << ", " << step;
      }
    }
  }
}

TEST(Beside, LeavingAScopeAsksForNoMemory) {
  Tape tape;
  const Node<> x = tape.input(1.0);
  std::size_t asked = 0;
  for (int i = 0; i < 300; ++i) {
    std::optional<Tape<>::OriginGuard> origin(std::in_place, tape, std::uint32_t(i), 0);
    tape.input(1.0);
    auto scope = std::unique_ptr<Tape<>::ScopeGuard>(new auto(tape.scope("inner")));
    tape.input(1.0);
    const std::size_t before = allocations();
    scope.reset();
    origin.reset();
    asked += allocations() - before;
    tape.input(1.0);
  }
  EXPECT_EQ(asked, 0u);
  EXPECT_EQ(x.name(), "");
}

TEST(NamesBeside, OfManyNodesAreFoundInNoTime) {
  Tape tape;
  constexpr std::uint32_t n = 1 << 17;
  for (std::uint32_t i = 0; i < n; ++i) tape.input(1.0);
  for (std::uint32_t i = n; i-- > 0;) name(std::to_string(i), tape.records().node(i));
  for (std::uint32_t i = 0; i < n; i += 1024)
    EXPECT_EQ(tape.records().name_of(i), std::to_string(i));
  std::size_t letters = 0;
  for (std::uint32_t i = 0; i < n; ++i) letters += tape.records().name_of(i).size();
  EXPECT_EQ(letters, 10u + 90 * 2 + 900 * 3 + 9000 * 4 + 90000 * 5 + (n - 100000) * 6);
}

}  // namespace
}  // namespace glassgrad
