// The checks of op_checks.hpp. Every upstream, weight and tangent is random and clear of zero: ones
// would hide errors, zeros agree with anything.
#include "support/op_checks.hpp"

#include <cmath>
#include <map>

#include "glassgrad/array/random.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/engine/calculus.hpp"
#include "glassgrad/engine/local.hpp"

namespace glassgrad {
namespace {

using WideArrays = std::vector<Slow<Wide>>;

WideArrays widened(const std::vector<Slow<double>>& in) {
  WideArrays wide;
  for (const auto& x : in) {
    wide.emplace_back(x.shape, std::vector<Wide>(x.numbers.begin(), x.numbers.end()));
    wide.back().positions = x.positions;
  }
  return wide;
}
std::vector<double> rounded(const std::vector<Wide>& numbers) {
  std::vector<double> result;
  for (const Wide& number : numbers) result.push_back(double(number));
  return result;
}
// In +-[0.3, 1]: clear of zero
Slow<double> random_like(const Shape& shape, std::uint64_t seed, std::uint64_t stream) {
  Random random(seed, stream);
  Slow<double> x(shape);
  for (double& number : x.numbers)
    number = random.uniform(0.3, 1) * (random.uniform() < 0.5 ? -1 : 1);
  return x;
}

// dy/dx_k, column by column: (y(x + h) - y(x - h)) / 2h, wrong by h^2: 30 digits are left.
Jacobian differenced(const OpCase& op, WideArrays in, std::size_t k, std::size_t rows) {
  const Wide h = Wide(1e-16);
  Jacobian jacobian{rows, in[k].numbers.size(), {}};
  jacobian.numbers.resize(rows * jacobian.columns);
  for (std::size_t j = 0; j < jacobian.columns && !op.is_mask(int(k)); ++j) {
    const Wide x = in[k].numbers[j];
    in[k].numbers[j] = x + h;
    const auto above = wide_value(op, in);
    in[k].numbers[j] = x - h;
    const auto below = wide_value(op, in);
    in[k].numbers[j] = x;
    for (std::size_t i = 0; i < rows; ++i)
      jacobian.numbers[i * jacobian.columns + j] =
          double((above.numbers[i] - below.numbers[i]) / (2 * h));
  }
  return jacobian;
}

// s = sum of weights (y^2 / 2 + y) at x + step * directions
Wide scalar(const OpCase& op, WideArrays in, const Expected& e, const Wide& step) {
  for (std::size_t k = 0; k < in.size(); ++k)
    for (std::size_t j = 0; j < in[k].numbers.size() && !op.is_mask(int(k)); ++j)
      in[k].numbers[j] += step * e.directions[k].numbers[j];
  const auto y = wide_value(op, in);
  Wide sum = 0;
  for (std::size_t i = 0; i < y.numbers.size(); ++i)
    sum += e.weights.numbers[i] * y.numbers[i] * (y.numbers[i] / 2 + 1);
  return sum;
}
// The mixed second difference along the directions and x_k[j]: 24 digits are left.
std::vector<double> differenced_twice(const OpCase& op, WideArrays in, const Expected& e,
                                      std::size_t k) {
  const Wide h = Wide(1e-12);
  std::vector<double> result;
  if (op.is_mask(int(k))) result.resize(in[k].numbers.size());
  for (std::size_t j = result.size(); j < in[k].numbers.size(); ++j) {
    const Wide x = in[k].numbers[j];
    in[k].numbers[j] = x + h;
    const Wide above = scalar(op, in, e, h) - scalar(op, in, e, -h);
    in[k].numbers[j] = x - h;
    const Wide below = scalar(op, in, e, h) - scalar(op, in, e, -h);
    in[k].numbers[j] = x;
    result.push_back(double((above - below) / (4 * h * h)));
  }
  return result;
}

std::string at_input(std::size_t k, const std::string& what) {
  return "input " + std::to_string(k) + ": " + what;
}
// Appends to `all`, on a line of its own.
void note(std::string& all, const std::string& failure) {
  if (!failure.empty()) all += (all.empty() ? "" : "\n") + failure;
}

// Inputs that take numbers: the xs of grad and jvp.
std::vector<Node<double>> number_inputs(const OpCase& op, const std::vector<Node<double>>& in) {
  std::vector<Node<double>> xs;
  for (std::size_t k = 0; k < in.size(); ++k)
    if (op.takes_numbers(int(k))) xs.push_back(in[k]);
  return xs;
}
std::vector<Node<double>> direction_nodes(Tape<double>& tape, const OpCase& op, const Expected& e) {
  std::vector<Node<double>> nodes;
  for (std::size_t k = 0; k < e.in.size(); ++k)
    if (op.takes_numbers(int(k))) nodes.push_back(tape.constant(view(e.directions[k])));
  return nodes;
}

}  // namespace

std::vector<double> Jacobian::times(const std::vector<double>& tangent) const {
  std::vector<double> result(rows, 0.0);
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j) result[i] += numbers[i * columns + j] * tangent[j];
  return result;
}
std::vector<double> Jacobian::transposed(const std::vector<double>& upstream) const {
  std::vector<double> result(columns, 0.0);
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j) result[j] += numbers[i * columns + j] * upstream[i];
  return result;
}

Expected expect(const OpCase& op, const std::vector<Shape>& shapes, std::uint64_t seed) {
  Expected e;
  e.op = op;
  e.in = draw(op, shapes, seed);
  const WideArrays in = widened(e.in);
  const auto y = wide_value(op, in);
  e.y = {y.shape, rounded(y.numbers)};
  e.upstream = random_like(y.shape, seed, 100);
  e.weights = random_like(y.shape, seed, 101);
  for (std::size_t k = 0; k < in.size(); ++k)
    e.directions.push_back(random_like(in[k].shape, seed, 200 + k));
  for (std::size_t k = 0; k < in.size(); ++k) {
    const bool numeric = op.takes_numbers(int(k));
    e.jacobian.push_back(numeric ? differenced(op, in, k, e.y.numbers.size()) : Jacobian{});
    e.second.push_back(numeric ? differenced_twice(op, in, e, k) : std::vector<double>{});
  }
  return e;
}
const std::vector<Expected>& expected(const OpCase& op) {
  static std::map<std::string, std::vector<Expected>> known;
  std::vector<Expected>& all = known[op.label];
  if (all.empty())
    for (const auto& shapes : shape_sets(op)) all.push_back(expect(op, shapes));
  return all;
}

std::string differs(const std::string& what, std::span<const double> got,
                    std::span<const double> wanted, double tolerance) {
  if (got.size() != wanted.size())
    return join(what, ": ", got.size(), " numbers, should be ", wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    const double error = std::abs(got[i] - wanted[i]);
    const bool alike = got[i] == wanted[i] || (std::isnan(got[i]) && std::isnan(wanted[i])) ||
                       error <= tolerance * std::max(1.0, std::abs(wanted[i]));
    if (!alike)
      return join(what, ", entry ", i, ": ", got[i], ", should be ", wanted[i], " (error ", error,
                  ")");
  }
  return "";
}
double dot(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}
std::vector<double> upstream_of(const Node<double>& node) {
  if (node.upstream_state() != Upstream::computed)
    return std::vector<double>(std::size_t(node.shape().count()), 0.0);
  return {node.upstream().begin(), node.upstream().end()};
}

std::string check_value(const OpCase& op, const Expected& e) {
  Tape<double> tape;
  const auto y = record(tape, op, leaves(tape, op, e.in));
  if (y.shape() != e.y.shape) return join("the shape is ", y.shape(), ", should be ", e.y.shape);
  return differs("value", numbers(y.value()), e.y.numbers, 1e-13);
}

std::string check_local(const OpCase& op, const Expected& e) {
  std::string wrong;
  Tape<double> tape;
  const auto y = record(tape, op, leaves(tape, op, e.in));
  for (std::size_t k = 0; k < e.in.size(); ++k) {
    if (!op.takes_numbers(int(k))) continue;
    const Jacobian& jacobian = e.jacobian[k];
    const auto local = y.local(int(k));
    note(wrong, differs(at_input(k, "Jacobian"), local.dense(), jacobian.numbers, 1e-12));
    note(wrong, differs(at_input(k, "upstream * local"), local.times(view(e.upstream)),
                        jacobian.transposed(e.upstream.numbers), 1e-11));
    if (op.elementwise())  // a row has one entry that is not 0
      note(wrong, differs(at_input(k, "local"), local.values(),
                          jacobian.times(std::vector<double>(jacobian.columns, 1.0)), 1e-12));
  }
  return wrong;
}

std::string check_reverse(const OpCase& op, const Expected& e) {
  std::string wrong;
  Tape<double> tape;
  const auto in = leaves(tape, op, e.in);
  const auto y = record(tape, op, in);
  // a mask has nothing to pass back: all must be zero
  if (y.upstream_state() != Upstream::none) tape.backward(y, view(e.upstream));
  const auto xs = number_inputs(op, in);
  const auto nodes = grad(y, std::span(xs), tape.constant(view(e.upstream)));
  for (std::size_t k = 0; k < xs.size(); ++k) {
    const auto wanted = e.jacobian[k].transposed(e.upstream.numbers);
    note(wrong, differs(at_input(k, "backward"), upstream_of(xs[k]), wanted, 1e-11));
    if (nodes[k].shape() != xs[k].shape())
      note(wrong, at_input(k, join("grad has shape ", nodes[k].shape())));
    note(wrong, differs(at_input(k, "grad"), numbers(nodes[k].value()), wanted, 1e-11));
  }
  return wrong;
}

std::string check_forward(const OpCase& op, const Expected& e) {
  Tape<double> tape;
  const auto in = leaves(tape, op, e.in);
  const auto y = record(tape, op, in);
  const auto xs = number_inputs(op, in);
  const auto tangents = direction_nodes(tape, op, e);
  const auto pushed = jvp(y, std::span(xs), std::span(tangents));
  if (pushed.shape() != y.shape()) return join("jvp has shape ", pushed.shape());

  std::vector<double> wanted(e.y.numbers.size(), 0.0);
  const auto pulled = grad(y, std::span(xs), tape.constant(view(e.upstream)));
  double reverse = 0;  // <J^T u, v>
  for (std::size_t k = 0; k < xs.size(); ++k) {
    const auto contribution = e.jacobian[k].times(e.directions[k].numbers);
    for (std::size_t i = 0; i < wanted.size(); ++i) wanted[i] += contribution[i];
    reverse += dot(numbers(pulled[k].value()), e.directions[k].numbers);
  }
  std::string wrong = differs("jvp", numbers(pushed.value()), wanted, 1e-11);
  const double forward = dot(e.upstream.numbers, numbers(pushed.value()));
  note(wrong, differs("<u, J v> against <J^T u, v>", {&forward, 1}, {&reverse, 1}, 1e-11));
  return wrong;
}

std::string check_second(const OpCase& op, const Expected& e) {
  std::string wrong;
  Tape<double> tape;
  const auto in = leaves(tape, op, e.in);
  const auto y = record(tape, op, in);
  const auto s = sum(tape.constant(view(e.weights)) * y * (y / 2 + 1));
  const auto xs = number_inputs(op, in);
  const auto directions = direction_nodes(tape, op, e);
  const auto first = grad(s, std::span(xs));
  Node<double> along = tape.constant(0);
  for (std::size_t k = 0; k < xs.size(); ++k) along += sum(first[k] * directions[k]);
  const auto second = grad(along, std::span(xs));
  for (std::size_t k = 0; k < xs.size(); ++k) {
    note(wrong,
         differs(at_input(k, "grad of grad"), numbers(second[k].value()), e.second[k], 1e-10));
    const auto pushed = jvp(first[k], std::span(xs), std::span(directions));
    note(wrong, differs(at_input(k, "jvp of grad"), numbers(pushed.value()), e.second[k], 1e-10));
  }
  // where the gradient is constant there is nothing to pass back, and all must be zero
  if (along.upstream_state() != Upstream::none) tape.backward(along);
  for (std::size_t k = 0; k < xs.size(); ++k)
    note(wrong, differs(at_input(k, "backward of grad"), upstream_of(xs[k]), e.second[k], 1e-10));
  return wrong;
}

}  // namespace glassgrad
