// The snapshot's JSON. Keys and their meaning are in docs/snapshot.schema.json.
#include "glassgrad/show/json.hpp"

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "glassgrad/io/file.hpp"
#include "show/derived.hpp"
#include "show/labels.hpp"
#include "show/viewer.hpp"

namespace glassgrad {
namespace {

using Json = nlohmann::ordered_json;

Json number(double x) {
  if (std::isfinite(x)) return x;
  return std::isnan(x) ? "NaN" : x > 0 ? "Infinity" : "-Infinity";
}

Json array(const SnapshotArray& a) {
  if (a.shape.rank() == 0 && a.whole) return number(a.numbers[0]);
  Json json{{"shape", Json::array()}};
  for (std::int64_t size : a.shape) json["shape"].push_back(size);
  if (a.whole) {
    json["values"] = Json::array();
    for (double x : a.numbers) json["values"].push_back(number(x));
    return json;
  }
  json["stats"] = {{"min", number(a.min)},
                   {"max", number(a.max)},
                   {"mean", number(a.mean)},
                   {"std", number(a.deviation)},
                   {"norm", number(a.norm)},
                   {"zeros", a.zeros},
                   {"nan", a.nan},
                   {"plus_infinity", a.plus_infinite},
                   {"minus_infinity", a.infinite - a.plus_infinite}};
  return json;
}

Json local(const SnapshotInput& input) {
  Json json{{"kind", input.jacobian                              ? "dense"
                     : !input.elementwise                        ? "pullback"
                     : input.local && !input.local->shape.rank() ? "number"
                                                                 : "elementwise"},
            {"formula", input.slot_formula}};
  if (input.slot_formula.empty()) json.erase("formula");
  if (input.local) json["value"] = array(*input.local);
  if (input.jacobian) json["value"] = array(*input.jacobian);
  return json;
}

Json input(const SnapshotInput& from) {
  Json json{{"node", from.node}, {"slot", from.symbol}};
  if (from.has_local())
    json["local"] = local(from);
  else if (!from.elementwise)
    json["elementwise"] = false;
  if (from.contribution) json["contribution"] = array(*from.contribution);
  return json;
}

const char* state(Upstream upstream) {
  switch (upstream) {
    case Upstream::computed:
      return "computed";
    case Upstream::pending:
      return "pending";
    case Upstream::not_kept:
      return "not_kept";
    case Upstream::none:
      break;
  }
  return "none";
}
const char* kind(SnapshotKind of) {
  switch (of) {
    case SnapshotKind::op:
      return "op";
    case SnapshotKind::input:
      return "input";
    case SnapshotKind::parameter:
      return "parameter";
    case SnapshotKind::constant:
      break;
  }
  return "constant";
}

// A node, with what read_json cannot tell from the rest of it.
Json node(const SnapshotNode& of, const Snapshot& shot, const std::string& label) {
  Json json{{"op", of.op}, {"kind", kind(of.kind)}};
  if (!of.name.empty()) json["name"] = of.name;
  if (of.label != label) json["label"] = of.label;
  if (of.scope) json["scope"] = of.scope - 1;
  if (of.folded) json["folded"] = of.folded;
  if (of.derivative) json["derivative"] = true;
  if (!of.symbolic.empty()) json["formula"] = of.symbolic;
  if (in_labels(of.symbolic, of, shot) != of.formula) json["text"] = of.formula;
  if (!of.inputs.empty()) {
    json["inputs"] = Json::array();
    for (const SnapshotInput& from : of.inputs) {
      json["inputs"].push_back(input(from));
      if (from.has_local() && in_labels(from.slot_formula, of, shot) != from.local_formula)
        json["inputs"].back()["local"]["text"] = from.local_formula;
    }
  }
  json["value"] = array(of.value);
  json["upstream_state"] = state(of.state);
  if (of.upstream) json["upstream"] = array(*of.upstream);
  if (!of.why.empty()) json["why"] = of.why;
  return json;
}

}  // namespace

std::string to_json(const Snapshot& shot, const std::string& title) {
  Json json{{"format", "glassgrad.trace"}, {"version", 1}};
  if (!title.empty()) json["title"] = title;
  json["producer"] = {{"name", "glassgrad"},
                      {"dtype", shot.number_type == "float64" ? "f64" : "f32"}};
  json["limits"] = {{"full", shot.limit},
                    {"nodes_total", shot.nodes.size()},
                    {"nodes_written", shot.nodes.size()}};
  json["scopes"] = Json::array();
  for (std::size_t i = 1; i < shot.scopes.size(); ++i) {  // our scope 0 stands outside all
    Json scope{{"name", shot.scopes[i].name}};
    if (shot.scopes[i].parent) scope["parent"] = shot.scopes[i].parent - 1;
    if (!shot.scopes[i].formula.empty()) scope["formula"] = shot.scopes[i].formula;
    for (const SnapshotInput& from : shot.scopes[i].inputs) scope["inputs"].push_back(input(from));
    json["scopes"].push_back(std::move(scope));
  }
  json["nodes"] = Json::array();
  Labels labels;
  for (std::uint32_t i = 0; i < shot.nodes.size(); ++i) {
    const SnapshotNode& of = shot.nodes[i];
    const bool constant = of.kind == SnapshotKind::constant;
    json["nodes"].push_back(node(of, shot, labels.of(of.name, constant, of.value, i)));
  }
  json["cost"] = shot.cost;
  // names may hold any bytes: what is not UTF-8 is replaced
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string page_of(std::string_view json) {
  std::string data;
  for (char c : json) {  // no name can end the script that holds it
    if (c == '<')
      data += "\\u003c";
    else
      data += c;
  }
  std::string page = viewer_page();
  const std::string mark = "id=\"snapshot\">null</script>";
  const std::size_t at = page.find(mark);
  return page.replace(at, mark.size(), "id=\"snapshot\">" + data + "</script>");
}
std::string to_html(const Snapshot& shot, const std::string& title) {
  return page_of(to_json(shot, title));
}

void write_json(const Snapshot& shot, const std::string& path) {
  write_file(path, to_json(shot, std::filesystem::path(path).stem().string()));
}
void write_html(const Snapshot& shot, const std::string& path) {
  write_file(path, to_html(shot, std::filesystem::path(path).stem().string()));
}

}  // namespace glassgrad
