// Candidate remedies for an argument, and one run of an op to try them.
#include "show/snapshot/remedies.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "glassgrad/array/printable.hpp"
#include "glassgrad/array/text.hpp"

namespace glassgrad::detail {
namespace {

struct Candidate {
  std::string with;
  std::function<double(double)> of;
};

std::string number(double x) { return to_text(x); }

// The gentlest first.
std::vector<Candidate> candidates() {
  std::vector<Candidate> all;
  constexpr double steps[] = {1e-12, 1e-9, 1e-6, 1e-3, 0.1};
  for (const double s : steps) {
    all.push_back({"@ + " + number(s), [s](double x) { return x + s; }});
    all.push_back({"@ - " + number(s), [s](double x) { return x - s; }});
  }
  const auto within = [&](double most) {
    all.push_back({"clamp(@, " + number(-most) + ", " + number(most) + ")",
                   [most](double x) { return std::clamp(x, -most, most); }});
  };
  within(80);
  for (const double s : steps) {
    const std::string below = "1 - " + number(s), above = "-1 + " + number(s);
    const auto between = [&](const std::string& low, double least) {
      all.push_back({"clamp(@, " + low + ", " + below + ")",
                     [s, least](double x) { return std::clamp(x, least, 1 - s); }});
    };
    all.push_back({"minimum(@, " + below + ")", [s](double x) { return std::min(x, 1 - s); }});
    all.push_back({"maximum(@, " + above + ")", [s](double x) { return std::max(x, -1 + s); }});
    between(above, -1 + s);
    all.push_back({"maximum(@, " + number(s) + ")", [s](double x) { return std::max(x, s); }});
    between(number(s), s);
  }
  within(8);
  return all;
}

template <class T>
class Trial {
 public:
  Trial(const Tape<T>& tape, const Record<T>& record, const SnapshotNode& node)
      : tape_(tape), record_(record) {
    if (node.upstream && node.upstream->finite() && node.upstream->whole)
      upstream_.assign(node.upstream->numbers.begin(), node.upstream->numbers.end());
    else
      upstream_.assign(std::size_t(record.shape->count()), T(1));
  }

  Record<T> input(int k) const { return tape_.records()[tape_.records().input_of(record_, k)]; }
  bool helps(int slot, const std::function<double(double)>& f) {
    try {
      return finite_with(slot, f);
    } catch (const Error&) {
      return false;
    }
  }

 private:
  bool finite_with(int slot, const std::function<double(double)>& f) {
    scratch_.clear();
    std::vector<Node<T>> in;
    for (int k = 0; k < record_.arity; ++k) {
      std::vector<T> numbers(input(k).value, input(k).value + input(k).shape->count());
      if (k == slot)
        for (T& x : numbers) x = T(f(double(x)));
      const View<const T> view{numbers.data(), input(k).shape};
      in.push_back(input(k).active ? scratch_.input(view) : scratch_.constant(view));
    }
    const Node<T> y = scratch_.append(*record_.rule, record_.attributes, in);
    const auto finite = [](View<const T> numbers) {
      return std::all_of(numbers.begin(), numbers.end(), [](T x) { return std::isfinite(x); });
    };
    if (!finite(y.value())) return false;
    if (!scratch_.records()[y.index()].active) return true;
    scratch_.backward(y, View<const T>{upstream_.data(), record_.shape});
    return std::all_of(in.begin(), in.end(), [&](const Node<T>& x) {
      return x.upstream_state() != Upstream::computed || finite(x.upstream());
    });
  }

  const Tape<T>& tape_;
  const Record<T> record_;
  std::vector<T> upstream_;
  Tape<T> scratch_;
};

// Zeros first, as divisors are.
std::vector<int> suspects(const Snapshot& shot, const SnapshotNode& node) {
  std::vector<int> all;
  for (const bool zero : {true, false})
    for (int k = 0; std::size_t(k) < node.inputs.size(); ++k) {
      const SnapshotNode& from = shot.nodes[node.inputs[std::size_t(k)].node];
      const bool number = from.kind == SnapshotKind::constant && from.value.shape.rank() == 0;
      if (!number && (from.value.zeros > 0) == zero) all.push_back(k);
    }
  return all;
}

template <class T>
void find_remedy(const Tape<T>& tape, const Snapshot& shot, SnapshotNode& node) {
  constexpr std::int64_t most = 1 << 16;  // numbers
  const Record<T> record = tape.records()[node.index];
  if (record.leaf != Leaf::none || node.folded || record.shape->count() > most) return;
  if (node.inputs.size() != std::size_t(record.arity) || record.arity > 8) return;
  Trial<T> trial(tape, record, node);
  for (int k = 0; k < record.arity; ++k)
    if (trial.input(k).leaf == Leaf::indices || trial.input(k).shape->count() > most) return;
  static const std::vector<Candidate> all = candidates();
  for (const int slot : suspects(shot, node)) {
    for (const Candidate& one : all)
      if (!node.remedy && trial.helps(slot, one.of)) node.remedy = {slot, one.with};
    for (const double x : {1.0, 0.5, 2.0, 0.0, -1.0})
      if (!node.chosen && trial.helps(slot, [x](double) { return x; }))
        node.chosen = {slot, "where(mask, @, " + number(x) + ")"};
  }
}
}  // namespace

template <class T>
void add_remedies(const Tape<T>& tape, Snapshot& shot) {
  int left = 8;
  for (SnapshotNode& node : shot.nodes) {
    if (left == 0) return;
    bool given = node.kind == SnapshotKind::op, sent = true;
    for (const SnapshotInput& input : node.inputs) {
      given = given && shot.nodes[input.node].value.finite();
      sent = sent && (!input.contribution || input.contribution->finite());
    }
    if (!given || (node.value.finite() && (sent || !node.upstream->finite()))) continue;
    find_remedy(tape, shot, node);
    --left;
  }
}
template void add_remedies(const Tape<float>&, Snapshot&);
template void add_remedies(const Tape<double>&, Snapshot&);

std::string written(const SnapshotRemedy& remedy, const std::string& label) {
  std::string text = remedy.with;
  return text.replace(text.find('@'), 1, label);
}
std::string in_its_place(const SnapshotRemedy& remedy, const Snapshot& shot,
                         const SnapshotNode& node) {
  const std::string& label = shot.nodes[node.inputs[std::size_t(remedy.slot)].node].label;
  const std::string name = shown_name(label), with = written(remedy, name);
  if (node.formula == node.op + "(" + label + ")") return shown_name(node.op) + "(" + with + ")";
  return with + " in place of " + name;
}

}  // namespace glassgrad::detail
