/* The byte source over text in memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/byte_source.h"

static void gives_all_bytes(void **state)
{
    (void)state;
    const rs_str text = RS_STR("eleven bytes");
    for (size_t step = 0; step < 15; step++) {
        for (size_t n = 1; n < 15; n++) {
            rs_text_source from = {text, step};
            rs_byte_source source = rs_byte_source_of_text(&from);
            rs_buf all = {0};
            char dst[16];
            size_t got = 1;
            while (got) {
                assert_int_equal(rs_byte_source_read(source, dst, n, &got, NULL), RSIFT_OK);
                assert_true(got <= n && (step == 0 || got <= step));
                rs_buf_add(&all, dst, got);
            }
            assert_true(rs_str_eq(rs_buf_view(&all), text));
            assert_int_equal(rs_byte_source_read(source, dst, n, &got, NULL), RSIFT_OK);
            assert_int_equal(got, 0); /* the end stays the end */
            rs_buf_fini(&all);
        }
    }
}

static void gives_nothing_of_no_text(void **state)
{
    (void)state;
    rs_text_source from = {{NULL, 0}, 0};
    size_t got = 1;
    char dst[4];
    assert_int_equal(rs_byte_source_read(rs_byte_source_of_text(&from), dst, 4, &got, NULL),
                     RSIFT_OK);
    assert_int_equal(got, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_all_bytes),
        cmocka_unit_test(gives_nothing_of_no_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
