/* Which release of the catalogue lies under a path, when the command line does not say it. */
#ifndef RS_RELEASE_RECOGNISE_H
#define RS_RELEASE_RECOGNISE_H

#include "release/paths.h"
#include "release/release.h"

/* Sets plan->dataset and plan->release: what the choice names, else what the files fit best; both
 * stay NULL when no record's annotation lies here and none was named.
 * Several releases, several datasets that fit equally, and file names alone that would make one's
 * own data a benchmark are questions: RSIFT_E_ARG with what to type, never a guess. *paths: made
 * here, the caller's in any case. */
rsift_status rs_plan_recognise(rs_plan *plan, const rs_catalog *catalog, rs_release_paths *paths,
                               rsift_error *err);

/* The error of a plan for which no reader and no record was found. */
rsift_status rs_plan_refuse_absent(rs_plan *plan, rsift_error *err);

/* The candidates that lie in the tree beside each other, best first; in the arena. Two candidates
 * for the same files are two readings of one release, of which the better is listed; pictures
 * alone, or loose names, are no release. */
typedef struct rs_release_several {
    const rs_catalog_candidate **items;
    size_t n;
    bool of_one_dataset;
} rs_release_several;
rsift_status rs_release_find_several(const rs_release_scan *scan, rs_texts paths, rs_arena *arena,
                                     rs_release_several *out, rsift_error *err);

/* Marks the members that a candidate's complete sources name as annotation. *shares: one of them
 * was marked already. */
rsift_status rs_release_claim_files(const rs_catalog_candidate *candidate, rs_texts paths,
                                    bool *claimed, bool *shares, rsift_error *err);
/* Marks all that lies in the top folders of what is marked: what a release brings along is no data
 * of one's own. */
rsift_status rs_release_claim_folders(const rs_io_tree *tree, bool *claimed, rsift_error *err);

#endif
