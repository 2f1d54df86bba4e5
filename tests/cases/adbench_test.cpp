// ADBench's two objectives, a mixture of Gaussians and a diagonal LSTM, built from ops and compared
// with its published values and gradients. The formulas are those of adbench/FORMAT.md.
#include <numbers>

#include "cases/reader.hpp"

namespace glassgrad::cases {
namespace {

constexpr double tolerance = 1e-8;  // ADBench's own

struct Source {
  std::ifstream file;
  explicit Source(const std::filesystem::path& path) : file(path) {}
  double next() {
    double number = 0;
    file >> number;
    return number;
  }
  std::int64_t size() { return std::int64_t(next()); }
  std::vector<double> next(std::int64_t count) {
    std::vector<double> numbers;
    for (std::int64_t i = 0; i < count; ++i) numbers.push_back(next());
    return numbers;
  }
  Node<> input(Tape<>& tape, const Shape& shape) {
    const std::vector<double> numbers = next(shape.count());
    return tape.input(View<const double>{numbers.data(), &shape});
  }
};

struct Objective {
  Node<> value;
  std::vector<Node<>> parameters;  // in the order of the gradient
};

// The strictly lower triangular matrices whose columns stand one after the other in the rows of l.
Node<> lower_triangles(Tape<>& tape, const Node<>& l, std::int64_t k, std::int64_t d) {
  std::vector<std::int64_t> from(std::size_t(d * d), 0);  // 0: a zero
  std::int64_t next = 1;
  for (std::int64_t column = 0; column < d; ++column)
    for (std::int64_t row = column + 1; row < d; ++row)
      from[std::size_t(row * d + column)] = next++;
  const Shape none{k, 1};
  const Node<> with_zero = concat({tape.zeros(none), l}, 1);
  const Node<> entries = rows(transpose(with_zero), tape.indices(from));
  return reshape(transpose(entries), Shape{k, d, d});
}

Objective gmm(Tape<>& tape, Source& source) {
  const std::int64_t d = source.size(), k = source.size(), n = source.size();
  const Node<> alpha = source.input(tape, {k}), mu = source.input(tape, {k, d}),
               icf = source.input(tape, {k, d + d * (d - 1) / 2}), x = source.input(tape, {n, d});
  const double gamma = source.next(), m = source.next();

  const Node<> q = slice(icf, 1, 0, d), l = slice(icf, 1, d), sum_q = sum(q, Axes{1});
  const Node<> centred = reshape(x, Shape{1, n, d}) - reshape(mu, Shape{k, 1, d});
  const Node<> scaled = exp(reshape(q, Shape{k, 1, d})) * centred +
                        matmul(centred, transpose(lower_triangles(tape, l, k, d), Axes{0, 2, 1}));
  const Node<> each = reshape(alpha + sum_q, Shape{k, 1}) - sum(square(scaled), Axes{2}) / 2;
  const double N = double(d) + m + 1, pi = std::numbers::pi;
  double log_gamma_d = double(d * (d - 1)) / 4 * std::log(pi);
  for (std::int64_t j = 1; j <= d; ++j) log_gamma_d += std::lgamma(N / 2 + double(1 - j) / 2);
  const double C = N * double(d) * (std::log(gamma) - std::log(2.0) / 2) - log_gamma_d;
  const Node<> prior = gamma * gamma / 2 * (sum(square(exp(q))) + sum(square(l))) - m * sum(sum_q);
  return {sum(logsumexp(each, Axes{0})) - double(n) * logsumexp(alpha) + prior -
              double(n * d) / 2 * std::log(2 * pi) - double(k) * C,
          {alpha, mu, icf}};
}

Objective lstm(Tape<>& tape, Source& source) {
  const std::int64_t layers = source.size(), steps = source.size(), b = source.size();
  std::vector<Node<>> w, extra, h, cell, s;
  for (std::int64_t i = 0; i < 8 * layers; ++i) w.push_back(source.input(tape, {b}));
  for (int i = 0; i < 3; ++i) extra.push_back(source.input(tape, {b}));
  for (std::int64_t i = 0; i < layers; ++i) {
    h.push_back(source.input(tape, {b}));
    cell.push_back(source.input(tape, {b}));
  }
  for (std::int64_t i = 0; i < steps; ++i) s.push_back(source.input(tape, {b}));

  Node<> total = 0;
  for (std::size_t t = 0; t + 1 < s.size(); ++t) {
    Node<> x = s[t] * extra[0];
    for (std::size_t i = 0; i < h.size(); ++i) {
      const Node<>* const p = &w[8 * i];
      const Node<> forget = sigmoid(x * p[0] + p[4]), in = sigmoid(h[i] * p[1] + p[5]),
                   out = sigmoid(x * p[2] + p[6]), change = tanh(h[i] * p[3] + p[7]);
      cell[i] = cell[i] * forget + in * change;
      x = h[i] = out * tanh(cell[i]);
    }
    const Node<> y = x * extra[1] + extra[2];
    total += sum(s[t + 1] * (y - log(sum(exp(y)) + 2)));
  }
  w.insert(w.end(), extra.begin(), extra.end());
  return {-total / (double(steps - 1) * double(b)), w};
}

using Build = Objective (*)(Tape<>&, Source&);

std::string run(Build build, const std::filesystem::path& path, const Json& expected) {
  Source source(path);
  Tape tape;
  const Objective objective = build(tape, source);
  const double wanted = number(expected.at("objective"));
  if (distance(objective.value.item(), wanted) > tolerance)
    return "objective is " + to_text(objective.value.item()) + ", wanted " + to_text(wanted);
  if (!expected.contains("gradient") || expected.at("gradient").is_null()) return "";
  tape.backward(objective.value);
  std::vector<double> gradient;
  for (const Node<>& parameter : objective.parameters)
    for (const double slope : parameter.upstream()) gradient.push_back(slope);
  const Shape shape{std::int64_t(gradient.size())};
  return difference("gradient", View<const double>{gradient.data(), &shape},
                    numbers(expected.at("gradient")), tolerance);
}

TEST(Adbench, GaussianMixturesAndLstms) {
  GLASSGRAD_SKIP_WITHOUT_CASES("adbench");
  const Json expected = read(folder() / "adbench" / "expected.json");
  Tally tally("adbench");
  for (const auto& [name, build] : {std::pair<const char*, Build>{"gmm", &gmm}, {"lstm", &lstm}}) {
    int number = 0;
    for (const auto& [file, json] : expected.at(name).items())
      tally.run(name, number++, [&, build = build, &json = json, &file = file] {
        return run(build, folder() / "adbench" / name / file, json);
      });
  }
}

}  // namespace
}  // namespace glassgrad::cases
