/* Choosing for a goal: cells, what is beyond a picture's share, and the steps in their order; see
 * aim.h. Membership is aim_place.h, copies are aim_copies.h. */
#include "choose/aim.h"

#include "base/alloc.h"
#include "base/hash.h"
#include "choose/aim_copies.h"
#include "choose/aim_place.h"
#include "choose/aim_share.h"
#include "choose/aim_take.h"
#include "choose/aim_value.h"

#include <stdlib.h>

typedef struct aim {
    const rs_aim_input *in;
    rs_aim_sample *samples;
    size_t n;
    rs_aim_result *out;
    rs_aim_placing placing;
    uint32_t *same_as;   /* [n_sources]: a source that it repeats, or itself */
    int64_t *of_picture; /* [n_pictures]: samples that are chosen, repeats counted */
    uint32_t epochs;     /* uses of a sample at most */
} aim;

/* ---- cells ----------------------------------------------------------------------------------- */

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
    qsort(cells, n, sizeof *cells, rs_aim_by_part_and_answer);
    for (size_t i = 0; i < n; i++) {
        if (out->n_cells && rs_aim_by_part_and_answer(&cells[i], &cells[out->n_cells - 1]) == 0)
            cells[out->n_cells - 1].n_examples += cells[i].n_examples;
        else cells[out->n_cells++] = cells[i];
    }
    return true;
}

/* Counts members of parts as if nothing were there twice: the list is grouped by picture and
 * question. */
static void count_members(aim *a, const rs_aim_ordered *list)
{
    for (size_t i = 0; i < a->n; i++) {
        const rs_aim_sample *s = &a->samples[list[i].at];
        if (i > 0 && list[i].group == list[i - 1].group) continue;
        for (uint32_t k = 0; k < s->n_turns; k++)
            rs_aim_count_turn(&a->placing, (size_t)s->first_turn + k);
    }
}

/* ---- the share of a picture ------------------------------------------------------------------ */

/* How many before it in the sorted list are of its group. */
static int64_t next_of_group(const rs_aim_ordered *list, size_t i, int64_t previous)
{
    return i > 0 && list[i].group == list[i - 1].group ? previous + 1 : 0;
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
    qsort(list, n, sizeof *list, rs_aim_in_order);
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
    qsort(list, n, sizeof *list, rs_aim_in_order);
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
    if (!make_cells(a) || !rs_aim_kin_make(a->in, a->out->cells, a->out->n_cells, &a->placing.kin))
        return false;
    hash_parts(a);
    rs_aim_group_copies(a->in, a->samples, a->n, list);
    if (!rs_aim_find_repeated(a->in, a->samples, a->n, list, a->same_as)) return false;
    count_members(a, list);
    for (size_t i = 0; i < a->n; i++) {
        rs_aim_sample *s = &a->samples[i];
        s->chosen = s->aimed = s->general = s->copy = s->beyond = false;
        s->uses = 0;
        s->room = (uint8_t)a->epochs;
        rs_aim_place_sample(&a->placing, s);
    }
    rs_aim_mark_copies(a->in, a->samples, a->n, list);
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
    aim a = {.in = in,
             .samples = samples,
             .n = n,
             .out = out,
             .placing = {.in = in, .out = out},
             .epochs = in->epochs ? in->epochs : 1};
    RS_TRY(rs_aim_values(in, samples, n, err));
    RS_TRY(rs_aim_match_questions(in, &a.placing.matches, err));
    rs_aim_ordered *list = rs_calloc(n + 1, sizeof *list);
    a.placing.n_members = rs_calloc((size_t)in->n_parts + 1, sizeof *a.placing.n_members);
    out->part_hash = rs_calloc((size_t)in->n_parts + 1, sizeof *out->part_hash);
    out->n_also = rs_calloc((size_t)in->n_parts + 1, sizeof *out->n_also);
    a.same_as = rs_calloc((size_t)in->n_sources + 1, sizeof *a.same_as);
    a.of_picture = rs_calloc(n_pictures(samples, n) + 1, sizeof *a.of_picture);
    const bool ok = list && a.placing.n_members && out->part_hash && out->n_also && a.same_as &&
                    a.of_picture && choose(&a, list);
    rs_free(list);
    rs_aim_kin_fini(&a.placing.kin);
    rs_free(a.placing.n_members);
    rs_free(a.same_as);
    rs_free(a.of_picture);
    rs_aim_matches_fini(&a.placing.matches);
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
