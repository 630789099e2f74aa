/* Text in other encodings as UTF-8, whatever the sizes of the reads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "io/decoder.h"

#include <string.h>

/* Decodes `raw`, given in steps of `step` bytes and asked for `most` bytes at a time. */
static void expect(const char *encoding, rs_str raw, const char *wanted, size_t step, size_t most)
{
    rs_io_decoder *d;
    rs_text_source text = {.rest = raw, .step = step};
    rs_buf got = {0};
    assert_int_equal(rs_io_decoder_open(rs_str_of(encoding), &d, NULL), RSIFT_OK);
    for (size_t n = 1; n > 0;) {
        char part[64];
        assert_int_equal(rs_io_decoder_read(d, rs_byte_source_of_text(&text), part, most, &n, NULL),
                         RSIFT_OK);
        assert_true(n <= most);
        rs_buf_add(&got, part, n);
    }
    rs_buf_char(&got, '\0');
    assert_string_equal(got.ptr, wanted);
    rs_buf_fini(&got);
    rs_io_decoder_close(d);
}

static void every_step(void **state)
{
    (void)state;
    const struct {
        const char *encoding;
        rs_str raw;
        const char *wanted;
    } cases[] = {
        {"gbk", RS_STR("a\xb8\xdb\xbf\xda\xba\xcd\xb4\xac!"), "a\u6e2f\u53e3\u548c\u8239!"},
        {"GB18030", RS_STR("\xb8\xdb"), "\u6e2f"},
        {"big5", RS_STR("\xb4\xe4"), "\u6e2f"},
        {"shift_jis", RS_STR("\x8d\x60"), "\u6e2f"},
        {"latin-1", RS_STR("caf\xe9"), "caf\u00e9"},
        {"utf-16", RS_STR("\xff\xfe\x2f\x6e!\0"), "\u6e2f!"},
        {"utf-16", RS_STR("\xfe\xff\x6e\x2f\0!"), "\u6e2f!"},
        {"utf-16", RS_STR("\x2f\x6e!\0"), "\u6e2f!"},
        {"utf-32", RS_STR("\xff\xfe\0\0\x2f\x6e\0\0"), "\u6e2f"},
        {"UTF-32", RS_STR("\0\0\xfe\xff\0\0\x6e\x2f"), "\u6e2f"},
        /* half a pair is one character: what follows keeps its bytes and their order */
        {"utf-16", RS_STR("\xfe\xff\xd8\0\0a\x6e\x2f\0b"), "\ufffda\u6e2fb"},
        {"utf-16be", RS_STR("\xdc\0\0a\x6e\x2f"), "\ufffda\u6e2f"},
        {"utf-16le", RS_STR("a\0\0\xd8\x2f\x6e"), "a\ufffd\u6e2f"},
        {"utf-16", RS_STR("\xfe\xff\x6e\x2f\0"), "\u6e2f\ufffd"},
        {"iso-2022-jp",
         RS_STR("\x1b$B9A\xff"
                "9A\x1b(B!"),
         "\u6e2f\ufffd\u6e2f!"},
        /* what is no GBK, and a character that ends early */
        {"gbk", RS_STR("a\xff\xb8\xdb"), "a\ufffd\u6e2f"},
        {"gbk", RS_STR("a\xb8"), "a\ufffd"},
        {"gbk", RS_STR(""), ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t step = 1; step < 5; step++)
            for (size_t most = 1; most < 10; most += 4)
                expect(cases[i].encoding, cases[i].raw, cases[i].wanted, step, most);
}

/* Longer than every buffer, so that characters are cut at their edges. */
static void long_text(void **state)
{
    (void)state;
    enum { N = 100001 };
    char *raw = rs_alloc(2 * N), *wanted = rs_alloc(3 * N + 1);
    for (size_t i = 0; i < N; i++) {
        memcpy(raw + 2 * i, "\xb8\xdb", 2);
        memcpy(wanted + 3 * i, "\u6e2f", 3);
    }
    wanted[3 * N] = 0;
    expect("gbk", rs_str_make(raw, 2 * N), wanted, 0, 64);
    rs_free(raw);
    rs_free(wanted);
}

static void unknown_names(void **state)
{
    (void)state;
    static const char *const names[] = {"klingon", "", "gbk//IGNORE"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        rs_io_decoder *d;
        rsift_error err = {0};
        assert_int_equal(rs_io_decoder_open(rs_str_of(names[i]), &d, &err), RSIFT_E_ARG);
        assert_non_null(strstr(err.message, "gb18030"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_step), cmocka_unit_test(long_text),
                                       cmocka_unit_test(unknown_names)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
