/* Option letters: our own rule, and choices that carry none. */
#include "metrics/choice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void letters_by_standing(void **state)
{
    static const struct {
        const char *output;
        char letter; /* 0 = none */
    } cases[] = {{"D", 'D'},
                 {"(B)", 'B'},
                 {"**C**", 'C'},
                 {"D.", 'D'},
                 {"Option D", 'D'},
                 {"ABC then (C)", 'C'},
                 {"none", 0},
                 {"", 0},
                 /* the article */
                 {"A ship is visible near the dock, so D.", 'D'},
                 {"A large harbor with a pier. The answer is D", 'D'},
                 {"A large harbor with a pier.", 0},
                 {"A is correct", 'A'},
                 {"A because of the water", 'A'},
                 {"A) large harbor", 'A'},
                 {"The answer is A.", 'A'},
                 {"The answer is A because there is water", 'A'},
                 /* weighed, stated, concluded */
                 {"I considered (A), but it is incorrect. Final answer: D.", 'D'},
                 {"Option (A) shows a runway. The answer is (D).", 'D'},
                 {"It could be A or B, but the answer is C", 'C'},
                 {"It could be A or B.", 0},
                 {"The answer is A or B", 0},
                 {"The correct option is **B**. A and C show water.", 'B'},
                 {"The answer is D, so B is wrong", 'D'},
                 {"The answer is B. No, wait. The answer is C.", 'C'},
                 {"D is the correct answer, not B", 'D'},
                 {"not A, so it must be (C)", 'C'},
                 {"A is wrong; C", 'C'},
                 {"\\boxed{B}", 'B'},
                 {"Answer:\nE", 'E'},
                 {"B. because A has no ships", 'B'},
                 /* parts of words */
                 {"A380 and a C-shaped pier", 0},
                 {"A-10 jets on the apron", 0},
                 {"Neither A nor B; C", 'C'},
                 {"It is not D. It is C.", 'C'},
                 {"Between A and B, I choose B.", 'B'},
                 {"D is incorrect. A is correct.", 'A'},
                 {"A photo of a harbor. Answer: B", 'B'},
                 {"\xe7\xad\x94\xe6\xa1\x88\xe6\x98\xaf"
                  "D",
                  'D'}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char found = rs_metrics_choice_letter(rs_str_of(cases[i].output));
        if (found != cases[i].letter) fprintf(stderr, "\"%s\"\n", cases[i].output);
        assert_int_equal(found, cases[i].letter);
    }
}

/* Letters that are offered together: which one is meant is not said. */
static void several_letters_at_once(void **state)
{
    static const char *const unread[] = {"B or C",
                                         "(A) or (D)",
                                         "A/C",
                                         "D | E",
                                         "B, C",
                                         "**A**, **B**",
                                         "A, B and D",
                                         "C and D",
                                         "C & D",
                                         "B + E",
                                         "D C",
                                         "D; C",
                                         "D.\nC",
                                         "A or maybe option C",
                                         "Both A and B",
                                         "Both B and C are correct",
                                         "Either B or D.",
                                         "Answer: B, D",
                                         "The answer is B and C",
                                         "So B or E",
                                         "B \xe2\x80\x93 D",
                                         "A and C are wrong",
                                         "Neither B nor C"};
    static const struct {
        const char *output;
        char letter;
    } read[] = {{"A and C are wrong, D", 'D'},
                {"D, D", 'D'},
                {"D.\nD", 'D'},
                {"not B but C", 'C'},
                {"It isn't E, so B", 'B'},
                {"B, C is wrong", 'B'},
                {"B, D shows water", 'B'},
                {"B and A is wrong", 'B'},
                {"B or C? The answer is C", 'C'},
                {"A and D show water, B is correct", 'B'},
                {"B. A ship and a pier", 'B'},
                {"B, a harbor and A ship", 'B'}};
    (void)state;
    for (size_t i = 0; i < sizeof unread / sizeof *unread; i++) {
        const char found = rs_metrics_choice_letter(rs_str_of(unread[i]));
        if (found) fprintf(stderr, "\"%s\": %c\n", unread[i], found);
        assert_int_equal(found, 0);
    }
    for (size_t i = 0; i < sizeof read / sizeof *read; i++) {
        const char found = rs_metrics_choice_letter(rs_str_of(read[i].output));
        if (found != read[i].letter) fprintf(stderr, "\"%s\": %d\n", read[i].output, found);
        assert_int_equal(found, read[i].letter);
    }
}

/* Options as words: the letter is the column's, unless the choice carries one. */
static void mme_choices_without_letters(void **state)
{
    (void)state;
    rs_arena arena = {0};
    const rs_str words[] = {RS_STR("None"), RS_STR("Two"), RS_STR("One"), RS_STR("Three")};
    const rs_str lettered[] = {RS_STR("(A) None"), RS_STR("(C) Two")};
    const rs_str dotted[] = {RS_STR("A. None"), RS_STR("B: two")};
    assert_int_equal(rs_metrics_choice_mme(&arena, RS_STR("None"), true, words, 4), 'A');
    assert_int_equal(rs_metrics_choice_mme(&arena, RS_STR("two"), true, words, 4), 'B');
    assert_int_equal(rs_metrics_choice_mme(&arena, RS_STR("two"), true, lettered, 2), 'C');
    assert_int_equal(rs_metrics_choice_mme(&arena, RS_STR("two"), true, dotted, 2), 'B');
    assert_int_equal(rs_metrics_choice_mme(&arena, RS_STR("four"), true, words, 4), 0);
    rs_arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(letters_by_standing),
                                       cmocka_unit_test(several_letters_at_once),
                                       cmocka_unit_test(mme_choices_without_letters)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
