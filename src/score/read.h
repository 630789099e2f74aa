/* Truth and prediction files into records: JSON lines, a JSON array, the result files of
 * VLMEvalKit, lmms-eval, GeoChat and EarthDial, a map from id to answer, CSV, TSV and Excel
 * sheets. */
#ifndef RS_SCORE_READ_H
#define RS_SCORE_READ_H

#include "base/arena.h"
#include "base/hash.h"
#include "codec/json.h"
#include "session/session.h"

enum { RS_SCORE_BOX = 8, RS_SCORE_BY = 4 };

/* What few records have. */
typedef struct rs_score_details {
    const rs_str *wordings; /* answers to several wordings of the question */
    size_t n_wordings;
    const rs_str *options;
    size_t n_options;
    const rs_str *types; /* a question of several types; the record's type is the first */
    size_t n_types;
    rs_str by[RS_SCORE_BY];       /* fields asked for with rs_score_wants.by; ptr NULL = absent */
    rs_str boxes;                 /* truth of rsift emit: "[[..], ..]" as released */
    rs_str convention;            /* of `boxes` */
    rs_str prediction_convention; /* the model or convention whose boxes were asked for */
    double width, height;         /* 0 = unknown */
    double resized[2];            /* as the model sees the picture; 0 = unknown */
} rs_score_details;

/* Absent texts have ptr NULL unless said otherwise. */
typedef struct rs_score_record {
    rs_str id;
    rs_str original_id;       /* the benchmark's own, where rsift emit wrote both */
    rs_str prediction;        /* what looks like a prediction */
    rs_str reference;         /* what looks like a truth */
    const rs_str *references; /* several truths: captions, annotators */
    size_t n_references;
    rs_str question, type, image;                 /* empty, never NULL */
    rs_str task;                                  /* rsift's word for it; empty = not said */
    const double *prediction_box, *reference_box; /* given as numbers, not as text */
    uint32_t n_prediction_box, n_reference_box;
    bool guessed;              /* not from a file: a box stands in the profile's frame already */
    rs_score_details *details; /* NULL = none; see rs_score_details_of */
    const rs_json *json;       /* the record, kept on request */
    int64_t line;              /* 1-based record or line number */
    size_t place;              /* 0-based, among all records of its file */
} rs_score_record;

/* Never NULL. */
const rs_score_details *rs_score_details_of(const rs_score_record *record);
/* To be written to; NULL = out of memory. */
rs_score_details *rs_score_make_details(rs_arena *arena, rs_score_record *record);

typedef struct rs_score_file {
    rs_score_record *records;
    size_t n, cap;
    rs_id hash;
    int64_t n_bytes;
    bool lines;    /* JSON lines: places are lines */
    size_t n_bare; /* predictions without a field that is known for one */
    rs_str bare;   /* the fields of the first of them */
    rs_str note;   /* something to be said with the number; ptr NULL = nothing */
} rs_score_file;

typedef enum rs_score_role {
    RS_SCORE_TRUTH,       /* "answer" is the truth */
    RS_SCORE_PREDICTIONS, /* "answer" is the prediction */
} rs_score_role;

/* What to keep of a file. */
typedef struct rs_score_wants {
    rs_score_role role;
    bool json;      /* the whole records */
    bool text_asks; /* POPE's truth: "text" is the question, "label" the answer */
    const char *const *by[RS_SCORE_BY]; /* spellings of a field, NULL-terminated; NULL = none */
} rs_score_wants;

/* Parses with the context's threads, with progress where it takes long; records stand in the file's
 * order, and memory is what is kept of them and a few megabytes a thread.
 * Errors: RSIFT_E_IO, RSIFT_E_FORMAT with file and line or record, RSIFT_E_LIMIT,
 * RSIFT_E_CANCELLED. */
rsift_status rs_score_read(rs_arena *arena, const char *path, const rs_score_wants *wants,
                           rs_session *session, rs_score_file *out, rsift_error *err);

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
