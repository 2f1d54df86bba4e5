// safetensors files and what is kept in them: what was read can be written and read again, and a
// model that loads predicts, whatever its file says.
#include "bytes.hpp"
#include "glassgrad/io/safetensors.hpp"
#include "glassgrad/train/failed_step.hpp"
#include "glassgrad/train/trained_model.hpp"

using namespace glassgrad;

namespace {
void predict(const Safetensors& read) {
  TrainedModel model(read, "the input");
  const std::int64_t columns = model.description().architecture.inputs;
  if (columns > 4096) return;
  const Matrix x(3, columns, 0.25);
  const Matrix outputs = model.outputs(x);
  if (std::int64_t(outputs.numbers.size()) != outputs.rows * outputs.columns || outputs.rows != 3)
    fuzz::fail("outputs that are not rows times columns");
  if (model.predict(x).size() != 3) fuzz::fail("not one answer for every row");
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::MemoryFile file(fuzz::text_of(data, size));
  fuzz::reads([&] {
    const Safetensors read = read_safetensors(file.path());
    fuzz::reads([&] { predict(read); });
    static const std::string again = "/dev/shm/fuzz-" + std::to_string(getpid());
    bool written = false;
    fuzz::reads([&] {
      write_safetensors(again, read.tensors, read.metadata);
      written = true;
    });
    if (written && read_safetensors(again).tensors.size() != read.tensors.size())
      fuzz::fail("what was read and written reads otherwise");
    unlink(again.c_str());
  });
  fuzz::reads([&] { read_failed_step(file.path()); });
  return 0;
}
