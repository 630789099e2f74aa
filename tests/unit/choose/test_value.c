/* Blind guesses: by hand, against a slow twin, and whatever the order and the threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/rng.h"
#include "choose/value.h"

#include <math.h>

enum { N_LEVELS = 3, LEAST = RS_VALUE_LEAST };

/* Questions 0.. in groups of `width`, then of all. */
typedef struct case_ {
    rs_value_ask asks[600];
    uint32_t group[N_LEVELS][64];
    rs_value_input in;
    rs_value_guess out[600];
} case_;

static void init(case_ *c, uint32_t n_questions, uint32_t width, uint32_t n_answers)
{
    memset(c, 0, sizeof *c);
    for (uint32_t q = 0; q < n_questions; q++) {
        c->group[0][q] = q;
        c->group[1][q] = q / width;
    }
    c->in = (rs_value_input){.asks = c->asks,
                             .n_questions = n_questions,
                             .n_answers = n_answers,
                             .group = {c->group[0], c->group[1], c->group[2]},
                             .n_groups = {n_questions, (n_questions + width - 1) / width, 1},
                             .n_levels = N_LEVELS,
                             .template_level = 1,
                             .n_threads = 1};
}

static void add(case_ *c, uint32_t question, uint32_t picture, uint32_t answer)
{
    c->asks[c->in.n_asks++] = (rs_value_ask){question, picture, answer};
}

static double mean_blind(case_ *c)
{
    double sum = 0;
    assert_int_equal(rs_value_blind(&c->in, c->out, NULL), RSIFT_OK);
    for (size_t i = 0; i < c->in.n_asks; i++) sum += c->out[i].blind;
    return sum / (double)c->in.n_asks;
}

static bool near(double a, double b)
{
    return fabs(a - b) < 1e-5;
}

/* 72 of 100 pictures say yes: who always says yes scores 72. */
static void a_bias_is_scored(void **state)
{
    case_ *c = *state;
    init(c, 1, 1, 2);
    for (uint32_t p = 0; p < 100; p++) add(c, 0, p, p < 72);
    assert_true(near(mean_blind(c), 0.72));
    assert_true(near(c->out[99].likely, 72 / 99.0)); /* a no is left out */
    assert_true(near(c->out[99].share, 27 / 99.0));
    assert_true(near(c->out[99].common, 0) && near(c->out[0].common, 1));
    assert_true(near(c->out[0].bits, -0.72 * log2(0.72) - 0.28 * log2(0.28)));
}

/* Without the rule for near ties, leaving one out of 50 : 50 would always guess the other. */
static void balance_is_half(void **state)
{
    case_ *c = *state;
    init(c, 1, 1, 2);
    for (uint32_t p = 0; p < 100; p++) add(c, 0, p, p % 2);
    assert_true(near(mean_blind(c), 0.5));
    assert_true(near(c->out[7].bits, 1));
}

/* What only one picture answers cannot be guessed from the others, however often it says so. */
static void a_picture_does_not_guess_itself(void **state)
{
    case_ *c = *state;
    init(c, 40, 40, 3);
    for (uint32_t q = 0; q < 40; q++) add(c, q, 0, 2);
    for (uint32_t p = 1; p < 41; p++) add(c, p % 40, p, 1);
    assert_int_equal(rs_value_blind(&c->in, c->out, NULL), RSIFT_OK);
    assert_true(near(c->out[0].blind, 0) && near(c->out[0].share, 0));
    assert_true(near(c->out[40].blind, 0.5)); /* of 40 to 39 of the others */

    init(c, 1, 1, 1);
    for (uint32_t i = 0; i < 50; i++) add(c, 0, 0, 0);
    assert_int_equal(rs_value_blind(&c->in, c->out, NULL), RSIFT_OK);
    assert_true(c->out[0].blind < 0 && c->out[0].common < 0); /* no other picture: not known */
    init(c, 0, 1, 0);
    assert_int_equal(rs_value_blind(&c->in, c->out, NULL), RSIFT_OK);
}

/* A question of exactly LEAST pictures is judged by itself, not by the whole pool's answers; one
 * picture fewer is not. */
static void exactly_enough(void **state)
{
    case_ *c = *state;
    for (uint32_t missing = 0; missing < 2; missing++) {
        init(c, 2, 1, 2);
        for (uint32_t p = missing; p < LEAST; p++) add(c, 0, p, 0);
        for (uint32_t p = 0; p < 2 * LEAST; p++) add(c, 1, p + 100, 1);
        assert_int_equal(rs_value_blind(&c->in, c->out, NULL), RSIFT_OK);
        assert_int_equal(c->out[0].level, missing ? 2 : 0);
        assert_true(near(c->out[0].blind, missing ? 0 : 1));
    }
}

/* The first level with enough answers of others counts; copies do not make enough. */
static void levels_from_narrow_to_wide(void **state)
{
    case_ *c = *state;
    init(c, 4, 2, 3);
    for (uint32_t p = 0; p < LEAST + 1; p++) add(c, 0, p, 0);       /* enough */
    for (uint32_t p = 0; p < LEAST - 2; p++) add(c, 1, p + 100, 1); /* with question 0 only */
    for (uint32_t p = 0; p < 3; p++) add(c, 2, p + 200, 2);         /* with all only */
    assert_int_equal(rs_value_blind(&c->in, c->out, NULL), RSIFT_OK);
    assert_int_equal(c->out[0].level, 0);
    assert_int_equal(c->out[LEAST + 1].level, 1);
    assert_int_equal(c->out[2 * LEAST].level, 2);
    assert_true(near(c->out[0].blind, 1) && c->out[2 * LEAST].bits < 0);

    init(c, 1, 1, 2);
    for (uint32_t p = 0; p < 100; p++) add(c, 0, p / 10, 0);
    assert_int_equal(rs_value_blind(&c->in, c->out, NULL), RSIFT_OK);
    assert_int_equal(c->out[0].level, 2); /* ten pictures, each ten times */
    assert_true(c->out[0].bits < 0);
}

static void open_answers_are_not_judged(void **state)
{
    case_ *c = *state;
    init(c, 1, 1, 1);
    for (uint32_t p = 0; p < 60; p++) add(c, 0, p, p < 30 ? RS_VALUE_OPEN : 0);
    assert_int_equal(rs_value_blind(&c->in, c->out, NULL), RSIFT_OK);
    assert_true(c->out[0].blind < 0 && c->out[0].bits < 0 && c->out[0].common < 0);
    assert_true(near(c->out[59].blind, 1));
}

static void numbers_out_of_range(void **state)
{
    case_ *c = *state;
    init(c, 2, 1, 2);
    add(c, 0, 0, 2);
    assert_int_equal(rs_value_blind(&c->in, c->out, NULL), RSIFT_E_ARG);
    c->asks[0] = (rs_value_ask){2, 0, 0};
    assert_int_equal(rs_value_blind(&c->in, c->out, NULL), RSIFT_E_ARG);
    c->asks[0] = (rs_value_ask){1, 0, 0};
    c->group[1][1] = 2;
    assert_int_equal(rs_value_blind(&c->in, c->out, NULL), RSIFT_E_ARG);
}

/* ---- a slow twin ----------------------------------------------------------------------------- */

/* Counts of the answers to asks of a level's group, without a picture; each (picture, question,
 * answer) once. Returns their sum. */
static uint32_t count_others(const case_ *c, size_t level, size_t i, uint32_t *count)
{
    const rs_value_ask *me = &c->asks[i];
    uint32_t n = 0;
    memset(count, 0, c->in.n_answers * sizeof *count);
    for (size_t k = 0; k < c->in.n_asks; k++) {
        const rs_value_ask *a = &c->asks[k];
        bool again = false;
        for (size_t e = 0; e < k; e++)
            again = again || (c->asks[e].picture == a->picture &&
                              c->asks[e].question == a->question && c->asks[e].answer == a->answer);
        if (again || a->picture == me->picture || a->answer == RS_VALUE_OPEN ||
            c->group[level][a->question] != c->group[level][me->question])
            continue;
        count[a->answer]++;
        n++;
    }
    return n;
}

static double slow_credit(const uint32_t *count, size_t n_answers, uint32_t answer)
{
    uint32_t best = 0, n = 0;
    for (size_t a = 0; a < n_answers; a++) best = count[a] > best ? count[a] : best;
    for (size_t a = 0; a < n_answers; a++) n += count[a] > 0 && count[a] >= best - sqrt(best);
    return count[answer] > 0 && count[answer] >= best - sqrt(best) ? 1.0 / n : 0;
}

static void check_against_slow(const case_ *c)
{
    uint32_t count[16];
    for (size_t i = 0; i < c->in.n_asks; i++) {
        const rs_value_guess *g = &c->out[i];
        if (c->asks[i].answer == RS_VALUE_OPEN) {
            assert_true(g->blind < 0);
            continue;
        }
        size_t level = 0;
        uint32_t n = 0;
        for (; level < N_LEVELS; level++)
            if ((n = count_others(c, level, i, count)) >= LEAST - 1) break;
        if (level == N_LEVELS) level--;
        if (n == 0) {
            assert_true(g->blind < 0);
            continue;
        }
        assert_int_equal(g->level, level);
        assert_true(near(g->blind, slow_credit(count, c->in.n_answers, c->asks[i].answer)));
        assert_true(near(g->share, (double)count[c->asks[i].answer] / n));
        (void)count_others(c, N_LEVELS - 1, i, count);
        assert_true(near(g->common, slow_credit(count, c->in.n_answers, c->asks[i].answer)));
    }
}

static void agrees_with_the_slow_twin(void **state)
{
    case_ *c = *state;
    for (uint64_t seed = 0; seed < 30; seed++) {
        rs_rng rng = rs_rng_of(seed, (rs_id){1, seed});
        const uint32_t n_questions = 1 + (uint32_t)rs_rng_below(&rng, 30),
                       n_answers = 1 + (uint32_t)rs_rng_below(&rng, 12),
                       n_pictures = 1 + (uint32_t)rs_rng_below(&rng, 60);
        const size_t n = (size_t)rs_rng_below(&rng, 300);
        init(c, n_questions, 1 + (uint32_t)rs_rng_below(&rng, 6), n_answers);
        for (size_t i = 0; i < n; i++) {
            const uint32_t question = (uint32_t)rs_rng_below(&rng, n_questions),
                           answer = (uint32_t)rs_rng_below(&rng, 1 + rs_rng_below(&rng, n_answers));
            add(c, question, (uint32_t)rs_rng_below(&rng, n_pictures),
                rs_rng_below(&rng, 9) == 0 ? RS_VALUE_OPEN : answer);
        }
        c->in.n_threads = 1 + seed % 3;
        assert_int_equal(rs_value_blind(&c->in, c->out, NULL), RSIFT_OK);
        check_against_slow(c);
    }
}

static int make_case(void **state)
{
    *state = calloc(1, sizeof(case_));
    return *state ? 0 : -1;
}

static int free_case(void **state)
{
    free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bias_is_scored),
        cmocka_unit_test(balance_is_half),
        cmocka_unit_test(a_picture_does_not_guess_itself),
        cmocka_unit_test(exactly_enough),
        cmocka_unit_test(levels_from_narrow_to_wide),
        cmocka_unit_test(open_answers_are_not_judged),
        cmocka_unit_test(numbers_out_of_range),
        cmocka_unit_test(agrees_with_the_slow_twin),
    };
    return cmocka_run_group_tests(tests, make_case, free_case);
}
