# glassgrad_isa(target): compiles the target's own sources for the instruction set GLASSGRAD_ISA, and
# says at configure time which one that is. Users of the target are compiled with their own flags.
# Next: Dispatch.cmake, a library that holds the kernels of several.
set(GLASSGRAD_ISA native CACHE STRING
    "Instruction set of the library's kernels: native, baseline, avx2, avx512, or dispatch (the last \
three, chosen when a program starts)")
set_property(CACHE GLASSGRAD_ISA PROPERTY STRINGS native baseline avx2 avx512 dispatch)

# What a processor must have, by the names of the compiler's flags (-mavx2) and __builtin_cpu_supports.
set(glassgrad_features_of_avx2 avx2 fma)
set(glassgrad_features_of_avx512 avx2 fma avx512f avx512cd avx512dq avx512bw avx512vl)

# glassgrad_isa_flags(isa variable): what the compiler is told.
function(glassgrad_isa_flags isa variable)
  list(TRANSFORM glassgrad_features_of_${isa} PREPEND -m OUTPUT_VARIABLE flags)
  set(${variable} ${flags} PARENT_SCOPE)
endfunction()

function(glassgrad_isa target)
  if(NOT GLASSGRAD_ISA MATCHES "^(native|baseline|avx2|avx512|dispatch)$")
    message(FATAL_ERROR "[GLASSGRAD_ISA] is '${GLASSGRAD_ISA}', which names no instruction set. "
                        "Use native, baseline, avx2, avx512 or dispatch.")
  elseif(GLASSGRAD_ISA STREQUAL "dispatch")
    include(Dispatch)
    glassgrad_dispatch(${target})
    return()
  elseif(GLASSGRAD_ISA STREQUAL "native")
    set(flags -march=native)
  else()
    glassgrad_isa_flags(${GLASSGRAD_ISA} flags)
  endif()

  # The compiler's own macros say what the flags mean here.
  file(WRITE "${PROJECT_BINARY_DIR}/isa.cpp" "")
  execute_process(COMMAND "${CMAKE_CXX_COMPILER}" ${flags} -dM -E "${PROJECT_BINARY_DIR}/isa.cpp"
                  OUTPUT_VARIABLE macros RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "[GLASSGRAD_ISA] the compiler does not accept ${flags}. "
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

  target_compile_options(${target} PRIVATE ${flags})
  # -march=native is the same text on every machine, so neither the compiler cache nor the build tool
  # would notice that a build folder moved to another processor. What the flag means is made part of
  # the command instead.
  if(GLASSGRAD_ISA STREQUAL "native")
    string(SHA1 key "${macros}")
    string(SUBSTRING ${key} 0 8 key)
    target_compile_definitions(${target} PRIVATE GLASSGRAD_ISA_KEY=0x${key})
  endif()
endfunction()
