// The table's ops that move: axes, parts, repetitions, padding, diagonals, windows.
#include "differential/draw.hpp"

namespace glassgrad::differential {
namespace {

void add_axes(Table& t) {
  t.add("reshape", [](Draw& d) {
    const int x = d.any();
    const std::int64_t count = d.shape_of(x).count();
    Shape to{count};
    for (std::int64_t k = 2; k < 5; ++k)
      if (count > 0 && count % k == 0) to = d.flag() ? Shape{k, count / k} : Shape{count / k, 1, k};
    d.put(
        {x}, [=](const N& a) { return reshape(a, to); },
        [=](const T& a) { return a.reshape(sizes_of(to)); });
  });
  t.add("transpose", [](Draw& d) {
    const int x = d.ranked(1, 4);
    Dims order{d.permutation(d.rank(x)).data};
    for (auto& axis : order.list)
      if (d.flag()) axis -= d.rank(x);
    d.put(
        {x}, [=](const N& a) { return transpose(a, order); },
        [=](const T& a) { return at::permute(a, order); });
  });
  t.add("swapaxes", [](Draw& d) {
    const int x = d.ranked(1, 4), a = d.axis(x), b = d.axis(x);
    d.put({x}, [=](const auto& y) { return swapaxes(y, a, b); });
  });
  t.add("movedim", [](Draw& d) {
    const int x = d.ranked(1, 4);
    Dims from{d.permutation(d.rank(x)).data}, to{d.permutation(d.rank(x)).data};
    const auto kept = std::size_t(d.between(1, d.rank(x)));
    from.list.resize(kept), to.list.resize(kept);
    d.put(
        {x}, [=](const N& a) { return movedim(a, from, to); },
        [=](const T& a) { return at::movedim(a, from, to); });
  });
  t.add("broadcast_to", [](Draw& d) {
    const int x = d.any();
    Shape to;
    if (d.rank(x) < 4) to.push_back(d.between(1, 3));
    for (const std::int64_t size : d.shape_of(x)) to.push_back(size == 1 ? d.between(1, 3) : size);
    d.put(
        {x}, [=](const N& a) { return broadcast_to(a, to); },
        [=](const T& a) { return at::broadcast_to(a, sizes_of(to)); });
  });
  t.unary("squeeze", In::any, [](const auto& x) { return squeeze(x); });
  t.add("squeeze an axis", [](Draw& d) {
    const int x = d.ranked(1, 4), axis = d.axis(x);
    d.put({x}, [=](const auto& a) { return squeeze(a, axis); });
  });
  t.add("unsqueeze", [](Draw& d) {
    const int x = d.ranked(0, 3), axis = int(d.between(-d.rank(x) - 1, d.rank(x)));
    d.put({x}, [=](const auto& a) { return unsqueeze(a, axis); });
  });
  t.add("flatten", [](Draw& d) {
    const int x = d.ranked(1, 4), first = int(d.below(d.rank(x)));
    const int last = int(d.between(first, d.rank(x) - 1));
    d.put({x}, [=](const auto& a) { return flatten(a, first, last); });
  });
  t.add("atleast_nd", [](Draw& d) {
    const int n = int(d.between(1, 2));
    d.put(
        {d.any()}, [=](const N& x) { return atleast_nd(x, n); },
        [=](const T& x) { return n == 1 ? at::atleast_1d(x) : at::atleast_2d(x); });
  });
}

void add_parts(Table& t) {
  t.add("slice", [](Draw& d) {
    const int x = d.ranked(1, 4), axis = d.full_axis(x);
    const std::int64_t n = d.size(x, axis), start = d.below(n), stop = d.between(start, n);
    const std::int64_t step = d.between(1, 3);
    d.put(
        {x}, [=](const N& a) { return slice(a, axis, start, stop, step); },
        [=](const T& a) { return at::slice(a, axis, start, stop, step); });
  });
  t.add("narrow", [](Draw& d) {
    const int x = d.ranked(1, 4), axis = d.full_axis(x);
    const std::int64_t start = d.below(d.size(x, axis));
    const std::int64_t length = d.between(1, d.size(x, axis) - start);
    d.put(
        {x}, [=](const N& a) { return narrow(a, axis, start, length); },
        [=](const T& a) { return at::narrow(a, axis, start, length); });
  });
  t.add("select", [](Draw& d) {
    const int x = d.ranked(1, 4), axis = d.full_axis(x);
    const std::int64_t n = d.size(x, axis), at = d.between(-n, n - 1);
    d.put(
        {x}, [=](const N& a) { return select(a, axis, at); },
        [=](const T& a) { return at::select(a, axis, at); });
  });
  t.add("concat", [](Draw& d) {
    const int x = d.ranked(1, 4), axis = int(d.below(d.rank(x)));
    std::vector<int> in{x};
    for (int i = 0; i < 2; ++i) in.push_back(d.of_shape(d.shape_of(x).with(axis, d.between(1, 3))));
    d.put(
        in, [=](const std::vector<N>& a) { return concat(std::span<const N>(a), axis); },
        [=](const std::vector<T>& a) { return at::cat(a, axis); });
  });
  const auto joined = [&](const char* op, auto ours, auto theirs) {
    t.add(op, [=](Draw& d) {
      const int x = d.ranked(1, 3);
      d.put(
          {x, d.of_shape(d.shape_of(x)), x},
          [=](const std::vector<N>& a) { return ours(std::span<const N>(a)); },
          [=](const std::vector<T>& a) { return theirs(a); });
    });
  };
  joined(
      "stack", [](auto a) { return stack(a, 1); }, [](const auto& a) { return at::stack(a, 1); });
  joined(
      "hstack", [](auto a) { return hstack(a); }, [](const auto& a) { return at::hstack(a); });
  joined(
      "vstack", [](auto a) { return vstack(a); }, [](const auto& a) { return at::vstack(a); });
  joined(
      "dstack", [](auto a) { return dstack(a); }, [](const auto& a) { return at::dstack(a); });
  t.add("block_diag", [](Draw& d) {
    const std::vector<int> in{d.of_shape({d.between(1, 3), d.between(1, 3)}), d.ranked(2, 2)};
    d.put(
        in, [](const std::vector<N>& a) { return block_diag(std::span<const N>(a)); },
        [](const std::vector<T>& a) { return at::block_diag(a); });
  });
  t.add("meshgrid", [](Draw& d) {
    const std::vector<int> in{d.ranked(1, 1), d.of_shape({d.between(1, 4)})};
    d.put(
        in,
        [](const std::vector<N>& a) {
          const auto y = meshgrid(std::span<const N>(a));
          return y[0] * y[1] - y[0];
        },
        [](const std::vector<T>& a) {
          const auto y = at::meshgrid(a, "ij");
          return y[0] * y[1] - y[0];
        });
  });
  // Of the parts the first and the last, multiplied as numbers and as an array.
  const auto apart = [&](const char* op, auto ours, auto theirs) {
    t.add(op, [=](Draw& d) {
      const int x = d.ranked(1, 4), axis = d.full_axis(x);
      const std::int64_t k = d.between(1, d.size(x, axis));
      const auto met = [](const auto& parts) { return parts.front() * sum(parts.back()); };
      d.put(
          {x}, [=](const N& a) { return met(ours(a, k, axis)); },
          [=](const T& a) { return met(theirs(a, k, axis)); });
    });
  };
  apart(
      "split", [](const N& x, std::int64_t k, int a) { return split(x, k, a); },
      [](const T& x, std::int64_t k, int a) { return at::split(x, k, a); });
  apart(
      "chunk", [](const N& x, std::int64_t k, int a) { return chunk(x, k, a); },
      [](const T& x, std::int64_t k, int a) { return at::chunk(x, k, a); });
  apart(
      "unbind", [](const N& x, std::int64_t, int a) { return unbind(x, a); },
      [](const T& x, std::int64_t, int a) { return at::unbind(x, a); });
}

void add_repetitions(Table& t) {
  t.add("flip", [](Draw& d) {
    const int x = d.ranked(1, 4);
    const Dims axes = d.some_axes(x);
    d.put(
        {x}, [=](const N& a) { return flip(a, Axes(axes)); },
        [=](const T& a) { return at::flip(a, axes); });
  });
  t.add("fliplr, flipud", [](Draw& d) {
    const int x = d.ranked(2, 4);
    d.flag() ? d.put({x}, [](const auto& a) { return fliplr(a); })
             : d.put({x}, [](const auto& a) { return flipud(a); });
  });
  t.add("rot90", [](Draw& d) {
    const int x = d.ranked(2, 4), k = int(d.between(-1, 4));
    const Positions order = d.permutation(d.rank(x));
    const int a = int(order.data[0]), b = int(order.data[1]);
    d.put(
        {x}, [=](const N& y) { return rot90(y, k, a, b); },
        [=](const T& y) {
          return at::rot90(y, k, {a, b});
        });
  });
  t.add("roll", [](Draw& d) {
    const int x = d.ranked(1, 4), axis = d.axis(x);
    const std::int64_t by = d.between(-5, 5);
    if (d.flag()) return void(d.put({x}, [=](const auto& a) { return roll(a, by); }));
    d.put({x}, [=](const auto& a) { return roll(a, by, axis); });
  });
  t.add("tile", [](Draw& d) {
    const int x = d.ranked(0, 3);
    Shape times;
    for (int i = 0; i < d.rank(x) + int(d.below(2)); ++i) times.push_back(d.between(1, 2));
    d.put(
        {x}, [=](const N& a) { return tile(a, times); },
        [=](const T& a) { return at::tile(a, sizes_of(times)); });
  });
  t.add("repeat", [](Draw& d) {
    const int x = d.ranked(1, 4), axis = d.axis(x);
    const std::int64_t times = d.between(1, 3);
    d.put(
        {x}, [=](const N& a) { return repeat(a, times, axis); },
        [=](const T& a) { return at::repeat_interleave(a, times, axis); });
  });
  t.add("pad with a number", [](Draw& d) {
    const int x = d.ranked(2, 4);
    std::vector<std::int64_t> widths;
    for (int i = 0; i < 4; ++i) widths.push_back(d.between(0, 2));
    const double value = d.real(-1, 1);
    const std::vector<Margin> margins{{-1, widths[0], widths[1]}, {-2, widths[2], widths[3]}};
    d.put(
        {x},
        [=](const N& a) {
          return pad(a, std::span<const Margin>(margins), Padding::constant, value);
        },
        [=](const T& a) { return at::constant_pad_nd(a, widths, value); });
  });
  for (const auto& [op, how] : {std::pair{"reflect", Padding::reflect},
                                {"replicate", Padding::replicate},
                                {"circular", Padding::circular}})
    t.add(std::string("pad, ") + op, [mode = std::string(op), how = how](Draw& d) {
      const int x = d.ranked(3, 3);
      const std::int64_t n = d.shape_of(x)[2];
      if (d.shape_of(x).count() == 0 || n < 2) throw NotHere{};
      const std::int64_t before = d.below(n), after = d.below(n);
      const std::vector<std::int64_t> widths{before, after};
      d.put(
          {x},
          [=](const N& a) {
            return pad(a, Margin{-1, before, after}, how);
          },
          [=](const T& a) {
            if (mode == "reflect") return at::reflection_pad1d(a, widths);
            if (mode == "replicate") return at::replication_pad1d(a, widths);
            return at::cat({a.slice(2, n - before, n), a, a.slice(2, 0, after)}, 2);
          });
    });
  t.add("unfold", [](Draw& d) {
    const int x = d.ranked(1, 3), axis = d.full_axis(x);
    const std::int64_t size = d.between(1, d.size(x, axis)), step = d.between(1, 3);
    d.put(
        {x}, [=](const N& a) { return unfold(a, axis, size, step); },
        [=](const T& a) { return a.unfold(axis, size, step); });
  });
  t.add("fold", [](Draw& d) {  // one window beside the other, overlapping
    const std::int64_t size = d.between(1, 3), step = d.between(1, size), windows = d.between(1, 3);
    const std::int64_t length = (windows - 1) * step + size;
    d.put(
        {d.of_shape(Shape{2, size, windows})},
        [=](const N& a) { return fold(swapaxes(a, -1, -2), 1, length, step); },
        [=](const T& a) {
          return at::col2im(a, {1, length}, {1, size}, {1, 1}, {0, 0}, {1, step})
              .reshape({2, length});
        });
  });
}

void add_diagonals(Table& t) {
  t.add("diagonal", [](Draw& d) {
    const int x = d.ranked(2, 4);
    const Positions order = d.permutation(d.rank(x));
    const int a = int(order.data[0]), b = int(order.data[1]);
    const std::int64_t offset = d.between(-1, 1);
    d.put({x}, [=](const auto& y) { return diagonal(y, offset, a, b); });
  });
  t.add("diag_embed", [](Draw& d) {
    const int x = d.ranked(1, 2);
    const std::int64_t offset = d.between(-1, 1);
    const int a = d.flag() ? -2 : 0;
    d.put({x}, [=](const auto& y) { return diag_embed(y, offset, a, -1); });
  });
  t.add("diag", [](Draw& d) {
    const int x = d.ranked(1, 2);
    const std::int64_t offset = d.between(-1, 1);
    d.put({x}, [=](const auto& y) { return diag(y, offset); });
  });
  t.add("matrix_trace", [](Draw& d) {
    d.put(
        {d.ranked(2, 2)}, [](const N& x) { return matrix_trace(x); },
        [](const T& x) { return at::trace(x); },
        [](const std::vector<T>& x) { return at::diagonal(x[0]).sum(); });
  });
  t.add("tril, triu", [](Draw& d) {
    const std::int64_t offset = d.between(-2, 2);
    const int x = d.ranked(2, 4);
    d.flag() ? d.put({x}, [=](const auto& y) { return tril(y, offset); })
             : d.put({x}, [=](const auto& y) { return triu(y, offset); });
  });
}

}  // namespace

void add_movement(Table& table) {
  add_axes(table);
  add_parts(table);
  add_repetitions(table);
  add_diagonals(table);
}

}  // namespace glassgrad::differential
