/* proxy: the best mixture, measured with small models. */
#include "api/file.h"
#include "api/pool.h"
#include "api/pool_options.h"
#include "api/recommend_options.h"

#include "choose/mixture.h"
#include "proxy/proxy.h"

enum { DEFAULT_MIXTURES = 64 };

static rsift_status run(rs_call *call, rsift_answer *out, rsift_error *err)
{
    rs_pool_call pool;
    rs_buf recipe = {0};
    bool told_apart = false;
    const char *path = rs_call_text(call, "recipe");
    rs_recommend_job recommend;
    RS_TRY(rs_err_within(err, rs_api_pool_options(call, true, &recommend, err), "proxy"));
    recommend.recipe_name = RS_STR("proxy");
    rsift_status status = rs_api_pool_begin(call, RS_STORE_READ, &pool, err);
    recommend.store = pool.store;
    recommend.catalog = pool.catalog;
    rs_embedding_rows rows = {0};
    rs_duplicates_vectors counts;
    if (status == RSIFT_OK)
        status =
            rs_err_within(err, rs_api_read_vectors(call, pool.store, &rows, &counts, err), "proxy");
    const rs_proxy_vectors vectors = {rows.at, rows.width, &rows.pictures};
    const rs_proxy_job job = {.session = call->session,
                              .recommend = &recommend,
                              .targets = rs_call_texts(call, "like"),
                              .sources = rs_call_texts(call, "sources"),
                              .vectors = rows.at ? &vectors : NULL,
                              .n_mixtures =
                                  (size_t)rs_call_integer(call, "design", DEFAULT_MIXTURES),
                              .samples = rs_call_integer(call, "samples", 0)};
    if (status == RSIFT_OK) status = rs_proxy_run(&job, &pool.json, &recipe, &told_apart, err);
    if (status == RSIFT_OK && path && recipe.len) status = rs_api_write_file(path, &recipe, err);
    rs_embedding_rows_fini(&rows);
    rs_buf_fini(&recipe);
    return rs_api_pool_end(&pool, status, !told_apart, out, err);
}

static const rs_verb_param params[] = {
    {.name = "like",
     .option = "--like",
     .kind = RS_PARAM_TEXTS,
     .argument = "NAME",
     .help = "indexed questions to be good at, NAME or NAME@SPLIT; never trained on; may be given "
             "again",
     .required = true},
    {.name = "sources",
     .option = "--source",
     .kind = RS_PARAM_TEXTS,
     .argument = "DATASET",
     .help = "what mixtures are made of; may be given again; default: all that is indexed"},
    {.name = "design",
     .option = "--design",
     .kind = RS_PARAM_INTEGER,
     .argument = "N",
     .help = "how many mixtures are trained",
     .fallback = "64",
     .least = RS_RUNS_LEAST,
     .most = RS_DESIGN_MOST_MIXTURES},
    {.name = "samples",
     .option = "--samples",
     .kind = RS_PARAM_INTEGER,
     .argument = "N",
     .help = "samples of each mixture; default: 5000, at most a quarter of what there is",
     .least = 1,
     .most = 1e6},
    {.name = "embeddings",
     .option = "--embeddings",
     .kind = RS_PARAM_TEXT,
     .argument = "FILE",
     .help = "vectors of pictures in place of colours and edges, .npy with --ids, or .parquet with "
             "the columns id and embedding"},
    {.name = "ids",
     .option = "--ids",
     .kind = RS_PARAM_TEXT,
     .argument = "FILE",
     .help = "a line per row of a .npy: hash of the picture's bytes, sample id, or path"},
    {.name = "budget",
     .option = "--budget",
     .kind = RS_PARAM_TEXT,
     .or_integer = true,
     .argument = "N",
     .help = "samples of the recipe; default: as many as a mixture has"},
    RS_API_PROTECT_PARAM,
    RS_API_LICENCE_PARAM,
    RS_API_SEED_PARAM("which mixtures and samples are drawn"),
    {.name = "recipe",
     .option = "-o",
     .kind = RS_PARAM_TEXT,
     .argument = "FILE",
     .help = "write the recipe there"},
};
static const char *const examples[] = {
    "rsift proxy --like dev -o recipe.yaml",
    "rsift proxy --like rsvqa-lr@val --like ucm-captions@val --design 96 --samples 5000", NULL};

const rs_verb rs_verb_proxy = {
    .name = "proxy",
    .summary = "shares measured with small models that train on the CPU",
    .usage = "proxy --like NAME [--design N] [--budget N] [-o FILE]",
    .about =
        "Trains many small models on designed mixtures of what is indexed, asks each of them the "
        "questions of the targets, and recommends the shares that serve them best, as `recommend "
        "--runs` does for runs of your own. The models are a proxy: a linear reading of colours "
        "and edges for each word of the question, seconds each, no GPU. They tell which sources "
        "teach what a target asks, not how good a large model will be; answers that are boxes or "
        "sentences they cannot give. The targets' own samples and pictures are never trained on. "
        "Index a dev set first: `rsift index dev.json --images DIR --name dev --role eval`. Exit "
        "code 1 when the models do not tell mixtures apart; no recipe is written then. The same "
        "data and seed give the same bytes, whatever the threads.",
    .examples = examples,
    .answer =
        "`called basis n_mixtures mixture_samples answers pictures pictures_unread held_out "
        "targets[]{target samples questions not_measured without_picture least mean most "
        "recommended}`, "
        "`mixtures[]{mixture kind counts{} accuracy{}}`, and what `recommend --runs` answers too: "
        "`n_runs least_runs run_samples budget allocated seed losses benchmarks[]{benchmark runs "
        "correlation chance used deviation own[]} n_used correlation chance told_apart "
        "rows[]{source dataset samples share_permille low_permille high_permille supply edge} "
        "compare[]{mixture score gain low high run measured}`: `correlation` is Spearman's of "
        "left-out predictions, `chance` what one in twenty unrelated tables exceeds; not above 0, "
        "nothing is recommended; accuracies in per cent, `recommended`: of one "
        "more model, trained on the recommended shares, `held_out`: usable samples that are a "
        "target's or "
        "show its picture",
    .use = RS_READS,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .run = run};
