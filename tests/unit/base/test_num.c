/* Numbers from text: the long forms, which leave the exact short path. */
#include "base/num.h"

#include "base/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void test_long_doubles(void **state)
{
    (void)state;
    static const struct {
        rs_str text;
        double value;
    } table[] = {
        {{"0.12345678901234567", 19}, 0.12345678901234567},
        {{"-3.4028234663852886e+38", 23}, -3.4028234663852886e+38},
        {{"1e-300", 6}, 1e-300},
        {{"123456789012345678901234", 24}, 123456789012345678901234.0},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        double v = 0;
        assert_true(rs_num_double(table[i].text, &v));
        assert_true(v == table[i].value);
    }
    double v;
    assert_false(rs_num_double(RS_STR("1e999"), &v));
    assert_false(rs_num_double(RS_STR("nan"), &v));
}

/* Words of digits, signs and points are read as strtod reads them, or refused where it stops before
 * their end. */
static void test_short_doubles(void **state)
{
    (void)state;
    static const char letters[] = "0123456789012345678900112233..-+e";
    rs_rng rng = rs_rng_of(1, (rs_id){0});
    int n_numbers = 0;
    for (int k = 0; k < 300000; k++) {
        char text[32];
        const size_t n = 1 + (size_t)rs_rng_below(&rng, 22);
        for (size_t i = 0; i < n; i++) text[i] = letters[rs_rng_below(&rng, sizeof letters - 1)];
        if (k % 2) /* more of those that are numbers */
            for (size_t i = 1; i < n; i++)
                if (text[i] == 'e' || text[i] == '-' || text[i] == '+') text[i] = '7';
        text[n] = 0;
        char *end;
        const double expected = strtod(text, &end);
        double v = -1;
        const bool good = rs_num_double(rs_str_make(text, n), &v);
        if (good != (*end == 0 && isfinite(expected))) fail_msg("\"%s\"", text);
        if (good && memcmp(&v, &expected, sizeof v) != 0) fail_msg("\"%s\" is %.17g", text, v);
        n_numbers += good;
    }
    assert_true(n_numbers > 100000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_long_doubles),
                                       cmocka_unit_test(test_short_doubles)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
