/* Inside readers/records: which field is what, and the item that has them. */
#ifndef RS_READERS_RECORDS_FIELDS_H
#define RS_READERS_RECORDS_FIELDS_H

#include "readers/meaning.h"

enum { RS_RECORD_NAMES = 24 };

/* Which field of a record is what; empty = there is none. */
typedef struct rs_record_fields {
    rs_str id, image, question, answer, type, caption, class_name, phrase, split, box, box_text;
    rs_str type_value;              /* no field: the type of all records */
    rs_str each;                    /* a list in the record: an item for each of its members */
    const rs_param_value *captions; /* fields that each are a sample's caption */
    const rs_param_value *drop_types, *options, *phrase_pattern;
    const rs_param_value *images; /* fields of pictures, one behind the other; the first is image */
    rs_words only;                /* field -> the value that its records have */
    rs_words class_names;         /* value of the class field -> class */
    rs_named_meanings conventions, text_conventions;
    rs_task task;                  /* of its samples, */
    bool has_task;                 /* where the list of each says it */
    rs_str named[RS_RECORD_NAMES]; /* all that are named, and some of `captions` */
    size_t n_named;
} rs_record_fields;

/* The lists that `each` names ("objects|qa_pairs", "." = the record itself), and for each of them
 * the fields that are its own. With several lists the fields of a list are named behind it
 * ("objects.phrase", ".caption"), and tell the task of its samples. */
typedef struct rs_record_scopes {
    rs_str lists[4];
    rs_record_fields *fields; /* [n] */
    size_t n;
    struct rs_record_kept { /* keys that are read */
        const rs_str *names;
        size_t n;
    } of_record, of_list[4];
} rs_record_scopes;
rsift_status rs_record_scopes_make(rs_record_scopes *scopes, const rs_record_fields *fields,
                                   const rs_source *source, rs_arena *arena, rsift_error *err);
/* Names the keys that are read, of the record and of the members of each list. */
rsift_status rs_record_name_kept(rs_record_scopes *scopes, const rs_record_fields *fields,
                                 rs_arena *arena, rsift_error *err);
/* Counts the fields that are not. */
rsift_status rs_record_count_unkept(rs_parse *p, const rs_record_scopes *scopes,
                                    const rs_json *record);
/* What the named fields tell: a question, a phrase with a box, a caption, a class. */
rs_task rs_record_task_of(const rs_record_fields *fields, const rs_source *source);

/* What a sample is made of: the record, or a member of its list with the record around it. A list
 * may be stored as an object of parallel lists ({"bbox": [..], "captions": [..]}), of which the
 * item then is row `at`. */
typedef struct rs_record_item {
    const rs_json *own, *record;
    bool parallel;
    size_t at;
} rs_record_item;

/* The value of a field: the item's own, else the record's. "." is the item itself, where a list
 * holds plain texts; of "caption|cap" the first counts that is there and not null. NULL = none. */
const rs_json *rs_record_value(const rs_record_item *it, rs_str field);

/* The values of a field with one "*" in its path ("shapes.*.points": of each member of shapes);
 * without a "*" it gives the field's own value once. */
typedef struct rs_record_values {
    rs_json_iter members;
    rs_str inner;         /* path below a member; empty = the member */
    const rs_json *plain; /* the value without a "*" */
    bool starred;
} rs_record_values;
rs_record_values rs_record_values_of(const rs_record_item *it, rs_str field);
/* false at the end; *out NULL = a member without the value. */
bool rs_record_values_next(rs_record_values *values, const rs_json **out);
#endif
