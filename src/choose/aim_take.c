/* Taking samples in their order: for their cells, as general data, to fill the budget. See
 * aim_take.h, and aim.h for the rules. */
#include "choose/aim_take.h"

#include "base/alloc.h"
#include "base/rng.h"
#include "choose/share.h"

#include <math.h>
#include <stdlib.h>

int rs_aim_in_order(const void *a, const void *b)
{
    const rs_aim_ordered *x = a, *y = b;
    if (x->group != y->group) return x->group < y->group ? -1 : 1;
    if (x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

double rs_aim_rank_of(const rs_aim_sample *s)
{
    const double u = rs_rng_open_unit(s->key);
    const double rank = -log(u) / (s->value > 0 ? s->value : 1e-6);
    const int tier = s->partial && s->cell != RS_AIM_NONE ? 3
                     : s->sim >= (float)RS_AIM_CLOSE      ? 0
                     : s->sim >= (float)RS_AIM_MEMBER     ? 1
                                                          : 2;
    return rank + (double)tier * RS_AIM_TIER;
}

uint32_t rs_aim_class_of(const uint32_t *same_as, uint32_t source)
{
    while (same_as[source] != source) source = same_as[source];
    return source;
}

/* By what comes first, whatever the group: which of two cells takes from a picture must not go by
 * their numbers. */
static int by_rank(const void *a, const void *b)
{
    const rs_aim_ordered *x = a, *y = b;
    if (x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

static void take_sample(rs_aim_taking *a, rs_aim_sample *s, rs_aim_purpose which)
{
    s->uses++;
    s->chosen = true;
    s->aimed = which == RS_AIM_AIMED;
    s->general = which == RS_AIM_GENERAL;
    a->n_repeats += s->uses > 1;
    a->n_taken[which]++;
    a->of_picture[s->picture]++;
}

/* Stages of taking: first uses within the pictures' shares; then of whatever keeps its own part's
 * share of its picture; then repeats within the shares; then all that is left. */
enum { WITHIN, OF_PART, AGAIN, BEYOND, n_stages };

static bool may_take(const rs_aim_taking *a, const rs_aim_sample *s, int stage)
{
    const int64_t most = a->in->most_of_picture, epochs = a->epochs, n = a->of_picture[s->picture];
    if (stage == WITHIN) return !s->beyond && (most <= 0 || n < most);
    if (stage == OF_PART) return !s->beyond;
    if (stage == AGAIN)
        return s->uses < s->room && (most <= 0 || n < (most > epochs ? most : epochs));
    return true;
}

/* Takes the first samples of each group, needs[group] of them: while that is possible none of a
 * picture that has given its share, and none again before all others of its group. */
static void take_first(rs_aim_taking *a, rs_aim_ordered *list, size_t n, int64_t *needs,
                       rs_aim_purpose which)
{
    const uint32_t n_uses = which == RS_AIM_AIMED ? a->epochs : 1;
    qsort(list, n, sizeof *list, by_rank);
    for (int stage = 0; stage < n_stages; stage++) {
        if (which != RS_AIM_AIMED && (stage == OF_PART || stage == AGAIN)) continue;
        const uint32_t end = stage < AGAIN ? 1 : n_uses;
        for (uint32_t round = stage == AGAIN ? 1 : 0; round < end; round++)
            for (size_t i = 0; i < n; i++) {
                rs_aim_sample *s = &a->samples[list[i].at];
                if (s->uses != round || needs[list[i].group] == 0 || !may_take(a, s, stage))
                    continue;
                needs[list[i].group]--;
                take_sample(a, s, which);
            }
    }
}

/* The first samples of each cell, as many as the cell got. */
static bool choose_cells(rs_aim_taking *a, rs_aim_ordered *list)
{
    int64_t *needs = rs_calloc(a->n_cells + 1, sizeof *needs);
    size_t n = 0;
    if (!needs) return false;
    for (size_t c = 0; c < a->n_cells; c++) needs[c] = a->cells[c].chosen;
    for (size_t i = 0; i < a->n; i++) {
        const rs_aim_sample *s = &a->samples[i];
        if (s->cell != RS_AIM_NONE && !s->copy)
            list[n++] =
                (rs_aim_ordered){s->cell, rs_aim_rank_of(s) + (s->beyond ? 4.0 * RS_AIM_TIER : 0),
                                 s->key, (uint32_t)i};
    }
    take_first(a, list, n, needs, RS_AIM_AIMED);
    rs_free(needs);
    return true;
}

static bool may_fill(const rs_aim_taking *a, const rs_aim_sample *s, rs_aim_purpose which)
{
    if (s->chosen || s->copy != (which == RS_AIM_COPIES)) return false;
    return which != RS_AIM_GENERAL || a->in->general_source == RS_AIM_NONE ||
           s->source == a->in->general_source;
}

/* Shares `budget` over the sources alike; those that repeat one another are one. */
static bool fill_up(rs_aim_taking *a, rs_aim_ordered *list, rs_aim_purpose which, int64_t budget)
{
    const uint32_t n_sources = a->in->n_sources;
    if (budget <= 0) return true;
    rs_claim *claims = rs_calloc((size_t)n_sources + 1, sizeof *claims);
    int64_t *needs = rs_calloc((size_t)n_sources + 1, sizeof *needs);
    bool ok = claims && needs;
    if (ok) {
        size_t n = 0;
        for (uint32_t s = 0; s < n_sources; s++) claims[s].weight = 1;
        for (size_t i = 0; i < a->n; i++) {
            const rs_aim_sample *s = &a->samples[i];
            const uint32_t source = rs_aim_class_of(a->same_as, s->source);
            claims[source].tie += s->key; /* of its samples, whatever its name */
            if (!may_fill(a, s, which)) continue;
            claims[source].limit++;
            list[n++] = (rs_aim_ordered){source, which == RS_AIM_GENERAL ? 0 : rs_aim_rank_of(s),
                                         s->key, (uint32_t)i};
        }
        ok = rs_choose_share_out(claims, n_sources, budget);
        for (uint32_t s = 0; ok && s < n_sources; s++) needs[s] = claims[s].got;
        if (ok) take_first(a, list, n, needs, which);
    }
    rs_free(claims);
    rs_free(needs);
    return ok;
}

/* What is left of the budget, for any sample, then for copies. */
static bool fill_rest(rs_aim_taking *a, rs_aim_ordered *list)
{
    const int64_t left = a->in->budget - a->n_taken[RS_AIM_AIMED] - a->n_taken[RS_AIM_GENERAL];
    if (!fill_up(a, list, RS_AIM_FILLED, left)) return false;
    return fill_up(a, list, RS_AIM_COPIES, left - a->n_taken[RS_AIM_FILLED]);
}

bool rs_aim_take(rs_aim_taking *a, rs_aim_ordered *list)
{
    return choose_cells(a, list) && fill_up(a, list, RS_AIM_GENERAL, a->in->n_general) &&
           fill_rest(a, list);
}
