// What was checked, in words.
#include "glassgrad/array/text.hpp"
#include "glassgrad/show/diagnose/identities.hpp"

namespace glassgrad {
namespace {

std::string counted(std::int64_t n, const char* one, const char* many) {
  return join(n, " ", n == 1 ? one : many);
}

}  // namespace

std::string to_text(const Identities& of) {
  const auto wrong = std::int64_t(of.violations.size());
  std::string text = join(
      "checked ", counted(of.nodes, "node", "nodes"), ", ", counted(of.edges, "edge", "edges"),
      ", ", counted(of.epochs, "epoch", "epochs"), ", ", counted(of.folds, "fold", "folds"), ": ",
      wrong == 0 ? "all hold" : join(wrong, wrong == 1 ? " does not hold" : " do not hold"));
  if (of.unchecked_products + of.unchecked_sums > 0)
    text += join("\n", of.unchecked_products, " of ", of.products, " products and ",
                 of.unchecked_sums, " of ", of.sums,
                 " sums by their statistics or not at all: their numbers are not in the file");
  if (of.formulas > 0)
    text += join("\n", of.formulas, " of ", of.products, " products by their sums alone: ",
                 of.formulas == 1 ? "its local gradient is a formula"
                                  : "their local gradients are formulas");
  return text + "\n";
}

}  // namespace glassgrad
