/* On which picture a box lies: words, headings, tags, names, and what does not tell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "readers/which_picture.h"

/* The picture of the box at "@" of the last turn that has one. */
static int32_t of(uint32_t n, const char *user, const char *answer)
{
    static const rs_asset_ref assets[] = {
        {.path = {"p/a.jpg", 7}}, {.path = {"p/b.jpg", 7}}, {.path = {"p/c.jpg", 7}}};
    const rs_turn turns[] = {{RS_TURN_USER, rs_str_of(user)},
                             {RS_TURN_ASSISTANT, rs_str_of(answer)}};
    const rs_sample sample = {.turns = turns, .n_turns = 2, .assets = assets, .n_assets = n};
    size_t turn = rs_str_find_char(turns[1].text, '@') != RS_NPOS;
    rs_str text = turns[turn].text;
    size_t at = rs_str_find_char(text, '@'), end = at + 1;
    size_t brace = rs_str_find_char(rs_str_sub(text, at, text.len), '}');
    if (brace != RS_NPOS) end = at + brace + 1;
    return rs_box_picture(&sample, turn, at, end);
}

static void words(void **unused)
{
    (void)unused;
    static const struct {
        const char *user, *answer;
        int32_t expected;
    } cases[] = {
        {"Image 1: <image>\nImage 2: <image>\nWhere is it in the second image?", "@", 1},
        {"Image 1: <image>\nImage 2: <image>\nWhere is it?", "@", -1},
        {"<image><image>\nWhere is it in image 2?", "@", 1},
        {"<image><image>\nWhere is it in Image-1?", "@", 0},
        {"<image><image>\nWhere is it in the 2nd satellite image?", "@", 1},
        {"<image><image>\nWhere is it in the last picture?", "@", 1},
        {"<image><image>\nWhat is it?", "In Image 1: @", 0},
        {"<image><image>\nWhat is it?", "Image 1: a ship. Image 2: @", 1},
        {"<image><image>\nWhat is it?", "A ship @ in the first image. None in the second image.",
         0},
        {"<image><image>\nWhat is it?", "Image 1 and image 2 differ here: @", -1},
        {"<image><image>\nWhat is in the second image but not in the first?", "@", -1},
        {"<image><image>\nWhat is in the other image?", "@", -1},
        {"<image><image>\nWhat is in images 1 and 2?", "@", -1},
        {"<image><image>\nWhat is in image 7?", "@", -1},
        {"<image><image>\nWhat is in image 0?", "@", 0},
        {"<image><image>\nWhat is in image 0, not image 1?", "In image 1: @", 1},
        {"Image 2: <image> Image 1: <image> Find it in image 2.", "@", 0},
        {"Image A: <image> Image B: <image> Find it in image B.", "@", 1},
        {"<image><image>\nWhere is the second ship in the second image?", "@", 1},
        {"<image><image>\nFind it.", "{\"bbox_2d\": @, \"image\": \"b.jpg\"}", 1},
        {"<image><image>\nFind it.", "@ {\"image\": \"b.jpg\"}", 1},
        {"<image><image>\nFind it.", "@ {\"image_id\": 1}", -1},
        {"<image> shows @. <image> What is here?", "x", 0},
        /* named, and not as the place of the box */
        {"<image><image>\nUnlike image 1, which ship do you see?", "At @.", -1},
        {"<image><image>\nThe plane of the second image has left. Where is it?", "@", -1},
        {"<image><image>\nThere is a plane in the first image. Where is it now?", "@", -1},
        {"<image><image>\nCompare with the first image: where is the plane?", "@", -1},
        {"<image><image>\nWhere is the plane?", "It is not in image 1; the plane is @", -1},
        {"<image><image>\nWhere is the plane?", "In image 2 the plane left; at first it was @", -1},
        {"<image><image>\nWhere is it in image 2?", "Image 1 shows none; @", -1},
        {"<image><image>\nWhere is the plane?", "Image 2: gone. Before, it was @", -1},
        {"<image><image>\nWhere is it in image 2? Do not explain.", "@", 1},
        {"<image><image>\nIn the second image, where is the plane?", "The plane is @.", 1},
        {"<image><image>\nWhere?", "A plane is @ in image 2.", 1},
        {"<image><image>\nWhere?", "**Image 1:** a ship.\n**Image 2:** a plane @", 1},
        {"<image> <image> What is at @?", "x", -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int32_t found = of(2, cases[i].user, cases[i].answer);
        if (found != cases[i].expected)
            fail_msg("%s | %s: expected %d, found %d", cases[i].user, cases[i].answer,
                     cases[i].expected, found);
    }
    assert_int_equal(of(1, "<image>\nWhere is it in the second image?", "@"), 0);
    assert_int_equal(of(0, "Where?", "@"), -1);
    assert_int_equal(of(3, "<image><image><image> In image 3?", "@"), 2);
    assert_int_equal(of(3, "<image><image><image> In the former image?", "@"), -1);
}

/* A picture of its own in every question. */
static void rounds(void **unused)
{
    (void)unused;
    static const rs_asset_ref assets[] = {{.path = {"a.jpg", 5}}, {.path = {"b.jpg", 5}}};
    const rs_turn turns[] = {
        {RS_TURN_USER, RS_STR("<image> where?")},    {RS_TURN_ASSISTANT, RS_STR("@")},
        {RS_TURN_USER, RS_STR("<image> and here?")}, {RS_TURN_ASSISTANT, RS_STR("@")},
        {RS_TURN_USER, RS_STR("what colour?")},      {RS_TURN_ASSISTANT, RS_STR("@")}};
    const rs_sample sample = {.turns = turns, .n_turns = 6, .assets = assets, .n_assets = 2};
    assert_int_equal(rs_box_picture(&sample, 1, 0, 1), 0);
    assert_int_equal(rs_box_picture(&sample, 3, 0, 1), 1);
    assert_int_equal(rs_box_picture(&sample, 5, 0, 1), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(words), cmocka_unit_test(rounds)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
