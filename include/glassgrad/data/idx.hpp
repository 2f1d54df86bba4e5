// The IDX format of MNIST and its relatives (http://yann.lecun.com/exdb/mnist, "THE IDX FILE
// FORMAT"), plain or gzip: recognised by its first bytes, not its name.
// Next: idx_array.hpp, the numbers in the file's own type.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "glassgrad/data/table.hpp"
#include "glassgrad/io/source.hpp"

namespace glassgrad {

// Whether the source is IDX, by its first bytes, which are not consumed.
bool is_idx(Source& source);

// Images [n, ...] as a matrix [n, product of the rest], every number times `scale`: what to
// predict. Throws DataError as read_idx (idx_array.hpp) does, and for numbers that are not finite.
Matrix read_idx_images(const std::string& path, double scale = 1);

// Images [n, ...] and labels [n] as a data set: x is [n, product of the rest], every number times
// `scale` (1.0 / 255 brings bytes to 0 ... 1). Labels are integers: 0 to classes - 1, or, when that
// is 0, any; then those that occur are numbered in ascending order. Throws DataError also when the
// files do not fit together, which is found before their numbers are read.
Dataset read_labelled_idx(const std::string& images, const std::string& labels, double scale = 1,
                          std::int64_t classes = 0);
// The same from open sources; labels must be among these classes if any are given.
Dataset read_labelled_idx(Source& images, Source& labels, double scale,
                          const std::vector<std::string>& classes = {});

// The labels alone, as numbers of these classes, for images of that shape and name.
std::vector<std::int64_t> idx_labels(Source& labels, const std::vector<std::int64_t>& images,
                                     std::string_view images_name,
                                     const std::vector<std::string>& classes);

}  // namespace glassgrad
