// A scene as SVG text. Names are data, never markup.
#include "glassgrad/show/picture/svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "glassgrad/array/printable.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/io/file.hpp"
#include "show/diagnose/find.hpp"
#include "show/picture/scene.hpp"

namespace glassgrad {
namespace {

using namespace svg;

constexpr double margin = 16, beside = 5;  // how far below the forward wire the backward one runs

// The colours of the page (src/viewer/draw/theme.ts), light and dark.
constexpr const char* style = R"(<style>
text { font-family: "DejaVu Sans Mono", "Liberation Mono", Menlo, Consolas, monospace; font-size: 12px; fill: #1b1f24; }
.title { font-size: 13px; font-weight: bold; }
.aside, .label, .sent { font-size: 11px; }
.label, .sent { stroke: #ffffff; stroke-width: 4px; stroke-linejoin: round; paint-order: stroke; text-anchor: end; }
.even { stroke: #f5f7f9; }
.aside { text-anchor: end; }
.aside, .formula, .muted { fill: #59636e; }
text.forward { fill: #00705a; }
text.backward, .sent { fill: #b23a00; }
.page { fill: #ffffff; }
.frame { fill: #f5f7f9; stroke: #aab3bd; }
.inner { fill: #ffffff; }
.box { fill: #ffffff; stroke: #59636e; stroke-width: 1.3; }
.back { fill: #fcebe1; }
.constant { stroke-dasharray: 4 3; }
.folded { stroke-width: 2.2; }
.ill { stroke: #8d1d75; stroke-width: 3; stroke-dasharray: 9 3 2 3; }
text.problem { fill: #8d1d75; font-weight: bold; }
path { fill: none; stroke-width: 1.6; }
path.way { stroke: #f6d9ee; stroke-width: 14; }
path.forward { stroke: #00705a; }
path.backward { stroke: #b23a00; stroke-dasharray: 6 4; }
polygon.forward { fill: #00705a; }
polygon.backward { fill: #b23a00; }
@media (prefers-color-scheme: dark) {
text { fill: #e9ecf0; }
.label, .sent { stroke: #14171c; }
.even { stroke: #191d23; }
.aside, .formula, .muted { fill: #a3adb9; }
text.forward { fill: #8df0cf; }
text.backward, .sent { fill: #f07a48; }
.page { fill: #14171c; }
.frame { fill: #191d23; stroke: #59636f; }
.inner { fill: #14171c; }
.box { fill: #1f242b; stroke: #a3adb9; }
.back { fill: #3a2117; }
path.way { stroke: #4a1f40; }
path.forward { stroke: #8df0cf; }
path.backward { stroke: #f07a48; }
polygon.forward { fill: #8df0cf; }
polygon.backward { fill: #f07a48; }
.ill { stroke: #ff9de6; }
text.problem { fill: #ff9de6; }
}
</style>
)";

class Writer {
 public:
  Writer(const Snapshot& shot, const detail::Marks& marks, const Scene& scene)
      : shot_(shot), marks_(marks), scene_(scene), depths_(shot.scopes.size(), 0) {
    for (std::size_t s = 1; s < shot.scopes.size(); ++s)
      depths_[s] = depths_[shot.scopes[s].parent] + 1;
  }

  std::string write() {
    const double w = scene_.width + 2 * margin, h = scene_.height + 2 * margin;
    const std::string title =
        escaped("The gradient of " + shown_name(shot_.nodes[shot_.cost].label));
    text_ = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{} {} {} {}\" width=\"{}\" "
        "height=\"{}\" role=\"img\" "
        "aria-label=\"{}\">\n<title>{}</title>\n{}"
        "<rect class=\"page\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>\n",
        n(-margin), n(-margin), n(w), n(h), n(w), n(h), title, title, style, n(-margin), n(-margin),
        n(w), n(h));
    for (const SceneFrame& frame : scene_.frames) write(frame);
    for (const SceneWire& wire : scene_.wires) write(wire);
    for (const SceneWire& wire : scene_.wires)
      if (wire.ends && wire.labelled) write_labels(wire);
    for (const SceneBox& box : scene_.boxes) write(box);
    return text_ + "</svg>\n";
  }

 private:
  void put(const std::string& style_of, double x, double y, const std::string& what) {
    text_ += fmt::format("<text class=\"{}\" x=\"{}\" y=\"{}\">{}</text>\n", style_of, n(x), n(y),
                         escaped(what));
  }

  void write(const SceneFrame& frame) {
    text_ += fmt::format(
        "<rect class=\"frame{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"10\"/>\n",
        frame.depth % 2 ? "" : " inner", n(frame.x), n(frame.y), n(frame.w), n(frame.h));
    put("title", frame.x + 12, frame.y + 20, frame.title);
  }

  void write(const SceneWire& wire) {
    const auto& p = wire.points;
    text_ += "<g>";
    if (wire.ends) text_ += "<title>" + escaped(wire.text.sentence) + "</title>";
    if (wire.ends ? marks_.along(wire.source, wire.node) : marks_.along(wire.source))
      text_ += "<path class=\"way\" d=\"" + path(p, beside / 2) + "\"/>";
    text_ += "<path class=\"forward\" d=\"" + path(p, 0) + "\"/>";
    if (wire.back) text_ += "<path class=\"backward\" d=\"" + path(p, beside) + "\"/>";
    if (wire.ends) arrow("forward", p[p.size() - 2], p[p.size() - 1], 1);
    if (wire.back && wire.starts) arrow("backward", p[0], p[1] + beside, -1);
    text_ += "</g>\n";
  }
  void arrow(const char* direction, double x, double y, int sign) {
    text_ += fmt::format("<polygon class=\"{}\" points=\"{} {} {} {} {} {}\"/>", direction, n(x),
                         n(y), n(x - 8 * sign), n(y - 4), n(x - 8 * sign), n(y + 4));
  }
  // Curves between columns, straight lines across them.
  static std::string path(const std::vector<double>& p, double shift) {
    std::string d = "M" + n(p[0]) + " " + n(p[1] + shift);
    for (std::size_t i = 2; i + 1 < p.size(); i += 2) {
      const double x0 = p[i - 2], y0 = p[i - 1] + shift, x1 = p[i], y1 = p[i + 1] + shift;
      const double reach = std::max(std::abs(x1 - x0) / 2, x1 < x0 ? 60.0 : 0.0);
      if (i % 4 == 2 || (y0 == y1 && x1 >= x0))
        d += "L" + n(x1) + " " + n(y1);
      else
        d += "C" + n(x0 + reach) + " " + n(y0) + " " + n(x1 - reach) + " " + n(y1) + " " + n(x1) +
             " " + n(y1);
    }
    return d;
  }

  void write_labels(const SceneWire& wire) {
    const double x = wire.points[wire.points.size() - 2] - 12, y = wire.points.back();
    const std::string ground = depths_[shot_.nodes[wire.node].scope] % 2 ? " even" : "";
    if (!wire.text.local.empty()) put("label" + ground, x, y - 5, wire.text.local);
    if (!wire.text.sent.empty()) put("sent" + ground, x, y + beside + 12, wire.text.sent);
  }

  void write(const SceneBox& box) {
    const SnapshotNode& node = shot_.nodes[box.node];
    const bool leaf = node.kind != SnapshotKind::op;
    const std::string sentence = escaped(box.text.sentence);
    std::string looks = "box";
    if (node.kind == SnapshotKind::constant) looks += " constant";
    if (node.folded) looks += " folded";
    if (node.upstream) looks += " back";
    if (!marks_.of(box.node).empty()) looks += " ill";
    text_ += fmt::format(
        "<g id=\"n{}\" class=\"node\" role=\"img\" aria-label=\"{}\"><title>{}</title>\n"
        "<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{}\"/>\n",
        box.node, sentence, sentence, looks, n(box.x), n(box.y), n(box.w), n(box.h), leaf ? 14 : 6);
    const double height = 20 + 17 * double(box.text.lines.size());
    double y = box.y + (box.h - height) / 2 + 14;
    put("title", box.x + 10, y, box.text.title);
    put("aside", box.x + box.w - 10, y, box.text.aside);
    y += 1;
    for (const Line& line : box.text.lines) {  // readers of SVG drop spaces at the beginning
      const std::size_t indent = line.text.find_first_not_of(' ');
      put(line.style, box.x + 10 + 7.2 * double(indent), y += 17, line.text.substr(indent));
    }
    text_ += "</g>\n";
  }

  const Snapshot& shot_;
  const detail::Marks& marks_;
  const Scene& scene_;
  std::vector<int> depths_;
  std::string text_;
};

// A picture grows with its wires, and with every frame that a wire crosses.
void check_wires(const Snapshot& shot, const SvgOptions& options) {
  constexpr auto advice = "Fold scopes, or use write_html, whose page folds by itself";
  std::vector<int> depths(shot.scopes.size(), 0);
  for (std::size_t s = 1; s < shot.scopes.size(); ++s)
    depths[s] = depths[shot.scopes[s].parent] + 1;
  std::size_t wires = 0, crossed = 0;
  const std::size_t most = std::size_t(options.wires);
  for (const SnapshotNode& node : shot.nodes)
    for (const SnapshotInput& input : node.inputs) {
      if (stands_in_formula(shot.nodes[input.node])) continue;
      ++wires;
      std::uint32_t a = shot.nodes[input.node].scope, b = node.scope;
      for (; a != b && crossed <= 20 * most; ++crossed)
        if (depths[a] >= depths[b])
          a = shot.scopes[a].parent;
        else
          b = shot.scopes[b].parent;
    }
  if (wires > most)
    throw Error("write_svg", join("the picture would have ", wires, " wires, more than ", most),
                advice);
  if (crossed > 20 * most)
    throw Error("write_svg",
                join("the wires would cross more than ", 20 * most, " frames of scopes"), advice);
}

}  // namespace

std::string to_svg(const Snapshot& shot, const SvgOptions& options) {
  const auto boxes =
      shot.nodes.size() -
      std::size_t(std::count_if(shot.nodes.begin(), shot.nodes.end(), stands_in_formula));
  if (boxes > std::size_t(options.boxes))
    throw Error("write_svg",
                join("the picture would have ", boxes, " boxes, more than ", options.boxes),
                "Fold scopes, or use write_html, whose page folds by itself");
  check_wires(shot, options);
  const detail::Marks marks(shot);
  const Scene scene = arrange(shot, marks, {options.digits, options.decimals});
  return Writer(shot, marks, scene).write();
}

void write_svg(const Snapshot& shot, const std::string& path, const SvgOptions& options) {
  write_file(path, to_svg(shot, options));
}

}  // namespace glassgrad
