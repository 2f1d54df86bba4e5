// A Gaussian process whose length scale, amplitude and noise are learnt: the log marginal
// likelihood goes through a Cholesky factor and a triangular solve, its gradient back through both.
// The closed form of that gradient, worked out without the engine, says that it is right. Real
// data: 150 patients are learnt from, 100 others predicted. Run it in the repository's root.
// Source: Rasmussen, Williams: Gaussian Processes for Machine Learning, 2006, chapters 2 and 5.
#include <glassgrad/data/csv.hpp>
#include <glassgrad/data/metrics.hpp>
#include <glassgrad/data/prepare.hpp>
#include <glassgrad/glassgrad.hpp>

#include "slide.hpp"
using namespace glassgrad;

constexpr double tau = 6.283185307179586;
struct Patients {
  Matrix x;
  Numbers y;
  std::size_t size() const { return y.size(); }
};

// |x_i - z_j|^2
Numbers distances(const Matrix& x, const Matrix& z) {
  Numbers all;
  for (std::int64_t i = 0; i < x.rows; ++i)
    for (std::int64_t j = 0; j < z.rows; ++j) {
      double sum = 0;
      for (std::int64_t c = 0; c < x.columns; ++c) {
        const double gap = x(i, c) - z(j, c);
        sum += gap * gap;
      }
      all.push_back(sum);
    }
  return all;
}

// theta = ln of (length l, amplitude a, noise s):  K = a^2 exp(-|x - x'|^2 / (2 l^2)) + s^2 I
Node<> kernel(const Node<>& theta, const Node<>& squares) {
  const Node<> l = slice(theta, 0, 0, 1), a = slice(theta, 0, 1, 2);
  return exp(2 * a) * exp(-squares / (2 * exp(2 * l)));
}
// ln p(y) = -1/2 |L^-1 y|^2 - sum of ln L_ii - n/2 ln 2 pi  for K = L L^T
Node<> log_likelihood(Tape<>& tape, const Node<>& theta, const Patients& data) {
  const std::int64_t n = std::int64_t(data.size());
  const Shape shape{n, n};
  const Numbers d = distances(data.x, data.x);
  const auto squares = tape.constant(View<const double>{d.data(), &shape});
  const auto noise = diag(exp(2 * slice(theta, 0, 2, 3)) + tape.zeros(Shape{n}));
  const auto factor = name("L", cholesky(kernel(theta, squares) + noise));
  const auto white = solve_triangular(factor, tape.constant(data.y));
  return -sum(square(white)) / 2 - sum(log(diagonal(factor))) - double(n) / 2 * std::log(tau);
}

// K^-1 for the numbers theta, by elimination: no engine, long double.
std::vector<std::vector<long double>> inverse_covariance(const Numbers& theta, const Numbers& d,
                                                         std::size_t n) {
  std::vector<std::vector<long double>> m(n, std::vector<long double>(2 * n));
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j)
      m[i][j] = std::exp(2 * theta[1] - d[i * n + j] / (2 * std::exp(2 * theta[0])));
    m[i][i] += std::exp(2 * theta[2]);
    m[i][n + i] = 1;
  }
  for (std::size_t k = 0; k < n; ++k) {  // positive definite: no pivoting is needed
    for (std::size_t j = 2 * n; j-- > k;) m[k][j] /= m[k][k];
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 2 * n; i != k && j-- > k;) m[i][j] -= m[i][k] * m[k][j];
  }
  for (auto& row : m) row.erase(row.begin(), row.begin() + std::ptrdiff_t(n));
  return m;
}

// 1/2 tr((a a^T - K^-1) dK/dtheta) for a = K^-1 y (equation 5.9).
Numbers closed_form(const Numbers& theta, const Patients& data) {
  const std::size_t n = data.size();
  const Numbers d = distances(data.x, data.x);
  const auto inverse = inverse_covariance(theta, d, n);
  std::vector<long double> a(n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) a[i] += inverse[i][j] * data.y[j];
  long double slope[3] = {};
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) {
      const long double weight = (a[i] * a[j] - inverse[i][j]) / 2, l2 = std::exp(2 * theta[0]);
      const long double k = std::exp(2 * theta[1] - d[i * n + j] / (2 * l2));
      slope[0] += weight * k * d[i * n + j] / l2;
      slope[1] += weight * 2 * k;
      if (i == j) slope[2] += weight * 2 * std::exp(2 * theta[2]);
    }
  return {double(slope[0]), double(slope[1]), double(slope[2])};
}

double worst(const Numbers& a, const Numbers& b) {  // |a - b| / max(1, |b|)
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    most = std::max(most, std::abs(a[i] - b[i]) / std::max(1.0, std::abs(b[i])));
  return most;
}
bool near_closed_form(const Numbers& theta, const Patients& data) {
  Tape tape;
  const auto at = tape.input(theta);
  const double off =
      worst(grad(log_likelihood(tape, at, data), at).value(), closed_form(theta, data));
  std::printf("theta (%.2f, %.2f, %.2f): gradient and closed form differ by %.1e\n", theta[0],
              theta[1], theta[2], off);
  return off <= 1e-10;
}

int main() {
  Dataset all = read_labelled_csv("examples/data/diabetes.csv", {.kind = LabelKind::targets});
  Standardizer::fit(all.x).apply(all.x);
  Matrix y{all.size(), 1, all.targets};
  Standardizer::fit(y).apply(y);
  std::vector<std::int64_t> first, next;
  for (std::int64_t i = 0; i < 250; ++i) (i < 150 ? first : next).push_back(i);
  const Patients train{take(all.x, first), {take(y, first).numbers}};
  const Patients test{take(all.x, next), {take(y, next).numbers}};

  claim("the gradient is the closed form to 1e-10", near_closed_form({0.7, 0.1, -0.4}, train));
  Parameter theta("theta", {1.0, 0.0, 0.0});
  Parameter<>* const parameters[] = {&theta};
  const auto result = Lbfgs<>({.tolerance = 1e-8}).minimise(parameters, [&](Tape<>& tape) {
    return -log_likelihood(tape, tape(theta), train) / double(train.size());
  });
  const Numbers found = theta.value();
  std::printf("%d steps: length %.4f, amplitude %.4f, noise %.4f, ln p(y) %.6f\n",
              int(result.steps), std::exp(found[0]), std::exp(found[1]), std::exp(found[2]),
              -result.cost * double(train.size()));
  claim("also at the optimum", near_closed_form(found, train));
  claim("which is one: the largest slope per example is at most 1e-8", result.gradient <= 1e-8);

  // Through the Cholesky factor twice more: the curvature there is that of a maximum.
  Tape tape;
  const auto at = tape.input(found);
  const Shape three{3, 3};
  const Numbers H = hessian(log_likelihood(tape, at, train), at);
  const Numbers least = eigh(-tape.constant(View<const double>{H.data(), &three})).values.value();
  Numbers differences(std::vector<double>(9, 0.0));
  for (std::size_t j = 0; j < 3; ++j) {
    Numbers up = found, down = found;
    up[j] += 1e-4, down[j] -= 1e-4;
    const Numbers high = closed_form(up, train), low = closed_form(down, train);
    for (std::size_t i = 0; i < 3; ++i) differences[i * 3 + j] = (high[i] - low[i]) / 2e-4;
  }
  std::printf("curvatures %.3f, %.3f, %.3f\n", least[0], least[1], least[2]);
  claim("a maximum: every curvature is positive", least[0] > 0);
  claim("the Hessian is that of the closed form", worst(H, differences) <= 1e-6);

  // What is predicted: K(test, train) K^-1 y.
  const Numbers d = distances(train.x, train.x), cross = distances(test.x, train.x);
  const auto inverse = inverse_covariance(found, d, train.size());
  const Shape table{std::int64_t(test.size()), std::int64_t(train.size())};
  const Numbers k = kernel(at, tape.constant(View<const double>{cross.data(), &table})).value();
  Numbers predicted(std::vector<double>(test.size(), 0.0));
  for (std::size_t t = 0; t < test.size(); ++t)
    for (std::size_t i = 0; i < train.size(); ++i)
      for (std::size_t j = 0; j < train.size(); ++j)
        predicted[t] += k[t * train.size() + i] * double(inverse[i][j]) * train.y[j];
  const double r2 = r_squared(test.y, predicted);
  std::printf("R^2 of the 100 others: %.4f\n", r2);
  claim("it predicts: R^2 is above 0.4", r2 > 0.4);
  return failures();
}
