// Of each kind a hundred problems, and the last of them says how many more of its own kind there
// are.
#include <gtest/gtest.h>

#include <algorithm>

#include "glassgrad/show/diagnose/problems.hpp"
#include "show/nets.hpp"

namespace glassgrad {
namespace {

TEST(CountedProblems, VanishingAndExplodingAreTwoKinds) {
  Tape tape;
  auto cost = tape.input("first", 1.0) + 0;
  for (int i = 0; i < 150; ++i) cost = cost + 1e-12 * tape.input("a" + std::to_string(i), 1.0);
  for (int i = 0; i < 120; ++i) cost = cost + 1e9 * tape.input("b" + std::to_string(i), 1.0);
  tape.backward(cost);
  const Snapshot shot = snapshot(cost);
  for (const auto& [kind, name, more] :
       {std::tuple{ProblemKind::vanishing, "a99", "; there are 51 more of this kind"},
        std::tuple{ProblemKind::exploding, "b99", "; there are 20 more of this kind"}}) {
    std::vector<Problem> of_kind;
    for (const Problem& problem : find_problems(shot))
      if (problem.kind == kind) of_kind.push_back(problem);
    ASSERT_EQ(of_kind.size(), 100U) << name;
    const auto said = [&, text = std::string(more)](const Problem& problem) {
      return problem.message.ends_with(text);
    };
    EXPECT_EQ(std::count_if(of_kind.begin(), of_kind.end(), said), 1) << name;
    const Problem& last = *std::find_if(of_kind.begin(), of_kind.end(), said);
    EXPECT_EQ(std::string_view(shot.nodes[last.node].label).substr(0, 1),
              std::string_view(name).substr(0, 1));
  }
}

}  // namespace
}  // namespace glassgrad
