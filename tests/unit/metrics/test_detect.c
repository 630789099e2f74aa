/* COCO AP and DOTA AP against the shared cases, and their edges. */
#include "geom/obb.h"
#include "metrics/detect.h"

#include "base/alloc.h"
#include "base/rng.h"
#include "base/map.h"

#include "case_json.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void near(double got, double expected, double within, const char *what)
{
    if (!(fabs(got - expected) <= within))
        fail_msg("%s: %.17g, expected %.17g", what, got, expected);
}

/* ---- COCO ------------------------------------------------------------------------------------ */

enum { MOST = 8192 };
static rs_coco_truth truths[MOST];
static rs_coco_found found[MOST];
static rs_rle masks[2 * MOST];
static size_t n_masks;
static int64_t ids[2][MOST];
static double sizes[MOST][2];

static int by_value(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static size_t read_ids(const rs_json *array, int64_t *out)
{
    size_t n = 0;
    rs_json_iter it = rs_json_each(array);
    for (const rs_json *v; (v = rs_json_next(&it, NULL));)
        rs_json_i64(rs_json_get(v, "id"), &out[n++]);
    qsort(out, n, sizeof *out, by_value);
    return n;
}

static uint32_t place(const rs_json *v, const char *key, const int64_t *of, size_t n)
{
    int64_t id = -1;
    rs_json_i64(rs_json_get(v, key), &id);
    for (size_t i = 0; i < n; i++)
        if (of[i] == id) return (uint32_t)i;
    return UINT32_MAX;
}

static const rs_rle *mask_of(const rs_json *v, uint32_t image)
{
    rs_json_iter it = rs_json_each(rs_json_get(v, "segmentation"));
    rs_rle parts[64];
    const rs_rle *list[64];
    size_t n = 0;
    for (const rs_json *p; (p = rs_json_next(&it, NULL));) {
        static double xy[2 * RS_POLY_MAX];
        const size_t k = case_numbers(p, xy, 2 * RS_POLY_MAX);
        list[n] = &parts[n];
        assert_int_equal(rs_geom_rle_of_polygon(xy, k / 2, (uint32_t)sizes[image][0],
                                                (uint32_t)sizes[image][1], &parts[n], NULL),
                         RSIFT_OK);
        n++;
    }
    assert_int_equal(rs_geom_rle_merge(list, n, false, &masks[n_masks], NULL), RSIFT_OK);
    for (size_t i = 0; i < n; i++) rs_geom_rle_fini(&parts[i]);
    return &masks[n_masks++];
}

static void coco_case(const char *folder, const char *gold, const char *results, bool segm)
{
    rs_arena arena = {0};
    const rs_json *root = case_json(&arena, folder, gold),
                  *dets = case_json(&arena, folder, results);
    const rs_json *expected = case_json(&arena, folder, "expected.json");
    if (!root) {
        print_message("skipped: %s is not beside the repository\n", folder);
        rs_arena_fini(&arena);
        skip();
    }
    const size_t n_images = read_ids(rs_json_get(root, "images"), ids[0]);
    const size_t n_classes = read_ids(rs_json_get(root, "categories"), ids[1]);
    rs_json_iter it = rs_json_each(rs_json_get(root, "images"));
    for (const rs_json *v; (v = rs_json_next(&it, NULL));) {
        const uint32_t i = place(v, "id", ids[0], n_images);
        sizes[i][0] = case_value(v, "height");
        sizes[i][1] = case_value(v, "width");
    }
    size_t n_truths = 0, n_found = 0;
    it = rs_json_each(rs_json_get(root, "annotations"));
    for (const rs_json *v; (v = rs_json_next(&it, NULL));) {
        rs_coco_truth *t = &truths[n_truths++];
        *t = (rs_coco_truth){.image = place(v, "image_id", ids[0], n_images),
                             .class = place(v, "category_id", ids[1], n_classes),
                             .crowd = case_value(v, "iscrowd") == 1,
                             .area = case_value(v, "area")};
        case_numbers(rs_json_get(v, "bbox"), t->xywh, 4);
        if (segm) t->mask = mask_of(v, t->image);
    }
    it =
        rs_json_each(rs_json_kind(dets) == RS_JSON_ARRAY ? dets : rs_json_get(dets, "annotations"));
    for (const rs_json *v; (v = rs_json_next(&it, NULL));) {
        rs_coco_found *d = &found[n_found++];
        *d = (rs_coco_found){.image = place(v, "image_id", ids[0], n_images),
                             .class = place(v, "category_id", ids[1], n_classes),
                             .score = case_value(v, "score")};
        case_numbers(rs_json_get(v, "bbox"), d->xywh, 4);
        d->area = d->xywh[2] * d->xywh[3];
        if (segm) {
            d->mask = mask_of(v, d->image);
            d->area = (double)rs_geom_rle_area(d->mask);
        }
        if (d->class == UINT32_MAX) n_found--;
    }
    double stats[RS_COCO_STATS];
    rsift_error err = {0};
    rs_ap_set set = {0};
    double weighed[RS_AP_THRESHOLDS], mean = 0;
    if (rs_metrics_coco(&(const rs_coco_input){truths, n_truths, found, n_found, (uint32_t)n_images,
                                               (uint32_t)n_classes, segm, 2, NULL},
                        stats, NULL, &set, &err) != RSIFT_OK)
        fail_msg("%s", err.message);
    assert_int_equal(rs_metrics_ap(&set, RS_AP_COCO, NULL, 10, weighed, NULL), RSIFT_OK);
    for (int t = 0; t < 10; t++) mean += weighed[t] / 10;
    near(mean, stats[0], 1e-10, "AP of the matched set");
    near(weighed[5], stats[2], 1e-10, "AP75 of the matched set");
    rs_metrics_ap_fini(&set);
    for (int k = 0; k < RS_COCO_STATS; k++)
        near(stats[k], case_value(rs_json_get(expected, "stats"), rs_coco_stat_names[k]), 1e-10,
             rs_coco_stat_names[k]);
    while (n_masks > 0) rs_geom_rle_fini(&masks[--n_masks]);
    rs_arena_fini(&arena);
}

static void coco_boxes(void **state)
{
    (void)state;
    coco_case("cases/coco100-bbox", "instances_val2014_100.json", "results_bbox.json", false);
}

static void coco_masks(void **state)
{
    (void)state;
    coco_case("cases/coco-polygons-small", "gt_dataset.json", "dt_dataset.json", true);
}

static void coco_edges(void **state)
{
    (void)state;
    double stats[RS_COCO_STATS], class_ap[2];
    const rs_coco_truth t = {.xywh = {0, 0, 10, 10}, .area = 100};
    rs_coco_found d = {.xywh = {0, 0, 10, 10}, .area = 100, .score = 0.5};
    assert_int_equal(rs_metrics_coco(&(const rs_coco_input){NULL, 0, NULL, 0, 1, 1, false, 1, NULL},
                                     stats, NULL, NULL, NULL),
                     RSIFT_OK);
    for (int k = 0; k < RS_COCO_STATS; k++) assert_true(stats[k] == -1);
    assert_int_equal(rs_metrics_coco(&(const rs_coco_input){&t, 1, &d, 1, 1, 2, false, 1, NULL},
                                     stats, class_ap, NULL, NULL),
                     RSIFT_OK);
    near(stats[0], 1, 1e-12, "AP");
    assert_true(stats[4] == -1 && class_ap[1] == -1);
    rs_coco_truth zero = t;
    zero.id_zero = true; /* pycocotools loses the match */
    assert_int_equal(rs_metrics_coco(&(const rs_coco_input){&zero, 1, &d, 1, 1, 1, false, 1, NULL},
                                     stats, NULL, NULL, NULL),
                     RSIFT_OK);
    assert_true(stats[0] == 0);
    d.score = NAN;
    assert_int_equal(rs_metrics_coco(&(const rs_coco_input){&t, 1, &d, 1, 1, 1, false, 1, NULL},
                                     stats, NULL, NULL, NULL),
                     RSIFT_E_ARG);
    d.score = 1;
    d.image = 1;
    assert_int_equal(rs_metrics_coco(&(const rs_coco_input){&t, 1, &d, 1, 1, 1, false, 1, NULL},
                                     stats, NULL, NULL, NULL),
                     RSIFT_E_ARG);
    d.image = 0;
    for (int64_t n = 1;; n++) {
        rs_alloc_fail_at(n);
        const rsift_status status = rs_metrics_coco(
            &(const rs_coco_input){&t, 1, &d, 1, 1, 1, false, 1, NULL}, stats, NULL, NULL, NULL);
        rs_alloc_fail_at(0);
        if (status == RSIFT_OK) break;
        assert_int_equal(status, RSIFT_E_NOMEM);
    }
}

/* A detection near a truth of the same image and class, or anywhere. */
static void some_boxes(rs_rng *rng, size_t n_truths, size_t n_found)
{
    for (size_t i = 0; i < n_truths; i++) {
        rs_coco_truth *t = &truths[i];
        *t = (rs_coco_truth){.image = (uint32_t)rs_rng_below(rng, 300),
                             .class = (uint32_t)rs_rng_below(rng, 7),
                             .crowd = rs_rng_below(rng, 9) == 0,
                             .xywh = {(double)rs_rng_below(rng, 50), (double)rs_rng_below(rng, 50),
                                      1 + rs_rng_unit(rng) * 120, 1 + rs_rng_unit(rng) * 120}};
        t->area = t->xywh[2] * t->xywh[3];
    }
    for (size_t i = 0; i < n_found; i++) {
        const rs_coco_truth *t = &truths[rs_rng_below(rng, n_truths)];
        rs_coco_found *d = &found[i];
        *d = (rs_coco_found){
            .image = t->image, .class = t->class, .score = (double)rs_rng_below(rng, 50) / 50};
        for (int k = 0; k < 4; k++) d->xywh[k] = t->xywh[k] + rs_rng_unit(rng) * 6;
        d->area = d->xywh[2] * d->xywh[3];
    }
}

/* Numbers and matched sets are the same bits for any number of threads. */
static void coco_threads(void **state)
{
    (void)state;
    rs_rng rng = rs_rng_of(11, (rs_id){5, 6});
    some_boxes(&rng, 3000, MOST);
    double expected[RS_COCO_STATS], stats[RS_COCO_STATS], expected_ap[7], class_ap[7];
    rs_ap_set expected_set = {0}, set = {0};
    rs_coco_input input = {truths, 3000, found, MOST, 300, 7, false, 1, NULL};
    assert_int_equal(rs_metrics_coco(&input, expected, expected_ap, &expected_set, NULL), RSIFT_OK);
    assert_true(expected[0] > 0.05 && expected[0] < 0.95);
    for (input.n_threads = 2; input.n_threads < 6; input.n_threads++) {
        assert_int_equal(rs_metrics_coco(&input, stats, class_ap, &set, NULL), RSIFT_OK);
        assert_memory_equal(stats, expected, sizeof stats);
        assert_memory_equal(class_ap, expected_ap, sizeof class_ap);
        assert_int_equal(set.n_marks, expected_set.n_marks);
        assert_memory_equal(set.marks, expected_set.marks, set.n_marks * sizeof *set.marks);
        assert_memory_equal(set.truths, expected_set.truths, set.n_truths * sizeof *set.truths);
        rs_metrics_ap_fini(&set);
    }
    rs_metrics_ap_fini(&expected_set);
}

/* ---- DOTA ------------------------------------------------------------------------------------ */

static const char *const images[] = {"P0770", "P1088", "P1234", "P2598"};
enum { N_IMAGES = 4 };
static rs_dota_box golds[MOST], boxes[MOST];

static size_t fields(rs_str line, rs_str *out, size_t most)
{
    size_t n = 0;
    rs_str piece;
    while (n < most && rs_str_split(&line, ' ', &piece))
        if (rs_str_trim(piece).len) out[n++] = rs_str_trim(piece);
    return n;
}

static size_t read_golds(const char *folder, rs_str class, bool oriented)
{
    size_t n = 0;
    for (uint32_t i = 0; i < N_IMAGES; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s/%s.txt", folder, images[i]);
        rs_buf file = case_file("cases/dota-ap", name);
        rs_str rest = rs_buf_view(&file), line, f[12];
        while (rs_str_line(&rest, &line)) {
            const size_t k = fields(line, f, 12);
            if (k < 9 || !rs_str_eq(f[8], class)) continue;
            rs_dota_box *g = &golds[n++];
            *g = (rs_dota_box){.image = i, .difficult = k > 9 && rs_str_eq(f[9], RS_STR("1"))};
            for (int c = 0; c < 8; c++) rs_num_double(f[c], &g->xy[c]);
            if (!oriented) {
                g->xy[2] = trunc(g->xy[4]);
                g->xy[3] = trunc(g->xy[5]);
            }
        }
        rs_buf_fini(&file);
    }
    return n;
}

static size_t read_boxes(int task, rs_str class)
{
    char name[128];
    snprintf(name, sizeof name, "Task%d/Task%d_%.*s.txt", task, task, RS_STR_ARG(class));
    rs_buf file = case_file("cases/dota-ap", name);
    rs_str rest = rs_buf_view(&file), line, f[12];
    size_t n = 0;
    while (rs_str_line(&rest, &line)) {
        const size_t k = fields(line, f, 12);
        if (k < 6) continue;
        rs_dota_box *b = &boxes[n++];
        *b = (rs_dota_box){0};
        for (uint32_t i = 0; i < N_IMAGES; i++)
            if (rs_str_eq(f[0], rs_str_of(images[i]))) b->image = i;
        rs_num_double(f[1], &b->score);
        for (size_t c = 2; c < k; c++) rs_num_double(f[c], &b->xy[c - 2]);
    }
    rs_buf_fini(&file);
    return n;
}

static void check_task(const rs_json *expected, int task, rs_dota_rule rule)
{
    rs_json_iter it = rs_json_each(expected);
    rs_str class;
    for (const rs_json *v; (v = rs_json_next(&it, &class));) {
        if (!class.len || class.ptr[0] == '_') continue;
        const size_t n = read_golds(task == 1 ? "labelTxt" : "RecLabelTxt", class, task == 1);
        const size_t n_boxes = read_boxes(task, class);
        rs_dota_ap ap;
        rs_ap_set set = {0};
        double weighed[RS_AP_THRESHOLDS];
        assert_int_equal(
            rs_metrics_dota(&(const rs_dota_input){golds, n, boxes, n_boxes, N_IMAGES, rule, 0.5},
                            &ap, &set, NULL),
            RSIFT_OK);
        if (ap.n_truths) {
            assert_int_equal(rs_metrics_ap(&set, RS_AP_VOC07, NULL, 1, weighed, NULL), RSIFT_OK);
            near(weighed[0], ap.ap07, 1e-12, "ap07 of the matched set");
            assert_int_equal(rs_metrics_ap(&set, RS_AP_VOC12, NULL, 1, weighed, NULL), RSIFT_OK);
            near(weighed[0], ap.ap12, 1e-12, "ap12 of the matched set");
        }
        rs_metrics_ap_fini(&set);
        assert_int_equal(ap.n_truths, (size_t)case_value(v, "npos"));
        assert_int_equal(ap.n_found, (size_t)case_value(v, "ndet"));
        assert_int_equal(ap.n_hits, (size_t)case_value(v, "tp"));
        assert_int_equal(ap.n_false, (size_t)case_value(v, "fp"));
        if (!ap.n_truths) continue;
        near(ap.ap07, case_value(v, "ap07"), 1e-12, "ap07");
        near(ap.ap12, case_value(v, "ap12"), 1e-12, "ap12");
    }
}

static void dota(void **state)
{
    (void)state;
    rs_arena arena = {0};
    const rs_json *expected = case_json(&arena, "cases/dota-ap", "expected.json");
    if (!expected) {
        print_message("skipped: dota-ap is not beside the repository\n");
        skip();
    }
    check_task(rs_json_get(expected, "task1"), 1, RS_DOTA_TASK1);
    check_task(rs_json_get(expected, "task2"), 2, RS_DOTA_TASK2);
    check_task(rs_json_get(expected, "task1_difficult_as_positive"), 1, RS_DOTA_TASK1_V15);
    static const rs_json *pairs[MOST];
    const size_t n = case_lines(&arena, "cases/dota-ap", "poly_iou.jsonl", pairs, MOST);
    for (size_t i = 0; i < n; i++) {
        double p[8], q[8];
        case_numbers(rs_json_get(pairs[i], "p"), p, 8);
        case_numbers(rs_json_get(pairs[i], "q"), q, 8);
        near(rs_geom_polygon_iou(p, 4, q, 4), case_value(pairs[i], "iou"), 1e-9, "polygon IoU");
    }
    rs_arena_fini(&arena);
}

static void dota_edges(void **state)
{
    (void)state;
    rs_dota_ap ap;
    const rs_dota_box g = {.xy = {0, 0, 9, 9}};
    rs_dota_box d[2] = {{.score = 1, .xy = {0, 0, 9, 9}}, {.score = 0.5, .xy = {0, 0, 9, 9}}};
    assert_int_equal(rs_metrics_dota(&(const rs_dota_input){&g, 1, d, 2, 1, RS_DOTA_TASK2, 0.5},
                                     &ap, NULL, NULL),
                     RSIFT_OK);
    assert_true(ap.n_hits == 1 && ap.n_false == 1); /* the second match is false */
    near(ap.ap12, 1, 0, "ap12");
    assert_int_equal(rs_metrics_dota(&(const rs_dota_input){&g, 0, d, 2, 1, RS_DOTA_TASK2, 0.5},
                                     &ap, NULL, NULL),
                     RSIFT_OK);
    assert_true(isnan(ap.ap07) && ap.n_false == 2);
    assert_int_equal(rs_metrics_dota(&(const rs_dota_input){&g, 1, d, 1, 1, RS_DOTA_TASK2, 1.0},
                                     &ap, NULL, NULL),
                     RSIFT_OK);
    assert_int_equal(ap.n_hits, 0); /* strictly above */
    d[0].score = NAN;
    assert_int_equal(rs_metrics_dota(&(const rs_dota_input){&g, 1, d, 1, 1, RS_DOTA_TASK2, 0.5},
                                     &ap, NULL, NULL),
                     RSIFT_E_ARG);
}

/* mmrotate: at the threshold is enough, and no pixel is added. */
static void mmrotate(void **state)
{
    (void)state;
    rs_dota_ap ap;
    const rs_dota_box g = {.xy = {0, 0, 10, 0, 10, 10, 0, 10}};
    const rs_dota_box half = {.score = 1, .xy = {0, 0, 5, 0, 5, 10, 0, 10}};
    assert_int_equal(
        rs_metrics_dota(&(const rs_dota_input){&g, 1, &half, 1, 1, RS_DOTA_MMROTATE, 0.5}, &ap,
                        NULL, NULL),
        RSIFT_OK);
    assert_int_equal(ap.n_hits, 1);
    assert_int_equal(rs_metrics_dota(&(const rs_dota_input){&g, 1, &half, 1, 1, RS_DOTA_TASK1, 0.5},
                                     &ap, NULL, NULL),
                     RSIFT_OK);
    assert_int_equal(ap.n_hits, 0);
}

/* Weights of 0 and 1 are a subset; twice everything changes nothing but a curve's steps. */
static void weighed_images(void **state)
{
    (void)state;
    enum { N = 6 };
    rs_dota_box golds_of[N], found_of[2 * N];
    rs_rng rng = rs_rng_of(5, (rs_id){1, 2});
    for (uint32_t i = 0; i < N; i++) {
        const double x = rs_rng_unit(&rng) * 5;
        golds_of[i] = (rs_dota_box){.image = i, .xy = {x, 0, x + 20, 20}};
        for (int k = 0; k < 2; k++) {
            const double shift = rs_rng_unit(&rng) * 12;
            found_of[2 * i + (uint32_t)k] = (rs_dota_box){
                .image = i, .score = rs_rng_unit(&rng), .xy = {x + shift, 0, x + 20 + shift, 20}};
        }
    }
    rs_ap_set set = {0}, part = {0};
    rs_dota_ap whole, half;
    double got[RS_AP_THRESHOLDS];
    const uint32_t some[N] = {1, 1, 1, 0, 0, 0}, twice[N] = {2, 2, 2, 2, 2, 2}, none[N] = {0};
    assert_int_equal(
        rs_metrics_dota(&(const rs_dota_input){golds_of, N, found_of, 2 * N, N, RS_DOTA_TASK2, 0.5},
                        &whole, &set, NULL),
        RSIFT_OK);
    assert_int_equal(
        rs_metrics_dota(&(const rs_dota_input){golds_of, N / 2, found_of, N, N, RS_DOTA_TASK2, 0.5},
                        &half, &part, NULL),
        RSIFT_OK);
    assert_int_equal(rs_metrics_ap(&set, RS_AP_VOC12, some, 1, got, NULL), RSIFT_OK);
    near(got[0], half.ap12, 1e-12, "half of the images");
    assert_int_equal(rs_metrics_ap(&set, RS_AP_VOC12, twice, 1, got, NULL), RSIFT_OK);
    near(got[0], whole.ap12, 1e-12, "all images twice");
    assert_int_equal(rs_metrics_ap(&set, RS_AP_VOC12, none, 1, got, NULL), RSIFT_OK);
    assert_true(isnan(got[0]));
    rs_metrics_ap_fini(&set);
    rs_metrics_ap_fini(&part);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(coco_boxes), cmocka_unit_test(coco_masks),
        cmocka_unit_test(coco_edges), cmocka_unit_test(coco_threads),
        cmocka_unit_test(dota),       cmocka_unit_test(dota_edges),
        cmocka_unit_test(mmrotate),   cmocka_unit_test(weighed_images),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
