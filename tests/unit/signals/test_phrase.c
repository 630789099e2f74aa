/* Phrases in questions: words, alternatives, gaps, ends; and what is no phrase. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "signals/phrase.h"

/* Is the phrase in the folded text? */
static bool has(const char *phrase, const char *text)
{
    rs_phrase_set set = {.n = 0};
    rs_arena scratch = {0};
    rsift_error err = {0};
    bool found[2] = {false, false};
    if (rs_phrase_add(&set, rs_str_of(phrase), 1, &err) != RSIFT_OK) fail_msg("%s", err.message);
    assert_int_equal(rs_phrase_compile(&set, &err), RSIFT_OK);
    assert_true(rs_phrase_match(&set, &scratch, rs_str_of(text), found));
    assert_false(found[0]);
    rs_arena_fini(&scratch);
    rs_phrase_fini(&set);
    return found[1];
}

static void finds_words(void **state)
{
    (void)state;
    assert_true(has("how many", "how many ships"));
    assert_true(has("how many", "tell me, how many?"));
    assert_false(has("how many", "many how"));
    assert_false(has("how many", "how"));
    assert_true(has("color|colour of", "the colour of it"));
    assert_false(has("color|colour of", "the colours of it"));
    assert_true(has("is _ there", "is it there"));
    assert_false(has("is _ there", "is there"));
    assert_true(has("_ many", "how many"));
    assert_false(has("_ many", "many"));
    /* Chinese: each character is a word */
    assert_true(
        has("\xe5\xa4\x9a\xe5\xb0\x91", "\xe6\x9c\x89\xe5\xa4\x9a\xe5\xb0\x91\xe8\x88\xb9"));
}

static void gaps_and_ends(void **state)
{
    (void)state;
    assert_true(has("more .. than", "are there more than two"));
    assert_true(has("more .. than", "more a b c d e f than"));
    assert_false(has("more .. than", "more a b c d e f g than"));
    assert_true(has("more ... than", "more a b c d e f g than"));
    assert_true(has("^is there", "is there a ship"));
    assert_false(has("^is there", "what is there"));
    assert_true(has("rural$", "urban or rural"));
    assert_false(has("rural$", "rural or urban"));
    /* a gap goes on when the first end that it tries is not the question's */
    assert_true(has("a .. b$", "a b c b"));
}

static void several_groups(void **state)
{
    (void)state;
    static const char *const phrases[] = {"^is", "ship|ships", "is", "no such"};
    rs_phrase_set set = {.n = 0};
    rs_arena scratch = {0};
    bool found[5] = {false};
    for (uint32_t i = 0; i < 4; i++)
        assert_int_equal(rs_phrase_add(&set, rs_str_of(phrases[i]), i + 1, NULL), RSIFT_OK);
    assert_int_equal(rs_phrase_compile(&set, NULL), RSIFT_OK);
    assert_true(rs_phrase_match(&set, &scratch, RS_STR("what is a ship"), found));
    assert_false(found[1]);
    assert_true(found[2] && found[3]);
    assert_false(found[4]);
    rs_arena_fini(&scratch);
    rs_phrase_fini(&set);
}

static void refuses(const char *phrase, rsift_status status)
{
    rs_phrase_set set = {.n = 0};
    rsift_error err = {0};
    assert_int_equal(rs_phrase_add(&set, rs_str_of(phrase), 1, &err), status);
    assert_int_not_equal(err.message[0], 0);
    rs_phrase_fini(&set);
}

static void what_is_no_phrase(void **state)
{
    (void)state;
    refuses("", RSIFT_E_FORMAT);
    refuses("..", RSIFT_E_FORMAT);
    refuses("_", RSIFT_E_FORMAT);
    refuses("a ..", RSIFT_E_FORMAT);
    refuses(".. a", RSIFT_E_FORMAT);
    refuses("a .. b .. c ... d", RSIFT_E_LIMIT);
    refuses("a b c d e f g h i j k l m n o p q r s t u v w x y", RSIFT_E_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_words),
        cmocka_unit_test(gaps_and_ends),
        cmocka_unit_test(several_groups),
        cmocka_unit_test(what_is_no_phrase),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
