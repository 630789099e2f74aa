/* rs_rank_sort against the C library's sort, on few and many values, equal ones among them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/rank.h"
#include "base/rng.h"

enum { MOST = 20000 };
static double values[MOST];

/* Falling value, then number. */
static int by_value(const void *a, const void *b)
{
    const rs_ranked *x = a, *y = b;
    if (values[x->i] != values[y->i]) return values[x->i] > values[y->i] ? -1 : 1;
    return x->i < y->i ? -1 : x->i > y->i;
}

static double some_value(rs_rng *rng, int kind)
{
    static const double few[] = {0.0, -0.0, 0.5, -0.5, 1e308, -1e308, 5e-324, -5e-324};
    if (kind == 0) return few[rs_rng_below(rng, 8)];
    if (kind == 1) return rs_rng_unit(rng);
    if (kind == 2) return (double)rs_rng_below(rng, 100) / 100;
    return rs_rng_unit(rng) * (rs_rng_below(rng, 2) ? 1e200 : -1e-200);
}

static void agrees_with_qsort(void **state)
{
    static const size_t sizes[] = {0, 1, 2, 47, 48, 49, 1000, MOST};
    static rs_ranked got[MOST], expected[MOST], spare[MOST];
    (void)state;
    rs_rng rng = rs_rng_of(1, (rs_id){3, 4});
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (int kind = 0; kind < 4; kind++) {
            const size_t n = sizes[s];
            for (uint32_t i = 0; i < n; i++) {
                values[i] = some_value(&rng, kind);
                got[i] = expected[i] = (rs_ranked){rs_rank_falling(values[i]), i};
            }
            rs_rank_sort(got, spare, n);
            if (n) qsort(expected, n, sizeof *expected, by_value);
            for (size_t i = 0; i < n; i++) assert_int_equal(got[i].i, expected[i].i);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(agrees_with_qsort)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
