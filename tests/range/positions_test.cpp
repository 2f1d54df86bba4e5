// Sums of what meets at a position, as the gradients of rows, embeddings and gather are: within a
// few units in the last place times log2(n) of the exact sum, in float32 too.
#include "glassgrad/ops/functions/positions.hpp"
#include "range/scaled.hpp"

namespace glassgrad {
namespace {

using namespace range;

double allowed(std::int64_t n) { return 2 * std::log2(double(n) + 1) + 2; }

// Positions of which some are named very often, some now and then, some never.
std::vector<std::int64_t> skewed(std::int64_t count, std::int64_t places, std::uint64_t seed) {
  Random random(seed);
  std::vector<std::int64_t> all(static_cast<std::size_t>(count));
  for (std::int64_t& each : all)
    each = std::int64_t(double(places) * std::pow(random.uniform(), 6)) * 7919 % places;
  return all;
}
template <class T>
Numbers<T> drawn(std::int64_t count) {
  Random random(11);
  Numbers<T> numbers(static_cast<std::size_t>(count));
  for (T& number : numbers) number = T(0.5 + random.uniform());
  return numbers;
}
// got[place, j] against the sums of x[i, j] over positions[i] = place.
template <class T>
void expect_sums(const Numbers<T>& got, const std::vector<std::int64_t>& positions,
                 const Numbers<T>& x, std::int64_t length, const std::string& what) {
  std::vector<Exact> sums(got.size());
  std::vector<std::int64_t> times(got.size(), 0);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::size_t j = i % std::size_t(length);
    const std::size_t to = std::size_t(positions[i / std::size_t(length)] * length) + j;
    sums[to].add(x[i]), ++times[to];
  }
  for (std::size_t i = 0; i < got.size(); ++i)
    ASSERT_LE(ulps(got[i], sums[i].value()), allowed(times[i])) << what << " " << i;
}

template <class T>
void expect_rows(std::int64_t count, std::int64_t places, std::int64_t length) {
  const auto positions = skewed(count, places, 5);
  const Numbers<T> upstream = drawn<T>(count * length);
  Tape<T> tape;
  const Node<T> x = input(tape, Numbers<T>(std::size_t(places * length)), {places, length});
  const Indices<T> at = tape.indices(positions);
  const Shape shape{count, length};
  const Node<T> u = tape.constant(View<const T>{upstream.data(), &shape});
  const std::string what = join("rows ", count, " of ", places, " by ", length);
  expect_sums(list<T>(grad(sum(rows(x, at) * u), x).value()), positions, upstream, length, what);
  tape.backward(sum(embedding(x, at) * u));
  expect_sums(list<T>(x.upstream()), positions, upstream, length, "embedding, " + what);
  expect_sums(list<T>(index_add(x, 0, at, u).value()), positions, upstream, length, what);
}
TEST(Positions, SumWhatMeetsThereToAFewUlp) {
  for (const std::int64_t length : {1, 3, 16, 33}) {
    for (const std::int64_t places : {1, 2, 64, 5000}) {
      expect_rows<float>(60000, places, length);
      expect_rows<double>(60000, places, length);
    }
    expect_rows<float>(64, 1, length);  // the fewest that are not kept apart, and one more
    expect_rows<float>(65, 1, length);
    expect_rows<float>(130, 1, length);
  }
}

template <class T>
void expect_along(int axis) {
  const std::int64_t count = 40000, places = 9, width = 2;
  const Shape shape = axis == 0 ? Shape{count, width} : Shape{width, count};
  const Shape target = axis == 0 ? Shape{places, width} : Shape{width, places};
  const auto positions = skewed(count * width, places, 6);
  const Numbers<T> upstream = drawn<T>(count * width);
  Tape<T> tape;
  const Node<T> x = input(tape, Numbers<T>(std::size_t(target.count())), target);
  const Indices<T> at = tape.indices({}, positions, shape);
  const Node<T> u = tape.constant(View<const T>{upstream.data(), &shape});
  std::vector<std::int64_t> places_of;  // in x, all its entries in a row
  for (std::int64_t i = 0; i < count * width; ++i) {
    const std::int64_t p = positions[std::size_t(i)];
    places_of.push_back(axis == 0 ? p * width + i % width : i / count * places + p);
  }
  expect_sums(list<T>(scatter_add(x, axis, at, u).value()), places_of, upstream, 1, "scatter_add");
  tape.backward(sum(gather(x, axis, at) * u));
  expect_sums(list<T>(x.upstream()), places_of, upstream, 1, "gather");
}
TEST(Positions, AlongAnAxisSumToAFewUlp) {
  for (const int axis : {0, 1}) expect_along<float>(axis), expect_along<double>(axis);
}

// The breaker's: 2^24 for 2e7.
TEST(Positions, OfManyFloatsAreNotStuck) {
  constexpr std::int64_t count = 20000000;
  const std::vector<std::int64_t> nothing(count, 0);
  Tape<float> tape(Keep::parameters);
  const Node<float> x = tape.input({1.0f});
  tape.backward(sum(rows(x, tape.indices(nothing))));
  EXPECT_EQ(x.upstream()[0], 2e7f);
}
TEST(Positions, PassOnWhatIsNotFinite) {
  const double infinity = std::numeric_limits<double>::infinity();
  const std::vector<std::int64_t> nothing(200, 0);
  Numbers<double> u(200, 1.0);
  u[150] = infinity;
  const Shape shape{200};
  const auto gradient = [&] {
    Tape<double> tape;
    const Node<double> x = tape.input({1.0}), y = rows(x, tape.indices(nothing));
    tape.backward(sum(y * tape.constant(View<const double>{u.data(), &shape})));
    return x.upstream()[0];
  };
  EXPECT_EQ(gradient(), infinity);
  u[10] = -infinity;
  EXPECT_TRUE(std::isnan(gradient()));
}

}  // namespace
}  // namespace glassgrad
