// A whole Jacobian, or random directions through it, against differences along lines.
#include "check/differences.hpp"

#include <cmath>
#include <limits>

#include "check/judge.hpp"
#include "glassgrad/array/random.hpp"
#include "glassgrad/array/text.hpp"

namespace glassgrad::check {
namespace {

// A query about one line through the point.
template <class T>
class Asking {
 public:
  Asking(const Mapping<T>& mapping, double tolerance) : line_(mapping), tolerance_(tolerance) {}

  void along(std::vector<double> direction, bool relative = false) {
    line_.along(std::move(direction), relative);
  }
  const std::vector<double>& direction() const { return line_.direction(); }

  Finding judge(double analytic, const double* forward, const Weights& weights) {
    Question question;
    question.analytic = analytic;
    question.forward = forward ? *forward : analytic;
    question.tolerance = tolerance_;
    question.epsilon = double(std::numeric_limits<T>::epsilon());
    question.usual = line_.usual_step();
    question.spacing = line_.spacing();
    for (const double stretch : line_.direction())
      question.stretch = std::max(question.stretch, std::abs(stretch));
    question.least = question.stretch * double(std::numeric_limits<T>::min());
    question.sides = [&](double step) { return line_.sides(step, weights); };
    question.runs = [&](double most) { return line_.runs(most); };
    return check::judge(question);
  }

 private:
  Line<T> line_;
  double tolerance_;
};

template <class A, class B>
double dot(const std::vector<A>& a, const std::vector<B>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += double(a[i]) * double(b[i]);
  return sum;
}

// From a slope along the line to the slope of the single number that moves.
void per_unit(Finding& finding, double stretch) {
  for (double* number : {&finding.analytic, &finding.forward, &finding.numeric, &finding.left,
                         &finding.right, &finding.low, &finding.high})
    *number /= stretch;
}

// Every entry of the Jacobian: rows by pull, columns by push and by differences.
template <class T>
std::vector<Finding> compare_whole(const Mapping<T>& mapping, Asking<T>& differences) {
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
      Finding finding = differences.judge(double(rows[i][j]) * stretch,
                                          mapping.push ? &forward : nullptr, {nullptr, i, i + 1});
      per_unit(finding, stretch);
      finding.element = std::int64_t(j);
      finding.output = std::int64_t(i);
      findings.push_back(finding);
    }
  }
  return findings;
}

// One random direction; on disagreement, the half that disagrees more, and so on down to one
// element.
template <class T>
class Search {
 public:
  Search(const Mapping<T>& mapping, Asking<T>& differences, Random& random)
      : mapping_(mapping), differences_(differences) {
    for (std::int64_t i = 0; i < mapping.outputs; ++i)
      u_.push_back(mapping.outputs == 1 ? 1 : random.normal());
    const std::vector<T> upstream(u_.begin(), u_.end());
    row_ = mapping.pull(upstream.data());
    for (std::size_t j = 0; j < mapping.x.size(); ++j) direction_.push_back(random.normal());
  }

  std::vector<Finding> run() {
    constexpr std::size_t most = 16;  // elements tested singly; the rest is one direction
    std::vector<Finding> findings;
    for (std::size_t well = 0;;) {  // elements that agree on their own
      Finding finding = judge(0, direction_.size());
      if (finding.verdict == Verdict::good) {
        if (findings.empty()) findings.push_back(finding);
        return findings;
      }
      std::size_t from = 0, to = direction_.size();
      while (to - from > 1 && findings.size() + well < most) {
        const std::size_t middle = from + (to - from) / 2;
        const Finding lower = judge(from, middle), upper = judge(middle, to);
        if (lower.verdict == Verdict::good && upper.verdict == Verdict::good) break;
        // NaN counts as largest
        if (lower.verdict == Verdict::good || upper.error > lower.error)
          from = middle;
        else
          to = middle;
      }
      if (to - from == 1) {
        finding = judge(from, to);
        finding.element = std::int64_t(from);
        direction_[from] = 0;
        if (finding.verdict == Verdict::good && ++well) continue;
      }
      findings.push_back(finding);
      if (to - from > 1) return findings;
    }
  }

 private:
  // Steps of the size of 1 first; where they do not fit, of the sizes of the numbers.
  Finding judge(std::size_t from, std::size_t to) {
    std::vector<double> part(direction_.size(), 0.0);
    std::copy(direction_.begin() + std::ptrdiff_t(from), direction_.begin() + std::ptrdiff_t(to),
              part.begin() + std::ptrdiff_t(from));
    // for a single element, its own slope
    if (to - from == 1) {
      part[from] = 1;
      Finding finding = judge(std::move(part), false);
      per_unit(finding, differences_.direction()[from]);
      return finding;
    }
    const Finding finding = judge(part, false);
    if (finding.verdict == Verdict::good || finding.verdict == Verdict::kink) return finding;
    const Finding relative = judge(std::move(part), true);
    return relative.verdict == Verdict::good ? relative : finding;
  }
  Finding judge(std::vector<double> part, bool relative) {
    differences_.along(std::move(part), relative);
    double forward = 0;
    if (mapping_.push) {
      const std::vector<T> tangent(differences_.direction().begin(),
                                   differences_.direction().end());
      forward = dot(mapping_.push(tangent.data()), u_);
    }
    return differences_.judge(dot(row_, differences_.direction()),
                              mapping_.push ? &forward : nullptr,
                              {u_.data(), 0, std::size_t(mapping_.outputs)});
  }

  const Mapping<T>& mapping_;
  Asking<T>& differences_;
  std::vector<double> u_, direction_;
  std::vector<T> row_;
};

}  // namespace

template <class T>
std::vector<Finding> compare(const Mapping<T>& mapping, const CheckOptions& options) {
  const std::int64_t n = std::int64_t(mapping.x.size());
  if (n == 0 || mapping.outputs == 0) return {};
  const double usual = sizeof(T) == sizeof(float) ? 1e-3 : 1e-6;
  Asking<T> differences(mapping, options.tolerance > 0 ? options.tolerance : usual);
  if (mapping.outputs <= options.full / n) return compare_whole(mapping, differences);
  if (options.directions < 1)
    throw Error("check",
                join("directions is ", to_text(options.directions), ", and a Jacobian of ",
                     mapping.outputs, " times ", n, " numbers is larger than full, ",
                     to_text(options.full), ": nothing would be compared"),
                "Give at least 1 direction, or a larger full");
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
