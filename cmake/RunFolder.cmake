# The folder that tests and examples run in: it sees the repository's examples and tests by the paths
# they have there (examples/data/digits.csv), while what a program writes stays in the build folder.
set(GLASSGRAD_RUN_FOLDER "${PROJECT_BINARY_DIR}/run")
file(MAKE_DIRECTORY "${GLASSGRAD_RUN_FOLDER}")
foreach(folder examples tests)
  file(CREATE_LINK "${PROJECT_SOURCE_DIR}/${folder}" "${GLASSGRAD_RUN_FOLDER}/${folder}" SYMBOLIC)
endforeach()
