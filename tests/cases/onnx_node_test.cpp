// Node tests of the ONNX backend suite, float32: outputs only. One table from its op types to ours.
#include <functional>
#include <map>

#include "cases/reader.hpp"

namespace glassgrad::cases {
namespace {

constexpr double tolerance = 1e-5;
using F = Node<float>;

// One node of a case: its inputs by position ("" is left out) and its attributes.
struct OnnxCall {
  Tape<float>& tape;
  const Json& node;
  const std::map<std::string, Numbers>& values;

  bool has(std::size_t i) const {
    return i < node.at("inputs").size() && node.at("inputs")[i] != "";
  }
  const Numbers& numbers_of(std::size_t i) const {
    if (!has(i)) throw Skip{"an input that is left out"};
    return values.at(node.at("inputs")[i].get<std::string>());
  }
  F x(std::size_t i = 0) const { return tape.constant(numbers_of(i).view()); }
  std::vector<F> all() const {
    std::vector<F> nodes;
    for (std::size_t i = 0; i < node.at("inputs").size(); ++i) nodes.push_back(x(i));
    return nodes;
  }
  template <class X>
  X attribute(const char* name, X otherwise) const {
    return node.at("attrs").value(name, otherwise);
  }
  // From the attribute, or from the second input; none: all.
  Axes axes() const {
    std::vector<int> list = attribute("axes", std::vector<int>{});
    if (has(1))
      for (double axis : numbers_of(1).data) list.push_back(int(axis));
    return list.empty() ? Axes{} : Axes(std::span<const int>(list));
  }
  bool keepdims() const { return attribute("keepdims", 1); }
  std::vector<std::int64_t> integers(std::size_t i) const {
    const auto& data = numbers_of(i).data;
    return {data.begin(), data.end()};
  }
  Indices<float> labels() const { return tape.indices({}, integers(1), numbers_of(1).shape); }
  ClassLoss class_loss() const {
    const std::string how = attribute("reduction", std::string("mean"));
    ClassLoss loss;
    if (has(2)) loss.weights = numbers_of(2).data;
    loss.ignore_index = attribute("ignore_index", std::int64_t{loss.ignore_index});
    loss.reduction = how == "none"  ? Reduction::none
                     : how == "sum" ? Reduction::sum
                                    : Reduction::mean;
    return loss;
  }
  // Positions along the attribute's axis; ONNX counts negative ones from the end, ours go from 0.
  Indices<float> positions(std::size_t i) const {
    const Shape& shape = numbers_of(0).shape;
    const int axis = attribute("axis", 0);
    std::vector<std::int64_t> at = integers(i);
    for (std::int64_t& position : at)
      if (position < 0) position += shape[axis < 0 ? axis + shape.rank() : axis];
    return tape.indices({}, at, numbers_of(i).shape);
  }
};
// The outputs that are compared: the first, or of an optimizer all.
struct Outputs {
  Outputs(const F& y) : all{y} {}
  Outputs(std::initializer_list<F> several) : all(several) {}
  std::vector<F> all;
};
using OnnxOp = std::function<Outputs(const OnnxCall&)>;

// One step of an optimizer at T = 0 by the update ops; the inputs are R, T, X, G and the state.
struct OnnxStep {
  explicit OnnxStep(const OnnxCall& call)
      : rate(call.x(0)),
        x(call.x(2)),
        g(apply(Gather{call.attribute("norm_coefficient", 0.0)}, x, call.x(3))) {
    if (call.numbers_of(1).data[0] != 0) throw Skip{"a step after the first"};
  }
  F rate, x, g;
};

F reduced_sum(const OnnxCall& c, const F& x) {
  if (c.axes().all() && c.attribute("noop_with_empty_axes", 0)) return x;
  return sum(x, c.axes(), c.keepdims());
}

const std::map<std::string, OnnxOp>& table() {
  using C = const OnnxCall&;
  static const std::map<std::string, OnnxOp> all = {
      {"Add", [](C c) { return c.x() + c.x(1); }},
      {"Sub", [](C c) { return c.x() - c.x(1); }},
      {"Mul", [](C c) { return c.x() * c.x(1); }},
      {"Pow", [](C c) { return pow(c.x(), c.x(1)); }},
      {"Clip",
       [](C c) {
         F y = c.x();
         if (c.has(1)) y = maximum(y, c.x(1));
         if (c.has(2)) y = minimum(y, c.x(2));
         return y;
       }},
      {"Where", [](C c) { return where(c.x(), c.x(1), c.x(2)); }},
      {"Sigmoid", [](C c) { return sigmoid(c.x()); }},
      {"Tanh", [](C c) { return tanh(c.x()); }},
      {"Softplus", [](C c) { return softplus(c.x()); }},
      {"Softsign", [](C c) { return softsign(c.x()); }},
      {"Elu", [](C c) { return elu(c.x(), c.attribute("alpha", 1.0)); }},
      {"Selu",
       [](C c) {
         const double alpha = c.attribute("alpha", 1.67326319217681884765625);
         return c.attribute("gamma", 1.05070102214813232421875) * elu(c.x(), alpha);
       }},
      {"LeakyRelu", [](C c) { return leaky_relu(c.x(), c.attribute("alpha", 0.01)); }},
      {"PRelu", [](C c) { return prelu(c.x(), c.x(1)); }},
      {"HardSigmoid",
       [](C c) {
         return clamp(c.x() * c.attribute("alpha", 0.2) + c.attribute("beta", 0.5), 0, 1);
       }},
      {"HardSwish", [](C c) { return hardswish(c.x()); }},
      {"ThresholdedRelu", [](C c) { return threshold(c.x(), c.attribute("alpha", 1.0), 0); }},
      {"Softmax", [](C c) { return softmax(c.x(), c.attribute("axis", -1)); }},
      {"LogSoftmax", [](C c) { return log_softmax(c.x(), c.attribute("axis", -1)); }},
      {"ReduceSum", [](C c) { return reduced_sum(c, c.x()); }},
      {"ReduceSumSquare", [](C c) { return reduced_sum(c, square(c.x())); }},
      {"ReduceL1", [](C c) { return norm(c.x(), 1, c.axes(), c.keepdims()); }},
      {"ReduceL2", [](C c) { return norm(c.x(), 2, c.axes(), c.keepdims()); }},
      {"ReduceProd", [](C c) { return prod(c.x(), c.axes(), c.keepdims()); }},
      {"NegativeLogLikelihoodLoss",
       [](C c) { return negative_log_likelihood(c.x(), c.labels(), c.class_loss()); }},
      {"SoftmaxCrossEntropyLoss",
       [](C c) { return softmax_cross_entropy(c.x(), c.labels(), c.class_loss()); }},
      {"ReduceLogSum", [](C c) { return log(reduced_sum(c, c.x())); }},
      {"ReduceLogSumExp", [](C c) { return logsumexp(c.x(), c.axes(), c.keepdims()); }},
      {"ReduceMax", [](C c) { return max(c.x(), c.axes(), c.keepdims()); }},
      {"ReduceMin", [](C c) { return min(c.x(), c.axes(), c.keepdims()); }},
      {"ReduceMean", [](C c) { return mean(c.x(), c.axes(), c.keepdims()); }},
      {"Mean", [](C c) { return mean(stack(std::span<const F>(c.all())), 0); }},
      {"MatMul", [](C c) { return matmul(c.x(), c.x(1)); }},
      {"Gemm",
       [](C c) {
         const F a = c.attribute("transA", 0) ? transpose(c.x()) : c.x();
         const F b = c.attribute("transB", 0) ? transpose(c.x(1)) : c.x(1);
         const F y = c.attribute("alpha", 1.0) * matmul(a, b);
         return c.has(2) ? y + c.attribute("beta", 1.0) * c.x(2) : y;
       }},
      {"Concat", [](C c) { return concat(std::span<const F>(c.all()), c.attribute("axis", 0)); }},
      {"Transpose",
       [](C c) {
         const auto order = c.attribute("perm", std::vector<int>{});
         return transpose(c.x(), order.empty() ? Axes{} : Axes(std::span<const int>(order)));
       }},
      {"Expand",
       [](C c) {
         const std::vector<std::int64_t> sizes = c.integers(1);
         return broadcast_to(c.x(), broadcast("expand", c.x().shape(),
                                              Shape(std::span<const std::int64_t>(sizes))));
       }},
      {"Gather", [](C c) { return index_select(c.x(), c.attribute("axis", 0), c.positions(1)); }},
      {"LayerNormalization",
       [](C c) {
         const int rank = c.x().shape().rank(), axis = c.attribute("axis", -1);
         return layer_norm(c.x(), axis < 0 ? -axis : rank - axis, c.attribute("epsilon", 1e-5)) *
                    c.x(1) +
                c.x(2);
       }},
      {"InstanceNormalization",
       [](C c) {
         const F y = instance_norm(c.x(), c.attribute("epsilon", 1e-5));
         const int spatial = y.shape().rank() - 2;
         return y * per_channel(c.x(1), y, spatial) + per_channel(c.x(2), y, spatial);
       }},
      {"BatchNormalization",
       [](C c) {
         const double eps = c.attribute("epsilon", 1e-5);
         const F y = c.attribute("training_mode", 0) ? batch_norm(c.x(), eps)
                                                     : batch_norm(c.x(), c.x(3), c.x(4), eps);
         const int spatial = y.shape().rank() - 2;
         return y * per_channel(c.x(1), y, spatial) + per_channel(c.x(2), y, spatial);
       }},
      {"Einsum",
       [](C c) {
         return einsum(c.attribute("equation", std::string()), std::span<const F>(c.all()));
       }},
      {"CumSum",
       [](C c) {
         const int axis = int(c.integers(1)[0]), rank = c.x().shape().rank();
         const bool reversed = c.attribute("reverse", 0), exclusive = c.attribute("exclusive", 0);
         const F y = apply(Cumsum{axis < 0 ? axis + rank : axis, reversed}, c.x());
         return exclusive ? y - c.x() : y;
       }},
      {"Hardmax",
       [](C c) {
         const int rank = c.x().shape().rank(), axis = c.attribute("axis", -1);
         const int at = axis < 0 ? axis + rank : axis;
         const F y = one_hot(argmax(c.x(), at), c.x().shape()[at]);
         return movedim(y, rank - 1, at);
       }},
      {"Dropout",
       [](C c) {
         const bool training = c.has(2) && c.numbers_of(2).data[0] != 0;
         if (training && c.numbers_of(1).data[0] != 0) throw Skip{"a mask of its own"};
         return c.x();
       }},
      {"Momentum",
       [](C c) -> Outputs {
         const OnnxStep step(c);
         const double alpha = c.attribute("alpha", 0.0);
         const F v = apply(Gather{alpha}, c.x(4), step.g);
         const bool nesterov = c.attribute("mode", std::string()) == "nesterov";
         const F ahead = nesterov ? apply(Gather{alpha}, v, step.g) : v;
         return {apply(Descend{}, step.x, ahead, step.rate), v};
       }},
      {"Adagrad",
       [](C c) -> Outputs {
         const OnnxStep step(c);
         const F s = apply(GatherSquare{}, c.x(4), step.g);
         const double epsilon = c.attribute("epsilon", 0.0);
         return {apply(DescendScaled{epsilon}, step.x, step.g, s, step.rate), s};
       }},
      {"Adam",  // at T = 0 ONNX corrects nothing
       [](C c) -> Outputs {
         const OnnxStep step(c);
         const F m = apply(Blend{c.attribute("alpha", 0.9)}, c.x(4), step.g);
         const F s = apply(BlendSquare{c.attribute("beta", 0.999)}, c.x(5), step.g);
         const F one = c.tape.constant(1.0F);
         return {apply(DescendAdam{c.attribute("epsilon", 0.0)}, step.x, m, s, step.rate, one, one),
                 m, s};
       }},
      {"GatherElements", [](C c) { return gather(c.x(), c.attribute("axis", 0), c.positions(1)); }},
      {"ScatterElements",
       [](C c) { return scatter(c.x(), c.attribute("axis", 0), c.positions(1), c.x(2)); }},
  };
  return all;
}

std::string run(const OnnxOp& op, const Json& file) {
  Tape<float> tape(Keep::values);
  std::map<std::string, Numbers> values;
  for (const Json& input : file.at("inputs")) values[input.at("name")] = numbers(input);
  const Outputs outputs = op({tape, file.at("nodes")[0], values});
  for (std::size_t i = 0; i < outputs.all.size(); ++i) {
    const std::string what = "output " + std::to_string(i);
    const std::string problem =
        difference(what, outputs.all[i].value(), numbers(file.at("outputs").at(i)), tolerance);
    if (!problem.empty()) return problem;
  }
  return "";
}

TEST(OnnxNode, EveryOpOfTheTable) {
  GLASSGRAD_SKIP_WITHOUT_CASES("onnx_node");
  Tally tally("onnx_node");
  std::map<std::string, int> used;
  for (const auto& path : files("onnx_node")) {
    const Json file = read(path);
    const auto op = table().find(file.at("nodes")[0].at("op"));
    if (op == table().end() || file.at("nodes").size() != 1) {
      tally.skip(path.stem().string(), 1,
                 "no such op here: " + file.at("nodes")[0].at("op").get<std::string>());
      continue;
    }
    ++used[op->first];
    tally.run(path.stem().string(), 0, [&] { return run(op->second, file); });
  }
  if (own_folder()) {
    EXPECT_EQ(used.size(), table().size()) << "a line of the table names no case";
  }
}

}  // namespace
}  // namespace glassgrad::cases
