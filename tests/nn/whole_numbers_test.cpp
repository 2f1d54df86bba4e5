// Every public function, constructor and option that is given a whole number takes each of their
// types and refuses a floating number: a list of callables, looked at by the compiler. What is new
// in a public header and takes an int belongs here.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "glassgrad/glassgrad.hpp"
#include "glassgrad/show/picture/chart.hpp"

namespace glassgrad {
namespace {

enum Unscoped { none, one, two };
enum class Scoped { none, one, two };
using Constant = std::integral_constant<int, 2>;

struct Given {
  Tape<> tape;
  Node<> x;
  Indices<> at;
  Random random;
  Matrix matrix;
  Dataset data;
  std::vector<std::int64_t> labels;
};
template <class F>
struct Call {
  std::string_view text;
  F f;
  constexpr Call(const char* written, F function) : text(written), f(function) {}
};
#define GLASSGRAD_CALL(...) \
  Call(#__VA_ARGS__,        \
       []([[maybe_unused]] auto n, [[maybe_unused]] Given& g) -> decltype(void(__VA_ARGS__)) {})
constexpr std::tuple callables{
    // shapes and arrays
    GLASSGRAD_CALL(Shape{n, 2}),
    GLASSGRAD_CALL(Shape()[n]),
    GLASSGRAD_CALL(Shape().from_end(n)),
    GLASSGRAD_CALL(Shape().push_back(n)),
    GLASSGRAD_CALL(Axes(n)),
    GLASSGRAD_CALL(Axes{0, n}),
    GLASSGRAD_CALL(sum(g.x, n)),
    GLASSGRAD_CALL(sum(g.x, {0, n})),
    GLASSGRAD_CALL(g.x.value()(n, 0)),
    GLASSGRAD_CALL(reshape(g.x, {n, 2})),
    GLASSGRAD_CALL(expand(g.x, {n, 2})),
    GLASSGRAD_CALL(permute(g.x, {n, 0})),
    GLASSGRAD_CALL(g.tape.zeros({n, 2})),
    GLASSGRAD_CALL(g.tape.indices({n})),
    GLASSGRAD_CALL(g.tape.set(g.x, n, 1.0)),
    GLASSGRAD_CALL(g.x.local(n)),
    GLASSGRAD_CALL(g.x.input(n)),
    // ops
    GLASSGRAD_CALL(slice(g.x, n, 0)),
    GLASSGRAD_CALL(slice(g.x, 0, n)),
    GLASSGRAD_CALL(slice(g.x, 0, 0, n)),
    GLASSGRAD_CALL(slice(g.x, 0, 0, 1, n)),
    GLASSGRAD_CALL(concat({g.x, g.x}, n)),
    GLASSGRAD_CALL(stack({g.x, g.x}, n)),
    GLASSGRAD_CALL(unfold(g.x, n, 1)),
    GLASSGRAD_CALL(unfold(g.x, 0, n)),
    GLASSGRAD_CALL(unfold(g.x, 0, 1, n)),
    GLASSGRAD_CALL(unfold(g.x, 0, 1, 1, n)),
    GLASSGRAD_CALL(fold(g.x, n, 1)),
    GLASSGRAD_CALL(fold(g.x, 0, n)),
    GLASSGRAD_CALL(fold(g.x, 0, 1, n)),
    GLASSGRAD_CALL(fold(g.x, 0, 1, 1, n)),
    GLASSGRAD_CALL(triu(g.x, n)),
    GLASSGRAD_CALL(tril(g.x, n)),
    GLASSGRAD_CALL(glu(g.x, n)),
    GLASSGRAD_CALL(polygamma(g.x, n)),
    GLASSGRAD_CALL(bessel_i(g.x, n)),
    GLASSGRAD_CALL(round(g.x, n)),
    GLASSGRAD_CALL(kth_smallest(g.x, n)),
    GLASSGRAD_CALL(gather(g.x, n, g.at)),
    GLASSGRAD_CALL(take_along_axis(g.x, g.at, n)),
    GLASSGRAD_CALL(index_select(g.x, n, g.at)),
    GLASSGRAD_CALL(scatter(g.x, n, g.at, g.x)),
    GLASSGRAD_CALL(scatter_add(g.x, n, g.at, g.x)),
    GLASSGRAD_CALL(scatter_reduce(g.x, n, g.at, g.x, Reduced::sum)),
    GLASSGRAD_CALL(index_add(g.x, n, g.at, g.x)),
    GLASSGRAD_CALL(index_copy(g.x, n, g.at, g.x)),
    GLASSGRAD_CALL(index_fill(g.x, n, g.at, 0.5)),
    GLASSGRAD_CALL(one_hot(g.at, n)),
    GLASSGRAD_CALL(embedding(g.x, g.at, n)),
    GLASSGRAD_CALL(argsort(g.x, n)),
    GLASSGRAD_CALL(argmax(g.x, n)),
    GLASSGRAD_CALL(argmin(g.x, n)),
    GLASSGRAD_CALL(sort(g.x, n)),
    GLASSGRAD_CALL(topk(g.x, n)),
    GLASSGRAD_CALL(topk(g.x, 1, n)),
    GLASSGRAD_CALL(kthvalue(g.x, n)),
    GLASSGRAD_CALL(kthvalue(g.x, 1, n)),
    GLASSGRAD_CALL(cumsum(g.x, n)),
    GLASSGRAD_CALL(cumprod(g.x, n)),
    GLASSGRAD_CALL(logcumsumexp(g.x, n)),
    GLASSGRAD_CALL(cummax(g.x, n)),
    GLASSGRAD_CALL(cummin(g.x, n)),
    GLASSGRAD_CALL(diff(g.x, n)),
    GLASSGRAD_CALL(diff(g.x, 1, n)),
    GLASSGRAD_CALL(trapezoid(g.x, 0.5, n)),
    GLASSGRAD_CALL(trapezoid(g.x, g.x, n)),
    GLASSGRAD_CALL(cumulative_trapezoid(g.x, 0.5, n)),
    GLASSGRAD_CALL(cumulative_trapezoid(g.x, g.x, n)),
    GLASSGRAD_CALL(unsqueeze(g.x, n)),
    GLASSGRAD_CALL(flatten(g.x, n)),
    GLASSGRAD_CALL(flatten(g.x, 0, n)),
    GLASSGRAD_CALL(swapaxes(g.x, n, 0)),
    GLASSGRAD_CALL(swapaxes(g.x, 0, n)),
    GLASSGRAD_CALL(movedim(g.x, n, 0)),
    GLASSGRAD_CALL(atleast_nd(g.x, n)),
    GLASSGRAD_CALL(narrow(g.x, n, 0, 1)),
    GLASSGRAD_CALL(narrow(g.x, 0, n, 1)),
    GLASSGRAD_CALL(narrow(g.x, 0, 0, n)),
    GLASSGRAD_CALL(select(g.x, n, 0)),
    GLASSGRAD_CALL(select(g.x, 0, n)),
    GLASSGRAD_CALL(split(g.x, n)),
    GLASSGRAD_CALL(split(g.x, 1, n)),
    GLASSGRAD_CALL(split(g.x, g.labels, n)),
    GLASSGRAD_CALL(chunk(g.x, n)),
    GLASSGRAD_CALL(chunk(g.x, 1, n)),
    GLASSGRAD_CALL(unbind(g.x, n)),
    GLASSGRAD_CALL(rot90(g.x, n)),
    GLASSGRAD_CALL(rot90(g.x, 1, n)),
    GLASSGRAD_CALL(rot90(g.x, 1, 0, n)),
    GLASSGRAD_CALL(roll(g.x, n)),
    GLASSGRAD_CALL(roll(g.x, 1, n)),
    GLASSGRAD_CALL(repeat(g.x, n, 0)),
    GLASSGRAD_CALL(repeat(g.x, 1, n)),
    GLASSGRAD_CALL(tile(g.x, {n, 2})),
    GLASSGRAD_CALL(diagonal(g.x, n)),
    GLASSGRAD_CALL(diagonal(g.x, 0, n, 1)),
    GLASSGRAD_CALL(diag_embed(g.x, n)),
    GLASSGRAD_CALL(diag_embed(g.x, 0, 0, n)),
    GLASSGRAD_CALL(diag(g.x, n)),
    GLASSGRAD_CALL(pad(g.x, Margin{n, 1, 1})),
    GLASSGRAD_CALL(pad(g.x, Margin{0, n, 1})),
    GLASSGRAD_CALL(pad(g.x, Margin{0, 1, n})),
    GLASSGRAD_CALL(cross(g.x, g.x, n)),
    GLASSGRAD_CALL(tensordot(g.x, g.x, n)),
    GLASSGRAD_CALL(matrix_power(g.x, n)),
    GLASSGRAD_CALL(layer_norm(g.x, n)),
    GLASSGRAD_CALL(group_norm(g.x, n)),
    GLASSGRAD_CALL(renorm(g.x, 2, n, 1)),
    GLASSGRAD_CALL(cosine_similarity(g.x, g.x, n)),
    GLASSGRAD_CALL(Pair(n)),
    GLASSGRAD_CALL(Pair(n, 1)),
    GLASSGRAD_CALL(Pair(1, n)),
    GLASSGRAD_CALL(Sliding{.stride = n}),
    GLASSGRAD_CALL(Sliding{.groups = n}),
    GLASSGRAD_CALL(Pooling{.stride = n}),
    GLASSGRAD_CALL(conv_transpose1d(g.x, g.x, {}, n)),
    GLASSGRAD_CALL(conv_transpose2d(g.x, g.x, {}, n)),
    GLASSGRAD_CALL(per_channel(g.x, g.x, n)),
    GLASSGRAD_CALL(max_pool1d(g.x, n)),
    GLASSGRAD_CALL(max_pool2d(g.x, n)),
    GLASSGRAD_CALL(avg_pool1d(g.x, n)),
    GLASSGRAD_CALL(avg_pool2d(g.x, n)),
    GLASSGRAD_CALL(adaptive_avg_pool1d(g.x, n)),
    GLASSGRAD_CALL(adaptive_avg_pool2d(g.x, n)),
    GLASSGRAD_CALL(adaptive_max_pool1d(g.x, n)),
    GLASSGRAD_CALL(adaptive_max_pool2d(g.x, n)),
    GLASSGRAD_CALL(dropout_mask(g.at, Shape{2}, 0.5, n)),
    // layers
    GLASSGRAD_CALL(Dense<>("a", n, 2, g.random)),
    GLASSGRAD_CALL(Dense<>("a", 2, n, g.random)),
    GLASSGRAD_CALL(Embedding<>("a", n, 2, g.random)),
    GLASSGRAD_CALL(Embedding<>("a", 2, n, g.random)),
    GLASSGRAD_CALL(LstmCell<>("a", n, 2, g.random)),
    GLASSGRAD_CALL(LstmCell<>("a", 2, n, g.random)),
    GLASSGRAD_CALL(Lstm<>("a", n, 2, g.random)),
    GLASSGRAD_CALL(Lstm<>("a", 2, n, g.random)),
    GLASSGRAD_CALL(LstmCell<>("a", 2, 2, g.random).start(g.tape, n)),
    GLASSGRAD_CALL(LayerNorm<>("a", n)),
    GLASSGRAD_CALL(BatchNorm<>("a", n)),
    GLASSGRAD_CALL(MultiHeadAttention<>("a", n, 2, g.random)),
    GLASSGRAD_CALL(MultiHeadAttention<>("a", 2, n, g.random)),
    GLASSGRAD_CALL(Conv2d<>("a", n, 2, 3, g.random)),
    GLASSGRAD_CALL(Conv2d<>("a", 2, n, 3, g.random)),
    GLASSGRAD_CALL(Conv2d<>("a", 2, 2, n, g.random)),
    GLASSGRAD_CALL(MaxPool2d<>(n)),
    GLASSGRAD_CALL(AvgPool2d<>(n)),
    GLASSGRAD_CALL(Architecture{.inputs = n}),
    GLASSGRAD_CALL(Fan{n, 1}),
    GLASSGRAD_CALL(Fan{1, n}),
    GLASSGRAD_CALL(Sequential<>().seek(n)),
    GLASSGRAD_CALL(ClassLoss{.ignore_index = n}),
    // optimizers
    GLASSGRAD_CALL(step_decay(0.1, n, 0.5)),
    GLASSGRAD_CALL(cosine_decay(0.1, n)),
    GLASSGRAD_CALL(warm_up(constant_rate(0.1), n)),
    GLASSGRAD_CALL(constant_rate(0.1)(n)),
    GLASSGRAD_CALL(StopOptions{.patience = n}),
    GLASSGRAD_CALL(LbfgsOptions{.memory = n}),
    GLASSGRAD_CALL(LbfgsOptions{.most_steps = n}),
    // data and random numbers
    GLASSGRAD_CALL(Matrix(n, 2)),
    GLASSGRAD_CALL(Matrix(2, n)),
    GLASSGRAD_CALL(g.matrix(n, 0)),
    GLASSGRAD_CALL(g.matrix(0, n)),
    GLASSGRAD_CALL(g.matrix.row(n)),
    GLASSGRAD_CALL(one_hot(g.labels, n)),
    GLASSGRAD_CALL(shuffled(g.data, n)),
    GLASSGRAD_CALL(split(g.data, 0.5, n)),
    GLASSGRAD_CALL(split_stratified(g.data, 0.5, n)),
    GLASSGRAD_CALL(Batches(n, 2, 2)),
    GLASSGRAD_CALL(Batches(2, n, 2)),
    GLASSGRAD_CALL(Batches(2, 2, n)),
    GLASSGRAD_CALL(Batches(2, 2, 2).rows(n, 0)),
    GLASSGRAD_CALL(Batches(2, 2, 2).rows(0, n)),
    GLASSGRAD_CALL(ConfusionMatrix(g.labels, g.labels, n)),
    GLASSGRAD_CALL(ConfusionMatrix(g.labels, g.labels, 2).count(n, 0)),
    GLASSGRAD_CALL(ConfusionMatrix(g.labels, g.labels, 2).count(0, n)),
    GLASSGRAD_CALL(ConfusionMatrix(g.labels, g.labels, 2).score(n)),
    GLASSGRAD_CALL(LabelOptions{.place = n}),
    GLASSGRAD_CALL(LabelOptions{.classes = n}),
    GLASSGRAD_CALL(Random(n)),
    GLASSGRAD_CALL(Random(1, n)),
    GLASSGRAD_CALL(g.random.below(n)),
    GLASSGRAD_CALL(g.random.permutation(n)),
    GLASSGRAD_CALL(set_threads(n)),
    // what is shown and checked
    GLASSGRAD_CALL(snapshot(g.x, n)),
    GLASSGRAD_CALL(SnapshotOptions{.limit = n}),
    GLASSGRAD_CALL(Fold::at_depth(n)),
    GLASSGRAD_CALL(RecorderOptions{.every = n}),
    GLASSGRAD_CALL(RecorderOptions{.samples = n}),
    GLASSGRAD_CALL(RecorderOptions{.replays = n}),
    GLASSGRAD_CALL(RecorderOptions{.bytes = n}),
    GLASSGRAD_CALL(RecorderOptions{.limit = n}),
    GLASSGRAD_CALL(Recorder().record(n, g.x)),
    GLASSGRAD_CALL(TraceOptions{.digits = n}),
    GLASSGRAD_CALL(TraceOptions{.decimals = n}),
    GLASSGRAD_CALL(TraceOptions{.limit = n}),
    GLASSGRAD_CALL(ChainOptions{.decimals = n}),
    GLASSGRAD_CALL(ChainOptions{.digits = n}),
    GLASSGRAD_CALL(ChainOptions{.paths = n}),
    GLASSGRAD_CALL(DotOptions{.digits = n}),
    GLASSGRAD_CALL(DotOptions{.limit = n}),
    GLASSGRAD_CALL(SvgOptions{.digits = n}),
    GLASSGRAD_CALL(SvgOptions{.boxes = n}),
    GLASSGRAD_CALL(SvgOptions{.wires = n}),
    GLASSGRAD_CALL(Chart{.columns = n}),
    GLASSGRAD_CALL(ChartLine{.tone = n}),
    GLASSGRAD_CALL(ChartGrid{.columns = n}),
    GLASSGRAD_CALL(Thresholds{.examples = n}),
    GLASSGRAD_CALL(CheckOptions{.full = n}),
    GLASSGRAD_CALL(CheckOptions{.directions = n}),
    GLASSGRAD_CALL(CheckOptions{.shown = n}),
    GLASSGRAD_CALL(CheckOptions{.seed = n}),
};
#undef GLASSGRAD_CALL
// Which of them take what they should not, or do not take what they should: the compiler has
// looked, the test only tells.
template <class Whole, bool should>
std::string wrong() {
  std::string all;
  const auto look = [&]<class F>(const Call<F>& call) {
    if (std::is_invocable_v<const F, Whole, Given&> != should) all.append(call.text).append("\n");
  };
  std::apply([&](const auto&... call) { (look(call), ...); }, callables);
  return all;
}
TEST(WholeNumbers, AreTakenInEveryType) {
  EXPECT_EQ((wrong<int, true>()), "");
  EXPECT_EQ((wrong<long, true>()), "");
  EXPECT_EQ((wrong<std::size_t, true>()), "");
  EXPECT_EQ((wrong<Unscoped, true>()), "");
  EXPECT_EQ((wrong<Constant, true>()), "");
}
TEST(WholeNumbers, AreNeitherFloatingNumbersNorCharactersNorTruth) {
  EXPECT_EQ((wrong<double, false>()), "");
  EXPECT_EQ((wrong<float, false>()), "");
  EXPECT_EQ((wrong<bool, false>()), "");
  EXPECT_EQ((wrong<char, false>()), "");
  EXPECT_EQ((wrong<Scoped, false>()), "");
}

}  // namespace
}  // namespace glassgrad
