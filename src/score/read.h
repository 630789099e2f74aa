/* Truth and prediction files into records: JSON lines, a JSON array, the result files of
 * VLMEvalKit, lmms-eval, GeoChat and EarthDial, a map from id to answer, CSV, TSV and Excel
 * sheets. */
#ifndef RS_SCORE_READ_H
#define RS_SCORE_READ_H

#include "base/hash.h"
#include "run/pipeline.h"
#include "score/record.h"
#include "session/session.h"

typedef struct rs_score_file {
    rs_score_record *records;
    size_t n, cap;
    rs_id hash;
    int64_t n_bytes;
    bool lines;    /* JSON lines: places are lines */
    size_t n_bare; /* predictions without a field that is known for one */
    rs_str bare;   /* the fields of the first of them */
    rs_str note;   /* shown with the numbers; ptr NULL = none */
} rs_score_file;

/* Runs the stages over the pieces of a file: with the session's threads, until it is cancelled.
 *   stages  their n_threads, cancel and ctx are not looked at */
rsift_status rs_score_run_stages(rs_session *session, const rs_pipeline *stages, void *ctx,
                                 rsift_error *err);

/* Parses with the session's threads, with progress where it takes long; records stand in the file's
 * order, and memory is what is kept of them and a few megabytes a thread.
 * Errors: RSIFT_E_IO, RSIFT_E_FORMAT with file and line or record, RSIFT_E_LIMIT,
 * RSIFT_E_CANCELLED. */
rsift_status rs_score_read(rs_arena *arena, const char *path, const rs_score_wants *wants,
                           rs_session *session, rs_score_file *out, rsift_error *err);

/* The file as one document: COCO's and other documents that are not lists of records. Not bound by
 * max_record. */
rsift_status rs_score_document(rs_arena *arena, const char *path, const rsift_limits *limits,
                               const rs_json **root, rs_id *hash, rsift_error *err);
/* The bytes of the one file at `path`, unpacked, and their hash. */
rsift_status rs_score_bytes(rs_arena *arena, const char *path, rs_str *out, rs_id *hash,
                            rsift_error *err);

/* Puts "file > line 17" before the place, for a record. */
rsift_status rs_score_blame(const char *path, const rs_score_file *file, const rs_score_record *r,
                            rsift_status status, rsift_error *err);

#endif
