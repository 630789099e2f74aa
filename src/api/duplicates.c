/* duplicates: samples that are exactly the same. */
#include "api/pool.h"

#include "decide/decide.h"

static rsift_status run(rs_call *call, rsift_answer *out, rsift_error *err)
{
    rs_pool_call pool;
    int64_t n = 0;
    rsift_status status = rs_api_pool_begin(call, RS_STORE_DECIDE, &pool, err);
    if (status == RSIFT_OK)
        status = rs_decide_duplicates(pool.store, pool.catalog, rs_call_texts(call, "datasets"),
                                      &pool.json, &n, err);
    return rs_api_pool_end(&pool, status, n, out, err);
}

static const rs_verb_param params[] = {
    {.name = "datasets",
     .kind = RS_PARAM_TEXTS,
     .argument = "ID",
     .help = "show the groups that touch these; default: all"},
};
static const char *const examples[] = {"rsift duplicates", "rsift duplicates rsicd ucm-captions",
                                       NULL};

const rs_verb rs_verb_duplicates = {
    .name = "duplicates",
    .summary = "samples that are exactly the same, and which one stays",
    .usage = "duplicates [ID...]",
    .about = "Compares all indexed samples; with IDs, shows the groups that touch these datasets. "
             "`rsift mix` drops duplicates by itself. Exit code 1 when there are any.",
    .examples = examples,
    .answer = "`n_duplicates pairs[]{kept_in repeated_in samples example_kept example_repeated} "
              "largest[]{survivor dataset size example}`; all pairs: table `overlap`, kind "
              "`duplicate`, `a` stays",
    .use = RS_WRITES,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .run = run};
