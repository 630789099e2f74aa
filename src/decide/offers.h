/* What a recommendation chooses from: candidates (datasets), and what each of them offers per cell
 * (task x skill). Which cells count is goals.h; how much is allocated of
 * each is choose/allocate.h. */
#ifndef RS_DECIDE_OFFERS_H
#define RS_DECIDE_OFFERS_H

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
    int band;
    rs_basis size_basis;
    int64_t total, eval, leaks, faulty, unresolved, usable, warnings;
    int64_t pictures;  /* different ones that its training samples show; -1 = nobody says */
    int64_t bytes;     /* of the download; -1 = nobody says */
    rs_texts may_leak; /* protected datasets that may share pictures, by the catalogue */
    bool first;        /* a goal is its own benchmark */
    double quality;
} rs_candidate;

typedef struct rs_cell {
    rs_task task;
    rs_str skill; /* of questions alone; empty: any */
    double weight;
} rs_cell;

/* A goal, and which cells serve it. */
typedef struct rs_part {
    rs_str goal; /* its word, or the task where no goal was given */
    double share;
    double *weights;               /* [n_cells], relative to each other */
    const rs_catalog_dataset *own; /* the dataset whose benchmark it is, NULL = none */
} rs_part;

typedef struct rs_pool {
    int repeats; /* how often a sample may be used; a picture counts once */
    rs_arena *arena;
    rs_candidate *candidates;
    size_t n_candidates, cap_candidates;
    rs_cell *cells;
    size_t n_cells, cap_cells;
    rs_offer *offers;
    size_t n_offers, cap_offers;
    rs_part *parts; /* of goals.h */
    size_t n_parts;
    uint8_t *related; /* [n_candidates^2] */
} rs_pool;

/* Adds a candidate without anything known of it. */
rsift_status rs_pool_add_candidate(rs_pool *pool, rs_str id, rs_candidate **out, rsift_error *err);
rs_candidate *rs_pool_find(const rs_pool *pool, rs_str id); /* NULL = none */
/* n samples of the cell; n 0 adds nothing. */
rsift_status rs_pool_add_offer(rs_pool *pool, size_t candidate, const rs_cell *cell, int64_t n,
                               rsift_error *err);

/* Whether emit writes answers of the task: of some the answers are pixels, pictures or ranks, and
 * nothing is asked and answered in text. */
bool rs_recommend_is_text(rs_task task);
/* The band of a range of metres per pixel (model/gsd_band.h): that of its geometric middle. */
int rs_recommend_band(const double gsd_m[2]);
const char *rs_recommend_band_name(int band);

#endif
