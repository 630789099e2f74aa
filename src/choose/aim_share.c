/* Shares of goals, parts and answers; see aim.h for the rules. */
#include "choose/aim_share.h"

#include "base/alloc.h"
#include "base/hash.h"
#include "choose/share.h"

#include <math.h>

double rs_aim_alpha(const rs_aim_input *in)
{
    return in->alpha > 0 ? in->alpha : RS_AIM_ALPHA;
}

double rs_aim_answer_weight(const rs_aim_input *in, double demand)
{
    return pow(demand, 1 / (1 - rs_aim_alpha(in)));
}

double rs_aim_demand_of_supply(const rs_aim_input *in, int64_t supply)
{
    return pow(supply > 0 ? (double)supply : 1, RS_AIM_GIVEN_ANSWERS * (1 - rs_aim_alpha(in)));
}

static uint64_t tie_of(const rs_aim_input *in, uint64_t part, uint64_t answer)
{
    const uint64_t text[3] = {in->seed, part, answer};
    return rs_hash64(text, sizeof text);
}

/* Claims of one round: what a cell may still get. */
typedef struct claims {
    rs_claim *goals, *parts, *answers;
    int64_t *uses;     /* [n_cells]: what an answer may still get */
    int64_t *fresh;    /* [n_cells]: of these, the first use of a sample */
    uint32_t *goal_of; /* [n_parts], numbered from 0 */
    uint32_t n_goals;
} claims;

/* Uses that a cell may still get. */
static int64_t open_uses(const rs_aim_input *in, const rs_aim_cell *cell, bool all)
{
    const int64_t epochs = in->epochs ? in->epochs : 1;
    return (all ? cell->supply * epochs : cell->room) - cell->chosen;
}

/* Of these, the first uses of a sample. */
static int64_t open_samples(const rs_aim_cell *cell, bool all)
{
    const int64_t n = (all ? cell->supply : cell->within) - cell->chosen;
    return n > 0 ? n : 0;
}

static void claim_all(const rs_aim_input *in, const uint64_t *part_hash, const rs_aim_cell *cells,
                      size_t n, bool all, claims *c)
{
    c->n_goals = 0;
    for (uint32_t p = 0; p < in->n_parts; p++) {
        const bool same = p > 0 && in->goal_of && in->goal_of[p] == in->goal_of[p - 1];
        if (!same) c->goals[c->n_goals++] = (rs_claim){.tie = tie_of(in, part_hash[p], 1)};
        c->goal_of[p] = c->n_goals - 1;
        c->goals[c->goal_of[p]].weight += in->shares[p];
        c->parts[p] = (rs_claim){.weight = in->shares[p], .tie = tie_of(in, part_hash[p], 0)};
    }
    for (size_t i = 0; i < n; i++) {
        const uint32_t p = cells[i].part;
        c->uses[i] = open_uses(in, &cells[i], all);
        c->fresh[i] = open_samples(&cells[i], all);
        c->answers[i] =
            (rs_claim){.weight = rs_aim_answer_weight(in, cells[i].demand),
                       .tie = tie_of(in, part_hash[p], in->answer_hash[cells[i].answer])};
        c->parts[p].limit += c->uses[i];
        c->goals[c->goal_of[p]].limit += c->uses[i];
    }
}

/* Shares what a part got over its answers, [begin, end) of the cells: no sample twice before all
 * are used. */
static bool share_part(rs_aim_cell *cells, size_t begin, size_t end, int64_t got, claims *c)
{
    int64_t n_fresh = 0;
    for (size_t i = begin; i < end; i++) n_fresh += c->fresh[i];
    const int64_t budgets[2] = {got < n_fresh ? got : n_fresh, got < n_fresh ? 0 : got - n_fresh};
    for (int again = 0; again < 2 && budgets[again] > 0; again++) {
        for (size_t i = begin; i < end; i++)
            c->answers[i].limit = again ? c->uses[i] - c->fresh[i] : c->fresh[i];
        if (!rs_choose_share_out(&c->answers[begin], end - begin, budgets[again])) return false;
        for (size_t i = begin; i < end; i++) cells[i].chosen += c->answers[i].got;
    }
    return true;
}

/* One round over three levels; what a cell gets is added to what it has. */
static bool share_round(const rs_aim_input *in, rs_aim_cell *cells, size_t n, int64_t budget,
                        claims *c)
{
    if (!rs_choose_share_out(c->goals, c->n_goals, budget)) return false;
    for (uint32_t begin = 0, end; begin < in->n_parts; begin = end) {
        const uint32_t goal = c->goal_of[begin];
        for (end = begin; end < in->n_parts && c->goal_of[end] == goal;) end++;
        if (!rs_choose_share_out(&c->parts[begin], end - begin, c->goals[goal].got)) return false;
    }
    for (size_t begin = 0, end; begin < n; begin = end) {
        const uint32_t p = cells[begin].part;
        for (end = begin; end < n && cells[end].part == p;) end++;
        if (!share_part(cells, begin, end, c->parts[p].got, c)) return false;
    }
    return true;
}

bool rs_aim_share(const rs_aim_input *in, const uint64_t *part_hash, rs_aim_cell *cells, size_t n)
{
    claims c = {.goals = rs_calloc((size_t)in->n_parts + 1, sizeof *c.goals),
                .parts = rs_calloc((size_t)in->n_parts + 1, sizeof *c.parts),
                .answers = rs_calloc(n + 1, sizeof *c.answers),
                .uses = rs_calloc(n + 1, sizeof *c.uses),
                .fresh = rs_calloc(n + 1, sizeof *c.fresh),
                .goal_of = rs_calloc((size_t)in->n_parts + 1, sizeof *c.goal_of)};
    bool ok = c.goals && c.parts && c.answers && c.uses && c.fresh && c.goal_of;
    int64_t budget = in->budget - in->n_general;
    for (size_t i = 0; i < n; i++) cells[i].chosen = 0;
    for (int round = 0; ok && round < 2 && budget > 0; round++) {
        claim_all(in, part_hash, cells, n, round == 1, &c);
        ok = share_round(in, cells, n, budget, &c);
        for (uint32_t g = 0; ok && g < c.n_goals; g++) budget -= c.goals[g].got;
    }
    rs_free(c.goals);
    rs_free(c.parts);
    rs_free(c.answers);
    rs_free(c.uses);
    rs_free(c.fresh);
    rs_free(c.goal_of);
    return ok;
}
