/* What rendering is asked for and what comes out: options, messages, boxes. Types only; the call is
 * in render.h. */
#ifndef RS_RENDER_RENDERED_H
#define RS_RENDER_RENDERED_H

#include "base/hash.h"
#include "geom/convention.h"
#include "render/models.h"

/* How oriented boxes are written and asked for: as their axis-aligned hull, or as four corners,
 * eight numbers on the model's own scale (clockwise on screen, first corner as released). */
typedef enum rs_obb_mode { RS_OBB_AS_HBB, RS_OBB_AS_QUAD_TEXT } rs_obb_mode;

/* How far a dataset's own records tell which classes it annotates. */
typedef enum rs_class_list {
    RS_CLASSES_LISTED, /* in `names`, or nobody asked */
    RS_CLASSES_MANY,   /* more than a prompt lists */
    RS_CLASSES_NONE    /* none has a name */
} rs_class_list;

typedef struct rs_render_classes {
    rs_class_list list;
    const rs_str *names;
    size_t n;
} rs_render_classes;

typedef struct rs_render_options {
    const rs_render_model *model;
    double min_pixels, max_pixels; /* of the training run; read where model->needs_pixels */
    rs_resize_rule resize;         /* the trainer's */
    bool crops_square; /* the trainer shows the middle square of a picture that the model's own code
                          pads to a square */
    uint64_t seed;
    const struct rs_prompts
        *prompts;          /* parsed; NULL = each rendering parses the one that it needs */
    const rs_str *classes; /* of the sample's dataset, for prompts that list them */
    size_t n_classes;
    rs_render_classes detection,
        multilabel; /* of a dataset without such a list: from its records */
    rs_obb_mode obb_mode;
    bool for_eval; /* questions only: the assistant turn is left out, kept as `truth` */
    uint64_t
        other_forms; /* for_eval: bit t = the dataset's answers of task t have not the form that
                        its prompt asks for, and none is asked for */
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

/* One rendered sample. Text and boxes lie in the arena of the call; images and sizes are the
 * caller's. */
typedef struct rs_rendered {
    /* NULL, or the static reason code why the sample cannot be written for this model; the rest is
     * then not meant for a record. "box-text-unparsed", "size-unknown", "task-not-text",
     * "no-answer", "empty-turn", "roles", "placeholders", "special-token", "degenerate-box",
     * "annotation-incomplete", "classes-unknown", "picture-cropped", "picture-aspect". */
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
    rs_str truth;           /* for_eval: the answer (or JSON of answers, boxes); else empty */
    const char *truth_lost; /* for_eval: why the answer cannot be written for this model, NULL */
    rs_str template_id;     /* "vqa#3" when a prompt of ours was used, else empty */
} rs_rendered;

#endif
