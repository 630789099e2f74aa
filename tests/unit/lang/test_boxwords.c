/* Lists of four numbers that are no boxes, and boxes beside words like theirs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "lang/boxtext.h"
#include "lang/boxwords.h"

/* Is the first list of the text something else than a box? */
static bool is_other(const char *question, const char *text)
{
    rs_arena arena = {0};
    rs_boxtext found;
    assert_int_equal(rs_lang_boxtext_parse(&arena, rs_str_of(text), RS_BOXTEXT_ALL, &found, NULL),
                     RSIFT_OK);
    assert_true(found.n > 0);
    bool other = rs_lang_boxwords_other(rs_str_of(text), &found.spans[0], rs_str_of(question));
    rs_arena_fini(&arena);
    return other;
}

static void others(void **unused)
{
    (void)unused;
    static const char *const cases[][2] = {
        {"How good?", "Ratings: [6, 5, 9, 8]"},
        {"What colour?", "It is [10, 50, 80, 200]"},
        {"What?", "The color of the roof is (10, 50, 80, 200)."},
        {"When?", "[2, 3, 4, 5]"},
        {"When?", "[2001, 2007, 2011, 2019]"},
        {"Which?", "[5, 4, 3, 2] are used"},
        {"In which months?", "[3, 5, 7, 11]"},
        {"What are the pixel values?", "[13, 17, 21, 90]"},
        {"Matrix?", "[[3, 1, 9, 4], [5, 7, 9, 8]]"},
        {"What?", "[3, 5, 7, 11] months"},
        {"What?", "Date: [2021, 3, 2, 5]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (!is_other(cases[i][0], cases[i][1])) fail_msg("%s | %s", cases[i][0], cases[i][1]);
}

static void boxes(void **unused)
{
    (void)unused;
    static const char *const cases[][2] = {
        {"Where is the ship?", "[12, 20, 50, 70]"},
        {"Ships?", "[12, 20, 50, 70]"},
        {"Find the ship of that colour.", "[12, 20, 50, 70]"},
        {"Ships?", "ship, score 0.98: [12, 20, 50, 70]"},
        {"Ships?", "The box with the best score is [12, 20, 50, 70]"},
        {"List all ships.", "[[12, 20, 50, 70]]"},
        {"Which months?", "<box>[[12, 20, 50, 70]]</box>"},
        {"Which years?", "{\"bbox_2d\": [12, 20, 50, 70]}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (is_other(cases[i][0], cases[i][1])) fail_msg("%s | %s", cases[i][0], cases[i][1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(others), cmocka_unit_test(boxes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
