/* index: its options; what is done with them stands in index_one.c and index_all.c. */
#include "api/class_map.h"
#include "api/index_all.h"
#include "api/index_one.h"
#include "base/ascii.h"
#include "image/bands.h"

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
    /* What is cheap to refuse comes first: planning lists all files of the release. */
    rs_index_run_options options;
    RS_TRY(rs_api_index_options(call, &options, err));
    RS_TRY(check_name(choice.name, err));
    uint16_t bands[3];
    if (choice.bands.ptr && !rs_image_parse_bands(choice.bands, bands))
        return rs_err_set(err, RSIFT_E_ARG, "--bands is three numbers from 1, as 4,3,2");
    const rs_str classes = rs_call_str(call, "classes");
    if (classes.ptr && choice.dataset.ptr)
        return rs_err_set(err, RSIFT_E_ARG,
                          "--classes renames classes of your own data, not those of a dataset");
    if (classes.ptr) RS_TRY(rs_api_class_map(&call->arena, classes, &choice.classes, err));
    return rs_call_flag(call, "all") ? rs_api_index_all(call, &choice, out, err)
                                     : rs_api_index_one(call, &choice, out, err);
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
    {.name = "classes",
     .option = "--classes",
     .kind = RS_PARAM_TEXT,
     .argument = "FILE",
     .help = "your own data: YAML map of class names to the names they shall have"},
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
    {.name = "all",
     .option = "--all",
     .help = "every release and all data of your own below PATH, each by itself; what is less "
             "than 60 of 100 sure is listed with the line to type"},
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
    "rsift index --all ~/data",
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
        "message} not_kept[]{field n} splits[]{name role samples} own{name reader sure params[]} "
        "record{locator task "
        "assets[]{role path found "
        "file} turns[] n_turns labels[] regions[] n_regions split n_open_boxes error where}`; "
        "`own` and `record` when the reader was found by the files, and with `dry_run`, which "
        "answers instead of counts `dry_run files[]{source reader use n first} pictures`; with "
        "`all`: `all[]{path dataset done answer error where} failed least_sure not_sure[]{folder "
        "n reader sure tied command todo}`: own data less than `least_sure` of 100 sure is left to "
        "you, and what no reader takes as it is (`todo` instead of `command`); "
        "`repaired` counts parts that were damaged and are made anew; "
        "`pending`: other units are missing, until then the release is seen as it was; "
        "`not_kept`: fields of records of which nothing is kept; `splits`: of your own data whose "
        "folders or shards are called train, val, test; "
        "`records` count what this run read; `findings` what the workspace holds of the "
        "release, as audit counts it, without pictures that are not here (`unresolved`)",
    .use = RS_CREATES,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .run = run};
