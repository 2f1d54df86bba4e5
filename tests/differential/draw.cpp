#include "differential/draw.hpp"

namespace glassgrad::differential {

Numbers Draw::normal(const Shape& shape) {
  Numbers all{shape, std::vector<double>(std::size_t(shape.count()))};
  for (double& number : all.data) number = random_.normal();
  return all;
}
Numbers Draw::mask(const Shape& shape) {
  Numbers all{shape, std::vector<double>(std::size_t(shape.count()))};
  for (double& number : all.data) number = double(below(2));
  return all;
}
Positions Draw::positions(const Shape& shape, std::int64_t n) {
  Positions all{shape, std::vector<std::int64_t>(std::size_t(shape.count()))};
  if (n == 0 && shape.count() > 0) throw NotHere{};
  for (auto& position : all.data) position = below(n);
  return all;
}
Positions Draw::permutation(std::int64_t n) { return {Shape{n}, random_.permutation(n)}; }

// Sizes of 2 to 4, now and then 1 or 5 to 7, and one axis in sixty is empty.
Shape Draw::shape(int least_rank, int most_rank) {
  Shape shape;
  const std::int64_t axes = between(least_rank, most_rank);
  for (std::int64_t i = 0; i < axes; ++i) {
    const std::int64_t kind = below(60);
    shape.push_back(kind == 0   ? 0
                    : kind < 12 ? 1
                    : kind < 17 ? between(5, 7)
                                : between(2, axes > 2 ? 3 : 4));
  }
  return shape;
}

int Draw::ranked(int least, int most, In in) {
  std::vector<int> fit;
  for (int i = 0; i < int(shapes_.size()); ++i)
    if (rank(i) >= least && rank(i) <= most && (shape_of(i).count() > 0 || below(3) == 0))
      fit.push_back(i);
  if (fit.empty()) return of_shape(shape(least, std::min(most, std::max(least, 3))), in);
  // rather late ones, so that graphs become deep
  const auto n = std::int64_t(fit.size());
  return guard(fit[std::size_t(std::max(below(n), below(n)))], in);
}
// A node that has the shape, or numbers taken from any node, scaled and moved so that they differ.
int Draw::of_shape(const Shape& shape, In in) {
  for (const std::int64_t size : shape)  // one axis of an empty array may have become long
    if (size > 400 || shape.count() > 400) throw NotHere{};
  std::vector<int> fit, others;
  for (int i = 0; i < int(shapes_.size()); ++i) {
    if (shape_of(i) == shape) fit.push_back(i);
    if (shape_of(i).count() > 0) others.push_back(i);
  }
  if (!fit.empty() && below(3)) return guard(fit[std::size_t(below(std::int64_t(fit.size())))], in);
  if (others.empty()) throw NotHere{};
  const int from = others[std::size_t(below(std::int64_t(others.size())))];
  const Positions at = positions(shape, shape_of(from).count());
  const Numbers factor = normal(shape), more = normal(shape);
  return guard(
      put_guard("guard fit", {from},
                [=](const auto& x) { return take(x, at.on(x)) * factor.on(x) + more.on(x); }),
      in);
}
int Draw::partner(int node, In in) {
  const Shape& of = shape_of(node);
  if (below(4) == 0) return of_shape(of, in);
  Shape other;
  const int first = int(below(of.rank() + 1)) * int(below(2));
  if (first == 0 && of.rank() < 4 && below(6) == 0) other.push_back(between(1, 3));
  for (int i = first; i < of.rank(); ++i)
    other.push_back(below(3) == 0 ? 1 : of[i] == 1 && flag() ? between(2, 3) : of[i]);
  return of_shape(other, in);
}

template <class F>
int Draw::put_guard(const char* name, const std::vector<int>& in, F both) {
  std::string op = name;
  std::swap(op, op_);
  const int node = put(in, both);
  op_ = op;
  return node;
}
int Draw::guard(int node, In in) {
  const auto guarded = [&](const char* name, auto both) { return put_guard(name, {node}, both); };
  switch (in) {
    case In::any:
      return node;
    case In::bounded:
      if (flag()) return guarded("guard tanh", [](const auto& x) { return tanh(x) * 2; });
      return guarded("guard sin", [](const auto& x) { return sin(x) * 2; });
    case In::positive:
      if (flag()) return guarded("guard abs", [](const auto& x) { return abs(x) + 0.5; });
      if (flag()) return guarded("guard square", [](const auto& x) { return square(x) + 0.3; });
      return guarded("guard sigmoid", [](const auto& x) { return sigmoid(x) * 2 + 0.1; });
    case In::unit:
      if (flag()) return guarded("guard tanh", [](const auto& x) { return tanh(x) * 0.9; });
      return guarded("guard sin", [](const auto& x) { return sin(x) * 0.9; });
    case In::share:
      return guarded("guard sigmoid", [](const auto& x) { return sigmoid(x) * 0.9 + 0.05; });
    case In::above_one:
      return guarded("guard square", [](const auto& x) { return square(x) + 1.2; });
    case In::nonzero:
      return guarded("guard sign", [](const auto& x) { return x + sign(x) * 0.4 + 0.013; });
    case In::distinct: {
      const Numbers more = normal(shape_of(node));
      return guarded("guard distinct", [=](const auto& x) { return x + more.on(x); });
    }
  }
  throw NotHere{};
}

namespace {
Numbers diagonal_of(const Shape& shape, double first, double step) {
  Numbers all{shape, std::vector<double>(std::size_t(shape.count()))};
  const std::int64_t n = shape.from_end(1);
  for (std::int64_t i = 0; i < shape.count(); ++i)
    if (i % n == i / n % n) all.data[std::size_t(i)] = first + step * double(i % n);
  return all;
}
}  // namespace
int Draw::square_matrix(std::int64_t n, const Shape& batch) {
  Shape shape = batch;
  shape.push_back(n), shape.push_back(n);
  const Numbers most = diagonal_of(shape, 2.5, 0.3);
  return put_guard("guard well-conditioned", {of_shape(shape)},
                   [=](const auto& x) { return tanh(x) * 0.5 + most.on(x); });
}
int Draw::positive_definite(std::int64_t n, const Shape& batch) {
  Shape shape = batch;
  shape.push_back(n), shape.push_back(n);
  const Numbers most = diagonal_of(shape, 2, 1.5);
  return put_guard("guard definite", {of_shape(shape)}, [=](const auto& x) {
    const auto y = tanh(x) * 0.2;
    return y + swapaxes(y, -1, -2) + most.on(x);
  });
}

int Draw::axis(int node) {
  if (rank(node) == 0) throw NotHere{};
  const int a = int(below(rank(node)));
  return flag() ? a : a - rank(node);
}
Dims Draw::some_axes(int node) {
  Dims dims;
  for (int i = 0; i < rank(node); ++i)
    if (flag()) dims.list.push_back(flag() ? i : i - rank(node));
  if (dims.list.empty()) dims.list.push_back(axis(node));
  return dims;
}

// Computes it on both sides. Numbers that agree but leave the range that can be compared (not
// finite, above 100) and arrays of more than 400 are not kept; what differs is, to be reported.
int Draw::append(Step step) {
  std::vector<N> ours;
  std::vector<T> theirs;
  for (const int i : step.in)
    ours.push_back(ours_[std::size_t(i)]), theirs.push_back(theirs_[std::size_t(i)]);
  std::string our_text, their_text;
  N y;
  T z;
  try {
    y = step.ours(ours);
  } catch (const Error& error) {
    our_text = error.what();
  }
  try {
    z = step.theirs(theirs);
  } catch (const std::exception& error) {
    their_text = first_line(error);
  }
  if (!our_text.empty() || !their_text.empty()) {
    const bool both = !our_text.empty() && !their_text.empty();
    if (!both) {
      ++(our_text.empty() ? refusals_.theirs : refusals_.ours)[step.op];
      refusals_.text.emplace(step.op, our_text + their_text);
    }
    throw NotHere{};
  }
  const Numbers a = numbers_of(y.value()), b = numbers_of(z);
  if (error_of(a, b) <= 1e-10) {
    if (a.data.size() > 400) throw NotHere{};
    for (const double number : a.data)
      if (!(std::abs(number) <= 100)) throw NotHere{};
  }
  ours_.push_back(y), theirs_.push_back(z), shapes_.push_back(y.shape());
  graph_.steps.push_back(std::move(step));
  return int(shapes_.size()) - 1;
}
void Draw::forget(std::size_t steps) {
  const std::size_t nodes = graph_.inputs.size() + steps;
  graph_.steps.resize(steps), ours_.resize(nodes), theirs_.resize(nodes), shapes_.resize(nodes);
}

Graph Draw::graph(const Table& table) {
  at::NoGradGuard no_grad;
  const std::int64_t inputs = between(1, 4);
  for (std::int64_t i = 0; i < inputs; ++i) {
    Shape s = shape(i == 0 && flag() ? 1 : 0, below(4) ? 3 : 4);
    if (i == 0)  // one input has numbers in it
      for (int k = 0; k < s.rank(); ++k) s = s.with(k, std::max<std::int64_t>(1, s[k]));
    graph_.inputs.push_back(normal(s));
    ours_.push_back(tape_.input(graph_.inputs.back().view()));
    theirs_.push_back(graph_.inputs.back().tensor());
    shapes_.push_back(s);
  }
  const std::int64_t ops = between(3, 12);
  for (std::int64_t done = 0, tries = 0; done < ops && tries < 100; ++tries) {
    const Entry& entry = table.entries[std::size_t(below(std::int64_t(table.entries.size())))];
    const std::size_t before = graph_.steps.size();
    op_ = entry.op;
    try {
      entry.draw(*this);
      ++done;
    } catch (const NotHere&) {
      forget(before);
    }
  }
  return std::move(graph_);
}

}  // namespace glassgrad::differential
