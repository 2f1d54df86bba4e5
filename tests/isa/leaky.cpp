// Compiled for AVX2 and not joined with the kernels, so it shows others an inline function: what
// scripts/check-isa-objects has to find.
namespace glassgrad {

inline double leaked(const double* x, int n) {
  double sum = 0;
  for (int i = 0; i < n; ++i) sum += x[i];
  return sum;
}
double (*leak())(const double*, int) { return &leaked; }

}  // namespace glassgrad
