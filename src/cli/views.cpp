// THE CALL SITE of the views: further output of a batch belongs here.
#include "views.hpp"

#include <optional>

#include "glassgrad/io/file.hpp"
#include "glassgrad/show/picture/dot.hpp"
#include "glassgrad/show/text/trace.hpp"

namespace glassgrad::cli {

template <class T>
void write_views(const Node<T>& cost, const std::function<std::vector<Update>()>& step,
                 const std::filesystem::path& trace, const std::filesystem::path& dot) {
  if (!dot.empty()) write_dot(cost, dot);
  std::optional<Trace> lines;
  if (!trace.empty()) lines = glassgrad::trace(cost);
  const std::vector<Update> updates = step();
  if (lines) write_file(trace, lines->add(updates).text());
}
template void write_views(const Node<float>&, const std::function<std::vector<Update>()>&,
                          const std::filesystem::path&, const std::filesystem::path&);
template void write_views(const Node<double>&, const std::function<std::vector<Update>()>&,
                          const std::filesystem::path&, const std::filesystem::path&);

}  // namespace glassgrad::cli
