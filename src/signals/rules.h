/* The rules by which questions are tagged, read from taxonomy/questions.yaml: which phrases, which
 * form of the answer, what is given with the question -> task and skill. */
#ifndef RS_SIGNALS_RULES_H
#define RS_SIGNALS_RULES_H

#include "signals/answer_form.h"
#include "signals/phrase.h"

/* What comes with a question, apart from its words; one bit each. */
enum {
    RS_GIVEN_BOX = 1 << 0,     /* a region stands in the question */
    RS_GIVEN_BOXES = 1 << 1,   /* regions stand in the answer */
    RS_GIVEN_OPTIONS = 1 << 2, /* the question lists options */
    RS_GIVEN_PAIR = 1 << 3,    /* two dates of one place */
    RS_GIVEN_FRAMES = 1 << 4,  /* a video, or more than two dates */
};

/* The first rule that holds decides: all of its conditions that are there must hold. */
typedef struct rs_tag_rule {
    rs_str name;
    rs_task task;
    rs_str skill;      /* empty = it says nothing of the skill */
    double confidence; /* share of its questions for which task and skill are right, estimated */
    uint32_t ask, also, but; /* groups of phrases: one of these is in the question; and one of
                                these; and none of these. 0 = no such condition */
    uint32_t said;          /* group of phrases of a short answer, one of which is in it; 0 = any */
    uint32_t answer;        /* bits 1 << form; 0 = any, also an unknown one */
    uint32_t given, absent; /* bits RS_GIVEN_: all of these, none of these */
    uint32_t most_words;    /* of the question; 0 = any number */
} rs_tag_rule;

typedef struct rs_tag_phrases {
    rs_phrase_set set;
    uint32_t n_groups; /* group 0 is none */
} rs_tag_phrases;

typedef struct rs_tag_rules {
    rs_arena arena;
    rs_tag_phrases asked, said; /* of questions, of short answers */
    rs_tag_rule *rules;
    size_t n;
} rs_tag_rules;

/* The rules that the library carries. Shared by threads, immutable. */
rsift_status rs_tag_rules_load(rs_tag_rules **out, rsift_error *err);
/* The same of other text, for tests. `file` is its name in errors. */
rsift_status rs_tag_rules_read(rs_str file, rs_str yaml, rs_tag_rules **out, rsift_error *err);
void rs_tag_rules_free(rs_tag_rules *rules);

#endif
