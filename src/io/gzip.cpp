#include "gzip.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "glassgrad/core/error.hpp"

#if defined(GLASSGRAD_HAVE_ZLIB) && GLASSGRAD_HAVE_ZLIB
#include <zlib.h>
#endif

namespace glassgrad::detail {

#if defined(GLASSGRAD_HAVE_ZLIB) && GLASSGRAD_HAVE_ZLIB

namespace {

class Inflater {
 public:
  Inflater(std::string_view bytes, std::string_view where, std::string_view source)
      : left_(bytes), where_(where), source_(source) {
    if (inflateInit2(&stream_, 15 + 16) != Z_OK) fail("cannot be decompressed", "Free some memory");
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() { inflateEnd(&stream_); }

  // Decompresses into [begin, begin + size); the bytes written, fewer only at the end.
  std::size_t read(char* begin, std::size_t size) {
    std::size_t done = 0;
    while (done < size && !finished_) {
      constexpr std::size_t most = std::numeric_limits<uInt>::max();
      stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(left_.data()));
      stream_.avail_in = static_cast<uInt>(std::min(left_.size(), most));
      stream_.next_out = reinterpret_cast<Bytef*>(begin + done);
      stream_.avail_out = static_cast<uInt>(std::min(size - done, most));
      const auto in = stream_.avail_in;
      const auto out = stream_.avail_out;
      const int status = inflate(&stream_, Z_NO_FLUSH);
      left_.remove_prefix(in - stream_.avail_in);
      done += out - stream_.avail_out;
      if (status == Z_STREAM_END) {
        next_member();
      } else if (status == Z_BUF_ERROR) {
        fail("ends in the middle of its gzip data", "Fetch the file again: it is truncated");
      } else if (status != Z_OK) {
        fail(fmt::format("is damaged gzip ({})", stream_.msg ? stream_.msg : "zlib"),
             "Fetch the file again");
      }
    }
    return done;
  }

 private:
  // A gzip file may be several, one after the other.
  void next_member() {
    finished_ = !is_gzip(left_);
    if (!finished_) inflateReset(&stream_);
  }
  [[noreturn]] void fail(std::string_view problem, std::string_view remedy) const {
    throw DataError(where_, fmt::format("{} {}", source_, problem), remedy);
  }

  std::string_view left_;
  std::string_view where_;
  std::string_view source_;
  z_stream stream_{};
  bool finished_ = false;
};

}  // namespace

std::string gunzip(std::string_view bytes, std::size_t limit, std::string_view where,
                   std::string_view source) {
  Inflater inflater(bytes, where, source);
  std::string plain;
  std::size_t size = 0;
  while (size < limit) {
    // Grown as the data prove to be there: a header that promises much costs nothing.
    plain.resize(std::min(limit, std::max<std::size_t>(2 * size, 1 << 16)));
    const std::size_t count = inflater.read(plain.data() + size, plain.size() - size);
    size += count;
    if (size < plain.size()) break;
  }
  plain.resize(size);
  return plain;
}

#else

std::string gunzip(std::string_view, std::size_t, std::string_view where, std::string_view source) {
  throw DataError(where, fmt::format("{} is compressed, and this build has no zlib", source),
                  "Decompress it with gunzip, or build with zlib1g-dev installed");
}

#endif

}  // namespace glassgrad::detail
