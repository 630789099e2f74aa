/* audit, duplicates, leaks and clean lists over a workspace written by hand. */
#include "workspace.h"

#include "decide/duplicates.h"

static const rs_json *parse(rs_arena *arena, const rs_buf *json)
{
    const rs_json *root = NULL;
    OK(rs_json_parse(arena, rs_buf_view(json), NULL, &root, err));
    return root;
}

/* The row of `rows` whose `key` is `value`. */
static const rs_json *row_with(const rs_json *rows, const char *key, const char *value)
{
    rs_json_iter it = rs_json_each(rows);
    for (const rs_json *row; (row = rs_json_next(&it, NULL));)
        if (rs_str_eq(rs_json_str(rs_json_get(row, key)), rs_str_of(value))) return row;
    fail_msg("no row with %s = %s", key, value);
    return NULL;
}

static int64_t number(const rs_json *row, const char *key)
{
    int64_t v = -1;
    assert_true(rs_json_i64(rs_json_get(row, key), &v));
    return v;
}

static void expect_text(const rs_json *row, const char *key, const char *text)
{
    rs_str found = rs_json_str(rs_json_get(row, key));
    if (!rs_str_eq(found, rs_str_of(text)))
        fail_msg("%s: expected %s, found %.*s", key, text, RS_STR_ARG(found));
}

static void put_reading(world *w, const char *dataset, int64_t seen, int64_t used)
{
    rs_rows *r = rs_part_rows(w->part, RS_T_READING);
    put_text(r, RS_READING_release_id, dataset);
    put_text(r, RS_READING_source, "all");
    put_text(r, RS_READING_pass, "records");
    rs_put_i64(r, RS_READING_seen, seen);
    rs_put_i64(r, RS_READING_used, used);
    rs_put_i64(r, RS_READING_merged, 0);
    rs_put_i64(r, RS_READING_skipped, 0);
    rs_put_i64(r, RS_READING_set_aside, 0);
    rs_put_end(r);
}

/* The row of the findings that a source counts and does not list. */
static void put_rest(world *w, const char *dataset, const char *code, int64_t n)
{
    rs_rows *r = rs_part_rows(w->part, RS_T_FINDING);
    put_text(r, RS_FINDING_release_id, dataset);
    put_text(r, RS_FINDING_severity, "serious");
    put_text(r, RS_FINDING_code, code);
    put_text(r, RS_FINDING_locator, "a");
    put_text(r, RS_FINDING_message, "more of the same, counted but not listed");
    rs_put_i64(r, RS_FINDING_n, n);
    put_text(r, RS_FINDING_source, "all");
    rs_put_bool(r, RS_FINDING_rest, true);
    rs_put_end(r);
}

/* An id as the database writes it. */
static void dash(char out[48], rs_id id)
{
    char hex[RS_ID_TEXT];
    (void)rs_id_text(hex, id);
    snprintf(out, 48, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
}

static void audit_sees_the_pool(void **state)
{
    (void)state;
    rs_catalog *catalog = builtin_catalog();
    world w;
    world_begin(&w);
    put_release(&w, "a", "open", "human");
    put_release(&w, "b", "open", "llm");
    put_reading(&w, "a", 5, 5);
    put_reading(&w, "b", 5, 4);
    const rs_id one = put_sample(&w, (put){.dataset = "a",
                                           .picture = "1",
                                           .bytes = "p",
                                           .question = "q",
                                           .answer = "yes",
                                           .split = "train"});
    put_sample(&w, (put){.dataset = "b",
                         .picture = "2",
                         .bytes = "p",
                         .question = "q",
                         .answer = "yes"}); /* duplicate */
    const rs_id contradicts = put_sample(
        &w, (put){.dataset = "b", .picture = "2", .bytes = "p", .question = "q", .answer = "no"});
    put_sample(&w, (put){.dataset = "a",
                         .picture = "1",
                         .bytes = "p",
                         .question = "r",
                         .split = "test"}); /* two splits */
    put_sample(&w, (put){.dataset = "a",
                         .task = "caption",
                         .picture = "1",
                         .bytes = "p",
                         .question = "c",
                         .answer = "one"});
    put_sample(&w, (put){.dataset = "a",
                         .task = "caption",
                         .picture = "1",
                         .bytes = "p",
                         .question = "c",
                         .answer = "two"});
    put_sample(&w, (put){.dataset = "a", .serious = "answer-empty"});
    put_sample(&w, (put){.dataset = "b", .unresolved = true});
    /* what lies behind the cap of a source is one row, whose locator sorts before every place */
    put_rest(&w, "a", "answer-empty", 7);
    world_commit(&w);
    rs_store *store = open_world(&w, RS_STORE_READ, 2);
    rs_buf json = {0};
    rs_arena arena = {0};
    int64_t n = 0;
    OK(rs_decide_audit(&(rs_audit_job){store, catalog, (rs_texts){0}, RS_WARNING, 0}, &json, &n,
                       err));
    const rs_json *root = parse(&arena, &json), *findings = rs_json_get(root, "findings");
    /* both captions differ rightly: no conflict. The question's three answers contradict
     * each other, and which of them is true cannot be told */
    assert_int_equal(n, 13);
    expect_text(row_with(findings, "code", "duplicate"), "dataset", "b");
    assert_int_equal(number(row_with(findings, "code", "duplicate"), "n"), 1);
    const rs_json *conflict = row_with(findings, "code", "conflict"); /* of a: one sample */
    assert_int_equal(number(conflict, "n"), 1);
    expect_text(conflict, "effect", "sample left out");
    char told[160], dashed[2][48];
    dash(dashed[0], one);
    dash(dashed[1], contradicts);
    snprintf(told, sizeof told, "sample %s is answered otherwise by %s of b", dashed[0], dashed[1]);
    expect_text(conflict, "message", told);
    expect_text(row_with(findings, "code", "image-splits"), "message",
                "in test and train of the scheme official");
    const rs_json *empty = row_with(findings, "code", "answer-empty");
    assert_int_equal(number(empty, "n"), 8);
    expect_text(empty, "example", "a.json#1");
    expect_text(empty, "message", "a message");
    expect_text(empty, "effect", "sample left out");
    assert_true(rs_json_str(rs_json_get(empty, "remedy")).len > 5);
    const rs_json *sets = rs_json_get(root, "datasets");
    bool adds_up = true;
    assert_true(rs_json_bool(rs_json_get(row_with(sets, "dataset", "b"), "adds_up"), &adds_up));
    assert_false(adds_up);
    assert_int_equal(number(row_with(sets, "dataset", "b"), "missing"), 1);
    json.len = 0;
    rs_str only[] = {RS_STR("a")};
    OK(rs_decide_audit(&(rs_audit_job){store, catalog, (rs_texts){only, 1}, RS_SERIOUS, 0}, &json,
                       &n, err));
    assert_int_equal(n, 8);
    assert_int_equal(rs_json_len(rs_json_get(parse(&arena, &json), "datasets")), 1);
    rs_str wrong[] = {RS_STR("rsvqa-ls")};
    /* rsvqa-lr is in the catalogue and not indexed: it is no help to name it */
    FAILS(RSIFT_E_ARG, "\"rsvqa-ls\" is not indexed here; `rsift index PATH` reads it",
          rs_decide_audit(&(rs_audit_job){store, catalog, (rs_texts){wrong, 1}, RS_NOTE, 0}, &json,
                          &n, err));
    wrong[0] = RS_STR("aa");
    FAILS(RSIFT_E_ARG, "did you mean a?",
          rs_decide_audit(&(rs_audit_job){store, catalog, (rs_texts){wrong, 1}, RS_NOTE, 0}, &json,
                          &n, err));
    rs_store_close(store);
    rs_buf_fini(&json);
    rs_arena_fini(&arena);
    world_end(&w);
    rs_catalog_close(catalog);
}

static void counts_are_compared(void **state)
{
    (void)state;
    rs_arena catalog_arena = {0};
    rs_catalog *catalog = builtin_catalog();
    world w;
    world_begin(&w);
    rs_rows *r = rs_part_rows(w.part, RS_T_RELEASE);
    put_text(r, RS_RELEASE_release_id, "rsvqa-lr@zenodo");
    put_text(r, RS_RELEASE_dataset, "rsvqa-lr");
    put_text(r, RS_RELEASE_name, "RSVQA-LR");
    put_text(r, RS_RELEASE_root, "/nowhere");
    rs_put_end(r);
    r = rs_part_rows(w.part, RS_T_READING);
    put_text(r, RS_READING_release_id, "rsvqa-lr@zenodo");
    put_text(r, RS_READING_source, "test");
    put_text(r, RS_READING_pass, "questions");
    for (int c = RS_READING_seen; c <= RS_READING_set_aside; c++) rs_put_i64(r, c, 0);
    rs_put_end(r);
    world_commit(&w);
    rs_store *store = open_world(&w, RS_STORE_READ, 1);
    rs_buf json = {0};
    int64_t n = 0;
    OK(rs_decide_audit(&(rs_audit_job){store, catalog, (rs_texts){0}, RS_WARNING, 0}, &json, &n,
                       err));
    const rs_json *counts = rs_json_get(parse(&catalog_arena, &json), "counts");
    assert_int_equal(rs_json_len(counts), 2); /* only the source that was read */
    assert_int_equal(number(row_with(counts, "what", "samples"), "expected"), 10004);
    assert_int_equal(n, 2);
    rs_store_close(store);
    rs_buf_fini(&json);
    rs_arena_fini(&catalog_arena);
    world_end(&w);
    rs_catalog_close(catalog);
}

static void dedup_twice_equals_once(void **state)
{
    (void)state;
    rs_catalog *catalog = builtin_catalog();
    world w;
    world_begin(&w);
    put_release(&w, "t", "open", "template");
    put_release(&w, "h", "open", "human");
    rs_rng rng = rs_rng_of(1, number_id(1));
    for (int i = 0; i < 400; i++) {
        char picture[16], question[16];
        snprintf(picture, sizeof picture, "%d", (int)rs_rng_below(&rng, 12));
        snprintf(question, sizeof question, "%d", (int)rs_rng_below(&rng, 8));
        put_sample(&w, (put){.dataset = i % 2 ? "t" : "h",
                             .picture = picture,
                             .bytes = picture,
                             .question = question,
                             .role = i % 50 ? "train" : "eval"});
    }
    world_commit(&w);
    int64_t sums[2], counts[2];
    rs_buf first = {0};
    for (int i = 0; i < 2; i++) {
        rs_store *store = open_world(&w, RS_STORE_DECIDE, i + 1);
        rs_buf json = {0};
        const rs_duplicates_job job = {.store = store, .catalog = catalog};
        OK(rs_decide_duplicates(&job, &json, &counts[i], err));
        sums[i] = ask(store,
                      "SELECT CAST(sum(hash(a, b, evidence)) % 1000000007 AS BIGINT) FROM overlap");
        /* removing what repeats leaves nothing that repeats */
        assert_int_equal(
            ask(store,
                "SELECT count(*) FROM (SELECT key_whole FROM pool WHERE sample_id::VARCHAR NOT IN"
                " (SELECT b FROM overlap) GROUP BY key_whole, picture HAVING count(*) > 1)"),
            0);
        assert_int_equal(
            ask(store, "SELECT count(*) FROM overlap o JOIN sample a ON a.sample_id::VARCHAR = o.a "
                       "JOIN sample b ON"
                       " b.sample_id::VARCHAR = o.b WHERE b.role = 'eval' AND a.role <> 'eval'"),
            0);
        if (i == 0) first = json;
        else {
            assert_true(rs_str_eq(rs_buf_view(&first), rs_buf_view(&json)));
            rs_buf_fini(&json);
        }
        rs_store_close(store);
    }
    assert_int_equal(sums[0], sums[1]);
    assert_true(counts[0] > 200 && counts[0] == counts[1]);
    rs_buf_fini(&first);
    world_end(&w);
    rs_catalog_close(catalog);
}

typedef struct seen {
    int64_t n, shared, by_bytes, by_lineage;
    rs_id dirty;
} seen;

static rsift_status note(void *ctx, const rs_unshared *sample, rsift_error *err)
{
    (void)err;
    seen *s = ctx;
    if (!rs_str_eq(sample->slug, RS_STR("dota"))) return RSIFT_OK;
    s->n++;
    s->shared += sample->shared;
    s->by_bytes += sample->by_bytes;
    s->by_lineage += sample->by_lineage;
    if (sample->shared) s->dirty = sample->id;
    return RSIFT_OK;
}

static void leaks_by_level_and_method(void **state)
{
    (void)state;
    rs_catalog *catalog = builtin_catalog();
    world w;
    world_begin(&w);
    put_release(&w, "dota", "research", "human");
    put_release(&w, "mine", "open", "human");
    put_release(&w, "plain", "open", "human");
    rs_id test = put_sample(&w, (put){.dataset = "dota",
                                      .role = "eval",
                                      .split = "val",
                                      .task = "detection-obb",
                                      .key = "DOTA/P1",
                                      .bytes = "scene"});
    put_sample(&w, (put){.dataset = "dota",
                         .role = "eval",
                         .split = "val",
                         .task = "detection-obb",
                         .key = "DOTA/P2"});
    put_sample(
        &w, (put){.dataset = "dota", .split = "train", .task = "detection-obb", .key = "DOTA/P1"});
    rs_id crop = put_sample(&w, (put){.dataset = "mine", .key = "DOTA/P1", .relation = "crop"});
    put_sample(&w, (put){.dataset = "mine", .bytes = "scene"});
    put_sample(&w, (put){.dataset = "mine", .key = "DOTA/P9"});
    put_sample(&w, (put){.dataset = "plain", .role = "eval", .unresolved = true});
    put_sample(&w,
               (put){.dataset = "dota", .role = "eval", .task = "vqa"}); /* not what DOTA scores */
    world_commit(&w);
    rs_store *store = open_world(&w, RS_STORE_DECIDE, 2);
    rs_buf json = {0};
    rs_arena arena = {0};
    int64_t n = 0;
    OK(rs_decide_leaks(store, catalog, &(rs_leak_question){0}, &json, &n, err));
    assert_int_equal(n, 2);
    const rs_json *root = parse(&arena, &json), *rows = rs_json_get(root, "benchmarks");
    const rs_json *dota = row_with(rows, "benchmark", "DOTA"),
                  *plain = row_with(rows, "benchmark", "plain");
    expect_text(dota, "content", "leaks 1");
    expect_text(dota, "lineage", "leaks 1");
    assert_int_equal(number(dota, "crop"), 1);
    assert_int_equal(number(dota, "image"), 1);
    assert_int_equal(number(dota, "own"), 1);
    assert_int_equal(number(row_with(rows, "benchmark", "dota (rest)"), "samples"), 1);
    expect_text(plain, "content", "NOT CHECKED");
    expect_text(plain, "lineage", "NOT CHECKED");
    assert_true(rs_json_len(rs_json_get(root, "not_indexed")) > 5);
    assert_int_equal(ask(store, "SELECT count(*) FROM overlap WHERE kind = 'leak'"), 3);
    /* one crop is kept by a mixture: its scene's question is not clean any more */
    char sql[200], id[RS_ID_TEXT];
    snprintf(sql, sizeof sql,
             "INSERT INTO ledger VALUES ('m', '%s', true, 'kept', NULL, 1, NULL, NULL)",
             rs_id_text(id, crop));
    OK(rs_store_exec(store, rs_str_of(sql), err));
    rs_store_close(store);
    store = open_world(&w, RS_STORE_READ, 1);
    seen s = {0};
    OK(rs_decide_unshared(store, catalog, RS_STR("m"), note, &s, err));
    assert_int_equal(s.n, 2);
    assert_int_equal(s.shared, 1);
    assert_int_equal(s.by_bytes, 2);
    assert_int_equal(s.by_lineage, 2);
    assert_true(rs_id_eq(s.dirty, test));
    rs_store_close(store);
    rs_buf_fini(&json);
    rs_arena_fini(&arena);
    world_end(&w);
    rs_catalog_close(catalog);
}

/* What the two methods say of a benchmark. */
static void expect_methods(const world *w, const rs_catalog *catalog, const char *benchmark,
                           const char *content, const char *lineage)
{
    rs_store *store = open_world(w, RS_STORE_READ, 1);
    rs_buf json = {0};
    rs_arena arena = {0};
    OK(rs_decide_leak_table(store, catalog, &json, err));
    const rs_json *root = parse(&arena, &json);
    const rs_json *row = row_with(rs_json_get(root, "benchmarks"), "benchmark", benchmark);
    expect_text(row, "content", content);
    expect_text(row, "lineage", lineage);
    rs_store_close(store);
    rs_buf_fini(&json);
    rs_arena_fini(&arena);
}

/* Two pictures of dota's validation, and one training picture of another dataset. */
static void put_dota_beside(world *w, put other)
{
    world_begin(w);
    put_release(w, "dota", "research", "human");
    put_release(w, other.dataset, "open", "human");
    put_sample(w, (put){.dataset = "dota",
                        .role = "eval",
                        .split = "val",
                        .task = "detection-obb",
                        .key = "DOTA/P1"});
    put_sample(w, (put){.dataset = "dota",
                        .role = "eval",
                        .split = "val",
                        .task = "detection-obb",
                        .key = "DOTA/P2"});
    put_sample(w, other);
}

/* clean is said only by a method that could have seen the opposite. */
static void clean_was_looked_at(void **state)
{
    (void)state;
    rs_catalog *catalog = builtin_catalog();
    world w;
    static const struct {
        put other;
        const char *content, *lineage;
    } cases[] = {
        /* a name of the same key space can be compared */
        {{.dataset = "mine", .key = "DOTA/P9"}, "clean", "clean"},
        /* a name of its own meets nobody's, none at all neither, a guessed one proves nothing */
        {{.dataset = "mine", .key = "MINE/P9"}, "clean", "NOT CHECKED"},
        {{.dataset = "mine"}, "clean", "NOT CHECKED"},
        {{.dataset = "mine", .key = "DOTA/P9", .confidence = "low"}, "clean", "NOT CHECKED"},
        /* pictures that are not here have no bytes */
        {{.dataset = "mine", .key = "DOTA/P9", .unresolved = true}, "NOT CHECKED", "clean"},
        /* the bytes of a TIFF are nobody's JPEG */
        {{.dataset = "mine", .key = "DOTA/P9", .format = "tiff"}, "NOT CHECKED", "clean"},
        /* Sentinel-2 is no web map; Google Earth is one; HRRSD is nobody knows what */
        {{.dataset = "rsvqa-lr", .key = "RSVQA-LR/1"}, "clean", "clean"},
        {{.dataset = "nwpu-resisc45", .key = "NWPU-RESISC45/beach_001"}, "clean", "NOT CHECKED"},
        {{.dataset = "opt-rsvg"}, "clean", "NOT CHECKED"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        put_dota_beside(&w, cases[i].other);
        world_commit(&w);
        expect_methods(&w, catalog, "DOTA", cases[i].content, cases[i].lineage);
        world_end(&w);
    }
    /* one picture of the benchmark is not here and has no name: the rest is not all */
    put_dota_beside(&w, (put){.dataset = "mine", .key = "DOTA/P9"});
    put_sample(&w, (put){.dataset = "dota",
                         .role = "eval",
                         .split = "val",
                         .task = "detection-obb",
                         .unresolved = true});
    world_commit(&w);
    expect_methods(&w, catalog, "DOTA", "PART CHECKED", "PART CHECKED");
    world_end(&w);
    /* one's own names beside those of the set that it was made of */
    world_begin(&w);
    put_release(&w, "rsitmd", "unknown", "human");
    put_release(&w, "rsicd", "unknown", "human");
    put_sample(&w, (put){.dataset = "rsitmd",
                         .role = "eval",
                         .split = "test",
                         .task = "caption",
                         .key = "RSITMD/airport_5",
                         .unresolved = true});
    put_sample(&w, (put){.dataset = "rsicd",
                         .split = "train",
                         .task = "caption",
                         .key = "RSICD/airport_228",
                         .unresolved = true});
    world_commit(&w);
    expect_methods(&w, catalog, "rsitmd (rest)", "NOT CHECKED", "NOT CHECKED");
    world_end(&w);
    /* without any training data nothing was looked at */
    world_begin(&w);
    put_release(&w, "dota", "research", "human");
    put_sample(&w, (put){.dataset = "dota", .role = "eval", .key = "DOTA/P1"});
    world_commit(&w);
    expect_methods(&w, catalog, "dota (rest)", "NOT CHECKED", "NOT CHECKED");
    world_end(&w);
    rs_catalog_close(catalog);
}

/* Own data that bears a release's id is not that release: its overlap with the benchmark counts,
 * and neither it nor its own evaluation is the release's. */
static void own_data_is_no_release(void **state)
{
    (void)state;
    rs_catalog *catalog = builtin_catalog();
    world w;
    world_begin(&w);
    put_release(&w, "dota", "research", "human");
    put_sample(&w, (put){.dataset = "dota", .role = "eval", .picture = "a", .bytes = "one"});
    put_sample(&w, (put){.dataset = "dota", .picture = "b", .bytes = "one"});
    put_sample(&w, (put){.dataset = "dota", .source = "own", .picture = "c", .bytes = "one"});
    put_sample(&w, (put){.dataset = "dota", .source = "own", .role = "eval", .picture = "d"});
    world_commit(&w);
    rs_store *store = open_world(&w, RS_STORE_READ, 1);
    rs_buf json = {0};
    rs_arena arena = {0};
    OK(rs_decide_leak_table(store, catalog, &json, err));
    const rs_json *root = parse(&arena, &json);
    assert_int_equal(number(root, "n_leaks"), 1);
    const rs_json *benchmarks = rs_json_get(root, "benchmarks");
    const rs_json *row = row_with(benchmarks, "benchmark", "dota (rest)");
    assert_int_equal(number(row, "samples"), 1);
    assert_int_equal(number(row, "leaks"), 1);
    assert_int_equal(number(row, "own"), 1);
    row = row_with(benchmarks, "benchmark", "dota (own)");
    assert_int_equal(number(row, "samples"), 1);
    assert_int_equal(number(row, "leaks"), 0);
    row = row_with(rs_json_get(root, "matrix"), "pool", "dota (own)");
    assert_int_equal(number(row, "image"), 1);
    rs_store_close(store);
    rs_buf_fini(&json);
    rs_arena_fini(&arena);
    world_end(&w);
    rs_catalog_close(catalog);
}

/* Each benchmark picture is compared with some of the training pictures: the answer counts them,
 * and says what was not compared and why. */
static void part_is_counted(void **state)
{
    (void)state;
    rs_catalog *catalog = builtin_catalog();
    world w;
    put_dota_beside(&w, (put){.dataset = "mine", .key = "DOTA/P9"});
    put_sample(&w, (put){.dataset = "mine", .key = "MINE/1", .format = "tiff"});
    put_sample(&w, (put){.dataset = "mine", .unresolved = true});
    put_sample(&w, (put){.dataset = "dota",
                         .role = "eval",
                         .split = "val",
                         .task = "detection-obb",
                         .unresolved = true});
    world_commit(&w);
    rs_store *store = open_world(&w, RS_STORE_READ, 1);
    rs_buf json = {0};
    rs_arena arena = {0};
    OK(rs_decide_leak_table(store, catalog, &json, err));
    const rs_json *root = parse(&arena, &json);
    rs_json_iter it = rs_json_each(rs_json_get(root, "methods"));
    /* bytes and lineage each compare 2 of the 3 pictures with 1 of the 3 */
    for (const rs_json *row; (row = rs_json_next(&it, NULL));) {
        const rs_str method = rs_json_str(rs_json_get(row, "method"));
        assert_int_equal(number(row, "pictures"), 3);
        if (!rs_str_eq(method, RS_STR("bytes")) && !rs_str_eq(method, RS_STR("lineage"))) {
            assert_int_equal(number(row, "here"), 0); /* nothing was hashed or read */
            expect_text(row, "verdict", "NOT CHECKED");
            continue;
        }
        assert_int_equal(number(row, "here"), 2);
        assert_int_equal(number(row, "compared"), 1);
        assert_int_equal(number(row, "training"), 3);
        expect_text(row, "verdict", "PART CHECKED");
    }
    /* in the order of the answer: a missing picture of the benchmark is no other format */
    static const struct {
        const char *reason, *name;
        int pictures;
    } reasons[] = {{"benchmark-missing", "DOTA", 1},
                   {"format", "mine", 1},
                   {"training-missing", "mine", 1},
                   {"not-asked", "mine", 3},
                   {"benchmark-unnamed", "DOTA", 1},
                   {"unnamed", "mine", 2},
                   {"benchmark-unhashed", "dota", 2},
                   {"training-unhashed", "mine", 2},
                   {"texts", "mine", 3}};
    size_t n = 0;
    it = rs_json_each(rs_json_get(root, "not_compared"));
    for (const rs_json *row; (row = rs_json_next(&it, NULL)); n++) {
        assert_true(n < sizeof reasons / sizeof *reasons);
        expect_text(row, "reason", reasons[n].reason);
        expect_text(row, "name", reasons[n].name);
        assert_int_equal(number(row, "pictures"), reasons[n].pictures);
    }
    assert_int_equal(n, sizeof reasons / sizeof *reasons);
    rs_store_close(store);
    rs_buf_fini(&json);
    rs_arena_fini(&arena);
    world_end(&w);
    /* a benchmark alone */
    world_begin(&w);
    put_release(&w, "dota", "research", "human");
    put_sample(&w, (put){.dataset = "dota", .role = "eval", .key = "DOTA/P1"});
    world_commit(&w);
    store = open_world(&w, RS_STORE_READ, 1);
    json = (rs_buf){0};
    OK(rs_decide_leak_table(store, catalog, &json, err));
    const rs_json *why = rs_json_get(parse(&arena, &json), "not_compared");
    assert_int_equal(rs_json_len(why), 3);
    expect_text(row_with(why, "method", "pixels"), "reason", "benchmark-unhashed");
    expect_text(row_with(why, "method", "bytes"), "reason", "nothing-else");
    expect_text(row_with(why, "method", "lineage"), "reason", "nothing-else");
    rs_store_close(store);
    rs_buf_fini(&json);
    rs_arena_fini(&arena);
    world_end(&w);
    rs_catalog_close(catalog);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(audit_sees_the_pool),     cmocka_unit_test(counts_are_compared),
        cmocka_unit_test(dedup_twice_equals_once), cmocka_unit_test(leaks_by_level_and_method),
        cmocka_unit_test(clean_was_looked_at),     cmocka_unit_test(part_is_counted),
        cmocka_unit_test(own_data_is_no_release)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
