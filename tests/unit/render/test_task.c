/* Tasks whose question is missing: each one for each model, numbers by hand. */
#include "make.h"

#include "render/decode.h"
#include "render/prompt.h"

static const char *const models[] = {"internvl", "llava-1.5", "qwen2.5-vl", "qwen3-vl"};
enum { n_models = 4 };

static void expect(rig *r, const char *prompt_set, const char *answer)
{
    render(r);
    assert_message(r, 1, answer);
    assert_int_equal(r->out.n_messages, 2);
    assert_true(rs_str_starts(r->out.template_id, rs_str_of(prompt_set)));
    assert_true(rs_str_starts(r->out.messages[0].text, RS_STR("<image>\n")));
    assert_true(rs_str_find(r->out.messages[0].text, RS_STR("{")) == RS_NPOS);
    rs_arena_fini(&r->arena);
}

static void test_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < n_models; i++) {
        rig r = rig_of(models[i], RS_TASK_CAPTION, 0, 0);
        turn(&r, RS_TURN_REFERENCE, " A port. ");
        turn(&r, RS_TURN_REFERENCE, "A port.");
        expect(&r, "caption#", "A port.");
        r = rig_of(models[i], RS_TASK_CLASSIFICATION, 0, 0);
        r.labels[r.sample.n_labels++] = RS_STR("DenseResidential");
        expect(&r, "classification-open#", "dense residential");
        r = rig_of(models[i], RS_TASK_MULTILABEL, 0, 0);
        r.labels[r.sample.n_labels++] = RS_STR("bare_soil");
        r.labels[r.sample.n_labels++] = RS_STR("UAV");
        expect(&r, "multilabel-open#", "bare soil, UAV");
        r = rig_of(models[i], RS_TASK_GEOLOCATION, 0, 0);
        turn(&r, RS_TURN_ASSISTANT, "Bremen");
        expect(&r, "geolocation#", "Bremen");
        r = rig_of(models[i], RS_TASK_REGRESSION, 0, 0);
        turn(&r, RS_TURN_PHRASE, "tree height in metres");
        turn(&r, RS_TURN_ASSISTANT, "12.5");
        expect(&r, "regression#", "12.5");
    }
}

static void test_class_list(void **state)
{
    (void)state;
    const rs_str classes[] = {RS_STR("Airport"), RS_STR("Ground-Track-Field")};
    rig r = rig_of("llava-1.5", RS_TASK_CLASSIFICATION, 0, 0);
    r.options.classes = classes;
    r.options.n_classes = 2;
    r.labels[r.sample.n_labels++] = RS_STR("Airport");
    render(&r);
    assert_message(&r, 1, "airport");
    assert_true(rs_str_find(r.out.messages[0].text, RS_STR("airport, ground track field")) !=
                RS_NPOS);
    assert_true(rs_str_starts(r.out.template_id, RS_STR("classification#")));
    rs_arena_fini(&r.arena);
}

static void test_class_words(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"storage_tank", "storage tank"},
        {"Ground-Track-Field", "ground track field"},
        {"BaseballField", "baseball field"},
        {"UAV", "UAV"},
        {"  __ship-- ", "ship"},
        {"A220", "a220"},
        {"SEAPort", "SEA port"},
        {"", ""},
    };
    rs_arena arena = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_text(rs_render_class_words(&arena, rs_str_of(cases[i][0])), cases[i][1]);
    rs_arena_fini(&arena);
}

/* 1120 x 560 needs no resize by factor 28: 1120 = 40 * 28, 560 = 20 * 28, 627,200 pixels. */
static void test_grounding(void **state)
{
    (void)state;
    static const char *const answers[n_models] = {
        "<ref>the pier</ref><box>[[100, 200, 200, 400]]</box>",
        "[0.10, 0.35, 0.20, 0.45]", /* 280 above: (112 + 280) / 1120, (224 + 280) / 1120 */
        "[\n\t{\"bbox_2d\": [112, 112, 224, 224], \"label\": \"the pier\"}\n]",
        "[\n\t{\"bbox_2d\": [100, 200, 200, 400], \"label\": \"the pier\"}\n]",
    };
    for (size_t i = 0; i < n_models; i++) {
        rig r = rig_of(models[i], RS_TASK_GROUNDING_HBB, 1120, 560);
        turn(&r, RS_TURN_PHRASE, "the pier");
        region(&r, "px", "", BOX(224, 112, 112, 224)); /* inverted: put in order */
        render(&r);
        assert_message(&r, 1, answers[i]);
        rs_arena_fini(&r.arena);
    }
}

static void test_region_questions(void **state)
{
    (void)state;
    static const char *const marks[n_models] = {
        "<box>[[100, 200, 200, 400]]</box>", "[0.10, 0.35, 0.20, 0.45]",
        "{\"bbox_2d\": [112, 112, 224, 224]}", "{\"bbox_2d\": [100, 200, 200, 400]}"};
    for (size_t i = 0; i < 2 * n_models; i++) {
        bool named = i >= n_models;
        rig r = rig_of(models[i % n_models],
                       named ? RS_TASK_REGION_CLASSIFICATION : RS_TASK_REGION_CAPTION, 1120, 560);
        region(&r, "px", "HarborCrane", BOX(112, 112, 224, 224))->flags = RS_REGION_MARK;
        if (!named) turn(&r, RS_TURN_REFERENCE, "a long pier");
        render(&r);
        assert_message(&r, 1, named ? "harbor crane" : "a long pier");
        assert_true(rs_str_find(r.out.messages[0].text, rs_str_of(marks[i % n_models])) != RS_NPOS);
        assert_int_equal(r.out.n_boxes, 1);
        rs_str at = rs_str_sub(r.out.messages[0].text, r.out.boxes[0].begin, r.out.boxes[0].end);
        assert_true(at.len > 2 && at.ptr[0] == '[' && at.ptr[at.len - 1] == ']');
        rs_arena_fini(&r.arena);
    }
}

static void test_detection_order(void **state)
{
    (void)state;
    rig r = rig_of("qwen3-vl", RS_TASK_DETECTION_HBB, 1000, 1000);
    region(&r, "px", "ship", BOX(500, 20, 600, 120));
    region(&r, "px", "plane", BOX(7, 700, 90, 800));
    region(&r, "px-xywh", "ship", BOX(10, 20, 100, 100));
    expect(&r, "detection-hbb-open#",
           "[\n\t{\"bbox_2d\": [7, 700, 90, 800], \"label\": \"plane\"},\n"
           "\t{\"bbox_2d\": [10, 20, 110, 120], \"label\": \"ship\"},\n\t{\"bbox_2d\": [500, 20, "
           "600, 120], \"label\": \"ship\"}\n]");
    r = rig_of("qwen3-vl", RS_TASK_DETECTION_HBB, 1000, 1000);
    region(&r, "px", "plane", BOX(7, 700, 90, 800));
    region(&r, "px", "ship", BOX(1, 2, 600, 700))->flags = RS_REGION_CROWD; /* a group of them */
    expect(&r, "detection-hbb-open#",
           "[\n\t{\"bbox_2d\": [7, 700, 90, 800], \"label\": \"plane\"}\n]");
    r = rig_of("internvl", RS_TASK_DETECTION_HBB, 1000, 1000);
    expect(&r, "detection-hbb-open#", "There are none.");
}

/* Half to even: 0.5 and 1.5 and 2.5 per mille are 0, 2 and 2. */
static void test_rounding_and_clamping(void **state)
{
    (void)state;
    rig r = rig_of("internvl", RS_TASK_GROUNDING_HBB, 2000, 2000);
    turn(&r, RS_TURN_PHRASE, "x");
    region(&r, "px", "", BOX(1, 3, 5, 7));
    render(&r);
    assert_message(&r, 1, "<ref>x</ref><box>[[0, 2, 2, 4]]</box>");
    for (int k = 0; k < 4; k++) r.coords[0][k] = (const double[4]){-50, -1, 2500, 100}[k];
    render(&r);
    assert_message(&r, 1, "<ref>x</ref><box>[[0, 0, 1000, 50]]</box>");
    assert_true(r.out.boxes[0].pixels[0] == 0 && r.out.boxes[0].pixels[2] == 2000);
    rs_arena_fini(&r.arena);
}

static void test_oriented(void **state)
{
    (void)state;
    static const char *const as_quad[n_models] = {
        "<ref>ship</ref><box>[[500, 100, 900, 500, 500, 900, 100, 500]]</box>",
        "ship [0.50, 0.10, 0.90, 0.50, 0.50, 0.90, 0.10, 0.50]",
        "[\n\t{\"quadrant bbox\": [280, 56, 504, 280, 280, 504, 56, 280], \"label\": \"ship\"}\n]",
        "[\n\t{\"quadrant bbox\": [500, 100, 900, 500, 500, 900, 100, 500], \"label\": "
        "\"ship\"}\n]",
    };
    for (size_t i = 0; i < n_models; i++) {
        rig r = rig_of(models[i], RS_TASK_DETECTION_OBB, 560, 560);
        region(&r, "px-quad", "ship", QUAD(280, 56, 504, 280, 280, 504, 56, 280));
        r.options.obb_mode = RS_OBB_AS_QUAD_TEXT;
        render(&r);
        assert_message(&r, 1, as_quad[i]);
        assert_true(rs_str_starts(r.out.template_id, RS_STR("detection-obb-open#")));
        rs_render_boxes found = {0};
        assert_int_equal(rs_render_decode(&r.options, r.out.messages[1].text,
                                          (const double[2]){560, 560}, &r.arena, &found, NULL),
                         RSIFT_OK);
        const rs_written_box *boxes = found.items;
        assert_int_equal(found.n, 1);
        assert_int_equal(boxes[0].n_pixels, 8);
        assert_true(boxes[0].pixels[0] > 277 && boxes[0].pixels[0] < 283);
        r.options.obb_mode = RS_OBB_AS_HBB;
        render(&r);
        assert_true(rs_str_starts(r.out.template_id, RS_STR("detection-hbb-open#")));
        assert_int_equal(r.out.boxes[0].n_pixels, 4);
        rs_arena_fini(&r.arena);
    }
}

/* A task that names its form is asked for it, whatever the release's boxes are. */
static void test_form_of_the_task(void **state)
{
    (void)state;
    rig r = rig_of("qwen3-vl", RS_TASK_GROUNDING_OBB, 1000, 1000);
    turn(&r, RS_TURN_PHRASE, "a ship");
    region(&r, "px", "", BOX(100, 200, 300, 500)); /* upright: its corners are written */
    r.options.obb_mode = RS_OBB_AS_QUAD_TEXT;
    render(&r);
    assert_message(&r, 1,
                   "[\n\t{\"quadrant bbox\": [100, 200, 300, 200, 300, 500, 100, 500], "
                   "\"label\": \"a ship\"}\n]");
    assert_true(rs_str_find(r.out.messages[0].text, RS_STR("quadrant bbox")) != RS_NPOS);
    rs_arena_fini(&r.arena);

    r = rig_of("qwen3-vl", RS_TASK_GROUNDING_HBB, 1000, 1000);
    turn(&r, RS_TURN_PHRASE, "a ship");
    region(&r, "px-quad", "", QUAD(280, 56, 504, 280, 280, 504, 56, 280));
    r.options.obb_mode = RS_OBB_AS_QUAD_TEXT;
    render(&r);
    assert_message(&r, 1, "[\n\t{\"bbox_2d\": [56, 56, 504, 504], \"label\": \"a ship\"}\n]");
    assert_true(rs_str_find(r.out.messages[0].text, RS_STR("quadrant")) == RS_NPOS);
    rs_arena_fini(&r.arena);
}

static void test_points(void **state)
{
    (void)state;
    for (size_t i = 0; i < n_models; i++) {
        rig r = rig_of(models[i], RS_TASK_GROUNDING_POINT, 1120, 560);
        turn(&r, RS_TURN_PHRASE, "a car");
        region(&r, "px-point", "", 2, (const double[2]){112, 280});
        render(&r);
        if (i < 2) assert_string_equal(r.drop, "task-not-text"); /* no form for points */
        else
            assert_message(&r, 1,
                           i == 2 ? "[\n\t{\"point_2d\": [112, 280], \"label\": \"a car\"}\n]"
                                  : "[\n\t{\"point_2d\": [100, 500], \"label\": \"a car\"}\n]");
        rs_arena_fini(&r.arena);
    }
}

static void test_pairs(void **state)
{
    (void)state;
    rig r = rig_of("llava-1.5", RS_TASK_CHANGE_CAPTION, 0, 0);
    r.assets[0].role = RS_ASSET_BEFORE;
    r.assets[1].role = RS_ASSET_AFTER;
    r.assets[2].role = RS_ASSET_MASK; /* no picture of the record's */
    r.sample.n_assets = 3;
    turn(&r, RS_TURN_REFERENCE, "a road was built");
    render(&r);
    assert_message(&r, 1, "a road was built");
    assert_true(rs_str_starts(r.out.messages[0].text, RS_STR("Before: <image>\nAfter: <image>\n")));
    assert_int_equal(r.out.n_images, 2);
    rs_arena_fini(&r.arena);
}

/* Several expressions of one record: a round each, pictures in the first only. */
static void test_rounds(void **state)
{
    (void)state;
    rig r = rig_of("qwen3-vl", RS_TASK_GROUNDING_HBB, 1000, 1000);
    turn(&r, RS_TURN_PHRASE, "left");
    turn(&r, RS_TURN_PHRASE, "right");
    region(&r, "px", "", BOX(1, 2, 3, 4))->turn = 0;
    region(&r, "px", "", BOX(5, 6, 7, 8))->turn = 1;
    render(&r);
    assert_int_equal(r.out.n_messages, 4);
    assert_message(&r, 1, "[\n\t{\"bbox_2d\": [1, 2, 3, 4], \"label\": \"left\"}\n]");
    assert_message(&r, 3, "[\n\t{\"bbox_2d\": [5, 6, 7, 8], \"label\": \"right\"}\n]");
    assert_true(rs_str_find(r.out.messages[2].text, RS_STR("<image>")) == RS_NPOS);
    assert_int_equal(r.out.boxes[1].message, 3);
    rs_arena_fini(&r.arena);
}

/* Repeats show the references one after another; the same (seed, id, repeat) always the same. */
static void test_captions_differ(void **state)
{
    (void)state;
    rig r = rig_of("llava-1.5", RS_TASK_CAPTION, 0, 0);
    turn(&r, RS_TURN_REFERENCE, "one");
    turn(&r, RS_TURN_REFERENCE, "two");
    turn(&r, RS_TURN_REFERENCE, "three");
    rs_str seen[3];
    for (r.repeat = 0; r.repeat < 3; r.repeat++) {
        render(&r);
        seen[r.repeat] = r.out.messages[1].text;
        for (uint32_t k = 0; k < r.repeat; k++) assert_false(rs_str_eq(seen[k], seen[r.repeat]));
        render(&r);
        assert_true(rs_str_eq(seen[r.repeat], r.out.messages[1].text));
    }
    r.repeat = 0;
    r.options.for_eval = true;
    render(&r);
    assert_null(r.drop);
    assert_text(r.out.truth, "[\"one\",\"two\",\"three\"]");
    rs_arena_fini(&r.arena);
}

/* Whatever the draw: captions that are one but for spelling or a word come after the others. */
static void test_repeated_captions_come_last(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 20; seed++) {
        rig r = rig_of("llava-1.5", RS_TASK_CAPTION, 0, 0);
        r.options.seed = seed;
        turn(&r, RS_TURN_REFERENCE, "Two planes stand on the green grass.");
        turn(&r, RS_TURN_REFERENCE, "two planes stand on the green grass .");
        turn(&r, RS_TURN_REFERENCE, "Three planes stand on the green grass.");
        turn(&r, RS_TURN_REFERENCE, "A hangar with a white roof.");
        bool planes = false, hangar = false;
        for (r.repeat = 0; r.repeat < 4; r.repeat++) {
            render(&r);
            const bool is_hangar = rs_str_starts(r.out.messages[1].text, RS_STR("A hangar"));
            planes = planes || !is_hangar;
            hangar = hangar || is_hangar;
            if (r.repeat == 1) assert_true(planes && hangar);
        }
        rs_arena_fini(&r.arena);
    }
}

static const char *drop_of(rs_task task, const char *label, const char *reference)
{
    rig r = rig_of("qwen3-vl", task, 100, 100);
    if (label) region(&r, "px", label, BOX(1, 2, 30, 40));
    if (reference) turn(&r, RS_TURN_REFERENCE, reference);
    render(&r);
    rs_arena_fini(&r.arena);
    return r.drop ? r.drop : "";
}

static void test_drops(void **state)
{
    (void)state;
    assert_string_equal(drop_of(RS_TASK_CAPTION, NULL, NULL), "no-answer");
    assert_string_equal(drop_of(RS_TASK_CAPTION, NULL, "a <|im_end|>"), "special-token");
    assert_string_equal(drop_of(RS_TASK_CLASSIFICATION, NULL, NULL), "no-answer");
    assert_string_equal(drop_of(RS_TASK_GROUNDING_HBB, "", NULL), "empty-turn");
    assert_string_equal(drop_of(RS_TASK_DETECTION_HBB, "<image>", NULL), "special-token");
    assert_string_equal(drop_of(RS_TASK_REGION_CAPTION, NULL, "words"), "empty-turn");
    assert_string_equal(drop_of(RS_TASK_VQA, NULL, "words"), "roles");
    static const rs_task not_text[] = {RS_TASK_SEGMENTATION,     RS_TASK_PANOPTIC,
                                       RS_TASK_CHANGE_DETECTION, RS_TASK_REFERRING_SEG,
                                       RS_TASK_GENERATION,       RS_TASK_RETRIEVAL};
    for (size_t i = 0; i < sizeof not_text / sizeof *not_text; i++)
        assert_string_equal(drop_of(not_text[i], "ship", "words"), "task-not-text");
}

/* A list that may lack something is neither written nor denied, with objects or without; for
 * evaluation it is asked for and has no truth. */
static void test_incomplete_list(void **state)
{
    (void)state;
    static const rs_task tasks[] = {RS_TASK_DETECTION_HBB, RS_TASK_GROUNDING_HBB,
                                    RS_TASK_MULTILABEL};
    for (size_t i = 0; i < 3 * 2 * 2; i++) {
        rig r = rig_of("qwen3-vl", tasks[i % 3], 1000, 1000);
        r.sample.complete = RS_COMPLETE_NO;
        if (tasks[i % 3] == RS_TASK_GROUNDING_HBB) turn(&r, RS_TURN_PHRASE, "the pier");
        if (i >= 6) region(&r, "px", "ship", BOX(500, 20, 600, 120));
        r.labels[0] = RS_STR("ship");
        r.sample.n_labels = i >= 6;
        r.options.for_eval = i % 6 >= 3;
        render(&r);
        if (r.options.for_eval) assert_null(r.drop);
        else assert_string_equal(r.drop, "annotation-incomplete");
        assert_int_equal(r.out.truth.len, 0);
        rs_arena_fini(&r.arena);
    }
}

/* What the picture does not show is not written; the list is whole without it. A flat box is lost,
 * and so is the list. */
static void test_invisible_boxes(void **state)
{
    (void)state;
    rig r = rig_of("qwen3-vl", RS_TASK_DETECTION_HBB, 1000, 1000);
    region(&r, "px", "plane", BOX(1200, 20, 1300, 120));
    region(&r, "px", "plane", BOX(900, 20, 1300, 120)); /* cut at the border */
    render(&r);
    assert_message(&r, 1, "[\n\t{\"bbox_2d\": [900, 20, 1000, 120], \"label\": \"plane\"}\n]");
    r.sample.n_regions = 1;
    render(&r);
    assert_message(&r, 1, "There are none.");
    region(&r, "px", "plane", BOX(10, 20, 10, 120));
    render(&r);
    assert_string_equal(r.drop, "degenerate-box");
    rs_arena_fini(&r.arena);
    /* an expression whose object is not in the picture is no expression about nothing */
    r = rig_of("qwen3-vl", RS_TASK_GROUNDING_HBB, 1000, 1000);
    turn(&r, RS_TURN_PHRASE, "the plane");
    region(&r, "px", "plane", BOX(1200, 20, 1300, 120));
    r.sample.complete = RS_COMPLETE_UNKNOWN;
    render(&r);
    assert_string_equal(r.drop, "annotation-incomplete");
    rs_arena_fini(&r.arena);
    /* nor can a marked region be left out of its question */
    r = rig_of("qwen3-vl", RS_TASK_REGION_CAPTION, 1000, 1000);
    turn(&r, RS_TURN_REFERENCE, "a plane");
    region(&r, "px", "plane", BOX(1200, 20, 1300, 120));
    render(&r);
    assert_string_equal(r.drop, "region-outside");
    rs_arena_fini(&r.arena);
}

/* The outline of a box is its shape, no second object. */
static void test_outline(void **state)
{
    (void)state;
    rig r = rig_of("qwen3-vl", RS_TASK_DETECTION_HBB, 1000, 1000);
    region(&r, "px", "plane", BOX(900, 20, 1000, 120));
    region(&r, "px-quad", "plane", QUAD(900, 20, 1000, 20, 1000, 120, 900, 120))->flags =
        RS_REGION_OUTLINE;
    render(&r);
    assert_message(&r, 1, "[\n\t{\"bbox_2d\": [900, 20, 1000, 120], \"label\": \"plane\"}\n]");
    rs_arena_fini(&r.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_class_list),
        cmocka_unit_test(test_class_words),
        cmocka_unit_test(test_grounding),
        cmocka_unit_test(test_region_questions),
        cmocka_unit_test(test_detection_order),
        cmocka_unit_test(test_rounding_and_clamping),
        cmocka_unit_test(test_oriented),
        cmocka_unit_test(test_form_of_the_task),
        cmocka_unit_test(test_points),
        cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_rounds),
        cmocka_unit_test(test_captions_differ),
        cmocka_unit_test(test_repeated_captions_come_last),
        cmocka_unit_test(test_drops),
        cmocka_unit_test(test_incomplete_list),
        cmocka_unit_test(test_invisible_boxes),
        cmocka_unit_test(test_outline),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
