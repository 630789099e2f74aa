/* Every pair above the bound and no other, whatever the blocks and threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/rng.h"
#include "similar/cosine.h"

#include <math.h>
#include <string.h>

enum { ROWS = 130, WIDTH = 37 };

static float rows[ROWS][WIDTH];

static rsift_status read_rows(void *ctx, size_t begin, size_t n, float *out, rsift_error *err)
{
    (void)ctx;
    (void)err;
    assert_true(begin + n <= ROWS);
    memcpy(out, rows[begin], n * sizeof rows[0]);
    return RSIFT_OK;
}

typedef struct found {
    float score[ROWS][ROWS]; /* 0 = no pair */
    size_t n, most;
} found;

static rsift_status take_pair(void *ctx, const rs_cosine_pair *pair, rsift_error *err)
{
    found *f = ctx;
    assert_true(pair->a < pair->b && pair->b < ROWS);
    assert_true(f->score[pair->a][pair->b] < 0.1f); /* once */
    f->score[pair->a][pair->b] = pair->score;
    return ++f->n == f->most ? rs_err_set(err, RSIFT_E_LIMIT, "enough") : RSIFT_OK;
}

/* Rows near one of five directions: some pairs are far above the bound, some just below. */
static void make_rows(void)
{
    rs_rng rng = rs_rng_of(5, (rs_id){1, 2});
    float centre[5][WIDTH];
    for (size_t c = 0; c < 5; c++)
        for (size_t i = 0; i < WIDTH; i++) centre[c][i] = (float)rs_rng_unit(&rng) - 0.5f;
    for (size_t r = 0; r < ROWS; r++) {
        float sum = 0;
        for (size_t i = 0; i < WIDTH; i++) {
            rows[r][i] = centre[r % 5][i] + 0.3f * ((float)rs_rng_unit(&rng) - 0.5f);
            sum += rows[r][i] * rows[r][i];
        }
        for (size_t i = 0; i < WIDTH; i++) rows[r][i] /= sqrtf(sum);
    }
}

static void every_pair_is_found(void **state)
{
    (void)state;
    static found once, again;
    static const struct {
        size_t bytes, threads;
    } ways[] = {{0, 1}, {1, 1}, {7 * 48 * sizeof(float), 3}, {64 * 48 * sizeof(float), 2}};
    make_rows();
    for (size_t w = 0; w < sizeof ways / sizeof *ways; w++) {
        again = (found){.n = 0};
        const rs_cosine_job job = {.n = ROWS,
                                   .width = WIDTH,
                                   .least = 0.9,
                                   .n_threads = ways[w].threads,
                                   .block_bytes = ways[w].bytes,
                                   .read = read_rows};
        assert_int_equal(rs_cosine_pairs(&job, take_pair, &again, NULL), RSIFT_OK);
        if (w == 0) once = again;
        /* the same bits, too */
        assert_memory_equal(once.score, again.score, sizeof once.score);
    }
    size_t n = 0;
    for (size_t a = 0; a < ROWS; a++)
        for (size_t b = a + 1; b < ROWS; b++) {
            double dot = 0;
            for (size_t i = 0; i < WIDTH; i++) dot += (double)rows[a][i] * (double)rows[b][i];
            if (fabs(dot - 0.9) < 1e-5) continue;
            assert_int_equal(once.score[a][b] > 0, dot >= 0.9);
            if (dot >= 0.9) assert_true(fabs((double)once.score[a][b] - dot) < 1e-5);
            n += dot >= 0.9;
        }
    assert_true(n > 100 && n < ROWS * (ROWS - 1) / 2);
}

static void ends_early(void **state)
{
    (void)state;
    static found f;
    rs_cosine_job job = {.n = ROWS, .width = WIDTH, .least = -1, .n_threads = 2, .read = read_rows};
    make_rows();
    f = (found){.most = 10};
    assert_int_equal(rs_cosine_pairs(&job, take_pair, &f, NULL), RSIFT_E_LIMIT);
    assert_int_equal(f.n, 10);
    job.n = 1;
    f = (found){.most = 10};
    assert_int_equal(rs_cosine_pairs(&job, take_pair, &f, NULL), RSIFT_OK);
    assert_int_equal(f.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pair_is_found),
        cmocka_unit_test(ends_early),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
