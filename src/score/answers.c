/* Answers judged one by one. The judge is the profile's; here stand the rules about many answers:
 * wordings, rotations, classes, types, verdicts of a language model. */
#include "score/answers.h"

#include "base/num.h"
#include "run/pipeline.h"

#include <math.h>
#include <stdio.h>

rsift_status rs_score_answers_check(const rs_score_options *o, const rs_profile *p,
                                    rsift_error *err)
{
    if (!o->judge_verdicts || !p->wordings) return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_UNSUPPORTED,
                      "%s takes no --judge-verdicts: it would change nothing", p->name);
}

/* ---- one sample ------------------------------------------------------------------------------ */

/* Replaces an undecided judgement by the verdict for its id. Verdicts are of one model's answers:
 * not of a second one's, nor of a guesser's. */
static void apply_verdict(const rs_score_job *job, size_t i, rs_score_run *run, rs_judgement *j)
{
    const rs_score_record *t = run->items[i].truth;
    if (!run->judged) return;
    /* Most rules ask a language model only where they cannot decide. */
    if (j->verdict == RS_VERDICT_DECIDED && !job->profile->verdicts_overrule) return;
    size_t at = t->id.ptr ? rs_strmap_get(&job->verdict_ids, t->id) : RS_NPOS;
    if (at == RS_NPOS && t->original_id.ptr) at = rs_strmap_get(&job->verdict_ids, t->original_id);
    if (at == RS_NPOS) return;
    run->n_verdicts++;
    j->score = job->verdicts[at];
    j->verdict = RS_VERDICT_DECIDED;
}

/* Some answers and what judging them needs. */
typedef struct part {
    rs_range range;
    rs_score_run run; /* the run with counts of its own: of this part alone */
    rs_arena kept;    /* what the rule read */
    rs_arena scratch; /* of one sample */
} part;

/* Judges sample i: its score, reading and state. Answers to several wordings of the question score
 * their mean; the first one's reading is shown. any: NULL, or the best score of each sample [n]. */
static rsift_status judge_sample(rs_score_job *job, part *of, size_t i, double *any,
                                 rsift_error *err)
{
    rs_score_run *run = &of->run;
    const rs_score_record *t = run->items[i].truth, *p = run->items[i].prediction;
    rs_answer a = {.reference = t->reference,
                   .type = t->type,
                   .references = t->references,
                   .n_references = t->n_references,
                   .options = rs_score_details_of(t)->options,
                   .n_options = rs_score_details_of(t)->n_options};
    if (!a.n_options && p) { /* a harness repeats them in its results */
        a.options = rs_score_details_of(p)->options;
        a.n_options = rs_score_details_of(p)->n_options;
    }
    /* Classes of the benchmark: all distinct references. */
    if (!a.n_options && job->profile->classes_are_given) {
        a.options = job->classes;
        a.n_options = job->n_classes;
    }
    if (!t->reference.ptr) {
        rs_err_set(err, RSIFT_E_FORMAT,
                   job->options->dataset
                       ? "the index holds no answer to this question"
                       : "no answer in the truth (or are truth and predictions swapped?)");
        return rs_score_blame_truth(job, t, err);
    }
    /* A missing prediction scores 0 whatever the rule makes of an empty text. */
    if (!p) {
        rs_score_set_state(run, i, RS_SCORE_MISSING);
        run->read[i] = RS_STR("");
        return RSIFT_OK;
    }
    rs_judgement j = {0};
    const rs_score_details *d = rs_score_details_of(p);
    const bool several = any && d->n_wordings;
    const size_t n = several ? d->n_wordings : 1;
    double sum = 0;
    bool said = false; /* an output without any text is no answer, whatever a rule makes of it */
    for (size_t k = 0; k < n; k++) {
        rs_judgement one;
        const rs_str text = several ? d->wordings[k] : p->prediction;
        a.output = rs_score_output(job, run, text);
        said = said || rs_str_trim(a.output).len;
        if (rs_score_unanswered(job, run, text)) /* whatever the rule makes of an empty text */
            one = (rs_judgement){.verdict = RS_VERDICT_UNPARSED, .read = RS_STR("")};
        else RS_TRY(job->profile->judge(&of->scratch, &a, &one, err));
        if (!several) apply_verdict(job, i, run, &one);
        sum += one.score;
        if (any && one.score > any[i]) any[i] = one.score;
        if (k == 0) j = one;
        if (one.verdict != RS_VERDICT_DECIDED) j.verdict = one.verdict; /* one is enough to count */
    }
    j.score = sum / (double)n;
    run->score[i] = j.score;
    run->read[i] = rs_arena_str(&of->kept, j.read);
    if (!run->read[i].ptr) return rs_err_nomem(err, "answers");
    if (j.verdict == RS_VERDICT_DECIDED && !said) j.verdict = RS_VERDICT_UNPARSED;
    if (j.verdict == RS_VERDICT_UNPARSED) rs_score_set_state(run, i, RS_SCORE_UNPARSED);
    if (j.verdict == RS_VERDICT_UNDECIDED) rs_score_set_state(run, i, RS_SCORE_UNDECIDED);
    return RSIFT_OK;
}

/* ---- all samples ----------------------------------------------------------------------------- */

enum { ANSWERS_OF_PART = 512 };

typedef struct judging {
    rs_score_job *job;
    rs_score_run *run;
    rs_score_run empty; /* the run with nothing counted, as each part begins */
    double *any;        /* may be NULL */
} judging;

static rsift_status judge_part(void *ctx, void *item, rsift_error *err)
{
    const judging *j = ctx;
    part *of = item;
    of->run = j->empty; /* not *j->run, to which parts are being added */
    for (size_t i = of->range.begin; i < of->range.end; i++) {
        RS_TRY(judge_sample(j->job, of, i, j->any, err));
        rs_arena_reset(&of->scratch);
    }
    return RSIFT_OK;
}

static rsift_status add_part(void *ctx, void *item, rsift_error *err)
{
    const judging *j = ctx;
    part *of = item;
    (void)err;
    j->run->n_unparsed += of->run.n_unparsed;
    j->run->n_undecided += of->run.n_undecided;
    j->run->n_verdicts += of->run.n_verdicts;
    rs_arena_adopt(&j->job->arena, &of->kept);
    return RSIFT_OK;
}

static void part_fini(void *ctx, void *item)
{
    part *of = item;
    (void)ctx;
    rs_arena_fini(&of->kept);
    rs_arena_fini(&of->scratch);
}

/* Judges all samples, in parallel: arrays of the run have an element a sample. */
static rsift_status judge_all(rs_score_job *job, rs_score_run *run, double *any, rsift_error *err)
{
    judging j = {.job = job, .run = run, .empty = *run, .any = any};
    j.empty.n_unparsed = j.empty.n_undecided = j.empty.n_verdicts = 0;
    const rs_pipeline pipeline = {.item_size = sizeof(part),
                                  .n_threads = job->n_threads,
                                  .ctx = &j,
                                  .cancel = job->cancel,
                                  .work = judge_part,
                                  .consume = add_part,
                                  .fini = part_fini};
    return rs_run_ranges(&pipeline, job->n, ANSWERS_OF_PART, err);
}

/* ---- measures -------------------------------------------------------------------------------- */

static bool is_yes(rs_str s)
{
    return rs_str_eq_nocase(rs_str_trim(s), RS_STR("yes"));
}

/* Yes is the positive class. With hits = both say yes:
 *   precision = hits / predicted yes      recall = hits / reference yes
 *   F1 = 2 hits / (predicted yes + reference yes) */
static rsift_status measure_yes_no(rs_score_job *job, rs_score_run *run, rsift_error *err)
{
    double *hit = rs_score_column(job), *predicted = rs_score_column(job);
    double *reference = rs_score_column(job), *both = rs_score_column(job);
    double *twice = rs_score_column(job);
    if (!hit || !predicted || !reference || !both || !twice) return rs_err_nomem(err, "answers");
    for (size_t i = 0; i < job->n; i++) {
        reference[i] = is_yes(run->items[i].truth->reference);
        predicted[i] = is_yes(run->read[i]);
        hit[i] = reference[i] * predicted[i];
        twice[i] = 2 * hit[i];
        both[i] = reference[i] + predicted[i];
    }
    rs_score_measure(run, "precision", 100, hit, predicted);
    rs_score_measure(run, "recall", 100, hit, reference);
    rs_score_measure(run, "F1", 100, twice, both);
    rs_score_measure(run, "yes rate", 100, predicted, NULL);
    return RSIFT_OK;
}

/* Balanced accuracy: the mean over distinct references of the accuracy on each. */
static rsift_status measure_by_class(rs_score_job *job, rs_score_run *run, rsift_error *err)
{
    uint32_t *group = rs_arena_calloc(&job->arena, job->n + 1, sizeof *group);
    rs_strmap references = {0};
    bool made, good = group != NULL;
    for (size_t i = 0; good && i < job->n; i++) {
        const size_t at = rs_strmap_put(&references, run->items[i].truth->reference, &made);
        good = at != RS_NPOS;
        if (good) group[i] = (uint32_t)at;
    }
    const size_t n_groups = references.n;
    rs_strmap_fini(&references);
    if (!good) return rs_err_nomem(err, "classes");
    rs_measure *m = rs_score_measure(run, "balanced accuracy", 100, run->score, NULL);
    m->shape = RS_MEASURE_GROUP_MEAN;
    m->group = group;
    m->n_groups = (uint32_t)n_groups;
    return RSIFT_OK;
}

/* EarthVQA's class of an answer to a counting question: a count is its own number (the release has
 * 0 to 6), area shares "0%-10%" to "90%-100%" follow as 7 to 16; -1 = any other class. Source:
 * Junjue-Wang/EarthVQA data/earthvqa.py, ANSWER_VOC */
static double count_class(rs_str answer)
{
    double n;
    const rs_str s = rs_str_trim(answer);
    if (rs_num_double(s, &n)) return n;
    /* "10%-20%" and the like, in steps of ten */
    const size_t percent = rs_str_find_char(s, '%');
    if (percent == RS_NPOS || !rs_num_double(rs_str_sub(s, 0, percent), &n) || n < 0 || n > 90 ||
        fmod(n, 10) != 0)
        return -1;
    char expected[16];
    snprintf(expected, sizeof expected, "%d%%-%d%%", (int)n, (int)n + 10);
    return rs_str_eq(s, rs_str_of(expected)) ? 7 + n / 10 : -1;
}

/* EarthVQA: RMSE = sqrt(mean of (f (predicted class - reference class))^2) over counting questions,
 * f = 10/7 for those of the reasoning kind, else 1.
 * Source: Junjue-Wang/EarthVQA utils/metric.py, Count_RMSE_Metric */
static rsift_status measure_counting(rs_score_job *job, rs_score_run *run, rsift_error *err)
{
    double *square = rs_score_column(job), *read = rs_score_column(job);
    if (!square || !read) return rs_err_nomem(err, "counts");
    for (size_t i = 0; i < job->n; i++) {
        const rs_score_record *t = run->items[i].truth;
        const double reference = count_class(t->reference), predicted = count_class(run->read[i]);
        if (rs_str_find(t->type, RS_STR("ounting")) == RS_NPOS || reference < 0 ||
            reference >= 26 || predicted < 0)
            continue; /* the original counts references below class 26 */
        const double factor =
            rs_str_starts(t->type, RS_STR("Reasoning-based Counting")) ? 10.0 / 7 : 1;
        square[i] = factor * factor * (predicted - reference) * (predicted - reference);
        read[i] = 1;
    }
    rs_score_measure(run, "RMSE of counting", 1, square, read)->shape = RS_MEASURE_ROOT;
    return RSIFT_OK;
}

/* Rotations of a question stand in several records of one id and type. The question counts once, at
 * its first record of those that count, and is right when all of them are. A record without an id
 * is a question of its own. */
static rsift_status measure_circular(rs_score_job *job, rs_score_run *run,
                                     const unsigned char *only, rsift_error *err)
{
    double *right = rs_score_column(job), *once = rs_score_column(job);
    size_t *first = rs_arena_calloc(&job->arena, job->n + 1, sizeof *first);
    rs_strmap questions = {0};
    rs_arena scratch = {0};
    bool good = right && once && first;
    for (size_t i = 0; good && i < job->n; i++) {
        if (only && !only[i]) continue;
        const rs_score_record *t = run->items[i].truth;
        const rs_str id = t->original_id.ptr ? t->original_id : t->id;
        const rs_str key = id.ptr ? rs_arena_join(&scratch, id, RS_STR("\x01"), t->type)
                                  : rs_arena_printf(&scratch, "\x01%zu", i);
        bool made = false;
        const size_t at = key.ptr ? rs_strmap_put(&questions, key, &made) : RS_NPOS;
        good = at != RS_NPOS;
        if (!good) break;
        if (made) {
            first[at] = i;
            once[i] = right[i] = 1;
        }
        if (run->score[i] < 1) right[first[at]] = 0; /* one wrong rotation is enough */
        rs_arena_reset(&scratch);
    }
    rs_arena_fini(&scratch);
    rs_strmap_fini(&questions);
    if (!good) return rs_err_nomem(err, "rotations");
    rs_score_measure(run, "circular accuracy", 100, right, once);
    return RSIFT_OK;
}

static void measure_types(const rs_score_job *job, rs_score_run *run)
{
    if (job->types.n < 2) return;
    rs_score_over_types(job, rs_score_measure(run, "mean over types", 100, run->score, NULL));
}

rsift_status rs_score_answers(rs_score_job *job, rs_score_run *run, const unsigned char *only,
                              rsift_error *err)
{
    const rs_profile *p = job->profile;
    double *any = p->wordings ? rs_score_column(job) : NULL;
    if (p->wordings && !any) return rs_err_nomem(err, "answers");
    RS_TRY(judge_all(job, run, any, err));
    /* The first measure is the headline: the profile decides which one it is. */
    if (p->average == RS_AVERAGE_CLASSES) RS_TRY(measure_by_class(job, run, err));
    if (p->types_lead) measure_types(job, run);
    if (p->circular) RS_TRY(measure_circular(job, run, only, err));
    rs_score_measure(run, "accuracy", 100, run->score, NULL);
    if (any) rs_score_measure(run, "any wording right", 100, any, NULL);
    if (p->average == RS_AVERAGE_TYPES && !p->types_lead) measure_types(job, run);
    if (p->counting) RS_TRY(measure_counting(job, run, err));
    return p->yes_no ? measure_yes_no(job, run, err) : RSIFT_OK;
}

rsift_status rs_score_answers_note(rs_score_job *job, const rs_score_report *report,
                                   rsift_error *err)
{
    size_t n_truths = 0, n_predictions = 0;
    for (size_t i = 0; i < job->n; i++) {
        const rs_score_item *item = &report->run.items[i];
        n_truths += item->truth->n_references > 1;
        n_predictions += item->prediction && rs_score_details_of(item->prediction)->n_wordings > 1;
    }
    if (n_truths && !job->profile->any_reference)
        RS_TRY(rs_score_add_note(
            job, err, "%zu truths have several answers, of which the rule knows the first",
            n_truths));
    if (n_predictions && !job->profile->wordings)
        RS_TRY(rs_score_add_note(job, err,
                                 "%zu predictions are lists, of which the first text was scored",
                                 n_predictions));
    return RSIFT_OK;
}
