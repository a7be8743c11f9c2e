# Our own code compiles without a warning; SystemC's headers are system headers.
add_library(mimd_warnings INTERFACE)
target_compile_options(mimd_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror)
if(MIMD_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
