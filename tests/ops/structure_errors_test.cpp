// What the ops on structure say to inputs that do not fit: the exact text, and a tape left as it
// was.
#include <gtest/gtest.h>

#include "glassgrad/engine/calculus.hpp"
#include "glassgrad/ops/ops.hpp"
#include "support/mistakes.hpp"

namespace glassgrad {
namespace {

using N = Node<double>;
using T = Tape<double>;

template <class... X>
std::vector<N> list(const X&... x) {
  return {x...};
}
std::span<const N> all(const std::vector<N>& nodes) { return nodes; }

const Mistake mistakes[] = {
    {"windows_size", [](T&, const N& x, const N&) { unfold(x, 1, 0); }, "[unfold] size is 0, outside 1 to 3. Use one in that range."},
    {"windows_too_large", [](T&, const N& x, const N&) { unfold(x, 1, 2, 1, 3); }, "[unfold] dilation is 3, outside 1 to 2. Use one in that range."},
    {"windows_axis", [](T&, const N& x, const N&) { unfold(x, 2, 1); }, "[unfold] axis 2 is out of range for an array of 2 axes. Axes here go from -2 to 1."},
    {"windows_from_the_back", [](T&, const N& x, const N&) { apply(Windows{-1, {2}}, x); },
     "[windows] axis -1 is counted from the back. Count it from the front here."},
    {"cumsum_from_the_back", [](T&, const N& x, const N&) { apply(Cumsum{-1}, x); },
     "[cumsum] axis -1 is counted from the back. Count it from the front here."},
    {"take_along_from_the_back",
     [](T& tape, const N&, const N& v) { apply(TakeAlong{-1}, v, tape.indices({0}).record()); },
     "[take_along] axis -1 is counted from the back. Count it from the front here."},
    {"fold_length", [](T&, const N& x, const N&) { fold(x, 0, 3); }, "[fold] 2 windows of 3 entries (axis 0, size 3) do not fit into 3. Give the length of the axis they were taken from."},
    {"windows_step", [](T&, const N& x, const N&) { apply(Windows{0, {1, 0, 1}, {1}}, x); },
     "[windows] a window's size is 1, its step 0, its dilation 1. Each must be at least 1."},
    {"windows_next_size", [](T&, const N& x, const N&) { apply(Windows{0, {}, {-1}}, x); },
     "[windows] a window's size is -1, its step 1, its dilation 1. Each must be at least 1."},
    {"windows_next_axis", [](T&, const N&, const N& v) { apply(Windows{0, {}, {1}}, v); },
     "[windows] axis 1 is out of range for an array of 1 axis. Axes here go from -1 to 0."},
    {"windows_next_too_large", [](T&, const N& x, const N&) { apply(Windows{0, {2}, {2, 1, 3}}, x); },
     "[windows] a window spans 4 entries, axis 1 of (2, 3) has 3. Use a smaller window or pad first."},
    {"add_windows", [](T& tape, const N&, const N&) { apply(AddWindows{{0, {2}, {2}}, 2, 3}, tape.zeros({2, 2, 2, 2})); },
     "[add_windows] 2 x 2 windows of 2 x 2 entries (axes 0, 1, size 2 x 2) do not fit into 2 x 3. Give the lengths of the axes they were taken from."},
    {"add_windows_axes", [](T&, const N&, const N& v) { apply(AddWindows{{0, {4}}, 4}, v); },
     "[add_windows] x is (4). Give windows: at least 2 axes."},
    {"conv2d_step", [](T& tape, const N&, const N&) { apply(Convolve{{{1, 0, 1, 0}, {}}}, tape.zeros({1, 2, 2}), tape.zeros({1, 1, 1})); },
     "[conv2d] a window's size is 1, stride 0, dilation 1, padding 0. Give at least 1, the padding at least 0."},
    {"conv2d_axes", [](T& tape, const N& x, const N&) { apply(Convolve{}, x, tape.zeros({1, 1, 1})); },
     "[conv2d] images and weights are (2, 3) and (1, 1, 1). Each has three axes or more."},
    {"conv2d_channels", [](T& tape, const N&, const N&) { apply(Convolve{}, tape.zeros({2, 2, 2}), tape.zeros({1, 3, 1})); },
     "[conv2d] channels of images and weights differ: (2, 2, 2) and (1, 3, 1). Axis -3 of the first is axis -2 of the second."},
    {"conv2d_weights", [](T& tape, const N&, const N&) { apply(Convolve{{{2}, {3}}}, tape.zeros({2, 4, 4}), tape.zeros({1, 2, 4})); },
     "[conv2d] the weights are (1, 2, 4), a window is 2 x 3. Give (..., outputs, channels, rows * columns)."},
    {"conv2d_groups", [](T& tape, const N&, const N&) { apply(Convolve{}, tape.zeros({2, 2, 2, 2}), tape.zeros({3, 1, 2, 1})); },
     "[conv2d] shapes do not broadcast: a is (2), b is (3); 2 meets 3 on axis -1. Sizes counted from the last axis must be equal, or one of them 1."},
    {"conv2d_input_outputs", [](T& tape, const N&, const N&) { apply(ConvolveInput{{}, 2, 2}, tape.zeros({3, 1, 1}), tape.zeros({2, 2, 2})); },
     "[conv2d_input] outputs of weights and results differ: (3, 1, 1) and (2, 2, 2). Axis -3 of the first is axis -3 of the second."},
    {"conv2d_input_size", [](T& tape, const N&, const N&) { apply(ConvolveInput{{}, 2, -1}, tape.zeros({3, 1, 1}), tape.zeros({3, 2, 2})); },
     "[conv2d_input] an image of 2 x -1. Give sizes of at least 0."},
    {"conv2d_input_results", [](T& tape, const N&, const N&) { apply(ConvolveInput{{{2}, {2}}, 4, 4}, tape.zeros({3, 1, 4}), tape.zeros({3, 2, 3})); },
     "[conv2d_input] images of 4 x 4 give 3 x 3 results, here are 2 x 3. Give the size of the images that were convolved."},
    {"conv2d_weights_results", [](T& tape, const N&, const N&) { apply(ConvolveWeights{}, tape.zeros({1, 2, 2}), tape.zeros({3, 2, 1})); },
     "[conv2d_weights] images of 2 x 2 give 2 x 2 results, here are 2 x 1. Give the size of the images that were convolved."},
    {"triangle_vector", [](T&, const N&, const N& v) { triu(v); }, "[triu] (4) has no matrices. Give an array of at least two axes."},
    {"squeeze_axis", [](T&, const N& x, const N&) { squeeze(x, 2); }, "[squeeze] axis 2 is out of range for an array of 2 axes. Axes here go from -2 to 1."},
    {"unsqueeze_axis", [](T&, const N& x, const N&) { unsqueeze(x, 4); }, "[unsqueeze] axis 4 is out of range for an array of 3 axes. Axes here go from -3 to 2."},
    {"flatten_order", [](T&, const N& x, const N&) { flatten(x, 1, 0); }, "[flatten] axis 1 comes after axis 0. Give the first axis first."},
    {"swapaxes_axis", [](T&, const N& x, const N&) { swapaxes(x, 0, 2); }, "[swapaxes] axis 2 is out of range for an array of 2 axes. Axes here go from -2 to 1."},
    {"movedim_count", [](T&, const N& x, const N&) { movedim(x, {0, 1}, 0); }, "[movedim] 2 axes go to 1 places. Give one place for each axis."},
    {"movedim_twice", [](T&, const N& x, const N&) { movedim(x, {0, 0}, {0, 1}); }, "[movedim] axis 0 is given twice. Name each axis once."},
    {"expand_new", [](T&, const N& x, const N&) { expand(x, {-1, 2, 3}); }, "[expand] axis 0 is new and its size is -1. Give the size of a new axis."},
    {"expand_size", [](T&, const N& x, const N&) { expand(x, {4, 3}); }, "[expand] (2, 3) does not broadcast to (4, 3). Sizes counted from the last axis must be equal to the target's, or 1."},
    {"narrow", [](T&, const N& x, const N&) { narrow(x, 1, 2, 2); }, "[narrow] length is 2, outside 0 to 1. Use one in that range."},
    {"select", [](T&, const N& x, const N&) { select(x, 0, -3); }, "[select] position is -3, outside -2 to 1. Use one in that range."},
    {"split_sizes", [](T&, const N& x, const N&) { split(x, std::array<std::int64_t, 2>{1, 1}, 1); }, "[split] the sizes sum to 2, the axis has 3. Give sizes from 0 on that sum to the axis."},
    {"split_size", [](T&, const N& x, const N&) { split(x, 0); }, "[split] the size is 0. Give at least 1."},
    {"chunk", [](T&, const N& x, const N&) { chunk(x, 0); }, "[chunk] the number of chunks is 0. Give at least 1."},
    {"unbind_axis", [](T&, const N& x, const N&) { unbind(x, 2); }, "[unbind] axis 2 is out of range for an array of 2 axes. Axes here go from -2 to 1."},
    {"hstack_sizes", [](T&, const N& x, const N& v) { hstack(all(list(x, v))); }, "[hstack] array 0 is (2, 3), array 1 is (4). All sizes but that of axis 1 must be equal."},
    {"vstack_nothing", [](T&, const N&, const N&) { vstack(std::span<const N>()); }, "[vstack] no arrays are given. Give at least one."},
    {"dstack_sizes", [](T&, const N& x, const N& v) { dstack(all(list(x, v))); }, "[dstack] array 0 is (2, 3, 1), array 1 is (1, 4, 1). All sizes but that of axis 2 must be equal."},
    {"block_diag", [](T& tape, const N&, const N&) { block_diag(all(list(tape.zeros({1, 1, 1})))); }, "[block_diag] (1, 1, 1) is no matrix. Give matrices."},
    {"meshgrid", [](T&, const N& x, const N&) { meshgrid(all(list(x))); }, "[meshgrid] (2, 3) is no vector. Give vectors or numbers."},
    {"flip_axis", [](T&, const N& x, const N&) { flip(x, 2); }, "[flip] axis 2 is out of range for an array of 2 axes. Axes here go from -2 to 1."},
    {"rot90_axes", [](T&, const N& x, const N&) { rot90(x, 1, 0, 0); }, "[rot90] axis 0 is given twice. Name each axis once."},
    {"roll_axis", [](T&, const N& x, const N&) { roll(x, 1, 2); }, "[roll] axis 2 is out of range for an array of 2 axes. Axes here go from -2 to 1."},
    {"repeat_times", [](T&, const N& x, const N&) { repeat(x, -1, 0); }, "[repeat] times is -1. Give at least 0."},
    {"pad_reflect", [](T&, const N& x, const N&) { pad(x, Margin{1, 3, 0}, Padding::reflect); }, "[pad] a margin of 3 is too wide for 3 entries. Reflect at most all entries but the edge."},
    {"pad_circular", [](T&, const N& x, const N&) { pad(x, Margin{0, 0, 3}, Padding::circular); }, "[pad] a margin of 3 is too wide for 2 entries. Go round at most once."},
    {"pad_replicate", [](T& tape, const N&, const N&) { pad(tape.zeros({0}), Margin{0, 1, 0}, Padding::replicate); }, "[pad] a margin of 1 is too wide for 0 entries. There is no edge to repeat."},
    {"pad_cut", [](T&, const N& x, const N&) { pad(x, Margin{0, -2, -1}); }, "[pad] cutting off 2 and 1 entries leaves nothing of 2. Cut off at most what is there."},
    {"diagonal_axes", [](T&, const N& x, const N&) { diagonal(x, 0, 1, 1); }, "[diagonal] axis 1 is given twice. Name each axis once."},
    {"diagonal_vector", [](T&, const N&, const N& v) { diagonal(v); }, "[diagonal] axis -2 is out of range for an array of 1 axis. Axes here go from -1 to 0."},
    {"diag_embed_number", [](T& tape, const N&, const N&) { diag_embed(tape.constant(1)); }, "[diag_embed] a single number is no diagonal. Give at least one axis."},
    {"diag_rank", [](T& tape, const N&, const N&) { diag(tape.zeros({1, 1, 1})); }, "[diag] (1, 1, 1) is neither a vector nor a matrix. Use diagonal or diag_embed for batches."},

    {"dot_rank", [](T&, const N& x, const N& v) { dot(x, v); }, "[dot] a is (2, 3), 1 axis is wanted. Reshape it to 1 axis."},
    {"dot_sizes", [](T& tape, const N&, const N& v) { dot(v, tape.zeros({3})); }, "[dot] inner sizes differ: a is (4), b is (3). a.shape[0] must equal b.shape[0]."},
    {"vdot", [](T&, const N& x, const N& v) { vdot(x, v); }, "[vdot] a is (2, 3), b is (4). Give equal shapes."},
    {"inner", [](T&, const N& x, const N& v) { inner(x, v); }, "[inner] axis 1 of (2, 3) meets axis 0 of (4). Axes that are summed over together have one size."},
    {"outer", [](T&, const N& x, const N& v) { outer(x, v); }, "[outer] a is (2, 3), 1 axis is wanted. Reshape it to 1 axis."},
    {"cross", [](T&, const N&, const N& v) { cross(v, v); }, "[cross] a is (4), b is (4), axis -1 is not 3 in both. Give vectors of three numbers along that axis."},
    {"tensordot_sizes", [](T&, const N& x, const N&) { tensordot(x, x, 0, 1); }, "[tensordot] axis 0 of (2, 3) meets axis 1 of (2, 3). Axes that are summed over together have one size."},
    {"tensordot_pairs", [](T&, const N& x, const N&) { tensordot(x, x, {0, 1}, 1); }, "[tensordot] 2 axes of a, 1 of b. Name the axes of both in pairs."},
    {"tensordot_count", [](T&, const N& x, const N& v) { tensordot(x, v, 2); }, "[tensordot] the number of axes is 2, outside 0 to 1. Use one in that range."},
    {"einsum_arrays", [](T&, const N& x, const N&) { einsum("ij,jk", {x}); }, "[einsum] \"ij,jk\" names 2 arrays, 1 are given. Separate the letters of each array by a comma."},
    {"einsum_axes", [](T&, const N& x, const N&) { einsum("ijk->i", {x}); }, "[einsum] \"ijk\" does not name the axes of (2, 3). Give one letter for each axis, or three dots."},
    {"einsum_sizes", [](T&, const N& x, const N& v) { einsum("ij,j->i", {x, v}); }, "[einsum] letter j is 3 and 4. A letter stands for one size, or 1."},
    {"einsum_diagonal", [](T&, const N& x, const N&) { einsum("ii", {x}); }, "[einsum] letter i is 2 and 3. A letter stands for one size, or 1."},
    {"einsum_letter", [](T&, const N& x, const N&) { einsum("ij->ik", {x}); }, "[einsum] letter k of the result is in no array. Name each letter of the result once."},
    {"einsum_twice", [](T&, const N& x, const N&) { einsum("ij->ii", {x}); }, "[einsum] letter i of the result is there twice. Name each letter of the result once."},
    {"einsum_bytes", [](T&, const N& x, const N&) { einsum("i\x1b[31m\xc3->i", {x}); }, "[einsum] \"i\\x1b[31m\\xc3\" has '\\x1b'. Use letters, commas, ... and one ->."},
    {"einsum_sign", [](T&, const N& x, const N&) { einsum("i;j->i", {x}); }, "[einsum] \"i;j\" has ';'. Use letters, commas, ... and one ->."},
    {"mv", [](T&, const N& x, const N&) { mv(x, x); }, "[mv] x is (2, 3), 1 axis is wanted. Reshape it to 1 axis."},
    {"bmm_rank", [](T&, const N& x, const N&) { bmm(x, x); }, "[bmm] a is (2, 3), 3 axes are wanted. Reshape it to 3 axes."},
    {"bmm_batch", [](T& tape, const N&, const N&) { bmm(tape.zeros({2, 1, 1}), tape.zeros({3, 1, 1})); }, "[bmm] a has 2 matrices, b has 3. Give one matrix of b for each of a."},
    {"addmm", [](T& tape, const N& x, const N& v) { addmm(v, x, tape.zeros({3, 5})); }, "[addmm] x is (4), the product is (2, 5). x must broadcast to the product's shape."},
    {"linear", [](T&, const N& x, const N& v) { linear(x, v); }, "[linear] weight is (4), 2 axes are wanted. Reshape it to 2 axes."},
    {"bilinear", [](T&, const N& x, const N&) { bilinear(x, x, x); }, "[bilinear] weight is (2, 3), 3 axes are wanted. Reshape it to 3 axes."},
    {"multi_dot_one", [](T&, const N& x, const N&) { multi_dot(all(list(x))); }, "[multi_dot] 1 matrices. Give at least two."},
    {"multi_dot_rank", [](T&, const N& x, const N& v) { multi_dot(all(list(x, v, x))); }, "[multi_dot] an operand is (4), 2 axes are wanted. Reshape it to 2 axes."},

    {"gather_axis", [](T& tape, const N& x, const N&) { gather(x, 2, tape.indices({0})); }, "[gather] axis 2 is out of range for an array of 2 axes. Axes here go from -2 to 1."},
    {"gather_shape", [](T& tape, const N& x, const N&) { gather(x, 1, tape.indices({0})); }, "[gather] x is (2, 3), the positions are (1). Along every axis but 1 there are at most as many positions as entries."},
    {"gather_position", [](T& tape, const N&, const N& v) { gather(v, 0, tape.indices({0, 4})); }, "[gather] position 4 (number 1) is out of range. Positions here go from 0 to 3."},
    {"add_along_shape", [](T& tape, const N&, const N& v) { apply(AddAlong{0, {5}}, v, tape.indices({0}).record()); }, "[add_along] x is (4), the positions are (1). Give one position for each number."},
    {"take_along_axis", [](T& tape, const N& x, const N&) { take_along_axis(x, tape.indices({0}), 0); }, "[take_along_axis] x is (2, 3), the positions are (1). Give as many axes of positions as x has."},
    {"take", [](T& tape, const N& x, const N&) { take(x, tape.indices({6})); }, "[take] position 6 (number 0) is out of range. Positions here go from 0 to 5."},
    {"index_select", [](T& tape, const N& x, const N&) { index_select(x, 1, tape.indices({3})); }, "[index_select] position 3 (number 0) is out of range. Positions here go from 0 to 2."},
    {"scatter_twice", [](T& tape, const N&, const N& v) { scatter(v, 0, tape.indices({1, 1}), v); }, "[scatter] two entries are put at place 1 of the array. Name each place once, or add instead."},
    {"scatter_source", [](T& tape, const N& x, const N& v) { scatter(v, 0, tape.indices({1, 2}), x); }, "[scatter] the source is (2, 3), the positions are (2). Give one number for each position."},
    {"scatter_add_position", [](T& tape, const N&, const N& v) { scatter_add(v, 0, tape.indices({-1}), v); }, "[scatter_add] position -1 (number 0) is out of range. Positions here go from 0 to 3."},
    {"scatter_reduce_axis", [](T& tape, const N&, const N& v) { scatter_reduce(v, 1, tape.indices({1}), v, Reduced::sum); }, "[scatter_reduce] axis 1 is out of range for an array of 1 axis. Axes here go from -1 to 0."},
    {"index_add", [](T& tape, const N& x, const N& v) { index_add(x, 0, tape.indices({1}), v); }, "[index_add] x is (2, 3), the positions are (1), the source is (4). Give a vector of positions and, along axis 0, one slice of the source for each."},
    {"index_copy_twice", [](T& tape, const N& x, const N&) { index_copy(x, 0, tape.indices({1, 1}), x); }, "[index_copy] two entries are put at place 1 of the array. Name each place once, or add instead."},
    {"index_fill", [](T& tape, const N& x, const N&) { index_fill(x, 0, tape.indices({2}), 1); }, "[index_fill] position 2 (number 0) is out of range. Positions here go from 0 to 1."},
    {"index_put_shapes", [](T& tape, const N& x, const N& v) { index_put(x, std::span<const Indices<double>>(std::array{tape.indices({1}), tape.indices({1, 2})}), v); }, "[index_put] positions 0 are (1), positions 1 are (2). Give them one shape."},
    {"index_put_values", [](T& tape, const N& x, const N& v) { index_put(x, std::span<const Indices<double>>(std::array{tape.indices({1})}), v); }, "[index_put] the values are (4), the places (1, 3). Give values that broadcast to the places."},
    {"index_put_twice", [](T& tape, const N& x, const N& v) { index_put(x, std::span<const Indices<double>>(std::array{tape.indices({1, 1})}), select(v, 0, 0)); }, "[index_put] two entries are put at place 1 of the array. Name each place once, or add instead."},
    {"index_get_many", [](T& tape, const N&, const N& v) { index_get(v, std::span<const Indices<double>>(std::array{tape.indices({1}), tape.indices({1})})); }, "[index_get] 2 arrays of positions for (4). Give one for each of the first axes."},
    {"masked_fill", [](T&, const N& x, const N& v) { masked_fill(x, x, v); }, "[masked_fill] the value is (4). Give a single number."},
    {"masked_select", [](T&, const N& x, const N& v) { masked_select(x, v); }, "[masked_select] shapes do not broadcast: a is (2, 3), b is (4); 3 meets 4 on axis -1. Sizes counted from the last axis must be equal, or one of them 1."},
    {"masked_scatter", [](T&, const N& x, const N& v) { masked_scatter(x, x, v); }, "[masked_scatter] 6 places are chosen, the source is (4). Give at least as many numbers."},
    {"one_hot", [](T& tape, const N&, const N&) { one_hot(tape.indices({3}), 3); }, "[one_hot] position 3 (number 0) is out of range. Positions here go from 0 to 2."},
    {"embedding_table", [](T& tape, const N&, const N& v) { embedding(v, tape.indices({0})); }, "[embedding] the table is (4). Give a matrix of rows."},
    {"embedding_padding", [](T& tape, const N& x, const N&) { embedding(x, tape.indices({0}), 2); }, "[embedding] the padding row is 2, outside -1 to 1. Use one in that range."},
    {"argsort_axis", [](T&, const N& x, const N&) { argsort(x, 2); }, "[argsort] axis 2 is out of range for an array of 2 axes. Axes here go from -2 to 1."},
    {"argmax_nothing", [](T& tape, const N&, const N&) { argmax(tape.zeros({0}), 0); }, "[argmax] axis 0 of (0) has size 0. Nothing has no argmax; give at least one number."},
    {"topk", [](T&, const N&, const N& v) { topk(v, 5); }, "[topk] k is 5, outside 0 to 4. Use one in that range."},
    {"kthvalue", [](T&, const N&, const N& v) { kthvalue(v, 0); }, "[kthvalue] k is 0, outside 1 to 4. Use one in that range."},

    {"cumsum_axis", [](T&, const N& x, const N&) { cumsum(x, 2); }, "[cumsum] axis 2 is out of range for an array of 2 axes. Axes here go from -2 to 1."},
    {"cumprod_axis", [](T&, const N& x, const N&) { cumprod(x, 2); }, "[cumprod] axis 2 is out of range for an array of 2 axes. Axes here go from -2 to 1."},
    {"logcumsumexp_axis", [](T&, const N& x, const N&) { logcumsumexp(x, -3); }, "[logcumsumexp] axis -3 is out of range for an array of 2 axes. Axes here go from -2 to 1."},
    {"cummax_axis", [](T&, const N& x, const N&) { cummax(x, 2); }, "[cummax] axis 2 is out of range for an array of 2 axes. Axes here go from -2 to 1."},
    {"diff_n", [](T&, const N& x, const N&) { diff(x, -1); }, "[diff] n is -1. Give at least 0."},
    {"trapezoid", [](T&, const N& x, const N& v) { trapezoid(x, v); }, "[trapezoid] y is (2, 3), x is (4). Give one x for each entry of axis 1."},
    {"cumulative_trapezoid", [](T&, const N& x, const N&) { cumulative_trapezoid(x, 1, 3); }, "[cumulative_trapezoid] axis 3 is out of range for an array of 2 axes. Axes here go from -2 to 1."},
};

class StructureErrorsTest : public testing::TestWithParam<Mistake> {};
INSTANTIATE_TEST_SUITE_P(Ops, StructureErrorsTest, testing::ValuesIn(mistakes),
                         [](const auto& each) { return each.param.name; });

TEST_P(StructureErrorsTest, SayWhatIsWrongAndWhatToDo) { expect_mistake<Error>(GetParam()); }

}  // namespace
}  // namespace glassgrad
