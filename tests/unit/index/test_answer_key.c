/* Questions and answers that are the same whatever their spelling, and those that are not. */
#include "index/answer_key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static rs_arena arena;

/* A question with its answer; NULL = without that turn. */
static rs_answer_keys keys_of(rs_task task, const char *question, const char *answer)
{
    rs_turn turns[2];
    uint32_t n = 0;
    const rs_asset_ref picture = {.role = RS_ASSET_IMAGE};
    if (question) turns[n++] = (rs_turn){RS_TURN_USER, rs_str_of(question)};
    if (answer) turns[n++] = (rs_turn){RS_TURN_ASSISTANT, rs_str_of(answer)};
    const rs_sample s = {.task = task,
                         .truth = true,
                         .turns = turns,
                         .n_turns = n,
                         .assets = &picture,
                         .n_assets = 1};
    rs_answer_keys keys;
    assert_true(rs_index_answer_keys(&arena, &s, &keys));
    return keys;
}

static bool agree(rs_task task, const char *a, const char *b)
{
    const rs_answer_keys x = keys_of(task, "How many?", a), y = keys_of(task, "How many?", b);
    assert_true(x.comparable && y.comparable);
    assert_true(rs_id_eq(x.asked, y.asked));
    return rs_id_eq(x.answer, y.answer);
}

static void spelling_is_no_conflict(void **state)
{
    (void)state;
    static const char *const same[][2] = {
        {"Yes", "yes."},          {"2", "Two"},
        {"1,000", "1000.0"},      {"2.50", "2.5"},
        {"top-left", "Top left"}, {"a road", "Road!"},
        {"-3", "-3.0"},           {"0", "none"},
        {"1,250 m", "1250 m"},    {"yes", "Yes, there is a road."}};
    static const char *const differ[][2] = {
        {"yes", "no"},         {"2", "3"},    {"-3", "3"},        {"1.5", "15"}, {"road", "river"},
        {"Yes, it is.", "no"}, {"1,5", "15"}, {">1000", "<1000"}, {">10", "10"}, {"-3 m", "3 m"},
        {"C", "C++"}};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        if (!agree(RS_TASK_VQA, same[i][0], same[i][1]))
            fail_msg("%s is not %s", same[i][0], same[i][1]);
    for (size_t i = 0; i < sizeof differ / sizeof *differ; i++)
        if (agree(RS_TASK_VQA, differ[i][0], differ[i][1]))
            fail_msg("%s is %s", differ[i][0], differ[i][1]);
    /* options by their letter, classes as a set */
    assert_true(agree(RS_TASK_CHOICE_VQA, "(B)", "B. forest"));
    assert_true(agree(RS_TASK_CHOICE_VQA, "A", "a"));
    assert_false(agree(RS_TASK_CHOICE_VQA, "A", "B"));
    assert_true(agree(RS_TASK_MULTILABEL, "ship, Harbor", "harbor,ship"));
    assert_false(agree(RS_TASK_MULTILABEL, "ship, harbor", "ship"));
}

static void one_question(void **state)
{
    (void)state;
    const rs_id plain = keys_of(RS_TASK_VQA, "Is it urban?", "yes").asked;
    assert_true(rs_id_eq(plain, keys_of(RS_TASK_VQA, "<image>\nis it urban", "no").asked));
    assert_true(rs_id_eq(plain, keys_of(RS_TASK_HALLUCINATION_PROBE, "Is it urban?", "no").asked));
    assert_false(rs_id_eq(plain, keys_of(RS_TASK_VQA, "Is it rural?", "yes").asked));
    assert_false(rs_id_eq(plain, keys_of(RS_TASK_CHOICE_VQA, "Is it urban?", "A").asked));
    /* how to answer is not what is asked; a question that begins so is one */
    static const char *const asked[] = {
        "Is it urban?\nAnswer the question using a single word or phrase.",
        "<image>\nAnswer with yes or no. Is it urban?", "Is it urban? Please answer briefly."};
    for (size_t i = 0; i < 3; i++)
        assert_true(rs_id_eq(plain, keys_of(RS_TASK_VQA, asked[i], "yes").asked));
    assert_false(rs_id_eq(plain, keys_of(RS_TASK_VQA, "Is it urban? Is it rural?", "yes").asked));
    assert_false(rs_id_eq(keys_of(RS_TASK_VQA, "Answer in one word: is it urban?", "yes").asked,
                          keys_of(RS_TASK_VQA, "Answer in one word: is it rural?", "yes").asked));
}

static void several_answers_may_be_true(void **state)
{
    (void)state;
    static const rs_task many[] = {RS_TASK_CAPTION, RS_TASK_CONVERSATION, RS_TASK_REGION_CAPTION,
                                   RS_TASK_GROUNDING_HBB, RS_TASK_DETECTION_HBB};
    for (size_t i = 0; i < sizeof many / sizeof *many; i++)
        assert_false(keys_of(many[i], "What is it?", "A road.").comparable);
    assert_false(keys_of(RS_TASK_VQA, "What is it?", " ").comparable);
    assert_false(keys_of(RS_TASK_VQA, "What is it?", NULL).comparable);
    const rs_turn turns[] = {{RS_TURN_USER, RS_STR("What is it?")},
                             {RS_TURN_REFERENCE, RS_STR("a road")},
                             {RS_TURN_REFERENCE, RS_STR("a street")}};
    rs_sample s = {.task = RS_TASK_VQA, .truth = true, .turns = turns, .n_turns = 3};
    rs_answer_keys keys;
    assert_true(rs_index_answer_keys(&arena, &s, &keys));
    assert_false(keys.comparable);
    s.n_turns = 2;
    assert_true(rs_index_answer_keys(&arena, &s, &keys));
    assert_true(keys.comparable);
    s.truth = false;
    assert_true(rs_index_answer_keys(&arena, &s, &keys));
    assert_false(keys.comparable);
}

/* Of a conversation only what one alone can be true of, and only the first question, which means
 * nothing that was said before. */
static void conversations(void **state)
{
    (void)state;
    static const char *const closed[] = {"Yes, it is urban.", "no", "12", "A dozen"};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(keys_of(RS_TASK_CONVERSATION, "Is it?", closed[i]).comparable, i < 3);
    assert_true(keys_of(RS_TASK_CONVERSATION, "Which? Use a single word.", "forest").comparable);
    const rs_answer_keys x = keys_of(RS_TASK_VQA, "Is it?", "yes"),
                         y = keys_of(RS_TASK_CONVERSATION, "<image> Is it?", "Yes, it is.");
    assert_true(rs_id_eq(x.asked, y.asked) && rs_id_eq(x.answer, y.answer));
    /* sentences that say a number, or no */
    const struct {
        const char *question, *a, *b;
        bool same;
    } sentences[] = {{"<image>\nHow many ships are there?", "There are 3 ships.", "3", true},
                     {"How many ships are there?", "There are three ships.", "I see 5.", false},
                     {"Is there water?", "There is no water here.", "No", true},
                     {"Is there water?", "Not at all.", "Yes, a river.", false}};
    for (size_t i = 0; i < 4; i++) {
        const rs_answer_keys one = keys_of(RS_TASK_CONVERSATION, sentences[i].question,
                                           sentences[i].a),
                             two = keys_of(RS_TASK_VQA, sentences[i].question, sentences[i].b);
        assert_true(one.comparable && rs_id_eq(one.asked, two.asked));
        assert_int_equal(rs_id_eq(one.answer, two.answer), sentences[i].same);
    }
    /* articles count for nothing; the first words decide what a long answer is */
    static const char *const long_ones[] = {
        "The yes of it is a long one", "a no to the red ones", "There is no such road here",
        "not at all that is a river",  "the a an 12",          "Roads and rivers are here",
        "the a red roof with 2 cars",  "two ships are here",   "yesterday it was flooded here",
        "None of the roofs are red"};
    for (size_t i = 0; i < 10; i++)
        assert_int_equal(keys_of(RS_TASK_CONVERSATION, "Is it?", long_ones[i]).comparable, i < 5);
    assert_false(keys_of(RS_TASK_CONVERSATION, "How many?", "2 of 5 are red.").comparable);
    assert_false(keys_of(RS_TASK_CONVERSATION, "How many ships?", "More than 3.").comparable);
    assert_false(rs_id_eq(keys_of(RS_TASK_VQA, "How many ships?", "More than 3").answer,
                          keys_of(RS_TASK_VQA, "How many ships?", "3").answer));
    assert_false(keys_of(RS_TASK_CONVERSATION, "Describe it.", "There is no road.").comparable);
    rs_turn turns[] = {{RS_TURN_SYSTEM, RS_STR("Be short.")},
                       {RS_TURN_USER, RS_STR("Is it?")},
                       {RS_TURN_ASSISTANT, RS_STR("yes")},
                       {RS_TURN_USER, RS_STR("Why?")},
                       {RS_TURN_ASSISTANT, RS_STR("no")}};
    const rs_asset_ref picture = {.role = RS_ASSET_IMAGE};
    const rs_sample s = {.task = RS_TASK_CONVERSATION,
                         .truth = true,
                         .turns = turns,
                         .n_turns = 5,
                         .assets = &picture,
                         .n_assets = 1};
    rs_answer_keys z;
    assert_true(rs_index_answer_keys(&arena, &s, &z));
    assert_true(z.comparable && rs_id_eq(x.asked, z.asked) && rs_id_eq(x.answer, z.answer));
}

/* Labels answer where nothing is said; of marked regions the label is the answer and the place the
 * question. Options of columns belong to the question and give the letter its words. */
static void answers_without_words(void **state)
{
    (void)state;
    rs_str labels[] = {RS_STR("storage_tank"), RS_STR("Storage tank"), RS_STR("ship")};
    rs_answer_keys keys[3];
    for (size_t i = 0; i < 3; i++) {
        const rs_sample s = {
            .task = RS_TASK_CLASSIFICATION, .truth = true, .labels = &labels[i], .n_labels = 1};
        assert_true(rs_index_answer_keys(&arena, &s, &keys[i]));
    }
    assert_true(keys[0].comparable && rs_id_eq(keys[0].answer, keys[1].answer));
    assert_true(rs_id_eq(keys[0].asked, keys[2].asked));
    assert_false(rs_id_eq(keys[0].answer, keys[2].answer));
    double coords[] = {1, 2, 3, 4};
    for (size_t i = 0; i < 3; i++) {
        const rs_region region = {.label = labels[i], .coords = coords, .n_coords = 4};
        const rs_sample s = {.task = RS_TASK_REGION_CLASSIFICATION,
                             .truth = true,
                             .regions = &region,
                             .n_regions = 1};
        coords[0] += i == 1;
        assert_true(rs_index_answer_keys(&arena, &s, &keys[i]));
    }
    assert_true(rs_id_eq(keys[0].answer, keys[1].answer));
    assert_false(rs_id_eq(keys[0].asked, keys[1].asked));
    assert_true(rs_id_eq(keys[1].asked, keys[2].asked));
    assert_false(rs_id_eq(keys[1].answer, keys[2].answer));
    const rs_str options[] = {RS_STR("Forest"), RS_STR("River")};
    static const char *const given[] = {"B", "the river", "A"};
    for (size_t i = 0; i < 3; i++) {
        const rs_turn turns[] = {{RS_TURN_USER, RS_STR("What is it?")},
                                 {RS_TURN_ASSISTANT, rs_str_of(given[i])}};
        const rs_sample s = {.task = RS_TASK_CHOICE_VQA,
                             .truth = true,
                             .turns = turns,
                             .n_turns = 2,
                             .options = options,
                             .n_options = i < 2 ? 2 : 1};
        assert_true(rs_index_answer_keys(&arena, &s, &keys[i]));
    }
    assert_true(rs_id_eq(keys[0].answer, keys[1].answer));
    assert_false(rs_id_eq(keys[0].asked, keys[2].asked));
}

/* Options in another order are the same question; what counts is the words that are chosen. */
static void order_of_options(void **state)
{
    (void)state;
    const rs_str options[][2] = {{RS_STR("(A) ship"), RS_STR("(B) plane")},
                                 {RS_STR("(A) plane"), RS_STR("(B) ship")},
                                 {RS_STR("1. ship"), RS_STR("2. plane")},
                                 {RS_STR("(A) ship"), RS_STR("(B) car")}};
    static const struct {
        size_t options;
        const char *question, *answer;
    } of[] = {{0, "What is it?\n(A) ship\n(B) plane", "A"},
              {1, "What is it?\n(A) plane\n(B) ship", "(B)"},
              {2, "<image> What is it?\n1. ship\n2. plane", "1"},
              {1, "What is it?\n(A) plane\n(B) ship", "A"},
              {3, "What is it?\n(A) ship\n(B) car", "A. ship"}};
    rs_answer_keys keys[5];
    for (size_t i = 0; i < 5; i++) {
        const rs_turn turns[] = {{RS_TURN_USER, rs_str_of(of[i].question)},
                                 {RS_TURN_ASSISTANT, rs_str_of(of[i].answer)}};
        const rs_sample s = {.task = RS_TASK_CHOICE_VQA,
                             .truth = true,
                             .turns = turns,
                             .n_turns = 2,
                             .options = options[of[i].options],
                             .n_options = 2};
        assert_true(rs_index_answer_keys(&arena, &s, &keys[i]));
        assert_int_equal(rs_id_eq(keys[0].asked, keys[i].asked), i < 4);
        assert_int_equal(rs_id_eq(keys[0].answer, keys[i].answer), i != 3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spelling_is_no_conflict),     cmocka_unit_test(one_question),
        cmocka_unit_test(several_answers_may_be_true), cmocka_unit_test(conversations),
        cmocka_unit_test(answers_without_words),       cmocka_unit_test(order_of_options),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    rs_arena_fini(&arena);
    return failed;
}
