/* Guessers that see only the question, in folds of the truth or after a train split. The commonest
 * answer, the commonest of a type, naive Bayes. Boxes are guessed in boxes.c. Deterministic: of
 * equal counts the answer seen first wins. */
#include "score/guess.h"

#include "base/alloc.h"
#include "lang/ngram.h"
#include "metrics/text.h"

#include <math.h>

enum {
    MOST_ANSWERS = 256, /* rarer answers are never guessed by words */
    MOST_WORDS = 256    /* words and pairs of one question */
};

bool rs_score_in_fold(const rs_score_job *job, const rs_score_guesses *g, size_t i)
{
    return g->train || job->cluster[i] % RS_SCORE_FOLDS == g->fold;
}

const rs_score_record *rs_score_guess_record(rs_arena *arena, rs_str text)
{
    rs_score_record *r = rs_arena_calloc(arena, 1, sizeof *r);
    if (r) *r = (rs_score_record){.prediction = rs_arena_str(arena, text), .guessed = true};
    return r && r->prediction.ptr ? r : NULL;
}

/* Strings and how often each was counted. */
typedef struct tally {
    rs_strmap keys;
    uint32_t *n;
    size_t cap;
} tally;

static void tally_fini(tally *t)
{
    rs_strmap_fini(&t->keys);
    rs_free(t->n);
}

/* *at: the key's number. false = out of memory. */
static bool count_key(tally *t, rs_str key, size_t *at)
{
    bool made;
    *at = rs_strmap_put(&t->keys, key, &made);
    if (*at == RS_NPOS || !RS_VEC_RESERVE(t->n, t->cap, *at + 1)) return false;
    if (made) t->n[*at] = 0;
    t->n[*at]++;
    return true;
}

static size_t commonest(const tally *t)
{
    size_t best = RS_NPOS;
    for (size_t k = 0; k < t->keys.n; k++)
        if (best == RS_NPOS || t->n[k] > t->n[best]) best = k;
    return best;
}

/* ---- answers --------------------------------------------------------------------------------- */

/* Counts for naive Bayes. A cell is 't' type answer, or 'w' answer word. */
typedef struct model {
    tally answers, cells;
    rs_strmap types, words;
    uint32_t *n_tokens; /* of each answer: words and pairs of its questions */
    size_t cap_tokens;
} model;

static void model_fini(model *m)
{
    tally_fini(&m->answers);
    tally_fini(&m->cells);
    rs_strmap_fini(&m->types);
    rs_strmap_fini(&m->words);
    rs_free(m->n_tokens);
}

static rs_str cell_key(char out[24], char kind, size_t a, size_t b)
{
    out[0] = kind;
    memcpy(out + 1, &a, sizeof a);
    memcpy(out + 1 + sizeof a, &b, sizeof b);
    return rs_str_make(out, 1 + sizeof a + sizeof b);
}

/* Numbers of the question's words and pairs of neighbours, in lower case without punctuation; new
 * ones are added when `learn`, else passed over. false = out of memory. */
static bool question_words(model *m, rs_arena *scratch, rs_str question, bool learn,
                           size_t out[MOST_WORDS], size_t *n)
{
    rs_str rest = rs_metrics_drop(scratch, rs_metrics_lower(scratch, question), "?.,!:;\"'()");
    rs_str before = {NULL, 0};
    *n = 0;
    if (!rest.ptr) return false;
    for (rs_str word; *n + 2 <= MOST_WORDS && rs_lang_next_word(&rest, &word); before = word) {
        const rs_str pair =
            before.ptr ? rs_arena_join(scratch, before, RS_STR(" "), word) : (rs_str){NULL, 0};
        const rs_str keys[2] = {word, pair}; /* the first word has no pair */
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

/* Adds one record with a reference to the counts. false = out of memory. */
static bool learn_record(model *m, rs_arena *scratch, const rs_score_record *r)
{
    size_t answer, cell, type, words[MOST_WORDS], n;
    bool made;
    char key[24];
    if (!r->reference.ptr) return true;
    if (!count_key(&m->answers, r->reference, &answer)) return false;
    if (!RS_VEC_RESERVE(m->n_tokens, m->cap_tokens, answer + 1)) return false;
    if (m->answers.n[answer] == 1) m->n_tokens[answer] = 0; /* a new answer */
    if ((type = rs_strmap_put(&m->types, r->type, &made)) == RS_NPOS) return false;
    if (!count_key(&m->cells, cell_key(key, 't', type, answer), &cell)) return false;
    if (!question_words(m, scratch, r->question, true, words, &n)) return false;
    for (size_t k = 0; k < n; k++) {
        if (!count_key(&m->cells, cell_key(key, 'w', answer, words[k]), &cell)) return false;
        m->n_tokens[answer]++;
    }
    return true;
}

/* The commonest answer of each type [types.n]. false = out of memory. */
static bool commonest_of_types(const model *m, size_t *best)
{
    uint32_t *most = rs_calloc(m->types.n + 1, sizeof *most);
    for (size_t c = 0; most && c < m->cells.keys.n; c++) {
        size_t type, answer;
        const char *key = m->cells.keys.keys[c].ptr;
        if (key[0] != 't') continue;
        memcpy(&type, key + 1, sizeof type);
        memcpy(&answer, key + 1 + sizeof type, sizeof answer);
        /* Of equal counts the answer with the lower number was seen first. */
        if (m->cells.n[c] < most[type] || (m->cells.n[c] == most[type] && answer > best[type]))
            continue;
        most[type] = m->cells.n[c];
        best[type] = answer;
    }
    rs_free(most);
    return most != NULL;
}

/* Naive Bayes with add-one smoothing: the answer with the highest
 *   log n(answer) + sum over words of log share(word)
 *   share(word) = (n(answer, word) + 1) / (n(tokens of answer) + n(words)) */
static size_t likeliest(model *m, rs_arena *scratch, const size_t *answers, size_t n_answers,
                        rs_str question)
{
    size_t words[MOST_WORDS], n, best = RS_NPOS;
    double most = -INFINITY;
    if (!question_words(m, scratch, question, false, words, &n)) n = 0;
    for (size_t k = 0; k < n_answers; k++) {
        const size_t a = answers[k];
        /* The logarithm keeps products of many small shares apart. */
        const double all = (double)m->n_tokens[a] + (double)m->words.n;
        double p = log((double)m->answers.n[a]);
        for (size_t w = 0; w < n; w++) {
            char key[24];
            const size_t at = rs_strmap_get(&m->cells.keys, cell_key(key, 'w', a, words[w]));
            p += log(((at == RS_NPOS ? 0 : m->cells.n[at]) + 1) / all);
        }
        if (p > most) {
            most = p;
            best = a;
        }
    }
    return best;
}

/* Predicts the samples of the fold with a learnt model. */
static rsift_status guess_samples(rs_score_job *job, model *m, const rs_score_guesses *g,
                                  rsift_error *err)
{
    rs_arena *arena = &job->arena;
    const size_t n_answers = m->answers.keys.n;
    size_t *list = rs_arena_calloc(arena, n_answers + MOST_ANSWERS, sizeof *list);
    size_t *of_type = rs_arena_calloc(arena, m->types.n + 1, sizeof *of_type);
    /* One record for each answer, shared by all samples; the last one predicts nothing. */
    const rs_score_record **records = rs_arena_calloc(arena, n_answers + 1, sizeof *records);
    if (!list || !of_type || !records || !commonest_of_types(m, of_type))
        return rs_err_nomem(err, "guesses");
    for (size_t a = 0; a <= n_answers; a++) {
        const rs_str text = a < n_answers ? m->answers.keys.keys[a] : RS_STR("");
        if (!(records[a] = rs_score_guess_record(arena, text))) return rs_err_nomem(err, "guesses");
    }
    /* Words guess among at most MOST_ANSWERS answers: those that occur at least as often as the
     * lowest power of two that leaves so few. */
    size_t n_list = RS_NPOS;
    for (uint32_t least = 1; n_list > MOST_ANSWERS; least *= 2) {
        n_list = 0;
        for (size_t a = 0; a < n_answers; a++)
            if (m->answers.n[a] >= least && n_list++ < MOST_ANSWERS) list[n_list - 1] = a;
    }
    const size_t best = commonest(&m->answers);
    rs_arena scratch = {0};
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; i < job->n && status == RSIFT_OK; i++) {
        if ((status = rs_score_check_cancel(job, err)) != RSIFT_OK) break;
        if (!rs_score_in_fold(job, g, i)) continue;
        const rs_score_record *r = &job->truth.records[i];
        const size_t type = rs_strmap_get(&m->types, r->type);
        /* A type that was never learnt falls back to the commonest answer of all. */
        const size_t answers[RS_SCORE_GUESSES] = {
            best, type == RS_NPOS ? best : of_type[type],
            likeliest(m, &scratch, list, n_list, r->question)};
        for (size_t k = 0; k < RS_SCORE_GUESSES; k++)
            /* without any answer learnt the guess is empty */
            g->predictions[RS_SCORE_GUESSES * i + k] =
                records[answers[k] == RS_NPOS ? n_answers : answers[k]];
        rs_arena_reset(&scratch);
    }
    rs_arena_fini(&scratch);
    return status;
}

rsift_status rs_score_guess_answers(rs_score_job *job, const rs_score_guesses *g, rsift_error *err)
{
    const rs_score_file *from = g->train ? g->train : &job->truth;
    model m = {0};
    rs_arena scratch = {0};
    bool good = true;
    for (size_t i = 0; good && i < from->n; i++) {
        if (!g->train && rs_score_in_fold(job, g, i)) continue;
        good = learn_record(&m, &scratch, &from->records[i]);
        rs_arena_reset(&scratch);
    }
    rs_arena_fini(&scratch);
    const rsift_status status =
        good ? guess_samples(job, &m, g, err) : rs_err_nomem(err, "guesses");
    model_fini(&m);
    return status;
}

/* ---- captions -------------------------------------------------------------------------------- */

rsift_status rs_score_guess_captions(rs_score_job *job, const rs_score_guesses *g, rsift_error *err)
{
    const rs_score_file *from = g->train ? g->train : &job->truth;
    tally captions = {0};
    size_t at;
    bool good = true;
    for (size_t i = 0; good && i < from->n; i++) {
        const rs_score_record *r = &from->records[i];
        if (!g->train && rs_score_in_fold(job, g, i)) continue;
        /* Every reference of an image counts once. */
        for (size_t k = 0; good && k < r->n_references; k++)
            good = count_key(&captions, r->references[k], &at);
        if (good && !r->n_references && r->reference.ptr)
            good = count_key(&captions, r->reference, &at);
    }
    const size_t best = commonest(&captions);
    const rs_score_record *guess =
        rs_score_guess_record(&job->arena, best == RS_NPOS ? RS_STR("") : captions.keys.keys[best]);
    tally_fini(&captions);
    if (!good || !guess) return rs_err_nomem(err, "guesses");
    for (size_t i = 0; i < job->n; i++)
        if (rs_score_in_fold(job, g, i)) g->predictions[RS_SCORE_GUESSES * i] = guess;
    return RSIFT_OK;
}

/* ---- folds ----------------------------------------------------------------------------------- */

rsift_status rs_score_guess(rs_score_job *job, const rs_score_file *train, rs_score_blind *out,
                            rsift_error *err)
{
    double values[RS_SCORE_GUESSES] = {NAN, NAN, NAN};
    rs_score_guesses g = {.train = train};
    g.predictions =
        rs_arena_calloc(&job->arena, RS_SCORE_GUESSES * job->n + 1, sizeof *g.predictions);
    if (!g.predictions) return rs_err_nomem(err, "guesses");
    /* A train split is learnt once and predicts all samples. */
    for (; g.fold < (train ? 1 : RS_SCORE_FOLDS); g.fold++)
        RS_TRY(job->family->guess(job, &g, err));
    /* Each kind of guess is scored as a run of its own; its first measure is the headline. */
    for (int k = 0; k < job->family->n_guesses; k++) {
        rs_score_run run = {.items = rs_arena_calloc(&job->arena, job->n + 1, sizeof *run.items)};
        if (!run.items) return rs_err_nomem(err, "guesses");
        for (size_t i = 0; i < job->n; i++) {
            run.items[i].truth = &job->truth.records[i];
            run.items[i].prediction = g.predictions[RS_SCORE_GUESSES * i + (size_t)k];
        }
        RS_TRY(rs_score_evaluate(job, &run, NULL, err));
        const rs_measure *m = &run.measures[0];
        double *scratch =
            rs_arena_calloc(&job->arena, 2 * (size_t)m->n_groups + 2, sizeof *scratch);
        if (!scratch) return rs_err_nomem(err, "guesses");
        values[k] = m->given ? m->value : rs_metrics_measure(m, job->n, NULL, NULL, scratch);
    }
    *out = (rs_score_blind){true, values[0], values[1], values[2]};
    return RSIFT_OK;
}
