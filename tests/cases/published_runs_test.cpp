// Training runs that were published, repeated from their initial weights: every cost they print
// and the first gradient.
#include <glassgrad/data/csv.hpp>

#include "cases/reader.hpp"
#include "support/paths.hpp"

namespace glassgrad::cases {
namespace {

constexpr double tolerance = 1e-10;

struct Net {
  std::vector<Parameter<>> W, b;
};

Net net_of(const Json& run) {
  Net net;
  for (const Json& layer : run.at("initial_params")) {
    const std::string at = std::to_string(net.W.size() + 1);
    const Numbers W = numbers(layer.at("W")), b = numbers(layer.at("b"));
    const Shape column{b.shape.count(), 1};
    net.W.emplace_back("W" + at, W.view());
    net.b.emplace_back("b" + at, View<const double>{b.data.data(), &column});
  }
  return net;
}

// The mean over the examples of half the squared error, or of -(y ln p + (1 - y) ln(1 - p)).
Node<> cost_of(const std::string& loss, const Node<>& z, const Node<>& y) {
  const double examples = double(y.shape().count());
  if (loss == "half_mse") return sum(square(y - sigmoid(z))) / (2 * examples);
  if (loss == "keras_bce" || loss == "stable_bce") return sum(softplus(z) - z * y) / examples;
  throw Skip{"the loss " + loss};
}

// Fisher's 150 irises, all four columns; or 1 for every virginica.
Numbers flowers(bool inputs) {
  const Dataset data = read_labelled_csv(source_folder() + "/examples/data/iris.csv");
  Numbers numbers{Shape{data.size()}, {}};
  if (inputs) {
    numbers.shape = Shape{data.size(), 4};
    numbers.data = data.x.numbers;
  }
  for (const std::int64_t label : data.labels)
    if (!inputs) numbers.data.push_back(label == 2);
  return numbers;
}

std::string compare(const char* what, const Parameter<>& parameter, const Json& wanted) {
  Numbers expected = numbers(wanted);
  expected.shape = parameter.shape();
  return difference(what + parameter.name(), parameter.gradient(), expected, tolerance);
}

std::string run(const Json& run) {
  Net net = net_of(run);
  std::vector<Parameter<>*> all;
  for (auto& W : net.W) all.push_back(&W);
  for (auto& b : net.b) all.push_back(&b);
  // the Iris run is chaotic beyond its first steps: its data come from elsewhere, in another order
  const bool iris = run.at("X").is_null();
  const Numbers X = iris ? flowers(true) : numbers(run.at("X"));
  const Numbers Y = iris ? flowers(false) : numbers(run.at("Y"));
  const Shape row{1, Y.shape.count()};
  GradientDescent descent(run.at("lr").get<double>());
  Tape tape;
  const Json& costs = run.at("published_costs");
  for (int epoch = 0; epoch < (iris ? 1 : run.at("epochs").get<int>()); ++epoch) {
    tape.clear();
    Node<> a = transpose(tape.constant(X.view())), z = a;
    for (std::size_t i = 0; i < net.W.size(); ++i) {
      z = matmul(tape(net.W[i]), a) + tape(net.b[i]);
      a = sigmoid(z);
    }
    const Node<> cost =
        cost_of(run.at("loss"), z, tape.constant(View<const double>{Y.data.data(), &row}));
    const std::string at = std::to_string(epoch);
    if (costs.contains(at) && distance(cost.item(), number(costs.at(at))) > tolerance)
      return "the cost of epoch " + at + " is " + to_text(cost.item()) + ", published is " +
             to_text(number(costs.at(at)));
    tape.backward(cost);
    tape.add_to_parameters();
    for (std::size_t i = 0; epoch == 0 && i < net.W.size(); ++i) {
      const Json& first = run.at("grad_at_epoch0").at(i);
      std::string problem = compare("d", net.W[i], first.at("dW"));
      if (problem.empty()) problem = compare("d", net.b[i], first.at("db"));
      if (!problem.empty()) return problem;
    }
    descent.step(std::span<Parameter<>* const>(all));
  }
  return "";
}

TEST(PublishedRuns, OfNothingButNumpy) {
  GLASSGRAD_SKIP_WITHOUT_CASES("nothing_but_numpy.json");
  Tally tally("nothing_but_numpy");
  int number = 0;
  for (const Json& json : read(folder() / "nothing_but_numpy.json"))
    tally.run(json.at("name"), number++, [&] { return run(json); });
}

}  // namespace
}  // namespace glassgrad::cases
