/* Forms of answers by their words and regions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "signals/answer_form.h"

static void has_form(const char *answer, bool options, const char *expected)
{
    rs_arena scratch = {0};
    const rs_turn turns[] = {{RS_TURN_USER, RS_STR("?")}, {RS_TURN_ASSISTANT, rs_str_of(answer)}};
    const rs_sample sample = {.turns = turns, .n_turns = 2, .truth = true};
    rs_turn_regions regions;
    bool failed = false;
    assert_true(rs_signals_turn_regions(&scratch, &sample, &regions));
    const char *form = rs_signals_answer_form_name(
        rs_signals_answer_form(&scratch, &sample, &regions, 1, options, &failed));
    assert_false(failed);
    if (strcmp(form, expected) != 0) fail_msg("\"%s\" is %s, expected %s", answer, form, expected);
    rs_arena_fini(&scratch);
}

static void words_of_answers(void **state)
{
    (void)state;
    has_form("Yes", false, "yes-no");
    has_form("no.", false, "yes-no");
    has_form("Yes, there is a harbor in the image.", false, "yes-no");
    has_form("\xe6\x98\xaf", false, "yes-no");
    has_form("Northern part", false, "phrase");
    has_form("3", false, "number");
    has_form("three", false, "number");
    has_form("-2.5", false, "number");
    has_form("1,000", false, "number");
    has_form("35%", false, "number");
    has_form("0m2", false, "number");
    has_form("between 10m2 and 100m2", false, "number");
    has_form("more than 1000", false, "number");
    has_form("B", true, "choice");
    has_form("(B)", true, "choice");
    has_form("b. forest", true, "choice");
    has_form("B", false, "phrase");
    has_form("airport", true, "phrase");
    has_form("storage tank", false, "phrase");
    has_form("There are two ships.", false, "sentence");
    has_form("a large airport with many planes parked beside terminals", false, "sentence");
    has_form("ship, harbor", false, "list");
    has_form("ship; harbor; storage tank and bridge", false, "list");
    /* "a river runs through the forest, with a bridge over it" */
    has_form("\xe6\xb2\xb3\xe6\xb5\x81\xe7\xa9\xbf\xe8\xbf\x87\xe6\xa3\xae\xe6\x9e\x97"
             "\xef\xbc\x8c\xe4\xb8\x8a\xe6\x9c\x89\xe6\xa1\xa5\xe6\xa2\x81\xe4\xb8\x80"
             "\xe5\xba\xa7",
             false, "sentence");
    has_form("", false, "empty");
    has_form(" . ", false, "empty");
}

/* A box behind `lead`, in a turn of its own. */
static void has_form_with_box(const char *lead, rs_region_kind kind, uint32_t flags,
                              const char *expected)
{
    rs_arena scratch = {0};
    const rs_str text = rs_arena_printf(&scratch, "%s[1, 2, 3, 4]", lead);
    const rs_turn turns[] = {{RS_TURN_USER, RS_STR("?")}, {RS_TURN_ASSISTANT, text}};
    const rs_region region = {.kind = kind,
                              .flags = RS_REGION_FROM_TEXT | flags,
                              .turn = 1,
                              .begin = (uint32_t)strlen(lead),
                              .end = (uint32_t)text.len};
    const rs_sample sample = {
        .turns = turns, .n_turns = 2, .regions = &region, .n_regions = 1, .truth = true};
    rs_turn_regions regions;
    bool failed = false;
    assert_true(rs_signals_turn_regions(&scratch, &sample, &regions));
    assert_string_equal(rs_signals_answer_form_name(
                            rs_signals_answer_form(&scratch, &sample, &regions, 1, false, &failed)),
                        expected);
    rs_arena_fini(&scratch);
}

static void regions_of_answers(void **state)
{
    (void)state;
    has_form_with_box("", RS_REGION_HBB, 0, "box-hbb");
    has_form_with_box("", RS_REGION_OBB, 0, "box-obb");
    has_form_with_box("", RS_REGION_POINT, 0, "point");
    has_form_with_box("", RS_REGION_POLYGON, 0, "polygon");
    has_form_with_box("The ship is here: ", RS_REGION_HBB, 0, "box-hbb");
    /* what is told beside the box is the answer */
    has_form_with_box("The picture shows a harbor with two long piers, and a white ship ",
                      RS_REGION_HBB, 0, "sentence");
    /* the outline of a box before it answers nothing of its own */
    has_form_with_box("Yes ", RS_REGION_POLYGON, RS_REGION_OUTLINE, "yes-no");
}

static void names_read_back(void **state)
{
    (void)state;
    for (int i = 1; i < RS_N_ANSWER_FORMS; i++) {
        rs_answer_form form;
        assert_true(rs_signals_answer_form_parse(
            rs_str_of(rs_signals_answer_form_name((rs_answer_form)i)), &form));
        assert_int_equal(form, i);
    }
    rs_answer_form form;
    assert_false(rs_signals_answer_form_parse(RS_STR(""), &form));
    assert_false(rs_signals_answer_form_parse(RS_STR("words"), &form));
}

static void numbers_in_sentences(void **state)
{
    (void)state;
    rs_arena scratch = {0};
    assert_true(rs_signals_has_number(&scratch, RS_STR("There are 3 ships.")));
    assert_true(rs_signals_has_number(&scratch, RS_STR("There is one ship.")));
    assert_false(
        rs_signals_has_number(&scratch, RS_STR("There are many ships, one beside another.")));
    rs_arena_fini(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_of_answers),
        cmocka_unit_test(regions_of_answers),
        cmocka_unit_test(names_read_back),
        cmocka_unit_test(numbers_in_sentences),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
