// The geometry of a snapshot: every box with its corner, every scope with its frame, every wire
// with its points. Scopes are laid out from the inside out by the layered layout; wires cross a
// frame at ports, as on the page (src/viewer/draw/arrange.ts). Colours and text are svg.cpp's.
#pragma once

#include <vector>

#include "show/diagnose/find.hpp"
#include "show/picture/svg_text.hpp"

namespace glassgrad::svg {

struct SceneBox {
  std::uint32_t node;
  double x, y, w, h;
  NodeText text;
};
struct SceneFrame {
  std::uint32_t scope;
  int depth;
  double x, y, w, h;
  std::string title;
};
struct SceneWire {
  std::uint32_t source;
  std::vector<double> points;
  bool starts, ends;       // at boxes; else at a frame's border
  bool back;               // it carried a contribution
  std::uint32_t node = 0;  // where it ends, when `ends`
  std::size_t slot = 0;
  bool labelled = false;
  EdgeText text;
};
struct Scene {
  double width = 0, height = 0;
  std::vector<SceneBox> boxes;
  std::vector<SceneFrame> frames;
  std::vector<SceneWire> wires;
};

Scene arrange(const Snapshot& shot, const detail::Marks& marks, Digits digits);

}  // namespace glassgrad::svg
