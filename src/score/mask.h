/* Masks of records: one an answer (referring segmentation), or changed pixels summed over all; and
 * how a record spells a mask. */
#ifndef RS_SCORE_MASK_H
#define RS_SCORE_MASK_H

#include "geom/rle.h"
#include "score/run.h"

/* Measures of one mask an answer: mIoU, oIoU, Pr@0.5..0.9. */
rsift_status rs_score_masks(rs_score_job *job, rs_score_run *run, const unsigned char *only,
                            rsift_error *err);
/* Measures of the changed class over all masks: F1, IoU, precision, recall, mIoU, OA, ... */
rsift_status rs_score_change_masks(rs_score_job *job, rs_score_run *run, const unsigned char *only,
                                   rsift_error *err);
/* RSIFT_E_UNSUPPORTED for options that only pictures have a use for. */
rsift_status rs_score_change_check(const rs_score_options *options, const rs_profile *profile,
                                   rsift_error *err);

/* The mask or map of a record; NULL = none. */
const rs_json *rs_score_mask_field(const rs_json *record, bool truth);
/* COCO's {"size": [height, width], "counts"} to a mask. */
rsift_status rs_score_mask_of_rle(rs_arena *arena, const rs_json *v, rs_rle *out, rsift_error *err);
/* COCO's counts, a text or a list of lengths, to a mask. Errors: RSIFT_E_FORMAT, RSIFT_E_NOMEM. */
rsift_status rs_score_rle(rs_arena *arena, const rs_json *counts, uint32_t height, uint32_t width,
                          rs_rle *out, rsift_error *err);
/* RSIFT_E_ARG when one record's one mask would be both truth and prediction. */
rsift_status rs_score_check_two_masks(const rs_score_record *truth,
                                      const rs_score_record *prediction, rsift_error *err);
/* Whether a failure lies in what was read: a bad prediction is counted, a bad truth is named. Else
 * (no memory, cancelled) it lies in no file and ends the call. */
bool rs_score_is_bad_input(rsift_status status);

#endif
