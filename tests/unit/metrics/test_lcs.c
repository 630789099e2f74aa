/* The longest common subsequence against the plain table, on seeded sequences, and its bounds. */
#include "metrics/lcs.h"

#include "base/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MOST = 400 };

static size_t by_table(const uint32_t *a, size_t n_a, const uint32_t *b, size_t n_b)
{
    static uint32_t rows[2][MOST + 1];
    memset(rows, 0, sizeof rows);
    for (size_t i = 0; i < n_a; i++)
        for (size_t j = 0; j < n_b; j++) {
            const uint32_t *above = rows[i % 2];
            uint32_t *row = rows[(i + 1) % 2];
            const uint32_t best = above[j + 1] > row[j] ? above[j + 1] : row[j];
            row[j + 1] = a[i] == b[j] ? above[j] + 1 : best;
        }
    return rows[n_a % 2][n_b];
}

static void as_the_table(void **state)
{
    rs_rng rng = {42};
    rs_lcs lcs = {0};
    static uint32_t a[MOST], b[MOST];
    (void)state;
    for (int round = 0; round < 300; round++) {
        const size_t n_a = rs_rng_below(&rng, MOST), n_b = rs_rng_below(&rng, MOST);
        const uint32_t n_ids = 1 + (uint32_t)rs_rng_below(&rng, round % 3 ? 6 : 300);
        for (size_t i = 0; i < n_a; i++) a[i] = (uint32_t)rs_rng_below(&rng, n_ids);
        /* some numbers of b are not in a */
        for (size_t i = 0; i < n_b; i++) b[i] = (uint32_t)rs_rng_below(&rng, n_ids + n_ids / 4 + 1);
        size_t got;
        assert_int_equal(rs_metrics_lcs_length(&lcs, (rs_numbers){a, n_a}, n_ids,
                                               (rs_numbers){b, n_b}, NULL, &got, NULL),
                         RSIFT_OK);
        assert_int_equal(got, by_table(a, n_a, b, n_b));
    }
    rs_metrics_lcs_fini(&lcs);
}

/* 200,000 words against as many took minutes with the plain table. */
static void long_texts_and_bounds(void **state)
{
    enum { N = 200000 };
    rs_lcs lcs = {0};
    uint32_t *a = calloc(N, sizeof *a);
    size_t got;
    (void)state;
    assert_non_null(a);
    for (uint32_t i = 0; i < N; i++) a[i] = i;
    const rs_numbers all = {a, N};
    assert_int_equal(rs_metrics_lcs_length(&lcs, all, N, all, NULL, &got, NULL), RSIFT_OK);
    assert_int_equal(got, N);
    /* two numbers that stand everywhere */
    uint32_t *few = calloc(N, sizeof *few);
    assert_non_null(few);
    for (uint32_t i = 0; i < N; i++) few[i] = i * 2654435761u >> 31;
    const rs_numbers often = {few, N};
    assert_int_equal(rs_metrics_lcs_length(&lcs, often, 2, often, NULL, &got, NULL), RSIFT_OK);
    assert_int_equal(got, N);
    free(few);
    rs_cancel cancel = {.requested = true};
    assert_int_equal(rs_metrics_lcs_length(&lcs, all, N, all, &cancel, &got, NULL),
                     RSIFT_E_CANCELLED);
    /* refused before anything is read */
    rsift_error err = {0};
    const rs_numbers huge = {a, (size_t)1 << 19};
    assert_int_equal(rs_metrics_lcs_length(&lcs, huge, N, huge, NULL, &got, &err), RSIFT_E_LIMIT);
    assert_non_null(strstr(err.message, "2^36"));
    rs_metrics_lcs_fini(&lcs);
    free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_the_table),
        cmocka_unit_test(long_texts_and_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
