/* The samples that an emit writes from one source, in the order of the source's records. */
#ifndef RS_EMIT_WANTED_H
#define RS_EMIT_WANTED_H

#include "emit/job.h"

/* A sample to write: its place in the source, its id and how often. */
typedef struct rs_wanted {
    int64_t ordinal;
    uint32_t sub, n_repeats;
    rs_id id;
    rs_complete complete; /* as the index found it: its checks are not made again */
    const rs_id *assets;  /* its pictures as the index resolved them, without masks */
    size_t n_assets;
} rs_wanted;

typedef struct rs_wanted_cursor {
    rs_result *rows; /* one for each picture of a sample, or one without a picture */
    bool on_row;     /* `rows` stands on the first row behind those of `next` */
    rs_wanted next;
    bool has_next;
    rs_arena arena; /* the pictures of `next` */
} rs_wanted_cursor;

/* Begins with the first sample of the source; closed by rs_wanted_close, also after an error. */
rsift_status rs_wanted_open(rs_wanted_cursor *cursor, const rs_emit_job *job, rs_str release_id,
                            rs_str source, rsift_error *err);
/* Moves to the next sample. */
rsift_status rs_wanted_next(rs_wanted_cursor *cursor, rsift_error *err);
void rs_wanted_close(rs_wanted_cursor *cursor);

#endif
