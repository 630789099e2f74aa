/* Similarity of questions to the parts of a goal, through lists of which of a goal's questions
 * hold a word: a question is compared with those alone that share a word with it. */
#include "choose/aim_similar.h"

#include "base/alloc.h"
#include "base/buf.h"

#include <math.h>
#include <stdlib.h>

/* ---- two questions --------------------------------------------------------------------------- */

double rs_aim_similarity(const rs_aim_question *a, const rs_aim_question *b)
{
    uint32_t i = 0, k = 0, both = 0;
    while (i < a->n && k < b->n) {
        if (a->words[i] == b->words[k]) both++, i++, k++;
        else if (a->words[i] < b->words[k]) i++;
        else k++;
    }
    return both ? both / sqrt((double)a->n * b->n) : 0;
}

/* ---- a goal's questions ---------------------------------------------------------------------- */

/* A distinct (part, question) of the examples. */
typedef struct asked {
    uint32_t part, question;
} asked;

typedef struct goal {
    asked *asked;
    size_t n_asked;
    size_t *first;     /* [n_words + 1]: of each word in `holders` */
    uint32_t *holders; /* numbers of `asked` */
} goal;

static int by_part_and_question(const void *a, const void *b)
{
    const asked *x = a, *y = b;
    if (x->part != y->part) return x->part < y->part ? -1 : 1;
    return (x->question > y->question) - (x->question < y->question);
}

static bool list_asked(const rs_aim_input *in, goal *g)
{
    g->asked = rs_calloc(in->n_examples + 1, sizeof *g->asked);
    if (!g->asked) return false;
    for (size_t i = 0; i < in->n_examples; i++)
        g->asked[i] = (asked){in->examples[i].part, in->examples[i].question};
    qsort(g->asked, in->n_examples, sizeof *g->asked, by_part_and_question);
    for (size_t i = 0; i < in->n_examples; i++)
        if (i == 0 || by_part_and_question(&g->asked[i], &g->asked[i - 1]) != 0)
            g->asked[g->n_asked++] = g->asked[i];
    return true;
}

/* Who holds which word: counted, then laid down. */
static bool list_holders(const rs_aim_input *in, goal *g)
{
    g->first = rs_calloc((size_t)in->n_words + 2, sizeof *g->first);
    if (!g->first) return false;
    for (size_t i = 0; i < g->n_asked; i++) {
        const rs_aim_question *q = &in->questions[g->asked[i].question];
        for (uint32_t k = 0; k < q->n; k++) g->first[q->words[k] + 2]++;
    }
    for (size_t w = 2; w < (size_t)in->n_words + 2; w++) g->first[w] += g->first[w - 1];
    g->holders = rs_calloc(g->first[in->n_words + 1] + 1, sizeof *g->holders);
    if (!g->holders) return false;
    /* first[w + 1] is where the next holder of w goes; in the end it is where those of w + 1 begin
     * */
    for (size_t i = 0; i < g->n_asked; i++) {
        const rs_aim_question *q = &in->questions[g->asked[i].question];
        for (uint32_t k = 0; k < q->n; k++) g->holders[g->first[q->words[k] + 1]++] = (uint32_t)i;
    }
    return true;
}

static void goal_fini(goal *g)
{
    rs_free(g->asked);
    rs_free(g->first);
    rs_free(g->holders);
}

/* ---- matching -------------------------------------------------------------------------------- */

typedef struct matcher {
    const rs_aim_input *in;
    goal goal;
    uint32_t *both;    /* [n_asked]: words shared with the question at hand */
    uint32_t *touched; /* numbers of `asked` whose `both` is not 0 */
    float *best;       /* [n_parts] */
    rs_aim_match *at;
    size_t n, cap;
} matcher;

/* The best similarity of question q to each part, then those that reach RS_AIM_MEMBER. */
static bool match_question(matcher *m, uint32_t q)
{
    const rs_aim_question *question = &m->in->questions[q];
    size_t n_touched = 0;
    for (uint32_t k = 0; k < question->n; k++) {
        const uint32_t word = question->words[k];
        for (size_t h = m->goal.first[word]; h < m->goal.first[word + 1]; h++)
            if (m->both[m->goal.holders[h]]++ == 0) m->touched[n_touched++] = m->goal.holders[h];
    }
    for (size_t i = 0; i < n_touched; i++) {
        const uint32_t at = m->touched[i];
        const rs_aim_question *other = &m->in->questions[m->goal.asked[at].question];
        const float sim = (float)(m->both[at] / sqrt((double)question->n * other->n));
        float *best = &m->best[m->goal.asked[at].part];
        if (sim > *best) *best = sim;
        m->both[at] = 0;
    }
    if (n_touched == 0) return true;
    for (uint32_t p = 0; p < m->in->n_parts; p++) {
        if (m->best[p] >= (float)RS_AIM_MEMBER) {
            if (!RS_VEC_RESERVE(m->at, m->cap, m->n + 1)) return false;
            m->at[m->n++] = (rs_aim_match){p, m->best[p]};
        }
        m->best[p] = 0;
    }
    return true;
}

rsift_status rs_aim_match_questions(const rs_aim_input *in, rs_aim_matches *out, rsift_error *err)
{
    matcher m = {.in = in};
    *out = (rs_aim_matches){.first = rs_calloc((size_t)in->n_questions + 1, sizeof *out->first)};
    bool ok = out->first && list_asked(in, &m.goal) && list_holders(in, &m.goal);
    if (ok) {
        m.both = rs_calloc(m.goal.n_asked + 1, sizeof *m.both);
        m.touched = rs_calloc(m.goal.n_asked + 1, sizeof *m.touched);
        m.best = rs_calloc((size_t)in->n_parts + 1, sizeof *m.best);
        ok = m.both && m.touched && m.best;
    }
    for (uint32_t q = 0; ok && q < in->n_questions; q++) {
        ok = match_question(&m, q);
        out->first[q + 1] = m.n;
    }
    out->at = m.at;
    goal_fini(&m.goal);
    rs_free(m.both);
    rs_free(m.touched);
    rs_free(m.best);
    if (ok) return RSIFT_OK;
    rs_aim_matches_fini(out);
    return rs_err_nomem(err, "the questions of the goal");
}

void rs_aim_matches_fini(rs_aim_matches *matches)
{
    rs_free(matches->first);
    rs_free(matches->at);
    *matches = (rs_aim_matches){0};
}

/* ---- parts of examples ----------------------------------------------------------------------- */

/* A question of the examples with how often it is asked, and a hash of its words for ties. */
typedef struct frequent {
    uint32_t question, n;
    uint64_t words;
} frequent;

static int most_frequent_first(const void *a, const void *b)
{
    const frequent *x = a, *y = b;
    if (x->n != y->n) return x->n > y->n ? -1 : 1;
    return (x->words > y->words) - (x->words < y->words);
}

/* Each question's part, by the leading questions so far; `led` holds those, by part. Questions
 * without words (texts that were not kept) are one part. */
static uint32_t lead(const rs_aim_input *in, uint32_t question, uint32_t *led, uint32_t n_led)
{
    const rs_aim_question *own = &in->questions[question];
    for (uint32_t p = 0; p < n_led; p++) {
        const rs_aim_question *leading = &in->questions[led[p]];
        if ((own->n == 0 && leading->n == 0) || rs_aim_similarity(leading, own) >= RS_AIM_MEMBER)
            return p;
    }
    if (n_led + 1 >= RS_AIM_MAX_PARTS) return RS_AIM_NONE;
    led[n_led] = question;
    return n_led;
}

/* Is part p to stay a part of its own? Not with fewer than 1 % of the examples, nor when `most - 1`
 * parts have more (of equal ones the earlier one). */
static bool stays(const size_t *count, uint32_t n_led, uint32_t p, uint32_t most, size_t n_examples)
{
    uint32_t n_before = 0;
    for (uint32_t q = 0; q < n_led; q++)
        n_before += count[q] > count[p] || (count[q] == count[p] && q < p);
    return count[p] * 100 >= n_examples && (n_before + 1 < most || most >= n_led);
}

/* Renumbers parts so that those that don't stay are the last one together. */
static uint32_t join_small(uint32_t *part, size_t n_examples, uint32_t n_led, uint32_t most)
{
    size_t count[RS_AIM_MAX_PARTS] = {0};
    uint32_t number[RS_AIM_MAX_PARTS], n_parts = 0;
    for (size_t i = 0; i < n_examples; i++)
        if (part[i] != RS_AIM_NONE) count[part[i]]++;
    for (uint32_t p = 0; p < n_led; p++)
        number[p] = stays(count, n_led, p, most, n_examples) ? n_parts++ : RS_AIM_NONE;
    bool any = false;
    for (size_t i = 0; i < n_examples; i++) {
        const uint32_t to = part[i] == RS_AIM_NONE ? RS_AIM_NONE : number[part[i]];
        any = any || to == RS_AIM_NONE;
        part[i] = to == RS_AIM_NONE ? n_parts : to;
    }
    return n_parts + any;
}

uint32_t rs_aim_split(const rs_aim_input *in, uint32_t most, uint32_t *part)
{
    uint32_t led[RS_AIM_MAX_PARTS], n_led = 0;
    frequent *list = rs_calloc((size_t)in->n_questions + 1, sizeof *list);
    uint32_t *of = rs_calloc((size_t)in->n_questions + 1, sizeof *of);
    if (list && of && in->n_examples) {
        for (uint32_t q = 0; q < in->n_questions; q++) {
            list[q].question = q;
            for (uint32_t k = 0; k < in->questions[q].n; k++)
                list[q].words += in->word_hash[in->questions[q].words[k]];
        }
        for (size_t i = 0; i < in->n_examples; i++) list[in->examples[i].question].n++;
        qsort(list, in->n_questions, sizeof *list, most_frequent_first);
        for (uint32_t q = 0; q < in->n_questions && list[q].n; q++) {
            of[list[q].question] = lead(in, list[q].question, led, n_led);
            n_led += of[list[q].question] == n_led;
        }
        for (size_t i = 0; i < in->n_examples; i++) part[i] = of[in->examples[i].question];
    }
    const bool ok = list && of;
    rs_free(list);
    rs_free(of);
    return !ok || !in->n_examples ? 0 : join_small(part, in->n_examples, n_led, most);
}
