// The chain rule written out: arguments are checked here, single numbers are written by
// scalar_text, matrices in matrix_chain.cpp.
#include "glassgrad/show/text/chain.hpp"

#include <algorithm>
#include <cstdio>
#include <limits>
#include <ostream>

#include "engine/subject.hpp"
#include "glassgrad/array/text.hpp"
#include "show/text/chain_text.hpp"

namespace glassgrad {
namespace {

template <class T>
std::uint32_t checked_node(Tape<T>& tape, const Node<T>& cost, const Node<T>& node) {
  if (cost.shape().count() != 1)
    throw ShapeError(
        "chain", join("the cost, ", subject(cost), ", is ", cost.shape(), ", not a single number"),
        "Reduce it with sum or mean");
  const std::uint32_t at = tape.records().checked("chain", node);
  tape.records().check_parameters("chain");
  if (!tape.records()[at].active)
    throw TapeError("chain", "no gradient goes to " + subject(node) + ": " + node.upstream_reason(),
                    "Ask a parameter, an input, or what is computed from them");
  return at;
}

// "(3, 2)" paths and the like: "the first 8 of 1024 paths", "1 path"
std::string paths_text(std::uint64_t count, std::size_t written) {
  if (count == written) return join(count, count == 1 ? " path" : " paths");
  const bool more = count == std::numeric_limits<std::uint64_t>::max();
  return join("the first ", written, " of ", more ? "more than " : "", more ? count - 1 : count,
              " paths");
}

template <class T>
std::vector<double> as_doubles(const std::vector<T>& numbers) {
  return {numbers.begin(), numbers.end()};
}

}  // namespace

template <class T>
Chain chain(const Node<T>& cost, const Node<T>& node, const ChainOptions& options) {
  cost.check_tape("chain");
  if (!cost.tape())
    throw TapeError("chain", "the cost is a plain number, on no tape", "Compute it from nodes");
  Tape<T>& tape = *cost.tape();
  const std::uint32_t root = tape.records().checked("chain", cost),
                      at = checked_node(tape, cost, node);
  std::vector<SnapshotScope> scopes = scopes_of(tape);
  const Graph<T> graph(tape, root, options.fold, scopes);
  ChainTexts<T> texts(tape, snapshot(cost, SnapshotOptions{.limit = 0, .fold = options.fold}),
                      scopes, graph, options);
  if (at > root || !graph.needed(at))
    throw TapeError("chain", "the cost does not depend on " + subject(node),
                    "Ask a node between a parameter or input and the cost");
  if (!graph.shown(at))
    throw TapeError("chain", subject(node) + " is inside the box \"" + texts.box_around(at) + "\"",
                    "Ask with fold = false, or fold other scopes");
  const Paths<T> paths(tape, graph, root, at);
  if (paths.count() == 0)
    throw TapeError("chain", "no gradient reaches " + subject(node) + " from the cost",
                    "Every way between them goes through an op that has none");
  Chain result;
  result.paths = paths.count();
  const std::vector<Path<T>> written = paths.first(std::size_t(options.paths));
  for (const Path<T>& path : written) result.products.push_back(as_doubles(paths.product(path)));
  result.sum = as_doubles(paths.sum());
  const std::string counted = paths_text(result.paths, written.size());
  result.text = paths.scalar() ? texts.scalar(root, at, counted, written, result)
                               : texts.matrix(root, at, counted, written, result);
  return result;
}
template Chain chain(const Node<float>&, const Node<float>&, const ChainOptions&);
template Chain chain(const Node<double>&, const Node<double>&, const ChainOptions&);

void print(const Chain& chain) { std::fwrite(chain.text.data(), 1, chain.text.size(), stdout); }
std::ostream& operator<<(std::ostream& out, const Chain& chain) { return out << chain.text; }

}  // namespace glassgrad
