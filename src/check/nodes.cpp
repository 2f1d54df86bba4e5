// Every op node of a tape as a mapping of one argument, run again by its rule off the tape.
#include "glassgrad/check/nodes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "check/differences.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/engine/local.hpp"

namespace glassgrad {
namespace {

// Every slope walks over all inputs: of very many only some are compared, evenly spaced, and along
// random directions.
constexpr int most_inputs = 256, few_inputs = 16;

template <class T>
check::Mapping<T> mapping_of(Tape<T>& tape, std::uint32_t index, int k, Pool& pool) {
  const Record<T> record = tape.records()[index];
  std::vector<View<const T>> views;
  for (int i = 0; i < record.arity; ++i) {
    const std::uint32_t input = tape.records().input_of(record, i);
    views.push_back({tape.numbers(input), tape.records()[input].shape});
  }
  const View<const T> x = views[std::size_t(k)];
  check::Mapping<T> mapping;
  mapping.x.assign(x.begin(), x.end());
  mapping.outputs = record.shape->count();
  mapping.value = [record, &pool, k, views](const T* moved, T* y) mutable {
    views[std::size_t(k)].data = moved;
    record.rule->forward(record.attributes, views, View<T>{y, record.shape}, pool);
  };
  mapping.pull = [&tape, record, index, k](const T* upstream) {
    return Local<T>(tape.records().node(index), k).times({upstream, record.shape});
  };
  return mapping;
}

template <class T>
std::string scope_of(const Tape<T>& tape, std::uint32_t scope) {
  std::string path;
  for (; scope != 0; scope = tape.records().scopes()[scope].parent) {
    const std::string own(tape.records().scopes()[scope].name);
    path = path.empty() ? own : own + "/" + path;
  }
  return path;
}

template <class T>
NodeEntry entry_of(Tape<T>& tape, std::uint32_t index, int k, const check::Finding& finding) {
  const Record<T> record = tape.records()[index];
  const std::uint32_t input = tape.records().input_of(record, k);
  NodeEntry entry;
  check::describe(finding, *tape.records()[input].shape, *record.shape, entry);
  entry.index = index;
  entry.name = tape.records().name_of(index);
  entry.op = record.rule->name;
  entry.scope = scope_of(tape, tape.records().scope_of(index));
  entry.input = k;
  entry.input_name = tape.records().name_of(input);
  return entry;
}

}  // namespace

template <class T>
NodeReport check_nodes(Tape<T>& tape, const CheckOptions& options) {
  tape.records().check_parameters("check_nodes");
  NodeReport report;
  std::vector<NodeEntry> entries;
  Pool pool;
  for (std::uint32_t index = 0; index < tape.size(); ++index) {
    const Record<T> record = tape.records()[index];
    if (record.leaf != Leaf::none || !record.rule->differentiable) continue;
    ++report.nodes;
    const int arity = int(record.arity);
    const bool few = arity <= most_inputs;
    const int every = few ? 1 : arity / few_inputs;
    CheckOptions here = options;
    if (!few) here.full = 0;
    for (int k = 0; k < arity; k += every) {
      if (!record.rule->has_gradient(std::size_t(k))) continue;
      // the slope to a constant is not used where others are differentiated
      if (record.active && !tape.records()[tape.records().input_of(record, k)].active) continue;
      const check::Mapping<T> mapping = mapping_of(tape, index, k, pool);
      for (const check::Finding& finding : check::compare(mapping, here))
        entries.push_back(entry_of(tape, index, k, finding));
    }
  }
  check::settle(report, std::move(entries), options.shown);
  return report;
}

std::string NodeReport::text() const {
  std::string text;
  if (wrong)
    text = fmt::format("local gradients are WRONG: {} of {} slopes", wrong, compared);
  else if (undefined + unclear)
    text = fmt::format("local gradients cannot be told: {} of {} slopes", undefined + unclear,
                       compared);
  else
    text = fmt::format("local gradients agree: {} slopes", compared);
  text += fmt::format(" of {} {}", nodes, nodes == 1 ? "node" : "nodes");
  if (kinks) text += fmt::format(", {} at {}", kinks, kinks == 1 ? "a kink" : "kinks");
  text += '\n';
  for (const NodeEntry& entry : entries) {
    std::string where = entry.name.empty() ? std::string() : "\"" + entry.name + "\", ";
    where += fmt::format("{}, node {}", entry.op, entry.index);
    if (!entry.scope.empty()) where += " in " + entry.scope;
    where += fmt::format(", input {}", entry.input);
    if (!entry.input_name.empty()) where += " (" + entry.input_name + ")";
    text += check::line(where + check::place(entry), entry,
                        fmt::format("local {:.12g}", entry.analytic));
  }
  return text;
}

template NodeReport check_nodes(Tape<float>&, const CheckOptions&);
template NodeReport check_nodes(Tape<double>&, const CheckOptions&);

}  // namespace glassgrad
