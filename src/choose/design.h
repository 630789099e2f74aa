/* Mixtures that are worth running: designed shares over sources, so that few runs tell what each
 * source brings. Numbers in, counts out.
 *
 * The first is uniform (every source alike), the second proportional (every sample alike), up to a
 * quarter of them give three quarters of the budget to one source. The rest are drawn: a Latin
 * hypercube over the sources (in every source each of n strata is used once), made shares by
 *
 *     share ~ (-ln(1 - u))^p,  p = 1 and 2 by turns:
 *
 * p = 1 is uniform on the simplex (Dirichlet 1), p = 2 leaves more sources nearly out. Of several
 * such draws that one stays whose closest two mixtures, fixed ones included, are farthest apart:
 * distance^2 = sum of (sqrt(share) - sqrt(share'))^2 of the counts that the supply allows. */
#ifndef RS_CHOOSE_DESIGN_H
#define RS_CHOOSE_DESIGN_H

#include "base/err.h"

#include <stdint.h>

enum {
    RS_DESIGN_MOST_MIXTURES = 512,
    RS_DESIGN_MOST_SOURCES = 256,
};

typedef enum rs_design_kind {
    RS_DESIGN_UNIFORM,
    RS_DESIGN_PROPORTIONAL,
    RS_DESIGN_HEAVY, /* one source has three quarters, as far as it goes */
    RS_DESIGN_DRAWN
} rs_design_kind;
const char *rs_choose_design_name(rs_design_kind kind); /* "uniform", ...; static */

typedef struct rs_design {
    const int64_t *supply;       /* [n_sources], above 0: no sample is used twice */
    const uint64_t *source_hash; /* [n_sources], of its name: draws do not go by position */
    size_t n_sources;            /* 2..RS_DESIGN_MOST_SOURCES */
    size_t n_mixtures;           /* 2..RS_DESIGN_MOST_MIXTURES */
    int64_t budget;              /* samples of each mixture, at most what all sources have */
    uint64_t seed;
} rs_design;

/* counts: [n_mixtures * n_sources]; kinds: [n_mixtures]. Every mixture adds up to the budget.
 * Errors: RSIFT_E_NOMEM. */
rsift_status rs_choose_design(const rs_design *design, int64_t *counts, rs_design_kind *kinds,
                              rsift_error *err);

#endif
