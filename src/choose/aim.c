/* Choosing for a goal: membership, cells, shares, and the order inside a cell; see aim.h. */
#include "choose/aim.h"

#include "base/alloc.h"
#include "base/hash.h"
#include "choose/aim_similar.h"
#include "choose/aim_value.h"

#include <math.h>
#include <stdlib.h>

typedef struct aim {
    const rs_aim_input *in;
    rs_aim_sample *samples;
    size_t n;
    rs_aim_matches matches;
    rs_aim_result *out;
    int64_t *n_members;  /* [n_parts]: turns whose most similar part this is */
    uint64_t *part_hash; /* [n_parts]: of its examples, for ties */
} aim;

/* ---- cells ----------------------------------------------------------------------------------- */

static int by_part_and_answer(const void *a, const void *b)
{
    const rs_aim_cell *x = a, *y = b;
    if (x->part != y->part) return x->part < y->part ? -1 : 1;
    return (x->answer > y->answer) - (x->answer < y->answer);
}

/* One cell for each answer that a part's examples give. */
static bool make_cells(aim *a)
{
    const rs_aim_input *in = a->in;
    rs_aim_result *out = a->out;
    out->cells = rs_calloc(in->n_examples + 1, sizeof *out->cells);
    if (!out->cells) return false;
    for (size_t i = 0; i < in->n_examples; i++)
        out->cells[i] = (rs_aim_cell){
            .part = in->examples[i].part, .answer = in->examples[i].answer, .n_examples = 1};
    qsort(out->cells, in->n_examples, sizeof *out->cells, by_part_and_answer);
    for (size_t i = 0; i < in->n_examples; i++) {
        if (out->n_cells && by_part_and_answer(&out->cells[i], &out->cells[out->n_cells - 1]) == 0)
            out->cells[out->n_cells - 1].n_examples++;
        else out->cells[out->n_cells++] = out->cells[i];
    }
    return true;
}

static uint32_t cell_of(const aim *a, uint32_t part, uint32_t answer)
{
    const rs_aim_cell wanted = {.part = part, .answer = answer};
    const rs_aim_cell *found =
        bsearch(&wanted, a->out->cells, a->out->n_cells, sizeof *a->out->cells, by_part_and_answer);
    return found ? (uint32_t)(found - a->out->cells) : RS_AIM_NONE;
}

/* ---- membership ------------------------------------------------------------------------------ */

/* Where a turn belongs: the cell of its answer in the most similar part that has such a cell. */
typedef struct place {
    float sim;
    uint32_t cell; /* RS_AIM_NONE = of no part */
} place;

/* Is part p to be preferred to part q for the sample, both being equally similar? The one with
 * fewer members, then by a hash of the sample and the part's examples. */
static bool is_preferred(const aim *a, uint32_t p, uint32_t q, uint64_t key)
{
    if (a->n_members[p] != a->n_members[q]) return a->n_members[p] < a->n_members[q];
    const uint64_t hp[2] = {key, a->part_hash[p]}, hq[2] = {key, a->part_hash[q]};
    return rs_hash64(hp, sizeof hp) < rs_hash64(hq, sizeof hq);
}

static place place_turn(const aim *a, const rs_aim_turn *turn, uint64_t key)
{
    place best = {.cell = RS_AIM_NONE};
    for (uint32_t w = 0; w < turn->n_wordings; w++) {
        const uint32_t q = turn->question + w;
        for (size_t m = a->matches.first[q]; m < a->matches.first[q + 1]; m++) {
            const rs_aim_match *match = &a->matches.at[m];
            const uint32_t cell = cell_of(a, match->part, turn->answer);
            if (cell == RS_AIM_NONE || match->sim < best.sim) continue;
            if (match->sim > best.sim) best = (place){match->sim, cell};
            else if (cell != best.cell &&
                     is_preferred(a, match->part, a->out->cells[best.cell].part, key))
                best.cell = cell;
        }
    }
    return best;
}

/* How many turns are most similar to each part: a turn that is to several counts for each, so that
 * the count does not depend on the order of samples. */
static void count_members(aim *a)
{
    for (size_t t = 0; t < a->in->n_turns; t++) {
        const rs_aim_turn *turn = &a->in->turns[t];
        const float best = place_turn(a, turn, 0).sim;
        for (uint32_t w = 0; best > 0 && w < turn->n_wordings; w++)
            for (size_t m = a->matches.first[turn->question + w];
                 m < a->matches.first[turn->question + w + 1]; m++)
                if (a->matches.at[m].sim >= best &&
                    cell_of(a, a->matches.at[m].part, turn->answer) != RS_AIM_NONE)
                    a->n_members[a->matches.at[m].part]++;
    }
}

/* The cell that most turns of a sample belong to (of its first 64; the earlier one on a tie) when
 * at least half of its turns belong to any; its similarity is the mean over all turns. */
static void place_sample(const aim *a, rs_aim_sample *s)
{
    enum { looked_at = 64 };
    uint32_t cells[looked_at], n = 0, n_inside = 0, most = 0;
    double sum = 0;
    s->cell = RS_AIM_NONE;
    for (uint32_t k = 0; k < s->n_turns; k++) {
        const place at = place_turn(a, &a->in->turns[s->first_turn + k], s->key);
        if (at.cell == RS_AIM_NONE) continue;
        sum += at.sim;
        n_inside++;
        if (n < looked_at) cells[n++] = at.cell;
    }
    for (uint32_t k = 0; k < n; k++) {
        uint32_t same = 0;
        for (uint32_t l = 0; l < n; l++) same += cells[l] == cells[k];
        if (same > most) {
            most = same;
            s->cell = cells[k];
        }
    }
    s->sim = s->n_turns ? (float)(sum / s->n_turns) : 0;
    if (n_inside * 2 < s->n_turns) s->cell = RS_AIM_NONE;
}

/* ---- copies ---------------------------------------------------------------------------------- */

/* The turn by which a sample is a copy of another: its first. */
static uint32_t first_question(const aim *a, const rs_aim_sample *s)
{
    return s->n_turns ? a->in->turns[s->first_turn].question : RS_AIM_NONE;
}

/* Draw of a weighted order: ascending -ln(u) / v. Close ones come first. */
static double rank_of(const rs_aim_sample *s)
{
    const double u = ((double)(s->key >> 11) + 0.5) * 0x1.0p-53;
    const double rank = -log(u) / (s->value > 0 ? s->value : 1e-6);
    return s->sim >= (float)RS_AIM_CLOSE ? rank : rank + 1e12;
}

/* A sample with what it is ordered by. */
typedef struct ordered {
    uint64_t group; /* cell or source, or picture and question */
    double rank;
    uint64_t key;
    uint32_t at;
} ordered;

static int in_order(const void *a, const void *b)
{
    const ordered *x = a, *y = b;
    if (x->group != y->group) return x->group < y->group ? -1 : 1;
    if (x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

static void mark_copies(aim *a, ordered *list)
{
    for (size_t i = 0; i < a->n; i++) {
        const rs_aim_sample *s = &a->samples[i];
        const uint64_t both[2] = {s->picture, first_question(a, s)};
        list[i] =
            (ordered){rs_hash64(both, sizeof both), s->cell == RS_AIM_NONE, s->key, (uint32_t)i};
        if (s->cell != RS_AIM_NONE) list[i].rank = rank_of(s) - 2e12;
    }
    qsort(list, a->n, sizeof *list, in_order);
    for (size_t i = 0; i < a->n; i++)
        a->samples[list[i].at].copy = i > 0 && list[i].group == list[i - 1].group;
}

/* ---- shares ---------------------------------------------------------------------------------- */

/* A claim on a budget. */
typedef struct claim {
    double weight;
    int64_t limit, got;
    uint64_t tie;
    double rest;
} claim;

static int most_rest_first(const void *a, const void *b)
{
    const claim *x = *(claim *const *)a, *y = *(claim *const *)b;
    if (x->rest != y->rest) return x->rest > y->rest ? -1 : 1;
    return (x->tie > y->tie) - (x->tie < y->tie);
}

/* Water-filling: got_i = min(limit_i, level * weight_i), with the level at which they add up to the
 * budget; then whole numbers by the largest remainder, ties by `tie`. Returns what was given out.
 * */
static int64_t share_out(claim *claims, size_t n, int64_t budget, claim **order)
{
    double left = (double)budget, open = 0;
    for (size_t i = 0; i < n; i++) {
        claims[i].got = -1; /* below its limit */
        open += claims[i].limit > 0 ? claims[i].weight : 0;
        if (claims[i].limit <= 0) claims[i].got = 0;
    }
    /* each round takes out those whose limit lies below the level */
    for (bool any = true; any && open > 0;) {
        const double level = left / open;
        any = false;
        for (size_t i = 0; i < n; i++)
            if (claims[i].got < 0 && (double)claims[i].limit <= level * claims[i].weight) {
                claims[i].got = claims[i].limit;
                any = true;
            }
        left = (double)budget;
        open = 0;
        for (size_t i = 0; i < n; i++) {
            if (claims[i].got < 0) open += claims[i].weight;
            else left -= (double)claims[i].got;
        }
    }
    int64_t given = 0;
    size_t n_open = 0;
    for (size_t i = 0; i < n; i++) {
        claims[i].rest = -1;
        if (claims[i].got < 0) {
            const double exact = left * claims[i].weight / open;
            claims[i].got = (int64_t)exact;
            claims[i].rest = exact - (double)claims[i].got;
            if (claims[i].got < claims[i].limit) order[n_open++] = &claims[i];
        }
        given += claims[i].got;
    }
    qsort(order, n_open, sizeof *order, most_rest_first);
    for (size_t i = 0; i < n_open && given < budget; i++, given++) order[i]->got++;
    return given;
}

static uint64_t tie_of(const aim *a, uint64_t part, uint64_t answer)
{
    const uint64_t text[3] = {a->in->seed, part, answer};
    return rs_hash64(text, sizeof text);
}

/* The budget of each cell: over parts, then over answers. */
static bool share_budget(aim *a)
{
    const rs_aim_input *in = a->in;
    const double alpha = in->alpha > 0 ? in->alpha : 0.25;
    const size_t most = a->out->n_cells > in->n_parts ? a->out->n_cells : in->n_parts;
    claim *parts = rs_calloc((size_t)in->n_parts + 1, sizeof *parts),
          *answers = rs_calloc(a->out->n_cells + 1, sizeof *answers),
          **order = rs_calloc(most + 1, sizeof *order);
    const bool ok = parts && answers && order;
    if (ok) {
        for (uint32_t p = 0; p < in->n_parts; p++)
            parts[p] = (claim){.weight = in->shares[p], .tie = tie_of(a, a->part_hash[p], 0)};
        for (size_t c = 0; c < a->out->n_cells; c++)
            parts[a->out->cells[c].part].limit += a->out->cells[c].supply;
        share_out(parts, in->n_parts, in->budget, order);
        for (size_t begin = 0, end; begin < a->out->n_cells; begin = end) {
            const uint32_t p = a->out->cells[begin].part;
            for (end = begin; end < a->out->n_cells && a->out->cells[end].part == p; end++) {
                const rs_aim_cell *c = &a->out->cells[end];
                answers[end] =
                    (claim){.weight = pow((double)c->n_examples, 1 / (1 - alpha)),
                            .limit = c->supply,
                            .tie = tie_of(a, a->part_hash[p], in->answer_hash[c->answer])};
            }
            share_out(&answers[begin], end - begin, parts[p].got, order);
        }
        for (size_t c = 0; c < a->out->n_cells; c++) a->out->cells[c].chosen = answers[c].got;
    }
    rs_free(parts);
    rs_free(answers);
    rs_free(order);
    return ok;
}

/* ---- choosing -------------------------------------------------------------------------------- */

/* The first samples of each cell, as many as the cell got. */
static void choose_cells(aim *a, ordered *list)
{
    size_t n = 0;
    for (size_t i = 0; i < a->n; i++) {
        const rs_aim_sample *s = &a->samples[i];
        if (s->cell != RS_AIM_NONE && !s->copy)
            list[n++] = (ordered){s->cell, rank_of(s), s->key, (uint32_t)i};
    }
    qsort(list, n, sizeof *list, in_order);
    int64_t taken = 0;
    for (size_t i = 0; i < n; i++) {
        rs_aim_sample *s = &a->samples[list[i].at];
        taken = i > 0 && list[i].group == list[i - 1].group ? taken + 1 : 0;
        s->chosen = s->aimed = taken < a->out->cells[s->cell].chosen;
        a->out->n_aimed += s->chosen;
    }
}

/* What no cell could use, shared over the sources alike: samples of no or a full cell, copies
 * last. */
static bool fill_up(aim *a, ordered *list, bool copies)
{
    int64_t left = a->in->budget - a->out->n_aimed - a->out->n_unaimed - a->out->n_copies;
    if (left <= 0) return true;
    claim *claims = rs_calloc((size_t)a->in->n_sources + 1, sizeof *claims),
          **order = rs_calloc((size_t)a->in->n_sources + 1, sizeof *order);
    if (claims && order) {
        size_t n = 0;
        for (uint32_t s = 0; s < a->in->n_sources; s++) claims[s].weight = 1;
        for (size_t i = 0; i < a->n; i++) {
            const rs_aim_sample *s = &a->samples[i];
            claims[s->source].tie += s->key; /* of its samples, whatever its name */
            if (s->chosen || s->copy != copies) continue;
            claims[s->source].limit++;
            list[n++] = (ordered){s->source, rank_of(s), s->key, (uint32_t)i};
        }
        share_out(claims, a->in->n_sources, left, order);
        qsort(list, n, sizeof *list, in_order);
        int64_t taken = 0;
        for (size_t i = 0; i < n; i++) {
            rs_aim_sample *s = &a->samples[list[i].at];
            taken = i > 0 && list[i].group == list[i - 1].group ? taken + 1 : 0;
            s->chosen = taken < claims[s->source].got;
            *(copies ? &a->out->n_copies : &a->out->n_unaimed) += s->chosen;
        }
    }
    const bool ok = claims && order;
    rs_free(claims);
    rs_free(order);
    return ok;
}

/* A part's examples as one number, whatever their order: ties must not go by names or places. */
static void hash_parts(aim *a)
{
    const rs_aim_input *in = a->in;
    for (size_t i = 0; i < in->n_examples; i++) {
        const rs_aim_question *q = &in->questions[in->examples[i].question];
        uint64_t words = 0;
        for (uint32_t k = 0; k < q->n; k++) words += in->word_hash[q->words[k]];
        const uint64_t both[2] = {words, in->answer_hash[in->examples[i].answer]};
        a->part_hash[in->examples[i].part] += rs_hash64(both, sizeof both);
    }
}

static bool choose(aim *a, ordered *list)
{
    if (!make_cells(a)) return false;
    hash_parts(a);
    count_members(a);
    for (size_t i = 0; i < a->n; i++) {
        a->samples[i].chosen = a->samples[i].aimed = a->samples[i].copy = false;
        place_sample(a, &a->samples[i]);
    }
    mark_copies(a, list);
    for (size_t i = 0; i < a->n; i++)
        if (a->samples[i].cell != RS_AIM_NONE && !a->samples[i].copy)
            a->out->cells[a->samples[i].cell].supply++;
    if (!share_budget(a)) return false;
    choose_cells(a, list);
    return fill_up(a, list, false) && fill_up(a, list, true);
}

/* Are all indices in range? */
static bool is_sound(const rs_aim_input *in, const rs_aim_sample *samples, size_t n)
{
    if (in->n_parts == 0 || in->n_parts > RS_AIM_MAX_PARTS || in->alpha >= 1 || n >= UINT32_MAX)
        return false;
    for (size_t i = 0; i < in->n_examples; i++)
        if (in->examples[i].part >= in->n_parts || in->examples[i].question >= in->n_questions ||
            in->examples[i].answer >= in->n_answers)
            return false;
    for (size_t i = 0; i < in->n_turns; i++)
        if (in->turns[i].question >= in->n_questions || in->turns[i].n_wordings == 0 ||
            in->turns[i].n_wordings > in->n_questions - in->turns[i].question)
            return false;
    for (size_t i = 0; i < n; i++)
        if (samples[i].first_turn > in->n_turns ||
            samples[i].n_turns > in->n_turns - samples[i].first_turn ||
            samples[i].source >= in->n_sources)
            return false;
    return true;
}

rsift_status rs_aim_choose(const rs_aim_input *in, rs_aim_sample *samples, size_t n,
                           rs_aim_result *out, rsift_error *err)
{
    *out = (rs_aim_result){0};
    if (!is_sound(in, samples, n))
        return rs_err_set(err, RSIFT_E_ARG, "a goal whose numbers are out of range");
    aim a = {.in = in, .samples = samples, .n = n, .out = out};
    RS_TRY(rs_aim_values(in, samples, n, err));
    RS_TRY(rs_aim_match_questions(in, &a.matches, err));
    ordered *list = rs_calloc(n + 1, sizeof *list);
    a.n_members = rs_calloc((size_t)in->n_parts + 1, sizeof *a.n_members);
    a.part_hash = rs_calloc((size_t)in->n_parts + 1, sizeof *a.part_hash);
    const bool ok = list && a.n_members && a.part_hash && choose(&a, list);
    rs_free(list);
    rs_free(a.n_members);
    rs_free(a.part_hash);
    rs_aim_matches_fini(&a.matches);
    if (ok) return RSIFT_OK;
    rs_aim_result_fini(out);
    return rs_err_nomem(err, "the choice of samples");
}

void rs_aim_result_fini(rs_aim_result *result)
{
    rs_free(result->cells);
    *result = (rs_aim_result){0};
}
