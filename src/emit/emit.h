/* emit: the kept samples of a mixture -> a training set in a trainer's format for a model.
 *
 *   replay     each source is read again in its own order (an archive that cannot be sought in is
 *              read once); samples are found by ordinal and proven by their id
 *   render     messages with box text in the model's convention, then one record (all threads)
 *   order      by hash of (seed, sample id), through a bounded spill: output bytes do not depend on
 *              threads, containers or interruptions
 *   pictures   linked, copied or rendered, each by a stated rule
 *   verify     records are read back by the format's own reader, boxes decoded again from their
 * text
 *
 * Every file appears under its name only when whole; manifest.json is the last one. */
#ifndef RS_EMIT_EMIT_H
#define RS_EMIT_EMIT_H

#include "base/map.h"
#include "session/session.h"
#include "emit/options.h"
#include "writers/writer.h"
#include "io/io.h"

typedef enum rs_images_mode {
    RS_IMAGES_AUTO,
    RS_IMAGES_LINK,
    RS_IMAGES_COPY,
    RS_IMAGES_PATH
} rs_images_mode;

/* A picture that the output needs: where it is and what it will be called. */
typedef struct rs_emit_picture {
    rs_id asset_id;
    rs_str dataset;
    rs_str path;   /* canonical, within the dataset */
    rs_str root;   /* tree it lies in */
    rs_str member; /* logical path there */
    uint32_t width, height;
    uint8_t orientation;
    bool plain; /* 8-bit RGB or grey in a format that every trainer opens: may be linked */
    bool loose; /* a file of its own on disk */
    bool used;
    bool failed; /* could not be written: no record may name it */
    rs_str name; /* as written in records, relative to the image root */
} rs_emit_picture;

typedef struct rs_emit_pictures {
    rs_arena arena;
    rs_idmap ids;
    rs_emit_picture *items; /* by number in ids */
    size_t cap;
    rs_idmap names; /* hashes of the names given so far */
} rs_emit_pictures;

void rs_emit_pictures_fini(rs_emit_pictures *pictures);
/* All found pictures of a release. Each gets a name of its own here; two names of one picture are
 * two pictures. */
rsift_status rs_emit_pictures_load(rs_emit_pictures *pictures, rs_store *store, rs_str release_id,
                                   rs_str dataset, rs_images_mode mode, rsift_error *err);
/* Writes the used ones below out/images and counts how; pictures that
 * cannot be read are marked as failed and named in `failures` (one line each). */
typedef struct rs_emit_picture_counts {
    int64_t linked, copied, rendered, kept, failed;
    int64_t by_rule[4];
} rs_emit_picture_counts;
rsift_status rs_emit_pictures_write(rs_session *session, rs_emit_pictures *pictures,
                                    rs_images_mode mode, rs_str out, rs_emit_picture_counts *counts,
                                    rs_buf *failures, rsift_error *err);
/* The bytes of one picture as the trainer will see them; in the arena. */
rsift_status rs_emit_picture_read(rs_session *session, const rs_emit_picture *picture,
                                  rs_images_mode mode, rs_str out, rs_arena *arena, rs_str *bytes,
                                  rsift_error *err);

/* One written record kept for the contact sheet. */
typedef struct rs_emit_shown {
    rs_id id;
    rs_str record;            /* as written */
    const uint32_t *pictures; /* numbers of its pictures, in the record's order */
    uint32_t n_pictures;
} rs_emit_shown;

/* What an emit did, for its papers and its answer. */
typedef struct rs_emit_report {
    rs_str out; /* folder */
    int64_t n_records, n_verified, n_boxes, n_degenerate, n_decoded, n_dropped;
    struct rs_emit_reason {
        const char *reason; /* static */
        int64_t n;
    } reasons[24];
    size_t n_reasons;
    rs_emit_picture_counts pictures;
    struct rs_emit_file {
        char name[240];
        int64_t n_bytes;
        rs_id hash;
    } *files;
    size_t n_files, cap_files;
} rs_emit_report;

void rs_emit_count_reason(rs_emit_report *report, const char *reason);
rsift_status rs_emit_note_file(rs_emit_report *report, rs_str name, int64_t n_bytes, rs_id hash,
                               rsift_error *err);
/* A small file of the output, written whole and noted for the manifest. */
rsift_status rs_emit_write_file(rs_emit_report *report, rs_str name, const void *bytes, size_t n,
                                rsift_error *err);

/* One line of truth.jsonl for `rsift score`, appended to b (b->failed = out of memory): ids, task,
 * type, pictures and their size, question, answer or references; boxes as released with their
 * convention's name
 * ("boxes", "labels", "convention"), and what the model was asked for ("prediction_boxes",
 * "resized"). */
void rs_emit_put_truth(const rs_render_options *render, const rs_sample *sample,
                       const rs_rendered *r, rs_buf *b);

/* contact-sheet.html: pictures with the boxes decoded back from the written text. */
rsift_status rs_emit_contact_sheet(rs_session *session, const rs_writer *format,
                                   const rs_render_options *render,
                                   const rs_emit_pictures *pictures, rs_images_mode mode,
                                   rs_str out, const rs_emit_shown *shown, size_t n_shown,
                                   rs_str title, rs_emit_report *report, rsift_error *err);

/* Writes a mixture, or the questions of a benchmark, as training records (rsift.emit/1).
 * Errors: RSIFT_E_ARG (unknown format, model or mixture), RSIFT_E_IO, RSIFT_E_FORMAT when the
 * release is not what was indexed, RSIFT_E_NOMEM, RSIFT_E_CANCELLED. */
rsift_status rs_emit_make(rs_session *session, const rs_emit_options *options, rsift_answer *out,
                          rsift_error *err);

#endif
