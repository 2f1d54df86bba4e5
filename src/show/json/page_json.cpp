// The inverse of page_of: the one script element of the page that holds data.
#include <optional>

#include "glassgrad/array/text.hpp"
#include "glassgrad/show/json/json.hpp"
#include "io/gzip.hpp"

namespace glassgrad {
namespace {

constexpr std::size_t largest = std::size_t(1) << 32;  // of a packed page's JSON, in bytes

class Packed : public detail::Compressed {
 public:
  Packed(std::string_view bytes, std::string_view source) : left_(bytes), source_(source) {}
  std::string_view waiting(std::size_t) override { return left_; }
  void take(std::size_t count) override { left_.remove_prefix(count); }
  [[noreturn]] void fail(std::string_view problem, std::string_view remedy) const override {
    throw DataError("read_json", join(source_, " ", problem), remedy);
  }

 private:
  std::string_view left_, source_;
};

std::string unpacked(std::string_view bytes, std::string_view source) {
  Packed packed(bytes, source);
  detail::Inflater inflater(packed);
  constexpr std::size_t block = std::size_t(1) << 20;
  std::string text;
  for (std::size_t size = 0;;) {
    text.resize(size + block);
    const std::size_t got = inflater.read_some(text.data() + size, block);
    text.resize(size += got);
    if (got == 0) return text;
    if (size > largest)
      packed.fail(join("holds more than ", largest, " bytes"), "Give a page of a smaller snapshot");
  }
}

// None when a letter is not of base64's alphabet.
std::optional<std::string> from_base64(std::string_view text) {
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  std::uint32_t bits = 0;
  int filled = 0;
  for (const char c : text) {
    if (c == '=') break;
    const std::size_t six = letters.find(c);
    if (six == letters.npos) return std::nullopt;
    bits = bits << 6 | std::uint32_t(six);
    if ((filled += 6) >= 8) bytes.push_back(char(bits >> (filled -= 8) & 0xff));
  }
  return bytes;
}

}  // namespace

std::string json_of_page(std::string text, const std::string& source) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos || text[first] != '<') return text;
  const std::string_view page = text;
  const auto refuse = [&](const char* what) {
    throw DataError("read_json", source + " " + what, "Give a page that write_html wrote");
  };
  // the last one: the viewer's own script, which comes after, does not write it like this
  const std::size_t mark = page.rfind(" id=\"snapshot\"");
  const std::size_t begin = mark == page.npos ? mark : page.find('>', mark);
  const std::size_t end = begin == page.npos ? begin : page.find("</script>", begin);
  if (end == page.npos) refuse("is a page without a snapshot");
  const std::string_view inside = page.substr(begin + 1, end - begin - 1);
  if (inside == "null") refuse("is a page whose snapshot is empty");
  const std::string_view attributes = page.substr(mark, begin - mark);
  if (attributes.find("data-encoding=\"gzip\"") == attributes.npos) return std::string(inside);
  const std::optional<std::string> bytes = from_base64(inside);
  if (!bytes) refuse("has a snapshot that is no base64");
  return unpacked(*bytes, source);
}

}  // namespace glassgrad
