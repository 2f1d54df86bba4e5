// What the learning rate does: descent on y = theta^2 from -4 with the slides' three rates. 0.1
// walks down, 0.01 creeps, 1.5 leaps over the valley and further away every time: that is
// divergence, seen because the cost has grown three times in a row, and said. Next:
// 12_perceptron.cpp.
#include <glassgrad/glassgrad.hpp>

#include "slide.hpp"
using namespace glassgrad;

struct Walk {
  std::vector<double> theta;
  bool diverged = false;
};

Walk descend(double alpha, int steps) {
  Parameter theta("theta", -4.0);
  GradientDescent descent(alpha);
  Walk walk{{theta.item()}};
  Tape tape;
  double last = INFINITY;
  int grown = 0;
  for (int i = 0; i < steps; ++i) {
    tape.clear();
    auto y = square(tape(theta));
    grown = y.item() > last ? grown + 1 : 0;
    last = y.item();
    if (grown == 3) {
      std::printf(
          "alpha = %g diverges: the cost has grown three times in a row, to %g. "
          "Use a smaller rate; theta stays at %g.\n",
          alpha, last, theta.item());
      walk.diverged = true;
      return walk;
    }
    tape.backward(y);
    tape.add_to_parameters();
    descent.step(theta);
    walk.theta.push_back(theta.item());
  }
  return walk;
}

// A picture of the way: the valley from -6 to 6, one line a step.
void draw(const Walk& walk) {
  for (double theta : walk.theta) {
    std::string line(49, '.');
    line[24] = '|';
    const int at = 24 + int(std::lround(4 * theta));
    if (at < 0 || at > 48) {
      std::printf("  %s  %g: outside\n", line.c_str(), theta);
      continue;
    }
    line[std::size_t(at)] = 'o';
    std::printf("  %s  %g\n", line.c_str(), theta);
  }
}

int main() {
  on_page("structures", "Example: Quadratic Function");
  const Walk good = descend(0.1, 10);
  draw(good);
  row("alpha = 0.1: theta_1, theta_2", "-3.2 -2.56", {good.theta[1], good.theta[2]}, {-3.2, -2.56});
  slip("theta_3 = -2.56 + 0.1 x 5.12", "-3.012", good.theta[3], -2.048,
       "The slide subtracts: it steps back up. -2.56 + 0.512 is -2.048.");
  on_page("structures", "Example: Quadratic Function (Continue)");
  const Walk high = descend(1.5, 10);
  draw(high);
  row("alpha = 1.5: theta_1 ... theta_3", "8 -16 32", {high.theta[1], high.theta[2], high.theta[3]},
      {8, -16, 32});
  claim("divergence at alpha = 1.5 was seen", high.diverged);
  const Walk low = descend(0.01, 10);
  slip("alpha = 0.01: theta_1", "-3.98", low.theta[1], -3.92,
       "0.01 x 8 is 0.08; the slide took 0.02 away.");
  slip("theta_2", "-3.9996", low.theta[2], -3.8416,
       "The slide's derivative, -1.96, is 2 x -0.98; at -3.92 it is -7.84.");
  on_page("structures", "Example: Quadratic Function (Simulation)");
  row("alpha = 0.1: theta_10", "", good.theta[10], -0.4294967296);
  row("alpha = 0.01: theta_10", "", low.theta[10], -3.268291227550);
  claim("neither of these two diverged", !good.diverged && !low.diverged);

  on_page("graphs", "Effect of very low vs. high learning rate");
  row("theta after 10 steps at 0.01 and 0.1, after 3 at 1.5", "",
      {low.theta[10], good.theta[10], high.theta[3]}, {-3.268291227550, -0.4294967296, 32});
  return failures();
}
