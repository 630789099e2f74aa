/* What a recommendation chooses from: candidates (datasets), and what each of them offers per cell
 * (task x skill x ground sample distance). Which cells count is goals.h; how much is allocated of
 * each is choose/allocate.h. */
#ifndef RS_DECIDE_CANDIDATES_H
#define RS_DECIDE_CANDIDATES_H

#include "base/map.h"
#include "choose/allocate.h"
#include "decide/decide.h"

typedef enum rs_basis { RS_MEASURED, RS_FROM_CATALOGUE, RS_ASSUMED } rs_basis;
const char *rs_basis_name(rs_basis basis);

typedef struct rs_candidate {
    rs_str id;
    const rs_catalog_dataset *record; /* NULL: own data */
    bool indexed;
    const char *left_out; /* why it cannot be chosen, NULL = it can */
    rs_licence_class licence;
    rs_origin origin;
    rs_str origin_word;
    int band;
    rs_basis size_basis;
    int64_t total, eval, leaks, faulty, unresolved, usable, warnings;
    rs_str may_leak; /* protected dataset that may share pictures, by the catalogue */
    double quality;
} rs_candidate;

typedef struct rs_cell {
    rs_task task;
    rs_str skill;
    int band;
    double weight;
} rs_cell;

typedef struct rs_pool {
    int repeats; /* how often a sample may be used; a picture counts once */
    rs_arena *arena;
    rs_candidate *candidates;
    size_t n_candidates, cap_candidates;
    rs_cell *cells;
    size_t n_cells, cap_cells;
    rs_offer *offers;
    size_t n_offers, cap_offers;
    uint8_t *related; /* [n_candidates^2] */
} rs_pool;

/* Everything that could be chosen: indexed datasets as measured, the others from the catalogue. */
rsift_status rs_pool_make(const rs_recommend_job *job, rs_arena *arena, rs_pool *out,
                          rsift_error *err);

/* Metres per pixel -> band 0..5: unknown, below 0.3, 1, 4, 15, above. */
int rs_recommend_band(const double gsd_m[2]);
const char *rs_recommend_band_name(int band);

#endif
