/* Samples -> training records. Two axes, chosen separately:
 *
 *   model   whose box convention, box text and prompts are used (llava-1.5, qwen2.5-vl, qwen3-vl,
 *           internvl): rs_render turns a sample into messages
 *   format  the trainer's record layout (llava, ms-swift, llama-factory, qwen, internvl): writes
 *           messages, and closes the set with whatever files the trainer wants beside it
 *
 * Rules: formats notes section 0 and "Loss-affecting checks"; design section 5. Everything here is
 * pure (bytes in, bytes out): flow/emit.c decides what, in which order and where to. */
#ifndef RS_FORMATS_FORMAT_H
#define RS_FORMATS_FORMAT_H

#include "base/buf.h"
#include "model/batch.h"

/* ---- model --------------------------------------------------------------------------------- */

typedef struct rs_model_spec {
    const char *name, *summary, *source;
    const char *hbb;   /* name of the convention of its boxes */
    const char *obb;   /* of oriented boxes, NULL = written as their HBB unless asked for text */
    const char *point; /* NULL = none */
    int resize_factor; /* 28 for qwen2.5-vl; 0 = boxes do not depend on the resize */
    bool needs_pixels; /* min/max pixels must be declared */
    const char *hbb_format, *quad_format; /* told to the model in prompts of ours */
} rs_model_spec;
extern const rs_model_spec *const rs_models[]; /* NULL-terminated, alphabetical */
const rs_model_spec *rs_model_find(rs_str name);

/* Models without a form for oriented boxes get their upright hull, or, when asked, the four corners
 * as eight numbers on the model's own scale (clockwise on screen, first corner as released). */
typedef enum rs_obb_mode { RS_OBB_AS_HBB, RS_OBB_AS_QUAD_TEXT } rs_obb_mode;

typedef struct rs_render_options {
    const rs_model_spec *model;
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

typedef struct rs_rendered {
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

/* Renders one sample. `images`, `widths`, `heights` stand for sample->assets that are pictures
 * (masks left out). *drop is NULL, or a static reason code for the ledger when the sample cannot be
 * written for this model: "box-text-unparsed", "size-unknown", "task-not-text", "no-answer",
 * "empty-turn", "roles", "placeholders", "special-token", "degenerate-box". Everything in the
 * arena. */
rsift_status rs_render(const rs_render_options *options, const rs_sample *sample, rs_str dataset,
                       const rs_str *images, const double *widths, const double *heights,
                       uint32_t repeat, rs_arena *arena, rs_rendered *out, const char **drop,
                       rsift_error *err);

/* Reads box text back with the model's own convention: pixels of every box in `text`, in order.
 * *n_unparsed counts what looks like a box and is not one. For verification and contact sheets. */
rsift_status rs_model_decode(const rs_render_options *options, rs_str text, double width,
                             double height, rs_arena *arena, rs_written_box **boxes, size_t *n,
                             size_t *n_unparsed, rsift_error *err);

/* ---- format -------------------------------------------------------------------------------- */

/* Writing goes through this: formats never open files themselves. */
typedef struct rs_format_sink {
    void *ctx;
    rsift_status (*write)(void *ctx, rs_str file, const void *bytes, size_t n, rsift_error *err);
} rs_format_sink;

typedef struct rs_format_set {
    rs_str name;       /* of the mixture, a word */
    rs_str image_root; /* as the trainer will resolve pictures against; may be empty */
    int64_t n_records; /* known in advance */
    const rs_render_options *render;
    int64_t max_side; /* largest picture side, for InternVL's max_dynamic_patch; 0 = unknown */
} rs_format_set;

typedef struct rs_format {
    const char *name, *summary, *source;
    const char *file;             /* main file: "train.json", "train.jsonl" */
    const char *record_separator; /* ",\n" for arrays, "\n" for JSON Lines */
    const char *begin, *end;      /* "[\n", "\n]\n"; "" for JSON Lines */
    const char *const *models;    /* models it may be combined with, NULL-terminated; NULL = all */
    /* Appends one record (no separator). Pure; any thread. */
    rsift_status (*record)(const rs_format_set *set, const rs_rendered *r, rs_buf *out,
                           rsift_error *err);
    /* Files beside the main one (dataset_info.json, InternVL's meta file); may be NULL. */
    rsift_status (*beside)(const rs_format_set *set, const rs_format_sink *sink, rsift_error *err);
    /* Reads one record back as messages and images, for verification; in the arena. */
    rsift_status (*read)(rs_arena *arena, rs_str record, rs_rendered *out, rsift_error *err);
} rs_format;
extern const rs_format *const rs_formats[]; /* NULL-terminated, alphabetical */
const rs_format *rs_format_find(rs_str name);

#endif
