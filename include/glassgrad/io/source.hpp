// Where bytes come from: a file, a pipe, a FIFO, standard input or text in memory. It is opened
// once and read once, from the first byte to the last; its format may be told from its first bytes,
// without consuming them. Gzip is decompressed on the way; other compression is refused with the
// command that unpacks it, as are endless devices.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace glassgrad {

// The CRC-32 of so many bytes; of a then b: joined(a, b).
struct Checksum {
  std::uint32_t sum = 0;
  std::uint64_t bytes = 0;

  bool operator==(const Checksum&) const = default;
};
Checksum joined(const Checksum& first, const Checksum& second);

enum class Gzip { inflate, keep };

class Source {
 public:
  // "-" is standard input. `where` begins errors, those of its readers too: `[where] path ...`.
  // Throws DataError: missing, a folder, a device, unreadable.
  explicit Source(const std::string& path, std::string_view where = "read_file",
                  Gzip gzip = Gzip::inflate);
  // Text in memory, which is not copied; `name` is what errors call it.
  Source(std::string_view text, std::string_view name, std::string_view where);
  Source(Source&&) noexcept;
  Source& operator=(Source&&) noexcept;
  ~Source();

  const std::string& name() const;
  // From now on errors begin with [where]: set once the reader is known.
  void asked_by(std::string_view where);

  // The next `count` bytes, fewer only at the end, without consuming them. Valid until the next
  // call.
  std::string_view peek(std::size_t count);
  // At least one byte into [to, to + count), as many as are there now; 0 only at the end.
  std::size_t read_some(char* to, std::size_t count);
  // `count` bytes, fewer only at the end.
  std::size_t read(char* to, std::size_t count);
  // All that is left.
  std::string rest();

  bool is_gzip();
  // For text: skips the byte order mark of UTF-8; throws DataError for UTF-16 and UTF-32, with the
  // command that converts it.
  void begin_text();
  // How to make UTF-8 of it: "Convert it with iconv -f latin1 ..."
  std::string convert_advice(std::string_view from);
  // Of the uncompressed bytes: a file and its gzip have the same. Reads to the end.
  Checksum checksum();

  // Throws DataError `[where] name problem. remedy.`
  [[noreturn]] void fail(std::string_view problem, std::string_view remedy) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// A text file whole, gzip or not, without its byte order mark. Throws DataError as Source does.
std::string read_text(const std::string& path, std::string_view where);

}  // namespace glassgrad
