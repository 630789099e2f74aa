/* Greedy steps of one per cent of what is allocated already. */
#include "choose/allocate.h"

#include "base/alloc.h"
#include "choose/select.h"

#include <math.h>

enum { steps_per_whole = 100 };
static const double related_worth =
    0.7; /* guess: pictures seen under another annotation are worth less */

typedef struct state {
    double *value; /* of each cell */
    int64_t *of_dataset;
} state;

static rsift_status begin(state *s, const rs_allocate_rules *rules, rsift_error *err)
{
    s->value = rs_calloc(rules->n_cells + 1, sizeof *s->value);
    s->of_dataset = rs_calloc(rules->n_datasets + 1, sizeof *s->of_dataset);
    return s->value && s->of_dataset ? RSIFT_OK : rs_err_nomem(err, "the allocation");
}

static void end(state *s)
{
    rs_free(s->value);
    rs_free(s->of_dataset);
}

static double worth_of(const rs_supply *supply, const state *s, const rs_allocate_rules *rules)
{
    double quality = supply->quality;
    for (int64_t used = supply->taken; used >= supply->n; used -= supply->n) quality /= 2;
    for (size_t d = 0; rules->related && d < rules->n_datasets; d++)
        if (d != supply->dataset && s->of_dataset[d] > 0 &&
            rules->related[supply->dataset * rules->n_datasets + d])
            return quality * related_worth;
    return quality;
}

/* How far a step of this supply can go before its samples are worth less or used up. */
static int64_t room_of(const rs_supply *supply, int64_t step)
{
    if (supply->n <= 0 || supply->taken >= supply->n * supply->repeats) return 0;
    int64_t left = supply->n - supply->taken % supply->n;
    return left < step ? left : step;
}

/* The supply whose next samples add most each; ties go to the first. RS_NPOS-like n = none. */
static size_t best(const rs_supply *supplies, size_t n, const state *s,
                   const rs_allocate_rules *rules, int64_t allocated, int64_t step, bool bounded)
{
    size_t at = n;
    double most = 0;
    for (size_t i = 0; i < n; i++) {
        const rs_supply *supply = &supplies[i];
        double weight = rules->weights[supply->cell];
        int64_t room = room_of(supply, step);
        if (room == 0 || !(weight > 0)) continue;
        if (bounded && (double)(s->of_dataset[supply->dataset] + room) >
                           rules->most_of_one * (double)(allocated + room) + 1)
            continue;
        double value = s->value[supply->cell], add = worth_of(supply, s, rules) * (double)room;
        double gain = weight * (sqrt(value + add) - sqrt(value)) / (double)room;
        if (gain > most) {
            most = gain;
            at = i;
        }
    }
    return at;
}

rsift_status rs_allocate(rs_supply *supplies, size_t n, const rs_allocate_rules *rules,
                         rsift_error *err)
{
    for (size_t i = 0; i < n; i++) {
        supplies[i].taken = 0;
        if (supplies[i].n > INT64_MAX / 8 || supplies[i].n < 0)
            return rs_err_set(err, RSIFT_E_ARG, "a dataset's size is out of range");
    }
    state s = {0};
    rsift_status status = begin(&s, rules, err);
    int64_t allocated = 0;
    while (status == RSIFT_OK && allocated < rules->budget) {
        int64_t step = allocated / steps_per_whole + 1;
        size_t at = best(supplies, n, &s, rules, allocated, step, true);
        if (at == n) at = best(supplies, n, &s, rules, allocated, step, false);
        if (at == n) break;
        int64_t take = room_of(&supplies[at], step);
        if (take > rules->budget - allocated) take = rules->budget - allocated;
        s.value[supplies[at].cell] += worth_of(&supplies[at], &s, rules) * (double)take;
        supplies[at].taken += take;
        s.of_dataset[supplies[at].dataset] += take;
        allocated += take;
    }
    end(&s);
    return status;
}

rsift_status rs_allocate_worth(const rs_supply *supplies, const int64_t *taken, size_t n,
                               const rs_allocate_rules *rules, double *out, rsift_error *err)
{
    state s = {0};
    rsift_status status = begin(&s, rules, err);
    *out = 0;
    for (size_t i = 0; status == RSIFT_OK && i < n; i++) {
        double quality = supplies[i].quality;
        for (int64_t left = taken[i]; left > 0 && supplies[i].n > 0;
             left -= supplies[i].n, quality /= 2)
            s.value[supplies[i].cell] +=
                quality * (double)(left < supplies[i].n ? left : supplies[i].n);
    }
    for (size_t c = 0; status == RSIFT_OK && c < rules->n_cells; c++)
        *out += rules->weights[c] * sqrt(s.value[c]);
    end(&s);
    return status;
}

/* ---- simple rules ---------------------------------------------------------------------------- */

const char *rs_allocate_rule_name(rs_simple_rule rule)
{
    static const char *const names[] = {"proportional", "uniform", "sqrt", "stratified"};
    return names[rule];
}

typedef struct groups {
    double *weights;
    int64_t *limits, *shares;
    size_t n;
} groups;

static rsift_status share_groups(groups *g, int64_t budget, rsift_error *err)
{
    return rs_select_shares(g->weights, g->limits, g->n, budget, g->shares, err);
}

static uint32_t group_of(const rs_supply *supply, bool by_cell)
{
    return by_cell ? supply->cell : supply->dataset;
}

/* Within a group every sample alike. */
static rsift_status share_within(const rs_supply *supplies, size_t n,
                                 const rs_allocate_rules *rules, bool by_cell, const groups *g,
                                 int64_t *taken, rsift_error *err)
{
    double *weights = rs_calloc(n + 1, sizeof *weights);
    int64_t *limits = rs_calloc(n + 1, sizeof *limits), *shares = rs_calloc(n + 1, sizeof *shares);
    rsift_status status =
        weights && limits && shares ? RSIFT_OK : rs_err_nomem(err, "the allocation");
    for (size_t group = 0; status == RSIFT_OK && group < g->n; group++) {
        for (size_t i = 0; i < n; i++) {
            bool in =
                group_of(&supplies[i], by_cell) == group && rules->weights[supplies[i].cell] > 0;
            limits[i] = in ? supplies[i].n : 0;
            weights[i] = (double)limits[i];
        }
        status = rs_select_shares(weights, limits, n, g->shares[group], shares, err);
        for (size_t i = 0; status == RSIFT_OK && i < n; i++) taken[i] += shares[i];
    }
    rs_free(weights);
    rs_free(limits);
    rs_free(shares);
    return status;
}

static double weight_by(rs_simple_rule rule, int64_t n)
{
    if (n <= 0) return 0;
    if (rule == RS_RULE_PROPORTIONAL) return (double)n;
    return rule == RS_RULE_SQRT ? sqrt((double)n) : 1;
}

rsift_status rs_allocate_simple(const rs_supply *supplies, size_t n, const rs_allocate_rules *rules,
                                rs_simple_rule rule, int64_t *taken, rsift_error *err)
{
    bool by_cell = rule == RS_RULE_STRATIFIED;
    groups g = {.n = by_cell ? rules->n_cells : rules->n_datasets};
    g.weights = rs_calloc(g.n + 1, sizeof *g.weights);
    g.limits = rs_calloc(g.n + 1, sizeof *g.limits);
    g.shares = rs_calloc(g.n + 1, sizeof *g.shares);
    rsift_status status =
        g.weights && g.limits && g.shares ? RSIFT_OK : rs_err_nomem(err, "the allocation");
    for (size_t i = 0; status == RSIFT_OK && i < n; i++) {
        taken[i] = 0;
        if (rules->weights[supplies[i].cell] > 0)
            g.limits[group_of(&supplies[i], by_cell)] += supplies[i].n;
    }
    for (size_t i = 0; status == RSIFT_OK && i < g.n; i++)
        g.weights[i] = weight_by(rule, g.limits[i]);
    if (status == RSIFT_OK) status = share_groups(&g, rules->budget, err);
    if (status == RSIFT_OK) status = share_within(supplies, n, rules, by_cell, &g, taken, err);
    rs_free(g.weights);
    rs_free(g.limits);
    rs_free(g.shares);
    return status;
}
