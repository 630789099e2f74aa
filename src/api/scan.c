/* scan: which releases lie under a path, how sure, what is missing. */
#include "api/dataset.h"
#include "api/call.h"

#include "release/lie.h"
#include "release/own_scan.h"
#include "release/recognise.h"

/* Where the release lies, what of it is absent or there twice, and the line that indexes it. */
static void put_lie(rs_json_writer *w, const rs_release_lie *lie)
{
    rs_json_field_str(w, "folder", lie->folder);
    rs_json_field_str(w, "command", lie->command);
    rs_json_field_array(w, "absent");
    for (size_t i = 0; i < lie->n_absent; i++) {
        rs_json_begin_object(w);
        rs_json_field_str(w, "what", lie->absent[i].what);
        rs_api_field_count(w, "pictures", lie->absent[i].expected);
        rs_json_end_object(w);
    }
    rs_json_end_array(w);
    rs_json_field_array(w, "copies");
    for (size_t i = 0; i < lie->copies.n; i++) rs_json_write_str(w, lie->copies.items[i]);
    rs_json_end_array(w);
}

/* One release that may lie under `path`. lie NULL = its files are read as another one's. */
static void put_found(rs_json_writer *w, const rs_catalog_candidate *fit, rs_str path,
                      const rs_release_lie *lie)
{
    rs_json_blank(w, "\n");
    rs_json_begin_object(w);
    rs_api_field_text(w, "path", path);
    rs_api_field_text(w, "dataset", fit->dataset->id);
    rs_api_field_text(w, "release", fit->release->id);
    rs_api_field_count(w, "score", fit->score);
    rs_api_field_count(w, "sources", (int64_t)fit->n_sources);
    rs_api_field_count(w, "sources_found", (int64_t)fit->n_sources_found);
    rs_api_field_count(w, "images", (int64_t)(lie ? lie->n_images : fit->n_images));
    rs_api_field_count(w, "images_expected", fit->dataset->sizes.images);
    if (fit->tied) rs_json_field_bool(w, "tied", true);
    rs_json_field_array(w, "missing");
    for (size_t i = 0; i < fit->release->sources.n; i++) {
        const rs_catalog_candidate_source *s = &fit->sources[i];
        /* An optional source that is absent is not missed. */
        if (s->n_uses_found == s->n_uses || s->source->optional) continue;
        rs_json_write_str(w, s->source->name);
    }
    rs_json_end_array(w);
    if (lie) put_lie(w, lie);
    rs_json_end_object(w);
}

/* ---- own data -------------------------------------------------------------------------------- */

/* Members of releases that are here for sure, with all that lies in their folders. */
static rsift_status claim_members(const rs_release_scan *scan, rs_texts paths, bool *claimed,
                                  rsift_error *err)
{
    for (size_t i = 0; i < scan->n; i++) {
        bool shares;
        if (!scan->found[i].certain || !scan->found[i].n_sources_found) continue;
        RS_TRY(rs_release_claim_files(&scan->found[i], paths, claimed, &shares, err));
    }
    return rs_release_claim_folders(scan->tree, claimed, err);
}

static void put_group(rs_json_writer *w, const rs_own_group *g)
{
    rs_json_blank(w, "\n");
    rs_json_begin_object(w);
    rs_json_field_str(w, "folder", g->folder);
    rs_json_field_array(w, "files");
    for (size_t i = 0; i < g->n && i < RS_OWN_FILES; i++) rs_json_write_str(w, g->files[i]);
    rs_json_end_array(w);
    rs_api_field_count(w, "n", (int64_t)g->n);
    if (g->tied) rs_json_field_bool(w, "tied", true);
    if (g->reader) rs_api_field_count(w, "sure", g->sure);
    rs_json_field_cstr(w, "kind", g->kind ? g->kind->name : "pictures");
    if (g->reader) rs_json_field_cstr(w, "reader", g->reader->name);
    if (g->command.len) rs_json_field_str(w, "command", g->command);
    if (g->todo.len) rs_json_field_str(w, "todo", g->todo);
    rs_json_end_object(w);
}

/* Files that no release of the catalogue explains, each with the reader that would take it. */
static rsift_status put_own(const rs_release_scan *scan, const rs_catalog *catalog,
                            const rs_release_typed *typed, rs_arena *arena, rs_json_writer *w,
                            rsift_error *err)
{
    bool *claimed = rs_arena_calloc(arena, rs_io_n_members(scan->tree) + 1, sizeof *claimed);
    if (!claimed) return rs_err_nomem(err, "a scan");
    RS_TRY(claim_members(scan, typed->paths, claimed, err));
    rs_own_scan own = {
        .tree = scan->tree, .path = typed->path, .claimed = claimed, .catalog = catalog};
    RS_TRY(rs_own_scan_run(&own, arena, err));
    for (size_t i = 0; i < own.n; i++) put_group(w, &own.groups[i]);
    return RSIFT_OK;
}

/* All candidates, best first; those that lie beside each other with where they lie. */
static rsift_status put_releases(const rs_release_scan *scan, const rs_release_typed *typed,
                                 rs_arena *arena, rs_json_writer *w, rsift_error *err)
{
    rs_release_several several;
    RS_TRY(rs_release_find_several(scan, typed->paths, arena, &several, err));
    for (size_t i = 0; i < scan->n; i++) {
        const rs_catalog_candidate *c = &scan->found[i];
        rs_release_lie lie;
        bool lies = false;
        for (size_t k = 0; k < several.n; k++) lies |= several.items[k] == c;
        if (lies) RS_TRY(rs_release_lie_of(scan, c, typed, arena, &lie, err));
        put_found(w, c, typed->path, lies ? &lie : NULL);
    }
    return RSIFT_OK;
}

/* What a scan answers with: its lists are written beside each other, path by path. */
typedef struct scan_writers {
    rs_json_writer *found, own, left;
} scan_writers;

/* Folders that were left alone, with why. */
static void put_left(rs_json_writer *w, const rs_io_tree *tree)
{
    for (size_t i = 0; i < rs_io_n_notes(tree); i++) {
        const rs_io_note *note = rs_io_note_at(tree, i);
        if (strcmp(note->code, "tool-folder") != 0 && strcmp(note->code, "own-output") != 0)
            continue;
        rs_json_begin_object(w);
        rs_json_field_str(w, "folder", note->chain);
        rs_json_field_str(w, "why", note->message);
        rs_json_end_object(w);
    }
}

/* Appends the releases that lie under one path, best first. */
static rsift_status scan_path(rs_call *call, const rs_catalog *catalog, rs_str path,
                              scan_writers *to, rsift_error *err)
{
    rs_io_tree *tree;
    RS_TRY(rs_session_tree(call->session, path, &tree, err));
    rs_arena arena = {0};
    rs_release_paths paths = {0};
    rs_release_scan scan = {.tree = tree};
    /* The catalogue decides by names alone; own data is read as far as its first bytes. */
    rsift_status status = rs_release_absolute(&arena, path, &scan.root, err);
    if (status == RSIFT_OK) status = rs_release_scan_tree(&arena, catalog, &scan, &paths, err);
    const rs_release_typed typed = {path, paths.texts};
    if (status == RSIFT_OK) status = put_releases(&scan, &typed, &arena, to->found, err);
    if (status == RSIFT_OK) status = put_own(&scan, catalog, &typed, &arena, &to->own, err);
    if (status == RSIFT_OK) put_left(&to->left, tree);
    rs_release_paths_fini(&paths);
    rs_arena_fini(&arena);
    rs_io_tree_close(tree);
    return status;
}

/* Scans every path: releases of the catalogue under "found", other annotation files under "own". */
static rsift_status run(rs_call *call, rsift_answer *out, rsift_error *err)
{
    const rs_texts paths = rs_call_texts(call, "paths");
    const rs_catalog *catalog;
    RS_TRY(rs_session_catalog(call->session, &catalog, err));
    rs_buf b = {0}, own = {0}, left = {0};
    rs_json_writer w = rs_json_writer_to(&b);
    rs_json_begin_object(&w);
    rs_json_field_cstr(&w, "schema", "rsift.scan/1");
    scan_writers to = {&w, rs_json_writer_to(&own), rs_json_writer_to(&left)};
    rs_json_field_array(&w, "found");
    rs_json_begin_array(&to.own);
    rs_json_begin_array(&to.left);
    /* A path that cannot be opened fails the call: half an answer would look complete. */
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; status == RSIFT_OK && i < paths.n; i++)
        status = scan_path(call, catalog, paths.items[i], &to, err);
    rs_json_end_array(&w);
    rs_json_end_array(&to.own);
    rs_json_end_array(&to.left);
    rs_json_field_raw(&w, "own", rs_buf_view(&own));
    rs_json_field_raw(&w, "left_out", rs_buf_view(&left));
    rs_json_end_object(&w);
    if (own.failed || left.failed) status = rs_err_nomem(err, "a scan");
    rs_buf_fini(&own);
    rs_buf_fini(&left);
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
             "files inside, never from a folder's title; own data by the first bytes of "
             "each file, with the line that indexes it. Reads no pictures.",
    .examples = examples,
    .answer =
        "`found[]`: `path dataset release score sources sources_found images "
        "images_expected missing[] tied`; best first; of those that lie beside each other "
        "also `folder command absent[]{what pictures} copies[]`: where it lies, the line that "
        "indexes it, folders of pictures that are not here, folders that hold its files once "
        "more; `own[]`: `folder files[] n kind reader sure tied command todo`: files of no "
        "release, the reader that takes them and the line to type, or what to do with them; "
        "`left_out[]`: `folder why`",
    .use = RS_USES_NOTHING,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .run = run};
