// The table that the op tests run over: one case per op, attribute instance and sample, made from
// the list EveryOp, types erased. An op added to its family's list is in the table without an edit.
// Next: op_checks.hpp, what is asked of every case.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "glassgrad/ops/ops.hpp"
#include "support/slow.hpp"
#include "support/wide.hpp"

namespace glassgrad {

struct OpCase {
  std::string op;     // "leaky_relu"
  std::string label;  // "leaky_relu(x, 0.3)", "power, x^2", "sum(x, axis 1) of (2, 3)"
  OpKind kind{};
  int inputs = 0, index_inputs = 0;
  bool taken_as_given = false;             // no gradient on purpose, though the value moves
  std::shared_ptr<const void> attributes;  // the op's struct
  const Rule<double>* rule = nullptr;
  const Rule<float>* rule_float = nullptr;

  std::vector<Interval> domain;  // where each input is drawn
  std::vector<Shape> shapes;     // of the inputs; empty for elementwise ops, which take any
  std::int64_t positions = 0;    // inputs that are positions stay below it

  // The value by independent arithmetic: of one entry (elementwise), or of the array.
  Wide (*wide)(const void* op, const Wide* x) = nullptr;
  double (*plain)(const void* op, const double* x) = nullptr;
  float (*plain_float)(const void* op, const float* x) = nullptr;
  void (*reference)(const void* op, const std::vector<Slow<Wide>>& in, Slow<Wide>& y) = nullptr;

  // Moves numbers drawn for input k to where the op is defined: a positive definite matrix.
  void (*admit)(int k, Slow<double>& x) = nullptr;

  bool elementwise() const { return kind == OpKind::elementwise; }
  // Does input k take numbers, and is there a local gradient to it?
  bool takes_numbers(int k) const { return k < inputs - index_inputs; }
  bool has_gradient(int k) const { return rule->has_gradient(std::size_t(k)); }
  // Inputs that only select, as the mask of where: half of them are drawn as 0, none is
  // differenced.
  bool is_mask(int k) const {
    return takes_numbers(k) && !has_gradient(k) && (rule->gradients || taken_as_given);
  }
};

// The name of input k in formulas: x; a, b, c, d; x0, x1, ...
std::string input_name(int inputs, int k);

const std::vector<OpCase>& op_table();
std::vector<std::string> op_names();  // each once
// f(case) for every case of one op.
void each_case(const std::string& op, const std::function<void(const OpCase&)>& f);

// Inputs of the given shapes, drawn from the case's domain; the same every time.
std::vector<Slow<double>> draw(const OpCase& op, const std::vector<Shape>& shapes,
                               std::uint64_t seed = 1);
// The shapes a case is tried with: its sample's, or a few that meet scalars, vectors of lanes with
// a tail, and broadcasting of every input.
std::vector<std::vector<Shape>> shape_sets(const OpCase& op);

Shape shape_of(const OpCase& op, const std::vector<Shape>& shapes);
Slow<Wide> wide_value(const OpCase& op, const std::vector<Slow<Wide>>& in);

// The inputs as leaves of a tape, and the op recorded on them.
template <class T>
std::vector<Node<T>> leaves(Tape<T>& tape, const OpCase& op, const std::vector<Slow<double>>& in);
template <class T>
Node<T> record(Tape<T>& tape, const OpCase& op, const std::vector<Node<T>>& in);

inline View<const double> view(const Slow<double>& array) {
  return {array.numbers.data(), &array.shape};
}

}  // namespace glassgrad
