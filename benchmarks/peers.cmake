# The peers of the scalar rows: small engines whose headers Debian has. Each is looked for and left out
# where it is not there; they are compiled as users' code is, and warnings in their headers are theirs.
# R's packages StanHeaders and TMB bring Stan Math and CppAD, RcppEigen the headers both need.
set(r_library /usr/lib/R/site-library)
find_path(ADOLC_INCLUDE_DIR adolc/adolc.h)
find_library(ADOLC_LIBRARY adolc)
find_path(SACADO_INCLUDE_DIR Sacado_trad.hpp PATH_SUFFIXES trilinos)
find_path(KOKKOS_INCLUDE_DIR Kokkos_Macros.hpp PATH_SUFFIXES trilinos)
find_path(STAN_INCLUDE_DIR stan/math/rev/scal.hpp HINTS ${r_library}/StanHeaders/include)
find_path(CPPAD_INCLUDE_DIR cppad/cppad.hpp HINTS ${r_library}/TMB/include)
find_path(EIGEN_INCLUDE_DIR Eigen/Dense HINTS ${r_library}/RcppEigen/include PATH_SUFFIXES eigen3)

# benchmark_peer(NAME PACKAGE DIRECTORY...): bench_NAME, if all directories were found.
function(benchmark_peer name package)
  foreach(directory ${ARGN})
    if(NOT directory)
      message(STATUS "glassgrad: the benchmarks of ${name} are left out (Debian: apt-get install ${package})")
      return()
    endif()
  endforeach()
  benchmark_contender(${name})
  target_include_directories(bench_${name} SYSTEM PRIVATE ${ARGN})
endfunction()

benchmark_peer(adolc libadolc-dev ${ADOLC_INCLUDE_DIR})
if(TARGET bench_adolc)
  target_link_libraries(bench_adolc PRIVATE ${ADOLC_LIBRARY})
endif()
benchmark_peer(sacado "libtrilinos-sacado-dev libtrilinos-kokkos-dev" ${SACADO_INCLUDE_DIR} ${KOKKOS_INCLUDE_DIR})
benchmark_peer(stan r-cran-stanheaders ${STAN_INCLUDE_DIR} ${EIGEN_INCLUDE_DIR})
benchmark_peer(cppad r-cran-tmb ${CPPAD_INCLUDE_DIR} ${EIGEN_INCLUDE_DIR})
