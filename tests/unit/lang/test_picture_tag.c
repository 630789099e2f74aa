/* Words for pictures in texts: which are found, and which words are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rng.h"
#include "lang/picture_tag.h"

#include <stdio.h>

static void finds_tags(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        rs_picture_tag_kind kind;
        int32_t number;
    } cases[] = {
        {"<image>", RS_PICTURE_TAG_OWN, -1},
        {"<Image>", RS_PICTURE_TAG_PLACE, -1},
        {"<image_0>", RS_PICTURE_TAG_PLACE, 0},
        {"<image 12>", RS_PICTURE_TAG_PLACE, 12},
        {"<|image_1|>", RS_PICTURE_TAG_PLACE, 1},
        {"<|image|>", RS_PICTURE_TAG_PLACE, -1},
        {"<ImageHere>", RS_PICTURE_TAG_PLACE, -1},
        {"<image-placeholder>", RS_PICTURE_TAG_PLACE, -1},
        {"<image_placeholder>", RS_PICTURE_TAG_PLACE, -1},
        {"<start_of_image>", RS_PICTURE_TAG_PLACE, -1},
        {"<|image_pad|>", RS_PICTURE_TAG_PLACE, -1},
        {"<IMG_CONTEXT>", RS_PICTURE_TAG_PLACE, -1},
        {"<img1>", RS_PICTURE_TAG_PLACE, 1},
        {"[IMG]", RS_PICTURE_TAG_PLACE, -1},
        {"[Image 2]", RS_PICTURE_TAG_PLACE, 2},
        {"<img>", RS_PICTURE_TAG_OPEN, -1},
        {"<Img>", RS_PICTURE_TAG_OPEN, -1},
        {"<|vision_start|>", RS_PICTURE_TAG_OPEN, -1},
        {"</Img>", RS_PICTURE_TAG_CLOSE, -1},
        {"</image>", RS_PICTURE_TAG_CLOSE, -1},
        {"<end_of_image>", RS_PICTURE_TAG_CLOSE, -1},
        {"<img src=\"a.jpg\" width=3>", RS_PICTURE_TAG_UNCLEAR, -1},
        {"<dummy_image>", RS_PICTURE_TAG_UNCLEAR, -1},
        {"<video_1>", RS_PICTURE_TAG_UNCLEAR, 1},
        {"{image}", RS_PICTURE_TAG_UNCLEAR, -1},
        {"[IMG_BREAK]", RS_PICTURE_TAG_UNCLEAR, -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[96];
        rs_picture_tag tag;
        snprintf(text, sizeof text, "a < b %s c", cases[i].text);
        if (!rs_lang_picture_tag(rs_str_of(text), 0, &tag)) fail_msg("%s", text);
        assert_int_equal(tag.begin, 6);
        if (tag.kind != cases[i].kind || tag.number != cases[i].number)
            fail_msg("%s: kind %d number %d", text, (int)tag.kind, (int)tag.number);
        assert_int_equal(rs_lang_foreign_picture_tag(rs_str_of(text), &tag),
                         cases[i].kind != RS_PICTURE_TAG_OWN);
    }
}

static void leaves_text_alone(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "the image shows <p>ships</p> at {<25><33><40><51>|<90>}",
        "<box>[[1, 2, 3, 4]]</box> <ref>an image</ref> <loc_52> <the image of a port>",
        "[refer] [1, 2] [images of ships] {\"image\": \"a\"} <image",
        "x < 3 and [imagery] <s> </s> <seg> {x}",
    };
    rs_picture_tag tag;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (rs_lang_picture_tag(rs_str_of(texts[i]), 0, &tag))
            fail_msg("%s: byte %zu", texts[i], tag.begin);
}

/* Several bytes are passed over at a time: words in front of a text move its first tag and change
 * nothing else, and a tag is found wherever it stands. */
static void moves_with_its_text(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "<image>", "{",    "<", "[", "[IMG]", "<26>",         "|",
        "<p>",     "\x1b", "a", " ", "\x1c",  "\xe6\xbc\xa2", "image>"};
    rs_rng rng = rs_rng_of(1, (rs_id){2, 3});
    for (int round = 0; round < 20000; round++) {
        char text[200];
        size_t n = 0, before = rs_rng_below(&rng, 20);
        memset(text, 'w', before);
        n = before;
        for (size_t k = rs_rng_below(&rng, 12); k > 0; k--) {
            const rs_str piece =
                rs_str_of(pieces[rs_rng_below(&rng, sizeof pieces / sizeof *pieces)]);
            memcpy(text + n, piece.ptr, piece.len);
            n += piece.len;
        }
        rs_picture_tag tag = {0}, moved = {0};
        const bool found = rs_lang_picture_tag(rs_str_make(text + before, n - before), 0, &tag);
        assert_int_equal(rs_lang_picture_tag(rs_str_make(text, n), 0, &moved), found);
        if (!found) continue;
        assert_int_equal(moved.begin, tag.begin + before);
        assert_int_equal(moved.kind, tag.kind);
        for (size_t i = 0; i < moved.begin; i++) /* none begins earlier */
            assert_false(rs_lang_picture_tag(rs_str_make(text + i, moved.begin - i), 0, &tag));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(finds_tags),
                                       cmocka_unit_test(leaves_text_alone),
                                       cmocka_unit_test(moves_with_its_text)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
