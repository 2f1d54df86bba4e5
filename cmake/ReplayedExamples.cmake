# A test replayed/<stem> for every example: its object linked once more, with every call of
# the sweep of Tape::backward going through tests/program/compiled_backward.cpp, which compares it with a program.
add_library(glassgrad_compiled_backward OBJECT
            "${PROJECT_SOURCE_DIR}/tests/program/compiled_backward.cpp")
target_link_libraries(glassgrad_compiled_backward PRIVATE glassgrad::glassgrad)
glassgrad_flags(glassgrad_compiled_backward)

set(wraps "LINKER:--wrap=main")
foreach(letter IN ITEMS d f)
  foreach(arguments IN ITEMS "RKNS_4NodeI${letter}EE"
                             "St4spanIKNS_4RootI${letter}EELm18446744073709551615EE")
    list(APPEND wraps
         "LINKER:--wrap=_ZN9glassgrad6detail5SweepI${letter}E4fromE${arguments}b")
  endforeach()
endforeach()

# Output goes elsewhere than that of example.<stem>: both may run at the same time.
glassgrad_run_folder("${PROJECT_BINARY_DIR}/run_replayed")
# Examples without a backward pass; remove one from the list once it has one.
set(without_backward 12_perceptron)

foreach(source IN LISTS example_sources)
  cmake_path(GET source STEM stem)
  add_executable(replayed_${stem} $<TARGET_OBJECTS:example_${stem}>
                                  $<TARGET_OBJECTS:glassgrad_compiled_backward>)
  target_link_libraries(replayed_${stem} PRIVATE glassgrad::glassgrad)
  target_link_options(replayed_${stem} PRIVATE ${wraps})
  set_target_properties(replayed_${stem} PROPERTIES LINKER_LANGUAGE CXX RUNTIME_OUTPUT_DIRECTORY
                                                    "${PROJECT_BINARY_DIR}/tests/replayed")
  add_test(NAME replayed/${stem} COMMAND replayed_${stem}
           WORKING_DIRECTORY "${PROJECT_BINARY_DIR}/run_replayed")
  set_tests_properties(replayed/${stem} PROPERTIES TIMEOUT 300 SKIP_RETURN_CODE 77)
  if(stem IN_LIST without_backward)
    set_tests_properties(replayed/${stem} PROPERTIES ENVIRONMENT GLASSGRAD_NO_BACKWARD=1)
  endif()
endforeach()
