/* Pictures of an output: which of a release's pictures there are, and how each is called in the
 * output. How it gets there (linked, copied, rendered to PNG by a stated rule, or left where it is)
 * is the matter of picture_write.h. */
#ifndef RS_EMIT_PICTURES_H
#define RS_EMIT_PICTURES_H

#include "base/buf.h"
#include "base/map.h"
#include "emit/folder.h"
#include "image/pixels.h"
#include "io/io.h"
#include "model/view.h"
#include "release/plan.h"

typedef enum rs_emit_images_mode {
    RS_EMIT_IMAGES_AUTO, /* linked where that does, else copied or rendered */
    RS_EMIT_IMAGES_LINK,
    RS_EMIT_IMAGES_COPY,
    RS_EMIT_IMAGES_PATH /* read where it lies, by its absolute path, where that does */
} rs_emit_images_mode;

/* Their words, in the order of the enum; then NULL. */
extern const char *const rs_emit_images_modes[];

/* How a picture got into the output. */
typedef enum rs_emit_how {
    RS_EMIT_NOT_WRITTEN,
    RS_EMIT_LEFT_IN_PLACE,
    RS_EMIT_LINKED,
    RS_EMIT_COPIED,
    RS_EMIT_RENDERED
} rs_emit_how;

/* A picture that the output may need: where it is and what it will be called. */
typedef struct rs_emit_picture {
    rs_id asset_id;
    rs_str dataset;
    rs_str path;                    /* canonical, within the dataset */
    rs_str root;                    /* tree it lies in */
    rs_str member;                  /* logical path there */
    int64_t file_bytes, file_mtime; /* of the file on disk that holds it; -1 = not known */
    rs_id content_hash;             /* of its bytes, when has_hash */
    bool has_hash;
    uint32_t width, height; /* as shown, which is how it is written */
    rs_view_picture stored;
    uint8_t orientation;
    uint32_t n_bands;
    uint16_t bands[3];  /* shown as red, green and blue, from 1; 0 = as decoding decides */
    rs_str bands_basis; /* how they are known; ptr NULL = nothing to choose */
    bool bands_unknown; /* nothing says which, and nobody named them: it cannot be rendered */
    bool plain;         /* 8-bit RGB or grey in a format that every trainer opens: may be linked */
    const char *extension; /* of its format, for a picture whose name has none */
    bool loose;            /* a file of its own on disk */
    bool in_place;         /* read where it lies: its name is its path on disk */
    bool unchanged;        /* in place, of the index's size and time when its release was listed */
    bool used;
    bool failed;   /* could not be written: no record may name it */
    bool changed;  /* failed because it is not the picture that was indexed */
    rs_str name;   /* as written in records, relative to the image root */
    rs_str folded; /* path as file systems compare it, for naming */
    rs_emit_how how;
    int64_t n_written; /* bytes */
    rs_id written;     /* hash of what is there, when is_hashed */
    bool is_hashed;
} rs_emit_picture;

typedef struct rs_emit_picture_counts {
    int64_t linked, copied, rendered, kept, failed;
} rs_emit_picture_counts;

typedef struct rs_emit_pictures {
    rs_emit_images_mode mode; /* these four are set by the owner at the start */
    rs_str out;               /* folder of the output */
    rs_emit_folder *folder;   /* the same, held by this emit; NULL = nobody keeps a list */
    bool verify;              /* every picture is read and compared with the index's hash */
    rs_arena arena;
    rs_idmap ids;
    rs_emit_picture *items; /* by number in ids */
    size_t cap;
    size_t n_named;
    rs_idmap names; /* hashes of the names given so far, as file systems compare them */
    rs_emit_picture_counts counts;
    rs_buf failures;    /* a line for each picture that failed */
    rs_image_view view; /* bands and stretch as asked; set by the owner before anything is loaded */
    rs_strmap rules;    /* how pictures were rendered, in words */
    int64_t *n_by_rule; /* pictures by number in rules */
    size_t cap_rules;
} rs_emit_pictures;

void rs_emit_pictures_fini(rs_emit_pictures *pictures);

/* The pictures that `admits` lets in, in the order of names, which no archive or work unit changes.
 * The caller frees the list. */
rsift_status rs_emit_pictures_by_name(const rs_emit_pictures *pictures,
                                      bool (*admits)(const rs_emit_picture *picture),
                                      const rs_emit_picture ***out, size_t *n, rsift_error *err);

/* Adds all found pictures of the plan's release, named only when they stay in place
 * (picture_names.h names the others); two names of one picture are two pictures. */
rsift_status rs_emit_pictures_load(rs_emit_pictures *pictures, rs_store *store, const rs_plan *plan,
                                   rsift_error *err);

/* The bytes of one written picture as the trainer will see them; in the arena. */
rsift_status rs_emit_picture_read(const rs_emit_pictures *pictures, rs_session *session,
                                  const rs_emit_picture *picture, rs_arena *arena, rs_str *bytes,
                                  rsift_error *err);

#endif
