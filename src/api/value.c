/* value: what indexed data is worth, per dataset, cell and sample. */
#include "api/pool.h"

#include "decide/value.h"
#include "store/lock.h"

#include <errno.h>
#include <stdio.h>

static rsift_status check_file(rs_str file, rsift_error *err)
{
    char quoted[RS_QUOTE_SIZE];
    if (!file.len || rs_str_ends_nocase(file, RS_STR(".csv")) ||
        rs_str_ends_nocase(file, RS_STR(".parquet")))
        return RSIFT_OK;
    rs_err_set(err, RSIFT_E_ARG, "expected a name in .csv or .parquet, found \"%s\"",
               rs_err_quote(quoted, file));
    return rs_err_within(err, RSIFT_E_ARG, "value > output");
}

/* The values with a Parquet file of samples, which is made in a folder of this call's and gets its
 * name when it is complete. */
static rsift_status write_parquet(rs_call *call, rs_value_job *job, rs_buf *json, rsift_error *err)
{
    const char *to = rs_call_text(call, "output");
    const rs_str partial = rs_arena_printf(&call->arena, "%s.partial.parquet", to);
    const char *made = partial.ptr ? rs_arena_cstr(&call->arena, partial) : NULL,
               *dir = rs_arena_cstr(&call->arena, rs_store_dir(job->store));
    rs_lock lock = RS_LOCK_NONE;
    rs_path tmp;
    if (!made || !dir) return rs_err_nomem(err, "a file's name");
    RS_TRY(rs_lock_own_tmp(&lock, dir, &tmp, err));
    job->tmp = rs_str_of(tmp.text);
    job->file = partial;
    rsift_status status = rs_decide_value(job, json, err);
    if (status == RSIFT_OK && rename(made, to) != 0)
        status = rs_err_errno(err, errno, "cannot write %s", to);
    if (status != RSIFT_OK) (void)remove(made);
    (void)rs_store_remove_tree(tmp.text, NULL);
    rs_lock_drop(&lock, true);
    return status;
}

static rsift_status run(rs_call *call, rsift_answer *out, rsift_error *err)
{
    const rs_str file = rs_call_given(call, "output") ? rs_call_str(call, "output") : RS_STR("");
    RS_TRY(check_file(file, err));
    rs_pool_call pool;
    rsift_status status = rs_api_pool_begin(call, RS_STORE_READ, &pool, err);
    rs_value_job job = {.store = pool.store,
                        .catalog = pool.catalog,
                        .datasets = rs_call_texts(call, "datasets"),
                        .n_threads = call->session->n_threads,
                        .file = file};
    if (status == RSIFT_OK)
        status = rs_str_ends_nocase(file, RS_STR(".parquet"))
                     ? write_parquet(call, &job, &pool.json, err)
                     : rs_decide_value(&job, &pool.json, err);
    return rs_api_pool_end(&pool, status, 0, out, err);
}

static const rs_verb_param params[] = {
    {.name = "datasets",
     .kind = RS_PARAM_TEXTS,
     .argument = "ID",
     .help = "indexed datasets; default: all"},
    {.name = "output",
     .option = "-o",
     .kind = RS_PARAM_TEXT,
     .argument = "FILE",
     .help = "a row per sample, .csv or .parquet"},
};
static const char *const examples[] = {
    "rsift value", "rsift value rsvqa-lr -o value.parquet",
    "rsift value --json | python3 -c 'import json, sys; print(json.load(sys.stdin)[\"cells\"])'",
    NULL};

const rs_verb rs_verb_value = {
    .name = "value",
    .summary = "what data is worth: what needs no picture, what repeats",
    .usage = "value [ID...] [-o FILE]",
    .about =
        "Needs no training and no GPU. Per dataset and cell (task, skill, form of answer): how "
        "often "
        "an answer is guessed from the question alone, with this picture's own samples left out "
        "(blind), and from the commonest answer of all (common); how many bits the answers to one "
        "kind of question hold; yes/no bias; captions that several pictures share; "
        "near-duplicates; "
        "regions of the very same numbers; findings. What was not looked at is told and never 0. "
        "Formulas and sources: docs/data-value.md.",
    .examples = examples,
    .answer =
        "`datasets[]{dataset role origin samples pictures faulty captions captions_different "
        "captions_shared caption_widest boxes boxes_repeated names_looked names names_unlisted "
        "near_looked near_repeated findings "
        "region_findings same_captions same_boxes near without_text questions judged blind common "
        "gain likely bits yes_no yes texts words open_words distinct_1 distinct_2 notes[]} "
        "cells[]{dataset role task skill answer_form samples questions ..}`. Shares are 0 to 1; "
        "null "
        "= not looked at. `judged`: questions with a short answer that other pictures can be asked "
        "for; `blind`, `common`, `gain` (their difference) and `likely` (share of the commonest "
        "answer) "
        "are means over them; `findings` are the dataset's, of both roles. Columns of FILE: "
        "sample_id "
        "dataset role task skill answer_form questions judged blind common share likely bits "
        "guessed_by words",
    .use = RS_READS,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .run = run};
