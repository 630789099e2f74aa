/* Probing: what headers say, prefix against random access, files cut at every byte. */
#include "image/name.h"
#include "image/probe.h"

#include "pictures.h"

#include <math.h>

typedef struct expected {
    const char *name, *format, *dtype;
    uint32_t width, height, bands;
    int64_t n_frames;
    unsigned orientation;
    bool alpha, palette, rgb8;
    double gsd_m;
} expected;

static const expected table[] = {
    {"rgb.jpg", "jpeg", "uint8", 20, 12, 3, 1, 1, 0, 0, 1, 0},
    {"grey.jpg", "jpeg", "uint8", 20, 12, 1, 1, 1, 0, 0, 1, 0},
    {"cmyk.jpg", "jpeg", "uint8", 20, 12, 4, 1, 1, 0, 0, 0, 0},
    {"progressive-turned6.jpg", "jpeg", "uint8", 20, 12, 3, 1, 6, 0, 0, 1, 0},
    {"rgb.png", "png", "uint8", 20, 12, 3, 1, 1, 0, 0, 1, 0},
    {"grey16.png", "png", "uint16", 20, 12, 1, 1, 1, 0, 0, 0, 0},
    {"rgba.png", "png", "uint8", 20, 12, 4, 1, 1, 1, 0, 0, 0},
    {"palette.png", "png", "uint4", 20, 12, 1, 1, 1, 0, 1, 0, 0},
    {"bits1.png", "png", "uint1", 20, 12, 1, 1, 1, 0, 0, 0, 0},
    {"turned8.png", "png", "uint8", 20, 12, 3, 1, 8, 0, 0, 1, 0},
    {"palette.gif", "gif", "uint8", 20, 12, 1, 0, 1, 0, 1, 0, 0},
    {"rgb.bmp", "bmp", "uint8", 20, 12, 3, 1, 1, 0, 0, 1, 0},
    {"palette.bmp", "bmp", "uint8", 20, 12, 1, 1, 1, 0, 1, 0, 0},
    {"lossy.webp", "webp", "uint8", 20, 12, 3, 1, 1, 0, 0, 1, 0},
    {"lossless.webp", "webp", "uint8", 20, 12, 3, 1, 1, 0, 0, 1, 0},
    {"alpha-turned3.webp", "webp", "uint8", 20, 12, 4, 1, 3, 1, 0, 0, 0},
    {"rgb.jp2", "jp2", "uint8", 20, 12, 3, 1, 1, 0, 0, 1, 0},
    {"grey.j2k", "jp2", "uint8", 20, 12, 1, 1, 1, 0, 0, 1, 0},
    {"grey16.jp2", "jp2", "uint16", 20, 12, 1, 1, 1, 0, 0, 0, 0},
    {"rgb.tif", "tiff", "uint8", 20, 12, 3, 1, 1, 0, 0, 1, 0},
    {"deflate-big-endian.tif", "tiff", "uint8", 20, 12, 3, 1, 1, 0, 0, 1, 0},
    {"tiled-bigtiff.tif", "tiff", "uint8", 20, 12, 3, 1, 1, 0, 0, 1, 0},
    {"bands6.tif", "tiff", "uint8", 20, 12, 6, 1, 1, 0, 0, 0, 0},
    {"pages.tif", "tiff", "uint8", 20, 12, 3, 2, 1, 0, 0, 0, 0}, /* the half-size copy is no page */
    {"complex.tif", "tiff", "complex64", 20, 12, 1, 1, 1, 0, 0, 0, 0},
    {"uint16-utm.tif", "tiff", "uint16", 20, 12, 1, 1, 1, 0, 0, 0, 10},
    {"float-mercator.tif", "tiff", "float32", 20, 12, 1, 1, 1, 0, 0, 0, 0.25}, /* cos 60 = 1/2 */
    {"feet.tif", "tiff", "uint8", 20, 12, 1, 1, 1, 0, 0, 1, 2 * 1200.0 / 3937},
    {"degrees.tif", "tiff", "uint8", 20, 12, 1, 1, 1, 0, 0, 1, 0},
    {"hwc.npy", "npy", "uint8", 20, 12, 3, 1, 1, 0, 0, 0, 0},
    {"float.npy", "npy", "float32", 20, 12, 1, 1, 1, 0, 0, 0, 0},
    {"front.mp4", "mp4", "uint8", 320, 240, 3, 25, 1, 0, 0, 0, 0},
    {"back.mp4", "mp4", "uint8", 320, 240, 3, 25, 1, 0, 0, 0, 0},
    {"video.avi", "avi", "uint8", 320, 240, 3, 25, 1, 0, 0, 0, 0},
};

static rs_image_extent extent_of(const rs_image_info *info, rs_str bytes)
{
    size_t from = bytes.len > RS_IMAGE_TAIL ? bytes.len - RS_IMAGE_TAIL : 0;
    return rs_image_complete(info, rs_str_sub(bytes, from, bytes.len), (int64_t)bytes.len);
}

static void test_headers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const expected *e = &table[i];
        rs_str bytes = picture(e->name);
        rs_image_info got;
        rsift_error err = {0};
        rsift_status st = rs_image_probe(bytes, (int64_t)bytes.len, &got, NULL, &err);
        if (st != RSIFT_OK) print_message("%s: %s\n", e->name, err.message);
        assert_int_equal(st, RSIFT_OK);
        assert_string_equal(got.format_name, e->format);
        assert_string_equal(got.dtype, e->dtype);
        assert_int_equal(got.width, e->width);
        assert_int_equal(got.height, e->height);
        assert_int_equal(got.bands, e->bands);
        assert_int_equal(got.n_frames, e->n_frames);
        assert_int_equal(got.orientation, e->orientation);
        assert_int_equal(got.has_alpha, e->alpha);
        assert_int_equal(got.has_palette, e->palette);
        assert_int_equal(got.is_rgb8, e->rgb8);
        assert_true(fabs(got.gsd_m - e->gsd_m) < 1e-6);
        assert_int_equal(extent_of(&got, bytes), RS_IMAGE_COMPLETE);
        free((char *)bytes.ptr);
    }
}

/* ---- random access ---- */

typedef struct file {
    rs_str bytes;
    int n_reads, fail_at;
} file;

static rsift_status read_file(void *ctx, int64_t at, void *dst, size_t n, rsift_error *err)
{
    file *f = ctx;
    if (++f->n_reads == f->fail_at) return rs_err_set(err, RSIFT_E_IO, "planted");
    assert_true(at >= 0 && (uint64_t)at + n <= f->bytes.len);
    memcpy(dst, f->bytes.ptr + at, n);
    return RSIFT_OK;
}

static void assert_same(const rs_image_info *a, const rs_image_info *b)
{
    assert_int_equal(a->format, b->format);
    assert_int_equal(a->width, b->width);
    assert_int_equal(a->height, b->height);
    assert_int_equal(a->n_frames, b->n_frames);
    assert_int_equal(a->orientation, b->orientation);
    assert_int_equal(a->n_declared, b->n_declared);
    assert_int_equal(a->data_at, b->data_at);
    assert_true(a->gsd_m == b->gsd_m);
}

/* Any prefix gives the same answer as the whole file, or says that it needs more. */
static void test_prefix_equals_random(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_PICTURES; i++) {
        file f = {.bytes = picture(all_pictures[i])};
        rs_image_info whole, part;
        size_t need;
        const int64_t n = (int64_t)f.bytes.len;
        assert_int_equal(rs_image_probe_at(read_file, &f, n, &whole, NULL), RSIFT_OK);
        assert_true(f.n_reads <= 2);
        for (size_t k = 0; k <= f.bytes.len; k++) {
            rsift_status st = rs_image_probe(rs_str_sub(f.bytes, 0, k), n, &part, &need, NULL);
            if (st == RSIFT_END) {
                assert_true(need > k && need <= f.bytes.len);
            } else {
                assert_int_equal(st, RSIFT_OK);
                assert_same(&whole, &part);
            }
        }
        free((char *)f.bytes.ptr);
    }
}

static void test_far_directory_takes_few_reads(void **state)
{
    (void)state;
    enum { GAP = 1 << 20 };
    rs_str small = picture("rgb.tif");
    char *big = calloc(1, small.len + GAP);
    memcpy(big, small.ptr, 8);
    uint32_t first;
    memcpy(&first, big + 4, 4); /* little-endian file; so is every machine we test on */
    assert_int_equal(first, 8);
    /* The directory moves to the end: its inner offsets now point into the zeros, which is fine
     * for everything but its strips. */
    first += GAP;
    memcpy(big + 4, &first, 4);
    memcpy(big + 8 + GAP, small.ptr + 8, small.len - 8);
    file f = {.bytes = {big, small.len + GAP}};
    rs_image_info info;
    assert_int_equal(rs_image_probe_at(read_file, &f, (int64_t)f.bytes.len, &info, NULL), RSIFT_OK);
    assert_int_equal(info.width, PICTURE_W);
    assert_true(f.n_reads <= 6);
    f = (file){.bytes = f.bytes, .fail_at = 2};
    rsift_error err;
    assert_int_equal(rs_image_probe_at(read_file, &f, (int64_t)f.bytes.len, &info, &err),
                     RSIFT_E_IO);
    assert_string_equal(err.message, "planted");
    size_t need = 0;
    assert_int_equal(
        rs_image_probe(rs_str_sub(f.bytes, 0, 4096), (int64_t)f.bytes.len, &info, &need, NULL),
        RSIFT_END);
    assert_true(need > GAP && need <= f.bytes.len);
    free(big);
    free((char *)small.ptr);
}

/* ---- damage ---- */

/* A file cut anywhere is refused or called truncated or, where nothing can be told, unknown;
 * never complete. (A classic TIFF may lose the last link of its chain and stay whole.) */
static void test_cut_at_every_byte(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_PICTURES; i++) {
        rs_str bytes = picture(all_pictures[i]);
        for (size_t k = 0; k < bytes.len; k++) {
            char *exact = malloc(k ? k : 1); /* so that a sanitizer sees reads behind the end */
            memcpy(exact, bytes.ptr, k);
            rs_image_info info;
            rs_str cut = {exact, k};
            rsift_status st = rs_image_probe(cut, (int64_t)k, &info, NULL, NULL);
            if (st == RSIFT_OK && extent_of(&info, cut) == RS_IMAGE_COMPLETE) {
                print_message("%s cut at %zu of %zu is called complete\n", all_pictures[i], k,
                              bytes.len);
                fail();
            }
            if (st != RSIFT_OK) assert_int_equal(st, RSIFT_E_FORMAT);
            free(exact);
        }
        free((char *)bytes.ptr);
    }
}

static void test_any_byte_changed(void **state)
{
    (void)state;
    static const uint8_t values[] = {0, 1, 0x7f, 0x80, 0xff};
    for (size_t i = 0; i < N_PICTURES; i++) {
        rs_str bytes = picture(all_pictures[i]);
        uint8_t *p = (uint8_t *)bytes.ptr;
        for (size_t k = 0; k < bytes.len; k++) {
            uint8_t old = p[k];
            for (size_t v = 0; v < sizeof values; v++) {
                p[k] = values[v];
                rs_image_info info;
                rsift_status st = rs_image_probe(bytes, (int64_t)bytes.len, &info, NULL, NULL);
                assert_true(st == RSIFT_OK || st == RSIFT_E_FORMAT || st == RSIFT_E_UNSUPPORTED);
                assert_true(info.orientation >= 1 && info.orientation <= 8);
                assert_non_null(info.dtype);
            }
            p[k] = old;
        }
        free(p);
    }
}

static void test_padding_and_strangers(void **state)
{
    (void)state;
    rs_str jpeg = picture("rgb.jpg");
    char *padded = calloc(1, jpeg.len + 512);
    memcpy(padded, jpeg.ptr, jpeg.len);
    rs_image_info info;
    rs_str whole = {padded, jpeg.len + 512};
    assert_int_equal(rs_image_probe(whole, -1, &info, NULL, NULL), RSIFT_OK);
    assert_int_equal(extent_of(&info, whole), RS_IMAGE_COMPLETE);
    /* Only padding in sight: not known. */
    assert_int_equal(
        rs_image_complete(&info, rs_str_sub(whole, jpeg.len, whole.len), (int64_t)whole.len),
        RS_IMAGE_EXTENT_UNKNOWN);
    free(padded);
    free((char *)jpeg.ptr);

    rsift_error err;
    rs_str html = RS_STR("<!DOCTYPE html><html>404");
    assert_int_equal(rs_image_probe(html, -1, &info, NULL, &err), RSIFT_E_FORMAT);
    assert_non_null(strstr(err.message, "<!DOCTYPE"));
    assert_int_equal(rs_image_probe(RS_STR(""), 0, &info, NULL, &err), RSIFT_E_FORMAT);
    assert_string_equal(err.message, "the file is empty");
    assert_int_equal(rs_image_probe(RS_STR("\x89HDF\r\n\x1a\n...."), -1, &info, NULL, &err),
                     RSIFT_E_UNSUPPORTED);
    assert_string_equal(info.format_name, "hdf5");
    assert_int_equal(rs_image_probe_at(read_file, NULL, -1, &info, &err), RSIFT_E_ARG);
}

/* A chain of directories that leads back to itself must end, and says that it was not counted. */
static void test_looping_directories(void **state)
{
    (void)state;
    rs_str bytes = picture("pages.tif");
    uint8_t *p = (uint8_t *)bytes.ptr;
    uint32_t first, next;
    memcpy(&first, p + 4, 4);
    unsigned n = p[first] | (unsigned)p[first + 1] << 8;
    uint8_t *link = p + first + 2 + n * 12;
    memcpy(&next, link, 4);
    unsigned n2 = p[next] | (unsigned)p[next + 1] << 8;
    memcpy(p + next + 2 + n2 * 12, &next, 4); /* the second points at itself */
    rs_image_info info;
    assert_int_equal(rs_image_probe(bytes, (int64_t)bytes.len, &info, NULL, NULL), RSIFT_OK);
    assert_int_equal(info.n_frames, 0);
    free(p);
}

static void test_names(void **state)
{
    (void)state;
    assert_true(rs_image_is_name(RS_STR("a/b.JPG")));
    assert_true(rs_image_is_name(RS_STR("x.tiff")));
    assert_true(rs_image_is_name(RS_STR("clip.mp4")));
    assert_true(rs_image_is_video_name(RS_STR("clip.MP4")));
    assert_false(rs_image_is_video_name(RS_STR("x.png")));
    assert_false(rs_image_is_name(RS_STR("a.jpg/readme")));
    assert_false(rs_image_is_name(RS_STR("labels.json")));
    assert_false(rs_image_is_name(RS_STR("jpg")));
    assert_false(rs_image_is_name(RS_STR("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_headers),
        cmocka_unit_test(test_prefix_equals_random),
        cmocka_unit_test(test_far_directory_takes_few_reads),
        cmocka_unit_test(test_cut_at_every_byte),
        cmocka_unit_test(test_any_byte_changed),
        cmocka_unit_test(test_padding_and_strangers),
        cmocka_unit_test(test_looping_directories),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
