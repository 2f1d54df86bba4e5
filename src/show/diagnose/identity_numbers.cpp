// Elementwise, in float64 for any number type of the tape.
#include "show/diagnose/identity_numbers.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <system_error>

#include "array/read_number.hpp"
#include "glassgrad/array/text.hpp"

namespace glassgrad::detail {
namespace {

// Where entry i of `from` lies in `to`, whose axes are those of `from` or 1 (aligned at the right).
class Aligned {
 public:
  Aligned(const Shape& from, const Shape& to) : from_(from), strides_(std::size_t(from.rank()), 0) {
    std::int64_t stride = 1;
    for (int k = 1; k <= to.rank(); ++k) {
      const std::int64_t size = to[to.rank() - k];
      if (k > from.rank()) {
        fits_ = fits_ && size == 1;
        continue;
      }
      fits_ = fits_ && (size == 1 || size == from[from.rank() - k]);
      if (size != 1) strides_[std::size_t(from.rank() - k)] = stride;
      stride *= size;
    }
  }
  bool fits() const { return fits_; }
  std::size_t operator()(std::int64_t i) const {
    std::int64_t at = 0;
    for (int axis = from_.rank(); axis-- > 0; i /= from_[axis])
      at += i % from_[axis] * strides_[std::size_t(axis)];
    return std::size_t(at);
  }

 private:
  const Shape& from_;
  std::vector<std::int64_t> strides_;
  bool fits_ = true;
};

void add(Expected& to, std::size_t at, double term) {
  to.numbers[at] += term;
  to.sizes[at] += std::abs(term);
}
Expected zeros(std::int64_t count, double terms) {
  return {std::vector<double>(std::size_t(count), 0), std::vector<double>(std::size_t(count), 0),
          terms};
}

std::string place(std::int64_t i, const Shape& shape) {
  if (shape.rank() == 0) return "";
  std::string text;
  for (int axis = shape.rank(); axis-- > 0; i /= shape[axis])
    text = std::to_string(i % shape[axis]) + (text.empty() ? "" : ", ") + text;
  return " at (" + text + ")";
}

}  // namespace

Precision::Precision(const Snapshot& shot) {
  const bool single = shot.number_type == "float32";
  unit = single ? std::numeric_limits<float>::epsilon() : std::numeric_limits<double>::epsilon();
  least = single ? double(std::numeric_limits<float>::denorm_min())
                 : std::numeric_limits<double>::denorm_min();
  most = single ? double(std::numeric_limits<float>::max()) : std::numeric_limits<double>::max();
  through_boxes = single ? 1e-4 : 1e-9;
}

bool Precision::same(double expected, double found, double size, double terms, double loose) const {
  if (std::isnan(expected) || std::isnan(found)) {
    // overflowing terms may cancel to NaN in one order and not in another
    return (std::isnan(expected) && std::isnan(found)) || (size > most / 2 && terms > 1);
  }
  if (std::abs(expected) > most) expected = std::copysign(INFINITY, expected);
  if (expected == found) return true;
  if (!std::isfinite(expected) || !std::isfinite(found)) return size >= most * (1 - 8 * unit);
  const double rounding = unit * (4 + 2 * std::sqrt(terms)) * size + least * (4 + terms);
  return std::abs(expected - found) <= rounding + loose;
}

std::optional<Expected> factor_product(const SnapshotArray& upstream, const SnapshotArray& local,
                                       const Shape& target) {
  // a single number takes the other's shape
  const SnapshotArray& wide = local.shape.count() > upstream.shape.count() ? local : upstream;
  const SnapshotArray& other = &wide == &local ? upstream : local;
  const Aligned from(wide.shape, other.shape), to(wide.shape, target);
  const bool equal = target.count() == wide.shape.count();
  if (!from.fits() || !(equal || to.fits())) return std::nullopt;
  const double terms =
      double(wide.shape.count()) / double(std::max<std::int64_t>(1, target.count()));
  Expected expected = zeros(target.count(), std::max(1.0, terms));
  for (std::int64_t i = 0; i < wide.shape.count(); ++i)
    add(expected, equal ? std::size_t(i) : to(i),
        wide.numbers[std::size_t(i)] * other.numbers[from(i)]);
  return expected;
}

std::optional<Expected> jacobian_product(const SnapshotArray& upstream,
                                         const SnapshotArray& jacobian, const Shape& target) {
  const std::size_t rows = upstream.numbers.size(), columns = std::size_t(target.count());
  if (jacobian.numbers.size() != rows * columns) return std::nullopt;
  Expected expected = zeros(target.count(), double(std::max<std::size_t>(1, rows)));
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j)
      add(expected, j, upstream.numbers[i] * jacobian.numbers[i * columns + j]);
  return expected;
}

std::optional<Expected> matrix_product(const SnapshotArray& left, bool left_turned,
                                       const SnapshotArray& right, bool right_turned) {
  if (left.shape.rank() != 2 || right.shape.rank() != 2) return std::nullopt;
  const std::int64_t rows = left.shape[left_turned ? 1 : 0],
                     inner = left.shape[left_turned ? 0 : 1],
                     columns = right.shape[right_turned ? 0 : 1];
  if (right.shape[right_turned ? 1 : 0] != inner) return std::nullopt;
  const auto entry = [](const SnapshotArray& of, bool turned, std::int64_t i, std::int64_t j) {
    return of.numbers[std::size_t(turned ? j * of.shape[1] + i : i * of.shape[1] + j)];
  };
  Expected expected = zeros(rows * columns, double(std::max<std::int64_t>(1, inner)));
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t j = 0; j < columns; ++j)
      for (std::int64_t k = 0; k < inner; ++k)
        add(expected, std::size_t(i * columns + j),
            entry(left, left_turned, i, k) * entry(right, right_turned, k, j));
  return expected;
}

std::optional<Expected> spread(const SnapshotArray& upstream, std::string_view formula,
                               const Shape& target) {
  const bool reshaped = formula.starts_with("reshape(upstream, (") && formula.ends_with("))") &&
                        formula.find("upstream", 9) == formula.npos;
  double by = 1;
  if (!reshaped) {
    constexpr std::string_view begin = "broadcast(upstream";
    if (!formula.starts_with(begin) || !formula.ends_with(")")) return std::nullopt;
    formula.remove_prefix(begin.size()), formula.remove_suffix(1);
    if (formula.starts_with(" / ")) {
      const char* end = formula.data() + formula.size();
      const auto [rest, error] = read_number(formula.data() + 3, end, by);
      if (error != std::errc() || rest != end) return std::nullopt;
    } else if (!formula.empty()) {
      return std::nullopt;
    }
  }
  const std::size_t count = upstream.numbers.size();
  if (reshaped ? std::int64_t(count) != target.count() : count != 1) return std::nullopt;
  Expected expected = zeros(target.count(), 1);
  for (std::size_t i = 0; i < expected.numbers.size(); ++i)
    add(expected, i, upstream.numbers[reshaped ? i : 0] / by);
  return expected;
}

std::optional<Expected> sum_of(std::span<const SnapshotArray* const> terms, const Shape& shape) {
  Expected expected = zeros(shape.count(), double(terms.size()));
  for (const SnapshotArray* term : terms) {
    if (term->shape != shape) return std::nullopt;
    for (std::size_t i = 0; i < term->numbers.size(); ++i) add(expected, i, term->numbers[i]);
  }
  return expected;
}

std::string difference(const Expected& expected, const SnapshotArray& found,
                       const Precision& precision, bool loose) {
  double largest = 0;
  for (const double x : found.numbers)
    if (std::isfinite(x)) largest = std::max(largest, std::abs(x));
  for (std::size_t i = 0; i < expected.numbers.size(); ++i) {
    const double size = std::max(expected.sizes[i], std::abs(found.numbers[i]));
    const double more =
        loose ? precision.through_boxes * std::max(largest, std::isfinite(size) ? size : 0) : 0;
    if (precision.same(expected.numbers[i], found.numbers[i], size, expected.terms, more)) continue;
    return to_text(expected.numbers[i]) + place(std::int64_t(i), found.shape) + ", not " +
           to_text(found.numbers[i]);
  }
  return "";
}

std::string statistics_difference(std::span<const SnapshotArray* const> terms,
                                  const SnapshotArray& found, const Precision& precision) {
  double mean = 0, size = found.norm;
  bool finite = found.finite();
  for (const SnapshotArray* term : terms) {
    if (term->shape != found.shape)
      return "of shape " + to_text(term->shape) + ", not " + to_text(found.shape);
    mean += term->mean, size += term->norm, finite = finite && term->finite();
  }
  const double slack = precision.unit * 64 * size + precision.least * 8;
  if (finite && std::abs(mean - found.mean) > slack && !(size > precision.most))
    return "of mean " + to_text(mean) + ", not " + to_text(found.mean);
  if (terms.size() != 1) return "";
  const SnapshotArray& one = *terms[0];
  if (one.nan != found.nan || one.infinite != found.infinite)
    return join("with ", one.nan, " NaN and ", one.infinite, " infinite, not ", found.nan, " and ",
                found.infinite);
  if (one.zeros != found.zeros) return join("with ", one.zeros, " zeros, not ", found.zeros);
  for (const auto& [word, a, b] :
       {std::tuple{"min", one.min, found.min}, std::tuple{"max", one.max, found.max},
        std::tuple{"norm", one.norm, found.norm}})
    if (std::abs(a - b) > slack) return join("of ", word, " ", to_text(a), ", not ", to_text(b));
  return "";
}

}  // namespace glassgrad::detail
