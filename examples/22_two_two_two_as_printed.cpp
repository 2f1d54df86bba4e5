// Where do the slides' last numbers of the 2-2-2 network come from? From a program that updates the
// output weights first and then sends the error back through the updated ones. Typed in literally
// it gives their digits; a gradient, taken at one point, it is not, and the check says so. Next:
// 23_three_layers.cpp.
#include <glassgrad/glassgrad.hpp>

#include "slide.hpp"
using namespace glassgrad;

struct Weights {
  Numbers hidden{0.15, 0.20, 0.25, 0.30}, output{0.40, 0.45, 0.50, 0.55};
};
struct Forward {
  double h[2], o[2], E;
};
const double inputs[] = {0.05, 0.10}, target[] = {0.01, 0.99};

Forward forward(const Weights& w) {
  const auto logistic = [](double z) { return 1 / (1 + std::exp(-z)); };
  Forward f{{}, {}, 0};
  for (std::size_t k = 0; k < 2; ++k)
    f.h[k] = logistic(w.hidden[2 * k] * inputs[0] + w.hidden[2 * k + 1] * inputs[1] + 0.35);
  for (std::size_t k = 0; k < 2; ++k) {
    f.o[k] = logistic(w.output[2 * k] * f.h[0] + w.output[2 * k + 1] * f.h[1] + 0.60);
    f.E += (target[k] - f.o[k]) * (target[k] - f.o[k]) / 2;
  }
  return f;
}

// One update; what it calls the gradient of the hidden weights comes back.
Numbers update(Weights& w, bool as_printed) {
  const Forward f = forward(w);
  const Weights before = w;
  double delta[2];
  for (std::size_t k = 0; k < 2; ++k) {
    delta[k] = (f.o[k] - target[k]) * f.o[k] * (1 - f.o[k]);
    for (std::size_t j = 0; j < 2; ++j) w.output[2 * k + j] -= 0.5 * delta[k] * f.h[j];
  }
  const Numbers& through = as_printed ? w.output : before.output;  // the mistake
  Numbers gradient;
  for (std::size_t j = 0; j < 2; ++j) {
    const double back = delta[0] * through[j] + delta[1] * through[2 + j];
    for (std::size_t i = 0; i < 2; ++i) {
      gradient.push_back(back * f.h[j] * (1 - f.h[j]) * inputs[i]);
      w.hidden[2 * j + i] -= 0.5 * gradient.back();
    }
  }
  return gradient;
}

// The engine's own gradient of the hidden weights at the start, for comparison.
Numbers engine() {
  Tape tape;
  auto W1 = tape.input("W1", {{0.15, 0.20}, {0.25, 0.30}});
  auto h = sigmoid(matmul(W1, tape.constant({{0.05}, {0.10}})) + 0.35);
  auto o = sigmoid(matmul(tape.constant({{0.40, 0.45}, {0.50, 0.55}}), h) + 0.60);
  tape.backward(sum(square(o - tape.constant({{0.01}, {0.99}}))) / 2);
  return W1.upstream();
}

int main() {
  on_page("structures", "Complete One Iteration (Forward and Back Propagation)");
  Weights printed, right;
  const Numbers wrong_gradient = update(printed, true), gradient = update(right, false);
  slip("dE/dw1 in the slide's program", "0.000438568", wrong_gradient[0], 0.000364722878,
       "From the output weights after their update. The slide's own pages have it right.");
  row("and from those before", "0.000438568", gradient[0], engine()[0]);
  row("E after one update, the slide's program", "0.291027924", forward(printed).E, {});
  row("E after one update, both gradients at one point", "", forward(right).E, 0.291027773694);
  for (int i = 1; i < 10000; ++i) update(printed, true), update(right, false);
  const Forward f = forward(printed), g = forward(right);
  row("the two outputs after 10,000, the slide's program", "0.015912196 0.984065734",
      {f.o[0], f.o[1]}, {});
  slip("its E after 10,000", "0.0000351085", f.E, 3.50847863e-05,
       "Its own program does not give the E it prints: the digits 351085 are not those of "
       "3.50848e-05.",
       1e-13);
  row("the right E after 10,000", "", g.E, 3.510187783e-05, "", 5e-15);

  // A check of gradients finds the mistake without knowing the program.
  const auto cost = [](const Node<>& w) {
    Tape<>& tape = *w.tape();
    auto h = sigmoid(matmul(w, tape.constant({{0.05}, {0.10}})) + 0.35);
    auto o = sigmoid(matmul(tape.constant({{0.40, 0.45}, {0.50, 0.55}}), h) + 0.60);
    return sum(square(o - tape.constant({{0.01}, {0.99}}))) / 2;
  };
  const Numbers& d = wrong_gradient;
  const auto report = check_gradients_by_hand(cost, {{"W1", {{0.15, 0.20}, {0.25, 0.30}}}},
                                              {{"dW1", {{d[0], d[1]}, {d[2], d[3]}}}});
  std::printf("%s\n", report.text().c_str());
  claim("all four of the program's hidden slopes are found wrong", report.wrong == 4);
  return failures();
}
