/* Pairs of pictures to be looked at: a choice from all that was found, evenly over benchmarks,
 * datasets and methods, with what a person needs to judge them. */
#ifndef RS_DECIDE_WALLS_H
#define RS_DECIDE_WALLS_H

#include "base/hash.h"
#include "store/store.h"

/* What a wall shows: what rs_decide_leaks found, or the near duplicates that rs_decide_duplicates
 * found, in the connection in which they ran. */
typedef enum rs_wall_kind { RS_WALL_LEAKS, RS_WALL_DUPLICATES } rs_wall_kind;

enum { RS_WALL_MOST_IDS = 100 }; /* sample ids that are listed of a picture */

/* A picture of a pair. */
typedef struct rs_wall_side {
    rs_id picture;          /* content hash */
    rs_str dataset;         /* whose samples show it */
    rs_str name;            /* where one of its files lies: "train.zip > a.png" */
    uint32_t width, height; /* as stored; 0 = not known */
    rs_str samples;         /* ids, comma between them, the smallest RS_WALL_MOST_IDS */
    int64_t n_samples;
} rs_wall_side;

/* b laid in `orientation` (image/hash.h) lies on a: over all of it, or where `place` says. */
typedef struct rs_wall_pair {
    rs_str benchmark; /* that protects a; empty in a wall of duplicates, where a stays */
    rs_str method, level, evidence; /* of the method that proves most */
    rs_str methods;                 /* all that found it, comma between them */
    rs_wall_side a, b;
    unsigned orientation;
    bool has_score, has_place, is_laid; /* is_laid: how b lies on a is known */
    double score;
    int64_t distance; /* bits; -1 = none */
    double place[4];  /* x, y, width, height in pixels of a */
} rs_wall_pair;

/* What a method says about two sets of pictures. */
typedef struct rs_wall_cell {
    rs_str row, column, method, verdict; /* "clean (120)", "leaks 3", "NOT CHECKED (why)" */
} rs_wall_cell;

typedef struct rs_wall_visitor {
    rsift_status (*pair)(void *ctx, const rs_wall_pair *pair, rsift_error *err);
    rsift_status (*cell)(void *ctx, const rs_wall_cell *cell, rsift_error *err);
    void *ctx;
} rs_wall_visitor;

/* First the cells, then at most `most` pairs, by benchmark, datasets, method, the least score
 * first. *n_all: how many there are. Texts live as long as the call on them. */
rsift_status rs_decide_wall(rs_store *store, rs_wall_kind kind, int64_t most,
                            const rs_wall_visitor *visitor, int64_t *n_all, rsift_error *err);

#endif
