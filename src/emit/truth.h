/* truth.jsonl: what `rsift score` compares a model's answers with, a line for each question. */
#ifndef RS_EMIT_TRUTH_H
#define RS_EMIT_TRUTH_H

#include "render/render.h"

/* Appends one line, without its end: ids, task, type, pictures and their size, question, its
 * choices ("options"), answer or references; boxes as released with their convention's name
 * ("boxes", "labels", "convention"), and what the model was asked for ("prediction_boxes",
 * "resized"). A sample without an answer has "withheld" (by the release) or "incomplete" (its
 * objects were not all read, or with a "reason": the answer cannot be written for this model) in
 * its place. */
rsift_status rs_emit_put_truth(const rs_render_options *render, const rs_sample *sample,
                               const rs_rendered *r, rs_buf *b, rsift_error *err);
/* Appends the line of a question that could not be written: id, task, and `reason` under
 * "not_written". It keeps the split's size in the truth: score tells that the run is incomplete. */
rsift_status rs_emit_put_unasked(rs_id id, rs_str task, const char *reason, rs_buf *b,
                                 rsift_error *err);
/* Has the line no answer, so that score leaves its question out? */
bool rs_emit_is_unanswered(rs_str line);

#endif
