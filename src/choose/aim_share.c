/* Shares of parts and answers; see aim.h for the rules. */
#include "choose/aim_share.h"

#include "base/alloc.h"
#include "choose/share.h"

#include <math.h>

double rs_aim_alpha(const rs_aim_input *in)
{
    return in->alpha > 0 ? in->alpha : RS_AIM_ALPHA;
}

double rs_aim_answer_weight(const rs_aim_input *in, int64_t n_examples)
{
    return pow((double)n_examples, 1 / (1 - rs_aim_alpha(in)));
}

/* The budget of one part over its answers. */
static bool share_part(const rs_aim_input *in, rs_aim_cell *cells, size_t n, int64_t budget)
{
    rs_claim *answers = rs_calloc(n + 1, sizeof *answers);
    if (!answers) return false;
    for (size_t c = 0; c < n; c++)
        answers[c] = (rs_claim){.weight = rs_aim_answer_weight(in, cells[c].n_examples),
                                .limit = cells[c].supply,
                                .tie = in->answer_hash[cells[c].answer]};
    const bool ok = rs_choose_share_out(answers, n, budget);
    for (size_t c = 0; ok && c < n; c++) cells[c].chosen = answers[c].got;
    rs_free(answers);
    return ok;
}

bool rs_aim_share(const rs_aim_input *in, rs_aim_cell *cells, size_t n)
{
    rs_claim *parts = rs_calloc((size_t)in->n_parts + 1, sizeof *parts);
    if (!parts) return false;
    for (uint32_t p = 0; p < in->n_parts; p++)
        parts[p] = (rs_claim){.weight = in->shares[p], .tie = p};
    for (size_t c = 0; c < n; c++) parts[cells[c].part].limit += cells[c].supply;
    bool ok = rs_choose_share_out(parts, in->n_parts, in->budget);
    for (size_t begin = 0, end; ok && begin < n; begin = end) {
        const uint32_t p = cells[begin].part;
        for (end = begin; end < n && cells[end].part == p;) end++;
        ok = share_part(in, &cells[begin], end - begin, parts[p].got);
    }
    rs_free(parts);
    return ok;
}
