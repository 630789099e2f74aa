/* Parts of goals: forms of question with their shares. */
#include "decide/aim_parts.h"

#include "base/alloc.h"
#include "choose/aim_similar.h"

#include <math.h>

rs_aim_input rs_aim_input_of(const rs_aim_plan *p)
{
    const rs_recommend_job *job = p->job->recommend;
    const int64_t k = p->job->n_pictures;
    return (rs_aim_input){.questions = p->asked.question_words,
                          .n_questions = (uint32_t)p->asked.questions.n,
                          .n_words = (uint32_t)p->asked.words.n,
                          .word_hash = p->asked.word_hash,
                          .answer_hash = p->asked.answer_hash,
                          .examples = p->examples,
                          .n_examples = p->n_shown,
                          .given = {p->given_first, p->given_at, p->part_key},
                          .shares = p->shares,
                          .goal_of = p->goal_of,
                          .n_parts = p->n_parts,
                          .turns = p->asked.turns,
                          .n_turns = p->n_pool_turns,
                          .turn_tag = p->asked.turn_tag,
                          .n_answers = (uint32_t)p->asked.answers.n,
                          .n_sources = (uint32_t)p->n_pool_datasets,
                          .same_as = p->same_as,
                          .budget = job->budget,
                          .epochs = p->job->epochs,
                          .most_of_picture = k > 0 ? (job->budget + k - 1) / k : 0,
                          .general_source = RS_AIM_NONE,
                          .seed = (uint64_t)job->seed};
}

rsift_status rs_aim_split_goal(rs_aim_plan *p, size_t at, uint32_t most, double power,
                               rsift_error *err)
{
    const size_t first = p->first_example[at], n = p->end_example[at] - first;
    rs_aim_input in = rs_aim_input_of(p);
    double count[RS_AIM_MAX_PARTS] = {0}, sum = 0;
    in.examples = &p->examples[first];
    in.n_examples = n;
    uint32_t *part = rs_calloc(n + 1, sizeof *part);
    const uint32_t n_new = part ? rs_aim_split(&in, most, part) : 0;
    if (n_new && p->n_parts + n_new <= RS_AIM_MAX_PARTS) {
        for (size_t i = 0; i < n; i++) {
            p->examples[first + i].part = p->n_parts + part[i];
            count[part[i]]++;
        }
        for (uint32_t k = 0; k < n_new; k++) sum += count[k] = pow(count[k], power);
        for (uint32_t k = 0; k < n_new; k++) {
            p->goal_of[p->n_parts + k] = (uint32_t)at;
            p->shares[p->n_parts + k] = p->goals[at].share * count[k] / sum;
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
