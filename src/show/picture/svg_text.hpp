// The texts of nodes and edges in the SVG picture, and their widths: every text is set in a
// monospaced font, so that a width is a number of letters.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "array/columns.hpp"
#include "glassgrad/show/snapshot/snapshot.hpp"
#include "show/text/numbers.hpp"

namespace glassgrad::svg {

inline constexpr double title_size = 13, line_size = 12, label_size = 11;
inline constexpr int widest_line = 46, widest_label = 36;  // letters

inline double width(std::string_view text, double size) { return 0.61 * size * text_columns(text); }
// printable(text) in full, escaped for XML text and attributes.
std::string escaped(std::string_view text);

// A length or a coordinate, to a hundredth.
std::string n(double x);

struct Line {
  std::string text;
  const char* style;  // "formula", "forward", "backward", "muted", "problem"
};
struct NodeText {
  std::string title, aside;
  std::vector<Line> lines;
  std::string sentence;  // everything, on one line
};
// With the problems that begin at the node.
NodeText text_of(const Snapshot& shot, std::uint32_t node,
                 const std::vector<const Problem*>& problems, Digits digits);

struct EdgeText {
  std::string local, sent;  // above the wire and below it
  std::string sentence;
};
EdgeText text_of(const Snapshot& shot, const SnapshotNode& node, const SnapshotInput& input,
                 Digits digits);

// A plain number appears in its consumer's formula and needs no box.
bool stands_in_formula(const SnapshotNode& node);

}  // namespace glassgrad::svg
