// "Can we set them to 0?" What all-zero weights really do. On XOR with logistic units every weight
// gradient is 0 and the loss stays ln 2; on OR the net does learn, but the units of a layer stay
// equal; with tanh or ReLU only the output's bias ever moves. Next: 19_momentum.cpp.
#include <glassgrad/glassgrad.hpp>

#include "slide.hpp"
using namespace glassgrad;

struct Result {
  double first = 0, last = 0;
  Numbers W1, b1, W2, b2, dW1, dW2;  // the last step's gradients
};

// A 2-3-1 network from all zeros, 1000 steps at rate 0.5 on binary cross-entropy.
Result train(std::string_view activation, bool is_xor) {
  Random random(1);
  auto hidden =
      std::make_shared<Dense<>>("hidden", 2, 3, random, DenseOptions{.weights = zeros_init()});
  auto output =
      std::make_shared<Dense<>>("output", 3, 1, random, DenseOptions{.weights = zeros_init()});
  Sequential<> model;
  model.add(hidden).add(activation).add(output);
  GradientDescent descent(0.5);
  Tape tape;
  Result result;
  for (int step = 0; step < 1000; ++step) {
    tape.clear();
    auto z = model(tape.constant("x", {{0, 0}, {0, 1}, {1, 0}, {1, 1}}));
    auto y = is_xor ? tape.constant("y", {{0}, {1}, {1}, {0}})
                    : tape.constant("y", {{0}, {1}, {1}, {1}});
    auto L = binary_cross_entropy_from_logits(z, y);
    tape.backward(L);
    result.last = L.item();
    if (step == 0) result.first = L.item();
    result.dW1 = tape(hidden->W).upstream();
    result.dW2 = tape(output->W).upstream();
    tape.add_to_parameters();
    descent.step(model.parameters());
  }
  result.W1 = hidden->W.value(), result.b1 = hidden->b.value();
  result.W2 = output->W.value(), result.b2 = output->b.value();
  return result;
}

bool all_zero(const Numbers& numbers) {
  for (double x : numbers)
    if (x != 0) return false;
  return true;
}
void print(const char* what, const Result& r) {
  std::printf("%s: loss %.6f -> %.6f\n  W1 = %s\n  W2 = %s, b2 = %s\n", what, r.first, r.last,
              slide::text_of(r.W1).c_str(), slide::text_of(r.W2).c_str(),
              slide::text_of(r.b2).c_str());
}

int main() {
  on_page("notes", "How do we initialize these parameters? Can we set them to 0?");
  const Result stuck = train("sigmoid", true);
  print("XOR, logistic", stuck);
  row("XOR, logistic units: the loss, before and after 1000 steps", "", {stuck.first, stuck.last},
      {0.693147180560, 0.693147180560}, "ln 2: it stays.");
  row("its dW1", "", stuck.dW1, {0, 0, 0, 0, 0, 0});
  row("its dW2", "", stuck.dW2, {0, 0, 0});

  const Result equal = train("sigmoid", false);
  print("OR, logistic", equal);
  claim("OR does learn from zeros: the loss falls below 0.1", equal.last < 0.1);
  bool alike = true;
  for (std::size_t i = 0; i < 2; ++i)
    for (std::size_t j = 1; j < 3; ++j) alike = alike && equal.W1[3 * i + j] == equal.W1[3 * i];
  alike = alike && equal.W2[0] == equal.W2[1] && equal.W2[1] == equal.W2[2];
  claim("but its three hidden units are equal to the last bit: three do the work of one", alike);

  for (const char* activation : {"tanh", "relu"}) {
    const Result r = train(activation, false);
    print(activation, r);
    claim("only the output's bias has moved",
          all_zero(r.W1) && all_zero(r.b1) && all_zero(r.W2) && !all_zero(r.b2));
    row(std::string("OR, ") + activation + ": the loss, from ln 2 to that of always saying 3/4", "",
        {r.first, r.last}, {0.693147180560, 0.562335144619});
  }
  answer(
      "can we set them to 0?", "in practice near zero, N(0, 0.1)",
      fmt::format("XOR stays at {:.6f}, OR comes to {:.6f} with equal units", stuck.last,
                  equal.last),
      "It depends on the units and on the data; with tanh and ReLU only the output's bias moves.");
  return failures();
}
