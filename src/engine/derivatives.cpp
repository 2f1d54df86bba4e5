// Seeds looped over one recorded sweep: set a 1, run the records again, read a row or a column.
#include "glassgrad/engine/derivatives.hpp"

#include "engine/subject.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/engine/apply.hpp"
#include "glassgrad/engine/calculus_ops.hpp"

namespace glassgrad {
namespace {

// Forgets what was recorded since, whatever happens; or unless kept() says it is to stay.
template <class T>
class Undo {
 public:
  explicit Undo(Tape<T>& tape) : tape_(tape), mark_(tape.mark()) {}
  ~Undo() {
    if (!kept_) parts_of(tape_).undo(mark_);
  }
  Undo(const Undo&) = delete;
  Undo& operator=(const Undo&) = delete;
  Node<T> kept(const Node<T>& result) {
    kept_ = true;
    return result;
  }

 private:
  Tape<T>& tape_;
  typename Tape<T>::Mark mark_;
  bool kept_ = false;
};

template <class T>
Tape<T>& tape_of(std::string_view what, const Node<T>& y, const Node<T>& x) {
  y.check_tape(what);
  if (!y.tape())
    throw TapeError(what, "y is a plain number, on no tape", "Compute it from nodes of a tape");
  y.tape()->records().checked(what, y);
  y.tape()->records().checked(what, x);
  return *y.tape();
}

// derivative(seed) records what is linear in the seed; its value for every unit seed, one after the
// other.
template <class T, class Derivative>
std::vector<T> for_unit_seeds(Tape<T>& tape, const Shape& shape, const Derivative& derivative) {
  const Node<T> seed = tape.zeros(shape);
  const Node<T> result = derivative(seed);
  std::vector<T> all;
  all.reserve(std::size_t(shape.count() * result.shape().count()));
  for (std::int64_t i = 0; i < shape.count(); ++i) {
    tape.set(seed, i, T(1));
    parts_of(tape).values.recompute(seed.index() + 1, tape.size());
    all.insert(all.end(), result.value().begin(), result.value().end());
    tape.set(seed, i, T(0));
  }
  return all;
}

template <class T>
std::vector<T> transposed(const std::vector<T>& a, std::size_t rows) {
  std::vector<T> result(a.size());
  const std::size_t columns = rows ? a.size() / rows : 0;
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j) result[j * rows + i] = a[i * columns + j];
  return result;
}

}  // namespace

template <class T>
std::vector<T> jacobian(const Node<T>& y, const Node<T>& x, JacobianMode mode) {
  Tape<T>& tape = tape_of("jacobian", y, x);
  const Undo undo(tape);
  const Shape y_shape = y.shape(), x_shape = x.shape();
  if (mode == JacobianMode::automatic)
    mode = y_shape.count() <= x_shape.count() ? JacobianMode::reverse : JacobianMode::forward;
  if (mode == JacobianMode::reverse)
    return for_unit_seeds(tape, y_shape, [&](const Node<T>& seed) { return vjp(y, x, seed); });
  const std::vector<T> columns =
      for_unit_seeds(tape, x_shape, [&](const Node<T>& seed) { return jvp(y, x, seed); });
  return transposed(columns, std::size_t(x_shape.count()));
}

template <class T>
std::vector<T> hessian(const Node<T>& y, const Node<T>& x) {
  Tape<T>& tape = tape_of("hessian", y, x);
  if (y.shape().count() != 1)
    throw ShapeError("hessian",
                     join("y, ", subject(y), ", is ", y.shape(), ", not a single number"),
                     "Reduce it with sum or mean");
  const Undo undo(tape);
  const Node<T> gradient = grad(y, x);
  return for_unit_seeds(tape, x.shape(),
                        [&](const Node<T>& seed) { return jvp(gradient, x, seed); });
}

template <class T>
Node<T> hvp(const Node<T>& y, const Node<T>& x, const Node<T>& v) {
  Undo undo(tape_of("hvp", y, x));
  return undo.kept(jvp(grad(y, x), x, v));
}

template <class T>
Node<T> gauss_newton_product(const Node<T>& residuals, const Node<T>& x, const Node<T>& v) {
  Undo undo(tape_of("gauss_newton_product", residuals, x));
  return undo.kept(vjp(residuals, x, jvp(residuals, x, v)));
}

template <class T>
Node<T> gauss_newton_product(const Node<T>& cost, const Node<T>& outputs, const Node<T>& x,
                             const Node<T>& v) {
  tape_of("gauss_newton_product", cost, x);
  Undo undo(tape_of("gauss_newton_product", cost, outputs));
  return undo.kept(vjp(outputs, x, hvp(cost, outputs, jvp(outputs, x, v))));
}

template <class T>
Node<T> laplacian(const Node<T>& y, const Node<T>& x) {
  Tape<T>& tape = tape_of("laplacian", y, x);
  const Shape shape = x.shape();
  const std::int64_t directions = shape.rank() ? shape.from_end(1) : 1;
  const Shape points = shape.rank() ? shape.with(shape.rank() - 1, 1) : shape;
  if (y.shape().count() != points.count())
    throw ShapeError("laplacian",
                     join("y has ", y.shape().count(), " numbers, x has ", points.count(),
                          points.count() == 1 ? " point" : " points"),
                     "Give one y per row of x");
  Undo undo(tape);
  const Node<T> one = apply(BroadcastTo{y.shape()}, tape.constant(T(1)));
  const Node<T> gradient = vjp(y, x, one);
  Node<T> total;
  for (std::int64_t j = 0; j < directions; ++j) {
    const Node<T> unit = tape.zeros(shape.rank() ? Shape{directions} : Shape{});
    tape.set(unit, j, T(1));
    const Node<T> direction = apply(BroadcastTo{shape}, unit);
    const Node<T> bend = apply(Mul{}, jvp(gradient, x, direction), direction);
    total = j == 0 ? bend : apply(Add{}, total, bend);
  }
  if (directions == 0) return undo.kept(tape.zeros(points));
  return undo.kept(total.shape() == points ? total : apply(SumTo{points}, total));
}

#define GLASSGRAD_DERIVATIVES(T)                                                         \
  template std::vector<T> jacobian(const Node<T>&, const Node<T>&, JacobianMode);        \
  template std::vector<T> hessian(const Node<T>&, const Node<T>&);                       \
  template Node<T> hvp(const Node<T>&, const Node<T>&, const Node<T>&);                  \
  template Node<T> gauss_newton_product(const Node<T>&, const Node<T>&, const Node<T>&); \
  template Node<T> gauss_newton_product(const Node<T>&, const Node<T>&, const Node<T>&,  \
                                        const Node<T>&);                                 \
  template Node<T> laplacian(const Node<T>&, const Node<T>&);
GLASSGRAD_DERIVATIVES(float)
GLASSGRAD_DERIVATIVES(double)
#undef GLASSGRAD_DERIVATIVES

}  // namespace glassgrad
