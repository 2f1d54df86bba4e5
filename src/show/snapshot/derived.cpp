// Replacing whole words, all at once.
#include "show/snapshot/derived.hpp"

#include <cctype>
#include <string_view>
#include <unordered_map>

#include "glassgrad/array/text.hpp"

namespace glassgrad {
namespace {

bool in_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

}  // namespace

bool mentions(std::string_view formula, std::string_view symbol) {
  const auto joined = [&](std::size_t i) { return i < formula.size() && in_word(formula[i]); };
  for (std::size_t at = 0; (at = formula.find(symbol, at)) != formula.npos; ++at)
    if (!(at && joined(at - 1)) && !joined(at + symbol.size())) return true;
  return false;
}

std::string in_labels(const std::string& slots, const SnapshotNode& node, const Snapshot& shot) {
  if (node.folded) return slots;
  std::unordered_map<std::string_view, std::uint32_t> symbols;  // the last of equal ones
  for (const SnapshotInput& input : node.inputs) symbols[input.symbol] = input.node;
  std::string text;
  for (std::size_t i = 0; i < slots.size();) {
    std::size_t end = i;
    while (end < slots.size() && in_word(slots[end])) ++end;
    std::string word = slots.substr(i, std::max<std::size_t>(end - i, 1));
    i += word.size();
    const std::string* label = word == "y" ? &node.label : nullptr;
    if (const auto found = symbols.find(word); found != symbols.end())
      label = &shot.nodes[found->second].label;
    text += label ? *label : word;
  }
  return text;
}

std::string summed_text(const SnapshotNode& node, const SnapshotInput& input,
                        const Snapshot& shot) {
  const Shape& to = shot.nodes[input.node].value.shape;
  const bool sum = input.elementwise && node.value.shape.count() > to.count();
  return sum ? "summed to " + to_text(to) : "";
}

}  // namespace glassgrad
