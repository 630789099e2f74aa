/* The JSON writer: forms, blanks, misuse, out of memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "codec/json.h"
#include "codec/json_writer.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void expect(rs_buf *buf, const char *text)
{
    assert_false(buf->failed);
    rs_buf_char(buf, '\0');
    assert_string_equal(buf->ptr, text);
    rs_buf_fini(buf);
}

static void write_sample(rs_json_writer *w)
{
    const rs_str parts[] = {RS_STR("a\""), {0}, RS_STR("b")};
    rs_json_begin_object(w);
    rs_json_field_str(w, "s", RS_STR("x\n\x01\xC3\xA9"));
    rs_json_field_str(w, "empty", (rs_str){0});
    rs_json_field_cstr(w, "none", NULL);
    rs_json_field_i64(w, "i", INT64_MIN);
    rs_json_field_u64(w, "u", UINT64_MAX);
    rs_json_field_double(w, "d", 0.1);
    rs_json_field_double(w, "nan", __builtin_nan(""));
    rs_json_field_bool(w, "yes", true);
    rs_json_field_null(w, "null");
    rs_json_field_raw(w, "raw", RS_STR("[1]"));
    rs_json_write_key(w, "parts");
    rs_json_write_parts(w, parts, 3);
    rs_json_write_key(w, "by hand");
    rs_buf_cstr(rs_json_value_buf(w), "12");
    rs_json_field_object(w, "o");
    rs_json_end_object(w);
    rs_json_field_array(w, "a");
    rs_json_write_i64(w, -1);
    rs_json_begin_array(w);
    rs_json_end_array(w);
    rs_json_begin_object(w);
    rs_json_field_bool(w, "no", false);
    rs_json_end_object(w);
    rs_json_end_array(w);
    rs_json_end_object(w);
}

static void writes_compact(void **state)
{
    (void)state;
    rs_buf buf = {0};
    rs_json_writer w = rs_json_writer_to(&buf);
    write_sample(&w);
    assert_int_equal(rs_json_finish(&w, "a document", NULL), RSIFT_OK);
    expect(&buf, "{\"s\":\"x\\n\\u0001\xC3\xA9\",\"empty\":\"\",\"none\":null,"
                 "\"i\":-9223372036854775808,\"u\":18446744073709551615,\"d\":0.1,\"nan\":null,"
                 "\"yes\":true,\"null\":null,\"raw\":[1],\"parts\":\"a\\\"b\",\"by hand\":12,"
                 "\"o\":{},\"a\":[-1,[],{\"no\":false}]}");
}

static void writes_blanks(void **state)
{
    (void)state;
    rs_buf buf = {0};
    rs_json_writer w = rs_json_writer_to(&buf);
    rs_json_begin_object(&w);
    for (int i = 0; i < 2; i++) {
        rs_json_blank(&w, "\n  ");
        rs_json_write_key(&w, i ? "b" : "a");
        rs_json_blank(&w, " ");
        if (i == 0) {
            rs_json_write_i64(&w, 1);
            continue;
        }
        rs_json_begin_array(&w);
        for (int k = 0; k < 2; k++) {
            if (k) rs_json_blank(&w, " ");
            rs_json_write_i64(&w, k);
        }
        rs_json_end_array(&w);
    }
    rs_json_blank(&w, "\n");
    rs_json_end_object(&w);
    assert_int_equal(rs_json_finish(&w, "a document", NULL), RSIFT_OK);
    expect(&buf, "{\n  \"a\": 1,\n  \"b\": [0, 1]\n}");
}

/* A writer appends: what stands in the buffer already, even an open bracket, is not its own. */
static void appends(void **state)
{
    (void)state;
    rs_buf buf = {0};
    for (int i = 0; i < 2; i++) {
        rs_json_writer w = rs_json_writer_to(&buf);
        rs_json_write_bool(&w, i);
        assert_int_equal(rs_json_finish(&w, "a line", NULL), RSIFT_OK);
        rs_buf_char(&buf, '\n');
    }
    expect(&buf, "false\ntrue\n");
}

static void nests_to_the_limit(void **state)
{
    (void)state;
    rs_buf buf = {0};
    rs_json_writer w = rs_json_writer_to(&buf);
    rs_json_begin_array(&w);
    for (int i = 1; i < RS_JSON_WRITER_DEPTH; i++) {
        rs_json_begin_object(&w);
        rs_json_write_key(&w, "k");
        if (++i < RS_JSON_WRITER_DEPTH) rs_json_begin_array(&w);
    }
    rs_json_write_null(&w);
    for (int i = RS_JSON_WRITER_DEPTH - 1; i >= 0; i--)
        if (i % 2) rs_json_end_object(&w);
        else rs_json_end_array(&w);
    assert_int_equal(rs_json_finish(&w, "a document", NULL), RSIFT_OK);
    rs_arena arena = {0};
    const rs_json *root;
    assert_int_equal(
        rs_json_parse(&arena, rs_buf_view(&buf), &(rsift_limits){.max_depth = 100}, &root, NULL),
        RSIFT_OK);
    rs_arena_fini(&arena);
    rs_buf_fini(&buf);
}

/* ---- misuse ---------------------------------------------------------------------------------- */

static void value_without_key(rs_json_writer *w)
{
    rs_json_begin_object(w);
    rs_json_write_i64(w, 1);
}

static void two_keys(rs_json_writer *w)
{
    rs_json_begin_object(w);
    rs_json_write_key(w, "a");
    rs_json_write_key(w, "b");
}

static void key_in_array(rs_json_writer *w)
{
    rs_json_begin_array(w);
    rs_json_write_key(w, "a");
}

static void key_at_top(rs_json_writer *w)
{
    rs_json_write_key(w, "a");
}

static void key_without_value(rs_json_writer *w)
{
    rs_json_begin_object(w);
    rs_json_write_key(w, "a");
    rs_json_end_object(w);
}

static void wrong_end(rs_json_writer *w)
{
    rs_json_begin_object(w);
    rs_json_end_array(w);
}

static void end_too_many(rs_json_writer *w)
{
    rs_json_begin_array(w);
    rs_json_end_array(w);
    rs_json_end_array(w);
}

static void two_documents(rs_json_writer *w)
{
    rs_json_write_null(w);
    rs_json_write_null(w);
}

static void unclosed(rs_json_writer *w)
{
    rs_json_begin_object(w);
    (void)rs_json_finish(w, "a document", NULL);
}

static void nothing_written(rs_json_writer *w)
{
    (void)rs_json_finish(w, "a document", NULL);
}

static void too_deep(rs_json_writer *w)
{
    for (int i = 0; i <= RS_JSON_WRITER_DEPTH; i++) rs_json_begin_array(w);
}

static bool aborts(void (*misuse)(rs_json_writer *w))
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        int null = open("/dev/null", O_WRONLY);
        if (null >= 0) dup2(null, 2);
        signal(SIGABRT, SIG_DFL);
        rs_buf buf = {0};
        rs_json_writer w = rs_json_writer_to(&buf);
        misuse(&w);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void aborts_on_misuse(void **state)
{
    (void)state;
    assert_true(aborts(value_without_key));
    assert_true(aborts(two_keys));
    assert_true(aborts(key_in_array));
    assert_true(aborts(key_at_top));
    assert_true(aborts(key_without_value));
    assert_true(aborts(wrong_end));
    assert_true(aborts(end_too_many));
    assert_true(aborts(two_documents));
    assert_true(aborts(unclosed));
    assert_true(aborts(nothing_written));
    assert_true(aborts(too_deep));
    assert_false(aborts(write_sample));
}

static void reports_out_of_memory_once(void **state)
{
    (void)state;
    rsift_error err = {0};
    rs_buf buf = {0};
    rs_json_writer w = rs_json_writer_to(&buf);
    rs_alloc_fail_at(1);
    write_sample(&w);
    rs_alloc_fail_at(0);
    assert_int_equal(rs_json_finish(&w, "a document", &err), RSIFT_E_NOMEM);
    assert_non_null(strstr(err.message, "a document"));
    rs_buf_fini(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_compact),   cmocka_unit_test(writes_blanks),
        cmocka_unit_test(appends),          cmocka_unit_test(nests_to_the_limit),
        cmocka_unit_test(aborts_on_misuse), cmocka_unit_test(reports_out_of_memory_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
