// Where a source of cases differs from us by convention or by a slip of its own: each with its
// reason.
#pragma once

#include <string>
#include <vector>

namespace glassgrad::cases {

struct Convention {
  std::string source, name;
  int number;  // of the case in its file, -1 for all
  std::string reason;
};

inline const std::vector<Convention>& conventions() {
  static const std::vector<Convention> table = {
      {"torch_opinfo", "F_hardsigmoid", 0,
       "PyTorch's slope is 1/6 rounded to float32, even for float64"},
      {"torch_opinfo", "digamma", -1, "PyTorch's trigamma is right to 10 digits only"},
      {"edge_cases", "hypot at (0,0)", 0, "the slopes at (0, 0): ours are 0 as those of norm"},
      {"edge_cases", "prod underflow", 0, "PyTorch divides the product, 0; ours is exact"},
      {"edge_cases", "sinc at 0", 0, "near 0 PyTorch's slopes have no digits, and NaN at 0"},
      {"torch_opinfo", "index_put", 0,
       "two values for one place: ours is an error, PyTorch's is undefined"},
      {"edge_cases", "relu at -1,0,1,-0,nan,inf", 0, "the slope at NaN: ours is 0, PyTorch's 1"},
      {"edge_cases", "abs at -1,0,-0,1,inf,-inf,nan", 0, "the slope at NaN: ours is NaN"},
      {"edge_cases", "maximum nan", 0, "the slope at NaN: ours is 0, PyTorch's 1 for both"},
      {"edge_cases", "clamp at bounds", 0, "the slope at NaN: ours is 1, PyTorch's 0"},
      {"edge_cases", "max dim, ties", 0, "ties share the gradient, also along an axis"},
      {"edge_cases", "softplus extreme", 0, "PyTorch gives x beyond 20; ours stays exact"},
      {"edge_cases", "logsumexp all -inf", 0,
       "ours are the slopes of the limit, 1/n, as logaddexp's"},
      {"edge_cases", "logsumexp inf", 0, "ours are the slopes of the limit, 1 at the infinity"},
      {"edge_cases", "elu at 0 and -1e4,1e4", 0,
       "the second slope at 0, a kink of the first: ours is the left one, 1"},
  };
  return table;
}

}  // namespace glassgrad::cases
