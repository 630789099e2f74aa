/* Pictures of an output: which of a release's pictures there are, how each is called in the output,
 * and how it gets there (linked, copied, rendered to PNG by a stated rule, or left where it is). */
#ifndef RS_EMIT_PICTURES_H
#define RS_EMIT_PICTURES_H

#include "base/buf.h"
#include "base/map.h"
#include "image/pixels.h"
#include "io/io.h"
#include "model/view.h"
#include "session/session.h"

typedef enum rs_emit_images_mode {
    RS_EMIT_IMAGES_AUTO, /* linked where that does, else copied or rendered */
    RS_EMIT_IMAGES_LINK,
    RS_EMIT_IMAGES_COPY,
    RS_EMIT_IMAGES_PATH /* read where it lies, by its absolute path, where that does */
} rs_emit_images_mode;

/* Their words, in the order of the enum; then NULL. */
extern const char *const rs_emit_images_modes[];

/* A picture that the output may need: where it is and what it will be called. */
typedef struct rs_emit_picture {
    rs_id asset_id;
    rs_str dataset;
    rs_str path;            /* canonical, within the dataset */
    rs_str root;            /* tree it lies in */
    rs_str member;          /* logical path there */
    uint32_t width, height; /* as shown, which is how it is written */
    rs_view_picture stored;
    uint8_t orientation;
    uint32_t n_bands;
    uint16_t bands[3];  /* shown as red, green and blue, from 1; 0 = as decoding decides */
    rs_str bands_basis; /* how they are known; ptr NULL = nothing to choose */
    bool bands_unknown; /* nothing says which, and nobody named them: it cannot be rendered */
    bool plain;         /* 8-bit RGB or grey in a format that every trainer opens: may be linked */
    bool loose;         /* a file of its own on disk */
    bool used;
    bool failed; /* could not be written: no record may name it */
    rs_str name; /* as written in records, relative to the image root */
} rs_emit_picture;

typedef struct rs_emit_picture_counts {
    int64_t linked, copied, rendered, kept, failed;
} rs_emit_picture_counts;

typedef struct rs_emit_pictures {
    rs_emit_images_mode mode; /* mode and out are set by the owner at the start */
    rs_str out;               /* folder of the output */
    rs_arena arena;
    rs_idmap ids;
    rs_emit_picture *items; /* by number in ids */
    size_t cap;
    rs_idmap names; /* hashes of the names given so far */
    rs_emit_picture_counts counts;
    rs_buf failures;    /* a line for each picture that failed */
    rs_image_view view; /* bands and stretch as asked; set by the owner before anything is loaded */
    rs_strmap rules;    /* how pictures were rendered, in words */
    int64_t *n_by_rule; /* pictures by number in rules */
    size_t cap_rules;
} rs_emit_pictures;

void rs_emit_pictures_fini(rs_emit_pictures *pictures);

/* Adds all found pictures of a release. Each gets a name of its own here; two names of one picture
 * are two pictures. */
rsift_status rs_emit_pictures_load(rs_emit_pictures *pictures, rs_store *store, rs_str release_id,
                                   rs_str dataset, rsift_error *err);

/* Writes the used ones below out/images and counts how. One that cannot be opened or decoded is
 * marked as failed and gets a line in `failures`; a disk that cannot be read or written is an
 * error. */
rsift_status rs_emit_pictures_write(rs_emit_pictures *pictures, rs_session *session,
                                    rsift_error *err);

/* Appends, as a Markdown list, by which rules pictures of many bands or of more than 8 bits were
 * rendered; nothing when there are none. */
void rs_emit_pictures_put_rules(const rs_emit_pictures *pictures, rs_buf *out);

/* The bytes of one written picture as the trainer will see them; in the arena. */
rsift_status rs_emit_picture_read(const rs_emit_pictures *pictures, rs_session *session,
                                  const rs_emit_picture *picture, rs_arena *arena, rs_str *bytes,
                                  rsift_error *err);

#endif
