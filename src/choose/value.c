/* Blind guesses by leave-image-out counts; see value.h. */
#include "choose/value.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "run/pipeline.h"

#include <math.h>
#include <stdlib.h>

enum { GROUPS_PER_ITEM = 512 };

/* One judged ask in its group. */
typedef struct record {
    uint32_t picture, answer, ask;
    bool copy; /* the picture asked and answered this before: it counts nothing */
} record;

typedef struct tally {
    uint32_t answer, n;
} tally;

typedef struct level_job {
    const rs_value_input *in;
    rs_value_guess *out;
    record *records; /* by group */
    size_t *first;   /* [n_groups + 1] */
    const bool *copies;
    size_t level;
    bool last;
} level_job;

/* What a thread needs: counts by answer, 0 between groups, and the answers of one group. */
typedef struct worker {
    rs_range range;
    uint32_t *count; /* [n_answers] */
    tally *ranked;   /* commonest first */
    size_t cap_ranked;
} worker;

static int by_picture_and_answer(const void *a, const void *b)
{
    const record *x = a, *y = b;
    if (x->picture != y->picture) return x->picture < y->picture ? -1 : 1;
    if (x->answer != y->answer) return x->answer < y->answer ? -1 : 1;
    return (x->ask > y->ask) - (x->ask < y->ask);
}

static int by_count(const void *a, const void *b)
{
    const tally *x = a, *y = b;
    if (x->n != y->n) return x->n > y->n ? -1 : 1;
    return (x->answer > y->answer) - (x->answer < y->answer);
}

/* ---- one group ------------------------------------------------------------------------------- */

/* The answers of a group, commonest first; 0 = no memory or none. */
static size_t rank_answers(const record *records, size_t n, worker *w)
{
    size_t n_ranked = 0;
    for (size_t i = 0; i < n; i++) {
        if (records[i].copy || w->count[records[i].answer]++) continue;
        if (!RS_VEC_RESERVE(w->ranked, w->cap_ranked, n_ranked + 1)) return 0;
        w->ranked[n_ranked++].answer = records[i].answer;
    }
    for (size_t i = 0; i < n_ranked; i++) w->ranked[i].n = w->count[w->ranked[i].answer];
    qsort(w->ranked, n_ranked, sizeof *w->ranked, by_count);
    return n_ranked;
}

/* The records of one picture in a group, in the order of their answers. */
typedef struct own {
    const record *records;
    size_t n;
} own;

/* How often the picture itself gives this answer. */
static uint32_t own_count(const own *o, uint32_t answer)
{
    uint32_t n = 0;
    size_t low = 0, high = o->n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (o->records[middle].answer < answer) low = middle + 1;
        else high = middle;
    }
    for (; low < o->n && o->records[low].answer == answer; low++) n += !o->records[low].copy;
    return n;
}

/* How many of the ranked answers have at least `least` in all pictures. */
static size_t n_from(const tally *ranked, size_t n_ranked, uint32_t least)
{
    size_t low = 0, high = n_ranked;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (ranked[middle].n >= least) low = middle + 1;
        else high = middle;
    }
    return low;
}

/* The guess about one picture from what the others answer. */
typedef struct guess {
    uint32_t others; /* answers of other pictures */
    uint32_t best;   /* count of their commonest */
    uint32_t least;  /* an answer of at least this count is a guess */
    double credit;   /* of such an answer */
} guess;

static guess guess_without(const own *o, const worker *w, size_t n_ranked, uint32_t n_group)
{
    guess g = {.others = n_group};
    for (size_t i = 0; i < o->n; i++) g.others -= !o->records[i].copy;
    for (size_t i = 0; i < n_ranked && w->ranked[i].n > g.best; i++) {
        const uint32_t n = w->ranked[i].n - own_count(o, w->ranked[i].answer);
        if (n > g.best) g.best = n;
    }
    const double least = ceil(g.best - sqrt(g.best));
    g.least = least < 1 ? 1 : (uint32_t)least;
    size_t n_guesses = n_from(w->ranked, n_ranked, g.least);
    for (size_t i = 0; i < o->n; i++) { /* those that only this picture lifts so high */
        const uint32_t answer = o->records[i].answer, n = w->count[answer];
        if (i && o->records[i - 1].answer == answer) continue;
        if (n >= g.least && n - own_count(o, answer) < g.least) n_guesses--;
    }
    g.credit = n_guesses ? 1.0 / (double)n_guesses : 0;
    return g;
}

static void judge_picture(const level_job *job, const worker *w, const own *o, const guess *g)
{
    for (size_t i = 0; i < o->n; i++) {
        rs_value_guess *out = &job->out[o->records[i].ask];
        const uint32_t answer = o->records[i].answer, n = w->count[answer] - own_count(o, answer);
        const float credit = n >= g->least ? (float)g->credit : 0;
        if (job->last) out->common = credit;
        if (out->blind >= 0) continue;
        out->blind = credit;
        out->share = (float)((double)n / g->others);
        out->likely = (float)((double)g->best / g->others);
        out->level = (uint8_t)job->level;
    }
}

static void put_bits(const level_job *job, const worker *w, const record *records, size_t n,
                     size_t n_ranked, uint32_t n_group)
{
    double bits = 0;
    for (size_t i = 0; i < n_ranked; i++) {
        const double p = (double)w->ranked[i].n / n_group;
        bits -= p * log2(p);
    }
    for (size_t i = 0; i < n; i++) job->out[records[i].ask].bits = bits > 0 ? (float)bits : 0;
}

static bool judge_group(const level_job *job, worker *w, uint32_t group)
{
    record *records = &job->records[job->first[group]];
    const size_t n = job->first[group + 1] - job->first[group];
    if (n == 0 || (n < RS_VALUE_LEAST && !job->last)) return true;
    qsort(records, n, sizeof *records, by_picture_and_answer);
    const size_t n_ranked = rank_answers(records, n, w);
    if (n_ranked == 0) return false;
    uint32_t n_group = 0;
    for (size_t i = 0; i < n_ranked; i++) n_group += w->ranked[i].n;
    if (job->level == job->in->template_level && n_group >= RS_VALUE_LEAST)
        put_bits(job, w, records, n, n_ranked, n_group);
    for (size_t i = 0; i < n;) {
        own o = {.records = &records[i]};
        while (i < n && records[i].picture == o.records->picture) i++, o.n++;
        const guess g = guess_without(&o, w, n_ranked, n_group);
        if (g.others >= RS_VALUE_LEAST - 1 || (job->last && g.others > 0))
            judge_picture(job, w, &o, &g);
    }
    for (size_t i = 0; i < n_ranked; i++) w->count[w->ranked[i].answer] = 0;
    return true;
}

static rsift_status judge_groups(void *ctx, void *item, rsift_error *err)
{
    const level_job *job = ctx;
    worker *w = item;
    if (!w->count) w->count = rs_calloc((size_t)job->in->n_answers + 1, sizeof *w->count);
    if (!w->count) return rs_err_nomem(err, "answers by count");
    for (size_t g = w->range.begin; g < w->range.end; g++)
        if (!judge_group(job, w, (uint32_t)g)) return rs_err_nomem(err, "the answers of a group");
    return RSIFT_OK;
}

static void free_worker(void *ctx, void *item)
{
    worker *w = item;
    (void)ctx;
    rs_free(w->count);
    rs_free(w->ranked);
}

/* ---- levels ---------------------------------------------------------------------------------- */

/* Lays the judged asks into job->records by their groups of this level. */
static bool sort_into_groups(level_job *job)
{
    const rs_value_input *in = job->in;
    const uint32_t *group = in->group[job->level];
    const size_t n_groups = in->n_groups[job->level];
    job->first = rs_calloc(n_groups + 2, sizeof *job->first);
    if (!job->first) return false;
    /* first[g + 2] counts group g, so that it is where g + 1 begins once all are laid */
    for (size_t i = 0; i < in->n_asks; i++)
        if (in->asks[i].answer != RS_VALUE_OPEN) job->first[group[in->asks[i].question] + 2]++;
    for (size_t g = 2; g < n_groups + 2; g++) job->first[g] += job->first[g - 1];
    for (size_t i = 0; i < in->n_asks; i++) {
        const rs_value_ask *a = &in->asks[i];
        if (a->answer == RS_VALUE_OPEN) continue;
        job->records[job->first[group[a->question] + 1]++] =
            (record){a->picture, a->answer, (uint32_t)i, job->copies && job->copies[i]};
    }
    return true;
}

static rsift_status judge_level(level_job *job, rsift_error *err)
{
    if (!sort_into_groups(job)) return rs_err_nomem(err, "groups of questions");
    const rs_pipeline pipeline = {.item_size = sizeof(worker),
                                  .n_threads = job->in->n_threads,
                                  .ctx = job,
                                  .work = judge_groups,
                                  .fini = free_worker};
    const rsift_status status =
        rs_run_ranges(&pipeline, job->in->n_groups[job->level], GROUPS_PER_ITEM, err);
    rs_free(job->first);
    job->first = NULL;
    return status;
}

/* Marks asks that repeat one of the same picture, question and answer. Level 0 holds a question in
 * one group, but may hold several of them: questions are told apart here. */
static rsift_status find_copies(level_job *job, bool *copies, rsift_error *err)
{
    const rs_value_input *in = job->in;
    uint32_t *question = rs_calloc((size_t)in->n_questions + 1, sizeof *question);
    if (!question) return rs_err_nomem(err, "questions");
    for (uint32_t q = 0; q < in->n_questions; q++) question[q] = q;
    rs_value_input by_question = *in;
    by_question.group[0] = question;
    by_question.n_groups[0] = in->n_questions;
    level_job sorted = *job;
    sorted.in = &by_question;
    sorted.level = 0;
    rsift_status status = sort_into_groups(&sorted) ? RSIFT_OK : rs_err_nomem(err, "questions");
    for (uint32_t q = 0; status == RSIFT_OK && q < in->n_questions; q++) {
        record *records = &sorted.records[sorted.first[q]];
        const size_t n = sorted.first[q + 1] - sorted.first[q];
        if (n > 1) qsort(records, n, sizeof *records, by_picture_and_answer);
        for (size_t i = 1; i < n; i++)
            copies[records[i].ask] = records[i].picture == records[i - 1].picture &&
                                     records[i].answer == records[i - 1].answer;
    }
    rs_free(sorted.first);
    rs_free(question);
    return status;
}

static rsift_status check_input(const rs_value_input *in, rsift_error *err)
{
    bool bad = in->n_levels == 0 || in->n_levels > RS_VALUE_MAX_LEVELS ||
               in->template_level >= in->n_levels || in->n_groups[in->n_levels - 1] != 1 ||
               in->n_asks >= UINT32_MAX;
    for (size_t i = 0; !bad && i < in->n_asks; i++)
        bad = in->asks[i].question >= in->n_questions ||
              (in->asks[i].answer != RS_VALUE_OPEN && in->asks[i].answer >= in->n_answers);
    for (size_t k = 0; !bad && k < in->n_levels; k++)
        for (uint32_t q = 0; !bad && q < in->n_questions; q++)
            bad = in->group[k][q] >= in->n_groups[k];
    return bad ? rs_err_set(err, RSIFT_E_ARG, "a question, answer or group is out of range")
               : RSIFT_OK;
}

rsift_status rs_value_blind(const rs_value_input *in, rs_value_guess *out, rsift_error *err)
{
    RS_TRY(check_input(in, err));
    for (size_t i = 0; i < in->n_asks; i++) out[i] = (rs_value_guess){-1, -1, -1, -1, -1, 0};
    bool *copies = rs_calloc(in->n_asks + 1, sizeof *copies);
    level_job job = {
        .in = in, .out = out, .records = rs_calloc(in->n_asks + 1, sizeof *job.records)};
    rsift_status status =
        copies && job.records ? find_copies(&job, copies, err) : rs_err_nomem(err, "what is asked");
    job.copies = copies;
    for (size_t k = 0; status == RSIFT_OK && k < in->n_levels; k++) {
        job.level = k;
        job.last = k + 1 == in->n_levels;
        status = judge_level(&job, err);
    }
    rs_free(copies);
    rs_free(job.records);
    return status;
}
