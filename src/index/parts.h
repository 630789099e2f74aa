/* Which pieces of a source are finished already: part names end in "-<begin>-<end>". */
#ifndef RS_INDEX_PARTS_H
#define RS_INDEX_PARTS_H

#include "store/store.h"

typedef struct rs_index_range {
    int64_t begin, end;
    bool last; /* the source ended here (name ends in "-end") */
} rs_index_range;

typedef struct rs_index_ranges {
    rs_index_range *items; /* ascending */
    size_t n, cap;
} rs_index_ranges;

/* Lists the parts whose names start with `prefix`; parts that start with `family` but not with
 * `prefix` belong to files that have changed since: the release is staged, and they are removed
 * there. */
rsift_status rs_index_ranges_load(rs_index_ranges *ranges, rs_store *store, rs_str release_id,
                                  rs_str family, rs_str prefix, rsift_error *err);
bool rs_index_ranges_has(const rs_index_ranges *ranges, int64_t at);
/* The end of the range that holds `at`; `at` itself when none does. */
int64_t rs_index_ranges_end(const rs_index_ranges *ranges, int64_t at);
/* Where the first range behind `at` begins; INT64_MAX = none. */
int64_t rs_index_ranges_next(const rs_index_ranges *ranges, int64_t at);
/* Everything from 0 to a part that is marked last, without a gap. */
bool rs_index_ranges_complete(const rs_index_ranges *ranges);
void rs_index_ranges_fini(rs_index_ranges *ranges);

/* "s-own+0123" of "s-own+0123-0000000000-0000000004-end"; ptr NULL for another name. */
rs_str rs_index_part_prefix(rs_str name);
/* Do the parts of this prefix, among sorted names, hold the source from its beginning to its
 * end? */
bool rs_index_names_complete(const rs_str *names, size_t n, rs_str prefix);

#endif
