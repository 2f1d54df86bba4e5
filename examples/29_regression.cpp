// Real data, a linear last layer and the mean squared error: ten measurements of 442 patients
// predict how a disease went on. The cost is a bowl, so descent with an exact line search along
// conjugate directions reaches the least-squares optimum; the normal equations, solved by
// elimination without the engine, say where that is. Run it in the repository's root. Next:
// 30_fashion_mnist.cpp.
#include <glassgrad/data/csv.hpp>
#include <glassgrad/data/metrics.hpp>
#include <glassgrad/data/prepare.hpp>
#include <glassgrad/glassgrad.hpp>

#include "slide.hpp"
using namespace glassgrad;

// The normal equations A^T A w = A^T t for A = [x 1], by Gaussian elimination with pivoting.
Numbers least_squares(const Dataset& data) {
  const std::size_t n = std::size_t(data.x.columns) + 1;
  std::vector<std::vector<long double>> m(n, std::vector<long double>(n + 1));
  for (std::int64_t r = 0; r < data.size(); ++r) {
    Numbers a = data.x.row(r);
    a.push_back(1);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) m[i][j] += (long double)a[i] * a[j];
      m[i][n] += (long double)a[i] * data.targets[std::size_t(r)];
    }
  }
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t best = k;
    for (std::size_t i = k; i < n; ++i)
      if (std::abs(m[i][k]) > std::abs(m[best][k])) best = i;
    std::swap(m[k], m[best]);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = n + 1; i != k && j-- > k;) m[i][j] -= m[i][k] / m[k][k] * m[k][j];
  }
  Numbers w;
  for (std::size_t k = 0; k < n; ++k) w.push_back(double(m[k][n] / m[k][k]));
  return w;
}

double dot(const Numbers& a, const Numbers& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

double apart(const Numbers& a, const Numbers& b) {
  double worst = 0;
  for (std::size_t i = 0; i < a.size(); ++i) worst = std::max(worst, std::abs(a[i] - b[i]));
  return worst;
}

// w holds the ten weights and the bias: the prediction is [x 1] w.
Node<> predict(Tape<>& tape, Parameter<>& w, const Dataset& data) {
  const Shape shape{data.size(), data.x.columns};
  auto x = tape.constant("x", View<const double>{data.x.numbers.data(), &shape});
  auto all = tape(w);
  return matmul(x, slice(all, 0, 0, 10)) + slice(all, 0, 10, 11);
}

// Conjugate gradients (Hestenes, Stiefel 1952): along direction d the cost's second derivative
// d^T H d is a jvp of the gradient, and the best step is -g^T d / d^T H d.
void minimise(Parameter<>& w, const Dataset& data) {
  const std::size_t n = std::size_t(w.shape().count());
  Numbers direction(std::vector<double>(n, 0.0));
  double before = 0;
  Tape tape;
  for (std::size_t step = 0; step < 60; ++step) {
    tape.clear();
    auto cost = mean_squared_error(predict(tape, w, data), tape.constant("t", data.targets));
    auto slope = grad(cost, tape(w));
    const Numbers g = slope.value();
    const double now = dot(g, g);
    if (step < 4 || step % 5 == 0)
      std::printf("step %2d: MSE %.9f, |gradient| %.2e\n", int(step), cost.item(), std::sqrt(now));
    if (now < 1e-24) break;
    const double share = step % n == 0 ? 0 : now / before;  // of the direction taken before
    for (std::size_t i = 0; i < n; ++i) direction[i] = share * direction[i] - g[i];
    before = now;
    const Numbers curved = jvp(slope, tape(w), tape.constant(direction)).value();
    const double length = -dot(g, direction) / dot(direction, curved);
    auto change = w.change();
    for (std::size_t i = 0; i < n; ++i) change[std::int64_t(i)] += length * direction[i];
  }
}

int main() {
  Dataset data = read_labelled_csv("examples/data/diabetes.csv", {.kind = LabelKind::targets});
  Standardizer::fit(data.x).apply(data.x);
  Parameter w("w", std::vector<double>(11, 0.0));
  minimise(w, data);

  // What one would use, since it needs no second derivative and no bowl: L-BFGS.
  Parameter v("v", std::vector<double>(11, 0.0));
  Parameter<>* const parameters[] = {&v};
  const auto result = Lbfgs<>().minimise(parameters, [&](Tape<>& tape) {
    return mean_squared_error(predict(tape, v, data), tape.constant("t", data.targets));
  });
  std::printf("L-BFGS: %d steps, MSE %.9f\n", int(result.steps), result.cost);

  const Numbers optimum = least_squares(data), found = w.value(), by_lbfgs = v.value();
  std::printf("farthest weight from the normal equations' solution: %.1e, by L-BFGS %.1e\n",
              apart(found, optimum), apart(by_lbfgs, optimum));
  claim("the least-squares optimum is reached to 1e-8", apart(found, optimum) <= 1e-8);
  claim("by L-BFGS too", apart(by_lbfgs, optimum) <= 1e-8);

  on_page("structures", "Loss Function");
  row("diabetes, linear + MSE: the bias and the weight of bmi", "", {found[10], found[2]},
      {optimum[10], optimum[2]}, "The normal equations, solved without the engine, agree.", 1e-8);
  Tape tape(Keep::values);
  const Numbers predicted = predict(tape, w, data).value();
  expect("R^2, as scikit-learn's LinearRegression", r_squared(data.targets, predicted),
         0.5177484222, 1e-9);
  return failures();
}
