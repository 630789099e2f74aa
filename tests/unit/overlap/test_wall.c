/* Walls: what is shown of a pair lies on the other picture, whatever its turn and place; outside
 * texts stay texts; a picture that cannot be shown is said so; the choice is even and the bytes are
 * the same every time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/rng.h"
#include "image/decode.h"
#include "image/hash.h"
#include "io/io.h"
#include "overlap/wall.h"

static rsift_error error, *const err = &error;
#define OK(call)                                                                         \
    do {                                                                                 \
        if ((call) != RSIFT_OK) fail_msg("%s: %s: %s", #call, err->where, err->message); \
    } while (0)

enum { WIDTH = 200, HEIGHT = 160, PIECE = 64, PIECE_X = 90, PIECE_Y = 40 };

typedef struct world {
    char dir[64];
    rs_session *session;
    rs_store *store;
    rs_part *part;
    uint64_t n_ids;
} world;

static const char *path_in(const world *w, const char *name)
{
    static char paths[4][300];
    static int turn;
    turn = (turn + 1) % 4;
    snprintf(paths[turn], sizeof paths[turn], "%s/%s", w->dir, name);
    return paths[turn];
}

/* Blocks of colours, which survive shrinking and JPEG. */
static rs_pixels draw(uint64_t seed)
{
    rs_pixels p = {0};
    OK(rs_pixels_init(&p, WIDTH, HEIGHT, NULL, err));
    for (uint32_t y = 0; y < HEIGHT; y++)
        for (uint32_t x = 0; x < WIDTH; x++) {
            const uint64_t block[3] = {seed, x / 20, y / 20};
            const uint64_t h = rs_hash64(block, sizeof block);
            for (int c = 0; c < 3; c++)
                p.rgb[((size_t)y * WIDTH + x) * 3 + (size_t)c] = (uint8_t)(h >> 8 * c);
        }
    return p;
}

/* The piece of the picture that is told by the enum. */
static rs_pixels cut(const rs_pixels *from)
{
    rs_pixels p = {0};
    OK(rs_pixels_init(&p, PIECE, PIECE, NULL, err));
    for (uint32_t y = 0; y < PIECE; y++)
        memcpy(p.rgb + (size_t)3 * PIECE * y,
               from->rgb + ((size_t)(y + PIECE_Y) * from->width + PIECE_X) * 3, (size_t)3 * PIECE);
    return p;
}

/* Writes the picture as a file of the release, with its asset and a sample about it. */
static rs_id put_picture(world *w, const rs_pixels *pixels, const char *name, const char *dataset,
                         int n_samples)
{
    rs_buf png = {0};
    OK(rs_image_encode_png(pixels, &png, err));
    OK(rs_io_write_small(rs_str_of(path_in(w, name)), png.ptr, png.len, err));
    const rs_id content = rs_hash128(png.ptr, png.len), asset = rs_hash128(name, strlen(name));
    rs_buf_fini(&png);
    rs_rows *r = rs_part_rows(w->part, RS_T_ASSET);
    rs_put_id(r, RS_ASSET_asset_id, asset);
    rs_put_str(r, RS_ASSET_release_id, rs_str_of(dataset));
    rs_put_str(r, RS_ASSET_locator, rs_str_of(name));
    rs_put_str(r, RS_ASSET_state, RS_STR("found"));
    rs_put_str(r, RS_ASSET_root, rs_str_of(w->dir));
    rs_put_str(r, RS_ASSET_member, rs_str_of(name));
    rs_put_i64(r, RS_ASSET_width, pixels->width);
    rs_put_i64(r, RS_ASSET_height, pixels->height);
    rs_put_id(r, RS_ASSET_content_hash, content);
    rs_put_end(r);
    for (int i = 0; i < n_samples; i++) {
        const rs_id sample = {0, ++w->n_ids};
        r = rs_part_rows(w->part, RS_T_SAMPLE);
        rs_put_id(r, RS_SAMPLE_sample_id, sample);
        rs_put_str(r, RS_SAMPLE_dataset, rs_str_of(dataset));
        rs_put_str(r, RS_SAMPLE_role, RS_STR("train"));
        rs_put_end(r);
        r = rs_part_rows(w->part, RS_T_SAMPLE_ASSET);
        rs_put_id(r, RS_SAMPLE_ASSET_sample_id, sample);
        rs_put_i64(r, RS_SAMPLE_ASSET_i, 0);
        rs_put_id(r, RS_SAMPLE_ASSET_asset_id, asset);
        rs_put_str(r, RS_SAMPLE_ASSET_asset_role, RS_STR("image"));
        rs_put_end(r);
    }
    return content;
}

static void put_release(world *w, const char *dataset)
{
    rs_rows *r = rs_part_rows(w->part, RS_T_RELEASE);
    rs_put_str(r, RS_RELEASE_release_id, rs_str_of(dataset));
    rs_put_str(r, RS_RELEASE_dataset, rs_str_of(dataset));
    rs_put_end(r);
}

static void begin(world *w)
{
    *w = (world){.dir = "/tmp/rsift-wall-XXXXXX"};
    assert_non_null(mkdtemp(w->dir));
    const rsift_context_options options = {.size = sizeof options, .threads = 2};
    OK(rs_session_new(&options, path_in(w, "ws"), &w->session, err));
    OK(rs_session_store(w->session, RS_STORE_PARTS, true, &w->store, err));
    OK(rs_part_new(w->store, RS_STR("all"), RS_STR("p0"), &w->part, err));
}

/* What is written is committed; from here on the store decides. */
static void commit(world *w)
{
    OK(rs_part_commit(w->part, err));
    OK(rs_store_finish(w->store, err));
    OK(rs_session_store(w->session, RS_STORE_DECIDE, false, &w->store, err));
}

static void end(world *w)
{
    rs_store_close(w->store);
    rs_session_free(w->session);
    OK(rs_io_remove_tree(rs_str_of(w->dir), err));
}

static void run(world *w, const char *sql)
{
    OK(rs_store_exec(w->store, rs_str_of(sql), err));
}

/* `rest`: method, level, score, distance, orientation, x, y, width, height, evidence. */
static void add_pair(world *w, rs_id a, rs_id b, const char *rest)
{
    char sql[600], x[RS_ID_TEXT], y[RS_ID_TEXT];
    snprintf(sql, sizeof sql, "INSERT INTO picture_pair VALUES ('%s', '%s', %s)", rs_id_text(x, a),
             rs_id_text(y, b), rest);
    run(w, sql);
}

/* near_cluster as rs_decide_duplicates leaves it, of the pairs of picture_pair. */
static void put_cluster_table(world *w)
{
    rs_buf sql = {0};
    rs_buf_cstr(&sql, "CREATE TEMP TABLE near_cluster AS SELECT b AS picture, a AS centre, method, "
                      "CASE orientation");
    for (unsigned o = 0; o < RS_IMAGE_N_ORIENTATIONS; o++)
        rs_buf_printf(&sql, " WHEN %u THEN '%s'", o, rs_image_orientation_name(o));
    rs_buf_cstr(&sql, " END AS transform, distance, score, evidence FROM picture_pair");
    OK(rs_store_exec(w->store, rs_buf_view(&sql), err));
    rs_buf_fini(&sql);
    run(w, "CREATE TEMP TABLE near_looked AS SELECT 'one' AS dataset, 'damaged' AS reason");
}

/* The page, held by the arena. */
static const char *make_page(world *w, rs_wall_kind kind, int64_t n, rs_arena *arena)
{
    const rs_catalog *catalog;
    rs_io_tree *tree;
    rs_str text;
    OK(rs_session_catalog(w->session, &catalog, err));
    const rs_wall_job job = {.session = w->session,
                             .store = w->store,
                             .catalog = catalog,
                             .kind = kind,
                             .file = rs_str_of(path_in(w, "page.html")),
                             .n_pairs = n};
    OK(rs_overlap_wall(&job, err));
    OK(rs_io_tree_open(job.file, &(rs_io_options){0}, &tree, err));
    OK(rs_io_slurp(tree, 0, arena, &text, err));
    rs_io_tree_close(tree);
    return text.ptr;
}

/* The picture of the data URI behind `at`. */
static rs_pixels read_uri(const char *at)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    rs_buf bytes = {0};
    rs_pixels out = {0};
    uint32_t bits = 0;
    const char *p = strstr(at, "base64,");
    assert_non_null(p);
    int n = 0;
    for (p += 7; *p != '"' && *p != '='; p++) {
        bits = bits << 6 | (uint32_t)(strchr(letters, *p) - letters);
        n += 6;
        if (n < 8) continue;
        n -= 8;
        rs_buf_char(&bytes, (char)(bits >> n & 255));
    }
    OK(rs_image_decode(rs_buf_view(&bytes), NULL, &out, err));
    rs_buf_fini(&bytes);
    return out;
}

/* Mean absolute difference of the two pictures that the article compares. */
static double difference(const char *article)
{
    rs_pixels a = read_uri(strstr(article, "alt=\"the first picture\"")),
              b = read_uri(strstr(article, "alt=\"the second picture, laid on the first\""));
    assert_int_equal(a.width, b.width);
    assert_int_equal(a.height, b.height);
    double sum = 0;
    const size_t n = (size_t)3 * a.width * a.height;
    for (size_t i = 0; i < n; i++) sum += abs((int)a.rgb[i] - (int)b.rgb[i]);
    rs_pixels_fini(&a);
    rs_pixels_fini(&b);
    return sum / (double)n;
}

static size_t count(const char *text, const char *word)
{
    size_t n = 0;
    for (const char *p = text; (p = strstr(p, word)); p += strlen(word)) n++;
    return n;
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void turned_copies_lie_on_their_original(void **state)
{
    (void)state;
    world w;
    rs_arena arena = {0};
    rs_id copies[8];
    begin(&w);
    put_release(&w, "one");
    put_release(&w, "two");
    rs_pixels picture = draw(1);
    const rs_id original = put_picture(&w, &picture, "original.png", "one", 2);
    for (unsigned o = 1; o < 8; o++) {
        /* The copy that has to be laid in orientation o is the picture in the inverse one. */
        static const unsigned exif[8] = {1, 2, 4, 3, 5, 6, 8, 7};
        rs_pixels turned = draw(1);
        char name[32];
        snprintf(name, sizeof name, "copy-%u.png", o);
        OK(rs_image_orient(&turned, exif[rs_image_orientation_inverse(o)], err));
        copies[o] = put_picture(&w, &turned, name, "two", 1);
        rs_pixels_fini(&turned);
    }
    commit(&w);
    for (unsigned o = 1; o < 8; o++) {
        char rest[100];
        snprintf(rest, sizeof rest,
                 "'pixels', 'image', 1.0, 0, %u, NULL, NULL, NULL, NULL, 'equal'", o);
        add_pair(&w, original, copies[o], rest);
    }
    put_cluster_table(&w);
    const char *page = make_page(&w, RS_WALL_DUPLICATES, 0, &arena);
    assert_int_equal(count(page, "<article "), 7);
    size_t n = 0;
    for (const char *p = page; (p = strstr(p, "<article ")); p++, n++)
        if (difference(p) > 12) fail_msg("pair %zu differs by %.1f", n, difference(p));
    for (unsigned o = 1; o < 8; o++) assert_non_null(strstr(page, rs_image_orientation_name(o)));
    assert_non_null(strstr(page, "7 pictures"));
    assert_non_null(strstr(page, "stays: 2 samples"));
    rs_pixels_fini(&picture);
    rs_arena_fini(&arena);
    end(&w);
}

/* What rs_decide_leaks leaves of the pairs of picture_pair. */
static void put_leak_tables(world *w)
{
    run(w, "CREATE TEMP TABLE protected_sample(benchmark VARCHAR, dataset VARCHAR, sample_id UUID);"
           "INSERT INTO protected_sample SELECT 'a <b>', 'bench', sample_id FROM sample WHERE "
           "dataset = 'bench';"
           "CREATE TEMP VIEW pool_sample AS SELECT * FROM sample WHERE dataset = 'train';"
           "CREATE TEMP TABLE near_pair AS SELECT a, b, method, level, orientation, score, "
           "evidence FROM picture_pair;"
           "CREATE TEMP TABLE picture_leak AS SELECT q.asset_id, 'a <b>' AS benchmark, 'bench' AS "
           "dataset, p.method, CASE p.level WHEN 'crop' THEN 2 ELSE 1 END AS level, p.evidence, "
           "sa.sample_id FROM picture_pair p JOIN asset q ON q.content_hash = p.b JOIN asset o ON "
           "o.content_hash = p.a JOIN sample_asset sa ON sa.asset_id = o.asset_id");
    run(w,
        "CREATE TEMP TABLE pool_fact(benchmark VARCHAR, dataset VARCHAR, pool VARCHAR, own "
        "BOOLEAN, rank INTEGER, method VARCHAR, pictures INTEGER, looked_at INTEGER, undecided "
        "INTEGER, n_leaks INTEGER, verdict VARCHAR, why VARCHAR);"
        "INSERT INTO pool_fact VALUES"
        "('a <b>', 'bench', 'train', false, 1, 'crop', 7, 5, 0, 3, 'leaks', 'not hashed'),"
        "('a <b>', 'bench', 'train', false, 2, 'bytes', 7, 7, 0, 0, 'clean', NULL),"
        "('a <b>', 'bench', 'train', false, 3, 'pixels', 7, 0, 0, 0, 'NOT CHECKED', 'not hashed')");
}

static void pieces_lie_on_their_scene(void **state)
{
    static const char hostile[] = "x\033[31m\"><script>alert(1)</script>.png";
    (void)state;
    world w;
    rs_arena arena = {0};
    begin(&w);
    put_release(&w, "bench");
    put_release(&w, "train");
    rs_pixels scene = draw(2), piece = cut(&scene), turned = cut(&scene);
    OK(rs_image_orient(&turned, 6, err));
    const rs_id a = put_picture(&w, &scene, "scene.png", "bench", 1),
                b = put_picture(&w, &piece, "piece.png", "train", 150),
                c = put_picture(&w, &turned, "hostile.png", "train", 1), gone = {77, 77};
    /* A name as somebody's archive may have it. */
    rs_rows *r = rs_part_rows(w.part, RS_T_ASSET);
    rs_put_id(r, RS_ASSET_asset_id, (rs_id){9, 9});
    rs_put_str(r, RS_ASSET_release_id, RS_STR("train"));
    rs_put_str(r, RS_ASSET_locator, rs_str_of(hostile));
    rs_put_str(r, RS_ASSET_state, RS_STR("found"));
    rs_put_str(r, RS_ASSET_root, rs_str_of(w.dir));
    rs_put_str(r, RS_ASSET_member, RS_STR("not-there.png"));
    rs_put_id(r, RS_ASSET_content_hash, gone);
    rs_put_end(r);
    r = rs_part_rows(w.part, RS_T_SAMPLE);
    rs_put_id(r, RS_SAMPLE_sample_id, (rs_id){8, 8});
    rs_put_str(r, RS_SAMPLE_dataset, RS_STR("train"));
    rs_put_str(r, RS_SAMPLE_role, RS_STR("train"));
    rs_put_end(r);
    r = rs_part_rows(w.part, RS_T_SAMPLE_ASSET);
    rs_put_id(r, RS_SAMPLE_ASSET_sample_id, (rs_id){8, 8});
    rs_put_id(r, RS_SAMPLE_ASSET_asset_id, (rs_id){9, 9});
    rs_put_str(r, RS_SAMPLE_ASSET_asset_role, RS_STR("image"));
    rs_put_end(r);
    commit(&w);
    add_pair(&w, a, b, "'crop', 'crop', 0.99, NULL, 0, 90, 40, 64, 64, 'anchors'");
    add_pair(&w, a, c, "'crop', 'crop', 0.98, NULL, 6, 90, 40, 64, 64, '</script><!--'");
    add_pair(&w, a, gone, "'perceptual', 'image', 0.8, 12, 0, NULL, NULL, NULL, NULL, 'x'");
    put_leak_tables(&w);
    const char *page = make_page(&w, RS_WALL_LEAKS, 0, &arena);
    assert_int_equal(count(page, "<article "), 3);
    assert_int_equal(count(page, "class=\"frame\""), 2);
    const char *first = strstr(page, "<article "), *second = strstr(first + 1, "<article "),
               *third = strstr(second + 1, "<article ");
    if (difference(first) > 12 || difference(second) > 12)
        fail_msg("differences %.1f, %.1f", difference(first), difference(second));
    assert_non_null(strstr(third, "cannot be shown: no longer there"));
    assert_non_null(
        strstr(page, "score 0.980 · turned 90 degrees anticlockwise · at 90, 40, 64 × 64"));
    /* Outside texts: between tags and in the data. Two elements of script are ours. */
    assert_int_equal(count(page, "<script"), 2);
    assert_int_equal(count(page, "</script>"), 2);
    assert_int_equal(count(page, "\033"), 0);
    assert_null(strstr(page, "<!--"));
    assert_non_null(strstr(page, "x\\x1b[31m&quot;&gt;&lt;script&gt;"));
    assert_non_null(strstr(page, "a &lt;b&gt;"));
    assert_non_null(strstr(page, "clean (7)"));
    assert_non_null(strstr(page, "leaks 3 or more"));
    assert_non_null(strstr(page, "NOT CHECKED (not hashed)"));
    /* 100 of 150 ids are listed as data; n tells the rest. */
    assert_non_null(strstr(page, "training data: 150 samples"));
    assert_non_null(strstr(page, "\"n_samples\":150"));
    assert_null(strstr(page, "http://"));
    assert_null(strstr(page, "https://"));
    rs_arena other = {0};
    assert_string_equal(page, make_page(&w, RS_WALL_LEAKS, 0, &other));
    rs_pixels_fini(&scene);
    rs_pixels_fini(&piece);
    rs_pixels_fini(&turned);
    rs_arena_fini(&other);
    rs_arena_fini(&arena);
    end(&w);
}

/* Of a hundred pairs of one dataset and one of another, both are shown. */
static void the_choice_is_even(void **state)
{
    (void)state;
    world w;
    rs_arena arena = {0};
    begin(&w);
    put_release(&w, "many");
    put_release(&w, "few");
    rs_pixels picture = draw(3);
    const rs_id a = put_picture(&w, &picture, "a.png", "many", 1);
    rs_id others[20];
    for (int i = 0; i < 20; i++) {
        char name[32];
        picture.rgb[i] ^= 1;
        snprintf(name, sizeof name, "b-%d.png", i);
        others[i] = put_picture(&w, &picture, name, i == 19 ? "few" : "many", 1);
    }
    commit(&w);
    for (int i = 0; i < 20; i++)
        add_pair(&w, a, others[i], "'perceptual', 'image', 0.9, 3, 0, NULL, NULL, NULL, NULL, 'x'");
    put_cluster_table(&w);
    const char *page = make_page(&w, RS_WALL_DUPLICATES, 4, &arena);
    assert_int_equal(count(page, "<article "), 4);
    assert_non_null(strstr(page, "4 of 20 pairs"));
    assert_int_equal(count(page, "<span>·</span> few"), 1);
    rs_pixels_fini(&picture);
    rs_arena_fini(&arena);
    end(&w);
}

static void nothing_found_is_said(void **state)
{
    (void)state;
    world w;
    rs_arena arena = {0};
    begin(&w);
    put_release(&w, "one");
    commit(&w);
    put_cluster_table(&w);
    const char *page = make_page(&w, RS_WALL_DUPLICATES, 0, &arena);
    assert_non_null(strstr(page, "NOT CHECKED (1 picture)"));
    assert_non_null(strstr(page, "No pair of pictures was found"));
    rs_arena_fini(&arena);
    end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(turned_copies_lie_on_their_original),
                                       cmocka_unit_test(pieces_lie_on_their_scene),
                                       cmocka_unit_test(the_choice_is_even),
                                       cmocka_unit_test(nothing_found_is_said)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
