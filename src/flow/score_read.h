/* Truth and prediction files into records: JSON lines, a JSON array, the result files of VLMEvalKit,
 * lmms-eval, GeoChat and EarthDial, a map from id to answer, CSV, TSV and Excel sheets. */
#ifndef RS_FLOW_SCORE_READ_H
#define RS_FLOW_SCORE_READ_H

#include "base/arena.h"
#include "base/hash.h"
#include "codec/json.h"
#include "flow/context.h"

enum { RS_SCORE_BOX = 8 };

typedef struct rs_score_record {
    rs_str id;            /* ptr NULL = none */
    rs_str original_id;   /* the benchmark's own, where rsift emit wrote both */
    rs_str said;          /* what looks like a prediction; ptr NULL = none */
    rs_str gold;          /* what looks like a truth; ptr NULL = none */
    const rs_str *golds;  /* several truths: captions, annotators */
    size_t n_golds;
    const rs_str *options;
    size_t n_options;
    rs_str question, type, image;
    double said_box[RS_SCORE_BOX], gold_box[RS_SCORE_BOX]; /* given as numbers, not as text */
    size_t n_said_box, n_gold_box;
    double width, height; /* 0 = unknown */
    const rs_json *json;  /* the record, kept on request */
    int64_t line;         /* 1-based record or line number */
} rs_score_record;

typedef struct rs_score_file {
    rs_score_record *records;
    size_t n, cap;
    rs_id hash;
    int64_t n_bytes;
    bool lines;  /* JSON lines: places are lines */
    rs_str note; /* something to be said with the number; ptr NULL = nothing */
} rs_score_file;

typedef enum rs_score_role {
    RS_SCORE_TRUTH,       /* "answer" is the truth */
    RS_SCORE_PREDICTIONS, /* "answer" is the prediction */
} rs_score_role;

/* Parses with the context's threads, with progress where it takes long; records stand in the file's
 * order, and memory is what is kept of them and a few megabytes a thread.
 * Errors: RSIFT_E_IO, RSIFT_E_FORMAT with file and line or record, RSIFT_E_LIMIT, RSIFT_E_CANCELLED. */
rsift_status rs_score_read(rs_arena *arena, const char *path, rs_score_role role, bool keep_json,
                           rsift_context *context, rs_score_file *out, rsift_error *err);

/* The whole file, parsed: COCO's and other documents that are not lists of records. Not bound by
 * max_record. */
rsift_status rs_score_document(rs_arena *arena, const char *path, const rsift_limits *limits,
                               const rs_json **root, rs_id *hash, rsift_error *err);
rsift_status rs_score_bytes(rs_arena *arena, const char *path, rs_str *out, rs_id *hash,
                            rsift_error *err);

/* "file > line 17" for a record. */
rsift_status rs_score_blame(const char *path, const rs_score_file *file, const rs_score_record *r,
                            rsift_status status, rsift_error *err);

#endif
