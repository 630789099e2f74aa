/* The answer of a scoring run as JSON (rsift.score/1), and the list of the profiles.
 *
 * Only writes: measures, intervals and comparisons are already made. The keys and their order are
 * part of the format. Categories are the exception: their sums are made here, over the samples'
 * columns. */
#include "score/report.h"

#include "base/alloc.h"
#include "codec/json_writer.h"

#include <math.h>

enum { MOST_FINDINGS = 1000000 };

/* ---- parts ----------------------------------------------------------------------------------- */

/* A profile's fields, as an object. */
static void write_profile(rs_json_writer *w, const rs_profile *p)
{
    rs_json_begin_object(w);
    rs_json_field_cstr(w, "name", p->name);
    rs_json_field_u64(w, "version", (uint64_t)p->version + 1);
    rs_json_field_cstr(w, "summary", p->summary);
    rs_json_field_cstr(w, "source", p->source);
    rs_json_field_cstr(w, "verified", rs_metrics_verified_name(p->verified));
    rs_json_field_cstr(w, "note", p->note);
    rs_json_end_object(w);
}

/* An input file: what exactly was scored. */
static void write_file(rs_json_writer *w, const char *key, const char *path, rs_id hash, size_t n)
{
    char id[RS_ID_TEXT];
    rs_json_field_object(w, key);
    rs_json_field_cstr(w, "path", path);
    rs_json_field_cstr(w, "xxh3_128", rs_id_text(id, hash));
    rs_json_field_u64(w, "records", n);
    rs_json_end_object(w);
}

/* What the intervals are drawn from, then the measures. */
static void write_measures(rs_json_writer *w, const rs_score_job *job, const rs_score_run *run)
{
    rs_json_field_object(w, "drawn");
    rs_json_field_u64(w, "n", run->n_drawn);
    rs_json_field_cstr(w, "of", job->no_pictures ? "samples" : "pictures");
    rs_json_field_bool(w, "few", run->n_drawn < RS_SCORE_FEW);
    rs_json_end_object(w);
    rs_json_field_array(w, "measures");
    for (size_t k = 0; k < run->n_measures; k++) {
        const rs_measure *m = &run->measures[k];
        rs_json_begin_object(w);
        rs_json_field_cstr(w, "name", m->name);
        rs_json_field_double(w, "value", m->known ? m->value : NAN);
        rs_json_field_double(w, "low", m->interval ? m->low : NAN);
        rs_json_field_double(w, "high", m->interval ? m->high : NAN);
        /* Percentages, CIDEr times a hundred, or the numbers themselves (counts, errors, R2). */
        const bool cider = rs_str_find(rs_str_of(m->name), RS_STR("CIDEr")) != RS_NPOS;
        rs_json_field_cstr(w, "unit", m->scale == 1 ? "" : cider ? "x100" : "%");
        if (m->note) rs_json_field_cstr(w, "note", m->note);
        rs_json_end_object(w);
    }
    rs_json_end_array(w);
}

static size_t n_faults(const rs_score_job *job, const rs_score_run *run)
{
    return job->n_unasked + run->n_missing + run->n_repeated + run->n_extra + run->n_unparsed +
           run->n_undecided;
}

/* How many records count, and what is wrong with the predictions of a run. */
static void write_counts(rs_json_writer *w, const rs_score_job *job, const rs_score_run *run)
{
    rs_json_field_object(w, "counts");
    rs_json_field_u64(w, "truth", job->truth.n);
    rs_json_field_u64(w, "predictions", run->file.n);
    rs_json_field_u64(w, "left_out", job->n_left_out);
    rs_json_field_u64(w, "other_tasks", job->n_other_tasks);
    rs_json_field_u64(w, "withheld", job->n_withheld);
    rs_json_field_u64(w, "incomplete", job->n_incomplete);
    rs_json_field_u64(w, "not_asked", job->n_unasked);
    rs_json_field_u64(w, "not_scorable", job->n_unscorable);
    rs_json_field_u64(w, "missing", run->n_missing);
    rs_json_field_u64(w, "repeated", run->n_repeated);
    rs_json_field_u64(w, "extra", run->n_extra);
    rs_json_field_u64(w, "unparsed", run->n_unparsed);
    rs_json_field_u64(w, "undecided", run->n_undecided);
    rs_json_field_u64(w, "inverted", run->n_inverted);
    rs_json_field_u64(w, "reworded", run->n_reworded);   /* nor is this a fault */
    rs_json_field_u64(w, "reasoning", run->n_reasoning); /* no fault */
    rs_json_end_object(w);
    rs_json_field_bool(w, "complete", n_faults(job, run) == 0);
    rs_json_field_bool(w, "joined_by_position", run->by_position);
    rs_json_field_cstr(w, "order_proven_by", run->order.proven);
    if (run->order.told) rs_json_field_u64(w, "order_proven_of", run->order.n_proven);
}

/* Every option that changes a number, as it was used. */
static void write_options(rs_json_writer *w, const rs_score_job *job)
{
    const rs_score_options *o = job->options;
    rs_json_field_object(w, "options");
    rs_json_field_u64(w, "seed", o->seed);
    rs_json_field_u64(w, "resamples", (uint64_t)rs_score_n_resamples(o));
    /* what was left out, be it by the profile */
    rs_json_field_cstr(w, "without_types",
                       o->without_types ? o->without_types : job->profile->without_types);
    rs_json_field_cstr(w, "judge_verdicts", o->judge_verdicts);
    rs_json_field_cstr(w, "meteor", o->meteor);
    rs_json_field_cstr(w, "by", o->by);
    rs_json_field_cstr(w, "join", o->join);
    rs_json_field_cstr(w, "boxes", o->boxes);
    rs_json_field_cstr(w, "compare_boxes", o->compare_boxes);
    rs_json_field_double(w, "min_pixels", o->min_pixels);
    rs_json_field_double(w, "max_pixels", o->max_pixels);
    rs_json_field_cstr(w, "blind_train", o->blind_train);
    if (o->strip_thinking) rs_json_field_bool(w, "strip_thinking", true);
    else rs_json_field_null(w, "strip_thinking");
    rs_json_field_cstr(w, "dataset", o->dataset);
    rs_json_field_cstr(w, "split", o->split);
    if (job->family->options &
        RS_SCORE_USES_LABELS) { /* these are shown where they have a meaning */
        rs_json_field_cstr(w, "classes", o->classes);
        rs_json_field_cstr(w, "ignore_labels", o->ignore_labels);
        rs_json_field_double(w, "prediction_offset", o->prediction_offset);
    }
    rs_json_end_object(w);
}

/* ---- categories ------------------------------------------------------------------------------ */

/* Sums of the samples of one category, per measure. */
typedef struct group_sums {
    size_t n;
    double num[RS_SCORE_MEASURES], den[RS_SCORE_MEASURES];
} group_sums;

/* Adds sample i to the sums; fixed measures have no columns. */
static void add_sample(group_sums *g, const rs_score_run *run, size_t i)
{
    g->n++;
    for (size_t k = 0; k < run->n_measures; k++) {
        const rs_measure *m = &run->measures[k];
        if (m->shape == RS_MEASURE_FIXED) continue;
        g->num[k] += m->num[i];
        g->den[k] += m->den ? m->den[i] : 1; /* without a denominator every sample counts once */
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

/* An array of categories by `of` [n], or by type when it is NULL, where a sample may have several.
 * Empty when all samples are of one category without a name. */
static void write_groups(rs_json_writer *w, const rs_score_job *job, const rs_score_run *run,
                         const rs_strmap *names, const uint32_t *of)
{
    const bool any = names->n > 1 || (names->n == 1 && names->keys[0].len);
    group_sums *sums = rs_calloc(names->n + 1, sizeof *sums);
    if (!sums) w->buf->failed = true; /* reported when the document is finished */
    for (size_t i = 0; sums && any && i < job->n; i++) {
        const rs_score_details *d = rs_score_details_of(&job->truth.records[i]);
        if (of) add_sample(&sums[of[i]], run, i);
        else if (d->n_types < 2) add_sample(&sums[job->type[i]], run, i);
        for (size_t t = 0; !of && d->n_types > 1 && t < d->n_types; t++) {
            const size_t at = rs_strmap_get(names, d->types[t]);
            if (at != RS_NPOS) add_sample(&sums[at], run, i);
        }
    }
    rs_json_begin_array(w);
    for (size_t g = 0; sums && any && g < names->n; g++) {
        rs_json_begin_object(w);
        rs_json_field_str(w, "category", names->keys[g]);
        rs_json_field_u64(w, "n", sums[g].n);
        rs_json_field_double(w, "value", value_of(&run->measures[0], &sums[g], 0));
        rs_json_field_array(w, "values");
        for (size_t k = 0; k < run->n_measures; k++)
            rs_json_write_double(w, value_of(&run->measures[k], &sums[g], k));
        rs_json_end_array(w);
        rs_json_end_object(w);
    }
    rs_json_end_array(w);
    rs_free(sums);
}

/* Categories: the table of classes (detection, label maps), else the samples' types. */
static void write_categories(rs_json_writer *w, const rs_score_job *job, const rs_score_run *run)
{
    if (job->class_values) {
        rs_json_field_array(w, "category_more");
        for (int m = 0; m < RS_SCORE_CLASS_VALUES; m++) rs_json_write_cstr(w, job->class_values[m]);
        rs_json_end_array(w);
    }
    rs_json_field_cstr(w, "category_measure",
                       job->class_measure ? job->class_measure : run->measures[0].name);
    rs_json_write_key(w, "categories");
    if (!job->n_class_table && job->n) { /* samples, and no table of classes */
        write_groups(w, job, run, &job->types, NULL);
        return;
    }
    rs_json_begin_array(w);
    for (size_t k = 0; k < job->n_class_table; k++) {
        const rs_score_class *c = &job->class_table[k];
        rs_json_begin_object(w);
        rs_json_field_str(w, "category", c->name);
        rs_json_field_u64(w, "n", c->n);
        rs_json_field_double(w, "value", c->value);
        for (int m = 0; job->class_values && m < RS_SCORE_CLASS_VALUES; m++)
            rs_json_field_double(w, job->class_values[m], c->values[m]);
        rs_json_end_object(w);
    }
    rs_json_end_array(w);
}

/* Categories by each field; then the confusion matrix, rows in the order of the categories. */
static void write_by(rs_json_writer *w, const rs_score_job *job, const rs_score_run *run)
{
    const size_t n = job->n_class_table;
    rs_json_field_array(w, "by");
    for (size_t k = 0; k < job->n_by; k++) {
        rs_json_begin_object(w);
        rs_json_field_cstr(w, "field", job->by[k].field);
        rs_json_write_key(w, "categories");
        write_groups(w, job, run, &job->by[k].groups, job->by[k].of);
        rs_json_end_object(w);
    }
    rs_json_end_array(w);
    if (!job->matrix) return;
    rs_json_field_array(w, "matrix");
    for (size_t t = 0; t < n; t++) {
        rs_json_begin_array(w);
        for (size_t p = 0; p <= n; p++) /* the last column: predictions of no class */
            rs_json_write_u64(w, (uint64_t)job->matrix[t * (n + 1) + p]);
        rs_json_end_array(w);
    }
    rs_json_end_array(w);
}

/* ---- comparisons ----------------------------------------------------------------------------- */

static void write_subset(rs_json_writer *w, const rs_score_job *job, const rs_score_report *r)
{
    if (!job->only) return;
    rs_json_field_object(w, "subset");
    rs_json_field_cstr(w, "ids", job->options->only); /* the path; its hash is in "file" */
    write_file(w, "file", job->options->only, job->only_hash, job->n_only + job->n_only_unknown);
    rs_json_field_u64(w, "n", job->n_only);
    rs_json_field_u64(w, "unknown_ids", job->n_only_unknown);
    if (job->only_note.len) rs_json_field_str(w, "says", job->only_note);
    write_measures(w, job, &r->subset);
    rs_json_end_object(w);
}

/* --strip-thinking: the measures on what stands behind the reasoning, beside the published ones. */
static void write_without_reasoning(rs_json_writer *w, const rs_score_job *job,
                                    const rs_score_report *r)
{
    if (!job->options->strip_thinking) return;
    rs_json_field_object(w, "without_reasoning");
    rs_json_field_u64(w, "outputs", r->run.n_reasoning);
    rs_json_field_u64(w, "unparsed", r->answers.n_unparsed);
    write_measures(w, job, &r->answers);
    rs_json_end_object(w);
}

static void write_pair(rs_json_writer *w, const rs_score_job *job, const rs_score_report *r)
{
    const rs_score_pair *p = &r->pair;
    /* The second model has counts and measures of its own; tests are of the first measure. */
    if (!p->known) return;
    rs_json_field_object(w, "compare");
    write_file(w, "predictions", job->options->compare, r->second.file.hash, r->second.file.n);
    write_counts(w, job, &r->second);
    write_measures(w, job, &r->second);
    rs_json_field_cstr(w, "measure", r->run.measures[0].name);
    rs_json_field_double(w, "difference", p->difference);
    rs_json_field_double(w, "low", p->interval[0]);
    rs_json_field_double(w, "high", p->interval[1]);
    rs_json_field_double(w, "bootstrap_p", p->p);
    rs_json_field_u64(w, "only_first_right", p->only_first);
    rs_json_field_u64(w, "only_second_right", p->only_second);
    rs_json_field_double(w, "mcnemar_p", p->right_wrong ? p->mcnemar : NAN);
    rs_json_end_object(w);
}

static void write_blind(rs_json_writer *w, const rs_score_job *job, const rs_score_blind *blind)
{
    const char *train = job->options->blind_train;
    if (!blind->known) {
        rs_json_field_null(w, "blind");
        return;
    }
    rs_json_field_object(w, "blind");
    rs_json_field_cstr(w, "trained_on", train ? train : "5 image-disjoint folds of the truth");
    /* NaN, written as null, where the family has no such guesser. */
    rs_json_field_double(w, "majority", blind->majority);
    rs_json_field_double(w, "majority_of_type", blind->majority_type);
    rs_json_field_double(w, "question_words", blind->words);
    rs_json_end_object(w);
}

/* ---- documents ------------------------------------------------------------------------------- */

/* The order of the keys is part of the format: readers may print them as they come. */
rsift_status rs_score_answer(const rs_score_job *job, const rs_score_report *r, rsift_answer *out,
                             rsift_error *err)
{
    const rs_score_options *o = job->options;
    const rs_score_run *run = &r->run;
    /* Without --truth and --dataset the predictions carry the references. */
    const char *truth = o->dataset ? o->dataset : o->truth ? o->truth : o->predictions;
    rs_buf b = {0};
    rs_json_writer writer = rs_json_writer_to(&b), *w = &writer;
    rs_json_begin_object(w);
    rs_json_field_cstr(w, "schema", "rsift.score/1");
    rs_json_field_cstr(w, "rsift", RSIFT_VERSION);
    rs_json_write_key(w, "profile");
    write_profile(w, job->profile);
    write_options(w, job);
    write_file(w, "truth", truth, job->truth_hash, job->truth.n);
    write_file(w, "predictions", o->predictions, run->file.hash, run->file.n);
    if (o->judge_verdicts)
        write_file(w, "verdicts", o->judge_verdicts, job->verdicts_hash, job->verdict_ids.n);
    write_counts(w, job, run);
    rs_json_field_cstr(w, "detail", job->notes);
    write_measures(w, job, run);
    write_categories(w, job, run);
    write_by(w, job, run);
    write_without_reasoning(w, job, r);
    write_subset(w, job, r);
    write_pair(w, job, r);
    write_blind(w, job, &r->blind);
    rs_json_end_object(w);
    rsift_status status = rs_json_finish(w, "the report", err);
    if (status == RSIFT_OK) status = rs_session_answer(&b, out, err);
    rs_buf_fini(&b);
    /* Findings make the command's exit code 1. */
    const size_t faults = n_faults(job, run) + (r->pair.known ? n_faults(job, &r->second) : 0);
    out->n_findings = faults > MOST_FINDINGS ? MOST_FINDINGS : (int)faults;
    return status;
}

rsift_status rs_score_list_profiles(rsift_answer *out, rsift_error *err)
{
    rs_buf b = {0};
    rs_json_writer writer = rs_json_writer_to(&b), *w = &writer;
    *out = (rsift_answer){0};
    rs_json_begin_object(w);
    rs_json_field_cstr(w, "schema", "rsift.score-profiles/1");
    rs_json_field_array(w, "profiles");
    for (const rs_profile *p = rs_profiles; p->name; p++) write_profile(w, p);
    rs_json_end_array(w);
    rs_json_end_object(w);
    rsift_status status = rs_json_finish(w, "the profiles", err);
    if (status == RSIFT_OK) status = rs_session_answer(&b, out, err);
    rs_buf_fini(&b);
    return status;
}
