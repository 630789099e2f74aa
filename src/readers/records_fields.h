/* Inside readers/records: which field is what, and the item that has them. */
#ifndef RS_READERS_RECORDS_FIELDS_H
#define RS_READERS_RECORDS_FIELDS_H

#include "readers/meaning.h"

/* Which field of a record is what; empty = there is none. */
typedef struct rs_record_fields {
    rs_str id, image, question, answer, type, caption, class_name, phrase, split, box, box_text;
    rs_str type_value;              /* no field: the type of all records */
    rs_str each;                    /* a list in the record: an item for each of its members */
    const rs_param_value *captions; /* fields that each are a sample's caption */
    const rs_param_value *drop_types, *options, *phrase_pattern;
    rs_words only; /* field -> the value that its records have */
    rs_named_meanings conventions, text_conventions;
    rs_str named[24]; /* all that are named, and some of `captions` */
    size_t n_named;
} rs_record_fields;

/* What a sample is made of: the record, or a member of its list with the record around it. */
typedef struct rs_record_item {
    const rs_json *own, *record;
} rs_record_item;

/* The value of a field: the item's own, else the record's. */
static inline const rs_json *rs_record_value(const rs_record_item *it, rs_str field)
{
    if (field.len == 0) return NULL;
    const rs_json *own = rs_json_path(it->own, field);
    return own ? own : rs_json_path(it->record, field);
}
#endif
