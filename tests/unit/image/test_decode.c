/* Decoding against the drawn pixels, the stretch against sorting, encoders against the decoder,
 * damage and failing allocations. */
#include "image/decode.h"
#include "image/decode_parts.h"

#include "base/alloc.h"
#include "base/rng.h"
#include "pictures.h"

#include <math.h>

static const rsift_limits small = {.max_pixels = 1 << 20};

static void decode(const char *name, rs_pixels *out)
{
    rs_str bytes = picture(name);
    rsift_error err = {0};
    rsift_status st = rs_image_decode(bytes, &small, out, &err);
    if (st != RSIFT_OK) print_message("%s: %s\n", name, err.message);
    assert_int_equal(st, RSIFT_OK);
    assert_int_equal(out->width, PICTURE_W);
    assert_int_equal(out->height, PICTURE_H);
    assert_false(out->damaged);
    free((char *)bytes.ptr);
}

/* Greatest difference from the drawing; grey: the drawing's first band in all three. */
static int difference(const rs_pixels *p, bool grey)
{
    int most = 0;
    for (int y = 0; y < PICTURE_H; y++) {
        for (int x = 0; x < PICTURE_W; x++) {
            uint8_t want[3];
            drawn(x, y, want);
            for (int b = 0; b < 3; b++) {
                int d = p->rgb[(y * PICTURE_W + x) * 3 + b] - want[grey ? 0 : b];
                if (d < 0) d = -d;
                if (d > most) most = d;
            }
        }
    }
    return most;
}

static void test_pixels(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        rs_image_rule rule;
        bool grey;
        int within; /* lossy coding */
    } table[] = {
        {"rgb.png", RS_RULE_AS_IS, 0, 0},        {"interlaced.png", RS_RULE_AS_IS, 0, 0},
        {"grey.png", RS_RULE_AS_IS, 1, 0},       {"rgba.png", RS_RULE_CONVERT, 0, 0},
        {"rgb.tif", RS_RULE_AS_IS, 0, 0},        {"deflate-big-endian.tif", RS_RULE_AS_IS, 0, 0},
        {"planar.tif", RS_RULE_AS_IS, 0, 0},     {"tiled-bigtiff.tif", RS_RULE_AS_IS, 0, 0},
        {"pages.tif", RS_RULE_AS_IS, 0, 0},      {"cmyk.tif", RS_RULE_CONVERT, 0, 1},
        {"feet.tif", RS_RULE_AS_IS, 1, 0},       {"jpeg-in.tif", RS_RULE_AS_IS, 0, 200},
        {"rgb.bmp", RS_RULE_AS_IS, 0, 0},        {"palette.bmp", RS_RULE_CONVERT, 0, 60},
        {"palette.png", RS_RULE_CONVERT, 0, 60}, {"palette.tif", RS_RULE_CONVERT, 0, 60},
        {"lossless.webp", RS_RULE_AS_IS, 0, 0},  {"alpha-turned3.webp", RS_RULE_CONVERT, 0, 255},
        {"lossy.webp", RS_RULE_AS_IS, 0, 200},   {"rgb.jp2", RS_RULE_AS_IS, 0, 0},
        {"grey.j2k", RS_RULE_AS_IS, 1, 0},       {"rgb.jpg", RS_RULE_AS_IS, 0, 200},
        {"grey.jpg", RS_RULE_AS_IS, 1, 40},      {"cmyk.jpg", RS_RULE_CONVERT, 0, 120},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        rs_pixels p;
        decode(table[i].name, &p);
        int d = difference(&p, table[i].grey);
        if (d > table[i].within) print_message("%s differs by %d\n", table[i].name, d);
        assert_true(d <= table[i].within);
        assert_int_equal(p.rule, table[i].rule);
        rs_pixels_fini(&p);
    }
}

static void test_few_bits_and_many_bands(void **state)
{
    (void)state;
    rs_pixels png, tif, six;
    decode("bits1.png", &png);
    decode("bits1.tif", &tif);
    assert_memory_equal(png.rgb, tif.rgb, PICTURE_W * PICTURE_H * 3);
    for (size_t i = 0; i < PICTURE_W * PICTURE_H * 3; i++)
        assert_true(png.rgb[i] == 0 || png.rgb[i] == 255);
    /* six bands of unknown meaning are shown only as somebody asks */
    const rs_str bytes = picture("bands6.tif");
    const rs_image_view absent = {.bands = {4, 3, 7}}, asked = {.bands = {4, 3, 1}};
    rsift_error err = {0};
    assert_int_equal(rs_image_decode(bytes, NULL, &six, &err), RSIFT_E_UNSUPPORTED);
    assert_non_null(strstr(err.message, "--bands"));
    assert_int_equal(rs_image_decode_view(bytes, NULL, &absent, &six, &err), RSIFT_E_FORMAT);
    assert_int_equal(rs_image_decode_view(bytes, NULL, &asked, &six, &err), RSIFT_OK);
    assert_int_equal(six.rule, RS_RULE_BANDS);
    for (int x = 0; x < PICTURE_W; x++) { /* band k is k times the first, modulo 256 */
        assert_int_equal(six.rgb[x * 3], x * 48 & 255);
        assert_int_equal(six.rgb[x * 3 + 1], x * 36 & 255);
        assert_int_equal(six.rgb[x * 3 + 2], x * 12);
    }
    free((char *)bytes.ptr);
    rs_pixels_fini(&png);
    rs_pixels_fini(&tif);
    rs_pixels_fini(&six);
}

static void test_refused(void **state)
{
    (void)state;
    static const char *const names[] = {"complex.tif", "palette.gif", "front.mp4", "video.avi",
                                        "hwc.npy"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        rs_str bytes = picture(names[i]);
        rs_pixels p;
        rsift_error err;
        assert_int_equal(rs_image_decode(bytes, NULL, &p, &err), RSIFT_E_UNSUPPORTED);
        assert_null(p.rgb);
        free((char *)bytes.ptr);
    }
    for (size_t i = 0; i < N_PICTURES; i++) {
        rs_str bytes = picture(all_pictures[i]);
        const rsift_limits tiny = {.max_pixels = PICTURE_W * PICTURE_H - 1};
        rs_pixels p;
        rsift_error err;
        rsift_status st = rs_image_decode(bytes, &tiny, &p, &err);
        assert_true(st == RSIFT_E_LIMIT || st == RSIFT_E_UNSUPPORTED);
        if (st == RSIFT_E_LIMIT) assert_non_null(strstr(err.message, "max_pixels"));
        free((char *)bytes.ptr);
    }
}

/* ---- stretch ---- */

static int compare(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* The rule written the slow way: sort, take the ranks, scale. */
static void stretch_by_sorting(const float *v, size_t n, float no_data, int *out)
{
    float *sorted = malloc(n * sizeof *sorted);
    size_t m = 0;
    for (size_t i = 0; i < n; i++)
        if (isfinite(v[i]) && v[i] != no_data) sorted[m++] = v[i];
    qsort(sorted, m, sizeof *sorted, compare);
    double lo = (double)sorted[(m * 2 + 99) / 100 - 1],
           hi = (double)sorted[(m * 98 + 99) / 100 - 1];
    for (size_t i = 0; i < n; i++) {
        bool data = isfinite(v[i]) && v[i] != no_data;
        double to = data ? floor(((double)v[i] - lo) * 255 / (hi - lo) + 0.5) : 0;
        out[i] = to < 0 ? 0 : to > 255 ? 255 : (int)to;
    }
    free(sorted);
}

static void test_stretch_equals_sorting(void **state)
{
    (void)state;
    enum { N = 1000 };
    for (uint64_t seed = 1; seed <= 50; seed++) {
        float v[N];
        uint8_t rgb[N * 3] = {0};
        int want[N];
        rs_rng rng = rs_rng_of(seed, (rs_id){0});
        for (size_t i = 0; i < N; i++) {
            double u = rs_rng_unit(&rng);
            v[i] = (float)(seed % 2 ? floor(u * u * 10000) - 500 : u * 3e-4);
            if (rs_rng_below(&rng, 20) == 0) v[i] = i % 2 ? NAN : -9999.0f;
        }
        stretch_by_sorting(v, N, -9999.0f, want);
        assert_int_equal(
            rs_image_stretch(&(rs_image_samples){v, N, 1, -9999}, &(rs_image_view){0}, rgb, NULL),
            RSIFT_OK);
        for (size_t i = 0; i < N; i++) {
            int d = rgb[i * 3] - want[i];
            if (d < -1 || d > 1) print_message("seed %d value %zu\n", (int)seed, i);
            assert_true(d >= -1 && d <= 1); /* bins may round the percentile by 1/65535 */
            assert_true(rgb[i * 3 + 1] == rgb[i * 3] && rgb[i * 3 + 2] == rgb[i * 3]);
        }
    }
}

static void test_stretch_edges(void **state)
{
    (void)state;
    uint8_t rgb[9];
    const float none[] = {NAN, INFINITY, -INFINITY}, flat[] = {7, 7, 7},
                wide[] = {-3e38f, 0, 3e38f};
    memset(rgb, 0, sizeof rgb);
    rs_image_stretch(&(rs_image_samples){none, 3, 1, NAN}, &(rs_image_view){0}, rgb, NULL);
    for (size_t i = 0; i < 9; i++) assert_int_equal(rgb[i], 0);
    rs_image_stretch(&(rs_image_samples){flat, 3, 1, NAN}, &(rs_image_view){0}, rgb, NULL);
    for (size_t i = 0; i < 9; i++) assert_int_equal(rgb[i], 0);
    const float deep[] = {0, 1500, 9000};
    const rs_image_view fixed = {.fixed = true, .low = 0, .high = 3000};
    rs_image_stretch(&(rs_image_samples){deep, 3, 1, NAN}, &fixed, rgb, NULL);
    assert_int_equal(rgb[0], 0);
    assert_int_equal(rgb[3], 128);
    assert_int_equal(rgb[6], 255);
    rs_image_stretch(&(rs_image_samples){flat, 3, 1, NAN}, &fixed, rgb, NULL);
    assert_int_equal(rgb[0], 1); /* a flat picture between given values is not black */
    rs_image_stretch(&(rs_image_samples){wide, 3, 1, NAN}, &(rs_image_view){0}, rgb, NULL);
    assert_int_equal(rgb[0], 0);
    assert_int_equal(rgb[3], 128);
    assert_int_equal(rgb[6], 255);
}

static void test_wide_pictures(void **state)
{
    (void)state;
    static const char *const same[] = {"grey16.png", "grey16.jp2", "uint16-utm.tif"};
    rs_pixels first, p;
    decode(same[0], &first);
    assert_int_equal(first.rule, RS_RULE_STRETCH);
    assert_int_equal(first.rgb[0], 0);
    for (size_t i = 1; i < 3; i++) { /* the same numbers in three formats */
        decode(same[i], &p);
        assert_memory_equal(first.rgb, p.rgb, PICTURE_W * PICTURE_H * 3);
        rs_pixels_fini(&p);
    }
    rs_pixels_fini(&first);
    decode("nodata.tif", &p);
    for (int x = 0; x < PICTURE_W * 3; x++) assert_int_equal(p.rgb[x], 0); /* its first row */
    /* Of 220 values the 5th is 0 and the 216th belongs to the square of 250 * 30. */
    assert_int_equal(p.rgb[(PICTURE_W * 2 - 1) * 3], (228 * 255 + 125) / 250);
    rs_pixels_fini(&p);
    decode("float-mercator.tif", &p);
    assert_int_equal(p.rule, RS_RULE_STRETCH);
    rs_pixels_fini(&p);
}

/* ---- encode ---- */

static void test_encode_round_trip(void **state)
{
    (void)state;
    rs_pixels p, back;
    rs_buf png = {0}, jpeg = {0}, poor = {0};
    decode("rgb.png", &p);
    assert_int_equal(rs_image_encode_png(&p, &png, NULL), RSIFT_OK);
    assert_int_equal(rs_image_decode(rs_buf_view(&png), NULL, &back, NULL), RSIFT_OK);
    assert_int_equal(difference(&back, false), 0);
    rs_pixels_fini(&back);
    assert_int_equal(rs_image_encode_jpeg(&p, 100, &jpeg, NULL), RSIFT_OK);
    assert_int_equal(rs_image_encode_jpeg(&p, 30, &poor, NULL), RSIFT_OK);
    assert_true(poor.len < jpeg.len);
    assert_int_equal(rs_image_decode(rs_buf_view(&jpeg), NULL, &back, NULL), RSIFT_OK);
    assert_true(difference(&back, false) <= 4);
    rs_pixels_fini(&back);
    rsift_error err;
    const rs_pixels none = {0};
    assert_int_equal(rs_image_encode_jpeg(&p, 0, &jpeg, &err), RSIFT_E_ARG);
    assert_int_equal(rs_image_encode_jpeg(&none, 90, &jpeg, &err), RSIFT_E_ARG);
    assert_int_equal(rs_image_encode_png(&none, &png, &err), RSIFT_E_ARG);
    rs_pixels_fini(&p);
    rs_buf_fini(&png);
    rs_buf_fini(&jpeg);
    rs_buf_fini(&poor);
}

/* ---- damage ---- */

/* Cut or changed anywhere: an error, or pixels; a sanitizer watches the rest. */
static void test_damaged_bytes(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_PICTURES; i++) {
        rs_str bytes = picture(all_pictures[i]);
        for (size_t k = 0; k < bytes.len; k++) {
            rs_pixels p;
            char *cut = malloc(k ? k : 1);
            memcpy(cut, bytes.ptr, k);
            rsift_status st = rs_image_decode((rs_str){cut, k}, &small, &p, NULL);
            assert_true((st == RSIFT_OK) == (p.rgb != NULL));
            rs_pixels_fini(&p);
            free(cut);
            uint8_t *byte = (uint8_t *)bytes.ptr + k, old = *byte;
            *byte = (uint8_t)(old ^ 0x81);
            st = rs_image_decode(bytes, &small, &p, NULL);
            assert_true((st == RSIFT_OK) == (p.rgb != NULL));
            rs_pixels_fini(&p);
            *byte = old;
        }
        free((char *)bytes.ptr);
    }
}

static void test_cut_jpeg_is_told(void **state)
{
    (void)state;
    rs_str bytes = picture("rgb.jpg");
    rs_pixels p;
    assert_int_equal(rs_image_decode(rs_str_sub(bytes, 0, bytes.len - 30), NULL, &p, NULL),
                     RSIFT_OK);
    assert_true(p.damaged);
    rs_pixels_fini(&p);
    free((char *)bytes.ptr);
    bytes = picture("rgb.png");
    rsift_error err;
    assert_int_equal(rs_image_decode(rs_str_sub(bytes, 0, bytes.len - 30), NULL, &p, &err),
                     RSIFT_E_FORMAT);
    free((char *)bytes.ptr);
}

static void test_allocations_fail(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_PICTURES; i++) {
        rs_str bytes = picture(all_pictures[i]);
        rs_pixels p;
        rsift_status st = RSIFT_E_NOMEM;
        for (int64_t n = 1; st == RSIFT_E_NOMEM; n++) {
            rsift_error err = {0};
            assert_true(n < 1000);
            rs_alloc_fail_at(n);
            st = rs_image_decode(bytes, &small, &p, &err);
            rs_alloc_fail_at(0);
            if (st == RSIFT_E_NOMEM) assert_null(p.rgb);
        }
        assert_true(st == RSIFT_OK || st == RSIFT_E_UNSUPPORTED);
        rs_pixels_fini(&p);
        free((char *)bytes.ptr);
    }
}

static rsift_status use_all(const rs_pixels *p)
{
    rs_buf buf = {0};
    rs_pixels less = {0};
    rsift_status st = rs_image_encode_png(p, &buf, NULL);
    if (st == RSIFT_OK) st = rs_image_encode_jpeg(p, 80, &buf, NULL);
    if (st == RSIFT_OK) st = rs_image_shrink(p, 7, 5, &less, NULL);
    if (st == RSIFT_OK) st = rs_image_orient(&less, 6, NULL);
    rs_buf_fini(&buf);
    rs_pixels_fini(&less);
    return st;
}

static void test_writers_allocations_fail(void **state)
{
    (void)state;
    rs_pixels p;
    decode("rgb.png", &p);
    rsift_status st = RSIFT_E_NOMEM;
    int64_t n = 1;
    for (; st == RSIFT_E_NOMEM; n++) {
        assert_true(n < 1000);
        rs_alloc_fail_at(n);
        st = use_all(&p);
        rs_alloc_fail_at(0);
    }
    assert_int_equal(st, RSIFT_OK);
    assert_true(n > 8);
    rs_pixels_fini(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pixels),
        cmocka_unit_test(test_few_bits_and_many_bands),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_stretch_equals_sorting),
        cmocka_unit_test(test_stretch_edges),
        cmocka_unit_test(test_wide_pictures),
        cmocka_unit_test(test_encode_round_trip),
        cmocka_unit_test(test_damaged_bytes),
        cmocka_unit_test(test_cut_jpeg_is_told),
        cmocka_unit_test(test_allocations_fail),
        cmocka_unit_test(test_writers_allocations_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
