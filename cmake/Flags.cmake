# glassgrad_flags(target): the flags that all code of this repository is compiled with.
# None of them reaches a user of the library. Next: Isa.cmake, the flags of the library alone.

# Warnings become errors through CMAKE_COMPILE_WARNING_AS_ERROR, which the dev preset sets. Sizes and
# indices mix signed and unsigned on purpose (xtensor's shapes are unsigned, its strides signed), so
# -Wsign-conversion, which clang counts into -Wconversion, is left out.
set(glassgrad_warnings -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
                       -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-qual -Wimplicit-fallthrough)

# g++ 12 warns wrongly of std::string's operator+ (GCC bug 105329) and inside its own AVX-512 headers
# (GCC bug 105593), and only when optimizing.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  list(APPEND glassgrad_warnings -Wno-restrict -Wno-maybe-uninitialized
       -Wno-uninitialized)
endif()

# Kernels are vectors by hand. Where g++ 12 makes vectors of neighbouring lanes itself (-O3), it takes
# a condition that is one bool for the mask of all lanes, and only the first lane's bit is set: sums
# of gradients lost every other lane.
set(glassgrad_vectors $<$<CXX_COMPILER_ID:GNU>:-fno-tree-slp-vectorize>)

# A product and a sum stay two roundings everywhere: contracting them where the machine has a fused
# instruction would make results depend on the ISA and on the inliner.
option(GLASSGRAD_WARNINGS "Compile glassgrad itself with its warnings" ${PROJECT_IS_TOP_LEVEL})
function(glassgrad_flags target)
  target_compile_options(${target} PRIVATE -ffp-contract=off ${glassgrad_vectors})
  if(GLASSGRAD_WARNINGS)
    target_compile_options(${target} PRIVATE ${glassgrad_warnings})
  endif()
endfunction()
