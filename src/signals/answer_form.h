/* In which form a question is answered: yes or no, a number, a word of a list, boxes, a sentence.
 * By the answer's text and the regions that lie in it; the question only says which of its own
 * options the answer names. */
#ifndef RS_SIGNALS_ANSWER_FORM_H
#define RS_SIGNALS_ANSWER_FORM_H

#include "model/sample.h"

/* X-macro: enum name, text name. */
#define RS_ANSWER_FORMS(X)                                          \
    X(UNKNOWN, "") /* withheld, or there is no answer */            \
    X(YES_NO, "yes-no")                                             \
    X(NUMBER, "number") /* also with its unit, or as a range */     \
    X(LABEL, "label")   /* a phrase that names a class of a list */ \
    X(CHOICE, "choice") /* one of the question's options */         \
    X(PHRASE, "phrase")                                             \
    X(SENTENCE, "sentence") /* one or more */                       \
    X(BOX_HBB, "box-hbb")                                           \
    X(BOX_OBB, "box-obb")                                           \
    X(POINT, "point")                                               \
    X(POLYGON, "polygon") /* or a mask */                           \
    X(LIST, "list")       /* several names */                       \
    X(EMPTY, "empty")     /* an answer is there and says nothing */

typedef enum rs_answer_form {
#define X(name, text) RS_ANSWER_##name,
    RS_ANSWER_FORMS(X)
#undef X
        RS_N_ANSWER_FORMS
} rs_answer_form;

const char *rs_signals_answer_form_name(rs_answer_form form);
bool rs_signals_answer_form_parse(rs_str name, rs_answer_form *out);

/* The regions of each turn in their order: first[turn], then next[region]. Samples of thousands of
 * turns and regions are read once. */
#define RS_NO_REGION UINT32_MAX
typedef struct rs_turn_regions {
    const uint32_t *first, *next;
} rs_turn_regions;
bool rs_signals_turn_regions(rs_arena *scratch, const rs_sample *sample, rs_turn_regions *out);

/* The form of the answer that turn `answer` of the sample gives. `options`: the question lists
 * options with letters. Labels are phrases here: rules know which questions ask for them.
 * RS_ANSWER_UNKNOWN: out of memory as well, which *failed tells. */
rs_answer_form rs_signals_answer_form(rs_arena *scratch, const rs_sample *sample,
                                      const rs_turn_regions *regions, uint32_t answer, bool options,
                                      bool *failed);

/* Does a sentence of a few words name a number ("There are 3 ships."), and is not vague as well
 * ("There are many ships, one beside another")? Asked where a number is. */
bool rs_signals_has_number(rs_arena *scratch, rs_str answer);

#endif
