/* Weights of cells out of the goals, and the word that a misspelled goal may have meant. */
#include "decide/goals.h"

#include "base/embedded.h"
#include "decide/ask.h"
#include "codec/yaml.h"

#include <math.h>

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

/* The skill that every sample of the task asks for; "" where the questions decide. */
static rs_str skill_of_task(rs_task task)
{
    static const char *const skills[RS_N_TASKS] = {[RS_TASK_CAPTION] = "description",
                                                   [RS_TASK_REGION_CAPTION] = "description",
                                                   [RS_TASK_GROUNDED_CAPTION] = "description",
                                                   [RS_TASK_CHANGE_CAPTION] = "description",
                                                   [RS_TASK_VIDEO_CAPTION] = "description",
                                                   [RS_TASK_GROUNDING_HBB] = "localization",
                                                   [RS_TASK_GROUNDING_OBB] = "localization",
                                                   [RS_TASK_GROUNDING_POINT] = "localization",
                                                   [RS_TASK_REFERRING_SEG] = "localization",
                                                   [RS_TASK_DETECTION_HBB] = "localization",
                                                   [RS_TASK_DETECTION_OBB] = "localization",
                                                   [RS_TASK_CLASSIFICATION] = "scene",
                                                   [RS_TASK_MULTILABEL] = "scene",
                                                   [RS_TASK_REGION_CLASSIFICATION] = "category",
                                                   [RS_TASK_HALLUCINATION_PROBE] = "presence",
                                                   [RS_TASK_REFUSAL] = "existence-refusal",
                                                   [RS_TASK_RELATION] = "relation",
                                                   [RS_TASK_GEOLOCATION] = "geography",
                                                   [RS_TASK_CHANGE_DETECTION] = "change-presence"};
    return rs_str_of(skills[task] ? skills[task] : "");
}

/* The skill of a cell: its own, or that of its task. */
static rs_str skill_of(const rs_cell *cell)
{
    return cell->skill.len ? cell->skill : skill_of_task(cell->task);
}

/* A benchmark asks for its tasks, most of all with its dataset's skills. */
static void weigh_tasks(const rs_pool *p, rs_part *part, const rs_task *tasks, size_t n,
                        const rs_catalog_dataset *d)
{
    for (size_t c = 0; c < p->n_cells; c++) {
        const rs_cell *cell = &p->cells[c];
        bool asked = false;
        for (size_t t = 0; t < n; t++) asked = asked || tasks[t] == cell->task;
        if (!asked) continue;
        double weight = 1;
        /* cells outside the benchmark's skills count half */
        if (d->skills.n && !has_skill(d, skill_of(cell))) weight *= 0.5;
        part->weights[c] += weight;
    }
}

static bool weigh_benchmarks(const rs_catalog *catalog, const rs_pool *p, rs_part *part,
                             rs_str goal)
{
    for (size_t i = 0; i < rs_catalog_n(catalog); i++) {
        const rs_catalog_dataset *d = rs_catalog_at(catalog, i);
        for (size_t k = 0; k < d->benchmarks.n; k++) {
            const rs_catalog_benchmark *b = &d->benchmarks.items[k];
            if (!rs_str_eq_nocase(b->name, goal)) continue;
            weigh_tasks(p, part, b->tasks.n ? b->tasks.items : d->tasks.items,
                        b->tasks.n ? b->tasks.n : d->tasks.n, d);
            part->own = d;
        }
    }
    if (part->own) return true;
    part->own = rs_catalog_find(catalog, goal);
    if (part->own) weigh_tasks(p, part, part->own->tasks.items, part->own->tasks.n, part->own);
    return part->own != NULL;
}

/* "task/skill": both at once. */
static bool weigh_pairs(const rs_pool *p, const rs_yaml *skills, rs_part *part)
{
    rs_task task;
    const size_t at = rs_str_find_char(part->goal, '/');
    if (at == RS_NPOS || !rs_model_task_parse(rs_str_sub(part->goal, 0, at), &task)) return false;
    const rs_str skill = rs_str_sub(part->goal, at + 1, part->goal.len);
    if (!names_skill(skills, skill)) return false;
    for (size_t c = 0; c < p->n_cells; c++)
        part->weights[c] = p->cells[c].task == task && rs_str_eq(skill_of(&p->cells[c]), skill);
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
                              rs_part *part, rsift_error *err)
{
    rs_task task;
    const rs_str goal = part->goal;
    /* tasks, then skills, then benchmarks and datasets: the first kind that knows the word wins */
    if (rs_model_task_parse(goal, &task)) {
        for (size_t c = 0; c < p->n_cells; c++) part->weights[c] = p->cells[c].task == task;
        return RSIFT_OK;
    }
    if (names_skill(skills, goal)) {
        for (size_t c = 0; c < p->n_cells; c++)
            part->weights[c] = rs_str_eq(skill_of(&p->cells[c]), goal);
        return RSIFT_OK;
    }
    if (weigh_pairs(p, skills, part) || weigh_benchmarks(job->catalog, p, part, goal))
        return RSIFT_OK;
    return rs_recommend_unknown(p->arena, job->catalog, goal, err);
}

static rsift_status begin_part(rs_pool *p, rs_part *part, rs_str goal, double share,
                               rsift_error *err)
{
    part->goal = goal;
    part->share = share;
    part->weights = rs_arena_calloc(p->arena, p->n_cells + 1, sizeof *part->weights);
    return part->weights ? RSIFT_OK : rs_err_nomem(err, "the goals");
}

/* Without a goal every task that anything serves is one. */
static rsift_status weigh_everything(rs_pool *p, rsift_error *err)
{
    for (int t = 0; t < RS_N_TASKS; t++) {
        rs_part *part = &p->parts[p->n_parts];
        RS_TRY(begin_part(p, part, rs_str_of(rs_model_task_name((rs_task)t)), 1, err));
        bool served = false;
        for (size_t c = 0; c < p->n_cells; c++) {
            part->weights[c] =
                p->cells[c].task == (rs_task)t && rs_recommend_is_text(p->cells[c].task);
            served = served || part->weights[c] > 0;
        }
        p->n_parts += served;
    }
    return RSIFT_OK;
}

/* The cells of one goal share its share,
 *   x(cell) = sum over goals of  share / (sum of shares) * weight / (sum of its weights)
 *   w(cell) = x ^ (3/4)
 * so that a task of many skills counts no more than one of few: where nothing is scarce the maximum
 * of  sum w * n^(1/4)  is at n proportional to x. */
static void weigh_cells(rs_pool *p)
{
    double shares = 0;
    for (size_t i = 0; i < p->n_parts; i++) shares += p->parts[i].share;
    for (size_t c = 0; c < p->n_cells; c++) p->cells[c].weight = 0;
    for (size_t i = 0; i < p->n_parts; i++) {
        const rs_part *part = &p->parts[i];
        double sum = 0;
        for (size_t c = 0; c < p->n_cells; c++) sum += part->weights[c];
        for (size_t c = 0; c < p->n_cells && sum > 0; c++)
            p->cells[c].weight += part->share / shares * part->weights[c] / sum;
    }
    for (size_t c = 0; c < p->n_cells; c++) {
        const double root = sqrt(p->cells[c].weight);
        p->cells[c].weight = root * sqrt(root);
    }
}

rsift_status rs_pool_weigh(const rs_recommend_job *job, rs_pool *p, rsift_error *err)
{
    rs_yaml *skills = NULL;
    RS_TRY(read_skills(p->arena, &skills, err));
    const size_t most = job->goals.n ? job->goals.n : (size_t)RS_N_TASKS;
    p->parts = rs_arena_calloc(p->arena, most + 1, sizeof *p->parts);
    if (!p->parts) return rs_err_nomem(err, "the goals");
    p->n_parts = 0;
    if (job->goals.n == 0) RS_TRY(weigh_everything(p, err));
    for (size_t i = 0; i < job->goals.n; i++) {
        rs_part *part = &p->parts[p->n_parts++];
        RS_TRY(begin_part(p, part, job->goals.items[i], job->goal_shares ? job->goal_shares[i] : 1,
                          err));
        RS_TRY(weigh_one(job, p, skills, part, err));
        for (size_t c = 0; c < p->n_cells; c++)
            if (!rs_recommend_is_text(p->cells[c].task)) part->weights[c] = 0;
        rs_candidate *own = part->own ? rs_pool_find(p, part->own->id) : NULL;
        if (own) own->first = true;
    }
    weigh_cells(p);
    return RSIFT_OK;
}
