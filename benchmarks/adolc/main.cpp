// bench_adolc: the peer ADOL-C, on the chain of scalar ops. Written as its manual does (Walther and
// Griewank, "ADOL-C: A Package for the Automatic Differentiation of Algorithms Written in C/C++"):
// trace_on with keep = 1, which "prepares for an immediately following gradient evaluation"
// (section 2), buffers so large that "any file access is avoided" (2.2), reverse (5.1); for a tape
// that is kept zos_forward with keep = 1 and fos_reverse (4).
#include <adolc/adolc.h>

#include "../harness.hpp"

namespace bench {
namespace {

constexpr short tag = 1;

double trace(int n, int keep) {
  // Three places and one op code a node, one kept number; the fixed part is for a chain of none.
  const auto buffer = static_cast<unsigned>(4 * n + 4096);
  trace_on(tag, keep, buffer, buffer, buffer, buffer, 0);
  adouble x, w, b;
  x <<= scalar_x, w <<= scalar_w, b <<= scalar_b;
  adouble y = x;
  for (int i = 0; i < n; i += 2) {
    y = y * w;
    y = y + b;
  }
  double value = 0;
  y >>= value;
  trace_off();
  return value;
}

// Taped and swept back anew each time.
class AdolcScalars {
 public:
  double run(int n) {
    const double value = trace(n, 1);
    double one = 1, gradient[3];
    reverse(tag, 1, 3, 0, &one, gradient);
    return value + gradient[0] + gradient[1] + gradient[2];
  }
};

// Taped once: value and gradient at a point are a forward and a reverse sweep of the kept tape.
class AdolcReplayed {
 public:
  double run(int n) {
    if (n != traced_) trace(n, 0), traced_ = n;
    const double x[] = {scalar_x, scalar_w, scalar_b};
    double value = 0, one = 1, gradient[3];
    zos_forward(tag, 1, 3, 1, x, &value);
    fos_reverse(tag, 1, 3, &one, gradient);
    return value + gradient[0] + gradient[1] + gradient[2];
  }

 private:
  int traced_ = -1;
};

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  using namespace bench;
  return run(argc, argv,
             {[](int) {},
              [] {
                add_scalars<AdolcScalars>("adolc");
                add_scalars<AdolcReplayed>("adolc_replayed");
              },
              [] {}});
}
