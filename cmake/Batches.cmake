# glassgrad_batches(variable source...): sources, given relative to src/, as files that include up to
# eight of a folder each: what they all read is parsed once, and what they all instantiate compiled
# once, which halves the time of a first build. Kernels and rules, which optimizing costs more than
# parsing, stay alone. Not CMAKE_UNITY_BUILD, whose files name absolute paths: a second clone would
# find nothing in the compiler cache.
# A name local to one file must not be in another one of its batch: the compiler says so. That every
# file includes what it needs is seen where they are compiled alone: the presets for clang++.
option(GLASSGRAD_BATCHES "Compile files of a folder several at a time; OFF to work on them"
       ${PROJECT_IS_TOP_LEVEL})

# Kept as it is when it is what it was, so that nothing is compiled again.
function(glassgrad_write_batch file)
  list(TRANSFORM ARGN REPLACE "(.+)" "#include \"\\1\"\n" OUTPUT_VARIABLE lines)
  string(JOIN "" text ${lines})
  file(CONFIGURE OUTPUT "${file}" CONTENT "${text}" @ONLY)
endfunction()

function(glassgrad_batches variable)
  set(alone ${ARGN})
  if(GLASSGRAD_BATCHES)
    set(kernels "^kernels/|^ops/rules/|/calculus_ops|/source_line|^[^/]*$")
    list(FILTER alone INCLUDE REGEX "${kernels}")
    list(FILTER ARGN EXCLUDE REGEX "${kernels}")
    list(TRANSFORM ARGN REPLACE "/[^/]*$" "" OUTPUT_VARIABLE folders)
    list(REMOVE_DUPLICATES folders)
    foreach(folder IN LISTS folders)
      # What is called once for a run, not once for an op, need not be as fast as can be.
      set(optimizing "")
      if(folder MATCHES "^(check|cli|data|explain|io|show|train)")
        set(optimizing "$<$<CONFIG:Release>:-O2>")
      endif()
      set(left ${ARGN})
      list(FILTER left INCLUDE REGEX "^${folder}/[^/]*$")
      while(left)
        list(SUBLIST left 0 8 batch)
        list(REMOVE_ITEM left ${batch})
        list(GET batch 0 first)
        glassgrad_write_batch("${PROJECT_BINARY_DIR}/batches/${first}" ${batch})
        list(APPEND batches "${PROJECT_BINARY_DIR}/batches/${first}")
        # g++ takes what a batch includes for headers, where an unnamed namespace would be a fault.
        set_source_files_properties("${PROJECT_BINARY_DIR}/batches/${first}" PROPERTIES COMPILE_OPTIONS
                                    "$<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>;${optimizing}")
      endwhile()
    endforeach()
  endif()
  list(TRANSFORM alone PREPEND "src/")
  set(${variable} ${alone} ${batches} PARENT_SCOPE)
endfunction()
