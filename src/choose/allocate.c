/* Greedy allocation. A step is one per cent of what is allocated already (or as the rules ask), at
 * least one sample: small budgets are exact, large ones need about 100 * ln(budget) steps. The
 * simple rules at the end are what the recommendation is compared with. */
#include "choose/allocate.h"

#include "base/alloc.h"
#include "base/rng.h"
#include "choose/select.h"

#include <math.h>

enum {
    STEPS = 100,         /* of a total, unless the rules say otherwise */
    MOST_DRAWS = 200000, /* of RS_RULE_RANDOM; a larger budget is drawn at this size and scaled */
};
static const double related_share =
    0.7; /* guess: pictures known under another annotation add less */

/* What is allocated so far. */
typedef struct state {
    double *value;       /* [cell] the sum of qualities */
    int64_t *of_dataset; /* [dataset] samples */
    int64_t total;       /* samples */
} state;

static rsift_status begin(state *s, const rs_allocation_rules *rules, rsift_error *err)
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

/* value ^ (1/4), by square roots, which are the same to the last bit everywhere. */
static double concave(double value)
{
    return sqrt(sqrt(value));
}

/* Quality of the next sample of an offer: halved for each time that all its samples were used,
 * and multiplied by related_share when a dataset made of the same pictures is in already. */
static double utility_of(const rs_offer *offer, const state *s, const rs_allocation_rules *rules)
{
    double quality = offer->quality;
    for (int64_t used = offer->allocated; used >= offer->n; used -= offer->n) quality /= 2;
    for (size_t d = 0; rules->related && d < rules->n_datasets; d++)
        if (d != offer->dataset && s->of_dataset[d] > 0 &&
            rules->related[offer->dataset * rules->n_datasets + d])
            return quality * related_share;
    return quality;
}

/* How far a step of this offer can go before its samples add less or are used up. */
static int64_t room_of(const rs_offer *offer, int64_t step)
{
    if (offer->n <= 0 || offer->allocated >= offer->n * offer->repeats) return 0;
    int64_t left = offer->n - offer->allocated % offer->n;
    return left < step ? left : step;
}

/* The offer whose next samples add most each; ties go to the first; n = none. The gain of one
 * sample is weight * (f(value + added) - f(value)) / samples,   added = quality * samples. */
static size_t best(const rs_offer *offers, size_t n, const state *s,
                   const rs_allocation_rules *rules, int64_t step)
{
    size_t at = n;
    double most = 0;
    for (size_t i = 0; i < n; i++) {
        const rs_offer *offer = &offers[i];
        double weight = rules->weights[offer->cell];
        int64_t room = room_of(offer, step);
        if (room == 0 || !(weight > 0)) continue;
        double value = s->value[offer->cell], add = utility_of(offer, s, rules) * (double)room;
        double gain = weight * (concave(value + add) - concave(value)) / (double)room;
        if (gain > most) {
            most = gain;
            at = i;
        }
    }
    return at;
}

rsift_status rs_choose_allocate(rs_offer *offers, size_t n, const rs_allocation_rules *rules,
                                rsift_error *err)
{
    for (size_t i = 0; i < n; i++) {
        offers[i].allocated = 0;
        if (offers[i].n > INT64_MAX / 8 || offers[i].n < 0)
            return rs_err_set(err, RSIFT_E_ARG, "a dataset's size is out of range");
    }
    state s = {0};
    rsift_status status = begin(&s, rules, err);
    while (status == RSIFT_OK && s.total < rules->budget) {
        /* steps depend on what is allocated, never on the budget: a larger budget continues the
         * same sequence */
        int64_t step = s.total / (rules->steps > 0 ? rules->steps : STEPS) + 1;
        size_t at = best(offers, n, &s, rules, step);
        if (at == n) break;
        int64_t n_added = room_of(&offers[at], step);
        if (n_added > rules->budget - s.total) n_added = rules->budget - s.total;
        s.value[offers[at].cell] += utility_of(&offers[at], &s, rules) * (double)n_added;
        offers[at].allocated += n_added;
        s.of_dataset[offers[at].dataset] += n_added;
        s.total += n_added;
    }
    end(&s);
    return status;
}

/* Whether another dataset of the same pictures has more samples (of equally many the first). */
static bool is_second_of_its_pictures(uint32_t dataset, const state *s,
                                      const rs_allocation_rules *rules)
{
    const int64_t own = s->of_dataset[dataset];
    for (size_t d = 0; rules->related && d < rules->n_datasets; d++)
        if (rules->related[dataset * rules->n_datasets + d] &&
            (s->of_dataset[d] > own || (s->of_dataset[d] == own && own > 0 && d < dataset)))
            return true;
    return false;
}

rsift_status rs_choose_utility(const rs_offer *offers, const int64_t *allocated, size_t n,
                               const rs_allocation_rules *rules, double *out, rsift_error *err)
{
    state s = {0};
    rsift_status status = begin(&s, rules, err);
    *out = 0;
    for (size_t i = 0; status == RSIFT_OK && i < n; i++)
        s.of_dataset[offers[i].dataset] += allocated[i];
    for (size_t i = 0; status == RSIFT_OK && i < n; i++) {
        double quality = offers[i].quality;
        if (is_second_of_its_pictures(offers[i].dataset, &s, rules)) quality *= related_share;
        /* the first n samples count by quality, the next n by half of it, and so on */
        for (int64_t left = allocated[i]; left > 0 && offers[i].n > 0;
             left -= offers[i].n, quality /= 2)
            s.value[offers[i].cell] += quality * (double)(left < offers[i].n ? left : offers[i].n);
    }
    for (size_t c = 0; status == RSIFT_OK && c < rules->n_cells; c++)
        *out += rules->weights[c] * concave(s.value[c]);
    end(&s);
    return status;
}

/* ---- simple rules ---------------------------------------------------------------------------- */

const char *rs_choose_rule_name(rs_simple_rule rule)
{
    static const char *const names[] = {"proportional", "uniform", "sqrt",
                                        "stratified",   "unimax",  "random"};
    return names[rule];
}

/* Datasets, or cells, that share the budget. */
typedef struct groups {
    double *weights;
    int64_t *limits, *shares;
    size_t n;
    bool by_cell, repeated;
} groups;

static uint32_t group_of(const rs_offer *offer, bool by_cell)
{
    return by_cell ? offer->cell : offer->dataset;
}

/* How many samples of an offer a rule may use. */
static int64_t limit_of(const rs_offer *offer, const rs_allocation_rules *rules, bool repeated)
{
    if (!(rules->weights[offer->cell] > 0)) return 0;
    return repeated ? offer->n * offer->repeats : offer->n;
}

/* Within a group every sample alike. */
static rsift_status share_within(const rs_offer *offers, size_t n, const rs_allocation_rules *rules,
                                 const groups *g, int64_t *allocated, rsift_error *err)
{
    double *weights = rs_calloc(n + 1, sizeof *weights);
    int64_t *limits = rs_calloc(n + 1, sizeof *limits), *shares = rs_calloc(n + 1, sizeof *shares);
    rsift_status status =
        weights && limits && shares ? RSIFT_OK : rs_err_nomem(err, "the allocation");
    for (size_t group = 0; status == RSIFT_OK && group < g->n; group++) {
        for (size_t i = 0; i < n; i++) {
            const bool in = group_of(&offers[i], g->by_cell) == group;
            limits[i] = in ? limit_of(&offers[i], rules, g->repeated) : 0;
            weights[i] = (double)limits[i];
        }
        status = rs_choose_shares(weights, limits, n, g->shares[group], shares, err);
        for (size_t i = 0; status == RSIFT_OK && i < n; i++) allocated[i] += shares[i];
    }
    rs_free(weights);
    rs_free(limits);
    rs_free(shares);
    return status;
}

/* The offer that holds the sample of number `at`, counted through what is left of all. */
static size_t find_sample(const int64_t *left, size_t n, int64_t at)
{
    for (size_t i = 0; i < n; i++) {
        if (at < left[i]) return i;
        at -= left[i];
    }
    return n;
}

/* One draw without replacement over all wanted samples. */
static rsift_status draw_random(const rs_offer *offers, size_t n, const rs_allocation_rules *rules,
                                int64_t *allocated, rsift_error *err)
{
    double *weights = rs_calloc(n + 1, sizeof *weights);
    int64_t *limits = rs_calloc(n + 1, sizeof *limits), *left = rs_calloc(n + 1, sizeof *left);
    rsift_status status = weights && limits && left ? RSIFT_OK : rs_err_nomem(err, "the draw");
    rs_rng rng = rs_rng_of(rules->seed, (rs_id){0});
    int64_t total = 0;
    for (size_t i = 0; status == RSIFT_OK && i < n; i++) {
        limits[i] = left[i] = limit_of(&offers[i], rules, false);
        total += limits[i];
    }
    int64_t n_draws = total < rules->budget ? total : rules->budget;
    if (n_draws > MOST_DRAWS) n_draws = MOST_DRAWS;
    for (int64_t k = 0; status == RSIFT_OK && k < n_draws; k++) {
        const size_t i = find_sample(left, n, (int64_t)rs_rng_below(&rng, (uint64_t)(total - k)));
        left[i]--;
        weights[i]++;
    }
    /* what was never drawn gets nothing, also when the draw is scaled */
    for (size_t i = 0; status == RSIFT_OK && i < n; i++)
        if (!(weights[i] > 0)) limits[i] = 0;
    if (status == RSIFT_OK)
        status = rs_choose_shares(weights, limits, n, rules->budget, allocated, err);
    rs_free(weights);
    rs_free(limits);
    rs_free(left);
    return status;
}

rsift_status rs_choose_by_rule(const rs_offer *offers, size_t n, const rs_allocation_rules *rules,
                               rs_simple_rule rule, int64_t *allocated, rsift_error *err)
{
    if (rule == RS_RULE_RANDOM) return draw_random(offers, n, rules, allocated, err);
    groups g = {.by_cell = rule == RS_RULE_STRATIFIED, .repeated = rule == RS_RULE_UNIMAX};
    g.n = g.by_cell ? rules->n_cells : rules->n_datasets;
    g.weights = rs_calloc(g.n + 1, sizeof *g.weights);
    g.limits = rs_calloc(g.n + 1, sizeof *g.limits);
    g.shares = rs_calloc(g.n + 1, sizeof *g.shares);
    rsift_status status =
        g.weights && g.limits && g.shares ? RSIFT_OK : rs_err_nomem(err, "the allocation");
    for (size_t i = 0; status == RSIFT_OK && i < n; i++) {
        allocated[i] = 0;
        g.limits[group_of(&offers[i], g.by_cell)] += limit_of(&offers[i], rules, g.repeated);
    }
    for (size_t i = 0; status == RSIFT_OK && i < g.n; i++) {
        double size = (double)g.limits[i];
        g.weights[i] = size <= 0                      ? 0
                       : rule == RS_RULE_PROPORTIONAL ? size
                       : rule == RS_RULE_SQRT         ? sqrt(size)
                                                      : 1;
    }
    /* the budget over the groups, then each group's share over its offers */
    if (status == RSIFT_OK)
        status = rs_choose_shares(g.weights, g.limits, g.n, rules->budget, g.shares, err);
    if (status == RSIFT_OK) status = share_within(offers, n, rules, &g, allocated, err);
    rs_free(g.weights);
    rs_free(g.limits);
    rs_free(g.shares);
    return status;
}
