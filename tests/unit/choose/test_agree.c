/* Answers against those of like pictures: by hand, and whatever the order, the threads, copies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/rng.h"
#include "choose/agree.h"

#include <math.h>
#include <string.h>

enum { WIDTH = 3, N = 120, MOST = 6000 };

typedef struct world {
    rs_agree_ask asks[MOST];
    float descriptors[MOST * WIDTH], share[MOST], again[MOST];
    rs_agree_input in;
} world;

/* Pictures of three kinds, far apart; the answer is the kind, but for every `wrong`-th. */
static void fill(world *w, size_t n, size_t wrong)
{
    memset(w, 0, sizeof *w);
    for (size_t i = 0; i < n; i++) {
        const size_t kind = i % 3;
        for (size_t k = 0; k < WIDTH; k++)
            w->descriptors[i * WIDTH + k] =
                (float)(rs_rng_open_unit(rs_rng_key(k, (rs_id){i, 1})) + (k == kind ? 10 : 0));
        w->asks[i] = (rs_agree_ask){.question = 7,
                                    .answer = (uint32_t)(wrong && i % wrong == 0 ? kind + 1 : kind),
                                    .picture = (uint32_t)i,
                                    .descriptor = (uint32_t)i,
                                    .key = rs_rng_key(3, (rs_id){i, 2})};
    }
    w->in = (rs_agree_input){
        .asks = w->asks, .n = n, .descriptors = w->descriptors, .width = WIDTH, .n_threads = 1};
}

static void judge(world *w)
{
    assert_int_equal(rs_choose_agree(&w->in, w->share, NULL), RSIFT_OK);
}

static void a_wrong_answer_stands_alone(void **state)
{
    world *w = *state;
    fill(w, N, 10);
    judge(w);
    double right = 0, wrong = 0;
    for (size_t i = 0; i < N; i++) *(i % 10 ? &right : &wrong) += (double)w->share[i];
    assert_true(right / (N - N / 10.0) > 0.8);
    assert_true(wrong / (N / 10.0) < 0.2);
    fill(w, N, 0);
    judge(w);
    for (size_t i = 0; i < N; i++) assert_true(w->share[i] == 1);
}

/* Too few pictures, one answer alone, or no descriptor: nothing is told. */
static void what_cannot_be_told(void **state)
{
    world *w = *state;
    fill(w, RS_AGREE_LEAST - 1, 10);
    judge(w);
    for (size_t i = 0; i < w->in.n; i++) assert_true(isnan(w->share[i]));
    fill(w, RS_AGREE_LEAST, 10);
    w->asks[4].descriptor = RS_AGREE_NO_DESCRIPTOR;
    judge(w); /* one picture fewer is left */
    for (size_t i = 0; i < w->in.n; i++) assert_true(isnan(w->share[i]));
    fill(w, RS_AGREE_LEAST + 1, 10);
    w->asks[4].descriptor = RS_AGREE_NO_DESCRIPTOR;
    judge(w);
    for (size_t i = 0; i < w->in.n; i++) assert_true(isnan(w->share[i]) == (i == 4));
    fill(w, N, 0);
    for (size_t i = 0; i < N; i++) w->asks[i].answer = 5;
    judge(w);
    for (size_t i = 0; i < N; i++) assert_true(isnan(w->share[i]));
    w->in.n = 0;
    judge(w);
}

/* Another question is another comparison. */
static void questions_are_apart(void **state)
{
    world *w = *state;
    fill(w, N, 0);
    for (size_t i = 0; i < N; i++) w->asks[i].question = i < N / 2 ? 1 : 2;
    for (size_t i = N / 2; i < N; i++) w->asks[i].answer = (uint32_t)(i % 3 + 1) % 3;
    judge(w);
    for (size_t i = 0; i < N; i++) assert_true(w->share[i] == 1);
}

/* Ten copies of one picture do not outvote its neighbours, nor does a picture confirm itself. */
static void a_picture_counts_once(void **state)
{
    world *w = *state;
    fill(w, N, 0);
    w->asks[0].answer = 2; /* wrong */
    judge(w);
    memcpy(w->again, w->share, sizeof w->share);
    for (size_t k = 0; k < 30; k++) {
        w->asks[N + k] = w->asks[0];
        w->asks[N + k].key += k + 1;
        w->asks[N + k].descriptor = (uint32_t)(N + k);
        memcpy(&w->descriptors[(N + k) * WIDTH], &w->descriptors[0], WIDTH * sizeof(float));
    }
    w->in.n = N + 30;
    judge(w);
    for (size_t i = 0; i < N; i++) assert_true(w->share[i] == w->again[i]);
    for (size_t k = 0; k < 30; k++) assert_true(w->share[N + k] == 0);
}

/* Thirty copies of one picture that nobody knows as copies: other bytes, hardly
 * another descriptor. They confirm neither it nor one another, and for the others count once. */
static void copies_that_nobody_recognised(void **state)
{
    enum { N_COPIES = 30 };
    world *w = *state;
    fill(w, N, 0);
    w->asks[0].answer = 2; /* wrong */
    w->in.same = 0.01F;
    judge(w);
    memcpy(w->again, w->share, sizeof w->share);
    for (size_t k = 0; k < N_COPIES; k++) {
        w->asks[N + k] = w->asks[0];
        w->asks[N + k].key += k + 1;
        w->asks[N + k].picture = w->asks[N + k].descriptor = (uint32_t)(N + k);
        for (size_t d = 0; d < WIDTH; d++)
            w->descriptors[(N + k) * WIDTH + d] = w->descriptors[d] + 0.0001F * (float)(k + 1);
    }
    w->in.n = N + N_COPIES;
    judge(w);
    /* a copy may lie a little nearer than the tenth neighbour where the picture did not */
    for (size_t i = 0; i < N; i++)
        assert_true(fabsf(w->share[i] - w->again[i]) < 1.5F / RS_AGREE_NEAREST);
    assert_true(w->share[0] == 0);
    for (size_t k = 0; k < N_COPIES; k++) assert_true(w->share[N + k] == 0);
    w->in.same = 0; /* then they do */
    judge(w);
    assert_true(w->share[0] == 1);
}

/* Where all descriptors are the same there are no ten to count: nothing is told. */
static void one_descriptor_for_all(void **state)
{
    world *w = *state;
    fill(w, N, 4);
    for (size_t i = 0; i < N * WIDTH; i++) w->descriptors[i] = 1;
    judge(w);
    for (size_t i = 0; i < N; i++) assert_true(isnan(w->share[i]));
}

static void order_and_threads_do_not_matter(void **state)
{
    world *w = *state;
    fill(w, MOST, 4); /* more than are compared with */
    judge(w);
    for (size_t i = 0; i < MOST; i++) w->again[i] = w->share[MOST - 1 - i];
    for (size_t i = 0; i < MOST / 2; i++) {
        const rs_agree_ask ask = w->asks[i];
        w->asks[i] = w->asks[MOST - 1 - i];
        w->asks[MOST - 1 - i] = ask;
    }
    w->in.n_threads = 3;
    judge(w);
    assert_memory_equal(w->share, w->again, sizeof w->share);
}

static void scaled(void **state)
{
    (void)state;
    float descriptors[] = {1, 5, 3, 5, 99, 7};
    rs_agree_scale(descriptors, (const bool[]){true, true, false}, 3, 2);
    assert_true(descriptors[0] == 1 &&
                descriptors[2] == 3); /* deviation 1; the third is not known */
    assert_true(descriptors[1] == 0 && descriptors[3] == 0); /* a constant */
    rs_agree_scale(descriptors, NULL, 0, 2);
}

static int make(void **state)
{
    *state = malloc(sizeof(world));
    return *state == NULL;
}

static int drop(void **state)
{
    free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_wrong_answer_stands_alone),
                                       cmocka_unit_test(what_cannot_be_told),
                                       cmocka_unit_test(questions_are_apart),
                                       cmocka_unit_test(a_picture_counts_once),
                                       cmocka_unit_test(copies_that_nobody_recognised),
                                       cmocka_unit_test(one_descriptor_for_all),
                                       cmocka_unit_test(order_and_threads_do_not_matter),
                                       cmocka_unit_test(scaled)};
    return cmocka_run_group_tests(tests, make, drop);
}
