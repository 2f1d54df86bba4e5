// Repeats a step with every number checked, and what is saved: a CRC-32 of every value, upstream
// and updated parameter tells whether it repeats to the bit.
#include "glassgrad/train/failed_step.hpp"

#include <cmath>
#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>

#include "glassgrad/array/text.hpp"
#include "glassgrad/io/model_parts.hpp"
#include "glassgrad/show/json/json.hpp"
#include "train/failed_step_file.hpp"

namespace glassgrad {
namespace {

constexpr std::int64_t no_upstream = -1;

template <class T>
constexpr const char* type_name = sizeof(T) == 4 ? "float32" : "float64";

// NaN without its meaningless sign and payload.
template <class T>
std::int64_t print_of(const T* numbers, std::int64_t count) {
  std::vector<T> copy(numbers, numbers + count);
  for (T& number : copy)
    if (std::isnan(number)) number = std::numeric_limits<T>::quiet_NaN();
  return crc32({reinterpret_cast<const char*>(copy.data()), copy.size() * sizeof(T)});
}
template <class T>
std::int64_t print_of(const Record<T>& record) {
  const std::int64_t count = record.shape->count();
  if (record.leaf != Leaf::indices) return print_of(record.value, count);
  const Positions positions = record.positions();
  return crc32({reinterpret_cast<const char*>(positions.data), positions.size() * 8});
}

// The checksums by which two runs of a step are compared.
struct Prints {
  std::vector<std::int64_t> values, upstreams, parameters;
};

template <class T>
struct Examined {
  std::optional<NonFinite> found;
  Snapshot shot;
  Prints prints;
};

template <class T>
bool all_finite(View<const T> numbers) {
  bool finite = true;
  for (const T number : numbers) finite &= bool(std::isfinite(number));
  return finite;
}

// A parameter that the step itself makes NaN or infinite, though its gradient is neither.
template <class T>
NonFinite after_the_step(const Parameter<T>& parameter, const std::vector<T>& before,
                         const std::vector<T>& gradient, double rate) {
  std::size_t at = 0;
  const View<const T> value = parameter.value();
  while (std::isfinite(value.data[at])) ++at;
  NonFinite found;
  found.kind = std::isnan(value.data[at]) ? ProblemKind::nan : ProblemKind::infinity;
  found.error = true, found.label = parameter.name(), found.op = "update";
  found.number = double(value.data[at]);
  std::int64_t rest = std::int64_t(at);
  for (int axis = parameter.shape().rank(); axis-- > 0; rest /= parameter.shape()[axis])
    found.element.insert(found.element.begin(), rest % parameter.shape()[axis]);
  std::string place;
  for (const std::int64_t i : found.element) place += (place.empty() ? " at (" : ", ") + to_text(i);
  found.message = join("the step makes it ", double(value.data[at]), place,
                       place.empty() ? "" : ")", ": it was ", to_text(double(before[at]), 4),
                       ", its gradient ", to_text(double(gradient[at]), 4), ", the rate ", rate);
  found.fix = "Lower the rate, or clip the gradients";
  return found;
}

// Runs the step from the current parameters and optimizer, and restores them.
template <class T>
Examined<T> examine(const TrainingStep<T>& step, const Batch& batch) {
  const Kept<T> before(step.parameters);
  const auto states = step.optimizer ? step.optimizer->states() : std::vector<ParameterState<T>>{};
  for (Parameter<T>* parameter : step.parameters) parameter->zero_gradient();
  Examined<T> all;
  Tape<T> tape;
  const Node<T> cost = step.cost(tape, batch);
  tape.backward(cost);
  all.found = find_nonfinite(tape);
  all.shot = snapshot(cost, SnapshotOptions{});
  add_problems(all.shot);
  for (std::uint32_t i = 0; i < tape.size(); ++i) {
    const Record<T> record = tape.records()[i];
    all.prints.values.push_back(print_of(record));
    all.prints.upstreams.push_back(tape.upstreams().state(i) == Upstream::computed
                                       ? print_of(record.upstream, record.shape->count())
                                       : no_upstream);
  }
  tape.add_to_parameters();
  std::vector<std::vector<T>> gradients;
  for (const Parameter<T>* parameter : step.parameters)
    gradients.emplace_back(parameter->gradient().begin(), parameter->gradient().end());
  if (step.optimizer) step.optimizer->step(std::span<Parameter<T>* const>(step.parameters));
  for (std::size_t i = 0; i < step.parameters.size(); ++i) {
    const Parameter<T>& parameter = *step.parameters[i];
    all.prints.parameters.push_back(print_of(parameter.value().data, parameter.value().count()));
    if ((!all.found || all.found->harmless()) && !all_finite(parameter.value()))
      all.found = after_the_step(parameter, before.values()[i], gradients[i],
                                 step.optimizer ? step.optimizer->rate() : 0);
  }
  before.restore();
  if (step.optimizer) step.optimizer->restore(states);
  for (Parameter<T>* parameter : step.parameters) parameter->zero_gradient();
  if (all.found && all.found->pass != Pass::none)
    all.found->line =
        line_of_node<T>(all.found->node, [&](Tape<T>& again) { step.cost(again, batch); });
  return all;
}

std::int64_t count_of(const std::vector<std::int64_t>& all) { return std::int64_t(all.size()); }

void put(Safetensors& file, const Prints& prints) {
  file.tensors.push_back({"replay/values", {count_of(prints.values)}, prints.values});
  file.tensors.push_back({"replay/upstreams", {count_of(prints.upstreams)}, prints.upstreams});
  file.tensors.push_back({"replay/parameters", {count_of(prints.parameters)}, prints.parameters});
}

const std::vector<std::int64_t>& integers(const Safetensors& file, const std::string& source,
                                          const char* name) {
  if (file.has(name))
    if (const auto* all = std::get_if<std::vector<std::int64_t>>(&file.tensor(name).data))
      return *all;
  detail::refuse_replay(join(source, " is damaged: it has no \"", name, "\""),
                        "Keep the step again");
}

template <class T>
std::string difference(const FailedStep& failed, const Prints& now, const TrainingStep<T>& step,
                       const std::vector<std::string_view>& ops) {
  const auto& values = integers(failed.file, failed.source, "replay/values");
  const auto& upstreams = integers(failed.file, failed.source, "replay/upstreams");
  const auto& parameters = integers(failed.file, failed.source, "replay/parameters");
  if (values.size() != now.values.size() || upstreams.size() != values.size())
    return join("the step records ", now.values.size(), " nodes, the one that failed ",
                values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i] != now.values[i])
      return join("the value of node ", i, ", ", i < ops.size() ? ops[i] : "", ", is another");
  for (std::size_t i = values.size(); i-- > 0;)
    if (upstreams[i] != now.upstreams[i])
      return join("the upstream of node ", i, ", ", i < ops.size() ? ops[i] : "", ", is another");
  for (std::size_t i = 0; i < step.parameters.size(); ++i)
    if (i >= parameters.size() || parameters[i] != now.parameters[i])
      return join("parameter ", step.parameters[i]->name(), " is another after the step");
  return "";
}

}  // namespace

// ---- Watching --------------------------------------------------------------------------------

template <class T>
StepGuard<T>::StepGuard(TrainingStep<T> step, std::string path)
    : step_(std::move(step)), path_(std::move(path)), kept_(step_.parameters) {
  output_place(path_, "step_guard");
}

template <class T>
void StepGuard<T>::before() {
  kept_.keep();
  if (step_.optimizer) states_ = step_.optimizer->states();
}

template <class T>
bool StepGuard<T>::gradients_are_finite() const {
  for (const Parameter<T>* parameter : step_.parameters)
    if (parameter->has_gradient() && !all_finite(parameter->gradient())) return false;
  return true;
}

template <class T>
bool StepGuard<T>::parameters_are_finite() const {
  for (const Parameter<T>* parameter : step_.parameters)
    if (!all_finite(parameter->value())) return false;
  return true;
}

template <class T>
T StepGuard<T>::take(const Batch& batch, const Facts& facts) {
  before();
  tape_.clear();
  const Node<T> node = step_.cost(tape_, batch);
  const T cost = node.item();
  if (!std::isfinite(cost)) fail(batch, facts);
  tape_.backward(node);
  tape_.add_to_parameters();
  if (!gradients_are_finite()) fail(batch, facts);
  if (step_.optimizer) step_.optimizer->step(std::span<Parameter<T>* const>(step_.parameters));
  if (!parameters_are_finite()) fail(batch, facts);
  return cost;
}

template <class T>
void StepGuard<T>::fail(const Batch& batch, const Facts& facts,
                        const Function<void(Safetensors&)>& more) {
  kept_.restore();
  if (step_.optimizer) step_.optimizer->restore(states_);
  Examined<T> examined = examine(step_, batch);
  if (!examined.found)
    throw Error("step_guard", "a step that failed does not fail when it is done again",
                "Let the cost depend on nothing but the batch and the parameters");
  Safetensors file;
  put_parameters(file, step_.parameters);
  if (step_.optimizer) put_optimizer(file, *step_.optimizer);
  for (NamedTensor tensor : batch) {
    tensor.name.insert(0, detail::batch_prefix);
    file.tensors.push_back(std::move(tensor));
  }
  put(file, examined.prints);
  file.metadata["format"] = detail::failed_step_format;
  file.metadata["type"] = type_name<T>;
  file.metadata["rate"] = to_text(step_.optimizer ? step_.optimizer->rate() : 0.0);
  file.metadata["explanation"] = examined.found->text();
  file.metadata["snapshot"] = to_json(examined.shot);
  file.metadata["facts"] = nlohmann::json(facts).dump();
  if (more) more(file);
  write_safetensors(path_, file.tensors, file.metadata);
  throw NonFiniteError(std::move(*examined.found));
}

// ---- Reading ---------------------------------------------------------------------------------

template <class T>
StepReplay replay_step(const FailedStep& failed, const TrainingStep<T>& step) {
  if (failed.single != (sizeof(T) == 4))
    detail::refuse_replay(
        join(failed.source, " is of ", failed.single ? "float32" : "float64", " numbers"),
        join("Replay it with the same, not with ", type_name<T>));
  get_parameters(failed.file, failed.source, step.parameters);
  if (step.optimizer) {
    get_optimizer(failed.file, failed.source, *step.optimizer);
    step.optimizer->set_rate(failed.rate);
  }
  Examined<T> now = examine(step, failed.batch);
  std::vector<std::string_view> ops(now.prints.values.size());
  for (const SnapshotNode& node : now.shot.nodes) ops[node.index] = node.op;
  StepReplay replay;
  replay.difference = difference(failed, now.prints, step, ops);
  replay.same = replay.difference.empty();
  replay.nodes = now.prints.values.size();
  replay.found = std::move(now.found);
  replay.shot = std::move(now.shot);
  return replay;
}

template class StepGuard<float>;
template class StepGuard<double>;
template StepReplay replay_step(const FailedStep&, const TrainingStep<float>&);
template StepReplay replay_step(const FailedStep&, const TrainingStep<double>&);

}  // namespace glassgrad
