/* Which records the contact sheet shows: some of every dataset and task, over different pictures.
 * The choice follows from the records in their order and from nothing else. */
#ifndef RS_EMIT_SHOWN_H
#define RS_EMIT_SHOWN_H

#include "base/arena.h"
#include "base/hash.h"
#include "base/str.h"

/* A written record kept for the sheet. */
typedef struct rs_emit_shown {
    rs_id id;
    rs_str record;            /* as written */
    const uint32_t *pictures; /* numbers of its pictures, in the record's order */
    uint32_t n_pictures;
    const uint32_t *box_pictures; /* of each box meant: which of its pictures it lies on */
    uint32_t n_boxes;
} rs_emit_shown;

enum { RS_EMIT_SHOWN_MAX = 24 };

/* Records of one dataset and task. */
typedef struct rs_emit_stratum {
    rs_str dataset, task;
    rs_emit_shown
        items[RS_EMIT_SHOWN_MAX]; /* the first of their kind, pictures as different as can be */
    uint32_t n_items, n_used;
    bool complete; /* as many as are needed, each over a picture of its own */
    int64_t n;     /* records of this kind in the set */
} rs_emit_stratum;

/* {0} is empty. */
typedef struct rs_emit_shown_list {
    rs_arena arena;           /* of everything kept */
    rs_emit_stratum **strata; /* by dataset, then task */
    size_t n_strata, cap;
} rs_emit_shown_list;

/* Shows the list one record, in the order of the set; kept when the sheet may need it. Texts are
 * copied. Errors: RSIFT_E_NOMEM. */
rsift_status rs_emit_shown_add(rs_emit_shown_list *list, rs_str dataset, rs_str task,
                               const rs_emit_shown *shown, rsift_error *err);

/* Counts a record of a kind of which the list needs no more; false = it has to be shown the record.
 */
bool rs_emit_shown_passes(rs_emit_shown_list *list, rs_str dataset, rs_str task);

/* What the sheet shows of one record. */
typedef struct rs_emit_choice {
    const rs_emit_stratum *stratum;
    const rs_emit_shown *shown;
} rs_emit_choice;

/* Chooses at most RS_EMIT_SHOWN_MAX records, datasets in turn and within a dataset its tasks in
 * turn; returns how many. Called once. */
size_t rs_emit_shown_choose(rs_emit_shown_list *list, rs_emit_choice out[RS_EMIT_SHOWN_MAX]);

#endif
