/* One turn of a release's own dialogue, rewritten for the model. Every group of boxes is spelled
 * anew and the rest stays as it is, byte for byte, but for two things: task words of the release's
 * own model ("[refer]", "[identify]") are removed from the front, since no other model was taught
 * them, and phrase tags (<p>, <ref>) become the model's or go. */
#ifndef RS_RENDER_TURN_H
#define RS_RENDER_TURN_H

#include "lang/boxtext.h"
#include "render/measure.h"

/* Box text of the turn, as the readers find it; most of them have found it. Without an opener, of
 * which a picture's tag is one, numbers are left alone. */
rsift_status rs_render_turn_spans(const rs_render_job *job, const rs_turn *turn, rs_boxtext *found);

/* Appends the turn to job->text. */
rsift_status rs_render_put_turn(rs_render_job *job, uint32_t turn);
/* Appends the last answer and ends its message. One that cannot be written drops the sample, but
 * for evaluation: the question is asked all the same, and the truth is the release's own text. */
rsift_status rs_render_put_last_answer(rs_render_job *job, uint32_t turn);

/* Where the turn's text begins behind picture tags and blanks, which end at *tags_end, and a task
 * word of the release. */
size_t rs_render_turn_begin(const rs_render_job *job, uint32_t turn, size_t *tags_end);

/* Is there nothing behind a task word but one phrase or boxes ("[identify] {<1><2><3><4>}"), or
 * nothing but boxes where the sample's task is about regions? */
bool rs_render_turn_is_bare(const rs_render_job *job, uint32_t turn);

/* A phrase in tags at the front of `text`: its words, and its length with both tags; 0 = none. */
size_t rs_render_phrase_at(rs_str text, rs_str *words);

/* The words of the turn's first tagged phrase; empty = none. */
rs_str rs_render_turn_phrase(const rs_render_job *job, uint32_t turn);

/* The boxes that stand in the turn's text, measured, in the arena. */
rsift_status rs_render_turn_boxes(rs_render_job *job, uint32_t turn, rs_measured **items,
                                  size_t *n);

/* Appends text of the release: phrases in tags become the model's, reserved words drop the sample.
 * Picture tags are allowed where `user` is set. */
void rs_render_put_plain(rs_render_job *job, rs_str text, bool user);

#endif
