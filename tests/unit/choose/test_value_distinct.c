/* Distinct things: exact while they fit, an estimate beyond, the same in any order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "choose/value_distinct.h"

static uint64_t hash_of(uint64_t i)
{
    return rs_hash64(&i, sizeof i);
}

static int64_t count(size_t most, uint64_t n, uint64_t step)
{
    rs_value_distinct set = {.most = most};
    for (uint64_t i = 0; i < n; i++)
        for (int again = 0; again < 2; again++)
            assert_true(rs_value_distinct_put(&set, hash_of(i * step % n)));
    assert_true(set.kept.n <= most);
    const int64_t out = rs_value_distinct_count(&set);
    rs_value_distinct_fini(&set);
    return out;
}

static void exact_while_they_fit(void **state)
{
    (void)state;
    assert_int_equal(count(100, 0, 1), 0);
    assert_int_equal(count(100, 1, 1), 1);
    assert_int_equal(count(100, 100, 1), 100);
}

static void an_estimate_beyond(void **state)
{
    (void)state;
    const int64_t n = count(1 << 12, 100000, 1);
    assert_in_range(n, 95000, 105000); /* 1 / sqrt(4,096) = 1.6 %: three times that */
    assert_int_equal(count(1 << 12, 100000, 33331), n); /* in another order */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(exact_while_they_fit),
                                       cmocka_unit_test(an_estimate_beyond)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
