/* Logical paths of a release's members as catalogue patterns meet them: below the folders that lie
 * above the opened path, so that a release is the same whichever of its folders was named. */
#ifndef RS_RELEASE_PATHS_H
#define RS_RELEASE_PATHS_H

#include "catalog/catalog.h"
#include "io/io.h"

typedef struct rs_release_paths {
    rs_texts texts; /* by member */
    rs_str above;   /* stands with a '/' before each path of the tree; empty = none */
    bool archives;  /* names of archives count as folders */
    rs_arena arena;
} rs_release_paths;

/* The path of a folder or file without links; in the arena. RSIFT_E_IO when there is none. */
rsift_status rs_release_absolute(rs_arena *arena, rs_str path, rs_str *out, rsift_error *err);

/* The newest names of the path's folders, "data/RSICap"; of a file also its own without extension
 * when `stem` is set: archives are made inside a folder as well as around it. Borrowed or in the
 * arena; ptr NULL = out of memory. */
rs_str rs_release_above(rs_arena *arena, rs_str root, bool stem);

/* A member's path below `above`. `archives`: "RSICap.zip > a.json" is "RSICap/a.json", as for an
 * archive that was made inside the folder of its name. ptr NULL = out of memory. */
rs_str rs_release_path(rs_arena *arena, rs_str above, const rs_io_member *member, bool archives);

/* The paths of all members, below paths->above and with paths->archives as they are set. */
rsift_status rs_release_paths_make(rs_release_paths *paths, const rs_io_tree *tree,
                                   rsift_error *err);
void rs_release_paths_fini(rs_release_paths *paths);

/* Candidates of the catalogue for what lies in the tree, and the paths that they fit, which are
 * made anew. `dataset`, `release`: the only ones that count, NULL and empty = all; where both are
 * given, candidates may be left out. */
typedef struct rs_release_scan {
    const rs_io_tree *tree;
    rs_str root; /* absolute */
    const rs_catalog_dataset *dataset;
    rs_str release;
    const rs_catalog_candidate *found; /* best first, in the arena of the call */
    size_t n;
} rs_release_scan;
rsift_status rs_release_scan_tree(rs_arena *arena, const rs_catalog *catalog, rs_release_scan *scan,
                                  rs_release_paths *paths, rsift_error *err);

#endif
