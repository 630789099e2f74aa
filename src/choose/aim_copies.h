/* Samples that ask the same of the same picture, and sources that repeat one another (aim.h). */
#ifndef RS_CHOOSE_AIM_COPIES_H
#define RS_CHOOSE_AIM_COPIES_H

#include "choose/aim_take.h"

/* Sorts samples by picture and first question: those of one group ask the same of one picture.
 * `list` has room for n. */
void rs_aim_group_copies(const rs_aim_input *in, const rs_aim_sample *samples, size_t n,
                         rs_aim_ordered *list);

/* Sources that are the same, from the grouped list: those that the caller knows, and those that
 * share half of the smaller one. same_as[n_sources]. false = out of memory. */
bool rs_aim_find_repeated(const rs_aim_input *in, const rs_aim_sample *samples, size_t n,
                          const rs_aim_ordered *list, uint32_t *same_as);

/* Of samples that ask the same of one picture all but one are copies: one of the best tier stays,
 * drawn by value. The samples are placed; `list` has room for n. */
void rs_aim_mark_copies(const rs_aim_input *in, rs_aim_sample *samples, size_t n,
                        rs_aim_ordered *list);

#endif
