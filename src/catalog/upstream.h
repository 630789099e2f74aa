/* Datasets of the public list that have no record: catalog/upstream.csv, a row each. Facts only:
 * what they are called and where they are said to be. Nothing of them is read, and nobody claims
 * it; `layout_from` and `note` say how far somebody looked. */
#ifndef RS_CATALOG_UPSTREAM_H
#define RS_CATALOG_UPSTREAM_H

#include "catalog/catalog.h"

typedef struct rs_upstream {
    rs_str name, section;
    int64_t year;
    rs_str venue, paper, link;  /* len 0 = not known */
    rs_layout_from layout_from; /* unstated: listed, and nobody looked */
    rs_str download, note;
} rs_upstream;

/* The rows that the program carries, by name, without those whose name or id a record of the
 * catalogue has. Texts and array live in the arena. */
rsift_status rs_upstream_load(rs_arena *arena, const rs_catalog *catalog, const rs_upstream **rows,
                              size_t *n, rsift_error *err);
/* Rows of any bytes in that form, for tests. Errors: RSIFT_E_FORMAT with file and line. */
rsift_status rs_upstream_parse(rs_arena *arena, rs_str file, rs_str bytes, const rs_upstream **rows,
                               size_t *n, rsift_error *err);

/* Whether every word (blank-separated, ASCII case ignored) stands in the name, section, venue,
 * year, download or note. */
bool rs_upstream_has(const rs_upstream *row, rs_str words);

#endif
