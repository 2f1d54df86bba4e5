# Compiles through ccache where it is installed, unless a launcher is already chosen.
#
# Paths below the repository are made relative before they are hashed, so that a second clone (as CI
# makes) finds what the first one compiled.
if(PROJECT_IS_TOP_LEVEL AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(GLASSGRAD_CCACHE ccache)
  mark_as_advanced(GLASSGRAD_CCACHE)
  if(GLASSGRAD_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER
        env "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}" CCACHE_NOHASHDIR=1
        CCACHE_SLOPPINESS=pch_defines,time_macros "${GLASSGRAD_CCACHE}")
  endif()
endif()
