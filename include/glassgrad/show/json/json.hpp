// A snapshot as JSON (docs/snapshot.schema.json, version 1), and as one self-contained HTML page:
// the viewer of src/viewer, built in, with that JSON inside; and reading a JSON back.
#pragma once

#include <string>
#include <string_view>

#include "glassgrad/show/diagnose/problems.hpp"
#include "glassgrad/show/snapshot/snapshot.hpp"

namespace glassgrad {

// Ids are positions in Snapshot::nodes; numbers that are not finite are the strings "NaN",
// "Infinity", "-Infinity"; arrays over the snapshot's limit are summaries.
std::string to_json(const Snapshot& snapshot, const std::string& title = {});
std::string to_html(const Snapshot& snapshot, const std::string& title = {});

// The page around a file's own JSON, keys that a Snapshot does not hold included.
std::string page_of(std::string_view json);

// The snapshot that a file or a text holds: its trace, DOT, SVG and JSON are those of the one that
// was written, byte for byte. Unknown keys are kept verbatim (in `more`), except those of edges,
// arrays and producer. Throw
// DataError as `[read_json] <source> ...`: not JSON or cut short, another form or version, a value
// of another kind than docs/snapshot.schema.json says, an index outside, an array that does not
// fill its shape.
Snapshot read_json(const std::string& path);
Snapshot parse_snapshot(std::string_view json, const std::string& source = "the text");

// The JSON inside a page that to_html or page_of made, packed or not; a text that is no page as it
// is. Throws DataError when the page has none.
std::string json_of_page(std::string text, const std::string& source = "the text");

// Written beside and renamed. Throw DataError when the file cannot be written.
void write_json(const Snapshot& snapshot, const std::string& path);
void write_html(const Snapshot& snapshot, const std::string& path);
// The same for a cost, with its scopes as boxes and its problems.
template <class T>
void write_json(const Node<T>& cost, const std::string& path) {
  Snapshot shot = snapshot(cost, SnapshotOptions{.boxes = true});
  add_problems(shot);
  write_json(shot, path);
}
template <class T>
void write_html(const Node<T>& cost, const std::string& path) {
  Snapshot shot = snapshot(cost, SnapshotOptions{.boxes = true});
  add_problems(shot);
  write_html(shot, path);
}

}  // namespace glassgrad
