/* Goals of examples: names of indexed data, or files that are read for this call; see like.h. */
#include "api/like.h"

#include "decide/goal_words.h"
#include "index/index.h"
#include "index/release.h"
#include "release/own_scan.h"

#include <sys/stat.h>

/* ---- a file ---------------------------------------------------------------------------------- */

/* The reader that takes the file, and what it must be told, as choices of a plan. */
static rsift_status find_reader(rs_call *call, rs_str path, rs_plan_choice *choice,
                                rsift_error *err)
{
    rs_io_tree *tree;
    RS_TRY(rs_session_tree(call->session, path, &tree, err));
    rs_own_scan scan = {.tree = tree, .path = path};
    rsift_status status = rs_own_scan_run(&scan, &call->arena, err);
    const rs_own_group *group = NULL;
    for (size_t i = 0; status == RSIFT_OK && !group && i < scan.n; i++)
        if (scan.groups[i].reader) group = &scan.groups[i];
    if (status == RSIFT_OK && !group)
        status =
            rs_err_set(err, RSIFT_E_ARG, "no reader takes it; `rsift scan %.*s` says what it is",
                       RS_STR_ARG(path));
    if (status == RSIFT_OK) {
        choice->reader = rs_str_of(group->reader->name);
        choice->params = group->params.items;
        choice->n_params = group->params.n;
    }
    rs_io_tree_close(tree);
    return status;
}

/* Indexes the file as dataset "like" of a workspace of its own; pictures are not looked for. */
static rsift_status index_file(rs_call *call, rs_session *session, rs_str path, rsift_error *err)
{
    rs_plan_choice choice = {.path = path, .name = RS_STR("like"), .licence = RS_STR("unknown")};
    rs_plan *plan = NULL;
    rs_store *store = NULL;
    rs_index_report report;
    const rs_index_run_options options = {.no_hash = true};
    RS_TRY(find_reader(call, path, &choice, err));
    rsift_status status = rs_plan_make(session, &choice, &plan, err);
    if (status == RSIFT_OK) status = rs_session_store(session, RS_STORE_PARTS, true, &store, err);
    if (status == RSIFT_OK) status = rs_index_run(session, store, plan, &options, &report, err);
    rs_store_close(store);
    rs_plan_free(plan);
    return status;
}

/* A session whose workspace is a folder of this call's in the workspace's tmp. */
static rsift_status open_session(rs_call *call, rs_likes *likes, rs_session **out, rsift_error *err)
{
    if (!likes->tmp.text[0])
        RS_TRY(rs_lock_own_tmp(&likes->lock, rs_arena_cstr(&call->arena, call->session->workspace),
                               &likes->tmp, err));
    const char *folder =
        rs_arena_cstr(&call->arena, rs_arena_printf(&call->arena, "%s/like%zu", likes->tmp.text,
                                                    likes->n_sessions));
    if (!folder) return rs_err_nomem(err, "a session");
    const rsift_context_options options = {.size = sizeof options,
                                           .threads = (int)call->session->n_threads,
                                           .memory_mb = call->session->memory_mb};
    RS_TRY(rs_session_new(&options, folder, out, err));
    likes->sessions[likes->n_sessions++] = *out;
    return RSIFT_OK;
}

static rsift_status read_file(rs_call *call, rs_likes *likes, rs_str path, rs_aim_goal *goal,
                              rsift_error *err)
{
    rs_session *session;
    RS_TRY(open_session(call, likes, &session, err));
    rsift_status status = index_file(call, session, path, err);
    if (status != RSIFT_OK)
        return rs_err_within(err, status, "recommend > like > %.*s", RS_STR_ARG(goal->name));
    goal->dataset = RS_STR("like");
    return rs_session_store(session, RS_STORE_READ, false, &goal->store, err);
}

/* ---- goals ----------------------------------------------------------------------------------- */

/* The path of examples: a relative one in a file of goals starts at that file's folder. */
static rs_str path_of(rs_call *call, const rs_typed_goal *typed)
{
    if (!typed->folder.len || rs_str_starts(typed->text, RS_STR("/"))) return typed->text;
    return rs_arena_printf(&call->arena, "%.*s/%.*s", RS_STR_ARG(typed->folder),
                           RS_STR_ARG(typed->text));
}

/* One --like: a file that is there is read, all else names indexed data (NAME or NAME@SPLIT). */
static rsift_status read_goal(rs_call *call, rs_likes *likes, const rs_typed_goal *typed,
                              rs_aim_goal *goal, rsift_error *err)
{
    struct stat st;
    char quoted[RS_QUOTE_SIZE];
    goal->kind = "examples";
    goal->split = RS_STR("");
    const rs_str file = path_of(call, typed);
    const char *path = file.ptr ? rs_arena_cstr(&call->arena, file) : NULL;
    if (!path) return rs_err_nomem(err, "a goal");
    if (stat(path, &st) == 0) return read_file(call, likes, file, goal, err);
    const size_t at = rs_str_find_char(goal->name, '@');
    goal->store = likes->store;
    goal->dataset = rs_str_sub(goal->name, 0, at == RS_NPOS ? goal->name.len : at);
    if (at != RS_NPOS) goal->split = rs_str_sub(goal->name, at + 1, goal->name.len);
    const rs_arg id = {.type = RS_ARG_STR, .str = goal->dataset};
    rs_result *rows;
    RS_TRY(rs_store_query(likes->store, RS_STR("SELECT 1 FROM release WHERE dataset = $1 LIMIT 1"),
                          &id, 1, &rows, err));
    rsift_status status = rs_result_next(rows, err);
    rs_result_close(rows);
    if (status == RSIFT_END)
        status = rs_err_set(err, RSIFT_E_ARG,
                            "\"%s\" is no file and no indexed dataset (NAME or NAME@SPLIT)",
                            rs_err_quote(quoted, goal->name));
    return status;
}

rsift_status rs_likes_open(rs_call *call, const rs_typed_goals *typed, const rs_recommend_job *job,
                           rs_likes *out, rsift_error *err)
{
    *out = (rs_likes){.store = job->store, .lock = RS_LOCK_NONE};
    out->goals = rs_arena_calloc(&call->arena, typed->n + 1, sizeof *out->goals);
    out->sessions = rs_arena_calloc(&call->arena, typed->n + 1, sizeof *out->sessions);
    if (!out->goals || !out->sessions) return rs_err_nomem(err, "the goals");
    for (size_t i = 0; i < typed->n; i++) {
        const rs_typed_goal *t = &typed->items[i];
        rs_aim_goal *goal = &out->goals[out->n++];
        *goal = (rs_aim_goal){.name = t->text, .share = t->share};
        if (t->form == RS_GOAL_LIKE) RS_TRY(read_goal(call, out, t, goal, err));
        else RS_TRY(rs_goal_read_word(job, &call->arena, t->form == RS_GOAL_BENCHMARK, goal, err));
    }
    return RSIFT_OK;
}

void rs_likes_close(rs_likes *likes)
{
    /* a goal of a file has a store of its own */
    for (size_t i = 0; i < likes->n; i++)
        if (likes->goals[i].store && likes->goals[i].store != likes->store)
            rs_store_close(likes->goals[i].store);
    for (size_t i = 0; i < likes->n_sessions; i++) rs_session_free(likes->sessions[i]);
    if (likes->tmp.text[0]) (void)rs_store_remove_tree(likes->tmp.text, NULL);
    rs_lock_drop(&likes->lock, true);
}
