/* Weights of cells out of the goals, and the word that a misspelled goal may have meant. */
#include "decide/goals.h"

#include "base/embedded.h"
#include "decide/ask.h"
#include "codec/yaml.h"

/* ---- words ----------------------------------------------------------------------------------- */

static rsift_status read_skills(rs_arena *arena, rs_yaml **out, rsift_error *err)
{
    const rs_embedded *file = rs_embedded_find("taxonomy/skills.yaml");
    RS_ASSERT(file);
    return rs_yaml_parse(arena, RS_STR("taxonomy/skills.yaml"),
                         rs_str_make((const char *)file->data, file->len), NULL, out, err);
}

static bool names_skill(const rs_yaml *skills, rs_str word)
{
    for (const rs_yaml *s = skills->first; s; s = s->next)
        if (rs_str_eq(s->key->text, word)) return true;
    return false;
}

bool rs_recommend_is_skill(rs_arena *arena, rs_str word)
{
    rs_yaml *skills = NULL;
    return read_skills(arena, &skills, NULL) == RSIFT_OK && names_skill(skills, word);
}

static void consider(rs_str word, rs_str known, rs_str *best, size_t *least)
{
    if (rs_str_nearer(word, known, least)) *best = known;
}

rs_str rs_recommend_suggest(rs_arena *arena, const rs_catalog *catalog, rs_str word)
{
    rs_str best = {NULL, 0};
    size_t least = 4;
    for (int t = 0; t < RS_N_TASKS; t++)
        consider(word, rs_str_of(rs_model_task_name((rs_task)t)), &best, &least);
    rs_yaml *skills = NULL;
    if (read_skills(arena, &skills, NULL) == RSIFT_OK)
        for (const rs_yaml *s = skills->first; s; s = s->next)
            consider(word, s->key->text, &best, &least);
    for (size_t i = 0; i < rs_catalog_n(catalog); i++) {
        const rs_catalog_dataset *d = rs_catalog_at(catalog, i);
        consider(word, d->id, &best, &least);
        for (size_t k = 0; k < d->benchmarks.n; k++)
            consider(word, d->benchmarks.items[k].name, &best, &least);
    }
    return best.ptr ? rs_arena_str(arena, best) : best;
}

/* ---- weights --------------------------------------------------------------------------------- */

static bool has_skill(const rs_catalog_dataset *d, rs_str skill)
{
    for (size_t i = 0; i < d->skills.n; i++)
        if (rs_str_eq(d->skills.items[i], skill)) return true;
    return false;
}

/* A benchmark asks for its tasks, most of all with its dataset's skills at its resolution. */
static void weigh_tasks(rs_pool *p, const rs_task *tasks, size_t n, const rs_catalog_dataset *d,
                        double share)
{
    int band = rs_recommend_band(d->gsd_m);
    for (size_t c = 0; c < p->n_cells; c++) {
        rs_cell *cell = &p->cells[c];
        bool asked = false;
        for (size_t t = 0; t < n; t++) asked = asked || tasks[t] == cell->task;
        if (!asked) continue;
        double weight = share;
        /* cells outside the benchmark's skills count half, at another resolution half of that */
        if (d->skills.n && !has_skill(d, cell->skill)) weight *= 0.5;
        if (band && cell->band && cell->band != band) weight *= 0.5;
        cell->weight += weight;
    }
}

static bool weigh_benchmarks(const rs_catalog *catalog, rs_pool *p, rs_str goal, double share)
{
    bool found = false;
    for (size_t i = 0; i < rs_catalog_n(catalog); i++) {
        const rs_catalog_dataset *d = rs_catalog_at(catalog, i);
        for (size_t k = 0; k < d->benchmarks.n; k++) {
            const rs_catalog_benchmark *b = &d->benchmarks.items[k];
            if (!rs_str_eq_nocase(b->name, goal)) continue;
            weigh_tasks(p, b->tasks.n ? b->tasks.items : d->tasks.items,
                        b->tasks.n ? b->tasks.n : d->tasks.n, d, share);
            found = true;
        }
    }
    if (found) return true;
    const rs_catalog_dataset *d = rs_catalog_find(catalog, goal);
    if (d) weigh_tasks(p, d->tasks.items, d->tasks.n, d, share);
    return d != NULL;
}

/* "task/skill": both at once. */
static bool weigh_pairs(rs_pool *p, const rs_yaml *skills, rs_str goal, double share)
{
    rs_task task;
    const size_t at = rs_str_find_char(goal, '/');
    if (at == RS_NPOS || !rs_model_task_parse(rs_str_sub(goal, 0, at), &task)) return false;
    const rs_str skill = rs_str_sub(goal, at + 1, goal.len);
    if (!names_skill(skills, skill)) return false;
    for (size_t c = 0; c < p->n_cells; c++)
        if (p->cells[c].task == task && rs_str_eq(p->cells[c].skill, skill))
            p->cells[c].weight += share;
    return true;
}

rsift_status rs_recommend_unknown(rs_arena *arena, const rs_catalog *catalog, rs_str word,
                                  rsift_error *err)
{
    char quoted[RS_QUOTE_SIZE], hint[RS_DECIDE_HINT_SIZE];
    return rs_err_set(
        err, RSIFT_E_ARG,
        "no task, skill, benchmark or dataset \"%s\"%s; `rsift list --goals` names all",
        rs_err_quote(quoted, word),
        rs_decide_hint(hint, rs_recommend_suggest(arena, catalog, word)));
}

static rsift_status weigh_one(const rs_recommend_job *job, rs_pool *p, const rs_yaml *skills,
                              size_t at, rsift_error *err)
{
    rs_task task;
    const rs_str goal = job->goals.items[at];
    const double share = job->goal_shares ? job->goal_shares[at] : 1;
    /* tasks, then skills, then benchmarks and datasets: the first kind that knows the word wins */
    if (rs_model_task_parse(goal, &task)) {
        for (size_t c = 0; c < p->n_cells; c++)
            if (p->cells[c].task == task) p->cells[c].weight += share;
        return RSIFT_OK;
    }
    if (names_skill(skills, goal)) {
        for (size_t c = 0; c < p->n_cells; c++)
            if (rs_str_eq(p->cells[c].skill, goal)) p->cells[c].weight += share;
        return RSIFT_OK;
    }
    if (weigh_pairs(p, skills, goal, share) || weigh_benchmarks(job->catalog, p, goal, share))
        return RSIFT_OK;
    return rs_recommend_unknown(p->arena, job->catalog, goal, err);
}

rsift_status rs_pool_weigh(const rs_recommend_job *job, rs_pool *p, rsift_error *err)
{
    rs_yaml *skills = NULL;
    RS_TRY(read_skills(p->arena, &skills, err));
    for (size_t c = 0; c < p->n_cells; c++) p->cells[c].weight = job->goals.n == 0;
    for (size_t i = 0; i < job->goals.n; i++) RS_TRY(weigh_one(job, p, skills, i, err));
    /* nothing is asked and answered in text there */
    for (size_t c = 0; c < p->n_cells; c++)
        if (p->cells[c].task == RS_TASK_GENERATION || p->cells[c].task == RS_TASK_RETRIEVAL)
            p->cells[c].weight = 0;
    return RSIFT_OK;
}
