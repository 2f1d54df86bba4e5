// The objects made by random_api.cpp, which of them are expected to be usable, and choosing among
// them.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "glassgrad/glassgrad.hpp"
#include "support/random_api.hpp"
#include "support/slow_tape.hpp"

namespace glassgrad {

struct Wrong {
  std::string what;
};

class RandomApiState {
 protected:
  explicit RandomApiState(Choices& choices) : choices_(choices), worlds_(3) {}

  struct Mark {
    Tape<>::Mark mark;
    std::uint64_t life;
    std::vector<std::uint64_t> there;
  };
  struct World {  // a tape and its reference
    std::unique_ptr<Tape<>> tape;
    SlowTape slow;
    Keep keep = Keep::all;
    std::uint64_t life = 0;
    bool known = false;  // upstreams are those of the last backward of the reference
  };
  struct Handle {
    Node<> node;
    std::size_t world = 0;
    std::uint64_t life = 0, id = 0;
    std::size_t index = 0;
  };
  struct Weight {
    Parameter<> parameter;
    std::shared_ptr<SlowParameter> slow;
  };

  // ---- Expectations.
  bool is_there(const Handle& h) const {
    const World& world = worlds_[h.world];
    return world.tape && world.life == h.life && h.index < world.slow.nodes.size() &&
           world.slow.nodes[h.index].id == h.id;
  }
  static bool is_changed(const SlowNode& node) {
    return node.parameter && (!node.parameter->alive || node.parameter->version != node.version);
  }
  // To compute a dropped number again is refused when any parameter has changed, if it is dropped.
  bool is_unsure(const Handle& h) const {
    const World& world = worlds_[h.world];
    return is_there(h) && world.slow.nodes[h.index].dropped && any_changed(world);
  }
  bool is_usable(const Handle& h) const {
    return is_there(h) && !is_changed(worlds_[h.world].slow.nodes[h.index]);
  }
  static bool any_changed(const World& world) {
    return std::any_of(world.slow.nodes.begin(), world.slow.nodes.end(), is_changed);
  }

  // ---- Choosing.
  std::size_t pick(std::size_t n) { return std::size_t(choices_.below(n)); }
  double number() { return double(std::int64_t(choices_.below(17)) - 8) / 4; }
  Plain numbers() {
    Plain all(pick(2) ? 1 : 3);
    for (double& x : all) x = number();
    return all;
  }
  World& world() {
    World& chosen = worlds_[pick(worlds_.size())];
    if (!chosen.tape) {
      chosen.keep = pick(3) ? Keep::all : Keep::parameters;
      chosen.tape = std::make_unique<Tape<>>(chosen.keep);
      chosen.slow = {}, chosen.life = ++lives_, chosen.known = false;
    }
    return chosen;
  }
  const Handle& handle() {
    const std::size_t late = std::min<std::size_t>(handles_.size(), 12);  // mostly late ones
    return pick(4) ? handles_[handles_.size() - 1 - pick(late)] : handles_[pick(handles_.size())];
  }

  // ---- Doing.
  // The action must throw an Error exactly when expected.
  void expect(bool fine, const char* what, const std::function<void()>& action) {
    log_ += std::string(what) + (fine ? "" : " (an error)") + "\n";
    try {
      action();
    } catch (const Error& error) {
      if (fine) throw Wrong{std::string(what) + " was refused: " + error.what()};
      return;
    }
    if (!fine) throw Wrong{std::string(what) + " was not refused"};
  }
  static void compare(const char* what, View<const double> got, const Plain& wanted) {
    bool same = got.size() == wanted.size();
    for (std::size_t i = 0; same && i < wanted.size(); ++i)
      same = std::abs(got.data[i] - wanted[i]) <= 1e-9 * std::max(1.0, std::abs(wanted[i])) ||
             got.data[i] == wanted[i] || (std::isnan(got.data[i]) && std::isnan(wanted[i]));
    if (!same) throw Wrong{std::string(what) + " differs: " + to_text(got, 17)};
  }

  static bool meets_hook(const SlowTape& slow, std::size_t last) {
    SlowTape copy = slow;
    copy.backward(last, Plain(slow.nodes[last].value.size(), 1.0), false, false);
    return std::any_of(copy.nodes.begin(), copy.nodes.end(),
                       [](const SlowNode& node) { return node.upstream && !node.hooks.empty(); });
  }
  static void compare_upstream(const World& world, const Handle& h) {
    const SlowNode& slow = world.slow.nodes[h.index];
    if (world.keep == Keep::parameters && !slow.in.empty()) return;
    const bool computed = h.node.upstream_state() == Upstream::computed;
    if (computed != slow.upstream.has_value())
      throw Wrong{"upstream is there or not: " + h.node.upstream_reason()};
    if (computed) compare("upstream", h.node.upstream(), *slow.upstream);
  }

  void keep(World& world, const Node<>& node, SlowNode slow) {
    slow.id = ++ids_;
    world.slow.push(std::move(slow));
    remember(world, node);
  }
  void remember(World& world, const Node<>& node) {
    handles_.push_back({node, std::size_t(&world - worlds_.data()), world.life,
                        world.slow.nodes.back().id, world.slow.nodes.size() - 1});
  }

  std::vector<std::uint64_t> ids(const World& world) const {
    std::vector<std::uint64_t> all;
    for (const SlowNode& node : world.slow.nodes) all.push_back(node.id);
    return all;
  }

  Choices& choices_;
  std::vector<World> worlds_;
  std::vector<Handle> handles_;
  std::vector<Mark> marks_;
  std::vector<Weight> weights_;
  std::uint64_t lives_ = 0, ids_ = 0, names_ = 0;
  std::string log_;
};

}  // namespace glassgrad
