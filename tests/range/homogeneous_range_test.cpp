// f(2^k x) = 2^(d k) f(x) to the ends of the range, for norms, distances, normalisations and
// angles: values, slopes by backward and as nodes, and slopes of those, wherever they are within
// it.
#include "glassgrad/ops/functions/normalization.hpp"
#include "glassgrad/ops/functions/norms.hpp"
#include "range/scaled.hpp"

namespace glassgrad {
namespace {

using namespace range;

// f of x (4, 3) and y (4, 3), of degree 1 or 0 in both together.
template <class T>
struct Scaled {
  const char* name;
  int degree;
  Node<T> (*f)(const Node<T>&, const Node<T>&);
  double most = 16;  // units in the last place
};
template <class T>
std::vector<Scaled<T>> functions() {
  using N = Node<T>;
  return {
      {"norm of rows", 1, [](const N& x, const N&) { return norm(x, 2, 1); }},
      {"norm of columns", 1, [](const N& x, const N&) { return norm(x, 2, 0, true); }},
      {"norm of all", 1, [](const N& x, const N&) { return norm(x); }},
      {"norm 3", 1, [](const N& x, const N&) { return norm(x, 3, 1); }, 64},
      {"norm 1.5", 1, [](const N& x, const N&) { return norm(x, 1.5, 0); }, 64},
      {"norm 0.5", 1, [](const N& x, const N&) { return norm(x, 0.5, 1); }, 64},
      {"norm -2", 1, [](const N& x, const N&) { return norm(x, -2, 1); }, 64},
      {"norm 1", 1, [](const N& x, const N&) { return norm(x, 1, 0); }},
      {"norm infinity", 1, [](const N& x, const N&) { return norm(x, INFINITY, 0); }},
      {"deviation", 1, [](const N& x, const N&) { return deviation(x, 1); }, 64},
      {"deviation of columns", 1, [](const N& x, const N&) { return deviation(x, 0, 0, true); },
       64},
      {"dist", 1, [](const N& x, const N& y) { return dist(x, y); }},
      {"cdist", 1, [](const N& x, const N& y) { return cdist(x, y); }},
      {"cdist 1.5", 1, [](const N& x, const N& y) { return cdist(x, y, 1.5); }, 64},
      {"pairwise_distance", 1,
       [](const N& x, const N& y) { return pairwise_distance(x, y, 2, 0); }},
      {"hypot", 1, [](const N& x, const N& y) { return hypot(x, y); }},
      {"atan2", 0, [](const N& x, const N& y) { return atan2(x, y); }},
      {"normalize", 0, [](const N& x, const N&) { return normalize(x, 2, 1, 0); }, 64},
      {"normalize columns", 0, [](const N& x, const N&) { return normalize(x, 3, 0, 0); }, 64},
      {"cosine_similarity", 0, [](const N& x, const N& y) { return cosine_similarity(x, y, 1, 0); },
       64},
      {"layer_norm", 0, [](const N& x, const N&) { return layer_norm(x, 1, 0); }, 64},
      {"group_norm", 0,
       [](const N& x, const N&) {
         return group_norm(reshape(x, Shape{2, 2, 3}), 1, 0);
       },
       64},
      {"batch_norm", 0, [](const N& x, const N&) { return batch_norm(x, 0); }, 64},
      {"batch_norm and moments", 0,
       [](const N& x, const N&) { return batch_norm_with_moments(x, 0).first; }, 64},
  };
}
template <class T>
struct Derivatives {
  Numbers<T> value, backward, node, second;
};
template <class T>
Numbers<T> drawn(std::int64_t count, std::uint64_t seed) {
  Random random(seed);
  Numbers<T> numbers(static_cast<std::size_t>(count));
  for (T& each : numbers) each = T(random.normal());
  return numbers;
}
template <class T>
Derivatives<T> derivatives_of(const Scaled<T>& of, int k) {
  const Shape shape{4, 3};
  Tape<T> tape;
  const Node<T> x = input(tape, times_two_to<T>(k, drawn<T>(12, 7)), shape);
  const Node<T> y = input(tape, times_two_to<T>(k, drawn<T>(12, 8)), shape);
  const Node<T> z = of.f(x, y);
  const Numbers<T> u = drawn<T>(z.shape().count(), 9), v = drawn<T>(12, 10);
  const Shape as = z.shape();
  const Node<T> weighed = sum(z * tape.constant(View<const T>{u.data(), &as}));
  tape.backward(weighed);
  const auto node = grad(weighed, x);
  const auto second = grad(sum(node * tape.constant(View<const T>{v.data(), &shape})), x);
  return {list<T>(z.value()), list<T>(x.upstream()), list<T>(node.value()),
          list<T>(second.value())};
}
// Within the range, away from its ends, in units of the largest number's last place.
template <class T>
void expect_scaled(const Numbers<T>& got, const Numbers<T>& plain, int k, double most,
                   const std::string& what) {
  using L = std::numeric_limits<T>;
  T largest = 0;
  for (const T each : plain) largest = std::max(largest, std::abs(each));
  if (k > L::max_exponent - 8 || k < L::min_exponent + 8) return;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    const T wanted = std::ldexp(plain[i], k);
    EXPECT_LE(std::abs(got[i] - wanted),
              T(most) * L::epsilon() * std::ldexp(largest, k) + L::denorm_min() * 64)
        << what << ", number " << i << ": " << got[i] << " for " << wanted;
    if (!(std::abs(got[i] - wanted) <= largest)) return;
  }
}
template <class T>
void expect_homogeneous(const Scaled<T>& of) {
  const Derivatives<T> plain = derivatives_of(of, 0);
  for (const int k : exponents<T>()) {
    const std::string what = std::string(of.name) + " of 2^" + std::to_string(k) + " x";
    const Derivatives<T> got = derivatives_of(of, k);
    expect_scaled(got.value, plain.value, k * of.degree, of.most, what);
    expect_scaled(got.backward, plain.backward, k * (of.degree - 1), of.most, what + ", slopes");
    expect_scaled(got.node, plain.backward, k * (of.degree - 1), of.most, what + ", nodes");
    expect_scaled(got.second, plain.second, k * (of.degree - 2), 16 * of.most, what + ", second");
  }
}
TEST(Homogeneous, FunctionsScaleToTheEndsOfTheRange) {
  for (const auto& of : functions<double>()) expect_homogeneous(of);
  for (const auto& of : functions<float>()) expect_homogeneous(of);
}

}  // namespace
}  // namespace glassgrad
