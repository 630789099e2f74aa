/* Headers of NumPy arrays: what is read, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "codec/npy.h"

#include <math.h>
#include <string.h>

/* A file of this version with the literal as its header, and `body` bytes of zeros behind. */
static rs_str file_of(rs_buf *out, int version, const char *literal, size_t body)
{
    const size_t n = strlen(literal);
    out->len = 0;
    rs_buf_add(out, "\x93NUMPY", 6);
    rs_buf_char(out, (char)version);
    rs_buf_char(out, 0);
    for (int i = 0; i < (version == 1 ? 2 : 4); i++) rs_buf_char(out, (char)(n >> (8 * i) & 255));
    rs_buf_cstr(out, literal);
    for (size_t i = 0; i < body; i++) rs_buf_char(out, 0);
    return rs_buf_view(out);
}

static void headers_are_read(void **state)
{
    (void)state;
    static const struct {
        int version;
        const char *literal;
        rs_npy expected; /* but the offset */
    } cases[] = {
        {1, "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 5), }    \n", {4, 3, 5, 0}},
        {2, "{'descr': '<f8', 'fortran_order': False, 'shape': (7,)}\n", {8, 7, 1, 0}},
        {3, "{\"shape\":(2L,1L),\"fortran_order\":False,\"descr\":\"<f2\"}", {2, 2, 1, 0}},
        {1, "{'descr': '<f4', 'fortran_order': True, 'shape': (4,), }", {4, 4, 1, 0}},
        {1, "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 9), }", {4, 0, 9, 0}},
    };
    rs_buf buf = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const rs_npy *e = &cases[i].expected;
        const size_t body = (size_t)(e->rows * e->width * e->item_bytes);
        const rs_str file = file_of(&buf, cases[i].version, cases[i].literal, body);
        rs_npy npy;
        assert_int_equal(rs_npy_parse(file, file.len, &npy, NULL), RSIFT_OK);
        assert_int_equal(npy.item_bytes, e->item_bytes);
        assert_int_equal(npy.rows, e->rows);
        assert_int_equal(npy.width, e->width);
        assert_int_equal(npy.offset, file.len - body);
        /* one byte less is no whole last row */
        if (body) assert_int_equal(rs_npy_parse(file, file.len - 1, &npy, NULL), RSIFT_E_FORMAT);
    }
    rs_buf_fini(&buf);
}

static void the_rest_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *literal;
        rsift_status status;
    } cases[] = {
        {"{'descr': '|O', 'fortran_order': False, 'shape': (3, 5), }", RSIFT_E_UNSUPPORTED},
        {"{'descr': '>f4', 'fortran_order': False, 'shape': (3, 5), }", RSIFT_E_UNSUPPORTED},
        {"{'descr': '<f4', 'fortran_order': True, 'shape': (3, 5), }", RSIFT_E_UNSUPPORTED},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (3, 5, 2), }", RSIFT_E_UNSUPPORTED},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (), }", RSIFT_E_UNSUPPORTED},
        {"{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (3,), }", RSIFT_E_FORMAT},
        {"{'descr': '<f4', 'fortran_order': exit(), 'shape': (3,), }", RSIFT_E_FORMAT},
        {"{'descr': '<f4', 'fortran_order': False}", RSIFT_E_FORMAT},
        {"{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (3,)}", RSIFT_E_FORMAT},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (3,), 'more': 1}", RSIFT_E_FORMAT},
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (3,)} and more", RSIFT_E_FORMAT},
        /* sizes that overflow, or that the file does not have */
        {"{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999, 1)}",
         RSIFT_E_FORMAT},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296)}",
         RSIFT_E_FORMAT},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000, 512)}", RSIFT_E_FORMAT},
    };
    rs_buf buf = {0};
    rs_npy npy;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const rs_str file = file_of(&buf, 1, cases[i].literal, 64);
        if (rs_npy_parse(file, file.len, &npy, NULL) != cases[i].status)
            fail_msg("%s", cases[i].literal);
    }
    assert_int_equal(rs_npy_parse(RS_STR("PK"), 2, &npy, NULL), RSIFT_E_FORMAT);
    rs_str file = file_of(&buf, 9, "{}", 0);
    assert_int_equal(rs_npy_parse(file, file.len, &npy, NULL), RSIFT_E_UNSUPPORTED);
    /* every beginning of a file is an error and no more */
    file = file_of(&buf, 2, cases[1].literal, 0);
    for (size_t n = 0; n < file.len; n++)
        assert_int_not_equal(rs_npy_parse(rs_str_sub(file, 0, n), n, &npy, NULL), RSIFT_OK);
    rs_buf_fini(&buf);
}

static void numbers_are_floats(void **state)
{
    (void)state;
    static const uint16_t halves[] = {0x3c00, 0xc000, 0x7bff, 0x0001, 0x0400, 0x8000};
    static const float expected[] = {1, -2, 65504, 5.9604645e-8f, 6.1035156e-5f, 0};
    static const double doubles[] = {0.5, -1e300, 1e300};
    float out[6];
    rs_npy_floats(halves, 2, 6, out);
    for (size_t i = 0; i < 6; i++) assert_true(!(out[i] < expected[i]) && !(out[i] > expected[i]));
    static const uint16_t special[] = {0x7c00, 0xfc00, 0x7e00};
    rs_npy_floats(special, 2, 3, out);
    assert_true(isinf(out[0]) && out[0] > 0 && isinf(out[1]) && out[1] < 0 && isnan(out[2]));
    rs_npy_floats(doubles, 8, 3, out);
    assert_true(!(out[0] < 0.5f) && !(out[0] > 0.5f) && isinf(out[1]) && isinf(out[2]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_are_read),
        cmocka_unit_test(the_rest_is_refused),
        cmocka_unit_test(numbers_are_floats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
