/* Representatives of a cell: rare kinds get their share, nothing depends on order or threads, and
 * members without a vector or all alike. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/hash.h"
#include "choose/representative.h"

enum { N = 1000, WIDTH = 8, RARE = 50 };

typedef struct cell {
    float vectors[N * WIDTH];
    size_t rows[N];
    uint64_t keys[N];
    double values[N];
    uint8_t taken[N];
} cell;

/* Two kinds of pictures far apart: 950 around one place, 50 around another. */
static cell *new_cell(void)
{
    cell *c = calloc(1, sizeof *c);
    assert_non_null(c);
    for (size_t i = 0; i < N; i++) {
        c->rows[i] = i;
        c->keys[i] = rs_hash64(&i, sizeof i);
        c->values[i] = 1;
        for (size_t w = 0; w < WIDTH; w++) {
            const size_t place[2] = {i, w};
            const float noise = (float)(rs_hash64(place, sizeof place) % 1000) / 1e4f;
            c->vectors[i * WIDTH + w] = noise + (i < RARE ? (float)(w == 0) : (float)(w == 1));
        }
    }
    return c;
}

static void choose(cell *c, size_t n, size_t n_taken, size_t n_threads)
{
    const rs_representative_job job = {.vectors = c->vectors,
                                       .width = WIDTH,
                                       .rows = c->rows,
                                       .keys = c->keys,
                                       .values = c->values,
                                       .n = n,
                                       .n_taken = n_taken,
                                       .seed = 7,
                                       .n_threads = n_threads};
    assert_int_equal(rs_choose_representatives(&job, c->taken, NULL, NULL), RSIFT_OK);
}

static size_t count(const cell *c, size_t begin, size_t end)
{
    size_t n = 0;
    for (size_t i = begin; i < end; i++) n += c->taken[i];
    return n;
}

/* A uniform draw of 40 would take 2 of the rare kind. */
static void rare_kinds_get_their_share(void **state)
{
    (void)state;
    cell *c = new_cell();
    choose(c, N, 2, 1);
    assert_int_equal(count(c, 0, RARE), 1);
    assert_int_equal(count(c, RARE, N), 1);
    choose(c, N, 40, 1);
    assert_int_equal(count(c, 0, N), 40);
    assert_in_range(count(c, 0, RARE), 4, 36);
    free(c);
}

static void order_and_threads_do_not_matter(void **state)
{
    (void)state;
    cell *a = new_cell(), *b = new_cell();
    choose(a, N, 100, 1);
    choose(b, N, 100, 4);
    assert_memory_equal(a->taken, b->taken, N);
    for (size_t i = 0; i < N; i++) { /* the last first */
        b->rows[i] = a->rows[N - 1 - i];
        b->keys[i] = a->keys[N - 1 - i];
    }
    choose(b, N, 100, 2);
    for (size_t i = 0; i < N; i++) assert_int_equal(a->taken[i], b->taken[N - 1 - i]);
    free(a);
    free(b);
}

static void values_weigh(void **state)
{
    (void)state;
    cell *c = new_cell();
    for (size_t i = 0; i < N; i += 2) c->values[i] = 1e-6;
    choose(c, N, 20, 1);
    size_t odd = 0;
    for (size_t i = 1; i < N; i += 2) odd += c->taken[i];
    assert_int_equal(odd, 20);
    free(c);
}

static void without_vectors_and_all_alike(void **state)
{
    (void)state;
    cell *c = new_cell();
    for (size_t i = 0; i < N; i++) c->rows[i] = SIZE_MAX;
    choose(c, N, 10, 1);
    assert_int_equal(count(c, 0, N), 10);
    for (size_t i = 0; i < N; i++) c->rows[i] = 0;
    choose(c, N, 10, 1);
    assert_int_equal(count(c, 0, N), 10);
    /* half without: they get the share of a cluster, not half of all */
    for (size_t i = 0; i < N; i++) c->rows[i] = i < N / 2 ? i : SIZE_MAX;
    choose(c, N, 90, 1);
    assert_int_equal(count(c, 0, N), 90);
    assert_in_range(count(c, N / 2, N), 1, 20);
    choose(c, N, N, 1);
    assert_int_equal(count(c, 0, N), N);
    choose(c, N, 0, 1);
    assert_int_equal(count(c, 0, N), 0);
    choose(c, 1, 1, 1);
    assert_int_equal(count(c, 0, 1), 1);
    free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rare_kinds_get_their_share),
        cmocka_unit_test(order_and_threads_do_not_matter),
        cmocka_unit_test(values_weigh),
        cmocka_unit_test(without_vectors_and_all_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
