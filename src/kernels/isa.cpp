// Which instruction set is used: chosen by the processor and the environment, or at configure time.
#include "glassgrad/kernels/isa.hpp"

#include <cstdlib>
#include <string>

#include "glassgrad/array/error.hpp"
#include "glassgrad/array/text.hpp"
#include "kernels/chosen_isa.hpp"

namespace glassgrad {

#ifdef GLASSGRAD_DISPATCH
namespace {

constexpr std::string_view names[] = {"baseline", "avx2", "avx512"};

struct Choice {
  detail::ChosenIsa isa = detail::ChosenIsa::refused;
  std::string asked;   // by the environment
  bool known = false;  // is `asked` one of the names?
  bool has[3] = {true, false, false};
};

// The conditions are made of the same lists as the compiler's flags (cmake/Isa.cmake). They are
// false, too, when the operating system does not save such registers.
Choice choose() {
  Choice choice;
  __builtin_cpu_init();
  choice.has[1] = GLASSGRAD_CPU_HAS_AVX2;
  choice.has[2] = GLASSGRAD_CPU_HAS_AVX512;
  if (const char* const asked = std::getenv("GLASSGRAD_ISA")) choice.asked = asked;
  for (int i = 0; i < 3; ++i) {
    const bool named = choice.asked == names[i];
    choice.known |= named;
    if (choice.has[i] && (choice.asked.empty() || named)) choice.isa = detail::ChosenIsa(i);
  }
  return choice;
}
const Choice& choice() {
  static const Choice made = choose();
  return made;
}

[[noreturn]] void refuse() {
  std::string had(names[0]);
  for (int i = 1; i < 3; ++i)
    if (choice().has[i]) had += join(", ", names[i]);
  throw Error("isa",
              join("the environment's GLASSGRAD_ISA is \"", choice().asked, "\", which ",
                   choice().known ? "this processor lacks" : "names no instruction set"),
              join("Unset it, or set it to one of: ", had));
}

}  // namespace

namespace detail {
ChosenIsa chosen_isa() { return choice().isa; }

template <class T>
Kernels<T> refusing_kernels() {
  const auto refused = [](auto...) { refuse(); };
  return {refused, refused, [](auto...) -> T { refuse(); }, refused, refused};
}
template Kernels<float> refusing_kernels();
template Kernels<double> refusing_kernels();
}  // namespace detail

std::string_view isa() {
  if (choice().isa == detail::ChosenIsa::refused) refuse();
  return names[int(choice().isa)];
}

#else

std::string_view isa() {
#if defined(__AVX512F__) && defined(__AVX512DQ__)
  return "avx512";
#elif defined(__AVX2__)
  return "avx2";
#elif defined(__AVX__)
  return "avx";
#elif defined(__aarch64__)
  return "neon64";
#else
  return "baseline";
#endif
}

#endif

}  // namespace glassgrad
