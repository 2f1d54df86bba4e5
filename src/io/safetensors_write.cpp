#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "glassgrad/array/error.hpp"
#include "quoted.hpp"
#include "safetensors_checksum.hpp"

namespace glassgrad {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are written as they lie");

using detail::in_quotes;
using detail::listed;
using detail::StoredTensor;

[[noreturn]] void fail(std::string_view problem, std::string_view remedy) {
  throw DataError("write_safetensors", problem, remedy);
}

const char* dtype_of(const std::vector<double>&) { return "F64"; }
const char* dtype_of(const std::vector<float>&) { return "F32"; }
const char* dtype_of(const std::vector<std::int64_t>&) { return "I64"; }

void check_shape(const NamedTensor& tensor, std::size_t count) {
  std::uint64_t needed = 1;
  bool fits = true;
  for (const std::int64_t size : tensor.shape) {
    fits = fits && size >= 0 &&
           (size == 0 || needed <= (std::uint64_t{1} << 60) / static_cast<std::uint64_t>(size));
    if (fits) needed *= static_cast<std::uint64_t>(size);
  }
  if (fits && needed == count) return;
  fail(fmt::format("tensor {} has shape ({}) but {} numbers", in_quotes(tensor.name),
                   listed(tensor.shape), count),
       "Give as many numbers as the shape holds");
}

StoredTensor stored(const NamedTensor& tensor) {
  return std::visit(
      [&](const auto& numbers) {
        check_shape(tensor, numbers.size());
        return StoredTensor{tensor.name, dtype_of(numbers), tensor.shape,
                            std::string_view(reinterpret_cast<const char*>(numbers.data()),
                                             numbers.size() * sizeof(numbers[0]))};
      },
      tensor.data);
}

void check_names(const std::vector<NamedTensor>& tensors,
                 const std::map<std::string, std::string>& metadata) {
  std::set<std::string_view> names;
  for (const NamedTensor& tensor : tensors) {
    if (tensor.name.empty()) fail("a tensor has no name", "Give every tensor a name");
    if (tensor.name == detail::metadata_name) {
      fail("no tensor can be named \"__metadata__\"", "Choose another name");
    }
    if (!names.insert(tensor.name).second) {
      fail(fmt::format("two tensors are named {}", in_quotes(tensor.name)),
           "Give every tensor a name of its own");
    }
  }
  if (metadata.contains(std::string(detail::checksum_key))) {
    fail("the metadata hold \"checksum\", which is added here", "Choose another key");
  }
}

// As JSON. Written by hand: the JSON library's ordered objects are quadratic.
std::string header_of(const std::vector<StoredTensor>& tensors,
                      const std::map<std::string, std::string>& metadata,
                      const std::string& checksum) {
  const auto quoted = [](std::string_view text) {
    try {
      return nlohmann::json(text).dump();
    } catch (const nlohmann::json::type_error&) {
      fail("a name or the metadata are not UTF-8 text", "Write them in UTF-8");
    }
  };
  std::string text = "{" + quoted(detail::metadata_name) + ":{";
  for (const auto& [key, value] : metadata) text += quoted(key) + ":" + quoted(value) + ",";
  text += quoted(detail::checksum_key) + ":" + quoted(checksum) + "}";
  std::size_t begin = 0;
  for (const StoredTensor& tensor : tensors) {
    const std::size_t end = begin + tensor.bytes.size();
    text += fmt::format(",{}:{{\"dtype\":\"{}\",\"shape\":[{}],\"data_offsets\":[{},{}]}}",
                        quoted(tensor.name), tensor.dtype, listed(tensor.shape, ","), begin, end);
    begin = end;
  }
  text += "}";
  text.append((8 - text.size() % 8) % 8, ' ');  // so that the numbers begin at a multiple of 8
  if (text.size() > detail::longest_safetensors_header) {
    fail(fmt::format("names, shapes and metadata take {} bytes", text.size()),
         fmt::format("Readers accept {}: shorten them", detail::longest_safetensors_header));
  }
  return text;
}

// Every tensor as it will lie in the file, the eight-byte numbers first.
std::vector<StoredTensor> laid_out(const std::vector<NamedTensor>& tensors,
                                   const std::map<std::string, std::string>& metadata) {
  check_names(tensors, metadata);
  std::vector<StoredTensor> all;
  for (const NamedTensor& tensor : tensors) all.push_back(stored(tensor));
  std::stable_partition(all.begin(), all.end(),
                        [](const StoredTensor& tensor) { return tensor.dtype != "F32"; });
  return all;
}

}  // namespace

namespace detail {

std::string checksum_of(std::vector<StoredTensor> tensors,
                        const std::map<std::string, std::string>& metadata) {
  using namespace std::string_view_literals;
  std::sort(tensors.begin(), tensors.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  std::uint32_t sum = 0;
  const auto add = [&](std::string_view text) { sum = crc32("\0"sv, crc32(text, sum)); };
  for (const StoredTensor& tensor : tensors) {
    add(tensor.name);
    add(tensor.dtype);
    add(listed(tensor.shape, ","));
    sum = crc32(tensor.bytes, sum);
  }
  for (const auto& [key, text] : metadata) {
    add(key);
    add(text);
  }
  return fmt::format("crc32:{:08x}", sum);
}

}  // namespace detail

void check_safetensors(const std::vector<NamedTensor>& tensors,
                       const std::map<std::string, std::string>& metadata) {
  header_of(laid_out(tensors, metadata), metadata, "crc32:00000000");
}

void write_safetensors(const std::string& path, const std::vector<NamedTensor>& tensors,
                       const std::map<std::string, std::string>& metadata,
                       const WriteHook& before) {
  const std::vector<StoredTensor> all = laid_out(tensors, metadata);
  const std::string header = header_of(all, metadata, detail::checksum_of(all, metadata));
  const auto size = static_cast<std::uint64_t>(header.size());
  std::vector<std::string_view> parts{
      std::string_view(reinterpret_cast<const char*>(&size), sizeof size), header};
  for (const StoredTensor& tensor : all) parts.push_back(tensor.bytes);
  write_file(path, parts, before);
}

}  // namespace glassgrad
