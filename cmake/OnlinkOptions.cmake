# What every target of ours is compiled with.
add_library(onlink_options INTERFACE)
target_compile_options(onlink_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wold-style-cast -Wswitch-enum -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # clang counts a fully designated initialiser with defaulted members as missing ones; gcc does not.
  target_compile_options(onlink_options INTERFACE -Wno-missing-designated-field-initializers)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Debug")
  target_compile_definitions(onlink_options INTERFACE _GLIBCXX_ASSERTIONS)
endif()
if(ONLINK_SANITIZE)
  add_compile_options(-fsanitize=${ONLINK_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${ONLINK_SANITIZE})
endif()
if(ONLINK_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
