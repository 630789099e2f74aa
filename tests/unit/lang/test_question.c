/* Questions for comparing: without layout, in words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/map.h"
#include "lang/question.h"

static void asks(const char *text, const char *expected)
{
    rs_arena arena = {0};
    const rs_str asking = rs_lang_asking(&arena, rs_str_of(text));
    assert_non_null(asking.ptr);
    if (!rs_str_eq(asking, rs_str_of(expected)))
        fail_msg("%s: \"%.*s\", expected \"%s\"", text, RS_STR_ARG(asking), expected);
    rs_arena_fini(&arena);
}

static void layout_is_no_question(void **state)
{
    (void)state;
    asks("<image>\nIs there a Ship?", "is there a ship");
    asks("[vqa] Is there a ship? Answer the question using a single word or phrase.",
         "is there a ship");
    asks("<|image_1|><image_2>\nWhat changed?", "what changed");
    /* numbers in brackets and a comparison are the question's own */
    asks("What is at [10, 20]? Is it <5 m wide?", "what is at [10, 20] is it <5 m wide");
    /* a format phrase alone stays, since nothing else is there */
    asks("Answer briefly.", "answer briefly");
    asks("", "");
}

static bool put_word(void *ctx, rs_str word)
{
    rs_buf *out = ctx;
    rs_buf_str(out, word);
    rs_buf_char(out, '|');
    return true;
}

static bool stop(void *ctx, rs_str word)
{
    (void)ctx, (void)word;
    return false;
}

static void words_of_all_scripts(void **state)
{
    (void)state;
    rs_buf out = {0};
    assert_true(rs_lang_each_word(RS_STR("how many t-shaped roads, 2?"), put_word, &out));
    assert_true(rs_lang_each_word(RS_STR("图中有 3 艘船"), put_word, &out));
    const char expected[] = "how|many|t-shaped|roads|2|图|中|有|3|艘|船|";
    assert_int_equal(out.len, sizeof expected - 1);
    assert_memory_equal(out.ptr, expected, out.len);
    assert_false(rs_lang_each_word(RS_STR("one two"), stop, NULL));
    assert_int_equal(rs_lang_count_pieces(RS_STR("")), 0);
    assert_int_equal(rs_lang_count_pieces(RS_STR("how many t-shaped roads?")), 4);
    rs_buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layout_is_no_question),
        cmocka_unit_test(words_of_all_scripts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
