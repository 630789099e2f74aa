/* Label maps: stored numbers, indices and colours of the tiny pictures; damage at every byte. */
#include "image/labels.h"

#include "base/alloc.h"
#include "image/decode.h"
#include "pictures.h"

#include <string.h>

static rs_label_map map;
static rsift_error err;

static rsift_status read_map(const char *name, bool by_colour)
{
    rs_str bytes = picture(name);
    err = (rsift_error){0};
    const rsift_status status = rs_image_labels(bytes, NULL, by_colour, &map, &err);
    free((char *)bytes.ptr);
    assert_true((status == RSIFT_OK) == (map.at != NULL));
    return status;
}

static int32_t at(int x, int y)
{
    return map.labels[map.at[y * PICTURE_W + x]];
}

static void test_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int32_t times;
    } grey[] = {{"grey.png", 1}, {"grey16.png", 40}};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(read_map(grey[i].name, false), RSIFT_OK);
        assert_true(map.width == PICTURE_W && map.height == PICTURE_H && map.n == PICTURE_W + 1);
        for (int y = 0; y < PICTURE_H; y++) {
            for (int x = 0; x < PICTURE_W; x++) {
                uint8_t rgb[3];
                drawn(x, y, rgb);
                assert_int_equal(at(x, y), rgb[0] * grey[i].times);
            }
        }
        rs_label_map_fini(&map);
    }
    static const char *const few[] = {"bits1.png", "bits1.tif"};
    for (size_t i = 0; i < 2; i++) { /* not 0 and 255 */
        assert_int_equal(read_map(few[i], false), RSIFT_OK);
        assert_int_equal(map.n, 2);
        assert_int_equal(map.labels[0] + map.labels[1], 1);
        rs_label_map_fini(&map);
    }
}

/* An index stands for one colour, and by colour the map is what the decoder shows. */
static void test_palettes(void **state)
{
    (void)state;
    static const char *const names[] = {"palette.png", "palette.bmp", "palette.tif"};
    for (size_t i = 0; i < 3; i++) {
        int32_t index[PICTURE_W * PICTURE_H];
        assert_int_equal(read_map(names[i], false), RSIFT_OK);
        for (int k = 0; k < PICTURE_W * PICTURE_H; k++) {
            index[k] = map.labels[map.at[k]];
            assert_true(index[k] >= 0 && index[k] < 256);
        }
        rs_label_map_fini(&map);
        rs_str bytes = picture(names[i]);
        rs_pixels pixels;
        assert_int_equal(rs_image_decode(bytes, NULL, &pixels, NULL), RSIFT_OK);
        free((char *)bytes.ptr);
        assert_int_equal(read_map(names[i], true), RSIFT_OK);
        for (int k = 0; k < PICTURE_W * PICTURE_H; k++) {
            const uint8_t *rgb = pixels.rgb + 3 * k;
            assert_int_equal(map.labels[map.at[k]],
                             RS_LABEL_COLOUR + (rgb[0] << 16 | rgb[1] << 8 | rgb[2]));
            for (int j = 0; j < k; j++)
                if (index[j] == index[k]) assert_int_equal(map.at[j], map.at[k]);
        }
        rs_label_map_fini(&map);
        rs_pixels_fini(&pixels);
    }
}

static void test_colours(void **state)
{
    (void)state;
    static const char *const names[] = {"rgb.png", "rgb.bmp", "rgb.tif", "rgba.png"};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(read_map(names[i], false), RSIFT_OK);
        assert_int_equal(at(5, 4), 250); /* three equal channels are a number */
        assert_int_equal(at(1, 2), RS_LABEL_COLOUR + (12 << 16 | 40 << 8 | 24));
        rs_label_map_fini(&map);
        assert_int_equal(read_map(names[i], true), RSIFT_OK);
        assert_int_equal(at(5, 4), RS_LABEL_COLOUR + 0xfafafa);
        rs_label_map_fini(&map);
    }
    assert_int_equal(read_map("grey.png", true), RSIFT_OK);
    assert_int_equal(at(1, 0), RS_LABEL_COLOUR + 0x0c0c0c);
    rs_label_map_fini(&map);
}

static void test_what_is_no_map(void **state)
{
    (void)state;
    static const struct {
        const char *name, *says;
        bool by_colour;
    } bad[] = {{"rgb.jpg", "JPEG", false},          {"lossless.webp", "found webp", false},
               {"palette.gif", "found gif", false}, {"grey16.png", "wider", true},
               {"complex.tif", "complex", false},   {"video.avi", "found avi", false},
               {"hwc.npy", "another shape", false}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_not_equal(read_map(bad[i].name, bad[i].by_colour), RSIFT_OK);
        if (!strstr(err.message, bad[i].says)) fail_msg("%s: \"%s\"", bad[i].name, err.message);
    }
    rs_str bytes = picture("grey.png");
    const rsift_limits tiny = {.max_pixels = PICTURE_W * PICTURE_H - 1};
    assert_int_equal(rs_image_labels(bytes, &tiny, false, &map, &err), RSIFT_E_LIMIT);
    free((char *)bytes.ptr);
}

/* A small array with its header, by hand. */
static size_t array(uint8_t *out, const char *descr, const char *order, const char *shape,
                    const void *data, size_t n)
{
    char head[128];
    const int len =
        snprintf(head, sizeof head, "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }\n", descr,
                 order, shape);
    memcpy(out, "\x93NUMPY\1\0", 8);
    out[8] = (uint8_t)len;
    out[9] = 0;
    memcpy(out + 10, head, (size_t)len);
    memcpy(out + 10 + len, data, n);
    return 10 + (size_t)len + n;
}

static void test_arrays(void **state)
{
    (void)state;
    const int32_t values[6] = {-1, 7, 7, 300, -1, 16777215};
    const float halves[2] = {1, 1.5f};
    const uint16_t big = 0x0201;
    uint8_t bytes[256];
    size_t n = array(bytes, "<i4", "False", "(2, 3)", values, sizeof values);
    assert_int_equal(rs_image_labels(rs_str_make((char *)bytes, n), NULL, false, &map, &err),
                     RSIFT_OK);
    assert_true(map.width == 3 && map.height == 2 && map.n == 4);
    for (int k = 0; k < 6; k++) assert_int_equal(map.labels[map.at[k]], values[k]);
    rs_label_map_fini(&map);
    assert_int_equal(rs_image_labels(rs_str_make((char *)bytes, n - 1), NULL, false, &map, &err),
                     RSIFT_E_FORMAT);
    n = array(bytes, "<i4", "True", "(1, 2, 3, 1)", values, sizeof values); /* column by column */
    assert_int_equal(rs_image_labels(rs_str_make((char *)bytes, n), NULL, false, &map, &err),
                     RSIFT_OK);
    const int32_t turned[6] = {-1, 7, -1, 7, 300, 16777215};
    for (int k = 0; k < 6; k++) assert_int_equal(map.labels[map.at[k]], turned[k]);
    rs_label_map_fini(&map);
    n = array(bytes, ">u2", "False", "(1, 1)", &big, 2);
    assert_int_equal(rs_image_labels(rs_str_make((char *)bytes, n), NULL, false, &map, &err),
                     RSIFT_OK);
    assert_int_equal(map.labels[0], 0x0102);
    rs_label_map_fini(&map);
    n = array(bytes, "<f4", "False", "(1, 2)", halves, sizeof halves);
    assert_int_equal(rs_image_labels(rs_str_make((char *)bytes, n), NULL, false, &map, &err),
                     RSIFT_E_FORMAT);
    assert_string_equal(err.message,
                        "expected whole numbers below 2^24, found 1.5 at column 1, row 0");
    static const char *const shapes[] = {
        "(6,)", "(0, 6)", "(-2, 3)", "(2, 3, 2)", "(99999999999, 3)", "()", "2, 3"};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        n = array(bytes, "<i4", "False", shapes[i], values, sizeof values);
        assert_int_not_equal(
            rs_image_labels(rs_str_make((char *)bytes, n), NULL, false, &map, &err), RSIFT_OK);
    }
}

/* Cut or changed anywhere: an error, or a map; a sanitizer watches the rest. */
static void test_damaged_bytes(void **state)
{
    (void)state;
    const rsift_limits small = {.max_pixels = 1 << 16};
    for (size_t i = 0; i < 2 * N_PICTURES; i++) {
        rs_str bytes = picture(all_pictures[i / 2]);
        for (size_t k = 0; k < bytes.len; k++) {
            char *cut = malloc(k ? k : 1);
            memcpy(cut, bytes.ptr, k);
            rsift_status st = rs_image_labels((rs_str){cut, k}, &small, i % 2, &map, NULL);
            assert_true((st == RSIFT_OK) == (map.at != NULL));
            rs_label_map_fini(&map);
            free(cut);
            uint8_t *byte = (uint8_t *)bytes.ptr + k, old = *byte;
            *byte = (uint8_t)(old ^ 0x81);
            st = rs_image_labels(bytes, &small, i % 2, &map, NULL);
            assert_true((st == RSIFT_OK) == (map.at != NULL));
            for (size_t j = 0; map.at && j < (size_t)map.width * map.height; j++)
                assert_true(map.at[j] < map.n);
            rs_label_map_fini(&map);
            *byte = old;
        }
        free((char *)bytes.ptr);
    }
}

static void test_memory_runs_out(void **state)
{
    (void)state;
    static const char *const names[] = {"grey.png", "palette.bmp", "palette.tif", "rgb.png",
                                        "bits1.tif"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        rs_str bytes = picture(names[i]);
        rsift_status st = RSIFT_E_NOMEM;
        for (int64_t n = 1; st != RSIFT_OK && n < 1000; n++) {
            rs_alloc_fail_at(n);
            st = rs_image_labels(bytes, NULL, false, &map, NULL);
            rs_alloc_fail_at(0);
            assert_true(st == RSIFT_OK || st == RSIFT_E_NOMEM);
        }
        assert_int_equal(st, RSIFT_OK);
        rs_label_map_fini(&map);
        free((char *)bytes.ptr);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),         cmocka_unit_test(test_palettes),
        cmocka_unit_test(test_colours),         cmocka_unit_test(test_what_is_no_map),
        cmocka_unit_test(test_arrays),          cmocka_unit_test(test_damaged_bytes),
        cmocka_unit_test(test_memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
