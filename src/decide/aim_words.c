/* Members of goals in words. A question of the pool belongs to a goal when its tag does; there are
 * no examples, so the pool's own questions show the forms: each picture and question once, so that
 * copies don't weigh. */
#include "decide/aim_words.h"

#include "base/alloc.h"
#include "decide/aim_parts.h"
#include "model/sample.h"

/* A form that n questions of the pool have gets a share ~ n^form_power. */
static const double form_power = 0.25;

/* ---- tags ------------------------------------------------------------------------------------ */

static bool is_one_of(rs_texts words, rs_str word)
{
    for (size_t i = 0; i < words.n; i++)
        if (rs_str_eq(words.items[i], word)) return true;
    return words.n == 0;
}

/* Tasks whose questions name a skill; others ask for one thing. */
static bool has_skills(rs_str task)
{
    return rs_str_ends(task, RS_STR("vqa")) || rs_str_eq(task, RS_STR("conversation"));
}

bool rs_aim_asks_for(const rs_aim_goal *goal, rs_str tag)
{
    const size_t at = rs_str_find_char(tag, ' ');
    const rs_str task = rs_str_sub(tag, 0, at), skill = rs_str_sub(tag, at + 1, tag.len);
    if (!is_one_of(goal->tasks, task)) return false;
    /* of a benchmark's tasks only questions are told apart by skill; one whose skill is not known
     * may be any */
    const bool any_skill = goal->tasks.n && (!has_skills(task) || !skill.len) &&
                           rs_str_eq(rs_str_of(goal->kind), RS_STR("benchmark"));
    return any_skill || is_one_of(goal->skills, skill);
}

/* ---- members --------------------------------------------------------------------------------- */

/* What is kept while the members of one goal are listed. */
typedef struct listing {
    bool *wanted;          /* [tags] */
    rs_map64 asked;        /* hash of (picture, question): seen */
    rs_map64 pictures;     /* seen */
    uint32_t *of_question; /* [questions]: 1 + form, 0 = not asked */
} listing;

static void listing_fini(listing *l)
{
    rs_free(l->wanted);
    rs_free(l->of_question);
    rs_map64_fini(&l->asked);
    rs_map64_fini(&l->pictures);
}

static bool listing_init(const rs_aim_plan *p, const rs_aim_goal *goal, listing *l)
{
    *l = (listing){.wanted = rs_calloc(p->asked.tags.n + 1, sizeof *l->wanted),
                   .of_question = rs_calloc(p->asked.questions.n + 1, sizeof *l->of_question)};
    if (!l->wanted || !l->of_question) return false;
    for (size_t t = 0; t < p->asked.tags.n; t++)
        l->wanted[t] = rs_aim_asks_for(goal, p->asked.tags.keys[t]);
    return true;
}

/* Every question that the goal asks for, once per picture, as an example of it. */
static bool list_asked(rs_aim_plan *p, size_t at, listing *l)
{
    rs_aim_found *found = &p->found[at];
    p->first_example[at] = p->n_examples;
    for (size_t i = 0; i < p->n_samples; i++) {
        const rs_aim_sample *s = &p->samples[i];
        bool any = false, made = false;
        for (size_t t = s->first_turn; t < (size_t)s->first_turn + s->n_turns; t++) {
            if (!l->wanted[p->asked.turn_tag[t]]) continue;
            any = true;
            const rs_aim_turn *turn = &p->asked.turns[t];
            const uint64_t both[2] = {s->picture, turn->question};
            if (!rs_map64_put(&l->asked, rs_hash64(both, sizeof both), 1, &made)) return false;
            if (!made) continue;
            if (!RS_VEC_RESERVE(p->examples, p->cap_examples, p->n_examples + 1)) return false;
            p->examples[p->n_examples++] = (rs_aim_example){
                .question = turn->question, .answer = turn->answer, .tag = RS_AIM_NONE};
        }
        if (!any) continue;
        found->samples++;
        if (!rs_map64_put(&l->pictures, s->picture, 1, &made)) return false;
        found->pictures += made;
    }
    p->end_example[at] = p->n_examples;
    return true;
}

/* Gives every turn that the goal asks for to the part of its question. */
static bool give_turns(rs_aim_plan *p, size_t at, listing *l)
{
    for (size_t i = p->first_example[at]; i < p->end_example[at]; i++)
        l->of_question[p->examples[i].question] = p->examples[i].part + 1;
    for (size_t i = 0; i < p->n_samples; i++) {
        const rs_aim_sample *s = &p->samples[i];
        for (size_t t = s->first_turn; t < (size_t)s->first_turn + s->n_turns; t++) {
            const uint32_t part = l->of_question[p->asked.turns[t].question];
            if (!l->wanted[p->asked.turn_tag[t]] || !part) continue;
            if (!RS_VEC_RESERVE(p->tagged, p->cap_tagged, p->n_tagged + 1)) return false;
            p->tagged[p->n_tagged++] = (rs_aim_tagged){(uint32_t)t, part - 1};
        }
    }
    return true;
}

/* Goals that ask for the same are told apart by their names, their forms by a leading question. */
static void key_parts(rs_aim_plan *p, size_t at, uint32_t first_part)
{
    const rs_str name = p->goals[at].name;
    for (uint32_t k = first_part; k < p->n_parts; k++) p->part_key[k] = 0;
    for (size_t i = p->first_example[at]; i < p->end_example[at]; i++) {
        const rs_aim_question *q = &p->asked.question_words[p->examples[i].question];
        uint64_t words = rs_hash64(name.ptr, name.len);
        for (uint32_t w = 0; w < q->n; w++) words += p->asked.word_hash[q->words[w]];
        uint64_t *key = &p->part_key[p->examples[i].part];
        if (words > *key) *key = words; /* the largest, however often it is asked */
    }
}

static rsift_status add_goal(rs_aim_plan *p, size_t at, uint32_t n_goals_left, rsift_error *err)
{
    listing l;
    const uint32_t first_part = p->n_parts, room = (RS_AIM_MAX_PARTS - p->n_parts) / n_goals_left;
    rsift_status status = RSIFT_OK;
    bool ok = listing_init(p, &p->goals[at], &l) && list_asked(p, at, &l);
    if (ok && p->end_example[at] > p->first_example[at]) {
        status = rs_aim_split_goal(p, at, room > 1 ? room : 1, form_power, err);
        if (status == RSIFT_OK) {
            key_parts(p, at, first_part);
            ok = give_turns(p, at, &l);
        }
    }
    listing_fini(&l);
    return ok ? status : rs_err_nomem(err, "the members of a goal");
}

/* `tagged` by turn. */
static bool sort_given(rs_aim_plan *p)
{
    p->given_first = rs_calloc(p->n_pool_turns + 2, sizeof *p->given_first);
    p->given_at = rs_calloc(p->n_tagged + 1, sizeof *p->given_at);
    if (!p->given_first || !p->given_at) return false;
    size_t *next = p->given_first + 1;
    for (size_t i = 0; i < p->n_tagged; i++) next[p->tagged[i].turn]++;
    size_t sum = 0;
    for (size_t t = 0; t < p->n_pool_turns; t++) {
        const size_t n = next[t];
        next[t] = sum;
        sum += n;
    }
    /* next[t] ends where the next turn begins, which is given_first[t + 1] */
    for (size_t i = 0; i < p->n_tagged; i++)
        p->given_at[next[p->tagged[i].turn]++] = p->tagged[i].part;
    return true;
}

rsift_status rs_aim_add_words(rs_aim_plan *p, rsift_error *err)
{
    uint32_t n_left = 0;
    for (size_t i = 0; i < p->n_goals; i++) n_left += p->goals[i].store == NULL;
    if (n_left == 0) return RSIFT_OK;
    if (n_left > RS_AIM_MAX_PARTS - p->n_parts)
        return rs_err_set(err, RSIFT_E_LIMIT, "more than %d forms of question; give fewer goals",
                          RS_AIM_MAX_PARTS);
    for (size_t i = 0; i < p->n_goals; i++)
        if (!p->goals[i].store) RS_TRY(add_goal(p, i, n_left--, err));
    return sort_given(p) ? RSIFT_OK : rs_err_nomem(err, "the members of the goals");
}

/* ---- every task ------------------------------------------------------------------------------ */

rsift_status rs_aim_every_task(rs_aim_plan *p, rsift_error *err)
{
    rs_aim_goal *goals = rs_arena_calloc(&p->arena, RS_N_TASKS, sizeof *goals);
    rs_str *names = rs_arena_calloc(&p->arena, RS_N_TASKS, sizeof *names);
    bool *there = rs_arena_calloc(&p->arena, p->asked.tags.n + 1, sizeof *there);
    if (!goals || !names || !there) return rs_err_nomem(err, "the goals");
    for (size_t i = 0; i < p->n_samples; i++)
        for (uint32_t k = 0; k < p->samples[i].n_turns; k++)
            there[p->asked.turn_tag[p->samples[i].first_turn + k]] = true;
    for (size_t task = 0; task < RS_N_TASKS; task++) {
        names[task] = rs_str_of(rs_model_task_name((rs_task)task));
        const rs_aim_goal goal = {
            .name = names[task], .kind = "task", .share = 1, .tasks = {&names[task], 1}};
        bool any = false;
        for (size_t t = 0; t < p->asked.tags.n && !any; t++)
            any = there[t] && rs_aim_asks_for(&goal, p->asked.tags.keys[t]);
        if (any) goals[p->n_goals++] = goal;
    }
    p->goals = goals;
    return RSIFT_OK;
}
