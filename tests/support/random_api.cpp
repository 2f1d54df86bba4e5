// The driver: what it has made, what may be done with it, what is foreseen.
#include "support/random_api.hpp"

#include <algorithm>
#include <cstring>

#include "glassgrad/glassgrad.hpp"
#include "support/slow_tape.hpp"

namespace glassgrad {
namespace {

struct Wrong {
  std::string what;
};

class Driver {
 public:
  explicit Driver(Choices& choices) : choices_(choices), worlds_(3) {}

  std::string run() {
    try {
      for (int step = 0; step < 150 && choices_.more(); ++step) {
        act();
        look(handle());
      }
    } catch (const Wrong& wrong) {
      return log_ + wrong.what;
    } catch (const std::exception& error) {
      return log_ + "unforeseen: " + error.what();
    }
    return "";
  }

 private:
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

  // ---- What is foreseen.
  bool is_there(const Handle& h) const {
    const World& world = worlds_[h.world];
    return world.tape && world.life == h.life && h.index < world.slow.nodes.size() &&
           world.slow.nodes[h.index].id == h.id;
  }
  static bool is_changed(const SlowNode& node) {
    return node.parameter && (!node.parameter->alive || node.parameter->version != node.version);
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
    if (handles_.empty()) leaf();
    const std::size_t late = std::min<std::size_t>(handles_.size(), 12);  // mostly late ones
    return pick(4) ? handles_[handles_.size() - 1 - pick(late)] : handles_[pick(handles_.size())];
  }

  // ---- Doing.
  // The action must throw an Error exactly when it is foreseen.
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
  void keep(World& world, const Node<>& node, SlowNode slow) {
    slow.id = ++ids_;
    world.slow.push(std::move(slow));
    remember(world, node);
  }
  void remember(World& world, const Node<>& node) {
    handles_.push_back({node, std::size_t(&world - worlds_.data()), world.life,
                        world.slow.nodes.back().id, world.slow.nodes.size() - 1});
  }
  void leaf() {
    World& world = this->world();
    const Plain value = numbers();
    const bool constant = pick(4) == 0;
    const Shape shape = value.size() == 1 ? Shape{} : Shape{3};
    const View<const double> view{value.data(), &shape};
    log_ += "leaf\n";
    keep(world, constant ? world.tape->constant(view) : world.tape->input(view),
         {constant ? SlowOp::constant : SlowOp::input, {}, value, 0});
  }
  void parameter_leaf() {
    World& world = this->world();
    if (weights_.empty()) add_weight();
    Weight& weight = weights_[pick(weights_.size())];
    log_ += "parameter\n";
    const Node<> node = world.tape->operator()(weight.parameter);
    for (std::size_t i = 0; i < world.slow.nodes.size(); ++i) {
      const SlowNode& known = world.slow.nodes[i];
      if (known.parameter != weight.slow || known.version != weight.slow->version) continue;
      handles_.push_back({node, std::size_t(&world - worlds_.data()), world.life, known.id, i});
      return;
    }
    keep(world, node,
         {SlowOp::parameter, {}, weight.slow->value, 0, weight.slow, weight.slow->version});
  }
  void op() {
    const Handle a = handle(), b = handle();
    const int which = int(pick(7));
    const bool two = which >= 4;
    const bool fine = is_usable(a) && (!two || (is_usable(b) && a.world == b.world));
    Node<> y;
    expect(fine, "op", [&] {
      switch (which) {
        case 0:
          y = sin(a.node);
          break;
        case 1:
          y = tanh(a.node);
          break;
        case 2:
          y = -a.node;
          break;
        case 3:
          y = sum(a.node);
          break;
        case 4:
          y = a.node + b.node;
          break;
        case 5:
          y = a.node - b.node;
          break;
        default:
          y = a.node * b.node;
      }
    });
    if (!fine) return;
    const SlowOp ops[] = {SlowOp::sin, SlowOp::tanh,     SlowOp::negate,  SlowOp::sum,
                          SlowOp::add, SlowOp::subtract, SlowOp::multiply};
    SlowNode slow{ops[which], {a.index}, {}, 0};
    if (two) slow.in.push_back(b.index);
    keep(worlds_[a.world], y, slow);
  }
  // tanh(sin(x) x), whose inner values are dropped
  void in_checkpoint() {
    const Handle x = handle();
    const bool fine = is_usable(x);
    const bool throws = pick(4) == 0;
    Node<> y;
    std::vector<Node<>> inside;
    expect(fine && !throws, "checkpoint", [&] {
      y = checkpoint(
          [&](const Node<>& a) {
            inside = {sin(a)};
            inside.push_back(inside[0] * a);
            if (throws) throw Error("mine", "no", "Stop");
            return tanh(inside[1]);
          },
          x.node);
    });
    if (!fine || throws) return;
    World& world = worlds_[x.world];
    keep(world, inside[0], {SlowOp::sin, {x.index}, {}, 0});
    keep(world, inside[1], {SlowOp::multiply, {handles_.back().index, x.index}, {}, 0});
    keep(world, y, {SlowOp::tanh, {handles_.back().index}, {}, 0});
  }
  void hook() {
    const Handle h = handle();
    const double factor = number();
    const bool misbehaves = pick(3) == 0;
    World* const world = &worlds_[h.world];
    Tape<>* const tape = world->tape.get();
    expect(is_there(h), "hook", [&] {
      world->tape ? void() : (void)h.node.value();
      tape->on_upstream(h.node, [this, tape, factor, misbehaves](View<double> u) {
        if (misbehaves) {
          expect(false, "clear in a hook", [&] { tape->clear(); });
          expect(false, "rewind in a hook", [&] { tape->rewind({}); });
          expect(false, "add_to_parameters in a hook", [&] { tape->add_to_parameters(); });
        }
        for (double& x : u) x *= factor;
        if (ends_backward_) throw Error("mine", "no", "Stop");
      });
    });
    if (is_there(h)) world->slow.nodes[h.index].hooks.push_back(factor);
  }
  void backward() {
    const Handle h = handle();
    World& world = worlds_[h.world];
    const bool there = is_there(h);
    const Plain upstream = there && world.slow.nodes[h.index].value.size() == 3
                               ? Plain{number(), number(), number()}
                               : Plain{number()};
    const bool fine = there && !any_changed(world) && world.slow.nodes[h.index].active;
    const bool add = world.known && pick(4) == 0;
    ends_backward_ = fine && pick(8) == 0;
    const bool ends = ends_backward_ && meets_hook(world.slow, h.index);
    const Shape shape = upstream.size() == 1 ? Shape{} : Shape{3};
    expect(fine && !ends, "backward", [&] {
      if (!world.tape) h.node.value();
      world.tape->backward(h.node, View<const double>{upstream.data(), &shape},
                           add ? Accumulate::add : Accumulate::replace);
    });
    ends_backward_ = false;
    if (ends) world.known = false;
    if (!fine || ends) return;
    world.slow.backward(h.index, upstream, add, true);
    world.known = true;
    for (const Handle& other : handles_)
      if (&worlds_[other.world] == &world && is_there(other)) compare_upstream(world, other);
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
  void gradient() {
    const Handle y = handle(), x = handle();
    const bool same = is_there(y) && is_there(x) && y.world == x.world;
    const World& world = worlds_[y.world];
    const bool fine = same && !any_changed(world) && world.slow.nodes[y.index].value.size() == 1;
    const std::uint32_t size = world.tape ? world.tape->size() : 0;
    Node<> slope;
    const Tape<>::Mark mark = world.tape ? world.tape->mark() : Tape<>::Mark();
    expect(fine, "grad", [&] { slope = grad(y.node, x.node); });
    if (!fine && world.tape && world.tape->size() != size) throw Wrong{"grad left something"};
    if (!fine) return;
    SlowTape copy = world.slow;
    for (SlowNode& node : copy.nodes) node.active = true;  // grad asks constants too
    copy.backward(y.index, {1}, false, false);
    const Plain zeros(copy.nodes[x.index].value.size(), 0.0);
    compare("grad", slope.value(), copy.nodes[x.index].upstream.value_or(zeros));
    world.tape->rewind(mark);
  }
  void look(const Handle& h) {
    const bool fine = is_usable(h);
    expect(fine, "value", [&] {
      const View<const double> value = h.node.value();
      if (fine) compare("value", value, worlds_[h.world].slow.nodes[h.index].value);
    });
  }

  // ---- Coming and going.
  std::vector<std::uint64_t> ids(const World& world) const {
    std::vector<std::uint64_t> all;
    for (const SlowNode& node : world.slow.nodes) all.push_back(node.id);
    return all;
  }
  void mark() {
    World& world = this->world();
    marks_.push_back({world.tape->mark(), world.life, ids(world)});
    log_ += "mark\n";
  }
  void rewind() {
    if (marks_.empty()) return mark();
    World& world = this->world();
    const Mark mark = marks_[pick(marks_.size())];
    const std::vector<std::uint64_t> now = ids(world);
    const bool fine = mark.life == world.life && mark.there.size() <= now.size() &&
                      std::equal(mark.there.begin(), mark.there.end(), now.begin());
    expect(fine, "rewind", [&] { world.tape->rewind(mark.mark); });
    if (fine) world.slow.nodes.resize(mark.there.size(), SlowNode{SlowOp::input, {}, {}, 0});
  }
  void forget() {
    World& world = this->world();
    log_ += "clear or destroy\n";
    if (pick(2)) {
      world.tape->clear();
      world.slow.nodes.clear();
      world.known = false;
    } else {
      world.tape.reset();
    }
  }
  void add_weight() {
    const Plain value = numbers();
    const Shape shape = value.size() == 1 ? Shape{} : Shape{3};
    weights_.push_back(
        {Parameter<>("w" + std::to_string(++names_), View<const double>{value.data(), &shape}),
         std::make_shared<SlowParameter>(SlowParameter{value})});
    log_ += "new parameter\n";
  }
  void change_weight() {
    if (weights_.size() < 2) return add_weight();  // which moves the others, now and then
    const std::size_t i = pick(weights_.size());
    switch (pick(3)) {
      case 0:
        log_ += "assign\n";
        for (double& x : weights_[i].slow->value) x = number();
        std::copy(weights_[i].slow->value.begin(), weights_[i].slow->value.end(),
                  weights_[i].parameter.change().begin());
        ++weights_[i].slow->version;
        return;
      case 1:
        log_ += "destroy a parameter\n";
        weights_[i].slow->alive = false;
        weights_.erase(weights_.begin() + std::ptrdiff_t(i));
        return;
      default:
        log_ += "move a parameter\n";
        std::swap(weights_[i], weights_[0]);
    }
  }
  // sum(sin(w) x), compiled, with its parameters where they are now
  void program() {
    if (weights_.empty()) add_weight();
    if (program_ && pick(2)) {
      const bool fine = compiled_->alive;
      const Plain x{number(), number(), number()};
      expect(fine, "program", [&] {
        const double cost = (*program_)(x);
        double wanted = 0;
        for (std::size_t i = 0; i < 3; ++i)
          wanted += std::sin(SlowTape::entry(compiled_->value, i)) * x[i];
        const Shape single;
        compare("cost", View<const double>{&cost, &single}, {wanted});
      });
      return;
    }
    const std::size_t i = pick(weights_.size());
    compiled_ = weights_[i].slow;
    log_ += "compile\n";
    program_.emplace(compile<double>(
        [&](Tape<>& tape, const Fed<double>& in) {
          return sum(sin(tape(weights_[i].parameter)) * in[0]);
        },
        {Plain{0, 0, 0}}));
  }

  void act() {
    switch (choices_.below(24)) {
      case 0:
      case 1:
        return leaf();
      case 2:
      case 3:
        return parameter_leaf();
      case 4:
        return in_checkpoint();
      case 5:
        return hook();
      case 6:
      case 7:
      case 8:
        return backward();
      case 9:
        return gradient();
      case 10:
        return mark();
      case 11:
        return rewind();
      case 12:
        return forget();
      case 13:
        return change_weight();
      case 14:
        return program();
      default:
        return op();
    }
  }

  Choices& choices_;
  std::vector<World> worlds_;
  std::vector<Handle> handles_;
  std::vector<Mark> marks_;
  std::vector<Weight> weights_;
  std::optional<Program<double>> program_;
  std::shared_ptr<SlowParameter> compiled_;
  std::uint64_t lives_ = 0, ids_ = 0, names_ = 0;
  bool ends_backward_ = false;
  std::string log_;
};

}  // namespace

std::string run_random_api(Choices& choices) { return Driver(choices).run(); }

}  // namespace glassgrad
