// What replaying scalar code costs at the least: the nodes as a list of ops and places, read twice
// by a loop with one switch. It knows mul and add; nothing is checked, named or kept apart.
#pragma once

#include <utility>
#include <vector>

#include "../workloads.hpp"

namespace bench {

class Interpreter {
 public:
  double run(int n) {
    if (code_.size() != std::size_t(n)) record(n);
    for (const Instruction& i : code_)
      value_[i.out] = i.op == Op::mul ? value_[i.a] * value_[i.b] : value_[i.a] + value_[i.b];
    std::fill(upstream_.begin(), upstream_.end(), 0.0);
    upstream_[code_.back().out] = 1;
    for (std::size_t k = code_.size(); k-- > 0;) {
      const Instruction& i = code_[k];
      const double u = upstream_[i.out];
      upstream_[i.a] += i.op == Op::mul ? u * value_[i.b] : u;
      upstream_[i.b] += i.op == Op::mul ? u * value_[i.a] : u;
    }
    return value_[code_.back().out] + upstream_[0] + upstream_[1] + upstream_[2];
  }

 private:
  enum class Op : unsigned char { mul, add };
  struct Instruction {
    Op op;
    unsigned a, b, out;
  };
  void record(int n) {
    code_.clear();
    value_.assign(n + 3, 0), upstream_.assign(n + 3, 0);
    value_[0] = scalar_x, value_[1] = scalar_w, value_[2] = scalar_b;
    for (unsigned k = 0; k < unsigned(n); ++k)
      code_.push_back({k % 2 ? Op::add : Op::mul, k ? k + 2 : 0, k % 2 ? 2U : 1U, k + 3});
  }

  std::vector<Instruction> code_;
  std::vector<double> value_, upstream_;
};

}  // namespace bench
