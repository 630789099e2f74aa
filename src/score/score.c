/* The driver: reads the truth, joins predictions to it, runs the family, compares with a second
 * model and with guessers, reports. Families whose files are not lists of records do that
 * themselves. */
#include "score/score.h"

#include "base/alloc.h"
#include "score/check.h"
#include "score/guess.h"
#include "score/indexed.h"
#include "score/groups.h"
#include "score/join.h"
#include "score/prepare.h"
#include "score/report.h"
#include "score/samples.h"
#include "score/verdicts.h"

/* What resamples are drawn from: images, all samples of one together. */
static rs_draw draw_of(const rs_score_job *job, const unsigned char *only)
{
    return (rs_draw){.n = job->n,
                     .cluster = job->cluster,
                     .n_clusters = job->n_clusters,
                     .only = only,
                     .seed = job->options->seed,
                     .n_resamples = rs_score_n_resamples(job->options),
                     .n_threads = job->n_threads,
                     .cancel = job->cancel};
}

/* How many pictures have a sample that counts. */
static rsift_status count_drawn(rs_score_job *job, rs_score_run *run, const unsigned char *only,
                                rsift_error *err)
{
    unsigned char *seen = rs_arena_calloc(&job->arena, (size_t)job->n_clusters + 1, 1);
    if (!seen) return rs_err_nomem(err, "pictures");
    run->n_drawn = 0;
    for (size_t i = 0; i < job->n; i++) {
        if (only && !only[i]) continue;
        run->n_drawn += !seen[job->cluster[i]];
        seen[job->cluster[i]] = 1;
    }
    return RSIFT_OK;
}

/* The measures of a run, with intervals. */
static rsift_status measure_run(rs_score_job *job, rs_score_run *run, const unsigned char *only,
                                rsift_error *err)
{
    RS_TRY(rs_score_evaluate(job, run, only, err));
    RS_TRY(count_drawn(job, run, only, err));
    const rs_draw draw = draw_of(job, only);
    return rs_metrics_bootstrap(run->measures, run->n_measures, &draw, err);
}

/* Reads the truth from a file, the workspace or the predictions themselves, and prepares it. */
static rsift_status read_truth(rs_score_job *job, rsift_error *err)
{
    const rs_score_options *o = job->options;
    const rs_profile *p = job->profile;
    rs_score_wants wants = {.role = RS_SCORE_TRUTH, .text_asks = p->text_asks};
    RS_TRY(rs_score_wanted_fields(job, &wants, err));
    if (o->dataset) {
        RS_TRY(rs_score_read_indexed(job, err));
        return rs_score_prepare(job, err);
    }
    wants.json = job->family->keeps_json;
    /* Where ids carry the references, a file of predictions needs no field for them. */
    if (p->reference_in_id && !o->truth) wants.role = RS_SCORE_PREDICTIONS;
    RS_TRY(rs_score_read(&job->arena, o->truth ? o->truth : o->predictions, &wants, job->session,
                         &job->truth, err));
    job->truth_hash = job->truth.hash;
    /* Whole records are looked at by the family itself. */
    bool both = o->truth || wants.json;
    for (size_t i = 0; !both && i < job->truth.n; i++)
        both = job->truth.records[i].prediction.ptr != NULL;
    if (!both)
        return rs_err_set(err, RSIFT_E_ARG,
                          "no record carries both a reference and a prediction; name the "
                          "references with --truth FILE or --dataset ID");
    return rs_score_prepare(job, err);
}

/* Scores a second model on the same samples and tests the difference of the headlines: by paired
 * bootstrap, and by McNemar where samples are right or wrong. */
static rsift_status compare(rs_score_job *job, const rs_score_run *a, rs_score_run *b,
                            rs_score_pair *out, rsift_error *err)
{
    b->path = job->options->compare;
    b->boxes = job->options->compare_boxes ? job->options->compare_boxes : job->options->boxes;
    RS_TRY(rs_score_join(job, b, err));
    RS_TRY(measure_run(job, b, NULL, err));
    *out = (rs_score_pair){.known = true, .right_wrong = job->family->right_wrong};
    /* With rotations a question counts once, at its first record. */
    const bool rotations = job->profile->circular;
    const double *first = rotations ? a->measures[0].num : a->score;
    const double *second = rotations ? b->measures[0].num : b->score;
    /* A score is a share: more than half counts as right. */
    for (size_t i = 0; i < job->n; i++) {
        if (rotations && a->measures[0].den[i] == 0) continue;
        out->only_first += first[i] > 0.5 && second[i] <= 0.5;
        out->only_second += second[i] > 0.5 && first[i] <= 0.5;
    }
    out->mcnemar = rs_metrics_mcnemar(out->only_first, out->only_second);
    out->difference = a->measures[0].value - b->measures[0].value;
    const rs_draw draw = draw_of(job, NULL);
    return rs_metrics_paired(&a->measures[0], &b->measures[0], &draw, out->interval, &out->p, err);
}

/* ---- notes ----------------------------------------------------------------------------------- */

/* Records that are truth and prediction at once join nothing, so that repeated ids go unnoticed. */
static rsift_status note_repeated_ids(rs_score_job *job, const rs_score_run *run, rsift_error *err)
{
    size_t n_again = 0;
    rs_strmap ids = {0};
    bool good = true;
    for (size_t i = 0; good && i < job->n && !job->profile->circular; i++) {
        const rs_score_record *t = run->items[i].truth;
        bool made = true;
        if (run->items[i].prediction == t && t->id.ptr)
            good = rs_strmap_put(&ids, t->id, &made) != RS_NPOS;
        n_again += !made;
    }
    rs_strmap_fini(&ids);
    if (!good) return rs_err_nomem(err, "ids");
    if (!n_again) return RSIFT_OK;
    return rs_score_add_note(job, err, "%zu records repeat an id: every record counts", n_again);
}

/* Reasoning in front of answers is said whether or not it was read. */
static rsift_status note_reasoning(rs_score_job *job, const rs_score_run *run, rsift_error *err)
{
    if (!run->n_reasoning) return RSIFT_OK;
    const bool ours = rs_metrics_profile_is_ours(job->profile);
    return rs_score_add_note(
        job, err, "%s%s%zu outputs hold reasoning, which %s%s",
        job->options->compare ? run->path : "", job->options->compare ? ": " : "", run->n_reasoning,
        ours ? "was taken off before the rule read them"
             : "the published rule reads like the answer",
        ours || job->options->strip_thinking ? "" : "; --strip-thinking gives the number without");
}

static rsift_status note_objects(rs_score_job *job, const rs_score_run *run, rsift_error *err)
{
    if (!run->n_objects) return RSIFT_OK;
    return rs_score_add_note(
        job, err, "%s%s%zu predictions are objects, of which the JSON text was scored",
        job->options->compare ? run->path : "", job->options->compare ? ": " : "", run->n_objects);
}

/* Results whose ids agree while their questions read otherwise: a rephrased prompt, or another
 * file. */
static rsift_status note_reworded(rs_score_job *job, const rs_score_run *run, rsift_error *err)
{
    if (!run->n_reworded) return RSIFT_OK;
    return rs_score_add_note(
        job, err, "%s%s%zu results ask otherwise than the truth of their id: joined by id alone",
        job->options->compare ? run->path : "", job->options->compare ? ": " : "", run->n_reworded);
}

/* A run's own notes; with a second model under the name of its file. */
static rsift_status note_run(rs_score_job *job, const rs_score_run *run, rsift_error *err)
{
    if (!run->notes) return RSIFT_OK;
    if (!job->options->compare) return rs_score_add_note(job, err, "%s", run->notes);
    return rs_score_add_note(job, err, "%s: %s", run->path, run->notes);
}

static rsift_status note_file(rs_score_job *job, const rs_score_file *file, rsift_error *err)
{
    if (!file->note.ptr) return RSIFT_OK;
    return rs_score_add_note(job, err, "%.*s", RS_STR_ARG(file->note));
}

/* Everything a reader should know besides the numbers. */
static rsift_status add_notes(rs_score_job *job, const rs_score_report *r, rsift_error *err)
{
    const rs_score_options *o = job->options;
    if (job->family->note) RS_TRY(job->family->note(job, r, err));
    RS_TRY(note_repeated_ids(job, &r->run, err));
    if (o->judge_verdicts && !r->run.n_verdicts)
        RS_TRY(rs_score_add_note(job, err,
                                 "no verdict was used: the rule decides these answers itself"));
    /* Of the runs, then of the files. */
    RS_TRY(note_reasoning(job, &r->run, err));
    if (o->compare) RS_TRY(note_reasoning(job, &r->second, err));
    RS_TRY(note_objects(job, &r->run, err));
    if (o->compare) RS_TRY(note_objects(job, &r->second, err));
    RS_TRY(note_reworded(job, &r->run, err));
    if (o->compare) RS_TRY(note_reworded(job, &r->second, err));
    RS_TRY(note_run(job, &r->run, err));
    if (o->compare) RS_TRY(note_run(job, &r->second, err));
    RS_TRY(note_file(job, &job->truth, err));
    if (o->truth || o->dataset) RS_TRY(note_file(job, &r->run.file, err));
    return o->compare ? note_file(job, &r->second.file, err) : RSIFT_OK;
}

/* ---- the job --------------------------------------------------------------------------------- */

/* Scores files of records, sample by sample. */
static rsift_status score_records(rs_score_job *job, rs_score_report *r, rsift_error *err)
{
    const rs_score_options *o = job->options;
    RS_TRY(read_truth(job, err));
    if (o->judge_verdicts) RS_TRY(rs_score_read_verdicts(job, err));
    if (o->only) RS_TRY(rs_score_read_only(job, err));
    /* Without a truth of its own, the file of predictions has been read already. */
    r->run.path = o->truth || o->dataset ? o->predictions : NULL;
    r->run.boxes = o->boxes;
    r->run.judged = o->judge_verdicts != NULL;
    RS_TRY(rs_score_join(job, &r->run, err));
    RS_TRY(measure_run(job, &r->run, NULL, err));
    if (o->strip_thinking) {
        r->answers = r->run;
        r->answers.without_reasoning = true;
        RS_TRY(measure_run(job, &r->answers, NULL, err));
    }
    if (o->only) {
        r->subset = r->run; /* the same samples and predictions */
        RS_TRY(measure_run(job, &r->subset, job->only, err));
    }
    if (o->compare) RS_TRY(compare(job, &r->run, &r->second, &r->pair, err));
    if (job->family->guess && !o->no_blind) {
        rs_score_file train = {0};
        if (o->blind_train) RS_TRY(rs_score_read_train(job, &train, err));
        RS_TRY(rs_score_guess(job, o->blind_train ? &train : NULL, &r->blind, err));
    }
    return add_notes(job, r, err);
}

rsift_status rs_score_make(rs_session *session, const rs_score_options *options, rsift_answer *out,
                           rsift_error *err)
{
    rs_score_job job = {.session = session,
                        .limits = &session->limits,
                        .n_threads = session->n_threads,
                        .cancel = &session->cancel,
                        .options = options};
    rs_score_report report = {.run.path = options->predictions};
    *out = (rsift_answer){0};
    RS_TRY(rs_score_check(options, &job.profile, &job.family, err));
    rsift_status status = job.family->score ? job.family->score(&job, &report, err)
                                            : score_records(&job, &report, err);
    if (status == RSIFT_OK && options->samples)
        status = rs_score_write_samples(&job, &report.run, err);
    if (status == RSIFT_OK) status = rs_score_answer(&job, &report, out, err);
    rs_strmap_fini(&job.types);
    rs_strmap_fini(&job.images);
    rs_strmap_fini(&job.verdict_ids);
    rs_strmap_fini(&job.left_out);
    for (size_t k = 0; k < job.n_by; k++) rs_strmap_fini(&job.by[k].groups);
    rs_free(job.verdicts);
    rs_arena_fini(&job.arena);
    return status;
}
