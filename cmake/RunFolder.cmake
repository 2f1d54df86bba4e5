# glassgrad_run_folder(folder): a folder that tests and examples run in. It sees the repository's
# examples and tests by the paths they have there (examples/data/digits.csv), while what a program
# writes stays in the build folder.
function(glassgrad_run_folder run)
  file(MAKE_DIRECTORY "${run}")
  foreach(folder examples tests)
    file(CREATE_LINK "${PROJECT_SOURCE_DIR}/${folder}" "${run}/${folder}" SYMBOLIC)
  endforeach()
endfunction()
set(GLASSGRAD_RUN_FOLDER "${PROJECT_BINARY_DIR}/run")
glassgrad_run_folder("${GLASSGRAD_RUN_FOLDER}")
