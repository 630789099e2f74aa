/* What a guesser gets who never sees a picture: the commonest answer (overall and of the question's
 * type), and naive Bayes over the words and pairs of words of the question; for grounding the
 * average box, for captions the commonest caption. Deterministic: ties go to what was seen
 * first. */
#include "score/score.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "lang/ngram.h"
#include "metrics/text.h"

#include <math.h>

enum { MOST_ANSWERS = 256, N_FOLDS = 5 };

typedef struct model {
    rs_strmap answers, types, words, cells; /* cells: "answer word" -> count; "type answer" too */
    uint32_t *n_answer, *n_cell, *n_tokens;
    size_t cap_answer, cap_cell, cap_tokens;
} model;

static void model_fini(model *m)
{
    rs_strmap_fini(&m->answers);
    rs_strmap_fini(&m->types);
    rs_strmap_fini(&m->words);
    rs_strmap_fini(&m->cells);
    rs_free(m->n_answer);
    rs_free(m->n_cell);
    rs_free(m->n_tokens);
}

static bool count(rs_strmap *map, uint32_t **n, size_t *cap, rs_str key, size_t *at)
{
    bool made;
    *at = rs_strmap_put(map, key, &made);
    if (*at == RS_NPOS || !rs_vec_reserve((void **)n, cap, *at + 1, sizeof **n)) return false;
    if (made) (*n)[*at] = 0;
    (*n)[*at]++;
    return true;
}

static rs_str cell_key(char out[24], char kind, size_t a, size_t b)
{
    out[0] = kind;
    memcpy(out + 1, &a, sizeof a);
    memcpy(out + 1 + sizeof a, &b, sizeof b);
    return rs_str_make(out, 1 + sizeof a + sizeof b);
}

/* Numbers of the question's words and pairs; unknown ones are added when `learn`. */
static bool features(model *m, rs_arena *scratch, rs_str question, bool learn, size_t *out,
                     size_t most, size_t *n)
{
    rs_str rest = rs_metrics_drop(scratch, rs_metrics_lower(scratch, question), "?.,!:;\"'()");
    rs_str before = {NULL, 0};
    *n = 0;
    if (!rest.ptr) return false;
    for (rs_str word; *n + 2 <= most && rs_lang_next_word(&rest, &word); before = word) {
        const rs_str pair =
            before.ptr ? rs_arena_join(scratch, before, RS_STR(" "), word) : (rs_str){NULL, 0};
        const rs_str keys[2] = {word, pair};
        for (int k = 0; k < 2; k++) {
            bool made;
            if (!keys[k].ptr) continue;
            const size_t at = learn ? rs_strmap_put(&m->words, keys[k], &made)
                                    : rs_strmap_get(&m->words, keys[k]);
            if (at == RS_NPOS && learn) return false;
            if (at != RS_NPOS) out[(*n)++] = at;
        }
    }
    return true;
}

static bool learn(model *m, rs_arena *scratch, const rs_score_record *r)
{
    size_t answer, cell, type, found[256], n;
    bool made;
    char key[24];
    if (!r->gold.ptr) return true;
    if (!count(&m->answers, &m->n_answer, &m->cap_answer, r->gold, &answer)) return false;
    if (!RS_VEC_RESERVE(m->n_tokens, m->cap_tokens, answer + 1)) return false;
    if (m->n_answer[answer] == 1) m->n_tokens[answer] = 0;
    if ((type = rs_strmap_put(&m->types, r->type, &made)) == RS_NPOS) return false;
    if (!count(&m->cells, &m->n_cell, &m->cap_cell, cell_key(key, 't', type, answer), &cell))
        return false;
    if (!features(m, scratch, r->question, true, found, 256, &n)) return false;
    for (size_t k = 0; k < n; k++) {
        if (!count(&m->cells, &m->n_cell, &m->cap_cell, cell_key(key, 'w', answer, found[k]),
                   &cell))
            return false;
        m->n_tokens[answer]++;
    }
    return true;
}

static uint32_t cell_of(const model *m, char kind, size_t a, size_t b)
{
    char key[24];
    const size_t at = rs_strmap_get(&m->cells, cell_key(key, kind, a, b));
    return at == RS_NPOS ? 0 : m->n_cell[at];
}

static size_t commonest(const model *m)
{
    size_t best = RS_NPOS;
    for (size_t a = 0; a < m->answers.n; a++)
        if (best == RS_NPOS || m->n_answer[a] > m->n_answer[best]) best = a;
    return best;
}

/* The commonest answer of each type [types.n + 1]; of two alike the one seen first. */
static bool commonest_of_types(const model *m, size_t *best)
{
    uint32_t *most = rs_calloc(m->types.n + 1, sizeof *most);
    for (size_t c = 0; most && c < m->cells.n; c++) {
        size_t type, answer;
        const char *key = m->cells.keys[c].ptr;
        if (key[0] != 't') continue;
        memcpy(&type, key + 1, sizeof type);
        memcpy(&answer, key + 1 + sizeof type, sizeof answer);
        if (m->n_cell[c] < most[type] || (m->n_cell[c] == most[type] && answer > best[type]))
            continue;
        most[type] = m->n_cell[c];
        best[type] = answer;
    }
    rs_free(most);
    return most != NULL;
}

/* The MOST_ANSWERS commonest answers: rarer ones are never guessed. */
static size_t candidates(const model *m, size_t *out)
{
    uint32_t floor_n = 1;
    size_t n;
    for (;; floor_n *= 2) {
        n = 0;
        for (size_t a = 0; a < m->answers.n; a++) n += m->n_answer[a] >= floor_n;
        if (n <= MOST_ANSWERS) break;
    }
    n = 0;
    for (size_t a = 0; a < m->answers.n; a++)
        if (m->n_answer[a] >= floor_n) out[n++] = a;
    return n;
}

static size_t likeliest(model *m, rs_arena *scratch, const size_t *list, size_t n_list,
                        rs_str question)
{
    size_t found[256], n, best = RS_NPOS;
    double most = -INFINITY;
    if (!features(m, scratch, question, false, found, 256, &n)) n = 0;
    for (size_t k = 0; k < n_list; k++) {
        const size_t a = list[k];
        const double all = (double)m->n_tokens[a] + (double)m->words.n;
        double p = log((double)m->n_answer[a]);
        for (size_t w = 0; w < n; w++) p += log((cell_of(m, 'w', a, found[w]) + 1) / all);
        if (p > most) {
            most = p;
            best = a;
        }
    }
    return best;
}

typedef struct guesses {
    const rs_score_record **said; /* three a sample: commonest, of type, by words; NULL = none */
} guesses;

static const rs_score_record *guess_of(rs_arena *arena, rs_str text)
{
    rs_score_record *r = rs_arena_calloc(arena, 1, sizeof *r);
    if (r) *r = (rs_score_record){.said = rs_arena_str(arena, text), .guessed = true};
    return r && r->said.ptr ? r : NULL;
}

/* One record for each answer that the model knows, and one that says nothing at the end. */
static const rs_score_record **guesses_of(rs_arena *arena, const model *m)
{
    const rs_score_record **all = rs_arena_calloc(arena, m->answers.n + 1, sizeof *all);
    for (size_t a = 0; all && a <= m->answers.n; a++)
        if (!(all[a] = guess_of(arena, a < m->answers.n ? m->answers.keys[a] : RS_STR(""))))
            return NULL;
    return all;
}

static rsift_status guess_fold(rs_score_job *job, model *m, int fold, guesses *g, rsift_error *err)
{
    size_t *list = rs_arena_calloc(&job->arena, m->answers.n + 1, sizeof *list);
    size_t *of_type = rs_arena_calloc(&job->arena, m->types.n + 1, sizeof *of_type);
    const rs_score_record **all = guesses_of(&job->arena, m);
    if (!list || !of_type || !all || !commonest_of_types(m, of_type))
        return rs_err_nomem(err, "guesses");
    const size_t n_list = candidates(m, list), best = commonest(m);
    rs_arena scratch = {0};
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; i < job->n && (status = rs_score_goes_on(job, err)) == RSIFT_OK; i++) {
        if (fold >= 0 && job->cluster[i] % N_FOLDS != (uint32_t)fold) continue;
        const rs_score_record *r = &job->truth.records[i];
        const size_t t = rs_strmap_get(&m->types, r->type);
        const size_t answers[3] = {best, t == RS_NPOS ? best : of_type[t],
                                   likeliest(m, &scratch, list, n_list, r->question)};
        for (size_t k = 0; k < 3; k++)
            g->said[3 * i + k] = all[answers[k] == RS_NPOS ? m->answers.n : answers[k]];
        rs_arena_reset(&scratch);
    }
    rs_arena_fini(&scratch);
    return status;
}

static bool train_fold(rs_score_job *job, const rs_score_file *train, int fold, model *m)
{
    rs_arena scratch = {0};
    bool good = true;
    const size_t n = train ? train->n : job->n;
    for (size_t i = 0; good && i < n; i++) {
        if (!train && job->cluster[i] % N_FOLDS == (uint32_t)fold) continue;
        good = learn(m, &scratch, train ? &train->records[i] : &job->truth.records[i]);
        rs_arena_reset(&scratch);
    }
    rs_arena_fini(&scratch);
    return good;
}

/* ---- captions and boxes ---------------------------------------------------------------------- */

static bool commonest_caption(const rs_score_job *job, const rs_score_file *train, int fold,
                              rs_arena *arena, rs_str *out)
{
    rs_strmap captions = {0};
    uint32_t *n = NULL;
    size_t cap = 0, best = 0, at;
    bool good = true;
    const rs_score_file *from = train ? train : &job->truth;
    for (size_t i = 0; good && i < from->n; i++) {
        const rs_score_record *r = &from->records[i];
        if (!train && job->cluster[i] % N_FOLDS == (uint32_t)fold) continue;
        for (size_t k = 0; good && k < r->n_golds; k++)
            good = count(&captions, &n, &cap, r->golds[k], &at);
        if (good && !r->n_golds && r->gold.ptr) good = count(&captions, &n, &cap, r->gold, &at);
    }
    for (size_t k = 1; k < captions.n; k++)
        if (n[k] > n[best]) best = k;
    *out = rs_arena_str(arena, captions.n ? captions.keys[best] : RS_STR(""));
    rs_strmap_fini(&captions);
    rs_free(n);
    return good && out->ptr;
}

static bool guess_boxes(rs_score_job *job, int fold, unsigned char *of, guesses *g)
{
    rs_str all, *own = rs_arena_calloc(&job->arena, job->types.n + 1, sizeof *own);
    const rs_score_record **of_type =
        rs_arena_calloc(&job->arena, job->types.n + 1, sizeof *of_type);
    for (size_t i = 0; i < job->n; i++) of[i] = job->cluster[i] % N_FOLDS != (uint32_t)fold;
    if (!own || !of_type || !rs_score_average_boxes(job, of, &job->arena, &all, own)) return false;
    const rs_score_record *average = guess_of(&job->arena, all);
    for (size_t t = 0; t < job->types.n; t++)
        if (!(of_type[t] = own[t].len ? guess_of(&job->arena, own[t]) : average)) return false;
    for (size_t i = 0; i < job->n; i++) {
        if (of[i]) continue;
        g->said[3 * i] = average;
        g->said[3 * i + 1] = of_type[job->type[i]];
    }
    return true;
}

static bool guess_captions(rs_score_job *job, const rs_score_file *train, int fold, guesses *g)
{
    rs_str caption;
    if (!commonest_caption(job, train, fold, &job->arena, &caption)) return false;
    const rs_score_record *guess = guess_of(&job->arena, caption);
    if (!guess) return false;
    for (size_t i = 0; i < job->n; i++)
        if (train || job->cluster[i] % N_FOLDS == (uint32_t)fold) g->said[3 * i] = guess;
    return true;
}

/* ---- worth ----------------------------------------------------------------------------------- */

static rsift_status headline(rs_score_job *job, const guesses *g, int kind, double *out,
                             rsift_error *err)
{
    rs_score_run run = {0};
    run.items = rs_arena_calloc(&job->arena, job->n + 1, sizeof *run.items);
    if (!run.items) return rs_err_nomem(err, "guesses");
    for (size_t i = 0; i < job->n; i++)
        run.items[i] =
            (rs_score_item){.truth = &job->truth.records[i], .said = g->said[3 * i + (size_t)kind]};
    RS_TRY(rs_score_evaluate(job, &run, NULL, err));
    const rs_measure *m = &run.measures[0];
    double *scratch = rs_arena_calloc(&job->arena, 2 * (size_t)m->n_groups + 2, sizeof *scratch);
    if (!scratch) return rs_err_nomem(err, "guesses");
    *out = m->given ? m->value : rs_metrics_measure(m, job->n, NULL, NULL, scratch);
    return RSIFT_OK;
}

bool rs_score_can_guess(const rs_profile *p)
{
    return p->family == RS_FAMILY_ANSWER || p->family == RS_FAMILY_COUNT ||
           p->family == RS_FAMILY_GROUND || p->family == RS_FAMILY_CAPTION;
}

static rsift_status guess_one(rs_score_job *job, const rs_score_file *train, int fold,
                              unsigned char *of, guesses *g, rsift_error *err)
{
    const rs_family family = job->profile->family;
    if (family == RS_FAMILY_GROUND)
        return guess_boxes(job, fold, of, g) ? RSIFT_OK : rs_err_nomem(err, "guesses");
    if (family == RS_FAMILY_CAPTION)
        return guess_captions(job, train, fold, g) ? RSIFT_OK : rs_err_nomem(err, "guesses");
    model m = {0};
    rsift_status status =
        train_fold(job, train, fold, &m) ? RSIFT_OK : rs_err_nomem(err, "guesses");
    if (status == RSIFT_OK) status = guess_fold(job, &m, train ? -1 : fold, g, err);
    model_fini(&m);
    return status;
}

rsift_status rs_score_guess(rs_score_job *job, const rs_score_file *train, rs_score_blind *out,
                            rsift_error *err)
{
    const rs_family family = job->profile->family;
    *out = (rs_score_blind){.majority = NAN, .majority_type = NAN, .words = NAN};
    guesses g = {rs_arena_calloc(&job->arena, 3 * job->n + 1, sizeof *g.said)};
    unsigned char *of = rs_arena_calloc(&job->arena, job->n + 1, 1);
    if (!g.said || !of) return rs_err_nomem(err, "guesses");
    for (int fold = 0; fold < (train ? 1 : N_FOLDS); fold++)
        RS_TRY(guess_one(job, train, fold, of, &g, err));
    RS_TRY(headline(job, &g, 0, &out->majority, err));
    if (family != RS_FAMILY_CAPTION) RS_TRY(headline(job, &g, 1, &out->majority_type, err));
    if (family == RS_FAMILY_ANSWER || family == RS_FAMILY_COUNT)
        RS_TRY(headline(job, &g, 2, &out->words, err));
    out->known = true;
    return RSIFT_OK;
}
