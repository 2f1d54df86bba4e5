#include "glassgrad/format.hpp"

#include <fmt/format.h>

#include <ostream>

#include "array/numpy_text.hpp"
#include "engine/subject.hpp"
#include "glassgrad/array/printable.hpp"
#include "glassgrad/array/text.hpp"
#include "glassgrad/show/text/trace.hpp"

namespace glassgrad::detail {
namespace {

std::string counted(std::size_t count, std::string_view what) {
  return count == 0 ? join("no ", what, "s") : join(count, " ", what, count == 1 ? "" : "s");
}

// "node 3 (add) of shape (2)" and below it the numbers.
std::string below(const std::string& what, const Shape& shape, const std::string& numbers) {
  return join(what, what.empty() ? "shape " : " of shape ", shape, "\n", numbers);
}

}  // namespace

std::string formatted(const Shape& shape, bool) { return to_text(shape); }

std::string formatted(const Snapshot& snapshot, bool described) {
  if (snapshot.nodes.empty()) return "snapshot of nothing";
  if (described) return Trace(snapshot).text();
  return join("snapshot of ", shown_name(snapshot.path_of(snapshot.cost)), ": ",
              counted(snapshot.nodes.size(), "node"), ", ",
              counted(snapshot.problems.size(), "problem"), ", ", snapshot.number_type);
}

template <class T>
std::string formatted(View<const T> array, bool described) {
  const std::string numbers = numpy_text(array);
  return described ? below("", array.shape(), numbers) : numbers;
}
template std::string formatted(View<const float>, bool);
template std::string formatted(View<const double>, bool);
template std::string formatted(View<const std::int64_t>, bool);

template <class T>
std::string formatted(const Node<T>& node, bool described) {
  const View<const T> value = node.value();
  const std::string numbers =
      node.op() == "indices" ? numpy_text(positions(value)) : numpy_text(value);
  return described ? below(subject(node), value.shape(), numbers) : numbers;
}
template std::string formatted(const Node<float>&, bool);
template std::string formatted(const Node<double>&, bool);

template <class T>
std::string formatted(const Indices<T>& indices, bool described) {
  return formatted(indices.record(), described);
}
template std::string formatted(const Indices<float>&, bool);
template std::string formatted(const Indices<double>&, bool);

template <class T>
std::string formatted(const Parameter<T>& parameter, bool described) {
  const std::string numbers = numpy_text(parameter.value());
  if (!described) return numbers;
  return below(join("parameter \"", shown_name(parameter.name()), "\""), parameter.shape(),
               numbers);
}
template std::string formatted(const Parameter<float>&, bool);
template std::string formatted(const Parameter<double>&, bool);

void RefuseByFmt::operator()() const { throw fmt::format_error(known_formats); }

void write(std::ostream& out, const std::string& text) { out << text; }

}  // namespace glassgrad::detail
