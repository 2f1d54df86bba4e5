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
  std::string_view magic, name, python = {};  // which writes the file argv[1] as CSV
};
constexpr std::string_view read_parquet =
    "pandas.read_parquet(sys.argv[1]).to_csv(sys.stdout, index=False)";
constexpr std::string_view read_feather =
    "pandas.read_feather(sys.argv[1]).to_csv(sys.stdout, index=False)";
constexpr std::string_view read_excel =
    "pandas.read_excel(sys.argv[1]).to_csv(sys.stdout, index=False)";
// Formats of tables, arrays or pictures.
constexpr Kind kinds[] = {
    {"PAR1", "a Parquet file", read_parquet},
    {"ARROW1", "an Arrow file", read_feather},
    {"FEA1", "a Feather file", read_feather},
    {"ORC\x0A", "an ORC file"},
    {"Obj\x01", "an Avro file"},
    {"CDF\x01", "a netCDF file"},
    {"CDF\x02", "a netCDF file"},
    {"MATLAB 5.0 MAT-file", "a file of MATLAB"},
    {"RDX2\nX\n", "a file of R"},
    {"RDX3\nX\n", "a file of R"},
    {"\x80\x02", "a pickle of Python"},
    {"\x80\x03", "a pickle of Python"},
    {"\x80\x04\x95", "a pickle of Python"},
    {"\x80\x05\x95", "a pickle of Python"},
    {"\x93NUMPY", "a NumPy array",
     "numpy.savetxt(sys.stdout, numpy.load(sys.argv[1]), \"%.17g\", delimiter=\",\")"},
    {"\x89HDF\r\n\x1A\n", "an HDF5 file"},
    {"SQLite format 3\0"sv, "an SQLite database"},
    {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "a workbook of Excel"},
    {"\x89PNG\r\n\x1A\n", "a picture (PNG)"},
    {"\xFF\xD8\xFF", "a picture (JPEG)"},
    {"%PDF-", "a PDF document"},
};
// What a zip archive is, by its first member.
constexpr Kind members[] = {
    {"[Content_Types].xml", "a workbook of Excel", read_excel},
    {"_rels/", "a workbook of Excel", read_excel},
    {"xl/", "a workbook of Excel", read_excel},
    {"mimetypeapplication/vnd.oasis", "a workbook of LibreOffice"},
};

bool begins(std::string_view bytes, std::string_view magic) {
  return bytes.size() >= magic.size() &&
         std::equal(magic.begin(), magic.end(), bytes.begin(),
                    [](char wanted, char byte) { return wanted == '?' || wanted == byte; });
}

std::string without_ending(std::string_view name) {
  const std::string_view file = name.substr(name.rfind('/') + 1);
  const std::size_t point = file.rfind('.');
  return std::string(file.substr(0, point == file.npos || point == 0 ? file.size() : point));
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

// The name of a zip archive's first member, and what follows it.
std::string_view member_of(std::string_view bytes) {
  constexpr std::size_t place = 30;
  return bytes.size() > place && bytes.starts_with("PK\x03\x04") ? bytes.substr(place) : "";
}

std::size_t size_of_name(std::string_view bytes) {
  constexpr std::size_t place = 26;
  return static_cast<unsigned char>(bytes[place]);  // fits: one byte
}

// By Python where it reads the format and the file is there to be read twice.
Packing converted(const Kind& kind, std::string_view name, bool gzip) {
  const std::string problem = fmt::format("is {}", kind.name);
  if (kind.python.empty() || gzip || name == "standard input")
    return {problem, "Write it as CSV, the format of tables, or as IDX, that of images"};
  const std::string made = without_ending(name) + ".csv";
  return {problem, fmt::format("Convert it with python3 -c 'import sys, {}; {}' {} > {}",
                               kind.python.substr(0, kind.python.find('.')), kind.python,
                               shell_word(name), shell_word(made == name ? "new-" + made : made))};
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
    if (begins(bytes, kind.magic)) return converted(kind, name, gzip);
  const std::string_view first = member_of(bytes);
  if (!first.empty() && first.substr(0, size_of_name(bytes)).ends_with(".npy"))
    return converted({"", "an archive of NumPy arrays"}, name, gzip);
  for (const Kind& member : members)
    if (first.starts_with(member.magic)) return converted(member, name, gzip);
  for (const Packer& packer : packers)
    if (begins(bytes, packer.magic)) return unpacked(packer, name, gzip);
  constexpr std::size_t place_of_tar = 257;
  if (bytes.size() > place_of_tar && bytes.substr(place_of_tar).starts_with(tar.magic))
    return unpacked(tar, name, gzip);
  return std::nullopt;
}

}  // namespace glassgrad::detail
