# Everything comes from Debian packages; nothing is downloaded at configure time.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(SYSTEMC REQUIRED IMPORTED_TARGET systemc>=2.3.3)
find_package(Boost REQUIRED COMPONENTS program_options iostreams)
find_package(nlohmann_json REQUIRED)
