/* scan: which releases lie under a path, how sure, what is missing. */
#include "api/dataset.h"
#include "api/call.h"

#include "release/paths.h"

/* One release that may lie under `path`. */
static void put_found(rs_json_writer *w, const rs_catalog_candidate *fit, rs_str path)
{
    rs_json_blank(w, "\n");
    rs_json_begin_object(w);
    rs_api_field_text(w, "path", path);
    rs_api_field_text(w, "dataset", fit->dataset->id);
    rs_api_field_text(w, "release", fit->release->id);
    rs_api_field_count(w, "score", fit->score);
    rs_api_field_count(w, "sources", (int64_t)fit->n_sources);
    rs_api_field_count(w, "sources_found", (int64_t)fit->n_sources_found);
    rs_api_field_count(w, "images", (int64_t)fit->n_images);
    if (fit->tied) rs_json_field_bool(w, "tied", true);
    rs_json_field_array(w, "missing");
    for (size_t i = 0; i < fit->release->sources.n; i++) {
        const rs_catalog_candidate_source *s = &fit->sources[i];
        /* An optional source that is absent is not missed. */
        if (s->n_uses_found == s->n_uses || s->source->optional) continue;
        rs_json_write_str(w, s->source->name);
    }
    rs_json_end_array(w);
    rs_json_end_object(w);
}

/* Appends the releases that lie under one path, best first. */
static rsift_status scan_path(rs_call *call, const rs_catalog *catalog, rs_str path,
                              rs_json_writer *w, rsift_error *err)
{
    rs_io_options options = {.limits = &call->session->limits};
    rs_io_tree *tree;
    RS_TRY(rs_io_tree_open(path, &options, &tree, err));
    rs_arena arena = {0};
    rs_release_paths paths = {0};
    rs_release_scan scan = {.tree = tree};
    /* The catalogue decides by names alone, so no file is read. */
    rsift_status status = rs_release_absolute(&arena, path, &scan.root, err);
    if (status == RSIFT_OK) status = rs_release_scan_tree(&arena, catalog, &scan, &paths, err);
    for (size_t i = 0; status == RSIFT_OK && i < scan.n; i++) put_found(w, &scan.found[i], path);
    rs_release_paths_fini(&paths);
    rs_arena_fini(&arena);
    rs_io_tree_close(tree);
    return status;
}

static rsift_status run(rs_call *call, rsift_answer *out, rsift_error *err)
{
    const rs_texts paths = rs_call_texts(call, "paths");
    const rs_catalog *catalog;
    RS_TRY(rs_session_catalog(call->session, &catalog, err));
    rs_buf b = {0};
    rs_json_writer w = rs_json_writer_to(&b);
    rs_json_begin_object(&w);
    rs_json_field_cstr(&w, "schema", "rsift.scan/1");
    rs_json_field_array(&w, "found");
    /* A path that cannot be opened fails the call: half an answer would look complete. */
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; status == RSIFT_OK && i < paths.n; i++)
        status = scan_path(call, catalog, paths.items[i], &w, err);
    rs_json_end_array(&w);
    rs_json_end_object(&w);
    if (status == RSIFT_OK) return rs_session_answer(&b, out, err);
    rs_buf_fini(&b);
    return status;
}

static const rs_verb_param params[] = {
    {.name = "paths",
     .kind = RS_PARAM_TEXTS,
     .argument = "PATH",
     .help = "folders, files and archives",
     .required = true},
};
static const char *const examples[] = {
    "rsift scan ~/data", "rsift scan Images_LR.zip LR_split_test_questions.json", NULL};

const rs_verb rs_verb_scan = {
    .name = "scan",
    .summary = "which datasets and releases lie under a path, and what is missing",
    .usage = "scan PATH...",
    .about = "Opens folders and archives, also archives inside archives. Decides from the "
             "files inside, never from a folder's title. Reads no pictures.",
    .examples = examples,
    .answer = "`found[]`: `path dataset release score sources sources_found images missing[] "
              "tied`; best first",
    .use = RS_USES_NOTHING,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .run = run};
