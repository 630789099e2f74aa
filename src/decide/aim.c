/* Goals of examples against the pool: examples into parts, parts into choices; see aim.h. */
#include "decide/aim.h"

#include "base/alloc.h"
#include "base/rng.h"
#include "choose/aim.h"
#include "choose/aim_similar.h"
#include "decide/aim_answer.h"
#include "decide/ask.h"
#include "decide/near.h"
#include "decide/split.h"
#include "store/quote.h"

/* ---- goals ----------------------------------------------------------------------------------- */

/* The samples of a goal as the table asked_sample of its store. */
static rsift_status select_goal(const rs_aim_goal *goal, rs_arena *arena, rsift_error *err)
{
    rs_eval_part part;
    RS_TRY(rs_decide_find_eval_part(goal->store, goal->dataset, goal->split, arena, &part, err));
    rs_buf sql = {0};
    rs_buf_cstr(&sql, "CREATE OR REPLACE TEMP TABLE asked_sample AS SELECT s.sample_id, s.dataset, "
                      "s.sample_id AS picture FROM sample s, (SELECT ");
    rs_store_put_literal(&sql, goal->dataset);
    rs_buf_cstr(&sql, " AS dataset, ");
    rs_store_put_literal(&sql, part.split.name.ptr ? part.split.name : RS_STR(""));
    rs_buf_cstr(&sql, " AS name, ");
    rs_store_put_literal(&sql, part.split.scheme.ptr ? part.split.scheme : RS_STR(""));
    rs_buf_cstr(&sql, " AS scheme, ");
    rs_store_put_literal(&sql, part.role.ptr ? part.role : RS_STR(""));
    rs_buf_cstr(&sql, " AS role) w WHERE s.dataset = w.dataset AND s.truth AND ");
    rs_buf_cstr(&sql, RS_EVAL_PART_SQL("w.name", "w.scheme", "w.role"));
    const rsift_status status = sql.failed ? rs_err_nomem(err, "a statement")
                                           : rs_store_exec(goal->store, rs_buf_view(&sql), err);
    rs_buf_fini(&sql);
    return status;
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
                (rs_aim_example){.question = t->question + wording, .answer = t->answer};
        }
    }
    return RSIFT_OK;
}

static rsift_status read_goal(rs_aim_plan *p, size_t at, rsift_error *err)
{
    const rs_aim_goal *goal = &p->job->goals[at];
    const size_t first_sample = p->asked.n_samples;
    const int64_t without_text = p->asked.n_without_text;
    p->first_example[at] = p->n_examples;
    RS_TRY(select_goal(goal, &p->arena, err));
    RS_TRY(rs_asked_read(&p->asked, goal->store, err));
    RS_TRY(add_examples(p, first_sample, err));
    p->first_example[at + 1] = p->n_examples;
    if (p->n_examples > p->first_example[at]) return RSIFT_OK;
    char quoted[RS_QUOTE_SIZE];
    rs_err_quote(quoted, goal->name);
    if (p->asked.n_without_text > without_text)
        return rs_err_set(err, RSIFT_E_ARG,
                          "the texts of \"%s\" were not kept: index it without --no-text", quoted);
    return rs_err_set(err, RSIFT_E_ARG, "\"%s\" holds no question with an answer", quoted);
}

/* ---- parts ----------------------------------------------------------------------------------- */

static rs_aim_input input_of(const rs_aim_plan *p)
{
    const rs_recommend_job *job = p->job->recommend;
    return (rs_aim_input){.questions = p->asked.question_words,
                          .n_questions = (uint32_t)p->asked.questions.n,
                          .n_words = (uint32_t)p->asked.words.n,
                          .word_hash = p->asked.word_hash,
                          .answer_hash = p->asked.answer_hash,
                          .examples = p->examples,
                          .n_examples = p->n_examples,
                          .shares = p->shares,
                          .n_parts = p->n_parts,
                          .turns = p->asked.turns,
                          .n_turns = p->n_pool_turns,
                          .n_answers = (uint32_t)p->asked.answers.n,
                          .n_sources = (uint32_t)p->asked.datasets.n,
                          .budget = job->budget,
                          .seed = (uint64_t)job->seed};
}

/* Forms of question are parts; a goal's share is divided by how many examples each has. */
static rsift_status split_goal(rs_aim_plan *p, size_t at, rsift_error *err)
{
    const size_t first = p->first_example[at], n = p->first_example[at + 1] - first;
    rs_aim_input in = input_of(p);
    in.examples = &p->examples[first];
    in.n_examples = n;
    uint32_t *part = rs_calloc(n + 1, sizeof *part);
    const uint32_t n_new = part ? rs_aim_split(&in, part) : 0;
    if (n_new && p->n_parts + n_new <= RS_AIM_MAX_PARTS) {
        for (uint32_t k = 0; k < n_new; k++) p->goal_of[p->n_parts + k] = at;
        for (size_t i = 0; i < n; i++) {
            p->examples[first + i].part = p->n_parts + part[i];
            p->shares[p->n_parts + part[i]] += p->job->goals[at].share / (double)n;
        }
    }
    rs_free(part);
    if (!n_new) return rs_err_nomem(err, "the examples");
    p->n_parts += n_new;
    if (p->n_parts > RS_AIM_MAX_PARTS)
        return rs_err_set(err, RSIFT_E_LIMIT, "more than %d forms of question; give fewer goals",
                          RS_AIM_MAX_PARTS);
    return RSIFT_OK;
}

/* ---- the pool -------------------------------------------------------------------------------- */

static const rs_candidate *candidate_of(const rs_aim_plan *p, rs_str dataset)
{
    for (size_t i = 0; i < p->pool.n_candidates; i++)
        if (rs_str_eq(p->pool.candidates[i].id, dataset)) return &p->pool.candidates[i];
    return NULL;
}

/* Pictures that show the same, re-encoded or turned, are one: each stands for its group. */
typedef struct groups {
    rs_near *near;
    uint32_t *centre;
} groups;

static rsift_status load_groups(rs_store *store, groups *out, rsift_error *err)
{
    *out = (groups){0};
    const rs_near_choice proved = {.methods = RS_NEAR_PROVED};
    RS_TRY(rs_near_load(store, &proved, &out->near, err));
    const size_t n = rs_near_n(out->near);
    uint32_t *order = rs_calloc(n + 1, sizeof *order);
    out->centre = rs_calloc(n + 1, sizeof *out->centre);
    rsift_status status = RSIFT_OK;
    if (!order || !out->centre) status = rs_err_nomem(err, "the pictures");
    for (uint32_t i = 0; status == RSIFT_OK && i < n; i++) order[i] = i;
    if (status == RSIFT_OK) status = rs_near_stars(out->near, order, n, out->centre, err);
    rs_free(order);
    return status;
}

static rs_id group_of(const groups *g, rs_id picture)
{
    const uint32_t at = rs_near_find(g->near, picture);
    return at == RS_NEAR_NONE ? picture : rs_near_id(g->near, g->centre[at]);
}

static void groups_fini(groups *g)
{
    rs_near_free(g->near);
    rs_free(g->centre);
}

/* Usable samples of datasets that may be chosen, as the kernel takes them. */
static rsift_status add_samples(rs_aim_plan *p, const groups *g, rsift_error *err)
{
    rs_idmap pictures = {0};
    p->samples = rs_calloc(p->n_pool + 1, sizeof *p->samples);
    p->ids = rs_calloc(p->n_pool + 1, sizeof *p->ids);
    bool ok = p->samples && p->ids;
    for (size_t i = 0; ok && i < p->n_pool; i++) {
        const rs_asked_sample *s = &p->asked.samples[i];
        const rs_candidate *c = candidate_of(p, p->asked.datasets.keys[s->dataset]);
        if (!c || c->left_out || s->n_turns == 0) continue;
        const size_t picture = rs_idmap_put(&pictures, group_of(g, s->picture), NULL);
        ok = picture != RS_NPOS;
        p->ids[p->n_samples] = s->id;
        p->samples[p->n_samples++] =
            (rs_aim_sample){.key = rs_rng_key((uint64_t)p->job->recommend->seed, s->id),
                            .picture = (uint32_t)picture,
                            .source = s->dataset,
                            .first_turn = s->first_turn,
                            .n_turns = s->n_turns,
                            .quality = (float)c->quality};
    }
    rs_idmap_fini(&pictures);
    if (!ok) return rs_err_nomem(err, "the samples");
    if (p->n_samples == 0)
        return rs_err_set(err, RSIFT_E_ARG,
                          p->asked.n_without_text
                              ? "the texts of the indexed data were not kept (index --no-text)"
                              : "nothing indexed here is usable for training under this licence");
    return RSIFT_OK;
}

static rsift_status list_samples(rs_aim_plan *p, rsift_error *err)
{
    rs_store *store = p->job->recommend->store;
    groups g;
    rsift_status status = load_groups(store, &g, err);
    if (status == RSIFT_OK) status = add_samples(p, &g, err);
    groups_fini(&g);
    return status;
}

static rsift_status read_pool(rs_aim_plan *p, rsift_error *err)
{
    rs_store *store = p->job->recommend->store;
    RS_TRY(rs_pool_make(p->job->recommend, &p->arena, &p->pool, err));
    RS_TRY(rs_decide_run_section(store, "aim", "pool", RS_STR(""), err));
    RS_TRY(rs_asked_read(&p->asked, store, err));
    p->n_pool = p->asked.n_samples;
    p->n_pool_turns = p->asked.n_turns;
    return rs_decide_number(
        store,
        "SELECT count(DISTINCT a.content_hash) FROM asset a JOIN sample_asset x USING (asset_id) "
        "JOIN asked_sample p ON p.sample_id = x.sample_id WHERE a.content_hash NOT IN "
        "(SELECT content_hash FROM picture_hash WHERE failed IS NULL)",
        &p->n_not_hashed, err);
}

/* ---- aim ------------------------------------------------------------------------------------- */

static rsift_status make_plan(rs_aim_plan *p, rsift_error *err)
{
    p->first_example = rs_arena_calloc(&p->arena, p->job->n_goals + 1, sizeof *p->first_example);
    if (!p->first_example) return rs_err_nomem(err, "the goals");
    RS_TRY(read_pool(p, err));
    for (size_t i = 0; i < p->job->n_goals; i++) RS_TRY(read_goal(p, i, err));
    for (size_t i = 0; i < p->job->n_goals; i++) RS_TRY(split_goal(p, i, err));
    RS_TRY(list_samples(p, err));
    p->in = input_of(p);
    return rs_aim_choose(&p->in, p->samples, p->n_samples, &p->result, err);
}

rsift_status rs_decide_aim(const rs_aim_job *job, rs_buf *json, rs_buf *recipe, rs_buf *choices,
                           int64_t *n_unserved, rsift_error *err)
{
    if (job->recommend->budget <= 0 || job->recommend->budget > (int64_t)1 << 40)
        return rs_err_set(err, RSIFT_E_ARG, "the budget is a number of samples above 0");
    rs_aim_plan *p = rs_calloc(1, sizeof *p);
    if (!p) return rs_err_nomem(err, "the recommendation");
    p->job = job;
    rsift_status status = make_plan(p, err);
    if (status == RSIFT_OK) status = rs_aim_put_choices(p, choices, err);
    if (status == RSIFT_OK) status = rs_aim_put_answer(p, json, n_unserved, err);
    if (status == RSIFT_OK && p->result.n_aimed > 0)
        status = rs_aim_put_recipe(p, rs_buf_view(choices), recipe, err);
    rs_aim_result_fini(&p->result);
    rs_asked_fini(&p->asked);
    rs_free(p->examples);
    rs_free(p->samples);
    rs_free(p->ids);
    rs_arena_fini(&p->arena);
    rs_free(p);
    return status;
}
