/* The pool and the targets as arrays; see gather.h. */
#include "proxy/gather.h"

#include "base/alloc.h"
#include "base/rng.h"
#include "decide/ask.h"
#include "decide/split.h"
#include "image/describe.h"
#include "proxy/own_kind.h"
#include "proxy/pictures.h"
#include "store/quote.h"

#include <inttypes.h>
#include <stdlib.h>

enum {
    DEFAULT_SAMPLES = 5000,
    MOST_TURNS = 4, /* examples of one sample */
    MOST_TARGETS = RS_PROXY_MOST_TARGETS,
    MOST_PICTURES = 1 << 20,
};

typedef struct gathering {
    const rs_proxy_job *job;
    rs_proxy_gathered *out;
    size_t n_pool;        /* samples of rs_asked that are the pool's */
    size_t *first_sample; /* [n_targets + 1], of rs_asked: the targets' */
    rs_idmap held_out;    /* ids and pictures of the targets */
    rs_idmap wanted;      /* pictures */
    rs_proxy_pool_sample *kept;
    size_t n_kept, cap_kept;
    uint32_t *place;    /* [wanted.n]: row of rs_proxy_gathered.pictures, UINT32_MAX = none */
    uint32_t *class_of; /* by answer of rs_asked */
} gathering;

static bool is_none(rs_id id)
{
    return id.hi == 0 && id.lo == 0;
}

/* ---- samples --------------------------------------------------------------------------------- */

/* The samples of one target as target_sample. */
static rsift_status select_target(gathering *g, rs_str text, rsift_error *err)
{
    rs_store *store = g->job->recommend->store;
    rs_arena *arena = &g->out->arena;
    const size_t at = rs_str_find_char(text, '@');
    const rs_str dataset = rs_str_sub(text, 0, at == RS_NPOS ? text.len : at),
                 split = at == RS_NPOS ? RS_STR("") : rs_str_sub(text, at + 1, text.len);
    rs_eval_part part;
    RS_TRY(rs_decide_check_indexed(store, g->job->recommend->catalog, dataset, err));
    RS_TRY(rs_decide_find_eval_part(store, dataset, split, arena, &part, err));
    rs_buf sql = {0};
    rs_buf_cstr(&sql,
                "CREATE OR REPLACE TEMP TABLE target_sample AS SELECT s.sample_id FROM sample "
                "s, (SELECT ");
    rs_store_put_literal(&sql, dataset);
    rs_buf_cstr(&sql, " AS dataset, ");
    rs_store_put_literal(&sql, part.split.name.ptr ? part.split.name : RS_STR(""));
    rs_buf_cstr(&sql, " AS name, ");
    rs_store_put_literal(&sql, part.split.scheme.ptr ? part.split.scheme : RS_STR(""));
    rs_buf_cstr(&sql, " AS scheme, ");
    rs_store_put_literal(&sql, part.role.ptr ? part.role : RS_STR(""));
    rs_buf_cstr(&sql, " AS role) w WHERE s.dataset = w.dataset AND ");
    rs_buf_cstr(&sql, RS_EVAL_PART_SQL("w.name", "w.scheme", "w.role"));
    const rsift_status status = sql.failed ? rs_err_nomem(err, "a statement")
                                           : rs_store_exec(store, rs_buf_view(&sql), err);
    rs_buf_fini(&sql);
    return status;
}

static rsift_status read_samples(gathering *g, rsift_error *err)
{
    rs_store *store = g->job->recommend->store;
    rs_proxy_gathered *out = g->out;
    const rs_texts targets = g->job->targets;
    RS_TRY(rs_pool_make(g->job->recommend, &out->arena, &out->pool, err));
    RS_TRY(rs_decide_run_section(store, "proxy", "pool", RS_STR(""), err));
    RS_TRY(rs_asked_read(&out->asked, store, err));
    g->n_pool = out->asked.n_samples;
    out->n_targets = targets.n;
    out->targets = rs_arena_calloc(&out->arena, targets.n + 1, sizeof *out->targets);
    g->first_sample = rs_arena_calloc(&out->arena, targets.n + 1, sizeof *g->first_sample);
    if (!out->targets || !g->first_sample) return rs_err_nomem(err, "the targets");
    for (size_t t = 0; t < targets.n; t++) {
        out->targets[t].name = targets.items[t];
        g->first_sample[t] = out->asked.n_samples;
        RS_TRY(select_target(g, targets.items[t], err));
        RS_TRY(rs_decide_run_section(store, "proxy", "target", RS_STR(""), err));
        RS_TRY(rs_asked_read(&out->asked, store, err));
        out->targets[t].n_samples = out->asked.n_samples - g->first_sample[t];
    }
    g->first_sample[targets.n] = out->asked.n_samples;
    if (out->asked.n_without_text)
        return rs_err_set(err, RSIFT_E_ARG,
                          "the texts of %" PRId64 " questions were not kept (index --no-text)",
                          out->asked.n_without_text);
    return RSIFT_OK;
}

/* No target may be trained on, nor another question about its pictures. */
static rsift_status hold_out_targets(gathering *g, rsift_error *err)
{
    bool ok = true;
    for (size_t i = g->n_pool; ok && i < g->out->asked.n_samples; i++) {
        const rs_asked_sample *s = &g->out->asked.samples[i];
        ok = rs_idmap_put(&g->held_out, s->id, NULL) != RS_NPOS;
        if (ok && !is_none(s->picture))
            ok = rs_idmap_put(&g->held_out, s->picture, NULL) != RS_NPOS;
    }
    return ok ? RSIFT_OK : rs_err_nomem(err, "the targets");
}

/* ---- sources --------------------------------------------------------------------------------- */

static bool is_target(const gathering *g, rs_str dataset)
{
    for (size_t t = 0; t < g->job->targets.n; t++)
        if (rs_str_eq(g->job->targets.items[t], dataset)) return true;
    return false;
}

static int by_source_and_key(const void *a, const void *b)
{
    const rs_proxy_pool_sample *x = a, *y = b;
    if (x->source != y->source) return x->source < y->source ? -1 : 1;
    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    return (x->sample > y->sample) - (x->sample < y->sample);
}

/* The sources by name, and the samples of each that can be trained on, in the order of a draw. */
static rsift_status list_sources(gathering *g, rsift_error *err)
{
    rs_proxy_gathered *out = g->out;
    rs_sources listed;
    RS_TRY(rs_sources_list(&out->pool, g->job->sources, false, &listed, err));
    uint32_t *source_of =
        rs_arena_calloc(&out->arena, out->asked.datasets.n + 1, sizeof *source_of);
    if (!source_of) return rs_err_nomem(err, "the sources");
    memset(source_of, 0xff, (out->asked.datasets.n + 1) * sizeof *source_of);
    out->sources.items = listed.items;
    for (size_t s = 0; s < listed.n; s++) {
        const size_t at = rs_strmap_get(&out->asked.datasets, listed.items[s].dataset);
        if (at == RS_NPOS || is_target(g, listed.items[s].dataset)) continue;
        source_of[at] = (uint32_t)out->sources.n;
        out->sources.items[out->sources.n] = listed.items[s];
        out->sources.items[out->sources.n++].supply = 0;
    }
    for (size_t i = 0; i < g->n_pool; i++) {
        const rs_asked_sample *s = &out->asked.samples[i];
        const uint32_t source = source_of[s->dataset];
        if (source == UINT32_MAX || s->n_turns == 0 || is_none(s->picture)) continue;
        if (rs_idmap_get(&g->held_out, s->id) != RS_NPOS ||
            rs_idmap_get(&g->held_out, s->picture) != RS_NPOS) {
            out->n_shared++;
            continue;
        }
        if (!RS_VEC_RESERVE(g->kept, g->cap_kept, g->n_kept + 1))
            return rs_err_nomem(err, "the samples");
        g->kept[g->n_kept++] = (rs_proxy_pool_sample){
            source, (uint32_t)i, rs_rng_key((uint64_t)g->job->recommend->seed, s->id)};
        out->sources.items[source].supply++;
    }
    if (g->n_kept) qsort(g->kept, g->n_kept, sizeof *g->kept, by_source_and_key);
    return RSIFT_OK;
}

/* Sources without a sample that can be trained on are no sources; numbers close up. */
static rsift_status drop_empty_sources(gathering *g, rsift_error *err)
{
    rs_sources *sources = &g->out->sources;
    uint32_t *now = rs_arena_calloc(&g->out->arena, sources->n + 1, sizeof *now);
    size_t n = 0;
    if (!now) return rs_err_nomem(err, "the sources");
    for (size_t s = 0; s < sources->n; s++) {
        now[s] = (uint32_t)n;
        if (sources->items[s].supply > 0) sources->items[n++] = sources->items[s];
    }
    sources->n = n;
    for (size_t i = 0; i < g->n_kept; i++) g->kept[i].source = now[g->kept[i].source];
    if (n >= 2 && n <= RS_DESIGN_MOST_SOURCES) return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_ARG,
                      "%zu sources have questions with pictures that are no target's; 2 to %d are "
                      "needed",
                      n, RS_DESIGN_MOST_SOURCES);
}

static rsift_status design_mixtures(gathering *g, rsift_error *err)
{
    rs_proxy_gathered *out = g->out;
    const size_t n = out->sources.n, n_mixtures = g->job->n_mixtures;
    int64_t *supply = rs_arena_calloc(&out->arena, n, sizeof *supply);
    uint64_t *hashes = rs_arena_calloc(&out->arena, n, sizeof *hashes);
    out->counts = rs_arena_calloc(&out->arena, n * n_mixtures, sizeof *out->counts);
    out->kinds = rs_arena_calloc(&out->arena, n_mixtures, sizeof *out->kinds);
    if (!supply || !hashes || !out->counts || !out->kinds) return rs_err_nomem(err, "a design");
    const int64_t all = (int64_t)g->n_kept;
    out->budget = g->job->samples ? g->job->samples : all / 4;
    if (!g->job->samples && out->budget > DEFAULT_SAMPLES) out->budget = DEFAULT_SAMPLES;
    if (out->budget < 1) out->budget = 1;
    if (out->budget > all)
        return rs_err_set(err, RSIFT_E_ARG,
                          "mixtures of %" PRId64 " samples, but all sources together have %" PRId64,
                          out->budget, all);
    for (size_t s = 0; s < n; s++) {
        supply[s] = out->sources.items[s].supply;
        hashes[s] = rs_hash64(out->sources.items[s].name.ptr, out->sources.items[s].name.len);
    }
    const rs_design design = {.supply = supply,
                              .source_hash = hashes,
                              .n_sources = n,
                              .n_mixtures = n_mixtures,
                              .budget = out->budget,
                              .seed = (uint64_t)g->job->recommend->seed};
    return rs_choose_design(&design, out->counts, out->kinds, err);
}

/* Of each source no more samples than its largest mixture has are of use. */
static void keep_needed(gathering *g)
{
    const rs_proxy_gathered *out = g->out;
    size_t n = 0, taken = 0;
    int64_t most = 0;
    for (size_t i = 0; i < g->n_kept; i++) {
        const uint32_t s = g->kept[i].source;
        if (i == 0 || s != g->kept[i - 1].source) {
            taken = 0;
            most = 0;
            for (size_t m = 0; m < g->job->n_mixtures; m++)
                if (out->counts[m * out->sources.n + s] > most)
                    most = out->counts[m * out->sources.n + s];
        }
        const rs_proxy_pool_sample sample = g->kept[i];
        if ((int64_t)taken++ < most) g->kept[n++] = sample;
    }
    g->n_kept = n;
}

/* ---- pictures -------------------------------------------------------------------------------- */

static rsift_status list_pictures(gathering *g, rsift_error *err)
{
    const rs_asked *asked = &g->out->asked;
    bool ok = true;
    for (size_t i = 0; ok && i < g->n_kept; i++)
        ok = rs_idmap_put(&g->wanted, asked->samples[g->kept[i].sample].picture, NULL) != RS_NPOS;
    for (size_t i = g->n_pool; ok && i < asked->n_samples; i++)
        if (!is_none(asked->samples[i].picture))
            ok = rs_idmap_put(&g->wanted, asked->samples[i].picture, NULL) != RS_NPOS;
    if (!ok) return rs_err_nomem(err, "the pictures");
    g->out->n_pictures = g->wanted.n;
    if (g->wanted.n > MOST_PICTURES)
        return rs_err_set(err, RSIFT_E_LIMIT, "%zu pictures, at most %d: smaller --samples",
                          g->wanted.n, MOST_PICTURES);
    return RSIFT_OK;
}

/* Numbers of the wanted pictures: vectors that were brought, or descriptors of what can be read. */
static rsift_status look_at_pictures(const gathering *g, float *numbers, bool *known,
                                     rsift_error *err)
{
    const rs_proxy_vectors *vectors = g->job->vectors;
    if (!vectors)
        return rs_proxy_describe(g->job->session, g->job->recommend->store, g->wanted.keys,
                                 g->wanted.n, numbers, known, err);
    for (size_t i = 0; i < g->wanted.n; i++) {
        const size_t row = rs_idmap_get(vectors->pictures, g->wanted.keys[i]);
        known[i] = row != RS_NPOS;
        if (known[i])
            memcpy(&numbers[i * vectors->width], &vectors->at[row * vectors->width],
                   vectors->width * sizeof *numbers);
    }
    return RSIFT_OK;
}

/* Numbers of all that are known, shortened. */
static rsift_status describe_pictures(gathering *g, rsift_error *err)
{
    rs_proxy_gathered *out = g->out;
    const size_t n = g->wanted.n,
                 width = g->job->vectors ? g->job->vectors->width : RS_IMAGE_DESCRIPTOR;
    size_t n_known = 0;
    float *numbers = rs_calloc(n * width + 1, sizeof *numbers);
    bool *known = rs_calloc(n + 1, sizeof *known);
    g->place = rs_arena_calloc(&out->arena, n + 1, sizeof *g->place);
    rsift_status status =
        numbers && known && g->place ? RSIFT_OK : rs_err_nomem(err, "descriptors of pictures");
    if (status == RSIFT_OK) status = look_at_pictures(g, numbers, known, err);
    for (size_t i = 0; status == RSIFT_OK && i < n; i++) {
        g->place[i] = known[i] ? (uint32_t)n_known : UINT32_MAX;
        if (!known[i]) continue;
        if (n_known != i)
            memcpy(&numbers[n_known * width], &numbers[i * width], width * sizeof *numbers);
        n_known++;
    }
    out->n_unread = n - n_known;
    if (status == RSIFT_OK) {
        out->pictures = rs_calloc(n_known * RS_PROXY_NUMBERS + 1, sizeof *out->pictures);
        if (!out->pictures) status = rs_err_nomem(err, "descriptors of pictures");
    }
    if (status == RSIFT_OK)
        status = rs_choose_proxy_shorten(numbers, n_known, width, out->pictures, err);
    rs_free(numbers);
    rs_free(known);
    return status;
}

static uint32_t place_of(const gathering *g, rs_id picture)
{
    const size_t at = is_none(picture) ? RS_NPOS : rs_idmap_get(&g->wanted, picture);
    return at == RS_NPOS ? UINT32_MAX : g->place[at];
}

/* ---- answers and questions ------------------------------------------------------------------- */

typedef struct counted_answer {
    uint32_t answer;
    int64_t n;
    uint64_t hash;
} counted_answer;

static int most_given_first(const void *a, const void *b)
{
    const counted_answer *x = a, *y = b;
    if (x->n != y->n) return x->n > y->n ? -1 : 1;
    return (x->hash > y->hash) - (x->hash < y->hash);
}

/* The answers that are told apart: those that the pool gives most often. */
static rsift_status number_answers(gathering *g, rsift_error *err)
{
    rs_proxy_gathered *out = g->out;
    const size_t n = out->asked.answers.n;
    counted_answer *list = rs_calloc(n + 1, sizeof *list);
    g->class_of = rs_arena_calloc(&out->arena, n + 1, sizeof *g->class_of);
    if (!list || !g->class_of) {
        rs_free(list);
        return rs_err_nomem(err, "the answers");
    }
    for (uint32_t a = 0; a < n; a++) {
        list[a] = (counted_answer){.answer = a, .hash = out->asked.answer_hash[a]};
        g->class_of[a] = UINT32_MAX;
    }
    for (size_t i = 0; i < g->n_kept; i++) {
        const rs_asked_sample *s = &out->asked.samples[g->kept[i].sample];
        for (uint32_t k = 0; k < s->n_turns && k < MOST_TURNS; k++)
            list[out->asked.turns[s->first_turn + k].answer].n++;
    }
    if (n) qsort(list, n, sizeof *list, most_given_first);
    while (out->n_answers < n && out->n_answers < RS_PROXY_MOST_ANSWERS &&
           list[out->n_answers].n > 0) {
        g->class_of[list[out->n_answers].answer] = (uint32_t)out->n_answers;
        out->n_answers++;
    }
    rs_free(list);
    return RSIFT_OK;
}

static rsift_status hash_questions(gathering *g, rsift_error *err)
{
    rs_proxy_gathered *out = g->out;
    const size_t n = out->asked.questions.n;
    out->questions = rs_calloc(n + 1, sizeof *out->questions);
    if (!out->questions) return rs_err_nomem(err, "the questions");
    for (size_t q = 0; q < n; q++) {
        const rs_aim_question *words = &out->asked.question_words[q];
        bool used[RS_PROXY_BUCKETS] = {false};
        for (uint32_t w = 0; w < words->n; w++)
            used[out->asked.word_hash[words->words[w]] % RS_PROXY_BUCKETS] = true;
        for (size_t b = 0; b < RS_PROXY_BUCKETS; b++)
            if (used[b] && out->questions[q].n < RS_PROXY_MOST_WORDS)
                out->questions[q].bucket[out->questions[q].n++] = (uint8_t)b;
    }
    return RSIFT_OK;
}

/* ---- examples -------------------------------------------------------------------------------- */

static rs_proxy_example example_of(const gathering *g, const rs_asked_sample *s, uint32_t turn,
                                   uint32_t picture)
{
    const rs_aim_turn *t = &g->out->asked.turns[s->first_turn + turn];
    return (rs_proxy_example){.question = t->question + (uint32_t)(s->id.lo % t->n_wordings),
                              .picture = picture,
                              .answer = g->class_of[t->answer]};
}

/* Examples of the pool, by source in the order of the draw; samples without a readable picture are
 * left out. */
static rsift_status make_examples(gathering *g, rsift_error *err)
{
    rs_proxy_gathered *out = g->out;
    const size_t most = g->n_kept * MOST_TURNS;
    size_t n = 0, n_samples = 0;
    out->examples = rs_calloc(most + 1, sizeof *out->examples);
    out->starts = rs_calloc(g->n_kept + 1, sizeof *out->starts);
    out->first = rs_arena_calloc(&out->arena, out->sources.n + 1, sizeof *out->first);
    if (!out->examples || !out->starts || !out->first) return rs_err_nomem(err, "the examples");
    for (size_t i = 0; i < g->n_kept; i++) {
        const rs_asked_sample *s = &out->asked.samples[g->kept[i].sample];
        const uint32_t picture = place_of(g, s->picture);
        if (picture == UINT32_MAX) continue;
        out->starts[n_samples++] = (uint32_t)n;
        out->first[g->kept[i].source + 1] = n_samples;
        for (uint32_t k = 0; k < s->n_turns && k < MOST_TURNS; k++)
            out->examples[n++] = example_of(g, s, k, picture);
    }
    out->starts[n_samples] = (uint32_t)n;
    /* a source of which no picture can be read begins and ends where the one before it ends */
    for (size_t s = 0; s < out->sources.n; s++)
        if (out->first[s + 1] < out->first[s]) out->first[s + 1] = out->first[s];
    return RSIFT_OK;
}

/* "<hbb>", "<text>": a kind of answer, which a small model could only ever say, not give. */
static bool is_kind(const rs_asked *asked, uint32_t answer)
{
    return rs_str_starts(asked->answers.keys[answer], RS_STR("<"));
}

static rsift_status make_tests(gathering *g, rsift_error *err)
{
    rs_proxy_gathered *out = g->out;
    char quoted[RS_QUOTE_SIZE];
    size_t n = 0, most = 0;
    for (size_t i = g->n_pool; i < out->asked.n_samples; i++) most += out->asked.samples[i].n_turns;
    out->tests = rs_calloc(most + 1, sizeof *out->tests);
    out->first_test = rs_arena_calloc(&out->arena, out->n_targets + 1, sizeof *out->first_test);
    if (!out->tests || !out->first_test) return rs_err_nomem(err, "the tests");
    for (size_t t = 0; t < out->n_targets; t++) {
        rs_proxy_target *target = &out->targets[t];
        for (size_t i = g->first_sample[t]; i < g->first_sample[t + 1]; i++) {
            const rs_asked_sample *s = &out->asked.samples[i];
            const uint32_t picture = place_of(g, s->picture);
            for (uint32_t k = 0; k < s->n_turns; k++) {
                const bool kind = is_kind(&out->asked, out->asked.turns[s->first_turn + k].answer);
                target->n_not_measured += kind;
                target->n_without_picture += !kind && picture == UINT32_MAX;
                if (!kind && picture != UINT32_MAX) out->tests[n++] = example_of(g, s, k, picture);
            }
        }
        out->first_test[t + 1] = n;
        target->n_tests = n - out->first_test[t];
        if (target->n_tests == 0)
            return rs_err_set(err, RSIFT_E_ARG,
                              "\"%s\" cannot be measured: of its answers %zu are boxes or "
                              "sentences, and %zu lack their picture",
                              rs_err_quote(quoted, target->name), target->n_not_measured,
                              target->n_without_picture);
    }
    return RSIFT_OK;
}

static rsift_status find_own(gathering *g, rsift_error *err)
{
    rs_proxy_gathered *out = g->out;
    out->own = rs_arena_calloc(&out->arena, out->n_targets * out->sources.n + 1, 1);
    if (!out->own) return rs_err_nomem(err, "the targets");
    const rs_proxy_own own = {&out->asked, out->sources.n, out->n_targets, g->first_sample,
                              g->kept,     g->n_kept,      out->own};
    return rs_proxy_find_own(&own, err);
}

/* ---- all ------------------------------------------------------------------------------------- */

static rsift_status gather(gathering *g, rsift_error *err)
{
    if (g->job->targets.n == 0 || g->job->targets.n > MOST_TARGETS)
        return rs_err_set(err, RSIFT_E_ARG, "expected 1 to %d targets (--like), found %zu",
                          MOST_TARGETS, g->job->targets.n);
    RS_TRY(read_samples(g, err));
    RS_TRY(hold_out_targets(g, err));
    RS_TRY(list_sources(g, err));
    RS_TRY(drop_empty_sources(g, err));
    RS_TRY(design_mixtures(g, err));
    keep_needed(g);
    RS_TRY(find_own(g, err));
    RS_TRY(list_pictures(g, err));
    RS_TRY(describe_pictures(g, err));
    RS_TRY(number_answers(g, err));
    RS_TRY(hash_questions(g, err));
    RS_TRY(make_examples(g, err));
    return make_tests(g, err);
}

rsift_status rs_proxy_gather(const rs_proxy_job *job, rs_proxy_gathered *out, rsift_error *err)
{
    gathering g = {.job = job, .out = out};
    *out = (rs_proxy_gathered){0};
    const rsift_status status = gather(&g, err);
    rs_idmap_fini(&g.held_out);
    rs_idmap_fini(&g.wanted);
    rs_free(g.kept);
    return status;
}

void rs_proxy_gathered_fini(rs_proxy_gathered *g)
{
    rs_asked_fini(&g->asked);
    rs_free(g->examples);
    rs_free(g->starts);
    rs_free(g->pictures);
    rs_free(g->questions);
    rs_free(g->tests);
    rs_arena_fini(&g->arena);
    *g = (rs_proxy_gathered){0};
}
