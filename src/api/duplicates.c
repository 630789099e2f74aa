/* duplicates: samples that are exactly the same, and pictures that nearly are. */
#include "api/wall.h"

#include "decide/duplicates.h"
#include "decide/keep.h"
#include "overlap/duplicates.h"
#include "overlap/embedding.h"

/* The vectors of --embeddings as pairs; *out NULL where none are given. */
static rsift_status read_vectors(rs_call *call, rs_store *store, rs_duplicates_vectors *counts,
                                 const rs_duplicates_vectors **out, rsift_error *err)
{
    static const double usual = 0.95;
    *out = NULL;
    if (!rs_call_given(call, "embeddings")) return RSIFT_OK;
    const rs_embedding_job job = {.session = call->session,
                                  .store = store,
                                  .file = rs_call_str(call, "embeddings"),
                                  .ids = rs_call_given(call, "ids") ? rs_call_str(call, "ids")
                                                                    : RS_STR(""),
                                  .cosine = rs_call_number(call, "cosine", usual)};
    *out = counts;
    return rs_overlap_embedding(&job, counts, err);
}

/* Compares what is not compared yet, and decides. */
static rsift_status decide(rs_call *call, rs_pool_call *pool, int64_t *n, rsift_error *err)
{
    unsigned radius = 0;
    rs_duplicates_vectors counts;
    const rs_duplicates_vectors *vectors = NULL;
    if (rs_call_flag(call, "near")) {
        RS_TRY(rs_overlap_duplicates(call->session, pool->store, &radius, err));
        RS_TRY(read_vectors(call, pool->store, &counts, &vectors, err));
    }
    const rs_duplicates_job job = {.store = pool->store,
                                   .catalog = pool->catalog,
                                   .datasets = rs_call_texts(call, "datasets"),
                                   .near = rs_call_flag(call, "near"),
                                   .keep = rs_call_texts(call, "keep"),
                                   .score = rs_call_number(call, "score", 0),
                                   .radius = (int)radius,
                                   .vectors = vectors};
    return rs_decide_duplicates(&job, &pool->json, n, err);
}

static rsift_status run(rs_call *call, rsift_answer *out, rsift_error *err)
{
    rs_pool_call pool;
    int64_t n = 0;
    rsift_status status = rs_api_pool_begin(call, RS_STORE_DECIDE, &pool, err);
    if (status == RSIFT_OK && rs_call_given(call, "html") && !rs_call_flag(call, "near"))
        status =
            rs_err_set(err, RSIFT_E_ARG, "the page of html shows near pairs: give --near, too");
    if (status == RSIFT_OK && rs_call_given(call, "embeddings") && !rs_call_flag(call, "near"))
        status = rs_err_set(err, RSIFT_E_ARG, "embeddings are of near pairs: give --near, too");
    if (status == RSIFT_OK) status = decide(call, &pool, &n, err);
    if (status == RSIFT_OK) status = rs_api_wall(call, &pool, RS_WALL_DUPLICATES, err);
    return rs_api_pool_end(&pool, status, n, out, err);
}

static const rs_verb_param params[] = {
    {.name = "datasets",
     .kind = RS_PARAM_TEXTS,
     .argument = "ID",
     .help = "show the groups that touch these; default: all"},
    {.name = "near",
     .option = "--near",
     .help = "also pictures that show the same, turned, recompressed or resized"},
    {.name = "keep",
     .option = "--keep",
     .kind = RS_PARAM_TEXTS,
     .argument = "WORD",
     .help = "with --near: which picture of a group stays, by these in this order, then by id",
     .fallback = RS_KEEP_WORDS},
    {.name = "score",
     .option = "--score",
     .kind = RS_PARAM_NUMBER,
     .argument = "S",
     .help = "with --near: the least correlation of perceptual pairs; two dates of one place that "
             "changed little reach 0.8",
     .fallback = "0.7",
     .least = 0,
     .most = 1},
    {.name = "embeddings",
     .option = "--embeddings",
     .kind = RS_PARAM_TEXT,
     .argument = "FILE",
     .help = "with --near: vectors of pictures, .npy with --ids, or .parquet with the columns id "
             "and embedding"},
    {.name = "ids",
     .option = "--ids",
     .kind = RS_PARAM_TEXT,
     .argument = "FILE",
     .help = "a line per row of a .npy: hash of the picture's bytes, sample id, or path"},
    {.name = "cosine",
     .option = "--cosine",
     .kind = RS_PARAM_NUMBER,
     .argument = "C",
     .help = "from which cosine on two vectors are a pair",
     .fallback = "0.95",
     .least = 0.5,
     .most = 1},
    RS_API_WALL_PARAMS,
};
static const char *const examples[] = {"rsift duplicates", "rsift duplicates rsicd ucm-captions",
                                       "rsift duplicates --near --keep protected,size,licence",
                                       "rsift duplicates --near --html duplicates.html", NULL};

const rs_verb rs_verb_duplicates = {
    .name = "duplicates",
    .summary = "samples and pictures that repeat, and which one stays",
    .usage = "duplicates [--near] [ID...] [--html FILE]",
    .about = "Compares all indexed samples; with IDs, shows the groups that touch these datasets. "
             "--near also compares pictures by what they show, as far as `rsift hash` has hashed "
             "them: a group is one picture that stays (protected before the rest, human-written "
             "before mixed, template and LLM-written annotations, the largest, the most open) and "
             "those that were each proved to be the same as it. The answer says how many pictures "
             "were looked at, and why others were not. `rsift mix` drops duplicates by itself "
             "(docs/duplicates-and-leaks.md). Exit code 1 when there are any.",
    .examples = examples,
    .answer =
        "`n_duplicates pairs[]{kept_in repeated_in samples example_kept example_repeated} "
        "largest[]{survivor dataset size example}`; all pairs: table `overlap`, kind "
        "`duplicate`, `a` stays. With --near also `near{keep[] radius embeddings{cosine rows "
        "used unknown wrong_length not_finite repeated pairs} pictures looked_at clusters "
        "repeated samples same_samples not_checked[]{dataset reason pictures} "
        "by_method[]{method pictures} same_files[]{dataset other pictures} pairs[]{kept_in "
        "repeated_in pictures samples method "
        "example_kept example_repeated} largest[]{picture dataset path size} "
        "examples[]{kept kept_in kept_path repeated repeated_in repeated_path method "
        "transform distance score evidence}}`: `repeated` pictures in `clusters`, `samples` "
        "about all pictures of the clusters, `same_samples` of them that ask and answer the "
        "same as one that stays; `same_files`: pictures that two datasets have as files of "
        "equal bytes, which count once in all else; `radius`: bits within which perceptual hashes "
        "were compared; "
        "`embeddings` counts the rows of the file: `unknown` ids, rows of another length or "
        "with NaN, and further rows of a picture are not used; pictures are named by the hash of "
        "their bytes "
        "(`asset.content_hash`). All pairs: kinds `near-duplicate` (pictures) and "
        "`near-duplicate-sample`; and `texts{n_near captions[]{dataset pictures captions "
        "spelled distinct repeating} pairs[]{kept_in repeated_in samples example_kept "
        "example_repeated evidence} not_checked[]{dataset samples}}`: captions of pictures "
        "that have several, those different but for spelling, and but for one word; samples "
        "that repeat another of the same picture, kind `near-duplicate-text`",
    .use = RS_WRITES,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .run = run};
