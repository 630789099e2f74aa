/* Greedy sets of datasets. What a set covers is found by allocating the budget over its offers
 * alone, in coarse steps: some hundred allocations of some hundred steps each. What grew
 * greedily is exchanged one for one while that helps, then thinned out. */
#include "choose/datasets.h"

#include "base/alloc.h"

enum { COARSE_STEPS = 20, MOST_EXCHANGES = 8 };
static const double giga = 1e9;
/* Gains that differ by less are the same one: what is left of a double after some thousand
 * steps. */
static const double same = 1e-9;

typedef struct search {
    const rs_datasets_rules *rules;
    const rs_offer *offers;
    size_t n;
    bool *in;          /* [n_datasets] the set */
    rs_offer *compact; /* [n] offers of the set */
    int64_t *allocated;
    double whole; /* U of everything that is offered */
} search;

double rs_choose_dataset_cost(const rs_datasets_rules *rules, uint32_t dataset)
{
    const rs_dataset_terms *t = &rules->terms[dataset];
    if (t->held) return 0;
    const int64_t bytes = t->bytes < 0 ? rules->assumed_bytes : t->bytes;
    return rules->cost_each + rules->cost_per_gb * ((double)bytes / giga);
}

/* U of the set. */
static rsift_status measure_set(search *s, double *out, rsift_error *err)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++)
        if (s->in[s->offers[i].dataset]) s->compact[n++] = s->offers[i];
    rs_allocation_rules rules = s->rules->allocation;
    rules.steps = COARSE_STEPS;
    RS_TRY(rs_choose_allocate(s->compact, n, &rules, err));
    for (size_t i = 0; i < n; i++) s->allocated[i] = s->compact[i].allocated;
    return rs_choose_utility(s->compact, s->allocated, n, &rules, out, err);
}

/* C of the set, 0 where nothing covers anything. */
static rsift_status cover(search *s, double *out, rsift_error *err)
{
    double utility = 0;
    RS_TRY(measure_set(s, &utility, err));
    *out = s->whole > 0 ? utility / s->whole : 0;
    return RSIFT_OK;
}

/* Whether the limits allow the dataset beside the chosen ones, one of which would go (or none:
 * `instead` is no dataset). */
static bool fits_instead(const search *s, uint32_t dataset, uint32_t instead,
                         const rs_datasets_answer *out)
{
    const rs_datasets_rules *r = s->rules;
    const rs_dataset_terms *t = &r->terms[dataset];
    size_t n_new = 0;
    int64_t bytes = 0;
    for (size_t i = 0; i < out->n_chosen; i++) {
        const rs_dataset_terms *chosen = &r->terms[out->chosen[i].dataset];
        if (chosen->held || out->chosen[i].dataset == instead) continue;
        n_new++;
        if (chosen->bytes > 0) bytes += chosen->bytes; /* below max_bytes in sum: no overflow */
    }
    if (n_new >= r->max_datasets) return false;
    if (r->max_bytes < 0) return true;
    return t->bytes >= 0 && t->bytes <= r->max_bytes && bytes <= r->max_bytes - t->bytes;
}

static bool fits(const search *s, uint32_t dataset, const rs_datasets_answer *out)
{
    return fits_instead(s, dataset, UINT32_MAX, out);
}

/* Whether `a` is the better next dataset: by gain, then by key. */
static bool is_better(const search *s, uint32_t a, double gain_a, uint32_t b, double gain_b)
{
    if (gain_a > gain_b + same) return true;
    if (gain_a < gain_b - same) return false;
    return s->rules->terms[a].key < s->rules->terms[b].key;
}

/* What every dataset outside the set would add to it; 0 for those inside and those not offered. */
static rsift_status measure_all(search *s, rs_datasets_answer *out, rsift_error *err)
{
    const size_t n_datasets = s->rules->allocation.n_datasets;
    for (uint32_t d = 0; d < n_datasets; d++) {
        out->adds[d] = 0;
        if (s->in[d] || !s->rules->terms[d].offered) continue;
        double with = 0;
        s->in[d] = true;
        const rsift_status status = cover(s, &with, err);
        s->in[d] = false;
        if (status != RSIFT_OK) return status;
        out->adds[d] = with - out->covered;
    }
    return RSIFT_OK;
}

static void add_to_set(search *s, uint32_t dataset, rs_datasets_answer *out)
{
    s->in[dataset] = true;
    out->chosen[out->n_chosen++] =
        (rs_dataset_choice){.dataset = dataset, .adds = out->adds[dataset]};
    out->covered += out->adds[dataset];
}

/* One round: the dataset of the largest net gain; *grew is false when none gains. `first` looks at
 * those that come first, whatever they cost. */
static rsift_status grow(search *s, bool first, rs_datasets_answer *out, bool *grew,
                         rsift_error *err)
{
    const size_t n_datasets = s->rules->allocation.n_datasets;
    RS_TRY(measure_all(s, out, err));
    *grew = false;
    uint32_t best = 0;
    double most = 0;
    for (uint32_t d = 0; d < n_datasets; d++) {
        const rs_dataset_terms *t = &s->rules->terms[d];
        if (!(out->adds[d] > same) || (first && !t->first) || !fits(s, d, out)) continue;
        const double gain = out->adds[d] - rs_choose_dataset_cost(s->rules, d);
        if (!first && gain <= same) continue;
        if (*grew && !is_better(s, d, gain, best, most)) continue;
        *grew = true;
        best = d;
        most = gain;
    }
    if (*grew) add_to_set(s, best, out);
    return RSIFT_OK;
}

/* C of all - C without it, for every chosen dataset. The one that costs most beyond that goes. */
static rsift_status shrink(search *s, rs_datasets_answer *out, bool *shrank, rsift_error *err)
{
    size_t worst = 0;
    double most = same;
    *shrank = false;
    for (size_t i = 0; i < out->n_chosen; i++) {
        rs_dataset_choice *c = &out->chosen[i];
        double rest = 0;
        s->in[c->dataset] = false;
        const rsift_status status = cover(s, &rest, err);
        s->in[c->dataset] = true;
        if (status != RSIFT_OK) return status;
        c->without = out->covered - rest;
        const double lost = rs_choose_dataset_cost(s->rules, c->dataset) - c->without;
        if (s->rules->terms[c->dataset].held || s->rules->terms[c->dataset].first || lost <= most)
            continue;
        *shrank = true;
        worst = i;
        most = lost;
    }
    if (!*shrank) return RSIFT_OK;
    s->in[out->chosen[worst].dataset] = false;
    out->n_chosen--;
    for (size_t i = worst; i < out->n_chosen; i++) out->chosen[i] = out->chosen[i + 1];
    return cover(s, &out->covered, err);
}

/* The exchange of a chosen dataset for another that raises the net most: what greedy growth took
 * early may be the lesser of two. */
static rsift_status exchange(search *s, rs_datasets_answer *out, bool *changed, rsift_error *err)
{
    const size_t n_datasets = s->rules->allocation.n_datasets;
    size_t at = 0;
    uint32_t by = 0;
    double most = same, covered = out->covered;
    *changed = false;
    for (size_t i = 0; i < out->n_chosen; i++) {
        const uint32_t old = out->chosen[i].dataset;
        if (s->rules->terms[old].held || s->rules->terms[old].first) continue;
        for (uint32_t d = 0; d < n_datasets; d++) {
            if (s->in[d] || !s->rules->terms[d].offered || !fits_instead(s, d, old, out)) continue;
            double with = 0;
            s->in[old] = false;
            s->in[d] = true;
            const rsift_status status = cover(s, &with, err);
            s->in[old] = true;
            s->in[d] = false;
            if (status != RSIFT_OK) return status;
            const double gain = with - out->covered + rs_choose_dataset_cost(s->rules, old) -
                                rs_choose_dataset_cost(s->rules, d);
            if (gain <= most) continue;
            *changed = true;
            at = i;
            by = d;
            most = gain;
            covered = with;
        }
    }
    if (!*changed) return RSIFT_OK;
    s->in[out->chosen[at].dataset] = false;
    s->in[by] = true;
    out->chosen[at].dataset = by;
    out->covered = covered;
    return RSIFT_OK;
}

/* The set of what is held, before anything is added. */
static rsift_status begin_set(search *s, rs_datasets_answer *out, rsift_error *err)
{
    const size_t n_datasets = s->rules->allocation.n_datasets;
    for (size_t d = 0; d < n_datasets; d++) s->in[d] = s->rules->terms[d].offered;
    RS_TRY(measure_set(s, &s->whole, err));
    for (uint32_t d = 0; d < n_datasets; d++) {
        s->in[d] = s->rules->terms[d].offered && s->rules->terms[d].held;
        if (s->in[d]) out->chosen[out->n_chosen++] = (rs_dataset_choice){.dataset = d};
    }
    return cover(s, &out->covered, err);
}

/* What each chosen dataset added, in their order; held ones add together, at the first of them. */
static rsift_status measure_in_order(search *s, rs_datasets_answer *out, rsift_error *err)
{
    double before = 0;
    for (size_t i = 0; i < out->n_chosen; i++) s->in[out->chosen[i].dataset] = false;
    for (size_t i = 0; i < out->n_chosen; i++) {
        s->in[out->chosen[i].dataset] = true;
        const bool held = s->rules->terms[out->chosen[i].dataset].held;
        const bool more_held =
            i + 1 < out->n_chosen && s->rules->terms[out->chosen[i + 1].dataset].held;
        out->chosen[i].adds = 0;
        if (held && more_held) continue;
        double with = 0;
        RS_TRY(cover(s, &with, err));
        out->chosen[held ? 0 : i].adds = with - before;
        before = with;
    }
    return RSIFT_OK;
}

static rsift_status find_set(search *s, rs_datasets_answer *out, rsift_error *err)
{
    RS_TRY(begin_set(s, out, err));
    bool changed = true;
    while (changed) RS_TRY(grow(s, true, out, &changed, err));
    do RS_TRY(grow(s, false, out, &changed, err));
    while (changed);
    changed = true;
    for (int round = 0; changed && round < MOST_EXCHANGES; round++)
        RS_TRY(exchange(s, out, &changed, err));
    /* each time one less: it ends */
    do RS_TRY(shrink(s, out, &changed, err));
    while (changed);
    RS_TRY(measure_in_order(s, out, err));
    return measure_all(s, out, err);
}

rsift_status rs_choose_datasets(const rs_offer *offers, size_t n, const rs_datasets_rules *rules,
                                rs_datasets_answer *out, rsift_error *err)
{
    search s = {.rules = rules, .offers = offers, .n = n};
    out->n_chosen = 0;
    out->covered = 0;
    s.in = rs_calloc(rules->allocation.n_datasets + 1, sizeof *s.in);
    s.compact = rs_calloc(n + 1, sizeof *s.compact);
    s.allocated = rs_calloc(n + 1, sizeof *s.allocated);
    const rsift_status status = s.in && s.compact && s.allocated
                                    ? find_set(&s, out, err)
                                    : rs_err_nomem(err, "the choice of datasets");
    rs_free(s.in);
    rs_free(s.compact);
    rs_free(s.allocated);
    return status;
}
