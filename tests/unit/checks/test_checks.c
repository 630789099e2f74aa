/* Each check on the smallest sample that shows its trouble, and on one that is fine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "checks/table.h"

#include <math.h>

static size_t n_of(const rs_batch *batch, rs_finding_code code)
{
    size_t n = 0;
    for (size_t i = 0; i < batch->n_findings; i++) n += batch->findings[i].code == code;
    return n;
}

static rs_batch run_on(const rs_sample *sample, uint32_t side, const rs_str *classes,
                       size_t n_classes)
{
    rs_batch batch = {0};
    uint32_t widths[4] = {side, side, side, side};
    rs_check_input input = {.sample = sample,
                            .index = 0,
                            .widths = widths,
                            .heights = widths,
                            .classes = classes,
                            .n_classes = n_classes};
    assert_int_equal(rs_checks_run(&input, &batch, NULL), RSIFT_OK);
    return batch;
}

/* One box on one picture of 100 x 100 pixels -> codes found. */
static size_t region_findings(rs_task task, uint32_t flags, const char *convention,
                              const double *coords, uint32_t n, uint32_t side, rs_finding_code code)
{
    rs_asset_ref asset = {.role = RS_ASSET_IMAGE};
    rs_region region = {.kind = RS_REGION_HBB,
                        .coords = coords,
                        .n_coords = n,
                        .turn = -1,
                        .flags = flags,
                        .convention = rs_geom_convention(rs_str_of(convention))};
    assert_non_null(region.convention);
    rs_sample sample = {.task = task,
                        .assets = &asset,
                        .n_assets = 1,
                        .regions = &region,
                        .n_regions = 1,
                        .truth = true};
    rs_batch batch = run_on(&sample, side, NULL, 0);
    size_t found = n_of(&batch, code);
    rs_batch_fini(&batch);
    return found;
}

static size_t box_findings(const char *convention, const double *coords, uint32_t n, uint32_t side,
                           rs_finding_code code)
{
    return region_findings(RS_TASK_DETECTION_HBB, 0, convention, coords, n, side, code);
}

/* A box that words are about cannot be left out: it keeps the sample out. */
static void bound_regions(void **state)
{
    (void)state;
    const double beside[] = {110, 10, 120, 50}, thin[] = {10, 10, 10, 50}, good[] = {1, 1, 9, 9};
    const struct {
        rs_task task;
        uint32_t flags;
        size_t n_in_text, n_outside;
    } cases[] = {{RS_TASK_DETECTION_HBB, 0, 0, 1},
                 {RS_TASK_VQA, RS_REGION_FROM_TEXT, 1, 0},
                 {RS_TASK_VQA, RS_REGION_MARK, 1, 0},
                 {RS_TASK_REGION_CAPTION, 0, 1, 0},
                 {RS_TASK_GROUNDING_HBB, 0, 1, 1}, /* the expression names nothing else */
                 {RS_TASK_DETECTION_HBB, RS_REGION_OUTLINE, 0, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rs_task task = cases[i].task;
        uint32_t flags = cases[i].flags;
        assert_int_equal(region_findings(task, flags, "px", beside, 4, 100, RS_F_REGION_IN_TEXT),
                         cases[i].n_in_text);
        assert_int_equal(region_findings(task, flags, "px", beside, 4, 100, RS_F_REGION_OUTSIDE),
                         cases[i].n_outside);
        assert_int_equal(region_findings(task, flags, "px", good, 4, 100, RS_F_REGION_IN_TEXT), 0);
    }
    assert_int_equal(
        region_findings(RS_TASK_VQA, RS_REGION_FROM_TEXT, "px", thin, 4, 0, RS_F_REGION_IN_TEXT),
        1); /* flat without a picture too */
}

static void regions(void **state)
{
    (void)state;
    const double good[] = {10, 10, 100, 100}, outside[] = {10, 10, 103, 50},
                 thin[] = {10, 10, 10, 50}, swapped[] = {50, 10, 10, 50}, bad[] = {10, NAN, 20, 30};
    const double beside[] = {100, 10, 103, 50};
    assert_int_equal(box_findings("px", good, 4, 100, RS_F_REGION_CLIPPED), 0);
    assert_int_equal(box_findings("px", outside, 4, 100, RS_F_REGION_CLIPPED), 1);
    assert_int_equal(box_findings("px", outside, 4, 100, RS_F_REGION_OUTSIDE), 0);
    /* longitude and latitude: the object is there, and nobody can say where */
    const double degrees[] = {-86.116089, 42.776521, -86.116033, 42.77654};
    assert_int_equal(box_findings("px", degrees, 4, 100, RS_F_REGION_OUTSIDE), 0);
    assert_int_equal(box_findings("px", degrees, 4, 100, RS_F_OBJECT_UNREAD), 1);
    assert_int_equal(box_findings("px", beside, 4, 100, RS_F_REGION_OUTSIDE), 1);
    assert_int_equal(box_findings("px", outside, 4, 0, RS_F_REGION_CLIPPED),
                     0); /* size unknown: not judged */
    const double absurd[] = {10, 10, 1e9, 50};
    assert_int_equal(box_findings("px", absurd, 4, 100, RS_F_NUMBER), 1);
    assert_int_equal(box_findings("px", absurd, 4, 100, RS_F_REGION_CLIPPED), 0);
    assert_int_equal(box_findings("px", thin, 4, 100, RS_F_REGION_DEGENERATE), 1);
    assert_int_equal(box_findings("px", swapped, 4, 100, RS_F_REGION_INVERTED), 1);
    /* width and height, of which one or both are negative */
    const double flipped[] = {50, 50, -10, 20}, flipped_twice[] = {50, 50, -10, -20};
    assert_int_equal(box_findings("px-xywh", flipped, 4, 100, RS_F_REGION_DEGENERATE), 1);
    assert_int_equal(box_findings("px-xywh", flipped_twice, 4, 100, RS_F_REGION_DEGENERATE), 1);
    assert_int_equal(box_findings("px", bad, 4, 100, RS_F_NUMBER), 1);
    const double percent[] = {10, 10, 131, 50};
    assert_int_equal(box_findings("percent", percent, 4, 0, RS_F_REGION_CLIPPED),
                     1); /* shows without a size */
}

static void texts(void **state)
{
    (void)state;
    const rs_turn turns[] = {{RS_TURN_USER, RS_STR("<image>\n ")},
                             {RS_TURN_ASSISTANT, RS_STR(" ")}};
    rs_asset_ref asset = {.role = RS_ASSET_IMAGE};
    rs_sample sample = {.task = RS_TASK_VQA,
                        .turns = turns,
                        .n_turns = 2,
                        .assets = &asset,
                        .n_assets = 1,
                        .truth = true};
    rs_batch batch = run_on(&sample, 10, NULL, 0);
    assert_int_equal(n_of(&batch, RS_F_QUESTION_EMPTY), 1);
    assert_int_equal(n_of(&batch, RS_F_ANSWER_EMPTY), 1);
    assert_int_equal(batch.n_findings, 2);
    rs_batch_fini(&batch);
    sample.truth = false; /* withheld answers are no finding */
    batch = run_on(&sample, 10, NULL, 0);
    assert_int_equal(n_of(&batch, RS_F_ANSWER_EMPTY), 0);
    rs_batch_fini(&batch);

    const rs_turn captions[] = {{RS_TURN_REFERENCE, RS_STR("a ship .")},
                                {RS_TURN_REFERENCE, RS_STR("")},
                                {RS_TURN_REFERENCE, RS_STR("a ship . ")}};
    rs_sample captioned = {.task = RS_TASK_CAPTION,
                           .turns = captions,
                           .n_turns = 3,
                           .assets = &asset,
                           .n_assets = 1,
                           .truth = true};
    batch = run_on(&captioned, 10, NULL, 0);
    assert_int_equal(n_of(&batch, RS_F_CAPTION_EMPTY), 1);
    assert_int_equal(n_of(&batch, RS_F_CAPTION_REPEATED), 1);
    assert_int_equal(batch.n_findings, 2);
    rs_batch_fini(&batch);
}

/* A word for a picture that was not read as one keeps the sample out, in any kind of text. */
static void foreign_picture_tags(void **unused)
{
    (void)unused;
    static const struct {
        rs_turn_role role;
        const char *text;
        int n;
    } cases[] = {{RS_TURN_USER, "<image_0> What?", 1},
                 {RS_TURN_ASSISTANT, "in <ImageHere> a ship", 1},
                 {RS_TURN_REFERENCE, "<|image_1|> a ship", 1},
                 {RS_TURN_PHRASE, "the ship of [IMG]", 1},
                 {RS_TURN_USER, "<image>\nWhat image?", 0}};
    rs_asset_ref asset = {.role = RS_ASSET_IMAGE};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const rs_turn turns[] = {{RS_TURN_USER, RS_STR("What?")},
                                 {cases[i].role, rs_str_of(cases[i].text)}};
        const bool first = cases[i].role == RS_TURN_USER;
        const rs_sample sample = {.task = RS_TASK_VQA,
                                  .turns = first ? &turns[1] : turns,
                                  .n_turns = first ? 1 : 2,
                                  .assets = &asset,
                                  .n_assets = 1};
        rs_batch batch = run_on(&sample, 10, NULL, 0);
        assert_int_equal(n_of(&batch, RS_F_PLACEHOLDERS), cases[i].n);
        rs_batch_fini(&batch);
    }
}

/* What a program wrote for a missing value is no answer and no caption; "None" may be an answer. */
static void missing_values(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        int as_answer, as_caption;
    } cases[] = {{"NaN", 1, 1},  {" null ", 1, 1}, {"n/a", 1, 1},       {"None", 0, 1},
                 {"none", 0, 0}, {"0", 0, 0},      {"NaN values", 0, 0}};
    rs_asset_ref asset = {.role = RS_ASSET_IMAGE};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const rs_turn dialogue[] = {{RS_TURN_USER, RS_STR("What?")},
                                    {RS_TURN_ASSISTANT, rs_str_of(cases[i].text)}};
        const rs_turn caption = {RS_TURN_REFERENCE, rs_str_of(cases[i].text)};
        for (int captioned = 0; captioned < 2; captioned++) {
            const rs_sample sample = {.task = captioned ? RS_TASK_CAPTION : RS_TASK_VQA,
                                      .turns = captioned ? &caption : dialogue,
                                      .n_turns = captioned ? 1 : 2,
                                      .assets = &asset,
                                      .n_assets = 1,
                                      .truth = true};
            rs_batch batch = run_on(&sample, 10, NULL, 0);
            assert_int_equal(n_of(&batch, RS_F_ANSWER_EMPTY),
                             captioned ? cases[i].as_caption : cases[i].as_answer);
            rs_batch_fini(&batch);
        }
    }
}

/* U+FFFD in a turn, a label or a region's label keeps the sample out; one finding a sample. */
static void lost_characters(void **state)
{
    (void)state;
    rs_turn turns[2] = {{RS_TURN_USER, RS_STR("What is here?")}, {RS_TURN_ASSISTANT, RS_STR("x")}};
    rs_str label = RS_STR("ship");
    rs_region region = {.kind = RS_REGION_HBB, .label = RS_STR("ship"), .turn = -1};
    rs_sample sample = {.task = RS_TASK_VQA,
                        .turns = turns,
                        .n_turns = 2,
                        .labels = &label,
                        .n_labels = 1,
                        .regions = &region,
                        .n_regions = 1,
                        .truth = true};
    rs_str *places[] = {&turns[0].text, &turns[1].text, &label, &region.label};
    rs_batch batch = run_on(&sample, 10, NULL, 0);
    assert_int_equal(n_of(&batch, RS_F_ENCODING), 0);
    rs_batch_fini(&batch);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        *places[i] = RS_STR("\xe6\xb8\xaf\xef\xbf\xbd");
        batch = run_on(&sample, 10, NULL, 0);
        assert_int_equal(n_of(&batch, RS_F_ENCODING), 1);
        rs_batch_fini(&batch);
    }
    assert_int_equal(rs_model_finding_info(RS_F_ENCODING)->effect, RS_EFFECT_SAMPLE);
}

static void turns_and_tags(void **state)
{
    (void)state;
    const rs_turn turns[] = {{RS_TURN_USER, RS_STR("<image> and <image>?")},
                             {RS_TURN_USER, RS_STR("again?")}};
    rs_asset_ref asset = {.role = RS_ASSET_IMAGE};
    rs_sample sample = {.task = RS_TASK_CONVERSATION,
                        .turns = turns,
                        .n_turns = 2,
                        .assets = &asset,
                        .n_assets = 1,
                        .truth = true};
    rs_batch batch = run_on(&sample, 10, NULL, 0);
    assert_int_equal(n_of(&batch, RS_F_ROLES), 1);
    assert_int_equal(n_of(&batch, RS_F_PLACEHOLDERS), 1);
    rs_batch_fini(&batch);
}

/* A label that names nothing: as the whole answer it keeps the sample out, as one object of several
 * it spoils their list. */
static void labels_that_name_nothing(void **state)
{
    (void)state;
    static const rs_str number = {"3", 1};
    const rs_region region = {.label = number, .turn = -1},
                    bare = {.label = RS_STR(""), .turn = -1};
    const struct {
        rs_task task;
        const rs_region *region;
        bool listed;
        size_t n_nameless, n_unknown;
    } cases[] = {
        {RS_TASK_CLASSIFICATION, NULL, false, 1, 1},
        {RS_TASK_CLASSIFICATION, NULL, true, 0, 0},
        {RS_TASK_GROUNDING_HBB, &region, false, 1, 0},
        {RS_TASK_REGION_CLASSIFICATION, &region, false, 1, 1},
        {RS_TASK_DETECTION_HBB, &region, false, 0, 1},
        {RS_TASK_DETECTION_HBB, &bare, false, 0, 1},
        {RS_TASK_DETECTION_HBB, &region, true, 0, 0},
        {RS_TASK_CAPTION, &region, false, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const rs_sample sample = {.task = cases[i].task,
                                  .regions = cases[i].region,
                                  .n_regions = cases[i].region != NULL,
                                  .labels = &number,
                                  .n_labels = cases[i].region == NULL};
        rs_batch batch = run_on(&sample, 10, &number, cases[i].listed);
        assert_int_equal(n_of(&batch, RS_F_LABEL_NAMELESS), cases[i].n_nameless);
        assert_int_equal(n_of(&batch, RS_F_CLASS_UNKNOWN), cases[i].n_unknown);
        rs_batch_fini(&batch);
    }
}

static void classes_ignore_spelling_only(void **state)
{
    (void)state;
    const rs_str known[] = {RS_STR("storage-tank"), RS_STR("ship")};
    const rs_str labels[] = {RS_STR("Storage Tank"), RS_STR("storagetank"), RS_STR("shop")};
    rs_sample sample = {
        .task = RS_TASK_CLASSIFICATION, .labels = labels, .n_labels = 3, .truth = true};
    rs_batch batch = run_on(&sample, 10, known, 2);
    assert_int_equal(n_of(&batch, RS_F_CLASS_UNKNOWN), 1);
    rs_batch_fini(&batch);
}

static void table_is_sound(void **state)
{
    (void)state;
    for (size_t i = 0; rs_checks[i]; i++) {
        assert_non_null(rs_checks[i]->run);
        assert_true(rs_checks[i]->summary[0]);
        if (i)
            assert_true(
                rs_str_cmp(rs_str_of(rs_checks[i - 1]->name), rs_str_of(rs_checks[i]->name)) < 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(bound_regions),
                                       cmocka_unit_test(regions),
                                       cmocka_unit_test(texts),
                                       cmocka_unit_test(lost_characters),
                                       cmocka_unit_test(turns_and_tags),
                                       cmocka_unit_test(labels_that_name_nothing),
                                       cmocka_unit_test(classes_ignore_spelling_only),
                                       cmocka_unit_test(missing_values),
                                       cmocka_unit_test(foreign_picture_tags),
                                       cmocka_unit_test(table_is_sound)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
