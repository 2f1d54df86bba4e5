# Every fuzz/TARGET.cpp as fuzz_TARGET, a libFuzzer program, and fuzz_seeds, which writes their seeds. The
# preset `fuzz` compiles the library itself with the fuzzer's counters and both
# sanitizers: its kernels, arenas and readers are under test. scripts/fuzz runs one.
file(GLOB fuzz_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/fuzz/*.cpp")
list(FILTER fuzz_sources EXCLUDE REGEX "/(seeds|limited_new)\\.cpp$")
add_library(glassgrad_fuzz_objects OBJECT)
target_include_directories(glassgrad_fuzz_objects PUBLIC "${PROJECT_SOURCE_DIR}/src"
                                                         "${PROJECT_SOURCE_DIR}/tests")
target_link_libraries(glassgrad_fuzz_objects PUBLIC glassgrad)
glassgrad_flags(glassgrad_fuzz_objects)

target_sources(glassgrad_fuzz_objects PRIVATE "${PROJECT_SOURCE_DIR}/tests/support/random_api.cpp")

add_custom_target(fuzzers)
foreach(source IN LISTS fuzz_sources)
  get_filename_component(target "${source}" NAME_WE)
  add_executable(fuzz_${target} "${source}" "${PROJECT_SOURCE_DIR}/fuzz/limited_new.cpp")
  target_link_libraries(fuzz_${target} PRIVATE glassgrad_fuzz_objects)
  target_link_options(fuzz_${target} PRIVATE -fsanitize=fuzzer)
  glassgrad_flags(fuzz_${target})
  add_dependencies(fuzzers fuzz_${target})
endforeach()
add_executable(fuzz_seeds "${PROJECT_SOURCE_DIR}/fuzz/seeds.cpp")
target_link_libraries(fuzz_seeds PRIVATE glassgrad_fuzz_objects)
glassgrad_flags(fuzz_seeds)
add_dependencies(fuzzers fuzz_seeds)
