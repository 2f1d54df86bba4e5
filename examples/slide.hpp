// A slide's number beside ours. row() says that they agree to the digits the slide prints, slip()
// that they do not, and why; both hold ours to the exact number where that is known. wording() is a
// slip in a formula. When the environment variable GLASSGRAD_ROWS names a file each is appended to
// it as a line of JSON, from which scripts/make-slides writes docs/slides.md.
#pragma once

#include <fmt/format.h>

#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include "check.hpp"

// One number, braces, or any range of numbers.
struct Numbers : std::vector<double> {
  Numbers() = default;
  Numbers(double number) : std::vector<double>{number} {}
  Numbers(std::initializer_list<double> numbers) : std::vector<double>(numbers) {}
  template <class R>
  requires requires(const R& r) { r.begin(), r.end(); }
  Numbers(const R& range) : std::vector<double>(range.begin(), range.end()) {}
};

struct Page {
  std::string deck, title;
};
inline Page& current_page() {
  static Page page;
  return page;
}
// What follows belongs to this slide; the decks are graphs, notes, gentle, backprop, structures.
inline void on_page(const char* deck, const char* title) {
  current_page() = {deck, title};
  std::printf("-- %s: %s --\n", deck, title);
}

namespace slide {

// Whether the text is `ours` rounded to the decimals it has (whole numbers and
// fractions exactly); false for another count of numbers.
inline bool is_rounded(const std::string& text, const Numbers& ours) {
  std::istringstream words(text);
  std::string word;
  std::size_t count = 0;
  for (; words >> word; ++count) {
    if (count == ours.size()) return false;
    if (const auto bar = word.find('/'); bar != std::string::npos) {
      const double exact = std::stod(word) / std::stod(word.substr(bar + 1));
      if (std::abs(exact - ours[count]) > 1e-12) return false;
      continue;
    }
    const auto point = word.find('.');
    const auto decimals = point == std::string::npos ? 0 : word.size() - point - 1;
    const double half = decimals == 0 ? 1e-12 : 0.5 * std::pow(10, -double(decimals));
    if (std::abs(std::stod(word) - ours[count]) > half * (1 + 1e-9)) return false;
  }
  return count == ours.size();
}

// 12 decimals, without trailing zeros; small numbers keep 10 digits, rounding errors of 0 are 0.
inline std::string text_of(const Numbers& numbers) {
  std::string text;
  for (double number : numbers) {
    const double x = std::abs(number) < 1e-15 ? 0 : number;
    std::string one = std::abs(x) < 1e-4 ? fmt::format("{:.10g}", x) : fmt::format("{:.12f}", x);
    if (one.find_first_of("en") == std::string::npos && one.find('.') != std::string::npos)
      one.erase(one.find_last_not_of('0') + 1);
    if (one.back() == '.') one.pop_back();
    text += (text.empty() ? "" : " ") + (one == "-0" ? "0" : one);
  }
  return text;
}

inline std::string json_text(const std::string& text) {
  std::string result = "\"";
  for (char c : text) result += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
  return result + '"';
}

inline void append(const std::string& kind, const std::string& what, const std::string& printed,
                   const std::string& ours, const std::string& why) {
  std::printf("%-30s %s", what.c_str(), ours.c_str());
  if (!printed.empty()) std::printf("   slide: %s", printed.c_str());
  std::printf(why.empty() ? "%s\n" : "\n    %s\n", why.c_str());
  const char* file = std::getenv("GLASSGRAD_ROWS");
  if (!file) return;
  std::FILE* out = std::fopen(file, "a");
  if (!out) return void(++failures());
  fmt::print(
      out,
      R"({{"deck": {}, "page": {}, "kind": {}, "what": {}, "slide": {}, "ours": {}, "why": {}}})",
      json_text(current_page().deck), json_text(current_page().title), json_text(kind),
      json_text(what), json_text(printed), json_text(ours), json_text(why));
  std::fputc('\n', out);
  std::fclose(out);
}

inline void check(const std::string& what, const Numbers& ours, const Numbers& exact,
                  double tolerance) {
  if (exact.empty()) return;
  bool good = ours.size() == exact.size();
  for (std::size_t i = 0; good && i < ours.size(); ++i)
    good = std::abs(ours[i] - exact[i]) <= tolerance;
  if (good) return;
  ++failures();
  std::printf("%s is wrong: exact is %s\n", what.c_str(), text_of(exact).c_str());
}

}  // namespace slide

// `printed` is what the slide shows, numbers apart by spaces, or "" when it shows none; `exact` is
// {} when it was not worked out elsewhere.
inline void row(const std::string& what, const std::string& printed, const Numbers& ours,
                const Numbers& exact, const std::string& note = "", double tolerance = 1e-12) {
  slide::append("row", what, printed, slide::text_of(ours), note);
  slide::check(what, ours, exact, tolerance);
  if (printed.empty() ? exact.empty() : !slide::is_rounded(printed, ours)) {
    ++failures();
    std::printf("%s: the slide's number is not ours rounded\n", what.c_str());
  }
}

inline void slip(const std::string& what, const std::string& printed, const Numbers& ours,
                 const Numbers& exact, const std::string& why, double tolerance = 1e-12) {
  slide::append("slip", what, printed, slide::text_of(ours), why);
  slide::check(what, ours, exact, tolerance);
  if (slide::is_rounded(printed, ours)) {
    ++failures();
    std::printf("%s: the slide's number is ours, so there is no slip\n", what.c_str());
  }
}

// A formula or a name as the slide has it, and as it should be.
inline void wording(const std::string& what, const std::string& printed, const std::string& ours,
                    const std::string& why) {
  slide::append("wording", what, printed, ours, why);
}

// A question the slide leaves open, and what was found.
inline void answer(const std::string& what, const std::string& asked, const std::string& found,
                   const std::string& why) {
  slide::append("answer", what, asked, found, why);
}
