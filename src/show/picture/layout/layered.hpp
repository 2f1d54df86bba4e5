// The layered layout: boxes with ports in columns from left to right, wires between them. It equals
// the page's (src/viewer/layout.ts), step by step: fixtures/layout_cases.json tests both for the
// same numbers. Ranks (ranks.cpp), order in a column (order.cpp), heights (place.cpp,
// straighten.cpp); boxes within boxes are arranged by show/picture/scene.cpp, which calls this once
// per open scope. Sugiyama, Tagawa, Toda 1981.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "glassgrad/array/optional_index.hpp"

namespace glassgrad::layout {

enum class Pin { no, first, last };  // ports of the enclosing box stand in the outermost columns

struct Box {
  double w = 0, h = 0;
  std::vector<double> ins, outs;  // heights of the ports, from the top
  Pin pin = Pin::no;
  std::optional<double> lead;  // room for the labels of the wires that end here, or Spacing::lead
};
struct Link {
  int from = 0, out = 0, to = 0, in = 0;
};
struct Spacing {
  double row, wire, lead, curve;
  bool clear = false;  // wires that pass a column do so outside the room of its labels
};

// Corners of every box, and for every link its points x0 y0 x1 y1 ..., to be joined by curves
// between odd and even points and straight lines between even and odd ones.
struct Layout {
  double width = 0, height = 0;
  std::vector<double> x, y;
  std::vector<std::vector<double>> routes;
};
Layout layered(const std::vector<Box>& boxes, const std::vector<Link>& links,
               const Spacing& spacing);

// ---- Common to the stages --------------------------------------------------------------------

// An item of a column: a box, or without one a passage of a long wire.
struct Item {
  OptionalIndex box;
  int rank;
  double h, y;
};
// One step of a wire, between neighbouring columns; port heights are from the items' tops.
struct Step {
  int from, to;
  double out, in, weight;
};
using Columns = std::vector<std::vector<int>>;

// For every item the links or steps that end (or begin) there, in their order.
template <class T>
std::vector<std::vector<int>> grouped(std::size_t count, const std::vector<T>& links, int T::*end) {
  std::vector<std::vector<int>> by(count);
  for (std::size_t i = 0; i < links.size(); ++i) by[std::size_t(links[i].*end)].push_back(int(i));
  return by;
}

std::vector<int> assign_ranks(const std::vector<Box>& boxes, const std::vector<Link>& links);
Columns order_columns(const std::vector<Item>& items, const std::vector<Step>& steps);
void place_rows(std::vector<Item>& items, const std::vector<Step>& steps, const Columns& columns,
                const Spacing& spacing);
void straighten(std::vector<Item>& items, const std::vector<Step>& steps, const Columns& columns,
                const std::vector<std::vector<int>>& trunks, const Spacing& spacing);

}  // namespace glassgrad::layout
