// Logistic regression by Newton's method: does a patient's disease go on faster than usual? The
// cost with its L2 term is strongly convex, so there is one optimum, and exact Hessians reach it in
// a few steps, each with about twice the digits of the one before. Run it in the repository's root.
// Next: 51_physics_informed.cpp, second derivatives inside a loss.
#include <glassgrad/data/csv.hpp>
#include <glassgrad/data/prepare.hpp>
#include <glassgrad/glassgrad.hpp>

#include "slide.hpp"
using namespace glassgrad;

constexpr double lambda = 0.01;       // of the L2 term
constexpr std::int64_t weights = 11;  // ten measurements and the bias

// mean of ln(1 + e^z) - y z  +  lambda / 2 |w|^2  for z = [x 1] w
Node<> cost_of(Tape<>& tape, const Node<>& w, const Dataset& data) {
  const Shape shape{data.size(), data.x.columns};
  const auto x = tape.constant("x", View<const double>{data.x.numbers.data(), &shape});
  const auto z = matmul(x, slice(w, 0, 0, 10)) + slice(w, 0, 10, 11);
  return binary_cross_entropy_from_logits(z, tape.constant("y", data.targets)) +
         lambda / 2 * sum(square(w));
}

double norm(const Numbers& a) {
  double sum = 0;
  for (const double number : a) sum += number * number;
  return std::sqrt(sum);
}
double apart(const Numbers& a, const Numbers& b) {
  double worst = 0;
  for (std::size_t i = 0; i < a.size(); ++i) worst = std::max(worst, std::abs(a[i] - b[i]));
  return worst;
}

struct Run {
  int steps = 0;
  double ratio = 0;  // the largest |g| / |g before|^2 near the optimum
};

// w <- w - a H^-1 g, where a is 1 unless the cost says that this is too far.
Run newton(Parameter<>& w, const Dataset& data) {
  Run run;
  double before = 1;
  Tape tape;
  for (int step = 0; step < 50; ++step) {
    tape.clear();
    const auto at = tape(w);
    const auto cost = name("cost", cost_of(tape, at, data));
    const auto g = grad(cost, at);
    const double size = norm(g.value());
    std::printf("step %2d: cost %.12f  |g| %.2e", step, cost.item(), size);
    const bool near = before < 1e-1 && size > 1e-14;  // below that there is only rounding
    if (near) std::printf("  |g| / |g before|^2 %.2f", size / before / before);
    if (near) run.ratio = std::max(run.ratio, size / before / before);
    std::puts("");
    run.steps = step;
    if (size < 1e-14) return run;
    before = size;

    const Shape square_shape{weights, weights};
    const std::vector<double> H = hessian(cost, at);
    const Numbers move =
        solve(tape.constant(View<const double>{H.data(), &square_shape}), g).value();
    const Numbers here = at.value();
    const double expected = sum(g * tape.constant(move)).item(), now = cost.item();
    for (double a = 1; a > 1e-6; a /= 2) {
      Numbers there = here;
      for (std::size_t i = 0; i < there.size(); ++i) there[i] -= a * move[i];
      // 1e-14: near the optimum rounding hides what the cost still loses
      if (cost_of(tape, tape.constant(there), data).item() <= now - 1e-4 * a * expected + 1e-14) {
        w.assign(there);
        break;
      }
    }
  }
  return run;
}

// X^T diag(p (1 - p)) X / n + lambda I, without the engine.
Numbers hessian_by_hand(const Numbers& w, const Dataset& data) {
  Numbers H(std::vector<double>(weights * weights, 0.0));
  for (std::int64_t r = 0; r < data.size(); ++r) {
    Numbers x = data.x.row(r);
    x.push_back(1);
    double z = 0;
    for (std::size_t i = 0; i < x.size(); ++i) z += x[i] * w[i];
    const double p = 1 / (1 + std::exp(-z)), curve = p * (1 - p) / double(data.size());
    for (std::size_t i = 0; i < x.size(); ++i)
      for (std::size_t j = 0; j < x.size(); ++j) H[i * weights + j] += curve * x[i] * x[j];
  }
  for (std::size_t i = 0; i < weights; ++i) H[i * weights + i] += lambda;
  return H;
}

int main() {
  Dataset data = read_labelled_csv("examples/data/diabetes.csv", {.kind = LabelKind::targets});
  Standardizer::fit(data.x).apply(data.x);
  for (double& progression : data.targets) progression = progression > 150;

  Parameter w("w", std::vector<double>(weights, 0.0)),
      far("far", std::vector<double>(weights, 0.0));
  std::puts("from 0");
  const Run run = newton(w, data);
  Random random(1);
  Numbers start;
  for (int i = 0; i < weights; ++i) start.push_back(5 * random.normal());
  far.assign(start);
  std::puts("from far away");
  const Run from_far = newton(far, data);

  Tape tape;
  const auto at = tape(w);
  const auto cost = cost_of(tape, at, data);
  const double slope = norm(grad(cost, at).value());
  const Numbers optimum = w.value(), other = far.value();
  std::printf("|g| %.1e, so w is within %.1e of the optimum; the two runs are %.1e apart\n", slope,
              slope / lambda, apart(optimum, other));
  // lambda is the least curvature there is: |w - optimum| <= |g| / lambda
  claim("the unique optimum is reached to 1e-10", slope / lambda <= 1e-10);
  claim("from both starts", apart(optimum, other) <= 1e-10);
  claim("in few steps", run.steps <= 8 && from_far.steps <= 12);
  claim("quadratically: |g| is at most 4 |g before|^2",
        run.ratio > 0 && run.ratio <= 4 && from_far.ratio <= 4);
  const Numbers H = hessian(cost, at);
  claim("the Hessian is X^T diag(p (1 - p)) X / n + lambda I",
        apart(H, hessian_by_hand(optimum, data)) <= 1e-14);

  Parameter v("v", std::vector<double>(weights, 0.0));
  Parameter<>* const parameters[] = {&v};
  const auto result = Lbfgs<>().minimise(
      parameters, [&](Tape<>& other_tape) { return cost_of(other_tape, other_tape(v), data); });
  const Numbers by_lbfgs = v.value();
  std::printf("L-BFGS needs %d steps and is %.1e away\n", int(result.steps),
              apart(optimum, by_lbfgs));
  claim("L-BFGS finds the same", apart(optimum, by_lbfgs) <= 1e-7);
  return failures();
}
