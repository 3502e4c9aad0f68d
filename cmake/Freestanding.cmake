# base, wire and engine are also for those who have no operating system, no exceptions and no RTTI: embedded and DPDK-style
# stacks. The target onlink_freestanding compiles them that way; it is outside of "all", and the test freestanding_build
# makes it. The test freestanding_headers looks at what the three folders include.
set(ONLINK_FREESTANDING_FOLDERS base wire engine)

set(freestanding_sources)
foreach(folder IN LISTS ONLINK_FREESTANDING_FOLDERS)
  file(GLOB_RECURSE found CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/onlink/${folder}/*.cpp)
  list(FILTER found EXCLUDE REGEX "_(test|fuzz)\\.cpp$")
  list(APPEND freestanding_sources ${found})
endforeach()

list(JOIN ONLINK_FREESTANDING_FOLDERS "," folders)
set(check_headers ${CMAKE_COMMAND} -D "ROOT=${PROJECT_SOURCE_DIR}" -D "FOLDERS=${folders}"
    -P ${PROJECT_SOURCE_DIR}/cmake/check_freestanding_headers.cmake)

add_library(onlink_freestanding OBJECT EXCLUDE_FROM_ALL ${freestanding_sources})
target_include_directories(onlink_freestanding PRIVATE ${PROJECT_SOURCE_DIR})
target_compile_options(onlink_freestanding PRIVATE -fno-exceptions -fno-rtti)
target_link_libraries(onlink_freestanding PRIVATE onlink_options)
add_custom_target(onlink_freestanding_headers COMMAND ${check_headers} VERBATIM)
add_dependencies(onlink_freestanding onlink_freestanding_headers)

if(ONLINK_TESTS)
  add_test(NAME freestanding_headers COMMAND ${check_headers})
endif()
if(ONLINK_TESTS AND NOT ONLINK_SANITIZE)
  add_test(NAME freestanding_build COMMAND ${CMAKE_COMMAND} --build ${CMAKE_BINARY_DIR} --target onlink_freestanding)
  set_tests_properties(freestanding_build PROPERTIES RUN_SERIAL ON)
endif()
