/* Occurrence numbers beside a map that keeps every count. */
#include "base/occurrence.h"

#include "base/alloc.h"
#include "base/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/* Many keys once, some often, 0 and 1 among them (they count as one key). */
static void counts(void **state)
{
    (void)state;
    rs_occurrence o = {0};
    rs_map64 all = {0};
    rs_rng rng = rs_rng_of(3, (rs_id){1, 2});
    for (int i = 0; i < 300000; i++) {
        uint64_t key = rs_rng_below(&rng, UINT64_MAX);
        if (i % 5 == 0) key = (key % 50) * 0x9e3779b97f4a7c15u;
        if (i % 1001 == 0) key = (uint64_t)(i % 2);
        uint64_t before, *want = rs_map64_put(&all, key ? key : 1, 0, NULL);
        assert_non_null(want);
        assert_true(rs_occurrence_next(&o, key, &before));
        assert_int_equal(before, (*want)++);
    }
    rs_map64_fini(&all);
    rs_occurrence_fini(&o);
}

/* Without memory a key is not counted, and the next call counts it. */
static void no_memory(void **state)
{
    (void)state;
    rs_occurrence o = {0};
    uint64_t before;
    int n_failed = 0;
    for (uint64_t key = 2; key < 40; key++) {
        rs_alloc_fail_at(1);
        const bool counted = rs_occurrence_next(&o, key, &before);
        rs_alloc_fail_at(0);
        n_failed += !counted;
        if (!counted) assert_true(rs_occurrence_next(&o, key, &before));
        assert_int_equal(before, 0);
    }
    assert_true(n_failed > 1);
    rs_alloc_fail_at(1);
    assert_false(rs_occurrence_next(&o, 5, &before)); /* the first repeat needs a map */
    rs_alloc_fail_at(0);
    for (uint64_t i = 1; i < 4; i++) {
        assert_true(rs_occurrence_next(&o, 5, &before));
        assert_int_equal(before, i);
    }
    rs_occurrence_fini(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(counts), cmocka_unit_test(no_memory)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
