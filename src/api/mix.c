/* mix: a recipe into a ledger. */
#include "api/mix.h"

#include "decide/decide.h"
#include "overlap/duplicates.h"
#include "overlap/leaks.h"
#include "io/hash_file.h"
#include "io/single.h"
#include "release/current.h"
#include "session/attempt.h"
#include "writers/writer.h"

#include <time.h>

/* The recipe's file of choices lies beside it; another one than was written with it is refused. */
static rsift_status find_choices(rs_arena *arena, const rs_recipe *recipe, rs_mix_job *job,
                                 rsift_error *err)
{
    const rs_str name = recipe->choices_file;
    rs_id wanted, found;
    if (!name.len) return RSIFT_OK;
    if (rs_str_find_char(name, '/') != RS_NPOS || name.ptr[0] == '.' ||
        !rs_id_parse(recipe->choices_hash, &wanted))
        return rs_err_set(err, RSIFT_E_ARG,
                          "the recipe's choices are a file beside it and its hash, as `rsift "
                          "recommend --like` writes them");
    const size_t slash = rs_str_rfind_char(job->file, '/');
    const rs_str folder = rs_str_sub(job->file, 0, slash == RS_NPOS ? 0 : slash + 1);
    job->choices = rs_arena_join(arena, folder, name, RS_STR(""));
    if (!job->choices.ptr) return rs_err_nomem(err, "a path");
    RS_TRY(rs_io_hash_file(job->choices, &found, err));
    if (rs_id_eq(found, wanted)) return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_ARG,
                      "%.*s is not the file that the recipe was written with: run `rsift "
                      "recommend` again",
                      RS_STR_ARG(job->choices));
}

/* "2026-11-28T20:15:00Z" */
static rs_str now_text(rs_arena *arena)
{
    char text[32];
    time_t now = time(NULL);
    struct tm tm;
    if (!gmtime_r(&now, &tm) || strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
        return (rs_str){NULL, 0};
    return rs_arena_str(arena, rs_str_of(text));
}

/* One of the recipe's two target words, against what the command asks for. */
static rsift_status set_word(rs_str *word, const char *key, const char *asked, rsift_error *err)
{
    if (!asked) return RSIFT_OK;
    if (word->len && !rs_str_eq(*word, rs_str_of(asked)))
        return rs_err_set(err, RSIFT_E_ARG, "the recipe is for the %s %.*s, found --%s %s", key,
                          RS_STR_ARG(*word), key, asked);
    *word = rs_str_of(asked);
    return RSIFT_OK;
}

/* The recipe's target: known words that go together. */
static rsift_status check_target(const rs_recipe *recipe, rs_mix_job *job, rsift_error *err)
{
    const rs_writer *writer = recipe->for_format.len ? rs_writer_find(recipe->for_format) : NULL;
    const rs_render_model *model =
        recipe->for_model.len ? rs_render_model_find(recipe->for_model) : NULL;
    rs_buf choices = {0};
    const char *key = NULL;
    job->max_images = writer ? writer->max_images : 0;
    job->max_aspect = model ? model->max_aspect : 0;
    job->needs_pixels = model && model->needs_pixels;
    job->crops_square = writer && writer->crops_square && model && rs_render_pads_square(model);
    if (recipe->for_format.len && !writer) {
        key = "format";
        rs_writer_put_names(&choices);
    } else if (recipe->for_model.len && !model) {
        key = "model";
        rs_render_put_model_names(&choices, rs_render_models);
    } else if (writer && model && !rs_writer_allows(writer, model)) {
        key = "format";
        rs_writer_put_allowed_names(&choices, model);
    }
    rsift_status status = RSIFT_OK;
    if (key)
        status = rs_err_set(err, RSIFT_E_ARG, "the recipe's %s is one of %.*s", key,
                            RS_STR_ARG(rs_buf_view(&choices)));
    rs_buf_fini(&choices);
    return status;
}

/* Reads the recipe and decides; the answer is in pool->json. */
static rsift_status mix(rs_call *call, const rs_mix_target *target, rs_mix_job *job,
                        rs_pool_call *pool, rsift_error *err)
{
    rs_recipe recipe;
    /* Before the store: a mistake in the recipe is told also while another process writes. */
    RS_TRY(rs_io_single_slurp(job->file, NULL, &call->arena, &job->recipe_text, err));
    RS_TRY(rs_recipe_parse(&call->arena, job->file, job->recipe_text, &recipe, err));
    RS_TRY(set_word(&recipe.for_format, "format", target->format, err));
    RS_TRY(set_word(&recipe.for_model, "model", target->model, err));
    RS_TRY(check_target(&recipe, job, err));
    RS_TRY(find_choices(&call->arena, &recipe, job, err));
    rsift_status status = rs_api_pool_begin(call, RS_STORE_DECIDE, pool, err);
    if (status == RSIFT_OK)
        /* Opened after the writer, which keeps others from deciding: it sees every decision. */
        status = rs_session_store(call->session, RS_STORE_READ, false, &job->reader, err);
    /* Also after a failure, when nothing below looks at them. */
    job->catalog = pool->catalog;
    job->store = pool->store;
    job->recipe = &recipe;
    for (size_t i = 0; status == RSIFT_OK && i < recipe.datasets.n; i++)
        /* Refuses what an older version of a reader indexed: its samples may differ from
         * today's. */
        status = rs_release_check_readers(job->reader, recipe.datasets.items[i].id, err);
    if (status == RSIFT_OK) {
        const rs_overlap_leaks_job leaks = {.session = call->session,
                                            .store = pool->store,
                                            .catalog = pool->catalog,
                                            .question = {.protect = recipe.protect}};
        status = rs_overlap_leaks(&leaks, err);
    }
    if (status == RSIFT_OK && recipe.near != RS_RECIPE_NEAR_KEEP)
        status = rs_overlap_duplicates(call->session, pool->store, NULL, err);
    if (status == RSIFT_OK) status = rs_decide_mix(job, &pool->json, err);
    /* Before pool_end, which closes the writer and makes the decisions visible. */
    rs_store_close(job->reader);
    return status;
}

rsift_status rs_api_mix(rs_call *call, rs_str path, const rs_mix_target *target, rsift_answer *out,
                        rsift_error *err)
{
    rs_pool_call pool = {0};
    rs_mix_result result = {0};
    rsift_error why = {0};
    rs_mix_job job = {.file = path, .made_at = now_text(&call->arena), .result = &result};
    rs_attempt attempt = {.recipe = path, .made_at = job.made_at};
    rs_attempt_write(call->session, &attempt);
    rsift_status status = mix(call, target, &job, &pool, &why);
    /* A mixture of nothing is no mixture that an emit may fall upon; exit code 1 tells it. */
    status = rs_api_pool_end(&pool, status, result.n_kept == 0, out, &why);
    if (status != RSIFT_OK) attempt.why = rs_str_of(why.message);
    else if (result.n_kept == 0) attempt.why = RS_STR("it keeps no sample");
    else attempt.mixture_id = rs_str_of(result.mixture_id);
    rs_attempt_write(call->session, &attempt);
    if (status != RSIFT_OK && err) *err = why;
    return status;
}

static rsift_status run(rs_call *call, rsift_answer *out, rsift_error *err)
{
    const rs_mix_target any = {0};
    return rs_api_mix(call, rs_call_str(call, "recipe"), &any, out, err);
}

static const rs_verb_param params[] = {
    {.name = "recipe",
     .kind = RS_PARAM_TEXT,
     .argument = "recipe.yaml",
     .help = "the recipe's file (docs/recipe.md)",
     .required = true},
};
static const char *const examples[] = {
    "rsift mix recipe.yaml", "rsift query \"SELECT reason, count(*) FROM ledger GROUP BY reason\"",
    NULL};

const rs_verb rs_verb_mix = {
    .name = "mix",
    .summary = "a recipe into a ledger: what is kept, what is not, and why",
    .usage = "mix recipe.yaml",
    .about =
        "Decides every sample of the recipe's datasets: kept, or dropped for a reason (role, "
        "licence, findings, leaks into protected benchmarks, conflicting answers, duplicates, "
        "caps, "
        "budget). The "
        "same recipe over the same workspace always gives the same mixture. docs/recipe.md "
        "explains recipes; `rsift recommend -o recipe.yaml` writes one. Exit code 1 when nothing "
        "is kept.",
    .examples = examples,
    .answer = "`mixture_id name seed format model needs_pixels candidates kept with_repeats "
              "entries[]{dataset "
              "usable target "
              "kept} datasets[]{dataset candidates kept with_repeats} reasons[]{reason samples} "
              "warnings[]{code samples text}`; docs/recipe.md lists the reasons",
    .use = RS_WRITES,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .run = run};
