# The library for other projects: find_package(onlink) with onlink::engine, onlink::run, ...; pkg-config onlink (all of it) and
# onlink-engine (base, wire, engine and the C interface, which need no other library).
#   cmake --install BUILD --component library --prefix PREFIX
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(libraries base wire engine c print link kernel run)
foreach(library IN LISTS libraries)
  set_target_properties(onlink_${library} PROPERTIES EXPORT_NAME ${library})
endforeach()
list(TRANSFORM libraries PREPEND onlink_ OUTPUT_VARIABLE targets)

install(TARGETS ${targets} onlink_options onlink_fmt EXPORT onlink
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library
  FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT library)

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/onlink)
install(EXPORT onlink NAMESPACE onlink:: FILE onlink-targets.cmake DESTINATION ${package} COMPONENT library)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/onlink-config.cmake.in ${PROJECT_BINARY_DIR}/onlink-config.cmake
  INSTALL_DESTINATION ${package})
# Before 1.0 every minor version may differ from the one before.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/onlink-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/onlink-config.cmake ${PROJECT_BINARY_DIR}/onlink-config-version.cmake
  DESTINATION ${package} COMPONENT library)

file(RELATIVE_PATH to_prefix /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
foreach(name onlink onlink-engine)
  configure_file(${CMAKE_CURRENT_LIST_DIR}/${name}.pc.in ${PROJECT_BINARY_DIR}/${name}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/${name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT library)
endforeach()
