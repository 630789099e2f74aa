/* Duplicate keys: what they hold, and that running out of memory never shortens one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "model/finding.h"
#include "model/sample.h"

static const rs_turn turns[] = {{RS_TURN_USER, {"Is there a ship?", 16}},
                                {RS_TURN_ASSISTANT, {"Yes", 3}}};
static const double box[] = {1, 2, 3, 4};

/* Every allocation of the keys fails once: the call must say so, not give a key that leaves
 * regions or labels out and so equals the key of another sample. */
static void no_key_without_memory(void **state)
{
    (void)state;
    enum { N_REGIONS = 4000 };
    static rs_region regions[N_REGIONS];
    for (size_t i = 0; i < N_REGIONS; i++)
        regions[i] = (rs_region){.label = RS_STR("\xC3\x89glise, a long label that needs its room"),
                                 .coords = box,
                                 .n_coords = 4,
                                 .turn = -1};
    rs_str labels[] = {RS_STR("airport"), RS_STR("harbour")};
    rs_sample sample = {.turns = turns,
                        .n_turns = 2,
                        .regions = regions,
                        .n_regions = N_REGIONS,
                        .labels = labels,
                        .n_labels = 2};
    rs_arena scratch = {0};
    rs_id whole, question;
    assert_true(rs_model_duplicate_keys(&scratch, &sample, NULL, &whole, &question));
    rs_arena_fini(&scratch);
    bool made = false;
    int n_failed = 0;
    for (int64_t n = 1; !made && n < 1000; n++) {
        rs_id a = {0}, b = {0};
        rs_alloc_fail_at(n);
        made = rs_model_duplicate_keys(&scratch, &sample, NULL, &a, &b);
        rs_alloc_fail_at(0);
        n_failed += !made;
        assert_true(rs_id_eq(a, made ? whole : (rs_id){0}));
        assert_true(rs_id_eq(b, made ? question : (rs_id){0}));
        rs_arena_fini(&scratch);
    }
    assert_true(made);
    assert_true(n_failed > 2);
}

/* The order of regions and labels does not count; a mark belongs to the question. */
static void order_does_not_count(void **state)
{
    (void)state;
    rs_region regions[2] = {{.label = RS_STR("ship"), .coords = box, .n_coords = 4},
                            {.label = RS_STR("car"), .coords = box, .n_coords = 2}};
    rs_region other[2] = {regions[1], regions[0]};
    rs_sample sample = {.turns = turns, .n_turns = 2, .regions = regions, .n_regions = 2};
    rs_arena scratch = {0};
    rs_id whole, question, whole2, question2;
    assert_true(rs_model_duplicate_keys(&scratch, &sample, NULL, &whole, &question));
    sample.regions = other;
    assert_true(rs_model_duplicate_keys(&scratch, &sample, NULL, &whole2, &question2));
    assert_true(rs_id_eq(whole, whole2) && rs_id_eq(question, question2));
    other[0].flags = RS_REGION_MARK;
    assert_true(rs_model_duplicate_keys(&scratch, &sample, NULL, &whole2, &question2));
    assert_true(rs_id_eq(whole, whole2) && !rs_id_eq(question, question2));
    rs_arena_fini(&scratch);
}

/* Unknown is never empty: only what was said to be whole lets a list be written. */
static void completeness(void **state)
{
    (void)state;
    const rs_turn words[2] = {{RS_TURN_USER, RS_STR("where?")},
                              {RS_TURN_ASSISTANT, RS_STR("there")}};
    const rs_region one = {.label = RS_STR("ship")};
    const struct {
        rs_task task;
        uint32_t n_turns, n_regions;
        rs_complete before, after;
    } cases[] = {
        {RS_TASK_DETECTION_HBB, 0, 0, RS_COMPLETE_UNKNOWN, RS_COMPLETE_NO},
        {RS_TASK_DETECTION_OBB, 0, 1, RS_COMPLETE_UNKNOWN, RS_COMPLETE_NO},
        {RS_TASK_DETECTION_OBB, 0, 0, RS_COMPLETE_YES, RS_COMPLETE_YES},
        {RS_TASK_DETECTION_OBB, 0, 1, RS_COMPLETE_NO, RS_COMPLETE_NO},
        {RS_TASK_DETECTION_HBB, 1, 0, RS_COMPLETE_UNKNOWN, RS_COMPLETE_NO}, /* asked only */
        {RS_TASK_DETECTION_HBB, 2, 0, RS_COMPLETE_NO, RS_COMPLETE_UNKNOWN}, /* their words */
        {RS_TASK_MULTILABEL, 0, 0, RS_COMPLETE_UNKNOWN, RS_COMPLETE_NO},
        {RS_TASK_MULTILABEL, 2, 0, RS_COMPLETE_NO, RS_COMPLETE_UNKNOWN},
        {RS_TASK_GROUNDING_HBB, 0, 0, RS_COMPLETE_UNKNOWN, RS_COMPLETE_NO},
        {RS_TASK_GROUNDING_HBB, 0, 0, RS_COMPLETE_YES, RS_COMPLETE_YES},
        {RS_TASK_GROUNDING_OBB, 0, 1, RS_COMPLETE_UNKNOWN, RS_COMPLETE_UNKNOWN},
        {RS_TASK_GROUNDING_OBB, 0, 1, RS_COMPLETE_NO, RS_COMPLETE_NO},
        {RS_TASK_CAPTION, 0, 0, RS_COMPLETE_NO, RS_COMPLETE_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const rs_sample sample = {.task = cases[i].task,
                                  .turns = words,
                                  .n_turns = cases[i].n_turns,
                                  .regions = &one,
                                  .n_regions = cases[i].n_regions,
                                  .complete = cases[i].before};
        assert_int_equal(rs_model_complete(&sample), cases[i].after);
    }
}

/* A number is a name only where it is no index. */
static void names(void **state)
{
    (void)state;
    static const char *const good[] = {"ship",         "737",     "A1",        "3x",
                                       "1080",         "class A", "classroom", "category one",
                                       "category",     "island",  "object",    "idle plane",
                                       "unknown ship", "nancy",   "none left", "_ship_"};
    static const char *const bad[] = {"",
                                      " ",
                                      "0",
                                      "7",
                                      "012",
                                      "0.74",
                                      "-1",
                                      "300.5",
                                      "1e1",
                                      "class 1",
                                      "class_1",
                                      "label3",
                                      "obj-2",
                                      "Object2",
                                      "id 7",
                                      "None",
                                      "category#3",
                                      "N/A",
                                      "NaN",
                                      "null",
                                      "-",
                                      "Unknown",
                                      "undefined",
                                      "background",
                                      "__background__",
                                      "ignored regions",
                                      "Ignore"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (!rs_model_is_name(rs_str_of(good[i]))) fail_msg("%s", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (rs_model_is_name(rs_str_of(bad[i]))) fail_msg("%s", bad[i]);
}

/* A remedy is printed as a sentence: whoever prints it ends it. */
static void remedies_are_sentences(void **state)
{
    (void)state;
    for (int i = 0; i < RS_N_FINDINGS; i++) {
        const rs_str remedy = rs_str_of(rs_model_finding_info((rs_finding_code)i)->remedy);
        assert_true(remedy.len > 0);
        assert_null(strchr(".?!:", remedy.ptr[remedy.len - 1]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_key_without_memory),
        cmocka_unit_test(order_does_not_count),
        cmocka_unit_test(completeness),
        cmocka_unit_test(remedies_are_sentences),
        cmocka_unit_test(names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
