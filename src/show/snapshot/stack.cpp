// A chain of dense layers, recognised by their nodes' names.
#include <algorithm>

#include "glassgrad/show/snapshot/recorder.hpp"
#include "show/snapshot/uses.hpp"

namespace glassgrad {
namespace {

using detail::Use;

struct Found {
  StackLayer layer;
  std::uint32_t input = 0;  // what the layer reads
  bool columns = false;
};

// The layer whose result is node `z`: z = x W + b, or W x + b.
std::optional<Found> layer_at(const Snapshot& shot, std::uint32_t z) {
  const std::string& label = shot.nodes[z].name;
  if (!label.ends_with(".z") || shot.nodes[z].inputs.empty()) return {};
  Found found;
  found.layer.name = label.substr(0, label.size() - 2);
  found.layer.before = z;
  const auto weight = [&](std::uint32_t i) {
    return shot.nodes[i].name == found.layer.name + ".W" && shot.nodes[i].value.shape.rank() == 2;
  };
  std::uint32_t product = z;
  if (shot.nodes[z].inputs.size() == 2 &&
      shot.nodes[shot.nodes[z].inputs[1].node].name == found.layer.name + ".b") {
    product = shot.nodes[z].inputs[0].node;
    found.layer.bias = shot.nodes[z].inputs[1].node;
  }
  const auto& inputs = shot.nodes[product].inputs;
  if (inputs.size() != 2) return {};
  if (weight(inputs[1].node))
    found.layer.weight = inputs[1].node, found.input = inputs[0].node;
  else if (weight(inputs[0].node))
    found.layer.weight = inputs[0].node, found.input = inputs[1].node, found.columns = true;
  else
    return {};
  return found;
}

}  // namespace

std::optional<Stack> find_stack(const Snapshot& shot) {
  const auto uses = detail::uses_of(shot);
  // the unary op that reads z, if it is the only reader
  const auto activation = [&](std::uint32_t z) -> std::optional<std::uint32_t> {
    if (uses[z].size() != 1) return {};
    const SnapshotNode& node = shot.nodes[uses[z][0].node];
    if (node.inputs.size() != 1 || node.value.shape != shot.nodes[z].value.shape) return {};
    // the cost's own softmax is no part of the network: it stands in the cost's scope
    if (node.scope != shot.scopes[shot.nodes[z].scope].parent) return {};
    return uses[z][0].node;
  };
  std::vector<Found> layers;
  for (std::uint32_t i = 0; i < shot.nodes.size(); ++i)
    if (auto found = layer_at(shot, i)) layers.push_back(std::move(*found));
  if (layers.empty() || shot.nodes[layers[0].input].value.shape.rank() > 2) return {};
  Stack stack;
  stack.input = layers[0].input, stack.columns = layers[0].columns;
  for (std::size_t k = 0; k < layers.size(); ++k) {
    StackLayer& layer = layers[k].layer;
    const std::uint32_t z = *layer.before;
    const auto after = activation(z);
    layer.output = k + 1 < layers.size() ? layers[k + 1].input : after.value_or(z);
    if (after) layer.activation = shot.nodes[*after].op;
    // ops between two layers keep the units: activation, dropout
    if (layer.output < z || shot.nodes[layer.output].value.shape != shot.nodes[z].value.shape ||
        layers[k].columns != stack.columns)
      return {};
    stack.layers.push_back(std::move(layer));
  }
  return stack;
}

}  // namespace glassgrad
