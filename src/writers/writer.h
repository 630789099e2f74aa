/* Messages -> one trainer's record layout (llava, ms-swift, llama-factory, qwen, internvl), and the
 * files that the trainer wants beside it. Pure: bytes in, bytes out; what is written in which order
 * and where to is emit's business. */
#ifndef RS_WRITERS_WRITER_H
#define RS_WRITERS_WRITER_H

#include "render/render.h"

/* Writing goes through this: formats never open files themselves. */
typedef struct rs_writer_sink {
    void *ctx;
    rsift_status (*write)(void *ctx, rs_str file, const void *bytes, size_t n, rsift_error *err);
} rs_writer_sink;

typedef struct rs_writer_set {
    rs_str name;       /* of the mixture, a word */
    rs_str image_root; /* as the trainer will resolve pictures against; may be empty */
    int64_t n_records; /* known in advance */
    const rs_render_options *render;
    int64_t max_side; /* largest picture side, for InternVL's max_dynamic_patch; 0 = unknown */
} rs_writer_set;

typedef struct rs_writer {
    const char *name, *summary, *source;
    const char *file;             /* main file: "train.json", "train.jsonl" */
    const char *record_separator; /* ",\n" for arrays, "\n" for JSON Lines */
    const char *begin, *end;      /* "[\n", "\n]\n"; "" for JSON Lines */
    const char *const *models;    /* models it may be combined with, NULL-terminated; NULL = all */
    /* Appends one record (no separator). Pure; any thread. */
    rsift_status (*record)(const rs_writer_set *set, const rs_rendered *r, rs_buf *out,
                           rsift_error *err);
    /* Files beside the main one (dataset_info.json, InternVL's meta file); may be NULL. */
    rsift_status (*beside)(const rs_writer_set *set, const rs_writer_sink *sink, rsift_error *err);
    /* Reads one record back as messages and images, for verification; in the arena. */
    rsift_status (*read)(rs_arena *arena, rs_str record, rs_rendered *out, rsift_error *err);
} rs_writer;
extern const rs_writer *const rs_writers[]; /* NULL-terminated, alphabetical */
const rs_writer *rs_writer_find(rs_str name);

#endif
