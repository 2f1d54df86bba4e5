// A snapshot as JSON (docs/snapshot.schema.json, version 1), and as one HTML page that needs
// nothing: the viewer of src/viewer, built in, with that JSON inside.
#pragma once

#include <string>

#include "glassgrad/show/snapshot.hpp"

namespace glassgrad {

// Ids are positions in Snapshot::nodes; numbers that are not finite are the strings "NaN",
// "Infinity", "-Infinity"; arrays over the snapshot's limit are summaries.
std::string to_json(const Snapshot& snapshot, const std::string& title = {});
std::string to_html(const Snapshot& snapshot, const std::string& title = {});

// Written beside and renamed. Throw DataError when the file cannot be written.
void write_json(const Snapshot& snapshot, const std::string& path);
void write_html(const Snapshot& snapshot, const std::string& path);
template <class T>
void write_json(const Node<T>& cost, const std::string& path) {
  write_json(snapshot(cost, SnapshotOptions{.boxes = true}), path);
}
template <class T>
void write_html(const Node<T>& cost, const std::string& path) {
  write_html(snapshot(cost, SnapshotOptions{.boxes = true}), path);
}

}  // namespace glassgrad
