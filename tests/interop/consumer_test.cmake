# Installs mimd to a scratch prefix and builds and runs the consumer against it twice: with find_package(mimd), and with
# pkg-config and the bare compiler. Needs BUILD (mimd's build directory), SOURCE (the consumer), SCRATCH, CXX, LINK_OPTIONS.
function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  message("${output}")
  if(NOT status EQUAL 0)
    list(JOIN ARGV " " command)
    message(FATAL_ERROR "failed (${status}): ${command}")
  endif()
endfunction()

file(REMOVE_RECURSE ${SCRATCH})
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${SCRATCH}/first)
file(RENAME ${SCRATCH}/first ${SCRATCH}/prefix) # an installed tree may be moved

run(${CMAKE_COMMAND} -G Ninja -S ${SOURCE} -B ${SCRATCH}/build -DCMAKE_PREFIX_PATH=${SCRATCH}/prefix -DCMAKE_CXX_COMPILER=${CXX}
  -DCMAKE_EXE_LINKER_FLAGS=${LINK_OPTIONS})
run(${CMAKE_COMMAND} --build ${SCRATCH}/build)
foreach(timing lt at)
  run(${SCRATCH}/build/consumer ${timing})
endforeach()

file(GLOB_RECURSE pc ${SCRATCH}/prefix/*/mimd.pc)
cmake_path(GET pc PARENT_PATH folder)
set(ENV{PKG_CONFIG_PATH} ${folder})
run(sh -c "${CXX} -std=c++17 -Wall -Werror -o ${SCRATCH}/consumer ${SOURCE}/consumer.cpp $(pkg-config --cflags --libs mimd) ${LINK_OPTIONS}")
foreach(timing lt at)
  run(${SCRATCH}/consumer ${timing})
endforeach()

run(${SCRATCH}/prefix/bin/mimd-uma --version)
