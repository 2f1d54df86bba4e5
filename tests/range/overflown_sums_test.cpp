// Sums that leave the range on their way and come back into it: wherever contributions meet, what
// is within the range is right, on a tape, as nodes and in a program, for any number of threads.
#include "glassgrad/ops/functions/positions.hpp"
#include "glassgrad/program/program.hpp"
#include "range/scaled.hpp"

namespace glassgrad {
namespace {

using namespace range;

// A power of two of which two are too many.
template <class T>
const T large = std::ldexp(T(1), std::numeric_limits<T>::max_exponent - 1);

// The r-th of n terms: the first half is large, the second takes it away again; what is left is in
// the middle, exact on the way as well.
template <class T>
T term(std::int64_t r, std::int64_t n, std::int64_t place) {
  if (r < n / 2) return large<T>;
  if (r >= n - n / 2) return -large<T>;
  return large<T> / 8 * T(place % 7 + 1);
}
template <class T>
T total(std::int64_t n, std::int64_t place) {
  return n % 2 ? large<T> / 8 * T(place % 7 + 1) : T(0);
}

// An op that copies numbers: every one of x reaches some places of y.
template <class T>
struct Copying {
  std::string what;
  Shape x;
  Function1<T> f;
};
template <class T>
std::vector<Copying<T>> copying() {
  using N = Node<T>;
  std::vector<Copying<T>> all;
  const auto add = [&](std::string_view what, const Shape& x, Function1<T> f) {
    all.push_back({join(what, " of ", to_text(x)), x, std::move(f)});
  };
  const std::pair<Shape, Shape> stretched[] = {
      {{}, {4}},
      {{}, {40000}},
      {{1}, {5}},
      {{3}, {4, 3}},
      {{3}, {70, 3}},
      {{3}, {40000, 3}},
      {{1, 3}, {5, 3}},
      {{3, 1}, {3, 6}},
      {{3, 1}, {3, 40001}},
      {{1100}, {9, 1100}},
      {{2, 1}, {70, 2, 3}},
      {{1, 2, 1}, {70, 2, 40}},
      {{2, 1, 2}, {3, 2, 66, 2}},
      {{3}, {40, 20, 3}},
      {{2000}, {3, 2000}},
      {{64, 1}, {64, 900}},
  };
  for (const auto& [from, to] : stretched) {
    const auto whole = [to = to](const N& x, T number) {
      return broadcast_to(x.its_tape().constant(number), to);
    };
    add("times one", from, [=](const N& x) { return x * whole(x, T(1)); });
    add("one times", from, [=](const N& x) { return whole(x, T(1)) * x; });
    add("plus zero", from, [=](const N& x) { return whole(x, T(0)) + x; });
    add("maximum", from, [=](const N& x) { return maximum(x, whole(x, T(-1))); });
    add("broadcast_to", from, [to = to](const N& x) { return broadcast_to(x, to); });
  }
  for (const std::int64_t n : {3, 4, 70, 20000}) {
    add("tile", {3}, [=](const N& x) { return tile(x, {n}); });
    add("repeat", {2, 3}, [=](const N& x) { return repeat(x, n, 1); });
    add("expand", {3, 1}, [=](const N& x) { return broadcast_to(x, {3, n}); });
    const auto positions = [=](const N& x, std::int64_t places) {
      std::vector<std::int64_t> at(std::size_t(n * places));
      for (std::size_t i = 0; i < at.size(); ++i) at[i] = std::int64_t(i * i) % places;
      return x.its_tape().indices(at);
    };
    add("rows", {3, 2}, [=](const N& x) { return rows(x, positions(x, 3)); });
    add("rows of one number", {3}, [=](const N& x) { return rows(x, positions(x, 3)); });
    add("rows of many", {50000, 2}, [=](const N& x) { return rows(x, positions(x, 3)); });
    add("embedding", {3, 70}, [=](const N& x) { return embedding(x, positions(x, 2)); });
    add("take", {2, 2}, [=](const N& x) { return take(x, positions(x, 4)); });
    add("gather", {3, 2}, [=](const N& x) {
      std::vector<std::int64_t> at(std::size_t(2 * n));
      for (std::size_t i = 0; i < at.size(); ++i) at[i] = std::int64_t(i / 3 % 3);
      return gather(x, 0, x.its_tape().indices({}, at, Shape{n, 2}));
    });
  }
  for (const std::int64_t size : {3, 4, 9, 70, 300}) {
    add("windows", {400}, [=](const N& x) { return unfold(x, 0, size); });
    add("few windows", {size + 2}, [=](const N& x) { return unfold(x, 0, size); });
    add("windows of rows", {330, 2}, [=](const N& x) { return unfold(x, 0, size, 2); });
    add("windows apart", {2, 640}, [=](const N& x) { return unfold(x, 1, size, 3, 2); });
  }
  for (const std::int64_t size : {2, 3, 9, 20})
    for (const std::int64_t step : {1, 2})
      add("windows of images", {2, 30, 45}, [=](const N& x) {
        return apply(Windows{1, {size, step, 1}, {size - 1, 1, step == 1 ? 1 : 2}}, x);
      });
  return all;
}

// What f does with its input, and the terms of an upstream that meet there in turn.
template <class T>
struct Meeting {
  Shape shape;  // of y
  Numbers<T> upstream, wanted;
};
template <class T>
Meeting<T> meeting(const Copying<T>& of) {
  Numbers<T> own(std::size_t(of.x.count()));
  for (std::size_t i = 0; i < own.size(); ++i) own[i] = T(i);
  Tape<T> tape(Keep::values);
  const Node<T> y = of.f(input(tape, own, of.x));
  std::vector<std::int64_t> met(own.size(), 0), seen(own.size(), 0);
  for (const T place : y.value()) ++met[std::size_t(place)];
  Meeting<T> meeting{y.shape(), {}, {}};
  for (const T place : y.value()) {
    const auto i = std::size_t(place);
    meeting.upstream.push_back(term<T>(seen[i]++, met[i], std::int64_t(i)));
  }
  for (std::size_t i = 0; i < own.size(); ++i)
    meeting.wanted.push_back(total<T>(met[i], std::int64_t(i)));
  return meeting;
}

template <class T>
void expect_copying() {
  for (const Copying<T>& of : copying<T>()) {
    const Meeting<T> m = meeting(of);
    const View<const T> upstream{m.upstream.data(), &m.shape};
    Parameter<T> x("x", View<const T>{Numbers<T>(m.wanted.size()).data(), &of.x});
    const auto cost = [&](Tape<T>& tape, const Node<T>& u) { return sum(of.f(tape(x)) * u); };
    Tape<T> tape;
    const Node<T> leaf = tape(x);
    tape.backward(cost(tape, tape.constant(upstream)));
    EXPECT_EQ(list<T>(leaf.upstream()), m.wanted) << of.what;
    const Node<T> again = cost(tape, tape.constant(upstream));
    EXPECT_EQ(list<T>(grad(again, leaf).value()), m.wanted) << of.what << ", as nodes";
    auto program =
        compile<T>([&](Tape<T>& on, const Fed<T>& in) { return cost(on, in[0]); }, {upstream});
    program(upstream);
    EXPECT_EQ(list<T>(x.gradient()), m.wanted) << of.what << ", compiled";
    if (testing::Test::HasFailure()) return;
  }
}
TEST(OverflownSums, AreRightWhereContributionsMeet) {
  expect_copying<double>();
  expect_copying<float>();
}

// What there is already is added to, and is no part of the sum.
template <class T>
void expect_added() {
  const T m = large<T>;
  const Numbers<T> terms{m, m, -m, -m, m / 2};
  Tape<T> tape;
  const Node<T> x = tape.input(T(0)), many = input(tape, Numbers<T>(80), Shape{80});
  const Node<T> u = input(tape, terms);
  tape.backward(sum(x * u) + sum(u * x) + sum(many * 0 + sum(many * T(2))));
  EXPECT_EQ(x.upstream()[0], m);
  Numbers<T> row(300, m);  // two would be added as they come
  for (std::size_t i = 100; i < 200; ++i) row[i] = -m, row[i + 100] = 0;
  const Shape rows{3, 100}, one{100};
  const Node<T> b = input(tape, Numbers<T>(100), one), v = input(tape, row, rows);
  const Numbers<T> ones(100, T(1));
  tape.backward(sum(b * ones.front()) + sum(b * v) + sum(v * (v + b)));
  for (const T each : list<T>(b.upstream())) ASSERT_EQ(each, T(1));
}
TEST(OverflownSums, AreAddedToWhatIsThere) {
  expect_added<float>();
  expect_added<double>();
}

template <class T>
void expect_running(bool columns) {
  const std::int64_t n = 101;
  Numbers<T> x;
  std::vector<Exact> sums(2);
  Wides wanted, back;
  for (std::int64_t i = 0; i < n * 2; ++i) x.push_back(term<T>(columns ? i / 2 : i % n, n, 3));
  for (std::int64_t i = 0; i < n * 2; ++i) {
    Exact& sum = sums[std::size_t(columns ? i % 2 : i / n)];
    sum.add(x[std::size_t(i)]), wanted.push_back(sum.value());
  }
  const Shape shape = columns ? Shape{n, 2} : Shape{2, n};
  Tape<T> tape;
  const Node<T> at = input(tape, Numbers<T>(x.size()), shape);
  EXPECT_NO_FATAL_FAILURE(expect_within(
      list<T>(cumsum(input(tape, x, shape), columns ? 0 : 1).value()), wanted, 1, "cumsum"));
  tape.backward(sum(flip(cumsum(at, columns ? 0 : 1), columns ? 0 : 1) * input(tape, x, shape)));
  EXPECT_NO_FATAL_FAILURE(expect_within(list<T>(flip(at, 0).value()), Wides(x.size()), 0, "x"));
  std::vector<Exact> none(2);
  sums = none;
  for (std::int64_t i = 0; i < n; ++i)  // the last place gets the first term alone
    for (std::int64_t j = 0; j < 2; ++j) {
      const std::int64_t from = columns ? i * 2 + j : j * n + i;
      const std::int64_t to = columns ? (n - 1 - i) * 2 + j : j * n + n - 1 - i;
      sums[std::size_t(j)].add(x[std::size_t(from)]);
      EXPECT_LE(ulps(at.upstream()[to], sums[std::size_t(j)].value()), 1) << i << " " << j;
    }
}
TEST(OverflownSums, AreRightWhileTheyRun) {
  for (const bool columns : {false, true}) expect_running<float>(columns);
  for (const bool columns : {false, true}) expect_running<double>(columns);
}

// A program adds up block by block, and every block's sum leaves the range.
template <class T>
void expect_blocks() {
  using N = Node<T>;
  constexpr std::int64_t n = 60001, width = 4;
  const Shape shape{n, width}, square{width, width};
  Numbers<T> terms, wanted, unit(width * width, T(0));
  for (std::int64_t i = 0; i < n * width; ++i) terms.push_back(term<T>(i / width, n, i % width));
  for (std::int64_t j = 0; j < width; ++j) wanted.push_back(total<T>(n, j));
  for (std::size_t j = 0; j < width; ++j) unit[j * width + j] = T(1);
  const Numbers<T> ones(terms.size(), T(1));
  const View<const T> x{terms.data(), &shape}, one{ones.data(), &shape}, id{unit.data(), &square};
  const auto tiny = std::ldexp(T(1), -100);
  const std::pair<const char*, std::function<N(const Fed<T>&)>> all[] = {
      {"nowhere whole", [](const Fed<T>& in) { return sum(in[0] * in[1], 0); }},
      {"after several", [](const Fed<T>& in) { return sum(in[0] * in[1] - 0 * in[1], 0); }},
      {"read by others",
       [](const Fed<T>& in) {
         const N y = in[0] * in[1];
         return sum(y, 0) + sum(glassgrad::square(matmul(y, in[2] * T(0))), 0);
       }},
      {"where an input lay",
       [=](const Fed<T>& in) {
         const N z = matmul(in[0], in[2]), y = z * in[1] * tiny;
         return sum(z * in[1], 0) + sum(glassgrad::square(matmul(y, in[2] * T(0))), 0);
       }},
      {"where an input lay that a sum has read",
       [=](const Fed<T>& in) {
         const N z = matmul(in[0], in[2]), t = z * in[1], s = sum(t, 0), y = t * tiny;
         return s + sum(glassgrad::square(matmul(y, in[2] * T(0))));
       }},
      {"by rows",
       [](const Fed<T>& in) {
         const N y = reshape(in[0] * in[1], {n, width, 1}) * T(0.5);
         return sum(sum(concat({y, y}, 2), 2), 0);
       }},
  };
  const int before = threads();
  for (const auto& [what, f] : all) {
    for (const int count : {1, 2, 3}) {
      set_threads(count);
      const Feed<T> feeds[] = {x, one, id};
      auto program = compile<T>([&f = f](Tape<T>&, const Fed<T>& fed) { return f(fed); },
                                {x, one, id}, Gradients::none);
      for (int run = 0; run < 2; ++run)
        EXPECT_EQ(list<T>(program.run(feeds)), wanted) << what << ", " << count << " threads";
    }
  }
  set_threads(before);
}
TEST(OverflownSums, AreRightBlockByBlock) {
  expect_blocks<double>();
  expect_blocks<float>();
}

}  // namespace
}  // namespace glassgrad
