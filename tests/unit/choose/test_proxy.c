/* Small models: they learn what question and picture decide, cannot answer what they were not
 * taught, and repeat themselves to the byte. */
#include "decide/workspace.h"

#include "choose/proxy.h"

#include <math.h>

enum { N = 600, TESTS = 200, WIDTH = 40 };

typedef struct bed {
    rs_proxy_question questions[2];
    float described[(N + TESTS) * WIDTH], pictures[(N + TESTS) * RS_PROXY_NUMBERS];
    rs_proxy_example examples[N], tests[TESTS];
    size_t first_test[3];
    uint32_t train[N];
    rs_proxy_data data;
} bed;

/* Two questions about one picture: question 0 asks for the sign of a first hidden number (answers 0
 * and 1), question 1 for that of a second (answers 2 and 3). The numbers are mixed into the
 * descriptor with noise. Target 0 asks question 0, target 1 question 1. */
static bed *make_bed(void)
{
    bed *b = calloc(1, sizeof *b);
    rs_rng rng = rs_rng_of(5, number_id(5));
    b->questions[0] = (rs_proxy_question){.bucket = {3, 9, 40}, .n = 3};
    b->questions[1] = (rs_proxy_question){.bucket = {9, 77}, .n = 2};
    for (uint32_t i = 0; i < N + TESTS; i++) {
        const double hidden[2] = {rs_rng_unit(&rng) - 0.5, rs_rng_unit(&rng) - 0.5};
        for (size_t j = 0; j < WIDTH; j++)
            b->described[i * WIDTH + j] =
                (float)(hidden[j % 2] * (double)(j + 1) + 0.2 * rs_rng_unit(&rng));
        const uint32_t q = i >= N ? i >= N + TESTS / 2 : i % 2;
        const rs_proxy_example e = {.question = q, .picture = i, .answer = 2 * q + (hidden[q] > 0)};
        if (i < N) b->examples[i] = e;
        else b->tests[i - N] = e;
        if (i < N) b->train[i] = i;
    }
    b->first_test[1] = TESTS / 2;
    b->first_test[2] = TESTS;
    OK(rs_choose_proxy_shorten(b->described, N + TESTS, WIDTH, b->pictures, err));
    b->data = (rs_proxy_data){.questions = b->questions,
                              .pictures = b->pictures,
                              .examples = b->examples,
                              .tests = b->tests,
                              .first_test = b->first_test,
                              .n_targets = 2,
                              .seed = 1};
    return b;
}

static void learns_by_question_and_picture(void **state)
{
    (void)state;
    bed *b = make_bed();
    double accuracy[2], again[2];
    OK(rs_choose_proxy(&b->data, b->train, N, accuracy, err));
    assert_true(accuracy[0] > 0.9 && accuracy[1] > 0.9);
    OK(rs_choose_proxy(&b->data, b->train, N, again, err));
    assert_memory_equal(accuracy, again, sizeof accuracy);
    free(b);
}

/* A mixture without the target's questions cannot answer them: its answers are never given. */
static void teaches_only_what_is_asked(void **state)
{
    (void)state;
    bed *b = make_bed();
    double accuracy[2];
    size_t n = 0;
    for (uint32_t i = 0; i < N; i += 2) b->train[n++] = i;
    OK(rs_choose_proxy(&b->data, b->train, n, accuracy, err));
    assert_true(accuracy[0] > 0.9);
    assert_true(accuracy[1] < 0.01);
    OK(rs_choose_proxy(&b->data, b->train, 0, accuracy, err));
    assert_true(accuracy[0] < 0.01 && accuracy[1] < 0.01);
    for (uint32_t i = 0; i < N; i++) b->examples[i].answer = UINT32_MAX; /* all of them rare */
    OK(rs_choose_proxy(&b->data, b->train, n, accuracy, err));
    assert_true(accuracy[0] < 0.01);
    free(b);
}

/* Shortened numbers keep what varies: one number that carries all variance comes first, and numbers
 * that never vary are 0. */
static void shortening(void **state)
{
    (void)state;
    float in[50 * 3], out[50 * RS_PROXY_NUMBERS];
    for (int i = 0; i < 50; i++) {
        in[i * 3] = (float)i;
        in[i * 3 + 1] = (float)(2 * i + 7);
        in[i * 3 + 2] = 4;
    }
    OK(rs_choose_proxy_shorten(in, 50, 3, out, err));
    for (int i = 1; i < 50; i++) {
        assert_true(fabsf(out[i * RS_PROXY_NUMBERS] - out[(i - 1) * RS_PROXY_NUMBERS]) > 0.05f);
        for (int k = 1; k < RS_PROXY_NUMBERS; k++)
            assert_true(fabsf(out[i * RS_PROXY_NUMBERS + k]) < 1e-3f);
    }
    OK(rs_choose_proxy_shorten(in, 0, 3, out, err));
}

static void memory_fails(void **state)
{
    (void)state;
    bed *b = make_bed();
    double accuracy[2];
    for (int64_t at = 1;; at++) {
        rs_alloc_fail_at(at);
        rsift_status status = rs_choose_proxy(&b->data, b->train, 20, accuracy, NULL);
        if (status == RSIFT_OK)
            status = rs_choose_proxy_shorten(b->described, 20, WIDTH, b->pictures, NULL);
        rs_alloc_fail_at(0);
        if (status == RSIFT_OK) break;
        assert_int_equal(status, RSIFT_E_NOMEM);
        assert_true(at < 30);
    }
    free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(learns_by_question_and_picture),
                                       cmocka_unit_test(teaches_only_what_is_asked),
                                       cmocka_unit_test(shortening),
                                       cmocka_unit_test(memory_fails)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
