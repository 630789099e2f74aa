/* audit: what is wrong with the data. */
#include "api/pool.h"

#include "decide/decide.h"

/* The severity of a word that the table of parameters has checked. */
static rs_severity level_of(const char *name)
{
    /* By the names that the model prints for severities, which the words of --level are. */
    for (int i = RS_NOTE; name && i <= RS_SERIOUS; i++)
        if (rs_str_eq(rs_str_of(name), rs_str_of(rs_model_severity_name((rs_severity)i))))
            return (rs_severity)i;
    return RS_WARNING;
}

static rsift_status run(rs_call *call, rsift_answer *out, rsift_error *err)
{
    rs_pool_call pool;
    int64_t n = 0;
    /* An audit only asks: it reads beside a running writer and stores nothing. */
    rsift_status status = rs_api_pool_begin(call, RS_STORE_READ, &pool, err);
    const rs_audit_job job = {.store = pool.store,
                              .catalog = pool.catalog,
                              .datasets = rs_call_texts(call, "datasets"),
                              .level = level_of(rs_call_text(call, "level")),
                              .n_threads = call->session->n_threads};
    if (status == RSIFT_OK) status = rs_decide_audit(&job, &pool.json, &n, err);
    return rs_api_pool_end(&pool, status, n, out, err);
}

static const rs_verb_param params[] = {
    {.name = "datasets",
     .kind = RS_PARAM_TEXTS,
     .argument = "ID",
     .help = "indexed datasets; default: all"},
    {.name = "level",
     .option = "--level",
     .kind = RS_PARAM_TEXT,
     .argument = "LEVEL",
     .help = "exit with 1 from this severity upwards",
     .words = "note|warning|serious",
     .fallback = "warning"},
};
static const char *const examples[] = {
    "rsift audit", "rsift audit rsvqa-lr --level serious",
    "rsift query \"SELECT * FROM finding WHERE code = 'region-outside' LIMIT 5\"", NULL};

const rs_verb rs_verb_audit = {
    .name = "audit",
    .summary = "what is wrong with the data, per dataset, with one example each",
    .usage = "audit [ID...] [--level LEVEL]",
    .about =
        "Counts every finding of the index and what only all datasets together can tell: exact "
        "duplicates, conflicting answers, pictures in two splits, counts that differ from the "
        "catalogue's. Exit code 1 when there are findings at the level or above.",
    .examples = examples,
    .answer = "`level n_findings datasets[]{dataset samples eval pictures found missing orphans "
              "seen used merged skipped set_aside adds_up serious warnings notes} "
              "findings[]{dataset code severity n example message effect remedy} "
              "readings[]{release_id source "
              "pass seen used merged skipped set_aside adds_up} counts[]{dataset release_id source "
              "split what expected found matches} value[]{the datasets of `rsift value`}`. "
              "Findings come by severity, then by number; "
              "`example` is the place of one of them",
    .use = RS_READS,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .run = run};
