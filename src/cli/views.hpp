// The views of one batch that `train` writes: its trace and its graph.
#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include "glassgrad/engine/tape.hpp"
#include "glassgrad/engine/update.hpp"

namespace glassgrad::cli {

// After backward: the computation of the cost, as text (green forward, red backward, then the lines
// of the update) and as Graphviz. Takes the step itself, by step(), once the numbers before it are
// shown. An empty path is not written. Throws DataError when a file cannot be.
template <class T>
void write_views(const Node<T>& cost, const std::function<std::vector<Update>()>& step,
                 const std::filesystem::path& trace, const std::filesystem::path& dot);

}  // namespace glassgrad::cli
