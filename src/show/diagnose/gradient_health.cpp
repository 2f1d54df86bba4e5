// The numbers of gradient_health(). The tests themselves are health.cpp's, which find_problems
// uses.
#include "glassgrad/show/diagnose/health.hpp"

#include <cmath>
#include <map>

#include "glassgrad/array/printable.hpp"
#include "glassgrad/array/text.hpp"
#include "show/diagnose/find.hpp"

namespace glassgrad {
namespace {

std::string layer_of(const Snapshot& shot, const SnapshotNode& node) {
  const std::string scopes = shot.scope_path(node.scope);
  const std::size_t dot = node.name.rfind('.');
  return !scopes.empty() || dot == node.name.npos ? scopes : node.name.substr(0, dot);
}

NodeHealth of_node(const Snapshot& shot, std::uint32_t i, const detail::Reference& reference,
                   const Thresholds& thresholds) {
  const SnapshotNode& node = shot.nodes[i];
  NodeHealth health;
  health.node = i, health.label = node.label, health.layer = layer_of(shot, node);
  health.upstream = node.upstream->norm;
  health.of_cost = reference.cost > 0 ? health.upstream / reference.cost : 0;
  for (const SnapshotInput& input : node.inputs)
    if (const auto factor = gain(node, input)) {
      if (health.weakest_gain == 0 || *factor < health.weakest_gain) health.weakest_gain = *factor;
      health.strongest_gain = std::max(health.strongest_gain, *factor);
    }
  if (detail::is_leaf(node)) {
    health.vanishing = detail::vanishes(health.upstream, reference, thresholds);
    health.exploding = detail::explodes(health.upstream, reference, thresholds);
  }
  const detail::Units units = detail::units_of(shot, i);
  if (units.examples >= thresholds.examples) health.units = units.all, health.dead = units.dead;
  return health;
}

}  // namespace

GradientHealth gradient_health(const Snapshot& shot, const Thresholds& thresholds) {
  GradientHealth health{thresholds, {}, {}};
  std::map<std::string, std::size_t> places;  // in health.layers
  const detail::Reference reference = detail::reference_of(shot);
  for (std::uint32_t i = 0; i < shot.nodes.size(); ++i) {
    if (!shot.nodes[i].upstream) continue;
    const NodeHealth& node = health.nodes.emplace_back(of_node(shot, i, reference, thresholds));
    const auto [place, made] = places.try_emplace(node.layer, health.layers.size());
    if (made) health.layers.push_back(LayerHealth{.layer = node.layer});
    LayerHealth* const layer = &health.layers[place->second];
    ++layer->nodes;
    if (detail::is_leaf(shot.nodes[i]))
      layer->gradient = std::hypot(layer->gradient, node.upstream);
    layer->units += node.units, layer->dead += node.dead;
  }
  double largest = 0;
  for (const LayerHealth& layer : health.layers) largest = std::max(largest, layer.gradient);
  detail::Reference of_layers = reference;
  of_layers.largest = health.layers.size() > 1 ? largest : reference.cost;
  for (LayerHealth& layer : health.layers) {
    layer.of_largest = largest > 0 ? layer.gradient / largest : 0;
    layer.of_cost = reference.cost > 0 ? layer.gradient / reference.cost : 0;
    layer.vanishing = detail::vanishes(layer.gradient, of_layers, thresholds);
    layer.exploding = detail::explodes(layer.gradient, of_layers, thresholds);
  }
  return health;
}

std::string GradientHealth::text() const {
  std::string text;
  for (const LayerHealth& layer : layers) {
    text += join(layer.layer.empty() ? "(no layer)" : shown_name(layer.layer), ": gradient ",
                 to_text(layer.gradient, 4), ", ", to_text(layer.of_largest, 4),
                 " of the largest layer's, ", to_text(layer.of_cost, 4), " of the cost's");
    if (layer.units > 0) text += join(", ", layer.dead, " of ", layer.units, " units dead");
    if (layer.vanishing) text += ", vanishing";
    if (layer.exploding) text += ", exploding";
    text += "\n";
  }
  return text;
}

}  // namespace glassgrad
