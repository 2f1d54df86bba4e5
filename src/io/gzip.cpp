#include "gzip.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#if defined(GLASSGRAD_HAVE_ZLIB) && GLASSGRAD_HAVE_ZLIB
#include <zlib.h>
#endif

namespace glassgrad::detail {

#if defined(GLASSGRAD_HAVE_ZLIB) && GLASSGRAD_HAVE_ZLIB

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

#else

struct Inflater::Stream {};

Inflater::Inflater(Compressed& from) : from_(from) {
  from_.fail("is compressed, and this build has no zlib",
             "Decompress it with gunzip, or build with zlib1g-dev installed");
}

std::size_t Inflater::read_some(char*, std::size_t) { return 0; }

#endif

Inflater::~Inflater() = default;

}  // namespace glassgrad::detail
