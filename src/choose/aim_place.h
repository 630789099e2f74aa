/* Where turns and samples belong: the cell of a part and an answer, by words, by tags, or because
 * they were given to it (aim.h). */
#ifndef RS_CHOOSE_AIM_PLACE_H
#define RS_CHOOSE_AIM_PLACE_H

#include "choose/aim_input.h"
#include "choose/aim_kin.h"
#include "choose/aim_similar.h"

typedef struct rs_aim_placing {
    const rs_aim_input *in;
    rs_aim_result *out; /* its cells are made, its parts hashed; n_several and n_also are counted */
    rs_aim_matches matches;
    rs_aim_kin kin;
    int64_t *n_members; /* [n_parts]: turns that may be placed in it, filled by rs_aim_count_turn */
} rs_aim_placing;

/* By part, then answer: the order of cells, for qsort and bsearch. */
int rs_aim_by_part_and_answer(const void *a, const void *b);

/* Counts a turn for each part that it may be placed in, so that the count does not depend on the
 * order of samples. Before any sample is placed. */
void rs_aim_count_turn(rs_aim_placing *placing, size_t turn);

/* Sets cell, sim and partial: the cell that most turns of a sample belong to (of its first 64) when
 * at least half of its turns belong to any, or some were given to a part: tags tell turns of a long
 * dialogue one by one. Its similarity is the mean over all turns. */
void rs_aim_place_sample(const rs_aim_placing *placing, rs_aim_sample *sample);

#endif
