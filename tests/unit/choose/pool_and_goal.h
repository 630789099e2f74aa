/* A pool of questions and answers and a goal of examples, in words, for the tests of choose/aim. */
#ifndef TEST_CHOOSE_POOL_AND_GOAL_H
#define TEST_CHOOSE_POOL_AND_GOAL_H

#include "decide/workspace.h"

#include "base/map.h"
#include "choose/aim.h"

enum { MAX = 2000 };

/* A pool and a goal in words; numbers are given in the order in which texts come. */
typedef struct pool_and_goal {
    rs_strmap words, answers, texts;
    rs_aim_question questions[MAX];
    uint32_t word_numbers[MAX * 8];
    size_t n_numbers;
    uint64_t word_hash[MAX], answer_hash[MAX];
    uint32_t *turn_tag; /* NULL = no tags */
    rs_aim_example examples[MAX];
    rs_aim_turn turns[MAX];
    rs_aim_sample samples[MAX];
    size_t n_examples, n_samples;
    uint32_t n_sources; /* 0 = 2 */
    uint32_t epochs;    /* 0 = 1 */
    int64_t most_of_picture;
    double shares[RS_AIM_MAX_PARTS];
    rs_aim_input in;
    rs_aim_result out;
} pool_and_goal;

static inline int by_number(const void *a, const void *b)
{
    return (int)*(const uint32_t *)a - (int)*(const uint32_t *)b;
}

static inline uint32_t number_of(rs_strmap *map, uint64_t *hashes, rs_str text)
{
    const size_t at = rs_strmap_put(map, text, NULL);
    hashes[at] = rs_hash64(text.ptr, text.len);
    return (uint32_t)at;
}

static inline uint32_t question_of(pool_and_goal *w, const char *text)
{
    bool made;
    const size_t at = rs_strmap_put(&w->texts, rs_str_of(text), &made);
    if (!made) return (uint32_t)at;
    rs_str rest = rs_str_of(text), word;
    const size_t first = w->n_numbers;
    while (rs_str_split(&rest, ' ', &word))
        w->word_numbers[w->n_numbers++] = number_of(&w->words, w->word_hash, word);
    qsort(&w->word_numbers[first], w->n_numbers - first, sizeof(uint32_t), by_number);
    w->questions[at] = (rs_aim_question){&w->word_numbers[first], (uint32_t)(w->n_numbers - first)};
    return (uint32_t)at;
}

static inline void add_example(pool_and_goal *w, uint32_t part, const char *question,
                               const char *answer)
{
    w->examples[w->n_examples++] =
        (rs_aim_example){part, question_of(w, question),
                         number_of(&w->answers, w->answer_hash, rs_str_of(answer)), RS_AIM_NONE};
}

static inline void add_sample(pool_and_goal *w, uint64_t id, uint32_t picture, const char *question,
                              const char *answer)
{
    const uint32_t at = (uint32_t)w->n_samples++;
    w->turns[at] = (rs_aim_turn){question_of(w, question), 1,
                                 number_of(&w->answers, w->answer_hash, rs_str_of(answer))};
    w->samples[at] = (rs_aim_sample){.key = rs_rng_key(1, number_id(id)),
                                     .picture = picture,
                                     .source = (uint32_t)(id % 2),
                                     .first_turn = at,
                                     .n_turns = 1,
                                     .quality = 1};
}

static inline void choose(pool_and_goal *w, uint32_t n_parts, int64_t budget)
{
    for (uint32_t p = 0; p < n_parts; p++)
        if (w->shares[p] == 0) w->shares[p] = 1;
    w->in = (rs_aim_input){.questions = w->questions,
                           .n_questions = (uint32_t)w->texts.n,
                           .n_words = (uint32_t)w->words.n,
                           .word_hash = w->word_hash,
                           .answer_hash = w->answer_hash,
                           .examples = w->examples,
                           .n_examples = w->n_examples,
                           .shares = w->shares,
                           .n_parts = n_parts,
                           .turns = w->turns,
                           .n_turns = w->n_samples,
                           .turn_tag = w->turn_tag,
                           .n_answers = (uint32_t)w->answers.n,
                           .n_sources = w->n_sources ? w->n_sources : 2,
                           .budget = budget,
                           .epochs = w->epochs,
                           .most_of_picture = w->most_of_picture,
                           .seed = 1};
    rs_aim_result_fini(&w->out);
    OK(rs_aim_choose(&w->in, w->samples, w->n_samples, &w->out, err));
}

static inline pool_and_goal *new_pool_and_goal(void)
{
    pool_and_goal *w = calloc(1, sizeof *w);
    assert_non_null(w);
    return w;
}

static inline void free_pool_and_goal(pool_and_goal *w)
{
    rs_aim_result_fini(&w->out);
    rs_strmap_fini(&w->words);
    rs_strmap_fini(&w->answers);
    rs_strmap_fini(&w->texts);
    free(w);
}

#endif
