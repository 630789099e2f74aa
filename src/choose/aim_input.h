/* A goal's examples and the pool, in numbers, and what is chosen: what the files of choose/aim work
 * on. */
#ifndef RS_CHOOSE_AIM_INPUT_H
#define RS_CHOOSE_AIM_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RS_AIM_MEMBER 0.6 /* least similarity of a member's question */
#define RS_AIM_CLOSE 0.9  /* members of this similarity come first */
#define RS_AIM_AKIN 0.5   /* counted for a question in other words (aim_kin.h) */
enum {
    RS_AIM_NONE = UINT32_MAX,
    RS_AIM_MAX_PARTS = 256,
    RS_AIM_EPOCHS = 4 /* a sample is used at most that often: docs/decisions.md */
};

/* Distinct words of a question, as ascending numbers. */
typedef struct rs_aim_question {
    const uint32_t *words;
    uint32_t n;
} rs_aim_question;

typedef struct rs_aim_example {
    uint32_t part, question, answer; /* indices; answers are numbered by the caller */
    uint32_t tag;                    /* what is asked for, as rs_aim_input.turn_tag */
} rs_aim_example;

/* A question may be worded in several ways, of which a trainer sees one: questions [question,
 * question + n_wordings) stand for it. */
typedef struct rs_aim_turn {
    uint32_t question, n_wordings, answer;
} rs_aim_turn;

typedef struct rs_aim_sample {
    uint64_t key;     /* a hash of (seed, id): order and draw */
    uint32_t picture; /* cluster of its pictures, numbered from 0; copies share it */
    uint32_t source;
    uint32_t first_turn, n_turns;
    float quality;  /* above 0, at most 1; what is brought as a weight is in it */
    bool elsewhere; /* another source holds the same and would stand in for it */
    /* out */
    uint32_t cell; /* of rs_aim_result; RS_AIM_NONE = of no part */
    float sim;     /* mean over its turns, 0 for those outside */
    float value;   /* v, mean over its turns */
    bool partial;  /* fewer than half of its turns belong to a part */
    bool copy;     /* another sample of its picture asks the same */
    bool beyond;   /* its part has `most_of_picture` other samples of its picture */
    uint8_t room;  /* uses that keep its picture within its share; 0 where it is beyond */
    uint8_t uses;  /* how often it is chosen: above 1 where its cell is scarce */
    bool chosen;   /* uses > 0 */
    bool aimed;    /* chosen for its cell, not to fill the budget */
    bool general;  /* chosen as general data */
} rs_aim_sample;

/* An answer that the examples of a part give, or the turns that were given to it. */
typedef struct rs_aim_cell {
    uint32_t part, answer;
    int64_t n_examples; /* 0 = of given turns */
    double demand;      /* c of aim.h */
    int64_t supply;     /* samples, copies apart */
    int64_t within;     /* of these, not beyond a picture's share */
    int64_t room;       /* their uses within the pictures' shares */
    int64_t chosen;     /* uses, without what fills the budget */
} rs_aim_cell;

/* Parts of turns that the caller knows whatever their words are (by tags): turn t is of the parts
 * at[first[t]] up to at[first[t + 1]]. */
typedef struct rs_aim_given {
    const size_t *first; /* [n_turns + 1]; NULL = none */
    const uint32_t *at;
    const uint64_t *part_key; /* [n_parts]: tells such parts apart where their members tie */
} rs_aim_given;

typedef struct rs_aim_input {
    const rs_aim_question *questions;
    uint32_t n_questions, n_words; /* words are below n_words */
    const uint64_t *word_hash;     /* [n_words], of its text: ties must not go by numbers */
    const uint64_t *answer_hash;   /* [n_answers] */
    const rs_aim_example *examples;
    size_t n_examples;
    rs_aim_given given;
    const double *shares;    /* [n_parts], above 0 */
    const uint32_t *goal_of; /* [n_parts], ascending: parts of one goal share its budget, the sum
                                of their shares; NULL = every part is a goal */
    uint32_t n_parts;        /* 1..RS_AIM_MAX_PARTS */
    const rs_aim_turn *turns;
    size_t n_turns;
    const uint32_t *turn_tag; /* [n_turns], what each asks for, whatever its words; RS_AIM_NONE =
                                 nobody knows. NULL = of none */
    uint32_t n_answers, n_sources;
    const uint32_t *same_as; /* [n_sources]: a source that it repeats, or itself; NULL = the samples
                                alone tell */
    int64_t budget;          /* samples, repeats counted */
    int64_t most_of_picture; /* samples of one picture while others can serve; 0 = any number */
    uint32_t epochs;         /* uses of a sample at most, to RS_AIM_EPOCHS; 0 = 1 */
    int64_t n_general;       /* of the budget: not aimed, drawn at random */
    uint32_t general_source; /* from this source; RS_AIM_NONE = from all alike */
    uint64_t seed;
    double alpha; /* 0 = 0.25; below 1 */
} rs_aim_input;

/* What is chosen, beside the out fields of the samples. */
typedef struct rs_aim_result {
    rs_aim_cell *cells; /* by part, then answer; heap: rs_aim_result_fini */
    size_t n_cells;
    uint64_t *part_hash; /* [n_parts], of its examples in any order: ties must not go by numbers */
    int64_t n_aimed, n_general, n_unaimed, n_copies; /* chosen, repeats counted */
    int64_t n_repeats; /* of n_aimed: uses of a sample after its first */
    int64_t n_several; /* members whose turns belong to several parts: they count in one */
    int64_t *n_also;   /* [n_parts]: members of other parts that have a turn of this one as well */
} rs_aim_result;

#endif
