#include "safetensors_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <unordered_set>

#include "glassgrad/array/error.hpp"
#include "quoted.hpp"
#include "safetensors_checksum.hpp"

namespace glassgrad::detail {
namespace {

using Json = nlohmann::json;
constexpr std::string_view fetch = "Fetch or save the file again";

// Takes the events of the parser. depth_ 1 is the header itself, 2 a tensor or the metadata, 3 a
// shape, or offsets, or additions of other tools, which are skipped.
class Events : public nlohmann::json_sax<Json> {
 public:
  explicit Events(const Source& source) : source_(source) {}

  struct Sizes {
    bool proper = false;
    std::vector<std::int64_t> numbers = {};
  };
  struct Entry {
    std::string name;
    bool object = false;
    std::string dtype = {};
    Sizes shape = {}, offsets = {};
  };
  std::vector<Entry> entries;
  std::map<std::string, std::string> metadata;

  bool null() override { return other(); }
  bool boolean(bool) override { return other(); }
  bool number_integer(number_integer_t) override { return other(); }
  bool number_float(number_float_t, const string_t&) override { return other(); }
  bool binary(binary_t&) override { return other(); }
  bool number_unsigned(number_unsigned_t number) override {
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    if (!sizes_ || number > static_cast<std::uint64_t>(most)) return other();
    sizes_->numbers.push_back(static_cast<std::int64_t>(number));
    return true;
  }
  bool string(string_t& text) override {
    if (depth_ == 2 && in_metadata_) return metadata[key_] = std::move(text), true;
    if (depth_ == 2 && key_ == "dtype") return entries.back().dtype = std::move(text), true;
    return other();
  }
  bool start_object(std::size_t) override {
    if (depth_ == 1 && !in_metadata_) entries.back().object = true;
    if (depth_ == 2 && in_metadata_) return other();
    return open();
  }
  bool start_array(std::size_t) override {
    if (in_metadata_) return other();
    sizes_ = nullptr;
    if (depth_ == 2 && entries.back().object) {
      if (key_ == "shape") sizes_ = &entries.back().shape;
      if (key_ == "data_offsets") sizes_ = &entries.back().offsets;
      if (sizes_) sizes_->proper = true;
    }
    return open();
  }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    if (depth_ > 2) return true;
    if (!seen_[depth_].insert(name).second)
      source_.fail(fmt::format("has {} twice", in_quotes(name)),
                   "Save it with a name for each tensor");
    key_ = name;
    if (depth_ > 1) return true;
    in_metadata_ = name == metadata_name;
    seen_[2].clear();
    if (!in_metadata_) entries.push_back({name});
    return true;
  }
  bool parse_error(std::size_t position, const std::string& last,
                   const nlohmann::detail::exception& error) override {
    constexpr int number_overflow = 406;
    if (error.id == number_overflow)
      source_.fail(fmt::format("has a damaged header: the number {} at byte {} is out of range",
                               in_quotes(last), position - last.size() + 1),
                   fetch);
    source_.fail(fmt::format("has a damaged header: no JSON at byte {}", position), fetch);
  }

 private:
  bool open() {
    if (++depth_ > 3)
      source_.fail("is no safetensors file: its header is nested too deeply", "Check the path");
    return true;
  }
  bool close() {
    if (--depth_ < 3) sizes_ = nullptr;
    if (depth_ < 2) in_metadata_ = false;
    return true;
  }
  // What has no place where it stands.
  bool other() {
    if (sizes_) sizes_->proper = false;
    if (in_metadata_ && depth_ == 1) source_.fail("has __metadata__ that is not an object", fetch);
    if (in_metadata_)
      source_.fail(fmt::format("has metadata {} that is no text", in_quotes(key_)), fetch);
    return true;
  }

  const Source& source_;
  int depth_ = 0;
  bool in_metadata_ = false;
  std::string key_;
  Sizes* sizes_ = nullptr;  // where numbers go
  std::unordered_set<std::string> seen_[3];
};

// The bytes its shape needs; on overflow more than any file has.
std::uint64_t bytes_of(const std::vector<std::int64_t>& shape, std::uint64_t width) {
  if (std::find(shape.begin(), shape.end(), 0) != shape.end()) return 0;
  constexpr std::uint64_t most = std::uint64_t{1} << 62;
  std::uint64_t bytes = width;
  for (const std::int64_t size : shape) {
    if (bytes > most / static_cast<std::uint64_t>(size))
      return std::numeric_limits<std::uint64_t>::max();
    bytes *= static_cast<std::uint64_t>(size);
  }
  return bytes;
}

TensorEntry checked(Events::Entry entry, const Source& source) {
  const std::string name = in_quotes(entry.name);
  for (const auto& [sizes, key] :
       {std::pair(&entry.shape, "\"shape\""), std::pair(&entry.offsets, "\"data_offsets\"")})
    if (!sizes->proper)
      source.fail(fmt::format("has tensor {} without a proper {}", name, key), fetch);
  if (entry.dtype != "F64" && entry.dtype != "F32" && entry.dtype != "I64")
    source.fail(fmt::format("has tensor {} of type {}", name, in_quotes(entry.dtype)),
                "Save it as F64, F32 or I64");
  const auto& offsets = entry.offsets.numbers;
  if (offsets.size() != 2 || offsets[0] > offsets[1])
    source.fail(fmt::format("has tensor {} at bytes [{}]", name, listed(offsets)), fetch);
  TensorEntry tensor{std::move(entry.name), std::move(entry.dtype), std::move(entry.shape.numbers),
                     static_cast<std::uint64_t>(offsets[0]),
                     static_cast<std::uint64_t>(offsets[1])};
  if (bytes_of(tensor.shape, tensor.dtype == "F32" ? 4 : 8) != tensor.end - tensor.begin)
    source.fail(fmt::format("has tensor {} of shape ({}) and type {} in {} bytes", name,
                            listed(tensor.shape), tensor.dtype, tensor.end - tensor.begin),
                fetch);
  return tensor;
}

// Tensors are contiguous from the first byte.
void check_places(std::vector<TensorEntry>& tensors, const Source& source) {
  std::stable_sort(tensors.begin(), tensors.end(), [](const auto& a, const auto& b) {
    return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
  });
  std::uint64_t place = 0;
  for (const TensorEntry& tensor : tensors) {
    if (tensor.begin != place)
      source.fail(fmt::format("has tensor {} at byte {} of the numbers, expected at {}",
                              in_quotes(tensor.name), tensor.begin, place),
                  fetch);
    place = tensor.end;
  }
}

std::string header_text(Source& source) {
  std::uint64_t size = 0;
  const std::string_view first = source.peek(sizeof size + 1);
  if (first.size() < sizeof size + 1)
    source.fail(fmt::format("is no safetensors file: it has {} bytes", first.size()),
                "Check the path");
  std::memcpy(&size, first.data(), sizeof size);
  if (size > longest_safetensors_header || first.back() != '{')
    source.fail(fmt::format("is no safetensors file: it begins with {}", in_quotes(first)),
                "Check the path");
  char bytes[sizeof size];
  source.read(bytes, sizeof bytes);
  std::string text;
  std::size_t done = 0;
  while (done < size) {  // grows with the bytes actually read
    text.resize(std::min<std::uint64_t>(size, std::max<std::size_t>(2 * done, 1 << 16)));
    const std::size_t got = source.read(text.data() + done, text.size() - done);
    done += got;
    if (got == 0 || done < text.size())
      source.fail(fmt::format("is truncated: its header has {} bytes, {} are there", size, done),
                  fetch);
  }
  // The parser would take NUL for the end; padding is blanks.
  if (const auto nul = text.find('\0'); nul != text.npos)
    source.fail(fmt::format("has a damaged header: no JSON at byte {}", nul + 1), fetch);
  return text;
}

}  // namespace

SafetensorsHeader read_safetensors_header(Source& source) {
  const std::string text = header_text(source);
  Events events(source);
  Json::sax_parse(text.begin(), text.end(), &events);
  SafetensorsHeader header{{}, std::move(events.metadata)};
  header.tensors.reserve(events.entries.size());
  for (Events::Entry& entry : events.entries)
    header.tensors.push_back(checked(std::move(entry), source));
  check_places(header.tensors, source);
  return header;
}

}  // namespace glassgrad::detail
