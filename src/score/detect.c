/* Detection: average precision and what it is worth. Images are resampled; matching is done once,
 * and the matched detections are weighed again for every resample. */
#include "score/detect.h"

#include "metrics/resample.h"

#include <math.h>

/* The detector at work on one job. */
typedef struct scoring {
    const rs_score_detector *detector;
    void *detection;
    rs_score_job *job;
} scoring;

/* ---- resampling ------------------------------------------------------------------------------ */

typedef struct ap_sets {
    const rs_score_detector *detector;
    const rs_ap_set *sets[2]; /* [1] NULL = one model */
} ap_sets;

/* Values of one resample: all APs of the first model, then the first AP of model one minus that of
 * model two. */
static rsift_status aps_of(void *ctx, const uint32_t *weights, double *values, rsift_error *err)
{
    const ap_sets *d = ctx;
    double aps[2][RS_SCORE_APS] = {{0}}; /* without a second model its AP is 0 */
    for (int m = 0; m < 2 && d->sets[m]; m++)
        RS_TRY(d->detector->aps(d->sets[m], weights, aps[m], err));
    for (int k = 0; k < d->detector->n_aps; k++) values[k] = aps[0][k];
    values[d->detector->n_aps] = aps[0][0] - aps[1][0];
    return RSIFT_OK;
}

static size_t n_images_of(const rs_ap_set *set)
{
    size_t n = 0;
    for (size_t i = 0; set && i < set->n_marks; i++)
        if (set->marks[i].image >= n) n = (size_t)set->marks[i].image + 1;
    return n;
}

/* Draws images of the truth (those of `only` where it is given) and sets the intervals of the run's
 * first measures, and of the pair's difference when there is a second set. run and
 * pair may be NULL. */
static rsift_status set_intervals(scoring *s, const unsigned char *only, ap_sets sets,
                                  rs_score_run *run, rs_score_pair *pair, rsift_error *err)
{
    rs_score_job *job = s->job;
    const size_t n_images = s->detector->n_images(s->detection);
    const size_t n = (size_t)rs_score_n_resamples(job->options);
    const size_t n_aps = (size_t)s->detector->n_aps;
    rs_resampling how = {.seed = job->options->seed,
                         .n = (int)n,
                         .n_threads = job->n_threads,
                         .cancel = job->cancel,
                         .values_of = aps_of,
                         .ctx = &sets,
                         .n_values = n_aps + 1};
    uint32_t *members = rs_arena_calloc(&job->arena, n_images + 1, sizeof *members);
    double *values = rs_arena_calloc(&job->arena, (n_aps + 1) * n + 1, sizeof *values);
    if (!members || !values) return rs_err_nomem(err, "resamples");
    for (size_t i = 0; i < n_images; i++)
        if (!only || only[i]) members[how.n_members++] = (uint32_t)i;
    how.members = members;
    if (run) run->n_drawn = how.n_members;
    /* Predictions may name images beyond the truth; those are not drawn and count once. */
    how.n_clusters = n_images;
    const size_t named[2] = {n_images_of(sets.sets[0]), n_images_of(sets.sets[1])};
    for (int m = 0; m < 2; m++)
        if (named[m] > how.n_clusters) how.n_clusters = named[m];
    if (n < 1 || how.n_members < 2) return RSIFT_OK; /* nothing to draw from: no intervals */
    RS_TRY(rs_metrics_resample(&how, values, err));
    for (size_t k = 0; run && k < n_aps; k++) {
        rs_measure *m = &run->measures[k];
        double bounds[2];
        /* APs are shares, measures are percentages. */
        m->interval = m->known && rs_metrics_interval(values + k * n, n, bounds, NULL);
        if (!m->interval) continue;
        m->low = m->scale * bounds[0];
        m->high = m->scale * bounds[1];
    }
    if (pair && rs_metrics_interval(values + n_aps * n, n, pair->interval, &pair->p))
        for (int k = 0; k < 2; k++) pair->interval[k] *= 100;
    return RSIFT_OK;
}

/* ---- runs ------------------------------------------------------------------------------------ */

/* --only names images: by number, or by file name as the detector knows it. */
static rsift_status read_only(scoring *s, rsift_error *err)
{
    rs_score_job *job = s->job;
    rs_str text, line;
    RS_TRY(rs_score_bytes(&job->arena, job->options->only, &text, &job->only_hash, err));
    job->only = rs_arena_calloc(&job->arena, s->detector->n_images(s->detection) + 1, 1);
    if (!job->only) return rs_err_nomem(err, "ids");
    while (rs_score_only_id(job, &text, &line)) {
        /* an image named twice is chosen once */
        const size_t at = s->detector->image(s->detection, line);
        if (at == RS_NPOS) job->n_only_unknown++;
        else job->n_only += !job->only[at];
        if (at != RS_NPOS) job->only[at] = 1;
    }
    if (job->n_only) return RSIFT_OK;
    rs_err_set(err, RSIFT_E_ARG, "none of its ids is an image of the truth");
    return rs_err_within(err, RSIFT_E_ARG, "%s", job->options->only);
}

/* Scores one run with intervals; set gets its matched detections. */
static rsift_status score_run(scoring *s, rs_score_run *run, const unsigned char *only,
                              rs_ap_set *set, rsift_error *err)
{
    RS_TRY(s->detector->run(s->job, s->detection, run, only, set, err));
    return set_intervals(s, only, (ap_sets){s->detector, {set}}, run, NULL, err);
}

/* The predictions on all images, on the subset, and those of a second model. */
static rsift_status score_all(scoring *s, rs_score_report *r, rsift_error *err)
{
    const rs_score_options *o = s->job->options;
    rs_ap_set first = {0}, subset = {0}, second = {0};
    rsift_status status = score_run(s, &r->run, NULL, &first, err);
    if (status == RSIFT_OK && o->only) status = read_only(s, err);
    if (status == RSIFT_OK && o->only)
        status = score_run(s, &r->subset, s->job->only, &subset, err);
    if (status == RSIFT_OK && o->compare) {
        r->second.path = o->compare;
        r->pair = (rs_score_pair){.known = true, .interval = {NAN, NAN}, .p = NAN};
        status = score_run(s, &r->second, NULL, &second, err);
        if (status == RSIFT_OK)
            status = set_intervals(s, NULL, (ap_sets){s->detector, {&first, &second}}, NULL,
                                   &r->pair, err);
        if (status == RSIFT_OK)
            r->pair.difference = r->run.measures[0].value - r->second.measures[0].value;
    }
    rs_metrics_ap_fini(&first);
    rs_metrics_ap_fini(&subset);
    rs_metrics_ap_fini(&second);
    return status;
}

rsift_status rs_score_detection(const rs_score_detector *detector, rs_score_job *job,
                                rs_score_report *report, rsift_error *err)
{
    scoring s = {.detector = detector, .job = job};
    if (!job->options->truth)
        return rs_err_set(err, RSIFT_E_ARG, "this profile wants the truth: --truth %s",
                          detector->truth_is);
    rsift_status status = detector->open(job, &s.detection, err);
    if (status == RSIFT_OK) status = score_all(&s, report, err);
    if (s.detection) detector->close(s.detection); /* also after a failed open */
    return status;
}
