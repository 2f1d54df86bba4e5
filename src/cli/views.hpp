// The views of one batch that `train` writes: its trace and its graph.
#pragma once

#include <filesystem>

#include "glassgrad/core/tape.hpp"

namespace glassgrad::cli {

// After backward: what led to the cost, as text (green forward, red backward) and as Graphviz.
// An empty path is not written. Throws DataError when a file cannot be.
template <class T>
void write_views(Tape<T>& tape, const Node<T>& cost, const std::filesystem::path& trace,
                 const std::filesystem::path& dot);

}  // namespace glassgrad::cli
