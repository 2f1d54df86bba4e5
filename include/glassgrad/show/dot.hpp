// A snapshot as a Graphviz graph: boxes with value and upstream, solid forward edges labelled with
// the local gradient, one per argument (x*x has two), a cluster per scope.
#pragma once

#include <filesystem>
#include <string>

#include "glassgrad/show/snapshot.hpp"

namespace glassgrad {

std::string to_dot(const Snapshot& snapshot, int digits = 4);
// Written beside and renamed. Throws DataError when the file cannot be written.
void write_dot(const Snapshot& snapshot, const std::filesystem::path& path);
template <class T>
void write_dot(const Node<T>& cost, const std::filesystem::path& path) {
  write_dot(snapshot(cost, 16), path);
}

}  // namespace glassgrad
