// Random programs over the public API (tapes, nodes, hooks, marks, parameters, programs) against a
// slow reference: tests/support/random_api.hpp says which. The input is the choices.
#include "bytes.hpp"
#include "support/random_api.hpp"

namespace {
class Bytes : public glassgrad::Choices {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  std::uint64_t below(std::uint64_t n) override {
    std::uint64_t number = 0;
    for (std::uint64_t least = n; least > 1; least >>= 8) number = number << 8 | next();
    return number % n;
  }
  bool more() override { return at_ < size_; }

 private:
  std::uint8_t next() { return at_ < size_ ? data_[at_++] : 0; }
  const std::uint8_t* data_;
  std::size_t size_, at_ = 0;
};
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes choices(data, size);
  const std::string wrong = glassgrad::run_random_api(choices);
  if (!wrong.empty()) glassgrad::fuzz::fail(wrong.c_str());
  return 0;
}
