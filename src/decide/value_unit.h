/* What was found out about one dataset in one role (train or eval), and about its cells. */
#ifndef RS_DECIDE_VALUE_UNIT_H
#define RS_DECIDE_VALUE_UNIT_H

#include "decide/asked.h"
#include "decide/value_sums.h"

/* In the order of value.sql's [facts]. */
typedef enum rs_value_fact {
    RS_VALUE_SAMPLES,
    RS_VALUE_PICTURES,
    RS_VALUE_FAULTY, /* samples with a serious finding */
    RS_VALUE_CAPTIONS,
    RS_VALUE_CAPTIONS_DIFFERENT,
    RS_VALUE_CAPTIONS_SHARED, /* that another picture has word for word */
    RS_VALUE_CAPTION_WIDEST,  /* pictures of the caption that most of them share */
    RS_VALUE_BOXES,
    RS_VALUE_BOXES_REPEATED, /* the same numbers in three or more pictures */
    RS_VALUE_NAMES_LOOKED,   /* pictures with captions and a whole list of objects */
    RS_VALUE_NAMES,          /* classes that their captions name, each once a picture */
    RS_VALUE_NAMES_UNLISTED, /* of them, those that the list lacks */
    RS_VALUE_LOOKED,         /* pictures that near-duplicates were looked for among */
    RS_VALUE_NEAR,           /* of them, those that another stands for */
    RS_VALUE_FINDINGS,       /* of the dataset, both roles; notes apart */
    RS_VALUE_REGION_FINDINGS,
    RS_VALUE_N_FACTS
} rs_value_fact;
enum { RS_VALUE_UNKNOWN = -1 };

/* Forms of answers, as far as the answer itself tells; of texts that were not kept, as the index
 * tagged them. */
typedef enum rs_value_form {
    RS_VALUE_YES_NO,
    RS_VALUE_NUMBER,
    RS_VALUE_PHRASE,
    RS_VALUE_LABEL,
    RS_VALUE_CHOICE,
    RS_VALUE_LIST,
    RS_VALUE_SENTENCE,
    RS_VALUE_HBB,
    RS_VALUE_OBB,
    RS_VALUE_POLYGON,
    RS_VALUE_POINT,
    RS_VALUE_MASK,
    RS_VALUE_EMPTY,
    RS_VALUE_NOT_KNOWN,
    RS_VALUE_N_FORMS
} rs_value_form;
const char *rs_value_form_name(rs_value_form form);
/* Of an answer as rs_asked numbers it. *judged: it is known word for word. */
rs_value_form rs_value_form_of(rs_str answer, bool *judged);

typedef struct rs_value_cell {
    uint32_t tag; /* of rs_asked.tags, while it lives */
    rs_value_form form;
    rs_str task, skill; /* may be empty */
    rs_value_sums sums;
} rs_value_cell;

typedef struct rs_value_unit {
    rs_str dataset, role, origin; /* in the plan's arena; role len 0 = no sample */
    int64_t fact[RS_VALUE_N_FACTS];
    int64_t without_text; /* turns whose text was not kept */
    rs_value_sums sums;
    rs_value_cell *cells; /* by task, skill, form */
    size_t n_cells, cap_cells;
} rs_value_unit;

/* Sentences for a person: what is bad, and what could not be looked at; elements of the open
 * array. */
void rs_value_put_notes(const rs_value_unit *unit, rs_json_writer *json);

#endif
