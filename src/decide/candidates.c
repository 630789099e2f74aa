/* Candidates and offers. Measured where data is indexed; else the catalogue's sizes, shared
 * evenly among a dataset's tasks and skills, which is an assumption and marked as one. */
#include "decide/candidates.h"

#include "decide/ask.h"
#include "decide/protect.h"
#include "decide/usable.h"

const char *rs_basis_name(rs_basis basis)
{
    static const char *const names[] = {"measured", "catalogue", "assumed"};
    return names[basis];
}

int rs_recommend_band(const double gsd_m[2])
{
    static const double bounds[] = {0.3, 1, 4, 15};
    if (!(gsd_m[1] > 0)) return 0;
    /* a range without a lower end is one value */
    double low = gsd_m[0] > 0 ? gsd_m[0] : gsd_m[1];
    int band = 1;
    /* the geometric middle, without a root: low * high against bound * bound */
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++)
        band += low * gsd_m[1] >= bounds[i] * bounds[i];
    return band;
}

const char *rs_recommend_band_name(int band)
{
    static const char *const names[] = {"unknown", "below 0.3 m", "0.3-1 m",
                                        "1-4 m",   "4-15 m",      "15 m and more"};
    return names[band];
}

/* ---- growing --------------------------------------------------------------------------------- */

static rs_candidate *add_candidate(rs_pool *p, rs_str id, rsift_error *err)
{
    if (!rs_arena_grow(p->arena, (void **)&p->candidates, &p->cap_candidates, p->n_candidates + 1,
                       sizeof *p->candidates)) {
        rs_err_nomem(err, "the candidates");
        return NULL;
    }
    rs_candidate *c = &p->candidates[p->n_candidates++];
    *c = (rs_candidate){.id = rs_arena_str(p->arena, id)};
    if (c->id.ptr) return c;
    rs_err_nomem(err, "the candidates");
    return NULL;
}

static rs_candidate *find_candidate(rs_pool *p, rs_str id)
{
    for (size_t i = 0; i < p->n_candidates; i++)
        if (rs_str_eq(p->candidates[i].id, id)) return &p->candidates[i];
    return NULL;
}

/* The number of a cell, added when it is new. */
static size_t cell_of(rs_pool *p, rs_task task, rs_str skill, int band)
{
    for (size_t i = 0; i < p->n_cells; i++)
        if (p->cells[i].task == task && p->cells[i].band == band &&
            rs_str_eq(p->cells[i].skill, skill))
            return i;
    if (!rs_arena_grow(p->arena, (void **)&p->cells, &p->cap_cells, p->n_cells + 1,
                       sizeof *p->cells))
        return RS_NPOS;
    rs_str copy = rs_arena_str(p->arena, skill);
    if (!copy.ptr) return RS_NPOS;
    p->cells[p->n_cells] = (rs_cell){.task = task, .skill = copy, .band = band};
    return p->n_cells++;
}

static rsift_status add_offer(rs_pool *p, size_t candidate, rs_task task, rs_str skill, int64_t n,
                              rsift_error *err)
{
    if (n <= 0) return RSIFT_OK;
    size_t cell = cell_of(p, task, skill, p->candidates[candidate].band);
    if (cell == RS_NPOS || !rs_arena_grow(p->arena, (void **)&p->offers, &p->cap_offers,
                                          p->n_offers + 1, sizeof *p->offers))
        return rs_err_nomem(err, "the supplies");
    p->offers[p->n_offers++] = (rs_offer){
        .dataset = (uint32_t)candidate, .cell = (uint32_t)cell, .n = n, .repeats = p->repeats};
    return RSIFT_OK;
}

/* ---- measured -------------------------------------------------------------------------------- */

static rs_licence_class licence_of_word(rs_str word)
{
    for (int i = RS_LICENCE_UNKNOWN; i <= RS_LICENCE_RESTRICTED; i++)
        if (rs_str_eq(word, rs_str_of(rs_catalog_licence_class_name((rs_licence_class)i))))
            return (rs_licence_class)i;
    return RS_LICENCE_UNKNOWN;
}

static rs_origin origin_of_word(rs_str word)
{
    for (int i = RS_ORIGIN_UNKNOWN; i <= RS_ORIGIN_MIXED; i++)
        if (rs_str_eq(word, rs_str_of(rs_catalog_origin_name((rs_origin)i)))) return (rs_origin)i;
    return RS_ORIGIN_UNKNOWN;
}

static rsift_status read_releases(const rs_recommend_job *job, rs_pool *p, rsift_error *err)
{
    rs_result *result;
    RS_TRY(rs_decide_ask(job->store, "recommend", "releases", RS_STR(""), &result, err));
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        rs_candidate *c = add_candidate(p, rs_result_str(result, 0), err);
        if (!c) {
            status = RSIFT_E_NOMEM;
            break;
        }
        c->indexed = true;
        c->record = rs_catalog_find(job->catalog, c->id);
        c->licence = licence_of_word(rs_result_str(result, 1));
        c->origin = origin_of_word(rs_result_str(result, 2));
        c->band = c->record ? rs_recommend_band(c->record->gsd_m) : 0;
    }
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* Usable samples per dataset, task and skill as SQL counted them; sums per candidate as well. */
static rsift_status read_offers(const rs_recommend_job *job, rs_pool *p, rsift_error *err)
{
    rs_result *result;
    RS_TRY(rs_decide_ask(job->store, "recommend", "supply", RS_STR(""), &result, err));
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        rs_candidate *c = find_candidate(p, rs_result_str(result, 0));
        rs_task task;
        /* a dataset that has gone from the workspace since, or a task of a newer version */
        if (!c || !rs_model_task_parse(rs_result_str(result, 1), &task)) continue;
        c->total += rs_result_i64(result, 3);
        c->eval += rs_result_i64(result, 4);
        c->leaks += rs_result_i64(result, 5);
        c->faulty += rs_result_i64(result, 6);
        c->unresolved += rs_result_i64(result, 7);
        int64_t usable = rs_result_i64(result, job->budget_in_images ? 9 : 8);
        c->usable += usable;
        status =
            add_offer(p, (size_t)(c - p->candidates), task, rs_result_str(result, 2), usable, err);
        if (status != RSIFT_OK) break;
    }
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

static rsift_status read_warnings(const rs_recommend_job *job, rs_pool *p, rsift_error *err)
{
    rs_result *result;
    RS_TRY(rs_decide_ask(job->store, "recommend", "warnings", RS_STR(""), &result, err));
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        rs_candidate *c = find_candidate(p, rs_result_str(result, 0));
        if (c) c->warnings = rs_result_i64(result, 1);
    }
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

static rsift_status measure(const rs_recommend_job *job, rs_pool *p, rsift_error *err)
{
    RS_TRY(rs_protect_make(job->store, job->catalog, job->protect, err));
    RS_TRY(rs_protect_find_leaks(job->store, err));
    RS_TRY(rs_decide_make_usable(job->store, job->catalog, err));
    RS_TRY(rs_decide_run_section(job->store, "recommend", "asserted", RS_STR(""), err));
    RS_TRY(rs_decide_run_section(job->store, "pool", "conflicts", RS_STR(""), err));
    RS_TRY(rs_decide_run_section(job->store, "recommend", "usable", RS_STR(""), err));
    RS_TRY(read_releases(job, p, err));
    RS_TRY(read_offers(job, p, err));
    return read_warnings(job, p, err);
}

/* ---- from the catalogue ---------------------------------------------------------------------- */

/* Training samples (or pictures) that the record promises; -1 = not stated. */
static int64_t train_size(const rs_catalog_dataset *d, bool images, rs_basis *basis)
{
    int64_t in_train = 0, train_images = 0;
    bool known = false, images_known = false;
    *basis = RS_FROM_CATALOGUE;
    for (size_t i = 0; i < d->sizes.splits.n; i++) {
        const rs_catalog_split_size *s = &d->sizes.splits.items[i];
        /* "train", "train-small", ... */
        if (!rs_str_starts(s->name, RS_STR("train"))) continue;
        if (s->samples > 0) in_train += s->samples, known = true;
        if (s->images > 0) train_images += s->images, images_known = true;
    }
    if (images && images_known) return train_images;
    if (!images && known) return in_train;
    if (!images && images_known && d->sizes.samples <= 0) return train_images;
    if (d->sizes.splits.n && !known && !images_known)
        return 0; /* splits are known and none is for training */
    *basis = RS_ASSUMED;
    int64_t all = images || d->sizes.samples <= 0 ? d->sizes.images : d->sizes.samples;
    if (all <= 0) return -1;
    if (!images && images_known && d->sizes.images > 0) /* the share of the pictures */
        return (int64_t)((double)all * ((double)train_images / (double)d->sizes.images));
    return d->benchmarks.n ? all / 10 * 8 : all; /* guess: four fifths are for training */
}

/* A dataset that is not indexed: its stated size, spread evenly over its tasks and skills. */
static rsift_status add_from_catalogue(const rs_recommend_job *job, rs_pool *p,
                                       const rs_catalog_dataset *d, rsift_error *err)
{
    rs_candidate *c = add_candidate(p, d->id, err);
    if (!c) return RSIFT_E_NOMEM;
    c->record = d;
    c->licence = rs_catalog_licence_of(&d->licence);
    c->origin = d->origin;
    c->band = rs_recommend_band(d->gsd_m);
    int64_t n = train_size(d, job->budget_in_images, &c->size_basis);
    c->total = c->usable = n;
    /* the first reason that applies is the one given */
    if (d->released == RS_RELEASED_NO) c->left_out = "not released";
    else if (n < 0) c->left_out = "its size is not known";
    else if (n == 0) c->left_out = "for evaluation only";
    if (c->left_out || d->tasks.n == 0) return RSIFT_OK;
    size_t at = p->n_candidates - 1, n_skills = d->skills.n ? d->skills.n : 1;
    /* what does not divide evenly goes to the first cells, one each */
    int64_t share = n / (int64_t)(d->tasks.n * n_skills),
            rest = n - share * (int64_t)(d->tasks.n * n_skills);
    for (size_t t = 0; t < d->tasks.n; t++)
        for (size_t s = 0; s < n_skills; s++) {
            RS_TRY(add_offer(p, at, d->tasks.items[t],
                             d->skills.n ? d->skills.items[s] : RS_STR(""), share + (rest > 0),
                             err));
            rest -= rest > 0;
        }
    return RSIFT_OK;
}

/* ---- filters and quality --------------------------------------------------------------------- */

static bool licence_allows(rs_recipe_licence want, rs_licence_class class)
{
    if (want == RS_RECIPE_ANY || class == RS_LICENCE_OPEN) return true;
    return want == RS_RECIPE_RESEARCH && class != RS_LICENCE_RESTRICTED;
}

static bool sensors_match(rs_texts want, const rs_catalog_dataset *d)
{
    if (want.n == 0 || !d || d->sensors.n == 0) return true;
    for (size_t i = 0; i < want.n; i++)
        for (size_t k = 0; k < d->sensors.n; k++)
            if (rs_str_eq(want.items[i], d->sensors.items[k])) return true;
    return false;
}

static bool gsd_overlaps(const double want[2], const rs_catalog_dataset *d)
{
    if (!(want[1] > 0) || !d || !(d->gsd_m[1] > 0)) return true;
    return d->gsd_m[0] <= want[1] && d->gsd_m[1] >= want[0];
}

/* Quality of the candidate's samples in 0..1, and why it cannot be chosen, if so. quality =
 * by_origin * (1 - share of samples with warnings / 2) * 0.8 for each of: may leak, unknown
 * resolution. The factors are guesses. */
static void judge(const rs_recommend_job *job, rs_candidate *c)
{
    static const double by_origin[] = {[RS_ORIGIN_UNKNOWN] = 0.5,
                                       [RS_ORIGIN_HUMAN] = 1,
                                       [RS_ORIGIN_TEMPLATE] = 0.7,
                                       [RS_ORIGIN_LLM] = 0.6,
                                       [RS_ORIGIN_MIXED] = 0.85}; /* guess */
    c->quality = by_origin[c->origin];
    if (c->indexed && c->total > 0) {
        double share = (double)c->warnings / (double)c->total;
        c->quality *= 1 - 0.5 * (share < 1 ? share : 1);
    }
    for (size_t i = 0; c->record && !c->may_leak.ptr && i < rs_catalog_n(job->catalog); i++) {
        const rs_catalog_dataset *d = rs_catalog_at(job->catalog, i);
        if (d != c->record && rs_protect_names_any(job->protect, d) &&
            rs_protect_shared_source(job->catalog, c->record, d).ptr)
            c->may_leak = d->id;
    }
    if (c->may_leak.ptr && !c->indexed) c->quality *= 0.8;
    if (job->gsd_m[1] > 0 && c->band == 0) c->quality *= 0.8;
    /* a reason from the catalogue stays */
    if (c->left_out) return;
    if (!licence_allows(job->licence, c->licence)) c->left_out = "its licence does not fit";
    else if (!sensors_match(job->sensors, c->record)) c->left_out = "other sensors";
    else if (!gsd_overlaps(job->gsd_m, c->record)) c->left_out = "another ground sample distance";
    else if (c->indexed && c->usable == 0)
        c->left_out = c->unresolved ? "its pictures are not here (rsift link ID --images DIR)"
                                    : "nothing of it is usable for training";
}

/* Marks pairs of candidates that may show the same pictures. */
static rsift_status relate(const rs_catalog *catalog, rs_pool *p, rsift_error *err)
{
    size_t n = p->n_candidates;
    p->related = rs_arena_calloc(p->arena, n * n + 1, 1);
    if (!p->related) return rs_err_nomem(err, "the candidates");
    for (size_t a = 0; a < n; a++)
        for (size_t b = 0; b < n; b++) /* own data has no lineage: never related */
            if (a != b && p->candidates[a].record && p->candidates[b].record)
                p->related[a * n + b] = rs_protect_shared_source(catalog, p->candidates[a].record,
                                                                 p->candidates[b].record)
                                            .ptr != NULL;
    return RSIFT_OK;
}

rsift_status rs_pool_make(const rs_recommend_job *job, rs_arena *arena, rs_pool *out,
                          rsift_error *err)
{
    *out = (rs_pool){.arena = arena, .repeats = job->budget_in_images ? 1 : RS_ALLOCATION_REPEATS};
    if (job->store) RS_TRY(measure(job, out, err));
    for (size_t i = 0; i < rs_catalog_n(job->catalog); i++) {
        const rs_catalog_dataset *d = rs_catalog_at(job->catalog, i);
        if (!find_candidate(out, d->id)) RS_TRY(add_from_catalogue(job, out, d, err));
    }
    for (size_t i = 0; i < out->n_candidates; i++) judge(job, &out->candidates[i]);
    /* offers of candidates that cannot be chosen are dropped */
    size_t kept = 0;
    for (size_t i = 0; i < out->n_offers; i++) {
        const rs_candidate *c = &out->candidates[out->offers[i].dataset];
        if (c->left_out) continue;
        out->offers[kept] = out->offers[i];
        out->offers[kept++].quality = c->quality;
    }
    out->n_offers = kept;
    return relate(job->catalog, out, err);
}
