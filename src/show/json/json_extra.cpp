// What a snapshot holds beside its graph, as JSON: problems, layers, update, training.
// read_extra.cpp reads it back, key by key.
#include "array/json_limits.hpp"
#include "show/json/json_parts.hpp"

namespace glassgrad::detail {
namespace {

constexpr const char* kinds[] = {"nan", "infinity", "vanishing", "exploding", "dead", "check"};

Json problem_json(const Problem& of) {
  Json json{{"kind", kinds[int(of.kind)]}, {"severity", of.error ? "error" : "warning"}};
  if (of.pass != Pass::none) json["pass"] = of.pass == Pass::forward ? "forward" : "backward";
  json["node"] = of.node;
  if (!of.path.empty()) json["path"] = of.path;
  if (!of.element.empty()) json["element"] = of.element;
  json["message"] = of.message;
  if (!of.fix.empty()) json["fix"] = of.fix;
  return json;
}

Json stack_json(const Stack& of) {
  Json json{{"input", of.input}, {"examples", of.columns ? "columns" : "rows"}};
  json["layers"] = Json::array();
  for (const StackLayer& layer : of.layers) {
    Json one;
    if (!layer.name.empty()) one["name"] = layer.name;
    one["weight"] = layer.weight;
    if (layer.bias) one["bias"] = *layer.bias;
    if (layer.before) one["before"] = *layer.before;
    one["output"] = layer.output;
    if (!layer.activation.empty()) one["activation"] = layer.activation;
    json["layers"].push_back(std::move(one));
  }
  return json;
}

Json update_json(const AppliedUpdate& of) {
  Json json{{"rule", of.rule}, {"parameters", Json::array()}};
  for (const UpdatedParameter& parameter : of.parameters)
    json["parameters"].push_back({{"node", parameter.node}, {"value", to_json(parameter.value)}});
  return json;
}

Json series_json(const std::vector<Series>& all) {
  Json json = Json::object();
  for (const Series& series : all) json[series.name] = plain_numbers(series.values);
  return json;
}

Json replay_json(const Replay& of) {
  Json json{{"step", of.step}, {"nodes", Json::array()}};
  for (const ReplayedNode& node : of.nodes) {
    Json one{{"node", node.node}};
    if (node.value) one["value"] = to_json(*node.value);
    if (node.upstream) one["upstream"] = to_json(*node.upstream);
    for (const ReplayedInput& input : node.inputs) {
      Json edge = Json::object();
      if (input.local) edge["local"] = to_json(*input.local);
      if (input.contribution) edge["contribution"] = to_json(*input.contribution);
      one["inputs"].push_back(std::move(edge));
    }
    json["nodes"].push_back(std::move(one));
  }
  for (const ReplayedScope& scope : of.scopes) {
    Json one{{"scope", scope.scope - 1}, {"inputs", Json::array()}};  // our scope 0 is outside all
    for (const auto& local : scope.locals)
      one["inputs"].push_back(local ? Json{{"local", to_json(*local)}} : Json::object());
    json["scopes"].push_back(std::move(one));
  }
  return json;
}

Json field_json(const Field& of) {
  Json json{{"x", {to_json(of.x_low), to_json(of.x_high)}},
            {"y", {to_json(of.y_low), to_json(of.y_high)}},
            {"names", {of.x_name, of.y_name}},
            {"size", {of.columns, of.rows}},
            {"level", to_json(of.level)}};
  json["frames"] = Json::array();
  for (const FieldFrame& frame : of.frames)
    json["frames"].push_back(
        {{"step", frame.step}, {"values", bytes_of(frame.values, of.low, of.high)}});
  json["points"] = Json::array();
  for (const FieldPoint& point : of.points)
    json["points"].push_back(Json::array({point.x, point.y, point.label}));
  return json;
}

Json example_json(const WorstExample& of) {
  Json json = Json::object();
  if (of.index) json["index"] = *of.index;
  json["truth"] = of.truth, json["predicted"] = of.predicted, json["loss"] = to_json(of.loss);
  if (of.probability) json["probability"] = to_json(*of.probability);
  if (of.width > 0)
    json["image"] = {{"size", {of.width, of.height}}, {"values", bytes_of(of.picture, 0, 1)}};
  return json;
}

Json training_json(const TrainingRecord& of) {
  Json json{{"unit", of.unit}, {"step", of.step}};
  if (!of.curves.empty()) json["curves"] = series_json(of.curves);
  if (!of.gradient_norms.empty()) json["gradient_norms"] = series_json(of.gradient_norms);
  if (!of.clipped_norms.empty()) json["clipped_norms"] = series_json(of.clipped_norms);
  if (!of.update_ratios.empty()) json["update_ratios"] = series_json(of.update_ratios);
  for (const Replay& replay : of.replays) json["replays"].push_back(replay_json(replay));
  if (of.field) json["field"] = field_json(*of.field);
  if (of.confusion)
    json["confusion"] = {{"classes", of.confusion->classes}, {"counts", of.confusion->counts}};
  for (const WorstExample& example : of.examples) json["examples"].push_back(example_json(example));
  return json;
}

}  // namespace

void add_more(const std::string& more, Json& json, std::size_t around) {
  if (more.empty()) return;
  const Json kept =
      beyond_json_limits(more, around).empty() ? Json::parse(more, nullptr, false) : Json(nullptr);
  if (!kept.is_object())
    throw Error("to_json", "what a snapshot holds in `more` is no JSON object that can be written",
                "Leave it empty, or give the text of an object");
  for (const auto& [key, value] : kept.items()) json[key] = value;
}

void add_extras(const Snapshot& shot, Json& json) {
  for (const Problem& problem : shot.problems) json["problems"].push_back(problem_json(problem));
  if (const auto& of = shot.thresholds)
    json["thresholds"] = {{"vanishing", to_json(of->vanishing)},
                          {"exploding", to_json(of->exploding)},
                          {"examples", int{of->examples}}};
  if (shot.stack) json["stack"] = stack_json(*shot.stack);
  if (shot.update) json["update"] = update_json(*shot.update);
  if (shot.training) json["training"] = training_json(*shot.training);
  add_more(shot.more, json, 0);
}

}  // namespace glassgrad::detail
