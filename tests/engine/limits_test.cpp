// The limits of the engine, each at its last value and one beyond: docs/limits.md lists them. What
// would take hours to count to is set by Counters. Inputs of one op: many_inputs_test.cpp.
#include "engine/expect.hpp"
#include "glassgrad/extend.hpp"
#include "glassgrad/kernels/workers.hpp"

namespace glassgrad {

// What a tape counts, set to where a limit is near.
template <>
struct detail::Counters<double> {
  static void set_sweeps(Tape<double>& tape, std::uint32_t n) { tape.upstreams_.sweep_ = n; }
  static void fill(Tape<double>& tape) {  // no records behind them: none is read
    tape.records_.chunks_.resize(Records<double>::most_chunks);
    tape.records_.size_ = most_nodes;
  }
};

namespace {

using N = Node<double>;

// ---- Names, scopes, attributes: bytes that are kept beside one another

class Names : public testing::TestWithParam<std::size_t> {};

TEST_P(Names, OfAnyLengthAreKeptAndTouchNothingElse) {
  const std::string text(GetParam(), 'n'), other(GetParam(), 'o'), scope(GetParam(), 's');
  Tape tape;
  const N short_one = tape.input("a", 1.5);
  const N x = tape.input(text, {1, 2, 3});
  const N y = tape.input(2.5), z = tape.constant({4, 5});
  const auto guard = tape.scope(scope);
  const N w = name(other, x * y);
  const N after = tape.input("b", {6, 7});
  EXPECT_EQ(x.name(), text);
  EXPECT_EQ(w.name(), other);
  EXPECT_EQ(short_one.name(), "a");
  EXPECT_EQ(after.name(), "b");
  EXPECT_EQ(tape.records().scopes().back().name, scope);
  EXPECT_EQ(y.item(), 2.5);
  EXPECT_EQ(numbers(z.value()), (std::vector<double>{4, 5}));
  EXPECT_EQ(numbers(after.value()), (std::vector<double>{6, 7}));
  tape.backward(sum(w));
  EXPECT_EQ(numbers(x.upstream()), (std::vector<double>{2.5, 2.5, 2.5}));
}

TEST_P(Names, OfParametersToo) {
  const std::string text(GetParam(), 'p');
  Parameter<> p(text, {1, 2}), q("q", 3.0);
  Tape tape;
  const N y = sum(tape(p) * tape(q));
  tape.backward(y);
  EXPECT_EQ(tape(p).name(), text);
  EXPECT_EQ(tape(q).name(), "q");
  EXPECT_EQ(y.item(), 9);
}

INSTANTIATE_TEST_SUITE_P(Limits, Names, testing::Values(4080, 4095, 4096, 4097, 5000, 100000));

// y = x times the last number of a table that the op carries
template <std::size_t n>
struct Tabled {
  using Kind = Elementwise<1>;
  static constexpr std::string_view name = "tabled";
  static constexpr Interval domain[] = {{-3, 3}};
  std::array<double, n> table{};
  auto value(const auto& x) const { return x * constant(x, table[n - 1]); }
  auto local(const auto& x, const auto&) const { return constant(x, table[n - 1]); }
};
template <std::size_t n>
void expect_tabled() {
  Tabled<n> op;
  for (double& number : op.table) number = 7;
  op.table[n - 1] = 3;
  Tape tape;
  const N x = tape.input({1, 2}), y = apply(op, x), z = apply(op, tape.input(5.0));
  const N next = tape.input({8, 9});
  EXPECT_EQ(numbers(y.value()), (std::vector<double>{3, 6})) << n;
  EXPECT_EQ(z.item(), 15);
  tape.backward(sum(y));
  EXPECT_EQ(numbers(x.upstream()), (std::vector<double>{3, 3})) << n;
  EXPECT_EQ(numbers(next.value()), (std::vector<double>{8, 9}));
  EXPECT_EQ(static_cast<const Tabled<n>*>(tape.records()[y.index()].attributes)->table, op.table);
}

TEST(Attributes, OfAnySizeAreKept) {
  expect_tabled<1>();
  expect_tabled<512>();  // 4096 bytes
  expect_tabled<513>();
  expect_tabled<600>();  // 4800 bytes
  expect_tabled<20000>();
}

TEST(Arenas, GiveSmallPlacesThatDoNotMeet) {
  for (const std::size_t first : {1, 64, 100, 5000, 65536}) {
    Arena arena(first);
    std::vector<std::pair<unsigned char*, std::size_t>> places;
    unsigned char mark = 0;
    for (const std::size_t bytes : {16, 4080, 4096, 4097, 1, 5000, 100000, 3, 4096, 60, 0, 17}) {
      auto* const place = static_cast<unsigned char*>(arena.take_small(bytes));
      std::fill_n(place, bytes, ++mark);
      places.push_back({place, bytes});
    }
    mark = 0;
    for (const auto& [place, bytes] : places) {
      ++mark;
      EXPECT_TRUE(std::all_of(place, place + bytes, [&](unsigned char b) { return b == mark; }));
    }
  }
}

TEST(Arenas, TakeBackWhatWasTakenLast) {
  Arena arena;
  void* const first = arena.take_small(100);
  arena.give_back_small(100);
  EXPECT_EQ(arena.take_small(50), first);
  void* const large = arena.take_small(5000);
  arena.give_back_small(5000);
  void* const next = arena.take_small(16);  // of the block that was open before
  EXPECT_EQ(static_cast<std::byte*>(next) - static_cast<std::byte*>(first), 64);
  EXPECT_NE(next, large);
}

// ---- Shapes

TEST(Shapes, MultiplyToWhatAnInt64Counts) {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(Shape{most}.count(), most);
  EXPECT_EQ((Shape{1, most, 1}).count(), most);
  EXPECT_EQ((Shape{std::int64_t(1) << 31, std::int64_t(1) << 31}).count(), std::int64_t(1) << 62);
  EXPECT_EQ(error_of([] {
              Shape{std::int64_t(1) << 32, std::int64_t(1) << 31};
            }),
            "[shape] the sizes (4294967296, 2147483648) multiply to more than "
            "9223372036854775807. Use smaller sizes.");
  EXPECT_EQ(error_of([] {
              Shape{2, 3}.with(1, most);
            }),
            "[shape] the sizes (2, 9223372036854775807) multiply to more than "
            "9223372036854775807. Use smaller sizes.");
  EXPECT_EQ(error_of([] { Shape{most}.behind(2); }),
            "[shape] the sizes (2, 9223372036854775807) multiply to more than "
            "9223372036854775807. Use smaller sizes.");
}

TEST(Shapes, OfNothingHaveStridesThatFit) {
  constexpr std::int64_t large = std::int64_t(1) << 40;
  EXPECT_EQ((Shape{0, large}).count(), 0);
  EXPECT_EQ((Shape{large, 0, 1 << 22}).count(), 0);
  const std::string refused =
      " multiply to more than 9223372036854775807, but for the 0. Use smaller sizes.";
  EXPECT_EQ(error_of([] {
              Shape{0, large, large};
            }),
            "[shape] the sizes (0, 1099511627776, 1099511627776)" + refused);
  EXPECT_EQ(error_of([] {
              Shape{large, 0, large};
            }),
            "[shape] the sizes (1099511627776, 0, 1099511627776)" + refused);
  EXPECT_EQ(error_of([] {
              Shape{large, large, 0};
            }),
            "[shape] the sizes (1099511627776, 1099511627776) multiply to more than "
            "9223372036854775807. Use smaller sizes.");
}

TEST(Shapes, HaveEightAxes) {
  const Shape eight{1, 2, 1, 2, 1, 2, 1, 2};
  Tape tape;
  const N x = tape.input(std::vector<double>(16, 1.0)), y = reshape(x, eight);
  tape.backward(sum(y * y));
  EXPECT_EQ(x.upstream()[15], 2);
  EXPECT_EQ(sum(y, 7).shape().rank(), 7);
  EXPECT_EQ(sum(y, -8).shape(), (Shape{2, 1, 2, 1, 2, 1, 2}));
  const std::string refused = "] more than 8 axes. Use at most 8.";
  EXPECT_EQ(error_of([&] { eight.behind(1); }), "[shape" + refused);
  EXPECT_EQ(error_of([&] { unsqueeze(y, 0); }), "[unsqueeze" + refused);
  EXPECT_EQ(error_of([&] { stack({y, y}); }), "[stack" + refused);
  EXPECT_EQ(error_of([&] { unfold(y, 1, 2); }), "[unfold" + refused);
  EXPECT_EQ(error_of([&] { one_hot(fed_indices(tape, eight), 2); }),
            "[fed] this tape computes, and needs numbers. Use input() or indices().");
  EXPECT_EQ(eight.with(1, 5)[1], 5);
}

TEST(AxesOf, AnyIntegerAreLookedAt) {
  Tape tape;
  const N x = tape.input({{1, 2, 3}, {4, 5, 6}});
  const auto refused = [](const std::string& op, const std::string& axis) {
    return "[" + op + "] axis " + axis +
           " is out of range for an array of 2 axes. Axes here go from -2 to 1.";
  };
  for (const int axis :
       {127, -128, 2, -3, 128, 255, 256, 257, 512, 65536, -129, -256, -65536, 2147483647})
    EXPECT_EQ(error_of([&] { sum(x, axis); }), refused("sum", std::to_string(axis)));
  EXPECT_EQ(error_of([&] { sum(x, std::int64_t(1) << 32); }), refused("sum", "4294967296"));
  EXPECT_EQ(error_of([&] { sum(x, ~std::size_t(0)); }), refused("sum", "18446744073709551615"));
  EXPECT_EQ(error_of([&] { softmax(x, 65536); }), refused("softmax", "65536"));
  EXPECT_EQ(error_of([&] { permute(x, {0, 257}); }), refused("permute", "257"));
  EXPECT_EQ(error_of([&] {
              sum(x, {0, 1, 2, 3, 4, 5, 6, 7, 8});
            }),
            "[sum] more than 8 axes are given. Name each axis once.");
  EXPECT_EQ(numbers(sum(x, std::size_t(1)).value()), (std::vector<double>{6, 15}));
  EXPECT_EQ(numbers(sum(x, std::int8_t(-2)).value()), (std::vector<double>{5, 7, 9}));
}

// ---- What is counted in 32 bits

TEST(Nodes, AreNoMoreThan32BitsCount) {
  Tape tape;
  const N x = tape.input(2.0), y = tape.input({1, 2, 3});
  const auto mark = tape.mark();
  detail::Counters<double>::fill(tape);
  const std::string refused =
      "[tape] it holds 4294966272 nodes and takes no more. clear() or rewind() it after every "
      "step, or record on several tapes.";
  EXPECT_EQ(error_of([&] { x* x; }), refused);
  EXPECT_EQ(error_of([&] { y * 3.0; }), refused);
  EXPECT_EQ(error_of([&] { tape.input(1.0); }), refused);
  EXPECT_EQ(error_of([&] { tape.zeros({2}); }), refused);
  EXPECT_EQ(tape.size(), most_nodes);
  tape.rewind(mark);  // the advice
  const N z = x * x;
  tape.backward(z);
  EXPECT_EQ(x.upstream()[0], 4);
}

TEST(Sweeps, BeginAnewAfterTheLastThatIsCounted) {
  Tape tape;
  const N a = tape.input(3.0), b = tape.input(5.0), y = a * a, z = b * b;
  tape.backward(z);  // the first: what it left would be of the first after the last
  detail::Counters<double>::set_sweeps(tape, 0xfffffffe);
  tape.backward(y);
  EXPECT_EQ(a.upstream()[0], 6);
  EXPECT_EQ(b.upstream_state(), Upstream::none);
  tape.backward(y);
  EXPECT_EQ(a.upstream()[0], 6);
  EXPECT_EQ(b.upstream_state(), Upstream::none);
  EXPECT_EQ(z.upstream_state(), Upstream::none);
  tape.backward(z, Accumulate::add);
  EXPECT_EQ(a.upstream()[0], 6);
  EXPECT_EQ(b.upstream()[0], 10);
}

// ---- Threads

TEST(Threads, AreFromOneTo1024) {
  const int before = threads();
  for (const int count : {0, -1, 1025, 2147483647})
    EXPECT_EQ(error_of([&] { set_threads(count); }),
              "[threads] the number of threads is " + std::to_string(count) +
                  ", outside 1 to 1024. Use one in that range.");
  EXPECT_EQ(threads(), before);
  set_threads(1024);
  EXPECT_EQ(threads(), 1024);
  set_threads(before);
}

void say_threads(const char* asked) {
  setenv("GLASSGRAD_THREADS", asked, 1);
  const std::string error = error_of([] { std::fprintf(stderr, "threads: %d. ", threads()); });
  std::fprintf(stderr, "%s\n", error.c_str());
  std::exit(0);
}
TEST(Threads, AskedForByTheEnvironmentAreLookedAt) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");  // in a process that has not asked yet
  const auto exits = testing::ExitedWithCode(0);
  for (const char* const asked : {"0", "-1", "1025", "4294967297", "two", "2x", " 2", "1e3"})
    EXPECT_EXIT(say_threads(asked), exits,
                std::string("\\[threads\\] GLASSGRAD_THREADS is \"") + asked +
                    "\". Set it to a number from 1 to 1024, or not at all.");
  EXPECT_EXIT(say_threads("1"), exits, "threads: 1. no error");
  EXPECT_EXIT(say_threads("1024"), exits, "threads: 1024. no error");
  EXPECT_EXIT(say_threads(""), exits, "threads: [0-9]+. no error");
}

// ---- The conversion itself

TEST(Narrow, KeepsWhatFitsAndSaysWhatDoesNot) {
  EXPECT_EQ((narrow<std::int8_t>("op", "the size", 127)), 127);
  EXPECT_EQ((narrow<std::uint32_t>("op", "the size", std::int64_t(4294967295))), 4294967295u);
  EXPECT_EQ(error_of([] { narrow<std::int8_t>("op", "the size", 128); }),
            "[op] the size is 128, outside -128 to 127. Use one in that range.");
  EXPECT_EQ(error_of([] { narrow<std::uint32_t>("op", "the size", -1); }),
            "[op] the size is -1, outside 0 to 4294967295. Use one in that range.");
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max(), least = -most - 1;
  EXPECT_EQ(bounded_sum(most, 1), most);
  EXPECT_EQ(bounded_sum(least, -1), least);
  EXPECT_EQ(bounded_sum(most, -1), most - 1);
  EXPECT_EQ(bounded_product(most, 2), most);
  EXPECT_EQ(bounded_product(most, -2), least);
  EXPECT_EQ(bounded_product(least, -1), most);
  EXPECT_EQ(window_span(3, 2), 5);
  EXPECT_EQ(window_span(most, most), most);
  EXPECT_EQ(window_span(1, most), 1);
}

}  // namespace
}  // namespace glassgrad
