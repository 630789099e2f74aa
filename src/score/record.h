/* One JSON object of a truth or prediction file as a record: which of its fields is the reference,
 * which the prediction, and everything else scoring needs. Knows the spellings of VLMEvalKit,
 * lmms-eval, GeoChat, EarthDial and of rsift emit. */
#ifndef RS_SCORE_RECORD_H
#define RS_SCORE_RECORD_H

#include "base/arena.h"
#include "codec/json.h"

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

/* Absent texts have ptr NULL unless the comment says empty. What is asked of every record again and
 * again comes first: a file has up to millions of them. */
typedef struct rs_score_record {
    rs_str id;
    rs_str prediction;            /* what looks like a prediction */
    rs_str reference;             /* what looks like a truth */
    rs_score_details *details;    /* NULL = none; see rs_score_details_of */
    bool row_id;                  /* the id is lmms-eval's doc_id, a number of a row and no name */
    bool index_id;                /* the id is an "index", which may be one */
    bool withheld;                /* the release keeps the answer to itself: there is no truth */
    bool incomplete;              /* nor where the list of objects was not read whole */
    bool object;                  /* the prediction was an object, and is its JSON text */
    bool unasked;                 /* of the split, but no question could be written */
    bool guessed;                 /* not from a file: a box stands in the profile's frame already */
    rs_str type, image, question; /* empty, never NULL */
    const rs_str *references;     /* several truths: captions, annotators */
    size_t n_references;
    rs_str original_id; /* the benchmark's own, where rsift emit wrote both */
    rs_str task;        /* an rsift task; empty = none given */
    const double *prediction_box, *reference_box; /* given as numbers, not as text */
    uint32_t n_prediction_box, n_reference_box;
    const rs_json *json; /* the record, kept on request */
    int64_t line;        /* 1-based record or line number */
    size_t index;        /* 0-based, among all records of its file */
} rs_score_record;

typedef enum rs_score_role {
    RS_SCORE_TRUTH,       /* "answer" is the truth */
    RS_SCORE_PREDICTIONS, /* "answer" is the prediction */
} rs_score_role;

/* What to keep of a file. */
typedef struct rs_score_wants {
    rs_score_role role;
    bool json;      /* the records themselves, too */
    bool text_asks; /* POPE's truth: "text" is the question, "label" the answer */
    const char *const *by[RS_SCORE_BY]; /* spellings of a field, NULL-terminated; NULL = none */
} rs_score_wants;

extern const rs_score_details rs_score_no_details;
/* Never NULL. */
static inline const rs_score_details *rs_score_details_of(const rs_score_record *record)
{
    return record->details ? record->details : &rs_score_no_details;
}
/* Details to be written to; NULL = out of memory. */
rs_score_details *rs_score_make_details(rs_arena *arena, rs_score_record *record);

/* Fills the record from an object; all texts are copied into the arena. false = out of memory. */
bool rs_score_record_of_object(rs_arena *arena, const rs_json *object, const rs_score_wants *wants,
                               rs_score_record *record);
/* Fills the record from the value alone, as in a map from id to answer. false = out of memory. */
bool rs_score_record_of_value(rs_arena *arena, const rs_json *value, const rs_score_wants *wants,
                              rs_score_record *record);
/* Does a lone object look like a record (it has an id or a prediction), not like a map? */
bool rs_score_is_record(const rs_json *object);

#endif
