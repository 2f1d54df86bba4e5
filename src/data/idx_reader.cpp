// IDX: two zero bytes, a type byte, the number of dimensions; their sizes as 32-bit big-endian
// integers; the entries in row-major order, big-endian.
#include "idx_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <string>
#include <type_traits>

#include "../io/quoted.hpp"
#include "glassgrad/array/error.hpp"

namespace glassgrad::detail {
namespace {

constexpr std::size_t chunk = std::size_t{1} << 16;  // entries read at once

template <class Unsigned>
Unsigned big_endian(const char* bytes) {
  Unsigned number = 0;
  for (std::size_t i = 0; i < sizeof(Unsigned); ++i) {
    number = static_cast<Unsigned>(number << (sizeof(Unsigned) > 1 ? 8 : 0) |
                                   static_cast<unsigned char>(bytes[i]));
  }
  return number;
}

std::uint64_t size_of_type(char type) {
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

}  // namespace

// f(a number of the file's type)
template <class F>
auto IdxReader::with_type(F&& f) const {
  switch (type_) {
    case 0x08:
      return f(std::uint8_t{});
    case 0x09:
      return f(std::int8_t{});
    case 0x0B:
      return f(std::int16_t{});
    case 0x0C:
      return f(std::int32_t{});
    case 0x0D:
      return f(float{});
    default:
      return f(double{});
  }
}

IdxReader::IdxReader(Source& source) : source_(source) {
  char magic[4];
  const std::size_t got = source.read(magic, sizeof magic);
  const auto truncated = [&](std::size_t bytes, std::string_view of) {
    source.fail(fmt::format("is truncated: {} bytes, {}", bytes, of), "Fetch the file again");
  };
  if (got < sizeof magic) truncated(got, "its magic number alone has 4");
  type_ = magic[2];
  if (magic[0] != 0 || magic[1] != 0 || size_of_type(type_) == 0) {
    source.fail(fmt::format("is not an IDX file: its magic number is 0x{:08x}",
                            big_endian<std::uint32_t>(magic)),
                "Expected is 0x00000803 for images of bytes, 0x00000801 for labels");
  }
  std::string sizes(std::size_t{4} * static_cast<unsigned char>(magic[3]), '\0');
  begin_ = sizeof magic + sizes.size();
  const std::size_t there = source.read(sizes.data(), sizes.size());
  if (there < sizes.size()) truncated(4 + there, fmt::format("its header has {}", begin_));
  count_ = 1;
  for (std::size_t k = 0; k < sizes.size(); k += 4) {
    const std::uint64_t size = big_endian<std::uint32_t>(sizes.data() + k);
    shape_.push_back(static_cast<std::int64_t>(size));
    if (size != 0 && count_ > (std::uint64_t{1} << 48) / size) {
      source.fail(fmt::format("claims the shape ({})", listed(shape_)),
                  "No file is that large; fetch it again");
    }
    count_ *= size;
  }
}

std::int64_t IdxReader::columns() const { return static_cast<std::int64_t>(count_) / shape_[0]; }

void IdxReader::fail_truncated(std::uint64_t bytes) const {
  source_.fail(fmt::format("is truncated: {} bytes, its shape ({}) needs {}", bytes, listed(shape_),
                           begin_ + count_ * size_of_type(type_)),
               "Fetch the file again");
}

// The next `count` entries.
template <class T>
std::vector<T> IdxReader::entries(std::uint64_t count) {
  using Bits = std::conditional_t<
      sizeof(T) == 1, std::uint8_t,
      std::conditional_t<sizeof(T) == 2, std::uint16_t,
                         std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>>>;
  std::vector<T> numbers;
  std::string bytes;
  while (numbers.size() < count) {
    const std::size_t some = std::min<std::uint64_t>(chunk, count - numbers.size());
    bytes.resize(some * sizeof(T));
    const std::size_t got = source_.read(bytes.data(), bytes.size());
    if (got < bytes.size()) fail_truncated(begin_ + done_ * sizeof(T) + got);
    for (std::size_t i = 0; i < some; ++i)
      numbers.push_back(std::bit_cast<T>(big_endian<Bits>(bytes.data() + i * sizeof(T))));
    done_ += some;
  }
  return numbers;
}

void IdxReader::finish() {
  if (source_.peek(1).empty()) return;
  source_.fail(fmt::format("is longer than the {} bytes of its shape ({})",
                           begin_ + count_ * size_of_type(type_), listed(shape_)),
               "Fetch the file again");
}

IdxArray IdxReader::all() {
  return with_type([&]<class T>(T) {
    IdxArray array{shape_, entries<T>(count_)};
    finish();
    return array;
  });
}

bool IdxReader::read(std::int64_t most, double scale, Matrix& x) {
  const auto width = static_cast<std::uint64_t>(columns());
  const std::uint64_t left = (count_ - done_) / std::max<std::uint64_t>(width, 1);
  const std::uint64_t rows = std::min(left, static_cast<std::uint64_t>(most));
  x.columns = static_cast<std::int64_t>(width);
  std::uint64_t wanted = rows * width;
  with_type([&]<class T>(T) {
    for (; wanted > 0; wanted -= std::min<std::uint64_t>(wanted, chunk)) {
      for (const T number : entries<T>(std::min<std::uint64_t>(wanted, chunk))) {
        if (!std::isfinite(static_cast<double>(number)))
          source_.fail(fmt::format("holds {}", number), "Give finite numbers");
        x.numbers.push_back(static_cast<double>(number) * scale);
      }
    }
    return 0;
  });
  x.rows += static_cast<std::int64_t>(width > 0 ? rows : shape_[0]);
  if (done_ < count_) return true;
  finish();
  return false;
}

void IdxReader::check_images() const {
  if (shape_.size() >= 2 && shape_[0] > 0) return;
  source_.fail(fmt::format("has shape ({})", listed(shape_)),
               "Images have a shape (n, ...) with n of 1 or more");
}

void IdxReader::check_labels(const std::vector<std::int64_t>& images, std::string_view name) const {
  if (shape_.size() == 1 && shape_[0] == images[0]) return;
  source_.fail(fmt::format("has shape ({}), {} has ({})", listed(shape_), name, listed(images)),
               fmt::format("The labels' shape must be ({})", images[0]));
}

}  // namespace glassgrad::detail
