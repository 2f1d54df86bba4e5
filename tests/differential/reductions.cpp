// The table's reductions, statistics, norms, distances and running sums.
#include "differential/draw.hpp"

namespace glassgrad::differential {
namespace {

// Over some axes or over all, the axes kept or not.
template <class F, class G, class H = std::nullptr_t>
void reduction(Table& t, const char* op, In in, F ours, G theirs, H other = {}) {
  t.add(op, [=](Draw& d) {
    const int x = d.any(in);
    const bool keep = d.flag();
    const bool all = d.rank(x) == 0 || d.below(4) == 0;
    Dims dims;
    if (all)
      for (int i = 0; i < d.rank(x); ++i) dims.list.push_back(i);
    else
      dims = d.some_axes(x);
    Theirs mended;
    if constexpr (!std::is_same_v<H, std::nullptr_t>)
      mended = [=](const std::vector<T>& a) { return other(a[0], dims, keep); };
    d.put(
        {x}, [=](const N& a) { return ours(a, all ? Axes{} : Axes(dims), keep); },
        [=](const T& a) { return theirs(a, dims, keep); }, mended);
  });
}
// Along one axis, which has entries.
template <class F, class G>
void along(Table& t, const char* op, In in, F ours, G theirs) {
  t.add(op, [=](Draw& d) {
    const int x = d.ranked(1, 4, in), axis = d.full_axis(x);
    d.put(
        {x}, [=](const N& a) { return ours(a, axis); },
        [=](const T& a) { return theirs(a, axis); });
  });
}
template <class F>
void along(Table& t, const char* op, In in, F both) {
  along(t, op, in, both, both);
}

void add_sums(Table& t) {
  reduction(
      t, "sum", In::any, [](const N& x, Axes a, bool k) { return sum(x, a, k); },
      [](const T& x, const Dims& a, bool k) { return at::sum(x, a, k); });
  reduction(
      t, "mean", In::any, [](const N& x, Axes a, bool k) { return mean(x, a, k); },
      [](const T& x, const Dims& a, bool k) { return at::mean(x, a, k); });
  reduction(
      t, "nansum", In::any, [](const N& x, Axes a, bool k) { return nansum(x, a, k); },
      [](const T& x, const Dims& a, bool k) { return at::nansum(x, a, k); });
  reduction(
      t, "nanmean", In::any, [](const N& x, Axes a, bool k) { return nanmean(x, a, k); },
      [](const T& x, const Dims& a, bool k) { return at::nanmean(x, a, k); });
  reduction(
      t, "max", In::any, [](const N& x, Axes a, bool k) { return max(x, a, k); },
      [](const T& x, const Dims& a, bool k) { return at::amax(x, a, k); });
  reduction(
      t, "min", In::any, [](const N& x, Axes a, bool k) { return min(x, a, k); },
      [](const T& x, const Dims& a, bool k) { return at::amin(x, a, k); });
  reduction(
      t, "logsumexp", In::any, [](const N& x, Axes a, bool k) { return logsumexp(x, a, k); },
      [](const T& x, const Dims& a, bool k) { return at::logsumexp(x, a, k); });
  reduction(
      t, "count_nonzero", In::any,
      [](const N& x, Axes a, bool) { return count_nonzero(relu(x), a); },
      [](const T& x, const Dims& a, bool) {
        return at::count_nonzero(at::relu(x), a).to(at::kDouble);
      });
  for (const double correction : {0.0, 1.0}) {
    const auto k = std::int64_t(correction);
    reduction(
        t, k ? "var" : "var of all", In::distinct,
        [=](const N& x, Axes a, bool keep) { return var(x, a, correction, keep); },
        [=](const T& x, const Dims& a, bool keep) {
          return at::var(x, at::OptionalIntArrayRef(a), k, keep);
        });
    reduction(
        t, k ? "deviation" : "deviation of all", In::distinct,
        [=](const N& x, Axes a, bool keep) { return deviation(x, a, correction, keep); },
        [=](const T& x, const Dims& a, bool keep) {
          return at::std(x, at::OptionalIntArrayRef(a), k, keep);
        },
        [=](const T& x, const Dims& a, bool keep) {
          const T v = at::var(x, at::OptionalIntArrayRef(a), k, keep), none = at::zeros_like(v);
          return at::where(v == 0, none, at::sqrt(at::where(v == 0, none + 1, v)));
        });
  }
  reduction(
      t, "var_mean", In::distinct,
      [](const N& x, Axes a, bool keep) {
        const auto [v, m] = var_mean(x, a, 1, keep);
        return v * m;
      },
      [](const T& x, const Dims& a, bool keep) {
        const auto [v, m] = at::var_mean(x, at::OptionalIntArrayRef(a), 1, keep);
        return v * m;
      });
  t.unary(
      "prod of all", In::any, [](const N& x) { return prod(x); },
      [](const T& x) { return at::prod(x); });
  t.unary(
      "median of all", In::distinct, [](const N& x) { return median(x); },
      [](const T& x) { return at::median(x); });
  along(t, "prod", In::any, [](const auto& x, int a) { return prod(x, a); });
  along(t, "softmax", In::any, [](const auto& x, int a) { return softmax(x, a); });
  along(t, "log_softmax", In::any, [](const auto& x, int a) { return log_softmax(x, a); });
  along(
      t, "softmin", In::any, [](const N& x, int a) { return softmin(x, a); },
      [](const T& x, int a) { return at::softmax(-x, a); });
  along(
      t, "aminmax", In::distinct,
      [](const N& x, int a) {
        const auto [low, high] = aminmax(x, a);
        return low * high;
      },
      [](const T& x, int a) {
        return at::amin(x, a) * at::amax(x, a);  // its aminmax has no gradient
      });
  along(
      t, "median", In::distinct, [](const N& x, int a) { return median(x, a); },
      [](const T& x, int a) { return std::get<0>(at::median(x, a)); });
  along(
      t, "nanmedian", In::distinct, [](const N& x, int a) { return nanmedian(x, a); },
      [](const T& x, int a) { return std::get<0>(at::nanmedian(x, a)); });
  t.add("kth_smallest", [](Draw& d) {
    const int x = d.ranked(1, 4, In::distinct), axis = d.full_axis(x);
    const std::int64_t k = d.below(d.size(x, axis));
    d.put(
        {x}, [=](const N& a) { return kth_smallest(a, k, axis); },
        [=](const T& a) { return std::get<0>(at::kthvalue(a, k + 1, axis)); });
  });
}

void add_norms(Table& t) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  for (const auto& [op, p] : {std::pair{"norm, order 2", 2.0},
                              {"norm, order 1", 1.0},
                              {"norm, order 0", 0.0},
                              {"norm, order 3", 3.0},
                              {"norm, order 2.5", 2.5},
                              {"norm, order inf", infinity},
                              {"norm, order -inf", -infinity}})
    reduction(
        t, op, In::nonzero, [p = p](const N& x, Axes a, bool k) { return norm(x + 0.01, p, a, k); },
        [p = p](const T& x, const Dims& a, bool k) {
          return at::linalg_vector_norm(x + 0.01, p, at::OptionalIntArrayRef(a), k);
        });
  const auto order = [](Draw& d) {
    const double orders[] = {1, 2, 3, 1.5};
    return orders[d.below(4)];
  };
  t.add("normalize", [=](Draw& d) {
    const int x = d.ranked(1, 4, In::nonzero), axis = d.full_axis(x);
    const double p = order(d);
    d.put(
        {x}, [=](const N& a) { return normalize(a, p, axis); },
        [=](const T& a) { return a / at::linalg_vector_norm(a, p, axis, true).clamp_min(1e-12); });
  });
  t.add("renorm", [=](Draw& d) {
    const int x = d.ranked(2, 3, In::nonzero), axis = d.full_axis(x);
    const double p = order(d), most = d.real(0.5, 3);
    d.put(
        {x}, [=](const N& a) { return renorm(a, p, axis, most); },
        [=](const T& a) { return at::renorm(a, p, axis, most); },
        [=](const std::vector<T>& a) {  // without the 1e-7 that it adds to norms
          std::vector<std::int64_t> others;
          for (int i = 0; i < a[0].dim(); ++i)
            if (i != axis && i != axis + a[0].dim()) others.push_back(i);
          const T norm = at::linalg_vector_norm(a[0], p, others, true);
          return a[0] * at::where(norm > most, most / norm, at::ones_like(norm));
        });
  });
  t.add("dist", [=](Draw& d) {
    const int x = d.any();
    const double p = order(d);
    d.put({x, d.partner(x, In::distinct)},
          [=](const auto& a, const auto& b) { return dist(a, b, p); });
  });
  t.add("pairwise_distance", [=](Draw& d) {
    const Shape shape{d.between(1, 4), d.between(1, 4)};
    const double p = order(d);
    const bool keep = d.flag();
    d.put(
        {d.of_shape(shape), d.of_shape(shape, In::distinct)},
        [=](const N& a, const N& b) { return pairwise_distance(a, b, p, 1e-6, keep); },
        [=](const T& a, const T& b) { return at::pairwise_distance(a, b, p, 1e-6, keep); });
  });
  t.add("cosine_similarity", [](Draw& d) {
    const int x = d.ranked(1, 3, In::nonzero), axis = d.full_axis(x);
    d.put({x, d.of_shape(d.shape_of(x), In::nonzero)},
          [=](const auto& a, const auto& b) { return cosine_similarity(a, b, axis, 1e-8); });
  });
  t.add("cdist", [=](Draw& d) {
    const std::int64_t size = d.between(1, 4);
    const double p = order(d);
    Shape a = d.batch(), b = a;
    a.push_back(d.between(1, 4)), a.push_back(size);
    b.push_back(d.between(1, 4)), b.push_back(size);
    const auto by_hand = [=](const std::vector<T>& x) {
      return at::linalg_vector_norm(x[0].unsqueeze(-2) - x[1].unsqueeze(-3), p, -1);
    };
    d.put(
        {d.of_shape(a), d.of_shape(b, In::distinct)},
        [=](const N& x, const N& y) { return cdist(x, y, p); },
        [=](const T& x, const T& y) { return at::cdist(x, y, p, 2); }, by_hand);
  });
  t.add("pdist", [=](Draw& d) {
    const double p = order(d);
    d.put(
        {d.of_shape(Shape{d.between(2, 4), d.between(1, 4)}, In::distinct)},
        [=](const N& x) { return pdist(x, p); }, [=](const T& x) { return at::pdist(x, p); },
        [=](const std::vector<T>& x) {
          const T at = at::triu_indices(x[0].size(0), x[0].size(0), 1);
          return at::linalg_vector_norm(x[0].index_select(0, at[0]) - x[0].index_select(0, at[1]),
                                        p, -1);
        });
  });
}

void add_running(Table& t) {
  along(t, "cumsum", In::any, [](const auto& x, int a) { return cumsum(x, a); });
  along(t, "cumprod", In::any, [](const auto& x, int a) { return cumprod(x, a); });
  t.add("logcumsumexp", [](Draw& d) {
    const int x = d.ranked(1, 4), axis = d.full_axis(x);
    d.put(
        {x}, [=](const N& a) { return logcumsumexp(a, axis); },
        [=](const T& a) { return at::logcumsumexp(a, axis); },
        [=](const std::vector<T>& a) {
          const T most = a[0].detach().amax(axis, true);
          return at::log(at::cumsum(at::exp(a[0] - most), axis)) + most;
        });
  });
  along(
      t, "cummax", In::distinct, [](const N& x, int a) { return cummax(x, a).values; },
      [](const T& x, int a) { return std::get<0>(at::cummax(x, a)); });
  along(
      t, "cummin", In::distinct, [](const N& x, int a) { return cummin(x, a).values; },
      [](const T& x, int a) { return std::get<0>(at::cummin(x, a)); });
  t.add("diff", [](Draw& d) {
    const int x = d.ranked(1, 4), axis = d.full_axis(x), n = int(d.between(1, 2));
    if (d.size(x, axis) <= n) throw NotHere{};
    d.put({x}, [=](const auto& a) { return diff(a, n, axis); });
  });
  t.add("trapezoid", [](Draw& d) {
    const int y = d.ranked(1, 4), axis = d.full_axis(y);
    const double dx = d.real(0.1, 2);
    d.put(
        {y}, [=](const N& a) { return trapezoid(a, dx, axis); },
        [=](const T& a) { return at::trapezoid(a, dx, axis); });
  });
  t.add("trapezoid over x", [](Draw& d) {
    const int y = d.ranked(1, 4), axis = d.full_axis(y);
    d.put({y, d.of_shape(d.shape_of(y))},
          [=](const auto& a, const auto& b) { return trapezoid(a, b, axis); });
  });
  t.add("cumulative_trapezoid", [](Draw& d) {
    const int y = d.ranked(1, 4), axis = d.full_axis(y);
    const double dx = d.real(0.1, 2);
    d.put(
        {y}, [=](const N& a) { return cumulative_trapezoid(a, dx, axis); },
        [=](const T& a) { return at::cumulative_trapezoid(a, dx, axis); });
  });
  t.add("cumulative_trapezoid over x", [](Draw& d) {
    const int y = d.ranked(1, 4), axis = d.full_axis(y);
    d.put(
        {y, d.of_shape(Shape{d.size(y, axis)})},
        [=](const auto& a, const auto& b) { return cumulative_trapezoid(a, b, axis); },
        [=](const T& a, const T& b) { return at::cumulative_trapezoid(a, b, axis); });
  });
}

}  // namespace

void add_reductions(Table& table) {
  add_sums(table);
  add_norms(table);
  add_running(table);
}

}  // namespace glassgrad::differential
