// The base of all optimizers: which parameters a step changes, the gradient it is given (clipped,
// decayed), the numbers kept between steps. The formulas are ops (ops/rules/updates.hpp); their
// order is in descent.hpp and adaptive.hpp.
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "glassgrad/engine/parameter.hpp"
#include "glassgrad/engine/update.hpp"
#include "glassgrad/ops/rules/updates.hpp"

namespace glassgrad {

struct StepOptions {
  double clip_value = 0;    // every g to [-clip_value, clip_value]; 0: not at all
  double clip_norm = 0;     // all g times clip_norm / |g| when |g|, over all of them, is larger
  double weight_decay = 0;  // then g + weight_decay w: the gradient of weight_decay |w|^2 / 2
  bool ascend = false;      // climb instead of descend: -g for g
};

// Parameters with options of their own.
struct GroupOptions {
  double rate_factor = 1;  // times the optimizer's rate, so that a schedule moves all groups
  std::optional<double> weight_decay = {};  // instead of the optimizer's
  std::optional<double> clip_value = {};    // instead of the optimizer's
};

// What is kept of one parameter between steps: plain data, to be saved and restored.
template <class T>
struct ParameterState {
  std::string parameter;              // its name
  Shape shape;                        // its shape, and that of every slot
  std::int64_t steps = 0;             // how many it has taken
  std::vector<std::vector<T>> slots;  // such as Adam's two running means
};

// What a step did to one parameter, as Euclidean norms over its entries: the gradient it was given,
// the same after clipping and before weight decay, the parameter before the step, its change.
struct StepNorms {
  std::string parameter;
  double gradient = 0, clipped = 0, weight = 0, update = 0;
  // |change| / |parameter|: about 1e-3 where learning goes well. Infinite where it was 0
  // throughout.
  double ratio() const { return update / weight; }
};

// Keeps its address when the optimizer is moved, so that programs can find it.
template <class T>
class Optimizer;
template <class T>
struct OptimizerHome {
  Optimizer<T>* self;  // null: it was destroyed
};

template <class T = double>
class Optimizer {
 public:
  virtual ~Optimizer() { leave_home(); }

  // Applies Parameter::gradient to every given parameter, then zeroes the gradients. One that is
  // frozen or without a gradient stays as it is. State belongs to a parameter, even when moved, and
  // ends with it; restored state is taken by the first parameter of its name. Once every parameter
  // has been met, a step allocates nothing.
  // Throws TapeError, before anything is changed: two parameters of one name, or one of the name of
  // another that has its state here; a restored state of another shape; no parameter has a gradient
  // though some can learn, as at a second step after one backward.
  void step(std::span<Parameter<T>* const> parameters);
  template <std::same_as<Parameter<T>>... More>
  void step(Parameter<T>& first, More&... more) {
    Parameter<T>* const all[] = {&first, &more...};
    step(std::span<Parameter<T>* const>(all));
  }

  // Receives a step's ops instead of running them: a program (program/program.hpp).
  struct Listener {
    virtual ~Listener() = default;
    virtual void parameter(std::size_t i) = 0;  // the ops that follow change this one
    // out = op(in...), in place where out is one of them
    virtual void op(const Rule<T>& rule, const void* op, View<T> out,
                    std::span<const View<const T>> in) = 0;
  };
  // Reports what step() would do with these gradients, op by op, without doing it. Returns where
  // their states are, until the next call. Throws as step() does, and Error while steps are
  // measured.
  std::span<const std::size_t> tell(std::span<Parameter<T>* const> parameters,
                                    std::span<const View<const T>> gradients, Listener& listener);
  // Counts a step that a listener has done to known parameters, and marks them as changed.
  void count_step(std::span<Parameter<T>* const> parameters, std::span<const std::size_t> states);
  // The states known now, for forget_states_since(known).
  std::size_t mark_states();
  // Undoes, after a failure, the states made or taken over since mark_states().
  void forget_states_since(std::size_t known) { forget_states_since(known, 0); }
  // Grows with every change of what tell() reports, except gradients and counts; and whether those
  // matter.
  std::uint64_t revision() const { return revision_; }
  bool reads_more() const { return reads_count() || options_.clip_norm > 0; }
  // Is this a view of one of the step's scalars, such as the rate?
  static bool is_setting(const View<const T>& view) { return view.sizes == &single; }

  // Makes these parameters, even when moved, a group with its own options. Throws Error for a
  // setting out of range, and for a parameter already in a group.
  void add_group(std::span<Parameter<T>* const> parameters, const GroupOptions& options);

  // step(), which also returns every op it applied, with its numbers: the update lines of a trace.
  std::vector<Update> recorded_step(std::span<Parameter<T>* const> parameters);
  template <std::same_as<Parameter<T>>... More>
  std::vector<Update> recorded_step(Parameter<T>& first, More&... more) {
    Parameter<T>* const all[] = {&first, &more...};
    return recorded_step(std::span<Parameter<T>* const>(all));
  }

  // Turns measuring of steps on or off, which costs a copy of each parameter; and the norms of the
  // last step, in the order of its parameters.
  void measure(bool on) { measuring_ = on, norms_.clear(), ++revision_; }
  const std::vector<StepNorms>& norms() const { return norms_; }

  // The learning rate, which a schedule (schedule.hpp) may set before every step.
  double rate() const { return rate_; }
  void set_rate(double rate);  // throws Error unless it is finite and not negative

  // In the order in which the parameters were first met.
  const std::vector<ParameterState<T>>& states() const { return states_; }
  // Continues where another of the same kind stood. Throws TapeError for slots that do not fit.
  void restore(std::vector<ParameterState<T>> states);
  virtual std::string_view name() const = 0;
  // What its slots are called.
  virtual std::span<const std::string_view> slots() const { return {}; }

  // Stepping with a moved-from optimizer throws TapeError.
  const std::shared_ptr<OptimizerHome<T>>& home() const {
    if (!home_) refuse_moved();
    return home_;
  }

 protected:
  Optimizer(double rate, const StepOptions& options);
  Optimizer(const Optimizer& other) { *this = other; }
  Optimizer& operator=(const Optimizer& other);
  Optimizer(Optimizer&& other) noexcept { *this = std::move(other); }
  Optimizer& operator=(Optimizer&& other) noexcept;

  // One parameter's step. All views have its shape but `rate`, a single number.
  struct Step {
    View<T> w;
    View<const T> g;
    View<const T> rate;  // its group's, with its sign: negative when ascending
    double decay;        // of its group
    std::span<std::vector<T>> slots;
    std::int64_t count;  // 1 at the first step
    View<T> slot(int i) const { return {slots[std::size_t(i)].data(), w.sizes}; }
  };
  virtual void update(const Step& step) = 0;
  // False if update() never reads Step::count: a program then need not ask before every step.
  virtual bool reads_count() const { return true; }
  // True if update() applies Step::decay itself; else decay w is in the gradient.
  virtual bool decays_apart() const { return false; }

  // out = op(in...); out may be one of them. A T stands for a single number.
  template <class Op, class... In>
  void run(const Op& op, View<T> out, const In&... in) {
    const View<const T> views[] = {view(in)...};
    if (listener_) return listener_->op(rule<Op, T>(), &op, out, views);
    if (recording_.updates) record_inputs(rule<Op, T>(), &op, views);
    rule<Op, T>().forward(&op, std::span(views), out, pool_);
    if (recording_.updates) record_result(out);
  }
  View<T> scratch(const Shape& shape) { return {scratch_.data(), &shape}; }
  static View<const T> view(View<const T> numbers) { return numbers; }
  static View<const T> view(const T& number) { return {&number, &single}; }

 private:
  static const Shape single;
  using Owner = std::shared_ptr<typename Parameter<T>::Home>;

  [[noreturn]] void refuse_moved() const;
  void leave_home() {
    if (home_) home_->self = nullptr;
  }
  void prepare(std::span<Parameter<T>* const> parameters);
  void check_gradients(std::span<Parameter<T>* const> parameters) const;
  [[noreturn]] void refuse_twice(const std::string& parameter) const;
  using Parameters = std::span<Parameter<T>* const>;
  std::size_t state_of(const Parameter<T>& parameter, Parameters of_step);
  std::size_t adopted(const Owner& home, Parameters of_step);
  void forget_states_since(std::size_t known, std::size_t taken);
  void check_adoption(std::size_t state, const Owner& home, Parameters of_step) const;
  T rate_of(const GroupOptions& group) const {
    return T((options_.ascend ? -rate_ : rate_) * group.rate_factor);
  }
  double decay_of(const GroupOptions& group) const {
    return group.weight_decay.value_or(options_.weight_decay);
  }
  T clip_factor(std::span<const View<const T>> gradients) const;
  View<const T> gradient(const Parameter<T>& parameter, View<const T> g, T factor,
                         const GroupOptions& group);
  void measure_before(const Parameter<T>& parameter);
  void measure_after(const Parameter<T>& parameter);
  const GroupOptions& group_of(std::size_t state);
  void record_inputs(const Rule<T>& rule, const void* op, std::span<const View<const T>> in);
  void record_result(View<const T> out);

  struct Group {
    GroupOptions options;
    std::vector<Owner> members;
  };
  std::shared_ptr<OptimizerHome<T>> home_;
  double rate_ = 0;
  StepOptions options_;
  Listener* listener_ = nullptr;
  std::uint64_t revision_ = 0;
  std::vector<View<const T>> gradients_;  // of this step's parameters; null: it has none
  std::vector<ParameterState<T>> states_;
  std::vector<Owner> owners_;  // of the states; null: restored, not seen yet
  struct Taken {
    std::size_t at;
    Owner owner;               // before; null: restored, not seen yet
    ParameterState<T> former;  // of a parameter that is gone
  };
  std::vector<Taken> taken_;            // states taken over in a step that may still fail
  std::vector<Group> groups_;           // the first holds all parameters that are in no other
  std::vector<std::size_t> its_group_;  // of every state, found when it is first met
  std::size_t expected_ = 0;            // in states_: the next one, if steps repeat in order
  std::vector<std::size_t> order_;  // states_[order_[i]] belongs to the i-th parameter of this step
  std::vector<T> scratch_;          // for one parameter
  Pool pool_;
  bool measuring_ = false;
  std::vector<StepNorms> norms_;
  std::vector<T> before_;  // the parameter that is being measured
  struct {
    std::vector<Update>* updates = nullptr;  // null: not recorded
    const Parameter<T>* parameter = nullptr;
    const ParameterState<T>* state = nullptr;
  } recording_;
};

template <class T>
const Shape Optimizer<T>::single{};

// A setting of an optimizer, checked. Throws Error naming it unless low <= value < high.
double checked_setting(std::string_view optimizer, std::string_view setting, double value,
                       double low, double high);

}  // namespace glassgrad
