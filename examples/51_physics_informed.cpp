// A physics-informed network (Raissi, Perdikaris, Karniadakis 2019): it learns the motion of a
// damped oscillator from the equation alone, u'' + 2 d u' + w^2 u = 0, u(0) = 1, u'(0) = 0, without
// a single measurement. u' and u'' are derivatives of the network that stand inside its loss, so
// its gradient goes through the network three times. The exact solution is known and judges it.
// Next: 52_gaussian_process.cpp, gradients through a Cholesky factor.
#include <glassgrad/check/gradients.hpp>
#include <glassgrad/glassgrad.hpp>

#include "slide.hpp"
using namespace glassgrad;

constexpr double d = 0.3, w = 2, end = 5;
constexpr std::int64_t points = 41, units = 12;

// u = e^(-d t) (cos v t + d / v sin v t) for v^2 = w^2 - d^2
double exact(double t) {
  const double v = std::sqrt(w * w - d * d);
  return std::exp(-d * t) * (std::cos(v * t) + d / v * std::sin(v * t));
}

// u(t) = 1 + t^2 net(t), which has u(0) = 1 and u'(0) = 0 whatever the weights. t is a column.
Node<> motion(const Node<>& t, std::span<const Node<>> p) {
  const Node<> first = tanh(matmul(t, p[0]) + p[1]), second = tanh(matmul(first, p[2]) + p[3]);
  return 1 + square(t) * (matmul(second, p[4]) + p[5]);
}
struct Derivatives {
  Node<> first, second;
};
Derivatives derivatives(const Node<>& u, const Node<>& t) {
  const Node<> first = grad(sum(u), t);  // a point's u depends on its own t only
  return {first, grad(sum(first), t)};
}
Node<> residual(const Node<>& u, const Node<>& t) {
  const auto [first, second] = derivatives(u, t);
  return second + 2 * d * first + w * w * u;
}
Node<> column(Tape<>& tape, std::int64_t n) {
  Numbers t;
  for (std::int64_t i = 0; i < n; ++i) t.push_back(end * double(i) / double(n - 1));
  const Shape shape{n, 1};
  return tape.input("t", View<const double>{t.data(), &shape});
}
Node<> loss(std::span<const Node<>> p, std::int64_t n) {
  const Node<> t = column(*p[0].tape(), n);
  return name("loss", mean(square(residual(motion(t, p), t))));
}

int main() {
  Random random(3);
  std::vector<Parameter<>> net;
  for (const Shape& shape : {Shape{1, units}, {units}, {units, units}, {units}, {units, 1}, {1}}) {
    Numbers start;
    for (std::int64_t i = 0; i < shape.count(); ++i)
      start.push_back(random.normal() / std::sqrt(shape.rank() == 2 ? double(shape[0]) : 1.0));
    net.emplace_back("p" + std::to_string(net.size()),
                     Input<double>(View<const double>{start.data(), &shape}));
  }
  std::vector<Parameter<>*> parameters;
  for (Parameter<>& each : net) parameters.push_back(&each);
  const auto on = [&](Tape<>& tape) {
    std::vector<Node<>> nodes;
    for (Parameter<>& each : net) nodes.push_back(tape(each));
    return nodes;
  };

  // Is the gradient of a loss with second derivatives in it right? All weights, three ways.
  std::vector<CheckInput<>> inputs;
  for (const Parameter<>& each : net) inputs.emplace_back(each.name(), each.value());
  const NodeFunction<double> small_loss = [](std::span<const Node<>> p) { return loss(p, 5); };
  const GradientReport report = check_gradients<double>(small_loss, inputs);
  std::printf("%s\n", report.text().c_str());
  claim("reverse, forward and differences of the loss agree", report.ok);

  const auto result =
      Lbfgs<>({.memory = 30, .most_steps = 4000, .tolerance = 1e-6})
          .minimise(parameters, [&](Tape<>& tape) { return loss(on(tape), points); });
  std::printf("%d steps: mean square of the residual %.2e\n", int(result.steps), result.cost);
  claim("the equation holds, to 0.005 in the mean, where it was learnt", result.cost < 2e-5);

  // Between those points, too: 201 others, against the exact solution.
  Tape tape;
  const std::vector<Node<>> p = on(tape);
  const Node<> t = column(tape, 201), u = motion(t, p);
  double worst = 0;
  for (std::int64_t i = 0; i < 201; ++i)
    worst = std::max(worst, std::abs(u.value()[i] - exact(t.value()[i])));
  for (std::int64_t i = 0; i <= 200; i += 40)
    std::printf("t %.1f: u %9.6f, exact %9.6f\n", t.value()[i], u.value()[i], exact(t.value()[i]));
  std::printf("the largest error is %.1e\n", worst);
  claim("u is the exact solution to 1e-3", worst < 1e-3);

  // The same second derivative three ways: reverse over reverse, forward over forward, laplacian.
  const Node<> one = tape.constant(1.0) + tape.zeros(t.shape());
  const Numbers reverse = derivatives(u, t).second.value(), lap = laplacian(u, t).value(),
                forward = jvp(jvp(u, t, one), t, one).value();
  double apart = 0;
  for (std::size_t i = 0; i < reverse.size(); ++i)
    apart = std::max({apart, std::abs(reverse[i] - forward[i]), std::abs(reverse[i] - lap[i])});
  claim("u'' is the same by reverse mode, forward mode and laplacian", apart <= 1e-11);
  claim("the initial values hold exactly",
        u.value()[0] == 1 && derivatives(u, t).first.value()[0] == 0);
  return failures();
}
