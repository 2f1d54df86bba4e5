// The snapshot's JSON. Keys and their meaning are in docs/snapshot.schema.json.
#include "glassgrad/show/json/json.hpp"

#include <filesystem>

#include "array/json_limits.hpp"
#include "glassgrad/io/file.hpp"
#include "glassgrad/show/diagnose/problems.hpp"
#include "show/json/json_parts.hpp"
#include "show/json/viewer.hpp"
#include "show/snapshot/derived.hpp"
#include "show/snapshot/labels.hpp"

namespace glassgrad {
namespace {

using detail::Json;
using detail::to_json;

Json local(const SnapshotInput& input) {
  Json json{{"kind", input.jacobian                              ? "dense"
                     : !input.elementwise                        ? "pullback"
                     : input.local && !input.local->shape.rank() ? "number"
                                                                 : "elementwise"},
            {"formula", input.slot_formula}};
  if (input.slot_formula.empty()) json.erase("formula");
  if (input.local) json["value"] = to_json(*input.local);
  if (input.jacobian) json["value"] = to_json(*input.jacobian);
  if (input.matrix) json["matrix"] = to_json(*input.matrix);
  return json;
}

// `of` is the node whose argument it is; null for a scope's.
Json input(const SnapshotInput& from, const SnapshotNode* of) {
  Json json{{"node", from.node}, {"slot", from.symbol}};
  if (from.has_local())
    json["local"] = local(from);
  else if (!from.elementwise)
    json["elementwise"] = false;
  if (from.contribution) json["contribution"] = to_json(*from.contribution);
  if (from.dead_columns || from.dead_rows)
    json["dead"] = {{"columns", from.dead_columns}, {"rows", from.dead_rows}};
  if (!of || !from.has_local() || !from.contribution) return json;
  if (from.contribution->whole && of->upstream && of->upstream->whole) return json;
  if (const auto factor = gain(*of, from)) json["local"]["gain"] = to_json(*factor);
  return json;
}

// A node or a scope stands in the list and in the snapshot.
constexpr std::size_t in_a_list = 2;

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

// A node, with keys that read_json cannot derive from the rest.
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
      json["inputs"].push_back(input(from, &of));
      if (from.has_local() && in_labels(from.slot_formula, of, shot) != from.local_formula)
        json["inputs"].back()["local"]["text"] = from.local_formula;
    }
  }
  json["value"] = to_json(of.value);
  json["upstream_state"] = state(of.state);
  if (of.upstream) json["upstream"] = to_json(*of.upstream);
  if (of.elsewhere) json["elsewhere"] = to_json(*of.elsewhere);
  if (!of.why.empty()) json["why"] = of.why;
  if (of.check) {
    json["check"] = {{"ok", of.check->ok}};
    if (of.check->error) json["check"]["error"] = to_json(*of.check->error);
    if (of.check->tolerance) json["check"]["tolerance"] = to_json(*of.check->tolerance);
  }
  detail::add_more(of.more, json, in_a_list);
  return json;
}

// Names may hold any bytes: what is not UTF-8 is replaced.
std::string written(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// One by one, so that only one exists twice at a time.
void write_nodes(const Snapshot& shot, std::string& text) {
  Labels labels;
  text += "[";
  for (std::uint32_t i = 0; i < shot.nodes.size(); ++i) {
    const SnapshotNode& of = shot.nodes[i];
    const bool constant = of.kind == SnapshotKind::constant;
    text += (i ? "," : "") + written(node(of, shot, labels.of(of.name, constant, of.value, i)));
  }
  text += "]";
}

// A number, true or false; anything else is text, even if marked plain.
Json plain_fact(const std::string& text) {
  const Json json =
      detail::beyond_json_limits(text).empty() ? Json::parse(text, nullptr, false) : Json(nullptr);
  return json.is_number() || json.is_boolean() ? json : Json(text);
}

}  // namespace

std::string to_json(const Snapshot& shot, const std::string& title) {
  Json json{{"format", "glassgrad.trace"}, {"version", 1}};
  if (!title.empty() || !shot.title.empty()) json["title"] = title.empty() ? shot.title : title;
  json["producer"] = {{"name", "glassgrad"},
                      {"dtype", shot.number_type == "float64" ? "f64" : "f32"}};
  for (const SnapshotFact& fact : shot.run)
    json["run"][fact.name] = fact.plain ? plain_fact(fact.value) : Json(fact.value);
  json["limits"] = {{"full", shot.limit},
                    {"preview", preview_side * preview_side},
                    {"nodes_total", std::max(shot.nodes_total, shot.nodes.size())},
                    {"nodes_written", shot.nodes.size()},
                    {"dropped", shot.dropped}};
  json["scopes"] = Json::array();
  for (std::size_t i = 1; i < shot.scopes.size(); ++i) {  // our scope 0 stands outside all
    Json scope{{"name", shot.scopes[i].name}};
    if (shot.scopes[i].parent) scope["parent"] = shot.scopes[i].parent - 1;
    if (!shot.scopes[i].formula.empty()) scope["formula"] = shot.scopes[i].formula;
    for (const SnapshotInput& from : shot.scopes[i].inputs)
      scope["inputs"].push_back(input(from, nullptr));
    detail::add_more(shot.scopes[i].more, scope, in_a_list);
    json["scopes"].push_back(std::move(scope));
  }
  json["nodes"] = nullptr;  // its place
  json["cost"] = shot.cost;
  detail::add_extras(shot, json);
  std::string text = "{";
  for (const auto& [key, value] : json.items()) {
    text += (text.size() > 1 ? "," : "") + written(Json(key)) + ":";
    if (key == "nodes")
      write_nodes(shot, text);
    else
      text += written(value);
  }
  return text + "}";
}

std::string page_of(std::string_view json) {
  // JSON allows no byte order mark, and the page declares UTF-8
  if (json.starts_with("\xef\xbb\xbf")) json.remove_prefix(3);
  std::string data;
  for (char c : json) {  // no name can end the enclosing script
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

namespace {
std::string title_of(const Snapshot& shot, const std::string& path) {
  return shot.title.empty() ? std::filesystem::path(path).stem().string() : shot.title;
}
}  // namespace

void write_json(const Snapshot& shot, const std::string& path) {
  write_file(path, to_json(shot, title_of(shot, path)));
}
void write_html(const Snapshot& shot, const std::string& path) {
  write_file(path, to_html(shot, title_of(shot, path)));
}

}  // namespace glassgrad
