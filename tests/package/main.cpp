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
  const double determinant = det(tape.constant({{2, 1}, {1, 3}})).item();  // calls LAPACK
  std::printf("d(x*x)/dx at 3 is %g, the determinant is %g\n", slope, determinant);
  if (fmt::format("{}, {:#}", y, x) != "9.0, parameter \"x\" of shape ()\n3.0") return 1;
  return slope == 6.0 && determinant == 5.0 ? 0 : 1;
}
