// From the list of ops to a table of functions; only what is true of any op is written here.
#include "glassgrad/explain/functions.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "glassgrad/array/narrow.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/engine/local.hpp"
#include "glassgrad/ops/ops.hpp"
#include "members.hpp"

namespace glassgrad::explain {
namespace {

template <class M>
constexpr AttributeKind kind_of() {
  if constexpr (std::is_same_v<M, bool>)
    return AttributeKind::flag;
  else if constexpr (std::is_integral_v<M>)
    return AttributeKind::whole;
  else if constexpr (std::is_same_v<M, Axes>)
    return AttributeKind::axes;
  else if constexpr (std::is_same_v<M, Shape>)
    return AttributeKind::shape;
  else
    return AttributeKind::number;
}

// What a double holds exactly, or less where the member is smaller.
constexpr double exact = 9007199254740992;

template <class M>
constexpr AttributeType type_of() {
  constexpr AttributeKind kind = kind_of<M>();
  if constexpr (kind == AttributeKind::whole)
    return {kind, std::max(-exact, double(std::numeric_limits<M>::min())),
            std::min(exact, double(std::numeric_limits<M>::max()))};
  else if constexpr (kind == AttributeKind::axes)  // Axes says which there are
    return {kind, std::numeric_limits<int>::min(), std::numeric_limits<int>::max()};
  else
    return {kind, -exact, exact};
}

template <class M>
void put(const Attribute& from, M& member) {
  if constexpr (std::is_same_v<M, Axes>) {
    const std::vector<int> axes(from.numbers.begin(), from.numbers.end());
    member = Axes(std::span(axes));
  } else if constexpr (std::is_same_v<M, Shape>) {
    const std::vector<std::int64_t> sizes(from.numbers.begin(), from.numbers.end());
    member = Shape(std::span(sizes));
  } else if constexpr (std::is_integral_v<M> && !std::is_same_v<M, bool>) {
    member = narrow<M>("explain", "a whole number", std::int64_t(from.numbers[0]));
  } else {
    member = M(from.numbers[0]);
  }
}

template <class Op>
Node<double> apply_op(std::span<const Node<double>> arrays, std::span<const Attribute> attributes) {
  Op op{};
  std::size_t i = 0;
  each_member(op, [&](auto& member) {
    if (i < attributes.size()) put(attributes[i], member);
    ++i;
  });
  return apply_all(op, arrays);
}

template <class Op>
Function function_of() {
  Function function{Op::name, arity<Op>, 0, {}, &apply_op<Op>};
  if constexpr (requires { Op::index_inputs; }) function.positions = Op::index_inputs;
  Op op{};
  each_member(op, [&]<class M>(M&) { function.attributes.push_back(type_of<M>()); });
  return function;
}

template <class... Ops>
std::vector<Function> table_of(List<Ops...>) {
  return {function_of<Ops>()...};
}

bool is_whole(double x) { return std::trunc(x) == x && std::isfinite(x); }

}  // namespace

const AttributeType position_type{AttributeKind::shape, -exact, exact};

const double* beyond(const AttributeType& type, std::span<const double> numbers) {
  if (type.kind == AttributeKind::number || type.kind == AttributeKind::flag) return nullptr;
  const auto found = std::find_if(numbers.begin(), numbers.end(), [&](double x) {
    return is_whole(x) && (x < type.least || x > type.most);
  });
  return found == numbers.end() ? nullptr : &*found;
}

std::span<const Function> functions() {
  static const std::vector<Function> table = [] {
    std::vector<Function> all = table_of(EveryOp{});
    for (Function& loss : losses()) all.push_back(std::move(loss));
    return all;
  }();
  return table;
}

const Function* find_function(std::string_view name) {
  const auto all = functions();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Function& f) { return f.name == name; });
  return found == all.end() ? nullptr : &*found;
}

std::string word_for(AttributeKind kind) {
  constexpr const char* words[] = {"number", "whole number", "0 or 1", "axes", "shape"};
  return words[int(kind)];
}

bool fits(AttributeKind kind, const Attribute& attribute) {
  const auto& numbers = attribute.numbers;
  const bool whole = std::all_of(numbers.begin(), numbers.end(), is_whole);
  switch (kind) {
    case AttributeKind::number:
      return !attribute.list;
    case AttributeKind::whole:
      return !attribute.list && whole;
    case AttributeKind::flag:
      return !attribute.list && (numbers[0] == 0 || numbers[0] == 1);
    case AttributeKind::axes:
      return whole;
    case AttributeKind::shape:
      break;
  }
  return attribute.list && whole;
}

std::string usage(const Function& function) {
  std::string text(function.name);
  text += '(';
  if (function.arrays == any_arity) text += "[a, b, ...]";
  for (int k = 0; k < function.arrays; ++k)
    text += (k ? ", " : "") + (k >= function.arrays - function.positions
                                   ? "positions"
                                   : input_symbol(function.arrays, k));
  for (const AttributeType& type : function.attributes) text += ", " + word_for(type.kind);
  return text + ")";
}

}  // namespace glassgrad::explain
