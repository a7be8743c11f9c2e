# The library for others' platforms: find_package(mimd) gives mimd::models, pkg-config mimd the same.
# Everything is relative to the prefix, so that an installed tree may be moved.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

install(TARGETS mimd_models EXPORT mimdTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY models/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/mimd FILES_MATCHING PATTERN "*.h")
install(TARGETS ${MIMD_MACHINES} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/mimd)
install(EXPORT mimdTargets NAMESPACE mimd:: DESTINATION ${package})
configure_package_config_file(cmake/mimdConfig.cmake.in ${PROJECT_BINARY_DIR}/mimdConfig.cmake
  INSTALL_DESTINATION ${package})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/mimdConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/mimdConfig.cmake ${PROJECT_BINARY_DIR}/mimdConfigVersion.cmake
  DESTINATION ${package})

file(RELATIVE_PATH MIMD_PC_PREFIX /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(cmake/mimd.pc.in mimd.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/mimd.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
