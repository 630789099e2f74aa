/* What box numbers are decided to mean: every meaning, ties, contradictions; any order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <string.h>
#include <cmocka.h>

#include "base/rng.h"
#include "geom/numbers.h"

static const rs_spelling_prior free_prior = {0}, tokens = {.usual = "permille"},
                               plain = {.padded = true}, grid = {.usual = "percent", .only = true};

/* n boxes spread over range_x x range_y, in steps of `step` (0 = not rounded), on pictures of
 * width x height (0 = not known). */
static rs_box_numbers spread(int n, double range_x, double range_y, double step, double width,
                             double height)
{
    rs_rng rng = rs_rng_of(7, (rs_id){0});
    rs_box_numbers out = {0};
    for (int i = 0; i < n; i++) {
        double box[4];
        for (int k = 0; k < 4; k++) {
            double unit = (double)rs_rng_below(&rng, 1 << 20) / (1 << 20);
            box[k] = unit * (k % 2 ? range_y : range_x);
            if (step > 0) box[k] = (double)(int64_t)(box[k] / step) * step;
        }
        for (int k = 0; k < 2; k++)
            if (box[k] > box[k + 2]) {
                double swap = box[k];
                box[k] = box[k + 2];
                box[k + 2] = swap;
            }
        rs_geom_numbers_add(&out, box, 4, width, height);
    }
    return out;
}

static void check(rs_box_numbers numbers, const rs_spelling_prior *prior, const char *expected)
{
    rs_numbers_decision d;
    rs_geom_numbers_decide(&numbers, prior, &d);
    const char *found =
        d.verdict == RS_VERDICT_DECIDED ? d.convention : rs_geom_verdict_name(d.verdict);
    if (strcmp(found, expected) != 0)
        fail_msg("expected %s, found %s: %s", expected, found, d.evidence);
    assert_true((d.convention != NULL) == (d.verdict == RS_VERDICT_DECIDED));
    for (size_t i = 0; i < d.n_options; i++)
        assert_non_null(rs_geom_convention(rs_str_of(d.options[i])));
    if (d.verdict != RS_VERDICT_DECIDED) assert_true(d.n_options > 0);
}

static void fractions(void **unused)
{
    (void)unused;
    check(spread(1, 1, 1, 0, 0, 0), &plain, "fraction");
    check(spread(1, 1, 1, 0, 0, 0), &tokens, "fraction");
    check(spread(1, 1, 1, 0, 0, 0), &grid, "fraction");
    check(spread(500, 1, 1, 0, 800, 600), &plain, "fraction");
    /* all boxes within the picture's band of a padded square */
    rs_box_numbers few = {0}, many = {0};
    const double box[4] = {0.1, 0.3, 0.9, 0.7};
    for (int i = 0; i < 300; i++) {
        if (i < 10) rs_geom_numbers_add(&few, box, 4, 800, 600);
        rs_geom_numbers_add(&many, box, 4, 800, 600);
        if (i == 39) check(many, &plain, "tie");
    }
    check(few, &plain, "fraction");
    check(many, &plain, "tie"); /* objects in the middle of their pictures */
    const double edge[4] = {0.1, 0.13, 0.9, 0.7};
    for (int i = 0; i < 10; i++) rs_geom_numbers_add(&many, edge, 4, 800, 600);
    check(many, &plain, "fraction-padded");
    check(many, &free_prior, "fraction");
    rs_numbers_decision d;
    rs_geom_numbers_decide(&many, &plain, &d);
    assert_non_null(
        strstr(d.evidence, "310 lie in the band of a padded square, 10 reach its edge"));
    /* one list of years among them is one list of years */
    rs_box_numbers stray = spread(27, 1, 1, 0, 300, 300);
    rs_geom_numbers_add(&stray, (const double[]){1990, 2002, 2011, 2019}, 4, 300, 300);
    check(stray, &free_prior, "fraction");
    rs_geom_numbers_add(&stray, (const double[]){1990, 2002, 2011, 2019}, 4, 300, 300);
    check(stray, &free_prior, "contradiction");
}

static void pixels(void **unused)
{
    (void)unused;
    check(spread(60, 512, 512, 1, 512, 512), &free_prior, "px");
    check(spread(60, 512, 512, 0, 512, 512), &tokens, "px");
    check(spread(60, 512, 512, 1, 512, 512), &tokens, "px");
    check(spread(60, 1920, 1080, 1, 1920, 1080), &tokens, "px"); /* above 1000, all inside */
    check(spread(60, 1920, 1080, 1, 0, 0), &free_prior, "px");
    check(spread(60, 1920, 1080, 1, 0, 0), &tokens, "contradiction"); /* no picture confirms */
    check(spread(60, 1920, 1080, 1, 640, 480), &tokens, "contradiction");
    check(spread(60, 1920, 1080, 1, 640, 480), &free_prior, "contradiction");
    rs_box_numbers stray = spread(60, 512, 512, 1, 512, 512);
    rs_geom_numbers_add(&stray, (const double[]){1990, 2002, 2011, 2019}, 4, 512, 512);
    check(stray, &free_prior, "px");
    check(spread(5, 500, 500, 1, 512, 512), &free_prior, "tie"); /* too few to compare */
    check(spread(60, 500, 500, 1, 0, 0), &free_prior, "tie");
    check(spread(60, 500, 500, 1, 0, 0), &tokens, "tie"); /* a grid of 1000 would be filled */
}

static void grids(void **unused)
{
    (void)unused;
    check(spread(60, 1000, 1000, 1, 512, 512), &free_prior, "permille");
    check(spread(3, 1000, 1000, 1, 256, 256), &tokens, "permille");   /* no pixels of these */
    check(spread(3, 1000, 1000, 1, 256, 256), &free_prior, "tie");    /* of another size perhaps */
    check(spread(60, 1000, 1000, 1, 2000, 2000), &free_prior, "tie"); /* or pixels of a quarter */
    check(spread(60, 1000, 1000, 1, 2000, 2000), &tokens, "permille");
    check(spread(60, 95, 95, 1, 128, 128), &free_prior, "tie"); /* objects in the middle */
    check(spread(60, 1000, 1000, 1, 0, 0), &tokens, "permille");
    check(spread(60, 1000, 1000, 1, 0, 0), &free_prior, "tie");
    check(spread(2, 900, 900, 1, 1920, 1080), &tokens, "tie");
    check(spread(60, 100, 100, 1, 512, 512), &free_prior, "tie");
    check(spread(600, 100, 100, 1, 512, 512), &free_prior, "percent"); /* many end with the unit */
    check(spread(5, 100, 100, 1, 512, 512), &free_prior, "tie");
    check(spread(1, 100, 100, 1, 0, 0), &grid, "percent");
    check(spread(50, 500, 500, 1, 512, 512), &grid, "contradiction");
    const rs_spelling_prior pairs = {.usual = "qwen-vl"};
    check(spread(60, 999, 999, 1, 512, 512), &pairs, "qwen-vl");
}

static void questions(void **unused)
{
    (void)unused;
    /* fractions and pixels in one spelling */
    rs_box_numbers mixed = spread(50, 1, 1, 0, 512, 512), px = spread(50, 512, 512, 1, 512, 512);
    rs_geom_numbers_merge(&mixed, &px);
    check(mixed, &free_prior, "contradiction");
    /* the whole picture, or nearly nothing */
    rs_box_numbers unit = {0};
    rs_geom_numbers_add(&unit, (const double[]){0, 0, 1, 1}, 4, 512, 512);
    check(unit, &tokens, "tie");
    check(unit, &grid, "tie");
    /* corner and size */
    rs_box_numbers xywh = {0};
    for (int i = 0; i < 40; i++)
        rs_geom_numbers_add(&xywh, (const double[]){300 + i, 200, 50, 40}, 4, 512, 512);
    check(xywh, &free_prior, "contradiction");
    const rs_spelling_prior corner = {.corner_size = true}, y_first = {.y_first = true};
    check(spread(10, 1920, 1920, 1, 1920, 1920), &corner, "tie");
    check(spread(60, 512, 512, 1, 512, 512), &corner, "px");
    check(spread(60, 1000, 1000, 1, 512, 512), &y_first, "tie");
}

/* Whatever the numbers and the spelling, what is offered has room; hostile sizes are no sizes. */
static void every_prior(void **unused)
{
    (void)unused;
    static const double boxes[][4] = {{1, 0, 0, 1},       {0, 0, 1, 1},    {0, 0, 0, 0},
                                      {9, 9, 1, 1},       {100, 0, 0, 99}, {1e300, 0, 0, 1e300},
                                      {0.5, 0.2, 0.1, 1}, {-4, -4, 2, 2},  {1000, 1, 1, 999}};
    static const double sides[] = {0, 16, 512, 1e200};
    for (unsigned bits = 0; bits < 64; bits++) {
        const rs_spelling_prior prior = {.usual = bits & 1 ? "permille" : NULL,
                                         .only = bits & 2,
                                         .padded = bits & 4,
                                         .corner_size = bits & 8,
                                         .defined = (bits & 17) == 17,
                                         .y_first = bits & 32};
        for (size_t b = 0; b < sizeof boxes / sizeof *boxes; b++) {
            rs_box_numbers numbers = {0};
            for (size_t k = 0; k < 30; k++)
                rs_geom_numbers_add(&numbers, boxes[b], 4, sides[b % 4], sides[k % 4]);
            rs_numbers_decision d;
            rs_geom_numbers_decide(&numbers, &prior, &d);
            assert_true(d.n_options <= RS_MOST_OPTIONS);
        }
    }
}

/* COCO's boxes are x, y, width, height unless all numbers say otherwise. */
static void defined_by_the_format(void **unused)
{
    (void)unused;
    const rs_spelling_prior coco = {.usual = "px-xywh", .defined = true};
    rs_box_numbers xywh = {0}, corners = {0};
    for (int i = 0; i < 40; i++) {
        rs_geom_numbers_add(&xywh, (const double[]){300 + i, 200, 50, 40}, 4, 512, 512);
        rs_geom_numbers_add(&corners, (const double[]){300 + i, 200, 400 + i, 350}, 4, 512, 512);
    }
    check(xywh, &coco, "px-xywh");
    check(corners, &coco, "contradiction");
    check(spread(40, 1, 1, 0, 512, 512), &coco, "contradiction");
    /* three corners of three, and a few of many: as x, y, width, height they leave */
    rs_box_numbers three = {0}, mostly = {0};
    for (int i = 0; i < 3; i++)
        rs_geom_numbers_add(&three, (const double[]){120 + 5 * i, 40, 160, 80}, 4, 200, 100);
    check(three, &coco, "contradiction");
    for (int i = 0; i < 40; i++) {
        const double at = i < 30 ? 20 : 300;
        rs_geom_numbers_add(&mostly, (const double[]){at, 20, at + 90, 120}, 4, 512, 512);
    }
    check(mostly, &coco, "contradiction");
    /* one box beyond the border is one box beyond the border */
    rs_geom_numbers_add(&xywh, (const double[]){480, 200, 50, 40}, 4, 512, 512);
    check(xywh, &coco, "px-xywh");
}

static void order_does_not_matter(void **unused)
{
    (void)unused;
    rs_box_numbers whole = {0}, parts[3] = {{0}}, sum = {0};
    for (int i = 0; i < 999; i++) {
        const double box[4] = {i % 37, i % 91, 40 + i % 500, 100 + i % 333};
        rs_geom_numbers_add(&whole, box, 4, 300 + i % 700, 200 + i % 500);
        rs_geom_numbers_add(&parts[i % 3], box, 4, 300 + i % 700, 200 + i % 500);
    }
    for (int i = 2; i >= 0; i--) rs_geom_numbers_merge(&sum, &parts[i]);
    assert_memory_equal(&sum, &whole, sizeof sum);
    /* angles are no coordinates, bad numbers are none at all */
    rs_box_numbers none = {0};
    rs_geom_numbers_add(&none, (const double[]){1, 2, 3}, 3, 9, 9);
    rs_geom_numbers_add(&none, (const double[]){1, 2, 3, (double)INFINITY}, 4, 9, 9);
    assert_int_equal(none.n, 0);
    rs_geom_numbers_add(&none, (const double[]){1, 2, 3, 4, 999}, 5, 9, 9);
    assert_true(none.n == 1 && none.max == 4);
}

static void siblings(void **unused)
{
    (void)unused;
    static const struct {
        const char *name;
        size_t n;
        const char *expected;
    } cases[] = {{"px", 4, "px"},
                 {"px", 8, "px-quad"},
                 {"px", 2, "px-point"},
                 {"px", 5, "px-obb"},
                 {"px", 12, "px-polygon"},
                 {"permille", 5, NULL},
                 {"falcon", 8, "falcon-quad"},
                 {"percent", 5, "percent-obb"},
                 {"px", 3, NULL},
                 {"no-such", 4, NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const rs_convention *c = rs_geom_convention_like(rs_str_of(cases[i].name), cases[i].n);
        if (!cases[i].expected) assert_null(c);
        else assert_string_equal(c->name, cases[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fractions),
        cmocka_unit_test(pixels),
        cmocka_unit_test(grids),
        cmocka_unit_test(questions),
        cmocka_unit_test(every_prior),
        cmocka_unit_test(siblings),
        cmocka_unit_test(defined_by_the_format),
        cmocka_unit_test(order_does_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
