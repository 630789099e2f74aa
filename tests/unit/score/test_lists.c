/* Covers lists.c: records come in the file's order, whatever the threads; every allocation may
 * fail, every file may end anywhere, and each record that was parsed is taken or dropped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "score/lists.h"

static char folder[] = "/tmp/rsift-lists-XXXXXX";
static const rs_str paths[] = {{"a", 1}, {"b", 1}};

typedef struct record {
    int64_t value;
    void *owned;
} record;

typedef struct reading {
    rs_buf out;          /* "a1 b2 " */
    _Atomic int n_owned; /* parsed records that were neither taken nor dropped */
    int64_t refused;     /* a value that parse does not take, 0 = none */
} reading;

static rsift_status parse(void *ctx, const rs_json *v, uint32_t path, void *out, rs_arena *arena,
                          rsift_error *err)
{
    reading *r = ctx;
    record *made = out;
    (void)path, (void)arena;
    assert_true(made->value == 0 && !made->owned);
    if (!rs_json_i64(v, &made->value) || made->value == r->refused)
        return rs_err_set(err, RSIFT_E_FORMAT, "refused");
    made->owned = rs_alloc(8);
    if (!made->owned) return rs_err_nomem(err, "a record");
    r->n_owned++;
    return RSIFT_OK;
}

static void drop(void *ctx, void *out)
{
    ((reading *)ctx)->n_owned--;
    rs_free(((record *)out)->owned);
}

static rsift_status take(void *ctx, uint32_t path, void *out, rsift_error *err)
{
    reading *r = ctx;
    rs_buf_printf(&r->out, "%c%d ", path ? 'b' : 'a', (int)((record *)out)->value);
    drop(ctx, out);
    return r->out.failed ? rs_err_nomem(err, "the answer") : RSIFT_OK;
}

static const char *put(const char *text, size_t n)
{
    static char path[96];
    snprintf(path, sizeof path, "%s/file.json", folder);
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(text, 1, n, out), n);
    fclose(out);
    return path;
}

/* Reads with a session of its own; what was taken stands in r->out. */
static rsift_status read_lists(const char *path, int threads, reading *r, uint32_t *seen,
                               rsift_error *err)
{
    rsift_context_options options = RSIFT_OPTIONS(rsift_context_options);
    options.threads = threads;
    rs_session *session;
    rs_score_lists_found found;
    const rs_score_lists lists = {.paths = paths,
                                  .n_paths = 2,
                                  .what = "entry",
                                  .record_size = sizeof(record),
                                  .ctx = r,
                                  .parse = parse,
                                  .take = take,
                                  .drop = drop};
    const rsift_status opened = rs_session_new(&options, NULL, &session, err);
    if (opened != RSIFT_OK) return opened;
    const rsift_status status = rs_score_read_lists(session, path, &lists, &found, err);
    rs_session_free(session);
    assert_int_equal(r->n_owned, 0);
    if (seen) *seen = found.seen;
    return status;
}

static void expect(const char *text, const char *taken, uint32_t seen)
{
    rsift_error err = {0};
    reading r = {0};
    uint32_t got;
    if (read_lists(put(text, strlen(text)), 2, &r, &got, &err) != RSIFT_OK)
        fail_msg("%s: %s", text, err.message);
    assert_true(rs_str_eq(rs_buf_view(&r.out), rs_str_of(taken)));
    assert_int_equal(got, seen);
    rs_buf_fini(&r.out);
}

static void refuse(const char *text, const char *message, const char *where)
{
    rsift_error err = {0};
    reading r = {.refused = 99};
    assert_int_equal(read_lists(put(text, strlen(text)), 2, &r, NULL, &err), RSIFT_E_FORMAT);
    if (!strstr(err.message, message) || !strstr(err.where, where))
        fail_msg("%s: %s at %s", text, err.message, err.where);
    rs_buf_fini(&r.out);
}

static void files(void **state)
{
    (void)state;
    expect("{\"x\":[7],\"b\":[1,2],\"a\":[3]}", "b1 b2 a3 ", 3);
    expect("\xEF\xBB\xBF {\"a\":[]}\n", "", 1);
    expect("{\"a\":null,\"b\":5}", "", 0);
    refuse("{\"a\":[1,2,\"x\"]}", "refused", "file.json > entry 3");
    refuse("{\"a\":[1,2,99,4]}", "refused", "file.json > entry 3");
    refuse("{\"a\":[1,tru]}", "", "file.json > entry 2");
    refuse("{\"a\":{\"k\":1}}", "found an object", "file.json");
    refuse("{\"a\":{}}", "found an object", "file.json");
    refuse("{\"a\":[1],\"a\":[2]}", "the key \"a\" stands twice", "file.json");
    refuse("{\"a\":[]}{\"a\":[]}", "behind the end", "as one JSON document, not lines");
}

static void order(void **state)
{
    enum { N = 200000 };
    rs_buf text = {0}, expected = {0};
    (void)state;
    rs_buf_cstr(&text, "{\"a\":[0");
    rs_buf_cstr(&expected, "a0 ");
    for (int i = 1; i < N; i++) {
        rs_buf_printf(&text, ", %d", i);
        rs_buf_printf(&expected, "a%d ", i);
    }
    rs_buf_cstr(&text, "]}");
    const char *path = put(text.ptr, text.len);
    for (int threads = 1; threads < 5; threads += 3) {
        reading r = {.refused = -1};
        assert_int_equal(read_lists(path, threads, &r, NULL, NULL), RSIFT_OK);
        assert_true(rs_str_eq(rs_buf_view(&r.out), rs_buf_view(&expected)));
        rs_buf_fini(&r.out);
        r = (reading){.refused = N / 2}; /* the first error in the file's order is the one told */
        rsift_error err = {0};
        assert_int_equal(read_lists(path, threads, &r, NULL, &err), RSIFT_E_FORMAT);
        assert_non_null(strstr(err.where, "entry 100001"));
        rs_buf_fini(&r.out);
    }
    rs_buf_fini(&text);
    rs_buf_fini(&expected);
}

static void cut_short(void **state)
{
    static const char text[] = "{\"x\":{\"y\":[\"]\"]},\"a\":[1, 22],\"b\":[3]}";
    (void)state;
    for (size_t n = 0; n + 1 < strlen(text); n++) {
        reading r = {0};
        const rsift_status status = read_lists(put(text, n), 1, &r, NULL, NULL);
        assert_true(n == 0 || status == RSIFT_E_FORMAT);
        rs_buf_fini(&r.out);
    }
}

static void no_memory(void **state)
{
    static const char text[] = "{\"a\":[1, 22],\"b\":[3]}";
    (void)state;
    const char *path = put(text, strlen(text));
    for (int64_t n = 1;; n++) {
        reading r = {0};
        rs_alloc_fail_at(n);
        const rsift_status status = read_lists(path, 1, &r, NULL, NULL);
        rs_alloc_fail_at(0);
        rs_buf_fini(&r.out);
        if (status == RSIFT_OK) break;
        assert_int_equal(status, RSIFT_E_NOMEM);
    }
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(put("", 0));
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(files), cmocka_unit_test(order),
                                       cmocka_unit_test(cut_short), cmocka_unit_test(no_memory)};
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
