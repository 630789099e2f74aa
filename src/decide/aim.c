/* Goals of examples against the pool: examples into parts, parts into choices; see aim.h. */
#include "decide/aim.h"

#include "base/alloc.h"
#include "base/rng.h"
#include "choose/aim.h"
#include "decide/aim_agree.h"
#include "decide/aim_answer.h"
#include "decide/aim_diverse.h"
#include "decide/aim_goals.h"
#include "decide/aim_limit.h"
#include "decide/aim_model.h"
#include "decide/aim_parts.h"
#include "decide/aim_words.h"
#include "decide/ask.h"
#include "decide/near.h"
#include "decide/split.h"
#include "store/quote.h"

#include <inttypes.h>

/* ---- goals ----------------------------------------------------------------------------------- */

enum { most_examples = 2000 /* samples of a dataset that show what it asks */ };

static void put_field(rs_buf *sql, rs_str value, const char *name)
{
    rs_store_put_literal(sql, value.ptr ? value : RS_STR(""));
    rs_buf_printf(sql, " AS %s", name);
}

/* Which samples of the dataset are examples: those of the split, or of the part that is meant when
 * none was typed. */
static rsift_status put_part(const rs_aim_goal *goal, rs_arena *arena, rs_buf *sql,
                             rsift_error *err)
{
    rs_eval_part part = {0};
    if (!goal->training || goal->split.len)
        RS_TRY(
            rs_decide_find_eval_part(goal->store, goal->dataset, goal->split, arena, &part, err));
    rs_buf_cstr(sql, "(SELECT ");
    put_field(sql, goal->dataset, "dataset, ");
    put_field(sql, part.split.name, "name, ");
    put_field(sql, part.split.scheme, "scheme, ");
    put_field(sql, part.role, "role");
    rs_buf_cstr(sql, ") w WHERE s.dataset = w.dataset AND s.truth AND " RS_EVAL_PART_SQL(
                         "w.name", "w.scheme", "w.role"));
    return RSIFT_OK;
}

/* Samples of a dataset that may be looked at while a training set is made: for training, or for
 * development where there is no other; what a benchmark tests is none of them. */
static void put_training(rs_buf *sql)
{
    static const char dev[] = "(SELECT sample_id FROM split WHERE lower(name) IN ('val', 'valid', "
                              "'validation', 'dev'))";
    rs_buf_printf(sql,
                  " AND CASE WHEN EXISTS (SELECT 1 FROM sample o WHERE o.dataset = w.dataset AND "
                  "o.truth AND o.role <> 'eval') THEN s.role <> 'eval' ELSE s.sample_id IN %s END",
                  dev);
}

/* The samples of a goal as the table asked_sample of its store. Ids are hashes: the first of them
 * are a draw. */
static rsift_status select_goal(const rs_aim_goal *goal, rs_arena *arena, rsift_error *err)
{
    rs_buf sql = {0};
    rs_buf_cstr(&sql, "CREATE OR REPLACE TEMP TABLE asked_sample AS SELECT s.sample_id, s.dataset, "
                      "s.sample_id AS picture FROM sample s, ");
    rsift_status status = put_part(goal, arena, &sql, err);
    if (goal->training && !goal->split.len) put_training(&sql);
    for (size_t i = 0; i < goal->tasks.n; i++) {
        rs_buf_cstr(&sql, i ? ", " : " AND s.task IN (");
        rs_store_put_literal(&sql, goal->tasks.items[i]);
    }
    rs_buf_printf(&sql, "%s ORDER BY s.sample_id LIMIT %d", goal->tasks.n ? ")" : "",
                  most_examples);
    if (status == RSIFT_OK)
        status = sql.failed ? rs_err_nomem(err, "a statement")
                            : rs_store_exec(goal->store, rs_buf_view(&sql), err);
    rs_buf_fini(&sql);
    return status;
}

/* What a turn asks for, where its tag names a skill: "vqa" alone may be anything. */
static uint32_t tag_of(const rs_asked *asked, size_t turn)
{
    const uint32_t tag = asked->turn_tag[turn];
    const rs_str text = asked->tags.keys[tag];
    return text.len && text.ptr[text.len - 1] != ' ' ? tag : RS_AIM_NONE;
}

/* Every answered turn of the goal's samples is an example; the part is filled in later. */
static rsift_status add_examples(rs_aim_plan *p, size_t first_sample, rsift_error *err)
{
    for (size_t i = first_sample; i < p->asked.n_samples; i++) {
        const rs_asked_sample *s = &p->asked.samples[i];
        if (!RS_VEC_RESERVE(p->examples, p->cap_examples, p->n_examples + s->n_turns))
            return rs_err_nomem(err, "the examples");
        for (uint32_t k = 0; k < s->n_turns; k++) {
            const rs_aim_turn *t = &p->asked.turns[s->first_turn + k];
            const uint32_t wording = (uint32_t)(s->id.lo % t->n_wordings);
            p->examples[p->n_examples++] =
                (rs_aim_example){.question = t->question + wording,
                                 .answer = t->answer,
                                 .tag = tag_of(&p->asked, (size_t)s->first_turn + k)};
        }
    }
    return RSIFT_OK;
}

static rsift_status read_goal(rs_aim_plan *p, size_t at, rsift_error *err)
{
    const rs_aim_goal *goal = &p->goals[at];
    const size_t first_sample = p->asked.n_samples;
    const int64_t without_text = p->asked.n_without_text;
    p->first_example[at] = p->n_examples;
    RS_TRY(select_goal(goal, &p->arena, err));
    RS_TRY(rs_asked_read(&p->asked, goal->store, err));
    RS_TRY(add_examples(p, first_sample, err));
    p->end_example[at] = p->n_examples;
    if (p->n_examples > p->first_example[at]) return RSIFT_OK;
    char quoted[RS_QUOTE_SIZE];
    rs_err_quote(quoted, goal->name);
    if (p->asked.n_without_text > without_text)
        return rs_err_set(err, RSIFT_E_ARG,
                          "the texts of \"%s\" were not kept: index it without --no-text", quoted);
    return rs_err_set(err, RSIFT_E_ARG, "\"%s\" holds no question with an answer", quoted);
}

/* ---- the pool -------------------------------------------------------------------------------- */

/* Says what keeps everything out of a training set. */
static rsift_status nothing_usable(const rs_aim_plan *p, rsift_error *err)
{
    int64_t total = 0, eval = 0, leaks = 0, faulty = 0, unresolved = 0, refused = 0;
    for (size_t i = 0; i < p->pool.n_candidates; i++) {
        const rs_candidate *c = &p->pool.candidates[i];
        if (!c->indexed) continue;
        total += c->total;
        eval += c->eval;
        leaks += c->leaks;
        faulty += c->faulty;
        unresolved += c->unresolved;
        refused += c->left_out ? c->usable : 0;
    }
    return rs_err_set(err, RSIFT_E_ARG,
                      "nothing indexed here is usable for training: of %" PRId64 " samples %" PRId64
                      " are evaluation data, %" PRId64 " leak into protected benchmarks, %" PRId64
                      " have serious findings or no answer, %" PRId64
                      " lack their pictures, %" PRId64
                      " are refused by licence, sensor or resolution",
                      total, eval, leaks, faulty, unresolved, refused);
}

/* Notes of which samples another dataset holds exact duplicates, so that nothing is lost without
 * theirs. Rows and samples both come in the order of the ids. */
static rsift_status mark_elsewhere(rs_aim_plan *p, rsift_error *err)
{
    rs_result *rows;
    size_t i = 0;
    RS_TRY(rs_decide_ask(p->job->recommend->store, "aim", "elsewhere", RS_STR(""), &rows, err));
    rsift_status status;
    while ((status = rs_result_next(rows, err)) == RSIFT_OK) {
        const rs_id id = rs_result_id(rows, 0);
        while (i < p->n_samples && rs_id_cmp(p->ids[i], id) < 0) i++;
        if (i < p->n_samples && rs_id_eq(p->ids[i], id)) p->samples[i].elsewhere = true;
    }
    rs_result_close(rows);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* Usable samples of datasets that may be chosen, as the kernel takes them. */
static rsift_status add_samples(rs_aim_plan *p, const rs_near_clusters *g, rsift_error *err)
{
    rs_idmap pictures = {0};
    p->samples = rs_calloc(p->n_pool + 1, sizeof *p->samples);
    p->ids = rs_calloc(p->n_pool + 1, sizeof *p->ids);
    bool ok = p->samples && p->ids;
    for (size_t i = 0; ok && i < p->n_pool; i++) {
        const rs_asked_sample *s = &p->asked.samples[i];
        const rs_candidate *c = rs_aim_candidate(p, p->asked.datasets.keys[s->dataset]);
        if (!c || c->left_out || s->n_turns == 0) continue;
        const size_t picture = rs_idmap_put(&pictures, rs_near_cluster_of(g, s->picture), NULL);
        ok = picture != RS_NPOS;
        p->ids[p->n_samples] = s->id;
        p->samples[p->n_samples++] =
            (rs_aim_sample){.key = rs_rng_key((uint64_t)p->job->recommend->seed, s->id),
                            .picture = (uint32_t)picture,
                            .source = s->dataset,
                            .first_turn = s->first_turn,
                            .n_turns = s->n_turns,
                            .quality = (float)c->quality,
                            .cell = RS_AIM_NONE};
    }
    rs_idmap_fini(&pictures);
    if (!ok) return rs_err_nomem(err, "the samples");
    return p->n_samples ? RSIFT_OK : nothing_usable(p, err);
}

static rsift_status list_samples(rs_aim_plan *p, rsift_error *err)
{
    rs_store *store = p->job->recommend->store;
    rs_near_clusters g;
    rsift_status status = rs_near_load_clusters(store, &g, err);
    if (status == RSIFT_OK) status = add_samples(p, &g, err);
    rs_near_clusters_fini(&g);
    return status == RSIFT_OK ? mark_elsewhere(p, err) : status;
}

/* Which datasets repeat one another; one pair a line, the later dataset is the same as the
 * earlier. */
static rsift_status read_repeats(rs_aim_plan *p, rsift_error *err)
{
    rs_result *rows;
    const size_t n = p->asked.datasets.n;
    p->same_as = rs_arena_calloc(&p->arena, n + 1, sizeof *p->same_as);
    if (!p->same_as) return rs_err_nomem(err, "the datasets");
    for (size_t d = 0; d < n; d++) p->same_as[d] = (uint32_t)d;
    RS_TRY(rs_decide_ask(p->job->recommend->store, "aim", "repeats", RS_STR(""), &rows, err));
    rsift_status status;
    while ((status = rs_result_next(rows, err)) == RSIFT_OK) {
        size_t one = rs_strmap_get(&p->asked.datasets, rs_result_str(rows, 0)),
               other = rs_strmap_get(&p->asked.datasets, rs_result_str(rows, 1));
        if (one == RS_NPOS || other == RS_NPOS) continue; /* nothing of it stays */
        while (p->same_as[one] != one) one = p->same_as[one];
        while (p->same_as[other] != other) other = p->same_as[other];
        p->same_as[other] = (uint32_t)one;
    }
    rs_result_close(rows);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* Gates and weights of signals that somebody brings: who does not pass is not of the pool. */
static rsift_status use_signals(rs_aim_plan *p, rsift_error *err)
{
    if (!p->job->signals) return RSIFT_OK;
    RS_TRY(rs_brought_read(p->job->signals, p->ids, p->n_samples, &p->brought, err));
    size_t n = 0;
    for (size_t i = 0; i < p->n_samples; i++) {
        if (!rs_brought_passes(p->brought, i)) continue;
        p->samples[n] = p->samples[i];
        p->samples[n].quality *= (float)rs_brought_weight(p->brought, i);
        p->ids[n++] = p->ids[i];
    }
    p->n_gated = p->n_samples - n;
    p->n_samples = n;
    return RSIFT_OK;
}

static rsift_status read_pool(rs_aim_plan *p, rsift_error *err)
{
    rs_store *store = p->job->recommend->store;
    RS_TRY(rs_pool_make(p->job->recommend, &p->arena, &p->pool, err));
    RS_TRY(rs_decide_run_section(store, "aim", "pool", RS_STR(""), err));
    RS_TRY(rs_asked_read(&p->asked, store, err));
    p->n_pool = p->asked.n_samples;
    p->n_pool_turns = p->asked.n_turns;
    p->n_pool_datasets = p->asked.datasets.n;
    RS_TRY(read_repeats(p, err));
    return rs_decide_number(
        store,
        "SELECT count(DISTINCT a.content_hash) FROM asset a JOIN sample_asset x USING (asset_id) "
        "JOIN asked_sample p ON p.sample_id = x.sample_id WHERE a.content_hash NOT IN "
        "(SELECT content_hash FROM picture_hash WHERE failed IS NULL)",
        &p->n_not_hashed, err);
}

/* ---- aim ------------------------------------------------------------------------------------- */

/* Examples can be compared with words alone. */
static rsift_status check_texts(const rs_aim_plan *p, rsift_error *err)
{
    if (p->asked.n_with_text || !p->asked.n_without_text) return RSIFT_OK;
    for (size_t i = 0; i < p->n_goals; i++)
        if (p->goals[i].store)
            return rs_err_set(err, RSIFT_E_ARG,
                              "the texts of the indexed data were not kept (index --no-text): "
                              "examples cannot be compared with them; goals in words can");
    return RSIFT_OK;
}

/* Where the general data comes from, and how much of it there is to be. */
static rsift_status set_general(const rs_aim_plan *p, rs_aim_input *in, rsift_error *err)
{
    const rs_aim_job *job = p->job;
    in->n_general = (int64_t)((double)in->budget * job->general + 0.5);
    if (in->n_general && in->n_general >= in->budget)
        return rs_err_set(err, RSIFT_E_ARG,
                          "--general takes all %" PRId64
                          " samples and leaves none for the goals: give it a smaller share, or a "
                          "larger budget",
                          in->budget);
    if (!in->n_general || !job->general_of.len) return RSIFT_OK;
    char quoted[RS_QUOTE_SIZE];
    const size_t at = rs_strmap_get(&p->asked.datasets, job->general_of);
    for (size_t i = 0; at != RS_NPOS && i < p->n_samples; i++)
        if (p->samples[i].source == at) {
            in->general_source = (uint32_t)at;
            return RSIFT_OK;
        }
    rs_err_set(err, RSIFT_E_ARG,
               "no usable sample of \"%s\" is indexed: index it, or give --general a share alone "
               "to draw from everything",
               rs_err_quote(quoted, job->general_of));
    return rs_err_within(err, RSIFT_E_ARG, "recommend > general");
}

static rsift_status read_goals(rs_aim_plan *p, rsift_error *err)
{
    p->first_example = rs_arena_calloc(&p->arena, p->n_goals + 1, sizeof *p->first_example);
    p->end_example = rs_arena_calloc(&p->arena, p->n_goals + 1, sizeof *p->end_example);
    p->found = rs_arena_calloc(&p->arena, p->n_goals + 1, sizeof *p->found);
    if (!p->first_example || !p->end_example || !p->found) return rs_err_nomem(err, "the goals");
    for (size_t i = 0; i < p->n_goals; i++)
        if (p->goals[i].store) RS_TRY(read_goal(p, i, err));
    p->n_shown = p->n_examples;
    for (size_t i = 0; i < p->n_goals; i++)
        if (p->goals[i].store) RS_TRY(rs_aim_split_goal(p, i, RS_AIM_MAX_PARTS, 1, err));
    return rs_aim_add_words(p, err);
}

static rsift_status make_plan(rs_aim_plan *p, rsift_error *err)
{
    RS_TRY(read_pool(p, err));
    RS_TRY(check_texts(p, err));
    RS_TRY(list_samples(p, err));
    RS_TRY(use_signals(p, err));
    if (p->n_goals == 0) RS_TRY(rs_aim_every_task(p, err));
    RS_TRY(read_goals(p, err));
    p->in = rs_aim_input_of(p);
    RS_TRY(set_general(p, &p->in, err));
    /* without a part there is nothing to choose for, and the answer says so */
    if (!p->n_parts) return RSIFT_OK;
    RS_TRY(rs_aim_agree(p, err));
    return rs_aim_choose_within(p, err);
}

rsift_status rs_decide_aim(const rs_aim_job *job, rs_buf *json, rs_buf *recipe, rs_buf *choices,
                           int64_t *n_unserved, rsift_error *err)
{
    if (job->recommend->budget <= 0 || job->recommend->budget > (int64_t)1 << 40)
        return rs_err_set(err, RSIFT_E_ARG, "the budget is a number above 0");
    rs_aim_plan *p = rs_calloc(1, sizeof *p);
    if (!p) return rs_err_nomem(err, "the recommendation");
    p->job = job;
    p->goals = job->goals;
    p->n_goals = job->n_goals;
    rsift_status status = make_plan(p, err);
    if (status == RSIFT_OK) status = rs_aim_put_choices(p, choices, err);
    if (status == RSIFT_OK) status = rs_aim_put_answer(p, json, n_unserved, err);
    if (status == RSIFT_OK && job->model) status = rs_aim_put_model(p, job->model, err);
    if (status == RSIFT_OK && p->result.n_aimed > 0)
        status = rs_aim_put_recipe(p, rs_buf_view(choices), recipe, err);
    rs_aim_result_fini(&p->result);
    rs_brought_free(p->brought);
    rs_aim_looks_fini(&p->looks);
    rs_asked_fini(&p->asked);
    rs_free(p->examples);
    rs_free(p->tagged);
    rs_free(p->given_first);
    rs_free(p->given_at);
    rs_free(p->samples);
    rs_free(p->ids);
    rs_arena_fini(&p->arena);
    rs_free(p);
    return status;
}
