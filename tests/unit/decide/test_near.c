/* Stars, repeated samples and recipes' policies over pairs of pictures written by hand. */
#include "workspace.h"

#include "decide/duplicates.h"
#include "decide/keep.h"
#include "decide/near.h"
#include "image/hash.h"

/* A picture's content hash, as put_sample makes it of `bytes`. */
static rs_id picture(const char *bytes)
{
    return text_id("bytes", bytes);
}

static void put_pair(rs_store *store, const char *a, const char *b, const char *method,
                     int orientation, int distance)
{
    char x[RS_ID_TEXT], y[RS_ID_TEXT];
    rs_buf sql = {0};
    rs_buf_printf(&sql,
                  "INSERT INTO picture_pair(a, b, method, level, score, distance, orientation) "
                  "VALUES ('%s', '%s', '%s', 'image', 0.9, %d, %d)",
                  rs_id_text(x, picture(a)), rs_id_text(y, picture(b)), method, distance,
                  orientation);
    OK(rs_store_exec(store, rs_buf_view(&sql), err));
    rs_buf_fini(&sql);
}

/* A hash and a thumbnail with detail, which `seed` decides; noise moves it a little. */
static void put_hash(world *w, const char *bytes, uint64_t seed, int noise)
{
    rs_image_phash phash;
    uint8_t thumb[RS_IMAGE_THUMB_BYTES];
    rs_rng rng = rs_rng_of(seed, number_id(0));
    for (size_t i = 0; i < 4; i++) phash.word[i] = rs_rng_next(&rng);
    for (size_t i = 0; i < sizeof thumb; i++) thumb[i] = (uint8_t)rs_rng_below(&rng, 200);
    for (size_t i = 0; i < sizeof thumb; i++) thumb[i] = (uint8_t)(thumb[i] + noise * (int)(i % 3));
    phash.word[0] ^= (uint64_t)noise;
    rs_rows *r = rs_part_rows(w->part, RS_T_PICTURE_HASH);
    rs_put_id(r, RS_PICTURE_HASH_content_hash, picture(bytes));
    rs_put_bytes(r, RS_PICTURE_HASH_phash, rs_str_make((const char *)&phash, sizeof phash));
    rs_put_bytes(r, RS_PICTURE_HASH_thumb, rs_str_make((const char *)thumb, sizeof thumb));
    rs_put_bool(r, RS_PICTURE_HASH_flat, false);
    rs_put_bool(r, RS_PICTURE_HASH_damaged, false);
    rs_put_end(r);
}

/* The centre that each of the pictures "0", "1", .. gets, as text: "0012" = 1 stays with 0. */
static void expect_stars(rs_store *store, const char *order, const char *expected)
{
    rs_near *near = NULL;
    uint32_t numbers[16], centre[16];
    size_t n = 0;
    char found[17] = {0};
    OK(rs_near_load(store, &(rs_near_choice){.methods = ~0u}, &near, err));
    for (; order[n]; n++) {
        const char name[2] = {order[n], 0};
        numbers[n] = rs_near_find(near, picture(name));
        assert_true(numbers[n] != RS_NEAR_NONE);
    }
    OK(rs_near_stars(near, numbers, n, centre, err));
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++)
            if (centre[numbers[i]] == numbers[k]) found[order[i] - '0'] = order[k];
    assert_string_equal(found, expected);
    rs_near_free(near);
}

/* 0 ~ 1 ~ 2 ~ 3 is no group of four: nothing says that 0 is 2. */
static void chains_are_cut(void **state)
{
    (void)state;
    world w;
    world_begin(&w);
    world_commit(&w);
    rs_store *store = open_world(&w, RS_STORE_DECIDE, 1);
    put_pair(store, "0", "1", "perceptual", 0, 20);
    put_pair(store, "1", "2", "perceptual", 0, 20);
    put_pair(store, "2", "3", "perceptual", 0, 20);
    expect_stars(store, "0123", "0022");
    expect_stars(store, "1023", "1113");
    expect_stars(store, "3210", "1133");
    rs_store_close(store);
    world_end(&w);
}

/* Equal pixels are equal over any number of copies, and what is proved of one holds for all. */
static void equality_is_handed_on(void **state)
{
    (void)state;
    world w;
    world_begin(&w);
    world_commit(&w);
    rs_store *store = open_world(&w, RS_STORE_DECIDE, 1);
    put_pair(store, "0", "1", "pixels", 5, 0);
    put_pair(store, "0", "2", "pixels", 1, 0);
    put_pair(store, "2", "3", "perceptual", 0, 9);
    put_pair(store, "3", "4", "perceptual", 0, 9);
    expect_stars(store, "10234", "11114");
    expect_stars(store, "31204", "33333");
    rs_near *near = NULL;
    rs_near_proof proof;
    OK(rs_near_load(store, &(rs_near_choice){.methods = ~0u}, &near, err));
    const uint32_t p0 = rs_near_find(near, picture("0")), p1 = rs_near_find(near, picture("1")),
                   p3 = rs_near_find(near, picture("3")), p4 = rs_near_find(near, picture("4"));
    /* b laid in `orientation` lies on a: the other way it is the inverse */
    assert_true(rs_near_same(near, p0, p1, &proof));
    assert_int_equal(proof.orientation, 5);
    assert_true(rs_near_same(near, p1, p0, &proof));
    assert_int_equal(proof.orientation, (int)rs_image_orientation_inverse(5));
    assert_int_equal(proof.method, RS_NEAR_PIXELS);
    /* over copies that may be turned nothing is told of the orientation */
    assert_true(rs_near_same(near, p1, p3, &proof));
    assert_int_equal(proof.orientation, -1);
    assert_int_equal(proof.method, RS_NEAR_PERCEPTUAL);
    assert_false(rs_near_same(near, p1, p4, &proof));
    rs_near_free(near);
    /* only the methods that are asked for */
    OK(rs_near_load(store, &(rs_near_choice){.methods = 1u << RS_NEAR_PIXELS}, &near, err));
    assert_int_equal(rs_near_n(near), 3);
    rs_near_free(near);
    rs_store_close(store);
    world_end(&w);
}

/* picture_pair holds a star around one of equal hashes; its rays are compared where it is left
 * out. */
static void rays_are_compared(void **state)
{
    (void)state;
    world w;
    world_begin(&w);
    put_hash(&w, "0", 1, 0);
    put_hash(&w, "1", 1, 0);
    put_hash(&w, "2", 1, 1);
    put_hash(&w, "3", 99, 0); /* another picture, whatever was stored */
    world_commit(&w);
    rs_store *store = open_world(&w, RS_STORE_DECIDE, 1);
    put_pair(store, "0", "1", "perceptual", 0, 0);
    put_pair(store, "0", "2", "perceptual", 0, 1);
    put_pair(store, "0", "3", "perceptual", 0, 30);
    expect_stars(store, "1230", "1113");
    rs_store_close(store);
    world_end(&w);
}

/* ---- the verb -------------------------------------------------------------------------------- */

/* Three datasets show a picture each, which are one: h's by a person and small, t's by a
 * template. */
static void put_three(world *w)
{
    put_release(w, "h", "research", "human");
    put_release(w, "t", "open", "template");
    put_release(w, "e", "open", "llm");
    put_sample(w,
               (put){.dataset = "h", .picture = "h.png", .bytes = "H", .question = "q", .id = 1});
    put_sample(w,
               (put){.dataset = "t", .picture = "t.png", .bytes = "T", .question = "q", .id = 2});
    put_sample(w,
               (put){.dataset = "t", .picture = "t.png", .bytes = "T", .question = "r", .id = 3});
    put_sample(w, (put){.dataset = "t",
                        .picture = "t.png",
                        .bytes = "T",
                        .question = "s",
                        .answer = "no",
                        .id = 4});
    put_sample(w,
               (put){.dataset = "h", .picture = "h.png", .bytes = "H", .question = "s", .id = 5});
    put_sample(w, (put){.dataset = "e",
                        .picture = "e.png",
                        .bytes = "E",
                        .question = "q",
                        .role = "eval",
                        .id = 6});
}

static const rs_json *near_of(rs_arena *arena, const rs_buf *json)
{
    const rs_json *root = NULL;
    OK(rs_json_parse(arena, rs_buf_view(json), NULL, &root, err));
    return rs_json_get(root, "near");
}

static int64_t count(const rs_json *object, const char *key)
{
    int64_t v = -1;
    assert_true(rs_json_i64(rs_json_get(object, key), &v));
    return v;
}

static void expect_kept(rs_store *store, const char *b, const char *a)
{
    char x[RS_ID_TEXT], y[RS_ID_TEXT], sql[512];
    snprintf(sql, sizeof sql,
             "SELECT count(*) FROM overlap WHERE kind = 'near-duplicate' AND b = "
             "CAST(CAST('%s' AS UUID) AS VARCHAR) AND a = CAST(CAST('%s' AS UUID) AS VARCHAR)",
             rs_id_text(x, picture(b)), rs_id_text(y, picture(a)));
    assert_int_equal(ask(store, sql), 1);
}

static void verb_finds_near(void **state)
{
    (void)state;
    rs_catalog *catalog = builtin_catalog();
    world w;
    world_begin(&w);
    put_three(&w);
    put_hash(&w, "H", 1, 0);
    put_hash(&w, "T", 1, 1);
    world_commit(&w);
    rs_store *store = open_world(&w, RS_STORE_DECIDE, 1);
    put_pair(store, "H", "T", "perceptual", 4, 12);
    put_pair(store, "E", "H", "pixels", 0, 0);
    rs_duplicates_job job = {.store = store, .catalog = catalog, .near = true};
    rs_buf json = {0};
    rs_arena arena = {0};
    int64_t n = 0;
    OK(rs_decide_duplicates(&job, &json, &n, err));
    const rs_json *near = near_of(&arena, &json);
    assert_int_equal(n, 2);
    /* the evaluation picture stays, the others were proved against it or its equal */
    expect_kept(store, "H", "E");
    expect_kept(store, "T", "E");
    assert_int_equal(count(near, "clusters"), 1);
    assert_int_equal(count(near, "repeated"), 2);
    assert_int_equal(count(near, "samples"), 6);
    /* q of h and t; s is answered in two ways, r is asked once */
    assert_int_equal(count(near, "same_samples"), 2);
    /* E has no hash: nothing is said of it */
    assert_int_equal(count(near, "pictures"), 3);
    assert_int_equal(count(near, "looked_at"), 2);
    assert_int_equal(rs_json_len(rs_json_get(near, "not_checked")), 1);
    json.len = 0;
    /* without the first two criteria the most open stays */
    static const rs_str policy[] = {{"licence", 7}};
    job.keep = (rs_texts){policy, 1};
    OK(rs_decide_duplicates(&job, &json, &n, err));
    assert_int_equal(ask(store, "SELECT count(DISTINCT a) FROM overlap WHERE kind = "
                                "'near-duplicate'"),
                     1);
    static const rs_str twice[] = {{"size", 4}, {"size", 4}};
    job.keep = (rs_texts){twice, 2};
    FAILS(RSIFT_E_ARG, "once", rs_decide_duplicates(&job, &json, &n, err));
    rs_buf_fini(&json);
    rs_arena_fini(&arena);
    rs_store_close(store);
    rs_catalog_close(catalog);
    world_end(&w);
}

/* ---- mix ------------------------------------------------------------------------------------- */

static void mix_text(const world *w, const rs_catalog *catalog, const char *policy)
{
    char text[400];
    snprintf(text, sizeof text,
             "name: m\nlicence: any\nleaks: keep\nconflicts: keep\nunresolved: keep\n"
             "duplicates: %s\ncaps: {per_image: 3}\ndatasets: [{id: h}, {id: t}]\n",
             policy);
    rs_arena arena = {0};
    rs_recipe recipe;
    rs_buf json = {0};
    OK(rs_recipe_parse(&arena, RS_STR("r.yaml"), rs_str_of(text), &recipe, err));
    rs_mix_job job = {.catalog = catalog,
                      .recipe = &recipe,
                      .recipe_text = rs_str_of(text),
                      .file = RS_STR("r.yaml"),
                      .made_at = RS_STR("2026-01-01T00:00:00Z")};
    job.store = open_world(w, RS_STORE_DECIDE, 1);
    OK(rs_store_exec(job.store, RS_STR("DELETE FROM ledger"), err));
    job.reader = open_world(w, RS_STORE_READ, 1);
    OK(rs_protect_make(job.store, catalog, recipe.protect, err));
    OK(rs_decide_mix(&job, &json, err));
    rs_store_close(job.reader);
    rs_store_close(job.store);
    rs_arena_fini(&arena);
    rs_buf_fini(&json);
}

/* How many samples the policy leaves out for `reason`. */
static int64_t left_out(const world *w, const rs_catalog *catalog, const char *policy,
                        const char *reason)
{
    char sql[200];
    mix_text(w, catalog, policy);
    rs_store *store = open_world(w, RS_STORE_READ, 1);
    snprintf(sql, sizeof sql, "SELECT count(*) FROM ledger WHERE reason = '%s'", reason);
    const int64_t n = ask(store, sql);
    rs_store_close(store);
    return n;
}

static void mix_drops_what_says_the_same(void **state)
{
    (void)state;
    rs_catalog *catalog = builtin_catalog();
    world w;
    world_begin(&w);
    put_three(&w);
    world_commit(&w);
    rs_store *store = open_world(&w, RS_STORE_DECIDE, 1);
    put_pair(store, "H", "T", "perceptual", 4, 12);
    OK(rs_store_finish(store, err));
    assert_int_equal(left_out(&w, catalog, "drop", "duplicate-near"), 1);
    store = open_world(&w, RS_STORE_READ, 1);
    /* the human's stays; the ledger tells which, and how it is known */
    char x[RS_ID_TEXT], y[RS_ID_TEXT], sql[600];
    snprintf(sql, sizeof sql,
             "SELECT count(*) FROM ledger WHERE sample_id = CAST('%s' AS UUID) AND detail LIKE "
             "CAST(CAST('%s' AS UUID) AS VARCHAR) || ' perceptual, %%12 bits%%'",
             rs_id_text(x, number_id(2)), rs_id_text(y, number_id(1)));
    assert_int_equal(ask(store, sql), 1);
    rs_store_close(store);
    /* one picture has 4 samples that are left: the cap of 3 counts both names of it */
    assert_int_equal(left_out(&w, catalog, "drop", "cap-image"), 1);
    assert_int_equal(left_out(&w, catalog, "{near: count}", "duplicate-near"), 0);
    assert_int_equal(left_out(&w, catalog, "{near: count}", "cap-image"), 2);
    assert_int_equal(left_out(&w, catalog, "{near: keep}", "cap-image"), 0);
    assert_int_equal(left_out(&w, catalog, "keep", "duplicate-near"), 0);
    /* by another method than the one that found it */
    assert_int_equal(left_out(&w, catalog, "{methods: [pixels]}", "duplicate-near"), 0);
    /* the pair's score is 0.9 */
    assert_int_equal(left_out(&w, catalog, "{score: 0.85}", "duplicate-near"), 1);
    assert_int_equal(left_out(&w, catalog, "{score: 0.95}", "duplicate-near"), 0);
    rs_catalog_close(catalog);
    world_end(&w);
}

static void recipe_policies(void **state)
{
    (void)state;
    static const struct {
        const char *policy, *canonical; /* what it adds */
    } cases[] = {{"drop", ""},
                 {"{samples: drop, near: drop}", ""},
                 {"{samples: keep, near: keep}", ""},
                 {"{near: count}", "near count\n"},
                 {"{samples: keep, near: drop}", "near drop\n"},
                 {"{score: 0.9}", "near score 0.9\n"},
                 {"{methods: embedding}", "near methods 8\n"},
                 {"{keep: [size, origin]}", "near keep 4:size 6:origin\n"}};
    static const char *const wrong[] = {"maybe",      "{near: weigh}",        "{methods: [names]}",
                                        "{score: 2}", "{keep: [size, size]}", "{close: drop}"};
    rs_arena arena = {0};
    char text[200];
    rs_recipe r;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rs_buf canonical = {0};
        snprintf(text, sizeof text, "name: m\ndatasets: [{id: a}]\nduplicates: %s\n",
                 cases[i].policy);
        OK(rs_recipe_parse(&arena, RS_STR("r.yaml"), rs_str_of(text), &r, err));
        rs_recipe_canonical(&r, &canonical);
        const size_t at = rs_str_find(rs_buf_view(&canonical), RS_STR("near "));
        if (!*cases[i].canonical) assert_true(at == RS_NPOS);
        else
            assert_true(rs_str_find(rs_buf_view(&canonical), rs_str_of(cases[i].canonical)) !=
                        RS_NPOS);
        rs_buf_fini(&canonical);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        snprintf(text, sizeof text, "name: m\ndatasets: [{id: a}]\nduplicates: %s\n", wrong[i]);
        FAILS(RSIFT_E_FORMAT, "r.yaml:3",
              rs_recipe_parse(&arena, RS_STR("r.yaml"), rs_str_of(text), &r, err));
    }
    rs_arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chains_are_cut),
        cmocka_unit_test(equality_is_handed_on),
        cmocka_unit_test(rays_are_compared),
        cmocka_unit_test(verb_finds_near),
        cmocka_unit_test(mix_drops_what_says_the_same),
        cmocka_unit_test(recipe_policies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
