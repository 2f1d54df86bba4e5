// The table's losses, each with every reduction.
#include "differential/draw.hpp"

namespace glassgrad::differential {
namespace {

constexpr Reduction reductions[] = {Reduction::none, Reduction::mean, Reduction::sum};

// Prediction and target of one shape.
template <class F, class G>
void pairwise(Table& t, const char* op, In prediction, In target, F ours, G theirs) {
  t.add(op, [=](Draw& d) {
    const int x = d.any(prediction), y = d.of_shape(d.shape_of(x), target);
    const std::int64_t how = d.below(3);
    const double k = d.real(0.2, 1.5);
    d.put(
        {x, y}, [=](const N& a, const N& b) { return ours(a, b, reductions[how], k); },
        [=](const T& a, const T& b) { return theirs(a, b, how, k); });
  });
}
// The target is -1 or 1, or 0 or 1.
template <class F, class G>
void two_classes(Table& t, const char* op, In prediction, double low, F ours, G theirs) {
  t.add(op, [=](Draw& d) {
    const int x = d.any(prediction);
    Numbers y = d.mask(d.shape_of(x));
    for (double& number : y.data) number = number == 0 ? low : 1;
    const std::int64_t how = d.below(3);
    const double k = d.real(0.2, 1.5);
    d.put(
        {x}, [=](const N& a) { return ours(a, y.on(a), reductions[how], k); },
        [=](const T& a) { return theirs(a, y.on(a), how, k); });
  });
}
T reduced(const T& losses, std::int64_t how) {
  return how == 0 ? losses : how == 1 ? losses.mean() : losses.sum();
}

void add_regression(Table& t) {
  pairwise(
      t, "l1_loss", In::any, In::distinct,
      [](auto& a, auto& b, Reduction r, double) { return l1_loss(a, b, r); },
      [](auto& a, auto& b, std::int64_t r, double) { return at::l1_loss(a, b, r); });
  pairwise(
      t, "squared_loss", In::any, In::any,
      [](auto& a, auto& b, Reduction r, double) { return squared_loss(a, b, r); },
      [](auto& a, auto& b, std::int64_t r, double) { return at::mse_loss(a, b, r); });
  pairwise(
      t, "smooth_l1_loss", In::any, In::any,
      [](auto& a, auto& b, Reduction r, double k) { return smooth_l1_loss(a, b, k, r); },
      [](auto& a, auto& b, std::int64_t r, double k) { return at::smooth_l1_loss(a, b, r, k); });
  pairwise(
      t, "huber_loss", In::any, In::any,
      [](auto& a, auto& b, Reduction r, double k) { return huber_loss(a, b, k, r); },
      [](auto& a, auto& b, std::int64_t r, double k) { return at::huber_loss(a, b, r, k); });
  for (const bool log : {false, true})
    pairwise(
        t, log ? "poisson_nll_loss" : "poisson_nll_loss of rates", log ? In::bounded : In::positive,
        In::positive,
        [=](auto& a, auto& b, Reduction r, double) {
          return poisson_nll_loss(a, stop_gradient(b), {log, true, 1e-8, r});
        },
        [=](auto& a, auto& b, std::int64_t r, double) {
          return at::poisson_nll_loss(a, b.detach(), log, true, 1e-8, r);
        });
  t.add("gaussian_nll_loss", [](Draw& d) {
    const int x = d.any();
    const Shape& s = d.shape_of(x);
    const std::int64_t how = d.below(3);
    d.put(
        {x, d.of_shape(s), d.of_shape(s, In::positive)},
        [=](const N& a, const N& b, const N& v) {
          return gaussian_nll_loss(a, b, v, {true, 1e-6, reductions[how]});
        },
        [=](const T& a, const T& b, const T& v) {
          const double full = std::log(2 * M_PI) / 2;
          return reduced(0.5 * (at::log(v) + at::square(a - b) / v) + full, how);
        });
  });
  pairwise(
      t, "mean and half squared_error", In::any, In::any,
      [](auto& a, auto& b, Reduction, double k) {
        return k < 1 ? mean_squared_error(a, b) : half_squared_error(a, b);
      },
      [](auto& a, auto& b, std::int64_t, double k) {
        return k < 1 ? at::mse_loss(a, b) : at::mse_loss(a, b, 2) / 2;
      });
}

void add_two_classes(Table& t) {
  pairwise(
      t, "kl_divergence", In::any, In::share,
      [](auto& a, auto& b, Reduction r, double) { return kl_divergence(a, b, r); },
      [](auto& a, auto& b, std::int64_t r, double) { return at::kl_div(a, b, r); });
  pairwise(
      t, "kl_divergence of logarithms", In::any, In::bounded,
      [](auto& a, auto& b, Reduction r, double) { return kl_divergence(a, b, r, true); },
      [](auto& a, auto& b, std::int64_t r, double) { return at::kl_div(a, b, r, true); });
  pairwise(
      t, "binary_cross_entropy", In::share, In::share,
      [](auto& a, auto& b, Reduction r, double k) {
        return binary_cross_entropy(a, stop_gradient(b), BinaryLoss<double>{k, 1, r});
      },
      [](auto& a, auto& b, std::int64_t r, double k) {
        return at::binary_cross_entropy(a, b.detach(), at::full_like(a.detach(), k), r);
      });
  pairwise(
      t, "binary_cross_entropy_from_logits", In::any, In::share,
      [](auto& a, auto& b, Reduction r, double k) {
        return binary_cross_entropy_from_logits(a, b, BinaryLoss<double>{k, 1.5, r});
      },
      [](auto& a, auto& b, std::int64_t r, double k) {
        const T weight = at::full_like(a.detach(), k);
        return at::binary_cross_entropy_with_logits(a, b, weight, at::full({}, 1.5, at::kDouble),
                                                    r);
      });
  two_classes(
      t, "hinge_loss", In::distinct, -1,
      [](const auto& a, const auto& y, Reduction r, double) { return hinge_loss(a, y, r); },
      [](const auto& a, const auto& y, std::int64_t r, double) {
        return reduced(at::relu(1 - y * a), r);
      });
  two_classes(
      t, "hinge_embedding_loss", In::distinct, -1,
      [](const auto& a, const auto& y, Reduction r, double k) {
        return hinge_embedding_loss(a, y, k, r);
      },
      [](const auto& a, const auto& y, std::int64_t r, double k) {
        return at::hinge_embedding_loss(a, y, k, r);
      });
  two_classes(
      t, "soft_margin_loss", In::any, -1,
      [](const auto& a, const auto& y, Reduction r, double) { return soft_margin_loss(a, y, r); },
      [](const auto& a, const auto& y, std::int64_t r, double) {
        return at::soft_margin_loss(a, y, r);
      });
  t.add("multilabel_soft_margin_loss", [](Draw& d) {
    const int x = d.ranked(1, 2);
    const Numbers y = d.mask(d.shape_of(x));
    d.put(
        {x}, [=](const N& a) { return multilabel_soft_margin_loss(a, y.on(a)); },
        [=](const T& a) {
          const T is = y.on(a);
          return -(is * at::log_sigmoid(a) + (1 - is) * at::log_sigmoid(-a)).mean(-1).mean();
        });
  });
}

void add_pairs(Table& t) {
  t.add("margin_ranking_loss", [](Draw& d) {
    const int a = d.any(In::distinct);
    Numbers y = d.mask(d.shape_of(a));
    for (double& number : y.data) number = number * 2 - 1;
    const std::int64_t how = d.below(3);
    d.put(
        {a, d.of_shape(d.shape_of(a))},
        [=](const N& p, const N& q) {
          return margin_ranking_loss(p, q, y.on(p), 0.3, reductions[how]);
        },
        [=](const T& p, const T& q) { return at::margin_ranking_loss(p, q, y.on(p), 0.3, how); });
  });
  t.add("cosine_embedding_loss", [](Draw& d) {
    const Shape shape{d.between(1, 4), d.between(2, 4)};
    Numbers y = d.mask({shape[0]});
    for (double& number : y.data) number = number * 2 - 1;
    const std::int64_t how = d.below(3);
    d.put(
        {d.of_shape(shape, In::nonzero), d.of_shape(shape, In::nonzero)},
        [=](const N& p, const N& q) {
          return cosine_embedding_loss(p, q, y.on(p), 0.1, reductions[how]);
        },
        [=](const T& p, const T& q) { return at::cosine_embedding_loss(p, q, y.on(p), 0.1, how); },
        [=](const std::vector<T>& x) {  // without the 1e-12 that it adds to squared norms
          const T cosine = at::cosine_similarity(x[0], x[1], 1);
          const T target = y.tensor();
          return reduced(at::where(target == 1, 1 - cosine, at::relu(cosine - 0.1)), how);
        });
  });
  t.add("triplet_margin_loss", [](Draw& d) {
    const Shape shape{d.between(1, 4), d.between(1, 4)};
    const std::int64_t how = d.below(3);
    const double p = d.flag() ? 2 : 3;
    const bool swap = d.flag();
    d.put(
        {d.of_shape(shape), d.of_shape(shape, In::distinct), d.of_shape(shape, In::distinct)},
        [=](const N& a, const N& b, const N& c) {
          return triplet_margin_loss(a, b, c, {0.7, p, 1e-6, swap, reductions[how]});
        },
        [=](const T& a, const T& b, const T& c) {
          return at::triplet_margin_loss(a, b, c, 0.7, p, 1e-6, swap, how);
        });
  });
}

void add_classes(Table& t) {
  struct Setup {
    int scores;
    std::int64_t classes, how, ignored;
    Positions labels;
    Numbers weights;
    double smooth;
    ClassLoss ours() const { return {weights.data, ignored, smooth, reductions[how]}; }
  };
  const auto setup = [](Draw& d, double smooth) {
    const std::int64_t m = d.between(1, 4), classes = d.between(2, 4);
    Shape scores{m, classes}, labels{m};
    if (d.below(3) == 0) scores.push_back(2), labels.push_back(2);
    Numbers weights = d.normal({classes});
    for (double& w : weights.data) w = 0.2 + std::abs(w);
    Positions at = d.positions(labels, classes);
    const std::int64_t ignored = d.flag()                            ? -100
                                 : at.data.back() == at.data.front() ? -100
                                                                     : at.data.back();
    return Setup{d.of_shape(scores), classes, d.below(3), ignored, at, weights, smooth};
  };
  t.add("negative_log_likelihood", [=](Draw& d) {
    const Setup s = setup(d, 0);
    d.put(
        {s.scores},
        [=](const N& z) {
          return negative_log_likelihood(log_softmax(z, 1), s.labels.on(z), s.ours());
        },
        [=](const T& z) {
          return at::nll_loss_nd(at::log_softmax(z, 1), s.labels.on(z), s.weights.on(z), s.how,
                                 s.ignored);
        });
  });
  t.add("softmax_cross_entropy", [=](Draw& d) {
    const Setup s = setup(d, d.flag() ? 0 : 0.2);
    d.put(
        {s.scores}, [=](const N& z) { return softmax_cross_entropy(z, s.labels.on(z), s.ours()); },
        [=](const T& z) {
          return at::cross_entropy_loss(z, s.labels.on(z), s.weights.on(z), s.how, s.ignored,
                                        s.smooth);
        });
  });
  t.add("softmax_cross_entropy of distributions", [=](Draw& d) {
    const Setup s = setup(d, d.flag() ? 0 : 0.2);
    d.put(
        {s.scores, d.of_shape(d.shape_of(s.scores), In::share)},
        [=](const N& z, const N& y) {
          return softmax_cross_entropy(
              z, y, ClassLoss{s.weights.data, -100, s.smooth, reductions[s.how]});
        },
        [=](const T& z, const T& y) {
          return at::cross_entropy_loss(z, y, s.weights.on(z), s.how, -100, s.smooth);
        });
  });
  t.add("cross_entropy of probabilities", [](Draw& d) {
    const Shape shape{d.between(1, 4), d.between(2, 4)};
    d.put(
        {d.of_shape(shape, In::bounded), d.of_shape(shape, In::share)},
        [](const N& z, const N& y) { return cross_entropy(softmax(z), y); },
        [](const T& z, const T& y) { return -(y * at::log_softmax(z, 1)).sum(1).mean(); });
  });
  t.add("multi_margin_loss", [=](Draw& d) {
    const std::int64_t m = d.between(1, 4), classes = d.between(2, 4), how = d.below(3);
    const Positions labels = d.positions({m}, classes);
    const int p = int(d.between(1, 2));
    d.put(
        {d.of_shape({m, classes}, In::distinct)},
        [=](const N& z) {
          return multi_margin_loss(z, labels.on(z), {double(p), 0.8, {}, reductions[how]});
        },
        [=](const T& z) { return at::multi_margin_loss(z, labels.on(z), p, 0.8, {}, how); },
        [=](const std::vector<T>& x) {
          const T label = labels.tensor().unsqueeze(1);
          const T apart = at::relu(0.8 - at::gather(x[0], 1, label) + x[0]);
          const T other = 1 - at::zeros_like(x[0]).scatter(1, label, 1.0);
          return reduced((at::pow(apart, p) * other).mean(1), how);
        });
  });
  t.add("multilabel_margin_loss", [=](Draw& d) {
    const std::int64_t m = d.between(1, 4), classes = d.between(2, 4), how = d.below(3);
    Positions targets{{m, classes}, {}};
    for (std::int64_t i = 0; i < m; ++i) {
      const Positions order = d.permutation(classes);
      const std::int64_t last = d.between(1, classes);
      for (std::int64_t j = 0; j < classes; ++j)
        targets.data.push_back(j < last ? order.data[std::size_t(j)] : -1);
    }
    d.put(
        {d.of_shape({m, classes}, In::distinct)},
        [=](const N& z) { return multilabel_margin_loss(z, targets.on(z), reductions[how]); },
        [=](const T& z) { return at::multilabel_margin_loss(z, targets.on(z), how); },
        [=](const std::vector<T>& x) {
          // the -1 go to a place more at the end, and away with it
          const T named = targets.tensor();
          const T ends = named.masked_fill(named < 0, classes);
          const T is = at::one_hot(ends, classes + 1).sum(1).narrow(1, 0, classes).to(at::kDouble);
          const T pairs = is.unsqueeze(2) * (1 - is).unsqueeze(1);
          const T apart = at::relu(1 - x[0].unsqueeze(2) + x[0].unsqueeze(1));
          return reduced((pairs * apart).sum({1, 2}) / classes, how);
        });
  });
}

}  // namespace

void add_losses(Table& table) {
  add_regression(table);
  add_two_classes(table);
  add_pairs(table);
  add_classes(table);
}

}  // namespace glassgrad::differential
