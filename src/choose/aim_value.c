/* The value of samples by their questions; see aim.h for the formula. */
#include "choose/aim_value.h"

#include "base/alloc.h"
#include "base/hash.h"
#include "base/map.h"

#include <stdlib.h>

enum { rare = 20 /* a question asked less often counts with its template */ };

/* One asked question: each picture once. */
typedef struct ask {
    uint64_t group; /* the question, or its template */
    uint32_t picture, answer;
} ask;

static int by_group_and_picture(const void *a, const void *b)
{
    const ask *x = a, *y = b;
    if (x->group != y->group) return x->group < y->group ? -1 : 1;
    if (x->picture != y->picture) return x->picture < y->picture ? -1 : 1;
    return (x->answer > y->answer) - (x->answer < y->answer);
}

static int by_group_and_answer(const void *a, const void *b)
{
    const ask *x = a, *y = b;
    if (x->group != y->group) return x->group < y->group ? -1 : 1;
    return (x->answer > y->answer) - (x->answer < y->answer);
}

/* Per group n and n_max, packed: n in the upper half. */
static bool count_groups(ask *asks, size_t n, rs_map64 *out)
{
    size_t n_kept = 0;
    qsort(asks, n, sizeof *asks, by_group_and_picture);
    /* of a picture that is asked one thing several times, the least answer */
    for (size_t i = 0; i < n; i++)
        if (i == 0 || asks[i].group != asks[i - 1].group || asks[i].picture != asks[i - 1].picture)
            asks[n_kept++] = asks[i];
    qsort(asks, n_kept, sizeof *asks, by_group_and_answer);
    for (size_t i = 0; i < n_kept;) {
        uint32_t most = 0, run = 0;
        size_t end = i;
        for (; end < n_kept && asks[end].group == asks[i].group; end++) {
            run = end > i && asks[end].answer == asks[end - 1].answer ? run + 1 : 1;
            if (run > most) most = run;
        }
        const uint64_t packed = (uint64_t)(end - i) << 32 | most;
        bool made;
        if (!rs_map64_put(out, asks[i].group, packed, &made)) return false;
        i = end;
    }
    return true;
}

/* In how many turns each word stands. */
static uint32_t *count_words(const rs_aim_input *in)
{
    uint32_t *count = rs_calloc((size_t)in->n_words + 1, sizeof *count);
    for (size_t t = 0; count && t < in->n_turns; t++) {
        const rs_aim_question *q = &in->questions[in->turns[t].question];
        for (uint32_t k = 0; k < q->n; k++) count[q->words[k]]++;
    }
    return count;
}

/* A question's template: the set of the words that at least `rare` turns share. The upper bit keeps
 * templates apart from questions, which are small numbers. */
static uint64_t template_of(const rs_aim_input *in, uint32_t question, const uint32_t *count)
{
    const rs_aim_question *q = &in->questions[question];
    uint64_t sum = 0;
    for (uint32_t k = 0; k < q->n; k++)
        if (count[q->words[k]] >= rare) sum += in->word_hash[q->words[k]];
    return sum | (uint64_t)1 << 63;
}

bool rs_aim_templates(const rs_aim_input *in, uint64_t *templates)
{
    uint32_t *count = count_words(in);
    for (uint32_t q = 0; count && q < in->n_questions; q++)
        templates[q] = template_of(in, q, count);
    rs_free(count);
    return count != NULL;
}

static double value_of(uint64_t packed)
{
    const double n = (double)(packed >> 32), n_max = (double)(packed & UINT32_MAX);
    const double v = 1 - (n_max + 1) / (n + 2);
    return v > 0.1 ? v : 0.1;
}

static void put_values(const rs_aim_input *in, rs_aim_sample *samples, size_t n,
                       const rs_map64 *groups, const uint64_t *templates)
{
    for (size_t i = 0; i < n; i++) {
        double sum = 0;
        for (uint32_t k = 0; k < samples[i].n_turns; k++) {
            const uint32_t q = in->turns[samples[i].first_turn + k].question;
            const uint64_t *packed = rs_map64_get(groups, q);
            if (!packed || *packed >> 32 < rare) packed = rs_map64_get(groups, templates[q]);
            sum += packed ? value_of(*packed) : 0.1;
        }
        samples[i].value =
            samples[i].n_turns ? (float)(samples[i].quality * sum / samples[i].n_turns) : 0;
    }
}

rsift_status rs_aim_values(const rs_aim_input *in, rs_aim_sample *samples, size_t n,
                           rsift_error *err)
{
    rs_map64 groups = {0};
    uint64_t *templates = rs_calloc((size_t)in->n_questions + 1, sizeof *templates);
    ask *asks = rs_calloc(in->n_turns + 1, sizeof *asks);
    bool ok = templates && asks && rs_aim_templates(in, templates);
    /* once by questions, once by their templates */
    for (int by_template = 0; ok && by_template < 2; by_template++) {
        size_t n_asks = 0;
        for (size_t i = 0; i < n; i++)
            for (uint32_t k = 0; k < samples[i].n_turns; k++) {
                const rs_aim_turn *t = &in->turns[samples[i].first_turn + k];
                const uint64_t group = by_template ? templates[t->question] : t->question;
                asks[n_asks++] = (ask){group, samples[i].picture, t->answer};
            }
        ok = count_groups(asks, n_asks, &groups);
    }
    if (ok) put_values(in, samples, n, &groups, templates);
    rs_map64_fini(&groups);
    rs_free(templates);
    rs_free(asks);
    return ok ? RSIFT_OK : rs_err_nomem(err, "the value of samples");
}
