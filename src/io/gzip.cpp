// What zlib does here: inflating, and checksums.
#include "gzip.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <limits>

#include "glassgrad/array/narrow.hpp"
#include "glassgrad/io/file.hpp"
#include "glassgrad/io/source.hpp"

namespace glassgrad {

// zlib returns the initial sum, 0, for a null pointer, which empty text may have.
std::uint32_t crc32(std::string_view bytes, std::uint32_t so_far) {
  if (bytes.empty()) return so_far;
  const auto* const first = reinterpret_cast<const Bytef*>(bytes.data());
  return static_cast<std::uint32_t>(::crc32_z(so_far, first, bytes.size()));
}

Checksum joined(const Checksum& first, const Checksum& second) {
  const auto bytes = narrow<z_off_t>("checksum", "the number of bytes", second.bytes);
  const uLong sum = ::crc32_combine(first.sum, second.sum, bytes);
  return {static_cast<std::uint32_t>(sum), first.bytes + second.bytes};
}

namespace detail {

struct Inflater::Stream {
  z_stream zlib{};
  ~Stream() { inflateEnd(&zlib); }
};

Inflater::Inflater(Compressed& from) : from_(from), stream_(std::make_unique<Stream>()) {
  if (inflateInit2(&stream_->zlib, 15 + 16) != Z_OK)
    from_.fail("cannot be decompressed", "Free some memory");
}

std::size_t Inflater::read_some(char* to, std::size_t size) {
  constexpr std::size_t most = std::numeric_limits<uInt>::max();
  z_stream& zlib = stream_->zlib;
  while (!finished_ && size > 0) {
    const std::string_view waiting = from_.waiting(1);
    zlib.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(waiting.data()));
    zlib.avail_in = static_cast<uInt>(std::min(waiting.size(), most));
    zlib.next_out = reinterpret_cast<Bytef*>(to);
    zlib.avail_out = static_cast<uInt>(std::min(size, most));
    const auto in = zlib.avail_in, out = zlib.avail_out;
    const int status = inflate(&zlib, Z_NO_FLUSH);
    from_.take(in - zlib.avail_in);
    if (status == Z_STREAM_END) {
      finished_ = !is_gzip(from_.waiting(2));
      if (!finished_) inflateReset(&zlib);
    } else if (status == Z_BUF_ERROR && in == 0) {
      from_.fail("ends in the middle of its gzip data", "Fetch the file again: it is truncated");
    } else if (status != Z_OK && status != Z_BUF_ERROR) {
      from_.fail(fmt::format("is damaged gzip ({})", zlib.msg ? zlib.msg : "zlib"),
                 "Fetch the file again");
    }
    if (out != zlib.avail_out) return out - zlib.avail_out;
  }
  return 0;
}

Inflater::~Inflater() = default;

}  // namespace detail
}  // namespace glassgrad
