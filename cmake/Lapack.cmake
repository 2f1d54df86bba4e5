# Who computes linear algebra: the LAPACK that FindLAPACK finds (BLA_VENDOR chooses among several), or,
# with GLASSGRAD_LAPACK=OFF, loops of our own.
#
# LAPACK is not linked. The library loads it by the name it gives itself (its soname) when it is first
# called, so that a program that never calls it starts without it, and users of an installed glassgrad
# have nothing to find (docs/adr/0005).
if(NOT GLASSGRAD_LAPACK)
  target_sources(glassgrad PRIVATE src/ops/rules/lapack_loops.cpp)
  return()
endif()

# Its own package file would link LAPACK to every user; only the prototypes are wanted.
find_path(GLASSGRAD_CXXLAPACK_INCLUDE_DIR xflens/cxxlapack/netlib/netlib.h)
mark_as_advanced(GLASSGRAD_CXXLAPACK_INCLUDE_DIR)
find_package(LAPACK)
set(lapack_libraries ${LAPACK_LIBRARIES})
list(FILTER lapack_libraries INCLUDE REGEX "[.](so|dylib|tbd)$|[.]framework$")
if(NOT GLASSGRAD_CXXLAPACK_INCLUDE_DIR OR NOT lapack_libraries)
  message(FATAL_ERROR "[GLASSGRAD_LAPACK] xtensor-blas's headers: ${GLASSGRAD_CXXLAPACK_INCLUDE_DIR}; "
                      "LAPACK: '${LAPACK_LIBRARIES}'. Install both, LAPACK as a shared library (Debian: "
                      "libxtensor-blas-dev libopenblas-dev), or set GLASSGRAD_LAPACK=OFF.")
endif()
list(GET lapack_libraries 0 lapack_library)
set(lapack_file "${lapack_library}")
if(CMAKE_READELF)
  execute_process(COMMAND "${CMAKE_READELF}" -d "${lapack_library}" OUTPUT_VARIABLE dynamic ERROR_QUIET)
  if(dynamic MATCHES "SONAME[^[]*\\[([^]]+)\\]")
    set(lapack_file "${CMAKE_MATCH_1}")
  endif()
endif()
message(STATUS "glassgrad: linear algebra by ${lapack_file}, loaded when it is first called")

target_sources(glassgrad PRIVATE src/ops/rules/lapack_calls.cpp)
set_source_files_properties(
  "${PROJECT_SOURCE_DIR}/src/ops/rules/lapack_calls.cpp"
  PROPERTIES COMPILE_DEFINITIONS "GLASSGRAD_LAPACK_FILE=\"${lapack_file}\"")
target_include_directories(glassgrad SYSTEM PRIVATE "${GLASSGRAD_CXXLAPACK_INCLUDE_DIR}")
target_link_libraries(glassgrad PRIVATE ${CMAKE_DL_LIBS})
