// Adds windows back to where they were taken from. Where more than `plain_terms` of them overlap at
// one place they are split into groups with at most that many, whose sums are compensated; fewer
// are added in sequence (kernels/sums.hpp).
#include <algorithm>
#include <numeric>

#include "kernels/linear_sums.hpp"

namespace glassgrad::kernels {
namespace {

// The distance between numbers of a window, or windows, that lead to one place, from step and
// dilation; and how many do.
struct Meeting {
  std::int64_t inside = 1, windows = 1, most = 1;

  Meeting(const Shape& sizes, const Walk& to, const Overlap& overlap) {
    const std::int64_t taps = sizes[overlap.inside], count = sizes[overlap.windows];
    if (taps < 2 || count < 2) return;
    const std::int64_t dilation = to.steps[overlap.inside], step = to.steps[overlap.windows];
    const std::int64_t both = std::gcd(dilation, step);
    inside = step / both, windows = dilation / both;
    most = std::min((taps + inside - 1) / inside, (count + windows - 1) / windows);
  }
};
std::int64_t meetings(const Shape& sizes, const Walk& to, std::span<const Overlap> overlaps) {
  std::int64_t all = 1;
  for (const Overlap& overlap : overlaps) all *= Meeting(sizes, to, overlap).most;
  return all;
}

// An axis split into groups of this many entries.
struct Cut {
  int axis;
  std::int64_t size;
};
// So that at most `terms` overlap: along the outer of the two axes, so that numbers are read in
// order.
Cut cut(const Shape& sizes, const Walk& to, const Overlap& overlap, std::int64_t terms) {
  const Meeting meeting(sizes, to, overlap);
  const int axis = std::min(overlap.inside, overlap.windows);
  if (meeting.most <= terms) return {axis, sizes[axis]};
  return {axis, bounded_product(axis == overlap.inside ? meeting.inside : meeting.windows, terms)};
}
// From the first to the last place that a walk comes to.
std::int64_t extent(const Shape& sizes, const Walk& walk) {
  std::int64_t n = 1;
  for (int i = 0; i < sizes.rank(); ++i) n += (sizes[i] - 1) * walk.steps[i];
  return n;
}

template <class Body>
void each_piece(const Shape& sizes, const Walk& from, const Walk& to, std::span<const Cut> cuts,
                const Body& body) {
  if (cuts.empty()) return body(sizes, from, to);
  const auto [axis, size] = cuts.front();
  for (std::int64_t first = 0; first < sizes[axis]; first += size) {
    Walk piece = from, place = to;
    piece.offset += first * from.steps[axis], place.offset += first * to.steps[axis];
    each_piece(sizes.with(axis, std::min(size, sizes[axis] - first)), piece, place, cuts.subspan(1),
               body);
  }
}

template <class T>
[[gnu::noinline]] void add_pieces(const Shape& sizes, const T* from, T* to, const Walk& to_walk,
                                  std::span<const Overlap> overlaps) {
  using All = detail::Totals<xsimd::batch<T, NativeIsa>>;
  Cut cuts[2] = {}, outer[max_rank] = {};  // along the axes before, one block at a time
  std::int64_t terms = detail::plain_terms;
  for (std::size_t i = overlaps.size(); i-- > 0;) {
    cuts[i] = cut(sizes, to_walk, overlaps[i], terms);
    terms = std::max<std::int64_t>(1, terms / Meeting(sizes, to_walk, overlaps[i]).most);
  }
  Shape block = sizes;
  for (int i = 0; i < cuts[0].axis; ++i) outer[i] = {i, 1}, block = block.with(i, 1);
  const std::int64_t n = extent(block, to_walk);
  detail::Apart<T> parts(n), all_lost(n);
  T *const part = parts.numbers(), *const lost = all_lost.numbers();
  const auto add_block = [&](const Shape& of, const Walk& from_walk, const Walk& start) {
    std::fill_n(lost, n, T(0));
    each_piece(of, from_walk, start, std::span(cuts, overlaps.size()),
               [&](const Shape& piece, const Walk& from_piece, Walk place) {
                 const std::int64_t at = place.offset, count = extent(piece, place);
                 std::fill_n(part, count, T(0));
                 place.offset = 0;
                 add(piece, from, from_piece, part, place);
                 All::add(part, count, to + at, lost + at - start.offset);
               });
    All::settle(n, to + start.offset, lost);
  };
  each_piece(sizes, row_major(sizes), to_walk, std::span(outer, std::size_t(cuts[0].axis)),
             add_block);
}

}  // namespace

template <class T>
void add_windows(const Shape& sizes, const T* from, T* to, const Walk& to_walk,
                 std::span<const Overlap> overlaps) {
  if (sizes.count() == 0) return;  // steps along axes beside an empty one may be 0
  if (meetings(sizes, to_walk, overlaps) > detail::plain_terms)
    return add_pieces(sizes, from, to, to_walk, overlaps);
  add(sizes, from, row_major(sizes), to, to_walk);
}

template <class T>
void sum_windows(View<const T> x, View<T> y, const Walk& to_walk, std::span<const Overlap> overlaps,
                 Pool& pool) {
  const std::int64_t n = y.count();
  if (x.count() == 0) return (void)std::fill_n(y.data, n, T(0));
  const std::int64_t terms = meetings(x.shape(), to_walk, overlaps);
  plain_sums(x, terms, y.data, n, pool, [&](const T* from, T* to) {
    std::fill_n(to, n, T(0));
    add_windows(x.shape(), from, to, to_walk, overlaps);
  });
}

#define GLASSGRAD_KERNELS(T)                                                                    \
  template void add_windows(const Shape&, const T*, T*, const Walk&, std::span<const Overlap>); \
  template void sum_windows(View<const T>, View<T>, const Walk&, std::span<const Overlap>, Pool&);
GLASSGRAD_KERNELS(float)
GLASSGRAD_KERNELS(double)
#undef GLASSGRAD_KERNELS

}  // namespace glassgrad::kernels
