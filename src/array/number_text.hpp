// How one number is written in a column of others, as NumPy's FloatingFormat and IntegerFormat do.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <vector>

namespace glassgrad::detail {

// On its own: 3.0, 0.1, 1e-05, -inf.
std::string scalar_text(std::floating_point auto number);
inline std::string scalar_text(std::int64_t number) { return std::to_string(number); }

template <class T>
class Column {
 public:
  Column() = default;
  explicit Column(const std::vector<T>& numbers);  // all that will be written
  std::string text(T number) const;                // as wide as every other one

 private:
  std::string finite(T number) const;

  bool scientific_ = false;
  std::size_t left_ = 0;      // characters before the point, with the sign
  std::size_t right_ = 0;     // and behind it, with the exponent
  std::size_t fraction_ = 0;  // digits behind the point of scientific numbers
  std::size_t exponent_ = 2;  // and of their exponents
};

template <>
class Column<std::int64_t> {
 public:
  Column() = default;
  explicit Column(const std::vector<std::int64_t>& numbers);
  std::string text(std::int64_t number) const;

 private:
  std::size_t width_ = 0;
};

}  // namespace glassgrad::detail
