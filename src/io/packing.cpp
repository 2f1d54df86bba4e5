#include "packing.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "shell.hpp"

namespace glassgrad::detail {
namespace {

using namespace std::string_view_literals;

struct Packer {
  std::string_view magic;  // '?' is any byte
  std::string_view name, ending, unpack, reads_pipe;
};
// zip, 7z and rar keep their directory at the end of the file, which a pipe cannot reach.
constexpr Packer packers[] = {
    {"BZh?1AY&SY", "bzip2", ".bz2", "bzip2 -dc <", "bzip2 -dc"},
    {"BZh?\x17\x72\x45\x38\x50\x90", "bzip2", ".bz2", "bzip2 -dc <", "bzip2 -dc"},
    {"\xFD\x37zXZ\0"sv, "xz", ".xz", "xz -dc <", "xz -dc"},
    {"\x5D\0\0??\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"sv, "lzma", ".lzma", "xz -dc <", "xz -dc"},
    {"LZIP\x01", "lzip", ".lz", "lzip -dc <", "lzip -dc"},
    {"\x28\xB5\x2F\xFD", "zstd", ".zst", "zstd -dc <", "zstd -dc"},
    {"\x04\x22\x4D\x18", "lz4", ".lz4", "lz4 -dc <", "lz4 -dc"},
    {"\x1F\x8B\x08", "gzip twice", ".gz", "gzip -dc <", "gzip -dc"},  // the first is unpacked
    {"\x1F\x9D", "compress", ".Z", "gzip -dc <", "gzip -dc"},
    {"PK\x03\x04", "zip", ".zip", "unzip -p", ""},
    {"PK\x05\x06", "zip", ".zip", "unzip -p", ""},
    {"7z\xBC\xAF\x27\x1C", "7z", ".7z", "7z x -so", ""},
    {"Rar!\x1A\x07", "rar", ".rar", "unrar p -inul", ""},
};

struct Kind {
  std::string_view magic, name;
};
// Formats of tables, arrays or pictures.
constexpr Kind kinds[] = {
    {"PAR1", "a Parquet file"},
    {"ARROW1", "an Arrow file"},
    {"\x93NUMPY", "a NumPy array"},
    {"\x89HDF\r\n\x1A\n", "an HDF5 file"},
    {"SQLite format 3\0"sv, "an SQLite database"},
    {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "a workbook of Excel"},
    {"\x89PNG\r\n\x1A\n", "a picture (PNG)"},
    {"\xFF\xD8\xFF", "a picture (JPEG)"},
    {"%PDF-", "a PDF document"},
};
// What a zip archive is, by its first member.
constexpr Kind members[] = {
    {"[Content_Types].xml", "a workbook of Excel"},
    {"_rels/", "a workbook of Excel"},
    {"xl/", "a workbook of Excel"},
    {"mimetypeapplication/vnd.oasis", "a workbook of LibreOffice"},
};

bool begins(std::string_view bytes, std::string_view magic) {
  return bytes.size() >= magic.size() &&
         std::equal(magic.begin(), magic.end(), bytes.begin(),
                    [](char wanted, char byte) { return wanted == '?' || wanted == byte; });
}

Packing converted(std::string_view kind) {
  return {fmt::format("is {}", kind),
          "Write it as CSV, the format of tables, or as IDX, that of images"};
}

std::string unpacked_name(std::string_view name, std::string_view ending, bool gzip) {
  std::string made(name.substr(name.rfind('/') + 1));
  bool shorter = false;
  for (const std::string_view end : {gzip ? ".gz"sv : ""sv, ending}) {
    if (end.empty() || made.size() <= end.size() || !made.ends_with(end)) continue;
    made.resize(made.size() - end.size());
    shorter = true;
  }
  return shell_word(shorter ? made : "unpacked-" + made);
}

Packing unpacked(const Packer& packer, std::string_view name, bool gzip) {
  const std::string problem = fmt::format("is packed with {}", packer.name);
  const std::string before = gzip ? "gzip -dc" : "";
  const std::string made = unpacked_name(name, packer.ending, gzip);
  if (name == "standard input") {
    if (packer.reads_pipe.empty())
      return {problem, fmt::format("Give what {} FILE prints", packer.unpack)};
    return {problem,
            fmt::format("Unpack it with {}{}{}", before, gzip ? " | " : "", packer.reads_pipe)};
  }
  if (!gzip)
    return {problem,
            fmt::format("Unpack it with {} {} > {}", packer.unpack, shell_word(name), made)};
  if (packer.reads_pipe.empty()) {
    const std::string archive = shell_word("unpacked" + std::string(packer.ending));
    return {problem, fmt::format("Unpack it with gzip -dc < {0} > {1} && {2} {1} > {3}",
                                 shell_word(name), archive, packer.unpack, made)};
  }
  return {problem, fmt::format("Unpack it with gzip -dc < {} | {} > {}", shell_word(name),
                               packer.reads_pipe, made)};
}

constexpr Packer tar{"ustar", "tar", ".tar", "tar -xOf", "tar -xOf -"};

}  // namespace

bool may_be_packed(std::string_view first_two) {
  const auto fits = [&](const auto& one) {
    return first_two.size() == 2 && begins(first_two, one.magic.substr(0, 2));
  };
  return std::any_of(std::begin(packers), std::end(packers), fits) ||
         std::any_of(std::begin(kinds), std::end(kinds), fits);
}

std::optional<Packing> packing_of(std::string_view bytes, std::string_view name, bool gzip) {
  if (may_be_model(bytes)) return std::nullopt;
  for (const Kind& kind : kinds)
    if (begins(bytes, kind.magic)) return converted(kind.name);
  if (bytes.size() > 30 && bytes.starts_with("PK\x03\x04"))
    for (const Kind& member : members)
      if (bytes.substr(30).starts_with(member.magic)) return converted(member.name);
  for (const Packer& packer : packers)
    if (begins(bytes, packer.magic)) return unpacked(packer, name, gzip);
  constexpr std::size_t place_of_tar = 257;
  if (bytes.size() > place_of_tar && bytes.substr(place_of_tar).starts_with(tar.magic))
    return unpacked(tar, name, gzip);
  return std::nullopt;
}

}  // namespace glassgrad::detail
