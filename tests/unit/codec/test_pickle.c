/* Pickles as data: what protocols 2 and 4 write, and everything that is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "codec/pickle.h"

#include <stdio.h>
#include <string.h>

/* Of Python's pickle.dumps(v, 2) and (v, 4); v is in `expected`. */
static const char protocol2[] =
    "\x80\x02]q\x00(}q\x01(X\x08\x00\x00\x00image_idq\x02K)X\x05\x00\x00\x00splitq\x03"
    "X\x05\x00\x00\x00trainq\x04X\x09\x00\x00\x00sentencesq\x05]q\x06}q\x07("
    "X\x06\x00\x00\x00tokensq\x08]q\x09(X\x01\x00\x00\x00"
    "aq\x0aX\x01\x00\x00\x00"
    "bq\x0b"
    "eX\x03\x00\x00\x00rawq\x0cX\x0a\x00\x00\x00The \xc3\xa9 \"x\"q\x0d"
    "uaX\x01\x00\x00\x00"
    "fq\x0eG\x3f\xf8\x00\x00\x00\x00\x00\x00X\x01\x00\x00\x00nq\x0fNX\x01\x00\x00\x00tq\x10("
    "\x88\x89J\xfd\xff\xff\xffJp\x11\x01\x00\x8a\x06\x00\x00\x00\x00\x00\x01tq\x11"
    "X\x01\x00\x00\x00"
    "eq\x12)u}q\x13(h\x03h\x04h\x12]q\x14X\x01\x00\x00\x00"
    "dq\x15}q\x16ue.";
static const char protocol4[] =
    "\x80\x04\x95\xa5\x00\x00\x00\x00\x00\x00\x00]\x94(}\x94(\x8c\x08image_id\x94K)\x8c\x05split"
    "\x94\x8c\x05train\x94\x8c\x09sentences\x94]\x94}\x94(\x8c\x06tokens\x94]\x94(\x8c\x01"
    "a\x94\x8c\x01"
    "b\x94"
    "e\x8c\x03raw\x94\x8c\x0aThe \xc3\xa9 \"x\"\x94ua\x8c\x01"
    "f\x94G\x3f\xf8\x00\x00\x00\x00\x00\x00\x8c\x01n\x94N\x8c\x01t\x94(\x88\x89J\xfd\xff\xff\xff"
    "Jp\x11\x01\x00\x8a\x06\x00\x00\x00\x00\x00\x01t\x94\x8c\x01"
    "e\x94)u}\x94(h\x03h\x04h\x12]\x94\x8c\x01"
    "d\x94}\x94ue.";
static const char *const expected[] = {
    "{\"image_id\":41,\"split\":\"train\",\"sentences\":[{\"tokens\":[\"a\",\"b\"],"
    "\"raw\":\"The \xc3\xa9 \\\"x\\\"\"}],\"f\":1.5,\"n\":null,"
    "\"t\":[true,false,-3,70000,1099511627776],\"e\":[]}",
    "{\"split\":\"train\",\"e\":[],\"d\":{}}",
};

static void check_items(rs_str bytes)
{
    rs_pickle *pickle;
    rs_buf out = {0};
    assert_int_equal(rs_pickle_open(bytes, &pickle, NULL), RSIFT_OK);
    assert_int_equal(rs_pickle_len(pickle), 2);
    for (size_t i = 0; i < 2; i++) {
        out.len = 0;
        assert_int_equal(rs_pickle_json(pickle, i, NULL, &out, NULL), RSIFT_OK);
        rs_buf_char(&out, 0);
        assert_string_equal(out.ptr, expected[i]);
    }
    rs_buf_fini(&out);
    rs_pickle_close(pickle);
}

static void both_protocols_are_read(void **state)
{
    (void)state;
    check_items(rs_str_make(protocol2, sizeof protocol2 - 1));
    check_items(rs_str_make(protocol4, sizeof protocol4 - 1));
}

/* The error of a pickle. */
static void check_refused(const char *bytes, size_t n, rsift_status status, const char *where,
                          const char *message)
{
    rs_pickle *pickle;
    rsift_error err = {0};
    assert_int_equal(rs_pickle_open(rs_str_make(bytes, n), &pickle, &err), status);
    assert_null(pickle);
    assert_string_equal(err.where, where);
    if (!strstr(err.message, message)) fail_msg("%s", err.message);
}
#define REFUSED(text, status, where, message) \
    check_refused(text, sizeof text - 1, status, where, message)

static void code_is_refused(void **state)
{
    (void)state;
    /* os.system("id"): the name of a module is where it ends */
    REFUSED("\x80\x02"
            "cos\nsystem\nX\x02\x00\x00\x00id\x85R.",
            RSIFT_E_UNSUPPORTED, "byte 2", "0x63 (GLOBAL)");
    REFUSED("\x80\x04\x8c\x02os\x8c\x06system\x93.", RSIFT_E_UNSUPPORTED, "byte 14",
            "STACK_GLOBAL");
    REFUSED("\x80\x02]R.", RSIFT_E_UNSUPPORTED, "byte 3", "REDUCE");
    REFUSED("\x80\x02}}b.", RSIFT_E_UNSUPPORTED, "byte 4", "BUILD");
    REFUSED("\x80\x02\x82\x01.", RSIFT_E_UNSUPPORTED, "byte 2", "EXT1");
    REFUSED("\x80\x02]C\x01"
            "a.",
            RSIFT_E_UNSUPPORTED, "byte 3", "SHORT_BINBYTES");
    REFUSED("\x80\x02]\xff.", RSIFT_E_UNSUPPORTED, "byte 3", "0xff");
}

static void broken_bytes_are_refused(void **state)
{
    (void)state;
    REFUSED("(dp0\n.", RSIFT_E_FORMAT, "", "protocol 2 to 5");
    REFUSED("\x80\x02K\x01.", RSIFT_E_FORMAT, "byte 5", "a list at the top");
    REFUSED("\x80\x02]].", RSIFT_E_FORMAT, "byte 5", "one value at the end");
    REFUSED("\x80\x02](.", RSIFT_E_FORMAT, "byte 5", "one value at the end");
    REFUSED("\x80\x02"
            "e.",
            RSIFT_E_FORMAT, "byte 3", "a mark on the stack");
    REFUSED("\x80\x02(]e.", RSIFT_E_FORMAT, "byte 5", "a list below");
    REFUSED("\x80\x02](Nu.", RSIFT_E_FORMAT, "byte 6", "a dictionary below");
    REFUSED("\x80\x02}(Nu.", RSIFT_E_FORMAT, "byte 6", "keys with a value each");
    REFUSED("\x80\x02](a.", RSIFT_E_FORMAT, "byte 5", "a list and an item");
    REFUSED("\x80\x02\x87.", RSIFT_E_FORMAT, "byte 3", "items of a tuple");
    REFUSED("\x80\x02]q\x05.", RSIFT_E_FORMAT, "byte 5", "the memo's next number");
    REFUSED("\x80\x02]r\xff\xff\xff\xff.", RSIFT_E_FORMAT, "byte 8", "the memo's next number");
    REFUSED("\x80\x02]h\x00.", RSIFT_E_FORMAT, "byte 5", "a number of the memo");
    REFUSED("\x80\x02]X\xff\xff\xff\x7f"
            "a.",
            RSIFT_E_FORMAT, "byte 10", "inside a text");
    REFUSED("\x80\x02]\x8a\x09.........", RSIFT_E_FORMAT, "byte 5", "at most 8 bytes");
    rs_pickle *pickle;
    for (size_t n = 0; n + 1 < sizeof protocol4; n++)
        if (rs_pickle_open(rs_str_make(protocol4, n), &pickle, NULL) != RSIFT_E_FORMAT)
            fail_msg("%zu bytes", n);
}

/* What the memo makes large or endless is only ever written out to a limit. */
static void the_memo_is_bounded(void **state)
{
    (void)state;
    rs_pickle *pickle;
    rs_buf bomb = {0}, out = {0};
    rsift_error err;
    rsift_limits limits = rsift_limits_default();
    limits.max_record = 4096;
    /* l0 = []; l1 = [l0] * 10; l2 = [l1] * 10 ...: 10^20 lists in 600 bytes */
    rs_buf_add(&bomb, "\x80\x02](]q\x00", 7);
    for (int level = 1; level <= 20; level++) {
        rs_buf_cstr(&bomb, "](");
        for (int i = 0; i < 10; i++) rs_buf_printf(&bomb, "h%c", level - 1);
        rs_buf_printf(&bomb, "eq%c", level);
    }
    rs_buf_cstr(&bomb, "e.");
    assert_int_equal(rs_pickle_open(rs_buf_view(&bomb), &pickle, NULL), RSIFT_OK);
    assert_int_equal(rs_pickle_len(pickle), 21);
    assert_int_equal(rs_pickle_json(pickle, 2, &limits, &out, NULL), RSIFT_OK);
    assert_int_equal(rs_pickle_json(pickle, 20, &limits, &out, &err), RSIFT_E_LIMIT);
    assert_true(out.len < 3 * 4096);
    rs_pickle_close(pickle);
    /* l = []; l.append(l) */
    assert_int_equal(rs_pickle_open(RS_STR("\x80\x02]]q\x01h\x01"
                                           "aa."),
                                    &pickle, NULL),
                     RSIFT_E_FORMAT);
    bomb.len = 0;
    rs_buf_add(&bomb,
               "\x80\x02]]q\x00h\x00"
               "aa.",
               11);
    assert_int_equal(rs_pickle_open(rs_buf_view(&bomb), &pickle, NULL), RSIFT_OK);
    assert_int_equal(rs_pickle_json(pickle, 0, &limits, &out, &err), RSIFT_E_LIMIT);
    assert_non_null(strstr(err.message, "max_depth"));
    rs_pickle_close(pickle);
    /* a dictionary of more keys than any reference has */
    bomb.len = 0;
    rs_buf_add(&bomb, "\x80\x02]}(", 5);
    for (int i = 0; i <= RS_PICKLE_KEYS; i++) rs_buf_cstr(&bomb, "NN");
    rs_buf_cstr(&bomb, "ua.");
    assert_int_equal(rs_pickle_open(rs_buf_view(&bomb), &pickle, &err), RSIFT_E_LIMIT);
    rs_buf_fini(&bomb);
    rs_buf_fini(&out);
}

static void json_says_what_python_means(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t n;
        rsift_status status;
        const char *json;
    } cases[] = {
#define CASE(text, status, json) {text, sizeof text - 1, status, json}
        /* a key that is set twice has its last value, where Python's dictionary keeps one */
        CASE("\x80\x02]}(X\x01\x00\x00\x00kK\x01X\x01\x00\x00\x00jK\x02X\x01\x00\x00\x00kK\x03ua.",
             RSIFT_OK, "{\"j\":2,\"k\":3}"),
        CASE("\x80\x02]}K\x07Nsa.", RSIFT_E_FORMAT, ""),
        CASE("\x80\x02]G\x7f\xf8\x00\x00\x00\x00\x00\x00"
             "a.",
             RSIFT_E_FORMAT, ""),
        CASE("\x80\x02]\x8a\x00"
             "a.",
             RSIFT_OK, "0"),
        CASE("\x80\x02]\x8a\x02\x00\x80"
             "a.",
             RSIFT_OK, "-32768"),
        CASE("\x80\x02]\x8a\x08\x00\x00\x00\x00\x00\x00\x00\x80"
             "a.",
             RSIFT_OK, "-9223372036854775808"),
        CASE("\x80\x02]M\xff\xffK\xff\x86"
             "a.",
             RSIFT_OK, "[65535,255]"),
#undef CASE
    };
    rs_buf out = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rs_pickle *pickle;
        assert_int_equal(rs_pickle_open(rs_str_make(cases[i].bytes, cases[i].n), &pickle, NULL),
                         RSIFT_OK);
        out.len = 0;
        assert_int_equal(rs_pickle_json(pickle, 0, NULL, &out, NULL), cases[i].status);
        rs_buf_char(&out, 0);
        if (cases[i].status == RSIFT_OK) assert_string_equal(out.ptr, cases[i].json);
        rs_pickle_close(pickle);
    }
    rs_buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_protocols_are_read),     cmocka_unit_test(code_is_refused),
        cmocka_unit_test(broken_bytes_are_refused),    cmocka_unit_test(the_memo_is_bounded),
        cmocka_unit_test(json_says_what_python_means),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
