// How many numbers does a network learn? The notes count a 3-4-1 and an m-3-2-1 network by hand,
// and derive dW3 and dW2 of the second for binary cross-entropy: one chain of five factors, turned
// round until the matrices fit. Next: 17_logarithm_of_zero.cpp.
#include <glassgrad/glassgrad.hpp>

#include "slide.hpp"
using namespace glassgrad;

// Examples are columns in the notes, z = W x + b; weights start as N(0, 0.1).
Sequential<> network(const std::vector<std::int64_t>& sizes) {
  Random random(1);
  Sequential<> model;
  for (std::size_t l = 1; l < sizes.size(); ++l)
    model
        .add(Dense<>("layer" + std::to_string(l), sizes[l - 1], sizes[l], random,
                     {.weights = normal_init(0.1), .examples = Examples::columns}))
        .add("sigmoid");
  return model;
}

int main() {
  on_page("notes", "Neural Network (3-4-1)");
  auto small = network({3, 4, 1});
  std::printf("%s\n", summary(small, Shape{3, 1}).c_str());
  row("parameters of 3-4-1: 4 x 3 + 4 + 1 x 4 + 1", "", double(small.parameter_count()), 21);

  on_page("notes", "Back propagation (m-3-2-1)");
  auto model = network({4, 3, 2, 1});
  std::printf("%s\n", summary(model, Shape{4, 1}).c_str());
  for (int m : {1, 4, 10})
    row("3m + 14 parameters for m = " + std::to_string(m), "",
        double(network({m, 3, 2, 1}).parameter_count()), 3 * m + 14);
  const auto count = [&](std::size_t part) {
    return double(model.parts()[part]->parameter_count());
  };
  row("of layer 1 for m = 4: 3m + 3", "", count(0), 15);
  row("of layers 2 and 3", "8 3", {count(2), count(4)}, {8, 3});

  Numbers shapes;
  for (const char* name : {"layer2.W", "layer3.W", "layer1.W"})
    for (auto size : model.parameter(name).shape()) shapes.push_back(double(size));
  row("shapes of W2 and W3", "2 3 1 2", Numbers(std::span(shapes).first(4)), {2, 3, 1, 2});
  row("shape of W1, 3 x m, for m = 4", "", Numbers(std::span(shapes).last(2)), {3, 4});

  // One example forward, keeping every a[l].
  Tape tape;
  std::vector<Node<>> a{tape.constant("x", {{0.5}, {-1.0}, {0.25}, {2.0}})};
  for (std::size_t l = 0; l < 3; ++l) {
    auto z = (*model.parts()[2 * l])(a[l]);
    a.push_back(name("a" + std::to_string(l + 1), (*model.parts()[2 * l + 1])(z)));
  }
  auto L = name("L", binary_cross_entropy(a[3], tape.constant("y", {{1.0}})));
  tape.backward(L);
  print(trace(L, {.fold = true}));
  print(chain(L, tape(model.parameter("layer2.W"))));

  // The notes' formulas, from the values alone.
  const double error = a[3].item() - 1;
  const auto W3 = model.parameter("layer3.W").value();
  const auto W2 = model.parameter("layer2.W").value();
  Numbers dW3, dz2, dW2, dW1;
  for (int i = 0; i < 2; ++i) {
    const double a2 = a[2].value()[i];
    dW3.push_back(error * a2);
    dz2.push_back(W3[i] * error * a2 * (1 - a2));
    for (double a1 : a[1].value()) dW2.push_back(dz2[std::size_t(i)] * a1);
  }
  for (int j = 0; j < 3; ++j) {
    const double a1 = a[1].value()[j];
    const double back = (W2(0, j) * dz2[0] + W2(1, j) * dz2[1]) * a1 * (1 - a1);
    for (double x : a[0].value()) dW1.push_back(back * x);
  }
  on_page("notes", "dL/dW3");
  const auto found = [&](const char* name) { return tape(model.parameter(name)).upstream(); };
  row("dW3 = (a3 - y) a2^T", "", found("layer3.W"), dW3);
  wording("the result", "dL/dW2 = (a2 - y) a2^T", "dL/dW3 = (a3 - y) a2^T",
          "The indices 2 and 3 change places several times on these pages.");
  on_page("notes", "dL/dW2 by the chain rule");
  row("dW2 = (W3^T (a3 - y) o g'(z2)) a1^T", "", found("layer2.W"), dW2);
  wording(
      "the five factors in the chain's order", "(a3 - y) W3^T g'(z2) a1^T",
      "(W3^T (a3 - y) o g'(z2)) a1^T",
      "In the chain's order 1x1, 2x1, 2x1 and 1x3 do not multiply: W3^T comes first, and g'(z2) "
      "multiplies entry by entry.");
  row("dW1 = (W2^T dz2 o g'(z1)) x^T, one layer further", "", found("layer1.W"), dW1);
  on_page("notes", "Full Gradient descent");
  wording("J = 1/m sum L", "m = # features", "m = number of examples",
          "The sum runs over examples.");
  return failures();
}
