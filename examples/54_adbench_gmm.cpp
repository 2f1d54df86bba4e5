// ADBench's mixture of Gaussians: 200 points are drawn from three clouds, and centres, shapes and
// weights are fitted by maximising the objective of adbench.hpp. Its value is compared with plain
// loops, its gradient with differences. Next: 55_adbench_lstm.cpp.
#include <glassgrad/check/gradients.hpp>
#include <glassgrad/glassgrad.hpp>

#include "adbench.hpp"
#include "slide.hpp"
using namespace glassgrad;

constexpr std::int64_t n = 200, k = 3, d = 2;
constexpr double wishart_gamma = 1, wishart_m = 0;
const double clouds[3][2] = {{-3, 0}, {2, 2}, {1, -3}};
const double shares[3] = {0.5, 0.3, 0.2};

View<const double> view(const Numbers& numbers, const Shape& shape) {
  return {numbers.data(), &shape};
}

// The same objective by loops, in long double.
double by_loops(const Numbers& alpha, const Numbers& mu, const Numbers& icf, const Numbers& x) {
  const double pi = std::numbers::pi, N = d + wishart_m + 1;
  long double total = 0, weights = 0;
  for (std::size_t j = 0; j < k; ++j) weights += std::exp((long double)alpha[j]);
  for (std::size_t i = 0; i < n; ++i) {
    long double point = 0;
    for (std::size_t j = 0; j < k; ++j) {
      const double *c = &mu[j * d], *p = &x[i * d], *Q = &icf[j * 3];  // q0, q1, l10
      const long double first = std::exp((long double)Q[0]) * (p[0] - c[0]);
      const long double second =
          std::exp((long double)Q[1]) * (p[1] - c[1]) + (long double)Q[2] * (p[0] - c[0]);
      point += std::exp(alpha[j] + Q[0] + Q[1] - (first * first + second * second) / 2);
    }
    total += std::log(point) - std::log(weights);
  }
  const double gamma_d = std::log(pi) / 2 + std::lgamma(N / 2) + std::lgamma(N / 2 - 0.5);
  const double C = N * d * (std::log(wishart_gamma) - std::log(2.0) / 2) - gamma_d;
  for (std::size_t j = 0; j < k; ++j) {
    const double* Q = &icf[j * 3];
    const double size = std::exp(2 * Q[0]) + std::exp(2 * Q[1]) + Q[2] * Q[2];
    total += wishart_gamma * wishart_gamma / 2 * size - wishart_m * (Q[0] + Q[1]) - C;
  }
  return double(total - double(n * d) / 2 * std::log(2 * pi));
}

int main() {
  Random random(1);
  Numbers x;
  for (int i = 0; i < n; ++i) {
    const std::size_t cloud = i < n * shares[0] ? 0 : i < n * (shares[0] + shares[1]) ? 1 : 2;
    for (std::size_t j = 0; j < d; ++j) x.push_back(clouds[cloud][j] + 0.7 * random.normal());
  }
  const Shape x_shape{n, d}, icf_shape{k, 3}, mu_shape{k, d};
  const Numbers alpha{0.1, -0.2, 0.3}, mu{-1, 0.5, 1, 1.5, 0.5, -1};
  const Numbers icf{0.1, -0.2, 0.3, 0.2, 0.05, -0.4, -0.1, 0.15, 0.25};
  const auto objective = [&](const Node<>& a, const Node<>& c, const Node<>& q) {
    const Node<> points = a.tape()->constant("x", view(x, x_shape));
    return adbench::gmm(a, c, q, points, wishart_gamma, wishart_m);
  };

  Tape tape;
  const double value =
      objective(tape.input(alpha), tape.input(view(mu, mu_shape)), tape.input(view(icf, icf_shape)))
          .item();
  expect("the objective", value, by_loops(alpha, mu, icf, x), 1e-9);
  const GradientReport report = check_gradients(
      objective, {{"alpha", alpha}, {"mu", view(mu, mu_shape)}, {"icf", view(icf, icf_shape)}});
  std::printf("%s\n", report.text().c_str());
  claim("its gradient is right", report.ok);

  // With ADBench's signs the prior rewards small variances without end: fitted is what the data
  // say.
  Parameter a("alpha", alpha), c("mu", view(mu, mu_shape)), q("icf", view(icf, icf_shape));
  Parameter<>* const parameters[] = {&a, &c, &q};
  const auto result = Lbfgs<>({.tolerance = 1e-8}).minimise(parameters, [&](Tape<>& t) {
    const Node<> Q = t(q),
                 sizes = sum(square(exp(slice(Q, 1, 0, d)))) + sum(square(slice(Q, 1, d)));
    return (wishart_gamma * wishart_gamma / 2 * sizes - objective(t(a), t(c), Q)) / double(n);
  });
  std::printf("%d steps, the largest slope left is %.1e\n", int(result.steps), result.gradient);
  double weights = 0;
  for (std::int64_t j = 0; j < k; ++j) weights += std::exp(a.value()[j]);
  for (std::int64_t j = 0; j < k; ++j) {
    std::size_t nearest = 0;
    double least = 1e9;
    for (std::size_t cloud = 0; cloud < 3; ++cloud) {
      const double away =
          std::hypot(c.value()(j, 0) - clouds[cloud][0], c.value()(j, 1) - clouds[cloud][1]);
      if (away < least) least = away, nearest = cloud;
    }
    const double share = std::exp(a.value()[j]) / weights;
    std::printf("centre (%.3f, %.3f), share %.3f: %.2f from (%g, %g), share %g\n", c.value()(j, 0),
                c.value()(j, 1), share, least, clouds[nearest][0], clouds[nearest][1],
                shares[nearest]);
    claim("one of the clouds is found", least < 0.3 && std::abs(share - shares[nearest]) < 0.03);
  }
  claim("an optimum is reached", result.gradient <= 1e-8);
  return failures();
}
