# Finds OpenBLAS and makes the target OpenBLAS::OpenBLAS.
#
# OpenBLAS's own package file is not used: Debian's names one flavour (pthread) and makes no target.
# The header is looked for by openblas_config.h, because a bare cblas.h may be the reference one, which
# cannot set the number of threads. The library itself takes any LAPACK (cmake/Lapack.cmake).
find_package(PkgConfig QUIET)
if(PkgConfig_FOUND)
  pkg_check_modules(PC_OpenBLAS QUIET openblas)
endif()

find_library(OpenBLAS_LIBRARY NAMES openblas PATHS ${PC_OpenBLAS_LIBRARY_DIRS})
find_path(OpenBLAS_INCLUDE_DIR NAMES openblas_config.h PATHS ${PC_OpenBLAS_INCLUDE_DIRS}
          PATH_SUFFIXES openblas-pthread openblas-openmp openblas-serial openblas)
mark_as_advanced(OpenBLAS_LIBRARY OpenBLAS_INCLUDE_DIR)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
  OpenBLAS REQUIRED_VARS OpenBLAS_LIBRARY OpenBLAS_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "On Debian: apt-get install libopenblas-dev")

if(OpenBLAS_FOUND AND NOT TARGET OpenBLAS::OpenBLAS)
  add_library(OpenBLAS::OpenBLAS UNKNOWN IMPORTED)
  set_target_properties(
    OpenBLAS::OpenBLAS PROPERTIES IMPORTED_LOCATION "${OpenBLAS_LIBRARY}"
                                  INTERFACE_INCLUDE_DIRECTORIES "${OpenBLAS_INCLUDE_DIR}")
endif()
