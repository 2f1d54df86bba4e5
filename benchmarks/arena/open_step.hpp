// The smallest training step on the open tape of open_arrays.hpp: its ops, its parameters, which
// hold their gradients, and an optimizer that knows them by name.
#pragma once

#include <string>

#include "../workloads.hpp"
#include "open_arrays.hpp"

namespace bench::open {

inline void require(bool holds, const char* what) {
  if (!holds) throw std::invalid_argument(what);
}
inline Sizes same_shape(const void*, std::span<const Sizes* const> in) { return *in[0]; }
inline Sizes single(const void*, std::span<const Sizes* const>) { return {}; }
inline Sizes of_product(const void*, std::span<const Sizes* const> in) {
  const Sizes &a = *in[0], &b = *in[1];
  require(a.rank == 2 && b.rank == 2 && a.at[1] == b.at[0], "the inner sizes differ");
  return {2, {a.at[0], b.at[1]}};
}
inline Sizes broadcast(const void*, std::span<const Sizes* const> in) {
  const Sizes &a = *in[0], &b = *in[1];
  require(b.rank <= a.rank, "the second has more axes");
  for (int i = 1; i <= b.rank; ++i) {
    const std::int64_t y = b.at[std::size_t(b.rank - i)];
    require(y == a.at[std::size_t(a.rank - i)] || y == 1, "the shapes do not broadcast");
  }
  return a;
}
inline constexpr auto minus = [](const auto& x, const auto& y) { return x - y; };

template <class F, class... In>
void give(const Share& share, int n, F f, const In*... in) {
  if (!share.to) return;
  if (share.add)
    kernels::map(
        n, share.to, [&f](const auto& g, const auto&... x) { return g + f(x...); }, share.to,
        in...);
  else
    kernels::map(n, share.to, f, in...);
}

// y = f(x), its derivative d(x, y)
template <auto f, auto d>
constexpr Op unary(const char* name) {
  return {name, 0, same_shape,
          [](const void*, std::span<const Numbers> in, Numbers out) {
            kernels::map(out.count(), out.data, f, in[0].data);
          },
          [](const void*, std::span<const Numbers> in, Numbers out, Numbers upstream,
             std::span<const Share> shares) {
            give(
                shares[0], out.count(),
                [](const auto& u, const auto& x, const auto& y) { return u * d(x, y); },
                upstream.data, in[0].data, out.data);
          }};
}
inline constexpr Op tanh_op =
    unary<[](const auto& x) { return xsimd::tanh(x); },
          [](const auto&, const auto& y) { return 1.0F - y * y; }>("tanh");
inline constexpr Op sigmoid_op =
    unary<[](const auto& x) { return kernels::sigmoid(x); },
          [](const auto&, const auto& y) { return y * (1.0F - y); }>("sigmoid");
inline constexpr Op square_op =
    unary<[](const auto& x) { return x * x; }, [](const auto& x, const auto&) { return x + x; }>(
        "square");
inline constexpr Op add_op{"add", 0, broadcast,
                           [](const void*, std::span<const Numbers> in, Numbers out) {
                             const int n = in[1].count();
                             kernels::add_row(out.count() / n, n, in[0].data, in[1].data, out.data);
                           },
                           [](const void*, std::span<const Numbers> in, Numbers out,
                              Numbers upstream, std::span<const Share> shares) {
                             const int n = in[1].count();
                             give(shares[0], out.count(), arena::same, upstream.data);
                             if (!shares[1].to) return;
                             if (!shares[1].add) std::fill_n(shares[1].to, n, 0.0F);
                             kernels::add_column_sums(out.count() / n, n, 1.0F, upstream.data,
                                                      shares[1].to);
                           }};
inline constexpr Op sub_op{"sub", 0, broadcast,
                           [](const void*, std::span<const Numbers> in, Numbers out) {
                             kernels::map(out.count(), out.data, minus, in[0].data, in[1].data);
                           },
                           [](const void*, std::span<const Numbers>, Numbers out, Numbers upstream,
                              std::span<const Share> shares) {
                             give(shares[0], out.count(), arena::same, upstream.data);
                             give(shares[1], out.count(), arena::negated, upstream.data);
                           }};
inline constexpr Op sum_op{
    "sum", 0, single,
    [](const void*, std::span<const Numbers> in, Numbers out) {
      *out.data = kernels::sum(in[0].count(), in[0].data);
    },
    [](const void*, std::span<const Numbers> in, Numbers, Numbers upstream,
       std::span<const Share> shares) {
      give(
          shares[0], in[0].count(),
          [g = *upstream.data](const auto& x) { return std::decay_t<decltype(x)>(g); }, in[0].data);
    }};
inline constexpr Op scale_op{
    "scale", sizeof(float), same_shape,
    [](const void* attributes, std::span<const Numbers> in, Numbers out) {
      const float c = *static_cast<const float*>(attributes);
      kernels::map(
          out.count(), out.data, [c](const auto& x) { return x * c; }, in[0].data);
    },
    [](const void* attributes, std::span<const Numbers>, Numbers out, Numbers upstream,
       std::span<const Share> shares) {
      const float c = *static_cast<const float*>(attributes);
      give(
          shares[0], out.count(), [c](const auto& u) { return u * c; }, upstream.data);
    }};
inline constexpr Op matmul_op{"matmul", 0, of_product,
                              [](const void*, std::span<const Numbers> in, Numbers out) {
                                const auto &a = in[0].sizes->at, &b = in[1].sizes->at;
                                kernels::product(int(a[0]), int(b[1]), int(a[1]), 1.0F, in[0].data,
                                                 in[1].data, 0.0F, out.data);
                              },
                              [](const void*, std::span<const Numbers> in, Numbers,
                                 Numbers upstream, std::span<const Share> shares) {
                                const int m = int(in[0].sizes->at[0]), k = int(in[0].sizes->at[1]),
                                          n = int(in[1].sizes->at[1]);
                                if (shares[0].to)
                                  kernels::product<false, true>(m, k, n, 1.0F, upstream.data,
                                                                in[1].data, float(shares[0].add),
                                                                shares[0].to);
                                if (shares[1].to)
                                  kernels::product<true>(k, n, m, 1.0F, in[0].data, upstream.data,
                                                         float(shares[1].add), shares[1].to);
                              }};
inline constexpr Op descend_op{
    "descend", sizeof(float), same_shape,
    [](const void* attributes, std::span<const Numbers> in, Numbers out) {
      const float rate = *static_cast<const float*>(attributes);
      kernels::map(
          out.count(), out.data, [rate](const auto& w, const auto& g) { return w - rate * g; },
          in[0].data, in[1].data);
    },
    nullptr};

struct Parameter {
  std::string name;
  Sizes sizes;
  kernels::Array<float> value, gradient;
};

class Descent {
 public:
  explicit Descent(float rate) : rate_(rate) {}
  void step(Parameter& p) {
    const auto has_its_name = [&p](const State& state) { return state.name == p.name; };
    auto its = std::find_if(states_.begin(), states_.end(), has_its_name);
    if (its == states_.end()) its = states_.insert(its, {p.name, p.sizes, 0});
    require(its->sizes == p.sizes, "the parameter has another shape than before");
    const Numbers in[] = {{p.value.data(), &p.sizes}, {p.gradient.data(), &p.sizes}};
    descend_.forward(&rate_, std::span(in), in[0]);
    ++its->steps;
  }

 private:
  struct State {
    std::string name;
    Sizes sizes;
    std::int64_t steps;
  };
  float rate_;
  const Op& descend_ = descend_op;
  std::vector<State> states_;
};

class OpenStep {
 public:
  OpenStep(const Step& s, const Data& data)
      : x_(data.x.begin(), data.x.end()),
        y_(data.y.begin(), data.y.end()),
        x_sizes_{2, {s.batch, s.sizes.front()}},
        y_sizes_{2, {s.batch, s.sizes.back()}},
        weight_(0.5F / static_cast<float>(s.batch)),
        descent_(s.rate) {
    for (int l = 0; l < s.layers(); ++l) {
      const auto w = weights(s, l), b = biases(s, l);
      add("W", l, {2, {s.sizes[std::size_t(l)], s.sizes[std::size_t(l) + 1]}}, w);
      add("b", l, {1, {s.sizes[std::size_t(l) + 1]}}, b);
    }
  }

  float step() {
    tape_.clear();
    leaves_.clear();
    Tape::Node x = tape_.leaf(x_.data(), x_sizes_, false);
    for (std::size_t i = 0; i < parameters_.size(); i += 2) {
      x = push(ops_[0], x, leaf(i));
      x = push(ops_[1], x, leaf(i + 1));
      if (i + 2 < parameters_.size()) x = push(ops_[2], x);
    }
    const Tape::Node y = tape_.leaf(y_.data(), y_sizes_, false);
    const Tape::Node error = push(ops_[4], push(ops_[3], x), y);
    const Tape::Node total = push(ops_[6], push(ops_[5], error));
    const Tape::Node of_total[] = {total};
    const Tape::Node cost = tape_.push(*ops_[7], &weight_, of_total);
    const float loss = *tape_.value(cost);
    tape_.backward(cost);
    for (std::size_t i = 0; i < parameters_.size(); ++i)
      std::copy_n(tape_.upstream(leaves_[i]), parameters_[i].value.size(),
                  parameters_[i].gradient.data());
    for (Parameter& p : parameters_) descent_.step(p);
    return loss;
  }

 private:
  void add(const char* name, int layer, const Sizes& sizes, const std::vector<float>& numbers) {
    parameters_.push_back({name + std::to_string(layer),
                           sizes,
                           {numbers.begin(), numbers.end()},
                           kernels::Array<float>(numbers.size())});
  }
  Tape::Node leaf(std::size_t i) {
    return leaves_.emplace_back(
        tape_.leaf(parameters_[i].value.data(), parameters_[i].sizes, true));
  }
  template <class... X>
  Tape::Node push(const Op* op, const X&... x) {
    const Tape::Node in[] = {x...};
    return tape_.push(*op, op, in);  // of no attributes nothing is read
  }

  // In memory, where the compiler does not know them.
  std::vector<const Op*> ops_{&matmul_op, &add_op,    &tanh_op, &sigmoid_op,
                              &sub_op,    &square_op, &sum_op,  &scale_op};
  kernels::Array<float> x_, y_;
  Sizes x_sizes_, y_sizes_;
  float weight_;
  std::vector<Parameter> parameters_;
  Tape tape_;
  std::vector<Tape::Node> leaves_;
  Descent descent_;
};

}  // namespace bench::open
