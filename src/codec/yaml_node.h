/* A YAML document as a tree of nodes that know their line and column. Made by rs_yaml_parse
 * (yaml.h). */
#ifndef RS_CODEC_YAML_NODE_H
#define RS_CODEC_YAML_NODE_H

#include "base/err.h"
#include "base/str.h"

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
