// The slides' OR gate with all four examples as columns, C = 1/(2m) sum (Y - Yhat)^2, alpha = 1:
// two passes with every number of the slides, then training to the end. Next:
// 04_templated_function.cpp, code that knows nothing of glassgrad.
#include <glassgrad/glassgrad.hpp>

#include "check.hpp"
using namespace glassgrad;

// [or_gate]
void or_gate() {
  Parameter W("W", {{0.1, 0.6}}), b("b", {{0.0}});  // double; Parameter<float> for float
  Tape tape;
  auto X = tape.constant("X", {{0, 0, 1, 1}, {0, 1, 0, 1}});  // any xtensor expression too
  auto Y = tape.constant("Y", {{0, 1, 1, 1}});
  auto Z = name("Z", matmul(tape(W), X) + tape(b));
  auto Yhat = name("Yhat", sigmoid(Z));
  auto C = name("C", sum(square(Y - Yhat)) / 8);
  tape.backward(C);
  print(trace(C));  // green forward, red backward
  tape.add_to_parameters();
  GradientDescent(1.0).step(W, b);
}
// [/or_gate]

void train() {
  Parameter W("W", {{0.1, 0.6}}), b("b", {{0.0}});
  GradientDescent descent(1.0);
  Tape tape;
  for (int epoch = 1; epoch <= 5000; ++epoch) {
    tape.clear();
    auto X = tape.constant("X", {{0, 0, 1, 1}, {0, 1, 0, 1}});
    auto Y = tape.constant("Y", {{0, 1, 1, 1}});
    auto Yhat = sigmoid(matmul(tape(W), X) + tape(b));
    auto C = sum(square(Y - Yhat)) / 8;
    tape.backward(C);
    if (epoch <= 2) {
      const bool first = epoch == 1;
      std::printf("pass %d\n", epoch);
      expect("C", C.item(), first ? 0.088912947523 : 0.084009595423, 1e-12);
      expect("Yhat[1]", Yhat.value()[1], first ? 0.645656306226 : 0.662774362392, 1e-12);
      expect("dYhat[1]", Yhat.upstream()[1], first ? -0.088585923444 : -0.084306409402, 1e-12);
      expect("local of sigmoid[1]", Yhat.local(0).values()[1],
             first ? 0.228784240457 : 0.223504506948, 1e-12);
      expect("dW[0]", tape(W).upstream()[0], first ? -0.048006462916 : -0.044287247859, 1e-12);
      expect("dW[1]", tape(W).upstream()[1], first ? -0.038658823817 : -0.035004399952, 1e-12);
      expect("db", tape(b).upstream()[0], first ? -0.037023526126 : -0.031312588445, 1e-12);
    }
    tape.add_to_parameters();
    descent.step(W, b);
    if (epoch == 500) {
      std::printf("after 500 epochs\n");
      expect("W[0]", W.value()[0], 3.640840617631, 1e-11);
      expect("b", b.item(), -1.527125432407, 1e-11);
    }
  }
  std::printf("after 5000 epochs\n");
  expect("W[0]", W.value()[0], 6.434191156278, 1e-10);
  expect("W[1]", W.value()[1], 6.434236133706, 1e-10);
  expect("b", b.item(), -2.973036090576, 1e-10);
}

int main() {
  std::printf("== or_gate ==\n");
  or_gate();
  std::printf("== training ==\n");
  train();
  return failures();
}
