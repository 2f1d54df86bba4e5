// Reads a file as if it were hostile: every number of the header is checked before it is used.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "glassgrad/core/error.hpp"
#include "quoted.hpp"
#include "safetensors_checksum.hpp"

namespace glassgrad {
namespace {

using detail::in_quotes;
using detail::listed;
using detail::StoredTensor;
using Json = nlohmann::json;
using Metadata = std::map<std::string, std::string>;

class Reader {
 public:
  Reader(std::string_view file, std::string source) : file_(file), source_(std::move(source)) {}

  Safetensors read() {
    const Json header = parse(header_text());
    Metadata metadata;
    for (const auto& [name, entry] : header.items()) {
      if (name == detail::metadata_name) {
        metadata = metadata_of(entry);
      } else {
        tensors_.push_back(tensor_of(name, entry));
      }
    }
    check_places();
    check_sum(metadata);
    Safetensors result{{}, std::move(metadata)};
    for (const StoredTensor& tensor : tensors_) result.tensors.push_back(numbers_in(tensor));
    return result;
  }

 private:
  static constexpr const char* fetch = "Fetch or save the file again";

  // The header, and in data_ what follows it.
  std::string_view header_text() {
    std::uint64_t size = 0;
    if (file_.size() < 9) {
      fail(fmt::format("is no safetensors file: it has {} bytes", file_.size()), "Check the path");
    }
    std::memcpy(&size, file_.data(), sizeof size);
    if (size > detail::longest_safetensors_header || file_[8] != '{') {
      fail(fmt::format("is no safetensors file: it begins with {}", in_quotes(file_.substr(0, 9))),
           "Check the path");
    }
    if (size > file_.size() - 8) {
      fail(fmt::format("is truncated: its header has {} bytes, {} are there", size,
                       file_.size() - 8),
           fetch);
    }
    data_ = file_.substr(8 + size);
    return file_.substr(8, size);
  }

  // JSON without duplicate keys, no deeper than the format is.
  Json parse(std::string_view text) const {
    std::set<std::string> seen[3];
    const auto inspect = [&](int depth, Json::parse_event_t event, Json& value) {
      if (depth > 2 && (event == Json::parse_event_t::object_start ||
                        event == Json::parse_event_t::array_start)) {
        fail("is no safetensors file: its header is nested too deeply", "Check the path");
      }
      if (event == Json::parse_event_t::object_start && depth == 1) seen[2].clear();
      if (event == Json::parse_event_t::key && depth <= 2 &&
          !seen[depth].insert(value.get<std::string>()).second) {
        fail(fmt::format("has {} twice", in_quotes(value.get<std::string>())),
             "Save it with a name for each tensor");
      }
      return true;
    };
    try {
      return Json::parse(text, inspect);
    } catch (const Json::parse_error& error) {
      fail(fmt::format("has a damaged header: no JSON at byte {}", error.byte), fetch);
    }
  }

  Metadata metadata_of(const Json& entry) const {
    Metadata metadata;
    if (!entry.is_object()) fail("has __metadata__ that is not an object", fetch);
    for (const auto& [key, text] : entry.items()) {
      if (!text.is_string())
        fail(fmt::format("has metadata {} that is no text", in_quotes(key)), fetch);
      metadata[key] = text.get<std::string>();
    }
    return metadata;
  }

  StoredTensor tensor_of(const std::string& name, const Json& entry) const {
    const auto list = [&](const char* key) {
      const Json numbers = entry.is_object() ? entry.value(key, Json()) : Json();
      const auto is_size = [](const Json& number) {
        return number.is_number_unsigned() &&
               number.get<std::uint64_t>() <=
                   static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
      };
      if (!numbers.is_array() || !std::all_of(numbers.begin(), numbers.end(), is_size)) {
        fail(fmt::format("has tensor {} without a proper {}", in_quotes(name), in_quotes(key)),
             fetch);
      }
      return numbers.get<std::vector<std::int64_t>>();
    };
    StoredTensor tensor{name, {}, list("shape"), {}};
    const std::vector<std::int64_t> offsets = list("data_offsets");
    const Json dtype = entry.value("dtype", Json());
    if (dtype.is_string()) tensor.dtype = dtype.get<std::string>();
    const std::uint64_t width = tensor.dtype == "F32" ? 4 : 8;
    if (tensor.dtype != "F64" && tensor.dtype != "F32" && tensor.dtype != "I64") {
      fail(fmt::format("has tensor {} of type {}", in_quotes(name), in_quotes(tensor.dtype)),
           "Save it as F64, F32 or I64");
    }
    if (offsets.size() != 2 || offsets[0] > offsets[1]) {
      fail(fmt::format("has tensor {} at bytes [{}]", in_quotes(name), listed(offsets)), fetch);
    }
    const auto begin = static_cast<std::uint64_t>(offsets[0]);
    const auto end = static_cast<std::uint64_t>(offsets[1]);
    if (bytes_of(tensor, width) != end - begin) {
      fail(fmt::format("has tensor {} of shape ({}) and type {} in {} bytes", in_quotes(name),
                       listed(tensor.shape), tensor.dtype, end - begin),
           fetch);
    }
    if (end > data_.size()) {
      fail(fmt::format("is truncated: tensor {} ends at byte {} of the numbers, {} are there",
                       in_quotes(name), end, data_.size()),
           fetch);
    }
    tensor.bytes = data_.substr(begin, end - begin);
    return tensor;
  }

  // The bytes its shape needs; so many that no file has them, when the product overflows.
  static std::uint64_t bytes_of(const StoredTensor& tensor, std::uint64_t width) {
    const bool empty = std::find(tensor.shape.begin(), tensor.shape.end(), 0) != tensor.shape.end();
    std::uint64_t bytes = empty ? 0 : width;
    for (const std::int64_t size : tensor.shape) {
      if (empty) break;
      constexpr std::uint64_t most = std::uint64_t{1} << 62;
      if (bytes > most / static_cast<std::uint64_t>(size)) {
        return std::numeric_limits<std::uint64_t>::max();
      }
      bytes *= static_cast<std::uint64_t>(size);
    }
    return bytes;
  }

  // Tensors lie side by side from the first byte to the last.
  void check_places() {
    std::stable_sort(tensors_.begin(), tensors_.end(), [](const auto& a, const auto& b) {
      return std::pair(a.bytes.data(), a.bytes.size()) < std::pair(b.bytes.data(), b.bytes.size());
    });
    std::size_t place = 0;
    for (const StoredTensor& tensor : tensors_) {
      const auto begin = static_cast<std::size_t>(tensor.bytes.data() - data_.data());
      if (begin != place) {
        fail(fmt::format("has tensor {} at byte {} of the numbers, expected at {}",
                         in_quotes(tensor.name), begin, place),
             fetch);
      }
      place += tensor.bytes.size();
    }
    if (place != data_.size()) {
      fail(fmt::format("has {} bytes of numbers, its tensors are {}", data_.size(), place), fetch);
    }
  }

  void check_sum(Metadata& metadata) const {
    const auto entry = metadata.find(std::string(detail::checksum_key));
    if (entry == metadata.end()) return;
    const std::string claimed = entry->second;
    metadata.erase(entry);
    const std::string found = detail::checksum_of(tensors_, metadata);
    if (claimed == found) return;
    fail(fmt::format("does not match its checksum: it says {}, the contents give {}",
                     in_quotes(claimed), in_quotes(found)),
         "Take another copy; if it was changed on purpose, save it without \"checksum\"");
  }

  static NamedTensor numbers_in(const StoredTensor& tensor) {
    const auto filled = [&](auto numbers) {
      numbers.resize(tensor.bytes.size() / sizeof(numbers[0]));
      if (!numbers.empty()) {
        std::memcpy(numbers.data(), tensor.bytes.data(), tensor.bytes.size());
      }
      return NamedTensor{tensor.name, tensor.shape, std::move(numbers)};
    };
    if (tensor.dtype == "F64") return filled(std::vector<double>());
    if (tensor.dtype == "F32") return filled(std::vector<float>());
    return filled(std::vector<std::int64_t>());
  }

  [[noreturn]] void fail(std::string_view problem, std::string_view remedy) const {
    throw DataError("read_safetensors", fmt::format("{} {}", source_, problem), remedy);
  }

  std::string_view file_;
  std::string source_;
  std::string_view data_;
  std::vector<StoredTensor> tensors_;
};

}  // namespace

std::vector<double> numbers_of(const NamedTensor& tensor) {
  return std::visit(
      [](const auto& numbers) {
        std::vector<double> converted;
        converted.reserve(numbers.size());
        for (const auto number : numbers) converted.push_back(static_cast<double>(number));
        return converted;
      },
      tensor.data);
}

bool Safetensors::has(std::string_view name) const {
  return std::any_of(tensors.begin(), tensors.end(),
                     [&](const NamedTensor& tensor) { return tensor.name == name; });
}

const NamedTensor& Safetensors::tensor(std::string_view name) const {
  std::vector<std::string> names;
  for (const NamedTensor& tensor : tensors) {
    if (tensor.name == name) return tensor;
    names.push_back(tensor.name);
  }
  throw DataError("Safetensors", fmt::format("there is no tensor {}", in_quotes(name)),
                  names.empty() ? "The file has none at all" : "There are " + in_quotes(names));
}

Safetensors read_safetensors(const std::string& path) {
  const std::string file = read_file(path, "read_safetensors");
  return Reader(file, path).read();
}

}  // namespace glassgrad
