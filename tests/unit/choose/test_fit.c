/* The largest choice that fits: lines, steps, bends; budgets that nothing or everything fits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "choose/fit.h"

typedef struct curve {
    int64_t (*of)(int64_t n);
    int calls;
} curve;

static rsift_status cost(void *ctx, int64_t n, int64_t *out, rsift_error *err)
{
    curve *c = ctx;
    (void)err;
    c->calls++;
    *out = c->of(n);
    return n == 777777 ? RSIFT_E_CANCELLED : RSIFT_OK;
}

static int64_t line(int64_t n)
{
    return 37 * n;
}

static int64_t steps(int64_t n)
{
    return n / 100 * 5000;
}

/* most of the cost in the last samples */
static int64_t bend(int64_t n)
{
    return n < 900000 ? n / 1000 : 900 + (n - 900000) * 1000;
}

static void the_next_one_does_not_fit(void **state)
{
    (void)state;
    int64_t (*const curves[])(int64_t) = {line, steps, bend};
    for (size_t k = 0; k < 3; k++)
        for (int64_t budget = 1; budget < 1000000000; budget = budget * 7 + 3) {
            curve c = {.of = curves[k]};
            int64_t n;
            assert_int_equal(rs_choose_fit(cost, &c, budget, 1000000, &n, NULL), RSIFT_OK);
            if (n > 0) assert_true(c.of(n) <= budget);
            if (n < 1000000) assert_true(c.of(n + 1) > budget);
            assert_in_range(c.calls, 1, 64);
        }
}

static void ends(void **state)
{
    (void)state;
    curve c = {.of = line};
    int64_t n;
    assert_int_equal(rs_choose_fit(cost, &c, 36, 10, &n, NULL), RSIFT_OK);
    assert_int_equal(n, 0);
    assert_int_equal(rs_choose_fit(cost, &c, 37, 1, &n, NULL), RSIFT_OK);
    assert_int_equal(n, 1);
    assert_int_equal(rs_choose_fit(cost, &c, 1000, 10, &n, NULL), RSIFT_OK);
    assert_int_equal(n, 10);
    assert_int_equal(rs_choose_fit(cost, &c, 1000, 0, &n, NULL), RSIFT_OK);
    assert_int_equal(n, 0);
    assert_int_equal(rs_choose_fit(cost, &c, 1000, 777777, &n, NULL), RSIFT_E_CANCELLED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_next_one_does_not_fit),
        cmocka_unit_test(ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
