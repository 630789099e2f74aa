/* A sample -> messages for one model: its box convention, box text and prompts.
 *
 * Two axes of the output are chosen separately: the model (here) and the trainer's record layout
 * (src/writers). Everything here is pure: no files, no clock; any thread. */
#ifndef RS_RENDER_RENDER_H
#define RS_RENDER_RENDER_H

#include "base/buf.h"
#include "model/batch.h"

typedef struct rs_render_model {
    const char *name, *summary, *source;
    const char *hbb;   /* name of the convention of its boxes */
    const char *obb;   /* of oriented boxes, NULL = written as their HBB unless asked for text */
    const char *point; /* NULL = none */
    int resize_factor; /* 28 for qwen2.5-vl; 0 = boxes do not depend on the resize */
    bool needs_pixels; /* min/max pixels must be declared */
    const char *hbb_format, *quad_format; /* told to the model in prompts of ours */
} rs_render_model;
extern const rs_render_model *const rs_render_models[]; /* NULL-terminated, alphabetical */
const rs_render_model *rs_render_model_find(rs_str name);

/* Models without a form for oriented boxes get their upright hull, or, when asked, the four corners
 * as eight numbers on the model's own scale (clockwise on screen, first corner as released). */
typedef enum rs_obb_mode { RS_OBB_AS_HBB, RS_OBB_AS_QUAD_TEXT } rs_obb_mode;

typedef struct rs_render_options {
    const rs_render_model *model;
    double min_pixels, max_pixels;
    uint64_t seed;
    const rs_str *classes; /* of the sample's dataset, for prompts that list them */
    size_t n_classes;
    rs_obb_mode obb_mode;
    bool for_eval; /* questions only: the assistant turn is left out, kept as `truth` */
} rs_render_options;

typedef enum rs_message_role {
    RS_MESSAGE_SYSTEM,
    RS_MESSAGE_USER,
    RS_MESSAGE_ASSISTANT
} rs_message_role;
typedef struct rs_message {
    rs_message_role role;
    rs_str text; /* user text holds one "<image>" per picture, where the picture stands */
} rs_message;

/* A box as it was meant and as it was written: for verification, objects lists and the contact
 * sheet. */
typedef struct rs_written_box {
    uint32_t message, image;
    uint32_t begin, end; /* bytes of its numbers within the message, brackets included */
    rs_str label;
    double pixels[8]; /* HBB: 4 numbers, quad: 8, point: 2; clamped to the picture */
    uint32_t n_pixels;
    bool degenerate; /* zero area after quantisation */
} rs_written_box;

/* What is rendered. `images`, `widths` and `heights` have one item for each of the sample's assets
 * that is a picture (masks left out); they stay the caller's and are pointed at by the result. */
typedef struct rs_render_input {
    const rs_sample *sample;
    rs_str dataset;
    const rs_str *images;           /* paths as records will name them */
    const double *widths, *heights; /* stored pixels; 0 = unknown */
    uint32_t repeat;                /* the k-th rendering of the sample */
} rs_render_input;

typedef struct rs_rendered {
    /* NULL, or the static reason code why the sample cannot be written for this model; nothing else
     * of the result is then meant for a record. "box-text-unparsed", "size-unknown",
     * "task-not-text", "no-answer", "empty-turn", "roles", "placeholders", "special-token",
     * "degenerate-box". */
    const char *drop;
    rs_id id; /* sample id, k-th rendering of it: see repeat */
    uint32_t repeat;
    rs_str dataset, task, source_split;
    const rs_str *images;           /* paths to be written, relative to the image root */
    const double *widths, *heights; /* stored pixels; 0 = unknown */
    uint32_t n_images;
    const rs_message *messages;
    uint32_t n_messages;
    const rs_written_box *boxes;
    uint32_t n_boxes;
    rs_str truth;       /* for_eval: the answer (or JSON of answers, boxes); else empty */
    rs_str template_id; /* "vqa#3" when a prompt of ours was used, else empty */
} rs_rendered;

/* Renders one sample for one model; everything that is new lies in the arena. A sample that cannot
 * be written is no error: the call succeeds and out->drop tells why. Errors: RSIFT_E_NOMEM. */
rsift_status rs_render(const rs_render_options *options, const rs_render_input *input,
                       rs_arena *arena, rs_rendered *out, rsift_error *err);

/* Reads box text back with the model's own convention: pixels of every box in `text`, in order.
 * *n_unparsed counts what looks like a box and is not one. For verification and contact sheets. */
rsift_status rs_render_decode(const rs_render_options *options, rs_str text, double width,
                              double height, rs_arena *arena, rs_written_box **boxes, size_t *n,
                              size_t *n_unparsed, rsift_error *err);

#endif
