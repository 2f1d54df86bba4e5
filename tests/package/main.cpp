// The smallest program that needs all of glassgrad: headers, compiled library and what it links.
#include <cstdio>
#include <glassgrad/glassgrad.hpp>

int main() {
  glassgrad::Parameter x("x", 3.0);
  glassgrad::Tape tape;
  auto y = square(tape(x));
  tape.backward(y);
  tape.add_to_parameters();
  const double slope = x.gradient()();
  std::printf("d(x*x)/dx at 3 is %g\n", slope);
  return slope == 6.0 ? 0 : 1;
}
