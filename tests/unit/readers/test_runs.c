/* The reader of run lengths in a table. */
#include "harness.h"

/* Rows of a picture stand apart; a row that cannot be read makes its list of objects incomplete. */
static void ships(void **unused)
{
    (void)unused;
    harness h;
    harness_init(&h, "runs", RS_TASK_DETECTION_HBB);
    put_file(&h, "t.csv",
             RS_STR("\xEF\xBB\xBFImageId,EncodedPixels\r\na.jpg,\r\nb.jpg,1 2 5 2\r\nc.jpg,15 3\r\n"
                    "b.jpg,7 2\r\nd.jpg,3 4\r\nd.jpg,x\r\ne.jpg,2 2 3 1\r\ne.jpg\r\nf.jpg,1\r\n"));
    use(&h, "tables", ".csv");
    param(&h, "height", "4");
    param(&h, "width", "4");
    harness_read(&h);
    check_counts(&h, 0, 6, 6, 0, 0, 0);
    check_counts(&h, 1, 9, 4, 0, 0, 5);
    assert_int_equal(h.batch.n_samples, 6);
    const rs_sample *s = h.batch.samples;
    assert_int_equal(s[0].n_regions, 0); /* none, and known */
    assert_int_equal(s[0].complete, RS_COMPLETE_YES);
    assert_int_equal(s[1].n_regions, 4);
    assert_int_equal(s[1].complete, RS_COMPLETE_YES);
    /* rows 0 and 1 of the columns 0 and 1 */
    const double box[] = {0, 0, 2, 2}, mask[] = {4, 4, 0, 2, 2, 2, 10}, low[] = {1, 2, 1, 2};
    assert_memory_equal(s[1].regions[0].coords, box, sizeof box);
    assert_int_equal(s[1].regions[1].kind, RS_REGION_MASK);
    assert_int_equal(s[1].regions[1].n_coords, 7);
    assert_memory_equal(s[1].regions[1].coords, mask, sizeof mask);
    assert_int_equal(s[1].regions[1].flags, RS_REGION_OUTLINE);
    assert_memory_equal(s[1].regions[2].coords, low, sizeof low);
    assert_int_equal(s[2].complete, RS_COMPLETE_NO); /* 15 3 leaves the 16 pixels */
    assert_int_equal(s[3].n_regions, 2);
    assert_int_equal(s[3].complete, RS_COMPLETE_NO);
    /* from one column into the next: all of both */
    const double wraps[] = {0, 0, 2, 4};
    assert_memory_equal(s[3].regions[0].coords, wraps, sizeof wraps);
    assert_int_equal(s[4].complete, RS_COMPLETE_NO); /* overlapping runs */
    assert_int_equal(n_findings(&h, RS_F_OBJECT_UNREAD), 4);
    assert_int_equal(n_findings(&h, RS_F_FORMAT), 1);
    check_replay(&h);
    harness_fini(&h);
}

static void other_tables(void **unused)
{
    (void)unused;
    harness h;
    harness_init(&h, "runs", RS_TASK_DETECTION_HBB);
    put_file(&h, "t.csv", RS_STR("image,rle\na.jpg,1 2\n"));
    use(&h, "tables", ".csv");
    harness_read(&h);
    check_counts(&h, 0, 0, 0, 0, 0, 0);
    assert_int_equal(n_findings(&h, RS_F_NOTHING_READ), 1);
    harness_fini(&h);
    harness_init(&h, "runs", RS_TASK_DETECTION_HBB);
    put_file(&h, "t.csv", RS_STR("ImageId,EncodedPixels\na.jpg,1 2\n"));
    use(&h, "tables", ".csv");
    param(&h, "width", "0");
    assert_int_equal(harness_try(&h), RSIFT_E_ARG);
    harness_fini(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ships),
        cmocka_unit_test(other_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
