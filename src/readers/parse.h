/* The loop and the small steps that every reader's parse is made of: values, regions, pictures.
 * Pure over a batch; nothing here knows a layout. */
#ifndef RS_READERS_PARSE_H
#define RS_READERS_PARSE_H

#include "codec/json.h"
#include "readers/reader.h"
#include "readers/words.h"

typedef enum rs_outcome {
    RS_OUTCOME_USED,
    RS_OUTCOME_MERGED,
    RS_OUTCOME_SKIPPED,
    RS_OUTCOME_SET_ASIDE
} rs_outcome;

typedef struct rs_parse {
    const rs_source *source;
    const rs_chunk *chunk;
    const rs_raw *raw;
    rs_batch *batch;
    rs_arena *scratch; /* emptied before every record */
    int32_t sample;    /* the sample being made, -1 = none: where findings point to */
    bool lost_text;    /* bytes of the record were no UTF-8: none of its samples is trained on */
    rsift_error *err;
} rs_parse;

/* Makes the samples of p->raw and sets its outcome. A record set aside must leave a finding. */
typedef rsift_status rs_parse_fn(rs_parse *p, const void *state, rs_outcome *outcome);

/* What a reader's parse is made of. */
typedef struct rs_parse_job {
    const rs_source *source;
    const void *state;
    int pass; /* under which the records count */
    rs_parse_fn *fn;
} rs_parse_job;

/* The loop of every reader's parse: counts each raw once, drops the samples of records that were
 * set aside. */
rsift_status rs_parse_each(const rs_parse_job *job, const rs_chunk *chunk, rs_batch *batch,
                           rsift_error *err);

rsift_status rs_parse_find(rs_parse *p, rs_finding_code code, rs_str where, const char *fmt, ...)
    RS_PRINTF(4, 5);
/* A sample with ordinal, sub, task, skill and split of the source; *out is good until the next. */
rsift_status rs_parse_sample(rs_parse *p, rs_sample **out);
/* Parses `text` in scratch. *root NULL = unusable, a finding has been made. Invalid UTF-8 is
 * replaced and reported. */
rsift_status rs_parse_json(rs_parse *p, rs_str text, const rs_json **root);
/* The raw record as a JSON object; *root NULL = it is none, a finding has been made. */
rsift_status rs_parse_object(rs_parse *p, const rs_json **root);
/* `text` itself when valid UTF-8, else cleaned (in scratch) with an `encoding` finding. */
rsift_status rs_parse_utf8(rs_parse *p, rs_str text, rs_str *out);
/* The first of the fields "caption|cap" that is there and not null; null when that is all. */
const rs_json *rs_parse_field(const rs_json *object, rs_str names);
/* The keys of an object as a list for a message: "id", "image"; the first ones when there are many.
 * In scratch; ptr NULL = out of memory. */
rs_str rs_parse_keys(rs_parse *p, const rs_json *object);
/* Is the key one of the names? */
bool rs_parse_is_one_of(rs_str key, const rs_str *names, size_t n);
/* Counts the fields of an object that no name of the list is, and that hold something, as not kept:
 * `prefix` stands in front of them ("conversations[]."). */
rsift_status rs_parse_unkept(rs_parse *p, const rs_json *object, rs_str prefix, const rs_str *kept,
                             size_t n_kept);
/* A value as text in the batch; numbers and booleans are read as text with a finding. ptr NULL:
 * absent or null; an array or object makes a `field-type` finding and *bad true. */
rsift_status rs_parse_text(rs_parse *p, const rs_json *value, rs_str where, rs_str *out, bool *bad);
/* Copies into the batch. */
rsift_status rs_parse_copy(rs_parse *p, rs_str text, rs_str *out);

typedef struct rs_region_list {
    rs_region *items;
    size_t n, cap;
} rs_region_list;

/* A zeroed region (turn -1) appended, in the batch. NULL = out of memory. */
rs_region *rs_parse_region(rs_parse *p, rs_region_list *list);
/* Finite numbers of a JSON array (nested arrays flattened, at most `max`), in the batch. *n == 0
 * and a `number` finding when one is not a finite number. */
rsift_status rs_parse_numbers(rs_parse *p, const rs_json *array, rs_str where, size_t max,
                              double **out, size_t *n);
rs_region_kind rs_parse_kind(const rs_convention *convention);
/* How many numbers a convention has; 0 = any even count from 6 on. */
size_t rs_parse_n_numbers(const rs_convention *convention);
/* The first of the conventions that has n numbers; NULL = none. */
const rs_convention *rs_parse_convention(const rs_convention *const *list, size_t n_list, size_t n);
/* One turn array [n] in the batch. */
rsift_status rs_parse_turns(rs_parse *p, size_t n, rs_turn **out);
/* One asset per media entry of the source (or one image), from a picture's name. */
rsift_status rs_parse_media(rs_parse *p, rs_sample *sample, rs_str name, rs_str id,
                            rs_str class_name);
rsift_status rs_parse_split(rs_parse *p, rs_sample *sample, rs_str name);
rsift_status rs_parse_label(rs_parse *p, rs_sample *sample, rs_str label);
/* `class-unknown` when the source has a class list and the label is not in it. */
rsift_status rs_parse_check_class(rs_parse *p, rs_str label, rs_str where);

/* Where in its record an object stands, for findings: "shapes[" 12 "]", at most 15 bytes on each
 * side. It is made for every object, and snprintf takes longer than reading one. */
enum { RS_WHERE_SIZE = 52 };
rs_str rs_parse_where(char out[RS_WHERE_SIZE], const char *before, size_t number,
                      const char *after);

#endif
