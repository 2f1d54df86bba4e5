// The table's lines for linear algebra, convolution, pooling and normalisation.
#pragma once

#include "cases/torch_table.hpp"

namespace glassgrad::cases {

inline MatrixNorm matrix_norm_of(const Json& order) {
  if (order.is_null() || order == "fro") return MatrixNorm::frobenius;
  if (order == "nuc") return MatrixNorm::nuclear;
  const double which = number(order);
  return which == 2    ? MatrixNorm::spectral
         : which == -2 ? MatrixNorm::least
         : which == 1  ? MatrixNorm::columns
         : which == -1 ? MatrixNorm::least_column
         : which > 0   ? MatrixNorm::rows
                       : MatrixNorm::least_row;
}
inline void add_linear_algebra(TorchTable& t) {
  t["linalg_cholesky"] = one([](Call& c) { return cholesky(c.x(), c.flag(0, "upper", false)); });
  t["linalg_det"] = t["linalg_det__singular"] = one([](Call& c) { return det(c.x()); });
  t["linalg_inv"] = one([](Call& c) { return inverse(c.x()); });
  t["linalg_solve"] = one([](Call& c) { return solve(c.x(), c.arg(0, "B")); });
  t["linalg_slogdet"] = [](Call& c) {
    const auto y = slogdet(c.x());
    return std::vector<N>{y.sign, y.log};
  };
  t["norm__nuc"] = one([](Call& c) { return matrix_norm(c.x(), MatrixNorm::nuclear); });
  t["linalg_matrix_norm"] = one([](Call& c) {
    const Json* order = c.find(0, "ord");
    const auto axes = c.has(1, "dim") ? c.integers(1, "dim") : std::vector<std::int64_t>{-2, -1};
    const Axes from{int(axes[0]), int(axes[1])};
    const N y = matrix_norm(movedim(c.x(), from, {-2, -1}),
                            order ? matrix_norm_of(*order) : MatrixNorm::frobenius,
                            c.flag(2, "keepdim", false));
    return c.flag(2, "keepdim", false) ? movedim(y, {-2, -1}, from) : y;
  });
}

inline Pair pair_of(const Json* json, std::int64_t otherwise) {
  if (!json) return otherwise;
  if (json->is_number()) return json->get<std::int64_t>();
  const auto both = json->get<std::vector<std::int64_t>>();
  return {both.front(), both.back()};
}
inline Sliding sliding_of(Call& c, const N& w) {
  Sliding s;
  s.stride = pair_of(c.find(2, "stride"), 1);
  s.dilation = pair_of(c.find(4, "dilation"), 1);
  s.groups = c.integer(5, "groups", 1);
  const Json* padding = c.find(3, "padding");
  if (!padding || !padding->is_string())
    s.padding = pair_of(padding, 0);
  else if (*padding == "same")  // an odd one more at the end is added by hand below
    s.padding = {(w.shape().from_end(2) - 1) * s.dilation.rows / 2,
                 (w.shape().from_end(1) - 1) * s.dilation.columns / 2};
  return s;
}
// "same" of an even number of entries pads one more at the end.
inline N same(Call& c, const N& x, const N& w, int spatial) {
  const Json* padding = c.find(3, "padding");
  if (!padding || !padding->is_string() || *padding != "same") return x;
  const Pair dilation = pair_of(c.find(4, "dilation"), 1);
  N y = x;
  for (int i = 1; i <= spatial; ++i) {
    const std::int64_t apart = i == 1 ? dilation.columns : dilation.rows;
    if ((w.shape().from_end(i) - 1) * apart % 2) y = pad(y, Margin{-i, 0, 1});
  }
  return y;
}
template <N (*convolve)(const N&, const N&, const Sliding&), int spatial>
N convolution(Call& c) {
  const N w = c.arg(0, "weight"), x = same(c, c.x(), w, spatial);
  const N y = convolve(x, w, sliding_of(c, w));
  return c.has(1, "bias") ? y + per_channel(c.arg(1, "bias"), y, spatial) : y;
}
inline Pooling pooling_of(Call& c, bool average) {
  Pooling p;
  p.stride = pair_of(c.find(1, "stride"), 0);
  p.padding = pair_of(c.find(2, "padding"), 0);
  if (!average) p.dilation = pair_of(c.find(3, "dilation"), 1);
  p.ceil = c.flag(average ? 3 : 9, "ceil_mode", false);
  p.count_padding = average ? c.flag(4, "count_include_pad", true) : true;
  if (average) p.divisor = c.real(5, "divisor_override", 0);
  return p;
}
inline void add_layers(TorchTable& t) {
  t["F_conv1d"] = one(&convolution<&conv1d<double>, 1>);
  t["F_conv2d"] = one(&convolution<&conv2d<double>, 2>);
  t["F_max_pool1d"] = one([](Call& c) {
    return max_pool1d(c.x(), pair_of(c.find(0, "kernel_size"), 1).columns, pooling_of(c, false));
  });
  t["F_max_pool2d"] = one([](Call& c) {
    return max_pool2d(c.x(), pair_of(c.find(0, "kernel_size"), 1), pooling_of(c, false));
  });
  t["F_avg_pool1d"] = one([](Call& c) {
    return avg_pool1d(c.x(), pair_of(c.find(0, "kernel_size"), 1).columns, pooling_of(c, true));
  });
  t["F_avg_pool2d"] = one([](Call& c) {
    return avg_pool2d(c.x(), pair_of(c.find(0, "kernel_size"), 1), pooling_of(c, true));
  });
  t["F_layer_norm"] = one([](Call& c) {
    const N y =
        layer_norm(c.x(), int(c.integers(0, "normalized_shape").size()), c.real(3, "eps", 1e-5));
    const N scaled = c.has(1, "weight") ? y * c.arg(1, "weight") : y;
    return c.has(2, "bias") ? scaled + c.arg(2, "bias") : scaled;
  });
  const auto affine = [](Call& c, const N& y, std::size_t weight, std::size_t bias) {
    const int spatial = y.shape().rank() - 2;
    const N scaled =
        c.has(weight, "weight") ? y * per_channel(c.arg(weight, "weight"), y, spatial) : y;
    return c.has(bias, "bias") ? scaled + per_channel(c.arg(bias, "bias"), y, spatial) : scaled;
  };
  t["F_group_norm"] = [affine](Call& c) {
    return std::vector<N>{
        affine(c, group_norm(c.x(), c.integer(0, "num_groups", 1), c.real(3, "eps", 1e-5)), 1, 2)};
  };
  t["F_instance_norm"] = [affine](Call& c) {
    c.take_as_given(0, "running_mean"), c.take_as_given(1, "running_var");
    return std::vector<N>{affine(c, instance_norm(c.x(), c.real(6, "eps", 1e-5)), 2, 3)};
  };
  t["F_batch_norm"] = t["F_batch_norm__without_cudnn"] = [affine](Call& c) {
    c.take_as_given(0, "running_mean"), c.take_as_given(1, "running_var");
    if (c.x().shape().rank() < 2) throw Skip{"no channels"};
    const double eps = c.real(9, "eps", 1e-5);
    return std::vector<N>{affine(c,
                                 c.flag(4, "training", false)
                                     ? batch_norm(c.x(), eps)
                                     : batch_norm(c.x(), c.arg(0), c.arg(1), eps),
                                 2, 3)};
  };
}

}  // namespace glassgrad::cases
