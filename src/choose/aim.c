/* Choosing for a goal: membership, cells, copies, what is beyond a picture's share; see aim.h. */
#include "choose/aim.h"

#include "base/alloc.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/rng.h"
#include "choose/aim_share.h"
#include "choose/aim_kin.h"
#include "choose/aim_similar.h"
#include "choose/aim_take.h"
#include "choose/aim_value.h"
#include "choose/share.h"

#include <math.h>
#include <stdlib.h>

typedef struct aim {
    const rs_aim_input *in;
    rs_aim_sample *samples;
    size_t n;
    rs_aim_matches matches;
    rs_aim_result *out;
    rs_aim_kin kin;
    int64_t *n_members;  /* [n_parts]: turns whose most similar part this is */
    uint32_t *same_as;   /* [n_sources]: a source that it repeats, or itself */
    int64_t *of_picture; /* [n_pictures]: samples that are chosen, repeats counted */
    uint32_t epochs;     /* uses of a sample at most */
} aim;

/* ---- cells ----------------------------------------------------------------------------------- */

static int by_part_and_answer(const void *a, const void *b)
{
    const rs_aim_cell *x = a, *y = b;
    if (x->part != y->part) return x->part < y->part ? -1 : 1;
    return (x->answer > y->answer) - (x->answer < y->answer);
}

static size_t n_given(const rs_aim_input *in)
{
    return in->given.first ? in->given.first[in->n_turns] : 0;
}

/* One cell for each answer that a part's examples give, or the turns that were given to it. */
static bool make_cells(aim *a)
{
    const rs_aim_input *in = a->in;
    rs_aim_result *out = a->out;
    const size_t most = in->n_examples + n_given(in);
    size_t n = 0;
    rs_aim_cell *cells = out->cells = rs_calloc(most + 1, sizeof *out->cells);
    if (!cells) return false;
    for (size_t i = 0; i < in->n_examples; i++)
        cells[n++] = (rs_aim_cell){
            .part = in->examples[i].part, .answer = in->examples[i].answer, .n_examples = 1};
    for (size_t t = 0; in->given.first && t < in->n_turns; t++)
        for (size_t g = in->given.first[t]; g < in->given.first[t + 1]; g++)
            cells[n++] = (rs_aim_cell){.part = in->given.at[g], .answer = in->turns[t].answer};
    qsort(cells, n, sizeof *cells, by_part_and_answer);
    for (size_t i = 0; i < n; i++) {
        if (out->n_cells && by_part_and_answer(&cells[i], &cells[out->n_cells - 1]) == 0)
            cells[out->n_cells - 1].n_examples += cells[i].n_examples;
        else cells[out->n_cells++] = cells[i];
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

/* Where a turn belongs: the cell of its answer in the part whose examples it is most similar to, or
 * in one that it was given to. */
typedef struct place {
    float sim;     /* 1 where it was given */
    uint32_t cell; /* RS_AIM_NONE = of no part */
    bool given;
} place;

/* Is part p to be preferred to part q for the sample, both being equally similar? The one with
 * fewer members, then by a hash of the sample and the part's examples. */
static bool is_preferred(const aim *a, uint32_t p, uint32_t q, uint64_t key)
{
    if (a->n_members[p] != a->n_members[q]) return a->n_members[p] < a->n_members[q];
    const uint64_t hp[2] = {key, a->out->part_hash[p]}, hq[2] = {key, a->out->part_hash[q]};
    return rs_hash64(hp, sizeof hp) < rs_hash64(hq, sizeof hq);
}

/* The best part so far for a turn that is akin to it. */
typedef struct akin {
    const aim *a;
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
static place most_similar(const aim *a, size_t t, uint64_t key)
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
static double draw_of(const aim *a, uint32_t part, uint64_t key)
{
    const uint64_t both[2] = {key, a->out->part_hash[part]};
    const double u = rs_rng_open_unit(rs_hash64(both, sizeof both));
    return -log(u) * (double)a->n_members[part] / a->in->shares[part];
}

/* Goals that ask for the same turns share them: of the part that it is most similar to and those
 * that it was given to, one is drawn. */
static place place_turn(const aim *a, size_t t, uint64_t key)
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

/* Counts a turn for each part that it may be placed in, so that the count does not depend on the
 * order of samples. */
static void count_turn(aim *a, size_t t)
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
static uint32_t cell_of_most(const aim *a, const uint32_t *cells, uint32_t n, uint64_t key)
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
static void count_several(const aim *a, const rs_aim_sample *s, const uint32_t *cells, uint32_t n)
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

/* The cell that most turns of a sample belong to (of its first 64) when
 * at least half of its turns belong to any, or some were given to a part: tags tell turns of a long
 * dialogue one by one. Its similarity is the mean over all turns. */
static void place_sample(const aim *a, rs_aim_sample *s)
{
    enum { looked_at = 64 };
    uint32_t cells[looked_at], n = 0, n_inside = 0;
    bool any_given = false;
    double sum = 0;
    s->cell = RS_AIM_NONE;
    for (uint32_t k = 0; k < s->n_turns; k++) {
        const place at = place_turn(a, (size_t)s->first_turn + k, s->key);
        if (at.cell == RS_AIM_NONE) continue;
        sum += at.sim;
        any_given = any_given || at.given;
        n_inside++;
        if (n < looked_at) cells[n++] = at.cell;
    }
    s->cell = cell_of_most(a, cells, n, s->key);
    s->sim = s->n_turns ? (float)(sum / s->n_turns) : 0;
    s->partial = n_inside * 2 < s->n_turns;
    if (s->partial && !any_given) s->cell = RS_AIM_NONE;
    if (s->cell != RS_AIM_NONE) count_several(a, s, cells, n);
}

/* ---- order ----------------------------------------------------------------------------------- */

static int in_order(const void *a, const void *b)
{
    const rs_aim_ordered *x = a, *y = b;
    if (x->group != y->group) return x->group < y->group ? -1 : 1;
    if (x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

/* How many before it in the sorted list are of its group. */
static int64_t next_of_group(const rs_aim_ordered *list, size_t i, int64_t previous)
{
    return i > 0 && list[i].group == list[i - 1].group ? previous + 1 : 0;
}

/* ---- copies ---------------------------------------------------------------------------------- */

/* What makes a sample a copy of another: its picture and the first question about it. */
static uint64_t asked_of_picture(const aim *a, const rs_aim_sample *s)
{
    const uint64_t both[2] = {s->picture, s->n_turns ? a->in->turns[s->first_turn].question
                                                     : (uint64_t)RS_AIM_NONE};
    return rs_hash64(both, sizeof both);
}

static void join_sources(aim *a, uint32_t x, uint32_t y)
{
    x = rs_aim_class_of(a->same_as, x);
    y = rs_aim_class_of(a->same_as, y);
    if (x != y) a->same_as[x > y ? x : y] = x > y ? y : x;
}

/* Counts, for each two sources in a run of copies, that they share one more question of a picture.
 * `both` is counted by pair; of very many sources only neighbours are. */
static bool count_shared(const aim *a, const rs_aim_ordered *list, size_t n, rs_map64 *both)
{
    enum { most = 16 };
    size_t n_sources = 0, first[most + 1] = {0};
    for (size_t i = 0; i < n; i++) {
        const uint32_t own = a->samples[list[i].at].source;
        if (n_sources && own == a->samples[list[first[(n_sources - 1) % most]].at].source) continue;
        const size_t n_compared = n_sources < most ? n_sources : 1;
        for (size_t k = 0; k < n_compared; k++) {
            const size_t other = n_sources < most ? k : (n_sources - 1) % most;
            bool made;
            uint64_t *count = rs_map64_put(
                both, (uint64_t)a->samples[list[first[other]].at].source << 32 | own, 0, &made);
            if (!count) return false;
            ++*count;
        }
        first[n_sources++ % most] = i;
    }
    return true;
}

/* Sources that share half of the smaller one are one: a set that somebody repeats under ten names
 * gets no more of what is filled up than the set alone. */
static bool join_repeated(aim *a, const rs_aim_ordered *list, const rs_map64 *both)
{
    const uint32_t n_sources = a->in->n_sources;
    int64_t *size = rs_calloc((size_t)n_sources + 1, sizeof *size);
    if (!size) return false;
    for (size_t i = 0; i < a->n; i++) {
        const uint32_t own = a->samples[list[i].at].source;
        size[own] += i == 0 || list[i].group != list[i - 1].group ||
                     own != a->samples[list[i - 1].at].source;
    }
    for (uint32_t x = 0; both->n && x < n_sources; x++)
        for (uint32_t y = x + 1; y < n_sources; y++) {
            const uint64_t *n = rs_map64_get(both, (uint64_t)x << 32 | y);
            if (n && (int64_t)*n * 2 >= (size[x] < size[y] ? size[x] : size[y]))
                join_sources(a, x, y);
        }
    rs_free(size);
    return true;
}

/* Counts members of parts as if nothing were there twice, and finds sources that repeat others. */
static bool count_once(aim *a, rs_aim_ordered *list)
{
    rs_map64 both = {0};
    bool ok = true;
    for (uint32_t s = 0; s < a->in->n_sources; s++) a->same_as[s] = s;
    for (uint32_t s = 0; a->in->same_as && s < a->in->n_sources; s++)
        join_sources(a, s, a->in->same_as[s]);
    for (size_t i = 0; i < a->n; i++)
        list[i] = (rs_aim_ordered){asked_of_picture(a, &a->samples[i]), a->samples[i].source,
                                   a->samples[i].key, (uint32_t)i};
    qsort(list, a->n, sizeof *list, in_order);
    for (size_t begin = 0, end; ok && begin < a->n; begin = end) {
        for (end = begin; end < a->n && list[end].group == list[begin].group;) end++;
        ok = count_shared(a, &list[begin], end - begin, &both);
        const rs_aim_sample *first = &a->samples[list[begin].at];
        for (uint32_t k = 0; k < first->n_turns; k++) count_turn(a, (size_t)first->first_turn + k);
    }
    ok = ok && join_repeated(a, list, &both);
    rs_map64_fini(&both);
    return ok;
}

/* Which of its copies stays: one of the best tier, drawn by value. It is not the draw of the order
 * that follows: the best of ten draws would bring to the front whatever is there ten times. */
static double copy_rank(const rs_aim_sample *s)
{
    if (s->cell == RS_AIM_NONE) return 4.0 * RS_AIM_TIER;
    const uint64_t own[2] = {s->key, 1};
    const double u = rs_rng_open_unit(rs_hash64(own, sizeof own));
    return floor(rs_aim_rank_of(s) / RS_AIM_TIER) * RS_AIM_TIER -
           log(u) / (s->value > 0 ? s->value : 1e-6);
}

static void mark_copies(aim *a, rs_aim_ordered *list)
{
    for (size_t i = 0; i < a->n; i++) {
        const rs_aim_sample *s = &a->samples[i];
        list[i] = (rs_aim_ordered){asked_of_picture(a, s), copy_rank(s), s->key, (uint32_t)i};
    }
    qsort(list, a->n, sizeof *list, in_order);
    for (size_t i = 0; i < a->n; i++)
        a->samples[list[i].at].copy = i > 0 && list[i].group == list[i - 1].group;
}

/* Room of the `k` members of one part and picture, in order: one use each up to `most`; the picture
 * of no more than that may repeat them, up to `most` uses or `epochs`. */
static void set_rooms(const aim *a, const rs_aim_ordered *group, size_t k)
{
    const size_t most = (size_t)a->in->most_of_picture, epochs = a->epochs;
    const size_t allowed = most > epochs ? most : epochs,
                 uses = k * epochs < allowed ? k * epochs : allowed;
    for (size_t i = 0; i < k; i++) {
        rs_aim_sample *s = &a->samples[group[i].at];
        s->beyond = i >= most;
        s->room = (uint8_t)(k > most ? !s->beyond : uses / k + (i < uses % k));
    }
}

/* Which members are more of one picture than a part may have: its first of every cell come first,
 * then the second of every cell, and so on. Copies are not counted. */
static bool mark_beyond(aim *a, rs_aim_ordered *list)
{
    uint32_t *nth = a->in->most_of_picture > 0 ? rs_calloc(a->n + 1, sizeof *nth) : NULL;
    size_t n = 0;
    if (a->in->most_of_picture <= 0) return true;
    if (!nth) return false;
    for (size_t i = 0; i < a->n; i++) {
        const rs_aim_sample *s = &a->samples[i];
        const uint64_t both[2] = {s->picture, s->cell};
        if (!s->copy && s->cell != RS_AIM_NONE)
            list[n++] = (rs_aim_ordered){rs_hash64(both, sizeof both), rs_aim_rank_of(s), s->key,
                                         (uint32_t)i};
    }
    qsort(list, n, sizeof *list, in_order);
    int64_t before = 0;
    for (size_t i = 0; i < n; i++) {
        before = next_of_group(list, i, before);
        nth[list[i].at] = (uint32_t)before;
    }
    for (size_t i = 0; i < n; i++) {
        const rs_aim_sample *s = &a->samples[list[i].at];
        list[i].group = (uint64_t)a->out->cells[s->cell].part << 32 | s->picture;
        list[i].rank = nth[list[i].at];
    }
    qsort(list, n, sizeof *list, in_order);
    for (size_t begin = 0, end; begin < n; begin = end) {
        for (end = begin; end < n && list[end].group == list[begin].group;) end++;
        set_rooms(a, &list[begin], end - begin);
    }
    rs_free(nth);
    return true;
}

/* ---- choosing -------------------------------------------------------------------------------- */

/* A part's examples as one number, whatever their order: ties must not go by names or places. */
static void hash_parts(aim *a)
{
    const rs_aim_input *in = a->in;
    for (size_t i = 0; i < in->n_examples; i++) {
        const rs_aim_question *q = &in->questions[in->examples[i].question];
        uint64_t words = 0;
        for (uint32_t k = 0; k < q->n; k++) words += in->word_hash[q->words[k]];
        const uint64_t both[2] = {words, in->answer_hash[in->examples[i].answer]};
        a->out->part_hash[in->examples[i].part] += rs_hash64(both, sizeof both);
    }
    for (uint32_t p = 0; in->given.part_key && p < in->n_parts; p++)
        a->out->part_hash[p] += in->given.part_key[p];
}

static void count_supply(aim *a)
{
    rs_aim_cell *cells = a->out->cells;
    for (size_t i = 0; i < a->n; i++) {
        const rs_aim_sample *s = &a->samples[i];
        if (s->cell == RS_AIM_NONE || s->copy) continue;
        cells[s->cell].supply++;
        cells[s->cell].within += !s->beyond;
        cells[s->cell].room += s->room;
    }
    for (size_t c = 0; c < a->out->n_cells; c++)
        cells[c].demand = cells[c].n_examples ? (double)cells[c].n_examples
                                              : rs_aim_demand_of_supply(a->in, cells[c].supply);
}

static bool choose(aim *a, rs_aim_ordered *list)
{
    if (!make_cells(a) || !rs_aim_kin_make(a->in, a->out->cells, a->out->n_cells, &a->kin))
        return false;
    hash_parts(a);
    if (!count_once(a, list)) return false;
    for (size_t i = 0; i < a->n; i++) {
        rs_aim_sample *s = &a->samples[i];
        s->chosen = s->aimed = s->general = s->copy = s->beyond = false;
        s->uses = 0;
        s->room = (uint8_t)a->epochs;
        place_sample(a, s);
    }
    mark_copies(a, list);
    if (!mark_beyond(a, list)) return false;
    count_supply(a);
    if (!rs_aim_share(a->in, a->out->part_hash, a->out->cells, a->out->n_cells)) return false;
    rs_aim_result *out = a->out;
    rs_aim_taking taking = {.in = a->in,
                            .cells = out->cells,
                            .n_cells = out->n_cells,
                            .samples = a->samples,
                            .n = a->n,
                            .same_as = a->same_as,
                            .of_picture = a->of_picture,
                            .epochs = a->epochs};
    if (!rs_aim_take(&taking, list)) return false;
    out->n_aimed = taking.n_taken[RS_AIM_AIMED];
    out->n_general = taking.n_taken[RS_AIM_GENERAL];
    out->n_unaimed = taking.n_taken[RS_AIM_FILLED];
    out->n_copies = taking.n_taken[RS_AIM_COPIES];
    out->n_repeats = taking.n_repeats;
    return true;
}

/* Are all indices in range? */
static bool is_sound(const rs_aim_input *in, const rs_aim_sample *samples, size_t n)
{
    if (in->n_parts == 0 || in->n_parts > RS_AIM_MAX_PARTS || in->alpha >= 1 || n >= UINT32_MAX ||
        in->epochs > RS_AIM_EPOCHS || in->n_general < 0 || in->n_general > in->budget ||
        (in->n_general && in->general_source != RS_AIM_NONE && in->general_source >= in->n_sources))
        return false;
    for (size_t g = 0; g < n_given(in); g++)
        if (in->given.at[g] >= in->n_parts) return false;
    for (uint32_t s = 0; in->same_as && s < in->n_sources; s++)
        if (in->same_as[s] >= in->n_sources) return false;
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

static size_t n_pictures(const rs_aim_sample *samples, size_t n)
{
    size_t most = 0;
    for (size_t i = 0; i < n; i++)
        if (samples[i].picture >= most) most = (size_t)samples[i].picture + 1;
    return most;
}

rsift_status rs_aim_choose(const rs_aim_input *in, rs_aim_sample *samples, size_t n,
                           rs_aim_result *out, rsift_error *err)
{
    *out = (rs_aim_result){0};
    if (!is_sound(in, samples, n))
        return rs_err_set(err, RSIFT_E_ARG, "a goal whose numbers are out of range");
    aim a = {
        .in = in, .samples = samples, .n = n, .out = out, .epochs = in->epochs ? in->epochs : 1};
    RS_TRY(rs_aim_values(in, samples, n, err));
    RS_TRY(rs_aim_match_questions(in, &a.matches, err));
    rs_aim_ordered *list = rs_calloc(n + 1, sizeof *list);
    a.n_members = rs_calloc((size_t)in->n_parts + 1, sizeof *a.n_members);
    out->part_hash = rs_calloc((size_t)in->n_parts + 1, sizeof *out->part_hash);
    out->n_also = rs_calloc((size_t)in->n_parts + 1, sizeof *out->n_also);
    a.same_as = rs_calloc((size_t)in->n_sources + 1, sizeof *a.same_as);
    a.of_picture = rs_calloc(n_pictures(samples, n) + 1, sizeof *a.of_picture);
    const bool ok = list && a.n_members && out->part_hash && out->n_also && a.same_as &&
                    a.of_picture && choose(&a, list);
    rs_free(list);
    rs_aim_kin_fini(&a.kin);
    rs_free(a.n_members);
    rs_free(a.same_as);
    rs_free(a.of_picture);
    rs_aim_matches_fini(&a.matches);
    if (ok) return RSIFT_OK;
    rs_aim_result_fini(out);
    return rs_err_nomem(err, "the choice of samples");
}

void rs_aim_result_fini(rs_aim_result *result)
{
    rs_free(result->cells);
    rs_free(result->part_hash);
    rs_free(result->n_also);
    *result = (rs_aim_result){0};
}
