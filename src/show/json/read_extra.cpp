// Reads what json_extra.cpp writes: problems, layers, update and training of an untrusted file.
#include "glassgrad/array/text.hpp"
#include "show/json/json_parts.hpp"

namespace glassgrad::detail {
namespace {

constexpr std::size_t most = std::size_t(1) << 31;

Problem read_problem(const Part& part, const Snapshot& shot) {
  Problem problem;
  problem.kind = ProblemKind(
      part["kind"].one_of({"nan", "infinity", "vanishing", "exploding", "dead", "check"}));
  if (const auto severity = part.find("severity"))
    problem.error = severity->one_of({"error", "warning"}) == 0;
  if (const auto pass = part.find("pass"))
    problem.pass = pass->one_of({"forward", "backward"}) == 0 ? Pass::forward : Pass::backward;
  problem.node = std::uint32_t(part["node"].index(shot.nodes.size()));
  const auto path = part.find("path"), element = part.find("element");
  for (std::size_t i = 0; path && i < path->items(); ++i)
    problem.path.push_back(std::uint32_t((*path)[i].index(shot.nodes.size())));
  for (std::size_t i = 0; element && i < element->items(); ++i)
    problem.element.push_back((*element)[i].whole());
  problem.message = part["message"].text();
  if (const auto fix = part.find("fix")) problem.fix = fix->text();
  return problem;
}

Stack read_stack(const Part& part, const Snapshot& shot) {
  const auto node = [&](const Part& at) { return std::uint32_t(at.index(shot.nodes.size())); };
  Stack stack;
  stack.input = node(part["input"]);
  if (const auto examples = part.find("examples"))
    stack.columns = examples->one_of({"rows", "columns"}) == 1;
  const Part layers = part["layers"];
  for (std::size_t i = 0; i < layers.items(); ++i) {
    const Part from = layers[i];
    StackLayer layer;
    if (const auto name = from.find("name")) layer.name = name->text();
    if (const auto activation = from.find("activation")) layer.activation = activation->text();
    layer.weight = node(from["weight"]), layer.output = node(from["output"]);
    if (const auto bias = from.find("bias")) layer.bias = node(*bias);
    if (const auto before = from.find("before")) layer.before = node(*before);
    stack.layers.push_back(std::move(layer));
  }
  return stack;
}

AppliedUpdate read_update(const Part& part, const Snapshot& shot) {
  AppliedUpdate update{part["rule"].text(), {}};
  const Part parameters = part["parameters"];
  for (std::size_t i = 0; i < parameters.items(); ++i)
    update.parameters.push_back({std::uint32_t(parameters[i]["node"].index(shot.nodes.size())),
                                 parameters[i]["value"].array()});
  return update;
}

std::vector<Series> read_series(const std::optional<Part>& part, std::size_t size) {
  std::vector<Series> all;
  if (!part) return all;
  part->each_key([&](const std::string& name, const Part& numbers) {
    all.push_back({name, numbers.numbers()});
    if (all.back().values.size() != size)
      numbers.refuse(join("has ", all.back().values.size(), " numbers for ", size, " steps"));
  });
  return all;
}

std::optional<SnapshotArray> maybe_array(const Part& part, const char* key) {
  const auto found = part.find(key);
  return found ? std::optional(found->array()) : std::nullopt;
}

Replay read_replay(const Part& part, const Snapshot& shot) {
  Replay replay{part["step"].whole(), {}, {}};
  const Part nodes = part["nodes"];
  for (std::size_t i = 0; i < nodes.items(); ++i) {
    ReplayedNode node;
    node.node = std::uint32_t(nodes[i]["node"].index(shot.nodes.size()));
    node.value = maybe_array(nodes[i], "value"), node.upstream = maybe_array(nodes[i], "upstream");
    const auto inputs = nodes[i].find("inputs");
    for (std::size_t k = 0; inputs && k < inputs->items(); ++k)
      node.inputs.push_back(
          {maybe_array((*inputs)[k], "local"), maybe_array((*inputs)[k], "contribution")});
    replay.nodes.push_back(std::move(node));
  }
  const auto scopes = part.find("scopes");
  for (std::size_t i = 0; scopes && i < scopes->items(); ++i) {
    const Part from = (*scopes)[i], inputs = from["inputs"];
    ReplayedScope scope;
    scope.scope = std::uint32_t(from["scope"].index(shot.scopes.size() - 1)) + 1;
    const std::size_t expected = shot.scopes[scope.scope].inputs.size();
    if (expected && inputs.items() != expected)
      inputs.refuse(join("has ", inputs.items(), " entries, the scope has ", expected, " inputs"));
    for (std::size_t k = 0; k < inputs.items(); ++k)
      scope.locals.push_back(maybe_array(inputs[k], "local"));
    replay.scopes.push_back(std::move(scope));
  }
  return replay;
}

std::pair<Part, Part> pair_of(const Part& part) {
  if (part.items() != 2) part.refuse(join("has ", part.items(), " entries, not 2"));
  return {part[std::size_t(0)], part[std::size_t(1)]};
}

Field read_field(const Part& part) {
  Field field;
  const auto x = pair_of(part["x"]), y = pair_of(part["y"]), size = pair_of(part["size"]);
  field.x_low = x.first.number(), field.x_high = x.second.number();
  field.y_low = y.first.number(), field.y_high = y.second.number();
  field.columns = std::int64_t(size.first.index(most));
  field.rows = std::int64_t(size.second.index(most));
  if (const auto names = part.find("names")) {
    const auto two = pair_of(*names);
    field.x_name = two.first.text(), field.y_name = two.second.text();
  }
  if (const auto level = part.find("level")) field.level = level->number();
  const Part frames = part["frames"];
  for (std::size_t i = 0; i < frames.items(); ++i) {
    const Part values = frames[i]["values"];
    field.frames.push_back({frames[i]["step"].whole(), values.numbers()});
    if (std::int64_t(field.frames.back().values.size()) != field.columns * field.rows)
      values.refuse(join("has ", field.frames.back().values.size(), " numbers for ", field.columns,
                         " x ", field.rows));
    if (values.is_packed())
      if (const auto low = values.find("low"), high = values.find("high"); low && high)
        field.low = low->number(), field.high = high->number();
  }
  const auto points = part.find("points");
  for (std::size_t i = 0; points && i < points->items(); ++i) {
    const Part point = (*points)[i];
    if (point.items() != 3) point.refuse(join("has ", point.items(), " entries, not 3"));
    const auto number = [&](std::size_t k) { return point[k].number(); };
    field.points.push_back({number(0), number(1), number(2) > 0.5 ? 1 : 0});
  }
  return field;
}

Confusion read_confusion(const Part& part) {
  Confusion confusion;
  const Part classes = part["classes"], counts = part["counts"];
  for (std::size_t i = 0; i < classes.items(); ++i) confusion.classes.push_back(classes[i].text());
  for (std::size_t i = 0; i < counts.items(); ++i) {
    confusion.counts.emplace_back();
    for (std::size_t k = 0; k < counts[i].items(); ++k)
      confusion.counts.back().push_back(counts[i][k].whole());
  }
  return confusion;
}

WorstExample read_example(const Part& part) {
  WorstExample example;
  if (const auto index = part.find("index")) example.index = index->whole();
  example.truth = part["truth"].text(), example.predicted = part["predicted"].text();
  example.loss = part["loss"].number();
  if (const auto probability = part.find("probability"))
    example.probability = probability->number();
  if (const auto image = part.find("image")) {
    const auto size = pair_of((*image)["size"]);
    example.width = std::int64_t(size.first.index(most));
    example.height = std::int64_t(size.second.index(most));
    example.picture = (*image)["values"].numbers();
    if (std::int64_t(example.picture.size()) != example.width * example.height)
      (*image)["values"].refuse(join("has ", example.picture.size(), " numbers for ", example.width,
                                     " x ", example.height));
  }
  return example;
}

TrainingRecord read_training(const Part& part, const Snapshot& shot) {
  TrainingRecord training;
  if (const auto unit = part.find("unit")) training.unit = unit->text();
  const Part steps = part["step"];
  for (std::size_t i = 0; i < steps.items(); ++i) training.step.push_back(steps[i].whole());
  training.curves = read_series(part.find("curves"), training.step.size());
  training.gradient_norms = read_series(part.find("gradient_norms"), training.step.size());
  training.clipped_norms = read_series(part.find("clipped_norms"), training.step.size());
  training.update_ratios = read_series(part.find("update_ratios"), training.step.size());
  const auto replays = part.find("replays"), examples = part.find("examples");
  for (std::size_t i = 0; replays && i < replays->items(); ++i)
    training.replays.push_back(read_replay((*replays)[i], shot));
  if (const auto field = part.find("field")) training.field = read_field(*field);
  if (const auto confusion = part.find("confusion"))
    training.confusion = read_confusion(*confusion);
  for (std::size_t i = 0; examples && i < examples->items(); ++i)
    training.examples.push_back(read_example((*examples)[i]));
  return training;
}

}  // namespace

void read_extras(const Part& file, Snapshot& shot) {
  if (const auto title = file.find("title")) shot.title = title->text();
  if (const auto run = file.find("run"))
    run->each_key([&](const std::string& name, const Part& fact) {
      const bool plain = fact.is_number() || fact.is_truth();
      shot.run.push_back({name, plain ? fact.json() : fact.text(), plain});
    });
  const auto problems = file.find("problems");
  for (std::size_t i = 0; problems && i < problems->items(); ++i)
    shot.problems.push_back(read_problem((*problems)[i], shot));
  if (const auto part = file.find("thresholds"))
    shot.thresholds = Thresholds{(*part)["vanishing"].number(), (*part)["exploding"].number(),
                                 int((*part)["examples"].index(most))};
  if (const auto stack = file.find("stack")) shot.stack = read_stack(*stack, shot);
  if (const auto update = file.find("update")) shot.update = read_update(*update, shot);
  if (const auto training = file.find("training")) shot.training = read_training(*training, shot);
  shot.more =
      file.others({"format", "version", "title", "producer", "run", "limits", "scopes", "nodes",
                   "cost", "problems", "thresholds", "stack", "update", "training"});
}

}  // namespace glassgrad::detail
