// ADBench's two objectives, as examples/adbench.hpp builds them from ops, compared with its
// published values and gradients. The form of the files is that of adbench/FORMAT.md.
#include "../../examples/adbench.hpp"

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

Objective gmm(Tape<>& tape, Source& source) {
  const std::int64_t d = source.size(), k = source.size(), n = source.size();
  const Node<> alpha = source.input(tape, {k}), mu = source.input(tape, {k, d}),
               icf = source.input(tape, {k, d + d * (d - 1) / 2}), x = source.input(tape, {n, d});
  const double gamma = source.next(), m = source.next();
  return {adbench::gmm(alpha, mu, icf, x, gamma, m), {alpha, mu, icf}};
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

  const Node<> loss = adbench::lstm(w, extra, h, cell, s);
  w.insert(w.end(), extra.begin(), extra.end());
  return {loss, w};
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
