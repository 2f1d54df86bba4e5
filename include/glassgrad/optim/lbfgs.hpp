// L-BFGS: a quasi-Newton method for costs of all examples at once. It looks at the cost along a
// line several times for one step, so it is given the cost as a function.
//   Lbfgs<> lbfgs;
//   lbfgs.minimise(model.parameters(), [&](Tape<>& tape) {
//     return mean_squared_error(model(tape.constant("x", x)), tape.constant("y", y));
//   });
// The parameters are concatenated into one vector w, in the given order.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "glassgrad/array/function.hpp"
#include "glassgrad/engine/tape.hpp"
#include "glassgrad/optim/optimizer.hpp"

#include "glassgrad/array/setting.hpp"

namespace glassgrad {

struct LbfgsOptions {
  Setting<"lbfgs", "memory", int, 0> memory = 10;  // how many pairs (s, y) of past steps are kept
  Setting<"lbfgs", "most_steps", std::int64_t, 0> most_steps = 1000;
  double tolerance = 1e-10;  // done when the largest |g_i| is at most this
  double decrease = 1e-4;    // c1 of the strong Wolfe conditions
  double curvature = 0.9;    // and c2
};

// w <- w + a d, d = -H g from the last pairs s = change of w, y = change of g by the two-loop
// recursion (Nocedal, Wright: Numerical Optimization, 2nd ed. 2006, algorithms 7.4 and 7.5), and a
// from a line search with cubic interpolation for the strong Wolfe conditions (algorithms 3.5, 3.6)
//   f(a) <= f(0) + c1 a f'(0),  |f'(a)| <= c2 |f'(0)|.
// Where f no longer changes but by rounding, f'(a) <= (2 c1 - 1) f'(0) stands for the first (Hager,
// Zhang 2005). All sums are in double. Costs, gradients and steps are scaled by powers of two to
// near 1: f and 2^k f take the same steps, and so do f(w) and f(2^k w) in w / 2^k.
template <class T = double>
class Lbfgs {
 public:
  using Cost = Function<Node<T>(Tape<T>&)>;
  enum class Stop { tolerance, most_steps, no_lower_point };
  struct Result {
    Stop stop = Stop::most_steps;
    std::int64_t steps = 0, evaluations = 0;
    double cost = 0, gradient = 0;  // there, and its largest |g_i|
  };

  // Throws Error for options out of range: memory and most_steps at least 1, 0 < c1 < c2 < 1.
  explicit Lbfgs(const LbfgsOptions& options = {});

  // Steps until the tolerance is reached, the steps are used up, or rounding leaves no lower point.
  // Frozen parameters stay. Throws Error, with the parameters as they were, when the cost or a
  // slope is not finite at the start, or when there is nothing to learn.
  Result minimise(std::span<Parameter<T>* const> parameters, const Cost& cost);
  // One step of it.
  Result step(std::span<Parameter<T>* const> parameters, const Cost& cost);

  // The pairs, to be saved and restored as any optimizer's state (io/model.hpp): slots s0, y0, s1,
  // ... from the oldest.
  std::string_view name() const { return "lbfgs"; }
  std::span<const std::string> slots() const { return slot_names_; }
  std::vector<ParameterState<T>> states() const;
  // Throws TapeError for slots that do not fit.
  void restore(const std::vector<ParameterState<T>>& states);

 private:
  using Vector = std::vector<double>;
  struct Point {
    double a = 0, cost = 0, slope = 0;
  };
  struct Pair {
    std::vector<T> s, y;
    double s_unit = 1, sy = 0;  // sy: (s_unit s) . (unit_ y)
  };

  Result run(std::span<Parameter<T>* const> parameters, const Cost& cost, std::int64_t most);
  void begin(std::span<Parameter<T>* const> parameters, const Cost& cost);
  void scatter(Vector& w);  // into the parameters; w is rounded to their type
  double evaluate(const Cost& cost, Vector& w, Vector& g);
  Point evaluate_at(const Cost& cost, double a);
  void find_direction();
  bool search(const Cost& cost);
  bool zoom(const Cost& cost, Point low, Point high, int left);
  bool low_enough(const Point& at) const;
  bool flat_enough(const Point& at) const;
  bool take_step(const Cost& cost);
  void remember_pair();
  void choose_unit();
  void measure(Pair& pair) const;
  double first_step() const;
  double true_gradient() const;  // the largest |g_i|

  LbfgsOptions options_;
  std::vector<std::string> slot_names_;
  std::vector<Parameter<T>*> parameters_;  // of the running call, those that are not frozen
  std::vector<std::shared_ptr<typename Parameter<T>::Home>> owners_;  // of the pairs, if known
  std::vector<std::string> names_;                                    // theirs, kept for the state
  std::vector<Shape> shapes_;
  std::vector<Pair> pairs_;  // from the oldest
  std::int64_t steps_ = 0, evaluations_ = 0;
  Tape<T> tape_{Keep::parameters};
  double unit_ = 1;  // a power of two: costs and gradients below are times this
  Vector w_, g_, d_, w_new_, g_new_, alpha_;
  Point start_;  // of the line: a = 0
  Point last_;   // what w_new_ and g_new_ are of
};

}  // namespace glassgrad
