/* resplit: a split of which no side shows a picture of another. */
#include "api/file.h"
#include "api/pool.h"

#include "base/num.h"
#include "decide/resplit.h"
#include "overlap/duplicates.h"

/* "train=0.8": a name and a share. */
static rsift_status read_share(rs_str text, rs_resplit_share *out, rsift_error *err)
{
    char quoted[RS_QUOTE_SIZE];
    const size_t at = rs_str_find_char(text, '=');
    if (at != RS_NPOS && at > 0 && rs_num_double(rs_str_sub(text, at + 1, text.len), &out->share) &&
        out->share >= 0 && out->share <= 1) {
        out->name = rs_str_sub(text, 0, at);
        return RSIFT_OK;
    }
    return rs_err_set(err, RSIFT_E_ARG, "expected NAME=SHARE, a share from 0 to 1, found \"%s\"",
                      rs_err_quote(quoted, text));
}

/* The shares of --share, which are all of the samples. */
static rsift_status read_shares(rs_texts texts, rs_resplit_share *out, rsift_error *err)
{
    double sum = 0;
    if (texts.n > RS_RESPLIT_MOST_SPLITS)
        return rs_err_set(err, RSIFT_E_LIMIT, "at most %d splits", RS_RESPLIT_MOST_SPLITS);
    for (size_t i = 0; i < texts.n; i++) {
        RS_TRY(read_share(texts.items[i], &out[i], err));
        for (size_t k = 0; k < i; k++)
            if (rs_str_eq(out[k].name, out[i].name))
                return rs_err_set(err, RSIFT_E_ARG, "%.*s has two shares", RS_STR_ARG(out[i].name));
        sum += out[i].share;
    }
    if (texts.n && (sum < 0.999 || sum > 1.001))
        return rs_err_set(err, RSIFT_E_ARG, "the shares add up to %g, expected 1", sum);
    return RSIFT_OK;
}

/* Makes the split and writes its file. */
static rsift_status run(rs_call *call, rsift_answer *out, rsift_error *err)
{
    rs_resplit_share shares[RS_RESPLIT_MOST_SPLITS];
    const rs_texts texts = rs_call_texts(call, "shares");
    rs_pool_call pool;
    rs_buf csv = {0};
    int64_t n_moved = 0;
    rsift_status status = read_shares(texts, shares, err);
    if (status != RSIFT_OK) return rs_err_within(err, status, "resplit > shares");
    status = rs_api_pool_begin(call, RS_STORE_DECIDE, &pool, err);
    const rs_resplit_job job = {.store = pool.store,
                                .catalog = pool.catalog,
                                .dataset = rs_call_str(call, "dataset"),
                                .scheme = rs_call_str(call, "scheme"),
                                .seed = (uint64_t)rs_call_integer(call, "seed", 0),
                                .shares = shares,
                                .n_shares = texts.n,
                                .by_scene = rs_call_flag(call, "scenes")};
    if (status == RSIFT_OK) status = rs_overlap_duplicates(call->session, pool.store, NULL, err);
    if (status == RSIFT_OK) status = rs_decide_resplit(&job, &csv, &pool.json, &n_moved, err);
    if (status == RSIFT_OK) status = rs_api_write_file(rs_call_text(call, "file"), &csv, err);
    rs_buf_fini(&csv);
    return rs_api_pool_end(&pool, status, 0, out, err);
}

static const rs_verb_param params[] = {
    {.name = "dataset",
     .kind = RS_PARAM_TEXT,
     .argument = "ID",
     .help = "an indexed dataset",
     .required = true},
    {.name = "file",
     .option = "-o",
     .kind = RS_PARAM_TEXT,
     .argument = "FILE",
     .help = "write the split there, as CSV",
     .required = true},
    {.name = "shares",
     .option = "--share",
     .kind = RS_PARAM_TEXTS,
     .argument = "NAME=S",
     .help = "train=0.8,test=0.2: the share of the samples of each split; default: as they are"},
    {.name = "scheme",
     .option = "--scheme",
     .kind = RS_PARAM_TEXT,
     .argument = "NAME",
     .help = "the official split, where the dataset has several"},
    {.name = "seed",
     .option = "--seed",
     .kind = RS_PARAM_INTEGER,
     .argument = "N",
     .help = "which groups are moved",
     .fallback = "0",
     .least = 0,
     .most = 9007199254740992.0},
    {.name = "scenes",
     .option = "--scenes",
     .help = "keep together what lineage knows as crops of one picture or scene"},
};
static const char *const examples[] = {
    "rsift resplit dior-rsvg -o dior-rsvg.csv",
    "rsift resplit mine --share train=0.8,val=0.1,test=0.1 --seed 7 -o mine.csv", NULL};

const rs_verb rs_verb_resplit = {
    .name = "resplit",
    .summary = "a split of which no side shows a picture of another",
    .usage = "resplit ID [--share train=0.8,test=0.2] -o FILE",
    .about =
        "For a dataset whose official split is not by picture: all samples about pictures that "
        "show the same go to one side. The same are pictures of equal bytes or one name, those "
        "that a sample shows together, and what their hashes show (`rsift hash`): equal pixels, "
        "perceptual pairs, also by way of another dataset, and crops that are known; the answer "
        "says how many pictures were hashed. A group that lies in one official split stays there, "
        "one in several "
        "goes where most of its samples are, so that as little as possible changes; shares are "
        "then reached by moving groups that the seed chooses. The same data and seed always give "
        "the same file. A recipe reads it: `split_files: [FILE]`, `splits: [resplit/train]` "
        "(docs/recipe.md).",
    .examples = examples,
    .answer =
        "`dataset scheme seed samples moved pictures by_bytes hashed clusters clusters_in_several "
        "pictures_in_several_before pictures_in_several_after joined_by{pixels perceptual "
        "embedding crop lineage} splits[]{split samples_before samples pictures_before pictures}`: "
        "`moved` samples are in another split than officially; pictures `in_several` splits by "
        "themselves or by another of their group; `by_bytes` pictures whose bytes are known (the "
        "rest goes by name), `hashed` of them those that can be compared by what they show; "
        "`joined_by` counts the pictures that this joined. FILE: a row per sample, `sample_id "
        "split "
        "was cluster original_id picture`",
    .use = RS_WRITES,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .run = run};
