/* Where a release lies below a scanned path: the folder that index is given, what of it is absent,
 * what lies there twice. Decided from the names that its record's patterns match. */
#ifndef RS_RELEASE_LIE_H
#define RS_RELEASE_LIE_H

#include "release/paths.h"

typedef struct rs_release_absence {
    rs_str what;      /* "JPEGImages-test" */
    int64_t expected; /* pictures by the record; -1 = it does not say */
} rs_release_absence;

typedef struct rs_release_lie {
    rs_str folder; /* below the scanned path; empty = it is that path */
    rs_str images; /* its pictures lie there, outside of the folder; ptr NULL = inside, or absent */
    rs_texts copies; /* folders and archives that hold some of its files once more */
    size_t n_images;
    rs_release_absence *absent;
    size_t n_absent;
    rs_str command; /* the line that indexes it */
} rs_release_lie;

/* The scanned path: as it was typed, and the paths of the members in it. */
typedef struct rs_release_typed {
    rs_str path;
    rs_texts paths;
} rs_release_typed;

/* Fills *out, in the arena. */
rsift_status rs_release_lie_of(const rs_release_scan *scan, const rs_catalog_candidate *candidate,
                               const rs_release_typed *typed, rs_arena *arena, rs_release_lie *out,
                               rsift_error *err);

#endif
