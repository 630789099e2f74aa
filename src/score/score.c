/* rsift_score: reads, joins, scores, says what the number is worth. */
#include "score/score.h"

#include "base/alloc.h"
#include "score/detect.h"
#include "score/join.h"
#include "score/labels.h"
#include "score/report.h"

#include <stdio.h>

static bool detection(const rs_profile *p)
{
    return p->family == RS_FAMILY_COCO || p->family == RS_FAMILY_DOTA;
}

static bool label_maps(const rs_profile *p, const rs_score_options *o)
{
    return p->family == RS_FAMILY_LABELS && rs_score_are_maps(o);
}

int rs_score_n_resamples(const rs_score_options *o)
{
    return o->n_resamples == 0 ? 1000 : o->n_resamples < 0 ? 0 : o->n_resamples;
}

static rs_draw draw_of(const rs_score_job *job, const unsigned char *only)
{
    return (rs_draw){.n = job->n,
                     .cluster = job->cluster,
                     .n_clusters = (uint32_t)job->images.n,
                     .only = only,
                     .seed = job->options->seed,
                     .n_resamples = rs_score_n_resamples(job->options),
                     .n_threads = job->n_threads,
                     .cancel = job->cancel};
}

static rsift_status score_run(rs_score_job *job, rs_score_run *run, const unsigned char *only,
                              rsift_error *err)
{
    RS_TRY(rs_score_evaluate(job, run, only, err));
    const rs_draw draw = draw_of(job, only);
    return rs_metrics_bootstrap(run->measures, run->n_measures, &draw, err);
}

static rsift_status read_truth(rs_session *session, rs_score_job *job, rsift_error *err)
{
    const rs_score_options *o = job->options;
    const bool json = rs_score_keeps_json(job->profile);
    rs_score_wants wants;
    RS_TRY(rs_score_wanted(job, &wants, err));
    if (o->dataset) return rs_score_indexed(session, job, err);
    wants.json = json;
    if (job->profile->judge == rs_judge_geochat_class && !o->truth)
        wants.role = RS_SCORE_PREDICTIONS; /* golds: ids */
    RS_TRY(rs_score_read(&job->arena, o->truth ? o->truth : o->predictions, &wants, job->session,
                         &job->truth, err));
    job->truth_hash = job->truth.hash;
    if (o->truth || json) return RSIFT_OK;
    for (size_t i = 0; i < job->truth.n; i++)
        if (job->truth.records[i].said.ptr) return RSIFT_OK;
    return rs_err_set(
        err, RSIFT_E_ARG,
        "no record carries both a gold and a prediction; name the golds with --truth FILE or "
        "--dataset ID");
}

static rsift_status compare(rs_score_job *job, const rs_score_run *a, rs_score_run *b,
                            rs_score_pair *out, rsift_error *err)
{
    b->path = job->options->compare;
    b->boxes = job->options->compare_boxes ? job->options->compare_boxes : job->options->boxes;
    RS_TRY(rs_score_join(job, b, err));
    RS_TRY(score_run(job, b, NULL, err));
    *out = (rs_score_pair){.known = true};
    const bool rounds = job->profile->circular; /* a question counts once, at its first rotation */
    const double *first = rounds ? a->measures[0].num : a->score,
                 *second = rounds ? b->measures[0].num : b->score;
    for (size_t i = 0; i < job->n; i++) {
        if (rounds && a->measures[0].den[i] == 0) continue;
        out->only_first += first[i] > 0.5 && second[i] <= 0.5;
        out->only_second += second[i] > 0.5 && first[i] <= 0.5;
    }
    const rs_family family = job->profile->family;
    out->right_wrong =
        family == RS_FAMILY_ANSWER || family == RS_FAMILY_GROUND || family == RS_FAMILY_COUNT;
    out->mcnemar = rs_metrics_mcnemar(out->only_first, out->only_second);
    out->difference = a->measures[0].value - b->measures[0].value;
    const rs_draw draw = draw_of(job, NULL);
    return rs_metrics_paired(&a->measures[0], &b->measures[0], &draw, out->interval, &out->p, err);
}

rsift_status rs_score_say(rs_score_job *job, rs_str note, rsift_error *err)
{
    if (!note.ptr) return RSIFT_OK;
    job->detail = rs_arena_printf(&job->arena, "%s%s%.*s", job->detail ? job->detail : "",
                                  job->detail ? "; " : "", RS_STR_ARG(note))
                      .ptr;
    return job->detail ? RSIFT_OK : rs_err_nomem(err, "a note");
}

/* What a guesser may learn from: the train split, prepared as the truth is. */
static rsift_status read_train(rs_score_job *job, rs_score_file *train, rsift_error *err)
{
    const char *path = job->options->blind_train;
    const rs_score_wants wants = {.role = RS_SCORE_TRUTH};
    size_t n_golds = 0;
    RS_TRY(rs_score_read(&job->arena, path, &wants, job->session, train, err));
    RS_TRY(rs_score_fit(job, train, err));
    for (size_t i = 0; i < train->n; i++)
        n_golds += train->records[i].gold.ptr || train->records[i].n_golds;
    if (n_golds) return RSIFT_OK;
    rs_err_set(err, RSIFT_E_FORMAT,
               "no record with an answer to learn from, of the questions that count here");
    return rs_err_within(err, RSIFT_E_FORMAT, "%s", path);
}

/* Lists of several where the rule takes one, and ids that stand twice in a file of both: the number
 * is not what it seems. */
static rsift_status say_lists(rs_score_job *job, const rs_score_run *run, rsift_error *err)
{
    const rs_profile *p = job->profile;
    const bool takes_golds = p->judge == rs_judge_lhrs || p->judge == rs_judge_urbench ||
                             p->judge == rs_judge_urbench_open;
    size_t n_golds = 0, n_saids = 0, n_again = 0;
    rs_strmap ids = {0};
    bool good = true;
    for (size_t i = 0; good && i < job->n; i++) {
        const rs_score_record *t = run->items[i].truth, *s = run->items[i].said;
        bool made = true;
        n_golds += t->n_golds > 1;
        n_saids += s && rs_score_more_of(s)->n_saids > 1;
        if (s == t && t->id.ptr && !p->circular)
            good = rs_strmap_put(&ids, t->id, &made) != RS_NPOS;
        n_again += !made;
    }
    rs_strmap_fini(&ids);
    if (!good) return rs_err_nomem(err, "ids");
    const struct {
        size_t n;
        const char *text;
    } notes[] = {{p->family == RS_FAMILY_ANSWER && !takes_golds ? n_golds : 0,
                  "%zu truths have several answers, of which the rule knows the first"},
                 {p->family == RS_FAMILY_ANSWER && !p->wordings ? n_saids : 0,
                  "%zu predictions are lists, of which the first text was scored"},
                 {n_again, "%zu records repeat an id: every record counts"}};
    for (int k = 0; k < 3; k++)
        if (notes[k].n)
            RS_TRY(rs_score_say(job, rs_arena_printf(&job->arena, notes[k].text, notes[k].n), err));
    return RSIFT_OK;
}

/* Beside a second model's, what a run has to say goes under its file's name. */
static rsift_status say_of(rs_score_job *job, const rs_score_run *run, rsift_error *err)
{
    if (!run->detail) return RSIFT_OK;
    if (!job->options->compare) return rs_score_say(job, rs_str_of(run->detail), err);
    const rs_str named = rs_arena_printf(&job->arena, "%s: %s", run->path, run->detail);
    return named.ptr ? rs_score_say(job, named, err) : rs_err_nomem(err, "a note");
}

static rsift_status samplewise(rs_session *session, rs_score_job *job, rs_score_report *r,
                               rsift_error *err)
{
    const rs_score_options *o = job->options;
    RS_TRY(read_truth(session, job, err));
    RS_TRY(rs_score_prepare(job, err));
    if (o->judge_verdicts) RS_TRY(rs_score_read_verdicts(job, err));
    if (o->only) RS_TRY(rs_score_read_only(job, err));
    r->run.path = o->truth || o->dataset ? o->predictions : NULL;
    r->run.boxes = o->boxes;
    r->run.judged = o->judge_verdicts != NULL;
    RS_TRY(rs_score_join(job, &r->run, err));
    RS_TRY(score_run(job, &r->run, NULL, err));
    if (o->only) {
        r->subset = r->run;
        RS_TRY(score_run(job, &r->subset, job->only, err));
    }
    if (o->compare) RS_TRY(compare(job, &r->run, &r->second, &r->pair, err));
    if (!o->no_blind && rs_score_can_guess(job->profile)) {
        rs_score_file train = {0};
        if (o->blind_train) RS_TRY(read_train(job, &train, err));
        RS_TRY(rs_score_guess(job, o->blind_train ? &train : NULL, &r->blind, err));
    }
    RS_TRY(rs_score_boxes_say(job, &r->run, err));
    if (o->compare) RS_TRY(rs_score_boxes_say(job, &r->second, err));
    RS_TRY(say_lists(job, &r->run, err));
    if (o->judge_verdicts && !r->run.n_verdicts)
        RS_TRY(rs_score_say(
            job, RS_STR("no verdict was used: the rule decides these answers itself"), err));
    const char *note = rs_score_captions_note(job);
    if (note) RS_TRY(rs_score_say(job, rs_str_of(note), err));
    RS_TRY(say_of(job, &r->run, err));
    if (o->compare) RS_TRY(say_of(job, &r->second, err));
    RS_TRY(rs_score_say(job, job->truth.note, err));
    if (o->truth || o->dataset) RS_TRY(rs_score_say(job, r->run.file.note, err));
    if (o->compare) RS_TRY(rs_score_say(job, r->second.file.note, err));
    return o->samples ? rs_score_write_samples(session, job, &r->run, err) : RSIFT_OK;
}

static rsift_status maps(rs_session *session, rs_score_job *job, rs_score_report *r,
                         rsift_error *err)
{
    RS_TRY(rs_score_maps(session, job, r, err));
    return job->options->samples ? rs_score_write_samples(session, job, &r->run, err) : RSIFT_OK;
}

static rsift_status check_labels(const rs_score_options *o, const rs_profile *p, rsift_error *err)
{
    const bool asked = o->classes || o->ignore_labels || o->prediction_offset;
    if (p->family != RS_FAMILY_LABELS) return RSIFT_OK;
    if (o->dataset) return rs_err_set(err, RSIFT_E_UNSUPPORTED, "%s takes no --dataset", p->name);
    if (p->change && asked && !label_maps(p, o))
        return rs_err_set(
            err, RSIFT_E_UNSUPPORTED,
            "masks in records take no --classes, --ignore-label or --prediction-offset");
    if (o->prediction_offset < -65535 || o->prediction_offset > 65535)
        return rs_err_set(err, RSIFT_E_ARG, "--prediction-offset lies between -65535 and 65535");
    if (o->compare && !p->change && !label_maps(p, o))
        return rs_err_set(err, RSIFT_E_UNSUPPORTED, "%s takes no --compare of records", p->name);
    return RSIFT_OK;
}

static rsift_status unknown_profile(rs_str name, rsift_error *err)
{
    const char *near[6];
    char quoted[RS_QUOTE_SIZE], hint[160] = "";
    const size_t n = rs_metrics_profile_suggest(name, near, 6);
    for (size_t i = 0, at = 0; i < n && at < sizeof hint; i++)
        at += (size_t)snprintf(hint + at, sizeof hint - at, "%s%s", i ? ", " : "; did you mean ",
                               near[i]);
    return rs_err_set(err, RSIFT_E_ARG, "no profile \"%s\"%s%s (rsift score --list names all)",
                      rs_err_quote(quoted, name), hint, n ? "?" : "");
}

#define FAMILY(f) (1u << RS_FAMILY_##f)

/* An option that would do nothing is refused: the number would not be what was asked for. */
static rsift_status check_use(const rs_score_options *o, const rs_profile *p, rsift_error *err)
{
    const unsigned records = FAMILY(ANSWER) | FAMILY(COUNT) | FAMILY(GROUND) | FAMILY(BOXES) |
                             FAMILY(MASK) | FAMILY(CAPTION) | FAMILY(RETRIEVAL) |
                             (label_maps(p, o) ? 0 : FAMILY(LABELS));
    const bool takes_lists = p->caption == RS_CAPTION_COCO || p->caption == RS_CAPTION_VRSBENCH;
    const struct {
        const char *option;
        bool given;
        unsigned families;
    } uses[] = {{"--samples", o->samples, records | FAMILY(LABELS)},
                {"--by", o->by, records & ~FAMILY(LABELS)},
                {"--without-types", o->without_types, records},
                {"--judge-verdicts", o->judge_verdicts, p->wordings ? 0 : FAMILY(ANSWER)},
                {"--meteor", o->meteor, takes_lists ? FAMILY(CAPTION) : 0},
                {"--blind-train", o->blind_train, FAMILY(ANSWER) | FAMILY(COUNT) | FAMILY(CAPTION)},
                {"--classes", o->classes, FAMILY(LABELS)},
                {"--ignore-label", o->ignore_labels, FAMILY(LABELS)},
                {"--prediction-offset", o->prediction_offset, FAMILY(LABELS)}};
    for (size_t i = 0; i < sizeof uses / sizeof *uses; i++)
        if (uses[i].given && !(uses[i].families >> p->family & 1))
            return rs_err_set(err, RSIFT_E_UNSUPPORTED, "%s %stakes no %s: it would change nothing",
                              p->name, label_maps(p, o) ? "on label maps " : "", uses[i].option);
    if (o->blind_train && o->no_blind)
        return rs_err_set(err, RSIFT_E_ARG, "--blind-train and --no-blind exclude each other");
    if (o->judge_verdicts && o->compare)
        return rs_err_set(
            err, RSIFT_E_UNSUPPORTED,
            "--judge-verdicts are of one model's answers: score the two apart, without --compare");
    if (o->compare_boxes && !o->compare)
        return rs_err_set(err, RSIFT_E_ARG, "--compare-boxes is of the predictions of --compare");
    return rs_score_boxes_check(o, p, err);
}

static rsift_status check(const rs_score_options *o, const rs_profile **profile, rsift_error *err)
{
    if (!o->profile || !o->predictions)
        return rs_err_set(err, RSIFT_E_ARG, "score wants a profile and --predictions FILE");
    *profile = rs_metrics_profile(rs_str_of(o->profile));
    if (!*profile) return unknown_profile(rs_str_of(o->profile), err);
    if (o->truth && o->dataset)
        return rs_err_set(err, RSIFT_E_ARG, "--truth and --dataset are two truths; give one");
    if (o->n_resamples > 1000000)
        return rs_err_set(err, RSIFT_E_ARG, "more than a million resamples");
    if (o->dataset &&
        ((*profile)->family == RS_FAMILY_MASK || (*profile)->family == RS_FAMILY_RETRIEVAL))
        return rs_err_set(err, RSIFT_E_UNSUPPORTED,
                          "%s takes its truth from a file: masks and rankings are not in the "
                          "workspace; give --truth FILE",
                          (*profile)->name);
    RS_TRY(check_use(o, *profile, err));
    if (o->samples) RS_TRY(rs_score_check_samples(o, err));
    if (o->split && !o->dataset) return rs_err_set(err, RSIFT_E_ARG, "--split is of a --dataset");
    if (detection(*profile) && o->dataset)
        return rs_err_set(err, RSIFT_E_UNSUPPORTED,
                          "%s takes its truth from the benchmark's own files; give --truth",
                          (*profile)->name);
    return check_labels(o, *profile, err);
}

rsift_status rs_score_make(rs_session *session, const rs_score_options *options, rsift_answer *out,
                           rsift_error *err)
{
    *out = (rsift_answer){0};
    const rs_profile *profile = NULL;
    RS_TRY(check(options, &profile, err));
    rs_score_job job = {.session = session,
                        .limits = &session->limits,
                        .n_threads = session->n_threads,
                        .cancel = &session->cancel,
                        .options = options,
                        .profile = profile};
    rs_score_report report = {0};
    report.run.path = options->predictions;
    rsift_status status = detection(profile)             ? rs_score_detection(&job, &report, err)
                          : label_maps(profile, options) ? maps(session, &job, &report, err)
                                                         : samplewise(session, &job, &report, err);
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

rsift_status rs_score_list_profiles(rsift_answer *out, rsift_error *err)
{
    *out = (rsift_answer){0};
    rs_buf b = {0};
    rs_buf_cstr(&b, "{\"schema\":\"rsift.score-profiles/1\",\"profiles\":[");
    for (const rs_profile *p = rs_profiles; p->name; p++) {
        if (p != rs_profiles) rs_buf_char(&b, ',');
        rs_score_put_profile(&b, p);
    }
    rs_buf_cstr(&b, "]}");
    const rsift_status status = rs_session_answer(&b, out, err);
    rs_buf_fini(&b);
    return status;
}
