// The one comparison behind both checks: a function y = f(x) of one array, its analytic slopes, and
// its differences. It knows no tape. How differences are taken: line.hpp; what follows from them:
// judge.hpp.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "glassgrad/array/shape.hpp"
#include "glassgrad/check/slope.hpp"

namespace glassgrad::check {

template <class T>
struct Mapping {
  std::vector<T> x;
  std::int64_t outputs = 0;
  std::function<void(const T* x, T* y)> value;
  std::function<std::vector<T>(const T* upstream)> pull;  // J^T upstream
  std::function<std::vector<T>(const T* tangent)> push;   // J tangent; none: no forward mode
};

// Why differences cannot tell.
enum class Doubt { steps, rounding, neighbours };

struct Finding {
  std::optional<std::int64_t> element;  // none: a random direction
  std::optional<std::int64_t> output;   // none: a random upstream
  double analytic = 0, forward = 0, numeric = 0, left = 0, right = 0, error = 0;
  Verdict verdict = Verdict::good;
  Doubt doubt = Doubt::steps;
  double low = 0, high = 0;  // of all differences, where they cannot tell
};

template <class T>
std::vector<Finding> compare(const Mapping<T>& mapping, const CheckOptions& options);

// A finding for a report: positions in the shapes of the input and the output.
void describe(const Finding& finding, const Shape& input, const Shape& output, Slope& slope);
// Wrong ones first, then what cannot be told, kinks, and good ones; larger errors first.
bool worse(const Slope& a, const Slope& b);
// How an entry is named: "at (0, 1)", with the output where there are several.
std::string place(const Slope& slope);
// One line of a report; `analytic` names its numbers: "reverse 0.5, forward 0.5".
std::string line(const std::string& where, const Slope& slope, const std::string& analytic);

// Counts all entries into the report and keeps the worst of them.
template <class Report, class Entry>
void settle(Report& report, std::vector<Entry> entries, int shown) {
  for (const Entry& entry : entries) {
    report.wrong += entry.verdict == Verdict::wrong;
    report.kinks += entry.verdict == Verdict::kink;
    report.undefined += entry.verdict == Verdict::undefined;
    report.unclear += entry.verdict == Verdict::unclear;
  }
  report.compared = std::int64_t(entries.size());
  report.ok = report.wrong + report.undefined + report.unclear == 0;
  std::stable_sort(entries.begin(), entries.end(),
                   [](const Entry& a, const Entry& b) { return worse(a, b); });
  if (entries.size() > std::size_t(shown)) entries.resize(std::size_t(shown));
  report.entries = std::move(entries);
}

}  // namespace glassgrad::check
