/* HOW YAML spells values, for the catalogue, recipes and taxonomies: a plain tree of nodes that
 * remember their line and column, so that an error can name file:line:column.
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
#include "codec/yaml_node.h"

/* Parses one document.
 *   file     name for errors, not opened
 *   bytes    must stay as long as the tree: scalars may point into it
 *   limits   max_depth and max_string count; NULL = defaults. Files above 4 MiB are refused
 *   out      the root, in the arena; an empty document is an empty scalar
 *   errors   RSIFT_E_FORMAT, RSIFT_E_LIMIT; where = "file:line:column" */
rsift_status rs_yaml_parse(rs_arena *arena, rs_str file, rs_str bytes, const rsift_limits *limits,
                           rs_yaml **out, rsift_error *err);

/* The same by one of the two parsers, for tests that they agree. RS_YAML_QUICK answers
 * RSIFT_E_UNSUPPORTED when it declines. */
typedef enum rs_yaml_parser { RS_YAML_ANY, RS_YAML_QUICK, RS_YAML_LIBFYAML } rs_yaml_parser;
rsift_status rs_yaml_parse_by(rs_yaml_parser parser, rs_arena *arena, rs_str bytes,
                              const rsift_limits *limits, rs_yaml **out, rsift_error *err);

#endif
