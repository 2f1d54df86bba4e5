# glassgrad_dispatch(target): the kernels of every instruction set in one library.
#
# The library itself is compiled for any x86-64. The sources that hold kernels are compiled once more
# for each instruction set, and those objects are joined to one in which every name is local but the
# tables of kernels (IsaObject.cmake). Otherwise the linker, which keeps one of several equal inline
# functions or template instances, might keep the one with AVX-512 and use it everywhere.
function(glassgrad_dispatch target)
  if(NOT CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$" OR NOT CMAKE_OBJCOPY)
    message(FATAL_ERROR "[GLASSGRAD_ISA] dispatch needs an x86-64 processor and GNU binutils, this is "
                        "'${CMAKE_SYSTEM_PROCESSOR}'. Use native or baseline.")
  endif()
  target_compile_definitions(${target} PRIVATE GLASSGRAD_DISPATCH)

  # The files with kernels: the rules of each family, and the kernels that several ops use.
  get_target_property(all ${target} SOURCES)
  list(FILTER all INCLUDE REGEX "^src/")  # no batches
  set(sources "")
  foreach(source IN LISTS all)
    file(STRINGS "${PROJECT_SOURCE_DIR}/${source}" rules REGEX "^GLASSGRAD_RULES\\(")
    if(rules OR source MATCHES "^src/kernels/.*_kernels\\.cpp$")
      list(APPEND sources "${PROJECT_SOURCE_DIR}/${source}")
    endif()
  endforeach()

  set(has "")
  foreach(tag IN ITEMS Avx2 Avx512)
    string(TOLOWER ${tag} isa)
    set(kernels ${target}_${isa})
    add_library(${kernels} OBJECT ${sources})
    glassgrad_isa_flags(${isa} flags)
    # A unique symbol of g++ cannot be made local.
    target_compile_options(${kernels} PRIVATE ${flags} -fno-lto -ffunction-sections -fdata-sections
                                              $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique>)
    target_compile_definitions(${kernels} PRIVATE GLASSGRAD_KERNELS_FOR=${tag})
    target_compile_features(${kernels} PRIVATE cxx_std_20)
    target_include_directories(${kernels} PRIVATE $<TARGET_PROPERTY:${target},INCLUDE_DIRECTORIES>)
    target_link_libraries(${kernels} PRIVATE xsimd fmt::fmt)
    set_target_properties(${kernels} PROPERTIES POSITION_INDEPENDENT_CODE ON
                                                INTERPROCEDURAL_OPTIMIZATION OFF)
    glassgrad_flags(${kernels})

    set(object "${PROJECT_BINARY_DIR}/isa/kernels_${isa}.o")
    file(GENERATE OUTPUT "${PROJECT_BINARY_DIR}/isa/${isa}.txt"
         CONTENT "$<JOIN:$<TARGET_OBJECTS:${kernels}>,\n>\n")
    add_custom_command(
      OUTPUT "${object}"
      COMMAND ${CMAKE_COMMAND} -D "OBJECTS=${PROJECT_BINARY_DIR}/isa/${isa}.txt" -D "TO=${object}"
              -D "LINKER=${CMAKE_LINKER}" -D "NM=${CMAKE_NM}" -D "OBJCOPY=${CMAKE_OBJCOPY}" -P
              "${PROJECT_SOURCE_DIR}/cmake/IsaObject.cmake"
      DEPENDS ${kernels} $<TARGET_OBJECTS:${kernels}> "${PROJECT_SOURCE_DIR}/cmake/IsaObject.cmake"
      COMMENT "Joining the kernels for ${isa}" VERBATIM)
    set_source_files_properties("${object}" PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
    target_sources(${target} PRIVATE "${object}")

    list(TRANSFORM glassgrad_features_of_${isa} REPLACE "(.+)" "__builtin_cpu_supports(\"\\1\")"
         OUTPUT_VARIABLE supports)
    list(JOIN supports "&&" supports)
    string(TOUPPER ${tag} macro)
    list(APPEND has "GLASSGRAD_CPU_HAS_${macro}=(${supports})")
  endforeach()
  set_source_files_properties("${PROJECT_SOURCE_DIR}/src/kernels/isa.cpp"
                              PROPERTIES COMPILE_DEFINITIONS "${has}")
  message(STATUS "glassgrad: kernels for baseline, avx2 and avx512, chosen when a program starts")
endfunction()
