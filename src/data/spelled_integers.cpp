// Classes that are numbers, as written: of any length, compared by their digits, since
// "12345678901234567890" and "12345678901234567891" are the same double.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <compare>
#include <optional>
#include <unordered_map>

#include "../io/quoted.hpp"
#include "advice.hpp"
#include "glassgrad/array/error.hpp"
#include "labels.hpp"
#include "numbers.hpp"

namespace glassgrad::detail {
namespace {

struct Integer {
  bool minus = false;
  std::string digits;  // without zeros in front

  std::string text() const { return (minus ? "-" : "") + digits; }
  bool operator==(const Integer&) const = default;
  std::strong_ordering operator<=>(const Integer& other) const {
    if (minus != other.minus) return other.minus <=> minus;
    const Integer &low = minus ? other : *this, &high = minus ? *this : other;
    if (low.digits.size() != high.digits.size()) return low.digits.size() <=> high.digits.size();
    return low.digits.compare(high.digits) <=> 0;  // libc++ 14 has no <=> for strings
  }
};

std::optional<Integer> integer_in(std::string_view text) {
  Integer integer;
  std::string_view digits = text;
  if (digits.starts_with('-') || digits.starts_with('+')) digits.remove_prefix(1);
  if (digits.find_first_not_of("0123456789") != digits.npos) {  // 1.0, 1e3
    const auto value = integer_of(text);
    if (!value) return std::nullopt;
    integer.digits = std::to_string(*value);
    integer.minus = *value < 0;
    if (integer.minus) integer.digits.erase(0, 1);
    return integer;
  }
  integer.digits = digits.substr(std::min(digits.find_first_not_of('0'), digits.size() - 1));
  integer.minus = text.starts_with('-') && integer.digits != "0";
  return integer;
}

// What follows the digits of an integer: ".0" of "-1.0".
std::string_view after_digits(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return text.substr(std::min(text.find_first_not_of("0123456789"), text.size()));
}

// A class: its number, and how it is written where.
struct Class {
  Integer number;
  std::vector<const LabelText*> spellings;
};

// Classes keep their spelling if each has only one and all end alike ("1.0", "2.0"; "-1", "+1");
// else they are named by number.
bool are_alike(const std::vector<Class>& classes) {
  const std::string_view end = after_digits(classes.front().spellings.front()->text);
  return std::all_of(classes.begin(), classes.end(), [&](const Class& one) {
    return one.spellings.size() == 1 && after_digits(one.spellings.front()->text) == end;
  });
}

std::string note_of(const Class& one) {
  std::vector<std::string> texts;
  for (const LabelText* spelling : one.spellings) texts.push_back(spelling->text);
  return fmt::format("the labels {} are one class, {}", in_quotes(texts),
                     in_quotes(one.number.text()));
}

}  // namespace

void read_spelled_integers(const std::vector<LabelText>& texts, std::string_view source,
                           const Column& column, Asker asker, Dataset& data) {
  std::unordered_map<std::string_view, std::size_t> known;  // to their place in `classes`
  std::map<Integer, std::size_t> places;
  std::vector<Class> classes;
  std::vector<std::size_t> labels;
  for (const LabelText& label : texts) {
    const auto [found, added] = known.try_emplace(label.text);
    if (added) {
      const auto fail = [&](std::string_view problem, std::string_view remedy) {
        fail_at(source, label.line, column,
                fmt::format("label {} {}", in_quotes(label.text), problem), remedy);
      };
      const auto integer = integer_in(label.text);
      if (!integer) {
        const bool name = !is_number(label.text) && asker == Asker::train;
        fail("is not an integer", name ? name_advice(asker, texts.front().text, &label == &texts[1])
                                       : integer_advice(asker, label.text));
      }
      const auto [place, first] = places.try_emplace(*integer, classes.size());
      if (first) classes.push_back({*integer, {}});
      auto& spellings = classes[place->second].spellings;
      for (const LabelText* other : spellings)
        if (is_code(other->text) || is_code(label.text))
          fail(fmt::format("is the number {} of line {} in another way", in_quotes(other->text),
                           other->line),
               one_way_advice(asker, label.text));
      spellings.push_back(&label);
      found->second = place->second;
    }
    labels.push_back(found->second);
  }
  const bool alike = are_alike(classes);
  std::vector<std::int64_t> rank(classes.size());
  for (const auto& [number, place] : places) {
    const Class& one = classes[place];
    rank[place] = std::int64_t(data.classes.size());
    data.classes.push_back(alike ? one.spellings.front()->text : number.text());
    if (one.spellings.size() > 1) data.notes.push_back(note_of(one));
  }
  for (const std::size_t label : labels) data.labels.push_back(rank[label]);
}

}  // namespace glassgrad::detail
