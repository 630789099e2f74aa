/* The public interface as a client sees it: pointers that are not there, sizes of structs, options
 * that are refused, handles beside each other, cancelling, streams that outlive everything. */
#include "base/alloc.h"
#include "codec/json.h"
#include "image/encode.h"
#include "io/io.h"
#include "rsift/rsift.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { N_RECORDS = 40 };

static char folder[] = "/tmp/rsift-api-XXXXXX";
static char workspace_dir[64];
static rsift_context *context;
static rs_arena arena;

static const char *path_of(const char *name)
{
    return rs_arena_printf(&arena, "%s/%s", folder, name).ptr;
}

#define OK(call)                                                                     \
    do {                                                                             \
        rsift_error e_ = {0};                                                        \
        rsift_error *err = &e_;                                                      \
        if ((call) != RSIFT_OK) fail_msg("%s: %s: %s", #call, e_.where, e_.message); \
    } while (0)

/* Expects `expected`, and `part` in place or message. */
#define FAILS(expected, part, call)                                                \
    do {                                                                           \
        rsift_error e_ = {0};                                                      \
        rsift_error *err = &e_;                                                    \
        const rsift_status s_ = (call);                                            \
        if (s_ != (expected)) fail_msg("%s: %s: %s", #call, e_.where, e_.message); \
        if (!strstr(e_.where, part) && !strstr(e_.message, part))                  \
            fail_msg("\"%s\" is not in: %s: %s", part, e_.where, e_.message);      \
    } while (0)

static rsift_workspace *open_workspace(rsift_mode mode)
{
    rsift_workspace *w = NULL;
    OK(rsift_workspace_open(context, workspace_dir, mode, &w, err));
    return w;
}

/* The answer of a verb, parsed. */
static const rs_json *answer_of(rsift_workspace *w, const char *verb, const char *options)
{
    rsift_answer answer;
    const rs_json *root = NULL;
    OK(rsift_run(w, verb, options, &answer, err));
    const rs_str kept = rs_arena_str(&arena, rs_str_make(answer.json, answer.len));
    OK(rs_json_parse(&arena, kept, NULL, &root, err));
    assert_int_equal(answer.json[answer.len], 0);
    rsift_answer_free(&answer);
    assert_null(answer.json);
    return root;
}

/* The first column's first value of a query through Arrow, as an integer. */
static int64_t number_of(rsift_workspace *w, const char *sql, const char *parameters)
{
    struct ArrowArrayStream stream;
    struct ArrowArray array = {0};
    OK(rsift_workspace_query(w, sql, parameters, &stream, err));
    assert_int_equal(stream.get_next(&stream, &array), 0);
    assert_true(array.length >= 1 && array.n_children >= 1);
    const int64_t v = ((const int64_t *)array.children[0]->buffers[1])[0];
    array.release(&array);
    stream.release(&stream);
    return v;
}

/* ---- NULL ------------------------------------------------------------------------------------ */

static void null_is_an_error_and_no_crash(void **state)
{
    (void)state;
    rsift_context *c = NULL;
    rsift_workspace *w = open_workspace(RSIFT_READ), *out;
    rsift_answer answer;
    rsift_picture *picture;
    struct ArrowArrayStream stream;
    FAILS(RSIFT_E_ARG, "out", rsift_context_new(NULL, NULL, err));
    OK(rsift_context_new(NULL, &c, err));
    rsift_context_free(c);
    FAILS(RSIFT_E_ARG, "context", rsift_workspace_open(NULL, workspace_dir, RSIFT_READ, &out, err));
    FAILS(RSIFT_E_ARG, "out", rsift_workspace_open(context, workspace_dir, RSIFT_READ, NULL, err));
    FAILS(RSIFT_E_ARG, "RSIFT_READ",
          rsift_workspace_open(context, workspace_dir, (rsift_mode)7, &out, err));
    FAILS(RSIFT_E_ARG, "workspace", rsift_run(NULL, "list", NULL, &answer, err));
    FAILS(RSIFT_E_ARG, "verb", rsift_run(w, NULL, NULL, &answer, err));
    FAILS(RSIFT_E_ARG, "answer", rsift_run(w, "list", NULL, NULL, err));
    OK(rsift_run(w, "list", NULL, &answer, err));
    rsift_answer_free(&answer);
    FAILS(RSIFT_E_ARG, "answer", rsift_parameters(NULL, NULL, err));
    FAILS(RSIFT_E_ARG, "workspace", rsift_workspace_query(NULL, "SELECT 1", NULL, &stream, err));
    FAILS(RSIFT_E_ARG, "sql", rsift_workspace_query(w, NULL, NULL, &stream, err));
    FAILS(RSIFT_E_ARG, "stream", rsift_workspace_query(w, "SELECT 1", NULL, NULL, err));
    FAILS(RSIFT_E_ARG, "workspace", rsift_picture_open(NULL, "0", NULL, &picture, err));
    FAILS(RSIFT_E_ARG, "asset", rsift_picture_open(w, NULL, NULL, &picture, err));
    FAILS(RSIFT_E_ARG, "out", rsift_picture_open(w, "0", NULL, NULL, err));
    /* these do nothing */
    rsift_context_free(NULL);
    rsift_context_cancel(NULL);
    rsift_context_reset(NULL);
    rsift_workspace_close(NULL);
    rsift_answer_free(NULL);
    rsift_picture_close(NULL);
    size_t n = 7;
    assert_true(rsift_picture_width(NULL) == 0 && rsift_picture_height(NULL) == 0);
    assert_null(rsift_picture_bytes(NULL, &n));
    assert_int_equal(n, 0);
    assert_null(rsift_picture_bytes(NULL, NULL));
    assert_non_null(rsift_picture_format(NULL));
    assert_non_null(rsift_status_name((rsift_status)99));
    /* a NULL error is fine */
    assert_int_equal(rsift_run(w, "frobnicate", NULL, &answer, NULL), RSIFT_E_ARG);
    rsift_workspace_close(w);
}

/* A required option that is not given, for every verb. */
static void every_verb_refuses_null_options_or_runs(void **state)
{
    (void)state;
    rsift_answer answer;
    const rs_json *root;
    OK(rsift_parameters(NULL, &answer, err));
    OK(rs_json_parse(&arena, rs_arena_str(&arena, rs_str_make(answer.json, answer.len)), NULL,
                     &root, err));
    rsift_answer_free(&answer);
    rsift_workspace *w = NULL;
    OK(rsift_workspace_open(context, NULL, RSIFT_READ, &w, err));
    rs_json_iter verbs = rs_json_each(rs_json_get(root, "verbs"));
    size_t n = 0;
    for (const rs_json *v; (v = rs_json_next(&verbs, NULL)); n++) {
        const char *name = rs_arena_cstr(&arena, rs_json_str(rs_json_get(v, "name")));
        rsift_error e = {0};
        const rsift_status status = rsift_run(w, name, NULL, &answer, &e);
        if (status != RSIFT_OK && !e.message[0]) fail_msg("%s fails without a message", name);
        rsift_answer_free(&answer);
        /* an option that no verb has */
        FAILS(strcmp(name, "demo") ? RSIFT_E_ARG : RSIFT_E_UNSUPPORTED, name,
              rsift_run(w, name, "{\"no-such-option\": 1}", &answer, err));
    }
    assert_int_equal(n, 27);
    rsift_workspace_close(w);
}

/* ---- sizes ----------------------------------------------------------------------------------- */

static void sizes_are_read(void **state)
{
    (void)state;
    struct newer {
        rsift_context_options options;
        void *later;
    } newer = {.options = {.size = sizeof newer}};
    rsift_context *c = NULL;
    rsift_context_options o = {0};
    FAILS(RSIFT_E_ARG, "size", rsift_context_new(&o, &c, err));
    o.size = 3;
    FAILS(RSIFT_E_ARG, "size", rsift_context_new(&o, &c, err));
    o.size = SIZE_MAX;
    FAILS(RSIFT_E_ARG, "size", rsift_context_new(&o, &c, err));
    o = RSIFT_OPTIONS(rsift_context_options);
    o.threads = 100000; /* once started as many as the system gave */
    FAILS(RSIFT_E_ARG, "threads", rsift_context_new(&o, &c, err));
    /* an older client: what lies behind its struct is not read */
    memset(&o, 0xee, sizeof o);
    o.size = offsetof(rsift_context_options, n_catalogs);
    o.catalogs = NULL;
    OK(rsift_context_new(&o, &c, err));
    rsift_context_free(c);
    /* a newer client: fine as long as it asks for nothing that is not known here */
    OK(rsift_context_new(&newer.options, &c, err));
    rsift_context_free(c);
    newer.later = &newer;
    FAILS(RSIFT_E_ARG, "does not know", rsift_context_new(&newer.options, &c, err));
    rsift_limits limits = {0};
    o = RSIFT_OPTIONS(rsift_context_options);
    o.limits = &limits;
    FAILS(RSIFT_E_ARG, "rsift_limits", rsift_context_new(&o, &c, err));
    limits.size = offsetof(rsift_limits, max_string);
    OK(rsift_context_new(&o, &c, err));
    rsift_context_free(c);
    o.limits = NULL;
    o.threads = -1;
    FAILS(RSIFT_E_ARG, "threads", rsift_context_new(&o, &c, err));
    o.threads = 0;
    o.n_catalogs = 2;
    FAILS(RSIFT_E_ARG, "catalogs", rsift_context_new(&o, &c, err));
    const char *const catalogs[] = {folder, NULL};
    o.catalogs = catalogs;
    FAILS(RSIFT_E_ARG, "catalogs[1]", rsift_context_new(&o, &c, err));
    rsift_workspace *w = open_workspace(RSIFT_READ);
    rsift_picture *p;
    rsift_picture_options po = {0};
    FAILS(RSIFT_E_ARG, "size", rsift_picture_open(w, "0", &po, &p, err));
    rsift_workspace_close(w);
}

/* ---- options --------------------------------------------------------------------------------- */

static void options_are_checked(void **state)
{
    (void)state;
    static const struct {
        const char *verb, *options, *where, *message;
    } cases[] = {
        {"emit", "[1]", "emit", "expected the options as a JSON object, found an array"},
        {"emit", "{\"format\": ", "emit", ""},
        {"emit", "{\"fromat\": \"llava\"}", "emit", "unknown option \"fromat\"; expected mixture"},
        {"emit", "{\"format\": \"llava\"}", "emit", "expected the option \"model\""},
        {"emit", "{\"format\": 1}", "emit > format", "expected a text, found an integer"},
        {"emit", "{\"format\": \"a\", \"format\": \"b\"}", "emit", "stands twice"},
        {"emit", "{\"out\": \"a\\u0000b\"}", "emit", ""},
        {"emit", "{\"min_pixels\": -1}", "emit > min_pixels", "from 0 to"},
        {"emit", "{\"images\": \"steal\"}", "emit > images", "auto|link|copy|path"},
        {"score", "{\"resamples\": 1000001}", "score > resamples", "to 1000000"},
        {"score", "{\"resamples\": 1.5}", "score > resamples", "expected a whole number"},
        {"score", "{\"no_blind\": 1}", "score > no_blind", "expected true or false"},
        {"score", "{\"markdown\": true}", "score", "unknown option \"markdown\""},
        {"score", "{\"profile\": [\"a\", 2]}", "score > profile > item 2", "expected a text"},
        {"index", "{\"path\": \"/x\", \"unit\": \"3/2\"}", "index > unit", "I/N"},
        {"index", "{\"path\": \"/x\", \"name\": \"A b\"}", "index > name", "a-z"},
        {"recommend", "{\"budget\": \"many\"}", "recommend > budget", "20000, 50k, 2M"},
        {"recommend", "{\"gsd_m\": \"2:1\"}", "recommend > gsd_m", "A:B"},
        {"indx", "{}", "", "did you mean \"index\"?"},
    };
    rsift_workspace *w = open_workspace(RSIFT_WRITE);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rsift_error e = {0};
        rsift_answer answer;
        assert_int_equal(rsift_run(w, cases[i].verb, cases[i].options, &answer, &e), RSIFT_E_ARG);
        assert_null(answer.json);
        assert_int_equal(e.status, RSIFT_E_ARG);
        if (!strstr(e.where, cases[i].where) || !strstr(e.message, cases[i].message))
            fail_msg("%s %s: %s: %s", cases[i].verb, cases[i].options, e.where, e.message);
    }
    /* null is not given; one text is a list of one; an integer may stand for a text of digits */
    const rs_json *r =
        answer_of(w, "recommend",
                  "{\"goals\": \"vqa\", \"budget\": 5, \"gsd_m\": null, \"catalogue_only\": true}");
    int64_t budget = 0;
    assert_true(rs_json_i64(rs_json_get(r, "budget"), &budget) && budget == 5);
    rsift_workspace_close(w);
}

static void the_mode_is_kept(void **state)
{
    (void)state;
    rsift_workspace *w = open_workspace(RSIFT_READ);
    rsift_answer answer;
    static const char *const writing[] = {"duplicates", "leaks"};
    for (size_t i = 0; i < 2; i++)
        FAILS(RSIFT_E_ARG, "open for reading", rsift_run(w, writing[i], NULL, &answer, err));
    rsift_workspace_close(w);
    OK(rsift_workspace_open(context, NULL, RSIFT_READ, &w, err));
    FAILS(RSIFT_E_ARG, "no workspace", rsift_run(w, "audit", NULL, &answer, err));
    FAILS(RSIFT_E_ARG, "no workspace",
          rsift_run(w, "query", "{\"sql\": \"SELECT 1\"}", &answer, err));
    answer_of(w, "list", NULL);
    answer_of(w, "list", "{\"goals\": true, \"conventions\": true}");
    answer_of(w, "search", "{\"words\": [\"vqa\"]}");
    answer_of(w, "show", "{\"id\": \"vrsbench\"}");
    answer_of(w, "recommend", "{\"budget\": \"10k\"}");
    rsift_workspace_close(w);
    FAILS(RSIFT_E_ARG, "not a workspace",
          rsift_workspace_open(context, folder, RSIFT_READ, &w, err));
    FAILS(RSIFT_E_ARG, "no such folder",
          rsift_workspace_open(context, path_of("nowhere"), RSIFT_WRITE, &w, err));
    assert_null(w);
}

/* ---- questions ------------------------------------------------------------------------------- */

static void parameters_are_bound(void **state)
{
    (void)state;
    rsift_workspace *w = open_workspace(RSIFT_READ);
    struct ArrowArrayStream stream;
    assert_int_equal(number_of(w, "SELECT count(*) FROM sample", NULL), N_RECORDS);
    assert_int_equal(number_of(w, "SELECT count(*) FROM turn WHERE text = $1", "[\"answer 7\"]"),
                     1);
    assert_int_equal(number_of(w,
                               "SELECT count(*) FROM sample WHERE $1 AND n_turns > $2 AND "
                               "n_turns < $3 AND $4 IS NULL",
                               "[true, 1, 2.5, null]"),
                     N_RECORDS);
    FAILS(RSIFT_E_ARG, "expected 1 parameters",
          rsift_workspace_query(w, "SELECT $1", NULL, &stream, err));
    FAILS(RSIFT_E_ARG, "JSON array",
          rsift_workspace_query(w, "SELECT $1", "{\"a\": 1}", &stream, err));
    FAILS(RSIFT_E_ARG, "parameters > 2",
          rsift_workspace_query(w, "SELECT $1, $2", "[1, []]", &stream, err));
    FAILS(RSIFT_E_ARG, "",
          rsift_workspace_query(w, "COPY (SELECT 1) TO '/tmp/x.csv'", NULL, &stream, err));
    rsift_answer answer;
    FAILS(RSIFT_E_ARG, "SELECT",
          rsift_run(w, "query", "{\"sql\": \"CREATE TABLE x AS SELECT 1\"}", &answer, err));
    rsift_workspace_close(w);
}

/* An open stream and a second context stop no decision, and see none of it. */
static void decisions_pass_open_streams(void **state)
{
    (void)state;
    rsift_context *second = NULL;
    rsift_workspace *reading = open_workspace(RSIFT_READ), *deciding = NULL;
    OK(rsift_context_new(NULL, &second, err));
    OK(rsift_workspace_open(second, workspace_dir, RSIFT_WRITE, &deciding, err));
    answer_of(deciding, "duplicates", NULL);
    const int64_t before = number_of(reading, "SELECT count(*) FROM overlap", NULL);
    assert_true(before > 0);
    struct ArrowArrayStream streams[2];
    OK(rsift_workspace_query(reading, "SELECT t.i FROM turn t, range(100000)", NULL, &streams[0],
                             err));
    OK(rsift_workspace_query(deciding, "SELECT * FROM overlap", NULL, &streams[1], err));
    answer_of(deciding, "leaks", NULL);
    answer_of(deciding, "duplicates", NULL);
    FILE *f = fopen(path_of("recipe.yaml"), "wb");
    assert_non_null(f);
    fputs("recipe: 1\nname: m\nlicence: any\nunresolved: keep\ndatasets:\n  - id: mine\n", f);
    assert_int_equal(fclose(f), 0);
    const char *recipe =
        rs_arena_printf(&arena, "{\"recipe\": \"%s\"}", path_of("recipe.yaml")).ptr;
    answer_of(deciding, "mix", recipe);
    /* the handle that was open before sees the mixture now */
    assert_int_equal(number_of(reading, "SELECT count(*) FROM mixture", NULL), 1);
    int64_t n = 0;
    for (struct ArrowArray array;;) {
        assert_int_equal(streams[0].get_next(&streams[0], &array), 0);
        if (!array.release) break;
        n += array.length;
        array.release(&array);
    }
    assert_int_equal(n, (int64_t)2 * N_RECORDS * 100000);
    rsift_workspace_close(deciding);
    rsift_context_free(second);
    struct ArrowArray array; /* its context and handle are gone */
    assert_int_equal(streams[1].get_next(&streams[1], &array), 0);
    assert_int_equal(array.length, before);
    array.release(&array);
    streams[0].release(&streams[0]);
    streams[1].release(&streams[1]);
    rsift_workspace_close(reading);
}

/* ---- samples and pictures -------------------------------------------------------------------- */

/* The first ids go to the database, later ones to memory: both give the same. */
static void samples_are_found_again_and_again(void **state)
{
    (void)state;
    rsift_workspace *w = open_workspace(RSIFT_READ);
    rsift_answer answer;
    const rs_json *ids =
        answer_of(w, "query", "{\"sql\": \"SELECT sample_id AS id FROM sample ORDER BY ordinal\"}");
    for (int round = 0; round < 4; round++) {
        rs_json_iter it = rs_json_each(ids);
        for (int i = 0; i < N_RECORDS; i++) {
            const rs_str id = rs_json_str(rs_json_get(rs_json_next(&it, NULL), "id"));
            const rs_json *r = answer_of(
                w, "sample", rs_arena_printf(&arena, "{\"id\": \"%.*s\"}", RS_STR_ARG(id)).ptr);
            const rs_str expected =
                rs_arena_printf(&arena, "answer %d", i == N_RECORDS - 1 ? i - 1 : i);
            assert_true(rs_str_eq(rs_json_str(rs_json_path(r, RS_STR("turns.1.text"))), expected));
            assert_true(rs_str_eq(rs_json_str(rs_json_get(r, "sample_id")), id));
        }
    }
    FAILS(RSIFT_E_ARG, "no sample",
          rsift_run(w, "sample", "{\"id\": \"00000000000000000000000000000000\"}", &answer, err));
    FAILS(RSIFT_E_ARG, "32 hex digits", rsift_run(w, "sample", "{\"id\": \"xyz\"}", &answer, err));
    rsift_workspace_close(w);
}

static void pictures_have_the_size_that_is_asked(void **state)
{
    (void)state;
    static const struct {
        const char *format;
        uint32_t max_side, width, height;
    } cases[] = {{NULL, 0, 40, 20},  {"original", 0, 40, 20}, {"png", 0, 40, 20},
                 {"png", 10, 10, 5}, {"jpeg", 30, 30, 15},    {"rgb", 100, 40, 20}};
    rsift_workspace *w = open_workspace(RSIFT_READ);
    const rs_json *ids = answer_of(
        w, "query", "{\"sql\": \"SELECT asset_id AS id FROM asset WHERE path LIKE '%p1.png'\"}");
    const char *id = rs_arena_cstr(&arena, rs_json_str(rs_json_path(ids, RS_STR("0.id"))));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rsift_picture_options o = RSIFT_OPTIONS(rsift_picture_options);
        rsift_picture *p = NULL;
        size_t n = 0;
        o.format = cases[i].format;
        o.max_side = cases[i].max_side;
        OK(rsift_picture_open(w, id, &o, &p, err));
        const unsigned char *bytes = rsift_picture_bytes(p, &n);
        assert_int_equal(rsift_picture_width(p), cases[i].width);
        assert_int_equal(rsift_picture_height(p), cases[i].height);
        const bool png = !cases[i].format || !strcmp(cases[i].format, "original") ||
                         !strcmp(cases[i].format, "png");
        assert_string_equal(rsift_picture_format(p), png ? "png" : cases[i].format);
        if (png) assert_memory_equal(bytes, "\x89PNG", 4);
        else if (!strcmp(cases[i].format, "rgb")) {
            assert_int_equal(n, 3 * 40 * 20);
            assert_int_equal(bytes[n - 1], 50);
        } else assert_memory_equal(bytes, "\xff\xd8\xff", 3);
        rsift_picture_close(p);
    }
    rsift_picture *p;
    rsift_picture_options o = RSIFT_OPTIONS(rsift_picture_options);
    o.max_side = 10;
    FAILS(RSIFT_E_ARG, "max_side", rsift_picture_open(w, id, &o, &p, err));
    o.format = "gif";
    FAILS(RSIFT_E_ARG, "original, png, jpeg or rgb", rsift_picture_open(w, id, &o, &p, err));
    FAILS(RSIFT_E_ARG, "no picture",
          rsift_picture_open(w, "00000000-0000-0000-0000-000000000000", NULL, &p, err));
    FAILS(RSIFT_E_ARG, "an asset id", rsift_picture_open(w, "7", NULL, &p, err));
    /* other bytes than were indexed, then none */
    const rs_str kept = rs_arena_printf(&arena, "%s/images/p1.png", folder);
    assert_int_equal(rename(kept.ptr, path_of("aside.png")), 0);
    FAILS(RSIFT_E_IO, "p1.png", rsift_picture_open(w, id, NULL, &p, err));
    OK(rs_io_write_small(kept, "GIF89a", 6, err));
    FAILS(RSIFT_E_IO, "changed since it was listed", rsift_picture_open(w, id, NULL, &p, err));
    assert_null(p);
    rsift_workspace_close(w);
    w = open_workspace(RSIFT_READ);
    FAILS(RSIFT_E_FORMAT, "changed since the index", rsift_picture_open(w, id, NULL, &p, err));
    assert_int_equal(rename(path_of("aside.png"), kept.ptr), 0);
    rsift_workspace_close(w);
}

/* ---- cancelling ------------------------------------------------------------------------------ */

static void *cancel_soon(void *arg)
{
    usleep(150000);
    rsift_context_cancel(arg);
    return NULL;
}

static void a_cancel_is_forgotten(void **state)
{
    (void)state;
    static const char slow[] = "SELECT count(*) FROM range(1000000) a, range(1000000) b "
                               "WHERE a.range * b.range % 7 = 9";
    rsift_workspace *w = open_workspace(RSIFT_WRITE);
    rsift_answer answer;
    struct ArrowArrayStream stream;
    pthread_t thread;
    rsift_context_cancel(context);
    FAILS(RSIFT_E_CANCELLED, "cancel", rsift_run(w, "list", NULL, &answer, err));
    rsift_workspace *refused;
    rsift_picture *picture;
    FAILS(RSIFT_E_CANCELLED, "cancel",
          rsift_workspace_open(context, NULL, RSIFT_READ, &refused, err));
    FAILS(RSIFT_E_CANCELLED, "cancel", rsift_picture_open(w, "0", NULL, &picture, err));
    FAILS(RSIFT_E_CANCELLED, "cancel", rsift_workspace_query(w, "SELECT 1", NULL, &stream, err));
    rsift_context_reset(context);
    answer_of(w, "list", NULL);
    assert_int_equal(pthread_create(&thread, NULL, cancel_soon, context), 0);
    FAILS(RSIFT_E_CANCELLED, "cancel", rsift_workspace_query(w, slow, NULL, &stream, err));
    pthread_join(thread, NULL);
    rsift_context_reset(context);
    assert_int_equal(number_of(w, "SELECT count(*) FROM sample", NULL), N_RECORDS);
    rsift_workspace_close(w);
}

struct seen {
    rsift_context *context;
    int n, n_final;
    bool complete;
};

static void watch(void *user, const rsift_progress *p)
{
    struct seen *seen = user;
    seen->n++;
    seen->n_final += p->final;
    seen->complete = seen->complete && p->size >= sizeof *p && p->stage && p->unit && p->text &&
                     p->text[0] && p->done >= 0 && p->total >= -1;
    if (seen->context) rsift_context_cancel(seen->context);
}

/* Progress has its fields; a cancel from inside it ends the index, a second run completes it. */
static void an_index_is_watched_and_cancelled(void **state)
{
    (void)state;
    struct seen seen = {.complete = true};
    rsift_context *c = NULL;
    rsift_workspace *w = NULL;
    rsift_context_options o = RSIFT_OPTIONS(rsift_context_options);
    o.progress = watch;
    o.progress_user = &seen;
    OK(rsift_context_new(&o, &c, err));
    OK(rsift_workspace_open(c, path_of("watched"), RSIFT_CREATE, &w, err));
    const char *options =
        rs_arena_printf(&arena,
                        "{\"path\": \"%s\", \"reader\": \"llava\", \"name\": \"mine\", \"images\": "
                        "\"%s\"}",
                        path_of("data.json"), path_of("images"))
            .ptr;
    rsift_answer answer;
    seen.context = c;
    rsift_error e = {0};
    const rsift_status status = rsift_run(w, "index", options, &answer, &e);
    rsift_answer_free(&answer);
    assert_true(status == RSIFT_E_CANCELLED || status == RSIFT_OK); /* OK: it was at its end */
    assert_true(seen.n > 0 && seen.complete);
    seen.context = NULL;
    rsift_context_reset(c);
    answer_of(w, "index", options);
    assert_true(seen.n_final > 0);
    assert_int_equal(number_of(w, "SELECT count(*) FROM sample", NULL), N_RECORDS);
    rsift_workspace_close(w);
    rsift_context_free(c);
}

/* ---- memory ---------------------------------------------------------------------------------- */

static void every_allocation_fails_once(void **state)
{
    (void)state;
    for (int64_t n = 1;; n++) {
        rsift_context *c = NULL;
        rsift_workspace *w = NULL;
        rsift_answer answer = {0};
        rsift_error e = {0};
        rs_alloc_fail_at(n);
        rsift_status status = rsift_context_new(NULL, &c, &e);
        if (status == RSIFT_OK) status = rsift_workspace_open(c, NULL, RSIFT_READ, &w, &e);
        if (status == RSIFT_OK)
            status = rsift_run(w, "list", "{\"formats\": true, \"models\": false}", &answer, &e);
        if (status == RSIFT_OK) {
            rsift_answer_free(&answer);
            status = rsift_parameters("emit", &answer, &e);
        }
        rs_alloc_fail_at(0);
        assert_true(status == RSIFT_OK || (status == RSIFT_E_NOMEM && !answer.json));
        rsift_answer_free(&answer);
        rsift_workspace_close(w);
        rsift_context_free(c);
        if (status == RSIFT_OK) break;
        assert_true(n < 2000);
    }
}

/* ---- one's own data -------------------------------------------------------------------------- */

/* 40 LLaVA records (the last two are the same) over 4 pictures of 40 x 20. */
static void write_data(void)
{
    FILE *f = fopen(path_of("data.json"), "wb");
    assert_non_null(f);
    fputs("[", f);
    for (int i = 0; i < N_RECORDS; i++) {
        const int k = i == N_RECORDS - 1 ? i - 1 : i;
        fprintf(f,
                "%s{\"id\": \"r%d\", \"image\": \"p%d.png\", \"conversations\": [{\"from\": "
                "\"human\", \"value\": \"<image>\\nquestion %d\"}, {\"from\": \"gpt\", \"value\": "
                "\"answer %d\"}]}",
                i ? ",\n" : "", i, k % 4, k, k);
    }
    fputs("]", f);
    assert_int_equal(fclose(f), 0);
    OK(rs_io_make_dirs(rs_str_of(path_of("images")), err));
    for (int i = 0; i < 4; i++) {
        char name[32];
        rs_pixels pixels;
        rs_buf png = {0};
        OK(rs_pixels_init(&pixels, 40, 20, NULL, err));
        memset(pixels.rgb, 50 * i, 3 * 40 * 20);
        OK(rs_image_encode_png(&pixels, &png, err));
        snprintf(name, sizeof name, "images/p%d.png", i);
        OK(rs_io_write_small(rs_str_of(path_of(name)), png.ptr, png.len, err));
        rs_buf_fini(&png);
        rs_pixels_fini(&pixels);
    }
}

static int start(void **unused)
{
    (void)unused;
    if (!mkdtemp(folder)) return -1;
    snprintf(workspace_dir, sizeof workspace_dir, "%s/work", folder);
    write_data();
    rsift_workspace *w = NULL;
    OK(rsift_context_new(NULL, &context, err));
    OK(rsift_workspace_open(context, workspace_dir, RSIFT_CREATE, &w, err));
    answer_of(w, "index",
              rs_arena_printf(&arena,
                              "{\"path\": \"%s\", \"reader\": \"llava\", \"name\": \"mine\", "
                              "\"images\": \"%s\"}",
                              path_of("data.json"), path_of("images"))
                  .ptr);
    rsift_workspace_close(w);
    return 0;
}

static int stop(void **unused)
{
    (void)unused;
    rsift_context_free(context);
    rs_arena_fini(&arena);
    return rs_io_remove_tree(rs_str_of(folder), NULL) == RSIFT_OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(null_is_an_error_and_no_crash),
        cmocka_unit_test(every_verb_refuses_null_options_or_runs),
        cmocka_unit_test(sizes_are_read),
        cmocka_unit_test(options_are_checked),
        cmocka_unit_test(the_mode_is_kept),
        cmocka_unit_test(parameters_are_bound),
        cmocka_unit_test(decisions_pass_open_streams),
        cmocka_unit_test(samples_are_found_again_and_again),
        cmocka_unit_test(pictures_have_the_size_that_is_asked),
        cmocka_unit_test(a_cancel_is_forgotten),
        cmocka_unit_test(an_index_is_watched_and_cancelled),
        cmocka_unit_test(every_allocation_fails_once),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
