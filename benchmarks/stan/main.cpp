// bench_stan: the peer Stan Math, on the chain of scalar ops. Written as its paper does (Carpenter
// and others, "The Stan Math Library", arXiv 1509.07164, sections 2.1 and 3.1): variables of type
// var, grad() of the result, adj() of the inputs, then recover_memory, which keeps its arena for
// the next run.
#include <stan/math/rev/scal.hpp>

#include "../harness.hpp"

namespace bench {
namespace {

class StanScalars {
 public:
  double run(int n) {
    using stan::math::var;
    double result = 0;
    {
      const var x = scalar_x, w = scalar_w, b = scalar_b;
      var y = x;
      for (int i = 0; i < n; i += 2) {
        y = y * w;
        y = y + b;
      }
      y.grad();
      result = y.val() + x.adj() + w.adj() + b.adj();
    }
    stan::math::recover_memory();
    return result;
  }
};

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  using namespace bench;
  return run(argc, argv, {[](int) {}, [] { add_scalars<StanScalars>("stan"); }, [] {}});
}
