/* Which evaluation data is protected, and which pictures are its. Shared by leaks, mix, duplicates
 * and the clean lists. */
#ifndef RS_DECIDE_PROTECT_H
#define RS_DECIDE_PROTECT_H

#include "base/map.h"
#include "decide/decide.h"

/* Like rs_protect_make, for either question.
 * Errors: RSIFT_E_ARG for a name that is not indexed, with a suggestion. */
rsift_status rs_protect_ask(rs_store *store, const rs_catalog *catalog,
                            const rs_leak_question *question, rsift_error *err);
/* The kind of its rows in picture_look and overlap: "leak" or "between". */
const char *rs_protect_kind(const rs_leak_question *question);

/* Fills the temporary tables want_protect and want_rest from the catalogue and the indexed
 * releases, then protected_sample(benchmark, dataset, sample_id, official), protected_key,
 * protected_picture, and the view pool_sample, the rows of sample that are compared with it.
 * A dataset's eval-role data that no named benchmark covers is a benchmark of its own: "ID", or
 * "ID (rest)" where there are named ones too. */
rsift_status rs_protect_make(rs_store *store, const rs_catalog *catalog, rs_texts protect,
                             rsift_error *err);
/* Its two halves: the tables of samples, and those of their pictures. */
rsift_status rs_protect_make_samples(rs_store *store, const rs_catalog *catalog, rs_texts protect,
                                     rsift_error *err);
rsift_status rs_protect_make_pictures(rs_store *store, rsift_error *err);
/* Makes near_side and near_suspect: which pictures are compared with which.
 *   kind   of rs_protect_kind
 * In: rs_protect_ask. */
rsift_status rs_protect_make_sides(rs_store *store, const char *kind, rsift_error *err);
/* Makes picture_leak and sample_leak: what shows a picture of the protected data, by bytes, by
 * lineage and by the pairs of pictures that were found (picture_pair). In: rs_protect_make. */
rsift_status rs_protect_find_leaks(rs_store *store, rsift_error *err);
/* For who asks for samples alone: only sample_leak, empty, where nothing protected is indexed. */
rsift_status rs_protect_find_sample_leaks(rs_store *store, rsift_error *err);
/* The ids of the indexed datasets, as keys in alphabetical order. */
rsift_status rs_protect_list_indexed(rs_store *store, rs_strmap *indexed, rsift_error *err);
/* Whether `protect` (dataset ids or benchmark names) is every known benchmark: n 0 or "all". */
bool rs_protect_all(rs_texts protect);
/* Is nothing protected indexed here? Then nothing has to be compared, and the pool need not be
 * read. In: protect.sql's tables. */
rsift_status rs_protect_is_empty(rs_store *store, bool *empty, rsift_error *err);
/* Whether it names this benchmark of the dataset; any benchmark of the dataset. */
bool rs_protect_names(rs_texts protect, const rs_catalog_dataset *d, const rs_catalog_benchmark *b);
bool rs_protect_names_any(rs_texts protect, const rs_catalog_dataset *d);
/* "EuroSAT (CoOp split)" -> "eurosat-coop-split"; in the arena. */
rs_str rs_protect_slug(rs_arena *arena, rs_str benchmark);
/* By the catalogue alone: the source through which two datasets may show the same pictures (one is
 * made from the other, or both from a third of the catalogue), else ptr NULL. */
rs_str rs_protect_shared_source(const rs_catalog *catalog, const rs_catalog_dataset *a,
                                const rs_catalog_dataset *b);

#endif
