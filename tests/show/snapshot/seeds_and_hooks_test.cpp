// What is given to backward inside a run, and what a hook makes of an upstream, is said to have
// come from elsewhere: the numbers of a sound run agree with each other.
#include <gtest/gtest.h>

#include <limits>

#include "glassgrad/show/diagnose/identities.hpp"
#include "show/nets.hpp"

namespace glassgrad {
namespace {

using nets::box;

std::string violations(const Snapshot& shot) {
  std::string all;
  for (const std::string& line : check_identities(shot).violations) all += line + "\n";
  return all;
}
// {} where nothing did.
std::vector<double> from_elsewhere(const Snapshot& shot, std::string_view label) {
  for (const SnapshotNode& node : shot.nodes)
    if (node.label == label)
      return node.elsewhere ? node.elsewhere->numbers : std::vector<double>();
  ADD_FAILURE() << label;
  return {};
}

TEST(SeedsAndHooks, ASeedInsideIsInTheSum) {
  Tape tape;
  const auto x = tape.input("x", 3.0), w = tape.input("w", 2.0);
  const auto h = name("h", x * w), L = name("L", square(h));
  tape.backward({{L, 1.0}, {h, 2.0}});
  const Snapshot shot = snapshot(L);
  EXPECT_EQ(violations(shot), "");
  EXPECT_EQ(from_elsewhere(shot, "h"), std::vector<double>{2});
  EXPECT_EQ(from_elsewhere(shot, "x"), std::vector<double>());
  EXPECT_NE(Trace(shot).text().find(", with 2 from elsewhere, in sum 14"), std::string::npos)
      << Trace(shot).text();
  EXPECT_EQ(violations(parse_snapshot(to_json(shot))), "");
}

TEST(SeedsAndHooks, AHookThatRewritesIsInTheSum) {
  Tape tape;
  const auto x = tape.input("x", {3.0, 1.0}), w = tape.input("w", {2.0, 5.0});
  const auto h = name("h", x * w), L = name("L", sum(square(h)));
  tape.on_upstream(h, [](View<double> u) {
    for (double& number : u) number /= 2;
  });
  tape.backward(L);
  const Snapshot shot = snapshot(L);
  EXPECT_EQ(violations(shot), "");
  EXPECT_EQ(from_elsewhere(shot, "h"), (std::vector<double>{-6, -5}));
}

// A scope with one inside it would be a box whose local x upstream is not what its ops sent.
TEST(SeedsAndHooks, InsideAScopeNoBoxIsMade) {
  for (const bool hooked : {false, true}) {
    Tape tape;
    const auto x = tape.input("x", 3.0);
    Node<> h;
    const auto L = box(tape, "part", [&] {
      h = name("h", x * x);
      return name("L", sin(h));
    });
    if (hooked) tape.on_upstream(h, [](View<double> u) { u[0] = 7; });
    if (hooked)
      tape.backward(L);
    else
      tape.backward({{L, 1.0}, {h, 2.0}});
    const Snapshot shot = snapshot(L, {.boxes = true});
    EXPECT_TRUE(shot.scopes[1].inputs.empty());
    EXPECT_EQ(violations(shot), "");
    EXPECT_EQ(violations(snapshot(L, {.fold = true, .boxes = true})), "");
  }
}

TEST(SeedsAndHooks, AHookThatMendsWhatIsNotFinite) {
  Tape tape;
  const auto x = tape.input("x", 0.0);
  const auto h = name("h", x * 1), L = name("L", log(h) * 0.0);
  tape.on_upstream(h, [](View<double> u) { u[0] = 0; });
  tape.backward(L);
  const Snapshot shot = snapshot(L);
  EXPECT_EQ(x.upstream()[0], 0);
  EXPECT_EQ(violations(shot), "");
}

// Rounding is none of it, however much of a sum cancels; nor are NaN and infinity by themselves.
TEST(SeedsAndHooks, OfAnOrdinaryRunNothingIsFromElsewhere) {
  Tape tape;
  const auto x = tape.input("x", 3.0), zero = tape.input("zero", 0.0);
  const double large = 1e10 / 3;
  const auto L = name("L", x * large + x * 0.1 - x * large + log(zero) * zero);
  tape.backward(L);
  const Snapshot shot = snapshot(L);
  EXPECT_EQ(from_elsewhere(shot, "x"), std::vector<double>());
  EXPECT_EQ(from_elsewhere(shot, "zero"), std::vector<double>());
  EXPECT_EQ(violations(shot), "");
}

}  // namespace
}  // namespace glassgrad
