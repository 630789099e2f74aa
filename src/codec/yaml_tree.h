/* What the two YAML parsers share: nodes, positions, limits. Private to codec/yaml*.c. */
#ifndef RS_CODEC_YAML_TREE_H
#define RS_CODEC_YAML_TREE_H

#include "base/arena.h"
#include "codec/yaml_node.h"

enum { RS_YAML_MAX_BYTES = 4 << 20, RS_YAML_MAX_NODES = 1 << 20 };

typedef struct rs_yaml_tree {
    rs_arena *arena;
    rs_str file, bytes;
    uint32_t max_depth;
    uint64_t max_string;
    uint32_t n_nodes;
    rsift_error *err;
} rs_yaml_tree;

/* NULL = out of memory or too many nodes; the error is set. */
rs_yaml *rs_yaml_node(rs_yaml_tree *tree, rs_yaml_kind kind, uint32_t line, uint32_t column);
/* Appends to a list (key NULL) or map; *last is the parent's newest child. Refuses repeated keys.
 */
rsift_status rs_yaml_append(rs_yaml_tree *tree, rs_yaml *parent, rs_yaml **last, rs_yaml *key,
                            rs_yaml *child);
rsift_status rs_yaml_fail(rs_yaml_tree *tree, rsift_status status, uint32_t line, uint32_t column,
                          const char *fmt, ...) RS_PRINTF(5, 6);

rsift_status rs_yaml_parse_quick(rs_yaml_tree *tree, rs_yaml **out);
rsift_status rs_yaml_parse_fy(rs_yaml_tree *tree, rs_yaml **out);

#endif
