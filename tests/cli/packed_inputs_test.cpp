// What is packed in another way than gzip is named, and the command that is given unpacks it: as
// data, labels, images, a model and JSON; from a file and from a pipe.
#include <array>

#include "command.hpp"

namespace glassgrad::testing_cli {
namespace {

using namespace std::string_literals;

class Packed : public Command {
 protected:
  void SetUp() override {
    Command::SetUp();
    write("d.csv", two_classes());
  }
  void shell(const std::string& line) const {
    ASSERT_EQ(std::system(("cd '" + folder.string() + "' && " + line).c_str()), 0) << line;
  }
  static bool has(const std::string& tool) {
    return std::system(("command -v " + tool + " > /dev/null 2>&1").c_str()) == 0;
  }
  // What the error gives to type: after "with ", to the full stop.
  std::string advice(const std::string& arguments, const std::string& error,
                     const std::string& before = "") const {
    const Outcome outcome = run(arguments, before);
    EXPECT_EQ(outcome.code, 2) << arguments;
    EXPECT_TRUE(outcome.err.starts_with(error)) << outcome.err;
    const auto at = outcome.err.find(" Unpack it with ");
    if (at == outcome.err.npos) return "false";
    return outcome.err.substr(at + 16, outcome.err.size() - at - 18);
  }
};

TEST_F(Packed, IsUnpackedByTheCommandGiven) {
  struct Way {
    std::string tool, pack, file, name;
  };
  for (const auto& [tool, pack, file, name] :
       std::vector<Way>{{"xz", "xz -c < d.csv >", "d.csv.xz", "xz"},
                        {"xz", "xz --format=lzma -c < d.csv >", "d.csv.lzma", "lzma"},
                        {"bzip2", "bzip2 -c < d.csv >", "d.csv.bz2", "bzip2"},
                        {"bzip2", "bzip2 -c < /dev/null >", "nothing", "bzip2"},
                        {"zstd", "zstd -qc < d.csv >", "d.csv.zst", "zstd"},
                        {"lz4", "lz4 -qc < d.csv >", "my data", "lz4"},
                        {"lzip", "lzip -c < d.csv >", "-d.lz", "lzip"},
                        {"compress", "compress -c < d.csv >", "d.csv.Z", "compress"},
                        {"tar", "tar -cf - d.csv >", "d.tar", "tar"},
                        {"tar", "tar -czf - d.csv >", "d.csv.tar.gz", "tar"},
                        {"xz", "xz -c < d.csv | gzip -c >", "d.csv.xz.gz", "xz"}}) {
    if (!has(tool)) continue;
    shell(pack + " './" + file + "'");
    const std::string arguments = "train './" + file + "'";
    const std::string problem = " is packed with " + name + ".";
    const std::string unpack = advice(arguments, "[read_csv] ./" + file + problem);
    ASSERT_NE(unpack.find(" > "), unpack.npos) << unpack;
    const std::string made = unpack.substr(unpack.rfind(" > ") + 3);
    shell("mkdir -p made && cd made && mv '../" + file + "' . && " + unpack);
    EXPECT_EQ(text("made/" + (made[0] == '\'' ? made.substr(1, made.size() - 2) : made)),
              file == "nothing" ? "" : text("d.csv"))
        << unpack;
    const std::string cat = "cat './made/" + file + "' | ";
    const std::string piped = advice("train -", "[read_csv] standard input" + problem, cat);
    if (file != "nothing") {
      EXPECT_EQ(run("train - --epochs 1", cat + piped + " | ").code, 0) << piped;
    }
    std::filesystem::remove_all(folder / "made");
  }
}

TEST_F(Packed, Archives) {
  if (has("zip") && has("unzip")) {
    shell("zip -q d.zip d.csv && gzip -k d.zip");
    EXPECT_EQ(advice("train d.zip", "[read_csv] d.zip is packed with zip."), "unzip -p d.zip > d");
    shell("unzip -p d.zip > d");
    EXPECT_EQ(text("d"), text("d.csv"));
    const std::string twice = advice("train d.zip.gz", "[read_csv] d.zip.gz is packed with zip.");
    shell("rm d && " + twice);
    EXPECT_EQ(text("d"), text("d.csv"));
    EXPECT_EQ(run("train -", "cat d.zip | ").err,
              "[read_csv] standard input is packed with zip. Give what unzip -p FILE prints.\n");
  }
  const std::string head = "PK\x03\x04\x14\0\6\0\x08\0"s + std::string(20, '\1');
  const std::string as = "Write it as CSV, the format of tables, or as IDX, that of images.";
  for (const auto& [bytes, what] : std::vector<std::pair<std::string, std::string>>{
           {head + "mimetypeapplication/vnd.oasis.opendocument", "a workbook of LibreOffice"},
           {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and so on", "a workbook of Excel"},
           {head.substr(0, 26) + "\5\0\x14\0x.npy\1\0"s, "an archive of NumPy arrays"},
           {"\x80\4\x95\x10\0\0\0"s, "a pickle of Python"},
           {"MATLAB 5.0 MAT-file, Platform", "a file of MATLAB"},
           {"RDX3\nX\n\0"s, "a file of R"},
           {"ORC\n", "an ORC file"},
           {"Obj\1\4", "an Avro file"},
           {"CDF\1\0"s, "a netCDF file"},
           {"\x89HDF\r\n\x1A\n", "an HDF5 file"},
           {"SQLite format 3\0"s, "an SQLite database"},
           {"\x89PNG\r\n\x1A\n", "a picture (PNG)"},
           {"%PDF-1.7\n", "a PDF document"}}) {
    write("x", bytes);
    expect_refused("train x", "[read_csv] x is " + what + ". " + as);
  }
  const std::string to_csv = "(sys.argv[1]).to_csv(sys.stdout, index=False)'";
  for (const auto& [bytes, what, how] : std::vector<std::array<std::string, 3>>{
           {"PAR1\x15\4", "a Parquet file", "pandas; pandas.read_parquet" + to_csv},
           {"ARROW1\0\0"s, "an Arrow file", "pandas; pandas.read_feather" + to_csv},
           {"FEA1", "a Feather file", "pandas; pandas.read_feather" + to_csv},
           {head + "[Content_Types].xml", "a workbook of Excel",
            "pandas; pandas.read_excel" + to_csv},
           {"\x93NUMPY\1\0v\0"s, "a NumPy array",
            "numpy; numpy.savetxt(sys.stdout, numpy.load(sys.argv[1]), \"%.17g\", "
            "delimiter=\",\")'"}}) {
    write("my x.bin", bytes);
    expect_refused("train 'my x.bin'", "[read_csv] my x.bin is " + what +
                                           ". Convert it with python3 -c 'import sys, " + how +
                                           " 'my x.bin' > 'my x.csv'.");
  }
  write("x", "7z\xBC\xAF\x27\x1C\0\4"s);
  expect_refused("train x",
                 "[read_csv] x is packed with 7z. Unpack it with 7z x -so x > unpacked-x.");
  // text that begins alike is text
  write("t.csv", "BZ,PK,7z\n" + two_classes().substr(9));
  EXPECT_EQ(run("train t.csv --epochs 1").code, 0);
}

// One place reads them all.
TEST_F(Packed, WhateverReadsIt) {
  if (!has("xz")) GTEST_SKIP() << "no xz";
  ASSERT_EQ(run("train d.csv --epochs 1 --save m.model --report r.json").code, 0);
  write("x", "\0\0\x08\x03\0\0\0\x04\0\0\0\x01\0\0\0\x01"s + "abcd");
  write("y", "\0\0\x08\x01\0\0\0\x04\0\1\0\1"s);
  shell("xz -k d.csv m.model r.json x y");
  const auto check = [&](const std::string& arguments, const std::string& where,
                         const std::string& file) {
    expect_refused(arguments, "[" + where + "] " + file + ".xz is packed with xz. Unpack it with " +
                                  "xz -dc < " + file + ".xz > " + file + ".");
  };
  check("train d.csv --test d.csv.xz", "read_csv", "d.csv");
  check("predict m.model d.csv.xz", "read_csv", "d.csv");
  check("predict m.model.xz d.csv", "read_safetensors", "m.model");
  check("train d.csv --resume m.model.xz", "read_safetensors", "m.model");
  check("replay m.model.xz", "read_safetensors", "m.model");
  check("train x.xz --labels y", "read_idx", "x");
  check("train x --labels y.xz", "read_idx", "y");
  check("view r.json.xz", "view", "r.json");
  check("check r.json.xz", "check", "r.json");
  shell("gzip -k r.json m.model");  // which is unpacked on the way
  EXPECT_EQ(run("check r.json.gz").code, 0);
  EXPECT_EQ(run("predict m.model.gz d.csv").code, 0);
}

}  // namespace
}  // namespace glassgrad::testing_cli
