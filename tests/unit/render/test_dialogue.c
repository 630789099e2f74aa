/* Released dialogues, rewritten: numbers by hand. */
#include "render/dialogue.h"

#include "make.h"

/* "[refer] <p>..</p>" is no sentence for another model: a question of ours takes its place. */
static rig refer(const char *model, double w, double h)
{
    rig r = rig_of(model, RS_TASK_GROUNDING_HBB, w, h);
    turn(&r, RS_TURN_USER, "<image>\n[refer] Give me the location of <p> the white plane </p>");
    turn(&r, RS_TURN_ASSISTANT, "{<12><30><25><41>}");
    text_region(&r, 1, "{<12><30><25><41>}", NULL, 0, "percent", "the white plane",
                BOX(12, 30, 25, 41));
    return r;
}

static void test_refer_internvl(void **state)
{
    (void)state;
    rig r = refer("internvl", 800, 600);
    render(&r);
    assert_message(&r, 0, "<image>\nGive me the location of <ref>the white plane</ref>");
    assert_message(&r, 1, "<ref>the white plane</ref><box>[[120, 300, 250, 410]]</box>");
    assert_int_equal(r.out.n_boxes, 1);
    assert_text(rs_str_sub(r.out.messages[1].text, r.out.boxes[0].begin, r.out.boxes[0].end),
                "[120, 300, 250, 410]");
    assert_true(r.out.boxes[0].pixels[0] == 96 && r.out.boxes[0].pixels[3] == 246);
    rs_arena_fini(&r.arena);
}

static void test_refer_qwen3(void **state)
{
    (void)state;
    rig r = refer("qwen3-vl", 0, 0); /* percent to per mille needs no size */
    render(&r);
    assert_message(&r, 0, "<image>\nGive me the location of the white plane");
    assert_message(&r, 1,
                   "[\n\t{\"bbox_2d\": [120, 300, 250, 410], \"label\": \"the white plane\"}\n]");
    assert_int_equal(r.out.boxes[0].n_pixels, 0);
    rs_arena_fini(&r.arena);
}

static void test_refer_qwen25(void **state)
{
    (void)state;
    rig r = refer("qwen2.5-vl", 800, 600);
    render(&r);
    /* 800 -> rint(28.57) * 28 = 812, 600 -> rint(21.43) * 28 = 588:
     * 96 * 812 / 800 = 97.44, 180 * 588 / 600 = 176.4, 200 -> 203, 246 -> 241.08 */
    assert_message(&r, 1,
                   "[\n\t{\"bbox_2d\": [97, 176, 203, 241], \"label\": \"the white plane\"}\n]");
    rs_arena_fini(&r.arena);
    r = refer("qwen2.5-vl", 0, 0);
    render(&r);
    assert_string_equal(r.drop, "size-unknown");
    rs_arena_fini(&r.arena);
}

static void test_refer_llava(void **state)
{
    (void)state;
    rig r = refer("llava-1.5", 800, 600);
    render(&r);
    /* padded by 100 above: 180 -> 280 / 800 = 0.35, 246 -> 346 / 800 = 0.4325 */
    assert_message(&r, 1, "[0.12, 0.35, 0.25, 0.43]");
    rs_arena_fini(&r.arena);
    r = refer("llava-1.5", 0, 0);
    render(&r);
    assert_string_equal(r.drop, "size-unknown");
    rs_arena_fini(&r.arena);
}

static rig sentence(const char *model)
{
    rig r = rig_of(model, RS_TASK_GROUNDED_CAPTION, 1000, 1000);
    turn(&r, RS_TURN_USER, "<image>\n[grounding] describe <it>");
    turn(&r, RS_TURN_ASSISTANT, "Here is <p>2 ships</p> {<1><2><3><4>}{<5><6><7><8>} near a pier.");
    text_region(&r, 1, "{<1><2><3><4>}", "<p>2 ships</p>", 0, "percent", "2 ships",
                BOX(1, 2, 3, 4));
    text_region(&r, 1, "{<5><6><7><8>}", "<p>2 ships</p>", 0, "percent", "2 ships",
                BOX(5, 6, 7, 8));
    return r;
}

static void test_sentence(void **state)
{
    (void)state;
    static const struct {
        const char *model, *answer;
    } cases[] = {
        {"internvl",
         "Here is <ref>2 ships</ref><box>[[10, 20, 30, 40], [50, 60, 70, 80]]</box> near a pier."},
        {"llava-1.5",
         "Here is 2 ships [0.01, 0.02, 0.03, 0.04], [0.05, 0.06, 0.07, 0.08] near a pier."},
        {"qwen3-vl", "Here is 2 ships [{\"bbox_2d\": [10, 20, 30, 40], \"label\": \"2 ships\"}, "
                     "{\"bbox_2d\": [50, 60, 70, 80], \"label\": \"2 ships\"}] near a pier."},
    };
    for (size_t i = 0; i < 3; i++) {
        rig r = sentence(cases[i].model);
        render(&r);
        assert_message(&r, 0, "<image>\ndescribe <it>");
        assert_message(&r, 1, cases[i].answer);
        rs_arena_fini(&r.arena);
    }
}

static void test_bare_identify(void **state)
{
    (void)state;
    rig r = rig_of("internvl", RS_TASK_REGION_CAPTION, 1000, 1000);
    turn(&r, RS_TURN_USER, "<image>\n[identify] {<1><2><3><4>}");
    turn(&r, RS_TURN_ASSISTANT, "A small ship.");
    text_region(&r, 0, "{<1><2><3><4>}", NULL, 0, "percent", "", BOX(1, 2, 3, 4));
    render(&r);
    assert_null(r.drop);
    assert_true(rs_str_starts(r.out.template_id, RS_STR("region-caption#")));
    assert_true(rs_str_find(r.out.messages[0].text, RS_STR("<box>[[10, 20, 30, 40]]</box>")) !=
                RS_NPOS);
    assert_text(rs_str_sub(r.out.messages[0].text, r.out.boxes[0].begin, r.out.boxes[0].end),
                "[10, 20, 30, 40]");
    assert_message(&r, 1, "A small ship.");
    rs_arena_fini(&r.arena);
}

/* GeoChat-Bench: the question is the box and nothing else. */
static void test_bare_region(void **state)
{
    (void)state;
    rig r = rig_of("qwen3-vl", RS_TASK_REGION_CAPTION, 1000, 1000);
    turn(&r, RS_TURN_USER, "{<1><2><3><4>}");
    turn(&r, RS_TURN_ASSISTANT, "small ship");
    text_region(&r, 0, "{<1><2><3><4>}", NULL, 0, "percent", "", BOX(1, 2, 3, 4));
    render(&r);
    assert_null(r.drop);
    assert_true(rs_str_starts(r.out.template_id, RS_STR("region-caption#")));
    assert_true(rs_str_find(r.out.messages[0].text, RS_STR("[10, 20, 30, 40]")) != RS_NPOS);
    rs_arena_fini(&r.arena);

    r = rig_of("qwen3-vl", RS_TASK_CONVERSATION, 1000, 1000); /* any other question stays */
    turn(&r, RS_TURN_USER, "{<1><2><3><4>}");
    turn(&r, RS_TURN_ASSISTANT, "small ship");
    text_region(&r, 0, "{<1><2><3><4>}", NULL, 0, "percent", "", BOX(1, 2, 3, 4));
    render(&r);
    assert_int_equal(r.out.template_id.len, 0);
    rs_arena_fini(&r.arena);
}

/* A prompt of ours asks for the form that is written. */
static void test_bare_refer_oriented(void **state)
{
    (void)state;
    for (int quad = 0; quad < 2; quad++) {
        rig r = rig_of("qwen3-vl", RS_TASK_GROUNDING_OBB, 1000, 1000);
        turn(&r, RS_TURN_USER, "<image>\n[refer] <p>the ship</p>");
        turn(&r, RS_TURN_ASSISTANT, "{<1><2><3><4>|<90>}");
        text_region(&r, 1, "{<1><2><3><4>|<90>}", NULL, 0, "percent-obb", "the ship", 5,
                    (const double[5]){1, 2, 3, 4, 90});
        r.options.obb_mode = quad ? RS_OBB_AS_QUAD_TEXT : RS_OBB_AS_HBB;
        render(&r);
        assert_null(r.drop);
        rs_str question = r.out.messages[0].text, answer = r.out.messages[1].text;
        assert_true((rs_str_find(question, RS_STR("quadrant bbox")) != RS_NPOS) == quad);
        assert_true((rs_str_find(answer, RS_STR("quadrant bbox")) != RS_NPOS) == quad);
        assert_true(rs_str_starts(r.out.template_id,
                                  quad ? RS_STR("grounding-obb#") : RS_STR("grounding-hbb#")));
        rs_arena_fini(&r.arena);
    }
}

static const char *drop_of(rs_turn_role last, const char *question, const char *answer)
{
    rig r = rig_of("llava-1.5", RS_TASK_CONVERSATION, 100, 100);
    turn(&r, RS_TURN_USER, question);
    turn(&r, last, answer);
    render(&r);
    rs_arena_fini(&r.arena);
    return r.drop ? r.drop : "";
}

static void test_drops(void **state)
{
    (void)state;
    assert_string_equal(drop_of(RS_TURN_ASSISTANT, "a", "b"), "");
    assert_string_equal(drop_of(RS_TURN_ASSISTANT, "a <image>", "b"), "");
    assert_string_equal(drop_of(RS_TURN_ASSISTANT, "a", "at {<1><2><3><4>}"), "box-text-unparsed");
    assert_string_equal(drop_of(RS_TURN_ASSISTANT, "a", "at {<1><2><3>"), "box-text-unparsed");
    assert_string_equal(drop_of(RS_TURN_ASSISTANT, "a", "  "), "no-answer");
    assert_string_equal(drop_of(RS_TURN_ASSISTANT, "<image>\n", "b"), "empty-turn");
    assert_string_equal(drop_of(RS_TURN_USER, "a", "b"), "roles");
    assert_string_equal(drop_of(RS_TURN_ASSISTANT, "a<image><image>", "b"), "placeholders");
    assert_string_equal(drop_of(RS_TURN_ASSISTANT, "a", "b<image>"), "special-token");
    assert_string_equal(drop_of(RS_TURN_ASSISTANT, "a", "b<|im_end|>"), "special-token");
    assert_string_equal(drop_of(RS_TURN_ASSISTANT, "a <bbox>", "b"), "special-token");
}

static void test_degenerate(void **state)
{
    (void)state;
    rig r = rig_of("internvl", RS_TASK_GROUNDING_HBB, 10000, 10000);
    turn(&r, RS_TURN_PHRASE, "a ship");
    region(&r, "px", "ship", BOX(101, 101, 103, 103)); /* 10.1 and 10.3 per mille */
    render(&r);
    assert_string_equal(r.drop, "degenerate-box");
    region(&r, "px", "ship", BOX(101, 101, 503, 503)); /* nor beside a sound one */
    render(&r);
    assert_string_equal(r.drop, "degenerate-box");
    r.options.for_eval = true; /* the truth is what the benchmark says */
    render(&r);
    assert_null(r.drop);
    assert_true(r.out.truth.len > 0);
    rs_arena_fini(&r.arena);
}

static void test_format_phrase(void **state)
{
    (void)state;
    rig r = rig_of("llava-1.5", RS_TASK_VQA, 10, 10);
    turn(&r, RS_TURN_USER, "Is it urban?");
    turn(&r, RS_TURN_ASSISTANT, "yes");
    render(&r);
    assert_message(&r, 0,
                   "<image>\nIs it urban?\nAnswer the question using a single word or phrase.");
    assert_text(r.out.template_id, "vqa#0");
    r.turns[0].text = RS_STR("Is it urban? Answer the question using one word.");
    render(&r);
    assert_message(&r, 0, "<image>\nIs it urban? Answer the question using one word.");
    r.turns[0].text = RS_STR("Is it urban?");
    r.turns[1].text = RS_STR("Yes, there are many houses in it.");
    render(&r);
    assert_message(&r, 0, "<image>\nIs it urban?");
    /* an evaluation's question does not tell of its answer: the dataset decides */
    static const char *const answers[] = {"yes", "Yes, there are many houses in it.", ""};
    for (size_t i = 0; i < 6; i++) {
        r.options.for_eval = true;
        r.options.other_forms = i < 3 ? 0 : UINT64_C(1) << RS_TASK_VQA;
        r.turns[1].text = rs_str_of(answers[i % 3]);
        render(&r);
        assert_message(&r, 0,
                       i < 3 ? "<image>\nIs it urban?\nAnswer the question using a single word or "
                               "phrase."
                             : "<image>\nIs it urban?");
    }
    rs_arena_fini(&r.arena);
}

/* What the phrases of prompts/ ask for. */
static void test_asked_form(void **state)
{
    (void)state;
    static const struct {
        rs_task task;
        const char *answer;
        bool fits;
    } cases[] = {{RS_TASK_VQA, "between 0 and 10", true},
                 {RS_TASK_VQA, "There are three of them", false},
                 {RS_TASK_CHOICE_VQA, "B", true},
                 {RS_TASK_CHOICE_VQA, "b.", true},
                 {RS_TASK_CHOICE_VQA, "12", false},
                 {RS_TASK_CHOICE_VQA, "forest", false},
                 {RS_TASK_HALLUCINATION_PROBE, "No.", true},
                 {RS_TASK_HALLUCINATION_PROBE, "North", false},
                 {RS_TASK_HALLUCINATION_PROBE, "Yes, there is one.", false},
                 {RS_TASK_HALLUCINATION_PROBE, "", true},
                 {RS_TASK_CAPTION, "A road", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (rs_render_has_asked_form(cases[i].task, rs_str_of(cases[i].answer)) != cases[i].fits)
            fail_msg("%s", cases[i].answer);
}

static void test_eval(void **state)
{
    (void)state;
    rig r = refer("internvl", 800, 600);
    r.options.for_eval = true;
    render(&r);
    assert_int_equal(r.out.n_messages, 1);
    assert_message(&r, 0, "<image>\nGive me the location of <ref>the white plane</ref>");
    assert_text(r.out.truth, "<ref>the white plane</ref><box>[[120, 300, 250, 410]]</box>");
    rs_arena_fini(&r.arena);
}

/* What cannot be written for the model is no truth: the release's numbers are of another scale. */
static void test_eval_without_truth(void **state)
{
    (void)state;
    const struct {
        const char *answer, *lost;
    } cases[] = {{"at [0.1, 0.2, 0.3, 0.4]", "box-text-unparsed"},
                 {"caf\xef\xbf\xbd", "encoding"},
                 {"no<|im_end|>", "special-token"},
                 {"no", NULL}};
    for (size_t i = 0; i < 4; i++) {
        rig r = rig_of("qwen3-vl", RS_TASK_CONVERSATION, 200, 100);
        turn(&r, RS_TURN_USER, "<image>\nWhere is it?");
        turn(&r, RS_TURN_ASSISTANT, cases[i].answer);
        r.options.for_eval = true;
        render(&r);
        assert_null(r.drop);
        if (!cases[i].lost) assert_null(r.out.truth_lost);
        else assert_string_equal(r.out.truth_lost, cases[i].lost);
        if (i != 1) assert_text(r.out.truth, cases[i].lost ? "" : "no");
        rs_arena_fini(&r.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refer_internvl), cmocka_unit_test(test_refer_qwen3),
        cmocka_unit_test(test_refer_qwen25),   cmocka_unit_test(test_refer_llava),
        cmocka_unit_test(test_sentence),       cmocka_unit_test(test_bare_identify),
        cmocka_unit_test(test_bare_region),    cmocka_unit_test(test_bare_refer_oriented),
        cmocka_unit_test(test_drops),          cmocka_unit_test(test_degenerate),
        cmocka_unit_test(test_format_phrase),  cmocka_unit_test(test_asked_form),
        cmocka_unit_test(test_eval),           cmocka_unit_test(test_eval_without_truth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
