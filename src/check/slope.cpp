// Slopes as text, and which of two is worse.
#include "glassgrad/check/slope.hpp"

#include <fmt/format.h>

#include <cmath>

#include "check/differences.hpp"
#include "glassgrad/array/text.hpp"

namespace glassgrad {

std::string to_text(Verdict verdict) {
  switch (verdict) {
    case Verdict::good:
      return "good";
    case Verdict::kink:
      return "kink";
    case Verdict::wrong:
      return "WRONG";
    case Verdict::unclear:
      return "cannot tell";
    case Verdict::undefined:
      break;
  }
  return "undefined";
}

namespace check {
namespace {
std::string position(std::int64_t flat, const Shape& shape) {
  Shape at;
  std::int64_t below = shape.count();
  for (std::int64_t size : shape) {
    below /= size;
    at.push_back(flat / below);
    flat %= below;
  }
  return to_text(at);
}
int rank_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::wrong:
      return 0;
    case Verdict::undefined:
      return 1;
    case Verdict::unclear:
      return 2;
    case Verdict::kink:
      return 3;
    case Verdict::good:
      break;
  }
  return 4;
}
std::string reason_of(const Finding& finding) {
  switch (finding.doubt) {
    case Doubt::steps:
      return fmt::format("its differences go from {:.4g} to {:.4g} with the step", finding.low,
                         finding.high);
    case Doubt::rounding:
      return fmt::format("rounding hides it: differences give {:.4g}, give or take {:.2g}",
                         finding.numeric, finding.high);
    case Doubt::neighbours:
      break;
  }
  return "the numbers right beside this one are too far away to see it";
}
}  // namespace

void describe(const Finding& finding, const Shape& input, const Shape& output, Slope& slope) {
  slope.element = finding.element ? position(*finding.element, input) : "a random direction";
  if (finding.output)
    slope.output = position(*finding.output, output);
  else
    slope.output = output.count() == 1 ? position(0, output) : "a random upstream";
  // without the meaningless sign of a NaN
  const auto plain = [](double x) { return std::isnan(x) ? std::nan("") : x; };
  slope.analytic = plain(finding.analytic);
  slope.numeric = plain(finding.numeric);
  slope.left = finding.left;
  slope.right = finding.right;
  slope.error = finding.error;
  slope.verdict = finding.verdict;
  if (finding.verdict == Verdict::unclear) slope.reason = reason_of(finding);
}

bool worse(const Slope& a, const Slope& b) {
  if (a.verdict != b.verdict) return rank_of(a.verdict) < rank_of(b.verdict);
  // as floats, so that rounding does not count
  if (float(a.error) != float(b.error)) return float(a.error) > float(b.error);
  return float(std::abs(a.analytic - a.numeric)) > float(std::abs(b.analytic - b.numeric));
}

std::string place(const Slope& slope) {
  std::string text;
  if (slope.element != "()") text += " at " + slope.element;
  if (slope.output != "()") text += " to output " + slope.output;
  return text;
}

std::string line(const std::string& where, const Slope& slope, const std::string& analytic) {
  if (slope.verdict == Verdict::kink)
    return fmt::format(
        "  kink   {}: {}, which lies between its one-sided slopes {:.6g} and {:.6g}\n", where,
        analytic, slope.left, slope.right);
  if (slope.verdict == Verdict::undefined)
    return fmt::format("  undefined {}: {}, numeric {:.12g}: not finite here or right beside it\n",
                       where, analytic, slope.numeric);
  if (slope.verdict == Verdict::unclear)
    return fmt::format("  cannot tell {}: {}; {}\n", where, analytic, slope.reason);
  return fmt::format("  {:<6} {}: {}, numeric {:.12g}, error {:.2g}\n", to_text(slope.verdict),
                     where, analytic, slope.numeric, slope.error);
}

}  // namespace check
}  // namespace glassgrad
