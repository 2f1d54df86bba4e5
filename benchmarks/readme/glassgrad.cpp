// The README's program, as it stands there but for printing the numbers that torch.cpp prints.
#include <glassgrad/glassgrad.hpp>

#include <iostream>

using namespace glassgrad;

int main() {
  Parameter W("W", {{0.1, 0.6}}), b("b", {{0.0}});
  Tape tape;
  auto X = tape.constant("X", {{0, 0, 1, 1}, {0, 1, 0, 1}});
  auto Y = tape.constant("Y", {{0, 1, 1, 1}});
  auto Z = name("Z", matmul(tape(W), X) + tape(b));
  auto Yhat = name("Yhat", sigmoid(Z));
  auto C = name("C", sum(square(Y - Yhat)) / 8);
  tape.backward(C);
  tape.add_to_parameters();
  std::cout << C.item() << '\n' << W.gradient()[0] << '\n' << b.gradient()[0] << '\n';
  GradientDescent(1.0).step(W, b);
}
