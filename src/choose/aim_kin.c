/* Parts that ask for the same in other words; see aim_kin.h. */
#include "choose/aim_kin.h"

#include "base/alloc.h"

#include <stdlib.h>

enum { least_answers = 3, least_asked = 20 };

/* A number of a list and a part; pairs are sorted and become a list. */
typedef struct pair {
    uint32_t number, part;
} pair;

static int by_number_and_part(const void *a, const void *b)
{
    const pair *x = a, *y = b;
    if (x->number != y->number) return x->number < y->number ? -1 : 1;
    return (x->part > y->part) - (x->part < y->part);
}

/* The list of sorted pairs without repeats, by numbers below n_numbers. */
static bool list_pairs(const pair *pairs, size_t n, size_t n_numbers, rs_aim_kin_list *out)
{
    out->first = rs_calloc(n_numbers + 1, sizeof *out->first);
    out->at = rs_calloc(n + 1, sizeof *out->at);
    if (!out->first || !out->at) return false;
    for (size_t i = 0; i < n; i++) {
        out->first[pairs[i].number + 1]++;
        out->at[i] = pairs[i].part;
    }
    for (size_t k = 0; k < n_numbers; k++) out->first[k + 1] += out->first[k];
    return true;
}

/* The tags that at least half of a part's examples carry. */
static bool list_tags(const rs_aim_input *in, rs_aim_kin *kin)
{
    int64_t *n = rs_calloc((size_t)in->n_parts + 1, sizeof *n);
    pair *pairs = rs_calloc(in->n_examples + 1, sizeof *pairs);
    size_t n_pairs = 0, n_kept = 0;
    for (size_t i = 0; n && pairs && i < in->n_examples; i++) {
        const rs_aim_example *e = &in->examples[i];
        n[e->part]++;
        if (e->tag == RS_AIM_NONE) continue;
        if (e->tag >= kin->n_tags) kin->n_tags = e->tag + 1;
        pairs[n_pairs++] = (pair){e->tag, e->part};
    }
    if (pairs) qsort(pairs, n_pairs, sizeof *pairs, by_number_and_part);
    for (size_t begin = 0, end; n && pairs && begin < n_pairs; begin = end) {
        const pair one = pairs[begin];
        for (end = begin; end < n_pairs; end++)
            if (by_number_and_part(&one, &pairs[end]) != 0) break;
        if ((int64_t)(end - begin) * 2 >= n[one.part]) pairs[n_kept++] = one;
    }
    const bool ok = n && pairs && list_pairs(pairs, n_kept, kin->n_tags, &kin->of_tag);
    rs_free(n);
    rs_free(pairs);
    return ok;
}

static bool list_answers(const rs_aim_input *in, const rs_aim_cell *cells, size_t n_cells,
                         rs_aim_kin *kin)
{
    pair *pairs = rs_calloc(n_cells + 1, sizeof *pairs);
    kin->n_answers = rs_calloc((size_t)in->n_parts + 1, sizeof *kin->n_answers);
    size_t n = 0;
    for (size_t c = 0; pairs && kin->n_answers && c < n_cells; c++) {
        if (cells[c].n_examples == 0) continue;
        kin->n_answers[cells[c].part]++;
        pairs[n++] = (pair){cells[c].answer, cells[c].part};
    }
    if (pairs) qsort(pairs, n, sizeof *pairs, by_number_and_part);
    const bool ok = pairs && kin->n_answers && list_pairs(pairs, n, in->n_answers, &kin->of_answer);
    rs_free(pairs);
    return ok;
}

static uint64_t key_of(uint32_t question, uint32_t part)
{
    return (uint64_t)question << 32 | part;
}

/* How often each question is asked, and answered as a part's examples are. */
static bool count_answers(const rs_aim_input *in, rs_aim_kin *kin)
{
    kin->n_asked = rs_calloc((size_t)in->n_questions + 1, sizeof *kin->n_asked);
    if (!kin->n_asked) return false;
    for (size_t t = 0; t < in->n_turns; t++) {
        const rs_aim_turn *turn = &in->turns[t];
        kin->n_asked[turn->question]++;
        if (turn->answer >= in->n_answers) continue;
        for (size_t k = kin->of_answer.first[turn->answer];
             k < kin->of_answer.first[turn->answer + 1]; k++) {
            const uint32_t part = kin->of_answer.at[k];
            if (kin->n_answers[part] < least_answers) continue;
            uint64_t *n = rs_map64_put(&kin->answered, key_of(turn->question, part), 0, NULL);
            if (!n) return false;
            ++*n;
        }
    }
    return true;
}

bool rs_aim_kin_make(const rs_aim_input *in, const rs_aim_cell *cells, size_t n_cells,
                     rs_aim_kin *out)
{
    *out = (rs_aim_kin){.in = in};
    return list_tags(in, out) && list_answers(in, cells, n_cells, out) && count_answers(in, out);
}

static bool has_part(const uint32_t *parts, size_t n, uint32_t part)
{
    for (size_t i = 0; i < n; i++)
        if (parts[i] == part) return true;
    return false;
}

void rs_aim_kin_parts(const rs_aim_kin *kin, size_t t, rs_aim_kin_fn *found, void *ctx)
{
    const rs_aim_input *in = kin->in;
    const rs_aim_turn *turn = &in->turns[t];
    const uint32_t tag = in->turn_tag ? in->turn_tag[t] : RS_AIM_NONE;
    const size_t begin = tag < kin->n_tags ? kin->of_tag.first[tag] : 0,
                 end = tag < kin->n_tags ? kin->of_tag.first[tag + 1] : 0;
    for (size_t k = begin; k < end; k++) found(ctx, kin->of_tag.at[k]);

    const uint64_t n_asked = kin->n_asked[turn->question];
    if (turn->answer >= in->n_answers || n_asked < least_asked) return;
    const size_t *of_answer = &kin->of_answer.first[turn->answer];
    for (size_t k = of_answer[0]; k < of_answer[1]; k++) {
        const uint32_t part = kin->of_answer.at[k];
        const uint64_t *n = rs_map64_get(&kin->answered, key_of(turn->question, part));
        if (n && *n * 5 >= n_asked * 4 && !has_part(&kin->of_tag.at[begin], end - begin, part))
            found(ctx, part);
    }
}

void rs_aim_kin_fini(rs_aim_kin *kin)
{
    rs_free(kin->of_tag.first);
    rs_free(kin->of_tag.at);
    rs_free(kin->of_answer.first);
    rs_free(kin->of_answer.at);
    rs_free(kin->n_answers);
    rs_free(kin->n_asked);
    rs_map64_fini(&kin->answered);
    *kin = (rs_aim_kin){0};
}
