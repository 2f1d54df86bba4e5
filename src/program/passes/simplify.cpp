// The passes that remove instructions.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "glassgrad/engine/calculus_ops.hpp"
#include "passes.hpp"

namespace glassgrad::program {

template <class T>
void remove_dead(Graph<T>& graph) {
  std::vector<char> wanted(graph.values.size(), 0), keep(graph.code.size(), 0);
  for (const Id output : graph.outputs) wanted[graph.root(output)] = 1;
  for (std::size_t i = graph.code.size(); i-- > 0;) {
    const Instruction<T>& instruction = graph.code[i];
    if (!wanted[instruction.out]) continue;
    keep[i] = 1;
    for (const Id x : instruction.in) wanted[graph.root(x)] = 1;
  }
  graph.keep_only(keep);
}

template <class T>
void fold_constants(Graph<T>& graph) {
  std::vector<char> keep(graph.code.size(), 1);
  for (std::size_t i = 0; i < graph.code.size(); ++i) {
    const Instruction<T>& instruction = graph.code[i];
    bool constant = !instruction.pull;
    for (const Id x : instruction.in)
      constant &= graph.values[graph.root(x)].origin == Origin::constant;
    if (!constant) continue;
    graph.values[instruction.out].origin = Origin::constant;  // its numbers are on the tape
    keep[i] = 0;
  }
  graph.keep_only(keep);
}

namespace {

// The single number that stands for a constant, as a value of its own; the constant itself when
// its numbers differ, to the bit.
template <class T>
Id number_of(Graph<T>& graph, Id constant) {
  const Value<T>& value = graph.values[graph.root(constant)];
  const std::int64_t count = value.shape.count();
  if (value.origin != Origin::constant || value.positions || count < 2) return constant;
  for (std::int64_t i = 1; i < count; ++i)
    if (std::memcmp(value.data, value.data + i, sizeof(T)) != 0) return constant;
  const Id id = graph.next_id();
  graph.values.push_back({Shape{}, Origin::constant, value.data, id});
  return id;
}

template <class T>
bool is_number(const Graph<T>& graph, Id id, double number) {
  const Value<T>& value = graph.values[graph.root(id)];
  return value.is_constant_number() && double(*value.data) == number &&
         std::signbit(*value.data) == std::signbit(number);
}

// Which input such an instruction merely copies.
template <class T>
OptionalIndex repeated(const Graph<T>& graph, const Instruction<T>& instruction) {
  const Neutral* const neutral = instruction.rule->neutral;
  if (!neutral) return {};
  const Shape& shape = graph.values[instruction.out].shape;
  for (const std::uint32_t k : {0u, 1u})
    if (neutral->stays != (k ? Stays::first : Stays::second) &&
        is_number(graph, instruction.in[1 - k], neutral->number) &&
        graph.values[instruction.in[k]].shape == shape)
      return k;
  return {};
}

constexpr int most_halvings = 64;
template <class T>
std::array<T, 2 * most_halvings + 1> powers_of_two() {
  std::array<T, 2 * most_halvings + 1> powers;
  for (int i = 0; i < int(powers.size()); ++i)
    powers[std::size_t(i)] = std::ldexp(T(1), i - most_halvings);
  return powers;
}

// Division by a power of two, 2^-64 to 2^64, is multiplication by another, to the bit, at a tenth
// of the time. So is its pull to the first input.
template <class T>
void multiply_instead(Graph<T>& graph, Instruction<T>& instruction) {
  static const auto powers = powers_of_two<T>();
  if (!instruction.rule->traits.divides || (instruction.pull && *instruction.pull > 0)) return;
  const Value<T> divisor = graph.values[instruction.in[1]];
  if (!graph.values[divisor.root].is_constant_number()) return;
  int exponent;
  if (std::frexp(*graph.values[divisor.root].data, &exponent) != T(0.5)) return;
  const int halvings = exponent - 1;
  if (std::abs(halvings) > most_halvings) return;
  const Id id = graph.next_id();
  T* const inverse = const_cast<T*>(&powers[std::size_t(most_halvings - halvings)]);  // read only
  graph.values.push_back({divisor.shape, Origin::constant, inverse, id});
  instruction.rule = &rule<Mul, T>();
  instruction.in[1] = id;
}

}  // namespace

template <class T>
void clean_algebra(Graph<T>& graph) {
  std::vector<char> keep(graph.code.size(), 1);
  for (std::size_t i = 0; i < graph.code.size(); ++i) {
    Instruction<T>& instruction = graph.code[i];
    if (!instruction.rule->elementwise) continue;
    const Shape shape = graph.values[instruction.out].shape;
    const auto gives_shape = [&](Id x) {
      return graph.values[graph.root(x)].origin != Origin::constant &&
             graph.values[x].shape == shape;
    };
    if (!instruction.pull && std::any_of(instruction.in.begin(), instruction.in.end(), gives_shape))
      for (Id& x : instruction.in) x = number_of(graph, x);
    multiply_instead(graph, instruction);
    if (instruction.pull) continue;
    const OptionalIndex k = repeated(graph, instruction);
    if (!k) continue;
    graph.values[instruction.out].root = graph.root(instruction.in[*k]);
    keep[i] = 0;
  }
  for (Value<T>& value : graph.values) value.root = graph.root(value.root);
  graph.keep_only(keep);
}

#define GLASSGRAD_PASSES(T)                \
  template void remove_dead(Graph<T>&);    \
  template void fold_constants(Graph<T>&); \
  template void clean_algebra(Graph<T>&);
GLASSGRAD_PASSES(float)
GLASSGRAD_PASSES(double)
#undef GLASSGRAD_PASSES

}  // namespace glassgrad::program
