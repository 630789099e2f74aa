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
    .about = "Two methods: equal bytes of pictures, and lineage (names by which descendants know "
             "the same picture, crop or scene). For each benchmark and method: clean, leaks n, or "
             "NOT CHECKED (pictures absent, or no names known). Exit code 1 when there are leaks.",
    .examples = examples,
    .answer = "`n_leaks benchmarks[]{benchmark dataset samples pictures found keyed content "
              "lineage leaks image crop scene own} candidates[]{pictures hashed keyed} "
              "pairs[]{benchmark dataset own level samples evidence example example_of} "
              "not_indexed[]{benchmark dataset content lineage} possible[]{benchmark dataset "
              "source}`. `content` and `lineage` are `clean`, `clean N of M` (M pictures, N could "
              "be compared), `leaks N` or `NOT CHECKED`; `own`: the dataset's own training "
              "samples, not in `leaks`. Evaluation data that no named benchmark of its dataset "
              "covers is listed as `ID (rest)`, or `ID` when the dataset has none. All pairs: "
              "table `overlap`, kind `leak`",
    .use = RS_WRITES,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .run = run};
