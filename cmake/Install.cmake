# What `cmake --install` copies: the library, its headers, the command line, and the package files by
# which find_package(glassgrad) finds them. tests/package/ tries all of it from outside.
include(CMakePackageConfigHelpers)
set(package_folder "${CMAKE_INSTALL_LIBDIR}/cmake/glassgrad")

install(TARGETS glassgrad EXPORT glassgradTargets)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/glassgrad" TYPE INCLUDE
        FILES_MATCHING PATTERN "*.hpp")
install(EXPORT glassgradTargets NAMESPACE glassgrad:: DESTINATION "${package_folder}")

if(TARGET glassgrad_cli)
  # The program finds a shared library that was installed with it wherever the two are moved.
  file(RELATIVE_PATH library_from_program "/${CMAKE_INSTALL_BINDIR}" "/${CMAKE_INSTALL_LIBDIR}")
  set_target_properties(glassgrad_cli PROPERTIES INSTALL_RPATH "$ORIGIN/${library_from_program}")
  install(TARGETS glassgrad_cli)
endif()

configure_package_config_file(
  "${PROJECT_SOURCE_DIR}/cmake/glassgradConfig.cmake.in"
  "${PROJECT_BINARY_DIR}/glassgradConfig.cmake" INSTALL_DESTINATION "${package_folder}")
# Before 1.0 a minor version may break what the last one promised.
write_basic_package_version_file("${PROJECT_BINARY_DIR}/glassgradConfigVersion.cmake"
                                 COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/glassgradConfig.cmake"
              "${PROJECT_BINARY_DIR}/glassgradConfigVersion.cmake" DESTINATION "${package_folder}")
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/glassgrad")
