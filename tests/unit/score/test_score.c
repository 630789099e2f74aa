/* A driver for comparing scores with other implementations: tests/python/test_score_*.py write one
 * request a line, blank-separated key=value (paths without blanks), and read one answer a line:
 * what rs_score_make answers, or {"error": where > message}. A process for each of a thousand
 * inputs would take minutes. Without an argument it tests itself.
 *   profile=P truth=F predictions=F [samples=F] [only=F] [compare=F] [verdicts=F]
 *   [seed=N] [resamples=N] [blind=1] */
#include "base/arena.h"
#include "base/buf.h"
#include "base/num.h"
#include "codec/json.h"
#include "score/score.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static rs_session *session;
static rs_arena arena;

static bool set(rs_score_options *o, rs_str key, rs_str value)
{
    const struct {
        const char *key;
        const char **field;
    } texts[] = {
        {"profile", &o->profile},        {"truth", &o->truth}, {"predictions", &o->predictions},
        {"samples", &o->samples},        {"only", &o->only},   {"compare", &o->compare},
        {"verdicts", &o->judge_verdicts}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (rs_str_eq(key, rs_str_of(texts[i].key))) {
            *texts[i].field = rs_arena_printf(&arena, "%.*s", RS_STR_ARG(value)).ptr;
            return *texts[i].field != NULL;
        }
    int64_t n;
    if (!rs_num_i64(value, &n) || n < -1 || n > 1000000) return false;
    if (rs_str_eq(key, RS_STR("seed"))) o->seed = (uint64_t)n;
    else if (rs_str_eq(key, RS_STR("resamples"))) o->n_resamples = (int)n;
    else if (rs_str_eq(key, RS_STR("blind"))) o->no_blind = n == 0;
    else return false;
    return true;
}

static void put_error(rs_buf *out, const rsift_error *err)
{
    rs_buf_cstr(out, "{\"error\":");
    const rs_str text = rs_arena_printf(&arena, "%s > %s", err->where, err->message);
    rs_json_put_str(out, text.ptr ? text : RS_STR("out of memory"));
    rs_buf_char(out, '}');
}

static void answer(rs_str line, rs_buf *out)
{
    rs_score_options o = {0};
    o.n_resamples = -1;
    o.no_blind = true;
    rsift_error err = {0};
    rsift_answer got = {0};
    rs_str pair;
    bool good = true;
    while (good && rs_str_split(&line, ' ', &pair)) {
        const size_t at = rs_str_find_char(pair, '=');
        good =
            at != RS_NPOS && set(&o, rs_str_sub(pair, 0, at), rs_str_sub(pair, at + 1, pair.len));
    }
    if (!good) (void)rs_err_set(&err, RSIFT_E_ARG, "a request is key=value ...");
    if (good && rs_score_make(session, &o, &got, &err) == RSIFT_OK)
        rs_buf_add(out, got.json, got.len);
    else put_error(out, &err);
    rs_buf_char(out, '\n');
    rsift_answer_free(&got);
    rs_arena_reset(&arena);
}

static void file_of(const char *path, const char *text)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void test_driver(void **state)
{
    (void)state;
    char folder[] = "/tmp/rsift-driver-XXXXXX", truth[64], said[64], line[256];
    assert_non_null(mkdtemp(folder));
    snprintf(truth, sizeof truth, "%s/t.jsonl", folder);
    snprintf(said, sizeof said, "%s/p.jsonl", folder);
    file_of(truth, "{\"id\":1,\"answer\":\"yes\"}\n{\"id\":2,\"answer\":\"no\"}\n");
    file_of(said, "{\"id\":1,\"prediction\":\"yes\"}\n{\"id\":2,\"prediction\":\"yes\"}\n");
    snprintf(line, sizeof line, "profile=vqa.floodnet truth=%s predictions=%s", truth, said);
    rs_buf out = {0};
    answer(rs_str_of(line), &out);
    assert_true(rs_str_find(rs_buf_view(&out), RS_STR("\"name\":\"accuracy\",\"value\":50")) !=
                RS_NPOS);
    assert_int_equal(rs_str_find_char(rs_buf_view(&out), '\n'), out.len - 1);
    out.len = 0;
    answer(RS_STR("profile=none predictions=x"), &out);
    assert_true(rs_str_starts(rs_buf_view(&out), RS_STR("{\"error\":")));
    out.len = 0;
    answer(RS_STR("colour=red"), &out);
    assert_true(rs_str_find(rs_buf_view(&out), RS_STR("key=value")) != RS_NPOS);
    rs_buf_fini(&out);
    unlink(truth);
    unlink(said);
    rmdir(folder);
}

static int test_itself(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_driver)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

static int answer_all(void)
{
    char block[65536];
    rs_buf in = {0}, out = {0};
    for (size_t n; (n = fread(block, 1, sizeof block, stdin)) > 0;) rs_buf_add(&in, block, n);
    bool good = !ferror(stdin) && !in.failed;
    rs_str rest = rs_buf_view(&in), line;
    while (good && rs_str_line(&rest, &line)) {
        out.len = 0;
        answer(line, &out);
        good = !out.failed && fwrite(out.ptr, 1, out.len, stdout) == out.len;
    }
    rs_buf_fini(&in);
    rs_buf_fini(&out);
    return good ? 0 : 1;
}

int main(int argc, char **argv)
{
    (void)argv;
    if (rs_session_new(NULL, NULL, &session, NULL) != RSIFT_OK) return 1;
    const int status = argc < 2 ? test_itself() : answer_all();
    rs_arena_fini(&arena);
    rs_session_free(session);
    return status;
}
