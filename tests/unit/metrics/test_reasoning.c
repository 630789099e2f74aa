/* Reasoning in front of answers. */
#include "metrics/reasoning.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void expect_answer(const char *output, bool reasoning, const char *answer)
{
    rs_str found;
    assert_int_equal(rs_metrics_reasoning(rs_str_of(output), &found), reasoning);
    assert_int_equal(found.len, strlen(answer));
    assert_memory_equal(found.ptr, answer, found.len);
}

static void reasoning_is_parted(void **state)
{
    (void)state;
    expect_answer("D", false, "D");
    expect_answer(" D. ", false, " D. "); /* nothing is trimmed where nothing is taken off */
    expect_answer("<think>A or B</think>\n<answer>D</answer>", true, "D");
    expect_answer("Option B.\n</think>\n\nThe answer is D.", true, "The answer is D.");
    expect_answer("<THINK>a</THINK> b", true, "b");
    expect_answer("<think>A</think>B<think>C</think> yes", true, "yes");
    expect_answer("<think>A</think>B<think>C", true, ""); /* cut before the answer */
    expect_answer("<think>it is A, because", true, "");
    expect_answer("<thinking>A</thinking>no", true, "no");
    expect_answer("[THINK]A[/THINK]B", true, "B");
    expect_answer("I think so", false, "I think so");
    expect_answer("\xe2\x97\x81think\xe2\x96\xb7 A \xe2\x97\x81/think\xe2\x96\xb7 C", true, "C");
    expect_answer("<answer>D</answer>", false, "<answer>D</answer>"); /* no reasoning: untouched */
    expect_answer("", false, "");
    expect_answer("</think>", true, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reasoning_is_parted)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
