// A user's function as a mapping of one input at a time, and the report of how its slopes compare.
#include "glassgrad/check/gradients.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "check/differences.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/engine/calculus.hpp"

namespace glassgrad {
namespace {

// Records f afresh at every call: earlier records must not matter.
template <class T>
class Recorder {
 public:
  Recorder(const NodeFunction<T>& f, std::span<const CheckInput<T>> inputs)
      : f_(f), inputs_(inputs) {
    output_ = record(tape_).shape();
  }
  const Shape& output() const { return output_; }

  check::Mapping<T> mapping(std::size_t k) {
    const View<const T> x = inputs_[k].view();
    check::Mapping<T> mapping;
    mapping.x.assign(x.begin(), x.end());
    mapping.outputs = output_.count();
    mapping.value = [this, k](const T* moved, T* y) {
      const Node<T> node = record(values_, k, moved);
      std::copy(node.value().begin(), node.value().end(), y);
    };
    mapping.pull = [this, k](const T* upstream) {
      const Node<T> y = record(tape_);
      std::vector<T> contribution(inputs_[k].view().size(), T(0));
      if (!y.tape() || !tape_.records()[y.index()].active) return contribution;  // f is constant
      tape_.backward(y, View<const T>{upstream, &output_});
      if (nodes_[k].upstream_state() == Upstream::computed)
        std::copy(nodes_[k].upstream().begin(), nodes_[k].upstream().end(), contribution.begin());
      return contribution;
    };
    mapping.push = [this, k](const T* tangent) {
      const Node<T> y = record(tape_);
      std::vector<T> pushed(std::size_t(output_.count()), T(0));
      if (!y.tape()) return pushed;
      const View<const T> given{tangent, &inputs_[k].shape()};
      const View<const T> result = jvp(y, nodes_[k], tape_.constant(given)).value();
      std::copy(result.begin(), result.end(), pushed.begin());
      return pushed;
    };
    return mapping;
  }

 private:
  Node<T> record(Tape<T>& tape, std::size_t moved_input = 0, const T* moved = nullptr) {
    tape.clear();
    nodes_.clear();
    for (std::size_t k = 0; k < inputs_.size(); ++k) {
      View<const T> x = inputs_[k].view();
      if (moved && k == moved_input) x.data = moved;
      nodes_.push_back(tape.input(inputs_[k].name(), x));
    }
    const Node<T> y = f_(nodes_);
    if (recorded_ && y.shape() != output_)
      throw ShapeError("check_gradients",
                       join("the function gives ", output_, " and, asked again, ", y.shape()),
                       "Give a function whose result keeps its shape near the point");
    recorded_ = true;
    return y;
  }

  const NodeFunction<T>& f_;
  std::span<const CheckInput<T>> inputs_;
  Tape<T> tape_, values_{Keep::values};
  std::vector<Node<T>> nodes_;
  Shape output_;
  bool recorded_ = false;
};

std::string name_of(const std::string& name, std::size_t k) {
  return name.empty() ? "input " + std::to_string(k) : name;
}

template <class T>
GradientReport report_of(Recorder<T>& recorder, std::span<const CheckInput<T>> inputs,
                         const CheckInput<T>* by_hand, const CheckOptions& options) {
  GradientReport report;
  report.by_hand = by_hand != nullptr;
  report.forward = options.forward && !by_hand;
  report.inputs = int(inputs.size());
  std::vector<GradientEntry> entries;
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    check::Mapping<T> mapping = recorder.mapping(k);
    if (!report.forward) mapping.push = nullptr;
    if (by_hand) {
      mapping.pull = [&claim = by_hand[k]](const T* upstream) {
        std::vector<T> contribution(claim.view().begin(), claim.view().end());
        for (T& number : contribution) number *= *upstream;
        return contribution;
      };
    }
    for (const check::Finding& finding : check::compare(mapping, options)) {
      GradientEntry entry;
      check::describe(finding, inputs[k].shape(), recorder.output(), entry);
      entry.input = name_of(inputs[k].name(), k);
      entry.number = int(k);
      entry.forward = finding.forward;
      entries.push_back(std::move(entry));
    }
  }
  check::settle(report, std::move(entries), options.shown);
  return report;
}

}  // namespace

template <class T>
GradientReport check_gradients(const NodeFunction<T>& f, std::span<const CheckInput<T>> inputs,
                               const CheckOptions& options) {
  Recorder<T> recorder(f, inputs);
  return report_of<T>(recorder, inputs, nullptr, options);
}

template <class T>
GradientReport check_gradients_by_hand(const NodeFunction<T>& f,
                                       std::span<const CheckInput<T>> inputs,
                                       std::span<const CheckInput<T>> by_hand,
                                       const CheckOptions& options) {
  constexpr std::string_view where = "check_gradients_by_hand";
  if (by_hand.size() != inputs.size())
    throw ShapeError(where, join(inputs.size(), " inputs and ", by_hand.size(), " gradients"),
                     "Give one gradient per input");
  for (std::size_t k = 0; k < inputs.size(); ++k)
    if (by_hand[k].shape() != inputs[k].shape())
      throw ShapeError(where,
                       join(name_of(inputs[k].name(), k), " is ", inputs[k].shape(),
                            ", its gradient is ", by_hand[k].shape()),
                       "A gradient has its input's shape");
  Recorder<T> recorder(f, inputs);
  if (recorder.output().count() != 1)
    throw ShapeError(where, join("the function gives ", recorder.output(), ", not a single number"),
                     "Reduce it with sum or mean");
  return report_of<T>(recorder, inputs, by_hand.data(), options);
}

std::string GradientReport::text() const {
  std::string text;
  if (wrong)
    text = fmt::format("gradients are WRONG: {} of {} slopes", wrong, compared);
  else if (undefined + unclear)
    text = fmt::format("gradients cannot be told: {} of {} slopes", undefined + unclear, compared);
  else
    text = fmt::format("gradients agree: {} slopes", compared);
  text += fmt::format(" of {} {}", inputs, inputs == 1 ? "input" : "inputs");
  if (kinks) text += fmt::format(", {} at {}", kinks, kinks == 1 ? "a kink" : "kinks");
  text += '\n';
  for (const GradientEntry& entry : entries) {
    std::string analytic =
        fmt::format("{} {:.12g}", by_hand ? "by hand" : "reverse", entry.analytic);
    if (forward) analytic += fmt::format(", forward {:.12g}", entry.forward);
    text += check::line(entry.input + check::place(entry), entry, analytic);
  }
  return text;
}

namespace detail {
void check_input_count(std::size_t taken, std::size_t given) {
  if (taken != given)
    throw ShapeError("check_gradients",
                     join("the function takes ", taken, taken == 1 ? " node, " : " nodes, ", given,
                          given == 1 ? " input is given" : " inputs are given"),
                     "Give one input per node");
}
}  // namespace detail

#define GLASSGRAD_CHECK(T)                                                                        \
  template GradientReport check_gradients(const NodeFunction<T>&, std::span<const CheckInput<T>>, \
                                          const CheckOptions&);                                   \
  template GradientReport check_gradients_by_hand(                                                \
      const NodeFunction<T>&, std::span<const CheckInput<T>>, std::span<const CheckInput<T>>,     \
      const CheckOptions&);
GLASSGRAD_CHECK(float)
GLASSGRAD_CHECK(double)
#undef GLASSGRAD_CHECK

}  // namespace glassgrad
