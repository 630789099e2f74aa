/* Detection: average precision and what it is worth. Images are resampled; matching is done once,
 * and the matched detections are weighed again for every resample. */
#include "score/detect.h"

#include "score/join.h"
#include "metrics/resample.h"

#include <math.h>

/* ---- resampling ------------------------------------------------------------------------------ */

typedef struct detectors {
    const rs_score_detector *detector;
    const rs_ap_set *sets[2]; /* [1] NULL = one model */
} detectors;

/* All APs of the first, then how much its first one is above the second's. */
static rsift_status aps_of(void *ctx, const uint32_t *weights, double *values, rsift_error *err)
{
    const detectors *d = ctx;
    double aps[2][RS_SCORE_APS] = {{0}};
    for (int m = 0; m < 2 && d->sets[m]; m++)
        RS_TRY(d->detector->aps(d->sets[m], weights, aps[m], err));
    for (int k = 0; k < d->detector->n_aps; k++) values[k] = aps[0][k];
    values[d->detector->n_aps] = aps[0][0] - aps[1][0];
    return RSIFT_OK;
}

static uint32_t highest_image(const rs_ap_set *set)
{
    uint32_t most = 0;
    for (size_t i = 0; set && i < set->n_marks; i++)
        if (set->marks[i].image > most) most = set->marks[i].image;
    return most;
}

/* Intervals of the run's first measures; with a second set, of the difference too. */
static rsift_status intervals(rs_score_job *job, const rs_score_detector *detector, void *detection,
                              const unsigned char *only, const rs_ap_set *a, const rs_ap_set *b,
                              rs_score_run *run, rs_score_pair *pair, rsift_error *err)
{
    const size_t n_truth_images = detector->n_images(detection);
    const size_t n = (size_t)rs_score_n_resamples(job->options), n_aps = (size_t)detector->n_aps;
    detectors d = {detector, {a, b}};
    rs_resampling how = {.seed = job->options->seed,
                         .n = (int)n,
                         .n_threads = job->n_threads,
                         .cancel = job->cancel,
                         .values_of = aps_of,
                         .ctx = &d,
                         .n_values = n_aps + 1};
    uint32_t *members = rs_arena_calloc(&job->arena, n_truth_images + 1, sizeof *members);
    double *values = rs_arena_calloc(&job->arena, (n_aps + 1) * n + 1, sizeof *values);
    if (!members || !values) return rs_err_nomem(err, "resamples");
    for (size_t i = 0; i < n_truth_images; i++)
        if (!only || only[i]) members[how.n_members++] = (uint32_t)i;
    const uint32_t high_a = highest_image(a), high_b = highest_image(b);
    const uint32_t high = high_a > high_b ? high_a : high_b;
    how.members = members; /* images beyond the truth count once */
    how.n_clusters = n_truth_images > high ? n_truth_images : (size_t)high + 1;
    if (n < 1 || how.n_members < 2) return RSIFT_OK;
    RS_TRY(rs_metrics_resample(&how, values, err));
    for (size_t k = 0; run && k < n_aps; k++) {
        rs_measure *m = &run->measures[k];
        double bounds[2];
        m->interval = m->known && rs_metrics_interval(values + k * n, n, bounds, NULL);
        if (!m->interval) continue; /* no bounds then */
        m->low = m->scale * bounds[0];
        m->high = m->scale * bounds[1];
    }
    if (pair && rs_metrics_interval(values + n_aps * n, n, pair->interval, &pair->p))
        for (int k = 0; k < 2; k++) pair->interval[k] *= 100;
    return RSIFT_OK;
}

/* ---- driver ---------------------------------------------------------------------------------- */

static rsift_status read_only(rs_score_job *job, const rs_score_detector *detector, void *detection,
                              rsift_error *err)
{
    rs_str text, line;
    RS_TRY(rs_score_bytes(&job->arena, job->options->only, &text, &job->only_hash, err));
    job->only = rs_arena_calloc(&job->arena, detector->n_images(detection) + 1, 1);
    if (!job->only) return rs_err_nomem(err, "ids");
    while (rs_str_line(&text, &line)) {
        if (!(line = rs_str_trim(line)).len) continue;
        const size_t at = detector->image(detection, line);
        if (at == RS_NPOS) job->n_only_unknown++;
        else job->n_only += !job->only[at];
        if (at != RS_NPOS) job->only[at] = 1;
    }
    if (job->n_only) return RSIFT_OK;
    rs_err_set(err, RSIFT_E_ARG, "none of its ids is an image of the truth");
    return rs_err_within(err, RSIFT_E_ARG, "%s", job->options->only);
}

static rsift_status subset(rs_score_job *job, const rs_score_detector *detector, void *detection,
                           rs_score_run *run, rsift_error *err)
{
    rs_ap_set set = {0};
    rsift_status status = read_only(job, detector, detection, err);
    if (status == RSIFT_OK) status = detector->run(job, detection, run, job->only, &set, err);
    if (status == RSIFT_OK)
        status = intervals(job, detector, detection, job->only, &set, NULL, run, NULL, err);
    rs_metrics_ap_fini(&set);
    return status;
}

static rsift_status second_model(rs_score_job *job, const rs_score_detector *detector,
                                 void *detection, const rs_ap_set *first, rs_score_report *r,
                                 rsift_error *err)
{
    rs_ap_set set = {0};
    r->second.path = job->options->compare;
    rsift_status status = detector->run(job, detection, &r->second, NULL, &set, err);
    r->pair = (rs_score_pair){.known = true, .interval = {NAN, NAN}, .p = NAN};
    if (status == RSIFT_OK)
        status = intervals(job, detector, detection, NULL, &set, NULL, &r->second, NULL, err);
    if (status == RSIFT_OK)
        status = intervals(job, detector, detection, NULL, first, &set, NULL, &r->pair, err);
    if (status == RSIFT_OK)
        r->pair.difference = r->run.measures[0].value - r->second.measures[0].value;
    rs_metrics_ap_fini(&set);
    return status;
}

static rsift_status all_runs(rs_score_job *job, const rs_score_detector *detector, void *detection,
                             rs_score_report *r, rsift_error *err)
{
    rs_ap_set set = {0};
    rsift_status status = detector->run(job, detection, &r->run, NULL, &set, err);
    if (status == RSIFT_OK)
        status = intervals(job, detector, detection, NULL, &set, NULL, &r->run, NULL, err);
    if (status == RSIFT_OK && job->options->only)
        status = subset(job, detector, detection, &r->subset, err);
    if (status == RSIFT_OK && job->options->compare)
        status = second_model(job, detector, detection, &set, r, err);
    rs_metrics_ap_fini(&set);
    return status;
}

rsift_status rs_score_detection(rs_score_job *job, rs_score_report *report, rsift_error *err)
{
    const rs_score_detector *detector =
        job->profile->family == RS_FAMILY_COCO ? &rs_score_coco : &rs_score_dota;
    if (!job->options->truth)
        return rs_err_set(err, RSIFT_E_ARG, "this profile wants the truth: --truth %s",
                          detector->truth_is);
    void *detection = NULL;
    rsift_status status = detector->open(job, &detection, err);
    if (status == RSIFT_OK) status = all_runs(job, detector, detection, report, err);
    if (detection) detector->close(detection);
    return status;
}
