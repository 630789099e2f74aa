/* Edits of one drawn picture match, other pictures do not, in every orientation and moved. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/rng.h"
#include "similar/thumb.h"

#include <math.h>

enum { SIDE = RS_IMAGE_THUMB_SIDE, LARGE = SIDE + 16 };

static rs_rng seeded(uint64_t seed)
{
    return rs_rng_of(seed, (rs_id){2, 7});
}

static uint8_t grey(double v)
{
    return (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v + 0.5);
}

/* Fields of many sizes with edges, on a slow slope of light that all pictures share. */
static void draw(uint64_t seed, double out[LARGE][LARGE])
{
    rs_rng rng = seeded(seed);
    for (int y = 0; y < LARGE; y++)
        for (int x = 0; x < LARGE; x++) out[y][x] = 60 + x + y / 2.0;
    for (int i = 0; i < 90; i++) {
        const int x0 = (int)rs_rng_below(&rng, LARGE), y0 = (int)rs_rng_below(&rng, LARGE);
        const int w = 2 + (int)rs_rng_below(&rng, 14), h = 2 + (int)rs_rng_below(&rng, 14);
        const double v = rs_rng_unit(&rng) * 80 - 40;
        for (int y = y0; y < y0 + h && y < LARGE; y++)
            for (int x = x0; x < x0 + w && x < LARGE; x++) out[y][x] += v;
    }
}

/* The piece of a drawing that begins at (x0, y0), as contrast * v + light + noise. */
typedef struct edit {
    int x0, y0;
    double contrast, light, noise, gamma;
} edit;

static void piece(uint64_t seed, const edit *e, uint8_t out[RS_IMAGE_THUMB_BYTES])
{
    static double drawn[LARGE][LARGE];
    draw(seed, drawn);
    rs_rng rng = seeded(seed + 1000);
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            double v = drawn[y + e->y0][x + e->x0];
            v = 255 * pow(v < 0 ? 0 : v > 255 ? 1 : v / 255, e->gamma);
            v = e->contrast * v + e->light + e->noise * (rs_rng_unit(&rng) - 0.5);
            out[y * SIDE + x] = grey(v);
        }
}

static const edit as_it_is = {.x0 = 8, .y0 = 8, .contrast = 1, .gamma = 1};

static void edits_match(void **state)
{
    (void)state;
    static const edit edits[] = {
        {8, 8, 1, 0, 0, 1},   {8, 8, 0.7, 10, 0, 1}, {8, 8, 1, 20, 0, 1},   {8, 8, 1, 0, 10, 1},
        {8, 8, 1, 0, 0, 0.7}, {8, 8, 1, 0, 0, 1.4},  {7, 10, 1, 0, 6, 1.2}, {9, 6, 0.8, 0, 6, 1},
    };
    for (uint64_t seed = 1; seed < 20; seed++) {
        uint8_t a[RS_IMAGE_THUMB_BYTES], b[RS_IMAGE_THUMB_BYTES], laid[RS_IMAGE_THUMB_BYTES];
        piece(seed, &as_it_is, a);
        for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
            piece(seed, &edits[i], b);
            for (unsigned o = 0; o < RS_IMAGE_N_ORIENTATIONS; o++) {
                rs_image_thumb_orient(b, rs_image_orientation_inverse(o), laid);
                const rs_thumb_match match = rs_thumb_compare(a, laid, o);
                if (match.score < 0.90 || !rs_thumb_is_same(&match))
                    fail_msg("edit %zu of %d: %f", i, (int)seed, match.score);
                assert_int_equal(match.orientation, o);
                /* what lies at x0 + x of the drawing is at x - dx of the edit */
                assert_int_equal(match.dx, edits[i].x0 - as_it_is.x0);
                assert_int_equal(match.dy, edits[i].y0 - as_it_is.y0);
            }
        }
        assert_true(rs_thumb_compare(a, a, 0).score == 1);
        for (unsigned o = 1; o < RS_IMAGE_N_ORIENTATIONS; o++)
            assert_true(rs_thumb_compare(a, a, o).score < 0.5);
    }
}

/* The light that two pictures share does not count: plainly correlated they would be alike. */
static void others_do_not(void **state)
{
    (void)state;
    enum { N = 40 };
    static uint8_t thumbs[N][RS_IMAGE_THUMB_BYTES];
    for (uint64_t i = 0; i < N; i++) piece(100 + i, &as_it_is, thumbs[i]);
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < i; j++)
            for (unsigned o = 0; o < RS_IMAGE_N_ORIENTATIONS; o += 3)
                assert_true(rs_thumb_compare(thumbs[i], thumbs[j], o).score < 0.5);
    /* nor does a piece too far away match: moved by 5 cells */
    uint8_t far[RS_IMAGE_THUMB_BYTES];
    const edit moved = {13, 8, 1, 0, 0, 1};
    piece(100, &moved, far);
    assert_true(rs_thumb_compare(thumbs[0], far, 0).score < 0.5);
}

/* The score against its definition in floating point. */
static void score_is_the_correlation(void **state)
{
    (void)state;
    uint8_t a[RS_IMAGE_THUMB_BYTES], b[RS_IMAGE_THUMB_BYTES];
    const edit moved = {7, 10, 0.9, 5, 12, 1};
    piece(5, &as_it_is, a);
    piece(5, &moved, b);
    const uint8_t *of[2] = {a, b};
    static double detail[2][SIDE][SIDE];
    for (int k = 0; k < 2; k++)
        for (int y = 0; y < SIDE; y++)
            for (int x = 0; x < SIDE; x++) {
                double sum = 0, n = 0;
                for (int j = y - 4; j <= y + 4; j++)
                    for (int i = x - 4; i <= x + 4; i++)
                        if (i >= 0 && i < SIDE && j >= 0 && j < SIDE)
                            sum += of[k][j * SIDE + i], n++;
                detail[k][y][x] = of[k][y * SIDE + x] - sum / n;
            }
    const rs_thumb_match match = rs_thumb_compare(a, b, 0);
    double aa = 0, bb = 0, ab = 0;
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            const int i = x - match.dx, j = y - match.dy;
            if (i < 0 || i >= SIDE || j < 0 || j >= SIDE) continue;
            aa += detail[0][y][x] * detail[0][y][x];
            bb += detail[1][j][i] * detail[1][j][i];
            ab += detail[0][y][x] * detail[1][j][i];
        }
    assert_true(fabs(match.score - ab / sqrt(aa * bb)) < 0.001);
}

static void flat_ones_have_no_score(void **state)
{
    (void)state;
    uint8_t flat[RS_IMAGE_THUMB_BYTES], slope[RS_IMAGE_THUMB_BYTES], a[RS_IMAGE_THUMB_BYTES];
    memset(flat, 90, sizeof flat);
    for (int i = 0; i < RS_IMAGE_THUMB_BYTES; i++) slope[i] = (uint8_t)(40 + i % SIDE / 2);
    piece(1, &as_it_is, a);
    assert_true(rs_thumb_compare(flat, flat, 0).score == 0);
    assert_true(rs_thumb_compare(a, flat, 0).score == 0);
    assert_true(rs_thumb_compare(slope, slope, 0).score == 0);
}

/* Tiles of one mosaic share the edge of what was not flown over: the ground beside it decides. */
static void the_edge_of_no_data_is_no_ground(void **state)
{
    (void)state;
    uint8_t a[RS_IMAGE_THUMB_BYTES], same[RS_IMAGE_THUMB_BYTES], other[RS_IMAGE_THUMB_BYTES];
    const edit as_is = as_it_is,
               noisy = {.x0 = 8, .y0 = 8, .contrast = 1, .light = 4, .noise = 3, .gamma = 1};
    for (uint64_t seed = 1; seed < 20; seed++) {
        piece(seed, &as_is, a);
        piece(seed, &noisy, same);
        piece(seed + 100, &as_is, other);
        for (size_t y = 0; y < RS_IMAGE_THUMB_SIDE; y++)
            for (size_t x = 0; x < RS_IMAGE_THUMB_SIDE - y && x + y < 56; x++)
                a[y * 64 + x] = same[y * 64 + x] = other[y * 64 + x] = 0;
        const rs_thumb_match right = rs_thumb_compare(a, same, 0);
        assert_true(rs_thumb_is_same(&right));
        assert_true(rs_thumb_compare(a, other, 0).score < RS_THUMB_SAME);
    }
}

/* Calm water: slow light and what waves leave of it, less than half a grey level. */
static void draw_water(uint64_t seed, uint8_t out[RS_IMAGE_THUMB_BYTES])
{
    rs_rng rng = seeded(seed);
    const double light = 70 + 10 * rs_rng_unit(&rng), across = 0.3 * rs_rng_unit(&rng);
    for (int i = 0; i < RS_IMAGE_THUMB_BYTES; i++)
        out[i] = grey(light + across * (i % SIDE) + 0.8 * (rs_rng_unit(&rng) - 0.5));
}

static const char *const marks[] = {"text", "logo", "frame", "frame and date"};

/* What a publisher prints on every picture. */
static void print_mark(size_t which, uint8_t thumb[RS_IMAGE_THUMB_BYTES])
{
    rs_rng rng = seeded(77);
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            const bool ink = rs_rng_below(&rng, 2), text = y >= 28 && y < 33 && x >= 8 && x < 54,
                       frame = x < 2 || y < 2 || x >= SIDE - 2 || y >= SIDE - 2;
            bool on = false;
            if (which == 0) on = ink && text;
            if (which == 1) on = (x - 52) * (x - 52) + (y - 11) * (y - 11) < 64;
            if (which >= 2) on = frame;
            if (which == 3) on |= ink && text && x >= 24 && x < 44;
            if (on) thumb[y * SIDE + x] = which >= 2 && frame ? 3 : 240;
        }
}

static rs_image_hash hash_of(const uint8_t thumb[RS_IMAGE_THUMB_BYTES])
{
    rs_image_hash out = {0};
    rs_pixels pixels = {0};
    assert_int_equal(rs_pixels_init(&pixels, SIDE, SIDE, NULL, NULL), RSIFT_OK);
    for (int i = 0; i < RS_IMAGE_THUMB_BYTES; i++) memset(pixels.rgb + 3 * i, thumb[i], 3);
    assert_int_equal(rs_image_hash_pixels(&pixels, &out, NULL), RSIFT_OK);
    rs_pixels_fini(&pixels);
    return out;
}

/* Two waters under one mark are near by hash and correlate, and are not the same; a picture of
 * nothing but a mark is flat; under a mark, ground is told from other ground and known again. */
static void a_mark_is_no_ground(void **state)
{
    (void)state;
    uint8_t a[RS_IMAGE_THUMB_BYTES], b[RS_IMAGE_THUMB_BYTES];
    const edit faint = {.x0 = 8, .y0 = 8, .contrast = 0.15, .light = 60, .gamma = 1},
               copy = {.x0 = 8, .y0 = 8, .contrast = 0.15, .light = 63, .noise = 1, .gamma = 1};
    size_t n_alike = 0;
    for (size_t mark = 0; mark < sizeof marks / sizeof *marks; mark++)
        for (uint64_t seed = 1; seed < 10; seed++) {
            draw_water(2 * seed, a);
            draw_water(2 * seed + 1, b);
            print_mark(mark, a);
            print_mark(mark, b);
            const rs_image_hash x = hash_of(a), y = hash_of(b);
            const rs_thumb_match match = rs_thumb_compare(x.thumb, y.thumb, 0);
            n_alike += match.score >= RS_THUMB_SAME && x.quality >= RS_IMAGE_FLAT_QUALITY;
            if (rs_thumb_is_same(&match)) fail_msg("%s: %f", marks[mark], match.ground);
            if (!rs_thumb_is_flat(&x) || !rs_thumb_is_flat(&y)) fail_msg("%s", marks[mark]);
            assert_true(rs_thumb_contrast(x.thumb) < 10);

            piece(seed, &faint, a);
            piece(seed + 100, &faint, b);
            print_mark(mark, a);
            print_mark(mark, b);
            rs_thumb_match ground = rs_thumb_compare(a, b, 0);
            if (rs_thumb_is_same(&ground)) fail_msg("%s: %f", marks[mark], ground.ground);
            piece(seed, &copy, b);
            print_mark(mark, b);
            ground = rs_thumb_compare(a, b, 0);
            if (!rs_thumb_is_same(&ground)) fail_msg("%s: %f", marks[mark], ground.ground);
            const rs_image_hash z = hash_of(a);
            assert_false(rs_thumb_is_flat(&z));
        }
    assert_true(n_alike > 20); /* by the score alone these would be pairs */
}

static void difference_is_of_the_best_orientation(void **state)
{
    (void)state;
    uint8_t a[RS_IMAGE_THUMB_BYTES], b[RS_IMAGE_THUMB_BYTES];
    piece(1, &as_it_is, a);
    for (unsigned o = 0; o < RS_IMAGE_N_ORIENTATIONS; o++) {
        unsigned found = 9;
        rs_image_thumb_orient(a, rs_image_orientation_inverse(o), b);
        assert_true(rs_thumb_difference(a, b, &found) == 0);
        assert_int_equal(found, o);
        for (int i = 0; i < 2048; i++) b[i] = (uint8_t)(b[i] + 1);
        assert_true(rs_thumb_difference(a, b, &found) == 0.5);
        assert_int_equal(found, o);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edits_match),
        cmocka_unit_test(others_do_not),
        cmocka_unit_test(score_is_the_correlation),
        cmocka_unit_test(flat_ones_have_no_score),
        cmocka_unit_test(the_edge_of_no_data_is_no_ground),
        cmocka_unit_test(a_mark_is_no_ground),
        cmocka_unit_test(difference_is_of_the_best_orientation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
