// Gzip, streamed.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace glassgrad::detail {

inline bool is_gzip(std::string_view bytes) { return bytes.starts_with("\x1f\x8b"); }

// Compressed bytes that wait to be read, and where more come from.
class Compressed {
 public:
  virtual ~Compressed() = default;
  // At least `count` bytes, fewer only at the end of the file.
  virtual std::string_view waiting(std::size_t count) = 0;
  virtual void take(std::size_t count) = 0;
  [[noreturn]] virtual void fail(std::string_view problem, std::string_view remedy) const = 0;
};

class Inflater {
 public:
  explicit Inflater(Compressed& from);
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater();

  // At least one byte into [to, to + size); 0 only at the end. Fails when it is damaged or ends
  // early. Concatenated members are one stream, as in gzip.
  std::size_t read_some(char* to, std::size_t size);

 private:
  struct Stream;
  Compressed& from_;
  std::unique_ptr<Stream> stream_;
  bool finished_ = false;
};

}  // namespace glassgrad::detail
