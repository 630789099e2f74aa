/* The recommendation's answer: rows with reasons, what simple rules would choose, and a recipe. */
#include "decide/decide.h"

#include "base/alloc.h"
#include "codec/json_writer.h"
#include "decide/ask.h"
#include "decide/goals.h"

#include <inttypes.h>

enum { most_downloads = 12 };

typedef struct plan {
    const rs_recommend_job *job;
    rs_arena *arena;
    rs_pool pool;
    rs_offer *used; /* offers that may be chosen: indexed ones, or all */
    size_t n_used;
    int64_t *of_candidate;       /* allocated, by candidate */
    int64_t *simple[RS_N_RULES]; /* allocated, by offer of `used` */
    double *weights;
    rs_allocation_rules rules;
    int64_t allocated;
} plan;

/* ---- allocating ------------------------------------------------------------------------------ */

/* The offers that may be chosen, and the rules of the allocation. */
static rsift_status set_rules(plan *p, rsift_error *err)
{
    p->weights = rs_arena_calloc(p->arena, p->pool.n_cells + 1, sizeof *p->weights);
    p->of_candidate = rs_arena_calloc(p->arena, p->pool.n_candidates + 1, sizeof *p->of_candidate);
    p->used = rs_arena_calloc(p->arena, p->pool.n_offers + 1, sizeof *p->used);
    if (!p->weights || !p->of_candidate || !p->used) return rs_err_nomem(err, "the recommendation");
    /* flat arrays: the allocation knows no names */
    for (size_t c = 0; c < p->pool.n_cells; c++) p->weights[c] = p->pool.cells[c].weight;
    for (size_t i = 0; i < p->pool.n_offers; i++)
        if (!p->job->store || p->pool.candidates[p->pool.offers[i].dataset].indexed)
            p->used[p->n_used++] = p->pool.offers[i];
    p->rules = (rs_allocation_rules){.budget = p->job->budget,
                                     .n_datasets = p->pool.n_candidates,
                                     .n_cells = p->pool.n_cells,
                                     .weights = p->weights,
                                     .related = p->pool.related,
                                     .most_of_one = 0.5};
    return RSIFT_OK;
}

/* Our allocation, and what the simple rules would choose at the same budget. */
static rsift_status allocate(plan *p, rsift_error *err)
{
    RS_TRY(rs_choose_allocate(p->used, p->n_used, &p->rules, err));
    for (size_t i = 0; i < p->n_used; i++) {
        p->of_candidate[p->used[i].dataset] += p->used[i].allocated;
        p->allocated += p->used[i].allocated;
    }
    for (int r = 0; r < RS_N_RULES; r++) {
        p->simple[r] = rs_arena_calloc(p->arena, p->n_used + 1, sizeof *p->simple[r]);
        if (!p->simple[r]) return rs_err_nomem(err, "the recommendation");
        RS_TRY(
            rs_choose_by_rule(p->used, p->n_used, &p->rules, (rs_simple_rule)r, p->simple[r], err));
    }
    return RSIFT_OK;
}

/* Candidates by what they get, most first, then by id: an insertion sort over some hundreds. */
static size_t *order(const plan *p, const int64_t *allocated)
{
    size_t n = p->pool.n_candidates, *at = rs_arena_calloc(p->arena, n + 1, sizeof *at);
    for (size_t i = 0; at && i < n; i++) {
        size_t k = i;
        for (; k > 0; k--) {
            size_t before = at[k - 1];
            bool later = allocated[before] > allocated[i] ||
                         (allocated[before] == allocated[i] &&
                          rs_str_cmp(p->pool.candidates[before].id, p->pool.candidates[i].id) <= 0);
            if (later) break;
            at[k] = before;
        }
        at[k] = i;
    }
    return at;
}

/* ---- reasons --------------------------------------------------------------------------------- */

/* The reasons of one row, as JSON objects (NULL = not wanted) and as one sentence. */
typedef struct reasons {
    rs_json_writer *json;
    rs_buf sentence;
    size_t n;
} reasons;

static void RS_PRINTF(3, 4) add_reason(reasons *r, rs_basis basis, const char *fmt, ...)
{
    char text[400];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (r->json) {
        rs_json_begin_object(r->json);
        rs_json_field_cstr(r->json, "text", text);
        rs_json_field_cstr(r->json, "basis", rs_basis_name(basis));
        rs_json_end_object(r->json);
    }
    rs_buf_printf(&r->sentence, "%s%s (%s)", r->n ? "; " : "", text, rs_basis_name(basis));
    r->n++;
}

/* The cells that a candidate serves, at most four of them, for a sentence. */
static void put_cells(const plan *p, size_t candidate, rs_buf *out)
{
    size_t n = 0;
    for (size_t i = 0; i < p->n_used; i++) {
        if (p->used[i].dataset != candidate || p->used[i].allocated == 0) continue;
        const rs_cell *cell = &p->pool.cells[p->used[i].cell];
        /* a sentence has room for four */
        if (n == 4) {
            rs_buf_cstr(out, " and more");
            return;
        }
        rs_buf_printf(out, "%s%s", n++ ? ", " : "", rs_model_task_name(cell->task));
        if (cell->skill.len) rs_buf_printf(out, "/%.*s", RS_STR_ARG(cell->skill));
    }
}

/* The most often that a sample of the candidate is used: ceil(allocated / offered) over its
 * cells. */
static int most_repeats(const plan *p, size_t candidate)
{
    int64_t most = 1;
    for (size_t i = 0; i < p->n_used; i++) {
        const rs_offer *s = &p->used[i];
        if (s->dataset != candidate || s->allocated == 0) continue;
        int64_t uses = (s->allocated + s->n - 1) / s->n;
        if (uses > most) most = uses;
    }
    return (int)most;
}

/* Everything that speaks for or against a candidate, each with its basis. */
static void give_reasons(const plan *p, size_t at, reasons *r)
{
    static const char *const writers[] = {[RS_ORIGIN_UNKNOWN] = "nobody says who wrote it",
                                          [RS_ORIGIN_HUMAN] = "written by people",
                                          [RS_ORIGIN_TEMPLATE] = "made from templates",
                                          [RS_ORIGIN_LLM] = "written by a language model",
                                          [RS_ORIGIN_MIXED] = "partly written by people"};
    /* measured where it is indexed, else from the catalogue or assumed */
    const rs_candidate *c = &p->pool.candidates[at];
    const char *unit = p->job->budget_in_images ? "pictures" : "samples";
    if (c->indexed)
        add_reason(r, RS_MEASURED, "%" PRId64 " of %" PRId64 " samples give %" PRId64 " usable %s",
                   c->usable, c->total, c->usable, unit);
    else add_reason(r, c->size_basis, "about %" PRId64 " training %s", c->usable, unit);
    rs_buf cells = {0};
    put_cells(p, at, &cells);
    if (!cells.failed)
        add_reason(r, c->indexed ? RS_MEASURED : RS_ASSUMED, "serves %.*s",
                   RS_STR_ARG(rs_buf_view(&cells)));
    rs_buf_fini(&cells);
    add_reason(r, c->record ? RS_FROM_CATALOGUE : RS_MEASURED, "%s", writers[c->origin]);
    add_reason(r, c->record ? RS_FROM_CATALOGUE : RS_MEASURED, "licence %s",
               rs_catalog_licence_class_name(c->licence));
    if (c->band) add_reason(r, RS_FROM_CATALOGUE, "%s per pixel", rs_recommend_band_name(c->band));
    if (c->leaks)
        add_reason(r, RS_MEASURED, "%" PRId64 " leak into protected benchmarks and stay out",
                   c->leaks);
    if (c->may_leak.ptr)
        add_reason(r, RS_FROM_CATALOGUE, "may share pictures with %.*s: %s",
                   RS_STR_ARG(c->may_leak),
                   c->indexed ? "rsift leaks says how far that was checked"
                              : "run rsift leaks once it is indexed");
    if (c->faulty)
        add_reason(r, RS_MEASURED, "%" PRId64 " have serious findings or no answer", c->faulty);
    if (c->unresolved) add_reason(r, RS_MEASURED, "%" PRId64 " lack their pictures", c->unresolved);
    int repeats = most_repeats(p, at);
    if (repeats > 1)
        add_reason(r, RS_ASSUMED, "scarce, used up to %d times, each further use counts half",
                   repeats);
}

/* ---- answer ---------------------------------------------------------------------------------- */

static void put_texts(rs_json_writer *json, const char *key, rs_texts texts)
{
    rs_json_field_array(json, key);
    for (size_t i = 0; i < texts.n; i++) rs_json_write_str(json, texts.items[i]);
    rs_json_end_array(json);
}

/* How to get the dataset: licence, size, links. */
static void put_source(rs_json_writer *json, const rs_candidate *c)
{
    rs_json_field_cstr(json, "licence", rs_catalog_licence_class_name(c->licence));
    if (!c->record) return;
    if (c->record->sizes.bytes > 0) rs_json_field_i64(json, "bytes", c->record->sizes.bytes);
    rs_json_field_cstr(json, "released", rs_catalog_released_name(c->record->released));
    rs_json_field_bool(json, "readable", c->record->releases.n > 0);
    put_texts(json, "links",
              c->record->links.download.n ? c->record->links.download : c->record->links.code);
}

static void put_entries(const plan *p, size_t candidate, rs_json_writer *json)
{
    rs_json_field_array(json, "entries");
    for (size_t i = 0; i < p->n_used; i++) {
        const rs_offer *s = &p->used[i];
        if (s->dataset != candidate || s->allocated == 0) continue;
        const rs_cell *cell = &p->pool.cells[s->cell];
        rs_json_begin_object(json);
        rs_json_field_cstr(json, "task", rs_model_task_name(cell->task));
        rs_json_field_str(json, "skill", cell->skill);
        rs_json_field_cstr(json, "gsd", rs_recommend_band_name(cell->band));
        rs_json_field_i64(json, "samples", s->allocated);
        rs_json_field_i64(json, "supply", s->n);
        rs_json_end_object(json);
    }
    rs_json_end_array(json);
}

static void begin_row(rs_json_writer *json, rs_str dataset)
{
    rs_json_blank(json, RS_DECIDE_LINE);
    rs_json_begin_object(json);
    rs_json_field_str(json, "dataset", dataset);
}

/* One recommended dataset. The sentence precedes the reasons that it is made of, so the
 * reasons are given twice: once for the sentence, once as JSON. */
static void put_row(const plan *p, size_t at, rs_json_writer *json)
{
    const rs_candidate *c = &p->pool.candidates[at];
    reasons why = {0};
    give_reasons(p, at, &why);
    begin_row(json, c->id);
    rs_json_field_i64(json, "samples", p->of_candidate[at]);
    rs_json_field_i64(json, "share_permille", p->of_candidate[at] * 1000 / p->allocated);
    rs_json_field_bool(json, "indexed", c->indexed);
    rs_json_field_str(json, "why", rs_buf_view(&why.sentence));
    rs_json_field_array(json, "reasons");
    reasons listed = {.json = json};
    give_reasons(p, at, &listed);
    rs_json_end_array(json);
    put_entries(p, at, json);
    put_source(json, c);
    rs_json_end_object(json);
    json->buf->failed = json->buf->failed || why.sentence.failed || listed.sentence.failed;
    rs_buf_fini(&why.sentence);
    rs_buf_fini(&listed.sentence);
}

static rsift_status put_rows(const plan *p, rs_json_writer *json, rsift_error *err)
{
    const size_t *at = order(p, p->of_candidate);
    if (!at) return rs_err_nomem(err, "the recommendation");
    rs_json_field_array(json, "rows");
    for (size_t i = 0; i < p->pool.n_candidates && p->of_candidate[at[i]] > 0; i++)
        put_row(p, at[i], json);
    rs_json_end_array(json);
    return RSIFT_OK;
}

/* What other rules would choose at the same budget. Per rule its utility in per cent of ours,
 *   round(100 * utility(rule) / utility(ours)),
 * and per dataset that any rule chooses the samples by rule. */
static rsift_status put_compare(const plan *p, rs_json_writer *json, rsift_error *err)
{
    int64_t *allocated = rs_arena_calloc(p->arena, p->n_used + 1, sizeof *allocated);
    if (!allocated) return rs_err_nomem(err, "the recommendation");
    for (size_t i = 0; i < p->n_used; i++) allocated[i] = p->used[i].allocated;
    double ours = 0;
    RS_TRY(rs_choose_utility(p->used, allocated, p->n_used, &p->rules, &ours, err));
    rs_json_field_object(json, "compare");
    rs_json_field_object(json, "worth_percent");
    rs_json_field_i64(json, "allocation", 100);
    for (int r = 0; r < RS_N_RULES; r++) {
        double utility = 0;
        RS_TRY(rs_choose_utility(p->used, p->simple[r], p->n_used, &p->rules, &utility, err));
        rs_json_field_i64(json, rs_choose_rule_name((rs_simple_rule)r),
                          ours > 0 ? (int)(100 * utility / ours + 0.5) : 0);
    }
    rs_json_end_object(json);
    rs_json_field_array(json, "rows");
    for (size_t c = 0; c < p->pool.n_candidates; c++) {
        int64_t by_rule[RS_N_RULES] = {0};
        bool any = p->of_candidate[c] > 0;
        for (size_t i = 0; i < p->n_used; i++)
            for (int r = 0; p->used[i].dataset == c && r < RS_N_RULES; r++)
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
    rs_json_end_object(json);
    return RSIFT_OK;
}

static void put_left_out(const plan *p, rs_json_writer *json)
{
    rs_json_field_array(json, "left_out");
    for (size_t c = 0; c < p->pool.n_candidates; c++) {
        const rs_candidate *candidate = &p->pool.candidates[c];
        /* datasets that are neither chosen nor indexed are the catalogue's business */
        if (!candidate->left_out || (p->job->store && !candidate->indexed)) continue;
        begin_row(json, candidate->id);
        rs_json_field_cstr(json, "reason", candidate->left_out);
        rs_json_end_object(json);
    }
    rs_json_end_array(json);
}

/* With indexed data: what else would be chosen if it were here. */
static rsift_status put_downloads(plan *p, rs_json_writer *json, rsift_error *err)
{
    rs_json_field_array(json, "download");
    /* the same rules over everything, indexed or not */
    if (p->job->store) {
        RS_TRY(rs_choose_allocate(p->pool.offers, p->pool.n_offers, &p->rules, err));
        int64_t *allocated = rs_arena_calloc(p->arena, p->pool.n_candidates + 1, sizeof *allocated);
        if (!allocated) return rs_err_nomem(err, "the recommendation");
        for (size_t i = 0; i < p->pool.n_offers; i++) {
            const rs_offer *s = &p->pool.offers[i];
            if (!p->pool.candidates[s->dataset].indexed) allocated[s->dataset] += s->allocated;
        }
        const size_t *at = order(p, allocated);
        if (!at) return rs_err_nomem(err, "the recommendation");
        for (size_t i = 0; i < p->pool.n_candidates && i < most_downloads && allocated[at[i]] > 0;
             i++) {
            begin_row(json, p->pool.candidates[at[i]].id);
            rs_json_field_i64(json, "would_take", allocated[at[i]]);
            put_source(json, &p->pool.candidates[at[i]]);
            rs_json_end_object(json);
        }
    }
    rs_json_end_array(json);
    return RSIFT_OK;
}

static rsift_status put_answer(plan *p, rs_buf *json, rsift_error *err)
{
    const rs_recommend_job *job = p->job;
    rs_json_writer w = rs_json_writer_to(json);
    rs_json_begin_object(&w);
    rs_json_field_cstr(&w, "schema", "rsift.recommend/1");
    rs_json_field_cstr(&w, "called", "allocation");
    rs_json_field_cstr(&w, "basis", job->store ? "indexed" : "catalogue");
    rs_json_field_cstr(&w, "unit", job->budget_in_images ? "images" : "samples");
    rs_json_field_i64(&w, "budget", job->budget);
    rs_json_field_i64(&w, "allocated", p->allocated);
    rs_json_field_i64(&w, "seed", job->seed);
    put_texts(&w, "goals", job->goals);
    put_texts(&w, "protect", job->protect);
    rs_json_field_cstr(&w, "licence_filter", rs_recipe_licence_name(job->licence));
    RS_TRY(put_rows(p, &w, err));
    RS_TRY(put_compare(p, &w, err));
    put_left_out(p, &w);
    RS_TRY(put_downloads(p, &w, err));
    rs_json_end_object(&w);
    return rs_json_finish(&w, "the answer", err);
}

/* ---- recipe: a JSON string is a YAML one ----------------------------------------------------- */

/* Text as YAML comment lines of at most 108 characters, broken at blanks. */
static void put_comment(rs_buf *out, rs_str text)
{
    enum { width = 108 };
    while (text.len) {
        size_t n = text.len <= width ? text.len : width;
        /* at a blank, unless a word is very long */
        while (n < text.len && n > 40 && text.ptr[n] != ' ') n--;
        rs_buf_cstr(out, "  # ");
        rs_buf_str(out, rs_str_sub(text, 0, n));
        rs_buf_char(out, '\n');
        text = rs_str_trim(rs_str_sub(text, n, text.len));
    }
}

static void put_entry(rs_buf *out, const plan *p, const rs_offer *s, int64_t allocated)
{
    const rs_candidate *c = &p->pool.candidates[s->dataset];
    const rs_cell *cell = &p->pool.cells[s->cell];
    rs_buf_cstr(out, "  - {id: ");
    rs_json_put_str(out, c->id);
    rs_buf_printf(out, ", tasks: [%s]", rs_model_task_name(cell->task));
    if (c->indexed) {
        rs_buf_cstr(out, ", skills: [");
        rs_json_put_str(out, cell->skill.len ? cell->skill : RS_STR("none"));
        rs_buf_char(out, ']');
    }
    rs_buf_printf(out, ", samples: %" PRId64, allocated);
    int64_t uses = c->indexed && s->n ? (allocated + s->n - 1) / s->n : 1;
    if (uses > 1) rs_buf_printf(out, ", repeats: %" PRId64, uses);
    rs_buf_cstr(out, "}\n");
}

/* The entries of one dataset. From the catalogue alone it is not known how samples are spread over
 * skills: one entry per task then. */
static void put_candidate(rs_buf *out, const plan *p, size_t at)
{
    reasons r = {0};
    give_reasons(p, at, &r);
    put_comment(out, rs_buf_view(&r.sentence));
    for (size_t i = 0; i < p->n_used; i++) {
        const rs_offer *s = &p->used[i];
        if (s->dataset != at || s->allocated == 0) continue;
        if (p->pool.candidates[at].indexed) {
            put_entry(out, p, s, s->allocated);
            continue;
        }
        int64_t allocated = 0;
        /* cells of one task are added up at the first of them */
        bool first = true;
        for (size_t k = 0; k < p->n_used; k++) {
            if (p->used[k].dataset != at || p->used[k].allocated == 0 ||
                p->pool.cells[p->used[k].cell].task != p->pool.cells[s->cell].task)
                continue;
            first = first && k >= i;
            allocated += p->used[k].allocated;
        }
        if (first) put_entry(out, p, s, allocated);
    }
    out->failed = out->failed || r.sentence.failed;
    rs_buf_fini(&r.sentence);
}

/* The allocation as a recipe that `rsift mix` reads, the reasons as comments. */
static rsift_status put_recipe(const plan *p, rs_buf *out, rsift_error *err)
{
    const rs_recommend_job *job = p->job;
    const size_t *at = order(p, p->of_candidate);
    if (!at) return rs_err_nomem(err, "the recipe");
    rs_buf_cstr(out, "# An allocation by rsift recommend; docs/recipe.md explains every key. Edit "
                     "it as you like.\n# goals:");
    for (size_t i = 0; i < job->goals.n; i++)
        rs_buf_printf(out, " %.*s", RS_STR_ARG(job->goals.items[i]));
    rs_buf_cstr(out, job->goals.n ? "\n" : " everything alike\n");
    if (!job->store)
        rs_buf_cstr(out, "# From the catalogue alone: download and index these datasets first; "
                         "their numbers are assumed.\n");
    const rs_recipe head = {.name = job->recipe_name,
                            .seed = job->seed,
                            .protect = job->protect,
                            .licence = job->licence};
    rs_recipe_put_head(out, &head);
    rs_buf_printf(out, "budget: {%s: %" PRId64 "}\ndatasets:\n",
                  job->budget_in_images ? "images" : "samples", job->budget);
    for (size_t i = 0; i < p->pool.n_candidates && p->of_candidate[at[i]] > 0; i++)
        put_candidate(out, p, at[i]);
    return out->failed ? rs_err_nomem(err, "the recipe") : RSIFT_OK;
}

/* ---- recommend ------------------------------------------------------------------------------- */

static rsift_status recommend(plan *p, rs_buf *json, rs_buf *recipe, rsift_error *err)
{
    /* candidates and offers, then the weights of the cells, then the allocation */
    RS_TRY(rs_pool_make(p->job, p->arena, &p->pool, err));
    RS_TRY(rs_pool_weigh(p->job, &p->pool, err));
    RS_TRY(set_rules(p, err));
    RS_TRY(allocate(p, err));
    if (p->allocated == 0)
        return rs_err_set(
            err, RSIFT_E_ARG,
            "nothing %s serves these goals under this licence, resolution and sensors",
            p->job->store ? "indexed here" : "in the catalogue");
    RS_TRY(put_answer(p, json, err));
    return put_recipe(p, recipe, err);
}

rsift_status rs_decide_recommend(const rs_recommend_job *job, rs_buf *json, rs_buf *recipe,
                                 rsift_error *err)
{
    /* above 2^40 the sums of an allocation could overflow */
    if (job->budget <= 0 || job->budget > (int64_t)1 << 40)
        return rs_err_set(err, RSIFT_E_ARG, "the budget is a number of %s above 0",
                          job->budget_in_images ? "images" : "samples");
    rs_arena arena = {0};
    plan p = {.job = job, .arena = &arena};
    rsift_status status = recommend(&p, json, recipe, err);
    rs_arena_fini(&arena);
    return status;
}
