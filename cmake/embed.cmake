# Files that travel inside the library become one generated C file, RSIFT_EMBEDDED_SOURCE.
file(GLOB RSIFT_EMBEDDED RELATIVE ${PROJECT_SOURCE_DIR} CONFIGURE_DEPENDS
  catalog/*.yaml catalog/*.csv prompts/* taxonomy/* src/decide/*.sql src/store/*.sql src/writers/*.md
  src/overlap/*.html src/overlap/*.css src/overlap/*.js src/page/*.html src/page/*.css src/page/*.js
  web/*.html web/*.css web/*.js web/*.svg)
set(list ${PROJECT_BINARY_DIR}/embedded.list)
set(RSIFT_EMBEDDED_SOURCE ${PROJECT_BINARY_DIR}/embedded_data.c)

list(JOIN RSIFT_EMBEDDED "\n" text)
file(CONFIGURE OUTPUT ${list} CONTENT "${text}\n" @ONLY)
list(TRANSFORM RSIFT_EMBEDDED PREPEND ${PROJECT_SOURCE_DIR}/ OUTPUT_VARIABLE inputs)

add_executable(rsift-embed tools/embed.c)
target_link_libraries(rsift-embed PRIVATE rsift_flags)
add_custom_command(OUTPUT ${RSIFT_EMBEDDED_SOURCE}
  COMMAND rsift-embed ${RSIFT_EMBEDDED_SOURCE} ${PROJECT_SOURCE_DIR} ${list}
  DEPENDS rsift-embed ${list} ${inputs}
  COMMENT "Embedding data files" VERBATIM)
