/* Inside of rs_render: one sample on its way to messages. A `drop` that is set ends the rendering;
 * it is no error, so functions return RSIFT_OK with it. One job per call, one thread. */
#ifndef RS_RENDER_MESSAGE_H
#define RS_RENDER_MESSAGE_H

#include "render/render.h"
#include "lang/template.h"

typedef struct rs_render_job {
    const rs_render_options *options;
    const rs_sample *sample;
    const double *widths, *heights;
    uint32_t n_images, repeat;
    rs_arena *arena;
    rs_buf text; /* the message being written */
    rs_message *messages;
    size_t n_messages, cap_messages;
    rs_written_box *boxes;
    size_t n_boxes, cap_boxes;
    const char *drop; /* static reason code */
    rs_str template_id, truth;
    rsift_error *err;
} rs_render_job;

/* How a run of boxes stands in its message. */
typedef enum rs_box_place {
    RS_BOX_ALONE,    /* the whole answer: the model's list form, labels where the model has them */
    RS_BOX_LABELLED, /* the same, and labels also where the model's list has no room for them */
    RS_BOX_INLINE,   /* in a sentence, behind its words */
    RS_BOX_ASKED,    /* in a question: no label is given away */
} rs_box_place;

/* A region measured for the model: what stands in pixels and what is written. */
typedef struct rs_measured {
    rs_written_box box;
    double numbers[8];
    size_t n_numbers;
} rs_measured;

/* models.c */
bool rs_render_canvas(const rs_render_options *options, double width, double height,
                      rs_canvas *out);
rs_convention rs_render_convention(const rs_render_options *options, size_t n_numbers, bool *known);
/* Region -> pixels and numbers. Returns NULL, or the reason why it cannot be written. */
const char *rs_render_measure(const rs_render_job *job, const rs_region *region, rs_measured *out);
/* Appends boxes to job->text and notes where each stands. `phrase` are words that the text itself
 * puts before the boxes (ptr NULL = none); labels are the measured boxes' own. */
rsift_status rs_render_boxes(rs_render_job *job, const rs_measured *items, size_t n,
                             rs_box_place place, rs_str phrase);
/* Words of a referring expression without boxes behind it. */
void rs_render_phrase(rs_render_job *job, rs_str phrase);

/* render.c */
rsift_status rs_render_end_message(rs_render_job *job, rs_message_role role);
void rs_render_images(rs_render_job *job); /* one "<image>" each, to the front */
rsift_status rs_render_no_images(rs_render_job *job,
                                 rs_str text);        /* drops what holds reserved words */
bool rs_render_reserved(rs_str text, bool image_too); /* a trainer's or model's own token in it */
/* Prompt of prompts/<set>.txt, or of <set>-open.txt when it needs a class list and there is none.
 */
rsift_status rs_render_prompt(rs_render_job *job, const char *set, const rs_template_values *values,
                              rs_str *out);
rs_str rs_render_class_words(rs_arena *arena,
                             rs_str label); /* "BaseballField" -> "baseball field" */

/* render_text.c: samples with the release's own questions. */
rsift_status rs_render_dialogue(rs_render_job *job);
/* A turn as the model wants it, appended to job->text; strips the release's task tag. *alone tells
 * that nothing but boxes was there. */
rsift_status rs_render_turn(rs_render_job *job, uint32_t turn, bool *alone);
bool rs_render_turn_is_bare(const rs_render_job *job,
                            uint32_t turn); /* only tags, phrase and boxes */
rs_str rs_render_asked(const rs_render_job *job,
                       uint32_t turn); /* words of its first phrase, or empty */

/* render_task.c: samples whose question is missing. */
rsift_status rs_render_task(rs_render_job *job);
/* The question for a task whose subject is `phrase` (box text or words) in place of the release's.
 */
rsift_status rs_render_question(rs_render_job *job, const char *set, const rs_measured *marks,
                                size_t n_marks, const rs_template_values *values);

#endif
