// Why g must be nonlinear: layers without one are a single linear layer in disguise. Three of them,
// trained on a disc in a ring, are multiplied together here into one row of weights that gives the
// same answers, and so a straight boundary. The same layers with tanh between bend it into a
// circle. Next: 29_regression.cpp.
#include "points.hpp"
#include "slide.hpp"
using namespace glassgrad;

void train(Module<>& model, const Points& points, int steps) {
  GradientDescent descent(0.3);
  const auto parameters = model.parameters();
  const auto rows = all_rows(points);
  Tape tape;
  for (int i = 0; i < steps; ++i) {
    tape.clear();
    const Batch batch = on_tape(tape, points, rows);
    tape.backward(binary_cross_entropy_from_logits(model(batch.x), batch.y));
    tape.add_to_parameters();
    descent.step(parameters);
  }
}

int main() {
  on_page("notes", "But in general g(z) has to be nonlinear");
  const Points points = two_circles(200, 5), test = two_circles(500, 15);
  Random random(8);
  auto linear =
      make_network<>({.inputs = 2, .layers = layers_from("8,identity,8,identity,1")}, random);
  auto bent = make_network<>({.inputs = 2, .layers = layers_from("8,tanh,8,tanh,1")}, random);
  train(linear, points, 500);
  train(bent, points, 500);

  // x W1 W2 W3 + (b1 W2 W3 + b2 W3 + b3): one layer.
  Tape tape(Keep::values);
  const auto at = [&](const char* name) { return tape(linear.parameter(name)); };
  auto W = matmul(matmul(at("layer1.W"), at("layer2.W")), at("layer3.W"));
  auto b = matmul(matmul(at("layer1.b"), at("layer2.W")) + at("layer2.b"), at("layer3.W")) +
           at("layer3.b");
  std::printf("three linear layers are one: z = %.4f x1 + %.4f x2 + %.4f\n", W.value()[0],
              W.value()[1], b.value()[0]);
  auto x = on_tape(tape, test, all_rows(test)).x;
  const Numbers deep = linear(x).value(), flat = (matmul(x, W) + b).value();
  double worst = 0;
  for (std::size_t i = 0; i < deep.size(); ++i)
    worst = std::max(worst, std::abs(deep[i] - flat[i]));
  std::printf("at 1000 points they differ by %.1e at most\n", worst);
  claim("one layer of the product says the same to 1e-12", worst <= 1e-12);

  const double straight = accuracy_of(linear, test), round = accuracy_of(bent, test);
  std::printf("linear: %.1f %% right\n", 100 * straight);
  draw(linear);
  std::printf("with tanh between: %.1f %% right\n", 100 * round);
  draw(bent);
  claim("a straight boundary gets at most 75 % of a disc in a ring", straight <= 0.75);
  claim("a bent one 98 % or more", round >= 0.98);
  answer("why g(z) has to be nonlinear", "a = W x + b for the unit function g",
         fmt::format("{:.0f} % right without g, {:.0f} % with tanh", 100 * straight, 100 * round),
         "Without g every depth is one layer, and its boundary is a straight line.");
  return failures();
}
