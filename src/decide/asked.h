/* What samples ask and answer, in the numbers that choose/aim.h works on: questions as sets of
 * words, answers in normal form. Questions that a release leaves to the trainer (captions,
 * classes, boxes) are those of prompts/: each wording counts. */
#ifndef RS_DECIDE_ASKED_H
#define RS_DECIDE_ASKED_H

#include "base/arena.h"
#include "base/map.h"
#include "choose/aim_input.h"
#include "store/store.h"

/* A sample that was read: its turns lie at [first_turn, first_turn + n_turns). */
typedef struct rs_asked_sample {
    rs_id id, picture;
    uint32_t dataset; /* number in rs_asked.datasets */
    uint32_t first_turn, n_turns;
} rs_asked_sample;

/* Texts that were numbered before, as they are spelled. */
typedef struct rs_asked_known {
    rs_strmap texts;
    uint32_t *number;
    size_t cap;
} rs_asked_known;

/* Hears every answer in words as it is read; `turn` is the number of its turn in rs_asked.turns,
 * which several references share. false = out of memory. */
typedef bool rs_asked_heard_fn(void *ctx, size_t turn, rs_str text);

typedef struct rs_asked {
    rs_asked_heard_fn *heard; /* NULL = nobody listens */
    void *heard_ctx;
    rs_asked_known known_questions, known_answers;
    rs_arena arena;
    rs_strmap questions, words, answers, datasets; /* texts by number */
    rs_strmap tags;                                /* "task skill", either may be empty */
    uint32_t *turn_tag;                            /* [n_turns] */
    rs_aim_question *question_words;               /* by question */
    uint64_t *word_hash, *answer_hash;
    rs_aim_turn *turns;
    rs_asked_sample *samples;
    size_t n_turns, n_samples;
    int64_t n_without_text; /* turns of data that was indexed with --no-text */
    size_t n_with_text;     /* questions and answers that were read */
    /* capacities, and what is kept while rows of one sample come */
    size_t cap_questions, cap_words, cap_answers, cap_turns, cap_turn_tags, cap_samples;
    rs_arena scratch;
    struct rs_asked_prompts *prompts;
} rs_asked;

/* Reads the samples of the temporary table asked_sample(sample_id, dataset, picture), in the order
 * of their ids, behind what was read before. Memory: the distinct questions, 16 bytes a turn, 48
 * bytes a sample. A sample without question and answer (retrieval) has no turns. Where texts were
 * not kept a question has no words, and the form of its answer is the answer. */
rsift_status rs_asked_read(rs_asked *asked, rs_store *store, rsift_error *err);
/* A question as people may read it; borrowed. Labels have none: we ask for them in several
 * wordings, and all of these are shown as one. */
rs_str rs_asked_shown(const rs_asked *asked, uint32_t question);
void rs_asked_fini(rs_asked *asked);

#endif
