/* Reasons asked at the index: equal to those of a rendering, for every model. */
#include "make.h"

#include "render/unwritable.h"

static rs_str reasons_of(rig *r)
{
    rs_str out;
    (void)render(r); /* points the sample at its parts */
    const rs_render_input input = input_of(r);
    const rs_render_options any = {.seed = 1};
    assert_int_equal(rs_render_unwritable(&any, &input, &r->arena, &out, &r->err), RSIFT_OK);
    return out;
}

static void nothing_to_say(void **state)
{
    (void)state;
    rig r = rig_of("llava-1.5", RS_TASK_VQA, 100, 100);
    turn(&r, RS_TURN_USER, "<image>\nHow many ships?");
    turn(&r, RS_TURN_ASSISTANT, "3");
    assert_text(reasons_of(&r), "");
    rs_arena_fini(&r.arena);
}

static void every_model(void **state)
{
    (void)state;
    static const struct {
        const char *question, *answer, *reason;
    } cases[] = {
        {"<image>\nHow many ships?", "<bbox>", "special-token"},
        {"<image>\nHow many ships?", "", "no-answer"},
        {"<image>\n", "3", "empty-turn"},
        {"<image>\n<image>\nWhat changed?", "A road.", "placeholders"},
        {"<image>\nWhere?", "a <image>", "special-token"},
        {"<image>\nWhere?", "at \xef\xbf\xbd", "encoding"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rig r = rig_of("qwen3-vl", RS_TASK_CONVERSATION, 100, 100);
        turn(&r, RS_TURN_USER, cases[i].question);
        turn(&r, RS_TURN_ASSISTANT, cases[i].answer);
        assert_text(reasons_of(&r), cases[i].reason);
        rs_arena_fini(&r.arena);
    }
}

/* A point is nothing that InternVL and LLaVA write; the picture's size does not matter. */
static void some_models(void **state)
{
    (void)state;
    rig r = rig_of("qwen3-vl", RS_TASK_GROUNDING_POINT, 0, 0);
    turn(&r, RS_TURN_PHRASE, "the ship");
    const double at[] = {10, 20};
    region(&r, "px-point", "ship", 2, at);
    assert_text(reasons_of(&r), "internvl:task-not-text llava-1.5:task-not-text");
    rs_arena_fini(&r.arena);
}

/* Qwen's own code ends the training at such a picture, with boxes or without. */
static void narrow_pictures(void **state)
{
    (void)state;
    for (double width = 2000; width <= 2010; width += 10) {
        rig r = rig_of("qwen3-vl", RS_TASK_VQA, width, 10);
        turn(&r, RS_TURN_USER, "<image>\nHow many ships?");
        turn(&r, RS_TURN_ASSISTANT, "3");
        assert_text(reasons_of(&r),
                    width > 2000 ? "qwen2.5-vl:picture-aspect qwen3-vl:picture-aspect" : "");
        rs_arena_fini(&r.arena);
    }
}

static void masks_between_pictures(void **state)
{
    (void)state;
    rig r = rig_of("qwen3-vl", RS_TASK_VQA, 100, 100);
    turn(&r, RS_TURN_USER, "What changed?");
    turn(&r, RS_TURN_ASSISTANT, "A road.");
    r.sample.n_assets = 2;
    r.assets[0].role = RS_ASSET_MASK;
    assert_text(reasons_of(&r), "task-not-text");
    rs_arena_fini(&r.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_to_say),
                                       cmocka_unit_test(every_model), cmocka_unit_test(some_models),
                                       cmocka_unit_test(narrow_pictures),
                                       cmocka_unit_test(masks_between_pictures)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
