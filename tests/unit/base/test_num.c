/* Numbers from text: the long forms, which leave the exact short path. */
#include "base/num.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_long_doubles)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
