// The choice among several instruction sets, made once before main. isa.cpp makes it, the rules of
// every family take their kernels by it (engine/rules.hpp).
#pragma once

#include "glassgrad/kernels/op.hpp"

namespace glassgrad::detail {

// Tags: which instruction set a KernelTable is for. Processor requirements: cmake/Isa.cmake.
struct Avx2;
struct Avx512;

enum class ChosenIsa { baseline, avx2, avx512, refused };
ChosenIsa chosen_isa();

// The kernels of every op if the environment names an unsupported set: they throw isa()'s error.
template <class T>
Kernels<T> refusing_kernels();

}  // namespace glassgrad::detail
