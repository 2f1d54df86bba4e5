// Errors for numbers and views that are refused.
#include "glassgrad/array/array.hpp"

#include "glassgrad/array/text.hpp"

namespace glassgrad::detail {

void refuse_number(double number, bool is_float) {
  throw Error(
      "number",
      join(number, " is beyond ", is_float ? "float" : "double", ", whose largest number is ",
           is_float ? double(std::numeric_limits<float>::max())
                    : std::numeric_limits<double>::max()),
      is_float ? "Use double, or scale it" : "Scale it");
}

void refuse_size_of(int axis, int rank) {
  throw ShapeError("shape", join("there is no axis ", axis, " in a shape of rank ", rank),
                   rank ? join("They go from 0 to ", rank - 1) : "A single number has no axes");
}

// A destroyed Shape is rarely a valid one still: its bytes are checked.
void check_view(const void* numbers, const Shape* shape) {
  bool sound = shape && shape->rank() >= 0 && shape->rank() <= max_rank;
  std::uint64_t count = 1;
  for (int i = 0; sound && i < shape->rank(); ++i) {
    sound = (*shape)[i] >= 0;
    count *= std::uint64_t((*shape)[i]);
  }
  if (!sound || count != std::uint64_t(shape->count()))
    throw ShapeError("view", "the shape that a view points to is gone, or there is none",
                     "Keep the Shape as long as the view, or hand in a vector or an array");
  if (count && !numbers)
    throw ShapeError("view", join("a view of shape ", *shape, " has no numbers"),
                     "Give it a pointer to as many as its shape holds");
}

}  // namespace glassgrad::detail
