/* Which pieces of a source are finished already: part names end in "-<begin>-<end>". */
#ifndef RS_INDEX_PARTS_H
#define RS_INDEX_PARTS_H

#include "store/store.h"

typedef struct rs_part_range {
    int64_t begin, end;
    bool last; /* the source ended here (name ends in "-end") */
} rs_part_range;

typedef struct rs_part_ranges {
    rs_part_range *items; /* ascending */
    size_t n, cap;
} rs_part_ranges;

/* Lists the parts whose names start with `prefix`; parts that start with `family` but not with
 * `prefix` belong to files that have changed since and are removed. */
rsift_status rs_part_ranges_load(rs_part_ranges *ranges, rs_store *store, rs_str release_id,
                                 rs_str family, rs_str prefix, rsift_error *err);
bool rs_part_ranges_has(const rs_part_ranges *ranges, int64_t at);
/* The end of the range that holds `at`; `at` itself when none does. */
int64_t rs_part_ranges_end(const rs_part_ranges *ranges, int64_t at);
/* Where the first range behind `at` begins; INT64_MAX = none. */
int64_t rs_part_ranges_next(const rs_part_ranges *ranges, int64_t at);
/* Everything from 0 to a part that is marked last, without a gap. */
bool rs_part_ranges_complete(const rs_part_ranges *ranges);
void rs_part_ranges_fini(rs_part_ranges *ranges);

#endif
