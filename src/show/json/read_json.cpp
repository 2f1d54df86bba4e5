// Reads docs/snapshot.schema.json, from untrusted files.
#include <nlohmann/json.hpp>

#include "array/json_limits.hpp"
#include "glassgrad/engine/local.hpp"
#include "glassgrad/io/source.hpp"
#include "glassgrad/show/json/json.hpp"
#include "show/json/json_parts.hpp"
#include "show/snapshot/derived.hpp"
#include "show/snapshot/labels.hpp"

namespace glassgrad {
namespace {

using detail::Part;

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

SnapshotInput read_input(const Part& part, std::size_t below) {
  SnapshotInput input;
  input.node = std::uint32_t(part["node"].index(below));
  if (const auto slot = part.find("slot")) input.symbol = slot->text();
  if (const auto elementwise = part.find("elementwise")) input.elementwise = elementwise->truth();
  if (const auto contribution = part.find("contribution"))
    input.contribution = contribution->array();
  if (const auto dead = part.find("dead")) {
    constexpr std::size_t most = std::size_t(1) << 31;
    input.dead_columns = std::int64_t((*dead)["columns"].index(most));
    input.dead_rows = std::int64_t((*dead)["rows"].index(most));
  }
  const auto local = part.find("local");
  if (!local) return input;
  const int kind = (*local)["kind"].one_of({"number", "elementwise", "dense", "pullback"});
  input.elementwise = kind < 2;
  if (const auto formula = local->find("formula")) input.slot_formula = formula->text();
  if (const auto matrix = local->find("matrix")) input.matrix = matrix->array();
  if (const auto gain = local->find("gain")) input.gain = gain->number();
  if (const auto value = local->find("value")) {
    if (kind == 3) value->refuse("stands in a pullback, which has no numbers");
    SnapshotArray numbers = value->array();
    if (kind < 2 && (numbers.shape.rank() == 0) != (kind == 0))
      value->refuse(join("has the shape ", to_text(numbers.shape), ", the kind is ",
                         kind == 0 ? "number" : "elementwise"));
    if (kind == 2 && numbers.shape.rank() != 2)
      value->refuse(join("has the shape ", to_text(numbers.shape), ", a Jacobian has two axes"));
    (kind == 2 ? input.jacobian : input.local) = std::move(numbers);
  }
  return input;
}

void read_upstream(const Part& part, SnapshotNode& node) {
  constexpr Upstream states[] = {Upstream::none, Upstream::computed, Upstream::pending,
                                 Upstream::not_kept};
  const auto state = part.find("upstream_state");
  if (state) node.state = states[state->one_of({"none", "computed", "pending", "not_kept"})];
  const auto upstream = part.find("upstream");
  if (upstream) node.upstream = upstream->array();
  if (const auto elsewhere = part.find("elsewhere")) node.elsewhere = elsewhere->array();
  if (node.upstream.has_value() != (node.state == Upstream::computed))
    part.refuse(upstream ? "has an upstream, and its upstream_state is not \"computed\""
                         : "has no upstream, and its upstream_state is \"computed\"");
  if (const auto why = part.find("why")) node.why = why->text();
}

void read_node(const Part& part, Labels& labels, Snapshot& shot) {
  SnapshotNode node;
  node.index = std::uint32_t(shot.nodes.size());
  node.op = part["op"].text();
  constexpr SnapshotKind kinds[] = {SnapshotKind::op, SnapshotKind::input, SnapshotKind::parameter,
                                    SnapshotKind::constant};
  node.kind = kinds[part["kind"].one_of({"op", "input", "parameter", "constant"})];
  if (const auto name = part.find("name")) node.name = name->text();
  if (const auto scope = part.find("scope"))
    node.scope = std::uint32_t(scope->index(shot.scopes.size() - 1)) + 1;
  if (const auto folded = part.find("folded"))
    node.folded = int(folded->index(std::size_t(1) << 31));
  if (const auto derivative = part.find("derivative")) node.derivative = derivative->truth();
  if (const auto formula = part.find("formula")) node.symbolic = formula->text();
  node.value = part["value"].array();
  node.label = labels.of(node.name, node.kind == SnapshotKind::constant, node.value, node.index);
  if (const auto label = part.find("label")) node.label = label->text();
  read_upstream(part, node);
  const auto inputs = part.find("inputs");
  if (inputs) node.inputs.reserve(inputs->items());
  for (std::size_t i = 0; inputs && i < inputs->items(); ++i) {
    node.inputs.push_back(read_input((*inputs)[i], shot.nodes.size()));
    if (node.inputs.back().symbol.empty())
      node.inputs.back().symbol = input_symbol(int(inputs->items()), int(i));
  }
  node.formula = in_labels(node.symbolic, node, shot);
  if (const auto text = part.find("text")) node.formula = text->text();
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    SnapshotInput& input = node.inputs[i];
    input.local_formula = in_labels(input.slot_formula, node, shot);
    if (const auto local = (*inputs)[i].find("local"))
      if (const auto text = local->find("text")) input.local_formula = text->text();
  }
  if (const auto check = part.find("check")) {
    node.check.emplace().ok = (*check)["ok"].truth();
    if (const auto error = check->find("error")) node.check->error = error->number();
    if (const auto tolerance = check->find("tolerance"))
      node.check->tolerance = tolerance->number();
  }
  node.more = part.others({"op", "kind", "name", "label", "scope", "folded", "derivative",
                           "formula", "text", "inputs", "value", "upstream_state", "upstream",
                           "elsewhere", "why", "check"});
  shot.nodes.push_back(std::move(node));
}

void read_scopes(const Part& part, Snapshot& shot) {
  for (std::size_t i = 0; i < part.items(); ++i) {
    SnapshotScope scope;
    scope.name = part[i]["name"].text();
    if (const auto parent = part[i].find("parent"))
      scope.parent = std::uint32_t(parent->index(i)) + 1;
    if (const auto formula = part[i].find("formula")) scope.formula = formula->text();
    scope.more = part[i].others({"name", "parent", "formula", "inputs"});
    shot.scopes.push_back(std::move(scope));
  }
}

void read_inputs_of_scopes(const Part& part, Snapshot& shot) {
  for (std::size_t i = 0; i < part.items(); ++i)
    if (const auto inputs = part[i].find("inputs"))
      for (std::size_t k = 0; k < inputs->items(); ++k) {
        SnapshotInput input = read_input((*inputs)[k], shot.nodes.size());
        input.local_formula = input.slot_formula;
        shot.scopes[i + 1].inputs.push_back(std::move(input));
      }
}

Snapshot read(const Part& file) {
  const std::string form = "glassgrad.trace";
  const auto format = file.find("format");
  if (!format || !format->is_text() || format->text() != form)
    file.refuse_whole("is no snapshot: its \"format\" is not \"" + form + "\"",
                      "Give what write_json wrote");
  const auto version = file.find("version");
  if (!version || !version->is(1))
    file.refuse_whole(!version             ? "has no version"
                      : version->is_text() ? "has the version " + version->brief() + ", a text"
                                           : "is of version " + version->brief(),
                      version && version->is_text() ? "Write it as a number: \"version\": 1"
                                                    : "This glassgrad reads version 1");
  Snapshot shot;
  shot.scopes.resize(1);
  shot.limit = 256;
  constexpr std::size_t most = std::size_t(1) << 31;
  if (const auto limits = file.find("limits")) {
    if (const auto full = limits->find("full")) shot.limit = std::int64_t(full->index(most));
    if (const auto total = limits->find("nodes_total")) shot.nodes_total = total->index(most);
    const auto dropped = limits->find("dropped");
    for (std::size_t i = 0; dropped && i < dropped->items(); ++i)
      shot.dropped.push_back((*dropped)[i].text());
  }
  shot.number_type = "float64";
  if (const auto producer = file.find("producer"))
    if (const auto type = producer->find("dtype"); type && type->is_text() && type->text() == "f32")
      shot.number_type = "float32";
  const auto scopes = file.find("scopes");
  if (scopes) read_scopes(*scopes, shot);
  const Part nodes = file["nodes"];
  if (nodes.items() == 0) nodes.refuse("is empty, a snapshot has a node");
  Labels labels;
  shot.nodes.reserve(nodes.items());
  if (const auto limits = file.find("limits"))
    if (const auto written = limits->find("nodes_written"))
      if (const std::size_t said = written->index(most); said != nodes.items())
        written->refuse(join("is ", said, ", the nodes are ", nodes.items()));
  if (shot.nodes_total > 0 && shot.nodes_total < nodes.items())
    file["limits"]["nodes_total"].refuse(
        join("is ", shot.nodes_total, ", the nodes are ", nodes.items()));
  for (std::size_t i = 0; i < nodes.items(); ++i) read_node(nodes[i], labels, shot);
  if (scopes) read_inputs_of_scopes(*scopes, shot);
  shot.cost = std::uint32_t(shot.nodes.size() - 1);
  if (const auto cost = file.find("cost"))
    shot.cost = std::uint32_t(cost->index(shot.nodes.size()));
  detail::read_extras(file, shot);
  return shot;
}

}  // namespace

Snapshot parse_snapshot(std::string_view text, const std::string& source) {
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  if (const std::string beyond = detail::beyond_json_limits(text); !beyond.empty())
    throw DataError("read_json", source + " " + beyond, "Give what write_json wrote");
  detail::Json json;
  try {
    json = detail::Json::parse(text);
  } catch (const detail::Json::parse_error& error) {
    if (error.byte > text.size())
      throw DataError("read_json",
                      join(source, " ends in the middle, after ", text.size(), " bytes"),
                      "Write it again");
    throw DataError("read_json", join(source, " is no JSON: byte ", error.byte, " is not expected"),
                    "Give what write_json wrote");
  } catch (const detail::Json::exception&) {
    throw DataError("read_json", source + " has a number that is too large for float64",
                    "Write \"Infinity\", in quotes");
  }
  return read(Part(json, source));
}

Snapshot read_json(const std::string& path) {
  return parse_snapshot(read_text(path, "read_json"), path);
}

}  // namespace glassgrad
