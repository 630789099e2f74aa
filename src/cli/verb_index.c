/* index: releases into the workspace. */
#include "cli/verbs.h"

#include "base/num.h"

#include <stdio.h>

/* "2/8" */
static bool parse_unit(const char *text, rsift_index_options *o)
{
    rs_str s = rs_str_of(text);
    size_t slash = rs_str_find_char(s, '/');
    int64_t i, n;
    if (slash == RS_NPOS || !rs_num_i64(rs_str_sub(s, 0, slash), &i) ||
        !rs_num_i64(rs_str_sub(s, slash + 1, s.len), &n) || i < 1 || n < i || n > 1000000)
        return false;
    o->unit = (int)i;
    o->n_units = (int)n;
    return true;
}

static void print_report(cli *c, const rs_json *r)
{
    printf("%.*s\n", RS_STR_ARG(cli_text(c, r, "release_id", "")));
    printf("  samples   %s\n", cli_count(cli_int(r, "samples", 0)));
    printf("  pictures  %s\n", cli_count(cli_int(r, "pictures", 0)));
    printf("  records   %s seen = %s used + %s merged + %s skipped + %s set aside\n",
           cli_count(cli_int(r, "records.seen", 0)), cli_count(cli_int(r, "records.used", 0)),
           cli_count(cli_int(r, "records.merged", 0)), cli_count(cli_int(r, "records.skipped", 0)),
           cli_count(cli_int(r, "records.set_aside", 0)));
    printf("  findings  %s serious, %s warnings, %s notes\n",
           cli_count(cli_int(r, "findings.serious", 0)),
           cli_count(cli_int(r, "findings.warning", 0)), cli_count(cli_int(r, "findings.note", 0)));
    int64_t kept = cli_int(r, "sources_kept", 0);
    if (kept)
        printf("  %s of %s sources were complete already\n", cli_count(kept),
               cli_count(cli_int(r, "sources", 0)));
    rs_json_iter it = rs_json_each(rs_json_get(r, "missing"));
    for (const rs_json *m; (m = rs_json_next(&it, NULL));)
        printf("  not here  %.*s (%.*s)\n", RS_STR_ARG(cli_text(c, m, "file", "")),
               RS_STR_ARG(cli_text(c, m, "source", "")));
    printf("Next: rsift audit\n");
}

static int run_index(cli *c, int argc, char **argv)
{
    rsift_index_options o = RSIFT_OPTIONS(rsift_index_options);
    cli_list paths = {0}, params = {0};
    const char *unit = NULL;
    const cli_option options[] = {
        {"--dataset", CLI_TEXT, &o.dataset, "ID",
         "dataset of the catalogue; default: what rsift scan finds"},
        {"--release", CLI_TEXT, &o.release, "ID",
         "which of its releases; default: the one that fits"},
        {"--reader", CLI_TEXT, &o.reader, "R",
         "your own data: llava, coco, voc, ... (rsift list --readers)"},
        {"--name", CLI_TEXT, &o.name, "N", "your own data: the id it shall have"},
        {"--images", CLI_TEXT, &o.images, "PATH",
         "folder or archive with the pictures, if elsewhere"},
        {"--licence", CLI_TEXT, &o.licence, "L",
         "your own data: SPDX id, or open, research, restricted"},
        {"--role", CLI_TEXT, &o.role, "ROLE", "your own data: train (default) or eval"},
        {"--split", CLI_TEXT, &o.split, "NAME", "your own data: name of its split"},
        {"--param", CLI_LIST, &params, "K=V",
         "a parameter of the reader (docs/catalogue.md); may be given again"},
        {"--unit", CLI_TEXT, &unit, "I/N",
         "do the I-th of N pieces of work; run all N anywhere, in any order"},
        {"--no-text", CLI_FLAG, &o.no_text, NULL,
         "leave texts out of the workspace (they stay in the release)"},
        {"--no-hash", CLI_FLAG, &o.no_hash, NULL,
         "look at picture headers only (faster; no exact duplicates)"}};
    int code = cli_parse(c, &cli_verb_index, options, sizeof options / sizeof *options, argc, argv,
                         &paths);
    if (code >= 0) return code;
    if (paths.n != 1) return cli_usage(&cli_verb_index, "index wants one path");
    if (unit && !parse_unit(unit, &o))
        return cli_usage(&cli_verb_index, "--unit wants I/N with 1 <= I <= N, found \"%s\"", unit);
    o.path = paths.items[0];
    o.params = params.items;
    o.n_params = params.n;
    rsift_answer answer;
    if (rsift_index(c->context, &o, &answer, &c->err) != RSIFT_OK) return cli_fail(c, "index");
    if (!cli_print_json(c, &answer)) {
        const rs_json *root = cli_read(c, &answer);
        if (root) print_report(c, root);
    }
    return cli_done(&answer);
}

const cli_verb cli_verb_index = {
    .name = "index",
    .summary = "reads a release into the workspace",
    .usage = "index PATH [--dataset ID | --reader R --name N]",
    .help =
        "Reads annotations and looks at every picture; pictures stay where they are. Run it again\n"
        "after a stop: finished parts are kept. Others may query meanwhile.\n\n"
        "  rsift index ~/data/RSVQA_LR\n"
        "  rsift index VRSBench.zip --dataset vrsbench\n"
        "  rsift index my.json --reader llava --images ~/pics --name mine --licence CC-BY-4.0\n"
        "  srun --array=1-16 rsift index /data/rs5m --unit $SLURM_ARRAY_TASK_ID/16\n",
    .run = run_index,
    .makes_workspace = true};
