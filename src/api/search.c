/* search: datasets by words. */
#include "api/dataset.h"
#include "api/call.h"

/* Finds the datasets whose records contain all the words and answers with them, best first. */
static rsift_status run(rs_call *call, rsift_answer *out, rsift_error *err)
{
    const rs_texts texts = rs_call_texts(call, "words");
    rs_buf words = {0}, b = {0};
    /* The catalogue's search takes one text with blanks between the words. An option may hold
     * blanks itself ("change vqa"): its parts then count as words. */
    for (size_t i = 0; i < texts.n; i++) {
        if (i) rs_buf_char(&words, ' ');
        rs_buf_str(&words, texts.items[i]);
    }
    rs_json_writer w = rs_json_writer_to(&b);
    size_t n_own;
    rs_json_begin_object(&w);
    rs_json_field_cstr(&w, "schema", "rsift.search/1");
    rsift_status status = words.failed ? rs_err_nomem(err, "the words") : RSIFT_OK;
    if (status == RSIFT_OK) status = rs_api_put_found(call, rs_buf_view(&words), &w, err);
    if (status == RSIFT_OK) status = rs_api_put_own(call, texts, false, &w, &n_own, err);
    if (status == RSIFT_OK) status = rs_api_put_upstream(call, rs_buf_view(&words), &w, err);
    rs_json_end_object(&w);
    if (status == RSIFT_OK) status = rs_session_answer(&b, out, err);
    else rs_buf_fini(&b);
    rs_buf_fini(&words);
    return status;
}

static const rs_verb_param params[] = {
    {.name = "words",
     .kind = RS_PARAM_TEXTS,
     .argument = "WORDS",
     .help = "task, skill, sensor, name, licence; all must occur",
     .required = true},
};
static const char *const examples[] = {"rsift search change vqa",
                                       "rsift search grounding-obb research",
                                       "rsift search sentinel-2 open", NULL};

const rs_verb rs_verb_search = {
    .name = "search",
    .summary = "datasets by words: task, skill, sensor, name, licence",
    .usage = "search WORDS...",
    .about = "Every word must occur in the record, or, of data of your own in "
             "the workspace, in its name, tasks or labels. open, research, "
             "restricted and unknown mean the licence class, as list prints "
             "it; the name of a task means that task. A class is a promise "
             "of the record: unknown is never open.",
    .examples = examples,
    .answer =
        "`datasets[]` as in `list`, and `score`; best first; "
        "`own[]{id samples pictures licence tasks[] labels[]}`: data of "
        "one's own in the workspace; `labels` are those that "
        "hold a word; `upstream[]`: as `list --upstream`, those that hold all words, none of which "
        "is read",
    .use = RS_MAY_READ,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .run = run};
