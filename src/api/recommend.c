/* recommend: an allocation of a budget, with its reasons, and the recipe as a file. */
#include "api/call.h"
#include "api/file.h"
#include "api/like.h"
#include "api/lists.h"
#include "api/pool_options.h"
#include "api/recommend_options.h"
#include "api/recommend_page.h"
#include "api/runs.h"

#include "decide/decide.h"
#include "decide/goal_counts.h"
#include "io/io.h"
#include "overlap/duplicates.h"
#include "overlap/embedding.h"
#include "proxy/pictures.h"

/* "mix.samples.csv" of "dir/mix.yaml": the choices lie beside the recipe, which names them without
 * the folder. */
static rs_str choices_path(rs_call *call, const char *recipe)
{
    const rs_str path = rs_str_of(recipe), ext = RS_STR(".yaml");
    const rs_str stem = rs_str_ends(path, ext) ? rs_str_sub(path, 0, path.len - ext.len) : path;
    return rs_arena_printf(&call->arena, "%.*s.samples.csv", RS_STR_ARG(stem));
}

/* Pictures that are the same in other bytes must be known before samples are chosen by them. */
static rsift_status compare_pictures(rs_call *call, rsift_error *err)
{
    rs_store *store;
    RS_TRY(rs_session_store(call->session, RS_STORE_DECIDE, false, &store, err));
    const rsift_status status = rs_overlap_duplicates(call->session, store, NULL, err);
    rs_store_close(store);
    return status;
}

/* What can be asked for, with what it finds where data is indexed. */
static rsift_status list_goals(rs_call *call, const rs_recommend_job *job, rsift_answer *out,
                               rsift_error *err)
{
    rs_buf json = {0};
    rs_goal_counts counts = {0};
    if (job->store) RS_TRY(rs_decide_count_goals(job, &call->arena, &counts, err));
    rs_json_writer w = rs_json_writer_to(&json);
    rs_json_begin_object(&w);
    rs_json_field_cstr(&w, "schema", "rsift.recommend/1");
    rs_json_field_cstr(&w, "called", "goals");
    rs_api_goals_field(&w, job->catalog, job->store ? &counts : NULL);
    rs_json_end_object(&w);
    return rs_session_answer(&json, out, err);
}

/* Where the pictures of the pool are read from. */
typedef struct pictures_of {
    rs_session *session;
    rs_store *store;
} pictures_of;

static rsift_status describe(void *ctx, const rs_id *hashes, size_t n, float *out, bool *known,
                             rsift_error *err)
{
    const pictures_of *of = ctx;
    return rs_proxy_describe(of->session, of->store, hashes, n, out, known, err);
}

/* A recommendation from indexed data: samples, not numbers of samples. */
static rsift_status aim(rs_call *call, rs_recommend_job *job, const rs_typed_goals *typed,
                        rsift_answer *out, rsift_error *err)
{
    const char *path = rs_call_text(call, "recipe");
    const rs_str choices_file = choices_path(call, path ? path : "recommended.yaml");
    rs_buf json = {0}, recipe = {0}, choices = {0}, model = {0};
    rs_likes likes = {.lock = RS_LOCK_NONE};
    rs_brought_job signals;
    rs_embedding_rows rows;
    rs_duplicates_vectors counts;
    int64_t n_unserved = 0;
    rs_aim_job aim;
    if (!choices_file.ptr) return rs_err_nomem(err, "a name");
    RS_TRY(rs_api_aim_options(call, job, &signals, &aim, err));
    aim.choices_name = rs_str_basename(choices_file);
    pictures_of pictures = {call->session, job->store};
    aim.describe = rs_call_flag(call, "trust_answers") ? NULL : describe;
    aim.describe_ctx = &pictures;
    aim.cancel = &call->session->cancel;
    rsift_status status = rs_api_vectors_option(call, job->store, &rows, &counts, err);
    if (status == RSIFT_OK) status = rs_likes_open(call, typed, job, &likes, err);
    const rs_aim_vectors vectors = {rows.at, rows.width, &rows.pictures, counts};
    aim.goals = likes.goals;
    aim.n_goals = likes.n;
    aim.vectors = rows.at ? &vectors : NULL;
    aim.model = rs_call_given(call, "html") ? &model : NULL;
    if (status == RSIFT_OK)
        status = rs_decide_aim(&aim, &json, &recipe, &choices, &n_unserved, err);
    rs_likes_close(&likes);
    rs_embedding_rows_fini(&rows);
    /* The recipe comes last: it names a file that is there. */
    /* A recipe without one sample that serves a goal would be no advice. */
    const bool write = path && recipe.len;
    if (status == RSIFT_OK && write)
        status = rs_api_write_file(rs_arena_cstr(&call->arena, choices_file), &choices, err);
    if (status == RSIFT_OK && write) status = rs_api_write_file(path, &recipe, err);
    const rs_recommend_page page = {
        .store = job->store, .answer = &json, .recipe = &recipe, .model = &model};
    if (status == RSIFT_OK) status = rs_api_recommend_page(call, &page, err);
    if (status == RSIFT_OK) status = rs_session_answer(&json, out, err);
    if (status == RSIFT_OK) out->n_findings = n_unserved > 0;
    rs_buf_fini(&json);
    rs_buf_fini(&recipe);
    rs_buf_fini(&choices);
    rs_buf_fini(&model);
    return status;
}

/* An allocation over the catalogue: goals are words alone. */
static rsift_status allocate(rs_call *call, rs_recommend_job *job, const rs_typed_goals *typed,
                             rsift_answer *out, rsift_error *err)
{
    const char *path = rs_call_text(call, "recipe");
    rs_str *words = rs_arena_calloc(&call->arena, typed->n + 1, sizeof *words);
    double *shares = rs_arena_calloc(&call->arena, typed->n + 1, sizeof *shares);
    if (!words || !shares) return rs_err_nomem(err, "the goals");
    for (size_t i = 0; i < typed->n; i++) {
        if (typed->items[i].form == RS_GOAL_LIKE)
            return rs_err_set(err, RSIFT_E_ARG,
                              "--like chooses indexed samples: index some data first");
        words[i] = typed->items[i].text;
        shares[i] = typed->items[i].share;
    }
    static const char *const of_samples[] = {
        "signals", "gates", "weights",    "missing",    "diverse", "embeddings",
        "ids",     "model", "min_pixels", "max_pixels", "epochs",  "trust_answers"};
    for (size_t i = 0; i < sizeof of_samples / sizeof *of_samples; i++)
        if (rs_call_given(call, of_samples[i]))
            return rs_err_set(
                err, RSIFT_E_ARG,
                "signals, tokens, --epochs, --diverse and --trust-answers are of indexed "
                "samples: index some data first");
    if (job->budget_in_tokens)
        return rs_err_set(err, RSIFT_E_ARG,
                          "tokens are counted of indexed samples: give a budget of samples or "
                          "images before there are any");
    if (rs_call_given(call, "general"))
        return rs_err_set(err, RSIFT_E_ARG, "--general needs indexed data");
    job->goals = (rs_texts){words, typed->n};
    job->goal_shares = shares;
    rs_buf json = {0}, recipe = {0};
    const rs_buf no_model = {0};
    int64_t n_unserved = 0;
    rsift_status status = rs_decide_recommend(job, &json, &recipe, &n_unserved, err);
    if (status == RSIFT_OK && path) status = rs_api_write_file(path, &recipe, err);
    const rs_recommend_page page = {.answer = &json, .recipe = &recipe, .model = &no_model};
    if (status == RSIFT_OK) status = rs_api_recommend_page(call, &page, err);
    if (status == RSIFT_OK) status = rs_session_answer(&json, out, err);
    if (status == RSIFT_OK) out->n_findings = n_unserved > 0;
    rs_buf_fini(&json);
    rs_buf_fini(&recipe);
    return status;
}

static rsift_status run(rs_call *call, rsift_answer *out, rsift_error *err)
{
    rs_recommend_job job;
    rs_typed_goals typed;
    RS_TRY(rs_api_recommend_options(call, &job, err));
    if (rs_call_given(call, "html") &&
        (rs_call_given(call, "runs") || rs_call_flag(call, "known_goals")))
        return rs_err_set(err, RSIFT_E_ARG,
                          "the page of html shows a choice or an allocation, not %s",
                          rs_call_given(call, "runs") ? "what runs tell" : "the list of goals");
    if (rs_call_given(call, "runs")) return rs_api_recommend_runs(call, &job, out, err);
    RS_TRY(rs_goals_typed(call, &typed, err));
    RS_TRY(rs_session_catalog(call->session, &job.catalog, err));
    /* Without a store the catalogue's sizes alone decide: advice before any download. */
    const bool indexed = call->session->workspace.ptr && !rs_call_flag(call, "catalogue_only"),
               list = rs_call_flag(call, "known_goals");
    if (indexed && !list) RS_TRY(compare_pictures(call, err));
    if (indexed) RS_TRY(rs_session_store(call->session, RS_STORE_READ, false, &job.store, err));
    const rsift_status status = list      ? list_goals(call, &job, out, err)
                                : indexed ? aim(call, &job, &typed, out, err)
                                          : allocate(call, &job, &typed, out, err);
    rs_store_close(job.store);
    return status;
}

static const rs_verb_param params[] = {
    {.name = "goals",
     .option = "--goal",
     .kind = RS_PARAM_TEXTS,
     .argument = "WORD",
     .help = "a task, skill, task/skill, benchmark or dataset, or a file of goals (.yaml); with :3 "
             "its share; may be given again; default: everything alike",
     .list = RS_LIST_GOALS},
    {.name = "benchmarks",
     .option = "--for",
     .kind = RS_PARAM_TEXTS,
     .argument = "NAME",
     .help = "a benchmark to do well on: its own training or development questions where they are "
             "indexed, else its tasks and skills; with :2 its share"},
    {.name = "like",
     .option = "--like",
     .kind = RS_PARAM_TEXTS,
     .argument = "WHAT",
     .help = "examples to aim at: a file, or indexed data as NAME or NAME@SPLIT; with :0.5 its "
             "share; may be given again"},
    {.name = "signals",
     .option = "--signals",
     .kind = RS_PARAM_TEXT,
     .argument = "FILE",
     .help = "numbers per sample or picture, .csv, .tsv or .parquet, for --gate and --weight "
             "(docs/signals.md)"},
    {.name = "gates",
     .option = "--gate",
     .kind = RS_PARAM_TEXTS,
     .argument = "TEST",
     .help = "only samples whose column passes, like 'clip>=0.2'; may be given again"},
    {.name = "weights",
     .option = "--weight",
     .kind = RS_PARAM_TEXTS,
     .argument = "NAME",
     .help = "draw by a column, NAME:low or NAME:middle for other directions, or by loss-ratio, "
             "votes, coincide, leverage; may be given again"},
    {.name = "missing",
     .option = "--missing",
     .kind = RS_PARAM_TEXT,
     .argument = "WORD",
     .help = "samples without a value of a gate or weight: keep them, or drop them",
     .words = "keep|drop",
     .fallback = "keep"},
    {.name = "diverse",
     .option = "--diverse",
     .help =
         "inside a form and answer, samples of many kinds of picture: clusters of their hashes, "
         "or of --embeddings"},
    {.name = "trust_answers",
     .option = "--trust-answers",
     .help = "do not draw samples less often whose answer pictures of a like look do not confirm; "
             "no picture is read then"},
    {.name = "embeddings",
     .option = "--embeddings",
     .kind = RS_PARAM_TEXT,
     .argument = "FILE",
     .help =
         "with --diverse: vectors of pictures, .npy with --ids, or .parquet with the columns id "
         "and embedding"},
    {.name = "ids",
     .option = "--ids",
     .kind = RS_PARAM_TEXT,
     .argument = "FILE",
     .help = "a line per row of a .npy: hash of the picture's bytes, sample id, or path"},
    RS_API_PROTECT_PARAM,
    RS_API_LICENCE_PARAM,
    {.name = "budget",
     .option = "--budget",
     .kind = RS_PARAM_TEXT,
     .argument = "N",
     .help = "samples (20000, 50k, 2M), pictures (5000images), or tokens of --model (50Mtokens)",
     .fallback = "100k",
     .or_integer = true},
    {.name = "model",
     .option = "--model",
     .kind = RS_PARAM_TEXT,
     .argument = "M",
     .help = "of a budget in tokens: whose tokens, of texts and pictures",
     .list = RS_LIST_MODELS},
    {.name = "min_pixels",
     .option = "--min-pixels",
     .kind = RS_PARAM_NUMBER,
     .argument = "N",
     .help = "of a picture in its training run; default: the model's own",
     .least = 1,
     .most = 1e9},
    {.name = "max_pixels",
     .option = "--max-pixels",
     .kind = RS_PARAM_NUMBER,
     .argument = "N",
     .help = "of a picture in its training run; default: the model's own",
     .least = 1,
     .most = 1e9},
    {.name = "gsd_m",
     .option = "--gsd",
     .kind = RS_PARAM_TEXT,
     .argument = "A:B",
     .help = "metres per pixel, from A to B"},
    {.name = "sensors",
     .option = "--sensors",
     .kind = RS_PARAM_TEXTS,
     .argument = "S",
     .help = "kinds of imagery (taxonomy/sensors.yaml)"},
    {.name = "runs",
     .option = "--runs",
     .kind = RS_PARAM_TEXT,
     .argument = "FILE",
     .help = "mixtures that you trained on, with their scores (runs.csv of `rsift mixtures`)"},
    {.name = "own",
     .option = "--own",
     .kind = RS_PARAM_TEXTS,
     .argument = "B=S",
     .help = "with --runs: source S is of benchmark B's own kind; may be given again"},
    {.name = "losses",
     .option = "--losses",
     .help = "with --runs: the scores are losses, less is better"},
    RS_API_SEED_PARAM("of the recipe"),
    {.name = "recipe",
     .option = "-o",
     .kind = RS_PARAM_TEXT,
     .argument = "FILE",
     .help = "write the recipe there"},
    {.name = "pictures",
     .option = "--pictures",
     .kind = RS_PARAM_INTEGER,
     .argument = "K",
     .help = "no picture gives more than one in K samples while others can serve; 0: any number",
     .fallback = "100",
     .least = 0,
     .most = 9007199254740992.0},
    {.name = "epochs",
     .option = "--epochs",
     .kind = RS_PARAM_INTEGER,
     .argument = "N",
     .help = "uses of a sample at most, where its form has fewer than its share; "
             "default: 4 with --budget, else 1",
     .least = 1,
     .most = RS_AIM_EPOCHS},
    {.name = "general",
     .option = "--general",
     .kind = RS_PARAM_TEXT,
     .argument = "[NAME:]SHARE",
     .help = "share of the budget for data that is not aimed at the goals, drawn alike from "
             "every dataset, or from the one named"},
    {.name = "known_goals",
     .option = "--goals",
     .help = "lists what --goal can name, with how many usable samples it finds"},
    {.name = "html",
     .option = "--html",
     .kind = RS_PARAM_TEXT,
     .argument = "FILE",
     .help = "write a page that shows and explains it, with sliders for budget and shares"},
    {.name = "catalogue_only",
     .option = "--catalogue-only",
     .help = "what to download, even if something is indexed"},
    {.name = "max_download",
     .option = "--max-download",
     .kind = RS_PARAM_TEXT,
     .argument = "SIZE",
     .help = "all downloads together (50GB); a dataset whose size nobody knows is left out then"},
    {.name = "max_datasets",
     .option = "--max-datasets",
     .kind = RS_PARAM_INTEGER,
     .argument = "N",
     .help = "to download at most; default: as many as are worth it",
     .least = 1,
     .most = 1000},
    {.name = "all",
     .option = "--all",
     .help = "print every dataset that was left out, with its reason",
     .command_only = true},
};
static const char *const examples[] = {
    "rsift recommend --goal vqa --goal counting --budget 50k -o recipe.yaml",
    "rsift recommend --goal DOTA --protect DOTA --license any --gsd 0.1:1",
    "rsift recommend --like dev.json --budget 20k -o recipe.yaml --html advice.html",
    "rsift recommend --like dev.json --budget 50Mtokens --model qwen2.5-vl -o recipe.yaml",
    "rsift recommend --like dev.json --signals scores.csv --gate 'clip>=0.2' --weight loss-ratio",
    "rsift recommend --catalogue-only --goal change-caption --budget 10000images",
    "rsift recommend --catalogue-only --goal vqa:3,caption --max-download 50GB --all",
    NULL};

const rs_verb rs_verb_recommend = {
    .name = "recommend",
    .summary = "which samples to train on, or what to download, with reasons",
    .usage = "recommend [--goal WORD]... [--budget N] [-o FILE]",
    .about = "Of what is indexed it chooses samples one by one, and the recipe names them. What to "
             "aim at is said in words (--goal: a task or a skill, which questions are tagged "
             "with) or shown by examples (--like: a small dev set, or part of an indexed dataset, "
             "which every sample is compared with by what it asks and answers). Before any "
             "download, or with --catalogue-only, it says what to download: few datasets, each of "
             "which can be had and read today and adds more than it costs; there every reason is "
             "marked measured, catalogue or assumed. It is a choice by rules, not a measurement "
             "of training success: docs/recommendation.md. Exit code 1 when a form of question is "
             "served by fewer than 50 pictures.",
    .examples = examples,
    .answer =
        "`called basis{indexed catalogue} unit budget allocated seed goals[] protect[] "
        "licence_filter rows[]{dataset samples share_permille indexed why reasons[]{text "
        "basis{measured catalogue assumed}} entries[]{task skill gsd samples supply gain_permille} "
        "adds_permille without_permille cost_permille first may_leak_into[] licence bytes released "
        "readable links[]} goals_served[]{goal share samples supply datasets own{dataset samples "
        "left_out} evidence[]{benchmark trained_on model metric score source}} n_unserved "
        "covered_permille cost{per_dataset_permille per_gb_permille "
        "unknown_counts_as_bytes} limits{bytes datasets} compare{worth_percent{allocation "
        "proportional uniform sqrt stratified unimax random} rules[]{rule worth_percent downloads "
        "bytes_known sizes_unknown} rows[]{dataset allocation proportional uniform sqrt stratified "
        "unimax random}} left_out[]{dataset reason} download[]{dataset would_take adds_permille "
        "cost_permille training_samples may_leak_into[] licence bytes released readable "
        "links[]}`; `bytes` is absent where nobody knows it; `adds_permille`, `without_permille`, "
        "`cost_permille`: of what all datasets together would cover; `-o` also writes the recipe. "
        "With --like, `called` is `aim`: "
        "`aimed filled copies different epochs covered_permille usable without_text not_hashed "
        "several n_unserved "
        "forms[]{like form questions[] share_permille examples supply pictures samples different "
        "repeats wanted covered_permille random served n_answers answers[]{answer examples supply "
        "samples} "
        "n_lacking lacks[]{answer supply lacks} chosen[]{question answer dataset sample_id "
        "picture}} rows[]{dataset samples different aimed filled copies usable gain_permille "
        "irreplaceable "
        "value_permille licence origin indexed_samples evaluation leaks faulty unresolved "
        "may_leak} considered refused[]{reason text samples} compare{covered_permille{allocation "
        "proportional uniform sqrt unimax stratified random} rows[]{dataset allocation ...} "
        "forms[]{form allocation ...}}` `agreement{pictures pictures_unread too_many judged "
        "share_permille}` (questions whose answer was "
        "held against those of pictures of a like look, and how many of these answer alike) "
        "and a file of samples beside the recipe; `filled`: budget "
        "that no form could use, `random`: what a random draw would give the form, `wanted`: its "
        "share of the budget without limits of supply, `gain_permille`: coverage lost without the "
        "dataset, `different`: of the samples, which may be used up to `epochs` times (`repeats`: "
        "the most of "
        "a form), `considered` = `different` + all of `refused`; `download[]` as above, for "
        "goals in words. With --signals, `signals{file "
        "hash "
        "missing{keep drop} rows unknown ambiguous wrong_length repeated contradicting samples "
        "left_out columns[]{column numbers no_number} gates[]{gate with_value without_value "
        "failed} weights[]{weight with_value without_value}}`: rows of the file and what they are "
        "good for, `samples` that have a row, `left_out` by gates",
    .use = RS_MAY_READ,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .run = run};
