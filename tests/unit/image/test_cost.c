/* What a picture takes to decode is known from its header and refused above max_image; wanted small
 * it is read by rows, with the pixels that decoding and shrinking give. */
#include "image/cost.h"
#include "image/decode.h"
#include "image/probe.h"
#include "pictures.h"

static uint64_t cost_of(rs_image_info info, rs_image_use use)
{
    info.width = info.height = 1000;
    return rs_image_cost(&info, use);
}

static void costs(void **state)
{
    (void)state;
    const uint64_t n = 1000000;
    const rs_image_info png = {.format = RS_IMAGE_PNG, .bands = 3, .bits = 8};
    const rs_image_info deep = {.format = RS_IMAGE_PNG, .bands = 3, .bits = 16};
    const rs_image_info bands = {.format = RS_IMAGE_JP2, .bands = 13, .bits = 16};
    assert_int_equal(cost_of(png, RS_IMAGE_AS_PIXELS), 3 * n);
    assert_int_equal(cost_of(deep, RS_IMAGE_AS_PIXELS), 21 * n);
    assert_int_equal(cost_of(bands, RS_IMAGE_AS_PIXELS), 119 * n);
    const rs_image_info map = {.format = RS_IMAGE_TIFF, .bands = 1, .bits = 8};
    assert_int_equal(cost_of(map, RS_IMAGE_AS_LABELS), 6 * n);
    const rs_image_info huge = {
        .format = RS_IMAGE_JP2, .bands = 16384, .bits = 16, .width = 1u << 30, .height = 1u << 30};
    assert_true(rs_image_cost(&huge, RS_IMAGE_AS_PIXELS) == UINT64_MAX);
}

static void costs_of_hashes(void **state)
{
    (void)state;
    rs_image_info info = {.width = 60000, .height = 60000, .bands = 3, .bits = 8};
    const uint64_t pixels = (uint64_t)60000 * 60000;
    const uint64_t megabyte = 1 << 20;
    info.format = RS_IMAGE_JPEG;
    assert_true(rs_image_cost(&info, RS_IMAGE_AS_HASHES) < 16 * megabyte);
    info.is_progressive = true; /* its coefficients are kept */
    assert_true(rs_image_cost(&info, RS_IMAGE_AS_HASHES) > pixels * 6);
    info.format = RS_IMAGE_PNG;
    assert_true(rs_image_cost(&info, RS_IMAGE_AS_HASHES) > pixels * 3);
    info.is_progressive = false;
    assert_true(rs_image_cost(&info, RS_IMAGE_AS_HASHES) < 16 * megabyte);
    info.format = RS_IMAGE_TIFF;
    assert_true(rs_image_cost(&info, RS_IMAGE_AS_HASHES) < 256 * megabyte);
    info.bits = 16;
    assert_true(rs_image_cost(&info, RS_IMAGE_AS_HASHES) > pixels * 15);
    info = (rs_image_info){.format = RS_IMAGE_WEBP, .width = UINT32_MAX, .height = UINT32_MAX};
    assert_true(rs_image_cost(&info, RS_IMAGE_AS_HASHES) == UINT64_MAX);
}

static void ratio(void **state)
{
    (void)state;
    const rs_image_info bomb = {.format = RS_IMAGE_PNG, .width = 32000, .height = 32000};
    rsift_error err = {0};
    assert_int_equal(rs_image_check_size(&bomb, 6 << 20, NULL, &err), RSIFT_E_LIMIT);
    assert_non_null(strstr(err.message, "max_ratio = 100"));
    assert_int_equal(rs_image_check_size(&bomb, 60 << 20, NULL, &err), RSIFT_OK);
    /* blank, and small */
    const rs_image_info blank = {.format = RS_IMAGE_JPEG, .width = 18000, .height = 18000};
    assert_int_equal(rs_image_check_size(&blank, 1 << 20, NULL, &err), RSIFT_OK);
}

static void refused_or_by_rows(void **state)
{
    static const struct {
        const char *name;
        bool rows;
    } table[] = {{"rgb.png", true},         {"grey.png", true},
                 {"rgba.png", true},        {"rgb.jpg", true},
                 {"rgb.tif", true},         {"feet.tif", true},
                 {"rgb.bmp", true},         {"palette.png", true},
                 {"bits1.png", true},       {"tiled-bigtiff.tif", false},
                 {"interlaced.png", false}, {"progressive-turned6.jpg", true}};
    const rsift_limits little = {.max_image = 200};
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const rs_str bytes = picture(table[i].name);
        rs_pixels whole, want, got;
        rsift_error err = {0};
        assert_int_equal(rs_image_decode(bytes, &little, &got, &err), RSIFT_E_LIMIT);
        assert_non_null(strstr(err.message, "--max-image-mb"));
        assert_int_equal(rs_image_decode(bytes, NULL, &whole, NULL), RSIFT_OK);
        for (uint32_t side = 1; side <= 40; side += 13) {
            uint32_t width, height;
            rs_image_fit(whole.width, whole.height, side, &width, &height);
            assert_int_equal(rs_image_shrink(&whole, width, height, &want, NULL), RSIFT_OK);
            const rsift_status status = rs_image_decode_small(bytes, &little, side, &got, NULL);
            if ((status == RSIFT_OK) != table[i].rows) print_message("%s\n", table[i].name);
            assert_int_equal(status == RSIFT_OK, table[i].rows);
            if (status == RSIFT_OK)
                assert_memory_equal(got.rgb, want.rgb, (size_t)width * height * 3);
            rs_pixels_fini(&got);
            assert_int_equal(rs_image_decode_small(bytes, NULL, side, &got, NULL), RSIFT_OK);
            assert_memory_equal(got.rgb, want.rgb, (size_t)width * height * 3);
            rs_pixels_fini(&got);
            rs_pixels_fini(&want);
        }
        rs_pixels_fini(&whole);
        free((char *)bytes.ptr);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(costs),
        cmocka_unit_test(costs_of_hashes),
        cmocka_unit_test(ratio),
        cmocka_unit_test(refused_or_by_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
