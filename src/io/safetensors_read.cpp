// Reading a safetensors file: its header (safetensors_header.hpp), then every tensor's numbers into
// their place, then the checksum over all of it.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <span>

#include "glassgrad/array/error.hpp"
#include "glassgrad/io/safetensors.hpp"
#include "guarded.hpp"
#include "quoted.hpp"
#include "safetensors_checksum.hpp"
#include "safetensors_header.hpp"

namespace glassgrad {
namespace {

using detail::in_quotes;
using detail::StoredTensor;
using detail::TensorEntry;
constexpr std::string_view fetch = "Fetch or save the file again";

// Memory grows with the bytes actually read: a false header costs nothing.
template <class T>
std::vector<T> numbers_in(Source& source, const TensorEntry& tensor) {
  const std::uint64_t count = (tensor.end - tensor.begin) / sizeof(T);
  std::vector<T> numbers;
  std::size_t done = 0;
  while (done < count) {
    numbers.resize(std::min<std::uint64_t>(count, std::max<std::size_t>(2 * done, 1 << 17)));
    const std::size_t wanted = (numbers.size() - done) * sizeof(T);
    const std::size_t got = source.read(reinterpret_cast<char*>(numbers.data() + done), wanted);
    if (got < wanted)
      source.fail(
          fmt::format("is truncated: tensor {} ends at byte {} of the numbers, {} are there",
                      in_quotes(tensor.name), tensor.end, tensor.begin + done * sizeof(T) + got),
          fetch);
    done = numbers.size();
  }
  return numbers;
}

NamedTensor tensor_in(Source& source, const TensorEntry& tensor) {
  NamedTensor named{tensor.name, tensor.shape, {}};
  if (tensor.dtype == "F64") named.data = numbers_in<double>(source, tensor);
  if (tensor.dtype == "F32") named.data = numbers_in<float>(source, tensor);
  if (tensor.dtype == "I64") named.data = numbers_in<std::int64_t>(source, tensor);
  return named;
}

void check_end(Source& source, std::uint64_t bytes) {
  constexpr std::size_t counted = 1 << 16;  // of an endless pipe
  const std::size_t more = source.peek(counted).size();
  if (more == 0) return;
  source.fail(
      fmt::format("has {}{} bytes of numbers, its tensors are {}",
                  more == counted ? "more than " : "", bytes + more - (more == counted), bytes),
      fetch);
}

// "crc32:" and eight digits are ours; any other value is another tool's, and is kept.
bool is_ours(const std::string& checksum) {
  return checksum.size() == 14 && checksum.starts_with("crc32:") &&
         std::all_of(checksum.begin() + 6, checksum.end(), [](unsigned char letter) {
           return std::isdigit(letter) || (letter >= 'a' && letter <= 'f');
         });
}

void check_sum(Safetensors& file, const std::vector<TensorEntry>& entries, const Source& source) {
  const auto entry = file.metadata.find(std::string(detail::checksum_key));
  if (entry == file.metadata.end() || !is_ours(entry->second)) return;
  const std::string claimed = entry->second;
  file.metadata.erase(entry);
  std::vector<StoredTensor> stored;
  for (std::size_t i = 0; i < entries.size(); ++i)
    std::visit(
        [&](const auto& numbers) {
          const auto bytes = std::as_bytes(std::span(numbers));
          stored.push_back({entries[i].name,
                            entries[i].dtype,
                            entries[i].shape,
                            {reinterpret_cast<const char*>(bytes.data()), bytes.size()}});
        },
        file.tensors[i].data);
  const std::string found = detail::checksum_of(std::move(stored), file.metadata);
  if (claimed == found) return;
  source.fail(fmt::format("does not match its checksum: it says {}, the contents give {}",
                          in_quotes(claimed), in_quotes(found)),
              "Take another copy; if it was changed on purpose, save it without \"checksum\"");
}

Safetensors read(Source& source) {
  detail::SafetensorsHeader header = detail::read_safetensors_header(source);
  Safetensors file{{}, std::move(header.metadata)};
  file.tensors.reserve(header.tensors.size());
  for (const TensorEntry& tensor : header.tensors)
    file.tensors.push_back(tensor_in(source, tensor));
  check_end(source, header.tensors.empty() ? 0 : header.tensors.back().end);
  check_sum(file, header.tensors, source);
  return file;
}

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
  const auto found = std::find_if(tensors.begin(), tensors.end(),
                                  [&](const NamedTensor& tensor) { return tensor.name == name; });
  if (found != tensors.end()) return *found;
  std::vector<std::string> names;
  for (const NamedTensor& tensor : tensors) names.push_back(tensor.name);
  throw DataError("Safetensors", fmt::format("there is no tensor {}", in_quotes(name)),
                  names.empty() ? "The file has none at all" : "There are " + in_quotes(names));
}

Safetensors read_safetensors(const std::string& path) {
  constexpr std::string_view where = "read_safetensors";
  return detail::guarded(where, path, [&] {
    Source source(path, where);
    return read(source);
  });
}

}  // namespace glassgrad
