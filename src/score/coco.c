/* COCO's evaluation: the detections of metrics/coco.c out of COCO's files, and its twelve
 * numbers. */
#include "score/coco.h"

#include "score/coco_read.h"
#include "score/detect.h"

#include <math.h>

/* Reads the truth. */
static rsift_status coco_open(rs_score_job *job, void **out, rsift_error *err)
{
    rs_coco_files *c = rs_arena_calloc(&job->arena, 1, sizeof *c);
    if (!c) return rs_err_nomem(err, "annotations");
    *out = c;
    c->job = job;
    c->segm = job->profile->masks;
    return rs_coco_read_truth(c, err);
}

/* Boxes that no model means: fractions where COCO has pixels, corners where it has sizes. */
static rsift_status note_boxes(rs_score_job *job, const rs_score_run *run, const rs_coco_files *c,
                               rsift_error *err)
{
    size_t n_unit = 0, n_inverted = 0;
    if (c->segm) return RSIFT_OK;
    for (size_t i = 0; i < c->n_found; i++) {
        const double *b = c->found[i].xywh;
        n_inverted += b[2] < 0 || b[3] < 0;
        n_unit +=
            b[2] > 0 && b[3] > 0 && b[0] >= 0 && b[1] >= 0 && b[0] + b[2] <= 1 && b[1] + b[3] <= 1;
    }
    if (n_unit)
        RS_TRY(rs_score_add_note(job, err,
                                 "%s: %zu of %zu boxes lie within 0 to 1, where COCO's are pixels",
                                 run->path, n_unit, c->n_found));
    if (!n_inverted) return RSIFT_OK;
    return rs_score_add_note(
        job, err, "%s: %zu of %zu boxes have a width or height below 0 and overlap with nothing",
        run->path, n_inverted, c->n_found);
}

static rsift_status no_category(const rs_score_run *run, size_t n, rsift_error *err)
{
    rs_err_set(err, RSIFT_E_ARG,
               "none of the %zu detections is of a category of the truth: category_id is the id of "
               "one of its categories, not a name or a place in a list",
               n);
    return rs_err_within(err, RSIFT_E_ARG, "%s", run->path);
}

/* Reads the predictions. Images without any detection and detections that do not count are usual,
 * and both may be a mistake: notes tell how many. */
static rsift_status load_found(rs_score_job *job, rs_score_run *run, rs_coco_files *c,
                               rsift_error *err)
{
    RS_TRY(rs_coco_read_found(c, run, err));
    if (c->n_unknown && !c->n_found) return no_category(run, c->n_unknown, err);
    const uint32_t n_images = c->image_ids.n;
    unsigned char *seen = rs_arena_calloc(&job->arena, (size_t)n_images + 1, 1);
    size_t n_absent = n_images;
    if (!seen) return rs_err_nomem(err, "images");
    for (size_t i = 0; i < c->n_found; i++) {
        n_absent -= !seen[c->found[i].image];
        seen[c->found[i].image] = 1;
    }
    if (n_absent)
        RS_TRY(rs_score_add_note(job, err, "%s: no detection in %zu of %zu images", run->path,
                                 n_absent, (size_t)n_images));
    RS_TRY(note_boxes(job, run, c, err));
    if (!c->n_unknown) return RSIFT_OK;
    return rs_score_add_note(
        job, err, "%s: %zu of %zu detections are of categories that the truth does not have",
        run->path, c->n_unknown, c->n_found + c->n_unknown);
}

/* Leaves only the truths and detections of chosen images in the input. */
static rsift_status choose_images(rs_arena *arena, const unsigned char *only, rs_coco_input *input,
                                  rsift_error *err)
{
    rs_coco_truth *truths = rs_arena_calloc(arena, input->n_truths + 1, sizeof *truths);
    rs_coco_found *found = rs_arena_calloc(arena, input->n_found + 1, sizeof *found);
    if (!truths || !found) return rs_err_nomem(err, "annotations");
    size_t n = 0, n_found = 0;
    for (size_t i = 0; i < input->n_truths; i++)
        if (only[input->truths[i].image]) truths[n++] = input->truths[i];
    for (size_t i = 0; i < input->n_found; i++)
        if (only[input->found[i].image]) found[n_found++] = input->found[i];
    input->truths = truths;
    input->n_truths = n;
    input->found = found;
    input->n_found = n_found;
    return RSIFT_OK;
}

/* The twelve numbers of COCO on all images, or on those of `only`. */
static rsift_status coco_run(rs_score_job *job, void *detection, rs_score_run *run,
                             const unsigned char *only, rs_ap_set *set, rsift_error *err)
{
    rs_coco_files *c = detection;
    if (!only) RS_TRY(load_found(job, run, c, err));
    double stats[RS_COCO_STATS];
    const uint32_t n_classes = c->class_ids.n;
    double *class_ap = rs_arena_calloc(&job->arena, (size_t)n_classes + 1, sizeof *class_ap);
    if (!class_ap) return rs_err_nomem(err, "annotations");
    rs_coco_input input = {.truths = c->truths,
                           .n_truths = c->n_truths,
                           .found = c->found,
                           .n_found = c->n_found,
                           .n_images = c->image_ids.n,
                           .n_classes = n_classes,
                           .masks = c->segm,
                           .n_threads = job->n_threads,
                           .cancel = job->cancel};
    /* Matching and areas are over the images chosen. */
    if (only) RS_TRY(choose_images(&job->arena, only, &input, err));
    RS_TRY(rs_metrics_coco(&input, stats, class_ap, set, err));
    run->n_measures = 0;
    for (int k = 0; k < RS_COCO_STATS; k++)
        rs_score_fixed(run, rs_coco_stat_names[k], 100, stats[k] < 0 ? NAN : stats[k]);
    if (only || job->class_table) return RSIFT_OK;
    /* The table of categories is of the first model on all images. */
    rs_score_class *table = rs_arena_calloc(&job->arena, (size_t)n_classes + 1, sizeof *table);
    if (!table) return rs_err_nomem(err, "classes");
    for (uint32_t k = 0; k < n_classes; k++)
        table[k] = (rs_score_class){.name = c->names[k],
                                    .value = class_ap[k] < 0 ? NAN : 100 * class_ap[k]};
    for (size_t i = 0; i < c->n_truths; i++) table[c->truths[i].class].n++;
    job->class_table = table;
    job->n_class_table = n_classes;
    job->class_measure = "AP";
    return RSIFT_OK;
}

static size_t coco_n_images(void *detection)
{
    return ((rs_coco_files *)detection)->image_ids.n;
}

/* An image's id, or its file name with or without folders and ending. */
static size_t coco_image(void *detection, rs_str name)
{
    const rs_coco_files *c = detection;
    const size_t at = rs_strmap_get(&c->image_ids.names, name);
    if (at != RS_NPOS) return c->image_ids.number[at]; /* an id goes before a file of that name */
    const size_t file = rs_strmap_get(&c->files, name);
    return file == RS_NPOS || c->file_image[file] == UINT32_MAX ? RS_NPOS : c->file_image[file];
}

static void coco_close(void *detection)
{
    rs_coco_files_fini(detection);
}

static rsift_status coco_aps(const rs_ap_set *set, const uint32_t *weights,
                             double out[RS_SCORE_APS], rsift_error *err)
{
    double ap[RS_AP_THRESHOLDS];
    RS_TRY(rs_metrics_ap(set, RS_AP_COCO, weights, RS_AP_THRESHOLDS, ap, err));
    out[0] = 0;
    /* AP is the mean over IoU 0.50, 0.55 .. 0.95; AP50 and AP75 are the first and the sixth. */
    for (int t = 0; t < RS_AP_THRESHOLDS; t++) out[0] += ap[t] / RS_AP_THRESHOLDS;
    out[1] = ap[0];
    out[2] = ap[5];
    return RSIFT_OK;
}

rsift_status rs_score_coco(rs_score_job *job, rs_score_report *report, rsift_error *err)
{
    static const rs_score_detector detector = {.n_aps = 3,
                                               .truth_is = "instances.json",
                                               .open = coco_open,
                                               .run = coco_run,
                                               .n_images = coco_n_images,
                                               .image = coco_image,
                                               .aps = coco_aps,
                                               .close = coco_close};
    return rs_score_detection(&detector, job, report, err);
}
