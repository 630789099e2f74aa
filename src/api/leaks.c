/* leaks: training samples that show a benchmark's pictures. */
#include "api/pool.h"

#include "decide/decide.h"

static rsift_status run(rs_call *call, rsift_answer *out, rsift_error *err)
{
    rs_pool_call pool;
    int64_t n = 0;
    rsift_status status = rs_api_pool_begin(call, RS_STORE_DECIDE, &pool, err);
    if (status == RSIFT_OK)
        status = rs_decide_leaks(pool.store, pool.catalog, rs_call_texts(call, "protect"),
                                 &pool.json, &n, err);
    return rs_api_pool_end(&pool, status, n, out, err);
}

static const rs_verb_param params[] = {
    {.name = "protect",
     .option = "--protect",
     .kind = RS_PARAM_TEXTS,
     .argument = "ID",
     .help = "a benchmark or dataset; may be given again; default: every known one"},
};
static const char *const examples[] = {"rsift leaks",
                                       "rsift leaks --protect DOTA --protect rsvqa-lr", NULL};

const rs_verb rs_verb_leaks = {
    .name = "leaks",
    .summary = "training samples that show a benchmark's pictures",
    .usage = "leaks [--protect ID]...",
    .about =
        "Two methods: equal bytes of pictures, and lineage (names by which descendants know the "
        "same picture, crop or scene). For each benchmark and method: clean, leaks n, or NOT "
        "CHECKED. A method calls clean only what it could look at: bytes need the pictures of both "
        "sides in one file format, lineage needs names of one key space on both sides "
        "(DOTA/P0001), or a catalogue "
        "that traces both to different imagery. Exit code 1 when there are leaks.",
    .examples = examples,
    .answer =
        "`n_leaks benchmarks[]{benchmark dataset samples pictures found keyed content lineage "
        "leaks image crop scene own} methods[]{benchmark dataset method pictures looked_at n_leaks "
        "result} candidates[]{dataset pictures hashed keyed} not_compared[]{method dataset "
        "pictures benchmarks[]} pairs[]{benchmark dataset own level samples evidence example "
        "example_of} not_indexed[]{benchmark dataset content lineage} possible[]{benchmark "
        "dataset source}`. `content` (bytes), `lineage` and `result` are `clean`, `leaks N`, `NOT "
        "CHECKED` or `NOT CHECKED N of M` (N of the M pictures were not compared with all "
        "training pictures); `leaks N` is a lower bound where `looked_at` is below `pictures`. "
        "`not_compared`: training pictures that a method could not look at: not here (`bytes`), in "
        "another file format (`format`), without a name in common (`lineage`). `own`: the "
        "dataset's "
        "own training samples, not in `leaks`. Evaluation data that no named benchmark of its "
        "dataset covers is listed as `ID (rest)`, or `ID` when the dataset has none. All pairs: "
        "table `overlap`, kind `leak`",
    .use = RS_WRITES,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .run = run};
