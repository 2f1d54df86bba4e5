// The smallest program that needs all of glassgrad: headers (format.hpp with fmt), compiled library
// and what it links.
#include <fmt/core.h>

#include <cstdio>
#include <glassgrad/format.hpp>
#include <glassgrad/glassgrad.hpp>

int main() {
  glassgrad::Parameter x("x", 3.0);
  glassgrad::Tape tape;
  auto y = square(tape(x));
  tape.backward(y);
  tape.add_to_parameters();
  const double slope = x.gradient()();
  std::printf("d(x*x)/dx at 3 is %g\n", slope);
  if (fmt::format("{}, {:#}", y, x) != "9.0, parameter \"x\" of shape ()\n3.0") return 1;
  return slope == 6.0 ? 0 : 1;
}
