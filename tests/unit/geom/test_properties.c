/* What must hold for any boxes, polygons and masks, whatever their numbers: ratios are symmetric
 * and in [0, 1], a thing covers itself, and a picture twice as large has everything twice as large
 * and every ratio as before. Seeded; a case that fails prints its number. */
#include "base/alloc.h"
#include "base/rng.h"
#include "geom/box.h"
#include "geom/convention.h"
#include "geom/obb.h"
#include "geom/rle.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { ROUNDS = 20000 };

static rs_rng seeded(const char *name)
{
    return rs_rng_of(20260119, rs_hash128(name, strlen(name)));
}

static double within(rs_rng *rng, double low, double high)
{
    return low + (high - low) * rs_rng_unit(rng);
}

#define CHECK(round, condition)                                          \
    do {                                                                 \
        if (!(condition)) fail_msg("round %d: %s", (round), #condition); \
    } while (0)

/* On a grid of a quarter, so that doubling and shifting are exact; now and then inverted or empty.
 */
static void some_box(rs_rng *rng, double box[4])
{
    for (int k = 0; k < 4; k++) box[k] = (double)rs_rng_below(rng, 400) / 4 - 20;
    const uint64_t kind = rs_rng_below(rng, 10);
    if (kind > 0) rs_geom_box_order(box);
    if (kind == 1) box[2] = box[0];
}

static void test_boxes(void **state)
{
    (void)state;
    rs_rng rng = seeded("boxes");
    for (int r = 0; r < ROUNDS; r++) {
        double a[4], b[4], twice_a[4], twice_b[4];
        some_box(&rng, a);
        some_box(&rng, b);
        if (rs_rng_below(&rng, 8) == 0) memcpy(b, a, sizeof b);
        const double shift = (double)rs_rng_below(&rng, 1 << 20);
        double far_a[4], far_b[4];
        for (int k = 0; k < 4; k++) {
            twice_a[k] = 2 * a[k], twice_b[k] = 2 * b[k];
            far_a[k] = a[k] + shift, far_b[k] = b[k] + shift;
        }
        const double iou = rs_geom_iou(a, b), plus = rs_geom_iou_inclusive(a, b);
        CHECK(r, iou >= 0 && iou <= 1 && plus >= 0 && plus <= 1);
        CHECK(r, iou == rs_geom_iou(b, a) && plus == rs_geom_iou_inclusive(b, a));
        CHECK(r, iou == rs_geom_iou(twice_a, twice_b) && iou == rs_geom_iou(far_a, far_b));
        const bool proper = a[2] > a[0] && a[3] > a[1];
        CHECK(r, rs_geom_iou(a, a) == (proper ? 1 : 0));
        double p[4], q[4];
        rs_geom_box_to_xywh(a, p);
        rs_geom_box_to_xywh(b, q);
        if (proper && b[2] > b[0] && b[3] > b[1]) {
            CHECK(r, rs_geom_iou_xywh(p, q, false) == rs_geom_iou_xywh(q, p, false));
            CHECK(r, rs_geom_iou_xywh(p, q, false) == iou);
            CHECK(r, rs_geom_iou_xywh(p, q, true) >= iou && rs_geom_iou_xywh(p, q, true) <= 1);
        }
    }
}

static void test_turned_boxes(void **state)
{
    (void)state;
    static const double turns[] = {0, 90, 180, -45, 45, 270};
    rs_rng rng = seeded("turned boxes");
    for (int r = 0; r < ROUNDS; r++) {
        rs_obb obb[2], twice[2];
        double quad[2][8], big[2][8];
        for (int i = 0; i < 2; i++) {
            const bool plain = rs_rng_below(&rng, 2);
            const double degrees = plain ? turns[rs_rng_below(&rng, 6)] : within(&rng, -360, 360);
            obb[i] = (rs_obb){within(&rng, 0, 60), within(&rng, 0, 60), within(&rng, 1, 50),
                              within(&rng, 1, 50), degrees / 57.295779513082323};
            twice[i] = (rs_obb){2 * obb[i].cx, 2 * obb[i].cy, 2 * obb[i].w, 2 * obb[i].h,
                                obb[i].angle_rad};
            rs_geom_obb_quad(&obb[i], quad[i]);
            rs_geom_obb_quad(&twice[i], big[i]);
            for (int k = 0; k < 8; k++) CHECK(r, big[i][k] == 2 * quad[i][k]);
        }
        const double iou = rs_geom_quad_iou(quad[0], quad[1]);
        CHECK(r, iou >= 0 && iou <= 1 && iou == rs_geom_quad_iou(quad[1], quad[0]));
        CHECK(r, iou == rs_geom_quad_iou(big[0], big[1]));
        CHECK(r, fabs(rs_geom_quad_iou(quad[0], quad[0]) - 1) <= 1e-14);
        rs_obb other = obb[0];
        rs_geom_obb_long_edge(&other);
        rs_geom_obb_quad(&other, quad[1]);
        CHECK(r, fabs(rs_geom_quad_iou(quad[0], quad[1]) - 1) <= 1e-9);
        rs_geom_obb_opencv(&other);
        rs_geom_obb_quad(&other, quad[1]);
        CHECK(r, fabs(rs_geom_quad_iou(quad[0], quad[1]) - 1) <= 1e-9);
    }
}

/* Any numbers at all: crossing, repeated, on one line. */
static void test_wild_polygons(void **state)
{
    (void)state;
    rs_rng rng = seeded("wild polygons");
    for (int r = 0; r < ROUNDS; r++) {
        double p[2][24], big[2][24];
        size_t n[2];
        for (int i = 0; i < 2; i++) {
            n[i] = 1 + (size_t)rs_rng_below(&rng, 12);
            const uint64_t grid = rs_rng_below(&rng, 2) ? 4 : 1000;
            for (size_t k = 0; k < 2 * n[i]; k++) {
                p[i][k] = (double)rs_rng_below(&rng, grid);
                big[i][k] = 2 * p[i][k];
            }
        }
        const double iou = rs_geom_polygon_iou(p[0], n[0], p[1], n[1]);
        CHECK(r, iou >= 0 && iou <= 1);
        CHECK(r, iou == rs_geom_polygon_iou(p[1], n[1], p[0], n[0]));
        CHECK(r, iou == rs_geom_polygon_iou(big[0], n[0], big[1], n[1]));
    }
}

/* Relative numbers on a picture twice as large are pixels twice as far, for every convention. */
static void test_larger_picture(void **state)
{
    (void)state;
    static const size_t n_in[] = {4, 4, 4, 4, 5, 5, 8, 10, 2};
    rs_rng rng = seeded("larger picture");
    size_t n_checked = 0;
    for (int r = 0; r < 200; r++) {
        for (const rs_convention *const *c = rs_geom_conventions; *c; c++) {
            if ((*c)->scale == 0) continue; /* pixels are pixels */
            /* even sides: padding is a whole number of pixels on either side */
            const double w = 2 + 2 * (double)rs_rng_below(&rng, 2000);
            const double h = 2 + 2 * (double)rs_rng_below(&rng, 2000);
            const rs_canvas one = {w, h, 28 * (1 + floor(w / 28)), 28 * (1 + floor(h / 28))};
            const rs_canvas two = {2 * w, 2 * h, 2 * one.resized_width, 2 * one.resized_height};
            double in[16], small[16], large[16];
            for (int k = 0; k < 16; k++) in[k] = floor(within(&rng, 0, 1) * (*c)->scale * 64) / 64;
            const size_t n = rs_geom_decode(*c, &one, in, n_in[(*c)->shape], small, 16);
            CHECK(r, n > 0 && n == rs_geom_decode(*c, &two, in, n_in[(*c)->shape], large, 16));
            for (size_t k = 0; k < n; k++)
                if (fabs(large[k] - 2 * small[k]) > 1e-12 * (w + h))
                    fail_msg("%s: number %zu is %.17g and %.17g", (*c)->name, k, small[k],
                             large[k]);
            n_checked++;
        }
    }
    assert_true(n_checked >= 1000);
}

static void some_mask(rs_rng *rng, uint32_t h, uint32_t w, uint8_t *pixels)
{
    const uint64_t share = rs_rng_below(rng, 11);
    for (size_t i = 0; i < (size_t)h * w; i++) pixels[i] = rs_rng_below(rng, 10) < share;
}

static void twice_as_large(const uint8_t *pixels, uint32_t h, uint32_t w, uint8_t *out)
{
    for (uint32_t x = 0; x < 2 * w; x++)
        for (uint32_t y = 0; y < 2 * h; y++) out[x * 2 * h + y] = pixels[x / 2 * h + y / 2];
}

static void test_masks(void **state)
{
    (void)state;
    enum { SIDE = 24 };
    rs_rng rng = seeded("masks");
    for (int r = 0; r < ROUNDS / 10; r++) {
        uint8_t pixels[SIDE * SIDE], big[4 * SIDE * SIDE];
        const uint32_t h = 1 + (uint32_t)rs_rng_below(&rng, SIDE),
                       w = 1 + (uint32_t)rs_rng_below(&rng, SIDE);
        rs_rle one[2], two[2], both[2];
        for (int i = 0; i < 2; i++) {
            some_mask(&rng, h, w, pixels);
            twice_as_large(pixels, h, w, big);
            assert_int_equal(rs_geom_rle_encode(pixels, h, w, 1, h, &one[i], NULL), RSIFT_OK);
            assert_int_equal(rs_geom_rle_encode(big, 2 * h, 2 * w, 1, 2 * h, &two[i], NULL),
                             RSIFT_OK);
            CHECK(r, rs_geom_rle_area(&two[i]) == 4 * rs_geom_rle_area(&one[i]));
            double xywh[4], larger[4];
            rs_geom_rle_box(&one[i], xywh);
            rs_geom_rle_box(&two[i], larger);
            for (int k = 0; k < 4; k++) CHECK(r, larger[k] == 2 * xywh[k]);
        }
        const double iou = rs_geom_rle_iou(&one[0], &one[1], false);
        CHECK(r, iou >= 0 && iou <= 1 && iou == rs_geom_rle_iou(&one[1], &one[0], false));
        CHECK(r, iou == rs_geom_rle_iou(&two[0], &two[1], false));
        CHECK(r, rs_geom_rle_iou(&one[0], &one[0], false) == (rs_geom_rle_area(&one[0]) ? 1 : 0));
        const rs_rle *const pair[2] = {&one[0], &one[1]};
        for (int shared = 0; shared < 2; shared++)
            assert_int_equal(rs_geom_rle_merge(pair, 2, shared, &both[shared], NULL), RSIFT_OK);
        CHECK(r, rs_geom_rle_area(&both[1]) == rs_geom_rle_shared(&one[0], &one[1]));
        CHECK(r, rs_geom_rle_area(&both[0]) + rs_geom_rle_area(&both[1]) ==
                     rs_geom_rle_area(&one[0]) + rs_geom_rle_area(&one[1]));
        for (int i = 0; i < 2; i++) {
            rs_geom_rle_fini(&one[i]);
            rs_geom_rle_fini(&two[i]);
            rs_geom_rle_fini(&both[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_boxes),         cmocka_unit_test(test_turned_boxes),
        cmocka_unit_test(test_wild_polygons), cmocka_unit_test(test_larger_picture),
        cmocka_unit_test(test_masks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
