/* COCO's panoptic form and folders of views. */
#include "harness.h"

#include "image/encode.h"

enum { W = 8, H = 6 };

/* A PNG whose colours are ids: letters of the rows, R + 256 G + 65536 B. */
static void put_ids(harness *h, const char *path, const char *const rows[H], const uint32_t ids[])
{
    rs_buf out = {0};
    rs_pixels pixels;
    assert_int_equal(rs_pixels_init(&pixels, W, H, NULL, NULL), RSIFT_OK);
    for (size_t i = 0; i < W * H; i++) {
        const uint32_t id = ids[rows[i / W][i % W] - 'a'];
        for (int k = 0; k < 3; k++) pixels.rgb[3 * i + (size_t)k] = (uint8_t)(id >> (8 * k) & 255);
    }
    assert_int_equal(rs_image_encode_png(&pixels, &out, NULL), RSIFT_OK);
    put_file(h, path, rs_buf_view(&out));
    rs_pixels_fini(&pixels);
    rs_buf_fini(&out);
}

static const char json[] =
    "{\"images\":[{\"id\":1,\"file_name\":\"1.jpg\",\"width\":8,\"height\":6},"
    "{\"id\":2,\"file_name\":\"2.jpg\",\"width\":8,\"height\":6},"
    "{\"id\":3,\"file_name\":\"3.jpg\",\"width\":8,\"height\":6},"
    "{\"id\":8,\"file_name\":\"1.jpg\",\"width\":8,\"height\":6},"
    "{\"id\":9,\"file_name\":\"4.jpg\",\"width\":8,\"height\":6}],"
    "\"annotations\":["
    "{\"image_id\":1,\"file_name\":\"1.png\",\"segments_info\":["
    "{\"id\":70001,\"category_id\":0,\"bbox\":[2,0,2,2],\"iscrowd\":0},"
    "{\"id\":300,\"category_id\":20,\"bbox\":[0,0,8,6]}]},"
    "{\"image_id\":2,\"file_name\":\"2.png\",\"segments_info\":["
    "{\"id\":70001,\"category_id\":0,\"bbox\":[5,4,2,2],\"iscrowd\":0},"
    "{\"id\":6,\"category_id\":1,\"bbox\":[0,0,1,1],\"iscrowd\":1},"
    "{\"id\":7,\"category_id\":77,\"bbox\":[0,0,2]}]},"
    "{\"image_id\":3,\"file_name\":\"3.png\",\"segments_info\":[]}],"
    "\"categories\":[{\"id\":0,\"name\":\"A1\",\"isthing\":1},{\"id\":1,\"name\":\"A2\","
    "\"isthing\":1},"
    "{\"id\":20,\"name\":\"Land\",\"isthing\":0}]}";

static void segments(void **unused)
{
    (void)unused;
    static const char *const rows[H] = {"aabbaaaa", "aabbaaaa", "aaaaaaaa",
                                        "cccaaaaa", "cccaaaaa", "aaaaaaaa"};
    harness h;
    harness_init(&h, "panoptic", RS_TASK_DETECTION_HBB);
    put_file(&h, "val.json", rs_str_of(json));
    put_ids(&h, "val/1.png", rows, (const uint32_t[]){300, 70001, 300});
    put_ids(&h, "val/2.png", rows, (const uint32_t[]){0, 70001, 5});
    put_file(&h, "val/3.png", RS_STR("no picture"));
    put_file(&h, "val/5.png", RS_STR("no annotation names it"));
    use(&h, "records", ".json");
    use(&h, "mask", ".png");
    media(&h, RS_ASSET_IMAGE, "images/{name}");
    media(&h, RS_ASSET_MASK, "val/{name}");
    harness_read(&h);
    check_counts(&h, 0, 5, 4, 1, 0, 0); /* of two entries of one picture the first counts */
    check_counts(&h, 3, 4, 3, 0, 0, 1);
    assert_string_equal(show(&h, 0), "detection-hbb id=1 label=A1 label=Land | "
                                     "image=images/1.jpg 8x6 | mask=val/1.png | "
                                     "hbb 'A1' [2 0 2 2] px-xywh");
    assert_int_equal(h.batch.samples[1].complete, RS_COMPLETE_YES);
    assert_int_equal(h.batch.samples[3].complete, RS_COMPLETE_NO); /* no annotation */
    assert_false(h.batch.samples[3].truth);
    assert_int_equal(n_findings(&h, RS_F_MASK_APART), 1);        /* 70001 is drawn elsewhere */
    assert_int_equal(n_findings(&h, RS_F_REGION_DEGENERATE), 1); /* 6 is drawn nowhere */
    assert_int_equal(n_findings(&h, RS_F_MASK_VALUE), 1);        /* 5 is of no segment */
    assert_int_equal(n_findings(&h, RS_F_REGION_CROWD), 1);
    assert_int_equal(n_findings(&h, RS_F_CLASS_UNKNOWN), 1);
    assert_int_equal(n_findings(&h, RS_F_OBJECT_UNREAD), 1);
    assert_int_equal(n_findings(&h, RS_F_IMAGE_UNREADABLE), 1);
    assert_int_equal(n_findings(&h, RS_F_LINK_ORPHAN), 1);
    check_replay(&h);
    harness_fini(&h);
}

static void places(void **unused)
{
    (void)unused;
    static const char *const files[] = {
        "Aerial/airport/a_1.tif", "ground/airport/a_1.jpg", "Sentinel-2/airport/a_1.tif",
        "bridge/s2_rgb/b_2.tif",  "bridge/aerial/b_2.tif",  "aerial/ground/c.tif",
        "satellite/bridge/d.tif", "aerial/bridge/notes.md",
    };
    harness h;
    harness_init(&h, "views", RS_TASK_CLASSIFICATION);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) put_file(&h, files[i], RS_STR("x"));
    use(&h, "images", "");
    harness_read(&h);
    check_counts(&h, 0, 2, 2, 0, 0, 0);
    check_counts(&h, 1, 8, 5, 0, 1, 2);
    assert_string_equal(show(&h, 0), "classification id=airport/a_1 label=airport | "
                                     "view=Aerial/airport/a_1.tif | view=ground/airport/a_1.jpg | "
                                     "view=Sentinel-2/airport/a_1.tif");
    assert_string_equal(show(&h, 1), "classification id=bridge/b_2 label=bridge | "
                                     "view=bridge/aerial/b_2.tif | view=bridge/s2_rgb/b_2.tif");
    assert_int_equal(n_findings(&h, RS_F_NOTHING_READ), 2);
    check_replay(&h);
    harness_fini(&h);
}

/* The words of one's own views, in their order. */
static void own_words(void **unused)
{
    (void)unused;
    harness h;
    harness_init(&h, "views", RS_TASK_CLASSIFICATION);
    put_file(&h, "drone/farm/1.jpg", RS_STR("x"));
    put_file(&h, "satellite/farm/1.jpg", RS_STR("x"));
    use(&h, "images", "");
    param(&h, "views", "sat*|drone");
    harness_read(&h);
    assert_string_equal(show(&h, 0), "classification id=farm/1 label=farm | "
                                     "view=satellite/farm/1.jpg | view=drone/farm/1.jpg");
    harness_fini(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(segments),
        cmocka_unit_test(places),
        cmocka_unit_test(own_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
