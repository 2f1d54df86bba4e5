// The update formulas of the optimizers, elementwise: ordinary ops, so that a step can be shown,
// checked and replayed. w is a weight, g its gradient, rate a single number. An optimizer
// (optim/optimizer.hpp) runs them in place, in the order its own comment gives.
#pragma once

#include <cmath>
#include <limits>
#include <type_traits>

#include "glassgrad/ops/rules/functions.hpp"

namespace glassgrad {

// v, or 0 where it has decayed: g is 0 and |v| below `least`. Running means of gradients that
// became 0 would stay denormal for ever, and denormals are many times slower.
auto unless_dead(const auto& v, const auto& g, double least) {
  const auto zero = constant(v, 0);
  const auto small = v < constant(v, least) && v > constant(v, -least);
  return where(small && g == zero, zero, v);
}

// s, a sum of squared gradients. Where it leaves the range its negated root is stored instead:
// -1e200 stands for 1e400. With `small` so are denormal squares, though few need them: epsilon
// usually exceeds their roots by far.
struct SumOfSquares {
  // The next s, or 0 where it has decayed; nothing in mid-range has.
  template <class V>
  static V next(const V& s, const V& g, double beta, double weight, bool small, double least) {
    const auto all = [&] { return unless_dead(next(s, g, beta, weight, small), g, least); };
    if constexpr (requires { num::Functions<V>::largest; }) {
      if (small) return all();
      const V sum = constant(s, beta) * s + constant(g, weight) * (g * g);
      const V most(num::Functions<V>::largest);
      return mostly(s >= constant(s, 0) && sum >= constant(s, least) && sum <= most, sum, all);
    } else {
      return all();
    }
  }
  // beta s + weight g^2
  template <class V>
  static V next(const V& s, const V& g, double beta, double weight, bool small) {
    const V sum = constant(s, beta) * s + constant(g, weight) * (g * g);
    if constexpr (requires { num::Functions<V>::largest; }) {
      const V zero = constant(s, 0), most(num::Functions<V>::largest);
      const V least = small ? V(num::Functions<V>::smallest) : zero;
      return mostly(s >= zero && sum >= least && sum <= most, sum, [&] {
        const V r = length(constant(s, std::sqrt(beta)) * root(s),
                           constant(g, std::sqrt(weight)) * num::abs(g));
        // a gradient so small that its root rounds to 0 keeps one bit: else the step divides by 0
        using T = std::remove_const_t<decltype(num::Functions<V>::smallest)>;
        const V bit(small ? std::numeric_limits<T>::denorm_min() : T(0));
        const V size = where(r == zero && num::abs(g) > zero, bit, r);
        return where(size == zero || (size * size >= least && size * size <= most), size * size,
                     -size);
      });
    } else {
      return sum;
    }
  }
  template <class V>
  static auto usual(const V& root) {  // of a finite square: of others it is NaN or inf
    if constexpr (requires { num::Functions<V>::largest; })
      return root <= V(num::Functions<V>::largest);
    else
      return root >= constant(root, 0);
  }
  template <class V>
  static V root(const V& s) {
    const auto kept = s < constant(s, 0);
    return where(kept, -s, num::sqrt(where(kept, constant(s, 0), s)));
  }
  // rate m / (root + epsilon) where s is a root: large ones are scaled by 4, so that none leaves
  // the range; denormal ones would lose their bits
  template <class V>
  static V step(const V& m, const V& root, const V& rate, double epsilon) {
    const V part = where(root > constant(m, 1), constant(m, 0.25), constant(m, 1));
    return rate * (part * m / (part * root + part * constant(m, epsilon)));
  }

 private:
  // sqrt(a^2 + b^2) for a, b >= 0; the largest number where it would be infinite
  template <class V>
  static V length(const V& a, const V& b) {
    const V longer = where(a > b, a, b), most(num::Functions<V>::largest);
    const V p = a / longer, q = b / longer, r = longer * num::sqrt(p * p + q * q);
    return where(longer > most || a + b == constant(a, 0), a + b, where(r > most, most, r));
  }
};

// y = w - rate g: one step down the slope
struct Descend {
  using Kind = Elementwise<3>;
  static constexpr std::string_view name = "descend";
  static constexpr Interval domain[] = {{-3, 3}, {-3, 3}, {0.1, 1}};
  auto value(const auto& w, const auto& g, const auto& rate) const { return w - rate * g; }
  Unit local(To<0>, const auto&, const auto&, const auto&, const auto&) const { return {}; }
  auto local(To<1>, const auto&, const auto&, const auto& rate, const auto&) const { return -rate; }
  auto local(To<2>, const auto&, const auto& g, const auto&, const auto&) const { return -g; }
  auto text(const Formula& w, const Formula& g, const Formula& rate) const { return w - rate * g; }
};

// y = (1 - rate decay) w: weight decay apart from the gradient (AdamW)
struct Shrink {
  using Kind = Elementwise<2>;
  static constexpr std::string_view name = "shrink";
  static constexpr Interval domain[] = {{-3, 3}, {0.1, 1}};
  double decay = 0.01;
  auto value(const auto& w, const auto& rate) const { return w - rate * constant(rate, decay) * w; }
  auto local(To<0>, const auto&, const auto& rate, const auto&) const {
    return 1 - rate * constant(rate, decay);
  }
  auto local(To<1>, const auto& w, const auto&, const auto&) const {
    return constant(w, -decay) * w;
  }
  auto text(const Formula& w, const Formula& rate) const { return w - rate * Formula(decay) * w; }
};

// y = beta v + g: a velocity that decays by beta; a gradient to which decay w is added
struct Gather {
  using Kind = Elementwise<2>;
  static constexpr std::string_view name = "gather";
  static constexpr Interval domain[] = {{-3, 3}, {-3, 3}};
  double beta = 0.9;
  double least = 0;  // see unless_dead
  auto value(const auto& v, const auto& g) const {
    return unless_dead(constant(v, beta) * v + g, g, least);
  }
  auto local(To<0>, const auto& v, const auto&, const auto&) const { return constant(v, beta); }
  Unit local(To<1>, const auto&, const auto&, const auto&) const { return {}; }
  auto text(const Formula& v, const Formula& g) const { return Formula(beta) * v + g; }
};

// y = beta v + (1 - beta) g: a running mean of gradients
struct Blend {
  using Kind = Elementwise<2>;
  static constexpr std::string_view name = "blend";
  static constexpr Interval domain[] = {{-3, 3}, {-3, 3}};
  double beta = 0.9;
  double least = 0;  // see unless_dead
  auto value(const auto& v, const auto& g) const {
    return unless_dead(constant(v, beta) * v + constant(g, 1 - beta) * g, g, least);
  }
  auto local(To<0>, const auto& v, const auto&, const auto&) const { return constant(v, beta); }
  auto local(To<1>, const auto&, const auto& g, const auto&) const { return constant(g, 1 - beta); }
  auto text(const Formula& v, const Formula& g) const {
    return Formula(beta) * v + Formula(1 - beta) * g;
  }
};

// y = s + g^2: the sum of squared gradients
struct GatherSquare {
  using Kind = Elementwise<2>;
  static constexpr std::string_view name = "gather_square";
  static constexpr Interval domain[] = {{0.2, 3}, {-3, 3}};
  bool small = false;  // see SumOfSquares
  auto value(const auto& s, const auto& g) const { return SumOfSquares::next(s, g, 1, 1, small); }
  Unit local(To<0>, const auto&, const auto&, const auto&) const { return {}; }
  auto local(To<1>, const auto&, const auto& g, const auto&) const { return 2 * g; }
  auto text(const Formula& s, const Formula& g) const { return s + squared(g); }
  static Formula squared(const Formula& g) { return Formula::infix("^", strength::power, g, 2); }
};

// y = beta s + (1 - beta) g^2: a running mean of squared gradients
struct BlendSquare {
  using Kind = Elementwise<2>;
  static constexpr std::string_view name = "blend_square";
  static constexpr Interval domain[] = {{0.2, 3}, {-3, 3}};
  double beta = 0.999;
  double least = 0;    // see unless_dead
  bool small = false;  // see SumOfSquares
  auto value(const auto& s, const auto& g) const {
    return SumOfSquares::next(s, g, beta, 1 - beta, small, least);
  }
  auto local(To<0>, const auto& s, const auto&, const auto&) const { return constant(s, beta); }
  auto local(To<1>, const auto&, const auto& g, const auto&) const {
    return constant(g, 2 * (1 - beta)) * g;
  }
  auto text(const Formula& s, const Formula& g) const {
    return Formula(beta) * s + Formula(1 - beta) * GatherSquare::squared(g);
  }
};

// y = w - rate g / (sqrt(s) + epsilon): a step scaled by the gradient's usual size
struct DescendScaled {
  using Kind = Elementwise<4>;
  static constexpr std::string_view name = "descend_scaled";
  static constexpr Interval domain[] = {{-3, 3}, {-3, 3}, {0.2, 3}, {0.1, 1}};
  double epsilon = 1e-8;
  auto value(const auto& w, const auto& g, const auto& s, const auto& rate) const {
    const auto size = num::sqrt(s);
    const auto y =
        mostly(SumOfSquares::usual(size), w - rate * g / (size + constant(s, epsilon)),
               [&] { return w - SumOfSquares::step(g, SumOfSquares::root(s), rate, epsilon); });
    return where(g == constant(g, 0), w, y);  // no step, though 0 / 0 would be none
  }
  Unit local(To<0>, const auto&, const auto&, const auto&, const auto&, const auto&) const {
    return {};
  }
  auto local(To<1>, const auto&, const auto&, const auto& s, const auto& rate, const auto&) const {
    return -rate / size(s);
  }
  auto local(To<2>, const auto&, const auto& g, const auto& s, const auto& rate,
             const auto&) const {
    return rate * g / (2 * apply(Sqrt{}, s) * size(s) * size(s));
  }
  auto local(To<3>, const auto&, const auto& g, const auto& s, const auto&, const auto&) const {
    return -g / size(s);
  }
  auto size(const auto& s) const { return apply(Sqrt{}, s) + constant(s, epsilon); }
  auto text(const Formula& w, const Formula& g, const Formula& s, const Formula& rate) const {
    return w - rate * g / size(s);
  }
};

// y = w - rate (m / c1) / (sqrt(s / c2) + epsilon), with c1 = 1 - beta1^t and c2 = 1 - beta2^t,
// which correct for m and s starting at 0 (Kingma and Ba 2015)
struct DescendAdam {
  using Kind = Elementwise<6>;
  static constexpr std::string_view name = "descend_adam";
  static constexpr Interval domain[] = {{-3, 3}, {-3, 3}, {0.2, 3}, {0.1, 1}, {0.2, 1}, {0.2, 1}};
  double epsilon = 1e-8;
  auto value(const auto& w, const auto& m, const auto& s, const auto& rate, const auto& c1,
             const auto& c2) const {
    const auto size = num::sqrt(s / c2);
    const auto y =
        mostly(SumOfSquares::usual(size), w - rate * (m / c1) / (size + constant(s, epsilon)), [&] {
          const auto root = SumOfSquares::root(s) / num::sqrt(c2);
          return w - SumOfSquares::step(m / c1, root, rate, epsilon);
        });
    return where(m == constant(m, 0), w, y);  // no step, though 0 / 0 would be none
  }
  Unit local(To<0>, const auto&, const auto&, const auto&, const auto&, const auto&, const auto&,
             const auto&) const {
    return {};
  }
  auto local(To<1>, const auto&, const auto&, const auto& s, const auto& rate, const auto& c1,
             const auto& c2, const auto&) const {
    return -rate / (c1 * size(s, c2));
  }
  auto local(To<2>, const auto&, const auto& m, const auto& s, const auto& rate, const auto& c1,
             const auto& c2, const auto&) const {
    return by_size(m, s, rate, c1, c2) / c2;
  }
  auto local(To<3>, const auto&, const auto& m, const auto& s, const auto&, const auto& c1,
             const auto& c2, const auto&) const {
    return -m / (c1 * size(s, c2));
  }
  auto local(To<4>, const auto&, const auto& m, const auto& s, const auto& rate, const auto& c1,
             const auto& c2, const auto&) const {
    return rate * m / (c1 * c1 * size(s, c2));
  }
  auto local(To<5>, const auto&, const auto& m, const auto& s, const auto& rate, const auto& c1,
             const auto& c2, const auto&) const {
    return -by_size(m, s, rate, c1, c2) * s / (c2 * c2);
  }
  auto size(const auto& s, const auto& c2) const {
    return apply(Sqrt{}, s / c2) + constant(s, epsilon);
  }
  auto text(const Formula& w, const Formula& m, const Formula& s, const Formula& rate,
            const Formula& c1, const Formula& c2) const {
    return w - rate * (m / c1) / size(s, c2);
  }
  // dy / d(s / c2)
  auto by_size(const auto& m, const auto& s, const auto& rate, const auto& c1,
               const auto& c2) const {
    return rate * m / (2 * c1 * apply(Sqrt{}, s / c2) * size(s, c2) * size(s, c2));
  }
};

using UpdateOps =
    List<Descend, Shrink, Gather, Blend, GatherSquare, BlendSquare, DescendScaled, DescendAdam>;
GLASSGRAD_FAMILY(UpdateOps)

}  // namespace glassgrad
