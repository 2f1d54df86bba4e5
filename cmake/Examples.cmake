# Every examples/*.cpp is a program example_<stem> and a test example.<stem>: an example checks its own
# numbers and fails when they are wrong; one that lacks its data says so and returns 77, a skipped test.
# They link the library as any user does.
file(GLOB example_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/examples/*.cpp")
foreach(source IN LISTS example_sources)
  cmake_path(GET source STEM stem)
  add_executable(example_${stem} "${source}")
  target_link_libraries(example_${stem} PRIVATE glassgrad::glassgrad)
  glassgrad_flags(example_${stem})
  set_target_properties(example_${stem} PROPERTIES RUNTIME_OUTPUT_DIRECTORY
                                                   "${PROJECT_BINARY_DIR}/examples")
  add_test(NAME example.${stem} COMMAND example_${stem}
           WORKING_DIRECTORY "${GLASSGRAD_RUN_FOLDER}")
  set_tests_properties(example.${stem} PROPERTIES TIMEOUT 300 SKIP_RETURN_CODE 77)
endforeach()
