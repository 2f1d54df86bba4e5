// Which instruction set the library's kernels use. A library built with GLASSGRAD_ISA=dispatch
// holds them for several and chooses before main; any other build has the one it was configured
// for. User-defined ops (extend.hpp) are always compiled with the flags of their own file.
#pragma once

#include <string_view>

namespace glassgrad {

// "baseline" (any x86-64: SSE2), "avx2" (with FMA), "avx512" (F, CD, DQ, BW, VL), "neon64" on
// arm64. A library that chooses takes the largest that processor and operating system have, or the
// one that the environment's GLASSGRAD_ISA names. Throws Error if that name is unknown or
// unsupported here; so does the first op then.
std::string_view isa();

}  // namespace glassgrad
