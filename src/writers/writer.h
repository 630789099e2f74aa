/* Record layouts: a rendered sample -> the record of one trainer (llava, ms-swift, llama-factory,
 * qwen, internvl), and the small files that the trainer wants next to the main one. A layout is
 * pure, bytes in and bytes out, and may be called from any thread; its container (container.h)
 * makes files of the records. Which samples are written, and in which order, is emit's business. */
#ifndef RS_WRITERS_WRITER_H
#define RS_WRITERS_WRITER_H

#include "codec/json_writer.h"
#include "render/render.h"
#include "writers/container.h"

/* Sidecar files are handed to this: layouts never open files themselves. */
typedef struct rs_writer_sink {
    void *ctx;
    rsift_status (*write)(void *ctx, rs_str file, const void *bytes, size_t n, rsift_error *err);
} rs_writer_sink;

/* What a layout knows of the training set as a unit. */
typedef struct rs_writer_set {
    rs_str name;       /* of the mixture, a word */
    rs_str file;       /* name of the main file, as it is written */
    rs_str image_root; /* as the trainer will resolve pictures against; may be empty */
    int64_t n_records; /* as written; known to sidecars only */
    const rs_render_options *render;
    /* Some record has several pictures: `image` is a list in every record, because loaders that
     * infer types (datasets, pyarrow, Polars) stop where a text and a list stand under one key. */
    bool image_lists;
} rs_writer_set;

typedef struct rs_writer {
    const char *name, *summary, *source;
    const char *file; /* main file: "train.json", "train.jsonl" */
    const rs_container *container;
    bool own_models_only;  /* a model's own trainer: for models whose own_format it is */
    uint32_t max_images;   /* pictures that one record may have; 0 = any number */
    rs_resize_rule resize; /* how pictures get their size there, for models of absolute pixels */
    bool crops_square;     /* shows LLaVA 1.5 the middle square instead of padding */
    /* Writes one record, a document of its own, without what stands between records. Pure; any
     * thread. */
    rsift_status (*record)(const rs_writer_set *set, const rs_rendered *r, rs_json_writer *w,
                           rsift_error *err);
    /* The trainer's own small files (dataset_info.json, InternVL's meta file); may be NULL. */
    rsift_status (*sidecars)(const rs_writer_set *set, const rs_writer_sink *sink,
                             rsift_error *err);
    /* Reads one record back as messages, images and, where the layout keeps them apart from the
     * text, boxes; for verification. In the arena. */
    rsift_status (*read)(rs_arena *arena, rs_str record, rs_rendered *out, rsift_error *err);
} rs_writer;

extern const rs_writer *const rs_writers[];   /* NULL-terminated, alphabetical */
const rs_writer *rs_writer_find(rs_str name); /* NULL = unknown */
/* Appends the names of all layouts, "internvl, llama-factory, ...". */
void rs_writer_put_names(rs_buf *buf);
/* The same for the layouts whose trainers train this model. */
void rs_writer_put_allowed_names(rs_buf *buf, const rs_render_model *model);
/* Whether the layout's trainer trains this model. */
bool rs_writer_allows(const rs_writer *writer, const rs_render_model *model);
/* Appends how to train with the layout, Markdown for the data card: the file "<name>.md" of this
 * folder. A line of it that begins with "|WORDS|" is written only where one of the words, parted by
 * commas, holds: the name of the model, "pixels" (the model's boxes depend on the resize), "train"
 * or "eval" (questions without answers). {name}, {model}, {min} and {max} stand for the set's. */
void rs_writer_put_usage(const rs_writer *writer, const rs_writer_set *set, rs_buf *buf);
/* Why the trainer cannot take a record of so many pictures: "pictures-many"; NULL = it can. */
const char *rs_writer_refuses(const rs_writer *writer, uint32_t n_images);

#endif
