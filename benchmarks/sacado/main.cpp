// bench_sacado: the peer Sacado (Trilinos), reverse mode, on the chain of scalar ops. Written as
// its own reverse-mode example does (packages/sacado/example/trad_example.cpp): variables of type
// Rad::ADvar, the static Gradcomp, adj() of the inputs. Memory of the last run is used again.
#include <Sacado_trad.hpp>

#include "../harness.hpp"

namespace bench {
namespace {

class SacadoScalars {
  using Variable = Sacado::Rad::ADvar<double>;

 public:
  double run(int n) {
    Variable x = scalar_x, w = scalar_w, b = scalar_b;
    Variable y = x;
    for (int i = 0; i < n; i += 2) {
      y = y * w;
      y = y + b;
    }
    Variable::Gradcomp();
    return y.val() + x.adj() + w.adj() + b.adj();
  }
};

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  using namespace bench;
  return run(argc, argv, {[](int) {}, [] { add_scalars<SacadoScalars>("sacado"); }, [] {}});
}
