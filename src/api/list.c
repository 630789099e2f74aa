/* list: the datasets of the catalogue, or the names that options accept. */
#include "api/dataset.h"
#include "api/lists.h"

/* The lists that can be asked for instead of the datasets, in the order of the answer. */
static const rs_list lists[] = {RS_LIST_READERS,     RS_LIST_FORMATS,  RS_LIST_MODELS,
                                RS_LIST_CONVENTIONS, RS_LIST_FINDINGS, RS_LIST_GOALS};
enum { N_LISTS = sizeof lists / sizeof *lists };

/* "rsift.capabilities/1". --readers answers with all that a build can do, as it always did. */
static rsift_status answer_lists(rs_call *call, const bool asked[N_LISTS], rsift_answer *out,
                                 rsift_error *err)
{
    const rs_catalog *catalog = NULL;
    /* Only the goals come from the catalogue; the other lists need not load it. */
    if (asked[N_LISTS - 1]) RS_TRY(rs_session_catalog(call->session, &catalog, err));
    rs_buf b = {0};
    rs_json_writer w = rs_json_writer_to(&b);
    rs_json_begin_object(&w);
    rs_json_field_cstr(&w, "schema", "rsift.capabilities/1");
    rs_json_field_cstr(&w, "version", rsift_version());
    for (size_t i = 0; i < N_LISTS; i++)
        /* --readers is the first of the lists; findings and goals are no capabilities. */
        if (asked[i] || (asked[0] && i + 2 < N_LISTS)) rs_api_list_field(&w, lists[i], catalog);
    rs_json_end_object(&w);
    return rs_session_answer(&b, out, err);
}

static rsift_status answer_datasets(rs_call *call, rsift_answer *out, rsift_error *err)
{
    const rs_catalog *catalog;
    RS_TRY(rs_session_catalog(call->session, &catalog, err));
    rs_buf b = {0};
    rs_json_writer w = rs_json_writer_to(&b);
    rs_json_begin_object(&w);
    rs_json_field_cstr(&w, "schema", "rsift.list/1");
    rs_json_field_array(&w, "datasets");
    for (size_t i = 0; i < rs_catalog_n(catalog); i++) {
        /* A dataset a line, for grep and diff. */
        rs_json_blank(&w, "\n");
        rs_json_begin_object(&w);
        rs_api_dataset_fields(&w, rs_catalog_at(catalog, i));
        rs_json_end_object(&w);
    }
    rs_json_end_array(&w);
    rs_json_end_object(&w);
    return rs_session_answer(&b, out, err);
}

/* What the public list names and no record describes. */
static rsift_status answer_upstream(rs_call *call, rsift_answer *out, rsift_error *err)
{
    rs_buf b = {0};
    rs_json_writer w = rs_json_writer_to(&b);
    rs_json_begin_object(&w);
    rs_json_field_cstr(&w, "schema", "rsift.upstream/1");
    const rsift_status status = rs_api_put_upstream(call, (rs_str){0}, &w, err);
    rs_json_end_object(&w);
    if (status == RSIFT_OK) return rs_session_answer(&b, out, err);
    rs_buf_fini(&b);
    return status;
}

static rsift_status run(rs_call *call, rsift_answer *out, rsift_error *err)
{
    bool asked[N_LISTS], any = false;
    for (size_t i = 0; i < N_LISTS; i++) {
        /* A list's option has the list's own name. */
        asked[i] = rs_call_flag(call, rs_api_list_name(lists[i]));
        any = any || asked[i];
    }
    if (rs_call_flag(call, "upstream")) {
        if (!any) return answer_upstream(call, out, err);
        return rs_err_set(err, RSIFT_E_ARG, "--upstream is a list of its own");
    }
    return any ? answer_lists(call, asked, out, err) : answer_datasets(call, out, err);
}

static const rs_verb_param params[] = {
    {.name = "readers",
     .option = "--readers",
     .help = "what this build reads, and its formats, models and conventions"},
    {.name = "formats", .option = "--formats", .help = "the record formats of trainers (emit)"},
    {.name = "models",
     .option = "--models",
     .help = "the models that boxes are written for (emit)"},
    {.name = "conventions",
     .option = "--conventions",
     .help = "what the numbers of a box mean: units, order, frame"},
    {.name = "findings",
     .option = "--findings",
     .help = "what can be wrong with data, and what it does to a training set"},
    {.name = "goals",
     .option = "--goals",
     .help = "tasks, skills and benchmarks (recommend --goal)"},
    {.name = "upstream",
     .option = "--upstream",
     .help = "datasets that the public list names and nothing here reads"},
};
static const char *const examples[] = {
    "rsift list", "rsift list --json | jq -r '.datasets[] | select(.licence==\"open\").id'",
    "rsift list --formats --models", NULL};

const rs_verb rs_verb_list = {
    .name = "list",
    .summary = "the datasets of the catalogue",
    .usage = "list [--readers | --formats | --models | --upstream | ...]",
    .about = "Lists every dataset that rsift knows, with its licence class and sizes; with an "
             "option, the names that other verbs accept.",
    .examples = examples,
    .answer =
        "`datasets[]`: `id name section year venue released licence tasks[] images samples "
        "bytes readable reads not_read layout_from`: `reads` is `full`, `partly` or `no`, "
        "`not_read` what is left out or why nothing is read; `layout_from` says what the "
        "layout is known from: `records` of the release, a loader's `code` or the `paper`. "
        "With an option schema `rsift.capabilities/1`: the lists asked for, "
        "each of `name summary source` (`--findings`: `name summary severity effect "
        "remedy`); `--readers`: `readers[] formats[] models[] "
        "conventions[]`. --upstream: `upstream[]`: `name section year venue paper link layout_from "
        "download note`, datasets without a record; `layout_from` is absent where nobody "
        "looked",
    .use = RS_USES_NOTHING,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .run = run};
