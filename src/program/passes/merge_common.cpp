// The same op with the same attributes on the same inputs is computed once.
#include <algorithm>
#include <bit>
#include <cstring>
#include <numeric>

#include "passes.hpp"

namespace glassgrad::program {
namespace {

// Finds an equal earlier item: an open-addressed hash table.
class Seen {
 public:
  explicit Seen(std::size_t most) : slots_(std::bit_ceil(2 * most + 2)) {}
  // The earlier one, or `item` itself when it is the first of its kind.
  template <class Same>
  std::uint32_t first(std::uint64_t hash, std::uint32_t item, const Same& same) {
    const auto tag = std::uint32_t(hash >> 32) | 1;  // 0: an empty slot
    for (std::size_t at = hash;; ++at) {
      Slot& slot = slots_[at & (slots_.size() - 1)];
      if (slot.tag == tag && same(slot.item)) return slot.item;
      if (slot.tag) continue;
      slot = {tag, item};
      return item;
    }
  }

 private:
  struct Slot {
    std::uint32_t tag = 0, item = 0;
  };
  std::vector<Slot> slots_;
};

class Hash {
 public:
  Hash& add(std::uint64_t word) {
    hash_ = (hash_ ^ word) * 0x9E3779B97F4A7C15u;  // 2^64 / the golden ratio spreads the bits
    hash_ ^= hash_ >> 32;
    return *this;
  }
  Hash& add(const void* from, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; i += 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, static_cast<const char*>(from) + i, std::min<std::size_t>(8, bytes - i));
      add(word);
    }
    return *this;
  }
  std::uint64_t value() const { return hash_; }

 private:
  std::uint64_t hash_ = 0;
};

// A constant is known by its bits: every 2 of the recording is one.
template <class T>
void merge_constants(const Graph<T>& graph, std::vector<Id>& same) {
  Seen seen(graph.values.size());
  for (Id i = 0; i < graph.values.size(); ++i) {
    const Value<T>& value = graph.values[i];
    if (value.origin != Origin::constant || value.positions || value.root != i || !value.data ||
        value.shape.count() > 16)
      continue;
    const std::size_t bytes = std::size_t(value.shape.count()) * sizeof(T);
    same[i] = seen.first(Hash().add(value.data, bytes).value(), i, [&](Id other) {
      return graph.values[other].shape == value.shape &&
             std::memcmp(graph.values[other].data, value.data, bytes) == 0;
    });
  }
}

}  // namespace

template <class T>
void merge_common(Graph<T>& graph) {
  std::vector<Id> same(graph.values.size());
  std::iota(same.begin(), same.end(), Id(0));
  merge_constants(graph, same);
  Seen seen(graph.code.size());
  std::vector<char> keep(graph.code.size(), 1);
  for (std::uint32_t i = 0; i < graph.code.size(); ++i) {
    Instruction<T>& instruction = graph.code[i];
    const Rule<T>& rule = *instruction.rule;
    Hash hash;
    hash.add(std::uint64_t(reinterpret_cast<std::uintptr_t>(&rule)));
    if (instruction.pull) hash.add(*instruction.pull);
    each_attribute(instruction.attributes, rule.bytes, rule.gaps,
                   [&](const void* bytes, std::size_t count) { hash.add(bytes, count); });
    for (Id& x : instruction.in) {
      const Id root = same[graph.root(x)];
      if (graph.values[x].shape == graph.values[root].shape) x = root;
      graph.values[x].root = root;
      hash.add(root);
    }
    const auto same_input = [&](Id a, Id b) {
      return graph.root(a) == graph.root(b) && graph.values[a].shape == graph.values[b].shape;
    };
    const std::uint32_t first = seen.first(hash.value(), i, [&](std::uint32_t other) {
      const Instruction<T>& o = graph.code[other];
      return o.rule == instruction.rule && o.pull == instruction.pull &&
             same_attributes(rule, o.attributes, instruction.attributes) &&
             std::equal(o.in.begin(), o.in.end(), instruction.in.begin(), instruction.in.end(),
                        same_input);
    });
    if (first == i) continue;
    same[instruction.out] = graph.code[first].out;
    keep[i] = 0;
  }
  for (Id i = 0; i < graph.values.size(); ++i) graph.values[i].root = same[graph.root(i)];
  graph.keep_only(keep);
}

template void merge_common(Graph<float>&);
template void merge_common(Graph<double>&);

}  // namespace glassgrad::program
