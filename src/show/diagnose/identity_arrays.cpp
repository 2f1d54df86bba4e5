// A whole array's statistics are computed again. Of one that is not whole the statistics are held
// to each other, the histogram and the preview to them.
#include "show/diagnose/identity_arrays.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "glassgrad/array/text.hpp"
#include "show/snapshot/summary.hpp"

namespace glassgrad::detail {
namespace {

constexpr double of_float = 2e-7;  // what rounding to float32 may change

class Statements {
 public:
  Statements(const SnapshotArray& of, const Precision& precision)
      : of_(of), count_(of.shape.count()), finite_(count_ - of.nan - of.infinite) {
    const double largest = std::max(std::abs(of.min), std::abs(of.max));
    slack_ = precision.unit * 64 * largest + precision.least * 64;
    rounded_ = of_float * largest + slack_;
    // sums of many numbers, in another order or in float32
    summed_ = slack_ + precision.unit * std::sqrt(double(count_)) * largest;
  }

  std::string wrong() {
    if (of_.whole)
      compare(summary(of_.numbers.data(), of_.shape, count_), "its numbers have ", slack_);
    else
      compare_statistics();
    if (wrong_.empty() && of_.picture) {
      if (of_.whole) compare_pictures(*picture_of(of_.numbers, of_.shape, of_));
      compare_histogram(of_.picture->histogram);
      compare_preview(of_.picture->preview);
    }
    return wrong_;
  }

 private:
  void say(std::string_view what, double said, std::string_view instead, double expected) {
    if (wrong_.empty())
      wrong_ = join("its ", what, " is ", to_text(said), ", ", instead, to_text(expected));
  }
  void hold(std::string_view what, double said, std::string_view instead, double expected,
            double slack) {
    const bool same = said == expected || (std::isnan(said) && std::isnan(expected)) ||
                      std::abs(said - expected) <= slack;
    if (!same) say(what, said, instead, expected);
  }

  void compare(const SnapshotArray& with, std::string_view instead, double slack) {
    const double sums = std::max(slack, summed_);
    hold("min", of_.min, instead, with.min, slack);
    hold("max", of_.max, instead, with.max, slack);
    hold("mean", of_.mean, instead, with.mean, sums);
    hold("std", of_.deviation, instead, with.deviation, sums);
    hold("norm", of_.norm, instead, with.norm, sums * std::sqrt(std::max(1.0, double(count_))));
    hold("number of zeros", double(of_.zeros), instead, double(with.zeros), 0);
    hold("number of NaN", double(of_.nan), instead, double(with.nan), 0);
    hold("number of infinities", double(of_.infinite), instead, double(with.infinite), 0);
    hold("number of +infinity", double(of_.plus_infinite), instead, double(with.plus_infinite), 0);
    if (wrong_.empty() && of_.first_bad != with.first_bad)
      wrong_ = "the place of its first number that is not finite is not where it stands";
  }

  // n (mean^2 + std^2) = norm^2, each between the extremes.
  void compare_statistics() {
    if (finite_ < 0 || of_.zeros > finite_)
      return say("number of zeros and of what is not finite",
                 double(of_.zeros + of_.nan + of_.infinite), "its numbers are ", double(count_));
    const bool none = finite_ == 0;
    if (none)
      for (const auto& [word, number] :
           {std::pair{"min", of_.min}, std::pair{"max", of_.max}, std::pair{"mean", of_.mean},
            std::pair{"std", of_.deviation}, std::pair{"norm", of_.norm}})
        hold(word, number, "no number is finite, which makes ", 0, 0);
    if (none || !wrong_.empty()) return;
    const auto at_most = [&](std::string_view what, double said, double most) {
      if (!(said <= most)) say(what, said, "at most is ", most);
    };
    at_most("min", of_.min, of_.max);
    at_most("min", of_.min, of_.mean + summed_);
    at_most("mean", of_.mean, of_.max + summed_);
    const bool straddles = of_.min <= 0 && of_.max >= 0;
    if (!straddles) hold("number of zeros", double(of_.zeros), "between min and max are ", 0, 0);
    hold("number of zeros", double(of_.zeros == finite_), "min = max = 0 says ",
         double(of_.min == 0 && of_.max == 0), 0);
    const double n = std::sqrt(double(finite_)), size = std::hypot(of_.mean, of_.deviation);
    if (std::isfinite(of_.norm) && std::isfinite(n * size))
      hold("norm", of_.norm, "by mean and std it is ", n * size, summed_ * n);
    at_most("std", of_.deviation, (of_.max / 2 - of_.min / 2) + summed_);
    at_most("max", std::max(std::abs(of_.min), std::abs(of_.max)), of_.norm + summed_ * n);
    if (!of_.finite() && of_.first_bad && *of_.first_bad >= count_)
      say("first number that is not finite", double(*of_.first_bad), "its numbers are ",
          double(count_));
    if (of_.finite() && of_.first_bad)
      say("first number that is not finite", double(*of_.first_bad), "its infinities and NaN are ",
          0);
  }

  void compare_histogram(const SnapshotHistogram& histogram) {
    if (histogram.counts.empty()) return;
    hold("histogram's low", histogram.low, "its min is ", of_.min, slack_);
    hold("histogram's high", histogram.high, "its max is ", of_.max, slack_);
    const double all = std::accumulate(histogram.counts.begin(), histogram.counts.end(), 0.0);
    hold("histogram's sum of counts", all, "its finite numbers are ", double(finite_), 0);
  }

  // The cells between the extremes, which some reach; their mean is the mean.
  void compare_preview(const SnapshotPreview& preview) {
    const std::size_t cells = preview.values.size();
    if (cells == 0 || !of_.finite()) return;
    const std::int64_t columns = of_.shape.rank() ? of_.shape.from_end(1) : 1;
    const std::int64_t rows = columns ? count_ / columns : 0;
    if (preview.rows > rows || preview.columns > columns)
      return say("preview's number of cells", double(cells), "its numbers are ", double(count_));
    const std::vector<double>& least = preview.min.empty() ? preview.values : preview.min;
    const std::vector<double>& most = preview.max.empty() ? preview.values : preview.max;
    double mean = 0;
    for (std::size_t i = 0; i < cells; ++i) {
      const auto r = std::int64_t(i) / preview.columns, c = std::int64_t(i) % preview.columns;
      const auto size = [](std::int64_t at, std::int64_t all, std::int64_t parts) {
        return double((at + 1) * all / parts - at * all / parts);
      };
      const double weight =
          size(r, rows, preview.rows) * size(c, columns, preview.columns) / double(count_);
      mean += preview.values[i] * weight;
      if (!(least[i] <= preview.values[i] + rounded_))
        return say("preview's min of a cell", least[i], "the cell's mean is ", preview.values[i]);
      if (!(preview.values[i] <= most[i] + rounded_))
        return say("preview's max of a cell", most[i], "the cell's mean is ", preview.values[i]);
    }
    hold("preview's min", *std::min_element(least.begin(), least.end()), "its min is ", of_.min,
         rounded_);
    hold("preview's max", *std::max_element(most.begin(), most.end()), "its max is ", of_.max,
         rounded_);
    hold("preview's mean", mean, "its mean is ", of_.mean, rounded_ + summed_);
    const bool exact = std::int64_t(cells) == count_;
    if (exact && wrong_.empty()) compare_exactly(preview);
  }

  // Every cell is a number, to float32: so all else follows.
  void compare_exactly(const SnapshotPreview& preview) {
    const SnapshotArray numbers = summary(preview.values.data(), of_.shape, count_);
    hold("std", of_.deviation, "its preview has ", numbers.deviation, rounded_ + summed_);
    hold("number of zeros", double(of_.zeros), "its preview has ", double(numbers.zeros), 0);
    if (wrong_.empty()) compare_pictures(*picture_of(preview.values, of_.shape, of_));
  }

  void compare_pictures(const SnapshotPicture& with) {
    const SnapshotHistogram &said = of_.picture->histogram, &found = with.histogram;
    if (!said.counts.empty()) {
      hold("histogram's unit", said.unit, "its numbers have ", found.unit,
           of_float * found.unit + slack_);
      // a number at the edge of a bin may stand in the next one
      double before = 0, ahead = 0;
      for (std::size_t i = 0; i < std::min(said.counts.size(), found.counts.size()); ++i) {
        before += double(said.counts[i] - found.counts[i]);
        ahead = std::max(ahead, std::abs(before));
      }
      if (said.counts.size() == found.counts.size() && ahead > double(count_) / 100 + 1)
        say("histogram's number of numbers in other bins", ahead, "expected are ", 0);
    }
    const SnapshotPreview &cells = of_.picture->preview, &expected = with.preview;
    if (cells.rows != expected.rows || cells.columns != expected.columns) return;
    for (const auto part : {&SnapshotPreview::values, &SnapshotPreview::min, &SnapshotPreview::max})
      for (std::size_t i = 0; i < std::min((cells.*part).size(), (expected.*part).size()); ++i)
        hold("preview's number", (cells.*part)[i], "its numbers have ", (expected.*part)[i],
             rounded_);
  }

  const SnapshotArray& of_;
  std::int64_t count_, finite_;
  double slack_ = 0, rounded_ = 0, summed_ = 0;
  std::string wrong_;
};

}  // namespace

std::string disagreement(const SnapshotArray& of, const Precision& precision) {
  return Statements(of, precision).wrong();
}

}  // namespace glassgrad::detail
