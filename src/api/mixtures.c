/* mixtures: designed mixtures to run, as recipes, and the table for their scores. */
#include "api/pool.h"
#include "api/pool_options.h"

#include "decide/mixtures.h"
#include "io/io.h"

#include <sys/stat.h>

enum { DEFAULT_DESIGN = 32 };

/* Where the files go. */
typedef struct folder {
    rs_call *call;
    rs_str path;
} folder;

static rsift_status write_file(void *ctx, rs_str name, rs_str text, rsift_error *err)
{
    const folder *to = ctx;
    const rs_str path = rs_arena_join(&to->call->arena, to->path, RS_STR("/"), name);
    if (!path.ptr) return rs_err_nomem(err, "a file");
    return rs_io_write_small(path, text.ptr, text.len, err);
}

/* A table that is there may be filled in: it is never written over. */
static rsift_status make_folder(const folder *to, rsift_error *err)
{
    struct stat st;
    const char *table =
        rs_arena_cstr(&to->call->arena,
                      rs_arena_join(&to->call->arena, to->path, RS_STR("/runs.csv"), RS_STR("")));
    if (!table) return rs_err_nomem(err, "a file");
    if (lstat(table, &st) == 0)
        return rs_err_set(err, RSIFT_E_ARG,
                          "%.*s/runs.csv is there already, perhaps with scores: choose another "
                          "folder, or take it away",
                          RS_STR_ARG(to->path));
    return rs_io_make_dirs(to->path, err);
}

/* The design over what is indexed, and its files. */
static rsift_status run(rs_call *call, rsift_answer *out, rsift_error *err)
{
    rs_pool_call pool;
    folder to = {.call = call, .path = rs_call_str(call, "folder")};
    const rs_str by = rs_call_str(call, "by");
    rs_recommend_job job;
    RS_TRY(rs_err_within(err, rs_api_pool_options(call, true, &job, err), "mixtures"));
    rsift_status status = rs_api_pool_begin(call, RS_STORE_READ, &pool, err);
    job.store = pool.store;
    job.catalog = pool.catalog;
    const rs_mixtures_job mixtures = {.recommend = &job,
                                      .sources = rs_call_texts(call, "sources"),
                                      .by_task = by.ptr && rs_str_eq(by, RS_STR("task")),
                                      .benchmarks = rs_call_texts(call, "benchmarks"),
                                      .n_mixtures =
                                          (size_t)rs_call_integer(call, "design", DEFAULT_DESIGN)};
    if (status == RSIFT_OK && to.path.ptr) status = make_folder(&to, err);
    if (status == RSIFT_OK)
        status =
            rs_decide_mixtures(&mixtures, to.path.ptr ? write_file : NULL, &to, &pool.json, err);
    return rs_api_pool_end(&pool, status, 0, out, err);
}

static const rs_verb_param params[] = {
    {.name = "design",
     .option = "--design",
     .kind = RS_PARAM_INTEGER,
     .argument = "N",
     .help = "how many mixtures; `recommend --runs` needs 16 of them with scores",
     .fallback = "32",
     .least = 2,
     .most = RS_DESIGN_MOST_MIXTURES},
    {.name = "budget",
     .option = "--budget",
     .kind = RS_PARAM_TEXT,
     .or_integer = true,
     .argument = "N",
     .help = "samples of each mixture; default: a quarter of what is usable, at most 100000"},
    {.name = "sources",
     .option = "--source",
     .kind = RS_PARAM_TEXTS,
     .argument = "S",
     .help = "DATASET or DATASET:TASK; may be given again; default: all that is indexed"},
    {.name = "by",
     .option = "--by",
     .kind = RS_PARAM_TEXT,
     .argument = "WORD",
     .help = "what a source is",
     .fallback = "dataset",
     .words = "dataset|task"},
    {.name = "benchmarks",
     .option = "--benchmark",
     .kind = RS_PARAM_TEXTS,
     .argument = "NAME",
     .help = "what you will measure: a row for its score; may be given again",
     .keeps_commas = true},
    RS_API_PROTECT_PARAM,
    RS_API_LICENCE_PARAM,
    RS_API_SEED_PARAM("which shares are drawn, and of the recipes"),
    {.name = "folder",
     .option = "-o",
     .kind = RS_PARAM_TEXT,
     .argument = "DIR",
     .help = "write a recipe for each mixture, and runs.csv, into this folder"},
};
static const char *const examples[] = {
    "rsift mixtures --design 32 --budget 5000 --benchmark my-vqa -o runs",
    "rsift mixtures --by task --source rsvqa-lr:vqa --source rsicd:caption", NULL};

const rs_verb rs_verb_mixtures = {
    .name = "mixtures",
    .summary = "designed mixtures to train on, to learn what each source brings",
    .usage = "mixtures [--design N] [--budget N] [-o DIR]",
    .about =
        "The surest way to know which mixture helps a model is to train some. This proposes which: "
        "shares over the indexed datasets (or their tasks) that differ as much as the supply "
        "allows, so that few runs tell the sources apart. The first is uniform, the second "
        "proportional, up to a quarter of them give three quarters to one source, the rest fill "
        "the space between. Each is a recipe for `rsift build`. Train a small model on each, fill "
        "its scores into runs.csv, and `rsift recommend --runs DIR/runs.csv` says what they tell "
        "(docs/measured-advice.md). `rsift proxy` does all of that with small models of its own. "
        "The same data and seed give the same mixtures.",
    .examples = examples,
    .answer = "`n_mixtures budget supply seed least_runs sources[]{source supply least most} "
              "n_still mixtures[]{mixture kind{uniform proportional one-source drawn} counts{}} "
              "left_out[]{dataset reason}`: `least` and `most` are a source's counts over the "
              "mixtures, `n_still` sources vary by less than a factor of two. DIR/runs.csv: "
              "`mixture source count benchmark score`, the scores empty",
    .use = RS_READS,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .run = run};
