# glassgrad_isa(target): compiles the target's own sources for the instruction set GLASSGRAD_ISA, and
# says at configure time which one that is. Users of the target are compiled with their own flags.
set(GLASSGRAD_ISA native CACHE STRING
    "Instruction set of the library's kernels: native, baseline, avx2 or avx512")
set_property(CACHE GLASSGRAD_ISA PROPERTY STRINGS native baseline avx2 avx512)

function(glassgrad_isa target)
  set(flag_of_native -march=native)
  set(flag_of_baseline "")
  set(flag_of_avx2 -march=haswell)
  set(flag_of_avx512 -march=skylake-avx512)
  if(NOT DEFINED flag_of_${GLASSGRAD_ISA})
    message(FATAL_ERROR "[GLASSGRAD_ISA] is '${GLASSGRAD_ISA}', which names no instruction set. "
                        "Use native, baseline, avx2 or avx512.")
  endif()
  set(flag ${flag_of_${GLASSGRAD_ISA}})

  # The compiler's own macros say what the flag means here.
  file(WRITE "${PROJECT_BINARY_DIR}/isa.cpp" "")
  execute_process(COMMAND "${CMAKE_CXX_COMPILER}" ${flag} -dM -E "${PROJECT_BINARY_DIR}/isa.cpp"
                  OUTPUT_VARIABLE macros RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "[GLASSGRAD_ISA] the compiler does not accept ${flag}. "
                        "Use -DGLASSGRAD_ISA=baseline.")
  endif()
  if(macros MATCHES "__AVX512F__")
    set(meaning "AVX-512")
  elseif(macros MATCHES "__AVX2__")
    set(meaning "AVX2")
  elseif(macros MATCHES "__SSE2__")
    set(meaning "SSE2")
  else()
    set(meaning "the compiler's default")
  endif()
  message(STATUS "glassgrad: kernels for ISA '${GLASSGRAD_ISA}' (${meaning})")

  target_compile_options(${target} PRIVATE ${flag})
  target_compile_definitions(${target} PRIVATE GLASSGRAD_ISA_NAME="${GLASSGRAD_ISA}")
  # -march=native is the same text on every machine, so neither the compiler cache nor the build tool
  # would notice that a build folder moved to another processor. What the flag means is made part of
  # the command instead.
  if(GLASSGRAD_ISA STREQUAL "native")
    string(SHA1 key "${macros}")
    string(SUBSTRING ${key} 0 8 key)
    target_compile_definitions(${target} PRIVATE GLASSGRAD_ISA_KEY=0x${key})
  endif()
endfunction()
