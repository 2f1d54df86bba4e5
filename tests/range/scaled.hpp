// What tests of the whole range share: rows of numbers on a tape, distances in units of the last
// place against 50-digit arithmetic, and scaling by powers of two.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include "glassgrad/glassgrad.hpp"
#include "support/wide.hpp"

namespace glassgrad::range {

template <class T>
using Numbers = std::vector<T>;
using Wides = std::vector<Wide>;

template <class T>
Numbers<T> list(const View<const T>& view) {
  return {view.data, view.data + view.count()};
}
template <class T>
Wides wide(const Numbers<T>& numbers) {
  return {numbers.begin(), numbers.end()};
}
template <class T>
Node<T> input(Tape<T>& tape, const Numbers<T>& numbers, const Shape& shape) {
  return tape.input(View<const T>{numbers.data(), &shape});
}
template <class T>
Node<T> input(Tape<T>& tape, const Numbers<T>& numbers) {
  return input(tape, numbers, Shape{std::int64_t(numbers.size())});
}

// The unit in the last place of numbers of this size; the smallest denormal number below them.
template <class T>
Wide unit(const Wide& size) {
  const T near = static_cast<T>(Wide(abs(size)));
  if (!(near <= std::numeric_limits<T>::max())) return Wide(std::numeric_limits<T>::max());
  const T next = std::nextafter(near, std::numeric_limits<T>::infinity());
  if (std::isinf(next)) return Wide(near) - Wide(std::nextafter(near, T(0)));
  return Wide(next) - Wide(near);
}
// How many of them `got` is off; of what leaves the range only that it is infinite.
template <class T>
double ulps(T got, const Wide& wanted) {
  if (abs(wanted) > Wide(std::numeric_limits<T>::max()))
    return std::isinf(got) && (got > 0) == (wanted > 0) ? 0 : 1e9;
  if (!std::isfinite(got)) return 1e9;
  return std::min(1e9, static_cast<double>(Wide(abs(Wide(got) - wanted) / unit<T>(wanted))));
}
template <class T>
void expect_within(const Numbers<T>& got, const Wides& wanted, double most,
                   const std::string& what) {
  ASSERT_EQ(got.size(), wanted.size()) << what;
  for (std::size_t i = 0; i < got.size(); ++i)
    EXPECT_LE(ulps(got[i], wanted[i]), most)
        << what << ", number " << i << ": " << got[i] << " for " << wanted[i];
}

// A sum, exactly: in numbers of 64 digits of which what is lost is kept.
struct Exact {
  long double sum = 0, lost = 0;
  void add(long double x) {
    const long double t = sum + x, z = t - sum;
    lost += (sum - (t - z)) + (x - z);
    sum = t;
  }
  Wide value() const { return Wide(sum) + Wide(lost); }
};

// The value of f(x), and its slopes for an upstream.
template <class T>
struct Result {
  Numbers<T> value, slopes;
};
template <class T>
using Function1 = std::function<Node<T>(const Node<T>&)>;
template <class T>
Result<T> result_of(const Function1<T>& f, const Numbers<T>& numbers, const Shape& shape,
                    const Numbers<T>& upstream = {}) {
  Tape<T> tape;
  const Node<T> x = input(tape, numbers, shape), y = f(x);
  const Shape of = y.shape();
  const Numbers<T> u = upstream.empty() ? Numbers<T>(std::size_t(of.count()), T(1)) : upstream;
  tape.backward(sum(y * tape.constant(View<const T>{u.data(), &of})));
  return {list<T>(y.value()), list<T>(x.upstream())};
}

template <class T>
Numbers<T> times_two_to(int k, Numbers<T> numbers) {
  for (T& number : numbers) number = std::ldexp(number, k);
  return numbers;
}
// Exponents over the range of T, some dozen of them, so that numbers from 2^-4 to 2^4 stay normal.
template <class T>
std::vector<int> exponents() {
  constexpr int most = std::numeric_limits<T>::max_exponent - 8;
  std::vector<int> all;
  for (int k = -most + 8; k <= most; k += most / 8) all.push_back(k);
  return all;
}

}  // namespace glassgrad::range
