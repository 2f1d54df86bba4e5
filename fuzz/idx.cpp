// IDX images and labels, plain or in gzip: two files in one input.
#include "glassgrad/data/idx.hpp"
#include "bytes.hpp"

using namespace glassgrad;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto [first, second] = fuzz::halves(fuzz::text_of(data, size));
  const fuzz::MemoryFile images(first), labels(second);
  fuzz::reads([&] { read_idx_images(images.path()); });
  fuzz::reads([&] { read_labelled_idx(images.path(), labels.path(), 1. / 255); });
  return 0;
}
