// Which scope lies in which, and that checking a snapshot takes no longer for scopes in each other.
#include "../../../src/show/snapshot/nesting.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "glassgrad/array/random.hpp"
#include "glassgrad/show/diagnose/identities.hpp"
#include "show/nets.hpp"

namespace glassgrad {
namespace {

TEST(Nesting, IsThatOfTheParents) {
  Random random(1);
  std::vector<SnapshotScope> scopes(60);
  for (std::uint32_t s = 1; s < 60; ++s)
    scopes[s].parent = std::uint32_t(random.uniform() * double(s));
  const detail::Nesting nesting(scopes);
  for (std::uint32_t s = 0; s < 60; ++s)
    for (std::uint32_t other = 0; other < 60; ++other) {
      std::uint32_t around = s;
      while (around > other) around = scopes[around].parent;
      EXPECT_EQ(nesting.lies_in(s, other), around == other) << s << " in " << other;
    }
}

// n scopes, in each other with n ops innermost, or one op each beside each other; all ops read x.
Snapshot scopes_and_ops(int n, bool nested) {
  Tape tape;
  const auto x = tape.input("x", 1.0);
  Node<> y = x;
  using Guard = decltype(tape.scope("s"));
  std::vector<std::unique_ptr<Guard>> open;
  for (int i = 0; i < n && nested; ++i) open.emplace_back(new Guard(tape.scope("s")));
  for (int i = 0; i < n; ++i) y = nested ? y + x : nets::box(tape, "s", [&] { return y + x; });
  while (!open.empty()) open.pop_back();
  tape.backward(y);
  return snapshot(y, {.boxes = true});
}
// Walking the ways from every op to the outermost scope would take minutes.
TEST(Nesting, ManyScopesAreChecked) {
  for (const bool nested : {true, false})
    EXPECT_TRUE(check_identities(scopes_and_ops(30000, nested)).hold());
}

}  // namespace
}  // namespace glassgrad
