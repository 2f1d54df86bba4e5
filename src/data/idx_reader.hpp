// An IDX file, streamed: its header, then its entries. idx.cpp reads whole files with it, the
// command line streams images.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "glassgrad/data/idx_array.hpp"
#include "glassgrad/data/table.hpp"
#include "glassgrad/io/source.hpp"

namespace glassgrad::detail {

class IdxReader {
 public:
  // Reads the header. Throws DataError: no header; an impossible shape.
  explicit IdxReader(Source& source);

  const std::vector<std::int64_t>& shape() const { return shape_; }
  // Of a file of images: (n, ...) with n and the product of the rest.
  std::int64_t rows() const { return shape_[0]; }
  std::int64_t columns() const;

  // All entries. Memory grows with the bytes actually read: a false header costs nothing. Throws
  // DataError when the file is shorter or longer than its shape.
  IdxArray all();
  // Appends the next rows of images to x, at most `most`, every number times scale; false when all
  // are read. Throws DataError also for numbers that are not finite.
  bool read(std::int64_t most, double scale, Matrix& x);

  // Throws DataError unless the shape is (n, ...) with n of 1 or more, or (n) as the images have
  // it.
  void check_images() const;
  void check_labels(const std::vector<std::int64_t>& images, std::string_view name) const;

 private:
  template <class F>
  auto with_type(F&& f) const;
  template <class T>
  std::vector<T> entries(std::uint64_t count);
  void finish();
  [[noreturn]] void fail_truncated(std::uint64_t bytes) const;

  Source& source_;
  char type_ = 0;
  std::vector<std::int64_t> shape_;
  std::uint64_t begin_ = 0, count_ = 0, done_ = 0;  // bytes of the header; entries, and those read
};

}  // namespace glassgrad::detail
