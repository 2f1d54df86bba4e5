# Every tests/**/*_test.cpp, as one binary per folder of tests/ (test_engine, test_ops, ...; files that
# lie in tests/ itself are test_top), so that a file is added without an edit and linking stays quick.
# tests/support/ holds what several folders use. tests/package/ is a project of its own.
find_package(GTest REQUIRED)
find_package(Boost REQUIRED)
include(GoogleTest)
set(tests_folder "${PROJECT_SOURCE_DIR}/tests")
option(GLASSGRAD_PRECOMPILE_TESTS "Parse the headers that most tests include once for all of them" ON)
set(GLASSGRAD_TEST_FLAGS "" CACHE STRING "Further flags of the tests alone: -O0 where compiling is slow")

# What every test may use. Boost has the 50-digit numbers that the local gradients are held to.
add_library(glassgrad_test_support INTERFACE)
target_include_directories(glassgrad_test_support INTERFACE "${tests_folder}")
target_link_libraries(
  glassgrad_test_support INTERFACE glassgrad::glassgrad GTest::gtest_main Boost::headers
                                   nlohmann_json::nlohmann_json ZLIB::ZLIB)
if(GLASSGRAD_PRECOMPILE_TESTS AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # ccache keeps what is compiled with a precompiled header only if it can see where that is used; g++
  # takes the standard library for our own code there, and warns wrongly of its strings
  target_compile_options(glassgrad_test_support INTERFACE -fpch-preprocess -Wno-array-bounds
                                                          -Wno-stringop-overflow)
endif()
set_property(SOURCE "${tests_folder}/cli/lapack_test.cpp" APPEND
             PROPERTY COMPILE_DEFINITIONS "$<$<BOOL:${GLASSGRAD_LAPACK}>:GLASSGRAD_LAPACK>")

# Prints arrays for tests/round_trips/arrays_test.py, which compares with NumPy.
add_executable(array_texts "${tests_folder}/round_trips/array_texts.cpp")
target_link_libraries(array_texts PRIVATE glassgrad::glassgrad)
glassgrad_flags(array_texts)

# What the symbol table alone tells of a line.
add_executable(without_debug "${tests_folder}/show/diagnose/without_debug.cpp")
target_link_libraries(without_debug PRIVATE glassgrad::glassgrad)
glassgrad_flags(without_debug)
target_compile_options(without_debug PRIVATE -g0 -O0)
add_test(NAME show/SourceLine.FromSymbolsAlone COMMAND without_debug)
set_tests_properties(show/SourceLine.FromSymbolsAlone PROPERTIES
                     PASS_REGULAR_EXPRESSION "^step\\(glassgrad::Tape<double>&\\), \\+0x[0-9a-f]+ in .*without -g"
                     WORKING_DIRECTORY "${GLASSGRAD_RUN_FOLDER}")

# Loaded into the command line by the tests that kill it while it saves.
if(TARGET glassgrad_cli)
  add_library(glassgrad_kill_at MODULE "${tests_folder}/cli/kill_at.cpp")
  target_link_libraries(glassgrad_kill_at PRIVATE ${CMAKE_DL_LIBS})
  glassgrad_flags(glassgrad_kill_at)
  add_dependencies(glassgrad_cli glassgrad_kill_at)
endif()

# No path in any other test: see tests/support/paths.hpp.
set(paths "GLASSGRAD_SOURCE_DIR=\"${PROJECT_SOURCE_DIR}\"")
foreach(target IN ITEMS glassgrad_cli glassgrad_kill_at)
  string(TOUPPER "${target}_path" name)
  if(TARGET ${target})
    list(APPEND paths "${name}=\"$<TARGET_FILE:${target}>\"")
  else()
    list(APPEND paths "${name}=\"\"")
  endif()
endforeach()
set_property(SOURCE "${tests_folder}/support/paths.cpp" PROPERTY COMPILE_DEFINITIONS ${paths})

file(GLOB_RECURSE support_sources CONFIGURE_DEPENDS "${tests_folder}/support/*.cpp")
list(FILTER support_sources EXCLUDE REGEX "_test\\.cpp$")
if(support_sources)
  # an archive: a test links only what it names (allocations.cpp replaces operator new)
  add_library(glassgrad_test_objects STATIC ${support_sources})
  target_link_libraries(glassgrad_test_objects PRIVATE glassgrad_test_support)
  glassgrad_flags(glassgrad_test_objects)
  target_compile_options(glassgrad_test_objects PRIVATE ${GLASSGRAD_TEST_FLAGS})
  if(GLASSGRAD_PRECOMPILE_TESTS)
    target_precompile_headers(glassgrad_test_objects PRIVATE <support/precompiled.hpp>)
  endif()
endif()

file(GLOB_RECURSE test_sources CONFIGURE_DEPENDS RELATIVE "${tests_folder}"
     "${tests_folder}/*_test.cpp")
list(FILTER test_sources EXCLUDE REGEX "^package/")
set(groups "")
foreach(source IN LISTS test_sources)
  if(source MATCHES "^([^/]+)/")
    set(group ${CMAKE_MATCH_1})
  else()
    set(group top)
  endif()
  list(APPEND groups ${group})
  list(APPEND sources_of_${group} "${tests_folder}/${source}")
endforeach()
list(REMOVE_DUPLICATES groups)

foreach(group IN LISTS groups)
  add_executable(test_${group} ${sources_of_${group}})
  target_link_libraries(test_${group} PRIVATE glassgrad_test_support)
  if(TARGET glassgrad_test_objects)
    target_link_libraries(test_${group} PRIVATE glassgrad_test_objects)
    if(GLASSGRAD_PRECOMPILE_TESTS)
      target_precompile_headers(test_${group} REUSE_FROM glassgrad_test_objects)
    endif()
  endif()
  if(TARGET glassgrad_cli)
    add_dependencies(test_${group} glassgrad_cli)
  endif()
  glassgrad_flags(test_${group})
  target_compile_options(test_${group} PRIVATE ${GLASSGRAD_TEST_FLAGS})
  set_target_properties(test_${group} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
  gtest_discover_tests(
    test_${group} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 120 TEST_PREFIX "${group}/"
    WORKING_DIRECTORY "${GLASSGRAD_RUN_FOLDER}" PROPERTIES TIMEOUT 300)
endforeach()

# A gradient by hand multiplies by xtensor-blas (tests/check/by_hand_test.cpp).
find_package(BLAS REQUIRED)
target_link_libraries(test_check PRIVATE BLAS::BLAS)

# The same tests of ops, and of the range of linear algebra, where loops stand in for LAPACK: a program's
# own routines come before the library's.
if(GLASSGRAD_LAPACK)
  add_executable(
    test_without_lapack $<TARGET_OBJECTS:test_ops>
                        $<FILTER:$<TARGET_OBJECTS:test_range>,INCLUDE,linear_algebra_test>
                        "${PROJECT_SOURCE_DIR}/src/ops/rules/lapack_loops.cpp")
  target_include_directories(test_without_lapack PRIVATE "${PROJECT_SOURCE_DIR}/src")
  target_link_libraries(test_without_lapack PRIVATE $<TARGET_PROPERTY:test_ops,LINK_LIBRARIES>)
  glassgrad_flags(test_without_lapack)
  set_target_properties(test_without_lapack PROPERTIES RUNTIME_OUTPUT_DIRECTORY
                                                       "${PROJECT_BINARY_DIR}/tests")
  add_test(NAME ops/without_lapack COMMAND test_without_lapack --gtest_brief=1
           WORKING_DIRECTORY "${GLASSGRAD_RUN_FOLDER}")
endif()

# The benchmarks themselves are no tests; what reads their numbers and draws them is tested.
find_package(Python3 COMPONENTS Interpreter QUIET)
if(Python3_FOUND)
  add_test(NAME benchmarks/driver
           COMMAND "${Python3_EXECUTABLE}" -B -m unittest discover -s benchmarks/driver -p *_test.py
           WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
endif()

# Several instruction sets in one library: scripts/test-isa runs the tests of every op under each of
# them. The objects they are linked from are looked at, and so is one that is wrong on purpose.
if(GLASSGRAD_ISA STREQUAL "dispatch")
  foreach(source IN ITEMS every_op special_values broadcast)
    target_sources(test_isa PRIVATE "${tests_folder}/ops/${source}_test.cpp")
  endforeach()
  target_sources(test_isa PRIVATE "${tests_folder}/range/range_test.cpp")
  add_executable(isa_probe "${tests_folder}/isa/probe.cpp")
  target_link_libraries(isa_probe PRIVATE glassgrad)
  glassgrad_flags(isa_probe)

  set(check "${PROJECT_SOURCE_DIR}/scripts/check-isa-objects")
  foreach(isa IN ITEMS avx2 avx512)
    add_test(NAME isa/objects_${isa} COMMAND "${check}" "${PROJECT_BINARY_DIR}/isa/kernels_${isa}.o")
  endforeach()
  glassgrad_isa_flags(avx2 flags)
  add_library(isa_leaky OBJECT "${tests_folder}/isa/leaky.cpp")
  target_compile_options(isa_leaky PRIVATE ${flags})
  add_dependencies(test_isa isa_leaky)
  add_test(NAME isa/a_leaky_object COMMAND "${check}" $<TARGET_OBJECTS:isa_leaky>)
  set_tests_properties(isa/a_leaky_object PROPERTIES PASS_REGULAR_EXPRESSION
                       "others see 'glassgrad::leaked.double const., int.' .W.")
endif()

# The pages that are committed: their numbers agree with each other, at every epoch and fold.
file(GLOB gallery_pages CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/docs/gallery/*.html")
if(TARGET glassgrad_cli AND gallery_pages)
  add_test(NAME gallery.check COMMAND glassgrad_cli check ${gallery_pages})
endif()
