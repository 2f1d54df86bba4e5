// Where does yhat (1 - yhat) come from? The slides take the sigmoid apart with u = 1 + e^-z. As
// nodes, the chain rule gives (-1/u^2)(-e^-z), number for number what the sigmoid op's one local
// gradient is. Next: 11_learning_rate.cpp.
#include <glassgrad/glassgrad.hpp>

#include "slide.hpp"
using namespace glassgrad;

int main() {
  on_page("graphs", "Sigmoid through u = 1 + e^-z");
  Tape tape;
  auto z = tape.input("z", {-2.0, 0.0, 0.6});
  // [through_u]
  auto u = name("u", 1 + exp(-z));
  auto yhat = name("yhat", 1 / u);
  tape.backward(sum(yhat));  // upstream 1 for every entry
  // [/through_u]
  print(trace(sum(yhat)));
  const std::vector<double> chained(z.upstream().begin(), z.upstream().end());

  auto whole = name("yhat", sigmoid(z));
  const Local<> local = whole.local(0);
  std::printf("sigmoid's local gradient: %s\n", local.formula({"z"}, "yhat").c_str());
  const auto product = local.values();

  row("u = 1 + e^-z at z = -2, 0, 0.6", "", u.value(), {1 + std::exp(2.0), 2, 1 + std::exp(-0.6)});
  row("yhat = 1/u", "", yhat.value(), {0.119202922022, 0.5, 0.645656306226});
  row("dyhat/du = -1/u^2", "", u.upstream(), {-0.014209336619, -0.25, -0.416872065770});
  row("(-1/u^2)(-e^-z)", "", chained, {0.104993585404, 0.25, 0.228784240457});
  row("yhat (1 - yhat)", "", product, {0.104993585404, 0.25, 0.228784240457},
      "Both forms are the same number: the chain through u is what the one local gradient says.");

  on_page("structures", "Derivatives of Activation Functions");
  row("Sigmoid (1 - Sigmoid) at -2, 0, 0.6", "", product, chained);

  // The engine can differentiate either form again; they agree to the last digits.
  auto second_u = grad(sum(grad(sum(yhat), z)), z);
  auto second = grad(sum(grad(sum(whole), z)), z);
  for (int i = 0; i < 3; ++i)
    expect("second derivatives agree", second_u.value()[i], second.value()[i], 1e-15);
  return failures();
}
