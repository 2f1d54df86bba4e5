// Draws a graph: which ops, on which earlier nodes, with which shapes and attributes. What an op
// needs of its arguments is arranged by guards, steps of their own on both sides. Next: the tables,
// elementwise.cpp and its neighbours; one entry for each op that both sides have.
#pragma once

#include <map>

#include "differential/graph.hpp"

namespace glassgrad::differential {

// Where an op wants its argument.
enum class In {
  any,
  bounded,   // |x| <= 2
  positive,  // x >= 0.1
  unit,      // |x| < 0.95
  share,     // 0.04 < x < 0.96
  above_one,
  nonzero,  // |x| >= 0.4
  distinct  // random numbers are added, so that no two are equal
};

// The op cannot be drawn here: another one is tried.
struct NotHere {};
struct Table;

// What was refused, by whom: ops that throw on one side only.
struct Refusals {
  std::map<std::string, int> ours, theirs;
  std::map<std::string, std::string> text;
};

class Draw {
 public:
  Draw(std::uint64_t seed, Refusals& refusals) : random_(seed, 1), refusals_(refusals) {}
  Graph graph(const Table& table);

  // ---- For the tables: numbers
  std::int64_t below(std::int64_t n) { return std::int64_t(random_.below(std::uint64_t(n))); }
  std::int64_t between(std::int64_t low, std::int64_t high) { return low + below(high - low + 1); }
  bool flag() { return below(2) == 0; }
  double real(double low, double high) { return random_.uniform(low, high); }
  Numbers normal(const Shape& shape);  // rounded to no special numbers
  Numbers mask(const Shape& shape);    // 0 and 1
  Positions positions(const Shape& shape, std::int64_t below);
  Positions permutation(std::int64_t n);
  Shape shape(int least_rank, int most_rank);

  // ---- Nodes
  const Shape& shape_of(int node) const { return shapes_[std::size_t(node)]; }
  int rank(int node) const { return shape_of(node).rank(); }
  int any(In in = In::any) { return ranked(0, 8, in); }
  int ranked(int least, int most, In in = In::any);
  int of_shape(const Shape& shape, In in = In::any);
  int partner(int node, In in = In::any);  // its shape broadcasts with the node's
  int square_matrix(std::int64_t n, const Shape& batch = {});      // well-conditioned
  int positive_definite(std::int64_t n, const Shape& batch = {});  // with separate eigenvalues
  Shape batch() { return below(3) ? Shape{} : Shape{between(1, 2)}; }

  // ---- Axes of a node
  int axis(int node);        // some of them counted from the end; there must be one
  Dims some_axes(int node);  // at least one, when there is one
  std::int64_t size(int node, int axis) const {
    const Shape& s = shape_of(node);
    return axis < 0 ? s.from_end(-axis) : s[axis];
  }
  // Not for what has no entry along that axis.
  int full_axis(int node) {
    const int a = axis(node);
    if (size(node, a) == 0) throw NotHere{};
    return a;
  }

  // ---- The op itself, on both sides, and in libtorch by another way if its own has a limit
  template <class F, class G>
  int put(const std::vector<int>& in, F ours, G theirs, Theirs mended = {}) {
    return append({op_, in, of_all<N>(ours), of_all<T>(theirs), std::move(mended)});
  }
  template <class F>
  int put(const std::vector<int>& in, F both) {
    return put(in, both, both);
  }

 private:
  int append(Step step);
  int guard(int node, In in);
  template <class F>
  int put_guard(const char* name, const std::vector<int>& in, F both);
  void forget(std::size_t steps);

  Random random_;
  Refusals& refusals_;
  Graph graph_;
  std::string op_;
  Tape<double> tape_{Keep::values};
  std::vector<N> ours_;
  std::vector<T> theirs_;
  std::vector<Shape> shapes_;
};

struct Entry {
  std::string op;
  std::function<void(Draw&)> draw;
};
struct Table {
  std::vector<Entry> entries;
  void add(std::string op, std::function<void(Draw&)> draw) {
    entries.push_back({std::move(op), std::move(draw)});
  }
  // One argument, two that broadcast; a generic lambda serves both sides.
  template <class F>
  void unary(std::string op, In in, F both) {
    add(std::move(op), [=](Draw& d) { d.put({d.any(in)}, both); });
  }
  template <class F, class G>
  void unary(std::string op, In in, F ours, G theirs) {
    add(std::move(op), [=](Draw& d) { d.put({d.any(in)}, ours, theirs); });
  }
  template <class F, class G>
  void binary(std::string op, In a, In b, F ours, G theirs) {
    add(std::move(op), [=](Draw& d) {
      const int x = d.any(a), y = d.partner(x, b);
      d.flag() || a != b ? d.put({x, y}, ours, theirs) : d.put({y, x}, ours, theirs);
    });
  }
  template <class F>
  void binary(std::string op, In a, In b, F both) {
    binary(std::move(op), a, b, both, both);
  }
};

void add_elementwise(Table& table);
void add_activations(Table& table);
void add_reductions(Table& table);
void add_movement(Table& table);
void add_positions(Table& table);
void add_products(Table& table);
void add_linear_algebra(Table& table);
void add_layers(Table& table);
void add_losses(Table& table);

}  // namespace glassgrad::differential
