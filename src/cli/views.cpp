// THE CALL SITE of the views: whatever else is to be written of a batch is written here.
#include "views.hpp"

#include "glassgrad/io/file.hpp"
#include "glassgrad/show/dot.hpp"
#include "glassgrad/show/trace.hpp"

namespace glassgrad::cli {

template <class T>
void write_views(Tape<T>&, const Node<T>& cost, const std::filesystem::path& trace,
                 const std::filesystem::path& dot) {
  if (!trace.empty()) write_file(trace, glassgrad::trace(cost).text());
  if (!dot.empty()) write_dot(cost, dot);
}
template void write_views(Tape<float>&, const Node<float>&, const std::filesystem::path&,
                          const std::filesystem::path&);
template void write_views(Tape<double>&, const Node<double>&, const std::filesystem::path&,
                          const std::filesystem::path&);

}  // namespace glassgrad::cli
