# cmake -D OBJECTS=list.txt -D TO=kernels.o -D LINKER= -D NM= -D OBJCOPY= -P IsaObject.cmake
# Joins the objects of one instruction set to one object in which every name is local but the tables
# of kernels. Duplicate inline functions are resolved among these objects (--force-group-allocation), and what
# no table reaches is dropped. scripts/check-isa-objects checks the result.
function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE status OUTPUT_VARIABLE output)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "[IsaObject] this failed: ${ARGV}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

file(STRINGS "${OBJECTS}" objects)
run("${NM}" --defined-only --extern-only --format=posix ${objects})
string(REGEX MATCHALL "_ZN9glassgrad6detail11KernelTable[A-Za-z0-9_]*7kernelsE" tables "${output}")
list(REMOVE_DUPLICATES tables)
if(NOT tables)
  message(FATAL_ERROR "[IsaObject] no table of kernels in ${OBJECTS}.")
endif()
list(JOIN tables "\n" keep)
file(WRITE "${TO}.keep" "${keep}\n")
list(JOIN objects "\"\n\"" inputs)
list(JOIN tables "\n-u " roots)
file(WRITE "${TO}.link" "-u ${roots}\n\"${inputs}\"\n")
run("${LINKER}" -r --force-group-allocation --gc-sections -o "${TO}.all" "@${TO}.link")

# What was dropped may leave undefined symbols behind, for which a static library would be searched;
# --strip-unneeded removes them.
run("${NM}" --undefined-only --format=posix "${TO}.all")
string(REGEX MATCHALL "[^\n]+ U" named "${output}")
run("${OBJCOPY}" --strip-unneeded "${TO}.all" "${TO}")
run("${NM}" --undefined-only --format=posix "${TO}")
string(REGEX MATCHALL "[^\n]+ U" needed "${output}")
list(REMOVE_ITEM named ${needed})
list(TRANSFORM named REPLACE " U$" "")
list(JOIN named "\n" strip)
file(WRITE "${TO}.strip" "${strip}\n")
run("${OBJCOPY}" "--keep-global-symbols=${TO}.keep" "--strip-symbols=${TO}.strip" "${TO}.all" "${TO}")
file(REMOVE "${TO}.all")
