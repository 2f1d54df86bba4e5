// IDX: two zero bytes, a type byte, the number of dimensions; their sizes as 32-bit big-endian
// integers; the entries in row-major order, big-endian.
#include "glassgrad/data/idx.hpp"
#include "glassgrad/data/idx_array.hpp"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <cstddef>
#include <fstream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "../io/gzip.hpp"
#include "../io/quoted.hpp"
#include "glassgrad/core/error.hpp"
#include "glassgrad/io/file.hpp"
#include "labels.hpp"

namespace glassgrad {
namespace {

using detail::listed;

constexpr std::size_t longest_header = 4 + 4 * 255;

[[noreturn]] void fail(std::string_view source, std::string_view problem, std::string_view remedy) {
  throw DataError("read_idx", fmt::format("{} {}", source, problem), remedy);
}

[[noreturn]] void fail_truncated(std::string_view source, std::size_t size, std::string_view of) {
  fail(source, fmt::format("is truncated: {} bytes, {}", size, of), "Fetch the file again");
}

template <class Unsigned>
Unsigned big_endian(std::string_view bytes) {
  Unsigned number = 0;
  for (std::size_t i = 0; i < sizeof(Unsigned); ++i) {
    number = static_cast<Unsigned>(number << (sizeof(Unsigned) > 1 ? 8 : 0) |
                                   static_cast<unsigned char>(bytes[i]));
  }
  return number;
}

template <class T>
std::vector<T> entries(std::string_view bytes) {
  using Bits = std::conditional_t<
      sizeof(T) == 1, std::uint8_t,
      std::conditional_t<sizeof(T) == 2, std::uint16_t,
                         std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>>>;
  std::vector<T> numbers(bytes.size() / sizeof(T));
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    numbers[i] = std::bit_cast<T>(big_endian<Bits>(bytes.substr(i * sizeof(T), sizeof(T))));
  }
  return numbers;
}

struct IdxHeader {
  char type = 0;
  std::vector<std::int64_t> shape;
  std::size_t bytes = 0;  // of the whole file
};

std::size_t size_of_type(char type) {
  switch (type) {
    case 0x08:
    case 0x09:
      return 1;
    case 0x0B:
      return 2;
    case 0x0C:
    case 0x0D:
      return 4;
    case 0x0E:
      return 8;
    default:
      return 0;
  }
}

IdxHeader header_of(std::string_view bytes, std::string_view source) {
  if (bytes.size() < 4) fail_truncated(source, bytes.size(), "its magic number alone has 4");
  IdxHeader header;
  header.type = bytes[2];
  const std::size_t width = size_of_type(header.type);
  if (bytes[0] != 0 || bytes[1] != 0 || width == 0) {
    fail(source,
         fmt::format("is not an IDX file: its magic number is 0x{:08x}",
                     big_endian<std::uint32_t>(bytes)),
         "Expected is 0x00000803 for images of bytes, 0x00000801 for labels");
  }
  const std::size_t dimensions = static_cast<unsigned char>(bytes[3]);
  const std::size_t begin = 4 + 4 * dimensions;
  if (bytes.size() < begin) {
    fail_truncated(source, bytes.size(), fmt::format("its header has {}", begin));
  }
  std::uint64_t entry_count = 1;
  for (std::size_t k = 0; k < dimensions; ++k) {
    const std::uint64_t size = big_endian<std::uint32_t>(bytes.substr(4 + 4 * k));
    header.shape.push_back(static_cast<std::int64_t>(size));
    if (size != 0 && entry_count > (std::uint64_t{1} << 48) / size) {
      fail(source, fmt::format("claims the shape ({})", listed(header.shape)),
           "No file is that large; fetch it again");
    }
    entry_count *= size;
  }
  header.bytes = begin + entry_count * width;
  return header;
}

// The bytes of an IDX file, decompressed no further than its header says.
std::string contents_of(const std::string& path, const std::string& source) {
  std::string bytes = read_file(path, "read_idx");
  if (detail::is_gzip(bytes)) {
    const IdxHeader header =
        header_of(detail::gunzip(bytes, longest_header, "read_idx", source), source);
    return detail::gunzip(bytes, header.bytes + 1, "read_idx", source);
  }
  if (path.ends_with(".gz")) {
    fail(source, "is not gzip, though its name ends in .gz", "Fetch the file again, or rename it");
  }
  return bytes;
}

Matrix matrix_of(const IdxArray& x, const std::string& source, double scale) {
  if (x.shape.size() < 2 || x.shape[0] == 0) {
    fail(source, fmt::format("has shape ({})", listed(x.shape)),
         "Images have a shape (n, ...) with n of 1 or more");
  }
  Matrix matrix;
  matrix.rows = x.shape[0];
  std::visit(
      [&](const auto& numbers) {
        matrix.columns = static_cast<std::int64_t>(numbers.size()) / matrix.rows;
        matrix.numbers.reserve(numbers.size());
        for (const auto number : numbers) {
          if (!std::isfinite(static_cast<double>(number))) {
            fail(source, fmt::format("holds {}", number), "Give finite numbers");
          }
          matrix.numbers.push_back(static_cast<double>(number) * scale);
        }
      },
      x.numbers);
  return matrix;
}

void check_pair(const IdxArray& x, const IdxArray& y, const std::string& images,
                const std::string& labels) {
  if (y.shape.size() != 1 || y.shape[0] != x.shape[0]) {
    fail(labels,
         fmt::format("has shape ({}), {} has ({})", listed(y.shape), images, listed(x.shape)),
         fmt::format("The labels' shape must be ({})", x.shape[0]));
  }
}

}  // namespace

IdxArray read_idx(const std::string& path) {
  const std::string source = path;
  const std::string bytes = contents_of(path, source);
  const IdxHeader header = header_of(bytes, source);
  const auto shape = [&] { return fmt::format("({})", listed(header.shape)); };
  if (bytes.size() < header.bytes) {
    fail_truncated(source, bytes.size(),
                   fmt::format("its shape {} needs {}", shape(), header.bytes));
  }
  if (bytes.size() > header.bytes) {
    fail(source, fmt::format("is longer than the {} bytes of its shape {}", header.bytes, shape()),
         "Fetch the file again");
  }
  const std::string_view rest = std::string_view(bytes).substr(4 + 4 * header.shape.size());
  switch (header.type) {
    case 0x08:
      return {header.shape, entries<std::uint8_t>(rest)};
    case 0x09:
      return {header.shape, entries<std::int8_t>(rest)};
    case 0x0B:
      return {header.shape, entries<std::int16_t>(rest)};
    case 0x0C:
      return {header.shape, entries<std::int32_t>(rest)};
    case 0x0D:
      return {header.shape, entries<float>(rest)};
    default:
      return {header.shape, entries<double>(rest)};
  }
}

bool is_idx(const std::string& path) {
  char bytes[2] = {'x', 'x'};
  std::ifstream(path, std::ios::binary).read(bytes, 2);
  const std::string_view first(bytes, 2);
  return path.ends_with(".gz") || detail::is_gzip(first) || first == std::string_view("\0\0", 2);
}

Matrix read_idx_images(const std::string& path, double scale) {
  return matrix_of(read_idx(path), path, scale);
}

Dataset read_labelled_idx(const std::string& images, const std::string& labels, double scale,
                          std::int64_t classes) {
  const IdxArray x = read_idx(images);
  const IdxArray y = read_idx(labels);
  Dataset data;
  data.x = matrix_of(x, images, scale);
  check_pair(x, y, images, labels);
  std::visit(
      [&](const auto& numbers) {
        for (std::size_t i = 0; i < numbers.size(); ++i) {
          const double label = static_cast<double>(numbers[i]);
          if (!(label >= 0) || std::trunc(label) != label || label >= 0x1p53 ||
              (classes > 0 && label >= static_cast<double>(classes))) {
            fail(labels, fmt::format("has label {} at place {}", label, i),
                 classes > 0 ? fmt::format("Labels are integers from 0 to {}", classes - 1)
                             : "Labels are integers from 0");
          }
          data.labels.push_back(static_cast<std::int64_t>(label));
        }
      },
      y.numbers);
  data.classes = detail::class_names(data.labels, classes, "read_idx", labels);
  return data;
}

}  // namespace glassgrad
