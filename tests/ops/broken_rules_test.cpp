// Would the checks of every_op_test.cpp notice a wrong rule? Every rule of the table is broken on
// purpose in every way below, one input at a time, as the engine sees it: kernel, nodes, push. Each
// must be rejected by one of the checks, but for those listed as equivalent, with the reason why.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "glassgrad/engine/make_rule.hpp"
#include "support/op_checks.hpp"

namespace glassgrad {
namespace {

enum How {
  negated,           // local times -1
  doubled,           // local times 2
  slightly_off,      // local times 1 + 1e-9
  zero,              // local missing
  swapped,           // the local gradient to another input
  not_summed,        // broadcasting not undone: one of the stretched entries counts
  upstream_ignored,  // as if it were 1
  rolled,            // contributions arrive one entry too late
  kernel_doubled,    // right as nodes, wrong in numbers
  nodes_doubled,     // right in numbers, wrong as nodes
  push_doubled,      // right backward, wrong forward
  detached,          // right, but as a constant: the second derivative misses a term
  hows
};
const char* const how_names[] = {"negated",        "doubled",       "slightly off",     "zero",
                                 "swapped",        "not summed",    "upstream ignored", "rolled",
                                 "kernel doubled", "nodes doubled", "push doubled",     "detached"};

using T = double;
using Views = std::span<const View<const T>>;
using Nodes = std::span<const Node<T>>;

// The attributes of a broken rule: the right one, and what to do to it.
struct Broken {
  const Rule<T>* rule;
  const void* op;
  How how;
  int input;

  int other() const { return (input + 1) % rule->arity; }
  double factor(bool as_nodes) const {
    switch (how) {
      case negated:
        return -1;
      case doubled:
        return 2;
      case slightly_off:
        return 1 + 1e-9;
      case zero:
        return 0;
      case kernel_doubled:
        return as_nodes ? 1 : 2;
      case nodes_doubled:
        return as_nodes ? 2 : 1;
      default:
        return 1;
    }
  }
};
const Broken& of(const void* attributes) { return *static_cast<const Broken*>(attributes); }

// 1 at the first of the entries that one entry of the input is stretched to, 0 at the others.
std::vector<T> first_only(const Shape& full, const Shape& input) {
  Slow<T> mask(full);
  mask.each([&](const Position& at) {
    bool first = true;
    for (int axis = 0; axis < full.rank(); ++axis) {
      const int own = axis - (full.rank() - input.rank());
      first &= at[std::size_t(axis)] == 0 || (own >= 0 && input[own] == full[axis]);
    }
    mask.at(at) = first;
  });
  return mask.numbers;
}
std::vector<T> wrong_upstream(const Broken& b, Views in, const Shape& y, const T* upstream) {
  std::vector<T> u(upstream, upstream + y.count());
  if (b.how == upstream_ignored) std::fill(u.begin(), u.end(), 1.0);
  if (b.how == not_summed) {
    const auto mask = first_only(y, in[std::size_t(b.input)].shape());
    for (std::size_t i = 0; i < u.size(); ++i) u[i] *= mask[i];
  }
  return u;
}
void spoil(const Broken& b, T* share, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) share[i] *= b.factor(false);
  if (b.how == rolled && count > 1) std::rotate(share, share + count - 1, share + count);
}

void pull(const void* attributes, Views in, View<const T> out, View<const T> upstream,
          std::span<const Sink<T>> sinks, Pool& pool) {
  const Broken& b = of(attributes);
  const std::size_t k = std::size_t(b.input);
  std::vector<Sink<T>> others(sinks.begin(), sinks.end()), own(sinks.size());
  others[k] = {};
  b.rule->pull(b.op, in, out, upstream, others, pool);
  if (!sinks[k].data) return;
  const std::size_t from = std::size_t(b.how == swapped ? b.other() : b.input);
  std::vector<T> contribution(in[from].size(), 0.0);
  own[from].data = contribution.data();
  const std::vector<T> wrong = wrong_upstream(b, in, out.shape(), upstream.data);
  b.rule->pull(b.op, in, out, {wrong.data(), out.sizes}, own, pool);
  spoil(b, contribution.data(), std::int64_t(contribution.size()));
  for (std::size_t i = 0; i < in[k].size(); ++i)
    sinks[k].data[i] =
        (sinks[k].add ? sinks[k].data[i] : 0) + contribution[i % contribution.size()];
}

void number_pull(const void* attributes, const T* const* in, T out, T upstream, T* contributions) {
  const Broken& b = of(attributes);
  std::vector<T> own(std::size_t(b.rule->arity));
  b.rule->number_pull(b.op, in, out, upstream, contributions);
  b.rule->number_pull(b.op, in, out, b.how == upstream_ignored ? 1 : upstream, own.data());
  contributions[b.input] =
      own[std::size_t(b.how == swapped ? b.other() : b.input)] * b.factor(false);
}

// Entry i of the result is entry i - 1 of x, the last one first.
Node<T> rolled_node(const Node<T>& x) {
  const std::int64_t n = x.shape().count();
  std::vector<std::int64_t> before;
  for (std::int64_t i = 0; i < n; ++i) before.push_back((i + n - 1) % n);
  return reshape(rows(reshape(x, Shape{n}), x.tape()->indices(before)), x.shape());
}
Node<T> adjoint(const void* attributes, int k, Nodes in, const Node<T>& out,
                const Node<T>& upstream) {
  const Broken b = of(attributes);  // a copy: the tape grows
  if (k != b.input) return b.rule->adjoint(b.op, k, in, out, upstream);
  Tape<T>& tape = *out.tape();
  const std::vector<T> ones(std::size_t(out.shape().count()), 1.0);
  Node<T> u = upstream;
  if (b.how == upstream_ignored) u = tape.constant(View<const T>{ones.data(), &out.shape()});
  if (b.how == not_summed) {
    const auto mask = first_only(out.shape(), in[std::size_t(k)].shape());
    u = u * tape.constant(View<const T>{mask.data(), &out.shape()});
  }
  Node<T> share = b.rule->adjoint(b.op, b.how == swapped ? b.other() : k, in, out, u);
  if (b.factor(true) != 1) share = share * b.factor(true);
  if (b.how == rolled && share.shape() == in[std::size_t(k)].shape()) share = rolled_node(share);
  if (b.how == detached) {
    const std::vector<T> numbers(share.value().begin(), share.value().end());
    const Shape shape = share.shape();
    share = tape.constant(View<const T>{numbers.data(), &shape});
  }
  return share;
}
Node<T> push(const void* attributes, Nodes in, const Node<T>& out, Nodes tangents) {
  const Broken b = of(attributes);
  std::vector<Node<T>> t(tangents.begin(), tangents.end());
  Node<T>& own = t[std::size_t(b.input)];
  if (own.tape() && b.how == push_doubled)
    own = own * 2;
  else if (own.tape() && b.factor(true) != 1)
    own = own * b.factor(true);
  if (b.how == swapped) std::swap(own, t[std::size_t(b.other())]);
  return b.rule->push(b.op, in, out, t);
}

Rule<T> broken_rule(const Rule<T>& right) {
  Rule<T> rule = right;
  rule.units = 0;  // so that the kernel is asked
  rule.bytes = sizeof(Broken);
  rule.plain = false;  // it has attributes: what is broken, and how
  rule.shape = [](const void* op, std::span<const Shape* const> in) {
    return of(op).rule->shape(of(op).op, in);
  };
  rule.forward = [](const void* op, Views in, View<T> out, Pool& pool) {
    of(op).rule->forward(of(op).op, in, out, pool);
  };
  rule.number = [](const void* op, const T* const* in) {
    return of(op).rule->number(of(op).op, in);
  };
  rule.pull = &pull;
  rule.by_arrays = false;  // its sinks are no blocks
  if (right.number_pull) rule.number_pull = &number_pull;
  rule.adjoint = &adjoint;
  rule.push = &push;
  return rule;
}

// Why breaking this rule so changes nothing; null: it does, and must be noticed.
const char* equivalent(const OpCase& op, const Expected& e, int k, How how) {
  // the engine itself refuses a rule that looks at numbers of nodes or loses its upstream
  if (how == detached || (how == upstream_ignored && !op.elementwise())) return nullptr;
  if (e.jacobian[std::size_t(k)].numbers.empty()) return "there are no numbers";
  if (how != swapped && std::ranges::all_of(expected(op), [&](const Expected& at) {
        const auto& slopes = at.jacobian[std::size_t(k)].numbers;
        return std::ranges::all_of(slopes, [](double slope) { return slope == 0; });
      }))
    return "the local gradient is 0 everywhere";
  if (how == rolled && e.jacobian[std::size_t(k)].columns == 1) return "there is one number only";
  if (how == rolled && (op.op == "sum" || op.op == "mean" || op.op == "sum_to") &&
      e.y.numbers.size() == 1)
    return "every entry receives the same";
  return nullptr;
}
bool applies(const OpCase& op, int k, How how) {
  if (how == swapped)
    return op.elementwise() && op.inputs > 1 && op.has_gradient((k + 1) % op.inputs);
  return how != not_summed || (op.elementwise() && op.inputs > 1);
}

using Check = std::string (*)(const OpCase&, const Expected&);
const Check checks[] = {&check_local, &check_reverse, &check_forward, &check_second};

bool rejects(Check check, const OpCase& op, const std::vector<Expected>& right) {
  for (const Expected& e : right) {
    try {
      if (!check(op, e).empty()) return true;
    } catch (const Error&) {  // shapes that no longer fit: noticed too
      return true;
    }
  }
  return false;
}

struct Count {
  int rules = 0, killed = 0, equivalent = 0, by[4] = {};
};

// Breaks input k of one case and counts which checks reject it.
void try_broken(const OpCase& right, int k, How how, Count& count) {
  const Rule<T> rule = broken_rule(*right.rule);
  OpCase op = right;
  op.rule = &rule;
  op.attributes =
      std::make_shared<const Broken>(Broken{right.rule, right.attributes.get(), how, k});
  bool killed = false;
  for (std::size_t i = 0; i < std::size(checks); ++i) {
    const bool now = rejects(checks[i], op, expected(right));
    count.by[i] += now;
    killed |= now;
  }
  ++count.rules;
  count.killed += killed;
  const char* reason = equivalent(right, expected(right).back(), k, how);
  count.equivalent += reason != nullptr;
  if (reason)
    EXPECT_FALSE(killed) << right.label << ", input " << k << ", " << how_names[how]
                         << " is listed as equivalent: " << reason;
  else
    EXPECT_TRUE(killed) << right.label << ", input " << k << ", " << how_names[how];
}

TEST(BrokenRules, AreAllRejectedByTheChecks) {
  Count all;
  fmt::print("{:16}  rules killed equivalent   by local reverse forward second\n", "broken how");
  const auto show = [](const char* name, const Count& c) {
    fmt::print("{:16} {:6} {:6} {:10} {:10} {:7} {:7} {:6}\n", name, c.rules, c.killed,
               c.equivalent, c.by[0], c.by[1], c.by[2], c.by[3]);
  };
  for (int how = 0; how < hows; ++how) {
    Count count;
    for (const OpCase& op : op_table())
      for (int k = 0; k < op.inputs; ++k)
        if (op.takes_numbers(k) && op.has_gradient(k) && applies(op, k, How(how)))
          try_broken(op, k, How(how), count);
    show(how_names[how], count);
    all.rules += count.rules, all.killed += count.killed, all.equivalent += count.equivalent;
    for (int i = 0; i < 4; ++i) all.by[i] += count.by[i];
  }
  show("all", all);
  EXPECT_EQ(all.killed + all.equivalent, all.rules);
  EXPECT_GT(all.killed, 500);
}

// The wrapper itself changes nothing: broken by a factor of 1 all checks pass.
TEST(BrokenRules, UnbrokenOnesPass) {
  for (const OpCase& right : op_table()) {
    if (!right.rule->differentiable) continue;
    const Rule<T> rule = broken_rule(*right.rule);
    OpCase op = right;
    op.rule = &rule;
    op.attributes =
        std::make_shared<const Broken>(Broken{right.rule, right.attributes.get(), hows, 0});
    for (const Expected& e : expected(right))
      for (const Check check : checks) EXPECT_EQ(check(op, e), "") << right.label;
  }
}

}  // namespace
}  // namespace glassgrad
