/* Words of goals: the vocabulary first, then what is indexed, then the catalogue. */
#include "decide/goal_words.h"

#include "decide/goals.h"

/* A list of one text, in the arena. */
static bool set_one(rs_arena *arena, rs_str word, rs_texts *out)
{
    rs_str *items = rs_arena_calloc(arena, 1, sizeof *items);
    if (!items) return false;
    *items = word;
    *out = (rs_texts){items, 1};
    return true;
}

static bool set_tasks(rs_arena *arena, const rs_task *tasks, size_t n, rs_texts *out)
{
    rs_str *items = rs_arena_calloc(arena, n + 1, sizeof *items);
    if (!items) return false;
    for (size_t i = 0; i < n; i++) items[i] = rs_str_of(rs_model_task_name(tasks[i]));
    *out = (rs_texts){items, n};
    return true;
}

/* "vqa", "presence", "vqa/presence". *known: whether it is one of these. */
static rsift_status read_vocabulary(rs_arena *arena, rs_aim_goal *goal, bool *known,
                                    rsift_error *err)
{
    rs_task task;
    bool ok = true;
    const size_t at = rs_str_find_char(goal->name, '/');
    const rs_str head = rs_str_sub(goal->name, 0, at == RS_NPOS ? goal->name.len : at);
    *known = true;
    if (at == RS_NPOS && rs_model_task_parse(goal->name, &task)) {
        goal->kind = "task";
        ok = set_one(arena, goal->name, &goal->tasks);
    } else if (at == RS_NPOS && rs_recommend_is_skill(arena, goal->name)) {
        goal->kind = "skill";
        ok = set_one(arena, goal->name, &goal->skills);
    } else if (at != RS_NPOS && rs_model_task_parse(head, &task) &&
               rs_recommend_is_skill(arena, rs_str_sub(goal->name, at + 1, goal->name.len))) {
        goal->kind = "task and skill";
        ok = set_one(arena, head, &goal->tasks) &&
             set_one(arena, rs_str_sub(goal->name, at + 1, goal->name.len), &goal->skills);
    } else *known = false;
    return ok ? RSIFT_OK : rs_err_nomem(err, "a goal");
}

/* Does the workspace hold samples of the dataset that a goal may look at? */
static rsift_status has_training(rs_store *store, rs_str dataset, bool *out, rsift_error *err)
{
    const rs_arg id = {.type = RS_ARG_STR, .str = dataset};
    rs_result *rows;
    RS_TRY(rs_store_query(
        store,
        RS_STR("SELECT 1 FROM sample s WHERE s.dataset = $1 AND s.truth AND (s.role <> 'eval' OR "
               "s.sample_id IN (SELECT sample_id FROM split WHERE lower(name) IN ('val', 'valid', "
               "'validation', 'dev'))) LIMIT 1"),
        &id, 1, &rows, err));
    const rsift_status status = rs_result_next(rows, err);
    *out = status == RSIFT_OK;
    rs_result_close(rows);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* A name that is no goal: unknown, or that of a dataset of which nothing may be looked at. */
static rsift_status no_goal(const rs_recommend_job *job, rs_arena *arena, rs_str name,
                            rsift_error *err)
{
    const rs_arg id = {.type = RS_ARG_STR, .str = name};
    char quoted[RS_QUOTE_SIZE];
    rs_result *rows;
    RS_TRY(rs_store_query(job->store, RS_STR("SELECT 1 FROM sample WHERE dataset = $1 LIMIT 1"),
                          &id, 1, &rows, err));
    const rsift_status status = rs_result_next(rows, err);
    rs_result_close(rows);
    if (status == RSIFT_END) return rs_recommend_unknown(arena, job->catalog, name, err);
    if (status != RSIFT_OK) return status;
    rs_err_quote(quoted, name);
    return rs_err_set(err, RSIFT_E_ARG,
                      "\"%s\" is indexed for evaluation alone, which a goal of words does not look "
                      "at; if these are questions to aim at: --like %s",
                      quoted, quoted);
}

/* The dataset whose benchmark has that name; *benchmark NULL = it is the dataset's id. */
static const rs_catalog_dataset *find_benchmark(const rs_catalog *catalog, rs_str name,
                                                const rs_catalog_benchmark **benchmark)
{
    *benchmark = NULL;
    for (size_t i = 0; i < rs_catalog_n(catalog); i++) {
        const rs_catalog_dataset *d = rs_catalog_at(catalog, i);
        for (size_t k = 0; k < d->benchmarks.n; k++)
            if (rs_str_eq_nocase(d->benchmarks.items[k].name, name)) {
                *benchmark = &d->benchmarks.items[k];
                return d;
            }
    }
    return rs_catalog_find(catalog, name);
}

static rsift_status read_catalogue(const rs_recommend_job *job, rs_arena *arena, rs_aim_goal *goal,
                                   rsift_error *err)
{
    const rs_catalog_benchmark *b;
    const rs_catalog_dataset *d = find_benchmark(job->catalog, goal->name, &b);
    bool indexed = false;
    if (!d) return no_goal(job, arena, goal->name, err);
    goal->kind = "benchmark";
    if (b && b->tasks.n && !set_tasks(arena, b->tasks.items, b->tasks.n, &goal->tasks))
        return rs_err_nomem(err, "a goal");
    RS_TRY(has_training(job->store, d->id, &indexed, err));
    if (indexed) {
        goal->store = job->store;
        goal->dataset = d->id;
        goal->training = true;
        return RSIFT_OK;
    }
    goal->skills = d->skills;
    if (!goal->tasks.n && !set_tasks(arena, d->tasks.items, d->tasks.n, &goal->tasks))
        return rs_err_nomem(err, "a goal");
    return RSIFT_OK;
}

rsift_status rs_goal_read_word(const rs_recommend_job *job, rs_arena *arena, bool only_benchmark,
                               rs_aim_goal *goal, rsift_error *err)
{
    bool known = false;
    if (!only_benchmark) RS_TRY(read_vocabulary(arena, goal, &known, err));
    if (known) return RSIFT_OK;
    const rs_catalog_benchmark *b;
    bool indexed = false;
    if (!find_benchmark(job->catalog, goal->name, &b))
        RS_TRY(has_training(job->store, goal->name, &indexed, err));
    if (!indexed) return read_catalogue(job, arena, goal, err);
    goal->kind = "dataset";
    goal->store = job->store;
    goal->dataset = goal->name;
    goal->training = true;
    return RSIFT_OK;
}
