/* The selection of a mixture, over flat arrays: caps, shares, budget, repeats. Pure; the outcome
 * depends on the items' keys and numbers only, never on their order in memory. */
#ifndef RS_CHOOSE_SELECT_H
#define RS_CHOOSE_SELECT_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct rs_choose_item {
    uint64_t key;      /* rs_rng_key(seed, sample id): the order in which samples are kept */
    uint64_t picture;  /* identity of its pictures */
    uint32_t question; /* identity of its question */
    uint32_t row;      /* the caller's number; breaks ties of the rest */
    uint16_t entry;    /* entry of the recipe */
    uint8_t uses;      /* for which it counts, 1..4: named so often; 0 = 1 */
    uint8_t outcome;   /* out: rs_choose_outcome */
    uint8_t repeats;   /* out: how often it is used, 0 unless kept */
} rs_choose_item;

typedef enum rs_choose_outcome {
    RS_CHOOSE_KEPT,
    RS_CHOOSE_CAP_IMAGE,
    RS_CHOOSE_CAP_QUESTION,
    RS_CHOOSE_OVER_BUDGET,
    RS_CHOOSE_OVER_SHARE
} rs_choose_outcome;

/* What an entry wants, in samples with repeats (or pictures, when the budget counts pictures). */
typedef struct rs_choose_entry {
    int64_t most;    /* bound of its own, -1 = none */
    double fraction; /* share of the usable samples, 0 = all */
    double weight;   /* 0 = by what is there */
    int64_t repeats; /* 1..4 */
    /* out */
    int64_t n_usable; /* after the caps, by their uses */
    int64_t target;
    int64_t n_kept; /* samples, without repeats */
} rs_choose_entry;

typedef struct rs_choose_rules {
    int64_t per_image, per_question; /* 0 = no cap */
    int64_t budget;                  /* -1 = none */
    bool budget_in_images;
    uint64_t seed; /* pictures are kept in the order of a hash of it and them */
} rs_choose_rules;

/* Decides every item: reorders `items` and fills outcome and repeats, and the entries' figures.
 * The repeats kept never exceed the budget, an entry's bound or its supply times its repeats; a
 * budget is met exactly when there is enough. Allocates n_entries * 64 bytes at most. */
rsift_status rs_choose_select(rs_choose_item *items, size_t n, rs_choose_entry *entries,
                              size_t n_entries, const rs_choose_rules *rules, rsift_error *err);

/* Does nothing limit the choice: no cap, budget, bound or share of an entry? Then rs_choose_keep
 * for each item, in any order, gives the figures that rs_choose_select does, and needs no array of
 * them. */
bool rs_choose_keeps_all(const rs_choose_entry *entries, size_t n_entries,
                         const rs_choose_rules *rules);
void rs_choose_keep(rs_choose_item *item, rs_choose_entry *entries);

/* Shares of `budget` by weight, each at most limits[i]; integers that add up to
 * min(budget, sum of limits). Weights 0 share like their limits. */
rsift_status rs_choose_shares(const double *weights, const int64_t *limits, size_t n,
                              int64_t budget, int64_t *out, rsift_error *err);

/* In-place sort by a total order; no memory, n log n in the worst case. */
typedef enum rs_choose_order {
    RS_BY_QUESTION,
    RS_BY_IMAGE,
    RS_BY_ENTRY,
    RS_BY_ENTRY_IMAGE
} rs_choose_order;
void rs_choose_sort(rs_choose_item *items, size_t n, rs_choose_order order, uint64_t seed);

#endif
