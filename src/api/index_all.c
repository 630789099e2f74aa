/* index --all: see index_all.h. */
#include "api/index_all.h"

#include "api/index_one.h"
#include "codec/json_writer.h"
#include "release/lie.h"
#include "release/own_scan.h"
#include "release/recognise.h"
#include "release/typed.h"

/* What will be indexed, one choice each, and own data that is left to the person. */
typedef struct work_list {
    rs_arena *arena;
    const rs_plan_choice *given;
    rs_plan_choice *items;
    size_t n, cap;
    /* an array: what no reader is sure of, with the line to type, or takes as it is, with what
     * would help */
    rs_json_writer left;
    size_t n_left;
} work_list;

static rsift_status add_choice(work_list *list, const rs_plan_choice *choice, rsift_error *err)
{
    if (!rs_arena_grow(list->arena, (void **)&list->items, &list->cap, list->n + 1,
                       sizeof *list->items))
        return rs_err_nomem(err, "a list of releases");
    list->items[list->n++] = *choice;
    return RSIFT_OK;
}

/* Releases of the catalogue that lie beside each other. Their files are marked as claimed. */
static rsift_status add_releases(work_list *list, const rs_release_scan *scan, rs_texts paths,
                                 bool *claimed, rsift_error *err)
{
    const rs_str path = list->given->path;
    rs_release_several several;
    RS_TRY(rs_release_find_several(scan, paths, list->arena, &several, err));
    for (size_t i = 0; i < several.n; i++) {
        rs_release_lie lie;
        bool shares;
        RS_TRY(rs_release_claim_files(several.items[i], paths, claimed, &shares, err));
        const rs_release_typed typed = {path, paths};
        RS_TRY(rs_release_lie_of(scan, several.items[i], &typed, list->arena, &lie, err));
        rs_plan_choice choice = {.path = rs_typed_join(list->arena, path, lie.folder),
                                 .dataset = several.items[i]->dataset->id,
                                 .release = several.items[i]->release->id,
                                 .encoding = list->given->encoding,
                                 .bands = list->given->bands};
        if (lie.images.ptr) choice.images = rs_typed_join(list->arena, path, lie.images);
        if (!choice.path.ptr) return rs_err_nomem(err, "a list of releases");
        RS_TRY(add_choice(list, &choice, err));
    }
    return RSIFT_OK;
}

/* Own data of which it is not sure what it is: folders of scenes look as those of classes do. */
static void leave_own(work_list *list, const rs_own_group *g)
{
    rs_json_writer *w = &list->left;
    list->n_left++;
    rs_json_blank(w, "\n");
    rs_json_begin_object(w);
    rs_json_field_str(w, "folder", g->folder);
    rs_json_field_i64(w, "n", (int64_t)g->n);
    if (g->reader) {
        rs_json_field_cstr(w, "reader", g->reader->name);
        rs_json_field_i64(w, "sure", g->sure);
        rs_json_field_bool(w, "tied", g->tied);
    }
    if (g->command.len) rs_json_field_str(w, "command", g->command);
    else rs_json_field_str(w, "todo", g->todo);
    rs_json_end_object(w);
}

/* Data of one's own: what a reader is sure of is indexed, the rest is listed. */
static rsift_status add_own(work_list *list, const rs_release_scan *scan, const rs_catalog *catalog,
                            const bool *claimed, rsift_error *err)
{
    const rs_str path = list->given->path;
    rs_own_scan own = {.tree = scan->tree, .path = path, .claimed = claimed, .catalog = catalog};
    RS_TRY(rs_own_scan_run(&own, list->arena, err));
    for (size_t i = 0; i < own.n; i++) {
        const rs_own_group *g = &own.groups[i];
        if (!g->command.len && !g->todo.len) continue;
        if (!g->command.len || g->tied || g->sure < RS_OWN_SURE_OF_ALL) {
            leave_own(list, g);
            continue;
        }
        rs_plan_choice choice = *list->given;
        choice.path = rs_typed_join(list->arena, path, g->path);
        choice.reader = rs_str_of(g->reader->name);
        choice.name = g->name;
        choice.params = g->params.items;
        choice.n_params = g->params.n;
        if (!choice.images.ptr && g->images.ptr)
            choice.images = rs_typed_join(list->arena, path, g->images);
        if (!choice.path.ptr) return rs_err_nomem(err, "a list of releases");
        RS_TRY(add_choice(list, &choice, err));
    }
    return RSIFT_OK;
}

static rsift_status find_work(rs_call *call, work_list *list, rsift_error *err)
{
    const rs_catalog *catalog;
    const rs_io_options options = {.limits = &call->session->limits};
    rs_io_tree *tree;
    RS_TRY(rs_session_catalog(call->session, &catalog, err));
    RS_TRY(rs_io_tree_open(list->given->path, &options, &tree, err));
    rs_release_paths paths = {0};
    rs_release_scan scan = {.tree = tree};
    rsift_status status = rs_release_absolute(list->arena, list->given->path, &scan.root, err);
    if (status == RSIFT_OK) status = rs_release_scan_tree(list->arena, catalog, &scan, &paths, err);
    bool *claimed = rs_arena_calloc(list->arena, rs_io_n_members(tree) + 1, sizeof *claimed);
    if (status == RSIFT_OK && !claimed) status = rs_err_nomem(err, "a list of releases");
    if (status == RSIFT_OK) status = add_releases(list, &scan, paths.texts, claimed, err);
    if (status == RSIFT_OK) status = rs_release_claim_folders(tree, claimed, err);
    if (status == RSIFT_OK) status = add_own(list, &scan, catalog, claimed, err);
    /* the texts of the choices lie in the tree */
    rs_arena *arena = list->arena;
    for (size_t i = 0; status == RSIFT_OK && i < list->n; i++) {
        rs_str *texts[] = {&list->items[i].path, &list->items[i].images, &list->items[i].name};
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
            if (texts[k]->ptr && !(*texts[k] = rs_arena_str(arena, *texts[k])).ptr)
                status = rs_err_nomem(err, "a list of releases");
    }
    rs_release_paths_fini(&paths);
    rs_io_tree_close(tree);
    return status;
}

/* Ends everything, not just this release. */
static bool is_fatal(rsift_status status)
{
    return status == RSIFT_E_NOMEM || status == RSIFT_E_CANCELLED;
}

static rsift_status put_one(rs_call *call, const rs_plan_choice *choice, rs_json_writer *w,
                            bool *failed, rsift_error *err)
{
    rsift_answer answer = {0};
    rsift_error why = {0};
    const rsift_status status = rs_api_index_one(call, choice, &answer, &why);
    *failed = status != RSIFT_OK;
    if (is_fatal(status)) {
        if (err) *err = why;
        return status;
    }
    rs_json_blank(w, "\n");
    rs_json_begin_object(w);
    rs_json_field_str(w, "path", choice->path);
    rs_json_field_str(w, "dataset", choice->dataset.ptr ? choice->dataset : choice->name);
    rs_json_field_bool(w, "done", status == RSIFT_OK);
    if (status == RSIFT_OK) {
        rs_json_field_raw(w, "answer", rs_str_make(answer.json, answer.len));
    } else {
        rs_json_field_str(w, "error", rs_str_of(why.message));
        rs_json_field_str(w, "where", rs_str_of(why.where));
    }
    rs_json_end_object(w);
    rsift_answer_free(&answer);
    return RSIFT_OK;
}

rsift_status rs_api_index_all(rs_call *call, const rs_plan_choice *choice, rsift_answer *out,
                              rsift_error *err)
{
    rs_buf b = {0}, left = {0};
    work_list list = {.arena = &call->arena, .given = choice, .left = rs_json_writer_to(&left)};
    if (choice->dataset.ptr || choice->reader.ptr || choice->name.ptr || choice->release.ptr)
        return rs_err_set(err, RSIFT_E_ARG,
                          "--all finds what lies there: no --dataset, --release, --reader, --name");
    rs_json_begin_array(&list.left);
    rsift_status status = find_work(call, &list, err);
    rs_json_end_array(&list.left);
    if (status == RSIFT_OK && list.n + list.n_left == 0)
        status = rs_err_set(err, RSIFT_E_ARG,
                            "neither a release nor data that a reader takes lies here: "
                            "`rsift scan PATH` says what does");
    rs_json_writer w = rs_json_writer_to(&b);
    int n_failed = 0;
    rs_json_begin_object(&w);
    rs_json_field_cstr(&w, "schema", "rsift.index/1");
    rs_json_field_array(&w, "all");
    for (size_t i = 0; i < list.n && status == RSIFT_OK; i++) {
        bool failed = false;
        status = put_one(call, &list.items[i], &w, &failed, err);
        n_failed += failed;
    }
    rs_json_end_array(&w);
    rs_json_field_i64(&w, "failed", n_failed);
    rs_json_field_i64(&w, "least_sure", RS_OWN_SURE_OF_ALL);
    rs_json_field_raw(&w, "not_sure", rs_buf_view(&left));
    rs_json_end_object(&w);
    if (status == RSIFT_OK && left.failed) status = rs_err_nomem(err, "a list of releases");
    rs_buf_fini(&left);
    if (status == RSIFT_OK) status = rs_session_answer(&b, out, err);
    rs_buf_fini(&b);
    /* nothing was read although data lies here: that is not done */
    if (status == RSIFT_OK) out->n_findings = n_failed + (list.n == 0);
    return status;
}
