/* Tags of whole samples by the library's own rules, and what a tag must not depend on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "base/embedded.h"
#include "base/rng.h"
#include "lang/template.h"
#include "signals/tag.h"

static rs_tag_rules *rules;

static int load_rules(void **state)
{
    (void)state;
    return rs_tag_rules_load(&rules, NULL) == RSIFT_OK ? 0 : -1;
}

static int free_rules(void **state)
{
    (void)state;
    rs_tag_rules_free(rules);
    return 0;
}

/* One question and its answer, with a box in the question where `box` says so. */
static rs_tag tag_of(rs_str question, const char *answer, bool box)
{
    rs_arena scratch = {0};
    const rs_turn turns[] = {{RS_TURN_USER, question}, {RS_TURN_ASSISTANT, rs_str_of(answer)}};
    const rs_region region = {.kind = RS_REGION_HBB, .turn = 0};
    const rs_sample sample = {
        .turns = turns, .n_turns = 2, .regions = &region, .n_regions = box ? 1 : 0, .truth = true};
    rs_tag tags[2];
    assert_true(rs_signals_tag(rules, &scratch, &sample, tags));
    assert_null(tags[1].rule);
    rs_arena_fini(&scratch);
    return tags[0];
}

static void is_tagged(const char *question, const char *answer, const char *expected)
{
    const rs_tag tag = tag_of(rs_str_of(question), answer, false);
    char text[200] = "no rule";
    if (tag.rule)
        snprintf(text, sizeof text, "%s %.*s %s", rs_model_task_name(tag.task),
                 RS_STR_ARG(tag.rule->skill), rs_signals_answer_form_name(tag.form));
    if (strcmp(text, expected) != 0)
        fail_msg("\"%s\" \"%s\": %s, expected %s", question, answer, text, expected);
}

static void common_questions(void **state)
{
    (void)state;
    is_tagged("How many ships are there?", "3", "vqa counting number");
    is_tagged("How many ships are there?", "There are 3 ships.", "vqa counting number");
    is_tagged("Is there a ship?", "yes", "vqa presence yes-no");
    is_tagged("Are there more roads than buildings?", "no", "vqa comparison yes-no");
    is_tagged("Is it a rural or an urban area?", "rural", "vqa rural-urban phrase");
    is_tagged("What color is the roof?", "red", "vqa color phrase");
    is_tagged("Where is the airport located?", "top left", "vqa position phrase");
    is_tagged("Classify the image into one of the following classes: beach, forest", "beach",
              "classification scene label");
    is_tagged("Describe the image in detail.", "A harbor with many ships beside long piers.",
              "caption description sentence");
    is_tagged("Which scene is shown? A. forest B. river", "B", "choice-vqa scene choice");
    is_tagged("Hm.", "Well.", "no rule");
    is_tagged("Write a poem.", "Roses are red and violets are blue, they say.", "no rule");
}

/* As people write their own data. */
static void own_questions(void **state)
{
    (void)state;
    static const char scene[] = "classification scene label",
                      caption[] = "caption description sentence",
                      river[] = "A river runs through a forest, with a bridge in the middle.";
    is_tagged("What is the land use class of this image? Choose one of: forest, river.", "forest",
              scene);
    is_tagged("Which land-use class does this image belong to?", "forest", scene);
    is_tagged("Pick the single class that describes this image from: forest, river.", "river",
              scene);
    is_tagged("What kind of area is this?", "farmland", scene);
    is_tagged("What is the dominant land cover?", "forest", scene);
    is_tagged("Is this a residential area?", "no", "vqa scene yes-no");
    is_tagged("Which of these classes appear in the image: forest, river, road?", "forest, road",
              "multilabel category list");
    is_tagged("What is the area covered by water?", "120m2", "vqa area number");
    is_tagged("What percentage of the image is covered by water?", "30%", "vqa area number");
    is_tagged("Is the lake larger than the parking lot?", "yes", "vqa comparison yes-no");
    is_tagged("Which vehicle is the largest in the image?", "truck", "vqa size phrase");
    is_tagged("What is to the left of the river?", "a road", "vqa relation phrase");
    is_tagged("What type of vehicle is in the center?", "truck", "vqa category phrase");
    is_tagged("What shape is the pond?", "round", "vqa shape phrase");
    is_tagged("What is the building used for?", "storage", "vqa use phrase");
    is_tagged("Why is the river brown?", "sediment", "vqa reasoning phrase");
    is_tagged("Which season is it?", "winter", "vqa geography phrase");
    is_tagged("Is the bridge damaged?", "yes", "vqa damage yes-no");
    is_tagged("Provide a brief description of the given image.", river, caption);
    is_tagged("What's going on in this aerial photo?", river, caption);
    is_tagged("Summarise the content of this satellite image briefly.", river, caption);
    /* a comparison is no count, and people who live somewhere are not counted in a picture */
    is_tagged("Is the number of roads equal to the number of ponds?", "no",
              "vqa comparison yes-no");
    is_tagged("How many people live in the area shown?", "1399", "vqa reasoning number");
    /* what is answered says what was meant */
    is_tagged("What is the overall condition of the given image?", "non flooded",
              "vqa damage phrase");
    is_tagged("What is the overall condition of the given image?", "good", "vqa attribute phrase");
    is_tagged("What is the roof like?", "dark red", "vqa color phrase");
    /* by the form alone, without a skill */
    is_tagged("Is the crane taller?", "no", "vqa  yes-no");
}

static void chinese_questions(void **state)
{
    (void)state;
    is_tagged("\xe5\x9b\xbe\xe4\xb8\xad\xe6\x9c\x89\xe5\xa4\x9a\xe5\xb0\x91\xe6\x9e\xb6"
              "\xe9\xa3\x9e\xe6\x9c\xba\xef\xbc\x9f",
              "3", "vqa counting number"); /* how many aircraft */
    is_tagged("\xe5\x9b\xbe\xe4\xb8\xad\xe6\x9c\x89\xe9\xa3\x9e\xe6\x9c\xba\xe5\x90\x97",
              "\xe6\x9c\x89", "vqa presence yes-no"); /* is there an aircraft; yes */
    is_tagged("\xe8\xbf\x99\xe6\x98\xaf\xe4\xbb\x80\xe4\xb9\x88\xe5\x9c\xba\xe6\x99\xaf",
              "\xe6\x9c\xba\xe5\x9c\xba", "classification scene label"); /* which scene; airport */
}

/* The questions that rsift itself writes for a task are tagged with that task. */
static void own_prompts(void **state)
{
    (void)state;
    static const struct {
        const char *task, *answer;
        rs_region_kind kind;
        bool pair, in_question, in_answer;
    } sets[] = {
        {"caption", "A river runs through a forest with a bridge.", 0, false, false, false},
        {"classification", "forest", 0, false, false, false},
        {"classification-open", "forest", 0, false, false, false},
        {"multilabel", "forest, river", 0, false, false, false},
        {"multilabel-open", "forest, river", 0, false, false, false},
        {"change-caption", "A new road was built beside the forest.", 0, true, false, false},
        {"detection-hbb", "", RS_REGION_HBB, false, false, true},
        {"detection-obb", "", RS_REGION_OBB, false, false, true},
        {"detection-hbb-open", "", RS_REGION_HBB, false, false, true},
        {"grounding-hbb", "", RS_REGION_HBB, false, false, true},
        {"grounding-obb", "", RS_REGION_OBB, false, false, true},
        {"grounding-point", "", RS_REGION_POINT, false, false, true},
        {"referring-seg", "", RS_REGION_POLYGON, false, false, true},
        {"region-caption", "a white ship at a pier", RS_REGION_HBB, false, true, false},
        {"region-classification", "ship", RS_REGION_HBB, false, true, false},
    };
    static const rs_asset_ref pair[] = {{.role = RS_ASSET_BEFORE}, {.role = RS_ASSET_AFTER}};
    rs_arena scratch = {0};
    for (size_t k = 0; k < sizeof sets / sizeof *sets; k++) {
        char path[80];
        snprintf(path, sizeof path, "prompts/%s.txt", sets[k].task);
        const rs_embedded *file = rs_embedded_find(path);
        rs_template_set set;
        assert_non_null(file);
        assert_int_equal(rs_lang_template_parse(&scratch,
                                                rs_str_make((const char *)file->data, file->len),
                                                &set, NULL),
                         RSIFT_OK);
        const rs_template_values values = {.class_name = RS_STR("ship"),
                                           .classes = RS_STR("forest, river, road"),
                                           .question = RS_STR(""),
                                           .phrase = RS_STR("the white ship"),
                                           .format = RS_STR("")};
        for (size_t i = 0; i < set.n; i++) {
            rs_turn turns[2] = {{RS_TURN_USER, {NULL, 0}},
                                {RS_TURN_ASSISTANT, rs_str_of(sets[k].answer)}};
            assert_int_equal(
                rs_lang_template_fill(&scratch, &set, i, &values, &turns[0].text, NULL), RSIFT_OK);
            const rs_region region = {.kind = sets[k].kind, .turn = sets[k].in_answer};
            const rs_sample sample = {.turns = turns,
                                      .n_turns = 2,
                                      .regions = &region,
                                      .n_regions = sets[k].in_question || sets[k].in_answer,
                                      .assets = pair,
                                      .n_assets = sets[k].pair ? 2 : 0,
                                      .truth = true};
            rs_tag tags[2];
            assert_true(rs_signals_tag(rules, &scratch, &sample, tags));
            const char *task = tags[0].rule ? rs_model_task_name(tags[0].task) : "no rule";
            if (strncmp(task, sets[k].task, strlen(task)) != 0)
                fail_msg("%s: \"%.*s\" is tagged %s", sets[k].task, RS_STR_ARG(turns[0].text),
                         task);
        }
    }
    rs_arena_fini(&scratch);
}

static void what_is_given_makes_the_task(void **state)
{
    (void)state;
    rs_arena scratch = {0};
    rs_tag tags[2];
    const rs_asset_ref pair[] = {{.role = RS_ASSET_BEFORE}, {.role = RS_ASSET_AFTER}};
    const rs_turn count[] = {{RS_TURN_USER, RS_STR("How many buildings were built?")},
                             {RS_TURN_ASSISTANT, RS_STR("2")}};
    rs_sample sample = {.turns = count, .n_turns = 2, .assets = pair, .n_assets = 2, .truth = true};
    assert_true(rs_signals_tag(rules, &scratch, &sample, tags));
    assert_int_equal(tags[0].task, RS_TASK_CHANGE_VQA);

    /* an answer that is withheld has no form */
    sample.truth = false;
    assert_true(rs_signals_tag(rules, &scratch, &sample, tags));
    assert_non_null(tags[0].rule);
    assert_int_equal(tags[0].form, RS_ANSWER_UNKNOWN);

    const rs_turn find[] = {{RS_TURN_USER, RS_STR("Where is the white ship?")},
                            {RS_TURN_ASSISTANT, RS_STR("[1, 2, 3, 4]")}};
    const rs_region box = {
        .kind = RS_REGION_OBB, .flags = RS_REGION_FROM_TEXT, .turn = 1, .end = 12};
    sample =
        (rs_sample){.turns = find, .n_turns = 2, .regions = &box, .n_regions = 1, .truth = true};
    assert_true(rs_signals_tag(rules, &scratch, &sample, tags));
    assert_int_equal(tags[0].task, RS_TASK_GROUNDING_OBB);
    assert_int_equal(tags[0].form, RS_ANSWER_BOX_OBB);
    rs_arena_fini(&scratch);

    assert_int_equal(
        tag_of(RS_STR("Describe the object in the box."), "a white ship at a pier", true).task,
        RS_TASK_REGION_CAPTION);
}

/* Letter case, picture tags and format phrases are no part of a question. */
static void layout_changes_nothing(void **state)
{
    (void)state;
    static const char *const questions[] = {"How many ships are there?",
                                            "is there a road next to the river?",
                                            "What color is the largest roof?",
                                            "Are there more roads than buildings?",
                                            "Classify the scene.",
                                            "Where is the plane located?",
                                            "Describe this picture."};
    static const char *const before[] = {"", "<image>\n", "<image> ", "[vqa] ", "<|image_1|>\n"};
    static const char *const behind[] = {"", " ",
                                         "\nAnswer the question using a single word or phrase.",
                                         " Please answer with yes or no.", "\n<image>"};
    rs_rng rng = rs_rng_of(7, (rs_id){1, 2});
    for (int round = 0; round < 400; round++) {
        const char *question = questions[rs_rng_below(&rng, 7)];
        char text[400], cased[200];
        size_t n = 0;
        for (; question[n]; n++) {
            const char c = question[n];
            const bool upper = c >= 'a' && c <= 'z' && rs_rng_below(&rng, 3) == 0;
            cased[n] = upper ? (char)(c - 32) : c;
        }
        cased[n] = '\0';
        snprintf(text, sizeof text, "%s%s%s", before[rs_rng_below(&rng, 5)], cased,
                 behind[rs_rng_below(&rng, 5)]);
        const rs_tag plain = tag_of(rs_str_of(question), "yes", false),
                     other = tag_of(rs_str_of(text), "yes", false);
        if (plain.rule != other.rule || plain.task != other.task || plain.form != other.form)
            fail_msg("round %d: \"%s\" is not tagged as \"%s\"", round, text, question);
    }
}

/* Options in a long hostile text are looked for in one walk. */
static void long_texts_end(void **state)
{
    (void)state;
    enum { N = 1 << 20 };
    char *text = rs_alloc(N);
    assert_non_null(text);
    for (size_t i = 0; i < N; i++) text[i] = "A. "[i % 3];
    const rs_tag tag = tag_of(rs_str_make(text, N), "yes", false);
    assert_null(tag.rule);
    rs_free(text);
}

static void memory_that_ends_is_told(void **state)
{
    (void)state;
    const rs_turn turns[] = {{RS_TURN_USER, RS_STR("How many ships? (A) 1 (B) 2")},
                             {RS_TURN_ASSISTANT, RS_STR("(B)")}};
    const rs_sample sample = {.turns = turns, .n_turns = 2, .truth = true};
    bool done = false;
    for (int64_t n = 1; !done && n < 100; n++) {
        rs_arena scratch = {0};
        rs_tag tags[2];
        rs_alloc_fail_at(n);
        done = rs_signals_tag(rules, &scratch, &sample, tags);
        rs_alloc_fail_at(0);
        if (done) assert_int_equal(tags[0].form, RS_ANSWER_CHOICE);
        rs_arena_fini(&scratch);
    }
    assert_true(done);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(common_questions),
        cmocka_unit_test(own_questions),
        cmocka_unit_test(chinese_questions),
        cmocka_unit_test(own_prompts),
        cmocka_unit_test(what_is_given_makes_the_task),
        cmocka_unit_test(layout_changes_nothing),
        cmocka_unit_test(long_texts_end),
        cmocka_unit_test(memory_that_ends_is_told),
    };
    return cmocka_run_group_tests(tests, load_rules, free_rules);
}
