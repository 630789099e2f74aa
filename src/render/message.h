/* One sample on its way to messages: the job that the files of this room pass along, the messages
 * it has finished and the rules every text obeys. A `drop` that is set ends the rendering; it is no
 * error, so functions return RSIFT_OK with it. One job per call, one thread. */
#ifndef RS_RENDER_MESSAGE_H
#define RS_RENDER_MESSAGE_H

#include "model/batch.h"
#include "render/rendered.h"

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
    const char *drop;       /* static reason code */
    const char *truth_lost; /* see rs_rendered */
    rs_str template_id, truth;
    rsift_error *err;
} rs_render_job;

/* What parts a message's text from what stands around it. */
static inline bool rs_render_is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* The tag that stands for one picture in a message. */
#define RS_IMAGE_TAG RS_STR("<image>")

/* Pictures of the sample's record: masks are none. */
uint32_t rs_render_n_images(const rs_sample *sample);
/* Number of picture tags in a text. */
size_t rs_render_count_tags(rs_str text);
/* Where the text behind leading picture tags and blanks begins. */
size_t rs_render_skip_tags(rs_str text);

/* Closes the message in job->text, without the blanks at its end. */
rsift_status rs_render_end_message(rs_render_job *job, rs_message_role role);
/* Appends one picture tag per picture, each on a line; before and after pictures are named. */
void rs_render_put_images(rs_render_job *job);
/* Appends text in which no picture tag and no reserved word may stand; else drops the sample. */
void rs_render_put_checked(rs_render_job *job, rs_str text);
/* Whether text holds a token that a trainer or a model would not read as text. `image_too` counts
 * the picture tag among them; model NULL: what any model keeps for itself, as for every other. */
bool rs_render_reserved(const rs_render_model *model, rs_str text, bool image_too);
/* The same of a text without '<', where all but a few words begin. */
bool rs_render_holds_word(const rs_render_model *model, rs_str text);
/* U+FFFD stands for bytes that nobody could decode. */
bool rs_render_has_lost_text(rs_str text);
/* Forgets the boxes of messages from number `message` on. */
void rs_render_forget_boxes(rs_render_job *job, size_t message);

#endif
