// A model kept here is read by Python, and the other way round.
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "safetensors_fixture.hpp"

namespace glassgrad {
namespace {

namespace fs = std::filesystem;
using testing_safetensors::model;
using testing_safetensors::SafetensorsFile;

// A reader and a writer of the format in nothing but Python's standard library, with the checksum
// as safetensors.hpp states it; NumPy joins in where it is installed.
constexpr const char* python_script = R"(
import json, struct, sys, zlib
TYPES = {"F64": "d", "F32": "f", "I64": "q"}

def load(path):
    file = open(path, "rb").read()
    (size,) = struct.unpack("<Q", file[:8])
    header, data = json.loads(file[8:8 + size]), file[8 + size:]
    metadata = header.pop("__metadata__", {})
    return header, metadata, data

def checksum(header, metadata, data):
    total = 0
    for name in sorted(header, key=lambda name: name.encode()):
        entry = header[name]
        for text in (name, entry["dtype"], ",".join(map(str, entry["shape"]))):
            total = zlib.crc32(text.encode() + b"\0", total)
        total = zlib.crc32(data[slice(*entry["data_offsets"])], total)
    for key in sorted(set(metadata) - {"checksum"}):
        total = zlib.crc32(key.encode() + b"\0" + metadata[key].encode() + b"\0", total)
    return "crc32:%08x" % total

header, metadata, data = load(sys.argv[1])
assert metadata["checksum"] == checksum(header, metadata, data), metadata
assert metadata["architecture"] == "[1, 2]", metadata
values = {}
for name, entry in header.items():
    raw = data[slice(*entry["data_offsets"])]
    code = TYPES[entry["dtype"]]
    values[name] = list(struct.unpack("<%d%s" % (len(raw) // struct.calcsize(code), code), raw))
assert values["layer.W"] == [1, -2.5, 1e-300, 1e300, -0.0, 0.1], values
assert header["layer.W"]["shape"] == [2, 3] and header["step"]["shape"] == [], header
assert values["step"] == [-9007199254740993], values
assert values["nothing"] == [] and header["nothing"]["shape"] == [0, 4], header
try:
    import numpy
    entry = header["layer.W"]
    W = numpy.frombuffer(data, numpy.float64, 6, entry["data_offsets"][0]).reshape(entry["shape"])
    assert W[1, 2] == 0.1
except ImportError:
    pass

# The other way round: another order of keys, spaces, no padding, the tensors in another order.
places, blobs = {}, b""
for name in sorted(header, reverse=True):
    raw = data[slice(*header[name]["data_offsets"])]
    places[name] = {"shape": header[name]["shape"], "dtype": header[name]["dtype"],
                    "data_offsets": [len(blobs), len(blobs) + len(raw)]}
    blobs += raw
places["__metadata__"] = metadata
text = json.dumps(places, indent=1).encode()
open(sys.argv[2], "wb").write(struct.pack("<Q", len(text)) + text + blobs)
)";

TEST_F(SafetensorsFile, PythonReadsAndWritesIt) {
  if (std::system("python3 -c '' > /dev/null 2>&1") != 0) GTEST_SKIP() << "there is no python3";
  write_safetensors(path, model(), {{"architecture", "[1, 2]"}});
  const fs::path script = folder / "script.py";
  const fs::path rewritten = folder / "rewritten.safetensors";
  write_file(script, python_script);
  const std::string command =
      "python3 '" + script.string() + "' '" + path.string() + "' '" + rewritten.string() + "'";
  ASSERT_EQ(std::system(command.c_str()), 0);
  const Safetensors back = read_safetensors(rewritten);
  for (const NamedTensor& tensor : model()) EXPECT_EQ(back.tensor(tensor.name), tensor);
  EXPECT_EQ(back.metadata.at("architecture"), "[1, 2]");
}

}  // namespace
}  // namespace glassgrad
