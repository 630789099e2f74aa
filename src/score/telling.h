/* What records tell of themselves besides an id: the question, the picture and the label that
 * trainers repeat. Knows when two of their texts mean the same. */
#ifndef RS_SCORE_TELLING_H
#define RS_SCORE_TELLING_H

#include "score/record.h"

typedef enum rs_score_telling {
    RS_TELLS_QUESTION,
    RS_TELLS_PICTURE,
    RS_TELLS_LABEL,
    RS_TELLINGS
} rs_score_telling;

/* For messages: "asks", "shows", "has the label". */
extern const char *const rs_score_told_as[RS_TELLINGS];

/* The question, the picture's name without folders, or the label; empty where none is told. */
rs_str rs_score_told_text(const rs_score_record *record, rs_score_telling which);

/* Is the stated prompt this question? Tags, special tokens, a chat template in front of it, the
 * role behind it and white space aside; false where either is empty. `memory` is scratch. */
bool rs_score_same_question(rs_arena *memory, rs_str question, rs_str stated);

/* The text without tags and white space, by which equal ones are found; ptr NULL = out of
 * memory. */
rs_str rs_score_bare_text(rs_arena *memory, rs_str s);

/* Are both told, and is neither the other or a part of it? */
bool rs_score_other_question(rs_arena *memory, rs_str question, rs_str stated);

#endif
