// The slides' OR gate with all four examples as columns, C = 1/(2m) sum (Y - Yhat)^2, alpha = 1:
// two passes with every number of the slides. What becomes of it after 5000 is in
// 31_cost_curve.cpp. Next: 04_templated_function.cpp, code that knows nothing of glassgrad.
#include <glassgrad/glassgrad.hpp>

#include "slide.hpp"
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

// Every number of one pass beside the slide's; `second` says which.
void compare(bool second, const Node<>& Z, const Node<>& Yhat, const Node<>& C, const Numbers& dW,
             double db) {
  const auto WX = Z.input(0);
  const auto local = Yhat.local(0).values();
  Numbers error;
  for (int i = 0; i < 4; ++i) error.push_back((i == 0 ? 0 : 1) - Yhat.value()[i]);
  if (second) {
    on_page("graphs", "Forward Propagation (second pass)");
    slip("Z = W X + b", "0.037 0.675 0.185 0.823", Z.value(),
         {0.037023526126, 0.675682349942, 0.185029989041, 0.823688812858},
         "The slide goes on with W = 0.148 0.638, cut off after three decimals.");
    slip("z(3) = 0.148 x 1 + 0.638 x 1 + 0.037", "0.185", 0.148 + 0.638 + 0.037, 0.823,
         "x2 of the third example is 0: the slide's sum has 0.638 x 1, its result is without.");
    row("Yhat", "0.509 0.663 0.546 0.695", Yhat.value(),
        {0.509254824391, 0.662774362392, 0.546125974512, 0.695018811163});
    on_page("graphs", "Cost - 2nd Iteration");
    row("Y - Yhat", "-0.509 0.337 0.454 0.305", error,
        {-0.509254824391, 0.337225637608, 0.453874025488, 0.304981188837});
    row("the sum of their squares", "0.672", 8 * C.item(), 0.672076763384, "", 1e-11);
    row("C = 1/8 of it", "0.084", C.item(), 0.084009595423);
    row("dYhat", "", Yhat.upstream(),
        {0.127313706098, -0.084306409402, -0.113468506372, -0.076245297209});
    row("local of sigmoid", "", local,
        {0.249914348225, 0.223504506948, 0.247872394475, 0.211967663293});
    row("dZ", "", Z.upstream(),
        {0.031817521880, -0.018842862466, -0.028125710372, -0.016161537487});
    row("dW, db", "", {dW[0], dW[1], db}, {-0.044287247859, -0.035004399952, -0.031312588445});
    return;
  }
  on_page("graphs", "Vectorized Implementation");
  row("Z = W X + b", "0 0.6 0.1 0.7", Z.value(), {0, 0.6, 0.1, 0.7});
  Tape other;
  auto printed = other.constant("X", {{0, 1, 1, 1}, {0, 0, 0, 1}});
  slip("Z with X = [0 1 1 1; 0 0 0 1]", "0 0.6 0.1 0.7",
       matmul(other.constant({{0.1, 0.6}}), printed).value(), {0, 0.1, 0.1, 0.7},
       "X is printed like this three times, but the slide's products use [0 0 1 1; 0 1 0 1].");
  row("Yhat", "0.5 0.646 0.525 0.668", Yhat.value(),
      {0.5, 0.645656306226, 0.524979187479, 0.668187772168});
  row("Y - Yhat", "-0.5 0.354 0.475 0.332", error,
      {-0.5, 0.354343693774, 0.475020812521, 0.331812227832});
  row("the sum of their squares", "0.711", 8 * C.item(), 0.711303580184, "", 1e-11);
  row("C = 1/8 of it", "0.089", C.item(), 0.088912947523);
  on_page("graphs", "Backward Propagation");
  row("dYhat = 1 x -(Y - Yhat)/m", "0.125 -0.089 -0.119 -0.083", Yhat.upstream(),
      {0.125, -0.088585923444, -0.118755203130, -0.082953056958});
  const double a = Yhat.value()[1];
  slip("local of sigmoid as yhat - (1 - yhat)", "0.229", a - (1 - a), 0.291312612452,
       "The text recalls a difference; what the slide then computes is the product, as it should.");
  row("local of sigmoid", "0.25 0.229 0.249 0.222", local,
      {0.25, 0.228784240457, 0.249376040193, 0.221712873293});
  row("dZ", "0.031 -0.020 -0.030 -0.018", Z.upstream(),
      {0.03125, -0.020267063210, -0.029614702309, -0.018391760607});
  on_page("graphs", "Back Propagation");
  row("dZ/dW = X^T, a row per example", "0 0 0 1 1 0 1 1", WX.local(0).dense(),
      {0, 0, 0, 1, 1, 0, 1, 1});
  const auto to_X = WX.local(1).dense();  // 4 rows, one per z; x1 and x2 of the first come first
  row("dZ/dX = W^T, of one example", "0.1 0.6", {to_X[0], to_X[4]}, {0.1, 0.6});
  slip("dW = dZ X^T", "-0.048 -0.038", dW, {-0.048006462916, -0.038658823817},
       "The second is -0.039 rounded; the slide adds its rounded -0.02 and -0.018.");
  row("db = sum dZ", "-0.037", db, -0.037023526126);
  slip("db with -0.031 for 0.031", "-0.037", -0.031 - 0.02 - 0.03 - 0.018, -0.099,
       "One line has the first sign wrong. Its sum, -0.099, turns up in the b printed later.");
}

void two_passes() {
  Parameter W("W", {{0.1, 0.6}}), b("b", {{0.0}});
  GradientDescent descent(1.0);
  Tape tape;
  for (int pass = 1; pass <= 2; ++pass) {
    tape.clear();
    auto X = tape.constant("X", {{0, 0, 1, 1}, {0, 1, 0, 1}});
    auto Y = tape.constant("Y", {{0, 1, 1, 1}});
    auto Z = name("Z", matmul(tape(W), X) + tape(b));
    auto Yhat = name("Yhat", sigmoid(Z));
    auto C = name("C", sum(square(Y - Yhat)) / 8);
    tape.backward(C);
    auto slides = trace(C, {.decimals = 3, .fold = Fold::at_names()});
    compare(pass == 2, Z, Yhat, C, tape(W).upstream(), tape(b).upstream()[0]);
    tape.add_to_parameters();
    print(slides.add(descent.recorded_step(W, b)));  // with the update lines
    if (pass == 2) break;
    on_page("graphs", "Gradient Descent Update");
    slip("W", "0.148 0.638", W.value(), {0.148006462916, 0.638658823817},
         "0.639 rounded: dW above was -0.0387, not -0.038.");
    row("b", "0.037", b.item(), 0.037023526126);
    slip("b, as the next slide prints it", "-0.099 0.037", b.item(), 0.037023526126,
         "b is one number. The -0.099 comes from the wrong sign above; only 0.037 is used.");
  }
}

int main() {
  std::printf("== or_gate ==\n");
  or_gate();
  std::printf("== two passes ==\n");
  two_passes();
  return failures();
}
