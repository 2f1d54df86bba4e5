// The table's layers: convolution, pooling, normalisation, attention.
#include "differential/draw.hpp"

namespace glassgrad::differential {
namespace {

struct Slide {
  std::int64_t stride[2], padding[2], dilation[2], groups;
  Sliding ours() const {
    return {{stride[0], stride[1]}, {padding[0], padding[1]}, {dilation[0], dilation[1]}, groups};
  }
};
Slide slide(Draw& d) {
  const auto two = [&](std::int64_t low, std::int64_t high, std::int64_t(&to)[2]) {
    to[0] = d.between(low, high), to[1] = d.between(low, high);
  };
  Slide s;
  two(1, 2, s.stride), two(0, 2, s.padding), two(1, 2, s.dilation);
  s.groups = d.between(1, 2);
  return s;
}
at::IntArrayRef both(const std::int64_t (&x)[2]) { return x; }
at::IntArrayRef second(const std::int64_t (&x)[2]) { return {x + 1, 1}; }

void add_convolutions(Table& t) {
  t.add("conv2d", [](Draw& d) {
    const Slide s = slide(d);
    const std::int64_t c = d.between(1, 2), o = d.between(1, 2) * s.groups;
    const int x = d.of_shape({d.between(1, 2), c * s.groups, d.between(3, 5), d.between(3, 5)});
    const int w = d.of_shape({o, c, d.between(1, 2), d.between(1, 3)});
    d.put(
        {x, w, d.of_shape({o})},
        [=](const N& a, const N& k, const N& b) {
          const N y = conv2d(a, k, s.ours());
          return y + per_channel(b, y, 2);
        },
        [=](const T& a, const T& k, const T& b) {
          return at::conv2d(a, k, b, both(s.stride), both(s.padding), both(s.dilation), s.groups);
        });
  });
  t.add("conv1d", [](Draw& d) {
    const Slide s = slide(d);
    const std::int64_t c = d.between(1, 2), o = d.between(1, 2) * s.groups;
    d.put(
        {d.of_shape({d.between(1, 3), c * s.groups, d.between(4, 6)}),
         d.of_shape({o, c, d.between(1, 2)})},
        [=](const N& a, const N& k) { return conv1d(a, k, s.ours()); },
        [=](const T& a, const T& k) {
          return at::conv1d(a, k, {}, second(s.stride), second(s.padding), second(s.dilation),
                            s.groups);
        });
  });
  t.add("conv_transpose2d", [](Draw& d) {
    const Slide s = slide(d);
    const std::int64_t c = d.between(1, 2) * s.groups, o = d.between(1, 2),
                       more = d.below(s.stride[0] == 2 && s.stride[1] == 2 ? 2 : 1);
    d.put(
        {d.of_shape({d.between(1, 2), c, d.between(2, 4), d.between(2, 4)}),
         d.of_shape({c, o, d.between(2, 3), d.between(2, 3)})},
        [=](const N& a, const N& k) { return conv_transpose2d(a, k, s.ours(), more); },
        [=](const T& a, const T& k) {
          return at::conv_transpose2d(a, k, {}, both(s.stride), both(s.padding), {more, more},
                                      s.groups, both(s.dilation));
        });
  });
  t.add("conv_transpose1d", [](Draw& d) {
    const Slide s = slide(d);
    const std::int64_t c = d.between(1, 2) * s.groups, o = d.between(1, 2),
                       more = d.below(s.stride[1]);
    d.put(
        {d.of_shape({d.between(1, 2), c, d.between(2, 5)}), d.of_shape({c, o, d.between(2, 3)})},
        [=](const N& a, const N& k) { return conv_transpose1d(a, k, s.ours(), more); },
        [=](const T& a, const T& k) {
          return at::conv_transpose1d(a, k, {}, second(s.stride), second(s.padding), {more},
                                      s.groups, second(s.dilation));
        });
  });
}

void add_pooling(Table& t) {
  t.add("max_pool2d", [](Draw& d) {
    const int x = d.of_shape({d.between(1, 2), d.between(1, 2), d.between(3, 5), d.between(3, 5)},
                             In::distinct);
    const Slide s = slide(d);
    const std::int64_t h = d.between(2, 3), w = d.between(2, 3);
    const std::int64_t p = d.below(2);
    const bool ceil = d.flag();
    d.put(
        {x},
        [=](const N& a) {
          return max_pool2d(a, {h, w}, Pooling{{s.stride[0], s.stride[1]}, p, 1, ceil});
        },
        [=](const T& a) {
          return at::max_pool2d(a, {h, w}, both(s.stride), {p, p}, {1, 1}, ceil);
        });
  });
  t.add("max_pool1d", [](Draw& d) {
    const int x = d.of_shape({d.between(1, 3), d.between(1, 3), d.between(4, 7)}, In::distinct);
    const Slide s = slide(d);
    const std::int64_t n = d.between(2, 3), p = d.below(2);
    // we refuse a window longer than the signal; libtorch does not look
    if ((n - 1) * s.dilation[1] + 1 > d.size(x, 2) + 2 * p) throw NotHere{};
    d.put(
        {x},
        [=](const N& a) {
          return max_pool1d(a, n, Pooling{s.stride[1], p, s.dilation[1]});
        },
        [=](const T& a) {
          return at::max_pool1d(a, {n}, second(s.stride), {p}, second(s.dilation));
        });
  });
  t.add("avg_pool2d", [](Draw& d) {
    const int x = d.of_shape({d.between(1, 2), d.between(1, 2), d.between(3, 5), d.between(3, 5)});
    const Slide s = slide(d);
    const std::int64_t h = d.between(2, 3), w = d.between(2, 3), p = d.below(2);
    const bool ceil = d.flag(), count = d.flag();
    const std::int64_t divisor = d.between(0, 3);
    d.put(
        {x},
        [=](const N& a) {
          return avg_pool2d(
              a, {h, w}, Pooling{{s.stride[0], s.stride[1]}, p, 1, ceil, count, double(divisor)});
        },
        [=](const T& a) {
          return at::avg_pool2d(a, {h, w}, both(s.stride), {p, p}, ceil, count,
                                divisor ? c10::optional<std::int64_t>(divisor) : c10::nullopt);
        });
  });
  t.add("avg_pool1d", [](Draw& d) {
    const int x = d.of_shape({d.between(1, 3), d.between(1, 3), d.between(3, 7)});
    const std::int64_t n = d.between(2, 3), step = d.between(1, 3), p = d.below(2);
    d.put(
        {x},
        [=](const N& a) {
          return avg_pool1d(a, n, Pooling{step, p});
        },
        [=](const T& a) { return at::avg_pool1d(a, {n}, {step}, {p}); });
  });
  t.add("adaptive_avg_pool2d", [](Draw& d) {
    const int x = d.of_shape({d.between(1, 2), d.between(1, 2), d.between(2, 6), d.between(2, 6)});
    const std::int64_t h = d.between(1, 3), w = d.between(1, 3);
    d.put(
        {x},
        [=](const N& a) {
          return adaptive_avg_pool2d(a, {h, w});
        },
        [=](const T& a) {
          return at::adaptive_avg_pool2d(a, {h, w});
        });
  });
  t.add("adaptive_avg_pool1d", [](Draw& d) {
    const int x = d.of_shape({d.between(1, 3), d.between(1, 3), d.between(2, 7)});
    const std::int64_t n = d.between(1, 4);
    d.put(
        {x}, [=](const N& a) { return adaptive_avg_pool1d(a, n); },
        [=](const T& a) { return at::adaptive_avg_pool1d(a, {n}); });
  });
}

void add_normalisation(Table& t) {
  t.add("layer_norm", [](Draw& d) {
    const int x = d.ranked(1, 4, In::distinct), axes = int(d.between(1, d.rank(x)));
    std::vector<std::int64_t> sizes;
    for (int i = d.rank(x) - axes; i < d.rank(x); ++i) sizes.push_back(d.shape_of(x)[i]);
    const double eps = d.flag() ? 1e-5 : 0.1;
    d.put(
        {x}, [=](const N& a) { return layer_norm(a, axes, eps); },
        [=](const T& a) { return at::layer_norm(a, sizes, {}, {}, eps, false); });
  });
  t.add("group_norm", [](Draw& d) {
    const std::int64_t groups = d.between(1, 3);
    Shape shape{d.between(1, 3), groups * d.between(1, 2), d.between(2, 4)};
    if (d.flag()) shape.push_back(d.between(1, 3));
    d.put(
        {d.of_shape(shape, In::distinct)}, [=](const N& a) { return group_norm(a, groups, 0.01); },
        [=](const T& a) { return at::group_norm(a, groups, {}, {}, 0.01, false); });
  });
  t.add("instance_norm", [](Draw& d) {
    d.put(
        {d.of_shape({d.between(1, 3), d.between(1, 3), d.between(2, 4)}, In::distinct)},
        [](const N& a) { return instance_norm(a, 0.01); },
        [](const T& a) { return at::instance_norm(a, {}, {}, {}, {}, true, 0.1, 0.01, false); });
  });
  t.add("batch_norm", [](Draw& d) {
    Shape shape{d.between(2, 4), d.between(1, 3)};
    for (std::int64_t i = d.below(3); i > 0; --i) shape.push_back(d.between(1, 3));
    d.put(
        {d.of_shape(shape, In::distinct)}, [](const N& a) { return batch_norm(a, 0.01); },
        [](const T& a) { return at::batch_norm(a, {}, {}, {}, {}, true, 0.1, 0.01, false); });
  });
  t.add("batch_norm in evaluation", [](Draw& d) {
    const int x = d.of_shape({d.between(2, 4), d.between(1, 3), d.between(1, 3)});
    const Shape channels{d.size(x, 1)};
    d.put(
        {x, d.of_shape(channels), d.of_shape(channels, In::positive)},
        [](const N& a, const N& m, const N& v) {
          return batch_norm(a, stop_gradient(m), stop_gradient(v), 0.01);
        },
        [](const T& a, const T& m, const T& v) {
          return at::batch_norm(a, {}, {}, m.detach(), v.detach(), false, 0.1, 0.01, false);
        });
  });
  t.add("attention", [](Draw& d) {
    const Shape batch = d.batch();
    const std::int64_t l = d.between(1, 4), s = d.between(1, 4), size = d.between(1, 4);
    const auto shape = [&](std::int64_t a, std::int64_t b) {
      Shape all = batch;
      all.push_back(a), all.push_back(b);
      return all;
    };
    const bool masked = d.flag();
    Numbers mask = d.mask({l, s});
    for (std::int64_t i = 0; i < l; ++i) mask.data[std::size_t(i * s)] = 1;
    const double root = std::sqrt(double(size));
    d.put(
        {d.of_shape(shape(l, size)), d.of_shape(shape(s, size)), d.of_shape(shape(s, 2))},
        [=](const N& q, const N& k, const N& v) {
          return masked ? attention(q, k, v, mask.on(q)) : attention(q, k, v);
        },
        [=](const T& q, const T& k, const T& v) {
          T scores = at::matmul(q, k.transpose(-1, -2)) / root;
          if (masked) scores = scores.masked_fill(mask.on(q) == 0, -INFINITY);
          return at::matmul(at::softmax(scores, -1), v);
        });
  });
  t.add("attention, causal", [](Draw& d) {
    const Shape shape{d.between(1, 4), d.between(1, 3)};
    d.put(
        {d.of_shape(shape), d.of_shape(shape), d.of_shape(shape)},
        [](const N& q, const N& k, const N& v) { return attention(q, k, v, true); },
        [](const T& q, const T& k, const T& v) {
          const T scores = at::matmul(q, k.transpose(-1, -2)) / std::sqrt(double(q.size(-1)));
          const T later = at::ones_like(scores).triu(1) != 0;
          return at::matmul(at::softmax(scores.masked_fill(later, -INFINITY), -1), v);
        });
  });
}

}  // namespace

void add_layers(Table& table) {
  add_convolutions(table);
  add_pooling(table);
  add_normalisation(table);
}

}  // namespace glassgrad::differential
