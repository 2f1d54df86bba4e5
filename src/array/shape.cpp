// Broadcasting, axes and their errors.
#include "glassgrad/array/shape.hpp"

#include <algorithm>
#include <limits>

#include "glassgrad/array/array.hpp"
#include "glassgrad/array/text.hpp"

namespace glassgrad {

void detail::refuse_sizes(std::span<const std::int64_t> sizes, std::int64_t another) {
  std::string text;
  bool zero = another == 0;
  for (const std::int64_t size : sizes) text += join(size, ", "), zero |= size == 0;
  throw ShapeError("shape",
                   join("the sizes (", text, another, ") multiply to more than ",
                        std::numeric_limits<std::int64_t>::max(), zero ? ", but for the 0" : ""),
                   "Use smaller sizes");
}
void detail::refuse_negative_size(std::int64_t size) {
  throw ShapeError("shape", join("a size is ", size), "Give sizes from 0 on");
}

std::string to_text(const Shape& shape) {
  std::string text = "(";
  for (int i = 0; i < shape.rank(); ++i) text += (i ? ", " : "") + std::to_string(shape[i]);
  return text + ")";
}

int checked_axis(std::string_view op, Axis axis, int rank) {
  if (axis.fits<int>()) {
    const int own = static_cast<int>(axis.in(op, "axis"));  // fits: looked at
    const int counted = own < 0 ? own + rank : own;
    if (counted >= 0 && counted < rank) return counted;
  }
  throw ShapeError(
      op,
      join("axis ", axis, " is out of range for an array of ", rank, rank == 1 ? " axis" : " axes"),
      rank == 0 ? std::string("A single number has no axes")
                : join("Axes here go from ", -rank, " to ", rank - 1));
}

unsigned axis_bits(std::string_view op, const Axes& axes, int rank) {
  if (axes.all()) return (1u << rank) - 1;
  if (axes.too_many())
    throw ShapeError(op, join("more than ", max_rank, " axes are given"), "Name each axis once");
  if (axes.refused()) checked_axis(op, axes.first_refused(), rank);
  unsigned bits = 0;
  for (int i = 0; i < axes.size(); ++i) {
    if (rank == 0 && (axes[i] == 0 || axes[i] == -1)) continue;  // a number is all it has
    const unsigned bit = 1u << checked_axis(op, axes[i], rank);
    if (bits & bit)
      throw ShapeError(op, join("axis ", axes[i], " is given twice"), "Name each axis once");
    bits |= bit;
  }
  return bits;
}

Shape broadcast(std::string_view op, const Shape& a, const Shape& b) {
  const int rank = std::max(a.rank(), b.rank());
  std::int64_t sizes[max_rank] = {};
  for (int i = 1; i <= rank; ++i) {
    const std::int64_t p = i <= a.rank() ? a.from_end(i) : 1;
    const std::int64_t q = i <= b.rank() ? b.from_end(i) : 1;
    if (p != q && p != 1 && q != 1)
      throw ShapeError(op,
                       join("shapes do not broadcast: a is ", a, ", b is ", b, "; ", p, " meets ",
                            q, " on axis ", -i),
                       "Sizes counted from the last axis must be equal, or one of them 1");
    sizes[rank - i] = p == 1 ? q : p;
  }
  return Shape(std::span<const std::int64_t>(sizes, std::size_t(rank)));
}

Shape reduced(const Shape& shape, unsigned bits, bool keepdims) {
  Shape result;
  for (int i = 0; i < shape.rank(); ++i) {
    if (!(bits >> i & 1))
      result.push_back(shape[i]);
    else if (keepdims)
      result.push_back(1);
  }
  return result;
}

Shape Literal::shape() const {
  Shape result;
  if (is_number_) return result;
  result.push_back(std::int64_t(items_.size()));
  if (items_.size() == 0) return result;
  const Shape inner = items_.begin()->shape();
  for (const Literal& item : items_)
    if (item.shape() != inner)
      throw ShapeError("array", join("rows differ in shape: ", inner, " and ", item.shape()),
                       "Give every row the same length");
  for (std::int64_t size : inner) result.push_back(size);
  return result;
}

template <class T>
std::int64_t View<T>::offset(std::span<const std::int64_t> at) const {
  if (int(at.size()) != rank())
    throw ShapeError("element", join(at.size(), " positions given for shape ", shape()),
                     "Give one position per axis");
  std::int64_t offset = 0;
  for (int i = 0; i < rank(); ++i) {
    const std::int64_t p = at[std::size_t(i)], n = shape()[i];
    if (p < 0 || p >= n)
      throw ShapeError("element",
                       join("position ", p, " is outside axis ", i, " of shape ", shape()),
                       join("Positions there go from 0 to ", n - 1));
    offset = offset * n + p;
  }
  return offset;
}
template std::int64_t View<float>::offset(std::span<const std::int64_t>) const;
template std::int64_t View<double>::offset(std::span<const std::int64_t>) const;
template std::int64_t View<const float>::offset(std::span<const std::int64_t>) const;
template std::int64_t View<const double>::offset(std::span<const std::int64_t>) const;

}  // namespace glassgrad
