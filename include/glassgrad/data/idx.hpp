// The IDX format of MNIST and its relatives (http://yann.lecun.com/exdb/mnist, "THE IDX FILE
// FORMAT"), plain or gzip: what the file is is read from its first bytes, not its name.
// Next: idx_array.hpp, the numbers in the type the file has them in.
#pragma once

#include <cstdint>
#include <string>

#include "glassgrad/data/table.hpp"

namespace glassgrad {

// Whether the path is to be read as IDX: by its first bytes, or for a name that ends in .gz.
bool is_idx(const std::string& path);

// Images [n, ...] as a matrix [n, product of the rest], every number times `scale`: what to
// predict. Throws DataError as read_idx (idx_array.hpp) does, and for numbers that are not finite.
Matrix read_idx_images(const std::string& path, double scale = 1);

// Images [n, ...] and labels [n] as a data set: x is [n, product of the rest], every number times
// `scale` (1.0 / 255 brings bytes to 0 ... 1). Labels are integers 0 to C - 1; C = `classes`, or,
// when that is 0, as many as occur. Throws DataError also when the files do not fit together.
Dataset read_labelled_idx(const std::string& images, const std::string& labels, double scale = 1,
                          std::int64_t classes = 0);

}  // namespace glassgrad
