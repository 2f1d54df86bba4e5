// Which ops the random graphs reach, on their tapes and in their derivatives: an op of which no
// property is asked cannot land.
#include <map>
#include <set>

#include "property/random_images.hpp"
#include "property/random_matrices.hpp"
#include "property/random_ops.hpp"
#include "property/random_rows.hpp"

namespace glassgrad {
namespace {

using namespace property;

template <class T>
void collect(const Tape<T>& tape, std::set<std::string>& names) {
  for (std::uint32_t i = 0; i < tape.size(); ++i)
    if (const auto* rule = tape.records()[i].rule) names.emplace(rule->name);
}
template <class Family>
std::set<std::string> names_of() {
  std::set<std::string> names;
  each_graph<Family>(1, {}, [&](auto& g) {
    const auto y = sum(square(g.at(g.x)));
    grad(y, {g.x, g.w});
    jvp(y, g.x, g.tape.zeros(g.x.shape()));
    collect(g.tape, names);
  });
  return names;
}

// Whatever is added to a list is in these graphs by itself.
TEST(Reach, EveryOpIsInAGraphOfOps) {
  const std::set<std::string> reached = names_of<OpGraphs>();
  for (const std::string& name : op_names()) EXPECT_TRUE(reached.contains(name)) << name;
}

// Graphs of what people call, of batches and matrices. What is in none of them has its reason here;
// an op that is added must be put into a graph, or here.
const std::map<std::string, std::string>& left_out() {
  static const std::map<std::string, std::string> all = {
      {"adjugate_along", "of the second slope of det alone, which OpGraphs have"},
      {"dropout_mask", "a draw, no function of x"}};
  return all;
}
TEST(Reach, EveryOpIsInAGraphOfRowsMatricesOrImagesOrLeftOutWithAReason) {
  std::set<std::string> reached = names_of<RowGraphs>();
  reached.merge(names_of<MatrixGraphs>());
  reached.merge(names_of<ImageGraphs>());
  for (const std::string& name : op_names())
    EXPECT_NE(reached.contains(name), left_out().contains(name))
        << name << (reached.contains(name) ? " is reached now" : " is in no graph");
  for (const auto& [name, reason] : left_out())
    EXPECT_NE(std::ranges::count(op_names(), name), 0) << name << " is no op";
}

}  // namespace
}  // namespace glassgrad
