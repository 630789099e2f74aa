#include "score/report.h"

#include "base/alloc.h"
#include "io/io.h"

#include <math.h>

static void put_text(rs_buf *b, const char *key, const char *text)
{
    rs_json_put_key(b, key);
    if (text) rs_json_put_str(b, rs_str_of(text));
    else rs_buf_cstr(b, "null");
}

static void put_count(rs_buf *b, const char *key, size_t n)
{
    rs_json_put_key(b, key);
    rs_buf_u64(b, n);
}

static void put_number(rs_buf *b, const char *key, double v)
{
    rs_json_put_key(b, key);
    rs_json_put_double(b, v);
}

static void put_yes(rs_buf *b, const char *key, bool yes)
{
    rs_json_put_key(b, key);
    rs_buf_cstr(b, yes ? "true" : "false");
}

void rs_score_put_profile(rs_buf *b, const rs_profile *p)
{
    rs_buf_char(b, '{');
    put_text(b, "name", p->name);
    put_count(b, "version", (size_t)p->version + 1);
    put_text(b, "summary", p->summary);
    put_text(b, "source", p->source);
    put_text(b, "verified", rs_metrics_verified_name(p->verified));
    put_text(b, "note", p->note);
    rs_buf_char(b, '}');
}

static void put_file(rs_buf *b, const char *key, const char *path, rs_id hash, size_t n)
{
    char id[RS_ID_TEXT];
    rs_json_put_key(b, key);
    rs_buf_char(b, '{');
    put_text(b, "path", path);
    put_text(b, "xxh3_128", rs_id_text(id, hash));
    put_count(b, "records", n);
    rs_buf_char(b, '}');
}

/* Percentages, CIDEr times a hundred, or the numbers themselves (counts, their errors, R2). */
static const char *unit_of(const rs_measure *m)
{
    if (m->scale == 1) return "";
    return rs_str_find(rs_str_of(m->name), RS_STR("CIDEr")) == RS_NPOS ? "%" : "x100";
}

static void put_measures(rs_buf *b, const rs_score_run *run)
{
    rs_json_put_key(b, "measures");
    rs_buf_char(b, '[');
    for (size_t k = 0; k < run->n_measures; k++) {
        const rs_measure *m = &run->measures[k];
        if (k) rs_buf_char(b, ',');
        rs_buf_char(b, '{');
        put_text(b, "name", m->name);
        put_number(b, "value", m->known ? m->value : NAN);
        put_number(b, "low", m->interval ? m->low : NAN);
        put_number(b, "high", m->interval ? m->high : NAN);
        put_text(b, "unit", unit_of(m));
        rs_buf_char(b, '}');
    }
    rs_buf_char(b, ']');
}

static size_t n_faults(const rs_score_run *run)
{
    return run->n_missing + run->n_repeated + run->n_extra + run->n_unparsed + run->n_undecided;
}

static void put_counts(rs_buf *b, const rs_score_job *job, const rs_score_run *run)
{
    rs_json_put_key(b, "counts");
    rs_buf_char(b, '{');
    put_count(b, "truth", job->truth.n);
    put_count(b, "predictions", run->file.n);
    put_count(b, "left_out", job->n_left_out);
    put_count(b, "other_tasks", job->n_other_tasks);
    put_count(b, "missing", run->n_missing);
    put_count(b, "repeated", run->n_repeated);
    put_count(b, "extra", run->n_extra);
    put_count(b, "unparsed", run->n_unparsed);
    put_count(b, "undecided", run->n_undecided);
    rs_buf_char(b, '}');
    put_yes(b, "complete", n_faults(run) == 0);
    put_yes(b, "joined_by_position", run->by_position);
}

/* ---- categories ------------------------------------------------------------------------------ */

typedef struct group_sums {
    size_t n;
    double num[RS_SCORE_MEASURES], den[RS_SCORE_MEASURES];
} group_sums;

static void add_sample(group_sums *g, const rs_score_run *run, size_t i)
{
    g->n++;
    for (size_t k = 0; k < run->n_measures; k++) {
        const rs_measure *m = &run->measures[k];
        if (m->shape == RS_MEASURE_FIXED) continue;
        g->num[k] += m->num[i];
        g->den[k] += m->den ? m->den[i] : 1;
    }
}

/* A corpus number (BLEU) has no value of one category, nor has a mean over groups, except that as
 * the headline it is the ratio of this category. */
static double value_of(const rs_measure *m, const group_sums *g, size_t k)
{
    if (m->shape == RS_MEASURE_FIXED || (m->shape == RS_MEASURE_GROUP_MEAN && k > 0) ||
        g->den[k] == 0)
        return NAN;
    const double v = g->num[k] / g->den[k];
    return m->scale * (m->shape == RS_MEASURE_ROOT ? sqrt(v) : v);
}

static void put_group(rs_buf *b, const rs_score_run *run, rs_str name, const group_sums *g)
{
    rs_buf_char(b, '{');
    rs_json_put_key(b, "category");
    rs_json_put_str(b, name);
    put_count(b, "n", g->n);
    put_number(b, "value", value_of(&run->measures[0], g, 0));
    rs_json_put_key(b, "values");
    rs_buf_char(b, '[');
    for (size_t k = 0; k < run->n_measures; k++) {
        if (k) rs_buf_char(b, ',');
        rs_json_put_double(b, value_of(&run->measures[k], g, k));
    }
    rs_buf_cstr(b, "]}");
}

/* `of` NULL: by type, where a question may have several. */
static void sum_groups(const rs_score_job *job, const rs_score_run *run, const rs_strmap *names,
                       const uint32_t *of, group_sums *sums)
{
    for (size_t i = 0; i < job->n; i++) {
        const rs_score_more *r = rs_score_more_of(&job->truth.records[i]);
        if (of) add_sample(&sums[of[i]], run, i);
        else if (r->n_types < 2) add_sample(&sums[job->type[i]], run, i);
        for (size_t t = 0; !of && r->n_types > 1 && t < r->n_types; t++) {
            const size_t at = rs_strmap_get(names, r->types[t]);
            if (at != RS_NPOS) add_sample(&sums[at], run, i);
        }
    }
}

static void put_groups(rs_buf *b, const rs_score_job *job, const rs_score_run *run,
                       const rs_strmap *names, const uint32_t *of)
{
    group_sums *sums = rs_calloc(names->n + 1, sizeof *sums);
    rs_buf_char(b, '[');
    if (!sums) b->failed = true;
    else if (names->n > 1 || (names->n == 1 && names->keys[0].len)) {
        sum_groups(job, run, names, of, sums);
        for (size_t g = 0; g < names->n; g++) {
            if (g) rs_buf_char(b, ',');
            put_group(b, run, names->keys[g], &sums[g]);
        }
    }
    rs_buf_char(b, ']');
    rs_free(sums);
}

static void put_by(rs_buf *b, const rs_score_job *job, const rs_score_run *run)
{
    rs_json_put_key(b, "by");
    rs_buf_char(b, '[');
    for (size_t k = 0; k < job->n_by; k++) {
        if (k) rs_buf_char(b, ',');
        rs_buf_char(b, '{');
        put_text(b, "field", job->by[k].field);
        rs_json_put_key(b, "categories");
        put_groups(b, job, run, &job->by[k].groups, job->by[k].of);
        rs_buf_char(b, '}');
    }
    rs_buf_char(b, ']');
}

/* Names of what stands beside "value" in each category. */
static void put_more(rs_buf *b, const rs_score_job *job)
{
    if (!job->class_more) return;
    rs_json_put_key(b, "category_more");
    rs_buf_char(b, '[');
    for (int m = 0; m < RS_SCORE_CLASS_MORE; m++) {
        if (m) rs_buf_char(b, ',');
        rs_json_put_str(b, rs_str_of(job->class_more[m]));
    }
    rs_buf_char(b, ']');
}

/* Pixels, truth by row in the order of the categories; the last column holds predictions of no
 * class. */
static void put_matrix(rs_buf *b, const rs_score_job *job)
{
    if (!job->matrix) return;
    const size_t n = job->n_class_table;
    rs_json_put_key(b, "matrix");
    rs_buf_char(b, '[');
    for (size_t t = 0; t < n; t++) {
        rs_buf_cstr(b, t ? ",[" : "[");
        for (size_t p = 0; p <= n; p++) {
            if (p) rs_buf_char(b, ',');
            rs_buf_u64(b, (uint64_t)job->matrix[t * (n + 1) + p]);
        }
        rs_buf_char(b, ']');
    }
    rs_buf_char(b, ']');
}

static void put_categories(rs_buf *b, const rs_score_job *job, const rs_score_run *run)
{
    rs_json_put_key(b, "category_measure");
    rs_json_put_str(b, job->class_measure ? rs_str_of(job->class_measure)
                                          : rs_str_of(run->measures[0].name));
    rs_json_put_key(b, "categories");
    if (!job->n_class_table && job->n) {
        put_groups(b, job, run, &job->types, NULL);
        return;
    }
    rs_buf_char(b, '[');
    for (size_t k = 0; k < job->n_class_table; k++) {
        const rs_score_class *c = &job->class_table[k];
        if (k) rs_buf_char(b, ',');
        rs_buf_char(b, '{');
        rs_json_put_key(b, "category");
        rs_json_put_str(b, c->name.ptr ? c->name : RS_STR(""));
        put_count(b, "n", c->n);
        put_number(b, "value", c->value);
        for (int m = 0; job->class_more && m < RS_SCORE_CLASS_MORE; m++)
            put_number(b, job->class_more[m], c->more[m]);
        rs_buf_char(b, '}');
    }
    rs_buf_char(b, ']');
}

static void put_subset(rs_buf *b, const rs_score_job *job, const rs_score_report *r)
{
    if (!job->only) return;
    rs_json_put_key(b, "subset");
    rs_buf_char(b, '{');
    put_text(b, "ids", job->options->only);
    put_file(b, "file", job->options->only, job->only_hash, job->n_only + job->n_only_unknown);
    put_count(b, "n", job->n_only);
    put_count(b, "unknown_ids", job->n_only_unknown);
    put_measures(b, &r->subset);
    rs_buf_char(b, '}');
}

static void put_pair(rs_buf *b, const rs_score_job *job, const rs_score_report *r)
{
    if (!r->pair.known) return;
    const rs_score_pair *p = &r->pair;
    rs_json_put_key(b, "compare");
    rs_buf_char(b, '{');
    put_file(b, "predictions", job->options->compare, r->second.file.hash, r->second.file.n);
    put_counts(b, job, &r->second);
    put_measures(b, &r->second);
    put_text(b, "measure", r->run.measures[0].name);
    put_number(b, "difference", p->difference);
    put_number(b, "low", p->interval[0]);
    put_number(b, "high", p->interval[1]);
    put_number(b, "bootstrap_p", p->p);
    put_count(b, "only_first_right", (size_t)p->only_first);
    put_count(b, "only_second_right", (size_t)p->only_second);
    put_number(b, "mcnemar_p", p->right_wrong ? p->mcnemar : NAN);
    rs_buf_char(b, '}');
}

static void put_blind(rs_buf *b, const rs_score_job *job, const rs_score_blind *blind)
{
    rs_json_put_key(b, "blind");
    if (!blind->known) {
        rs_buf_cstr(b, "null");
        return;
    }
    rs_buf_char(b, '{');
    put_text(b, "trained_on",
             job->options->blind_train ? job->options->blind_train
                                       : "5 image-disjoint folds of the truth");
    put_number(b, "majority", blind->majority);
    put_number(b, "majority_of_type", blind->majority_type);
    put_number(b, "question_words", blind->words);
    rs_buf_char(b, '}');
}

static void put_options(rs_buf *b, const rs_score_job *job)
{
    const rs_score_options *o = job->options;
    rs_json_put_key(b, "options");
    rs_buf_char(b, '{');
    put_count(b, "seed", (size_t)o->seed);
    put_count(b, "resamples", (size_t)rs_score_n_resamples(o));
    put_text(b, "without_types", o->without_types ? o->without_types : job->profile->without_types);
    put_text(b, "judge_verdicts", o->judge_verdicts);
    put_text(b, "meteor", o->meteor);
    put_text(b, "by", o->by);
    put_text(b, "boxes", o->boxes);
    put_text(b, "compare_boxes", o->compare_boxes);
    put_number(b, "min_pixels", o->min_pixels);
    put_number(b, "max_pixels", o->max_pixels);
    put_text(b, "blind_train", o->blind_train);
    put_text(b, "dataset", o->dataset);
    put_text(b, "split", o->split);
    if (job->profile->family == RS_FAMILY_LABELS) {
        put_text(b, "classes", o->classes);
        put_text(b, "ignore_labels", o->ignore_labels);
        put_number(b, "prediction_offset", o->prediction_offset);
    }
    rs_buf_char(b, '}');
}

rsift_status rs_score_answer(const rs_score_job *job, const rs_score_report *r, rsift_answer *out,
                             rsift_error *err)
{
    const rs_score_run *run = &r->run;
    const char *truth = job->options->truth ? job->options->truth : job->options->predictions;
    rs_buf b = {0};
    rs_buf_char(&b, '{');
    put_text(&b, "schema", "rsift.score/1");
    put_text(&b, "rsift", RSIFT_VERSION);
    rs_json_put_key(&b, "profile");
    rs_score_put_profile(&b, job->profile);
    put_options(&b, job);
    put_file(&b, "truth", job->options->dataset ? job->options->dataset : truth, job->truth_hash,
             job->truth.n);
    put_file(&b, "predictions", job->options->predictions, run->file.hash, run->file.n);
    if (job->options->judge_verdicts)
        put_file(&b, "verdicts", job->options->judge_verdicts, job->verdicts_hash,
                 job->verdict_ids.n);
    put_counts(&b, job, run);
    put_text(&b, "detail", job->detail);
    put_measures(&b, run);
    put_more(&b, job);
    put_categories(&b, job, run);
    put_by(&b, job, run);
    put_matrix(&b, job);
    put_subset(&b, job, r);
    put_pair(&b, job, r);
    put_blind(&b, job, &r->blind);
    rs_buf_cstr(&b, "}");
    const rsift_status status = rs_session_answer(&b, out, err);
    rs_buf_fini(&b);
    const size_t faults = n_faults(run) + (r->pair.known ? n_faults(&r->second) : 0);
    out->n_findings = faults > 1000000 ? 1000000 : (int)faults;
    return status;
}
