// The chain of scalar mul and add by hand: the values needed backward in one array, nothing else.
#pragma once

#include "../workloads.hpp"

namespace bench {

class HandScalars {
 public:
  double run(int n) {
    value_.resize(n);
    double y = scalar_x;
    for (int i = 0; i < n; i += 2) {
      value_[i / 2] = y;
      y = y * scalar_w + scalar_b;
    }
    double u = 1, dw = 0, db = 0;
    for (int i = n - 2; i >= 0; i -= 2) {
      db += u;
      dw += u * value_[i / 2];
      u *= scalar_w;
    }
    return y + u + dw + db;
  }

 private:
  std::vector<double> value_;
};

}  // namespace bench
