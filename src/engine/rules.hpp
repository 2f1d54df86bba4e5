// GLASSGRAD_RULES(Family) compiles the rules of a family of ops. With GLASSGRAD_ISA=dispatch such a
// file is compiled once more for each instruction set, and the same line then leaves the family's
// kernels only, in a table that is named after the set: the one symbol of such an object that
// others may see (cmake/Dispatch.cmake). GLASSGRAD_RULES_ONCE is for families whose time goes
// elsewhere.
#pragma once

#include "glassgrad/engine/make_rule.hpp"
#include "kernels/chosen_isa.hpp"

namespace glassgrad::detail {

template <class Isa, class Family, class T>
struct KernelTable {
  [[gnu::visibility("hidden")]] static const std::array<Kernels<T>, Family::size> kernels;
};

template <class Family, class T>
void take_kernels() {
  auto& rules = RuleTable<Family, T>::rules;
  const auto take = [&](const auto& kernels) {
    for (std::size_t i = 0; i < rules.size(); ++i) {
      const auto pull = rules[i].pull;
      static_cast<Kernels<T>&>(rules[i]) = kernels[i];
      if (rules[i].by_arrays) rules[i].pull = pull;  // made of other ops: no kernel
    }
  };
  switch (chosen_isa()) {
    case ChosenIsa::baseline:
      return;  // these it has
    case ChosenIsa::avx2:
      return take(KernelTable<Avx2, Family, T>::kernels);
    case ChosenIsa::avx512:
      return take(KernelTable<Avx512, Family, T>::kernels);
    case ChosenIsa::refused:
      for (Rule<T>& rule : rules) static_cast<Kernels<T>&>(rule) = refusing_kernels<T>();
  }
}

}  // namespace glassgrad::detail

#define GLASSGRAD_RULES_ONCE(Family)        \
  template struct RuleTable<Family, float>; \
  template struct RuleTable<Family, double>;

#if defined(GLASSGRAD_KERNELS_FOR)
#define GLASSGRAD_KERNEL_TABLE(Family, T)                                      \
  template <>                                                                  \
  constinit const std::array<Kernels<T>, Family::size>                         \
      detail::KernelTable<detail::GLASSGRAD_KERNELS_FOR, Family, T>::kernels = \
          MakeRules<Family>::kernels<T>;
#define GLASSGRAD_RULES(Family)         \
  GLASSGRAD_KERNEL_TABLE(Family, float) \
  GLASSGRAD_KERNEL_TABLE(Family, double)
#elif defined(GLASSGRAD_DISPATCH)
#define GLASSGRAD_KERNEL_TABLE(Isa, Family, T) \
  template <>                                  \
  const std::array<Kernels<T>, Family::size> detail::KernelTable<detail::Isa, Family, T>::kernels;
// 101: before every object that a user makes before main.
#define GLASSGRAD_RULES(Family)                         \
  GLASSGRAD_RULES_ONCE(Family)                          \
  GLASSGRAD_KERNEL_TABLE(Avx2, Family, float)           \
  GLASSGRAD_KERNEL_TABLE(Avx2, Family, double)          \
  GLASSGRAD_KERNEL_TABLE(Avx512, Family, float)         \
  GLASSGRAD_KERNEL_TABLE(Avx512, Family, double)        \
  [[gnu::constructor(101)]] static void take_chosen() { \
    detail::take_kernels<Family, float>();              \
    detail::take_kernels<Family, double>();             \
  }
#else
#define GLASSGRAD_RULES(Family) GLASSGRAD_RULES_ONCE(Family)
#endif
