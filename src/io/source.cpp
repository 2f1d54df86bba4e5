// A descriptor or text, a read-ahead buffer, gzip between the two. Other compression is refused
// here, for every reader (packing.hpp).
#include "glassgrad/io/source.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <system_error>

#include "glassgrad/array/error.hpp"
#include "glassgrad/io/file.hpp"
#include "guarded.hpp"
#include "gzip.hpp"
#include "packing.hpp"
#include "utf8.hpp"

namespace glassgrad {
namespace {

constexpr std::size_t block = std::size_t{1} << 16;
// Limit for a gzip file read whole: a few bytes may expand to millions. No browser reads longer
// text.
constexpr std::size_t most_unpacked = std::size_t{1} << 29;

// Bytes read and not yet consumed: [begin, end) of `bytes`.
struct Ahead {
  std::string bytes;
  std::size_t begin = 0, end = 0;

  std::string_view view() const { return std::string_view(bytes).substr(begin, end - begin); }
  // Room for `count` more at the end.
  char* room(std::size_t count) {
    if (begin == end) begin = end = 0;
    if (bytes.size() - end < count && begin > 0) {
      std::memmove(bytes.data(), bytes.data() + begin, end - begin);
      end -= begin, begin = 0;
    }
    if (bytes.size() - end < count) bytes.resize(std::max(end + count, 2 * bytes.size()));
    return bytes.data() + end;
  }
  std::size_t take(char* to, std::size_t count) {
    count = std::min(count, end - begin);
    std::memcpy(to, bytes.data() + begin, count);
    begin += count;
    return count;
  }
};

// Endless devices such as /dev/zero. A terminal is readable, and /dev/null is empty.
bool is_endless(const struct stat& status, int descriptor) {
  if (S_ISBLK(status.st_mode)) return true;
  struct stat null {};
  const bool nothing = ::stat("/dev/null", &null) == 0 && null.st_rdev == status.st_rdev;
  return S_ISCHR(status.st_mode) && !nothing && ::isatty(descriptor) == 0;
}

}  // namespace

struct Source::State : detail::Compressed {
  std::string name, where;
  int descriptor = -1;
  std::string_view text;  // what is left of text in memory
  std::size_t hint = 0;   // the file's size, where it is known
  Checksum sum;
  Ahead raw, plain;
  std::optional<detail::Inflater> inflater;
  bool begun = false, finished = false;  // finished: the file's own bytes

  State(std::string_view name_, std::string_view where_) : name(name_), where(where_) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() override {
    if (descriptor >= 0) ::close(descriptor);
  }

  [[noreturn]] void fail(std::string_view problem, std::string_view remedy) const override {
    throw DataError(where, std::string(name).append(" ").append(problem), remedy);
  }

  void open(const std::string& path) {
    const bool hidden = path.find('\0') != std::string::npos;  // would end the path for the system
    descriptor = path == "-" ? ::dup(STDIN_FILENO)
                 : hidden    ? -1
                             : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
      if (hidden || errno == ENOENT) fail("does not exist", "Check the path");
      fail("cannot be opened: " + std::generic_category().message(errno),
           "Check the path and its permissions");
    }
    struct stat status {};
    ::fstat(descriptor, &status);
    if (S_ISDIR(status.st_mode)) fail("is a folder", "Give the path of a file");
    if (is_endless(status, descriptor)) fail("is a device, not a file", "Give the path of a file");
    if (S_ISREG(status.st_mode)) hint = std::size_t(std::max<off_t>(status.st_size, 0));
  }

  // The file's own bytes: at least one, 0 only at the end.
  std::size_t read_raw(char* to, std::size_t count) {
    if (finished || count == 0) return 0;
    std::size_t got = std::min(count, text.size());
    if (descriptor < 0) {
      if (got > 0) std::memcpy(to, text.data(), got);
      text.remove_prefix(got);
    } else {
      ssize_t done = -1;
      do done = ::read(descriptor, to, count);
      while (done < 0 && errno == EINTR);
      if (done < 0)
        fail("cannot be read: " + std::generic_category().message(errno), "Check the disk");
      got = std::size_t(done);
    }
    finished = got == 0;
    return got;
  }

  std::string_view waiting(std::size_t count) override {
    while (raw.end - raw.begin < count) {
      const std::size_t got = read_raw(raw.room(block), block);
      if (got == 0) break;
      raw.end += got;
    }
    return raw.view();
  }
  void take(std::size_t count) override { raw.begin += count; }

  void begin() {
    if (begun) return;
    begun = true;
    if (detail::is_gzip(waiting(2)) && !detail::may_be_model(waiting(9))) inflater.emplace(*this);
    // waits for a pipe only if the format is ambiguous
    if (detail::may_be_packed(peek(2))) peek(detail::telling_bytes);
    const auto packing = detail::packing_of(plain.view(), name, inflater.has_value());
    if (packing) fail(packing->problem, packing->remedy);
  }

  // The file's own bytes, or what they unpack to: at least one, 0 only at the end.
  std::size_t produce(char* to, std::size_t count) {
    const std::size_t got = inflater              ? inflater->read_some(to, count)
                            : raw.begin < raw.end ? raw.take(to, count)
                                                  : read_raw(to, count);
    sum = {crc32({to, got}, sum.sum), sum.bytes + got};
    return got;
  }

  std::size_t read_some(char* to, std::size_t count) {
    begin();
    return plain.begin < plain.end ? plain.take(to, count) : produce(to, count);
  }

  std::string_view peek(std::size_t count) {
    begin();
    while (plain.end - plain.begin < count) {
      const std::size_t got = produce(plain.room(std::max(count, block)), block);
      if (got == 0) break;
      plain.end += got;
    }
    return plain.view().substr(0, count);
  }
};

Source::Source(const std::string& path, std::string_view where, Gzip gzip)
    : state_(std::make_unique<State>(path == "-"    ? "standard input"
                                     : path.empty() ? "\"\""
                                                    : std::string_view(path),
                                     where)) {
  state_->open(path);
  state_->begun = gzip == Gzip::keep;
}

Source::Source(std::string_view text, std::string_view name, std::string_view where)
    : state_(std::make_unique<State>(name, where)) {
  state_->text = text;
  state_->hint = text.size();
  state_->begun = true;  // text is never taken for a packed file
}

Source::Source(Source&&) noexcept = default;
Source& Source::operator=(Source&&) noexcept = default;
Source::~Source() = default;

const std::string& Source::name() const { return state_->name; }
void Source::asked_by(std::string_view where) { state_->where = where; }
std::string_view Source::peek(std::size_t count) { return state_->peek(count); }
std::size_t Source::read_some(char* to, std::size_t count) { return state_->read_some(to, count); }

std::size_t Source::read(char* to, std::size_t count) {
  std::size_t done = 0;
  while (done < count) {
    const std::size_t got = read_some(to + done, count - done);
    if (got == 0) break;
    done += got;
  }
  return done;
}

std::string Source::rest() {
  std::string contents;
  std::size_t size = 0;
  for (;;) {  // the file's size is a hint: pipes have none, files may grow
    if (contents.size() == size)
      contents.resize(std::max({state_->hint + 1, size + block, 2 * size}));
    const std::size_t got = read_some(contents.data() + size, contents.size() - size);
    if (got == 0) break;
    size += got;
    if (state_->inflater && size > most_unpacked)
      fail("unpacks to more than " + std::to_string(most_unpacked) + " bytes",
           "If it is meant to be so large, give it unpacked, by gunzip");
  }
  contents.resize(size);
  return contents;
}

bool Source::is_gzip() {
  state_->begin();
  return state_->inflater.has_value();
}

void Source::begin_text() {
  using namespace std::string_view_literals;
  const std::string_view first = peek(4);
  const auto refuse = [&](std::string_view what, std::string_view from) {
    fail(std::string("is ").append(what).append(" text"), convert_advice(from));
  };
  if (first.starts_with("\xFF\xFE\0\0"sv)) refuse("UTF-32 (little-endian)", "UTF-32");
  if (first.starts_with("\0\0\xFE\xFF"sv)) refuse("UTF-32 (big-endian)", "UTF-32");
  if (first.starts_with("\xFF\xFE"sv)) refuse("UTF-16 (little-endian)", "UTF-16");
  if (first.starts_with("\xFE\xFF"sv)) refuse("UTF-16 (big-endian)", "UTF-16");
  if (first.size() == 4) {  // without a byte order mark, but every other byte is 0
    if (first[0] && !first[1] && first[2] && !first[3])
      refuse("UTF-16 (little-endian)", "UTF-16LE");
    if (!first[0] && first[1] && !first[2] && first[3]) refuse("UTF-16 (big-endian)", "UTF-16BE");
  }
  char mark[3];
  if (first.starts_with("\xEF\xBB\xBF"sv)) read(mark, sizeof mark);
}

std::string Source::convert_advice(std::string_view from) {
  return is_gzip() ? detail::unpack_advice(from, name()) : detail::convert_advice(from, name());
}

Checksum Source::checksum() {
  std::string unused(block, '\0');
  state_->begin();
  while (state_->produce(unused.data(), unused.size()) > 0) {
  }
  return state_->sum;
}

void Source::fail(std::string_view problem, std::string_view remedy) const {
  throw DataError(state_->where, std::string(name()).append(" ").append(problem), remedy);
}

std::string read_text(const std::string& path, std::string_view where) {
  return detail::guarded(where, path, [&] {
    Source source(path, where);
    source.begin_text();
    return source.rest();
  });
}

// All bytes as they are, compressed or not.
std::string read_file(const std::string& path, std::string_view where) {
  return detail::guarded(where, path, [&] { return Source(path, where, Gzip::keep).rest(); });
}

}  // namespace glassgrad
