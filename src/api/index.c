/* index: plans a release, gives it a free release id in the workspace, reads it. */
#include "index/index.h"

#include "api/index_preview.h"
#include "api/index_report.h"
#include "api/unit.h"
#include "base/ascii.h"
#include "image/bands.h"
#include "index/release.h"

/* A sample has one id wherever its release lies: a second copy of a source would count it twice. */
static rsift_status refuse_copy(rs_store *store, const rs_plan *plan, rs_str root, rsift_error *err)
{
    rs_arg id = {.type = RS_ARG_STR, .str = plan->release_id};
    rs_result *result;
    RS_TRY(rs_store_query(
        store, RS_STR("SELECT DISTINCT source FROM reading WHERE release_id = $1 ORDER BY source"),
        &id, 1, &result, err));
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK) {
        rs_str there = rs_result_str(result, 0);
        /* A source that only one of the two has is no copy: the sources of a release may lie
         * in several folders. */
        for (size_t i = 0; i < plan->n_sources; i++) {
            if (!rs_str_eq(plan->sources[i].id, there)) continue;
            status = rs_err_set(
                err, RSIFT_E_ARG,
                "\"%.*s\" of %.*s is indexed already from %.*s: if that was moved, or "
                "this shall replace it, `rsift remove %.*s` first; else take another %s",
                RS_STR_ARG(there), RS_STR_ARG(plan->release_id), RS_STR_ARG(root),
                RS_STR_ARG(plan->dataset_id), plan->choice.reader.ptr ? "--name" : "--workspace");
            rs_result_close(result);
            return status;
        }
    }
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* Root of the release in the workspace, when it differs from the plan's; else ptr NULL. */
static rsift_status other_root(rs_store *store, rs_plan *plan, rs_str *root, rsift_error *err)
{
    rs_arg id = {.type = RS_ARG_STR, .str = plan->release_id};
    rs_result *result;
    *root = (rs_str){NULL, 0};
    RS_TRY(rs_store_query(store, RS_STR("SELECT root FROM release WHERE release_id = $1"), &id, 1,
                          &result, err));
    rsift_status status;
    while ((status = rs_result_next(result, err)) == RSIFT_OK)
        /* Copied, since the text of a result lives no longer than its row. */
        if (!rs_str_eq(rs_result_str(result, 0), plan->roots[0]))
            *root = rs_arena_str(&plan->arena, rs_result_str(result, 0));
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* Does the release hold a sample? A run that read nothing does not keep the name to itself. */
static rsift_status has_samples(rs_store *store, rs_str release_id, bool *out, rsift_error *err)
{
    rs_arg id = {.type = RS_ARG_STR, .str = release_id};
    rs_result *result;
    RS_TRY(rs_store_query(store, RS_STR("SELECT 1 FROM sample WHERE release_id = $1 LIMIT 1"), &id,
                          1, &result, err));
    rsift_status status = rs_result_next(result, err);
    *out = status == RSIFT_OK;
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

/* Through a store of its own, whose locks on the release end here. */
static rsift_status drop_release(rs_session *session, rs_str release_id, rsift_error *err)
{
    rs_store *parts;
    RS_TRY(rs_session_store(session, RS_STORE_PARTS, false, &parts, err));
    rsift_status status = rs_release_remove(parts, release_id, err);
    rs_store_close(parts);
    return status;
}

/* Other sources of a release may lie in another folder (train here, test there): their rows are
 * kept apart as "@zenodo" and "@zenodo-2". */
static rsift_status settle_release_id(rs_session *session, rs_plan *plan, rsift_error *err)
{
    rs_store *store;
    RS_TRY(rs_session_store(session, RS_STORE_READ, false, &store, err));
    rs_str base = plan->release_id;
    rsift_status status = RSIFT_OK;
    /* Each turn tries the next id; it ends at the first one that is free or lies at this
     * root, so a second run over the same folder finds its own id again. */
    for (int n = 2; status == RSIFT_OK; n++) {
        rs_str root;
        status = other_root(store, plan, &root, err);
        if (status != RSIFT_OK || !root.ptr) break;
        bool kept = true;
        status = has_samples(store, plan->release_id, &kept, err);
        if (status == RSIFT_OK && !kept) {
            status = drop_release(session, plan->release_id, err);
            break;
        }
        if (status == RSIFT_OK) status = refuse_copy(store, plan, root, err);
        if (status != RSIFT_OK) break;
        plan->release_id = rs_arena_printf(&plan->arena, "%.*s-%d", RS_STR_ARG(base), n);
        if (!plan->release_id.ptr) status = rs_err_nomem(err, "a plan");
    }
    rs_store_close(store);
    return status;
}

/* Parts of the release that do not prove are taken out and made again by this run. */
static rsift_status repair(rs_store *store, const rs_plan *plan, size_t *n, rsift_error *err)
{
    char name[RS_INDEX_RELEASE_NAME];
    rs_index_release_name(plan, name);
    return rs_release_repair(store, plan->release_id, rs_str_of(name), n, err);
}

/* Dataset ids become folder names and parts of sample ids. */
static rsift_status check_name(rs_str name, rsift_error *err)
{
    enum { LONGEST = 100 };
    if (!name.ptr) return RSIFT_OK;
    /* Options begin with '-', hidden folders and rsift's own with '.' and '_'. */
    bool good = name.len > 0 && name.len <= LONGEST && !memchr("-_.", name.ptr[0], 3);
    for (size_t i = 0; good && i < name.len; i++) {
        const char c = name.ptr[i];
        good = rs_ascii_is_lower(c) || rs_ascii_is_digit(c) || (c && strchr("-_.", c));
    }
    if (good) return RSIFT_OK;
    char quoted[RS_QUOTE_SIZE];
    rs_err_set(err, RSIFT_E_ARG,
               "expected a-z, 0-9, '-', '_' and '.', a letter or digit first, %d at most; found "
               "\"%s\"",
               LONGEST, rs_err_quote(quoted, name));
    return rs_err_within(err, RSIFT_E_ARG, "index > name");
}

/* Plans the release at a path, settles its id, indexes it and answers with the counts. */
static rsift_status run(rs_call *call, rsift_answer *out, rsift_error *err)
{
    const rs_texts readers = rs_call_texts(call, "params");
    rs_plan_choice choice = {.path = rs_call_str(call, "path"),
                             .dataset = rs_call_str(call, "dataset"),
                             .release = rs_call_str(call, "release"),
                             .reader = rs_call_str(call, "reader"),
                             .name = rs_call_str(call, "name"),
                             .images = rs_call_str(call, "images"),
                             .licence = rs_call_str(call, "licence"),
                             .role = rs_call_str(call, "role"),
                             .split = rs_call_str(call, "split"),
                             .encoding = rs_call_str(call, "encoding"),
                             .bands = rs_call_str(call, "bands"),
                             .params = readers.items,
                             .n_params = readers.n};
    rs_index_run_options options = {.no_text = rs_call_flag(call, "no_text"),
                                    .no_hash = rs_call_flag(call, "no_hash"),
                                    .no_signals = rs_call_flag(call, "no_signals")};
    /* What is cheap to refuse comes first: planning lists all files of the release. */
    rs_index_unit unit;
    RS_TRY(rs_api_read_unit(call, &unit, err));
    options.unit = unit.number;
    options.n_units = unit.of;
    options.hash = rs_call_flag(call, "hash");
    if (options.hash && options.no_hash)
        return rs_err_set(err, RSIFT_E_ARG,
                          "--hash needs the hashes of bytes that --no-hash leaves out");
    RS_TRY(check_name(choice.name, err));
    uint16_t bands[3];
    if (choice.bands.ptr && !rs_image_parse_bands(choice.bands, bands))
        return rs_err_set(err, RSIFT_E_ARG, "--bands is three numbers from 1, as 4,3,2");
    /* NULL is fine for the closing functions below, wherever the chain stops. */
    rs_plan *plan = NULL;
    rs_store *store = NULL;
    rs_index_report report;
    rsift_status status = rs_plan_make(call->session, &choice, &plan, err);
    if (rs_call_flag(call, "dry_run")) {
        if (status == RSIFT_OK) status = rs_api_index_dry_answer(plan, out, err);
        rs_plan_free(plan);
        return status;
    }
    /* The workspace is made before the id is settled, which reads in it. */
    if (status == RSIFT_OK)
        status = rs_session_store(call->session, RS_STORE_PARTS, true, &store, err);
    size_t n_repaired = 0;
    if (status == RSIFT_OK) status = repair(store, plan, &n_repaired, err);
    if (status == RSIFT_OK) status = settle_release_id(call->session, plan, err);
    if (status == RSIFT_OK)
        status = rs_index_run(call->session, store, plan, &options, &report, err);
    if (status == RSIFT_OK && options.n_units <= 1 && report.n_samples == 0)
        status = rs_api_index_refuse_empty(call->session, store, plan, err);
    report.n_repaired = n_repaired;
    if (status == RSIFT_OK)
        status = rs_api_index_answer(call->session, store, plan, &report, out, err);
    rs_store_close(store);
    rs_plan_free(plan);
    return status;
}

static const rs_verb_param params[] = {
    {.name = "path",
     .kind = RS_PARAM_TEXT,
     .argument = "PATH",
     .help = "the release: a folder, a file or an archive",
     .required = true},
    {.name = "dataset",
     .option = "--dataset",
     .kind = RS_PARAM_TEXT,
     .argument = "ID",
     .help = "dataset of the catalogue; default: what rsift scan finds"},
    {.name = "release",
     .option = "--release",
     .kind = RS_PARAM_TEXT,
     .argument = "ID",
     .help = "which of its releases; default: the one whose files are here"},
    {.name = "reader",
     .option = "--reader",
     .kind = RS_PARAM_TEXT,
     .argument = "R",
     .help = "your own data: its layout; default: the one that its files have",
     .list = RS_LIST_READERS},
    {.name = "name",
     .option = "--name",
     .kind = RS_PARAM_TEXT,
     .argument = "N",
     .help = "your own data, and the id it shall have; default: the folder's name"},
    {.name = "images",
     .option = "--images",
     .kind = RS_PARAM_TEXT,
     .argument = "PATH",
     .help = "folder or archive with the pictures, if elsewhere"},
    {.name = "licence",
     .option = "--licence",
     .kind = RS_PARAM_TEXT,
     .argument = "L",
     .help = "your own data: SPDX id, or open, research, restricted"},
    {.name = "role",
     .option = "--role",
     .kind = RS_PARAM_TEXT,
     .argument = "ROLE",
     .help = "your own data: for training or for evaluation",
     .words = "train|eval",
     .fallback = "train"},
    {.name = "split",
     .option = "--split",
     .kind = RS_PARAM_TEXT,
     .argument = "NAME",
     .help = "your own data: name of its split, or scheme/name"},
    {.name = "encoding",
     .option = "--encoding",
     .kind = RS_PARAM_TEXT,
     .argument = "E",
     .help = "of the release's texts, if not UTF-8: gbk, big5, utf-16, ..."},
    {.name = "bands",
     .option = "--bands",
     .kind = RS_PARAM_TEXT,
     .argument = "R,G,B",
     .help = "which bands are red, green and blue, from 1, of pictures with more than three"},
    {.name = "params",
     .option = "--param",
     .kind = RS_PARAM_TEXTS,
     .argument = "K=V",
     .help = "a parameter of the reader (docs/catalogue.md); may be given again",
     .keeps_commas = true},
    {.name = "dry_run",
     .option = "--dry-run",
     .help = "show what would be read, and one record as understood; write nothing"},
    {.name = "unit",
     .option = "--unit",
     .kind = RS_PARAM_TEXT,
     .argument = "I/N",
     .help = "do the I-th of N pieces of work; run all N anywhere, in any order"},
    {.name = "no_text",
     .option = "--no-text",
     .help = "leave texts out of the workspace (they stay in the release)"},
    {.name = "no_signals",
     .option = "--no-signals",
     .help =
         "do not tag questions (docs/tags.md); `recommend` then aims by the release's own task"},
    {.name = "no_hash",
     .option = "--no-hash",
     .help = "read picture headers only (faster; no exact duplicates)"},
    {.name = "hash",
     .option = "--hash",
     .help = "then decode and hash every picture, as rsift hash does, for leaks and duplicates"},
};
static const char *const examples[] = {
    "rsift index ~/data/RSVQA_LR",
    "rsift index VRSBench.zip --dataset vrsbench",
    "rsift index my.json --images ~/pics --name mine --licence CC-BY-4.0",
    "rsift index ~/my-tiles --dry-run",
    "sbatch --array=1-16 --wrap 'rsift index /data/dota --unit $SLURM_ARRAY_TASK_ID/16'",
    NULL};

const rs_verb rs_verb_index = {
    .name = "index",
    .summary = "reads a release into the workspace",
    .usage = "index PATH [--dataset ID | --name N [--reader R]]",
    .about = "Reads annotations and the headers and bytes of every picture; pictures stay where "
             "they are. Run it again after a stop: finished parts are kept. Others may query "
             "meanwhile.",
    .examples = examples,
    .answer =
        "`release_id dataset root pictures samples repaired sources sources_kept pending "
        "records{seen used "
        "merged skipped set_aside} findings{note warning serious} licence "
        "licence_class conventions[]{source "
        "spelling verdict convention evidence question} missing[]{source file} n_unread "
        "hashed{new failed "
        "changed} unread[]{file "
        "message} not_kept[]{field n} own{name reader sure params[]} record{locator task "
        "assets[]{role path found "
        "file} turns[] n_turns labels[] regions[] n_regions split n_open_boxes error where}`; "
        "`own` and `record` when the reader was found by the files, and with `dry_run`, which "
        "answers instead of counts `dry_run files[]{source reader use n first} pictures`; "
        "`repaired` counts parts that were damaged and are made anew; "
        "`pending`: other units are missing, until then the release is seen as it was; "
        "`not_kept`: fields of records of which nothing is kept; "
        "`records` count what this run read; `findings` what the workspace holds of the "
        "release, as audit counts it, without pictures that are not here (`unresolved`)",
    .use = RS_CREATES,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .run = run};
