/* Columns of numbers, one row a sample, for every family that works sample by sample. */
#include "score/labels.h"

#include "base/num.h"

#include <math.h>
#include <stdio.h>

double *rs_score_column(rs_score_job *job)
{
    return rs_arena_calloc(&job->arena, job->n + 1, sizeof(double));
}

rs_measure *rs_score_measure(rs_score_run *run, const char *name, double scale, const double *num,
                             const double *den)
{
    RS_ASSERT(run->n_measures < RS_SCORE_MEASURES);
    rs_measure *m = &run->measures[run->n_measures++];
    *m = (rs_measure){.num = num, .den = den, .scale = scale};
    snprintf(m->name, sizeof m->name, "%s", name);
    return m;
}

rs_measure *rs_score_fixed(rs_score_run *run, const char *name, double scale, double value)
{
    rs_measure *m = rs_score_measure(run, name, scale, NULL, NULL);
    m->shape = RS_MEASURE_FIXED;
    m->value = isnan(value) ? value : scale * value;
    m->known = !isnan(value);
    m->given = true;
    return m;
}

rsift_status rs_score_blame_truth(const rs_score_job *job, const rs_score_record *r,
                                  rsift_error *err)
{
    const rs_score_options *o = job->options;
    const char *path = o->truth ? o->truth : o->dataset ? o->dataset : o->predictions;
    return rs_score_blame(path, &job->truth, r, err ? err->status : RSIFT_E_FORMAT, err);
}

rsift_status rs_score_blame_said(const rs_score_run *run, const rs_score_record *r,
                                 rsift_error *err)
{
    return rs_score_blame(run->path, &run->file, r, err ? err->status : RSIFT_E_FORMAT, err);
}

rsift_status rs_score_goes_on(const rs_score_job *job, rsift_error *err)
{
    if (!job->cancel || !atomic_load(&job->cancel->requested)) return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_CANCELLED, "stopped on request");
}

void rs_score_set_state(rs_score_run *run, size_t i, rs_score_state state)
{
    run->state[i] = (unsigned char)state;
    run->n_unparsed += state == RS_SCORE_UNPARSED;
    run->n_undecided += state == RS_SCORE_UNDECIDED;
}

/* ---- answers --------------------------------------------------------------------------------- */

/* Verdicts are of one model's answers: not of a second one's, nor of a guesser's. */
static void overrule(const rs_score_job *job, size_t i, rs_score_run *run, rs_judgement *j)
{
    const rs_score_record *t = run->items[i].truth;
    const bool asked =
        j->verdict != RS_VERDICT_DECIDED || job->profile->judge == rs_judge_first_letter;
    if (!asked || !run->judged) return;
    size_t at = t->id.ptr ? rs_strmap_get(&job->verdict_ids, t->id) : RS_NPOS;
    if (at == RS_NPOS && t->original_id.ptr) at = rs_strmap_get(&job->verdict_ids, t->original_id);
    if (at == RS_NPOS) return;
    run->n_verdicts++;
    j->score = job->verdicts[at];
    j->verdict = RS_VERDICT_DECIDED;
}

/* Answers to several wordings of one question: the mean of their scores, and whether any is
 * right. */
static rsift_status all_wordings(const rs_score_job *job, const rs_score_record *p, rs_answer a,
                                 rs_arena *scratch, rs_judgement *out, double *any,
                                 rsift_error *err)
{
    const rs_score_more *m = rs_score_more_of(p);
    double sum = 0;
    *any = 0;
    for (size_t k = 0; k < m->n_saids; k++) {
        a.output = m->saids[k];
        rs_judgement j;
        RS_TRY(job->profile->judge(scratch, &a, &j, err));
        sum += j.score;
        if (j.score > *any) *any = j.score;
        if (k == 0) *out = j;
        if (j.verdict != RS_VERDICT_DECIDED) out->verdict = j.verdict;
    }
    out->score = sum / (double)m->n_saids;
    return RSIFT_OK;
}

static rsift_status one_answer(rs_score_job *job, rs_score_run *run, size_t i, rs_arena *scratch,
                               double *any, rsift_error *err)
{
    const rs_score_record *t = run->items[i].truth, *p = run->items[i].said;
    rs_answer a = {.output = p && p->said.ptr ? p->said : RS_STR(""),
                   .gold = t->gold,
                   .type = t->type,
                   .golds = t->golds,
                   .n_golds = t->n_golds,
                   .options = rs_score_more_of(t)->options,
                   .n_options = rs_score_more_of(t)->n_options};
    if (!a.n_options && job->profile->judge == rs_judge_lhrs_class) {
        a.options = job->classes;
        a.n_options = job->n_classes;
    }
    if (!p) {
        rs_score_set_state(run, i, RS_SCORE_MISSING);
        run->read[i] = RS_STR("");
        return RSIFT_OK;
    }
    rs_judgement j;
    if (any && rs_score_more_of(p)->n_saids) {
        RS_TRY(all_wordings(job, p, a, scratch, &j, &any[i], err));
    } else {
        RS_TRY(job->profile->judge(scratch, &a, &j, err));
        overrule(job, i, run, &j);
        if (any) any[i] = j.score;
    }
    run->score[i] = j.score;
    run->read[i] = rs_arena_str(&job->arena, j.read);
    if (!run->read[i].ptr) return rs_err_nomem(err, "answers");
    if (j.verdict == RS_VERDICT_UNPARSED) rs_score_set_state(run, i, RS_SCORE_UNPARSED);
    if (j.verdict == RS_VERDICT_UNDECIDED) rs_score_set_state(run, i, RS_SCORE_UNDECIDED);
    return RSIFT_OK;
}

static bool says_yes(rs_str s)
{
    return rs_str_eq_nocase(rs_str_trim(s), RS_STR("yes"));
}

static rsift_status yes_no(rs_score_job *job, rs_score_run *run, rsift_error *err)
{
    double *hit = rs_score_column(job), *said = rs_score_column(job), *gold = rs_score_column(job);
    double *both = rs_score_column(job), *twice = rs_score_column(job);
    if (!hit || !said || !gold || !both || !twice) return rs_err_nomem(err, "answers");
    for (size_t i = 0; i < job->n; i++) {
        gold[i] = says_yes(run->items[i].truth->gold);
        said[i] = says_yes(run->read[i]);
        hit[i] = gold[i] * said[i];
        twice[i] = 2 * hit[i];
        both[i] = gold[i] + said[i];
    }
    rs_score_measure(run, "precision", 100, hit, said);
    rs_score_measure(run, "recall", 100, hit, gold);
    rs_score_measure(run, "F1", 100, twice, both);
    rs_score_measure(run, "yes rate", 100, said, NULL);
    return RSIFT_OK;
}

/* Groups by gold answer, for balanced accuracy. */
static rsift_status by_class(rs_score_job *job, rs_score_run *run, rsift_error *err)
{
    uint32_t *group = rs_arena_calloc(&job->arena, job->n + 1, sizeof *group);
    rs_strmap golds = {0};
    bool made, good = group != NULL;
    for (size_t i = 0; good && i < job->n; i++) {
        const size_t at = rs_strmap_put(&golds, run->items[i].truth->gold, &made);
        good = at != RS_NPOS;
        if (good) group[i] = (uint32_t)at;
    }
    const size_t n_groups = golds.n;
    rs_strmap_fini(&golds);
    if (!good) return rs_err_nomem(err, "classes");
    rs_measure *m = rs_score_measure(run, "balanced accuracy", 100, run->score, NULL);
    m->shape = RS_MEASURE_GROUP_MEAN;
    m->group = group;
    m->n_groups = (uint32_t)n_groups;
    return RSIFT_OK;
}

void rs_score_over_types(const rs_score_job *job, rs_measure *m)
{
    m->shape = RS_MEASURE_GROUP_MEAN;
    m->group = job->types_at ? job->all_types : job->type;
    m->group_at = job->types_at;
    m->n_groups = (uint32_t)job->types.n;
}

static void mean_over_types(const rs_score_job *job, rs_score_run *run)
{
    if (job->types.n < 2) return;
    rs_score_over_types(job, rs_score_measure(run, "mean over types", 100, run->score, NULL));
}

/* EarthVQA's class of an answer to a counting question: a count is its own number (the release has
 * 0 to 6), area shares "0%-10%" to "90%-100%" follow as 7 to 16; -1 = any other class. Source:
 * Junjue-Wang/EarthVQA data/earthvqa.py, ANSWER_VOC */
static double count_class(rs_str answer)
{
    double n;
    const rs_str s = rs_str_trim(answer);
    if (rs_num_double(s, &n)) return n;
    const size_t percent = rs_str_find_char(s, '%');
    if (percent == RS_NPOS || !rs_num_double(rs_str_sub(s, 0, percent), &n) || n < 0 || n > 90 ||
        fmod(n, 10) != 0)
        return -1;
    char expected[16];
    snprintf(expected, sizeof expected, "%d%%-%d%%", (int)n, (int)n + 10);
    return rs_str_eq(s, rs_str_of(expected)) ? 7 + n / 10 : -1;
}

/* EarthVQA: squared distances between the classes of counting questions, those of the reasoning
 * kind stretched by 10/7. Source: utils/metric.py, Count_RMSE_Metric */
static rsift_status count_errors(rs_score_job *job, rs_score_run *run, rsift_error *err)
{
    double *square = rs_score_column(job), *read = rs_score_column(job);
    if (!square || !read) return rs_err_nomem(err, "counts");
    for (size_t i = 0; i < job->n; i++) {
        const rs_score_record *t = run->items[i].truth;
        const double gold = count_class(t->gold), said = count_class(run->read[i]);
        if (rs_str_find(t->type, RS_STR("ounting")) == RS_NPOS || gold < 0 || gold >= 26 ||
            said < 0)
            continue; /* the original counts golds below class 26 */
        const double factor =
            rs_str_starts(t->type, RS_STR("Reasoning-based Counting")) ? 10.0 / 7 : 1;
        square[i] = factor * factor * (said - gold) * (said - gold);
        read[i] = 1;
    }
    rs_score_measure(run, "RMSE of counting", 1, square, read)->shape = RS_MEASURE_ROOT;
    return RSIFT_OK;
}

/* The key of a question whose rotations stand in several records; one without an id is its own. */
static rs_str round_of(rs_arena *scratch, const rs_score_record *t, size_t i)
{
    const rs_str id = t->original_id.ptr ? t->original_id : t->id;
    if (!id.ptr) return rs_arena_printf(scratch, "\x01%zu", i);
    return rs_arena_join(scratch, id, RS_STR("\x01"), t->type);
}

/* A question counts once, at its first record of those that count, and is right when all of them
 * are. */
static rsift_status circular(rs_score_job *job, rs_score_run *run, const unsigned char *only,
                             rsift_error *err)
{
    double *right = rs_score_column(job), *once = rs_score_column(job);
    size_t *first = rs_arena_calloc(&job->arena, job->n + 1, sizeof *first);
    rs_strmap rounds = {0};
    rs_arena scratch = {0};
    bool good = right && once && first;
    for (size_t i = 0; good && i < job->n; i++) {
        bool made = false;
        if (only && !only[i]) continue;
        const rs_str key = round_of(&scratch, run->items[i].truth, i);
        const size_t at = key.ptr ? rs_strmap_put(&rounds, key, &made) : RS_NPOS;
        good = at != RS_NPOS;
        if (!good) break;
        if (made) {
            first[at] = i;
            once[i] = right[i] = 1;
        }
        if (run->score[i] < 1) right[first[at]] = 0;
        rs_arena_reset(&scratch);
    }
    rs_arena_fini(&scratch);
    rs_strmap_fini(&rounds);
    if (!good) return rs_err_nomem(err, "rotations");
    rs_score_measure(run, "circular accuracy", 100, right, once);
    return RSIFT_OK;
}

static rsift_status answers(rs_score_job *job, rs_score_run *run, const unsigned char *only,
                            rsift_error *err)
{
    rs_arena scratch = {0};
    double *any = job->profile->wordings ? rs_score_column(job) : NULL;
    if (job->profile->wordings && !any) return rs_err_nomem(err, "answers");
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; i < job->n && (status = rs_score_goes_on(job, err)) == RSIFT_OK; i++) {
        if (!run->items[i].truth->gold.ptr) {
            status = rs_err_set(err, RSIFT_E_FORMAT,
                                "no answer in the truth (or are truth and predictions swapped?)");
            status = rs_score_blame_truth(job, run->items[i].truth, err);
            break;
        }
        status = one_answer(job, run, i, &scratch, any, err);
        if (status != RSIFT_OK) break;
        rs_arena_reset(&scratch);
    }
    rs_arena_fini(&scratch);
    if (status != RSIFT_OK) return status;
    const rs_profile *p = job->profile;
    if (p->average == RS_AVERAGE_CLASSES) RS_TRY(by_class(job, run, err));
    if (p->types_lead) mean_over_types(job, run);
    if (p->circular) RS_TRY(circular(job, run, only, err));
    rs_score_measure(run, "accuracy", 100, run->score, NULL);
    if (any) rs_score_measure(run, "any wording right", 100, any, NULL);
    if (p->average == RS_AVERAGE_TYPES && !p->types_lead) mean_over_types(job, run);
    if (p->counting) RS_TRY(count_errors(job, run, err));
    return p->yes_no ? yes_no(job, run, err) : RSIFT_OK;
}

/* ---- counts ---------------------------------------------------------------------------------- */

static double r_squared(const rs_score_job *job, const unsigned char *only, const double *gold,
                        const double *error, const double *read)
{
    double n = 0, mean = 0, left = 0, all = 0;
    for (size_t i = 0; i < job->n; i++) {
        if (only && !only[i]) continue;
        n += read[i];
        mean += read[i] * gold[i];
    }
    if (n == 0) return NAN;
    mean /= n;
    for (size_t i = 0; i < job->n; i++) {
        if (only && !only[i]) continue;
        left += read[i] * error[i] * error[i];
        all += read[i] * (gold[i] - mean) * (gold[i] - mean);
    }
    return all > 0 ? 1 - left / all : NAN;
}

static rsift_status counts(rs_score_job *job, rs_score_run *run, const unsigned char *only,
                           rsift_error *err)
{
    double *gold = rs_score_column(job), *read = rs_score_column(job),
           *error = rs_score_column(job);
    double *off = rs_score_column(job), *square = rs_score_column(job),
           *share = rs_score_column(job);
    double *shares = rs_score_column(job), *refused = rs_score_column(job);
    if (!gold || !read || !error || !off || !square || !share || !shares || !refused)
        return rs_err_nomem(err, "counts");
    rs_arena scratch = {0};
    for (size_t i = 0; i < job->n; i++) {
        const rs_score_record *t = run->items[i].truth, *p = run->items[i].said;
        double said;
        if (!t->gold.ptr || !rs_metrics_count_of(&scratch, t->gold, &gold[i])) {
            rs_arena_fini(&scratch);
            rs_err_set(err, RSIFT_E_FORMAT, "expected a number in the truth");
            return rs_score_blame_truth(job, t, err);
        }
        run->read[i] = p && p->said.ptr ? p->said : RS_STR("");
        refused[i] = 1;
        if (!p) rs_score_set_state(run, i, RS_SCORE_MISSING);
        else if (!rs_metrics_count_of(&scratch, run->read[i], &said))
            rs_score_set_state(run, i, RS_SCORE_UNPARSED);
        else {
            refused[i] = 0;
            read[i] = 1;
            error[i] = said - gold[i];
            off[i] = fabs(error[i]);
            square[i] = error[i] * error[i];
            shares[i] = gold[i] != 0;
            share[i] = gold[i] != 0 ? off[i] / gold[i] : 0;
            run->score[i] = error[i] == 0;
        }
        rs_arena_reset(&scratch);
    }
    rs_arena_fini(&scratch);
    rs_score_measure(run, "accuracy", 100, run->score, NULL);
    rs_score_measure(run, "MAE", 1, off, read);
    rs_score_measure(run, "RMSE", 1, square, read)->shape = RS_MEASURE_ROOT;
    rs_score_measure(run, "MAPE", 100, share, shares);
    rs_score_fixed(run, "R2", 1, r_squared(job, only, gold, error, read));
    rs_score_measure(run, "without a number", 100, refused, NULL);
    return RSIFT_OK;
}

/* ---- retrieval ------------------------------------------------------------------------------- */

static bool wanted(rs_str id, const rs_score_record *t)
{
    for (size_t k = 0; k < t->n_golds; k++)
        if (rs_str_eq(id, t->golds[k])) return true;
    return !t->n_golds && rs_str_eq(id, t->gold);
}

static rsift_status rankings(rs_score_job *job, rs_score_run *run, rsift_error *err)
{
    static const size_t depths[] = {1, 5, 10};
    double *hits[3], *all = rs_score_column(job);
    for (int k = 0; k < 3; k++)
        if (!(hits[k] = rs_score_column(job))) return rs_err_nomem(err, "rankings");
    if (!all) return rs_err_nomem(err, "rankings");
    for (size_t i = 0; i < job->n; i++) {
        const rs_score_item *item = &run->items[i];
        run->read[i] = RS_STR("");
        if (!item->truth->gold.ptr) {
            rs_err_set(err, RSIFT_E_FORMAT, "expected the ids that answer the query");
            return rs_score_blame_truth(job, item->truth, err);
        }
        if (!item->said) rs_score_set_state(run, i, RS_SCORE_MISSING);
        else {
            const rs_json *list = rs_json_get(item->said->json, "ranking");
            if (!list) list = rs_json_get(item->said->json, "prediction");
            if (rs_json_kind(list) != RS_JSON_ARRAY) rs_score_set_state(run, i, RS_SCORE_UNPARSED);
            rs_json_iter it = rs_json_each(list);
            size_t rank = 0;
            for (const rs_json *v; rank < 10 && (v = rs_json_next(&it, NULL)); rank++) {
                if (!wanted(rs_json_text(&job->arena, v), item->truth)) continue;
                for (int k = 0; k < 3; k++)
                    if (rank < depths[k]) hits[k][i] = 1;
            }
        }
        run->score[i] = (hits[0][i] + hits[1][i] + hits[2][i]) / 3;
    }
    rs_score_measure(run, "mR", 100, run->score, NULL);
    if (job->types.n > 1) /* both directions count alike, however many queries each has */
        rs_score_over_types(job, &run->measures[run->n_measures - 1]);
    rs_score_measure(run, "R@1", 100, hits[0], NULL);
    rs_score_measure(run, "R@5", 100, hits[1], NULL);
    rs_score_measure(run, "R@10", 100, hits[2], NULL);
    return RSIFT_OK;
}

rsift_status rs_score_evaluate(rs_score_job *job, rs_score_run *run, const unsigned char *only,
                               rsift_error *err)
{
    run->score = rs_score_column(job);
    run->state = rs_arena_calloc(&job->arena, job->n + 1, 1);
    run->read = rs_arena_calloc(&job->arena, job->n + 1, sizeof *run->read);
    run->n_measures = run->n_unparsed = run->n_undecided = run->n_verdicts = 0;
    run->detail = NULL;
    if (!run->score || !run->state || !run->read) return rs_err_nomem(err, "scores");
    switch (job->profile->family) {
    case RS_FAMILY_ANSWER: return answers(job, run, only, err);
    case RS_FAMILY_COUNT: return counts(job, run, only, err);
    case RS_FAMILY_GROUND:
    case RS_FAMILY_BOXES: return rs_score_boxes(job, run, err);
    case RS_FAMILY_MASK: return rs_score_masks(job, run, only, err);
    case RS_FAMILY_LABELS:
        return job->profile->change ? rs_score_masks(job, run, only, err)
                                    : rs_score_label_records(job, run, only, err);
    case RS_FAMILY_RETRIEVAL: return rankings(job, run, err);
    case RS_FAMILY_CAPTION: return rs_score_captions(job, run, only, err);
    case RS_FAMILY_COCO:
    case RS_FAMILY_DOTA: break;
    }
    return rs_err_set(err, RSIFT_E_ARG, "this profile is not scored sample by sample");
}
