/* rsift_recommend: an allocation, and its recipe as a file. */
#include "session/session.h"

#include "decide/decide.h"
#include "io/io.h"

enum { default_budget = 100000 };

static rsift_status texts_of(rs_arena *arena, const char *const *names, size_t n, rs_texts *out,
                             rsift_error *err)
{
    rs_str *items = rs_arena_alloc(arena, (n + 1) * sizeof *items);
    if (!items) return rs_err_nomem(err, "a list of names");
    for (size_t i = 0; i < n; i++) items[i] = rs_str_of(names[i]);
    *out = (rs_texts){.items = items, .n = n};
    return RSIFT_OK;
}

static rsift_status licence_of(const char *word, rs_recipe_licence *out, rsift_error *err)
{
    *out = RS_RECIPE_RESEARCH;
    if (!word) return RSIFT_OK;
    for (int i = RS_RECIPE_OPEN; i <= RS_RECIPE_ANY; i++) {
        if (!rs_str_eq(rs_str_of(word), rs_str_of(rs_recipe_licence_name((rs_recipe_licence)i))))
            continue;
        *out = (rs_recipe_licence)i;
        return RSIFT_OK;
    }
    return rs_err_set(err, RSIFT_E_ARG, "the licence is open, research or any, found \"%s\"", word);
}

/* The recipe's name: its file's, made plain. */
static rs_str name_of(rs_arena *arena, const char *path)
{
    rs_str stem = path ? rs_str_stem(rs_str_of(path)) : RS_STR("");
    if (stem.len == 0 || stem.len > 100 || stem.ptr[0] == '.') return RS_STR("recommended");
    char *out = rs_arena_alloc(arena, stem.len);
    if (!out) return (rs_str){NULL, 0};
    for (size_t i = 0; i < stem.len; i++) {
        char c = stem.ptr[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     c == '-' || c == '_' || c == '.';
        out[i] = plain ? c : '-';
    }
    return rs_str_make(out, stem.len);
}

static rsift_status make_job(const rsift_recommend_options *o, rs_arena *arena,
                             rs_recommend_job *job, rsift_error *err)
{
    RS_TRY(texts_of(arena, o->goals, o->n_goals, &job->goals, err));
    RS_TRY(texts_of(arena, o->protect, o->n_protect, &job->protect, err));
    RS_TRY(texts_of(arena, o->sensors, o->n_sensors, &job->sensors, err));
    RS_TRY(licence_of(o->licence, &job->licence, err));
    if (o->gsd_min_m < 0 || o->gsd_max_m < o->gsd_min_m)
        return rs_err_set(err, RSIFT_E_ARG,
                          "the ground sample distance is a range from small to large");
    job->gsd_m[0] = o->gsd_min_m;
    job->gsd_m[1] = o->gsd_max_m;
    job->budget = o->budget ? o->budget : default_budget;
    job->budget_in_images = o->budget_in_images;
    job->seed = (int64_t)(o->seed & INT64_MAX);
    job->recipe_name = name_of(arena, o->recipe);
    return job->recipe_name.ptr ? RSIFT_OK : rs_err_nomem(err, "a name");
}

static rsift_status write_recipe(const char *path, const rs_buf *recipe, rsift_error *err)
{
    rs_io_out *out;
    RS_TRY(rs_io_out_open(rs_str_of(path), &out, err));
    rsift_status status = rs_io_out_write(out, recipe->ptr, recipe->len, err);
    if (status == RSIFT_OK) return rs_io_out_commit(out, err);
    rs_io_out_discard(out);
    return status;
}

rsift_status rsift_recommend(rsift_context *context, const rsift_recommend_options *options,
                             rsift_answer *out, rsift_error *err)
{
    *out = (rsift_answer){0};
    rs_arena arena = {0};
    rs_buf json = {0}, recipe = {0};
    rs_recommend_job job = {0};
    rsift_status status = make_job(options, &arena, &job, err);
    if (status == RSIFT_OK) status = rs_session_catalog(context, &job.catalog, err);
    if (status == RSIFT_OK && context->workspace.ptr && !options->catalogue_only) {
        status = rs_session_store(context, RS_STORE_READ, false, &job.store, err);
    }
    if (status == RSIFT_OK) status = rs_decide_recommend(&job, &json, &recipe, err);
    rs_store_close(job.store);
    if (status == RSIFT_OK && options->recipe) status = write_recipe(options->recipe, &recipe, err);
    if (status == RSIFT_OK) status = rs_session_answer(&json, out, err);
    rs_buf_fini(&json);
    rs_buf_fini(&recipe);
    rs_arena_fini(&arena);
    return status;
}
