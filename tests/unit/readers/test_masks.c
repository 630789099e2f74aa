/* Pictures and masks of equal names: what values mean, and which files belong together. */
#include "harness.h"

#include "image/encode.h"
#include "readers/partners.h"

enum { W = 8, H = 6 };

/* A picture of letters, each a colour. */
static rs_pixels draw(const char *const rows[H], const uint8_t colours[][3])
{
    rs_pixels pixels;
    assert_int_equal(rs_pixels_init(&pixels, W, H, NULL, NULL), RSIFT_OK);
    for (size_t i = 0; i < W * H; i++)
        memcpy(pixels.rgb + 3 * i, colours[rows[i / W][i % W] - 'a'], 3);
    return pixels;
}

static void put_png(harness *h, const char *path, const char *const rows[H],
                    const uint8_t colours[][3])
{
    rs_buf out = {0};
    rs_pixels pixels = draw(rows, colours);
    assert_int_equal(rs_image_encode_png(&pixels, &out, NULL), RSIFT_OK);
    put_file(h, path, rs_buf_view(&out));
    rs_pixels_fini(&pixels);
    rs_buf_fini(&out);
}

static void use_folders(harness *h)
{
    use_of(h, "mask", "masks/", "");
    use_of(h, "image", "images/", "");
    h->source.n_files = 2;
}

static const char *const shape[H] = {"aabbaaaa", "aabbaaaa", "aaaaaaaa",
                                     "cccaaaab", "cccaaaaa", "aaaaaaaa"};
static const uint8_t colours[][3] = {{0, 0, 0}, {255, 0, 0}, {166, 202, 240}};

/* Class numbers as (v, v, v), and colours: one map names both. */
static void values_and_colours(void **unused)
{
    (void)unused;
    static const uint8_t numbers[][3] = {{0, 0, 0}, {1, 1, 1}, {2, 2, 2}};
    static const uint8_t others[][3] = {{0, 0, 0}, {1, 2, 3}, {9, 9, 9}};
    harness h;
    harness_init(&h, "masks", RS_TASK_DETECTION_HBB);
    put_png(&h, "masks/1.png", shape, numbers);
    put_png(&h, "masks/2.png", shape, colours);
    put_png(&h, "masks/3.png", shape, others);
    put_file(&h, "masks/4.png", RS_STR("no picture"));
    put_file(&h, "masks/5.png", RS_STR("no picture of this name either"));
    for (const char *const *n =
             (const char *const[]){"images/1.jpg", "images/2.jpg", "images/3.jpg", "images/4.jpg",
                                   "images/6.jpg", NULL};
         *n; n++)
        put_file(&h, *n, RS_STR("x"));
    use_folders(&h);
    param(&h, "mask_values", "1=car|2=airplane|#ff0000=car|#A6CAF0=airplane");
    param(&h, "background", "0");
    param(&h, "objects", "parts");
    harness_read(&h);
    check_counts(&h, 0, 5, 3, 0, 0, 2);
    check_counts(&h, 1, 5, 4, 0, 0, 1);
    static const char *const rest = "car' [2 0 4 2] px | hbb 'airplane' [0 3 3 5] px | "
                                    "hbb 'car' [7 3 8 4] px";
    char expected[512];
    for (int i = 0; i < 2; i++) {
        snprintf(expected, sizeof expected,
                 "detection-hbb id=images/%d label=car label=airplane | image=images/%d.jpg 8x6 | "
                 "mask=masks/%d.png | hbb '%s",
                 i + 1, i + 1, i + 1, rest);
        assert_string_equal(show(&h, (size_t)i), expected);
        assert_int_equal(h.batch.samples[i].complete, RS_COMPLETE_YES);
    }
    assert_string_equal(show(&h, 2), "detection-hbb id=images/3 | image=images/3.jpg 8x6 | "
                                     "mask=masks/3.png");
    assert_int_equal(h.batch.samples[2].complete, RS_COMPLETE_NO);
    assert_int_equal(n_findings(&h, RS_F_MASK_VALUE), 2);
    bool told = false;
    for (size_t i = 0; i < h.n_findings; i++)
        told |= rs_str_eq(h.findings[i].message,
                          RS_STR("the value #010203 has no class: 5 of 48 pixels"));
    assert_true(told);
    assert_int_equal(n_findings(&h, RS_F_FORMAT), 1);
    assert_int_equal(n_findings(&h, RS_F_LINK_ORPHAN), 2);
    check_replay(&h);
    harness_fini(&h);
}

/* Unlabelled pixels leave open what is there; a folder's name is a split. */
static void unlabelled_is_open(void **unused)
{
    (void)unused;
    harness h;
    harness_init(&h, "masks", RS_TASK_MULTILABEL);
    put_png(&h, "essen/masks/1_seg.png", shape, colours);
    put_png(&h, "herne/masks/1_seg.png", shape,
            (const uint8_t[][3]){{1, 1, 1}, {1, 1, 1}, {2, 2, 2}});
    put_file(&h, "essen/images/1_rgb.jpg", RS_STR("x"));
    put_file(&h, "herne/images/1_rgb.jpg", RS_STR("x"));
    use_folders(&h);
    param(&h, "mask_values", "1=road|2=water|#ff0000=car");
    param(&h, "unlabelled", "0|#a6caf0");
    param(&h, "mask_suffix", "_seg");
    param(&h, "image_suffix", "_rgb");
    param(&h, "folder_split", "herne=test|*=train");
    harness_read(&h);
    assert_string_equal(show(&h, 0), "multilabel id=essen/images/1 official/train label=car | "
                                     "image=essen/images/1_rgb.jpg 8x6 | "
                                     "mask=essen/masks/1_seg.png");
    assert_string_equal(show(&h, 1),
                        "multilabel id=herne/images/1 official/test label=road label=water | "
                        "image=herne/images/1_rgb.jpg 8x6 | mask=herne/masks/1_seg.png");
    assert_int_equal(h.batch.samples[0].complete, RS_COMPLETE_NO);
    assert_int_equal(h.batch.samples[1].complete, RS_COMPLETE_YES);
    assert_int_equal(h.n_findings, 0);
    harness_fini(&h);
}

/* A JPEG is read only where a threshold says what its greys mean. */
static void black_and_white(void **unused)
{
    (void)unused;
    static const uint8_t white[][3] = {{0, 0, 0}, {255, 255, 255}, {241, 241, 241}};
    for (int pass = 0; pass < 2; pass++) {
        harness h;
        rs_buf out = {0};
        harness_init(&h, "masks", RS_TASK_DETECTION_HBB);
        rs_pixels pixels = draw(shape, white);
        assert_int_equal(rs_image_encode_jpeg(&pixels, 100, &out, NULL), RSIFT_OK);
        put_file(&h, "masks/1.jpg", rs_buf_view(&out));
        put_png(&h, "masks/2.png", shape, white);
        put_file(&h, "images/1.png", RS_STR("x"));
        put_file(&h, "images/2.png", RS_STR("x"));
        use_folders(&h);
        if (pass) param(&h, "threshold", "127");
        param(&h, "mask_values", pass ? "1=tank" : "255=tank|241=tank");
        param(&h, "background", "0");
        param(&h, "objects", "parts");
        harness_read(&h);
        check_counts(&h, 0, 2, pass ? 2 : 1, 0, 0, pass ? 0 : 1);
        assert_int_equal(n_findings(&h, RS_F_FORMAT), !pass);
        for (size_t i = 0; i < h.batch.n_samples; i++)
            assert_int_equal(h.batch.samples[i].n_regions, 3);
        rs_pixels_fini(&pixels);
        rs_buf_fini(&out);
        harness_fini(&h);
    }
}

/* Parameters that say nothing or two things. */
static void bad_parameters(void **unused)
{
    (void)unused;
    static const char *const cases[][2] = {
        {"mask_values", "x=car"}, {"mask_values", "#12345=car"}, {"mask_values", "1=car|1=dog"},
        {"background", "1.5"},    {"threshold", "-1"},           {"mask_values", "16777216=car"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        harness h;
        rs_chunk chunk = {0};
        harness_init(&h, "masks", RS_TASK_SEGMENTATION);
        put_file(&h, "masks/1.png", RS_STR("x"));
        put_file(&h, "images/1.png", RS_STR("x"));
        use_folders(&h);
        param(&h, cases[i][0], cases[i][1]);
        void *state = rs_calloc(1, h.reader->state_size);
        if (h.reader->open(state, &h.source, &chunk, &h.err) != RSIFT_E_ARG)
            fail_msg("%s=%s", cases[i][0], cases[i][1]);
        h.reader->close(state);
        rs_free(state);
        rs_chunk_fini(&chunk);
        harness_fini(&h);
    }
}

/* Of files with one name the nearest belongs; two that are as near do not. */
static void nearest_folder(void **unused)
{
    (void)unused;
    const rs_str paths[] = {RS_STR("train/B/1.png"),   RS_STR("test/B/1.png"), RS_STR("B/x/2.png"),
                            RS_STR("deep/er/B/3.png"), RS_STR("a/B/4.png"),    RS_STR("a/C/4.png")};
    static const struct {
        const char *path;
        bool anywhere;
        uint32_t found;
    } cases[] = {
        {"train/A/1.png", false, 0},          {"test/A/1.png", false, 1},
        {"val/A/1.png", true, RS_NO_PARTNER}, {"A/x/2.png", false, 2},
        {"A/3.png", false, RS_NO_PARTNER},    {"A/3.png", true, 3},
        {"a/A/4.png", true, RS_NO_PARTNER},   {"a/C/4.png", false, 5},
        {"A/9.png", true, RS_NO_PARTNER},
    };
    const rs_source_files files = {.logical = paths, .n = sizeof paths / sizeof *paths};
    rs_arena arena = {0};
    rs_partners partners;
    assert_int_equal(rs_partners_open(&partners, &arena, &files, RS_STR("name"), (rs_str){0}, NULL),
                     RSIFT_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const rs_str path = rs_str_of(cases[i].path);
        const uint32_t found =
            rs_partners_of(&partners, rs_partners_key(&partners, path), path, cases[i].anywhere);
        if (found != cases[i].found) fail_msg("%s: %u", cases[i].path, (unsigned)found);
    }
    rs_partners_fini(&partners);
    rs_arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_and_colours), cmocka_unit_test(unlabelled_is_open),
        cmocka_unit_test(black_and_white),    cmocka_unit_test(bad_parameters),
        cmocka_unit_test(nearest_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
