// Numbers and arrays as JSON.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "show/json/json_parts.hpp"

namespace glassgrad::detail {
namespace {

std::string base64(std::span<const unsigned char> bytes) {
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t size = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 3; ++k) bits = bits << 8 | (k < size ? bytes[i + k] : 0u);
    for (std::size_t k = 0; k < 4; ++k)
      text += k <= size ? letters[bits >> (18 - 6 * k) & 63] : '=';
  }
  return text;
}

template <class T>
Json packed(const char* type, std::span<const double> numbers) {
  std::vector<unsigned char> bytes(numbers.size() * sizeof(T));
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const T number = std::isnan(numbers[i]) ? std::numeric_limits<T>::quiet_NaN() : T(numbers[i]);
    std::memcpy(&bytes[i * sizeof(T)], &number, sizeof(T));
  }
  return {{"type", type}, {"base64", base64(bytes)}};
}

Json histogram_json(const SnapshotHistogram& of) {
  Json json{{"low", to_json(of.low)}, {"high", to_json(of.high)}, {"counts", of.counts}};
  if (of.unit > 0) json["scale"] = "symlog", json["unit"] = of.unit;
  return json;
}
Json preview_json(const SnapshotPreview& of) {
  Json json{{"rows", of.rows}, {"columns", of.columns}, {"values", packed_numbers(of.values)}};
  if (!of.min.empty()) json["min"] = packed_numbers(of.min), json["max"] = packed_numbers(of.max);
  return json;
}

}  // namespace

Json to_json(double x) {
  if (std::isfinite(x)) return x;
  return std::isnan(x) ? "NaN" : x > 0 ? "Infinity" : "-Infinity";
}

Json plain_numbers(std::span<const double> numbers) {
  Json json = Json::array();
  for (const double x : numbers) json.push_back(to_json(x));
  return json;
}

Json packed_numbers(std::span<const double> numbers) {
  const auto narrow = [](double x) { return std::isnan(x) || double(float(x)) == x; };
  return std::all_of(numbers.begin(), numbers.end(), narrow) ? packed<float>("f32", numbers)
                                                             : packed<double>("f64", numbers);
}

Json bytes_of(std::span<const double> numbers, double low, double high) {
  std::vector<unsigned char> bytes;
  for (const double x : numbers) {
    const double ratio = (x - low) / (high - low);
    bytes.push_back(static_cast<unsigned char>(ratio > 0 ? std::lround(255 * std::min(ratio, 1.0))
                                                         : 0));  // NaN is 0, too
  }
  return {{"type", "u8"}, {"base64", base64(bytes)}, {"low", low}, {"high", high}};
}

Json to_json(const SnapshotArray& a) {
  if (a.shape.rank() == 0 && a.whole) return to_json(a.numbers[0]);
  Json json{{"shape", Json::array()}};
  for (std::int64_t size : a.shape) json["shape"].push_back(size);
  if (a.whole) {
    json["values"] = plain_numbers(a.numbers);
    return json;
  }
  json["stats"] = {{"min", to_json(a.min)},
                   {"max", to_json(a.max)},
                   {"mean", to_json(a.mean)},
                   {"std", to_json(a.deviation)},
                   {"norm", to_json(a.norm)},
                   {"zeros", a.zeros},
                   {"nan", a.nan},
                   {"plus_infinity", a.plus_infinite},
                   {"minus_infinity", a.infinite - a.plus_infinite}};
  if (a.first_bad) json["stats"]["first_not_finite"] = *a.first_bad;
  if (!a.picture) return json;
  const SnapshotPicture& picture = *a.picture;
  if (!picture.histogram.counts.empty()) json["histogram"] = histogram_json(picture.histogram);
  if (picture.preview.rows > 0) json["preview"] = preview_json(picture.preview);
  return json;
}

}  // namespace glassgrad::detail
