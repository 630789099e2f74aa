/* Questions in other words than a part's that ask for the same: by their tag, or because they are
 * answered by the same names.
 *
 *   by tag       at least half of the part's examples carry the question's tag
 *   by answers   the part's examples give at least 3 different answers, the question is asked at
 *                least 20 times, and 4 of 5 times it is answered by one of them: "what land use is
 *                this" - "highway", "river", "forest". Parts of yes and no are never found so. */
#ifndef RS_CHOOSE_AIM_KIN_H
#define RS_CHOOSE_AIM_KIN_H

#include "base/err.h"
#include "base/map.h"
#include "choose/aim_input.h"

/* Parts by a number: at[first[i]] up to at[first[i + 1]]. */
typedef struct rs_aim_kin_list {
    size_t *first;
    uint32_t *at;
} rs_aim_kin_list;

typedef struct rs_aim_kin {
    const rs_aim_input *in;
    rs_aim_kin_list of_tag, of_answer;
    uint32_t n_tags;
    uint32_t *n_answers; /* [n_parts]: different answers of its examples */
    uint32_t *n_asked;   /* [n_questions]: turns */
    rs_map64 answered;   /* question << 32 | part -> turns whose answer the part's examples give */
} rs_aim_kin;

/* `cells` are those of the input, by part, then answer. false = out of memory. */
bool rs_aim_kin_make(const rs_aim_input *in, const rs_aim_cell *cells, size_t n_cells,
                     rs_aim_kin *out);
void rs_aim_kin_fini(rs_aim_kin *kin);

/* Calls `found` once with each part that turn t is akin to. The part need not have a cell for the
 * turn's answer. */
typedef void rs_aim_kin_fn(void *ctx, uint32_t part);
void rs_aim_kin_parts(const rs_aim_kin *kin, size_t t, rs_aim_kin_fn *found, void *ctx);

#endif
