/* Runs of measured boxes in a message: the words that name them, lists and tags, and where each
 * one's numbers stand. */
#ifndef RS_RENDER_BOXES_H
#define RS_RENDER_BOXES_H

#include "render/measure.h"

/* The answer in boxes of a picture that is known to have no such object. */
#define RS_RENDER_NO_BOXES "There are none."

/* The role of a run of boxes in its message. */
typedef enum rs_box_role {
    RS_BOX_ANSWER,   /* the message is nothing but boxes; labels where the model has them */
    RS_BOX_LABELLED, /* the same, and labels also for models whose boxes have none */
    RS_BOX_SENTENCE, /* in a sentence, behind its words */
    RS_BOX_QUESTION, /* in a question: no label is given away */
} rs_box_role;

/* Appends boxes to job->text and to job->boxes. `phrase` are the words that stand before them in a
 * sentence or question (empty = none); labels are the measured boxes' own. */
rsift_status rs_render_put_boxes(rs_render_job *job, const rs_measured *items, size_t n,
                                 rs_box_role role, rs_str phrase);

/* Appends words of a referring expression without boxes. */
void rs_render_put_phrase(rs_render_job *job, rs_str phrase);

#endif
