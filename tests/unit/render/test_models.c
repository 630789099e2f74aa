/* Models are rows: what is known of the four, and made-up models that exist only as a row here are
 * rendered, read back and listed. Numbers by hand. */
#include "make.h"

#include "render/decode.h"
#include "render/measure.h"

#include <math.h>

/* ---- the table ------------------------------------------------------------------------------- */

static void test_rows_are_complete(void **state)
{
    (void)state;
    for (size_t i = 0; rs_render_models[i]; i++) {
        const rs_render_model *m = rs_render_models[i];
        if (i) assert_true(strcmp(rs_render_models[i - 1]->name, m->name) < 0);
        assert_ptr_equal(rs_render_model_find(rs_str_of(m->name)), m);
        assert_non_null(m->summary);
        assert_non_null(m->source);
        assert_non_null(m->hbb_format);
        assert_non_null(m->quad_format);
        assert_non_null(m->point_format);
        assert_non_null(m->spelling);
        assert_true(m->spelling->decimals >= 0 && m->spelling->decimals < 16);
        assert_true(m->spelling->min_digits >= 0 && m->spelling->min_digits < 16);
        static const size_t counts[] = {4, 8, 2};
        for (size_t k = 0; k < 3; k++) {
            rs_convention c;
            bool known = rs_render_convention(m, counts[k], &c);
            assert_int_equal(known, counts[k] != 2 || m->point != NULL);
            if (!known) continue;
            /* what the convention rounds to is what the text shows */
            assert_int_equal(c.rounding == RS_ROUND_NONE ? c.decimals : 0, m->spelling->decimals);
            assert_int_equal(c.frame == RS_FRAME_RESIZED, m->resize_factor > 0);
            assert_int_equal(c.frame == RS_FRAME_RESIZED, m->needs_pixels);
        }
    }
    size_t n = 0;
    while (rs_render_models[n]) n++;
    assert_true(n <= RS_RENDER_MODELS_MAX);
    assert_null(rs_render_model_find(RS_STR("qwen")));
    assert_null(rs_render_model_find(RS_STR("")));
}

static void test_names(void **state)
{
    (void)state;
    rs_buf b = {0};
    rs_render_put_model_names(&b, rs_render_models);
    assert_text(rs_buf_view(&b), "internvl, llava-1.5, qwen2.5-vl, qwen3-vl");
    rs_buf_fini(&b);
}

/* ---- made-up models -------------------------------------------------------------------------- */

/* Location tokens, y first, the label behind them: no brackets, no commas, no JSON. */
static const rs_render_spelling token_spelling = {
    .number = {"<at", ">"},
    .min_digits = 4,
    .y_first = true,
    .label_in_box = true,
    .label = {.open = " "},
    .phrase = {"{", "}"},
    .phrase_gap = ": ",
    .answer = {"boxes: ", " ; ", "."},
    .several = {"(", " ; ", ")"},
    .one = {"(", NULL, ")"},
};
static const char *const token_reserved[] = {"[END]", "<at0", "<at1", NULL};
static rs_render_model tokens = {
    /* conventions: main */
    .name = "tokens-1",
    .summary = "made up",
    .source = "this test",
    .hbb_format = "Write boxes as tokens.",
    .quad_format = "Write corners as tokens.",
    .point_format = "Write points as tokens.",
    .spelling = &token_spelling,
    .reserved = token_reserved,
};

/* XML-like keys, one decimal, one run per label with its words in quotes. */
static const rs_render_spelling key_spelling = {
    .decimals = 1,
    .numbers = {"", " ", ""},
    .box = {"<area c=\"", "\"/>"},
    .quad = {"<corners c=\"", "\"/>"},
    .point = {"<spot c=\"", "\"/>"},
    .phrase = {"'", "'"},
    .phrase_gap = " ",
    .names_boxes = true,
    .between_runs = " | ",
};
static rs_render_model keys = {
    .name = "keys-2",
    .summary = "made up",
    .source = "this test",
    .hbb_format = "Write boxes as areas.",
    .quad_format = "Write corners as corners.",
    .point_format = "Write points as spots.",
    .spelling = &key_spelling,
};

static rig made_up(const rs_render_model *model, rs_task task)
{
    rig r = rig_of("internvl", task, 1023, 1023);
    r.options.model = model;
    return r;
}

static void expect_decoded(rig *r, uint32_t message, size_t n, const double *pixels,
                           const char *label)
{
    rs_render_boxes found = {0};
    const double size[2] = {r->widths[0], r->heights[0]};
    assert_int_equal(rs_render_decode(&r->options, r->out.messages[message].text, size, &r->arena,
                                      &found, &r->err),
                     RSIFT_OK);
    const rs_written_box *boxes = found.items;
    const size_t n_boxes = found.n;
    assert_true(n_boxes > 0);
    assert_int_equal(n_boxes, r->out.n_boxes);
    assert_int_equal(boxes[0].n_pixels, n);
    for (size_t k = 0; k < n; k++) assert_true(fabs(boxes[0].pixels[k] - pixels[k]) < 1e-6);
    assert_text(boxes[0].label, label);
    for (size_t i = 0; i < n_boxes; i++) {
        assert_int_equal(boxes[i].begin, r->out.boxes[i].begin);
        assert_int_equal(boxes[i].end, r->out.boxes[i].end);
    }
    rs_arena_fini(&r->arena);
}

static void test_tokens_answer(void **state)
{
    (void)state;
    rig r = made_up(&tokens, RS_TASK_DETECTION_HBB);
    region(&r, "px", "ship", BOX(10, 20, 300, 40));
    region(&r, "px", "plane", BOX(7, 700, 90, 1023));
    region(&r, "px", "ship", BOX(500, 600, 700, 800));
    render(&r);
    assert_message(&r, 1,
                   "boxes: <at0700><at0007><at1023><at0090> plane ; "
                   "<at0020><at0010><at0040><at0300> ship ; "
                   "<at0600><at0500><at0800><at0700> ship.");
    assert_true(rs_str_find(r.out.messages[0].text, RS_STR("Write boxes as tokens.")) != RS_NPOS);
    expect_decoded(&r, 1, 4, (const double[4]){7, 700, 90, 1023}, "plane");
}

static void test_tokens_sentence(void **state)
{
    (void)state;
    rig r = made_up(&tokens, RS_TASK_GROUNDED_CAPTION);
    turn(&r, RS_TURN_USER, "<image>\nWhere is <p>a ship</p>?");
    turn(&r, RS_TURN_ASSISTANT, "Here: <p>a ship</p> {<1><2><3><4>} near a pier.");
    text_region(&r, 1, "{<1><2><3><4>}", "<p>a ship</p>", 0, "px", "", BOX(1, 2, 3, 4));
    render(&r);
    assert_message(&r, 0, "<image>\nWhere is {a ship}?");
    assert_message(&r, 1, "Here: {a ship}: (<at0002><at0001><at0004><at0003> a ship) near a pier.");
    expect_decoded(&r, 1, 4, (const double[4]){1, 2, 3, 4}, "a ship");
}

/* Corners and points follow the row's y_first, not the convention, which has no such order. */
static void test_tokens_corners_and_points(void **state)
{
    (void)state;
    rig r = made_up(&tokens, RS_TASK_DETECTION_OBB);
    r.widths[0] = r.heights[0] = 1000;
    r.options.obb_mode = RS_OBB_AS_QUAD_TEXT;
    const double corners[8] = {500, 100, 900, 510, 490, 900, 100, 500};
    region(&r, "px-quad", "ship", 8, corners);
    render(&r);
    assert_message(&r, 1,
                   "boxes: <at0100><at0500><at0510><at0900><at0900><at0490><at0500><at0100> "
                   "ship.");
    assert_true(rs_str_find(r.out.messages[0].text, RS_STR("Write corners as tokens.")) != RS_NPOS);
    rs_arena_fini(&r.arena);

    r = made_up(&tokens, RS_TASK_GROUNDING_POINT);
    r.widths[0] = r.heights[0] = 1000;
    turn(&r, RS_TURN_PHRASE, "a car");
    region(&r, "px-point", "", 2, (const double[2]){112, 280});
    render(&r);
    assert_message(&r, 1, "boxes: <at0280><at0112> a car.");
    assert_true(rs_str_find(r.out.messages[0].text, RS_STR("Write points as tokens.")) != RS_NPOS);
    expect_decoded(&r, 1, 2, (const double[2]){112, 280}, "a car");
}

/* Its own tokens are refused, with and without '<' in front; other models do not know them. */
static void test_tokens_reserved(void **state)
{
    (void)state;
    static const struct {
        const rs_render_model *model;
        const char *answer, *drop;
    } cases[] = {
        {&tokens, "a <at0001> b", "special-token"},
        {&tokens, "a [END] b", "special-token"},
        {&tokens, "a <atlas> b", NULL},
        {&keys, "a <at0001> b", NULL},
        {&keys, "a [END] b", NULL},
        {&keys, "a </ref> b", "special-token"},
    };
    /* The order that the search relies on. */
    for (size_t m = 0; rs_render_models[m]; m++) {
        const char *const *words = rs_render_models[m]->reserved;
        for (size_t i = 1; words && words[0] && words[i]; i++)
            assert_true(words[i][0] == '<' || words[i - 1][0] != '<');
    }
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rig r = made_up(cases[i].model, RS_TASK_CONVERSATION);
        turn(&r, RS_TURN_USER, "What is it?");
        turn(&r, RS_TURN_ASSISTANT, cases[i].answer);
        render(&r);
        if (cases[i].drop) assert_string_equal(r.drop, cases[i].drop);
        else assert_message(&r, 1, cases[i].answer);
        rs_arena_fini(&r.arena);
    }
}

static void test_keys_answer(void **state)
{
    (void)state;
    rig r = made_up(&keys, RS_TASK_DETECTION_HBB);
    r.widths[0] = r.heights[0] = 200;
    region(&r, "px", "ship", BOX(2, 4, 30, 40));
    region(&r, "px", "plane", BOX(100, 120, 140, 160));
    region(&r, "px", "plane", BOX(20, 40, 60, 80));
    render(&r);
    assert_message(&r, 1,
                   "'plane' <area c=\"10.0 20.0 30.0 40.0\"/><area c=\"50.0 60.0 70.0 80.0\"/>"
                   " | 'ship' <area c=\"1.0 2.0 15.0 20.0\"/>");
    expect_decoded(&r, 1, 4, (const double[4]){20, 40, 60, 80}, "plane");
}

static void test_keys_question_and_corners(void **state)
{
    (void)state;
    rig r = made_up(&keys, RS_TASK_REGION_CAPTION);
    r.widths[0] = r.heights[0] = 200;
    region(&r, "px", "crane", BOX(20, 40, 60, 80))->flags = RS_REGION_MARK;
    turn(&r, RS_TURN_REFERENCE, "a long pier");
    render(&r);
    assert_message(&r, 1, "a long pier");
    assert_true(rs_str_find(r.out.messages[0].text, RS_STR("<area c=\"10.0 20.0 30.0 40.0\"/>")) !=
                RS_NPOS);
    assert_true(rs_str_find(r.out.messages[0].text, RS_STR("crane")) == RS_NPOS);
    expect_decoded(&r, 0, 4, (const double[4]){20, 40, 60, 80}, "");

    r = made_up(&keys, RS_TASK_DETECTION_OBB);
    r.widths[0] = r.heights[0] = 200;
    r.options.obb_mode = RS_OBB_AS_QUAD_TEXT;
    const double corners[8] = {100, 20, 180, 102, 98, 180, 20, 100};
    region(&r, "px-quad", "ship", 8, corners);
    render(&r);
    assert_message(&r, 1, "'ship' <corners c=\"50.0 10.0 90.0 51.0 49.0 90.0 10.0 50.0\"/>");
    expect_decoded(&r, 1, 8, corners, "ship");
}

static void test_made_up_models_are_listed(void **state)
{
    (void)state;
    const rs_render_model *const table[] = {&keys, &tokens, NULL};
    rs_buf b = {0};
    rs_render_put_model_names(&b, table);
    assert_text(rs_buf_view(&b), "keys-2, tokens-1");
    rs_buf_fini(&b);
}

int main(void)
{
    tokens.hbb = rs_geom_convention(RS_STR("paligemma")); /* y0 x0 y1 x1 of 1023 */
    tokens.quad = &rs_geom_permille_quad;
    tokens.point = &rs_geom_permille_point;
    keys.hbb = rs_geom_convention(RS_STR("percent"));
    keys.point = rs_geom_convention(RS_STR("percent-point"));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_are_complete),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_tokens_answer),
        cmocka_unit_test(test_tokens_sentence),
        cmocka_unit_test(test_tokens_corners_and_points),
        cmocka_unit_test(test_tokens_reserved),
        cmocka_unit_test(test_keys_answer),
        cmocka_unit_test(test_keys_question_and_corners),
        cmocka_unit_test(test_made_up_models_are_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
