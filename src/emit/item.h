/* A chunk of a source's records on its way through the replay, and what was made of it: packed
 * records of the wanted samples, and the samples for which there is none. */
#ifndef RS_EMIT_ITEM_H
#define RS_EMIT_ITEM_H

#include "emit/wanted.h"
#include "release/records.h"

/* A packed record of the item. */
typedef struct rs_emit_piece {
    rs_id id;
    uint32_t repeat, n_keys;
    size_t begin, end; /* in item.packed */
} rs_emit_piece;

/* A sample that cannot be written. */
typedef struct rs_emit_dropped {
    rs_id id;
    rs_task task;
    const char *reason;
} rs_emit_dropped;

typedef struct rs_emit_item {
    rs_record_chunk records;
    rs_batch batch;
    rs_arena arena;         /* rendering, reset for every sample */
    const rs_wanted *wants; /* rows of the source's list */
    size_t n_wants, n_samples;
    rs_buf packed; /* records one after another */
    rs_emit_piece *pieces;
    size_t n_pieces, cap_pieces;
    rs_emit_dropped *dropped;
    size_t n_dropped, cap_dropped;
    uint32_t *used; /* numbers of pictures */
    size_t n_used, cap_used;
    int64_t n_decoded;
    bool oriented; /* a wanted sample has oriented boxes, or its task is about them */
} rs_emit_item;

/* What the items of one source are made with; shared by threads, which only read it. */
typedef struct rs_emit_source {
    const rs_emit_job *job;
    rs_records *records;
    rs_str dataset;
    rs_render_classes *file_classes; /* by file; NULL = job->render's hold */
} rs_emit_source;

/* Parses the item's records and renders each wanted sample as often as it is wanted: all of its
 * records are made or none. Errors: RSIFT_E_FORMAT when a record is not the one that was indexed.
 * */
rsift_status rs_emit_item_make(const rs_emit_source *source, rs_emit_item *item, rsift_error *err);
void rs_emit_item_fini(rs_emit_item *item);

#endif
