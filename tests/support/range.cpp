#include "support/range.hpp"

#include <algorithm>
#include <cmath>

#include "glassgrad/array/random.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/engine/calculus.hpp"
#include "support/range_points.hpp"

namespace glassgrad {
namespace {

// The right numbers at one point: the value, and for inputs k <= j the derivatives.
struct Right {
  Wide value;
  std::vector<Wide> local, second;  // second: k * inputs + j
};

// Along inputs k and j; of none, for the value, with -1: then equal numbers are equal.
Jet jet_at(const RangeOp& op, const std::vector<Wide>& x, int k, int j) {
  std::vector<Jet> in(x.begin(), x.end());
  if (k >= 0) in[std::size_t(k)].a = 1;
  if (j >= 0) in[std::size_t(j)].b = 1;
  return op.jet(op.attributes.get(), in.data());
}
Right right_at(const RangeOp& op, const std::vector<Wide>& x) {
  const int n = op.inputs;
  Right right;
  right.local.resize(std::size_t(n)), right.second.resize(std::size_t(n * n));
  right.value = jet_at(op, x, -1, -1).v;
  for (int k = 0; k < n; ++k)
    for (int j = k; j < n; ++j) {
      const Jet y = jet_at(op, x, k, j);
      right.local[std::size_t(k)] = y.a;
      right.second[std::size_t(k * n + j)] = right.second[std::size_t(j * n + k)] = y.ab;
    }
  return right;
}
// Do the derivatives of some order jump here? Then conventions decide, not accuracy.
bool jumps(const RangeOp& op, const std::vector<Wide>& x, int k, int j, bool second) {
  using boost::multiprecision::abs;
  const auto of = [&](const std::vector<Wide>& at) {
    const Jet y = jet_at(op, at, k, j);
    return second ? y.ab : y.a;
  };
  const auto alike = [](const Wide& p, const Wide& q) {
    return abs(p - q) <= Wide(1e-12) * (abs(p) + abs(q));
  };
  const Wide here = of(x);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const Wide step = x[i] == 0 ? Wide("1e-400") : Wide(abs(x[i]) * Wide(1e-30));
    std::vector<Wide> below = x, above = x;
    below[i] -= step, above[i] += step;
    const Wide p = of(below);
    if (!alike(p, of(above)) || (x[i] == 0 && !alike(p, here) && abs(p - here) > 1e-300))
      return true;
  }
  return false;
}

template <class T>
bool finite(const Wide& x) {
  return x == x && boost::multiprecision::abs(x) <= std::numeric_limits<Wide>::max();
}

// The error in units of the last place of `size`.
template <class T>
double error(T got, const Wide& right, const Wide& size) {
  using L = std::numeric_limits<T>;
  using boost::multiprecision::abs;
  const Wide largest = L::max();
  if (abs(right) > largest * (1 - 16 * Wide(L::epsilon())) && std::isinf(got))
    return (got > 0) == (right > 0) ? 0 : 1e300;
  if (!std::isfinite(got)) return 1e300;
  int exponent = L::min_exponent;
  if (size != 0) {
    boost::multiprecision::frexp(size, &exponent);
    exponent = std::max(exponent, L::min_exponent);
  }
  const Wide ulp = boost::multiprecision::ldexp(Wide(1), exponent - L::digits);
  return double(abs(Wide(got) - right) / ulp);
}

template <class T>
class Measurement {
 public:
  Measurement(const RangeOp& op, int points)
      : op_(op), columns_(range_points<T>(op.inputs, op.domain, points)) {
    const Rule<T>* rule;
    if constexpr (sizeof(T) == 4)
      rule = op.rule_float;
    else
      rule = op.rule;
    for (const auto& column : columns_) in_.push_back(tape_.input(column));
    y_ = tape_.append(*rule, op.attributes.get(), in_);
    gradients_ = rule->gradients;
  }
  Worsts run() {
    const std::size_t count = columns_[0].size();
    for (std::size_t i = 0; i < count; ++i) {
      std::vector<Wide> x;
      for (const auto& column : columns_) x.push_back(column[i]);
      right_.push_back(right_at(op_, x));
      worsts_.points += finite<T>(right_.back().value);
    }
    compare(
        worsts_.value, numbers_of(y_.value()), [](const Right& r) { return r.value; },
        [](const Right& r) { return r.local[0]; }, 0, -1);
    if (op_.taken_as_given || y_.upstream_state() == Upstream::none) return worsts_;
    for (int k = 0; k < op_.inputs; ++k)
      if (gradients_ >> k & 1) run(k);
    return worsts_;
  }

 private:
  static std::vector<T> numbers_of(const View<const T>& view) { return {view.begin(), view.end()}; }
  void run(int k) {
    const std::size_t n = std::size_t(op_.inputs);
    const std::vector<T> ones(columns_[0].size(), T(1));
    const auto local = [k](const Right& r) { return r.local[std::size_t(k)]; };
    const auto own = [k, n](const Right& r) { return r.second[std::size_t(k) * (n + 1)]; };
    tape_.backward(y_, ones);
    compare(worsts_.local, numbers_of(in_[std::size_t(k)].upstream()), local, own, k, k);
    const auto mark = tape_.mark();
    const Node<T> g =
        grad(y_, std::span<const Node<T>>(&in_[std::size_t(k)], 1), tape_.constant(ones))[0];
    compare(worsts_.nodes, numbers_of(g.value()), local, own, k, k);
    if (g.upstream_state() != Upstream::none) {
      tape_.backward(g, ones);
      for (int j = 0; j < op_.inputs; ++j) {
        const Node<T>& x = in_[std::size_t(j)];
        std::vector<T> second(ones.size(), T(0));  // without a contribution
        if (x.upstream_state() == Upstream::computed) second = numbers_of(x.upstream());
        compare(
            worsts_.second, second,
            [k, j, n](const Right& r) { return r.second[std::size_t(k) * n + std::size_t(j)]; },
            local, k, j + op_.inputs);
      }
    }
    tape_.rewind(mark);
  }

  // which: -1 for the value, k for the local to k, inputs + j for the second to k and j.
  template <class RightOf, class SizeOf>
  void compare(Worst& worst, const std::vector<T>& got, const RightOf& right_of,
               const SizeOf& size_of, int k, int which) {
    using boost::multiprecision::abs;
    for (std::size_t i = 0; i < got.size(); ++i) {
      const Wide right = right_of(right_[i]);
      if (!finite<T>(right_[i].value) || !finite<T>(right)) continue;
      Wide size = abs(right);
      // factors of second derivatives may be denormal a little earlier
      const bool rough = which >= op_.inputs || &worst == &worsts_.nodes;
      const bool tiny = size < std::numeric_limits<T>::min() * (rough ? T(1024) : T(1));
      if (rough && !std::isfinite(got[i]) &&
          (op_.bound.second_overflows || size * 64 > std::numeric_limits<T>::max()))
        continue;
      if (rough && size > std::numeric_limits<T>::max()) {
        if (std::isnan(got[i]) && worst.ulp < 1e300)
          worst.ulp = 1e300, worst.at = place(i, got[i], right, k, which - op_.inputs);
        continue;  // infinite, or large
      }
      if (const Wide other = abs(size_of(right_[i])); op_.bound.near_roots) {
        size = std::max(size, other);
        if (which >= 0 && which < op_.inputs && op_.inputs == 2)  // what rounding an input moves
          for (std::size_t j = 0; j < 2; ++j)
            size = std::max(size, Wide(abs(right_[i].second[std::size_t(k) * 2 + j]) *
                                       std::abs(columns_[j][i])));
        if (const T far = std::max(std::abs(columns_[0][i]), std::abs(columns_.back()[i]));
            which >= op_.inputs && op_.inputs == 2 && far > 0)
          size = std::max(size, Wide(other / far));
      }
      const double e = error(got[i], right, size);
      double& most = tiny ? worst.denormals : worst.ulp;
      if (!(e > most)) continue;
      std::vector<Wide> x;
      for (const auto& column : columns_) x.push_back(column[i]);
      const int j = which >= op_.inputs ? which - op_.inputs : k;
      if (which >= 0 && e > 2 && jumps(op_, x, k, j, which >= op_.inputs)) continue;
      most = e;
      (tiny ? worst.at_denormal : worst.at) = place(i, got[i], right, k, j);
    }
  }
  std::string place(std::size_t i, T got, const Wide& right, int k, int j) const {
    std::string text = join("to ", k, j == k ? "" : join(", ", j), " at (");
    for (const auto& column : columns_)
      text += join(&column == &columns_[0] ? "" : ", ", column[i]);
    return text + join("): ", got, " for ", right.str(17));
  }

  const RangeOp& op_;
  std::vector<std::vector<T>> columns_;
  Tape<T> tape_;
  std::vector<Node<T>> in_;
  Node<T> y_;
  unsigned gradients_ = 0;
  std::vector<Right> right_;
  Worsts worsts_;
};

}  // namespace

template <class T>
Worsts measure(const RangeOp& op, int points) {
  return Measurement<T>(op, points).run();
}
template Worsts measure<double>(const RangeOp&, int);
template Worsts measure<float>(const RangeOp&, int);

std::string beyond(const Worsts& worst, const Ulp& bound) {
  std::string text;
  const auto check = [&](const char* what, const Worst& w, double most, double denormals) {
    if (w.ulp > most)
      text += join("  ", what, " is off by ", w.ulp, " ulp (", most, ") ", w.at, "\n");
    if (w.denormals > denormals)
      text += join("  ", what, " is off by ", w.denormals, " smallest numbers (", denormals, ") ",
                   w.at_denormal, "\n");
  };
  check("value", worst.value, bound.value, bound.denormals);
  check("local", worst.local, bound.local, bound.denormals);
  check("node", worst.nodes, bound.second, bound.denormals * 1024);
  check("second", worst.second, bound.second, bound.denormals * 1024);
  return text;
}

}  // namespace glassgrad
