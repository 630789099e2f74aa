/* The recommendation's answer: rows with reasons, what each goal gets, what simple rules would
 * choose, and what was left out. */
#include "decide/recommend_plan.h"

#include "catalog/published.h"
#include "decide/ask.h"
#include "decide/goals.h"

static void put_texts(rs_json_writer *json, const char *key, rs_texts texts)
{
    rs_json_field_array(json, key);
    for (size_t i = 0; i < texts.n; i++) rs_json_write_str(json, texts.items[i]);
    rs_json_end_array(json);
}

/* A share, in parts per thousand. */
static void put_share(rs_json_writer *json, const char *key, double share)
{
    rs_json_field_i64(json, key, rs_few_permille(share));
}

/* How to get the dataset: licence, size, links. */
static void put_source(rs_json_writer *json, const rs_candidate *c)
{
    rs_json_field_cstr(json, "licence", rs_catalog_licence_class_name(c->licence));
    if (!c->record) return;
    if (c->bytes >= 0) rs_json_field_i64(json, "bytes", c->bytes);
    rs_json_field_cstr(json, "released", rs_catalog_released_name(c->record->released));
    rs_json_field_bool(json, "readable", rs_catalog_is_read(c->record));
    put_texts(json, "links",
              c->record->links.download.n ? c->record->links.download : c->record->links.code);
}

/* What would be lost, as a share of the utility of all, if these samples went and nothing took
 * their place. `allocated` is as before when it returns. */
static rsift_status lose_entry(const rs_plan *p, int64_t *allocated, size_t at, double whole,
                               double *out, rsift_error *err)
{
    const int64_t kept = allocated[at];
    double rest = 0;
    allocated[at] = 0;
    const rsift_status status =
        rs_choose_utility(p->pool.offers, allocated, p->pool.n_offers, &p->rules, &rest, err);
    allocated[at] = kept;
    *out = whole > 0 ? (whole - rest) / whole : 0;
    return status;
}

static rsift_status put_entries(const rs_plan *p, size_t candidate, rs_json_writer *json,
                                rsift_error *err)
{
    int64_t *allocated = p->few.allocated;
    double whole = 0;
    RS_TRY(rs_choose_utility(p->pool.offers, allocated, p->pool.n_offers, &p->rules, &whole, err));
    rs_json_field_array(json, "entries");
    for (size_t i = 0; i < p->pool.n_offers; i++) {
        const rs_offer *s = &p->pool.offers[i];
        if (s->dataset != candidate || allocated[i] == 0) continue;
        const rs_cell *cell = &p->pool.cells[s->cell];
        double lost = 0;
        RS_TRY(lose_entry(p, allocated, i, whole, &lost, err));
        rs_json_begin_object(json);
        rs_json_field_cstr(json, "task", rs_model_task_name(cell->task));
        rs_json_field_str(json, "skill", cell->skill);
        rs_json_field_cstr(json, "gsd", rs_recommend_band_name(p->pool.candidates[candidate].band));
        rs_json_field_i64(json, "samples", allocated[i]);
        rs_json_field_i64(json, "supply", s->n);
        put_share(json, "gain_permille", lost);
        rs_json_end_object(json);
    }
    rs_json_end_array(json);
    return RSIFT_OK;
}

static void begin_row(rs_json_writer *json, rs_str dataset)
{
    rs_json_blank(json, RS_DECIDE_LINE);
    rs_json_begin_object(json);
    rs_json_field_str(json, "dataset", dataset);
}

/* What it adds to the datasets before it, what would be missing without it, and what it costs. */
static void put_gain(const rs_plan *p, size_t at, rs_json_writer *json)
{
    for (size_t i = 0; i < p->few.answer.n_chosen; i++) {
        if (p->few.answer.chosen[i].dataset != at) continue;
        put_share(json, "adds_permille", p->few.answer.chosen[i].adds);
        put_share(json, "without_permille", p->few.answer.chosen[i].without);
        put_share(json, "cost_permille", p->few.cost[at]);
    }
    rs_json_field_bool(json, "first", p->pool.candidates[at].first);
}

/* Reasons as one sentence, then as objects of their own. */
static void put_reasons(const rs_plan *p, size_t at, rs_json_writer *json)
{
    rs_buf sentence = {0}, again = {0};
    rs_plan_give_reasons(p, at, NULL, &sentence);
    rs_json_field_str(json, "why", rs_buf_view(&sentence));
    rs_json_field_array(json, "reasons");
    rs_plan_give_reasons(p, at, json, &again);
    rs_json_end_array(json);
    json->buf->failed = json->buf->failed || sentence.failed || again.failed;
    rs_buf_fini(&sentence);
    rs_buf_fini(&again);
}

/* The recommended datasets. */
static rsift_status put_rows(const rs_plan *p, rs_json_writer *json, rsift_error *err)
{
    rs_json_field_array(json, "rows");
    for (size_t i = 0; i < p->n_order; i++) {
        const size_t at = p->order[i];
        const rs_candidate *c = &p->pool.candidates[at];
        begin_row(json, c->id);
        rs_json_field_i64(json, "samples", p->of_candidate[at]);
        rs_json_field_i64(json, "share_permille", p->of_candidate[at] * 1000 / p->allocated);
        rs_json_field_bool(json, "indexed", c->indexed);
        put_reasons(p, at, json);
        RS_TRY(put_entries(p, at, json, err));
        put_gain(p, at, json);
        put_texts(json, "may_leak_into", c->may_leak);
        put_source(json, c);
        rs_json_end_object(json);
    }
    rs_json_end_array(json);
    return RSIFT_OK;
}

/* ---- goals ----------------------------------------------------------------------------------- */

/* What a goal gets: samples, datasets, and what could be had for it. */
typedef struct served {
    int64_t samples, supply;
    size_t n_datasets;
} served;

static served serve(const rs_plan *p, const rs_part *part)
{
    served out = {0};
    for (size_t d = 0; d < p->pool.n_candidates; d++) {
        int64_t samples = 0;
        for (size_t i = 0; i < p->pool.n_offers; i++) {
            if (p->pool.offers[i].dataset != d || !(part->weights[p->pool.offers[i].cell] > 0))
                continue;
            samples += p->few.allocated[i];
            out.supply += p->pool.offers[i].n;
        }
        out.samples += samples;
        out.n_datasets += samples > 0;
    }
    return out;
}

/* What became of the training data of the benchmark that is a goal. */
static void put_own(const rs_plan *p, const rs_part *part, rs_json_writer *json)
{
    const rs_candidate *c = part->own ? rs_pool_find(&p->pool, part->own->id) : NULL;
    if (!c) return;
    const size_t at = (size_t)(c - p->pool.candidates);
    rs_json_field_object(json, "own");
    rs_json_field_str(json, "dataset", c->id);
    rs_json_field_i64(json, "samples", p->of_candidate[at]);
    if (c->left_out) rs_json_field_cstr(json, "left_out", c->left_out);
    else if (p->few.refused && p->few.refused[at].ptr)
        rs_json_field_str(json, "left_out", p->few.refused[at]);
    rs_json_end_object(json);
}

/* A number for the goal's benchmark, whose training data is in the catalogue. */
static bool is_evidence(const rs_published *row, rs_str goal)
{
    return row->has_value && row->datasets.n && rs_published_is_of(row, goal);
}

static bool is_same_training(const rs_published *a, const rs_published *b, rs_str goal)
{
    return is_evidence(a, goal) && rs_str_eq(a->trained_on, b->trained_on) &&
           rs_str_eq(a->benchmark, b->benchmark);
}

/* Whether `row` scores more than `other` by the same metric. */
static bool is_better_evidence(const rs_published *row, const rs_published *other)
{
    return !other || (row->value > other->value && rs_str_eq(row->metric, other->metric));
}

static void put_published(const rs_published *row, rs_json_writer *json)
{
    rs_json_begin_object(json);
    rs_json_field_str(json, "benchmark", row->benchmark);
    rs_json_field_str(json, "trained_on", row->trained_on);
    rs_json_field_str(json, "model", row->model);
    rs_json_field_str(json, "metric", row->metric);
    rs_json_field_str(json, "score", row->score);
    rs_json_field_str(json, "source", row->source);
    rs_json_end_object(json);
}

/* Published scores of the benchmark that is a goal: of each training set that the catalogue knows
 * the best by the first metric that its source gives. */
static void put_evidence(const rs_published *rows, size_t n, const rs_part *part,
                         rs_json_writer *json)
{
    rs_json_field_array(json, "evidence");
    for (size_t i = 0; part->own && i < n; i++) {
        const rs_published *best = NULL;
        size_t before = 0;
        if (!is_evidence(&rows[i], part->goal)) continue;
        while (before < i && !is_same_training(&rows[before], &rows[i], part->goal)) before++;
        if (before < i) continue; /* this training set is told */
        for (size_t k = i; k < n; k++)
            if (is_same_training(&rows[k], &rows[i], part->goal) &&
                is_better_evidence(&rows[k], best))
                best = &rows[k];
        put_published(best, json);
    }
    rs_json_end_array(json);
}

/* Every goal that was given, those that nothing serves counted. */
static rsift_status put_goals_served(const rs_plan *p, rs_json_writer *json, int64_t *n_unserved,
                                     rsift_error *err)
{
    const rs_published *published;
    size_t n_published;
    RS_TRY(rs_published_load(p->arena, &published, &n_published, err));
    *n_unserved = 0;
    rs_json_field_array(json, "goals_served");
    for (size_t i = 0; i < p->pool.n_parts && p->job->goals.n; i++) {
        const rs_part *part = &p->pool.parts[i];
        const served s = serve(p, part);
        *n_unserved += s.samples == 0;
        rs_json_blank(json, RS_DECIDE_LINE);
        rs_json_begin_object(json);
        rs_json_field_str(json, "goal", part->goal);
        rs_json_field_double(json, "share", part->share);
        rs_json_field_i64(json, "samples", s.samples);
        rs_json_field_i64(json, "supply", s.supply);
        rs_json_field_i64(json, "datasets", (int64_t)s.n_datasets);
        put_own(p, part, json);
        put_evidence(published, n_published, part, json);
        rs_json_end_object(json);
    }
    rs_json_end_array(json);
    rs_json_field_i64(json, "n_unserved", *n_unserved);
    return RSIFT_OK;
}

/* ---- what other rules would choose ----------------------------------------------------------- */

/* What a rule would have to download: datasets, bytes, and how many of them have no known size. */
static void put_burden(const rs_plan *p, const int64_t *allocated, rs_json_writer *json)
{
    int64_t n = 0, bytes = 0, n_unknown = 0;
    for (size_t d = 0; d < p->pool.n_candidates; d++) {
        const rs_candidate *c = &p->pool.candidates[d];
        int64_t samples = 0;
        for (size_t i = 0; i < p->pool.n_offers; i++)
            if (p->pool.offers[i].dataset == d) samples += allocated[i];
        if (samples == 0) continue;
        n++;
        n_unknown += c->bytes < 0;
        if (c->bytes > 0) bytes += c->bytes;
    }
    rs_json_field_i64(json, "downloads", n);
    rs_json_field_i64(json, "bytes_known", bytes);
    rs_json_field_i64(json, "sizes_unknown", n_unknown);
}

/* Samples by rule of every dataset that any rule chooses. */
static void put_rule_rows(const rs_plan *p, rs_json_writer *json)
{
    rs_json_field_array(json, "rows");
    for (size_t c = 0; c < p->pool.n_candidates; c++) {
        int64_t by_rule[RS_N_RULES] = {0};
        bool any = p->of_candidate[c] > 0;
        for (size_t i = 0; i < p->pool.n_offers; i++)
            for (int r = 0; p->pool.offers[i].dataset == c && r < RS_N_RULES; r++)
                by_rule[r] += p->simple[r][i];
        for (int r = 0; r < RS_N_RULES; r++) any = any || by_rule[r] > 0;
        if (!any) continue;
        begin_row(json, p->pool.candidates[c].id);
        rs_json_field_i64(json, "allocation", p->of_candidate[c]);
        for (int r = 0; r < RS_N_RULES; r++)
            rs_json_field_i64(json, rs_choose_rule_name((rs_simple_rule)r), by_rule[r]);
        rs_json_end_object(json);
    }
    rs_json_end_array(json);
}

/* What other rules would choose at the same budget. Per rule its utility in per cent of ours,
 *   round(100 * utility(rule) / utility(ours)),
 * and per dataset that any rule chooses the samples by rule. */
static rsift_status put_compare(const rs_plan *p, rs_json_writer *json, rsift_error *err)
{
    const int64_t *allocated = p->few.allocated;
    double ours = 0;
    RS_TRY(rs_choose_utility(p->pool.offers, allocated, p->pool.n_offers, &p->rules, &ours, err));
    int64_t worth[RS_N_RULES];
    for (int r = 0; r < RS_N_RULES; r++) {
        double utility = 0;
        RS_TRY(rs_choose_utility(p->pool.offers, p->simple[r], p->pool.n_offers, &p->rules,
                                 &utility, err));
        worth[r] = ours > 0 ? (int64_t)(100 * utility / ours + 0.5) : 0;
    }
    rs_json_field_object(json, "compare");
    rs_json_field_object(json, "worth_percent");
    rs_json_field_i64(json, "allocation", 100);
    for (int r = 0; r < RS_N_RULES; r++)
        rs_json_field_i64(json, rs_choose_rule_name((rs_simple_rule)r), worth[r]);
    rs_json_end_object(json);
    rs_json_field_array(json, "rules");
    for (int r = -1; r < RS_N_RULES; r++) {
        rs_json_blank(json, RS_DECIDE_LINE);
        rs_json_begin_object(json);
        rs_json_field_cstr(json, "rule",
                           r < 0 ? "allocation" : rs_choose_rule_name((rs_simple_rule)r));
        rs_json_field_i64(json, "worth_percent", r < 0 ? 100 : worth[r]);
        put_burden(p, r < 0 ? allocated : p->simple[r], json);
        rs_json_end_object(json);
    }
    rs_json_end_array(json);
    put_rule_rows(p, json);
    rs_json_end_object(json);
    return RSIFT_OK;
}

static void put_left_out(const rs_plan *p, rs_json_writer *json)
{
    rs_json_field_array(json, "left_out");
    for (size_t c = 0; c < p->pool.n_candidates; c++) {
        const rs_candidate *candidate = &p->pool.candidates[c];
        rs_str reason = {0};
        if (candidate->left_out) reason = rs_str_of(candidate->left_out);
        if (!reason.ptr && p->few.refused) reason = p->few.refused[c];
        if (!reason.ptr) continue;
        begin_row(json, candidate->id);
        rs_json_field_str(json, "reason", reason);
        rs_json_end_object(json);
    }
    rs_json_end_array(json);
}

rsift_status rs_plan_put_downloads(const rs_recommend_job *job, const rs_pool *indexed,
                                   rs_json_writer *json, rsift_error *err)
{
    rs_pool pool = *indexed;
    rs_few few;
    RS_TRY(rs_pool_offer_others(&pool, err));
    RS_TRY(rs_pool_weigh(job, &pool, err));
    RS_TRY(rs_few_choose(job, &pool, &few, err));
    rs_json_field_array(json, "download");
    for (size_t i = 0; i < few.answer.n_chosen; i++) {
        const size_t at = few.answer.chosen[i].dataset;
        if (pool.candidates[at].indexed) continue;
        int64_t would_take = 0;
        for (size_t k = 0; k < pool.n_offers; k++)
            if (pool.offers[k].dataset == at) would_take += few.allocated[k];
        begin_row(json, pool.candidates[at].id);
        rs_json_field_i64(json, "would_take", would_take);
        put_share(json, "adds_permille", few.answer.chosen[i].adds);
        put_share(json, "cost_permille", few.cost[at]);
        rs_json_field_i64(json, "training_samples", pool.candidates[at].usable);
        put_texts(json, "may_leak_into", pool.candidates[at].may_leak);
        put_source(json, &pool.candidates[at]);
        rs_json_end_object(json);
    }
    rs_json_end_array(json);
    return RSIFT_OK;
}

/* What the choice of datasets was bound by, and what it covers. */
static void put_few(const rs_plan *p, rs_json_writer *json)
{
    const rs_recommend_job *job = p->job;
    rs_json_field_object(json, "cost");
    put_share(json, "per_dataset_permille", RS_FEW_COST_EACH);
    rs_json_field_double(json, "per_gb_permille", 1000 * RS_FEW_COST_PER_GB);
    rs_json_field_i64(json, "unknown_counts_as_bytes", p->few.assumed_bytes);
    rs_json_end_object(json);
    rs_json_field_object(json, "limits");
    if (job->max_bytes >= 0) rs_json_field_i64(json, "bytes", job->max_bytes);
    if (job->max_datasets) rs_json_field_i64(json, "datasets", (int64_t)job->max_datasets);
    rs_json_end_object(json);
    put_share(json, "covered_permille", p->few.answer.covered);
}

rsift_status rs_plan_put_answer(rs_plan *p, rs_buf *json, int64_t *n_unserved, rsift_error *err)
{
    const rs_recommend_job *job = p->job;
    rs_json_writer w = rs_json_writer_to(json);
    rs_json_begin_object(&w);
    rs_json_field_cstr(&w, "schema", "rsift.recommend/1");
    rs_json_field_cstr(&w, "called", "allocation");
    rs_json_field_cstr(&w, "basis", "catalogue");
    rs_json_field_cstr(&w, "unit", job->budget_in_images ? "images" : "samples");
    rs_json_field_i64(&w, "budget", job->budget);
    rs_json_field_i64(&w, "allocated", p->allocated);
    rs_json_field_i64(&w, "seed", job->seed);
    put_texts(&w, "goals", job->goals);
    put_texts(&w, "protect", job->protect);
    rs_json_field_cstr(&w, "licence_filter", rs_recipe_licence_name(job->licence));
    RS_TRY(put_goals_served(p, &w, n_unserved, err));
    put_few(p, &w);
    RS_TRY(put_rows(p, &w, err));
    RS_TRY(put_compare(p, &w, err));
    put_left_out(p, &w);
    rs_json_field_array(&w, "download"); /* all of it is: see rows */
    rs_json_end_array(&w);
    rs_json_end_object(&w);
    return rs_json_finish(&w, "the answer", err);
}
