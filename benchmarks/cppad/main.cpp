// bench_cppad: the peer CppAD, on the chain of scalar ops. Written as its documents do (the pages
// "Independent", "FunConstruct": an empty ADFun and its Dependent, which makes no sweep of its own,
// "Forward", "Reverse", and "hold_memory" of thread_alloc). A tape that is kept is optimized first
// ("optimize").
#include "../harness.hpp"
#include "tmb.hpp"

namespace bench {
namespace {

using Numbers = CppAD::vector<double>;

void record(int n, CppAD::ADFun<double>& f) {
  CppAD::vector<CppAD::AD<double>> in(3), out(1);
  in[0] = scalar_x, in[1] = scalar_w, in[2] = scalar_b;
  CppAD::Independent(in);
  CppAD::AD<double> y = in[0];
  for (int i = 0; i < n; i += 2) {
    y = y * in[1];
    y = y + in[2];
  }
  out[0] = y;
  f.Dependent(in, out);
}

double sweep(CppAD::ADFun<double>& f) {
  Numbers x(3), weight(1);
  x[0] = scalar_x, x[1] = scalar_w, x[2] = scalar_b;
  weight[0] = 1;
  const double value = f.Forward(0, x)[0];
  const Numbers gradient = f.Reverse(1, weight);
  return value + gradient[0] + gradient[1] + gradient[2];
}

// Recorded and swept anew each time.
class CppadScalars {
 public:
  double run(int n) {
    CppAD::ADFun<double> f;
    record(n, f);
    return sweep(f);
  }
};

// Recorded and optimized once.
class CppadReplayed {
 public:
  double run(int n) {
    if (n != recorded_) {
      record(n, f_);
      f_.optimize();
      recorded_ = n;
    }
    return sweep(f_);
  }

 private:
  int recorded_ = -1;
  CppAD::ADFun<double> f_;
};

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  using namespace bench;
  return run(argc, argv,
             {[](int) { CppAD::thread_alloc::hold_memory(true); },
              [] {
                add_scalars<CppadScalars>("cppad");
                add_scalars<CppadReplayed>("cppad_replayed");
              },
              [] {}});
}
