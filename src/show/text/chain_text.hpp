// ChainTexts: how paths are written, as products of numbers (scalar_chain.cpp) and of matrices
// (matrix_chain.cpp).
#pragma once

#include <map>

#include "glassgrad/array/printable.hpp"
#include "glassgrad/show/text/chain.hpp"
#include "show/text/numbers.hpp"
#include "show/text/paths.hpp"

namespace glassgrad {

template <class T>
class ChainTexts {
 public:
  ChainTexts(Tape<T>& tape, const Snapshot& shot, std::span<const SnapshotScope> scopes,
             const Graph<T>& graph, const ChainOptions& options)
      : tape_(tape), scopes_(scopes), graph_(graph), options_(options) {
    for (const SnapshotNode& node : shot.nodes) labels_[node.index] = shown_name(node.label);
  }

  std::string box_around(std::uint32_t i) const {
    return graph_.scope(i) ? shown_name(scopes_[graph_.scope(i)].name) : "of a named node";
  }
  std::string scalar(std::uint32_t cost, std::uint32_t node, const std::string& counted,
                     const std::vector<Path<T>>& paths, const Chain& chain);
  std::string matrix(std::uint32_t cost, std::uint32_t node, const std::string& counted,
                     const std::vector<Path<T>>& paths, const Chain& chain);

 private:
  using Step = PathStep<T>;
  std::uint32_t from(const Step& step) const { return step.box->inputs()[step.input]; }
  const std::string& label(std::uint32_t i) const { return labels_.at(i); }
  std::string quotient(std::uint32_t of, std::uint32_t by) const {
    return "d" + label(of) + "/d" + label(by);
  }
  Formula symbol(std::uint32_t i) const;
  const BoxLocal<T>& local(const Step& step);

  double factor(const Step& step) { return double(local(step).numbers.at(0)); }
  bool is_one(const Step& step);
  std::string rounded(double number) const;
  // before x (rest + rest + ...) x after: factors common to all paths are outside the sum.
  struct Collected {
    Path<T> before, after;
    std::vector<Path<T>> rest;
  };
  Collected collected(const std::vector<Path<T>>& paths);
  std::string in_symbols(const Collected& all);
  std::string in_numbers(const Collected& all);

  std::string derivative_name(const Step& step) const;
  std::optional<Formula> matrix_product(const Step& step) const;
  Formula path_formula(const Path<T>& path, bool named);

  Tape<T>& tape_;
  std::span<const SnapshotScope> scopes_;
  const Graph<T>& graph_;
  const ChainOptions& options_;
  std::map<std::uint32_t, std::string> labels_;
  std::map<std::pair<std::uint32_t, std::size_t>, BoxLocal<T>> locals_;
};

}  // namespace glassgrad
