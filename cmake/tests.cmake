# Everything CTest runs. A test that exits 77 was skipped and has printed why.
# They lie one folder below the link to libduckdb.so.
set(CMAKE_BUILD_RPATH "$ORIGIN/..")
pkg_check_modules(CMOCKA REQUIRED IMPORTED_TARGET cmocka>=1.1.5)

get_filename_component(samples ${PROJECT_SOURCE_DIR}/../shared/samples ABSOLUTE)
if(DEFINED ENV{RSIFT_SAMPLES})
  set(samples $ENV{RSIFT_SAMPLES})
endif()
set(RSIFT_TEST_ENVIRONMENT
  RSIFT_BIN=${PROJECT_BINARY_DIR}/rsift RSIFT_SYNTH=${PROJECT_BINARY_DIR}/rsift-synth
  RSIFT_LIBRARY=${PROJECT_BINARY_DIR}/librsift.so RSIFT_SOURCE_DIR=${PROJECT_SOURCE_DIR}
  RSIFT_BUILD_DIR=${PROJECT_BINARY_DIR} RSIFT_SAMPLES=${samples}
  PYTHONDONTWRITEBYTECODE=1
  "ASAN_OPTIONS=allocator_may_return_null=1:detect_stack_use_after_return=1"
  UBSAN_OPTIONS=print_stacktrace=1
  "LSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/cmake/lsan.supp:print_suppressions=0"
  "TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/cmake/tsan.supp:halt_on_error=1:allocator_may_return_null=1:ignore_noninstrumented_modules=1")

# rsift_test(NAME SECONDS COMMAND...)
function(rsift_test name seconds)
  add_test(NAME ${name} COMMAND ${ARGN} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT ${seconds}
    ENVIRONMENT "${RSIFT_TEST_ENVIRONMENT}")
endfunction()

# Which room may include which; no circle of files.
add_executable(check_rooms tools/check_rooms.c tools/circles.c)
target_link_libraries(check_rooms PRIVATE rsift_flags)
rsift_test(rooms 60 check_rooms ${PROJECT_SOURCE_DIR}/src)

# tests/unit/<room>/test_<file>.c: one program each, all that a room knows is visible to it.
file(GLOB unit_tests CONFIGURE_DEPENDS tests/unit/*/test_*.c)
if(RSIFT_FUZZ)
  set(unit_tests "") # the fuzz build is for the fuzz targets
endif()
foreach(source ${unit_tests})
  get_filename_component(stem ${source} NAME_WE)
  get_filename_component(folder ${source} DIRECTORY)
  get_filename_component(room ${folder} NAME)
  string(REGEX REPLACE "^test_" "" stem ${stem})
  set(target unit_${room}_${stem})
  add_executable(${target} ${source})
  target_include_directories(${target} PRIVATE ${folder} ${PROJECT_SOURCE_DIR}/tests/unit
    ${PROJECT_SOURCE_DIR}/tools)
  # What is tested is the library: the tests' own code is compiled in half the time, but where it
  # computes pictures or comparisons of its own, which then are most of its time.
  if(NOT target MATCHES "^unit_(image_hash|similar_crop)$")
    target_compile_options(${target} PRIVATE -O0 -U_FORTIFY_SOURCE)
  endif()
  target_link_libraries(${target} PRIVATE rsift_static PkgConfig::CMOCKA)
  if(room STREQUAL "store") # some damage files with DuckDB itself
    target_link_libraries(${target} PRIVATE rsift_duckdb)
  endif()
  if(RSIFT_SYNTH_OBJECTS AND room STREQUAL "synth")
    target_sources(${target} PRIVATE ${RSIFT_SYNTH_OBJECTS})
  endif()
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  rsift_test(unit.${room}.${stem} 600 ${target})
endforeach()

# test_boxtext.c counts the parser's steps instead of taking the time: its own copy of what it tests
# calls back at every basic block.
if(TARGET unit_lang_boxtext)
  file(GLOB counted CONFIGURE_DEPENDS src/lang/boxtext*.c)
  add_library(counted_boxtext OBJECT ${counted} src/base/num.c src/base/str.c)
  target_link_libraries(counted_boxtext PRIVATE rsift_flags)
  target_compile_options(counted_boxtext PRIVATE -fsanitize-coverage=trace-pc)
  target_sources(unit_lang_boxtext PRIVATE $<TARGET_OBJECTS:counted_boxtext>)
endif()

# Edits a workspace and makes its hashes anew, for tests/cli/hostile.sh.
if(NOT RSIFT_FUZZ)
  add_executable(edit_part tests/attack/edit_part.c)
  target_link_libraries(edit_part PRIVATE rsift_static rsift_duckdb)
  set_target_properties(edit_part PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
endif()

# fuzz/fuzz_<name>.c: a libFuzzer program, or a replay of fuzz/corpus/<name>/ in the normal suite.
file(GLOB fuzz_targets CONFIGURE_DEPENDS fuzz/fuzz_*.c)
foreach(source ${fuzz_targets})
  get_filename_component(target ${source} NAME_WE)
  string(REGEX REPLACE "^fuzz_" "" stem ${target})
  add_executable(${target} ${source})
  target_link_libraries(${target} PRIVATE rsift_static)
  # The entry point's name is libFuzzer's, and no header declares it.
  target_compile_options(${target} PRIVATE -Wno-missing-prototypes)
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/fuzz)
  if(RSIFT_FUZZ)
    target_link_options(${target} PRIVATE -fsanitize=fuzzer,address,undefined)
  else()
    target_sources(${target} PRIVATE fuzz/replay_main.c)
    rsift_test(fuzz.${stem} 600 ${target} ${PROJECT_SOURCE_DIR}/fuzz/corpus/${stem})
  endif()
endforeach()

# Preloaded by tests/torture/faults.py: one call of the system or one allocation fails.
if(NOT RSIFT_SANITIZE AND NOT RSIFT_FUZZ)
  add_library(faults MODULE tests/torture/faults.c)
  target_compile_options(faults PRIVATE -D_GNU_SOURCE -U_FORTIFY_SOURCE -Wall -Wextra -Wconversion
    -Wshadow -Wno-missing-attributes)
  target_link_libraries(faults PRIVATE ${CMAKE_DL_LIBS})
  set_target_properties(faults PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests
    C_VISIBILITY_PRESET default)
endif()

# Scripts drive the built command. Each says itself how many cases it ran, or counts as one.
file(GLOB shell_tests CONFIGURE_DEPENDS tests/cli/*.sh tests/golden/run.sh)
foreach(script ${shell_tests})
  get_filename_component(stem ${script} NAME_WE)
  if(script MATCHES "/golden/run\\.sh$")
    rsift_test(golden 1200 sh ${script})
  elseif(NOT stem MATCHES "^_" AND NOT stem STREQUAL "lib")
    rsift_test(cli.${stem} 600 sh ${script})
  endif()
endforeach()
rsift_test(cases 600 bash tests/cases.sh)
find_program(RSIFT_PYTHON python3)
if(RSIFT_PYTHON)
  file(GLOB python_tests CONFIGURE_DEPENDS tests/python/test_*.py tests/web/test_*.py)
  foreach(script ${python_tests})
    get_filename_component(stem ${script} NAME_WE)
    string(REGEX REPLACE "^test_" "" stem ${stem})
    rsift_test(python.${stem} 600 ${RSIFT_PYTHON} ${script})
  endforeach()
endif()

# Begun first where nothing is known of earlier runs, so that no core waits for the longest at the end.
foreach(longest cases golden cli.complete cli.conventions cli.decide cli.demo cli.every_verb cli.kill cli.same
    cli.samples cli.units python.effects python.torture)
  if(TEST ${longest})
    set_tests_properties(${longest} PROPERTIES COST 100)
  endif()
endforeach()
