// What meets where an input of an elementwise op broadcasts, added up.
#include <array>
#include <optional>

#include "glassgrad/kernels/kernels.hpp"
#include "kernels/plane_sums.hpp"

namespace glassgrad::kernels {
namespace {

template <class T>
class ContributionSums : detail::ElementwiseWalk<T, NativeIsa> {
  using Walk = detail::ElementwiseWalk<T, NativeIsa>;
  using V = Vector<T>;
  using All = Contributions<T>;

 public:
  // Apart from what is in the sink already, where a sum may leave the range on its way.
  template <int n>
  static void sum(const All& from, const Sink<T>& sink) {
    const std::int64_t count = from.arrays[from.input].count(), all = from.out.count();
    const bool may_leave = all >= detail::least_terms * count, beside = sink.add && may_leave;
    detail::Apart<T> apart(beside ? count : 0);
    T* const g = beside ? apart.numbers() : sink.data;
    if (beside || !sink.add) std::fill(g, g + count, T(0));
    if (all > 0) add_planes<n>(from, g);
    if (may_leave && !detail::all_finite<V>(g, count))
      sum_of_whole<n>(from, g, beside ? sink.data : nullptr);
    for (std::int64_t i = 0; beside && i < count; ++i) sink.data[i] += g[i];
  }

 private:
  // What left the range on its way: added up as every sum is, which knows the way back. Where that
  // is out of the range, what is `there` already may take it back: one more term.
  template <int n>
  [[gnu::noinline, gnu::cold]] static void sum_of_whole(const All& from, T* g, T* there) {
    const View<const T>& to = from.arrays[from.input];
    const std::int64_t count = to.count(), all = from.out.count();
    detail::Apart<T> terms(all), sums(count);
    const auto add_up = [&] {
      reduce(Reduction::sum, View<const T>{terms.numbers(), from.out.sizes}, to.shape(),
             sums.numbers());
    };
    Walk::template walk<n + 1>(
        {from.arrays, std::size_t(n + 1)}, from.out, true, [&](const Plane& plane) {
          from.write(from, plane, terms.numbers() + plane.offset[n + 1], plane.row_step[n + 1]);
        });
    add_up();
    detail::Smaller<T>::mend(sums.numbers(), count, g);
    if (!there || detail::all_finite<V>(g, count)) return;
    const detail::Smaller<T> smaller(all / count + 1);
    smaller.take(terms.numbers(), all, terms.numbers());
    add_up();
    for (std::int64_t i = 0; i < count; ++i)
      if (const T total = (sums.numbers()[i] + there[i] * smaller.by) / smaller.by;
          !std::isfinite(g[i]) && std::isfinite(total))
        g[i] = total, there[i] = T(0);
  }

  // Plane by plane on to g.
  template <int n>
  static void add_planes(const All& from, T* g) {
    const int k = from.input;
    const std::int64_t count = from.arrays[k].count(), all = from.out.count();
    std::optional<detail::Lost<T>> lost;
    Walk::template walk<n + 1>(
        {from.arrays, std::size_t(n + 1)}, from.out, false, [&](const Plane& plane) {
          const std::int64_t inside =
              (plane.step[k] ? 1 : plane.length) * (plane.row_step[k] ? 1 : plane.rows);
          if (!lost)
            lost.emplace(all <= plain_terms * count * inside ? 1 : all / count / inside, count);
          add_plane<n>(from, plane, g + plane.offset[k], lost->at(plane.offset[k]));
        });
    lost->settle(g, count);
  }
  template <int n>
  static void add_plane(const All& from, const Plane& plane, T* g, T* lost) {
    if constexpr (n == 2) {
      if (from.how == SummedFrom::upstream && plane.step[n])
        return PlaneSums<T, detail::ReadPieces<T, V, SummedFrom::upstream>>(from, plane)
            .add(g, lost);
      if (from.how == SummedFrom::negative && plane.step[n])
        return PlaneSums<T, detail::ReadPieces<T, V, SummedFrom::negative>>(from, plane)
            .add(g, lost);
      if (from.how == SummedFrom::product && plane.step[n])
        return PlaneSums<T, detail::ReadPieces<T, V, SummedFrom::product>>(from, plane)
            .add(g, lost);
    }
    PlaneSums<T, detail::WrittenPieces<T, V>>(from, plane).add(g, lost);
  }
};

}  // namespace

template <class T>
void sum_contributions(const Contributions<T>& from, const Sink<T>& sink) {
  using Sum = void (*)(const Contributions<T>&, const Sink<T>&);
  static constexpr auto sums = []<int... n>(std::integer_sequence<int, n...>) {
    return std::array<Sum, sizeof...(n)>{&ContributionSums<T>::template sum<n + 2>...};
  }
  (std::make_integer_sequence<int, most_elementwise_inputs - 1>{});
  sums[std::size_t(from.inputs - 2)](from, sink);
}
template void sum_contributions(const Contributions<float>&, const Sink<float>&);
template void sum_contributions(const Contributions<double>&, const Sink<double>&);

}  // namespace glassgrad::kernels
