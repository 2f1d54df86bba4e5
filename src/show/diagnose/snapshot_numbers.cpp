// The numbers that a snapshot kept whole, for the search of problems (nonfinite.cpp). Of all
// numbers on a tape: find_nonfinite.cpp.
#include "show/diagnose/find.hpp"

namespace glassgrad::detail {
namespace {

std::optional<double> number_in(const std::optional<SnapshotArray>& array, std::int64_t at) {
  if (!array || !array->whole || at >= std::int64_t(array->numbers.size())) return {};
  return array->numbers[std::size_t(at)];
}

}  // namespace

bool Numbers::elementwise(std::uint32_t i) const {
  const SnapshotNode& node = shot_.nodes[i];
  const auto one = [](const SnapshotInput& input) {
    return input.elementwise && input.has_local();
  };
  return node.inputs.size() == 1 || std::any_of(node.inputs.begin(), node.inputs.end(), one);
}

std::optional<double> Numbers::value(std::uint32_t node, std::int64_t at) const {
  return number_in(shot_.nodes[node].value, at);
}
std::optional<double> Numbers::upstream(std::uint32_t node, std::int64_t at) const {
  return number_in(shot_.nodes[node].upstream, at);
}
std::optional<double> Numbers::local(std::uint32_t node, std::size_t slot, std::int64_t at) const {
  const auto& local = shot_.nodes[node].inputs[slot].local;
  return number_in(local, local && local->numbers.size() == 1 ? 0 : at);
}

}  // namespace glassgrad::detail
