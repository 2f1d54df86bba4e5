// The way back of page_of: the one script element of the page that holds data.
#include <optional>

#include "glassgrad/show/json.hpp"
#include "io/gzip.hpp"

namespace glassgrad {
namespace {

constexpr std::size_t largest = std::size_t(1) << 32;  // of a packed page's JSON, in bytes

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
  return detail::gunzip(*bytes, largest, "read_json", source);
}

}  // namespace glassgrad
