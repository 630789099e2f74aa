/* Masks in records: how they are spelled (rows of digits, COCO's run lengths), one mask an answer,
 * and change masks summed over all records. Label maps of several classes are label_records.c's.
 *
 * A prediction without a mask of the truth's size is unparsed: it overlaps nothing and still
 * counts. */
#include "score/mask.h"

#include "metrics/confusion.h"

#include <stdio.h>

enum { MOST_SIDE = 65536, MOST_PIXELS = 1 << 28 };

/* ---- how a record spells a mask -------------------------------------------------------------- */

/* ["0110", "0010"]: a text a row. */
static rsift_status mask_of_rows(rs_arena *arena, const rs_json *rows, rs_rle *out,
                                 rsift_error *err)
{
    rs_json_iter it = rs_json_each(rows);
    const size_t height = rs_json_len(rows), width = rs_json_str(rs_json_next(&it, NULL)).len;
    if (!width || height > MOST_SIDE || width > MOST_SIDE || height * width > MOST_PIXELS)
        return rs_err_set(err, RSIFT_E_FORMAT, "expected rows of 0 and 1");
    uint8_t *pixels = rs_arena_alloc(arena, height * width);
    if (!pixels) return rs_err_nomem(err, "a mask");
    it = rs_json_each(rows);
    for (size_t y = 0; y < height; y++) {
        const rs_str row = rs_json_str(rs_json_next(&it, NULL));
        if (row.len != width)
            return rs_err_set(err, RSIFT_E_FORMAT, "row %zu of the mask has another width", y);
        /* Anything but '1' lies outside the mask. */
        for (size_t x = 0; x < width; x++) pixels[y * width + x] = row.ptr[x] == '1';
    }
    return rs_geom_rle_encode(pixels, (uint32_t)height, (uint32_t)width, width, 1, out, err);
}

rsift_status rs_score_rle(rs_arena *arena, const rs_json *counts, uint32_t height, uint32_t width,
                          rs_rle *out, rsift_error *err)
{
    if (rs_json_kind(counts) == RS_JSON_STR) /* compressed, as pycocotools writes it */
        return rs_geom_rle_of_text(rs_json_str(counts), height, width, out, err);
    if (rs_json_kind(counts) != RS_JSON_ARRAY)
        return rs_err_set(err, RSIFT_E_FORMAT, "expected a mask with \"counts\"");
    uint32_t *runs = rs_arena_calloc(arena, rs_json_len(counts) + 1, sizeof *runs);
    if (!runs) return rs_err_nomem(err, "a mask");
    size_t n = 0;
    rs_json_iter it = rs_json_each(counts);
    for (const rs_json *c; (c = rs_json_next(&it, NULL)); n++) {
        int64_t run;
        if (!rs_json_i64(c, &run) || run < 0 || run > UINT32_MAX)
            return rs_err_set(err, RSIFT_E_FORMAT, "counts[%zu] of the mask is no length", n);
        runs[n] = (uint32_t)run;
    }
    return rs_geom_rle_of_counts(runs, n, height, width, out, err);
}

rsift_status rs_score_mask_of_rle(rs_arena *arena, const rs_json *v, rs_rle *out, rsift_error *err)
{
    int64_t height, width;
    if (!rs_json_i64(rs_json_path(v, RS_STR("size.0")), &height) ||
        !rs_json_i64(rs_json_path(v, RS_STR("size.1")), &width) || height < 0 || width < 0 ||
        height > UINT32_MAX || width > UINT32_MAX)
        return rs_err_set(err, RSIFT_E_FORMAT, "expected a mask with \"size\": [height, width]");
    return rs_score_rle(arena, rs_json_get(v, "counts"), (uint32_t)height, (uint32_t)width, out,
                        err);
}

const rs_json *rs_score_mask_field(const rs_json *record, bool truth)
{
    static const char *const of_prediction[] = {"prediction",   "pred",   "output", "mask",
                                                "segmentation", "labels", NULL};
    static const char *const of_truth[] = {"ground_truth", "gt",     "annotation", "mask",
                                           "segmentation", "labels", "answer",     NULL};
    const char *const *keys = truth ? of_truth : of_prediction;
    for (; *keys; keys++)
        if (rs_json_get(record, *keys)) return rs_json_get(record, *keys);
    /* the record itself may be the mask */
    return rs_json_get(record, "counts") ? record : NULL;
}

rsift_status rs_score_check_two_masks(const rs_score_record *truth,
                                      const rs_score_record *prediction, rsift_error *err)
{
    if (!prediction || prediction->json != truth->json ||
        rs_score_mask_field(truth->json, true) != rs_score_mask_field(prediction->json, false))
        return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_ARG,
                      "one mask in it, which cannot be truth and prediction; name the references "
                      "with --truth FILE");
}

bool rs_score_is_bad_input(rsift_status status)
{
    return status != RSIFT_OK && !rs_err_ends_call(status);
}

static rsift_status mask_of(rs_arena *arena, const rs_score_record *r, bool truth, rs_rle *out,
                            rsift_error *err)
{
    const rs_json *v = rs_score_mask_field(r->json, truth);
    if (rs_json_kind(v) == RS_JSON_ARRAY) return mask_of_rows(arena, v, out, err);
    if (rs_json_kind(v) == RS_JSON_OBJECT) return rs_score_mask_of_rle(arena, v, out, err);
    return rs_err_set(err, RSIFT_E_FORMAT,
                      "expected a mask: {\"size\", \"counts\"} or rows of 0 and 1");
}

/* ---- one mask an answer ---------------------------------------------------------------------- */

/* Areas in pixels, one row a sample. */
typedef struct mask_columns {
    double *iou, *inter, *unite, *predicted, *reference;
    double *twice; /* of the intersection */
    double *both;  /* predicted and reference, added */
    double *pixels;
} mask_columns;

/* Fills row i. A prediction without a mask of the truth's size is unparsed and overlaps nothing. */
static rsift_status one_mask(rs_score_job *job, rs_score_run *run, size_t i, rs_arena *scratch,
                             mask_columns *c, rsift_error *err)
{
    const rs_score_record *t = run->items[i].truth, *p = run->items[i].prediction;
    rs_rle reference = {0}, predicted = {0};
    bool same_size = false;
    run->read[i] = RS_STR("");
    rsift_status status = rs_score_check_two_masks(t, p, err);
    if (status == RSIFT_OK) status = mask_of(scratch, t, true, &reference, err);
    if (rs_score_is_bad_input(status)) rs_score_blame_truth(job, t, err);
    if (status == RSIFT_OK && p) {
        status = mask_of(scratch, p, false, &predicted, err);
        same_size = status == RSIFT_OK && predicted.height == reference.height &&
                    predicted.width == reference.width;
        if (rs_score_is_bad_input(status)) status = RSIFT_OK; /* counted below */
    }
    c->reference[i] = (double)rs_geom_rle_area(&reference);
    c->pixels[i] = (double)reference.height * reference.width;
    if (!same_size) {
        rs_score_set_state(run, i, p ? RS_SCORE_UNPARSED : RS_SCORE_MISSING);
    } else {
        c->predicted[i] = (double)rs_geom_rle_area(&predicted);
        c->inter[i] = (double)rs_geom_rle_shared(&predicted, &reference);
    }
    /* union = predicted + reference - intersection; two empty masks score 0 */
    c->unite[i] = c->predicted[i] + c->reference[i] - c->inter[i];
    c->iou[i] = c->unite[i] > 0 ? c->inter[i] / c->unite[i] : 0;
    c->twice[i] = 2 * c->inter[i];
    c->both[i] = c->predicted[i] + c->reference[i];
    rs_geom_rle_fini(&reference);
    rs_geom_rle_fini(&predicted);
    return status;
}

/* Compares all masks; a sample's score is its IoU. */
static rsift_status compare_masks(rs_score_job *job, rs_score_run *run, mask_columns *c,
                                  rsift_error *err)
{
    *c = (mask_columns){rs_score_column(job), rs_score_column(job), rs_score_column(job),
                        rs_score_column(job), rs_score_column(job), rs_score_column(job),
                        rs_score_column(job), rs_score_column(job)};
    if (!c->iou || !c->inter || !c->unite || !c->predicted || !c->reference || !c->twice ||
        !c->both || !c->pixels)
        return rs_err_nomem(err, "masks");
    rs_arena scratch = {0};
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; status == RSIFT_OK && i < job->n; i++) {
        status = one_mask(job, run, i, &scratch, c, err);
        rs_arena_reset(&scratch);
    }
    rs_arena_fini(&scratch);
    if (status == RSIFT_OK) memcpy(run->score, c->iou, job->n * sizeof *c->iou);
    return status;
}

/* mIoU = mean of IoU; oIoU = sum of intersections / sum of unions; Pr@T = share with IoU >= T. */
rsift_status rs_score_masks(rs_score_job *job, rs_score_run *run, const unsigned char *only,
                            rsift_error *err)
{
    static const double thresholds[] = {0.5, 0.6, 0.7, 0.8, 0.9};
    mask_columns c;
    (void)only; /* subsets are drawn from the columns */
    RS_TRY(compare_masks(job, run, &c, err));
    rs_score_measure(run, "mIoU", 100, c.iou, NULL);
    rs_score_measure(run, "oIoU", 100, c.inter, c.unite);
    for (int k = 0; k < 5; k++) {
        double *hit = rs_score_column(job);
        if (!hit) return rs_err_nomem(err, "masks");
        for (size_t i = 0; i < job->n; i++) hit[i] = c.iou[i] >= thresholds[k];
        char name[RS_MEASURE_NAME];
        snprintf(name, sizeof name, "Pr@%.1f", thresholds[k]);
        rs_score_measure(run, name, 100, hit, NULL);
    }
    return RSIFT_OK;
}

/* ---- changed pixels -------------------------------------------------------------------------- */

rsift_status rs_score_change_check(const rs_score_options *o, const rs_profile *p, rsift_error *err)
{
    (void)p;
    if (!o->classes && !o->ignore_labels && !o->prediction_offset) return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_UNSUPPORTED,
                      "masks in records take no --classes, --ignore-label or --prediction-offset");
}

/* Columns carry the intervals, subsets and comparisons; the values are the original's, with what it
 * adds to its denominators. */
rsift_status rs_score_change_masks(rs_score_job *job, rs_score_run *run, const unsigned char *only,
                                   rsift_error *err)
{
    mask_columns c;
    double all = 0, reference = 0, predicted = 0, both = 0, value[RS_CONFUSION_N];
    RS_TRY(compare_masks(job, run, &c, err));
    for (size_t i = 0; i < job->n; i++) {
        if (only && !only[i]) continue;
        all += c.pixels[i];
        reference += c.reference[i];
        predicted += c.predicted[i];
        both += c.inter[i];
    }
    /* Unchanged pixels are what the masks leave: all - reference - predicted + both in both. */
    const rs_confusion_sums sums[2] = {{(int64_t)(all - reference), (int64_t)(all - predicted),
                                        (int64_t)(all - reference - predicted + both)},
                                       {(int64_t)reference, (int64_t)predicted, (int64_t)both}};
    rs_metrics_confusion(sums, 2, (int64_t)all, &job->profile->confusion, 1, value);
    const struct {
        const char *name;
        const double *num, *den;
        rs_confusion_measure of;
    } list[] = {{"F1 of changed", c.twice, c.both, RS_CONFUSION_F1},
                {"IoU of changed", c.inter, c.unite, RS_CONFUSION_IOU},
                {"precision", c.inter, c.predicted, RS_CONFUSION_PRECISION},
                {"recall", c.inter, c.reference, RS_CONFUSION_RECALL}};
    for (size_t k = 0; k < 4; k++) {
        rs_measure *m = rs_score_measure(run, list[k].name, 100, list[k].num, list[k].den);
        m->value = 100 * value[list[k].of];
        m->given = true; /* not to be computed again from the columns */
    }
    rs_score_fixed(run, "mIoU", 100, value[RS_CONFUSION_MEAN_IOU]);
    rs_score_fixed(run, "OA", 100, value[RS_CONFUSION_ACCURACY]);
    rs_score_fixed(run, "mF1", 100, value[RS_CONFUSION_MEAN_F1]);
    rs_score_fixed(run, "kappa", 100, value[RS_CONFUSION_KAPPA]);
    rs_score_fixed(run, "fwIoU", 100, value[RS_CONFUSION_WEIGHTED_IOU]);
    return RSIFT_OK;
}
