/* Taking samples by what their cells got: the last step of choose/aim. */
#ifndef RS_CHOOSE_AIM_TAKE_H
#define RS_CHOOSE_AIM_TAKE_H

#include "choose/aim_input.h"

/* What comes before what, whatever the draw: the size of a step must exceed every draw. */
enum { RS_AIM_TIER = 1000000000 /* 1e9 */ };

/* A sample with what it is ordered by. */
typedef struct rs_aim_ordered {
    uint64_t group; /* cell or source, or picture and question */
    double rank;
    uint64_t key;
    uint32_t at;
} rs_aim_ordered;
/* By group, rank, key, then place; for qsort. */
int rs_aim_in_order(const void *a, const void *b);

/* Draw of a weighted order: ascending -ln(u) / v. Close ones come first, then members, then those
 * in other words; dialogues of which little belongs last. */
double rs_aim_rank_of(const rs_aim_sample *s);

/* The source that stands for all that repeat one another. */
uint32_t rs_aim_class_of(const uint32_t *same_as, uint32_t source);

/* What a sample is taken for. */
typedef enum rs_aim_purpose {
    RS_AIM_AIMED,
    RS_AIM_GENERAL,
    RS_AIM_FILLED, /* what is left of the budget */
    RS_AIM_COPIES,
    RS_AIM_N_PURPOSES
} rs_aim_purpose;

typedef struct rs_aim_taking {
    const rs_aim_input *in;
    const rs_aim_cell *cells; /* with what they get */
    size_t n_cells;
    rs_aim_sample *samples; /* placed, with their room */
    size_t n;
    const uint32_t *same_as; /* [n_sources] */
    int64_t *of_picture;     /* [n_pictures]: 0 */
    uint32_t epochs;
    /* out, beside the samples' uses */
    int64_t n_taken[RS_AIM_N_PURPOSES]; /* repeats counted */
    int64_t n_repeats;
} rs_aim_taking;

/* `list` has room for n. false = out of memory. */
bool rs_aim_take(rs_aim_taking *taking, rs_aim_ordered *list);

#endif
