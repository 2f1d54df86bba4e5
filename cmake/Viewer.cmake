# The built page as C++ bytes, so that the library needs no file beside it and a build needs no node.
set(viewer_page "${PROJECT_SOURCE_DIR}/src/viewer/dist/viewer.html")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${viewer_page}")
add_custom_command(
  OUTPUT "${PROJECT_BINARY_DIR}/viewer_page.cpp"
  COMMAND "${CMAKE_COMMAND}" "-DPAGE=${viewer_page}" "-DOUTPUT=${PROJECT_BINARY_DIR}/viewer_page.cpp"
          -P "${PROJECT_SOURCE_DIR}/cmake/EmbedPage.cmake"
  DEPENDS "${viewer_page}" "${PROJECT_SOURCE_DIR}/cmake/EmbedPage.cmake"
  COMMENT "Embedding the viewer's page")
target_sources(glassgrad PRIVATE "${PROJECT_BINARY_DIR}/viewer_page.cpp")
