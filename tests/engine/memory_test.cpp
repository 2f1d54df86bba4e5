// Memory: no allocation per op once warm, the same bytes after ten thousand steps.
#include "engine/expect.hpp"
#include "support/allocations.hpp"

namespace glassgrad {
namespace {

// Steps of record + backward + clear: what the tenth allocates. And bytes stay the same.
template <class T, class Step>
std::int64_t allocations_of(Keep keep, const Step& step) {
  Tape<T> tape(keep);
  std::size_t bytes = 0;
  std::int64_t last = 0;
  for (int i = 0; i < 10; ++i) {
    if (i == 5) bytes = tape.bytes();
    const std::size_t before = allocations();
    tape.clear();
    const Node<T> cost = step(tape);
    if (keep != Keep::values) tape.backward(cost);
    last = std::int64_t(allocations() - before);
  }
  EXPECT_EQ(tape.bytes(), bytes);
  return last;
}

template <class T>
struct Allocations : testing::Test {
  Parameter<T> weights{"W", xt::eval(xt::ones<double>({20, 30}) * 0.1)};
  Parameter<T> bias{"b", xt::eval(xt::ones<double>({30}) * 0.1)};
  Parameter<T> number{"s", 0.3};
  xt::xarray<T> rows_of_ones = xt::ones<T>({40, 20});
  xt::xarray<T> batch = xt::ones<T>({3, 4, 5});
  std::vector<std::int64_t> labels = std::vector<std::int64_t>(40, 7);

  // `f` gives a node of any shape from the three nodes x (40, 20), w (20, 30), b (30).
  template <class F>
  void none(const char* what, const F& f) {
    for (const Keep keep : {Keep::all, Keep::parameters, Keep::values})
      EXPECT_EQ(allocations_of<T>(keep,
                                  [&](Tape<T>& tape) {
                                    const auto in = tape.input("x", rows_of_ones);
                                    return sum(f(tape, in, tape(weights), tape(bias)));
                                  }),
                0)
          << what << ", keep " << int(keep);
  }
};
using BothTypes = testing::Types<double, float>;
TYPED_TEST_SUITE(Allocations, BothTypes);

TYPED_TEST(Allocations, NoneForNumbers) {
  const auto chain = [&](Tape<TypeParam>& tape) {
    Node<TypeParam> y = tape(this->number);
    for (int i = 0; i < 300; ++i) y = tanh(y * 1.01 + 0.1) / (1 + y * y);
    return y;
  };
  EXPECT_EQ(allocations_of<TypeParam>(Keep::all, chain), 0);
  EXPECT_EQ(allocations_of<TypeParam>(Keep::parameters, chain), 0);
  EXPECT_EQ(allocations_of<TypeParam>(Keep::values, chain), 0);
}

TYPED_TEST(Allocations, NoneForElementwiseOps) {
  this->none("sum of x", [](auto&, auto x, auto, auto) { return x; });
  this->none("unary", [](auto&, auto x, auto, auto) { return sigmoid(exp(x) * x - relu(x)); });
  this->none("broadcast", [](auto&, auto, auto w, auto b) { return w * b + b - 0.5 * w; });
  this->none("power", [](auto&, auto x, auto, auto) { return pow(x, 2) / sqrt(x) + pow(x, x); });
  this->none("where", [](auto&, auto x, auto, auto) { return where(x > 0.5, x * x, -x); });
  this->none("maximum", [](auto&, auto x, auto, auto) { return maximum(x, 0.2) + clamp(x, 0, 1); });
}

TYPED_TEST(Allocations, NoneForMatmul) {
  this->none("matmul", [](auto&, auto x, auto w, auto) { return matmul(x, w); });
  this->none("dense", [](auto&, auto x, auto w, auto b) { return relu(matmul(x, w) + b); });
  this->none("vector", [](auto&, auto, auto w, auto b) { return matmul(w, b); });
  this->none("batch", [this](auto& tape, auto x, auto, auto) {
    return matmul(tape.input(this->batch), slice(slice(x, 0, 0, 5), 1, 0, 6));
  });
}

TYPED_TEST(Allocations, NoneForReductions) {
  this->none("sum", [](auto&, auto x, auto, auto) { return sum(x, 0) * mean(x, 0); });
  this->none("max", [](auto&, auto x, auto, auto) { return max(x, 1) - min(x, 1); });
  this->none("softmax", [](auto&, auto x, auto, auto) { return softmax(x); });
  this->none("log_softmax", [](auto&, auto x, auto, auto) { return log_softmax(x, 0); });
  this->none("logsumexp", [](auto&, auto x, auto, auto) { return logsumexp(x, 1); });
}

TYPED_TEST(Allocations, NoneForLayout) {
  this->none("reshape", [](auto&, auto x, auto, auto) { return reshape(x, {20, -1}) * 2; });
  this->none("transpose", [](auto&, auto x, auto, auto) { return transpose(x) * 2; });
  this->none("slice", [](auto&, auto x, auto, auto) { return slice(x, 1, 0, 10, 3) * 2; });
  this->none("concat", [](auto&, auto x, auto, auto) { return concat({x, x * 2, x}, 1) * 2; });
  this->none("broadcast_to", [](auto&, auto, auto, auto b) {
    return broadcast_to(b, {5, 30}) * 2;
  });
  this->none("rows and pick", [this](auto& tape, auto x, auto, auto) {
    const auto at = tape.indices(this->labels);
    return sum(rows(x, at)) + sum(pick(x, at));
  });
}

TYPED_TEST(Allocations, NoneForNamesAndScopes) {
  this->none("names", [](auto& tape, auto x, auto, auto) {
    const auto outer = tape.scope("outer");
    const auto inner = tape.scope("a scope with a rather long name");
    return name("a name that is longer than what fits into a short string", x * 2);
  });
}

TYPED_TEST(Allocations, NoneInAnEvaluationLoop) {
  Tape<TypeParam> tape;
  const auto w = tape(this->weights);
  const auto mark = tape.mark();
  std::size_t bytes = 0;
  std::int64_t last = 0;
  for (int i = 0; i < 100; ++i) {
    if (i == 50) bytes = tape.bytes();
    const std::size_t before = allocations();
    softmax(matmul(tape.constant(this->rows_of_ones), w));
    tape.rewind(mark);
    last = std::int64_t(allocations() - before);
  }
  EXPECT_EQ(last, 0);
  EXPECT_EQ(tape.bytes(), bytes);
}

TEST(Memory, TheSameAfterTenAndAfterTenThousandSteps) {
  for (const Keep keep : {Keep::all, Keep::parameters}) {
    Parameter W1("W1", xt::eval(xt::ones<double>({8, 16}) * 0.1)),
        W2("W2", xt::eval(xt::ones<double>({16, 3})));
    Tape tape(keep);
    std::size_t after_ten = 0;
    for (int step = 1; step <= 10000; ++step) {
      tape.clear();
      const auto x = tape.constant(xt::ones<double>({32, 8}));
      const auto p = log_softmax(matmul(tanh(matmul(x, tape(W1))), tape(W2)));
      const auto labels = tape.indices(std::vector<std::int64_t>(32, step % 3));
      const auto cost = -mean(pick(p, labels));
      tape.backward(cost);
      if (step % 2) tape.backward(cost, Accumulate::add);
      tape.add_to_parameters();
      if (step % 7 == 0) {
        EXPECT_THROW(tape.backward(p), ShapeError);
        EXPECT_THROW(p + x, ShapeError);
      }
      if (step == 10) after_ten = tape.bytes();
    }
    EXPECT_EQ(tape.bytes(), after_ten);
    EXPECT_LT(after_ten, std::size_t(1) << 20);
  }
}

TEST(Memory, RepeatedBackwardOnOneGraphDoesNotGrow) {
  Tape tape;
  const auto x = tape.input(xt::ones<double>({50, 50}));
  const auto y = sum(softmax(matmul(x, x)) * x);
  tape.backward(y);
  const std::size_t bytes = tape.bytes();
  for (int i = 0; i < 100; ++i) tape.backward(y, i % 2 ? Accumulate::add : Accumulate::replace);
  EXPECT_LE(tape.bytes(), 2 * bytes);
  const std::size_t later = tape.bytes();
  for (int i = 0; i < 100; ++i) tape.backward(y, i % 2 ? Accumulate::add : Accumulate::replace);
  EXPECT_EQ(tape.bytes(), later);
}

// The blocks that nodes point to are taken over: tapes that come and go ask for their own memory.
TEST(Memory, TapesThatComeAndGoLeaveNothing) {
  Node<> keep;
  const auto once = [&keep] {
    Tape<> tape;
    keep = tape.input(1.0);
  };
  for (int i = 0; i < 100; ++i) once();
  const std::size_t before = allocations();
  once();
  const std::size_t one = allocations() - before;
  for (int i = 0; i < 1000; ++i) once();
  EXPECT_EQ(allocations() - before, 1001 * one);
}

}  // namespace
}  // namespace glassgrad
