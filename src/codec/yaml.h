/* HOW YAML spells values, for the catalogue, recipes and taxonomies: a plain tree of nodes that
 * remember where they stand, so that a wrong value can be told with file:line:column.
 *
 * Left out on purpose: anchors, aliases, tags, several documents, repeated keys (all refused; an
 * alias makes a small file huge, a repeated key hides a value). Scalars stay text; who reads them
 * says what they should be. Two parsers give the same tree: a quick one for the plain style our own
 * records are written in (libfyaml needs 16 ms for the whole catalogue, this one 2), and libfyaml
 * for everything else. The quick one declines whatever it is not sure about. */
#ifndef RS_CODEC_YAML_H
#define RS_CODEC_YAML_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum rs_yaml_kind { RS_YAML_SCALAR, RS_YAML_LIST, RS_YAML_MAP } rs_yaml_kind;

typedef struct rs_yaml {
    rs_yaml_kind kind;
    bool quoted;           /* scalar in quotes or a block scalar: never null, never a number */
    uint32_t line, column; /* from 1; columns count code points */
    uint32_t n;            /* children */
    rs_str text;           /* scalar */
    struct rs_yaml *first; /* children of a list or map, in order */
    struct rs_yaml *next;  /* sibling */
    struct rs_yaml *key;   /* of a map's child: its key, a scalar */
} rs_yaml;

typedef enum rs_yaml_parser { RS_YAML_ANY, RS_YAML_QUICK, RS_YAML_LIBFYAML } rs_yaml_parser;

/* Parses one document.
 *   file     name for error places, not opened
 *   bytes    must stay as long as the tree: scalars may point into it
 *   limits   max_depth and max_string count; NULL = defaults. Files above 4 MiB are refused
 *   parser   RS_YAML_ANY, except in tests; RS_YAML_QUICK answers RSIFT_E_UNSUPPORTED when it
 * declines *out     the root, in the arena; an empty document is an empty scalar errors
 * RSIFT_E_FORMAT, RSIFT_E_LIMIT; where = "file:line:column" */
rsift_status rs_yaml_parse(rs_arena *arena, rs_str file, rs_str bytes, const rsift_limits *limits,
                           rs_yaml_parser parser, rs_yaml **out, rsift_error *err);

/* The value of `key` in a map, NULL when absent or not a map. */
rs_yaml *rs_yaml_get(const rs_yaml *map, const char *key);
/* An empty plain scalar, `null` or `~`. */
bool rs_yaml_is_null(const rs_yaml *node);
/* "a map", "a list", or the scalar quoted: for messages. out holds RS_QUOTE_SIZE bytes. */
const char *rs_yaml_describe(char *out, const rs_yaml *node);
/* RSIFT_E_FORMAT "expected <expected>, found <node>" at file:line:column. */
rsift_status rs_yaml_expected(rsift_error *err, rs_str file, const rs_yaml *node,
                              const char *expected);

#endif
