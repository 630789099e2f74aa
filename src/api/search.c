/* search: datasets by words. */
#include "api/dataset.h"
#include "api/call.h"

#include "base/alloc.h"

/* Finds the datasets whose records contain all the words and answers with them, best first. */
static rsift_status run(rs_call *call, rsift_answer *out, rsift_error *err)
{
    const rs_texts texts = rs_call_texts(call, "words");
    const rs_catalog *catalog;
    RS_TRY(rs_session_catalog(call->session, &catalog, err));
    rs_buf words = {0}, b = {0};
    /* At most every dataset is a hit; one more, because an empty catalogue must not ask for 0. */
    rs_catalog_hit *hits = rs_calloc(rs_catalog_n(catalog) + 1, sizeof *hits);
    /* The catalogue's search takes one text with blanks between the words. An option may hold
     * blanks itself ("change vqa"): its parts then count as words. */
    for (size_t i = 0; i < texts.n; i++) {
        if (i) rs_buf_char(&words, ' ');
        rs_buf_str(&words, texts.items[i]);
    }
    rsift_status status = RSIFT_OK;
    if (!hits) status = rs_err_nomem(err, "the search");
    else if (words.failed) status = rs_err_nomem(err, "the words");
    if (status == RSIFT_OK) {
        const size_t n = rs_catalog_search(catalog, rs_buf_view(&words), hits);
        rs_json_writer w = rs_json_writer_to(&b);
        rs_json_begin_object(&w);
        rs_json_field_cstr(&w, "schema", "rsift.search/1");
        rs_json_field_array(&w, "datasets");
        for (size_t i = 0; i < n; i++) {
            rs_json_blank(&w, "\n");
            rs_json_begin_object(&w);
            rs_api_dataset_fields(&w, hits[i].dataset);
            rs_api_field_count(&w, "score", hits[i].score);
            rs_json_end_object(&w);
        }
        rs_json_end_array(&w);
        size_t n_own;
        status = rs_api_put_own(call, texts, false, &w, &n_own, err);
        rs_json_end_object(&w);
        if (status == RSIFT_OK) status = rs_session_answer(&b, out, err);
        else rs_buf_fini(&b);
    }
    rs_buf_fini(&words);
    rs_free(hits);
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
    .answer = "`datasets[]` as in `list`, and `score`; best first; "
              "`own[]{id samples pictures licence tasks[] labels[]}`: data of "
              "one's own in the workspace; `labels` are those that "
              "hold a word",
    .use = RS_MAY_READ,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .run = run};
