/* The answer of a recommendation from indexed data: goals, their forms of question with examples,
 * what serves each, and what each dataset gives. See aim_answer.h. */
#include "decide/aim_answer.h"

#include "base/alloc.h"
#include "choose/aim_cover.h"
#include "choose/aim_share.h"
#include "codec/json_writer.h"
#include "decide/aim_compare.h"
#include "decide/aim_datasets.h"
#include "decide/aim_goals.h"
#include "decide/aim_shown.h"
#include "decide/aim_agree.h"
#include "decide/aim_diverse.h"
#include "decide/aim_limit.h"
#include "decide/recommend_plan.h"
#include "decide/stated.h"
#include "decide/ask.h"

#include <inttypes.h>

enum {
    n_questions = 3, /* of a form that are told */
    n_lacks = 3,
    n_shown = 12 /* answers */
};

/* ---- forms ----------------------------------------------------------------------------------- */

/* What is told beside the choice itself. */
typedef struct told {
    const rs_aim_plan *plan;
    rs_aim_form *forms; /* [n_parts] */
    rs_aim_shows shows;
    rs_aim_gain *gains; /* by dataset */
    double covered;
} told;

/* Members and their pictures per part. */
static bool count_forms(const rs_aim_plan *p, rs_aim_form *forms)
{
    rs_map64 seen = {0};
    bool ok = true;
    for (size_t i = 0; i < p->n_examples; i++) forms[p->examples[i].part].n_examples++;
    for (uint32_t k = 0; k < p->n_parts; k++) forms[k].also = p->result.n_also[k];
    for (size_t i = 0; ok && i < p->n_samples; i++) {
        const rs_aim_sample *s = &p->samples[i];
        if (s->cell == RS_AIM_NONE) continue;
        const uint32_t part = p->result.cells[s->cell].part;
        bool made = false;
        ok = rs_map64_put(&seen, (uint64_t)part << 32 | s->picture, 1, &made) != NULL;
        forms[part].members++;
        forms[part].copies += s->copy;
        forms[part].pictures += made;
        if (!s->aimed) continue;
        forms[part].chosen += s->uses;
        forms[part].different++;
        if (s->uses > forms[part].repeats) forms[part].repeats = s->uses;
    }
    rs_map64_fini(&seen);
    return ok;
}

/* A text with its number of examples. */
typedef struct counted {
    uint32_t text;
    int64_t n;
} counted;

static void keep_most(counted shown[n_shown], uint32_t text, int64_t n)
{
    for (size_t k = 0; k < n_shown; k++)
        if (n > shown[k].n) {
            for (size_t m = n_shown - 1; m > k; m--) shown[m] = shown[m - 1];
            shown[k] = (counted){text, n};
            return;
        }
}

/* The part's most frequent questions. */
static bool most_asked(const rs_aim_plan *p, uint32_t part, counted shown[n_shown])
{
    const size_t goal = p->goal_of[part], first = p->first_example[goal],
                 end = p->end_example[goal];
    rs_map64 count = {0};
    bool ok = true;
    for (size_t i = first; ok && i < end; i++) {
        if (p->examples[i].part != part) continue;
        bool made;
        uint64_t *n = rs_map64_put(&count, p->examples[i].question, 0, &made);
        ok = n != NULL;
        if (n) ++*n;
    }
    /* in the order of the examples, so that ties do not go by the map */
    for (size_t i = first; ok && i < end; i++) {
        if (p->examples[i].part != part) continue;
        uint64_t *n = rs_map64_put(&count, p->examples[i].question, 0, &(bool){false});
        if (!n || !*n) continue;
        keep_most(shown, p->examples[i].question, (int64_t)*n);
        *n = 0;
    }
    rs_map64_fini(&count);
    return ok;
}

/* The cells of a part, by examples or supply: its answers with what serves them. */
static void put_answers(const rs_aim_plan *p, uint32_t part, rs_json_writer *json)
{
    counted shown[n_shown] = {{0}};
    int64_t n = 0;
    for (size_t c = 0; c < p->result.n_cells; c++)
        if (p->result.cells[c].part == part) {
            keep_most(shown, (uint32_t)c,
                      p->result.cells[c].n_examples ? p->result.cells[c].n_examples
                                                    : p->result.cells[c].supply);
            n++;
        }
    rs_json_field_i64(json, "n_answers", n);
    rs_json_field_array(json, "answers");
    for (size_t k = 0; k < n_shown && shown[k].n; k++) {
        const rs_aim_cell *cell = &p->result.cells[shown[k].text];
        rs_json_begin_object(json);
        rs_json_field_str(json, "answer", rs_aim_shortened(p->asked.answers.keys[cell->answer]));
        if (cell->n_examples) rs_json_field_i64(json, "examples", cell->n_examples);
        rs_json_field_i64(json, "supply", cell->supply);
        rs_json_field_i64(json, "samples", cell->chosen);
        rs_json_end_object(json);
    }
    rs_json_end_array(json);
}

/* Answers of a form of which there are fewer than it would get: those that lack most. */
static void put_lacks(const rs_aim_plan *p, uint32_t part, double wanted, rs_json_writer *json)
{
    const rs_aim_cell *cells = p->result.cells;
    counted shown[n_shown] = {{0}};
    double weights = 0;
    int64_t n = 0;
    for (size_t c = 0; c < p->result.n_cells; c++)
        if (cells[c].part == part) weights += rs_aim_answer_weight(&p->in, cells[c].demand);
    for (size_t c = 0; c < p->result.n_cells; c++) {
        if (cells[c].part != part) continue;
        const double share = rs_aim_answer_weight(&p->in, cells[c].demand) / weights;
        const int64_t lacks = (int64_t)(wanted * share + 0.5) - cells[c].supply;
        if (lacks <= 0) continue;
        keep_most(shown, (uint32_t)c, lacks);
        n++;
    }
    rs_json_field_i64(json, "n_lacking", n);
    rs_json_field_array(json, "lacks");
    for (size_t k = 0; k < n_lacks && shown[k].n; k++) {
        const rs_aim_cell *cell = &cells[shown[k].text];
        rs_json_begin_object(json);
        rs_json_field_str(json, "answer", rs_aim_shortened(p->asked.answers.keys[cell->answer]));
        rs_json_field_i64(json, "supply", cell->supply);
        rs_json_field_i64(json, "lacks", shown[k].n);
        rs_json_end_object(json);
    }
    rs_json_end_array(json);
}

/* How much of a form there is and what of it was chosen. */
static void put_counts(const rs_aim_plan *p, const rs_aim_form *f, bool by_examples,
                       rs_json_writer *json)
{
    const int64_t budget = p->in.budget, n = (int64_t)p->n_samples;
    if (by_examples) rs_json_field_i64(json, "examples", f->n_examples);
    rs_json_field_i64(json, "supply", f->members - f->copies);
    rs_json_field_i64(json, "pictures", f->pictures);
    rs_json_field_i64(json, "samples", f->chosen);
    rs_json_field_i64(json, "different", f->different);
    rs_json_field_i64(json, "repeats", f->repeats);
    rs_json_field_i64(json, "wanted", (int64_t)(f->wanted + 0.5));
    rs_json_field_i64(json, "covered_permille", (int64_t)(f->covered * 1000 + 0.5));
    /* of a random draw of the same size: budget * members / usable */
    rs_json_field_i64(
        json, "random",
        n ? (int64_t)((double)(budget < n ? budget : n) * (double)f->members / (double)n + 0.5)
          : 0);
    /* The forms of a word are those of the pool: it is the word that must be served. Samples that
     * count elsewhere may show as many more pictures, of which nobody can say that they are few. */
    if (by_examples) rs_json_field_cstr(json, "served", rs_aim_served(f->pictures + f->also));
}

/* One form of questions: what is asked, how much of it there is, and what was chosen. */
static bool put_form(const told *t, uint32_t part, rs_json_writer *json)
{
    const rs_aim_plan *p = t->plan;
    const rs_aim_form *f = &t->forms[part];
    const rs_aim_goal *goal = &p->goals[p->goal_of[part]];
    counted shown[n_shown] = {{0}};
    if (!most_asked(p, part, shown)) return false;
    rs_json_blank(json, RS_DECIDE_LINE);
    rs_json_begin_object(json);
    rs_json_field_str(json, "goal", goal->name);
    if (goal->store) rs_json_field_str(json, "like", goal->name);
    rs_json_field_i64(json, "form", part);
    rs_json_field_array(json, "questions");
    for (size_t k = 0; k < n_questions && shown[k].n; k++)
        rs_json_write_str(json, rs_aim_shortened(rs_asked_shown(&p->asked, shown[k].text)));
    rs_json_end_array(json);
    rs_json_field_i64(json, "share_permille",
                      (int64_t)(f->wanted / (double)p->in.budget * 1000 + 0.5));
    put_counts(p, f, goal->store != NULL, json);
    put_answers(p, part, json);
    put_lacks(p, part, f->wanted, json);
    rs_aim_shows_put(p, &t->shows, part, json);
    rs_json_end_object(json);
    return true;
}

/* ---- what is not here ------------------------------------------------------------------------ */

/* Offers of what the goals in words found here, by the tags of its questions, in place of the
 * releases' own tasks. They are held by one candidate: what is here costs nothing, whosever it
 * is. */
static rsift_status offer_found(const rs_aim_plan *p, rs_pool *pool, rsift_error *err)
{
    size_t holder = 0;
    while (holder < pool->n_candidates &&
           (!pool->candidates[holder].indexed || pool->candidates[holder].left_out))
        holder++;
    pool->cells = NULL;
    pool->offers = NULL;
    pool->n_cells = pool->cap_cells = pool->n_offers = pool->cap_offers = 0;
    for (size_t i = 0; i < p->n_goals && holder < pool->n_candidates; i++) {
        const rs_aim_goal *goal = &p->goals[i];
        const int64_t n_tasks = goal->tasks.n ? (int64_t)goal->tasks.n : 1;
        for (int64_t t = 0; !goal->store && t < n_tasks; t++) {
            rs_task task = RS_TASK_VQA;
            if (goal->tasks.n && !rs_model_task_parse(goal->tasks.items[t], &task)) continue;
            const rs_cell cell =
                rs_stated_cell(task, goal->skills.n == 1 ? goal->skills.items[0] : RS_STR(""));
            RS_TRY(rs_pool_add_offer(pool, holder, &cell, p->found[i].samples / n_tasks, err));
        }
    }
    return RSIFT_OK;
}

/* What would be worth getting for the goals that are words: of examples the catalogue knows
 * nothing. */
static rsift_status put_downloads(const rs_aim_plan *p, rs_json_writer *json, rsift_error *err)
{
    rs_recommend_job job = *p->job->recommend;
    rs_arena *arena = p->pool.arena;
    rs_str *words = rs_arena_calloc(arena, p->n_goals + 1, sizeof *words);
    double *shares = rs_arena_calloc(arena, p->n_goals + 1, sizeof *shares);
    if (!words || !shares) return rs_err_nomem(err, "the answer");
    size_t n = 0;
    for (size_t i = 0; i < p->job->n_goals; i++) {
        if (p->goals[i].store) continue;
        words[n] = p->goals[i].name;
        shares[n++] = p->goals[i].share;
    }
    if (n == 0 && p->job->n_goals) {
        rs_json_field_array(json, "download");
        rs_json_end_array(json);
        return RSIFT_OK;
    }
    job.goals = (rs_texts){words, n};
    job.goal_shares = n ? shares : NULL;
    rs_pool found = p->pool;
    RS_TRY(offer_found(p, &found, err));
    return rs_plan_put_downloads(&job, &found, json, err);
}

static void put_left_out(const rs_aim_plan *p, rs_json_writer *json)
{
    rs_json_field_array(json, "left_out");
    for (size_t c = 0; c < p->pool.n_candidates; c++) {
        const rs_candidate *candidate = &p->pool.candidates[c];
        if (!candidate->left_out || !candidate->indexed) continue;
        rs_json_blank(json, RS_DECIDE_LINE);
        rs_json_begin_object(json);
        rs_json_field_str(json, "dataset", candidate->id);
        rs_json_field_cstr(json, "reason", candidate->left_out);
        rs_json_end_object(json);
    }
    rs_json_end_array(json);
}

/* ---- answer ---------------------------------------------------------------------------------- */

static bool put_forms(const told *t, rs_json_writer *json)
{
    bool ok = true;
    rs_json_field_array(json, "forms");
    for (uint32_t part = 0; ok && part < t->plan->n_parts; part++) ok = put_form(t, part, json);
    rs_json_end_array(json);
    return ok;
}

/* What each form would get without limits of supply, and how far it is covered. */
static bool cover_forms(told *t)
{
    const rs_aim_plan *p = t->plan;
    int64_t *n_of_cell = rs_calloc(p->result.n_cells + 1, sizeof *n_of_cell);
    double *by_part = rs_calloc((size_t)p->n_parts + 1, sizeof *by_part), shares = 0;
    const bool ok = n_of_cell && by_part;
    for (uint32_t part = 0; part < p->n_parts; part++) shares += p->shares[part];
    for (size_t i = 0; ok && i < p->n_samples; i++) {
        const rs_aim_sample *s = &p->samples[i];
        if (s->chosen && !s->copy && s->cell != RS_AIM_NONE) n_of_cell[s->cell]++;
    }
    if (ok) t->covered = rs_aim_covered(&p->in, &p->result, n_of_cell, by_part);
    for (uint32_t part = 0; ok && part < p->n_parts; part++) {
        t->forms[part].wanted = (double)(p->in.budget - p->in.n_general) * p->shares[part] / shares;
        t->forms[part].covered = by_part[part];
    }
    rs_free(n_of_cell);
    rs_free(by_part);
    return ok;
}

static rsift_status told_make(told *t, rsift_error *err)
{
    const rs_aim_plan *p = t->plan;
    t->forms = rs_calloc((size_t)p->n_parts + 1, sizeof *t->forms);
    t->gains = rs_calloc(p->asked.datasets.n + 1, sizeof *t->gains);
    if (!t->forms || !t->gains || !count_forms(p, t->forms) || !cover_forms(t))
        return rs_err_nomem(err, "the recommendation");
    RS_TRY(rs_aim_gains(&p->in, p->samples, p->n_samples, &p->result, t->gains, err));
    return rs_aim_shows_make(p, &t->shows, err);
}

static void told_fini(told *t)
{
    rs_aim_shows_fini(&t->shows);
    rs_free(t->forms);
    rs_free(t->gains);
}

static void put_sums(const told *t, rs_json_writer *w)
{
    const rs_aim_plan *p = t->plan;
    const rs_recommend_job *job = p->job->recommend;
    rs_json_field_cstr(w, "schema", "rsift.recommend/1");
    rs_json_field_cstr(w, "called", "aim");
    rs_json_field_cstr(w, "basis", "indexed");
    rs_json_field_cstr(w, "unit", "samples");
    rs_json_field_i64(w, "budget", p->in.budget);
    rs_aim_put_limit(p, w);
    rs_aim_put_diverse(p, w);
    rs_aim_put_agreement(p, w);
    const int64_t n =
        p->result.n_aimed + p->result.n_general + p->result.n_unaimed + p->result.n_copies;
    rs_json_field_i64(w, "allocated", n);
    rs_json_field_i64(w, "different", n - p->result.n_repeats);
    rs_json_field_i64(w, "epochs", p->in.epochs ? p->in.epochs : 1);
    rs_json_field_i64(w, "aimed", p->result.n_aimed);
    rs_json_field_i64(w, "general", p->result.n_general);
    rs_json_field_i64(w, "filled", p->result.n_unaimed);
    rs_json_field_i64(w, "copies", p->result.n_copies);
    rs_json_field_i64(w, "covered_permille", (int64_t)(t->covered * 1000 + 0.5));
    rs_json_field_i64(w, "usable", (int64_t)p->n_samples);
    rs_json_field_i64(w, "without_text", p->asked.n_without_text);
    rs_json_field_i64(w, "not_hashed", p->n_not_hashed);
    rs_json_field_i64(w, "several", p->result.n_several);
    rs_json_field_i64(w, "seed", job->seed);
    rs_json_field_cstr(w, "licence_filter", rs_recipe_licence_name(job->licence));
}

/* Most samples that one picture gives, copies and repeats counted. */
static bool most_of_picture(const rs_aim_plan *p, int64_t *most)
{
    rs_map64 count = {0};
    bool ok = true;
    *most = 0;
    for (size_t i = 0; ok && i < p->n_samples; i++) {
        bool made;
        if (!p->samples[i].chosen) continue;
        uint64_t *n = rs_map64_put(&count, p->samples[i].picture, 0, &made);
        ok = n != NULL;
        if (n) *n += p->samples[i].uses;
        if (n && (int64_t)*n > *most) *most = (int64_t)*n;
    }
    rs_map64_fini(&count);
    return ok;
}

static rsift_status put_answer(const told *t, rs_buf *json, int64_t *n_unserved, rsift_error *err)
{
    const rs_aim_plan *p = t->plan;
    int64_t most;
    if (!most_of_picture(p, &most)) return rs_err_nomem(err, "the recommendation");
    rs_aim_taken *by_dataset = rs_aim_count_taken(p);
    if (!by_dataset) return rs_err_nomem(err, "the recommendation");
    rs_json_writer w = rs_json_writer_to(json);
    rs_json_begin_object(&w);
    put_sums(t, &w);
    if (p->brought) rs_brought_put_answer(p->brought, &w);
    rs_json_field_i64(&w, "most_of_picture", most);
    const rsift_status status = rs_aim_put_goals(p, t->forms, &w, n_unserved, err);
    const bool ok = put_forms(t, &w);
    rs_json_field_i64(&w, "n_unserved", *n_unserved);
    rs_aim_put_datasets(p, t->gains, by_dataset, &w);
    put_left_out(p, &w);
    rs_aim_free_taken(by_dataset);
    RS_TRY(status);
    RS_TRY(put_downloads(p, &w, err));
    if (!ok) return rs_err_nomem(err, "the answer");
    RS_TRY(rs_aim_put_refused(p, &w, err));
    RS_TRY(rs_aim_put_compare(p, &w, err));
    rs_json_end_object(&w);
    return rs_json_finish(&w, "the answer", err);
}

rsift_status rs_aim_put_answer(const rs_aim_plan *p, rs_buf *json, int64_t *n_unserved,
                               rsift_error *err)
{
    told t = {.plan = p};
    rsift_status status = told_make(&t, err);
    if (status == RSIFT_OK) status = put_answer(&t, json, n_unserved, err);
    told_fini(&t);
    return status;
}
