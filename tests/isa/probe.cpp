// Says which instruction set the library's kernels have, with a sum of 1000 numbers, whose last
// bits show how many lanes they have, or why there is none. `isa_probe avx` needs AVX to go on, so
// it shows that a masked processor really lacks it. For scripts/test-isa.
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "glassgrad/array/random.hpp"
#include "glassgrad/kernels/isa.hpp"
#include "glassgrad/ops/ops.hpp"

using namespace glassgrad;

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "avx") asm volatile("vaddpd %ymm0, %ymm0, %ymm0");
  try {
    Random random(5);
    std::vector<double> numbers(1000);
    for (double& number : numbers) number = random.normal();
    Tape<double> tape;
    const auto x = tape.constant(numbers);
    std::printf("%s %a\n", std::string(isa()).c_str(), sum(tanh(x)).item());
  } catch (const Error& error) {
    std::printf("%s\n", error.what());
    return 1;
  }
}
