// The table's ops that take and place by position, mask, sort and choose.
#include "differential/draw.hpp"

namespace glassgrad::differential {
namespace {

// Positions along an axis of x, of x's shape but with `size` there; each line has no position
// twice.
Positions along(Draw& d, const Shape& x, int axis, std::int64_t size) {
  const int at = axis < 0 ? axis + x.rank() : axis;
  Positions all{x.with(at, size), {}};
  std::int64_t inner = 1;
  for (int i = at + 1; i < x.rank(); ++i) inner *= x[i];
  const Positions order = d.permutation(x[at]), other = d.permutation(x[at]);
  for (std::int64_t i = 0; i < all.shape.count(); ++i)
    all.data.push_back((i % inner % 2 ? other : order).data[std::size_t(i / inner % size)]);
  return all;
}

void add_taking(Table& t) {
  t.add("gather", [](Draw& d) {
    const int x = d.ranked(1, 3), axis = d.full_axis(x);
    const int a = axis < 0 ? axis + d.rank(x) : axis;
    const Positions at = d.positions(d.shape_of(x).with(a, d.between(1, 4)), d.size(x, axis));
    d.put({x}, [=](const auto& y) { return gather(y, axis, at.on(y)); });
  });
  t.add("take_along_axis", [](Draw& d) {
    const int x = d.ranked(2, 3), axis = d.full_axis(x);
    const int a = axis < 0 ? axis + d.rank(x) : axis;
    Shape shape = d.shape_of(x).with(a, d.between(1, 4));
    shape = shape.with((a + 1) % d.rank(x), 1);  // broadcasts
    const Positions at = d.positions(shape, d.size(x, axis));
    d.put(
        {x}, [=](const N& y) { return take_along_axis(y, at.on(y), axis); },
        [=](const T& y) { return at::take_along_dim(y, at.on(y), axis); });
  });
  t.add("take", [](Draw& d) {
    const int x = d.any();
    const Positions at = d.positions(d.shape(0, 2), d.shape_of(x).count());
    d.put({x}, [=](const auto& y) { return take(y, at.on(y)); });
  });
  t.add("index_select", [](Draw& d) {
    const int x = d.ranked(1, 4), axis = d.full_axis(x);
    const Positions at = d.positions(Shape{d.between(1, 4)}, d.size(x, axis));
    d.put({x}, [=](const auto& y) { return index_select(y, axis, at.on(y)); });
  });
  t.add("rows", [](Draw& d) {
    const int x = d.ranked(1, 3);
    const Positions at = d.positions(Shape{d.between(1, 4)}, d.size(x, 0));
    d.put(
        {x}, [=](const N& y) { return rows(y, at.on(y)); },
        [=](const T& y) { return at::index_select(y, 0, at.on(y)); });
  });
  t.add("pick", [](Draw& d) {
    const int x = d.ranked(2, 2);
    const Positions at = d.positions(Shape{d.size(x, 0)}, d.size(x, 1));
    d.put(
        {x}, [=](const N& y) { return pick(y, at.on(y)); },
        [=](const T& y) { return at::gather(y, 1, at.on(y).unsqueeze(1)).squeeze(1); });
  });
  t.add("index_get", [](Draw& d) {
    const int x = d.ranked(2, 3);
    const Shape shape = d.shape(1, 2);
    const Positions a = d.positions(shape, d.size(x, 0)), b = d.positions(shape, d.size(x, 1));
    d.put(
        {x},
        [=](const N& y) {
          const Indices<double> at[] = {a.on(y), b.on(y)};
          return index_get(y, std::span<const Indices<double>>(at));
        },
        [=](const T& y) {
          return at::index(y, {a.on(y), b.on(y)});
        });
  });
  t.add("embedding", [](Draw& d) {
    const int x = d.ranked(2, 2);
    const Positions at = d.positions(d.shape(1, 2), d.size(x, 0));
    const std::int64_t padding = d.between(-1, d.size(x, 0) - 1);
    d.put(
        {x}, [=](const N& y) { return embedding(y, at.on(y), padding); },
        [=](const T& y) { return at::embedding(y, at.on(y), padding); });
  });
  t.add("one_hot", [](Draw& d) {
    const int x = d.ranked(1, 2);
    const std::int64_t classes = d.size(x, -1);
    const Shape front = d.rank(x) == 1 ? Shape{} : Shape{d.size(x, 0)};
    const Positions at = d.positions(front, classes);
    d.put(
        {x}, [=](const N& y) { return y * one_hot(at.on(y), classes); },
        [=](const T& y) { return y * at::one_hot(at.on(y), classes); });
  });
}

void add_placing(Table& t) {
  const auto placed = [&](const char* op, auto ours, auto theirs) {
    t.add(op, [=](Draw& d) {
      const int x = d.ranked(1, 3), axis = d.full_axis(x);
      const Positions at = along(d, d.shape_of(x), axis, d.between(1, d.size(x, axis)));
      d.put(
          {x, d.of_shape(at.shape)},
          [=](const N& y, const N& s) { return ours(y, axis, at.on(y), s); },
          [=](const T& y, const T& s) { return theirs(y, axis, at.on(y), s); });
    });
  };
  const auto scatter_one = [](const auto& x, int a, const auto& at, const auto& s) {
    return scatter(x, a, at, s);
  };
  placed("scatter", scatter_one, scatter_one);
  t.add("scatter_add", [](Draw& d) {
    const int x = d.ranked(1, 3), axis = d.full_axis(x);
    const Positions at = d.positions(d.shape_of(x), d.size(x, axis));
    d.put({x, d.of_shape(at.shape)},
          [=](const auto& y, const auto& s) { return scatter_add(y, axis, at.on(y), s); });
  });
  for (const auto& [name, how] : {std::pair{"sum", Reduced::sum},
                                  {"mean", Reduced::mean},
                                  {"prod", Reduced::prod},
                                  {"amax", Reduced::amax},
                                  {"amin", Reduced::amin}})
    t.add(std::string("scatter_reduce ") + name, [=, how = how,
                                                  named = std::string(name)](Draw& d) {
      const int x = d.ranked(1, 3), axis = d.full_axis(x);
      const Positions at = d.positions(d.shape_of(x), d.size(x, axis));
      const bool own = d.flag();
      d.put(
          {x, d.of_shape(at.shape, In::distinct)},
          [=](const N& y, const N& s) { return scatter_reduce(y, axis, at.on(y), s, how, own); },
          [=](const T& y, const T& s) {
            return at::scatter_reduce(y, axis, at.on(y), s, named, own);
          });
    });
  const auto by_rows = [&](const char* op, bool twice, auto ours, auto theirs) {
    t.add(op, [=](Draw& d) {
      const int x = d.ranked(1, 3), axis = d.full_axis(x);
      const int a = axis < 0 ? axis + d.rank(x) : axis;
      const std::int64_t n = d.size(x, axis), some = d.between(1, n);
      Positions at = d.permutation(n);
      at.data.resize(std::size_t(some)), at.shape = Shape{some};
      if (twice) at = d.positions(Shape{some}, n);
      const double k = d.real(-2, 2);
      d.put(
          {x, d.of_shape(d.shape_of(x).with(a, some))},
          [=](const N& y, const N& s) { return ours(y, axis, at.on(y), s, k); },
          [=](const T& y, const T& s) { return theirs(y, axis, at.on(y), s, k); });
    });
  };
  const auto add = [](const auto& x, int a, const auto& at, const auto& s, double k) {
    return index_add(x, a, at, s, k);
  };
  by_rows("index_add", true, add, add);
  const auto copy = [](const auto& x, int a, const auto& at, const auto& s, double) {
    return index_copy(x, a, at, s);
  };
  by_rows("index_copy", false, copy, copy);
  const auto fill = [](const auto& x, int a, const auto& at, const auto& s, double k) {
    return index_fill(x, a, at, k) + sum(s);
  };
  by_rows("index_fill", true, fill, fill);
  t.add("index_put", [](Draw& d) {
    const int x = d.ranked(2, 3);
    const std::int64_t n = d.size(x, 0);
    if (n == 0) throw NotHere{};
    const bool more = d.flag();
    Positions a = d.permutation(n), b = d.positions(Shape{n}, d.size(x, 1));
    if (more) a = d.positions(Shape{n}, n);
    Shape values{n};
    for (int i = 2; i < d.rank(x); ++i) values.push_back(d.size(x, i));
    d.put(
        {x, d.of_shape(values)},
        [=](const N& y, const N& v) {
          const Indices<double> at[] = {a.on(y), b.on(y)};
          return index_put(y, std::span<const Indices<double>>(at), v, more);
        },
        [=](const T& y, const T& v) {
          return at::index_put(y, {a.on(y), b.on(y)}, v, more);
        });
  });
}

void add_masks(Table& t) {
  t.add("masked_fill", [](Draw& d) {
    const int x = d.any();
    const Numbers mask = d.mask(d.shape_of(x));
    d.put(
        {x, d.of_shape(Shape{})},
        [=](const N& y, const N& v) { return masked_fill(y, mask.on(y), v); },
        [=](const T& y, const T& v) { return at::masked_fill(y, mask.on(y) != 0, v); });
  });
  t.add("masked_select", [](Draw& d) {
    const int x = d.any();
    const Numbers mask = d.mask(d.shape_of(x));
    d.put(
        {x}, [=](const N& y) { return masked_select(y, mask.on(y)); },
        [=](const T& y) { return at::masked_select(y, mask.on(y) != 0); },
        [=](const std::vector<T>& y) {
          const T at = mask.tensor().reshape({-1}).nonzero().squeeze(1);
          return y[0].reshape({-1}).index_select(0, at);
        });
  });
  t.add("masked_scatter", [](Draw& d) {
    const int x = d.any();
    const Numbers mask = d.mask(d.shape_of(x));
    d.put(
        {x, d.of_shape(d.shape_of(x))},
        [=](const N& y, const N& s) { return masked_scatter(y, mask.on(y), s); },
        [=](const T& y, const T& s) { return at::masked_scatter(y, mask.on(y) != 0, s); });
  });
}

void add_order(Table& t) {
  t.add("sort", [](Draw& d) {
    const int x = d.ranked(1, 3, In::distinct), axis = d.axis(x);
    const bool down = d.flag();
    d.put(
        {x}, [=](const N& y) { return sort(y, axis, down).values; },
        [=](const T& y) { return std::get<0>(at::sort(y, axis, down)); });
  });
  t.add("msort", [](Draw& d) {
    d.put({d.ranked(1, 3, In::distinct)}, [](const auto& y) { return msort(y); });
  });
  t.add("topk", [](Draw& d) {
    const int x = d.ranked(1, 3, In::distinct), axis = d.full_axis(x);
    const std::int64_t k = d.between(1, d.size(x, axis));
    const bool largest = d.flag();
    d.put(
        {x}, [=](const N& y) { return topk(y, k, axis, largest).values; },
        [=](const T& y) { return std::get<0>(at::topk(y, k, axis, largest, true)); });
  });
  t.add("kthvalue", [](Draw& d) {
    const int x = d.ranked(1, 3, In::distinct), axis = d.full_axis(x);
    const std::int64_t k = d.between(1, d.size(x, axis));
    d.put(
        {x}, [=](const N& y) { return kthvalue(y, k, axis).values; },
        [=](const T& y) { return std::get<0>(at::kthvalue(y, k, axis)); });
  });
  t.add("argsort", [](Draw& d) {
    const int x = d.ranked(1, 3, In::distinct), axis = d.full_axis(x);
    d.put({x, d.of_shape(d.shape_of(x))}, [=](const auto& y, const auto& other) {
      return gather(other, axis, argsort(y, axis, false));
    });
  });
  t.add("argmax, argmin", [](Draw& d) {
    const int x = d.ranked(1, 3, In::distinct);
    const std::int64_t n = d.size(x, d.full_axis(x) * 0 - 1);
    d.put(
        {x},
        [=](const N& y) { return y * (one_hot(argmax(y, -1), n) - one_hot(argmin(y, -1), n)); },
        [=](const T& y) {
          return y * (at::one_hot(at::argmax(y, -1), n) - at::one_hot(at::argmin(y, -1), n));
        });
  });
}

}  // namespace

void add_positions(Table& table) {
  add_taking(table);
  add_placing(table);
  add_masks(table);
  add_order(table);
}

}  // namespace glassgrad::differential
