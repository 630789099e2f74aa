/* Run-length masks: by hand, against plain pixels, hostile text, every allocation failed once. */
#include "geom/rle.h"

#include "base/alloc.h"
#include "base/rng.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static rs_rle of_counts(const uint32_t *counts, size_t n, uint32_t h, uint32_t w)
{
    rs_rle rle;
    assert_int_equal(rs_geom_rle_of_counts(counts, n, h, w, &rle, NULL), RSIFT_OK);
    return rle;
}

static void expect_runs(rs_rle *rle, const uint32_t *runs, size_t n)
{
    assert_int_equal(rle->n, n);
    assert_memory_equal(rle->runs, runs, n * sizeof *runs);
    rs_geom_rle_fini(rle);
}
#define EXPECT_RUNS(rle, ...) \
    expect_runs((rle), (uint32_t[]){__VA_ARGS__}, sizeof((uint32_t[]){__VA_ARGS__}) / 4)

static void expect_text(const rs_rle *rle, const char *want)
{
    rs_buf buf = {0};
    rs_geom_rle_to_text(rle, &buf);
    assert_true(rs_str_eq(rs_buf_view(&buf), rs_str_of(want)));
    rs_buf_fini(&buf);
}

static void test_pixels_by_hand(void **state)
{
    (void)state;
    const uint8_t rows[2][3] = {{0, 1, 1}, {0, 0, 9}}; /* columns: 00 10 11 */
    rs_rle rle;
    assert_int_equal(rs_geom_rle_encode(&rows[0][0], 2, 3, 3, 1, &rle, NULL), RSIFT_OK);
    uint8_t back[2][3], box_ok = 1;
    rs_geom_rle_decode(&rle, &back[0][0], 3, 1);
    const uint8_t want[2][3] = {{0, 1, 1}, {0, 0, 1}};
    assert_memory_equal(back, want, sizeof want);
    assert_int_equal(rs_geom_rle_area(&rle), 3);
    double box[4];
    rs_geom_rle_box(&rle, box);
    box_ok = box[0] == 1 && box[1] == 0 && box[2] == 2 && box[3] == 2;
    assert_true(box_ok);
    EXPECT_RUNS(&rle, 2, 1, 1, 2);
    const uint8_t ones[4] = {1, 1, 1, 1}, zeros[4] = {0};
    assert_int_equal(rs_geom_rle_encode(ones, 2, 2, 1, 2, &rle, NULL), RSIFT_OK);
    EXPECT_RUNS(&rle, 0, 4);
    assert_int_equal(rs_geom_rle_encode(zeros, 2, 2, 1, 2, &rle, NULL), RSIFT_OK);
    rs_geom_rle_box(&rle, box);
    assert_true(box[2] == 0 && box[3] == 0);
    EXPECT_RUNS(&rle, 4);
}

static void test_counts(void **state)
{
    (void)state;
    rs_rle rle = of_counts((uint32_t[]){0, 3, 0, 2, 0, 0, 1}, 7, 2, 3);
    EXPECT_RUNS(&rle, 0, 5, 1); /* empty runs join their neighbours */
    assert_int_equal(rs_geom_rle_of_counts((uint32_t[]){5}, 1, 2, 3, &rle, NULL), RSIFT_E_FORMAT);
    assert_int_equal(rs_geom_rle_of_counts((uint32_t[]){7}, 1, 2, 3, &rle, NULL), RSIFT_E_FORMAT);
    assert_int_equal(rs_geom_rle_of_counts((uint32_t[]){3, UINT32_MAX, 9}, 3, 2, 3, &rle, NULL),
                     RSIFT_E_FORMAT);
    assert_null(rle.runs);
    assert_int_equal(rs_geom_rle_of_counts(NULL, 0, 0, 9, &rle, NULL), RSIFT_OK);
    assert_int_equal(rs_geom_rle_of_counts(NULL, 0, 65536, 65536, &rle, NULL), RSIFT_E_LIMIT);
}

/* Texts worked out by hand from the rule: groups of five bits, difference to the run two before. */
static void test_text_by_hand(void **state)
{
    (void)state;
    rs_rle rle = of_counts((uint32_t[]){2, 1, 1, 2}, 4, 2, 3);
    expect_text(&rle, "2111"); /* fourth: 2 - 1 = 1 */
    rs_geom_rle_fini(&rle);
    rle = of_counts((uint32_t[]){16, 15, 0x3ff, 1}, 4, 5, 211);
    /* 16 = 10000b needs a second group, 1023 three; 1 - 15 = -14 is 10010b = 18 */
    expect_text(&rle, "`0?oo0B");
    rs_geom_rle_fini(&rle);
    assert_int_equal(rs_geom_rle_of_text(RS_STR("`0?oo0B"), 5, 211, &rle, NULL), RSIFT_OK);
    EXPECT_RUNS(&rle, 16, 15, 0x3ff, 1);
}

static void test_hostile_text(void **state)
{
    (void)state;
    rs_rle rle;
    const char *const bad[] = {
        "/",         "p",       "2 11", "o",       "ooooooo0", "211",
        "21111",     "O",       "211@", "ooooooK", "21\xff",   "2111000000000000000000001",
        "oooooo31O", "oooooo3",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        rsift_error err;
        assert_int_equal(rs_geom_rle_of_text(rs_str_of(bad[i]), 2, 3, &rle, &err), RSIFT_E_FORMAT);
        assert_int_equal(err.status, RSIFT_E_FORMAT);
        assert_true(err.message[0] != 0);
        assert_null(rle.runs);
    }
    assert_int_equal(rs_geom_rle_of_text(RS_STR(""), 2, 3, &rle, NULL), RSIFT_E_FORMAT);
    assert_int_equal(rs_geom_rle_of_text(RS_STR(""), 0, 0, &rle, NULL), RSIFT_OK);
    assert_int_equal(rs_geom_rle_of_text(RS_STR("0"), 65536, 65536, &rle, NULL), RSIFT_E_LIMIT);
}

/* Random blobs: long runs and single pixels. */
static void some_mask(rs_rng *rng, uint8_t *pixels, size_t n)
{
    uint64_t longest = 1 + rs_rng_below(rng, 40);
    uint8_t value = (uint8_t)rs_rng_below(rng, 2);
    for (size_t i = 0; i < n;) {
        for (uint64_t run = 1 + rs_rng_below(rng, longest); run > 0 && i < n; run--)
            pixels[i++] = value;
        value ^= 1;
    }
}

static rs_rle of_pixels(const uint8_t *pixels, uint32_t h, uint32_t w)
{
    rs_rle rle;
    assert_int_equal(rs_geom_rle_encode(pixels, h, w, 1, h, &rle, NULL), RSIFT_OK);
    return rle;
}

static void check_text_round_trip(const rs_rle *rle)
{
    rs_buf text = {0};
    rs_rle back;
    rs_geom_rle_to_text(rle, &text);
    assert_int_equal(rs_geom_rle_of_text(rs_buf_view(&text), rle->height, rle->width, &back, NULL),
                     RSIFT_OK);
    assert_int_equal(back.n, rle->n);
    assert_memory_equal(back.runs, rle->runs, rle->n * sizeof *rle->runs);
    rs_geom_rle_fini(&back);
    rs_buf_fini(&text);
}

static void check_box(const rs_rle *rle, const uint8_t *pixels)
{
    double box[4];
    uint32_t h = rle->height, x0 = UINT32_MAX, x1 = 0, y0 = UINT32_MAX, y1 = 0;
    for (uint32_t i = 0; i < h * rle->width; i++) {
        if (!pixels[i]) continue;
        x0 = i / h < x0 ? i / h : x0, x1 = i / h > x1 ? i / h : x1;
        y0 = i % h < y0 ? i % h : y0, y1 = i % h > y1 ? i % h : y1;
    }
    rs_geom_rle_box(rle, box);
    if (x0 == UINT32_MAX) {
        assert_true(box[2] == 0 && box[3] == 0);
        return;
    }
    assert_true(box[0] == x0 && box[1] == y0 && box[2] == x1 - x0 + 1 && box[3] == y1 - y0 + 1);
}

static void test_against_pixels(void **state)
{
    (void)state;
    rs_rng rng = rs_rng_of(99, (rs_id){9, 9});
    for (int round = 0; round < 3000; round++) {
        uint32_t h = 1 + (uint32_t)rs_rng_below(&rng, 20), w = 1 + (uint32_t)rs_rng_below(&rng, 20);
        uint8_t a[400], b[400], both[400], any[400], back[400];
        size_t n = (size_t)h * w, area = 0, n_both = 0, n_any = 0;
        some_mask(&rng, a, n);
        some_mask(&rng, b, n);
        for (size_t i = 0; i < n; i++) {
            both[i] = a[i] & b[i], any[i] = a[i] | b[i];
            area += a[i], n_both += both[i], n_any += any[i];
        }
        rs_rle p = of_pixels(a, h, w), q = of_pixels(b, h, w), merged;
        const rs_rle *const pair[2] = {&p, &q};
        rs_geom_rle_decode(&p, back, 1, h);
        assert_memory_equal(back, a, n);
        assert_int_equal(rs_geom_rle_area(&p), area);
        assert_int_equal(rs_geom_rle_shared(&p, &q), n_both);
        double iou = n_both ? (double)n_both / (double)n_any : 0;
        assert_true(rs_geom_rle_iou(&p, &q, false) == iou);
        assert_true(rs_geom_rle_iou(&q, &p, false) == iou);
        double crowd = n_both ? (double)n_both / (double)area : 0;
        assert_true(rs_geom_rle_iou(&p, &q, true) == crowd);
        check_box(&p, a);
        check_text_round_trip(&p);
        for (int shared = 0; shared < 2; shared++) {
            assert_int_equal(rs_geom_rle_merge(pair, 2, shared, &merged, NULL), RSIFT_OK);
            rs_rle want = of_pixels(shared ? both : any, h, w);
            expect_runs(&merged, want.runs, want.n);
            rs_geom_rle_fini(&want);
        }
        rs_geom_rle_fini(&p);
        rs_geom_rle_fini(&q);
    }
}

static void test_merge_errors(void **state)
{
    (void)state;
    rs_rle a = of_counts((uint32_t[]){6}, 1, 2, 3), b = of_counts((uint32_t[]){6}, 1, 3, 2), out;
    const rs_rle *const pair[2] = {&a, &b};
    assert_int_equal(rs_geom_rle_merge(pair, 2, false, &out, NULL), RSIFT_E_ARG);
    assert_int_equal(rs_geom_rle_merge(pair, 0, false, &out, NULL), RSIFT_E_ARG);
    assert_true(rs_geom_rle_iou(&a, &b, false) == -1);
    rs_geom_rle_fini(&a);
    rs_geom_rle_fini(&b);
}

static void test_polygon_by_hand(void **state)
{
    (void)state;
    rs_rle rle;
    /* Columns 1 and 2, rows 1 to 3 of a picture of 5 rows and 4 columns. */
    assert_int_equal(rs_geom_rle_of_box((double[]){1, 1, 2, 3}, 5, 4, &rle, NULL), RSIFT_OK);
    EXPECT_RUNS(&rle, 6, 3, 2, 3, 6);
    assert_int_equal(rs_geom_rle_of_box((double[]){-9, -9, 99, 99}, 5, 4, &rle, NULL), RSIFT_OK);
    EXPECT_RUNS(&rle, 0, 20);
    assert_int_equal(rs_geom_rle_of_polygon(NULL, 0, 5, 4, &rle, NULL), RSIFT_OK);
    EXPECT_RUNS(&rle, 20);
    const double point[2] = {2, 2};
    assert_int_equal(rs_geom_rle_of_polygon(point, 1, 5, 4, &rle, NULL), RSIFT_OK);
    EXPECT_RUNS(&rle, 20);
}

/* A slanted triangle that leaves the picture; text from pycocotools. */
static void test_polygon_as_pycocotools(void **state)
{
    (void)state;
    rs_rle rle;
    const double triangle[6] = {6.5, -6.5, 21, 78.5, 11, -7.5};
    assert_int_equal(rs_geom_rle_of_polygon(triangle, 3, 81, 19, &rle, NULL), RSIFT_OK);
    expect_text(&rle, "Xd05\\26J6J5013M3M2N3M2N3MQN");
    assert_int_equal(rs_geom_rle_area(&rle), 159);
    rs_geom_rle_fini(&rle);
}

static void test_polygon_limits(void **state)
{
    (void)state;
    rs_rle rle;
    rsift_error err;
    const double nan_one[6] = {0, 0, 1, NAN, 2, 2}, far[6] = {0, 0, 1e7, 0, 0, 1};
    assert_int_equal(rs_geom_rle_of_polygon(nan_one, 3, 5, 4, &rle, &err), RSIFT_E_ARG);
    assert_int_equal(rs_geom_rle_of_polygon(far, 3, 5, 4, &rle, &err), RSIFT_E_LIMIT);
    static double zigzag[400];
    for (size_t i = 0; i < 400; i++) zigzag[i] = i % 4 < 2 ? 0 : 9e5;
    assert_int_equal(rs_geom_rle_of_polygon(zigzag, 200, 5, 4, &rle, &err), RSIFT_E_LIMIT);
    assert_int_equal(rs_geom_rle_of_polygon(far, 0, 70000, 70000, &rle, &err), RSIFT_E_LIMIT);
}

static rsift_status everything(void)
{
    const double triangle[6] = {1, 1, 17, 3, 6, 18};
    rs_rle a = {0}, b = {0}, merged = {0};
    rs_buf text = {0};
    const rs_rle *const pair[2] = {&a, &b};
    rsift_error err;
    rsift_status st = rs_geom_rle_of_polygon(triangle, 3, 20, 20, &a, &err);
    if (st == RSIFT_OK) st = rs_geom_rle_of_box((double[]){2, 2, 9, 9}, 20, 20, &b, &err);
    if (st == RSIFT_OK) st = rs_geom_rle_merge(pair, 2, false, &merged, &err);
    rs_geom_rle_fini(&b);
    if (st == RSIFT_OK) rs_geom_rle_to_text(&merged, &text);
    if (st == RSIFT_OK && text.failed) st = RSIFT_E_NOMEM;
    if (st == RSIFT_OK) st = rs_geom_rle_of_text(rs_buf_view(&text), 20, 20, &b, &err);
    if (st == RSIFT_OK) assert_int_equal(rs_geom_rle_area(&b), rs_geom_rle_area(&merged));
    rs_geom_rle_fini(&a);
    rs_geom_rle_fini(&b);
    rs_geom_rle_fini(&merged);
    rs_buf_fini(&text);
    return st;
}

static void test_every_allocation_fails_once(void **state)
{
    (void)state;
    rsift_status st = RSIFT_E_NOMEM;
    int64_t n = 1;
    for (; n < 1000 && st != RSIFT_OK; n++) {
        rs_alloc_fail_at(n);
        st = everything();
        assert_true(st == RSIFT_OK || st == RSIFT_E_NOMEM);
    }
    rs_alloc_fail_at(0);
    assert_int_equal(st, RSIFT_OK);
    assert_true(n > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pixels_by_hand),  cmocka_unit_test(test_counts),
        cmocka_unit_test(test_text_by_hand),    cmocka_unit_test(test_hostile_text),
        cmocka_unit_test(test_against_pixels),  cmocka_unit_test(test_merge_errors),
        cmocka_unit_test(test_polygon_by_hand), cmocka_unit_test(test_polygon_as_pycocotools),
        cmocka_unit_test(test_polygon_limits),  cmocka_unit_test(test_every_allocation_fails_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
