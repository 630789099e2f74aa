/* rsift_mix: a recipe into a ledger. */
#include "session/session.h"

#include "decide/decide.h"
#include "io/io.h"
#include "release/current.h"

#include <time.h>

static rsift_status read_recipe(rs_arena *arena, const char *path, rs_str *bytes, rsift_error *err)
{
    rs_io_options options = {.keep_archives_closed = true};
    rs_io_tree *tree;
    RS_TRY(rs_io_tree_open(rs_str_of(path), &options, &tree, err));
    rsift_status status = rs_io_n_members(tree) == 1
                              ? rs_io_slurp(tree, 0, arena, bytes, err)
                              : rs_err_set(err, RSIFT_E_ARG, "%s is no recipe file", path);
    rs_io_tree_close(tree);
    return status;
}

static rs_str now_text(rs_arena *arena)
{
    char text[32];
    time_t now = time(NULL);
    struct tm tm;
    if (!gmtime_r(&now, &tm) || strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
        return (rs_str){NULL, 0};
    return rs_arena_str(arena, rs_str_of(text));
}

static rsift_status mix(rsift_context *context, rs_arena *arena, const char *path, rs_buf *json,
                        rsift_error *err)
{
    rs_mix_job job = {0};
    rs_recipe recipe;
    RS_TRY(read_recipe(arena, path, &job.recipe_text, err));
    RS_TRY(rs_recipe_parse(arena, rs_str_of(path), job.recipe_text, &recipe, err));
    RS_TRY(rs_session_catalog(context, &job.catalog, err));
    job.recipe = &recipe;
    job.file = rs_str_of(path);
    job.made_at = now_text(arena);
    rsift_status status = rs_session_store(context, RS_STORE_DECIDE, false, &job.store, err);
    if (status == RSIFT_OK)
        status = rs_session_store(context, RS_STORE_READ, false, &job.reader, err);
    for (size_t i = 0; status == RSIFT_OK && i < recipe.datasets.n; i++)
        status = rs_release_check_readers(job.reader, recipe.datasets.items[i].id, err);
    if (status == RSIFT_OK) status = rs_decide_mix(&job, json, err);
    rs_store_close(job.reader);
    rs_store_close(job.store);
    return status;
}

rsift_status rsift_mix(rsift_context *context, const char *recipe, rsift_answer *out,
                       rsift_error *err)
{
    *out = (rsift_answer){0};
    if (!recipe) return rs_err_set(err, RSIFT_E_ARG, "mix wants a recipe file");
    rs_arena arena = {0};
    rs_buf json = {0};
    rsift_status status = mix(context, &arena, recipe, &json, err);
    if (status == RSIFT_OK) status = rs_session_answer(&json, out, err);
    rs_buf_fini(&json);
    rs_arena_fini(&arena);
    return status;
}
