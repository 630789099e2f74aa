/* Image-disjoint splits over a workspace written by hand. */
#include "workspace.h"

#include "decide/resplit.h"

typedef struct answer {
    rs_buf csv, json;
    rs_arena arena;
    const rs_json *root;
    int64_t moved;
} answer;

static void ask_split(const world *w, rs_resplit_job job, answer *out)
{
    rs_catalog *catalog = builtin_catalog();
    *out = (answer){0};
    job.store = open_world(w, RS_STORE_READ, 1);
    job.catalog = catalog;
    OK(rs_decide_resplit(&job, &out->csv, &out->json, &out->moved, err));
    OK(rs_json_parse(&out->arena, rs_buf_view(&out->json), NULL, &out->root, err));
    rs_store_close(job.store);
    rs_catalog_close(catalog);
}

static void end(answer *a)
{
    rs_buf_fini(&a->csv);
    rs_buf_fini(&a->json);
    rs_arena_fini(&a->arena);
}

static int64_t number(const answer *a, const char *key)
{
    int64_t v = -1;
    assert_true(rs_json_i64(rs_json_get(a->root, key), &v));
    return v;
}

/* "train" of the sample's line "id,train,test,..."; column 1 = split, 2 = was, 3 = cluster. */
static rs_str column_of(const answer *a, uint64_t sample, int column)
{
    char id[RS_ID_TEXT];
    rs_str rest = rs_buf_view(&a->csv), line;
    rs_id_text(id, number_id(sample));
    while (rs_str_line(&rest, &line)) {
        if (!rs_str_starts(line, rs_str_of(id))) continue;
        for (int i = 0; i < column; i++)
            line = rs_str_sub(line, rs_str_find_char(line, ',') + 1, line.len);
        return rs_str_sub(line, 0, rs_str_find_char(line, ','));
    }
    fail_msg("no line of sample %llu", (unsigned long long)sample);
    return RS_STR("");
}

static void expect_split(const answer *a, uint64_t sample, const char *split)
{
    const rs_str found = column_of(a, sample, 1);
    if (!rs_str_eq(found, rs_str_of(split)))
        fail_msg("sample %llu: expected %s, found %.*s", (unsigned long long)sample, split,
                 RS_STR_ARG(found));
}

/* Samples of d: picture, bytes, split. */
static void put_d(world *w, uint64_t id, const char *name, const char *bytes, const char *split)
{
    put_sample(w, (put){.dataset = "d", .picture = name, .bytes = bytes, .split = split, .id = id});
}

static void put_pair(world *w, const char *a, const char *b, const char *level)
{
    char x[RS_ID_TEXT], y[RS_ID_TEXT];
    rs_buf sql = {0};
    rs_store *store = open_world(w, RS_STORE_DECIDE, 1);
    rs_buf_printf(&sql,
                  "INSERT INTO picture_pair(a, b, method, level, score) VALUES ('%s', '%s', "
                  "'perceptual', '%s', 0.9)",
                  rs_id_text(x, text_id("bytes", a)), rs_id_text(y, text_id("bytes", b)), level);
    OK(rs_store_exec(store, rs_buf_view(&sql), err));
    OK(rs_store_finish(store, err));
    rs_buf_fini(&sql);
}

static void goes_where_most_is(void **state)
{
    (void)state;
    world w;
    world_begin(&w);
    put_release(&w, "d", "open", "human");
    /* picture a: three times in train, once in test; equal bytes by another name in test */
    put_d(&w, 1, "a.png", "A", "train");
    put_d(&w, 2, "a.png", "A", "train");
    put_d(&w, 3, "a.png", "A", "train");
    put_d(&w, 4, "a.png", "A", "test");
    put_d(&w, 5, "copy of a.png", "A", "test");
    /* b and c were proved to show the same, d is a crop of c: none of the three shares bytes */
    put_d(&w, 6, "b.png", "B", "test");
    put_d(&w, 7, "c.png", "C", "train");
    put_d(&w, 8, "d.png", "D", "test");
    /* one side alone stays, whatever else moves */
    put_d(&w, 9, "e.png", "E", "train");
    put_d(&w, 10, "f.png", "F", "test");
    /* two pictures of one sample tie their groups */
    put_sample(&w, (put){.dataset = "d",
                         .picture = "g.png",
                         .bytes = "G",
                         .second = "H",
                         .split = "train",
                         .id = 11});
    put_d(&w, 12, "g2.png", "H", "train");
    put_d(&w, 13, "h.png", "H", "test");
    world_commit(&w);
    put_pair(&w, "B", "C", "image");
    put_pair(&w, "C", "D", "crop");
    answer a;
    ask_split(&w, (rs_resplit_job){.dataset = RS_STR("d")}, &a);
    for (uint64_t i = 1; i <= 5; i++) expect_split(&a, i, "train");
    for (uint64_t i = 6; i <= 8; i++) expect_split(&a, i, "test");
    expect_split(&a, 9, "train");
    expect_split(&a, 10, "test");
    for (uint64_t i = 11; i <= 13; i++) expect_split(&a, i, "train");
    assert_int_equal(a.moved, 4);
    assert_int_equal(number(&a, "moved"), 4);
    assert_int_equal(number(&a, "clusters"), 5);
    assert_int_equal(number(&a, "clusters_in_several"), 3);
    /* A, B, C, D, G, H */
    assert_int_equal(number(&a, "pictures_in_several_before"), 6);
    assert_int_equal(number(&a, "pictures_in_several_after"), 0);
    assert_true(rs_str_eq(column_of(&a, 6, 3), column_of(&a, 8, 3)));
    assert_false(rs_str_eq(column_of(&a, 9, 3), column_of(&a, 10, 3)));
    end(&a);
    world_end(&w);
}

/* 60 pictures with one to four samples, a third of them in both splits. */
static void put_many(world *w)
{
    rs_rng rng = rs_rng_of(3, number_id(3));
    uint64_t id = 1;
    put_release(w, "d", "open", "human");
    for (int p = 0; p < 60; p++) {
        char name[16];
        snprintf(name, sizeof name, "%d", p);
        for (uint64_t n = rs_rng_below(&rng, 4) + 1; n > 0; n--)
            put_d(w, id++, name, name, p % 3 && rs_rng_below(&rng, 2) ? "train" : "test");
    }
}

static int64_t samples_of(const answer *a, const char *split)
{
    int64_t n = 0;
    rs_json_iter it = rs_json_each(rs_json_get(a->root, "splits"));
    for (const rs_json *s; (s = rs_json_next(&it, NULL));)
        if (rs_str_eq(rs_json_str(rs_json_get(s, "split")), rs_str_of(split)))
            assert_true(rs_json_i64(rs_json_get(s, "samples"), &n));
    return n;
}

static void shares_are_reached(void **state)
{
    (void)state;
    static const rs_resplit_share shares[] = {
        {{"train", 5}, 0.5}, {{"val", 3}, 0.3}, {{"new", 3}, 0.2}};
    world w;
    world_begin(&w);
    put_many(&w);
    world_commit(&w);
    rs_resplit_job job = {.dataset = RS_STR("d"), .shares = shares, .n_shares = 3, .seed = 1};
    answer a, again, other;
    ask_split(&w, job, &a);
    ask_split(&w, job, &again);
    const int64_t n = number(&a, "samples");
    /* within the largest group, which cannot be cut */
    for (size_t i = 0; i < 3; i++) {
        const double missing =
            shares[i].share * (double)n - (double)samples_of(&a, (const char *)shares[i].name.ptr);
        assert_true(missing < 4 && missing > -4);
    }
    assert_int_equal(samples_of(&a, "test"), 0); /* it has no share */
    assert_int_equal(number(&a, "pictures_in_several_after"), 0);
    assert_true(rs_str_eq(rs_buf_view(&a.csv), rs_buf_view(&again.csv)));
    job.seed = 2;
    ask_split(&w, job, &other);
    assert_false(rs_str_eq(rs_buf_view(&a.csv), rs_buf_view(&other.csv)));
    end(&a);
    end(&again);
    end(&other);
    world_end(&w);
}

static void refusals(void **state)
{
    (void)state;
    rs_catalog *catalog = builtin_catalog();
    world w;
    world_begin(&w);
    put_release(&w, "d", "open", "human");
    put_d(&w, 1, "a", "A", NULL);
    world_commit(&w);
    rs_store *store = open_world(&w, RS_STORE_READ, 1);
    rs_resplit_job job = {.store = store, .catalog = catalog, .dataset = RS_STR("d")};
    rs_buf csv = {0}, json = {0};
    int64_t n;
    FAILS(RSIFT_E_ARG, "--share", rs_decide_resplit(&job, &csv, &json, &n, err));
    job.scheme = RS_STR("official");
    FAILS(RSIFT_E_ARG, "it has none", rs_decide_resplit(&job, &csv, &json, &n, err));
    job.dataset = RS_STR("e");
    FAILS(RSIFT_E_ARG, "not indexed", rs_decide_resplit(&job, &csv, &json, &n, err));
    rs_buf_fini(&csv);
    rs_buf_fini(&json);
    rs_store_close(store);
    rs_catalog_close(catalog);
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goes_where_most_is),
        cmocka_unit_test(shares_are_reached),
        cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
