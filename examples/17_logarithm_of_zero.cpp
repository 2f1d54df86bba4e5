// A sure prediction that is wrong: log(0). The notes move yhat by a small epsilon, log(1 - (yhat +
// epsilon)), and get NaN as soon as yhat >= 1 - epsilon. Holding the probability within bounds does
// not, and starting from the logit needs no bounds at all. Next: 18_zero_weights.cpp.
#include <glassgrad/glassgrad.hpp>

#include "slide.hpp"
using namespace glassgrad;

int main() {
  on_page("notes", "Loss with epsilon");
  const double epsilon = 1e-8;
  Tape tape;
  auto p = tape.input("p", {0.5, 1 - 1e-6, 1 - 1e-9, 1.0});
  const auto moved = log(1 - (p + epsilon)).value();
  std::printf("log(1 - (p + 1e-8)) at p = 0.5, 1 - 1e-6, 1 - 1e-9, 1:");
  for (double x : moved) std::printf(" %s", std::isnan(x) ? "NaN" : to_text(x).c_str());
  std::printf("\n");
  claim("NaN from p = 1 - 1e-8 on",
        std::isfinite(moved[1]) && std::isnan(moved[2]) && std::isnan(moved[3]));
  wording("log(1 - (yhat + epsilon))", "never log(0)", "NaN once yhat >= 1 - epsilon",
          "yhat + epsilon passes 1 and the logarithm's argument becomes negative: hold yhat in "
          "[epsilon, 1 - epsilon] instead.");

  auto loss = [&](double probability, double y) {
    auto one = tape.input(probability);
    auto L = binary_cross_entropy(one, tape.constant(y));
    tape.backward(L);
    return Numbers{L.item(), one.upstream()[0]};
  };
  const double nearest = 1 - (1 - 1e-12);  // 1e-12, as near as double comes to it beside 1
  row("clamped loss and its slope at p = 1, y = 0", "", loss(1, 0), {-std::log(nearest), 0},
      "-ln 1e-12; beyond the bound the slope is 0.");
  row("the same at p = 0.25, y = 1", "", loss(0.25, 1), {1.386294361120, -4});

  auto z = tape.input("z", {-1e4, -2.0, 0.0, 2.0, 1e4});
  auto y = tape.constant("y", {1, 1, 1, 0, 0});
  auto L = binary_cross_entropy_from_logits(z, y);
  tape.backward(L);
  row("from logits -1e4, -2, 0, 2, 1e4, y = 1, 1, 1, 0, 0: the mean", "", L.item(),
      (2e4 + 2 * 2.126928011043 + 0.693147180560) / 5, "", 1e-11);
  row("and its slopes (sigmoid(z) - y)/5: never NaN, never flat where it is wrong", "",
      z.upstream(), {-0.2, -0.176159415596, -0.1, 0.176159415596, 0.2});
  return failures();
}
