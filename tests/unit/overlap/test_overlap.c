/* Pictures of two sides over a workspace written by hand: what is proved, what is looked at again,
 * and what leaks say of it. */
#include "../decide/workspace.h"

#include "image/hash.h"
#include "overlap/leaks.h"
#include "overlap/overlap.h"
#include "similar/thumb.h"
#include "store/picture_hash.h"

#include <math.h>

enum { SIDE = 128 };

/* ---- pictures -------------------------------------------------------------------------------- */

typedef struct drawn {
    uint64_t seed;
    double slope;         /* grey levels from left to right, and nothing else: flat */
    double noise;         /* grey levels */
    unsigned orientation; /* of what is drawn */
    bool mark;            /* a line of white letters, the same on all */
} drawn;

static double unit(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(*state >> 11) / 9007199254740992.0;
}

/* The source position whose grey the pixel (x, y) of the laid picture has. */
static void laid(unsigned orientation, int *x, int *y)
{
    if (orientation & RS_IMAGE_MIRROR_Y) *y = SIDE - 1 - *y;
    if (orientation & RS_IMAGE_MIRROR_X) *x = SIDE - 1 - *x;
    if (orientation & RS_IMAGE_TRANSPOSE) {
        const int swap = *x;
        *x = *y;
        *y = swap;
    }
}

/* Waves in all directions. */
static double grey_at(uint64_t seed, int x, int y)
{
    uint64_t state = seed * 7919 + 1;
    double grey = 0;
    for (int i = 0; i < 40; i++) {
        const double fx = unit(&state) * 16 - 8, fy = unit(&state) * 16 - 8, p = unit(&state) * 7;
        grey += cos((fx * x + fy * y) / SIDE * 6.28 + p);
    }
    return grey * 12;
}

static void draw(rs_pixels *out, drawn d)
{
    uint64_t state = 99 + d.seed;
    OK(rs_pixels_init(out, SIDE, SIDE, NULL, err));
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            int sx = x, sy = y;
            laid(d.orientation, &sx, &sy);
            double grey = 128 + (d.slope > 0 ? d.slope * sx / SIDE : grey_at(d.seed, sx, sy));
            if (d.noise > 0) grey += (unit(&state) - 0.5) * 2 * d.noise;
            grey = fmin(255, fmax(0, round(grey)));
            if (d.mark && y >= 60 && y < 70 && x > 20 && x < 108 &&
                (x * x / 7 + y * y / 3) % 3 == 0)
                grey = 250;
            memset(out->rgb + 3 * (y * SIDE + x), (int)grey, 3);
        }
}

/* ---- a workspace ----------------------------------------------------------------------------- */

/* A sample with a picture of its own, of which `d` is hashed; seed 0 = nothing is. */
static rs_id put_picture(world *w, const char *dataset, const char *role, const char *name, drawn d)
{
    const rs_id id =
        put_sample(w, (put){.dataset = dataset, .role = role, .picture = name, .bytes = name});
    if (!d.seed) return id;
    rs_pixels pixels = {0};
    rs_picture_hash row = {.content = text_id("bytes", name), .version = RS_IMAGE_HASH_VERSION};
    draw(&pixels, d);
    OK(rs_image_hash_pixels(&pixels, &row.image, err));
    row.flat = rs_thumb_is_flat(&row.image);
    row.quiet = rs_thumb_quiet(row.image.thumb);
    rs_picture_hash_put(w->part, &row);
    rs_pixels_fini(&pixels);
    return id;
}

static void put_failed(world *w, const char *dataset, const char *name)
{
    put_picture(w, dataset, "train", name, (drawn){0});
    const rs_picture_hash row = {.content = text_id("bytes", name),
                                 .version = RS_IMAGE_HASH_VERSION,
                                 .failed = RS_STR("image-truncated")};
    rs_picture_hash_put(w->part, &row);
}

static void begin(world *w)
{
    world_begin(w);
    put_release(w, "bench", "open", "human");
    put_release(w, "mine", "open", "human");
}

static rs_session *session_of(const world *w)
{
    rs_session *session = NULL;
    const rsift_context_options options = {.size = sizeof options, .threads = 2};
    OK(rs_session_new(&options, w->dir, &session, err));
    return session;
}

/* Compares and decides; the answer lives in the arena. */
static const rs_json *leaks(const world *w, rs_arena *arena, int64_t *n)
{
    rs_session *session = session_of(w);
    const rs_catalog *catalog;
    rs_store *store;
    rs_buf json = {0};
    const rs_json *root = NULL;
    OK(rs_session_catalog(session, &catalog, err));
    OK(rs_session_store(session, RS_STORE_DECIDE, false, &store, err));
    const rs_overlap_leaks_job job = {
        .session = session, .store = store, .catalog = catalog, .crops = RS_CROPS_NONE};
    OK(rs_overlap_leaks(&job, err));
    OK(rs_decide_leaks(store, catalog, &job.question, &json, n, err));
    OK(rs_store_finish(store, err));
    const rs_str text = rs_arena_str(arena, rs_buf_view(&json));
    OK(rs_json_parse(arena, text, NULL, &root, err));
    rs_buf_fini(&json);
    rs_session_free(session);
    return root;
}

static rs_str verdict(const rs_json *root, const char *list, const char *method)
{
    rs_json_iter it = rs_json_each(rs_json_get(root, list));
    for (const rs_json *row; (row = rs_json_next(&it, NULL));)
        if (rs_str_eq(rs_json_str(rs_json_get(row, "method")), rs_str_of(method)))
            return rs_json_str(rs_json_get(row, "verdict"));
    fail_msg("no row of %s", method);
    return RS_STR("");
}

static int64_t number(const rs_json *root, const char *list, const char *method, const char *key)
{
    rs_json_iter it = rs_json_each(rs_json_get(root, list));
    int64_t n = -1;
    for (const rs_json *row; (row = rs_json_next(&it, NULL));)
        if (rs_str_eq(rs_json_str(rs_json_get(row, "method")), rs_str_of(method)))
            assert_true(rs_json_i64(rs_json_get(row, key), &n));
    return n;
}

#define VERDICT(root, list, method, expected)                                                      \
    do {                                                                                           \
        const rs_str v_ = verdict(root, list, method);                                             \
        if (!rs_str_eq(v_, rs_str_of(expected)))                                                   \
            fail_msg("%s of %s: expected %s, found %.*s", method, list, expected, RS_STR_ARG(v_)); \
    } while (0)

/* One number of the stored decisions. */
static int64_t stored(const world *w, const char *sql)
{
    rs_store *store = open_world(w, RS_STORE_READ, 1);
    const int64_t v = ask(store, sql);
    rs_store_close(store);
    return v;
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void edits_are_found(void **state)
{
    (void)state;
    world w;
    rs_arena arena = {0};
    int64_t n = 0;
    begin(&w);
    put_picture(&w, "bench", "eval", "e1", (drawn){.seed = 1});
    put_picture(&w, "bench", "eval", "e1-again", (drawn){.seed = 1}); /* a star of side 0 */
    put_picture(&w, "bench", "eval", "e2", (drawn){.seed = 2});
    put_picture(&w, "bench", "eval", "e3", (drawn){.seed = 3});
    put_picture(&w, "mine", "train", "copy", (drawn){.seed = 1});
    put_picture(&w, "mine", "train", "turned", (drawn){.seed = 2, .orientation = 5});
    put_picture(&w, "mine", "train", "noisy", (drawn){.seed = 3, .noise = 6, .orientation = 2});
    put_picture(&w, "mine", "train", "other", (drawn){.seed = 4});
    world_commit(&w);
    const rs_json *root = leaks(&w, &arena, &n);
    assert_int_equal(n, 3);
    VERDICT(root, "methods", "pixels", "leaks");
    VERDICT(root, "methods", "perceptual", "leaks");
    VERDICT(root, "methods", "bytes", "clean");
    VERDICT(root, "checks", "crop", "NOT CHECKED");
    /* lossless: the copy and the turned one, each with how it lies */
    assert_int_equal(stored(&w, "SELECT count(*) FROM overlap WHERE kind = 'leak' AND method = "
                                "'pixels' AND level = 'image'"),
                     2);
    assert_int_equal(stored(&w, "SELECT count(*) FROM overlap WHERE method = 'perceptual' AND "
                                "transform = 'mirrored top to bottom'"),
                     1);
    assert_int_equal(stored(&w, "SELECT count(*) FROM picture_pair WHERE method = 'pixels' AND "
                                "orientation IN (5, 6)"),
                     1);
    /* both equal pictures of the benchmark are known to be shared */
    assert_int_equal(stored(&w, "SELECT count(*) FROM picture_pair WHERE method = 'pixels'"), 3);
    rs_arena_fini(&arena);
    world_end(&w);
}

/* Clean is said when all was looked at, and only then. */
static void clean_needs_hashes(void **state)
{
    (void)state;
    for (int missing = 0; missing < 3; missing++) {
        world w;
        rs_arena arena = {0};
        int64_t n = 0;
        begin(&w);
        put_picture(&w, "bench", "eval", "e1", (drawn){.seed = 1});
        put_picture(&w, "mine", "train", "a", (drawn){.seed = 5});
        put_picture(&w, "mine", "train", "b", (drawn){.seed = 6});
        if (missing == 1) put_picture(&w, "mine", "train", "c", (drawn){0});
        if (missing == 2) put_failed(&w, "mine", "c");
        world_commit(&w);
        const rs_json *root = leaks(&w, &arena, &n);
        const char *expected = missing ? "PART CHECKED" : "clean";
        assert_int_equal(n, 0);
        VERDICT(root, "methods", "pixels", expected);
        VERDICT(root, "methods", "perceptual", expected);
        VERDICT(root, "checks", "perceptual", expected);
        rs_arena_fini(&arena);
        world_end(&w);
    }
}

/* Calm water here and there is not one picture; a flat picture and its recompressed copy are. Flat
 * pictures do not count as looked at. */
static void flat_pictures(void **state)
{
    (void)state;
    world w;
    rs_arena arena = {0};
    int64_t n = 0;
    begin(&w);
    put_picture(&w, "bench", "eval", "sea", (drawn){.seed = 1, .slope = 30});
    put_picture(&w, "bench", "eval", "calm", (drawn){.seed = 1, .slope = 0.1});
    put_picture(&w, "mine", "train", "jpeg", (drawn){.seed = 1, .slope = 30, .noise = 1});
    put_picture(&w, "mine", "train", "calm too", (drawn){.seed = 2, .slope = 0.1, .noise = 0.6});
    for (int i = 0; i < 8; i++) {
        char name[24];
        snprintf(name, sizeof name, "water-%d", i);
        put_picture(&w, "mine", "train", name, (drawn){.seed = 1, .slope = 1 + 3.3 * i});
    }
    world_commit(&w);
    assert_int_equal(stored(&w, "SELECT count(*) FROM picture_hash WHERE flat"), 12);
    VERDICT(leaks(&w, &arena, &n), "methods", "perceptual", "leaks");
    assert_int_equal(n, 1);
    rs_arena_fini(&arena);
    world_end(&w);

    arena = (rs_arena){0};
    begin(&w);
    put_picture(&w, "bench", "eval", "sea", (drawn){.seed = 1, .slope = 30});
    put_picture(&w, "mine", "train", "other", (drawn){.seed = 7});
    world_commit(&w);
    const rs_json *root = leaks(&w, &arena, &n);
    /* no copy of what is rich in detail is flat */
    VERDICT(root, "methods", "perceptual", "clean");
    VERDICT(root, "methods", "pixels", "clean");
    rs_arena_fini(&arena);
    world_end(&w);

    /* one flat picture on each side: those two cannot be told apart, the others are */
    arena = (rs_arena){0};
    begin(&w);
    put_picture(&w, "bench", "eval", "sea", (drawn){.seed = 1, .slope = 30});
    put_picture(&w, "bench", "eval", "town", (drawn){.seed = 3});
    put_picture(&w, "mine", "train", "other", (drawn){.seed = 7});
    put_picture(&w, "mine", "train", "lake", (drawn){.seed = 2, .slope = 2});
    world_commit(&w);
    root = leaks(&w, &arena, &n);
    VERDICT(root, "methods", "perceptual", "PART CHECKED");
    VERDICT(root, "checks", "perceptual", "PART CHECKED");
    assert_int_equal(number(root, "methods", "perceptual", "undecided"), 1);
    assert_int_equal(number(root, "checks", "perceptual", "looked_at"), 1);
    rs_arena_fini(&arena);
    world_end(&w);
}

/* A mark that two waters share is no leak, and pictures of which only it could be compared are not
 * clean either; the same water under it is found. */
static void marked_water(void **state)
{
    (void)state;
    for (int copy = 0; copy < 2; copy++) {
        world w;
        rs_arena arena = {0};
        int64_t n = 0;
        begin(&w);
        put_picture(&w, "bench", "eval", "sea", (drawn){.seed = 1, .slope = 9, .mark = true});
        put_picture(&w, "mine", "train", "other",
                    (drawn){.seed = 2, .slope = copy ? 9 : 1, .noise = 1, .mark = true});
        world_commit(&w);
        assert_int_equal(stored(&w, "SELECT count(*) FROM picture_hash WHERE flat"), 2);
        const rs_json *root = leaks(&w, &arena, &n);
        assert_int_equal(n, copy);
        VERDICT(root, "methods", "perceptual", copy ? "leaks" : "NOT CHECKED");
        rs_arena_fini(&arena);
        world_end(&w);
    }
}

/* What was compared is not compared again; a new picture is; and a look that the pictures have
 * outgrown says nothing. */
static void looks_are_remembered(void **state)
{
    (void)state;
    world w;
    rs_arena arena = {0};
    int64_t n = 0;
    begin(&w);
    put_picture(&w, "bench", "eval", "e1", (drawn){.seed = 1});
    put_picture(&w, "mine", "train", "a", (drawn){.seed = 5});
    world_commit(&w);
    VERDICT(leaks(&w, &arena, &n), "methods", "perceptual", "clean");
    const int64_t looks = stored(&w, "SELECT count(*) FROM picture_look");
    assert_true(looks > 0);
    const rs_store_options options = {.memory_limit_mb = 256, .threads = 1};
    OK(rs_store_open(rs_str_of(w.dir), RS_STORE_PARTS, false, &options, &w.store, err));
    OK(rs_part_new(w.store, RS_STR("all"), RS_STR("p1"), &w.part, err));
    put_picture(&w, "mine", "train", "noisy", (drawn){.seed = 1, .noise = 4});
    world_commit(&w);
    /* before it is compared, the data card must not say clean */
    rs_store *store = open_world(&w, RS_STORE_READ, 1);
    rs_catalog *catalog = builtin_catalog();
    rs_buf json = {0};
    OK(rs_decide_leak_table(store, catalog, &json, err));
    const rs_json *root = NULL;
    OK(rs_json_parse(&arena, rs_buf_view(&json), NULL, &root, err));
    VERDICT(root, "methods", "perceptual", "NOT CHECKED");
    rs_store_close(store);
    rs_catalog_close(catalog);
    rs_buf_fini(&json);
    VERDICT(leaks(&w, &arena, &n), "methods", "perceptual", "leaks");
    assert_int_equal(n, 1);
    assert_int_equal(stored(&w, "SELECT count(*) FROM picture_look"), looks);
    assert_int_equal(stored(&w, "SELECT count(*) - count(DISTINCT (a, b, method)) FROM "
                                "picture_pair"),
                     0);
    rs_arena_fini(&arena);
    world_end(&w);
}

/* Equal tiles on both sides, of other bytes and of the same: every one is found, and what is made
 * for it grows with their number and not with its square. */
static void equal_tiles(void **state)
{
    (void)state;
    enum { N = 400 };
    world w;
    begin(&w);
    rs_pixels black = {0};
    rs_picture_hash row = {.version = RS_IMAGE_HASH_VERSION, .flat = true};
    OK(rs_pixels_init(&black, 64, 64, NULL, err));
    memset(black.rgb, 0, (size_t)64 * 64 * 3);
    OK(rs_image_hash_pixels(&black, &row.image, err));
    for (int i = 0; i < 2 * N; i++) {
        char name[24];
        const char *bytes = i % 4 < 2 ? name : "one file";
        snprintf(name, sizeof name, "tile-%d", i);
        put_sample(&w, (put){.dataset = i % 2 ? "mine" : "bench",
                             .role = i % 2 ? "train" : "eval",
                             .picture = name,
                             .bytes = bytes});
        row.content = text_id("bytes", bytes);
        if (i % 4 < 2 || i == 2) rs_picture_hash_put(w.part, &row);
    }
    rs_pixels_fini(&black);
    world_commit(&w);
    rs_session *session = session_of(&w);
    const rs_catalog *catalog;
    rs_store *store;
    rs_buf json = {0};
    int64_t n = 0;
    OK(rs_session_catalog(session, &catalog, err));
    OK(rs_session_store(session, RS_STORE_DECIDE, false, &store, err));
    const rs_overlap_leaks_job job = {
        .session = session, .store = store, .catalog = catalog, .crops = RS_CROPS_NONE};
    OK(rs_overlap_leaks(&job, err));
    OK(rs_decide_leaks(store, catalog, &job.question, &json, &n, err));
    assert_int_equal(n, N);
    assert_int_equal(ask(store, "SELECT count(*) FROM sample_leak WHERE method = 'pixels'"), N);
    assert_int_equal(ask(store, "SELECT count(*) FROM sample_leak WHERE method = 'content'"),
                     N / 2);
    assert_true(ask(store, "SELECT count(*) FROM near_pair") < 8 * N);
    rs_buf_fini(&json);
    OK(rs_store_finish(store, err));
    rs_session_free(session);
    world_end(&w);
}

/* Inside one side: stars of equal pictures, pairs of near ones. */
static void within_one_side(void **state)
{
    (void)state;
    world w;
    begin(&w);
    put_picture(&w, "mine", "train", "a", (drawn){.seed = 1});
    put_picture(&w, "mine", "train", "b", (drawn){.seed = 1});
    put_picture(&w, "mine", "train", "c", (drawn){.seed = 1});
    put_picture(&w, "mine", "train", "look", (drawn){.seed = 1, .noise = 4, .orientation = 3});
    put_picture(&w, "mine", "train", "other", (drawn){.seed = 9});
    world_commit(&w);
    rs_session *session = session_of(&w);
    rs_store *store;
    OK(rs_session_store(session, RS_STORE_DECIDE, false, &store, err));
    OK(rs_store_exec(store,
                     RS_STR("CREATE TEMP TABLE near_side AS SELECT 0 AS side, 'mine' AS name, "
                            "content_hash FROM asset"),
                     err));
    const rs_overlap_job job = {
        .session = session, .store = store, .kind = "duplicate", .radius = RS_OVERLAP_RADIUS};
    OK(rs_overlap_within(&job, err));
    assert_int_equal(ask(store, "SELECT count(*) FROM picture_pair WHERE method = 'pixels'"), 2);
    assert_int_equal(ask(store, "SELECT count(*) FROM picture_pair WHERE method = 'perceptual'"),
                     3);
    assert_int_equal(ask(store, "SELECT count(*) FROM picture_pair WHERE orientation = 3"), 1);
    assert_int_equal(ask(store, "SELECT count(*) FROM picture_look WHERE kind = 'duplicate'"), 2);
    OK(rs_store_finish(store, err));
    rs_session_free(session);
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edits_are_found),      cmocka_unit_test(clean_needs_hashes),
        cmocka_unit_test(flat_pictures),        cmocka_unit_test(marked_water),
        cmocka_unit_test(looks_are_remembered), cmocka_unit_test(equal_tiles),
        cmocka_unit_test(within_one_side),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
