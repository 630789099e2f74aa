# How our own C is compiled: the target rsift_flags carries it to everything of ours.
set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
# The programs find the DuckDB beside them wherever the build folder is carried. CMake must not edit
# a run path at install: it makes space for that with ':', and the loader reads each empty entry as the
# current folder, so that a hostile folder's libraries would be loaded (tests/cli/runpath.sh).
set(CMAKE_BUILD_RPATH_USE_ORIGIN ON)

set(CMAKE_C_FLAGS_RELEASE "-O2 -g1 -DNDEBUG" CACHE STRING "" FORCE)

find_program(RSIFT_CCACHE ccache)
if(RSIFT_CCACHE AND NOT CMAKE_C_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER ${RSIFT_CCACHE})
endif()

add_library(rsift_flags INTERFACE)
target_include_directories(rsift_flags INTERFACE ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src)
# POSIX 2008 with the C library's own few calls (strtod_l, sched_getaffinity, open file locks). Empty
# as a file's own definition would be, so that the two agree.
target_compile_definitions(rsift_flags INTERFACE _GNU_SOURCE= _FILE_OFFSET_BITS=64)
target_compile_options(rsift_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes
  -Werror=implicit-function-declaration -Werror=incompatible-pointer-types -Werror=int-conversion
  -fno-common -ffp-contract=off
  "-ffile-prefix-map=${PROJECT_SOURCE_DIR}=.")
if(RSIFT_WERROR)
  target_compile_options(rsift_flags INTERFACE -Werror)
endif()

# What follows holds for everything we compile, the yyjson source included.
# Tables of functions are resolved at start and then read-only.
add_link_options(LINKER:-z,relro,-z,now)
include(CheckCCompilerFlag)
include(CheckLinkerFlag)
include(CheckPIESupported)
check_pie_supported(LANGUAGES C)
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_options(-fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
  check_c_compiler_flag(-fcf-protection RSIFT_HAS_CF_PROTECTION)
  if(RSIFT_HAS_CF_PROTECTION)
    add_compile_options(-fcf-protection)
    # The marks of our objects, which one start file of the C library without them takes off the
    # whole. Where it has none the loader turns neither protection on, so that no mark can hurt.
    check_linker_flag(C LINKER:-z,ibt,-z,shstk RSIFT_HAS_CET_MARKS)
    if(RSIFT_HAS_CET_MARKS)
      add_link_options(LINKER:-z,ibt,-z,shstk)
    endif()
  endif()
endif()

if(RSIFT_FUZZ)
  if(NOT CMAKE_C_COMPILER_ID MATCHES Clang)
    message(FATAL_ERROR "RSIFT_FUZZ needs clang: tools/setup fuzz, then -DCMAKE_C_COMPILER=clang")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
elseif(RSIFT_SANITIZE STREQUAL "address")
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
elseif(RSIFT_SANITIZE STREQUAL "thread")
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
  add_link_options(-fsanitize=thread)
elseif(RSIFT_SANITIZE)
  message(FATAL_ERROR "RSIFT_SANITIZE: expected address or thread, found ${RSIFT_SANITIZE}")
endif()
if(RSIFT_COVERAGE)
  add_compile_options(--coverage -fprofile-update=atomic)
  add_link_options(--coverage)
endif()
