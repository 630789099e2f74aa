/* catalog: a record is checked, the catalogue becomes a public list. */
#include "api/catalog_check.h"
#include "api/catalog_render.h"
#include "api/dataset.h"

#include "catalog/upstream.h"
#include "codec/json_writer.h"

/* Adds the one record to the catalogue and says what is wrong with it. */
static rsift_status check(rs_call *call, rs_json_writer *w, size_t *n_problems, rsift_error *err)
{
    const char *path = rs_call_text(call, "path");
    const rs_catalog *catalog;
    rs_catalog_dataset dataset;
    RS_TRY(rs_session_catalog(call->session, &catalog, err));
    RS_TRY(rs_catalog_parse_file(&call->arena, path, &dataset, err));
    rs_catalog_problems problems = {.arena = &call->arena};
    bool golden = false;
    RS_TRY(rs_catalog_find_problems(catalog, &dataset, path, &problems, &golden, err));
    rs_buf row = {0};
    rs_catalog_put_markdown_row(&dataset, &row);
    rs_json_field_str(w, "id", dataset.id);
    rs_json_field_bool(w, "replaces", rs_catalog_find(catalog, dataset.id) != NULL);
    rs_json_field_bool(w, "golden_looked_for", golden);
    rs_api_field_texts(w, "problems", (rs_texts){problems.items, problems.n});
    rs_json_field_str(w, "row", rs_str_trim(rs_buf_view(&row)));
    const bool failed = row.failed;
    rs_buf_fini(&row);
    *n_problems = problems.n;
    return failed ? rs_err_nomem(err, "the row") : RSIFT_OK;
}

static rsift_status render(rs_call *call, rs_json_writer *w, rsift_error *err)
{
    size_t n_files = 0;
    RS_TRY(rs_catalog_render(call, rs_call_text(call, "path"), &n_files, err));
    rs_json_field_str(w, "folder", rs_call_str(call, "path"));
    rs_json_field_i64(w, "files", (int64_t)n_files);
    return RSIFT_OK;
}

static rsift_status run(rs_call *call, rsift_answer *out, rsift_error *err)
{
    const bool is_check = rs_str_eq(rs_call_str(call, "action"), RS_STR("check"));
    size_t n_problems = 0;
    rs_buf b = {0};
    rs_json_writer w = rs_json_writer_to(&b);
    rs_json_begin_object(&w);
    rs_json_field_cstr(&w, "schema", "rsift.catalog/1");
    rs_json_field_str(&w, "action", rs_call_str(call, "action"));
    rsift_status status = is_check ? check(call, &w, &n_problems, err) : render(call, &w, err);
    rs_json_end_object(&w);
    if (status == RSIFT_OK) status = rs_session_answer(&b, out, err);
    else rs_buf_fini(&b);
    if (status == RSIFT_OK) out->n_findings = (int)n_problems;
    return status;
}

static const rs_verb_param params[] = {
    {.name = "action",
     .kind = RS_PARAM_TEXT,
     .argument = "check|render",
     .words = "check|render",
     .help = "check one record, or write the list of all",
     .required = true},
    {.name = "path",
     .kind = RS_PARAM_TEXT,
     .argument = "PATH",
     .help = "check: the record's file; render: the folder that is made",
     .required = true},
};
static const char *const examples[] = {"rsift catalog check my-catalog/my-set.yaml",
                                       "rsift catalog render public --catalog my-catalog", NULL};

const rs_verb rs_verb_catalog = {
    .name = "catalog",
    .summary = "checks a record; writes the list as Markdown and web pages",
    .usage = "catalog check FILE | catalog render DIR",
    .about = "check reads a record as strictly as the program does and then asks what loading does "
             "not: how much is read and what the layout rests on, links that lead somewhere, known "
             "words, readers with their parameters, a name of its own, parents that look "
             "misspelled, the golden folder. It prints the record's row of the list; exit code 1 "
             "when something is to do. render writes README.md, index.html with search, sorting, "
             "filters and the graph of lineage, and a page for each dataset; they need no server.",
    .examples = examples,
    .answer = "`action`; check: `id replaces golden_looked_for problems[] row`: `replaces` when a "
              "record of that id is loaded already, `golden_looked_for` is false where no "
              "tests/golden lies beside the record's folder, `row` is Markdown; render: `folder "
              "files`",
    .use = RS_USES_NOTHING,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .run = run};
