/* Conventions: numbers by hand, there and back, GeoChat's angle on a real benchmark line. */
#include "geom/convention.h"

#include "base/rng.h"
#include "geom/obb.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define PI 3.14159265358979323846
#define NEAR(a, b, tolerance) assert_true(fabs((a) - (b)) <= (tolerance))

static const rs_convention *named(const char *name)
{
    const rs_convention *c = rs_geom_convention(rs_str_of(name));
    assert_non_null(c);
    return c;
}

static void expect_encoded(const char *name, const rs_canvas *canvas, const double *in, size_t n_in,
                           const double *want, size_t n_want)
{
    double out[16];
    bool degenerate;
    assert_int_equal(rs_geom_encode(named(name), canvas, in, n_in, out, 16, &degenerate), n_want);
    for (size_t i = 0; i < n_want; i++)
        if (fabs(out[i] - want[i]) > 1e-9)
            fail_msg("%s: number %zu is %.17g, not %.17g", name, i, out[i], want[i]);
}

static void test_table(void **state)
{
    (void)state;
    size_t n = 0;
    for (; rs_geom_conventions[n]; n++) {
        assert_non_null(rs_geom_conventions[n]->source);
        assert_ptr_equal(named(rs_geom_conventions[n]->name), rs_geom_conventions[n]);
        if (n > 0)
            assert_true(rs_str_cmp(rs_str_of(rs_geom_conventions[n - 1]->name),
                                   rs_str_of(rs_geom_conventions[n]->name)) < 0);
    }
    assert_true(n >= 20);
    assert_null(rs_geom_convention(RS_STR("pixel")));
    assert_null(rs_geom_convention(RS_STR("")));
}

static void test_boxes_by_hand(void **state)
{
    (void)state;
    const rs_canvas canvas = {800, 600, 0, 0};
    const double box[4] = {90.9, 160.8, 135, 212.8};
    expect_encoded("px", &canvas, box, 4, box, 4);
    expect_encoded("px-xywh", &canvas, box, 4, (double[]){90.9, 160.8, 44.1, 52}, 4);
    expect_encoded("percent", &canvas, box, 4, (double[]){11, 27, 17, 35}, 4);
    expect_encoded("percent-trunc", &canvas, box, 4, (double[]){11, 26, 16, 35}, 4);
    expect_encoded("permille", &canvas, box, 4, (double[]){114, 268, 169, 355}, 4);
    expect_encoded("permille-trunc", &canvas, box, 4, (double[]){113, 268, 168, 354}, 4);
    expect_encoded("florence", &canvas, box, 4, (double[]){113, 268, 168, 354}, 4);
    /* y first; 160.8 / 600 * 1023 = 274.2, 90.9 / 800 * 1023 = 116.2, 362.8, 172.6 */
    expect_encoded("paligemma", &canvas, box, 4, (double[]){274, 116, 363, 173}, 4);
    expect_encoded("fraction-cxcywh", &canvas, (double[]){80, 60, 160, 120}, 4,
                   (double[]){0.15, 0.15, 0.1, 0.1}, 4);
    /* 800 x 600 lies 100 pixels down in its 800 x 800 square */
    expect_encoded("fraction-padded", &canvas, (double[]){200, 100, 400, 300}, 4,
                   (double[]){0.25, 0.25, 0.5, 0.5}, 4);
    expect_encoded("permille-point", &canvas, box, 4, (double[]){141, 311}, 2);
}

static void test_rounding_is_half_to_even(void **state)
{
    (void)state;
    const rs_canvas canvas = {2000, 2000, 0, 0};
    expect_encoded("permille", &canvas, (double[]){1, 3, 5, 7}, 4, (double[]){0, 2, 2, 4}, 4);
    expect_encoded("permille-trunc", &canvas, (double[]){1, 3, 5, 7}, 4, (double[]){0, 1, 2, 3}, 4);
}

static void test_clamping(void **state)
{
    (void)state;
    const rs_canvas canvas = {100, 100, 56, 28};
    const double box[4] = {-5, -5, 120, 120};
    expect_encoded("permille", &canvas, box, 4, (double[]){0, 0, 1000, 1000}, 4);
    expect_encoded("florence", &canvas, box, 4, (double[]){0, 0, 999, 999}, 4);
    expect_encoded("paligemma", &canvas, box, 4, (double[]){0, 0, 1023, 1023}, 4);
    expect_encoded("qwen-vl", &canvas, box, 4, (double[]){0, 0, 999, 999}, 4);
    expect_encoded("qwen2.5-vl", &canvas, box, 4, (double[]){0, 0, 55, 27}, 4);
    expect_encoded("px", &canvas, box, 4, box, 4);
}

static void test_qwen25_by_hand(void **state)
{
    (void)state;
    rs_canvas canvas = {1000, 700, 0, 0};
    double out[4];
    const double box[4] = {100, 70, 503, 350};
    assert_int_equal(rs_geom_encode(named("qwen2.5-vl"), &canvas, box, 4, out, 4, NULL), 0);
    assert_int_equal(rs_geom_decode(named("qwen2.5-vl"), &canvas, box, 4, out, 4), 0);
    assert_true(rs_geom_smart_resize(1000, 700, 28, 56 * 56, 14 * 14 * 4 * 1280,
                                     &canvas.resized_width, &canvas.resized_height));
    assert_true(canvas.resized_width == 1008 && canvas.resized_height == 700);
    expect_encoded("qwen2.5-vl", &canvas, box, 4, (double[]){101, 70, 507, 350}, 4);
    assert_int_equal(
        rs_geom_decode(named("qwen2.5-vl"), &canvas, (double[]){504, 350, 1008, 700}, 4, out, 4),
        4);
    NEAR(out[0], 500, 1e-9);
    NEAR(out[2], 1000, 1e-9);
}

/* Sizes that llamafactory 0.9.5 (Qwen2VLPlugin) and transformers 4.57.3 (smart_resize with the
 * model's own limits) gave, run one after the other. */
static void test_llama_factory_resize(void **state)
{
    (void)state;
    static const double cases[][6] = {
        {800, 800, 3136, 1003520, 812, 812},    {1024, 1024, 3136, 1003520, 1008, 1008},
        {4000, 3000, 3136, 1003520, 1148, 868}, {1600, 900, 3136, 1003520, 1344, 756},
        {3000, 4000, 3136, 1003520, 868, 1148}, {5472, 3648, 3136, 1003520, 1232, 812},
        {1089, 615, 3136, 1003520, 1092, 616},  {20, 20, 3136, 1003520, 56, 56},
        {10, 1000, 3136, 1003520, 28, 1008},    {56, 30, 3136, 1003520, 84, 56},
        {2000, 12, 3136, 1003520, 1988, 28},    {800, 800, 784, 50176, 224, 224},
        {4000, 3000, 784, 50176, 252, 196},     {5472, 3648, 784, 50176, 280, 168},
        {30, 5900, 784, 50176, 28, 3136},       {1024, 1024, 1024, 589824, 756, 756},
        {1089, 615, 1024, 589824, 1008, 588},   {20, 20, 1024, 589824, 56, 56},
        {30, 5900, 1024, 589824, 28, 5908},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const double *c = cases[i];
        const rs_resize how = {RS_RESIZE_LLAMA_FACTORY, 28, c[2], c[3]};
        double w, h;
        assert_true(rs_geom_resize(&how, c[0], c[1], &w, &h));
        if (w != c[4] || h != c[5]) fail_msg("case %zu: %g x %g", i, w, h);
    }
    double w, h;
    /* 1,000,000 pixels are 1275 tokens of 28 x 28: 999,600 pixels, and one row of tokens less */
    const rs_resize swift = {RS_RESIZE_MS_SWIFT, 28, 3136, 1e6},
                    own = {RS_RESIZE_SMART, 28, 3136, 1e6};
    assert_true(rs_geom_resize(&swift, 1702, 2468, &w, &h) && w == 812 && h == 1176);
    assert_true(rs_geom_resize(&own, 1702, 2468, &w, &h) && w == 812 && h == 1204);
    const rs_resize how = {RS_RESIZE_LLAMA_FACTORY, 28, 3136, 1003520}, smart = {.factor = 28};
    assert_false(rs_geom_resize(&how, 0, 5, &w, &h));
    assert_false(rs_geom_resize(&how, NAN, 5, &w, &h));
    assert_false(rs_geom_resize(&how, 9000, 30, &w, &h)); /* squeezed there, refused here */
    assert_false(rs_geom_resize(&how, 1e9, 1, &w, &h));
    assert_false(rs_geom_resize(&smart, 0, 5, &w, &h));
}

static void test_smart_resize(void **state)
{
    (void)state;
    const struct {
        double w, h;
        int factor;
        double low, high, want_w, want_h;
    } cases[] = {
        {1000, 700, 28, 3136, 1003520, 1008, 700},
        {42, 70, 28, 0, 1e9, 56, 56},         /* 1.5 and 2.5 units: both to 2, half to even */
        {800, 800, 28, 784, 50176, 224, 224}, /* the 224 x 224 area of the published scripts */
        {4000, 3000, 28, 3136, 1003520, 1148,
         840},                               /* beta 3.458: 1156.7 -> 41, 867.6 -> 30 units */
        {20, 20, 28, 3136, 1003520, 56, 56}, /* 28 x 28 is below 3136: ceil(20 * 2.8 / 28) */
        {10, 1000, 28, 784, 1003520, 28, 1008},
        {256, 256, 32, 65536, 16777216, 256, 256},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double w, h;
        assert_true(rs_geom_smart_resize(cases[i].w, cases[i].h, cases[i].factor, cases[i].low,
                                         cases[i].high, &w, &h));
        if (w != cases[i].want_w || h != cases[i].want_h) fail_msg("case %zu: %g x %g", i, w, h);
    }
    double w, h;
    assert_false(rs_geom_smart_resize(0, 5, 28, 0, 1e6, &w, &h));
    assert_false(rs_geom_smart_resize(NAN, 5, 28, 0, 1e6, &w, &h));
    assert_false(rs_geom_smart_resize(201, 1, 28, 0, 1e6, &w, &h));
    assert_true(rs_geom_smart_resize(200, 1, 28, 0, 1e6, &w, &h));
    assert_false(rs_geom_smart_resize(5, 5, 0, 0, 1e6, &w, &h));
}

static void test_decode_by_hand(void **state)
{
    (void)state;
    const rs_canvas canvas = {1000, 500, 0, 0};
    double out[8];
    assert_int_equal(
        rs_geom_decode(named("florence"), &canvas, (double[]){0, 0, 999, 10}, 4, out, 8), 4);
    assert_true(out[0] == 0.5 && out[1] == 0.25 && out[2] == 999.5 && out[3] == 5.25);
    assert_int_equal(
        rs_geom_decode(named("paligemma"), &canvas, (double[]){1023, 0, 0, 1023}, 4, out, 8), 4);
    assert_true(out[0] == 0 && out[1] == 500 && out[2] == 1000 && out[3] == 0); /* stays inverted */
    assert_int_equal(rs_geom_decode(named("px-xywh"), NULL, (double[]){1, 2, 3, 4}, 4, out, 8), 4);
    assert_true(out[2] == 4 && out[3] == 6);
    assert_int_equal(
        rs_geom_decode(named("fraction-padded"), &canvas, (double[]){0.5, 0.5, 1, 0.75}, 4, out, 8),
        4);
    assert_true(out[0] == 500 && out[1] == 250 && out[2] == 1000 && out[3] == 500);
    /* counter-clockwise corners come out clockwise, the first one stays */
    assert_int_equal(
        rs_geom_decode(named("px-quad"), NULL, (double[]){0, 0, 0, 5, 5, 5, 5, 0}, 8, out, 8), 8);
    assert_true(out[0] == 0 && out[1] == 0 && out[2] == 5 && out[3] == 0);
}

static void test_impossible(void **state)
{
    (void)state;
    const rs_canvas canvas = {100, 100, 0, 0}, unknown = {0};
    double out[8], box[4] = {1, 2, 3, 4};
    bool degenerate;
    assert_int_equal(rs_geom_decode(named("percent"), &unknown, box, 4, out, 8), 0);
    assert_int_equal(rs_geom_decode(named("percent"), NULL, box, 4, out, 8), 0);
    assert_int_equal(rs_geom_decode(named("percent"), &canvas, box, 3, out, 8), 0);
    assert_int_equal(rs_geom_decode(named("percent"), &canvas, box, 4, out, 3), 0);
    assert_int_equal(rs_geom_decode(named("px-polygon"), NULL, box, 4, out, 8), 0);
    box[1] = NAN;
    assert_int_equal(rs_geom_decode(named("px"), NULL, box, 4, out, 8), 0);
    assert_int_equal(rs_geom_encode(named("px"), NULL, box, 4, out, 8, NULL), 0);
    box[1] = 2;
    assert_int_equal(rs_geom_encode(named("percent"), &unknown, box, 4, out, 8, &degenerate), 0);
    assert_int_equal(rs_geom_encode(named("percent"), &canvas, box, 2, out, 8, &degenerate), 0);
    assert_int_equal(rs_geom_encode(named("px-quad"), NULL, box, 4, out, 7, NULL), 0);
    assert_int_equal(rs_geom_encode(named("px"), NULL, box, 3, out, 8, NULL), 0);
}

static void test_degenerate(void **state)
{
    (void)state;
    const rs_canvas canvas = {1000, 1000, 0, 0};
    const double ship[4] = {500, 500, 504, 530}; /* 4 px wide: nothing on a grid of 10 px */
    double out[8];
    bool degenerate = false;
    assert_int_equal(rs_geom_encode(named("percent"), &canvas, ship, 4, out, 8, &degenerate), 4);
    assert_true(degenerate);
    assert_int_equal(rs_geom_encode(named("permille"), &canvas, ship, 4, out, 8, &degenerate), 4);
    assert_false(degenerate);
    assert_int_equal(rs_geom_encode(named("percent-quad"), &canvas, ship, 4, out, 8, &degenerate),
                     8);
    assert_true(degenerate);
    /* An inverted box is put in order. */
    expect_encoded("permille", &canvas, (double[]){504, 530, 500, 500}, 4, ship, 4);
}

/* Largest distance between corners, whichever comes first. */
static double corner_error(const double a[8], const double b[8])
{
    double best = INFINITY;
    for (int start = 0; start < 4; start++) {
        double worst = 0;
        for (int i = 0; i < 4; i++) {
            int j = (start + i) % 4;
            worst = fmax(worst, hypot(a[2 * i] - b[2 * j], a[2 * i + 1] - b[2 * j + 1]));
        }
        best = fmin(best, worst);
    }
    return best;
}

static double mean_corner_error(const double a[8], const double b[8])
{
    double best = INFINITY;
    for (int start = 0; start < 4; start++) {
        double sum = 0;
        for (int i = 0; i < 4; i++) {
            int j = (start + i) % 4;
            sum += hypot(a[2 * i] - b[2 * j], a[2 * i + 1] - b[2 * j + 1]);
        }
        best = fmin(best, sum / 4);
    }
    return best;
}

/* fast_6217 of GeoChat's referring benchmark: the truth polygons (600 x 600) and another project's
 * conversion of them to unrotated rectangles in percent with an angle. */
static void test_geochat_angle_on_benchmark(void **state)
{
    (void)state;
    const double truth[3][8] = {{584, 337, 619, 313, 601, 282, 565, 304},
                                {553, 287, 592, 262, 573, 229, 534, 254},
                                {517, 237, 555, 214, 534, 181, 498, 204}};
    const double boxes[3][5] = {{96, 48, 102, 55, 59}, {91, 39, 97, 47, 57}, {84, 31, 91, 38, 58}};
    const rs_canvas canvas = {600, 600, 0, 0};
    rs_convention counter = *named("percent-obb");
    counter.angle_sense = -1;
    for (int i = 0; i < 3; i++) {
        double polygon[8], quad[8];
        memcpy(polygon, truth[i], sizeof polygon);
        rs_geom_make_clockwise(polygon, 4);
        assert_int_equal(rs_geom_decode(named("percent-obb"), &canvas, boxes[i], 5, quad, 8), 8);
        assert_true(mean_corner_error(quad, polygon) <= 3);
        assert_int_equal(rs_geom_decode(&counter, &canvas, boxes[i], 5, quad, 8), 8);
        assert_true(mean_corner_error(quad, polygon) > 10);
        /* Our own encoding of the truth finds the same angles. */
        double numbers[5];
        assert_int_equal(
            rs_geom_encode(named("percent-obb"), &canvas, polygon, 8, numbers, 5, NULL), 5);
        assert_true(fabs(numbers[4] - boxes[i][4]) <= 1);
    }
}

static void test_angle_is_applied_in_pixels(void **state)
{
    (void)state;
    /* On a 1000 x 500 image, a square of 100 pixels turned by 45 degrees stays a square. */
    const rs_canvas canvas = {1000, 500, 0, 0};
    double quad[8];
    const double in[5] = {45, 40, 55, 60, 45};
    assert_int_equal(rs_geom_decode(named("percent-obb"), &canvas, in, 5, quad, 8), 8);
    for (int i = 0; i < 4; i++) {
        int j = (i + 1) % 4;
        NEAR(hypot(quad[2 * i] - quad[2 * j], quad[2 * i + 1] - quad[2 * j + 1]), 100, 1e-9);
    }
    rs_convention in_numbers = *named("percent-obb");
    in_numbers.rotate_in_pixels = false;
    assert_int_equal(rs_geom_decode(&in_numbers, &canvas, in, 5, quad, 8), 8);
    assert_true(fabs(hypot(quad[0] - quad[2], quad[1] - quad[3]) - 100) > 5);
}

static void test_model_spellings_of_quads(void **state)
{
    (void)state;
    const rs_canvas canvas = {1000, 1000, 1000, 1000};
    const double quad[8] = {100, 200, 300, 100, 350, 200, 150, 300}; /* clockwise */
    expect_encoded("rscovlm-quad", &canvas, quad, 8,
                   (double[]){300, 100, 100, 200, 150, 300, 350, 200}, 8);
    expect_encoded("lmmrotate", &canvas, quad, 8,
                   (double[]){300, 100, 100, 200, 150, 300, 350, 200}, 8);
    /* A tall upright box: the long side is w, so it stands at -90 degrees. */
    expect_encoded("rscovlm-obb", &canvas, (double[]){100, 100, 140, 200}, 4,
                   (double[]){120, 150, 100, 40, -90}, 5);
}

static bool carries_size(rs_shape s)
{
    return s == RS_SHAPE_HBB_XYWH || s == RS_SHAPE_HBB_CXCYWH;
}

/* One rectangle that stays inside the canvas, so that nothing is clamped. */
static void some_quad(rs_rng *rng, const rs_canvas *canvas, double quad[8])
{
    double reach = 0.2 * fmin(canvas->width, canvas->height);
    const rs_obb obb = {.cx = canvas->width * (0.3 + 0.4 * rs_rng_unit(rng)),
                        .cy = canvas->height * (0.3 + 0.4 * rs_rng_unit(rng)),
                        .w = reach * (0.2 + rs_rng_unit(rng)),
                        .h = reach * (0.2 + rs_rng_unit(rng)),
                        .angle_rad = PI * (2 * rs_rng_unit(rng) - 1)};
    rs_geom_obb_quad(&obb, quad);
}

static void check_round_trip(const rs_convention *c, const rs_canvas *canvas, const double quad[8])
{
    double box[4], numbers[8], back[8], quantum[2], box_quad[8], back_quad[8];
    rs_geom_box_of_points(quad, 4, box);
    size_t n = rs_geom_encode(c, canvas, quad, 8, numbers, 8, NULL);
    assert_true(n > 0);
    size_t m = rs_geom_decode(c, canvas, numbers, n, back, 8);
    assert_true(m > 0);
    rs_geom_quantum(c, canvas, quantum);
    double q = fmax(quantum[0], quantum[1]), slack = 1e-7;
    if (m == 8) {
        double diagonal = hypot(quad[0] - quad[4], quad[1] - quad[5]);
        /* Centre and half sizes move by at most a quantum each, in both axes. */
        double bound = 3 * hypot(q, q) + rs_geom_quantum_angle(c) * (diagonal / 2 + 2 * q);
        if (c->shape == RS_SHAPE_QUAD || c->shape == RS_SHAPE_POLYGON) bound = hypot(q, q);
        if (corner_error(back, quad) > bound + slack)
            fail_msg("%s: %g pixels, bound %g", c->name, corner_error(back, quad), bound);
        return;
    }
    if (m == 2) {
        assert_true(fabs(back[0] - (box[0] + box[2]) / 2) <= quantum[0] + slack);
        assert_true(fabs(back[1] - (box[1] + box[3]) / 2) <= quantum[1] + slack);
        return;
    }
    rs_geom_quad_of_box(box, box_quad);
    rs_geom_quad_of_box(back, back_quad);
    double allowed = carries_size(c->shape) ? 2 : 1;
    for (int i = 0; i < 8; i++)
        if (fabs(back_quad[i] - box_quad[i]) > allowed * quantum[i % 2] + slack)
            fail_msg("%s: corner %d moved from %g to %g", c->name, i, box_quad[i], back_quad[i]);
}

static void test_there_and_back(void **state)
{
    (void)state;
    rs_rng rng = rs_rng_of(20260827, (rs_id){3, 4});
    for (size_t k = 0; rs_geom_conventions[k]; k++)
        for (int i = 0; i < 500; i++) {
            rs_canvas canvas = {200 + (double)rs_rng_below(&rng, 4000),
                                200 + (double)rs_rng_below(&rng, 4000), 0, 0};
            assert_true(rs_geom_smart_resize(canvas.width, canvas.height, 28, 3136, 1003520,
                                             &canvas.resized_width, &canvas.resized_height));
            double quad[8];
            /* Uneven zoom turns rectangles into parallelograms, which an angle cannot say. */
            if (rs_geom_quantum_angle(rs_geom_conventions[k]) > 0) {
                canvas.resized_width = canvas.width / 2;
                canvas.resized_height = canvas.height / 2;
            }
            some_quad(&rng, &canvas, quad);
            check_round_trip(rs_geom_conventions[k], &canvas, quad);
        }
}

/* A released number must survive decode and encode as it is, or a pack would drift. */
static void test_numbers_survive(void **state)
{
    (void)state;
    /* Not the truncating ones: they may lose a step on the way back, by definition. */
    const char *const names[] = {"percent",   "permille", "florence",
                                 "paligemma", "falcon",   "fraction-padded"};
    rs_rng rng = rs_rng_of(7, (rs_id){5, 6});
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        const rs_convention *c = named(names[k]);
        for (int i = 0; i < 2000; i++) {
            double side = 64 + (double)rs_rng_below(&rng, 3000);
            const rs_canvas canvas = {side, side, 0, 0};
            double in[4], px[4], out[4];
            for (int j = 0; j < 4; j++)
                in[j] = c->scale == 1 ? (double)rs_rng_below(&rng, 101) / 100
                                      : (double)rs_rng_below(&rng, (uint64_t)c->scale);
            for (int j = 0; j < 2; j++)
                if (in[j] > in[j + 2]) {
                    double kept = in[j];
                    in[j] = in[j + 2], in[j + 2] = kept;
                }
            assert_int_equal(rs_geom_decode(c, &canvas, in, 4, px, 4), 4);
            assert_int_equal(rs_geom_encode(c, &canvas, px, 4, out, 4, NULL), 4);
            assert_memory_equal(in, out, sizeof in);
        }
    }
}

static void test_scaling_the_image_scales_its_boxes(void **state)
{
    (void)state;
    rs_rng rng = rs_rng_of(11, (rs_id){7, 8});
    for (size_t k = 0; rs_geom_conventions[k]; k++) {
        const rs_convention *c = rs_geom_conventions[k];
        if (c->scale == 0) continue;
        for (int i = 0; i < 200; i++) {
            const rs_canvas small = {128 + 2 * (double)rs_rng_below(&rng, 500),
                                     128 + 2 * (double)rs_rng_below(&rng, 500), 0, 0};
            const rs_canvas large = {small.width * 4, small.height * 4, 0, 0};
            double quad[8], big[8], a[8], b[8];
            some_quad(&rng, &small, quad);
            for (int j = 0; j < 8; j++) big[j] = quad[j] * 4;
            size_t n = rs_geom_encode(c, &small, quad, 8, a, 8, NULL);
            assert_int_equal(rs_geom_encode(c, &large, big, 8, b, 8, NULL), n);
            for (size_t j = 0; j < n; j++) NEAR(a[j], b[j], 1e-9);
        }
    }
}

/* A box as wide as rs_geom_wide_box says has an area in numbers, wherever in its picture. */
static void test_wide_boxes(void **state)
{
    (void)state;
    rs_rng rng = rs_rng_of(5, (rs_id){0});
    for (size_t k = 0; rs_geom_conventions[k]; k++) {
        const rs_convention *c = rs_geom_conventions[k];
        if (c->shape > RS_SHAPE_HBB_YXYX) continue;
        for (int i = 0; i < 5000; i++) {
            const double w = 1 + rint(4000 * rs_rng_unit(&rng)),
                         h = i % 2 ? 800.5 : 1 + 300 * rs_rng_unit(&rng);
            const rs_canvas canvas = {w, h, 28 * ceil(w / 40), 28 * ceil(h / 30)};
            double wide[2], out[4];
            bool flat = true;
            assert_true(rs_geom_wide_box(c, &canvas, wide));
            if (wide[0] > w || wide[1] > h) continue;
            /* half of them at the far border, where limits cut */
            const double x = (w - wide[0]) * (i % 4 < 2 ? 1 : rs_rng_unit(&rng)),
                         y = (h - wide[1]) * (i % 4 < 2 ? 1 : rs_rng_unit(&rng));
            const double box[4] = {x, y, fmin(x + wide[0], w), fmin(y + wide[1], h)};
            assert_int_equal(rs_geom_encode(c, &canvas, box, 4, out, 4, &flat), 4);
            if (flat) fail_msg("%s: %g x %g on %g x %g", c->name, wide[0], wide[1], w, h);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_wide_boxes),
        cmocka_unit_test(test_boxes_by_hand),
        cmocka_unit_test(test_rounding_is_half_to_even),
        cmocka_unit_test(test_clamping),
        cmocka_unit_test(test_qwen25_by_hand),
        cmocka_unit_test(test_smart_resize),
        cmocka_unit_test(test_llama_factory_resize),
        cmocka_unit_test(test_decode_by_hand),
        cmocka_unit_test(test_impossible),
        cmocka_unit_test(test_degenerate),
        cmocka_unit_test(test_geochat_angle_on_benchmark),
        cmocka_unit_test(test_angle_is_applied_in_pixels),
        cmocka_unit_test(test_model_spellings_of_quads),
        cmocka_unit_test(test_there_and_back),
        cmocka_unit_test(test_numbers_survive),
        cmocka_unit_test(test_scaling_the_image_scales_its_boxes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
