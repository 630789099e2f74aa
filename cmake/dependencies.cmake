# Libraries of others. Distribution packages come through pkg-config; DuckDB and yyjson from .deps,
# where tools/setup puts them, or from -DDUCKDB_DIR and -DYYJSON_DIR for a build without a network.
set(RSIFT_DEPS_DIR "$ENV{RSIFT_DEPS_DIR}" CACHE PATH "where tools/setup put what it fetched")
if(NOT RSIFT_DEPS_DIR)
  set(RSIFT_DEPS_DIR ${PROJECT_SOURCE_DIR}/.deps)
endif()

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

set(RSIFT_PKG_CONFIG_NAMES libdeflate zlib libfyaml libxxhash libutf8proc libarchive expat libjpeg
  libpng libtiff-4 libwebp libopenjp2)
pkg_check_modules(RSIFT_PACKAGES REQUIRED IMPORTED_TARGET ${RSIFT_PKG_CONFIG_NAMES})

# rsift_dir(NAME FILES...): the folder -DNAME or the environment's NAME gives, else the one in .deps
function(rsift_dir name default)
  set(${name} "$ENV{${name}}" CACHE PATH "a folder with ${ARGN}; empty: ${default}")
  set(dir ${${name}})
  if(NOT dir)
    set(dir ${default})
  endif()
  foreach(file ${ARGN})
    if(NOT EXISTS ${dir}/${file})
      message(FATAL_ERROR "${dir} has no ${file}. Run tools/setup, which fetches it, or name a "
        "folder that has it: -D${name}=/path")
    endif()
  endforeach()
  set(${name}_FOUND_DIR ${dir} PARENT_SCOPE)
endfunction()

rsift_dir(DUCKDB_DIR ${RSIFT_DEPS_DIR}/duckdb duckdb.h libduckdb.so)
rsift_dir(YYJSON_DIR ${RSIFT_DEPS_DIR}/yyjson yyjson.c yyjson.h)

# A link (a copy across file systems) beside the programs, so that they run from the build folder.
set(RSIFT_DUCKDB_LIBRARY ${PROJECT_BINARY_DIR}/libduckdb.so)
execute_process(
  COMMAND sh -c "[ \"$1\" -ef \"$2\" ] || ln -f \"$1\" \"$2\" 2>/dev/null || cp \"$1\" \"$2\""
    sh ${DUCKDB_DIR_FOUND_DIR}/libduckdb.so ${RSIFT_DUCKDB_LIBRARY}
  COMMAND_ERROR_IS_FATAL ANY)
add_library(rsift_duckdb SHARED IMPORTED)
set_target_properties(rsift_duckdb PROPERTIES
  IMPORTED_LOCATION ${RSIFT_DUCKDB_LIBRARY}
  IMPORTED_SONAME libduckdb.so
  INTERFACE_INCLUDE_DIRECTORIES ${DUCKDB_DIR_FOUND_DIR})

# Not linked but compiled in, with its symbols kept inside the library.
add_library(rsift_yyjson OBJECT ${YYJSON_DIR_FOUND_DIR}/yyjson.c)
target_compile_definitions(rsift_yyjson PRIVATE yyjson_api=)
target_compile_options(rsift_yyjson PRIVATE -w
  "-ffile-prefix-map=${PROJECT_BINARY_DIR}=./build"
  "-ffile-prefix-map=${YYJSON_DIR_FOUND_DIR}=./yyjson")
add_library(rsift_yyjson_headers INTERFACE)
target_include_directories(rsift_yyjson_headers SYSTEM INTERFACE ${YYJSON_DIR_FOUND_DIR})
target_compile_definitions(rsift_yyjson_headers INTERFACE yyjson_api=)

add_library(rsift_dependencies INTERFACE)
target_link_libraries(rsift_dependencies INTERFACE
  PkgConfig::RSIFT_PACKAGES Threads::Threads ${CMAKE_DL_LIBS} m)
# Opened by the first verb that asks a database (src/store/duckdb_calls.c), so only its header is
# needed here, and a run path to the folder of the link above: the build folder.
target_include_directories(rsift_dependencies SYSTEM INTERFACE ${DUCKDB_DIR_FOUND_DIR})
set(CMAKE_BUILD_RPATH "$ORIGIN")
# The sanitizers' own dlopen knows no run path of ours; a library that is loaded already is found.
if(RSIFT_SANITIZE OR RSIFT_FUZZ)
  target_link_libraries(rsift_dependencies INTERFACE
    -Wl,--push-state,--no-as-needed rsift_duckdb -Wl,--pop-state)
endif()
