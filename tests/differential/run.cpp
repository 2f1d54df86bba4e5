#include "differential/run.hpp"

#include <torch/csrc/autograd/autograd.h>

#include <cstring>
#include <optional>

namespace glassgrad::differential {
namespace {

Numbers drawn(const Shape& shape, Random random) {
  Numbers all{shape, std::vector<double>(std::size_t(shape.count()))};
  for (double& number : all.data) number = random.normal();
  return all;
}
Numbers upstream_of(const Shape& shape, std::uint64_t seed, std::size_t node) {
  return drawn(shape, Random(seed, 1000 + node));
}
Numbers direction_of(const Graph& graph, std::uint64_t seed, std::size_t input) {
  return drawn(graph.inputs[input].shape, Random(seed, 2000 + input));
}
Numbers zeros_like(const Numbers& x) { return {x.shape, std::vector<double>(x.data.size())}; }

// Nodes that no step uses.
std::vector<std::size_t> ends(const Graph& graph) {
  std::vector<bool> used(graph.inputs.size() + graph.steps.size());
  for (const Step& step : graph.steps)
    for (const int i : step.in) used[std::size_t(i)] = true;
  std::vector<std::size_t> all;
  for (std::size_t i = graph.inputs.size(); i < used.size(); ++i)
    if (!used[i]) all.push_back(i);
  return all;
}
template <class X>
std::vector<X> arguments(const Step& step, const std::vector<X>& nodes) {
  std::vector<X> in;
  for (const int i : step.in) in.push_back(nodes[std::size_t(i)]);
  return in;
}
N cost_of(Tape<double>& tape, const Graph& graph, std::uint64_t seed, const std::vector<N>& nodes) {
  N cost = tape.constant(0.0);
  for (const std::size_t i : ends(graph))
    cost = cost + sum(nodes[i] * upstream_of(nodes[i].shape(), seed, i).on(cost));
  return cost;
}
Numbers upstream(const N& x, const Numbers& of) {
  return x.upstream_state() == Upstream::computed ? numbers_of(View<const double>(x.upstream()))
                                                  : zeros_like(of);
}

}  // namespace

Result run_ours(const Graph& graph, std::uint64_t seed, double perturbation, int draw) {
  Tape<double> tape;
  Random noise(seed, std::uint64_t(3000 + draw));
  const auto perturbed = [&](const N& x) {
    if (perturbation == 0) return x;
    Numbers factor{x.shape(), std::vector<double>(std::size_t(x.shape().count()))};
    for (double& number : factor.data) number = 1 + perturbation * noise.normal();
    Numbers more = factor;
    for (double& number : more.data) number = perturbation / 10 * noise.normal();
    return x * factor.on(x) + more.on(x);
  };
  std::vector<N> xs, vs, nodes;
  for (std::size_t i = 0; i < graph.inputs.size(); ++i) {
    xs.push_back(tape.input(graph.inputs[i].view()));
    vs.push_back(tape.constant(direction_of(graph, seed, i).view()));
    nodes.push_back(perturbed(xs.back()));
  }
  for (const Step& step : graph.steps)
    nodes.push_back(perturbed(step.ours(arguments(step, nodes))));
  const N cost = cost_of(tape, graph, seed, nodes);

  Result result;
  result.cost = numbers_of(cost.value());
  for (const N& node : nodes) result.values.push_back(numbers_of(node.value()));
  if (tape.records()[cost.index()].active) tape.backward(cost);
  for (std::size_t i = 0; i < xs.size(); ++i)
    result.gradients.push_back(upstream(xs[i], graph.inputs[i]));
  const std::vector<N> gradients = grad(cost, std::span<const N>(xs));
  N product = tape.constant(0.0);
  for (std::size_t i = 0; i < xs.size(); ++i) {
    result.by_nodes.push_back(numbers_of(gradients[i].value()));
    product = product + sum(gradients[i] * vs[i]);
  }
  const N forward = jvp(cost, std::span<const N>(xs), std::span<const N>(vs));
  result.product = {numbers_of(forward.value()), numbers_of(product.value())};
  const bool second = tape.records()[product.index()].active;
  if (second) tape.backward(product);
  for (std::size_t i = 0; i < xs.size(); ++i)
    result.second.push_back(second ? upstream(xs[i], graph.inputs[i])
                                   : zeros_like(graph.inputs[i]));
  for (std::uint32_t i = 0; i < tape.size(); ++i)
    if (tape.records()[i].rule) result.ops.insert(std::string(tape.records()[i].rule->name));
  return result;
}

Replayed run_replayed(const Graph& graph, std::uint64_t seed, const Result& ours) {
  std::vector<Parameter<double>> xs;
  for (const Numbers& input : graph.inputs)
    xs.emplace_back("x" + std::to_string(xs.size()), input.view());
  Replayed result;
  std::optional<Program<double>> program;
  try {
    program.emplace(compile<double>(
        [&](Tape<double>& tape, const Fed<double>&) {
          std::vector<N> nodes;
          for (Parameter<double>& x : xs) nodes.push_back(tape(x));
          for (const Step& step : graph.steps) nodes.push_back(step.ours(arguments(step, nodes)));
          return cost_of(tape, graph, seed, nodes);
        },
        {}));
  } catch (const TapeError& error) {
    result.refused = first_line(error);
    return result;
  }
  const auto look = [&](const Numbers& wanted, const Numbers& got) {
    result.error = std::max(result.error, error_of(wanted, got));
    result.same_bits &=
        wanted.data.size() == got.data.size() &&
        std::memcmp(wanted.data.data(), got.data.data(), got.data.size() * sizeof(double)) == 0;
  };
  for (int again = 0; again < 2; ++again) {
    for (Parameter<double>& x : xs) x.zero_gradient();
    look(ours.cost, numbers_of(program->run({})));
    for (std::size_t i = 0; i < xs.size(); ++i)
      look(ours.by_nodes[i], numbers_of(xs[i].gradient()));
  }
  return result;
}

namespace {
// Gradients of a number; zeros where it does not depend on the input.
std::vector<T> gradients_of(const T& y, const std::vector<T>& xs, bool again) {
  std::vector<T> all(xs.size());
  if (y.requires_grad()) all = torch::autograd::grad({y}, xs, {}, true, again, true);
  for (std::size_t i = 0; i < xs.size(); ++i)
    if (!all[i].defined()) all[i] = at::zeros_like(xs[i]);
  return all;
}
}  // namespace

Result run_theirs(const Graph& graph, std::uint64_t seed, const std::set<std::string>& mended) {
  std::vector<T> xs, nodes;
  for (const Numbers& input : graph.inputs) xs.push_back(input.tensor().requires_grad_());
  nodes = xs;
  for (const Step& step : graph.steps)
    nodes.push_back((mended.contains(step.op) && step.mended ? step.mended : step.theirs)(
        arguments(step, nodes)));
  T cost = at::zeros({}, at::kDouble);
  for (const std::size_t i : ends(graph)) {
    const Shape shape = numbers_of(nodes[i]).shape;
    cost = cost + (nodes[i] * upstream_of(shape, seed, i).tensor()).sum();
  }

  Result result;
  for (const T& node : nodes) result.values.push_back(numbers_of(node));
  try {
    T product = at::zeros({}, at::kDouble);
    const std::vector<T> gradients = gradients_of(cost, xs, true);
    for (std::size_t i = 0; i < xs.size(); ++i) {
      result.gradients.push_back(numbers_of(gradients[i]));
      product = product + (gradients[i] * direction_of(graph, seed, i).tensor()).sum();
    }
    result.by_nodes = result.gradients;
    result.product = {numbers_of(product), numbers_of(product)};
    for (const T& gradient : gradients_of(product, xs, false))
      result.second.push_back(numbers_of(gradient));
  } catch (const std::exception& error) {
    result.second.clear();
    result.no_second = first_line(error);
  }
  return result;
}

namespace {

// what(name, member, index)
template <class F>
void each_array(const Graph& graph, const Result& theirs, F what) {
  const std::size_t inputs = graph.inputs.size();
  for (std::size_t i = inputs; i < theirs.values.size(); ++i)
    what("value of node " + std::to_string(i) + ", " + graph.steps[i - inputs].op, &Result::values,
         i);
  const auto to_inputs = [&](const char* name, auto member) {
    for (std::size_t i = 0; i < (theirs.*member).size(); ++i)
      what(name + std::to_string(i), member, i);
  };
  to_inputs("gradient to input ", &Result::gradients);
  to_inputs("gradient, as a node, to input ", &Result::by_nodes);
  to_inputs("gradient . v, in forward mode (0) and reverse (1): ", &Result::product);
  to_inputs("second order to input ", &Result::second);
}

}  // namespace

Difference compare(const Graph& graph, const Result& ours, const Result& theirs, double tolerance) {
  Difference worst;
  each_array(graph, theirs, [&](const std::string& name, auto member, std::size_t i) {
    if (worst.error > tolerance) return;
    const double error = error_of((ours.*member)[i], (theirs.*member)[i]);
    if (error > worst.error) worst = {error, name};
  });
  return worst;
}

bool is_rounding(const Graph& graph, std::uint64_t seed, const Result& ours, const Result& theirs,
                 double tolerance) {
  std::vector<Result> moved;
  for (int draw = 0; draw < 8; ++draw) moved.push_back(run_ours(graph, seed, 1e-14, draw));
  bool all = true;
  each_array(graph, theirs, [&](const std::string&, auto member, std::size_t i) {
    const Numbers &a = (ours.*member)[i], &b = (theirs.*member)[i];
    if (a.shape != b.shape) all = false;
    for (std::size_t k = 0; all && k < a.data.size(); ++k) {
      if (error_of(a.data[k], b.data[k]) <= tolerance) continue;
      double change = 0;
      for (const Result& other : moved)
        change = std::max(change, std::abs((other.*member)[i].data[k] - a.data[k]));
      all = std::abs(a.data[k] - b.data[k]) <= 10 * change;
    }
  });
  return all;
}

std::string description(const Graph& graph, const Result& ours) {
  std::string text;
  for (std::size_t i = 0; i < ours.values.size(); ++i) {
    text += "    " + std::to_string(i) + ": ";
    if (i < graph.inputs.size()) {
      text += "input";
    } else {
      const Step& step = graph.steps[i - graph.inputs.size()];
      text += step.op + " of";
      for (const int k : step.in) text += " " + std::to_string(k);
    }
    text += " " + to_text(ours.values[i].shape) + "\n";
  }
  return text;
}

}  // namespace glassgrad::differential
