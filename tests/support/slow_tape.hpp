// The reference of random_api.hpp: a tape as a list of plain vectors.
#pragma once

#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace glassgrad {

using Plain = std::vector<double>;

struct SlowParameter {
  Plain value;
  int version = 0;
  bool alive = true;
};

enum class SlowOp { constant, input, parameter, sin, tanh, negate, sum, add, subtract, multiply };

struct SlowNode {
  SlowOp op;
  std::vector<std::size_t> in;
  Plain value;
  std::uint64_t id;  // of all nodes ever
  std::shared_ptr<SlowParameter> parameter = nullptr;
  int version = 0;
  std::vector<double> hooks = {};  // each multiplies the upstream
  std::optional<Plain> upstream = {};
  bool active = false;
  bool dropped = false;  // inside a checkpoint: its numbers may have to be computed again
};

class SlowTape {
 public:
  std::vector<SlowNode> nodes;

  // Sizes of 1 are stretched.
  static double entry(const Plain& x, std::size_t i) { return x.size() == 1 ? x[0] : x[i]; }

  SlowNode& push(SlowNode node) {
    node.active = node.op == SlowOp::input || node.op == SlowOp::parameter;
    for (const std::size_t k : node.in) node.active |= nodes[k].active;
    std::size_t n = node.value.size();
    for (const std::size_t k : node.in) n = std::max(n, nodes[k].value.size());
    if (node.op == SlowOp::sum) {
      node.value = {0};
      for (const double x : nodes[node.in[0]].value) node.value[0] += x;
    } else if (!node.in.empty()) {
      node.value.resize(n);
      for (std::size_t i = 0; i < n; ++i) node.value[i] = value_at(node, i);
    }
    nodes.push_back(std::move(node));
    return nodes.back();
  }

  // Upstreams of everything that leads to `last`, and with `add` those of the backward before too.
  void backward(std::size_t last, const Plain& seed, bool add, bool with_hooks) {
    std::vector<std::optional<Plain>> all(nodes.size());
    all[last] = seed;
    for (std::size_t i = last + 1; i-- > 0;) {
      if (!all[i]) continue;
      if (with_hooks)
        for (const double factor : nodes[i].hooks)
          for (double& u : *all[i]) u *= factor;
      for (std::size_t k = 0; k < nodes[i].in.size(); ++k) pull(all, i, k);
    }
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      std::optional<Plain>& before = nodes[i].upstream;
      if (add && before && all[i])
        for (std::size_t j = 0; j < before->size(); ++j) (*before)[j] += (*all[i])[j];
      else if (!add || all[i])
        before = all[i];
    }
  }

 private:
  double value_at(const SlowNode& node, std::size_t i) const {
    const double a = entry(nodes[node.in[0]].value, i);
    const double b = node.in.size() > 1 ? entry(nodes[node.in[1]].value, i) : 0;
    switch (node.op) {
      case SlowOp::sin:
        return std::sin(a);
      case SlowOp::tanh:
        return std::tanh(a);
      case SlowOp::negate:
        return -a;
      case SlowOp::add:
        return a + b;
      case SlowOp::subtract:
        return a - b;
      default:
        return a * b;
    }
  }
  double slope_at(const SlowNode& node, std::size_t k, std::size_t i) const {
    const double a = entry(nodes[node.in[0]].value, i);
    switch (node.op) {
      case SlowOp::sin:
        return std::cos(a);
      case SlowOp::tanh:
        return 1 - std::tanh(a) * std::tanh(a);
      case SlowOp::negate:
        return -1;
      case SlowOp::subtract:
        return k ? -1 : 1;
      case SlowOp::multiply:
        return entry(nodes[node.in[1 - k]].value, i);
      default:
        return 1;
    }
  }
  void pull(std::vector<std::optional<Plain>>& all, std::size_t from, std::size_t k) const {
    const SlowNode& node = nodes[from];
    const SlowNode& to = nodes[node.in[k]];
    if (!to.active) return;
    std::optional<Plain>& sum = all[node.in[k]];
    if (!sum) sum = Plain(to.value.size(), 0.0);
    const std::size_t n = std::max(node.value.size(), to.value.size());
    for (std::size_t i = 0; i < n; ++i)
      (*sum)[to.value.size() == 1 ? 0 : i] += entry(*all[from], i) * slope_at(node, k, i);
  }
};

}  // namespace glassgrad
