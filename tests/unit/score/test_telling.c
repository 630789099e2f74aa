/* Whether a prompt is a question: templates, tags and roles around it. */
#include "score/telling.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static rs_arena memory;

static bool same(const char *question, const char *stated)
{
    return rs_score_same_question(&memory, rs_str_of(question), rs_str_of(stated));
}

static void prompts_around_a_question(void **state)
{
    (void)state;
    const char *asked = "<image>\nIs there a ship?\nAnswer with a word.";
    assert_true(same(asked, asked));
    assert_true(same(asked, "Is there a ship? Answer with a word."));
    assert_true(same(asked, "<|im_start|>system\nYou help.<|im_end|>\n<|im_start|>user\n"
                            "<|vision_start|><|image_pad|><|image_pad|><|vision_end|>Is there a "
                            "ship?\nAnswer with a word.<|im_end|>\n<|im_start|>assistant\n"));
    assert_true(same(asked, "system\nYou help.\nuser\nIs there a ship?\nAnswer with a word.\n"
                            "assistant\n"));
    assert_true(same(asked, "USER: <image>\nIs there a ship?\nAnswer with a word. ASSISTANT:"));
    assert_true(same(asked, "[INST][IMG][IMG_BREAK][IMG_END]Is there a ship?\nAnswer with a word."
                            "[/INST]"));
    assert_true(same(asked, "<s>[INST] Is there a ship?\nAnswer with a word. [/INST]"));
    rs_arena_fini(&memory);
}

static void other_questions(void **state)
{
    (void)state;
    assert_false(same("Is there a ship?", "Is there a car?"));
    assert_false(same("Is there a ship?", "Is there a ship? And a car?"));
    assert_false(same("Is there a ship?", ""));
    assert_false(same("", "Is there a ship?"));
    assert_false(same("<image>", "<image>")); /* no question in either */
    assert_false(same("5 < 6 > 4?", "5 4?")); /* comparisons are no tags */
    assert_true(same("5 < 6 > 4?", "user 5 < 6 > 4? assistant"));
    rs_arena_fini(&memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(prompts_around_a_question),
                                       cmocka_unit_test(other_questions)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
