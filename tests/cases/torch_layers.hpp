// The table's lines for linear algebra, convolution, pooling and normalisation.
#pragma once

#include "cases/torch_table.hpp"

namespace glassgrad::cases {

inline void add_linear_algebra(TorchTable& t) {
  t["linalg_cholesky"] =
      one("*, upper=False", [](Call& c) { return cholesky(c.x(), c.flag("upper")); });
  t["linalg_det"] = t["linalg_det__singular"] = unary([](const N& x) { return det(x); });
  t["linalg_inv"] = unary([](const N& x) { return inverse(x); });
  t["linalg_solve"] = one("B, *, left=True", [](Call& c) { return solve(c.x(), c.arg("B")); });
  t["linalg_slogdet"] = {"", [](Call& c) {
                           const auto y = slogdet(c.x());
                           return std::vector<N>{y.sign, y.log};
                         }};
}

inline Pair pair_of(const Json* json, std::int64_t otherwise) {
  if (!json) return otherwise;
  if (json->is_number()) return json->get<std::int64_t>();
  const auto both = json->get<std::vector<std::int64_t>>();
  if (both.empty()) return otherwise;
  return {both.front(), both.back()};
}
inline Sliding sliding_of(Call& c, const N& w) {
  Sliding s;
  s.stride = pair_of(c.find("stride"), 1);
  s.dilation = pair_of(c.find("dilation"), 1);
  s.groups = c.integer("groups");
  const Json* padding = c.find("padding");
  if (!padding || !padding->is_string())
    s.padding = pair_of(padding, 0);
  else if (*padding == "same")  // an odd one more at the end is added by hand below
    s.padding = {(w.shape().from_end(2) - 1) * s.dilation.rows / 2,
                 (w.shape().from_end(1) - 1) * s.dilation.columns / 2};
  return s;
}
// "same" of an even number of entries pads one more at the end.
inline N same(Call& c, const N& x, const N& w, int spatial) {
  const Json* padding = c.find("padding");
  if (!padding || !padding->is_string() || *padding != "same") return x;
  const Pair dilation = pair_of(c.find("dilation"), 1);
  N y = x;
  for (int i = 1; i <= spatial; ++i) {
    const std::int64_t apart =
        i == 1 ? std::int64_t{dilation.columns} : std::int64_t{dilation.rows};
    if ((w.shape().from_end(i) - 1) * apart % 2) y = pad(y, Margin{-i, 0, 1});
  }
  return y;
}
template <N (*convolve)(const N&, const N&, const Sliding&), int spatial>
N convolution(Call& c) {
  const N w = c.arg("weight"), x = same(c, c.x(), w, spatial);
  const N y = convolve(x, w, sliding_of(c, w));
  return c.has("bias") ? y + per_channel(c.arg("bias"), y, spatial) : y;
}
inline const char* const convolution_signature =
    "weight, bias=None, stride=1, padding=0, dilation=1, groups=1";

inline Pooling pooling_of(Call& c) {
  Pooling p;
  p.stride = pair_of(c.find("stride"), 0);
  p.padding = pair_of(c.find("padding"), 0);
  if (c.names("dilation")) p.dilation = pair_of(c.find("dilation"), 1);
  p.ceil = c.flag("ceil_mode");
  if (c.names("count_include_pad")) p.count_padding = c.flag("count_include_pad");
  if (c.names("divisor_override")) p.divisor = c.real("divisor_override", 0);
  return p;
}
inline Pair kernel_of(Call& c) { return pair_of(&c.at("kernel_size"), 1); }
inline void add_windows(TorchTable& t) {
  t["F_conv1d"] = one(convolution_signature, &convolution<&conv1d<double>, 1>);
  t["F_conv2d"] = one(convolution_signature, &convolution<&conv2d<double>, 2>);
  const char* const largest =  // the positions are not compared
      "kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, ~return_indices=False";
  t["F_max_pool1d"] =
      one(largest, [](Call& c) { return max_pool1d(c.x(), kernel_of(c).columns, pooling_of(c)); });
  t["F_max_pool2d"] =
      one(largest, [](Call& c) { return max_pool2d(c.x(), kernel_of(c), pooling_of(c)); });
  const std::string average =
      "kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True";
  t["F_avg_pool1d"] =
      one(average, [](Call& c) { return avg_pool1d(c.x(), kernel_of(c).columns, pooling_of(c)); });
  t["F_avg_pool2d"] = one(average + ", divisor_override=None",
                          [](Call& c) { return avg_pool2d(c.x(), kernel_of(c), pooling_of(c)); });
}

inline N affine(Call& c, const N& y) {
  const int spatial = y.shape().rank() - 2;
  const N scaled = c.has("weight") ? y * per_channel(c.arg("weight"), y, spatial) : y;
  return c.has("bias") ? scaled + per_channel(c.arg("bias"), y, spatial) : scaled;
}
// Of the batch or example itself, or of the running mean and variance.
inline N batch_normalized(Call& c, bool own) {
  c.take_as_given("running_mean"), c.take_as_given("running_var");
  if (c.x().shape().rank() < 2) throw Skip{"no channels"};
  const double eps = c.real("eps");
  if (own && c.names("training")) return affine(c, batch_norm(c.x(), eps));
  if (own) return affine(c, instance_norm(c.x(), eps));
  return affine(c, batch_norm(c.x(), c.arg("running_mean"), c.arg("running_var"), eps));
}
inline void add_layers(TorchTable& t) {
  add_windows(t);
  t["F_layer_norm"] = one("normalized_shape, weight=None, bias=None, eps=1e-05", [](Call& c) {
    const int axes = int(c.integers("normalized_shape").size());
    const N y = layer_norm(c.x(), axes, c.real("eps"));
    const N scaled = c.has("weight") ? y * c.arg("weight") : y;
    return c.has("bias") ? scaled + c.arg("bias") : scaled;
  });
  t["F_group_norm"] = one("num_groups, weight=None, bias=None, eps=1e-05", [](Call& c) {
    return affine(c, group_norm(c.x(), c.integer("num_groups"), c.real("eps")));
  });
  t["F_instance_norm"] =
      one("running_mean=None, running_var=None, weight=None, bias=None, use_input_stats=True, "
          "~momentum=0.1, eps=1e-05",
          [](Call& c) { return batch_normalized(c, c.flag("use_input_stats")); });
  t["F_batch_norm"] = t["F_batch_norm__without_cudnn"] = one(
      "running_mean, running_var, weight=None, bias=None, training=False, ~momentum=0.1, eps=1e-05",
      [](Call& c) { return batch_normalized(c, c.flag("training")); });
}

}  // namespace glassgrad::cases
