# Who tells the line in which a node was recorded: libbacktrace, which GCC brings along in its own folder
# (docs/adr/0025). clang++ links from there too, but does not look for headers in it. A program that links
# libglassgrad.a finds it by the name alone, as the check does.
include(CheckCXXSourceCompiles)
list(TRANSFORM CMAKE_CXX_IMPLICIT_LINK_DIRECTORIES APPEND "/include" OUTPUT_VARIABLE beside)
find_path(GLASSGRAD_BACKTRACE_INCLUDE_DIR backtrace.h PATHS ${beside} NO_DEFAULT_PATH)
mark_as_advanced(GLASSGRAD_BACKTRACE_INCLUDE_DIR)
if(GLASSGRAD_BACKTRACE_INCLUDE_DIR)
  set(CMAKE_REQUIRED_LIBRARIES -lbacktrace)
  check_cxx_source_compiles(
    "#include \"${GLASSGRAD_BACKTRACE_INCLUDE_DIR}/backtrace.h\"
     int main() { return backtrace_create_state(nullptr, 0, nullptr, nullptr) == nullptr; }"
    GLASSGRAD_BACKTRACE)
  unset(CMAKE_REQUIRED_LIBRARIES)
endif()
if(GLASSGRAD_BACKTRACE)
  set_property(
    SOURCE "${PROJECT_SOURCE_DIR}/src/show/diagnose/source_line.cpp"
    PROPERTY COMPILE_DEFINITIONS
             "GLASSGRAD_BACKTRACE_HEADER=\"${GLASSGRAD_BACKTRACE_INCLUDE_DIR}/backtrace.h\"")
  target_link_libraries(glassgrad PRIVATE -lbacktrace)
  if(BUILD_SHARED_LIBS)  # the program may have one of its own
    target_link_options(glassgrad PRIVATE "LINKER:--exclude-libs,libbacktrace.a")
  endif()
else()
  message(STATUS "glassgrad: libbacktrace is not there, so no error tells the line of a node. GCC has it; "
                 "for other compilers install it.")
endif()
