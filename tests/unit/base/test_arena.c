/* One arena taken over by another: everything stays where it lies and is freed once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"

static void adopts(void **unused)
{
    (void)unused;
    rs_arena to = {0}, from = {0};
    rs_str texts[3000];
    rs_arena_adopt(&to, &from); /* nothing into nothing */
    for (size_t round = 0; round < 3; round++) {
        for (size_t i = 0; i < 1000; i++) {
            rs_arena *arena = i % 3 ? &from : &to;
            if (round == 0) arena = &from; /* into an empty one */
            texts[round * 1000 + i] = rs_arena_printf(arena, "%zu-%zu%200s", round, i, "");
            assert_non_null(texts[round * 1000 + i].ptr);
        }
        const size_t n_bytes = to.n_bytes + from.n_bytes;
        rs_arena_adopt(&to, &from);
        assert_true(to.n_bytes == n_bytes && !from.head && !from.n_bytes);
    }
    rs_arena_fini(&from);
    for (size_t k = 0; k < 3000; k++) {
        char wanted[32];
        const int n = snprintf(wanted, sizeof wanted, "%zu-%zu", k / 1000, k % 1000);
        assert_memory_equal(texts[k].ptr, wanted, (size_t)n);
    }
    rs_arena_reset(&to);
    assert_non_null(rs_arena_alloc(&to, 100));
    rs_arena_fini(&to);
}

/* What is emptied and filled again gets the same blocks. */
static void fills_again(void **unused)
{
    (void)unused;
    enum { N = 3 * 1024, SIZE = 1024 }; /* three blocks */
    rs_arena arena = {0};
    const char *first[N];
    size_t n_same = 0;
    for (int round = 0; round < 3; round++) {
        char *pieces[N];
        for (size_t i = 0; i < N; i++) {
            pieces[i] = rs_arena_alloc(&arena, SIZE);
            assert_non_null(pieces[i]);
            memset(pieces[i], (int)(i % 251), SIZE);
        }
        for (size_t i = 0; i < N; i++) {
            for (size_t k = 0; k < SIZE; k++) assert_int_equal((uint8_t)pieces[i][k], i % 251);
            for (size_t k = 0; round == 2 && k < N; k++) n_same += pieces[i] == first[k];
            if (round == 1) first[i] = pieces[i];
        }
        rs_arena_reset(&arena);
        assert_int_equal(arena.n_bytes, 0);
    }
    assert_int_equal(n_same, N);
    rs_arena_fini(&arena);
    assert_null(arena.spare);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(adopts), cmocka_unit_test(fills_again)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
