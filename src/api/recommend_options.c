/* What recommend is asked, read from its options: see recommend_options.h. */
#include "api/recommend_options.h"

#include "api/goal.h"
#include "api/pool_options.h"

#include "base/num.h"

enum { DEFAULT_BUDGET = 100000, DEFAULT_PICTURES = 100 };

/* Uses of a scarce sample: without a budget nothing is repeated just because it may be. */
static uint32_t epochs_of(const rs_call *call)
{
    return (uint32_t)rs_call_integer(call, "epochs",
                                     rs_call_given(call, "budget") ? RS_AIM_EPOCHS : 1);
}

/* "50GB", "1.5 TB", "800MB" or a number of bytes: decimal units, as download pages count. */
static bool read_bytes(rs_str s, int64_t *out)
{
    static const struct {
        const char *unit;
        double by;
    } units[] = {{"TB", 1e12}, {"GB", 1e9}, {"MB", 1e6}, {"kB", 1e3}, {"B", 1}};
    double by = 1, number;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        const rs_str unit = rs_str_of(units[i].unit);
        if (!rs_str_ends(s, unit)) continue;
        s = rs_str_trim(rs_str_sub(s, 0, s.len - unit.len));
        by = units[i].by;
        break;
    }
    if (!rs_num_double(s, &number) || !(number > 0) || number * by > 1e18) return false;
    *out = (int64_t)(number * by);
    return true;
}

/* "0.3:1" or "0.5": metres per pixel. */
static bool read_range(rs_str s, double range[2])
{
    /* One number is a range of one resolution, which cannot be 0. */
    const size_t at = rs_str_find_char(s, ':');
    if (at == RS_NPOS) {
        if (!rs_num_double(s, &range[0])) return false;
        range[1] = range[0];
        return range[0] > 0;
    }
    return rs_num_double(rs_str_sub(s, 0, at), &range[0]) &&
           rs_num_double(rs_str_sub(s, at + 1, s.len), &range[1]) && range[0] >= 0 &&
           range[1] >= range[0];
}

/* The recipe's name: its file's, with plain letters only. */
static rs_str name_of(rs_arena *arena, const char *path)
{
    rs_str stem = path ? rs_str_stem(rs_str_of(path)) : RS_STR("");
    /* Longer or hidden names are not taken over: the name becomes a field of the recipe. */
    if (stem.len == 0 || stem.len > 100 || stem.ptr[0] == '.') return RS_STR("recommended");
    char *out = rs_arena_alloc(arena, stem.len);
    if (!out) return (rs_str){NULL, 0};
    for (size_t i = 0; i < stem.len; i++) {
        char c = stem.ptr[i];
        /* ASCII only, byte by byte: no locale decides what a letter is. */
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     c == '-' || c == '_' || c == '.';
        out[i] = plain ? c : '-';
    }
    return rs_str_make(out, stem.len);
}

/* Turns the options into a job for rs_decide_recommend, with their texts parsed and checked. */
rsift_status rs_api_recommend_options(rs_call *call, rs_recommend_job *job, rsift_error *err)
{
    char quoted[RS_QUOTE_SIZE];
    RS_TRY(rs_err_within(err, rs_api_pool_options(call, false, job, err), "recommend"));
    if (!rs_call_given(call, "budget")) job->budget = DEFAULT_BUDGET;
    job->sensors = rs_call_texts(call, "sensors");
    job->max_datasets = (size_t)rs_call_integer(call, "max_datasets", 0);
    if (rs_call_given(call, "gsd_m") && !read_range(rs_call_str(call, "gsd_m"), job->gsd_m)) {
        rs_err_set(err, RSIFT_E_ARG, "expected A:B in metres, A not above B, found \"%s\"",
                   rs_err_quote(quoted, rs_call_str(call, "gsd_m")));
        return rs_err_within(err, RSIFT_E_ARG, "recommend > gsd_m");
    }
    if (rs_call_given(call, "max_download") &&
        !read_bytes(rs_call_str(call, "max_download"), &job->max_bytes)) {
        rs_err_set(err, RSIFT_E_ARG, "expected a size such as 50GB or 800MB, found \"%s\"",
                   rs_err_quote(quoted, rs_call_str(call, "max_download")));
        return rs_err_within(err, RSIFT_E_ARG, "recommend > max_download");
    }
    job->recipe_name = name_of(&call->arena, rs_call_text(call, "recipe"));
    return job->recipe_name.ptr ? RSIFT_OK : rs_err_nomem(err, "a name");
}

/* "0.1" or "NAME:0.1": a share of the budget for data that is not aimed. */
static rsift_status read_general(rs_call *call, rs_aim_job *job, rsift_error *err)
{
    char quoted[RS_QUOTE_SIZE];
    rs_str text = rs_call_str(call, "general");
    if (!text.ptr) return RSIFT_OK;
    if (!rs_num_double(text, &job->general)) {
        if (!rs_goal_take_share(&text, &job->general)) job->general = -1;
        job->general_of = text;
    }
    if (job->general > 0 && job->general < 1) return RSIFT_OK;
    rs_err_set(err, RSIFT_E_ARG, "expected a share between 0 and 1, or NAME:SHARE, found \"%s\"",
               rs_err_quote(quoted, rs_call_str(call, "general")));
    return rs_err_within(err, RSIFT_E_ARG, "recommend > general");
}

/* What the budget counts, and the model whose tokens it is about. */
static rsift_status read_limit(const rs_call *call, const rs_recommend_job *job, rs_aim_limit *out,
                               rsift_error *err)
{
    const rs_str model = rs_call_str(call, "model");
    char quoted[RS_QUOTE_SIZE];
    *out = (rs_aim_limit){.unit = job->budget_in_tokens   ? RS_AIM_TOKENS
                                  : job->budget_in_images ? RS_AIM_PICTURES
                                                          : RS_AIM_SAMPLES,
                          .budget = job->budget,
                          .min_pixels = rs_call_number(call, "min_pixels", 0),
                          .max_pixels = rs_call_number(call, "max_pixels", 0)};
    const bool given = model.len || out->min_pixels > 0 || out->max_pixels > 0;
    if (!job->budget_in_tokens)
        return given ? rs_err_set(err, RSIFT_E_ARG,
                                  "--model, --min-pixels and --max-pixels are of a budget in "
                                  "tokens: --budget 50Mtokens")
                     : RSIFT_OK;
    out->model = rs_render_model_find(model);
    if (out->min_pixels > 0 && out->max_pixels > 0 && out->min_pixels > out->max_pixels)
        return rs_err_set(err, RSIFT_E_ARG, "--min-pixels is above --max-pixels");
    if (out->model) return RSIFT_OK;
    rs_buf names = {0};
    rs_render_put_model_names(&names, rs_render_models);
    const rsift_status status =
        model.len ? rs_err_set(err, RSIFT_E_ARG, "no model \"%s\"; there are %.*s",
                               rs_err_quote(quoted, model), RS_STR_ARG(rs_buf_view(&names)))
                  : rs_err_set(err, RSIFT_E_ARG,
                               "a budget in tokens depends on the model: give --model, one of %.*s",
                               RS_STR_ARG(rs_buf_view(&names)));
    rs_buf_fini(&names);
    return status;
}

/* Signals that somebody brings, as typed; without a file the rest has no meaning. */
static rsift_status read_signals(const rs_call *call, rs_store *store, rs_brought_job *out,
                                 rsift_error *err)
{
    static const char *const needs_file[] = {"gates", "weights", "missing"};
    const rs_str missing = rs_call_str(call, "missing");
    *out = (rs_brought_job){.store = store,
                            .limits = &call->session->limits,
                            .file = rs_call_str(call, "signals"),
                            .gates = rs_call_texts(call, "gates"),
                            .weights = rs_call_texts(call, "weights"),
                            .drop_missing = missing.len && rs_str_eq(missing, RS_STR("drop"))};
    for (size_t i = 0; !out->file.len && i < sizeof needs_file / sizeof *needs_file; i++)
        if (rs_call_given(call, needs_file[i]))
            return rs_err_set(err, RSIFT_E_ARG,
                              "--gate, --weight and --missing are about the columns of a file: "
                              "give --signals FILE, too");
    return RSIFT_OK;
}

rsift_status rs_api_read_vectors(rs_call *call, rs_store *store, rs_embedding_rows *rows,
                                 rs_duplicates_vectors *counts, rsift_error *err)
{
    *rows = (rs_embedding_rows){0};
    *counts = (rs_duplicates_vectors){0};
    if (!rs_call_given(call, "embeddings"))
        return rs_call_given(call, "ids")
                   ? rs_err_set(err, RSIFT_E_ARG,
                                "--ids are of the rows of --embeddings: give it, too")
                   : RSIFT_OK;
    const rs_embedding_job job = {.session = call->session,
                                  .store = store,
                                  .file = rs_call_str(call, "embeddings"),
                                  .ids = rs_call_str(call, "ids")};
    return rs_err_within(err, rs_overlap_embedding_rows(&job, counts, rows, err), "embeddings");
}

/* Vectors that somebody brings for --diverse; rows.at NULL = none. */
rsift_status rs_api_vectors_option(rs_call *call, rs_store *store, rs_embedding_rows *rows,
                                   rs_duplicates_vectors *counts, rsift_error *err)
{
    *rows = (rs_embedding_rows){0};
    if (rs_call_given(call, "embeddings") && !rs_call_flag(call, "diverse"))
        return rs_err_set(err, RSIFT_E_ARG, "--embeddings are for --diverse: give it, too");
    return rs_err_within(err, rs_api_read_vectors(call, store, rows, counts, err), "recommend");
}

rsift_status rs_api_aim_options(rs_call *call, rs_recommend_job *job, rs_brought_job *signals,
                                rs_aim_job *aim, rsift_error *err)
{
    *aim = (rs_aim_job){.recommend = job,
                        .n_pictures = rs_call_integer(call, "pictures", DEFAULT_PICTURES),
                        .epochs = epochs_of(call),
                        .diverse = rs_call_flag(call, "diverse"),
                        .n_threads = call->session->n_threads};
    RS_TRY(read_general(call, aim, err));
    RS_TRY(read_limit(call, job, &aim->limit, err));
    RS_TRY(read_signals(call, job->store, signals, err));
    if (signals->file.len) aim->signals = signals;
    return RSIFT_OK;
}
