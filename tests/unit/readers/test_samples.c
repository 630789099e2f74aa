/* Every reader over real release records where they lie (RSIFT_SAMPLES): counts, a few exact
 * records, the identity and replay. Says what it skipped when the folder is absent. The counts are
 * those of the stored cuts; where a file is complete, the release's own. */
#include "harness.h"

static void count_regions(const harness *h, size_t want)
{
    size_t n = 0;
    for (size_t i = 0; i < h->batch.n_samples; i++) n += h->batch.samples[i].n_regions;
    assert_int_equal(n, want);
}

static void rsvqa_triple(const char *folder, const char *prefix, int n, int images, int inactive,
                         const char *first)
{
    harness h;
    char name[96];
    if (!harness_samples(&h, "rsvqa", RS_TASK_VQA, folder)) return;
    static const char *const uses[] = {"questions", "answers", "images"};
    for (int i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "%s_%s.json", prefix, uses[i]);
        assert_int_equal(use(&h, uses[i], name), 1);
    }
    media(&h, RS_ASSET_IMAGE, "Images_LR/{id}.tif");
    harness_read(&h);
    check_counts(&h, 0, n, n, 0, 0, 0);
    check_counts(&h, 1, n, n, 0, 0, 0);
    check_counts(&h, 2, images, images - inactive, 0, inactive, 0);
    if (first) assert_string_equal(show(&h, 0), first);
    check_replay(&h);
    harness_fini(&h);
}

static void rsvqa(void **unused)
{
    (void)unused;
    rsvqa_triple("rsvqa-lr", "LR_split_test", 400, 25, 21, NULL);
    rsvqa_triple("rsvqa-lr", "LR_split_val", 500, 25, 20, NULL);
    rsvqa_triple("rsvqa-lr", "LR_split_train", 300, 5, 2, NULL);
    rsvqa_triple("rsvqa-hr", "USGS_split_test_phili", 201, 25, 23, NULL);
    rsvqa_triple("rsvqa-hr", "USGS_split_train", 400, 5, 1, NULL);
}

static void cdvqa(void **unused)
{
    (void)unused;
    harness h;
    if (!harness_samples(&h, "rsvqa", RS_TASK_CHANGE_VQA, "cdvqa")) return;
    assert_int_equal(use(&h, "questions", "Val_questions.json"), 1);
    assert_int_equal(use(&h, "answers", "Val_answers.json"), 1);
    assert_int_equal(use(&h, "images", "Val_images.json"), 1);
    media(&h, RS_ASSET_BEFORE, "im1/{name}");
    media(&h, RS_ASSET_AFTER, "im2/{name}");
    param(&h, "image_name", "file_name");
    param(&h, "merge_images_by", "file_name");
    harness_read(&h);
    check_counts(&h, 0, 809, 809, 0, 0, 0);
    check_counts(&h, 1, 809, 809, 0, 0, 0);
    check_counts(&h, 2, 320, 20, 300, 0, 0); /* 16 rows for a pair */
    assert_string_equal(
        show(&h, 12),
        "change-vqa id=12 type=change_or_not | user:Have the areas of trees changed in "
        "the second image? | assistant:yes | before=im1/02180.png | after=im2/02180.png");
    harness_fini(&h);
}

static void rsivqa(void **unused)
{
    (void)unused;
    static const struct {
        const char *file;
        int n;
        const char *first;
    } files[] = {
        {"UCM/ucm_vqa.txt", 2100, NULL},
        {"UCM/ucm_res.txt", 2795, NULL},
        {"Sydney/sydney_vqa.txt", 613,
         "vqa id= | user:what is the theme of this picture? | assistant:residential | image=1.tif"},
        {"AID/rsicd_vqa.txt", 400, NULL},
        {"DOTA/dota_train_vqa2.txt", 400,
         "vqa id= | user:how many planes are there in this picture? | assistant:21 | image=P0000"},
        {"HRRSD/opt_val_vqa.txt", 400, NULL},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        harness h;
        if (!harness_samples(&h, "lines", RS_TASK_VQA, "rsivqa")) return;
        assert_int_equal(use(&h, "lines", files[i].file), 1);
        harness_read(&h);
        check_counts(&h, 0, files[i].n, files[i].n, 0, 0, 0);
        if (files[i].first) assert_string_equal(show(&h, 0), files[i].first);
        harness_fini(&h);
    }
}

static void rsicd(void **unused)
{
    (void)unused;
    harness h;
    if (!harness_samples(&h, "karpathy", RS_TASK_CAPTION, "rsicd")) return;
    use(&h, "records", "dataset_rsicd.json");
    media(&h, RS_ASSET_IMAGE, "RSICD_images/{name}");
    harness_read(&h);
    check_counts(&h, 0, 1, 1, 0, 0, 0);
    assert_int_equal(h.batch.samples[0].n_turns, 5);
    assert_true(rs_str_eq(h.batch.samples[0].assets[0].path, RS_STR("RSICD_images/airport_1.jpg")));
    assert_true(
        rs_str_eq(h.batch.samples[0].turns[0].text,
                  RS_STR("many planes are parked next to a long building in an airport .")));
    harness_fini(&h);
    if (!harness_samples(&h, "karpathy", RS_TASK_CAPTION, "nwpu-captions")) return;
    use(&h, "records", "dataset_nwpu.json");
    param(&h, "list", "*");
    harness_read(&h);
    check_counts(&h, 0, 1, 1, 0, 0, 0);
    assert_int_equal(h.batch.samples[0].n_turns, 5);
    harness_fini(&h);
    if (!harness_samples(&h, "karpathy", RS_TASK_CHANGE_CAPTION, "levir-cc")) return;
    use(&h, "records", "LevirCCcaptions.excerpt.json");
    media(&h, RS_ASSET_BEFORE, "images/{split}/A/{name}");
    media(&h, RS_ASSET_AFTER, "images/{split}/B/{name}");
    harness_read(&h);
    check_counts(&h, 0, 1, 1, 0, 0, 0);
    assert_int_equal(h.batch.samples[0].n_assets, 2);
    harness_fini(&h);
}

static void vrsbench(void **unused)
{
    (void)unused;
    harness h;
    if (!harness_samples(&h, "llava", RS_TASK_VQA, "vrsbench")) return;
    use(&h, "records", "VRSBench_train.json");
    param(&h, "tags", "[caption]=caption|[refer]=grounding-hbb|[vqa]=vqa");
    param(&h, "id_constant", "yes");
    harness_read(&h);
    check_counts(&h, 0, 10, 10, 0, 0, 0);
    for (size_t i = 0; i < 10; i++)
        assert_true(rs_str_eq(h.batch.samples[i].release_type, RS_STR("[vqa]")));
    harness_fini(&h);
    harness_samples(&h, "records", RS_TASK_GROUNDING_HBB, "vrsbench");
    use(&h, "records", "VRSBench_EVAL_referring.json");
    param(&h, "id", "question_id");
    param(&h, "image", "image_id");
    param(&h, "phrase", "question");
    param(&h, "class", "obj_cls");
    param(&h, "box", "obj_corner");
    param(&h, "box_convention", "fraction-quad");
    param(&h, "box_text", "ground_truth");
    param(&h, "box_text_convention", "percent");
    harness_read(&h);
    check_counts(&h, 0, 25, 25, 0, 0, 0);
    count_regions(&h, 25);
    assert_string_equal(
        show(&h, 0),
        "grounding-hbb id=0 | phrase:The large yellow vehicle situated closest to the green "
        "area. | image=P0003_0002.png | obb 'vehicle' [0.333984 0.589844 0.287109 0.603516 "
        "0.255859 0.416016 0.289062 0.400391] fraction-quad");
    harness_fini(&h);
    harness_samples(&h, "records", RS_TASK_VQA, "vrsbench");
    use(&h, "records", "VRSBench_EVAL_vqa.json");
    param(&h, "id", "question_id");
    param(&h, "image", "image_id");
    param(&h, "question", "question");
    param(&h, "answer", "ground_truth");
    param(&h, "type", "type");
    harness_read(&h);
    check_counts(&h, 0, 23, 23, 0, 0, 0);
    harness_fini(&h);
}

static void floodnet(void **unused)
{
    (void)unused;
    static const struct {
        const char *file;
        int n;
        bool truth;
    } files[] = {{"Training Question.json", 4511, true},
                 {"Valid Question.json", 1415, false},
                 {"Test_Question.json", 1429, false}};
    for (size_t i = 0; i < 3; i++) {
        harness h;
        if (!harness_samples(&h, "records", RS_TASK_VQA, "floodnet")) return;
        assert_int_equal(use(&h, "records", files[i].file), 1);
        param(&h, "shape", "keyed");
        param(&h, "image", "Image_ID");
        param(&h, "question", "Question");
        param(&h, "answer", "Ground_Truth");
        param(&h, "type", "Question_Type");
        harness_read(&h);
        check_counts(&h, 0, files[i].n, files[i].n, 0, 0, 0);
        for (size_t k = 0; k < h.batch.n_samples; k++)
            assert_int_equal(h.batch.samples[k].truth, files[i].truth);
        if (i == 0) assert_int_equal(n_findings(&h, RS_F_FIELD_COERCED), 1329);
        harness_fini(&h);
    }
}

static void vhr10(void **unused)
{
    (void)unused;
    harness h;
    if (!harness_samples(&h, "coco", RS_TASK_DETECTION_HBB, "nwpu-vhr10")) return;
    use(&h, "records", "annotations.json");
    harness_read(&h);
    check_counts(&h, 0, 650, 650, 0, 0, 0);
    check_counts(&h, 1, 3921, 3921, 0, 0, 0);
    check_counts(&h, 2, 10, 10, 0, 0, 0);
    count_regions(&h, 3921);
    check_replay(&h);
    harness_fini(&h);
    harness_samples(&h, "coco", RS_TASK_SEGMENTATION, "nwpu-vhr10");
    use(&h, "records", "annotations.json");
    harness_read(&h);
    count_regions(&h, 3923); /* two objects have two polygons */
    assert_int_equal(h.batch.samples[0].regions[0].kind, RS_REGION_POLYGON);
    harness_fini(&h);
    harness_samples(&h, "vhr", RS_TASK_DETECTION_HBB, "nwpu-vhr10");
    assert_int_equal(use(&h, "labels", "ground truth/001.txt"), 1);
    harness_read(&h);
    assert_string_equal(show(&h, 0),
                        "detection-hbb id=001 | image=001 | hbb '' [563 478 630 573] px");
    harness_fini(&h);
}

static void dota(void **unused)
{
    (void)unused;
    harness h;
    if (!harness_samples(&h, "dota", RS_TASK_DETECTION_OBB, "dota")) return;
    assert_int_equal(use(&h, "labels", ".txt"), 7);
    harness_read(&h);
    check_counts(&h, 0, 7, 7, 0, 0, 0);
    check_counts(&h, 1, 984, 984, 0, 0, 0);
    count_regions(&h, 984);
    check_replay(&h);
    harness_fini(&h);
}

/* All 46,926 files of DIOR, inside one tar.xz that cannot be sought in. */
static void dior(void **unused)
{
    (void)unused;
    static const struct {
        const char *folder, *box;
        rs_task task;
    } kinds[] = {{"Horizontal", "hbb", RS_TASK_DETECTION_HBB},
                 {"Oriented", "obb", RS_TASK_DETECTION_OBB}};
    for (size_t i = 0; i < 2; i++) {
        harness h;
        if (!harness_samples(&h, "voc", kinds[i].task, "images-dior/dior-annotations-full.tar.xz"))
            return;
        assert_int_equal(use_of(&h, "xml", kinds[i].folder, ".xml"), 23463);
        param(&h, "box", kinds[i].box);
        harness_read(&h);
        check_counts(&h, 0, 23463, 23463, 0, 0, 0);
        check_counts(&h, 1, 192518, 192518, 0, 0, 0);
        count_regions(&h, 192518);
        size_t flat = 0, outside = 0;
        for (size_t s = 0; s < h.batch.n_samples; s++)
            for (uint32_t r = 0; r < h.batch.samples[s].n_regions; r++) {
                const rs_region *region = &h.batch.samples[s].regions[r];
                bool out = false;
                for (uint32_t c = 0; c < region->n_coords; c++)
                    out |= region->coords[c] < 0 || region->coords[c] > 800;
                outside += out;
                if (region->n_coords == 4)
                    flat += region->coords[0] == region->coords[2] ||
                            region->coords[1] == region->coords[3];
            }
        assert_int_equal(flat, i == 0 ? 6 : 0);
        assert_int_equal(outside, i == 0 ? 1 : 2570);
        harness_fini(&h);
    }
}

static void hit_uav(void **unused)
{
    (void)unused;
    harness h;
    if (!harness_samples(&h, "voc", RS_TASK_DETECTION_OBB, "images-hit-uav/rotate_xml")) return;
    assert_int_equal(use(&h, "xml", ".xml"), 20);
    param(&h, "box", "obb");
    harness_read(&h);
    check_counts(&h, 0, 20, 20, 0, 0, 0);
    assert_int_equal(n_findings(&h, RS_F_NUMBER), 0);
    assert_string_equal(h.batch.samples[0].regions[0].convention->name, "px-cxcywha");
    harness_fini(&h);
}

static void eurosat(void **unused)
{
    (void)unused;
    harness h;
    if (!harness_samples(&h, "folder", RS_TASK_CLASSIFICATION, "images-eurosat/2750")) return;
    size_t n = use(&h, "images", ".jpg");
    assert_int_equal(n, 600);
    harness_read(&h);
    check_counts(&h, 0, (int64_t)n, (int64_t)n, 0, 0, 0);
    for (size_t i = 0; i < n; i++)
        assert_true(rs_str_starts(h.batch.samples[i].original_id, h.batch.samples[i].labels[0]));
    harness_fini(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rsvqa),   cmocka_unit_test(cdvqa),    cmocka_unit_test(rsivqa),
        cmocka_unit_test(rsicd),   cmocka_unit_test(vrsbench), cmocka_unit_test(floodnet),
        cmocka_unit_test(vhr10),   cmocka_unit_test(dota),     cmocka_unit_test(dior),
        cmocka_unit_test(hit_uav), cmocka_unit_test(eurosat),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
