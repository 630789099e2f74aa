/* query: SQL over the workspace as a bare JSON array. (As an Arrow stream: workspace.c.) */
#include "api/handle.h"
#include "api/call.h"

#include "codec/json_writer.h"

/* The name of a column; of several of one name (s.id, t.id) the later ones are id_1, id_2. */
static void write_name(rs_json_writer *w, const rs_result *result, size_t column)
{
    const rs_str name = rs_result_name(result, column);
    size_t before = 0;
    for (size_t c = 0; c < column; c++) before += rs_str_eq(rs_result_name(result, c), name);
    if (before == 0) {
        rs_json_write_key_str(w, name);
        return;
    }
    rs_buf again = {0};
    rs_buf_printf(&again, "%.*s_%zu", RS_STR_ARG(name), before);
    rs_json_write_key_str(w, again.failed ? name : rs_buf_view(&again));
    rs_buf_fini(&again);
}

/* Runs one SELECT and answers with its rows: a JSON array of objects, by the names of columns. */
static rsift_status run(rs_call *call, rsift_answer *out, rsift_error *err)
{
    rs_store *store;
    rs_result *result;
    RS_TRY(rs_api_question(call->workspace, rs_call_str(call, "sql"), &store, err));
    RS_TRY(rs_store_query(store, rs_call_str(call, "sql"), NULL, 0, &result, err));
    rs_buf b = {0};
    rs_json_writer w = rs_json_writer_to(&b);
    rsift_status status;
    /* A quarter of the memory: whoever prints the answer holds it as a tree as well. */
    const size_t most = (size_t)call->session->memory_mb << 18;
    rs_json_begin_array(&w);
    for (size_t n = 0; (status = rs_result_next(result, err)) == RSIFT_OK; n++) {
        rs_json_blank(&w, n ? "\n " : ""); /* a row a line, for grep and diff */
        rs_json_begin_object(&w);
        for (size_t c = 0; c < rs_result_n_columns(result); c++) {
            write_name(&w, result, c);
            rs_result_json(result, c, rs_json_value_buf(&w));
        }
        rs_json_end_object(&w);
        if (b.len > most) {
            status = rs_err_set(err, RSIFT_E_LIMIT,
                                "the answer is longer than %zu MB: add a LIMIT, or raise --memory",
                                most >> 20);
            break;
        }
    }
    rs_json_end_array(&w);
    rs_result_close(result);
    if (status == RSIFT_END) return rs_session_answer(&b, out, err);
    rs_buf_fini(&b);
    return status;
}

static const rs_verb_param params[] = {
    {.name = "sql",
     .kind = RS_PARAM_TEXT,
     .argument = "\"SQL\"",
     .help = "one SELECT in DuckDB's SQL",
     .required = true},
    {.name = "unsafe",
     .option = "--unsafe",
     .help = "run any statement: it may write and read every file that you may",
     .of_context = true},
};
static const char *const examples[] = {
    "rsift query \"SELECT dataset, task, count(*) n FROM sample GROUP BY ALL ORDER BY n DESC\"",
    "rsift query \"SELECT code, sum(n) FROM finding GROUP BY code\" --json", NULL};

const rs_verb rs_verb_query = {
    .name = "query",
    .summary = "SQL over everything that was indexed and decided",
    .usage = "query \"SQL\"",
    .about = "Views: release file reading asset asset_source sample sample_asset split turn region "
             "finding overlap mixture ledger picture_pair picture_look text_pair text_look. One "
             "SELECT, DESCRIBE, "
             "SUMMARIZE, SHOW or EXPLAIN; it "
             "reads no other file and writes none, unless --unsafe. --json gives a bare array of "
             "objects; of columns of one name the later ones are told apart as id_1, id_2.",
    .examples = examples,
    .answer = "bare array, one object a row; ids are 32 hex digits",
    .use = RS_READS,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .run = run};
