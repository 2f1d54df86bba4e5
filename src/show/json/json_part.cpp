// Typed access to values, and the errors for other types.
#include "show/json/json_part.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "show/snapshot/summary.hpp"

namespace glassgrad::detail {

std::string Part::place() const {
  if (!parent_) return "";
  const std::string before = parent_->place();
  if (!key_) return before + "[" + std::to_string(at_) + "]";
  return before.empty() ? key_ : before + "." + key_;
}

void Part::refuse(const std::string& problem) const {
  const std::string where = place();
  throw DataError("read_json", source_ + (where.empty() ? " " : ": " + where + " ") + problem,
                  "docs/snapshot.schema.json says what may stand there");
}
void Part::refuse_whole(const std::string& problem, const std::string& remedy) const {
  throw DataError("read_json", source_ + " " + problem, remedy);
}

std::string Part::brief() const {
  const std::string all = json_.dump(-1, ' ', true, Json::error_handler_t::replace);
  return all.size() <= 40 ? all : all.substr(0, 37) + "...";
}

std::optional<Part> Part::find(const char* key) const {
  if (!json_.is_object()) refuse("is " + brief() + ", not an object");
  const auto found = json_.find(key);
  if (found == json_.end()) return {};
  return Part(*found, source_, copy(), key, 0);
}
Part Part::operator[](const char* key) const {
  if (auto found = find(key)) return *found;
  refuse(std::string("has no \"") + key + "\"");
}
std::size_t Part::items() const {
  if (!json_.is_array()) refuse("is " + brief() + ", not an array");
  return json_.size();
}

std::string Part::text() const {
  if (!json_.is_string()) refuse("is " + brief() + ", not text");
  return json_.get<std::string>();
}
bool Part::truth() const {
  if (!json_.is_boolean()) refuse("is " + brief() + ", not true or false");
  return json_.get<bool>();
}
std::size_t Part::index(std::size_t below) const {
  if (!json_.is_number_unsigned() || json_.get<std::uint64_t>() >= below)
    refuse("is " + brief() +
           (below ? join(", not a whole number from 0 to ", below - 1) : ", and there is nothing"));
  return json_.get<std::size_t>();
}
std::int64_t Part::whole() const {
  constexpr std::int64_t most = 9007199254740992;  // 2^53: what JavaScript counts up to
  const bool fits = json_.is_number_unsigned()
                        ? json_.get<std::uint64_t>() <= std::uint64_t(most)
                        : json_.is_number_integer() && json_.get<std::int64_t>() >= -most;
  if (!fits) refuse("is " + brief() + ", not a whole number");
  return json_.get<std::int64_t>();
}
std::string Part::others(std::initializer_list<std::string_view> known) const {
  Json rest = Json::object();
  for (const auto& [key, value] : json_.items())
    if (std::find(known.begin(), known.end(), key) == known.end()) rest[key] = value;
  return rest.empty() ? "" : rest.dump(-1, ' ', false, Json::error_handler_t::replace);
}
int Part::one_of(std::initializer_list<std::string_view> words) const {
  int i = 0;
  std::string list;
  for (const std::string_view word : words) {
    if (json_.is_string() && json_ == word) return i;
    list += (i++ ? ", " : "") + std::string(word);
  }
  refuse("is " + brief() + ", not one of " + list);
}
double Part::number() const {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (json_.is_number()) return json_.get<double>();
  if (json_ == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (json_ == "Infinity") return infinity;
  if (json_ == "-Infinity") return -infinity;
  refuse("is " + brief() + ", not a number");
}

Shape Part::shape() const {
  if (items() > std::size_t(max_rank)) refuse(join("has ", items(), " axes, more than ", max_rank));
  Shape shape;
  double count = 1;
  constexpr double most = 2147483648;
  for (std::size_t i = 0; i < items(); ++i) {
    shape.push_back(std::int64_t((*this)[i].index(std::size_t(most) + 1)));
    count *= double(shape[int(i)]);
    if (count > most) refuse("is that of more than 2147483648 numbers");
  }
  return shape;
}

// A plain array; or little-endian bytes in base64, u8 spread over low..high.
std::vector<double> Part::numbers() const {
  std::vector<double> numbers;
  if (json_.is_array()) {
    for (std::size_t i = 0; i < json_.size(); ++i)
      numbers.push_back(json_[i].is_number() ? json_[i].get<double>() : (*this)[i].number());
    return numbers;
  }
  const int type = (*this)["type"].one_of({"f64", "f32", "u8"});
  std::vector<unsigned char> bytes;
  std::uint32_t bits = 0;
  int filled = 0;
  const std::string text = (*this)["base64"].text();
  const std::size_t letters_end = std::min(text.find('='), text.size());
  for (const char c : std::string_view(text).substr(0, letters_end)) {
    constexpr std::string_view letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const std::size_t six = letters.find(c);
    if (six == letters.npos) (*this)["base64"].refuse("is no base64");
    bits = bits << 6 | std::uint32_t(six);
    if ((filled += 6) >= 8) bytes.push_back(static_cast<unsigned char>(bits >> (filled -= 8)));
  }
  static_assert(std::endian::native == std::endian::little);
  const std::size_t size = type == 0 ? 8 : type == 1 ? 4 : 1;
  const bool padded =
      letters_end == text.size() || (text.size() % 4 == 0 && text.size() - letters_end < 3 &&
                                     text.find_first_not_of('=', letters_end) == text.npos);
  // bits of no byte, bytes of no number
  if (!padded || filled == 6 || bytes.size() % size || (bits & ((1U << filled) - 1)))
    (*this)["base64"].refuse(
        join("is no base64 of numbers of ", size, size == 1 ? " byte" : " bytes"));
  const auto low = find("low"), high = find("high");
  const double from = low ? low->number() : 0, to = high ? high->number() : 255;
  for (std::size_t at = 0; at + size <= bytes.size(); at += size) {
    double wide = 0;
    float narrow = 0;
    if (type == 0) std::memcpy(&wide, &bytes[at], size);
    if (type == 1) std::memcpy(&narrow, &bytes[at], size), wide = double(narrow);
    numbers.push_back(type == 2 ? from + (to - from) * bytes[at] / 255 : wide);
  }
  return numbers;
}

SnapshotArray Part::array() const {
  if (!json_.is_object()) {
    const double number = this->number();
    return summary(&number, Shape{}, 1);
  }
  const Shape shape = (*this)["shape"].shape();
  if (const auto values = find("values")) {
    const std::vector<double> all = values->numbers();
    if (std::int64_t(all.size()) != shape.count())
      values->refuse(join("has ", all.size(), " numbers, the shape is ", to_text(shape)));
    SnapshotArray array = summary(all.data(), shape, shape.count());
    // what else is said stands beside the numbers, for `glassgrad check` to compare
    if (const auto stats = find("stats")) read_statistics(*stats, array);
    array.picture = picture();
    return array;
  }
  SnapshotArray array;
  array.shape = shape;
  read_statistics((*this)["stats"], array);
  array.picture = picture();
  return array;
}

void Part::read_statistics(const Part& stats, SnapshotArray& array) {
  const Shape& shape = array.shape;
  array.min = stats["min"].number(), array.max = stats["max"].number();
  array.mean = stats["mean"].number(), array.deviation = stats["std"].number();
  array.norm = stats["norm"].number();
  const auto count = [&](const char* key) {
    const auto found = stats.find(key);
    return found ? std::int64_t(found->index(std::size_t(shape.count()) + 1)) : 0;
  };
  array.zeros = count("zeros"), array.nan = count("nan");
  array.plus_infinite = count("plus_infinity");
  array.infinite = array.plus_infinite + count("minus_infinity");
  array.first_bad.reset();
  if (const auto first = stats.find("first_not_finite"))
    array.first_bad = std::int64_t(first->index(std::size_t(shape.count())));
  else if (!array.finite())
    stats.refuse("has no \"first_not_finite\", and not all numbers are finite");
}

std::shared_ptr<const SnapshotPicture> Part::picture() const {
  const auto histogram = find("histogram"), preview = find("preview");
  if (!histogram && !preview) return nullptr;
  SnapshotPicture picture;
  constexpr std::size_t most = std::size_t(1) << 31;
  if (histogram) {
    SnapshotHistogram& to = picture.histogram;
    to.low = (*histogram)["low"].number(), to.high = (*histogram)["high"].number();
    const Part counts = (*histogram)["counts"];
    for (std::size_t i = 0; i < counts.items(); ++i)
      to.counts.push_back(std::int64_t(counts[i].index(most)));
    const auto scale = histogram->find("scale");
    if (scale && scale->one_of({"linear", "symlog"}) == 1) to.unit = (*histogram)["unit"].number();
  }
  if (preview) {
    SnapshotPreview& to = picture.preview;
    to.rows = std::int64_t((*preview)["rows"].index(most));
    to.columns = std::int64_t((*preview)["columns"].index(most));
    const auto cells = [&](const char* key, std::vector<double>& numbers) {
      const auto found = preview->find(key);
      if (!found) return;
      numbers = found->numbers();
      if (std::int64_t(numbers.size()) != to.rows * to.columns)
        found->refuse(join("has ", numbers.size(), " numbers for ", to.rows, " x ", to.columns));
    };
    (*preview)["values"];
    cells("values", to.values), cells("min", to.min), cells("max", to.max);
  }
  return std::make_shared<const SnapshotPicture>(std::move(picture));
}

}  // namespace glassgrad::detail
