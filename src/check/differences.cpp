// Central differences at two steps, and what follows from them about an analytic slope.
#include "check/differences.hpp"

#include <cmath>
#include <limits>

#include "glassgrad/core/random.hpp"

namespace glassgrad::check {
namespace {

// The differences of u . f along one direction: u weighs the outputs [first, last).
struct Sides {
  double left = 0, right = 0;
  double low = 0, high = 0;  // the same with the smaller, the larger side of every output
  double size = 0;           // root of the sum of squares of the outputs' slopes
  double noise = 0;          // what rounding f may have done to them
  double numeric() const { return (left + right) / 2; }
  bool finite() const { return std::isfinite(left) && std::isfinite(right); }
};

template <class T>
class Differences {
 public:
  Differences(const Mapping<T>& mapping, double tolerance)
      : mapping_(mapping), tolerance_(tolerance), at_(values(mapping.x)) {}

  // Moves to the line x + step * scale * direction. Positions with direction 0 stay bit for bit.
  void along(std::vector<double> direction) {
    direction_ = std::move(direction);
    for (std::size_t j = 0; j < direction_.size(); ++j)
      direction_[j] *= std::max(1.0, std::abs(double(mapping_.x[j])));
    for (Step& step : steps_) step.known = false;
  }
  const std::vector<double>& direction() const { return direction_; }

  // u null: ones.
  Finding judge(double analytic, const double* forward, const double* u, std::int64_t first,
                std::int64_t last) {
    Finding finding;
    finding.analytic = analytic;
    finding.forward = forward ? *forward : analytic;
    const Sides wide = sides(0, u, first, last);
    set(finding, wide);
    const auto agree = [&](const Sides& s) {
      return s.finite() && std::abs(analytic - s.numeric()) <=
                               tolerance_ * std::max({1.0, s.size, std::abs(analytic)}) + s.noise;
    };
    const double modes = std::abs(finding.analytic - finding.forward);
    const double exact = 1e5 * double(std::numeric_limits<T>::epsilon());
    const bool modes_differ = !(modes <= exact * std::max({1.0, wide.size, std::abs(analytic)}));
    if (!wide.finite() || !std::isfinite(analytic) || !std::isfinite(finding.forward)) {
      finding.verdict = Verdict::undefined;
    } else if (modes_differ) {
      finding.verdict = Verdict::wrong;
    } else if (!agree(wide) ||
               wide.high - wide.low > 16 * steps_[0].size * std::max(1.0, wide.size)) {
      // a bend between the two steps, or a kink in the point itself: the smaller step knows
      const Sides narrow = sides(1, u, first, last);
      if (is_kink(analytic, wide, narrow))
        finding.verdict = Verdict::kink;
      else if (agree(wide))
        return finding;
      else if (agree(narrow))
        finding.verdict = Verdict::good;
      else
        finding.verdict = narrow.finite() ? Verdict::wrong : Verdict::undefined;
      set(finding, narrow);
    }
    return finding;
  }

 private:
  struct Step {
    double size;
    bool known = false;
    std::vector<T> below{}, above{};
  };

  std::vector<T> values(const std::vector<T>& x) const {
    std::vector<T> y(std::size_t(mapping_.outputs));
    mapping_.value(x.data(), y.data());
    return y;
  }
  std::vector<T> values_at(double step) const {
    std::vector<T> x = mapping_.x;
    for (std::size_t j = 0; j < x.size(); ++j)
      if (direction_[j] != 0) x[j] = T(double(x[j]) + step * direction_[j]);
    return values(x);
  }
  Sides sides(int which, const double* u, std::int64_t first, std::int64_t last) {
    Step& step = steps_[which];
    if (!step.known) {
      step.below = values_at(-step.size);
      step.above = values_at(step.size);
      step.known = true;
    }
    Sides s;
    double rounded = 0;
    for (auto i = std::size_t(first); i < std::size_t(last); ++i) {
      const double weight = u ? u[i] : 1;
      const double below = step.below[i], at = at_[i], above = step.above[i];
      const double left = weight * ((at - below) / step.size);
      const double right = weight * ((above - at) / step.size);
      s.left += left, s.right += right;
      s.low += std::min(left, right), s.high += std::max(left, right);
      s.size += (left + right) * (left + right) / 4;
      const double most = weight * std::max({std::abs(below), std::abs(at), std::abs(above)});
      rounded += most * most;
    }
    s.size = std::sqrt(s.size);
    s.noise = 4 * double(std::numeric_limits<T>::epsilon()) * std::sqrt(rounded) / step.size;
    return s;
  }
  // A bend shrinks with the step, a kink stays.
  bool is_kink(double analytic, const Sides& wide, const Sides& narrow) const {
    const double gap = narrow.high - narrow.low;
    const double slack = tolerance_ * std::max(1.0, std::abs(analytic)) + narrow.noise;
    return gap > 4 * slack && gap > (wide.high - wide.low) / 4 && analytic >= narrow.low - slack &&
           analytic <= narrow.high + slack;
  }
  static void set(Finding& finding, const Sides& s) {
    finding.left = s.left, finding.right = s.right, finding.numeric = s.numeric();
    const double most = std::max({1.0, std::abs(finding.analytic), std::abs(finding.numeric)});
    finding.error = std::max(std::abs(finding.analytic - finding.numeric),
                             std::abs(finding.analytic - finding.forward)) /
                    most;
  }

  const Mapping<T>& mapping_;
  double tolerance_;
  std::vector<T> at_;
  std::vector<double> direction_;
  Step steps_[2] = {{std::cbrt(double(std::numeric_limits<T>::epsilon()))},
                    {std::cbrt(double(std::numeric_limits<T>::epsilon())) / 16}};
};

template <class A, class B>
double dot(const std::vector<A>& a, const std::vector<B>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += double(a[i]) * double(b[i]);
  return sum;
}

// Every entry of the Jacobian: rows by pull, columns by push and by differences.
template <class T>
std::vector<Finding> compare_whole(const Mapping<T>& mapping, Differences<T>& differences) {
  const std::size_t n = mapping.x.size(), m = std::size_t(mapping.outputs);
  std::vector<std::vector<T>> rows;
  std::vector<T> unit(m, T(0));
  for (std::size_t i = 0; i < m; ++i) {
    unit[i] = T(1);
    rows.push_back(mapping.pull(unit.data()));
    unit[i] = T(0);
  }
  std::vector<Finding> findings;
  std::vector<T> tangent(n, T(0));
  for (std::size_t j = 0; j < n; ++j) {
    std::vector<double> direction(n, 0.0);
    direction[j] = 1;
    differences.along(std::move(direction));
    const double stretch = differences.direction()[j];
    tangent[j] = T(1);
    const std::vector<T> column = mapping.push ? mapping.push(tangent.data()) : std::vector<T>{};
    tangent[j] = T(0);
    for (std::size_t i = 0; i < m; ++i) {
      const double forward = mapping.push ? double(column[i]) * stretch : 0;
      Finding finding =
          differences.judge(double(rows[i][j]) * stretch, mapping.push ? &forward : nullptr,
                            nullptr, std::int64_t(i), std::int64_t(i) + 1);
      for (double* number :
           {&finding.analytic, &finding.forward, &finding.numeric, &finding.left, &finding.right})
        *number /= stretch;
      finding.element = std::int64_t(j);
      finding.output = std::int64_t(i);
      findings.push_back(finding);
    }
  }
  return findings;
}

// One random direction; where it disagrees, its half that disagrees more, and so on to one element.
template <class T>
class Search {
 public:
  Search(const Mapping<T>& mapping, Differences<T>& differences, Random& random)
      : mapping_(mapping), differences_(differences) {
    for (std::int64_t i = 0; i < mapping.outputs; ++i)
      u_.push_back(mapping.outputs == 1 ? 1 : random.normal());
    const std::vector<T> upstream(u_.begin(), u_.end());
    row_ = mapping.pull(upstream.data());
    for (std::size_t j = 0; j < mapping.x.size(); ++j) direction_.push_back(random.normal());
  }

  std::vector<Finding> run() {
    constexpr std::size_t most = 16;  // elements told apart; what is left is one direction
    std::vector<Finding> findings;
    while (true) {
      Finding finding = judge(0, direction_.size());
      if (finding.verdict == Verdict::good) {
        if (findings.empty()) findings.push_back(finding);
        return findings;
      }
      std::size_t from = 0, to = direction_.size();
      while (to - from > 1 && findings.size() < most) {
        const std::size_t middle = from + (to - from) / 2;
        const Finding lower = judge(from, middle), upper = judge(middle, to);
        if (lower.verdict == Verdict::good && upper.verdict == Verdict::good) break;
        // not a number counts as most
        if (lower.verdict == Verdict::good || upper.error > lower.error)
          from = middle;
        else
          to = middle;
      }
      if (to - from == 1) {
        finding = judge(from, to);
        finding.element = std::int64_t(from);
        direction_[from] = 0;
      }
      findings.push_back(finding);
      if (to - from > 1) return findings;
    }
  }

 private:
  Finding judge(std::size_t from, std::size_t to) {
    std::vector<double> part(direction_.size(), 0.0);
    std::copy(direction_.begin() + std::ptrdiff_t(from), direction_.begin() + std::ptrdiff_t(to),
              part.begin() + std::ptrdiff_t(from));
    // a single element is asked for its own slope
    if (to - from == 1) part[from] = 1 / std::max(1.0, std::abs(double(mapping_.x[from])));
    differences_.along(std::move(part));
    double forward = 0;
    if (mapping_.push) {
      const std::vector<T> tangent(differences_.direction().begin(),
                                   differences_.direction().end());
      forward = dot(mapping_.push(tangent.data()), u_);
    }
    return differences_.judge(dot(row_, differences_.direction()),
                              mapping_.push ? &forward : nullptr, u_.data(), 0, mapping_.outputs);
  }

  const Mapping<T>& mapping_;
  Differences<T>& differences_;
  std::vector<double> u_, direction_;
  std::vector<T> row_;
};

}  // namespace

template <class T>
std::vector<Finding> compare(const Mapping<T>& mapping, const CheckOptions& options) {
  const std::int64_t n = std::int64_t(mapping.x.size());
  if (n == 0 || mapping.outputs == 0) return {};
  const double usual = sizeof(T) == sizeof(float) ? 1e-3 : 1e-6;
  Differences<T> differences(mapping, options.tolerance > 0 ? options.tolerance : usual);
  if (mapping.outputs <= options.full / n) return compare_whole(mapping, differences);
  Random random(options.seed);
  std::vector<Finding> findings;
  for (int i = 0; i < options.directions; ++i) {
    const auto more = Search<T>(mapping, differences, random).run();
    findings.insert(findings.end(), more.begin(), more.end());
  }
  return findings;
}

template std::vector<Finding> compare(const Mapping<float>&, const CheckOptions&);
template std::vector<Finding> compare(const Mapping<double>&, const CheckOptions&);

}  // namespace glassgrad::check
