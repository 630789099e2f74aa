/* What pictures and turns cost each model, by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "render/cost.h"

static int64_t tokens(const char *model, double width, double height, double most)
{
    return rs_render_picture_tokens(rs_render_model_find(rs_str_of(model)), width, height, 0, most);
}

static void pictures_by_hand(void **state)
{
    (void)state;
    /* 512 -> 504 = 18 x 28; 1,003,520 pixels: 1024 -> 980 = 35 x 28 */
    assert_int_equal(tokens("qwen2.5-vl", 512, 512, 0), 18 * 18 + 2);
    assert_int_equal(tokens("qwen2.5-vl", 1024, 1024, 0), 35 * 35 + 2);
    assert_int_equal(tokens("qwen2.5-vl", 1024, 1024, 50176), 8 * 8 + 2);
    assert_int_equal(tokens("qwen2.5-vl", 1024, 512, 0), 37 * 18 + 2);
    assert_int_equal(tokens("qwen3-vl", 512, 512, 0), 16 * 16 + 2);
    assert_int_equal(tokens("llava-1.5", 4000, 100, 0), 576);
    /* one tile for a small square; 2 x 1 and a thumbnail for twice as wide */
    assert_int_equal(tokens("internvl", 256, 256, 0), 256 + 2);
    assert_int_equal(tokens("internvl", 896, 448, 0), 3 * 256 + 2);
    /* a large square fills 2 x 2 of at most 6 tiles */
    assert_int_equal(tokens("internvl", 1024, 1024, 0), 5 * 256 + 2);
    assert_int_equal(tokens("internvl", 1024, 1024, 448 * 448), 256 + 2);
}

static void tags_of_pictures_are_not_text(void **state)
{
    (void)state;
    const rs_render_model *qwen = rs_render_model_find(RS_STR("qwen2.5-vl"));
    assert_int_equal(rs_render_turn_hundredths(qwen, RS_STR("a ship")), 500 + 2 * 97);
    assert_int_equal(rs_render_turn_hundredths(qwen, RS_STR("<image><image>a ship")), 500 + 2 * 97);
    assert_int_equal(rs_render_turn_hundredths(qwen, RS_STR("")), 500);
}

static void every_model_has_a_price(void **state)
{
    (void)state;
    for (size_t m = 0; rs_render_models[m]; m++) {
        const rs_render_model *model = rs_render_models[m];
        int64_t before = 0;
        for (double side = 64; side <= 4096; side *= 2) {
            const int64_t now = rs_render_picture_tokens(model, side, side, 0, 0);
            assert_true(now > 0 && now >= before);
            before = now;
        }
        /* sizes that nobody knows, or that its code refuses, are not free */
        assert_true(rs_render_picture_tokens(model, 0, 0, 0, 0) > 0);
        assert_true(rs_render_picture_tokens(model, 1e6, 1, 0, 0) > 0);
        assert_true(rs_render_turn_hundredths(model, RS_STR("yes")) > 500);
        assert_true(rs_render_box_hundredths(model) > 1000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pictures_by_hand),
        cmocka_unit_test(tags_of_pictures_are_not_text),
        cmocka_unit_test(every_model_has_a_price),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
