// Which loss for which task: a number to predict (linear, mean squared error), one of two classes
// (sigmoid, binary cross-entropy), one of many (softmax, cross-entropy). Every loss of the decks on
// numbers small enough to check by hand. Next: 27_descents.cpp.
#include <glassgrad/glassgrad.hpp>

#include "slide.hpp"
using namespace glassgrad;

int main() {
  Tape tape;
  const auto log = [](double x) { return std::log(x); };

  on_page("structures", "Loss Function");
  auto yhat = tape.input("yhat", {{2.5}, {0.0}, {-1.0}, {7.0}});
  auto y = tape.constant("y", {{3.0}, {-0.5}, {-1.0}, {5.0}});
  row("MSE = 1/n sum (y - yhat)^2 of errors 0.5, -0.5, 0, -2", "",
      mean_squared_error(yhat, y).item(), (0.25 + 0.25 + 0 + 4) / 4);
  row("half of the sum, 1/2 (y - yhat)^2", "", half_squared_error(yhat, y).item(), 2.25);
  row("the graphs deck's cost, 1/(2m) sum", "", squared_cost(yhat, y).item(), 4.5 / 8);

  on_page("structures", "Loss Function (Continue)");
  auto p = tape.input("p", {{0.9}, {0.2}, {0.6}});
  auto t = tape.constant("t", {{1.0}, {0.0}, {0.0}});
  const double binary = -(log(0.9) + log(0.8) + log(0.4));
  row("binary cross-entropy of p = 0.9, 0.2, 0.6 for y = 1, 0, 0: the mean", "",
      binary_cross_entropy(p, t).item(), binary / 3);
  row("  summed over units", "", binary_cross_entropy_sum(p, t).item(), binary);
  auto z = tape.input("z", {{log(9)}, {log(0.25)}, {log(1.5)}});  // the logits of these p
  row("  from logits", "", binary_cross_entropy_from_logits(z, t).item(), binary / 3);

  on_page("structures", "Loss Function (softmax)");
  auto scores = tape.input("scores", {{0.8, 1.2, 3.1}});
  row("softmax(0.8, 1.2, 3.1)", "0.08 0.12 0.80", softmax(scores).value(),
      {0.080218147461, 0.119671413581, 0.800110438959});
  auto one_hot = tape.constant("y", {{0, 0, 1}});
  const double categorical = -log(0.800110438959);
  row("cross-entropy of the third class, from probabilities", "",
      cross_entropy(softmax(scores), one_hot).item(), categorical);
  row("  from scores and a one-hot target", "", softmax_cross_entropy(scores, one_hot).item(),
      categorical);
  auto cost = softmax_cross_entropy(scores, tape.indices({2}));
  row("  from scores and the label 2", "", cost.item(), categorical);
  tape.backward(cost);
  row("  its slopes: p - y", "", scores.upstream(),
      {0.080218147461, 0.119671413581, 0.800110438959 - 1});

  on_page("structures", "Softmax Function");
  row("softmax(2.0, 1.0, 0.1)", "0.7 0.2 0.1", softmax(tape.constant({2.0, 1.0, 0.1})).value(),
      {0.659001138886, 0.242432970705, 0.098565890409});

  on_page("graphs", "Cost Function");
  auto m2 = tape.input("Yhat", {{0.25, 0.5}});
  auto C = squared_cost(m2, tape.constant("Y", {{0, 1}}), Examples::columns);
  tape.backward(C);
  row("C of Y = 0, 1 and Yhat = 0.25, 0.5", "", C.item(), (0.0625 + 0.25) / 4);
  row("its Jacobian, -1/m (Y - Yhat)", "", m2.upstream(), {0.125, -0.25});
  return failures();
}
