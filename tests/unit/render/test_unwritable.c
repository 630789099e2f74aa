/* Reasons asked at the index: equal to those of a rendering, for every model. */
#include "make.h"

#include "lang/boxtext.h"
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

/* Each model's own rendering, one after another, as rs_render_unwritable words it. */
static void put_each(rig *r, char *out, size_t size)
{
    static const char *const names[] = {"internvl", "llava-1.5", "qwen2.5-vl", "qwen3-vl"};
    const char *drops[4];
    size_t n = 0;
    bool same = true;
    out[0] = '\0';
    r->options = (rs_render_options){.min_pixels = 4 * 28 * 28, .max_pixels = 16384 * 28 * 28};
    for (size_t i = 0; i < 4; i++) {
        r->options.model = rs_render_model_find(rs_str_of(names[i]));
        (void)render(r);
        drops[i] = r->drop;
        same = same && drops[i] && drops[0] && rs_str_eq(rs_str_of(drops[i]), rs_str_of(drops[0]));
    }
    if (same) snprintf(out, size, "%s", drops[0]);
    for (size_t i = 0; i < 4 && !same; i++)
        if (drops[i])
            n += (size_t)snprintf(out + n, size - n, "%s%s:%s", n ? " " : "", names[i], drops[i]);
}

/* An expression with lost text: models that write it into the answer cannot, the others can. */
static void lost_phrase(void **state)
{
    (void)state;
    static const double box[4] = {10, 20, 300, 400};
    rig r = rig_of("qwen3-vl", RS_TASK_GROUNDING_HBB, 512, 512);
    turn(&r, RS_TURN_USER, "<image>\nWhere is it?");
    turn(&r, RS_TURN_PHRASE, "the \xef\xbf\xbd ship");
    region(&r, "px", "ship", 4, box);
    assert_text(reasons_of(&r), "internvl:encoding qwen2.5-vl:encoding qwen3-vl:encoding");
    rs_arena_fini(&r.arena);
}

/* Notes the box text of the turns, as readers do. */
static void note_boxes(rig *r)
{
    for (uint32_t i = 0; i < r->sample.n_turns; i++) {
        rs_boxtext found;
        assert_int_equal(
            rs_lang_boxtext_parse(&r->arena, r->turns[i].text, RS_BOXTEXT_ALL, &found, &r->err),
            RSIFT_OK);
        r->turns[i].boxes = rs_lang_boxtext_copy(&r->arena, &found);
        assert_non_null(r->turns[i].boxes);
    }
}

/* Boxes inside, outside, flat at some models' steps only, and labels that drop a sample: the
 * reasons are those of four renderings, however few of them were made. */
static void as_rendered(void **state)
{
    (void)state;
    static const rs_task tasks[] = {RS_TASK_DETECTION_HBB, RS_TASK_GROUNDING_OBB,
                                    RS_TASK_REGION_CLASSIFICATION, RS_TASK_CONVERSATION};
    static const char *const labels[] = {"ship", "", "<box>", "lost \xef\xbf\xbd", "ship <image>"};
    static const char *const texts[] = {
        "It is at [10, 20, 30, 40].", "{\"bbox\": [10, 20, 30, 40], \"n\": 1}",
        "[{\"bbox_2d\": [10, 20, 30, 40], \"label\": \"ship\"}]",
        "{\"polygon\": [10, 20, 30, 40, 50, 60, 70, 80]}", "<box> [10, 20, 30, 40]"};
    uint32_t n_some = 0;
    for (uint32_t i = 0; i < 4 * 5 * 5 * 6; i++) {
        static const double boxes[6][4] = {{10, 20, 30, 40},     {10, 20, 12, 22},
                                           {500, 20, 3000, 25},  {4000, 20, 5000, 40},
                                           {10, 20, 10.2, 20.4}, {3, 900, 900, 903}};
        rig r = rig_of("qwen3-vl", tasks[i % 4], 1000, i % 7 ? 1000 : 30);
        const char *text = texts[i / 4 % 5], *label = labels[i / 20 % 5];
        turn(&r, RS_TURN_USER, "<image>\nWhere is it?");
        turn(&r, RS_TURN_ASSISTANT, text);
        const size_t n = i / 4 % 5 == 3 ? 8 : 4;
        double corners[8];
        for (size_t k = 0; k < 8; k++) corners[k] = boxes[i / 100][k % 4];
        if (i % 4 < 3) {
            region(&r, "px", label, 4, corners);
        } else {
            const size_t begin = rs_str_find(rs_str_of(text), RS_STR("[10")),
                         end = n == 8 ? 32 : 16;
            char box[40];
            snprintf(box, sizeof box, "%.*s", (int)end, text + begin);
            text_region(&r, 1, box, NULL, 0, n == 8 ? "px-quad" : "px", label, n, corners);
        }
        char want[400];
        put_each(&r, want, sizeof want);
        n_some += strchr(want, ':') != NULL;
        assert_text(reasons_of(&r), want);
        note_boxes(&r);
        assert_text(reasons_of(&r), want);
        rs_arena_fini(&r.arena);
    }
    assert_true(n_some > 20); /* else nothing was told apart */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_to_say),
                                       cmocka_unit_test(every_model),
                                       cmocka_unit_test(some_models),
                                       cmocka_unit_test(narrow_pictures),
                                       cmocka_unit_test(masks_between_pictures),
                                       cmocka_unit_test(lost_phrase),
                                       cmocka_unit_test(as_rendered)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
