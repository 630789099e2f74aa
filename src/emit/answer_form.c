/* The answers of a dataset, task by task; see answer_form.h. */
#include "emit/answer_form.h"

#include "render/dialogue.h"

/* guess: a benchmark whose answers have a form keeps to it but for slips of its authors. */
enum { MOST_OTHERS_PERCENT = 10 };

typedef struct tally {
    int64_t n, n_others;
} tally;

/* Counts the answers of every task, and those that have not the form that its prompt asks for. */
static rsift_status count_forms(rs_emit_job *job, tally tallies[RS_N_TASKS], rsift_error *err)
{
    const rs_arg dataset = {.type = RS_ARG_STR, .str = rs_str_of(job->options->eval)};
    rs_result *answers;
    RS_TRY(
        rs_store_query(job->store,
                       RS_STR("SELECT s.task, t.text FROM sample s JOIN turn t USING (sample_id) "
                              "WHERE s.dataset = $1 AND s.n_turns = 2 AND t.role IN "
                              "('assistant', 'reference') AND s.task IN ('vqa', 'change-vqa', "
                              "'choice-vqa', 'hallucination-probe') AND t.text <> ''"),
                       &dataset, 1, &answers, err));
    rsift_status status;
    while ((status = rs_result_next(answers, err)) == RSIFT_OK) {
        rs_task task;
        if (!rs_model_task_parse(rs_result_str(answers, 0), &task)) continue;
        tallies[task].n++;
        tallies[task].n_others += !rs_render_has_asked_form(task, rs_result_str(answers, 1));
    }
    rs_result_close(answers);
    return status == RSIFT_END ? RSIFT_OK : status;
}

rsift_status rs_emit_find_other_forms(rs_emit_job *job, rsift_error *err)
{
    tally tallies[RS_N_TASKS] = {0};
    RS_TRY(count_forms(job, tallies, err));
    job->render.other_forms = 0;
    for (int t = 0; t < RS_N_TASKS; t++)
        if (tallies[t].n_others * 100 > tallies[t].n * MOST_OTHERS_PERCENT)
            job->render.other_forms |= UINT64_C(1) << t;
    return RSIFT_OK;
}
