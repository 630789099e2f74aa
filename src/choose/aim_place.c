/* Membership of turns and samples; see aim_place.h. */
#include "choose/aim_place.h"

#include "base/hash.h"
#include "base/rng.h"

#include <math.h>
#include <stdlib.h>

int rs_aim_by_part_and_answer(const void *a, const void *b)
{
    const rs_aim_cell *x = a, *y = b;
    if (x->part != y->part) return x->part < y->part ? -1 : 1;
    return (x->answer > y->answer) - (x->answer < y->answer);
}

static uint32_t cell_of(const rs_aim_placing *a, uint32_t part, uint32_t answer)
{
    const rs_aim_cell wanted = {.part = part, .answer = answer};
    const rs_aim_cell *found = bsearch(&wanted, a->out->cells, a->out->n_cells,
                                       sizeof *a->out->cells, rs_aim_by_part_and_answer);
    return found ? (uint32_t)(found - a->out->cells) : RS_AIM_NONE;
}

/* Where a turn belongs: the cell of its answer in the part whose examples it is most similar to, or
 * in one that it was given to. */
typedef struct place {
    float sim;     /* 1 where it was given */
    uint32_t cell; /* RS_AIM_NONE = of no part */
    bool given;
} place;

/* Is part p to be preferred to part q for the sample, both being equally similar? The one with
 * fewer members, then by a hash of the sample and the part's examples. */
static bool is_preferred(const rs_aim_placing *a, uint32_t p, uint32_t q, uint64_t key)
{
    if (a->n_members[p] != a->n_members[q]) return a->n_members[p] < a->n_members[q];
    const uint64_t hp[2] = {key, a->out->part_hash[p]}, hq[2] = {key, a->out->part_hash[q]};
    return rs_hash64(hp, sizeof hp) < rs_hash64(hq, sizeof hq);
}

/* The best part so far for a turn that is akin to it. */
typedef struct akin {
    const rs_aim_placing *a;
    uint32_t answer;
    uint64_t key;
    place best;
} akin;

static void prefer_akin(void *ctx, uint32_t part)
{
    akin *k = ctx;
    const uint32_t cell = cell_of(k->a, part, k->answer);
    if (cell == RS_AIM_NONE || cell == k->best.cell) return;
    if (k->best.cell == RS_AIM_NONE ||
        is_preferred(k->a, part, k->a->out->cells[k->best.cell].part, k->key))
        k->best = (place){(float)RS_AIM_AKIN, cell, false};
}

/* The cell of the most similar part of examples; where no words are similar, of a part that asks
 * for the same. */
static place most_similar(const rs_aim_placing *a, size_t t, uint64_t key)
{
    const rs_aim_turn *turn = &a->in->turns[t];
    place best = {.cell = RS_AIM_NONE};
    for (uint32_t w = 0; w < turn->n_wordings; w++) {
        const uint32_t q = turn->question + w;
        for (size_t m = a->matches.first[q]; m < a->matches.first[q + 1]; m++) {
            const rs_aim_match *match = &a->matches.at[m];
            const uint32_t cell = cell_of(a, match->part, turn->answer);
            if (cell == RS_AIM_NONE || match->sim < best.sim) continue;
            if (match->sim > best.sim ||
                (cell != best.cell &&
                 is_preferred(a, match->part, a->out->cells[best.cell].part, key)))
                best = (place){match->sim, cell, false};
        }
    }
    if (best.cell != RS_AIM_NONE) return best;
    akin k = {a, turn->answer, key, best};
    rs_aim_kin_parts(&a->kin, t, prefer_akin, &k);
    return k.best;
}

/* When a sample's draw for a part comes up: a race in which a part that wants much of few members
 * is faster, -ln(u) * members / share. */
static double draw_of(const rs_aim_placing *a, uint32_t part, uint64_t key)
{
    const uint64_t both[2] = {key, a->out->part_hash[part]};
    const double u = rs_rng_open_unit(rs_hash64(both, sizeof both));
    return -log(u) * (double)a->n_members[part] / a->in->shares[part];
}

/* Goals that ask for the same turns share them: of the part that it is most similar to and those
 * that it was given to, one is drawn. */
static place place_turn(const rs_aim_placing *a, size_t t, uint64_t key)
{
    const rs_aim_turn *turn = &a->in->turns[t];
    const rs_aim_given *given = &a->in->given;
    place best = most_similar(a, t, key);
    if (!given->first || given->first[t] == given->first[t + 1]) return best;
    double first = best.cell == RS_AIM_NONE ? 0 : draw_of(a, a->out->cells[best.cell].part, key);
    for (size_t g = given->first[t]; g < given->first[t + 1]; g++) {
        const double draw = draw_of(a, given->at[g], key);
        if (best.cell != RS_AIM_NONE && draw >= first) continue;
        first = draw;
        best = (place){1, cell_of(a, given->at[g], turn->answer), true};
    }
    return best;
}

static void count_akin(void *ctx, uint32_t part)
{
    const akin *k = ctx;
    k->a->n_members[part] += cell_of(k->a, part, k->answer) != RS_AIM_NONE;
}

void rs_aim_count_turn(rs_aim_placing *a, size_t t)
{
    const rs_aim_turn *turn = &a->in->turns[t];
    const rs_aim_given *given = &a->in->given;
    const float best = most_similar(a, t, 0).sim;
    bool similar = false;
    for (uint32_t w = 0; best > 0 && w < turn->n_wordings; w++)
        for (size_t m = a->matches.first[turn->question + w];
             m < a->matches.first[turn->question + w + 1]; m++)
            if (a->matches.at[m].sim >= best &&
                cell_of(a, a->matches.at[m].part, turn->answer) != RS_AIM_NONE) {
                a->n_members[a->matches.at[m].part]++;
                similar = true;
            }
    akin k = {.a = a, .answer = turn->answer};
    if (!similar) rs_aim_kin_parts(&a->kin, t, count_akin, &k);
    for (size_t g = given->first ? given->first[t] : 0; given->first && g < given->first[t + 1];
         g++)
        a->n_members[given->at[g]]++;
}

/* The cell that most turns of a dialogue belong to. Of parts that equally many ask for one is
 * drawn, by share / members: what dialogues ask last would have no supply otherwise. */
static uint32_t cell_of_most(const rs_aim_placing *a, const uint32_t *cells, uint32_t n,
                             uint64_t key)
{
    uint32_t best = RS_AIM_NONE, most = 0;
    double first = 0;
    for (uint32_t k = 0; k < n; k++) {
        uint32_t same = 0;
        for (uint32_t l = 0; l < n; l++) same += cells[l] == cells[k];
        const double draw = draw_of(a, a->out->cells[cells[k]].part, key);
        if (same < most || (same == most && draw >= first)) continue;
        most = same;
        first = draw;
        best = cells[k];
    }
    return best;
}

/* Counts a member for the parts that its turns ask for and that it does not count in. */
static void count_several(const rs_aim_placing *a, const rs_aim_sample *s, const uint32_t *cells,
                          uint32_t n)
{
    const uint32_t own = a->out->cells[s->cell].part;
    bool several = false;
    for (uint32_t k = 0; k < n; k++) {
        const uint32_t part = a->out->cells[cells[k]].part;
        bool counted = part == own;
        for (uint32_t l = 0; l < k && !counted; l++) counted = a->out->cells[cells[l]].part == part;
        if (counted) continue;
        a->out->n_also[part]++;
        several = true;
    }
    a->out->n_several += several;
}

void rs_aim_place_sample(const rs_aim_placing *a, rs_aim_sample *s)
{
    enum { MOST_TURNS = 64 };
    uint32_t cells[MOST_TURNS], n = 0, n_inside = 0;
    bool any_given = false;
    double sum = 0;
    s->cell = RS_AIM_NONE;
    for (uint32_t k = 0; k < s->n_turns; k++) {
        const place at = place_turn(a, (size_t)s->first_turn + k, s->key);
        if (at.cell == RS_AIM_NONE) continue;
        sum += at.sim;
        any_given = any_given || at.given;
        n_inside++;
        if (n < MOST_TURNS) cells[n++] = at.cell;
    }
    s->cell = cell_of_most(a, cells, n, s->key);
    s->sim = s->n_turns ? (float)(sum / s->n_turns) : 0;
    s->partial = n_inside * 2 < s->n_turns;
    if (s->partial && !any_given) s->cell = RS_AIM_NONE;
    if (s->cell != RS_AIM_NONE) count_several(a, s, cells, n);
}
