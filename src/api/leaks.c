/* leaks: training samples that show a benchmark's pictures. */
#include "api/wall.h"

#include "decide/decide.h"
#include "overlap/leaks.h"

/* The question that the options ask. `--between A B` is a list of one and a name of its own. */
static rsift_status read_question(const rs_call *call, rs_leak_question *out, rsift_error *err)
{
    const rs_texts between = rs_call_texts(call, "between");
    const rs_str with = rs_call_str(call, "with");
    *out = (rs_leak_question){.protect = rs_call_texts(call, "protect")};
    if (between.n == 0 && !with.ptr) return RSIFT_OK;
    if (between.n + (with.ptr != NULL) != 2)
        return rs_err_set(err, RSIFT_E_ARG,
                          "a name stands behind --between only, which "
                          "needs two: --between A B; else --protect ID");
    if (out->protect.n)
        return rs_err_set(err, RSIFT_E_ARG, "--between and --protect are two questions");
    out->between[0] = between.n ? between.items[0] : with;
    out->between[1] = between.n == 2 ? between.items[1] : with;
    if (rs_str_eq(out->between[0], out->between[1]))
        return rs_err_set(err, RSIFT_E_ARG,
                          "--between needs two sets of data; two splits of one are NAME@SPLIT, its "
                          "repeated pictures are what `rsift duplicates` finds");
    return RSIFT_OK;
}

static rs_overlap_crops read_crops(const rs_call *call)
{
    const rs_str word = rs_call_str(call, "crops");
    if (rs_str_eq(word, RS_STR("all"))) return RS_CROPS_ALL;
    return rs_str_eq(word, RS_STR("none")) ? RS_CROPS_NONE : RS_CROPS_AUTO;
}

static rsift_status run(rs_call *call, rsift_answer *out, rsift_error *err)
{
    rs_pool_call pool;
    rs_overlap_leaks_job job = {.session = call->session, .crops = read_crops(call)};
    int64_t n = 0;
    RS_TRY(read_question(call, &job.question, err));
    rsift_status status = rs_api_pool_begin(call, RS_STORE_DECIDE, &pool, err);
    job.store = pool.store;
    job.catalog = pool.catalog;
    if (status == RSIFT_OK) status = rs_overlap_leaks(&job, err);
    if (status == RSIFT_OK)
        status = rs_decide_leaks(pool.store, pool.catalog, &job.question, &pool.json, &n, err);
    if (status == RSIFT_OK) status = rs_api_wall(call, &pool, RS_WALL_LEAKS, err);
    return rs_api_pool_end(&pool, status, n, out, err);
}

static const rs_verb_param params[] = {
    {.name = "with",
     .kind = RS_PARAM_TEXT,
     .argument = "B",
     .help = "behind --between A: the data that is compared with A"},
    {.name = "protect",
     .option = "--protect",
     .kind = RS_PARAM_TEXTS,
     .argument = "ID",
     .help = "a benchmark or dataset; may be given again; default: every known one"},
    {.name = "between",
     .option = "--between",
     .kind = RS_PARAM_TEXTS,
     .argument = "A",
     .help = "instead: what of A shows in B; each a dataset, a release or NAME@SPLIT"},
    {.name = "crops",
     .option = "--crops",
     .kind = RS_PARAM_TEXT,
     .argument = "WHICH",
     .fallback = "auto",
     .words = "auto|all|none",
     .help = "look for pieces: where lineage or a first sample shows some, everywhere, nowhere"},
    RS_API_WALL_PARAMS,
};

static const char *const examples[] = {"rsift leaks",
                                       "rsift leaks --protect DOTA --protect rsvqa-lr",
                                       "rsift leaks --between dior-rsvg@train dior-rsvg@test",
                                       "rsift leaks --crops all --html leaks.html", NULL};

const rs_verb rs_verb_leaks = {
    .name = "leaks",
    .summary = "training samples that show a benchmark's pictures",
    .usage = "leaks [--protect ID]... [--between A B] [--crops WHICH] [--html F]",
    .about =
        "What of protected evaluation data shows in all other data, or with --between what of A "
        "shows "
        "in B. Methods, for each benchmark and each dataset of training data: bytes (equal files), "
        "pixels "
        "(equal after decoding, also turned or mirrored), perceptual (up to 31 of 256 bits apart "
        "in any of the 8 orientations, proved on thumbnails), crop (one is a piece of the other: "
        "pictures are read again, where lineage or a first sample "
        "makes it likely), "
        "lineage (names by which descendants know the same picture, crop or scene). pixels and "
        "perceptual need `rsift hash` on both sides; what was compared before is not compared "
        "again. For each benchmark and method: how many of its pictures are here, with how many "
        "training pictures of other datasets each was compared, and a verdict: clean, leaks, PART "
        "CHECKED or NOT CHECKED. Clean is said only where all pictures were compared with all: "
        "bytes need the files of both sides in one format, lineage needs names of one key space on "
        "both sides (DOTA/P0001), or a catalogue that traces both to different imagery. Flat "
        "pictures (calm water, no data, a logo on either) cannot be told apart by perceptual: of a "
        "benchmark's, those are counted apart (flat) beside which the training data has flat ones "
        "too, and the others are decided. "
        "The answer says why less was compared. Exit code 1 when there are leaks.",
    .examples = examples,
    .answer =
        "`n_leaks benchmarks[]{benchmark dataset samples pictures found keyed content lineage "
        "leaks image crop scene own} methods[]{benchmark dataset method pictures here compared "
        "training n_leaks undecided verdict radius} candidates[]{dataset pictures hashed keyed} "
        "not_compared[]{"
        "method reason text name pictures benchmarks[]} pairs[]{benchmark dataset own level "
        "samples evidence example "
        "example_of method} checks[]{benchmark dataset pool own method pictures training looked_at "
        "n_leaks undecided verdict why} matrix[]{dataset pool own leaks image crop scene text "
        "compared_whole} not_indexed[]{benchmark dataset content lineage} possible[]{benchmark "
        "dataset source}`. `content` (bytes) and `lineage` are `clean`, `leaks N`, `PART CHECKED` "
        "or `NOT CHECKED`. `here`: pictures whose file (bytes) or name (lineage) is known here; "
        "`compared` of `training`: with how many training pictures of other datasets each of them "
        "was compared, on average. `undecided`: pictures that are hashed and flat, of which "
        "perceptual says nothing, since training data has flat ones too. `leaks N` is a lower "
        "bound where that is not all. `reason`: of "
        "a benchmark (`name`) `benchmark-missing`, `benchmark-unnamed`, `nothing-else`; of a "
        "training dataset `training-missing`, `format`, `unnamed`; of hashes and pieces "
        "`benchmark-unhashed`, `training-unhashed`, `benchmark-unseen`, `training-unseen`, "
        "`not-asked`. `checks`: by dataset of training data (`pool`; `NAME (own)` is one's own "
        "data "
        "under a release's id), `looked_at` pictures of the benchmark were compared with all of "
        "it, `why` not more were. `matrix`: dataset by dataset, `compared_whole` methods looked at "
        "all. `own`: the "
        "dataset's "
        "own official training samples, not in `leaks`. Evaluation data that no named benchmark of "
        "its "
        "dataset covers is listed as `ID (rest)`, or `ID` when the dataset has none. All pairs: "
        "table `overlap`, kind `leak`",
    .use = RS_WRITES,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .run = run};
