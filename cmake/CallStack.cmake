# Who tells the line in which a node was recorded: libbacktrace, which GCC brings along in its own folder
# (docs/adr/0025). clang++ links from there too, but does not look for headers in it. A program that links
# libglassgrad.a finds it by the name alone.
find_library(GLASSGRAD_BACKTRACE_LIBRARY backtrace HINTS ${CMAKE_CXX_IMPLICIT_LINK_DIRECTORIES})
list(TRANSFORM CMAKE_CXX_IMPLICIT_LINK_DIRECTORIES APPEND "/include" OUTPUT_VARIABLE beside)
find_path(GLASSGRAD_BACKTRACE_INCLUDE_DIR backtrace.h HINTS ${beside})
mark_as_advanced(GLASSGRAD_BACKTRACE_LIBRARY GLASSGRAD_BACKTRACE_INCLUDE_DIR)
if(GLASSGRAD_BACKTRACE_LIBRARY AND GLASSGRAD_BACKTRACE_INCLUDE_DIR)
  set_property(
    SOURCE "${PROJECT_SOURCE_DIR}/src/show/diagnose/source_line.cpp"
    PROPERTY COMPILE_DEFINITIONS
             "GLASSGRAD_BACKTRACE_HEADER=\"${GLASSGRAD_BACKTRACE_INCLUDE_DIR}/backtrace.h\"")
  target_link_libraries(glassgrad PRIVATE backtrace)
else()
  message(STATUS "glassgrad: libbacktrace is not there, so no error tells the line of a node. GCC has it; "
                 "for other compilers install it.")
endif()
