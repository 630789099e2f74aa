/* Covers source.c, read.c and table.c: every allocation may fail, every file may end anywhere; what
 * is read then is the beginning of what the complete file gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "score/source.h"

static char folder[] = "/tmp/rsift-source-XXXXXX";
static rs_session *session;

static const struct {
    const char *name, *text, *records;
} cases[] = {
    {"a.jsonl", "{\"id\":1,\"x\":2}\n\n{\"id\":2}\n", "{\"id\":1,\"x\":2}|{\"id\":2}|"},
    {"b.json", "{\"id\":1}\n{\"id\":2}\n", "{\"id\":1}|{\"id\":2}|"},
    {"c.json", "[{\"id\":1}, {\"id\":2}]\n", "{\"id\":1}|{\"id\":2}|"},
    {"d.json", "{\"1\":\"yes\", \"2\":{\"id\":\"3\"}}", "1=\"yes\"|2={\"id\":\"3\"}|"},
    {"e.json", "{\"n\":{\"logs\":[1]}, \"data\":5, \"logs\":[{\"id\":1}, {\"id\":2}], \"z\":[]}",
     "{\"id\":1}|{\"id\":2}|"},
    {"f.json", "{\n\"id\":1,\n\"prediction\":2}", "{\n\"id\":1,\n\"prediction\":2}|"},
    {"g.csv", "id,\"a,b\",,C\r\n1,\"x\ny\",z,\r\n2,\"\"\"q\"\"\",,c\r\n",
     "{ \"id\":\"1\",\"a,b\":\"x\\ny\"}|{ \"id\":\"2\",\"a,b\":\"\\\"q\\\"\",\"C\":\"c\"}|"},
    {"h.tsv", "\xEF\xBB\xBFid\tt\n1\ta, \"b\"\n", "{ \"id\":\"1\",\"t\":\"a, \\\"b\\\"\"}|"},
};
enum { N_CASES = sizeof cases / sizeof *cases };

static const char *put(const char *name, const char *text, size_t n)
{
    static char path[96];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(text, 1, n, out), n);
    fclose(out);
    return path;
}

static rsift_status read_all(const char *path, rs_buf *out, rsift_error *err)
{
    rs_score_source *source;
    rs_score_chunk chunk = {0};
    rs_arena scratch = {0};
    RS_TRY(rs_score_source_open(session, path, &source, err));
    rsift_status status;
    while ((status = rs_score_source_fill(source, &chunk, err)) == RSIFT_OK) {
        for (size_t i = 0; status == RSIFT_OK && i < chunk.n; i++) {
            rs_str json;
            status = rs_score_source_json(source, &chunk, &chunk.raws[i], &scratch, &json, err);
            if (status != RSIFT_OK) rs_score_source_blame(source, &chunk.raws[i], status, err);
            if (status != RSIFT_OK) break;
            rs_buf_str(out, chunk.raws[i].key);
            if (chunk.raws[i].key.ptr) rs_buf_char(out, '=');
            rs_buf_str(out, json);
            rs_buf_char(out, '|');
        }
        if (status != RSIFT_OK) break;
    }
    if (out->failed) status = RSIFT_E_NOMEM;
    rs_score_chunk_fini(&chunk);
    rs_arena_fini(&scratch);
    rs_score_source_close(source);
    return status;
}

static void reads_all(void **unused)
{
    (void)unused;
    for (size_t k = 0; k < N_CASES; k++) {
        rs_buf out = {0};
        rsift_error err = {0};
        if (read_all(put(cases[k].name, cases[k].text, strlen(cases[k].text)), &out, &err) !=
            RSIFT_END)
            fail_msg("%s: %s", err.where, err.message);
        rs_buf_char(&out, 0);
        assert_string_equal(out.ptr, cases[k].records);
        rs_buf_fini(&out);
    }
}

static void survives_want_of_memory(void **unused)
{
    (void)unused;
    for (size_t k = 0; k < N_CASES; k++) {
        const char *path = put(cases[k].name, cases[k].text, strlen(cases[k].text));
        for (int64_t n = 1;; n++) {
            rs_buf out = {0};
            rsift_error err = {0};
            rs_alloc_fail_at(n);
            const rsift_status status = read_all(path, &out, &err);
            rs_alloc_fail_at(0);
            const bool same = out.len && strncmp(out.ptr, cases[k].records, out.len) == 0;
            rs_buf_fini(&out);
            if (status == RSIFT_END) {
                assert_true(same && n > 10);
                break;
            }
            if (status != RSIFT_E_NOMEM)
                fail_msg("%s, allocation %d: %s: %s", cases[k].name, (int)n, err.where,
                         err.message);
        }
    }
}

static void ends_anywhere(void **unused)
{
    (void)unused;
    for (size_t k = 0; k < N_CASES; k++) {
        const size_t n = strlen(cases[k].text);
        for (size_t cut = 0; cut < n; cut++) {
            rs_buf out = {0};
            rsift_error err = {0};
            const rsift_status status =
                read_all(put(cases[k].name, cases[k].text, cut), &out, &err);
            assert_true(status == RSIFT_END || (err.message[0] && err.where[0]));
            rs_buf_fini(&out);
        }
    }
}

static int start(void **unused)
{
    (void)unused;
    rsift_context_options options = RSIFT_OPTIONS(rsift_context_options);
    return mkdtemp(folder) && rs_session_new(&options, NULL, &session, NULL) == RSIFT_OK ? 0 : -1;
}

static int stop(void **unused)
{
    (void)unused;
    rs_session_free(session);
    return rs_io_remove_tree(rs_str_of(folder), NULL) == RSIFT_OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads_all),
                                       cmocka_unit_test(survives_want_of_memory),
                                       cmocka_unit_test(ends_anywhere)};
    return cmocka_run_group_tests(tests, start, stop);
}
