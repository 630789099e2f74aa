/* Token estimates: the classes by hand, additivity, and texts whose tokens were counted with the
 * tokenizers themselves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "lang/tokens.h"

static int64_t qwen(const char *text)
{
    return rs_lang_token_hundredths(rs_str_of(text), RS_VOCABULARY_QWEN);
}

static void classes_by_hand(void **state)
{
    (void)state;
    assert_int_equal(qwen(""), 0);
    assert_int_equal(qwen("ship"), 97);
    assert_int_equal(qwen("airplanes"), 97 + 2 * 28);
    assert_int_equal(qwen("12"), 2 * 121);
    assert_int_equal(qwen("of 12"), 97 + 40 + 2 * 121);
    assert_int_equal(qwen("no."), 97 + 90);
    assert_int_equal(qwen("[{\"a\":"), 90 + 97 + 90);
    assert_int_equal(qwen("\xe8\x88\xb9\xe8\x88\xb9"), 2 * 65);
    assert_int_equal(qwen("a\nb"), 2 * 97 + 40);
    assert_int_equal(rs_lang_token_hundredths(RS_STR("ships 1"), RS_VOCABULARY_LLAMA),
                     108 + 57 + 116);
}

/* Sentences of our own with what the vocabularies make of them (counted by tiktoken with Qwen's
 * ranks, and by llama-tokenizer-js): within a quarter of each. */
static void near_the_tokenizers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int qwen, llama;
    } counted[] = {
        {"Is there a ship in the image? Answer yes or no.", 13, 13},
        {"How many buildings are to the left of the largest storage tank?", 13, 13},
        {"Two white airplanes are parked near the terminal, and several vehicles stand on the "
         "apron.",
         18, 21},
        {"{\"bbox_2d\": [135, 114, 1016, 672], \"label\": \"ship\"}", 33, 34},
    };
    for (size_t i = 0; i < sizeof counted / sizeof *counted; i++) {
        const rs_str text = rs_str_of(counted[i].text);
        const int64_t q = rs_lang_token_hundredths(text, RS_VOCABULARY_QWEN),
                      l = rs_lang_token_hundredths(text, RS_VOCABULARY_LLAMA);
        assert_in_range(q, counted[i].qwen * 75, counted[i].qwen * 125);
        assert_in_range(l, counted[i].llama * 75, counted[i].llama * 125);
    }
}

static void any_bytes_end(void **state)
{
    (void)state;
    assert_true(rs_lang_token_hundredths(rs_str_make("\xff\xfe\x80", 3), RS_VOCABULARY_QWEN) >= 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classes_by_hand),
        cmocka_unit_test(near_the_tokenizers),
        cmocka_unit_test(any_bytes_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
