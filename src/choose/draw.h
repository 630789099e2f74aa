/* What simple rules would draw from a pool, sample by sample: the baselines beside which a choice
 * is shown. Arrays in, uses out; the draw goes by the samples' keys, so that it does not depend on
 * their order nor on names. */
#ifndef RS_CHOOSE_DRAW_H
#define RS_CHOOSE_DRAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RS_DRAW_EPOCHS = 4 /* how often UniMax may use a sample; the paper's N */ };

typedef enum rs_draw_rule {
    RS_DRAW_PROPORTIONAL, /* every source by its size */
    RS_DRAW_UNIFORM,      /* every source alike, as far as it goes */
    RS_DRAW_SQRT,         /* every source by the root of its size */
    RS_DRAW_UNIMAX,       /* every source alike, none used more than 4 times: Chung et al. 2023 */
    RS_DRAW_STRATIFIED,   /* every stratum alike, at random within */
    RS_DRAW_RANDOM,       /* every sample alike */
    RS_N_DRAW_RULES
} rs_draw_rule;
const char *rs_draw_rule_name(rs_draw_rule rule);

typedef struct rs_draw_pool {
    const uint64_t *keys;             /* [n]: the order of the draw */
    const uint32_t *sources, *strata; /* [n] */
    size_t n;                         /* below 2^32 */
    uint32_t n_sources, n_strata;
    int64_t budget;
} rs_draw_pool;

/* Fills uses[i] with how often sample i is used: 0 or 1, by UniMax up to 4. They add up to the
 * budget where the pool has as much. O(n log n). false = out of memory. */
bool rs_choose_draw(const rs_draw_pool *pool, rs_draw_rule rule, uint8_t *uses);

#endif
