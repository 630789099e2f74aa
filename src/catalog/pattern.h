/* Two small languages of the catalogue: file patterns and expressions for picture names. Both are
 * compiled once, matched in time proportional to pattern times text, without allocation. */
#ifndef RS_CATALOG_PATTERN_H
#define RS_CATALOG_PATTERN_H

#include "base/arena.h"

#include <stdbool.h>

/* File pattern: '/'-separated, `*` and `?` within one component, `**` any number of
 * components; `{a,b}` literal alternatives with nothing wild before them in their component.
 * Matched against the tail of `path`; *tail (may be NULL) is the part that matched, the shortest
 * one. A leading `/` anchors the pattern at the start of the path. */
bool rs_catalog_match(rs_str pattern, rs_str path, rs_str *tail);

/* An expression that a name must match from end to end: literals, `.`, `[a-z]`, `[^...]`, `\d`,
 * `\` before a literal, groups, `|`, and the repeats `* + ? {n} {n,m}` (greedy). `^` and `$` at
 * the ends are allowed and change nothing. Immutable after compiling, may be shared. */
typedef struct rs_catalog_regex rs_catalog_regex;

/* In the arena. RSIFT_E_FORMAT says what is wrong with it, RSIFT_E_LIMIT when it is too large. */
rsift_status rs_catalog_regex_compile(rs_arena *arena, rs_str pattern, rs_catalog_regex **out,
                                      rsift_error *err);

enum { RS_CATALOG_GROUPS = 10, RS_CATALOG_REGEX_TEXT = 512 };

/* groups[0] is all of it; a group that matched nothing has ptr NULL. Texts above 512 bytes never
 * match. */
bool rs_catalog_regex_match(const rs_catalog_regex *regex, rs_str text,
                            rs_str groups[RS_CATALOG_GROUPS]);

#endif
