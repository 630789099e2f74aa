/* ASCII classes, for every byte, against the C library's in the C locale. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/ascii.h"

#include <ctype.h>

static void agrees_with_ctype(void **state)
{
    (void)state;
    for (int i = 0; i < 256; i++) {
        const char c = (char)i;
        const bool ascii = i < 128;
        assert_int_equal(rs_ascii_is_digit(c), ascii && isdigit(i) != 0);
        assert_int_equal(rs_ascii_is_lower(c), ascii && islower(i) != 0);
        assert_int_equal(rs_ascii_is_upper(c), ascii && isupper(i) != 0);
        assert_int_equal(rs_ascii_is_letter(c), ascii && isalpha(i) != 0);
        assert_int_equal(rs_ascii_is_alnum(c), ascii && isalnum(i) != 0);
        assert_int_equal(rs_ascii_is_space(c), ascii && isspace(i) != 0);
        assert_int_equal(rs_ascii_lower(c), (char)(ascii ? tolower(i) : i));
        assert_int_equal(rs_ascii_hex(c) >= 0, ascii && isxdigit(i) != 0);
    }
}

static void reads_hex(void **state)
{
    (void)state;
    const char digits[] = "0123456789abcdef", upper[] = "0123456789ABCDEF";
    for (int i = 0; i < 16; i++) {
        assert_int_equal(rs_ascii_hex(digits[i]), i);
        assert_int_equal(rs_ascii_hex(upper[i]), i);
    }
    assert_int_equal(rs_ascii_hex('g'), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_ctype),
        cmocka_unit_test(reads_hex),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
