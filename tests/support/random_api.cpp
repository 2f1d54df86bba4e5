// The driver: its actions, in glassgrad and in the reference. Next: random_api_state.hpp, the
// expectations.
#include "support/random_api.hpp"

#include <optional>

#include "support/random_api_state.hpp"

namespace glassgrad {
namespace {

class Driver : RandomApiState {
 public:
  explicit Driver(Choices& choices) : RandomApiState(choices) {}

  std::string run() {
    try {
      leaf();
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
    if (is_unsure(a) || is_unsure(b)) return;
    const int which = int(pick(7));
    const bool two = which >= 4;
    const bool fine = is_usable(a) && (!two || (is_usable(b) && a.world == b.world));
    Node<> y;
    expect(fine, "op", [&] {
      const Node<>&p = a.node, &q = b.node;
      y = which == 0   ? sin(p)
          : which == 1 ? tanh(p)
          : which == 2 ? -p
          : which == 3 ? sum(p)
          : which == 4 ? p + q
          : which == 5 ? p - q
                       : p * q;
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
    if (is_unsure(x)) return;
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
    world.slow.nodes.back().dropped = true;
    keep(world, inside[1], {SlowOp::multiply, {handles_.back().index, x.index}, {}, 0});
    world.slow.nodes.back().dropped = true;
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
    if (is_unsure(h)) return;
    const bool fine = is_usable(h);
    expect(fine, "value", [&] {
      const View<const double> value = h.node.value();
      if (fine) compare("value", value, worlds_[h.world].slow.nodes[h.index].value);
    });
  }

  // ---- Coming and going.
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
    using D = Driver;
    constexpr void (D::*acts[])() = {&D::leaf,
                                     &D::leaf,
                                     &D::parameter_leaf,
                                     &D::parameter_leaf,
                                     &D::in_checkpoint,
                                     &D::hook,
                                     &D::backward,
                                     &D::backward,
                                     &D::backward,
                                     &D::gradient,
                                     &D::mark,
                                     &D::rewind,
                                     &D::forget,
                                     &D::change_weight,
                                     &D::program,
                                     &D::op,
                                     &D::op,
                                     &D::op,
                                     &D::op,
                                     &D::op,
                                     &D::op,
                                     &D::op,
                                     &D::op,
                                     &D::op};
    (this->*acts[choices_.below(std::size(acts))])();
  }

  std::optional<Program<double>> program_;
  std::shared_ptr<SlowParameter> compiled_;
  bool ends_backward_ = false;
};

}  // namespace

std::string run_random_api(Choices& choices) { return Driver(choices).run(); }

}  // namespace glassgrad
