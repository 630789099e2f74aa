/* Reading back: what each model was given is what its text gives again, and the scanner of released
 * text (src/lang), which knows no rows, finds the same boxes. */
#include "make.h"

#include "base/rng.h"
#include "lang/boxtext.h"
#include "render/decode.h"

#include <math.h>

static const struct {
    const char *model;
    unsigned styles; /* of the scanner */
} known[] = {
    {"internvl", RS_BOXTEXT_BOX_LIST},
    {"llava-1.5", RS_BOXTEXT_BRACKET},
    {"qwen2.5-vl", RS_BOXTEXT_JSON},
    {"qwen3-vl", RS_BOXTEXT_JSON},
};
enum { n_known = sizeof known / sizeof *known };

static void decode(rig *r, rs_str text, rs_written_box **boxes, size_t *n)
{
    rs_render_boxes found = {0};
    const double size[2] = {r->widths[0], r->heights[0]};
    assert_int_equal(rs_render_decode(&r->options, text, size, &r->arena, &found, &r->err),
                     RSIFT_OK);
    *boxes = found.items;
    *n = found.n;
}

/* Boxes, corners and several labels: the bytes, numbers and labels of both readings agree. */
static void test_same_as_scanner(void **state)
{
    (void)state;
    rs_rng rng = rs_rng_of(5, (rs_id){2, 3});
    for (int round = 0; round < 800; round++) {
        rig r = rig_of(known[round % n_known].model, RS_TASK_DETECTION_OBB, 900, 700);
        r.options.obb_mode = round % 3 ? RS_OBB_AS_HBB : RS_OBB_AS_QUAD_TEXT;
        uint32_t n_regions = 1 + (uint32_t)rs_rng_below(&rng, 4);
        for (uint32_t i = 0; i < n_regions; i++) {
            static const char *const names[] = {"ship", "small \"plane\"", "pier"};
            double x = rs_rng_unit(&rng) * 600, y = rs_rng_unit(&rng) * 400;
            region(&r, "px-quad", names[rs_rng_below(&rng, 3)],
                   QUAD(x + 50, y, x + 100, y + 50, x + 50, y + 100, x, y + 50));
        }
        render(&r);
        assert_null(r.drop);
        rs_str text = r.out.messages[1].text;
        rs_written_box *boxes;
        size_t n;
        rs_boxtext scanned;
        decode(&r, text, &boxes, &n);
        assert_int_equal(
            rs_lang_boxtext_parse(&r.arena, text, known[round % n_known].styles, &scanned, NULL),
            RSIFT_OK);
        assert_int_equal(n, n_regions);
        assert_int_equal(scanned.n, n_regions);
        assert_int_equal(r.out.n_boxes, n_regions);
        for (size_t i = 0; i < n; i++) {
            const rs_written_box *meant = &r.out.boxes[i];
            assert_int_equal(boxes[i].begin, meant->begin);
            assert_int_equal(boxes[i].end, meant->end);
            assert_true(scanned.spans[i].begin <= meant->begin);
            assert_true(scanned.spans[i].end >= meant->end);
            assert_int_equal(boxes[i].n_pixels, scanned.spans[i].n_numbers);
            assert_int_equal(boxes[i].n_pixels, meant->n_pixels);
            for (uint32_t k = 0; k < meant->n_pixels; k++) /* half of LLaVA's step is 4.5 pixels */
                assert_true(fabs(boxes[i].pixels[k] - meant->pixels[k]) <= 4.5 + 1e-6);
            bool labelled = scanned.spans[i].phrase != RS_BOXTEXT_NO_PHRASE;
            assert_int_equal(labelled, round % n_known != 1);
            if (labelled) assert_true(rs_str_eq(boxes[i].label, meant->label));
            else assert_int_equal(boxes[i].label.len, 0);
        }
        rs_arena_fini(&r.arena);
    }
}

/* Numbers that are no box of this model are left alone. */
static void test_other_text(void **state)
{
    (void)state;
    static const struct {
        const char *model, *text;
        size_t n;
    } cases[] = {
        {"internvl", "see [1, 2, 3, 4]", 0},
        {"internvl", "<box>[[1, 2, 3, 4]", 0},
        {"internvl", "<box>[[1, 2, 3, 4], [5, 6, 7, 8]]</box><box>[[1, 2, 3]]</box>", 2},
        {"internvl", "<box>[[1, 2]]</box>", 0}, /* a point: the model has none */
        {"llava-1.5", "[vqa] in [2014] at [0.10, 0.20, 0.30, 0.40], [x1, y1, x2, y2]", 1},
        {"llava-1.5", "[0.10, 0.20], [0.10, 0.20, 0.30, 0.40]", 1},
        {"llava-1.5", "[0.10, 0.20, 0.30, 0.40", 0},
        {"qwen3-vl", "[\n\t{\"bbox_2d\": [1, 2, 3, 4], \"label\": \"a}\\\"]\"}\n]", 1},
        {"qwen3-vl", "{\"bbox_2d\": [1, 2, 3, 4]} {\"point_2d\": [5, 6]}", 2},
        {"qwen3-vl", "{\"bbox_2d\": [1, 2, 3, 4], \"label\": \"a", 0},
        {"qwen3-vl", "{\"bbox_2d\": [1, 2], \"label\": \"a\"}", 0},
        {"qwen3-vl", "", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rig r = rig_of(cases[i].model, RS_TASK_DETECTION_HBB, 1000, 1000);
        rs_written_box *boxes;
        size_t n;
        decode(&r, rs_str_of(cases[i].text), &boxes, &n);
        assert_int_equal(n, cases[i].n);
        rs_arena_fini(&r.arena);
    }
}

/* A text without boxes needs no size; one with boxes needs a picture that the model can resize. */
static void test_unknown_size(void **state)
{
    (void)state;
    rig r = rig_of("qwen2.5-vl", RS_TASK_DETECTION_HBB, 100000, 1); /* aspect ratio above 200 */
    rs_written_box *boxes;
    size_t n;
    decode(&r, RS_STR("no box"), &boxes, &n);
    assert_int_equal(n, 0);
    rs_render_boxes found = {0};
    const double size[2] = {100000, 1};
    assert_int_equal(rs_render_decode(&r.options, RS_STR("{\"bbox_2d\": [1, 2, 3, 4]}"), size,
                                      &r.arena, &found, &r.err),
                     RSIFT_E_ARG);
    rs_arena_fini(&r.arena);
}

static void test_degenerate(void **state)
{
    (void)state;
    rig r = rig_of("qwen3-vl", RS_TASK_DETECTION_HBB, 700, 700);
    rs_written_box *boxes;
    size_t n;
    decode(&r, RS_STR("[{\"bbox_2d\": [1, 2, 1, 4]}, {\"bbox_2d\": [1, 2, 3, 4]}]"), &boxes, &n);
    assert_int_equal(n, 2);
    assert_true(boxes[0].degenerate && !boxes[1].degenerate);
    rs_arena_fini(&r.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_as_scanner),
        cmocka_unit_test(test_other_text),
        cmocka_unit_test(test_unknown_size),
        cmocka_unit_test(test_degenerate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
