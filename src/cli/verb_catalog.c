/* list, show, search, scan: what datasets are, and which of them lie here. */
#include "cli/verbs.h"

#include <stdio.h>

static const cli_column dataset_columns[] = {
    {"id", "id", false, 20},           {"year", "year", false, 4},
    {"licence", "licence", false, 10}, {"images", "images", true, 0},
    {"samples", "samples", true, 0},   {"reads", "readable", false, 5},
    {"tasks", "tasks", false, 0}};
enum { n_dataset_columns = sizeof dataset_columns / sizeof *dataset_columns };

static int print_capabilities(cli *c)
{
    rsift_answer answer;
    if (rsift_capabilities(c->context, &answer, &c->err) != RSIFT_OK) return cli_fail(c, "list");
    if (!cli_print_json(c, &answer)) {
        const rs_json *root = cli_read(c, &answer);
        static const char *const groups[] = {"readers", "formats", "models"};
        static const cli_column columns[] = {{"name", "name", false, 16},
                                             {"", "summary", false, 0}};
        for (size_t i = 0; root && i < 3; i++) {
            printf("%s%s\n", i ? "\n" : "", groups[i]);
            cli_table(rs_json_get(root, groups[i]), columns, 2);
        }
    }
    return cli_done(&answer);
}

static int run_list(cli *c, int argc, char **argv)
{
    bool readers = false;
    cli_list rest = {0};
    const cli_option options[] = {{"--readers", CLI_FLAG, &readers, NULL,
                                   "the readers, formats and models of this build instead"}};
    int code = cli_parse(c, &cli_verb_list, options, 1, argc, argv, &rest);
    if (code >= 0) return code;
    if (readers) return print_capabilities(c);
    rsift_answer answer;
    if (rsift_list(c->context, &answer, &c->err) != RSIFT_OK) return cli_fail(c, "list");
    if (!cli_print_json(c, &answer)) {
        const rs_json *root = cli_read(c, &answer);
        const rs_json *sets = rs_json_get(root, "datasets");
        cli_table(sets, dataset_columns, n_dataset_columns);
        printf("\n%zu datasets. reads: its release can be indexed today; - means unknown.\n"
               "`rsift show ID` tells all about one, `rsift search WORDS` finds some.\n",
               rs_json_len(sets));
    }
    return cli_done(&answer);
}

const cli_verb cli_verb_list = {
    .name = "list",
    .summary = "the datasets of the catalogue",
    .usage = "list [--readers]",
    .help =
        "Lists every dataset that rsift knows, with its licence class and sizes.\n\n"
        "  rsift list\n  rsift list --json | jq -r '.datasets[] | select(.licence==\"open\").id'\n"
        "  rsift list --readers\n",
    .run = run_list};

static void print_list(cli *c, const char *title, const rs_json *values)
{
    if (rs_json_len(values) == 0) return;
    printf("%s\n", title);
    rs_json_iter it = rs_json_each(values);
    for (const rs_json *v; (v = rs_json_next(&it, NULL));) {
        rs_str text = rs_json_text(&c->arena, v);
        if (text.ptr) cli_wrap("  - ", text);
    }
}

static void print_dataset(cli *c, const rs_json *d)
{
    printf("%.*s  %.*s (%lld, %.*s)\n", RS_STR_ARG(cli_text(c, d, "id", "")),
           RS_STR_ARG(cli_text(c, d, "name", "")), (long long)cli_int(d, "year", 0),
           RS_STR_ARG(cli_text(c, d, "venue", "?")));
    cli_wrap("  ", cli_text(c, d, "title", ""));
    printf("  paper    %.*s\n", RS_STR_ARG(cli_text(c, d, "paper", "-")));
    printf("  released %.*s\n", RS_STR_ARG(cli_text(c, d, "released", "?")));
    printf("  licence  %.*s: annotations %.*s, imagery %.*s, redistribution %.*s\n",
           RS_STR_ARG(cli_text(c, d, "licence", "?")),
           RS_STR_ARG(cli_text(c, d, "licence_annotations.id", "?")),
           RS_STR_ARG(cli_text(c, d, "licence_imagery.id", "?")),
           RS_STR_ARG(cli_text(c, d, "redistribution", "?")));
    int64_t images = cli_int(d, "images", -1), samples = cli_int(d, "samples", -1),
            bytes = cli_int(d, "bytes", -1);
    printf("  size     %s images, %s samples, %s to download\n",
           images < 0 ? "?" : cli_count(images), samples < 0 ? "?" : cli_count(samples),
           bytes < 0 ? "?" : cli_bytes(bytes));
    print_list(c, "tasks", rs_json_get(d, "tasks"));
    print_list(c, "download", rs_json_get(d, "download"));
    static const cli_column splits[] = {{"split", "name", false, 20},
                                        {"images", "images", true, 0},
                                        {"samples", "samples", true, 0}};
    if (rs_json_len(rs_json_get(d, "splits"))) cli_table(rs_json_get(d, "splits"), splits, 3);
    static const cli_column lineage[] = {{"comes from", "source", false, 24},
                                         {"what", "what", false, 12},
                                         {"relation", "relation", false, 8},
                                         {"note", "note", false, 0}};
    if (rs_json_len(rs_json_get(d, "lineage"))) cli_table(rs_json_get(d, "lineage"), lineage, 4);
    print_list(c, "known defects", rs_json_get(d, "known_defects"));
    print_list(c, "notes", rs_json_get(d, "notes"));
    print_list(c, "tips", rs_json_get(d, "tips"));
    rs_json_iter it = rs_json_each(rs_json_get(d, "releases"));
    for (const rs_json *r; (r = rs_json_next(&it, NULL));) {
        printf("release %.*s\n", RS_STR_ARG(cli_text(c, r, "id", "")));
        static const cli_column columns[] = {{"  source", "name", false, 24},
                                             {"reader", "reader", false, 10},
                                             {"role", "role", false, 6},
                                             {"files", "files", false, 0}};
        cli_table(rs_json_get(r, "sources"), columns, 3);
    }
}

static int run_show(cli *c, int argc, char **argv)
{
    cli_list ids = {0};
    int code = cli_parse(c, &cli_verb_show, NULL, 0, argc, argv, &ids);
    if (code >= 0) return code;
    if (ids.n != 1) return cli_usage(&cli_verb_show, "show wants one dataset id");
    rsift_answer answer;
    if (rsift_show(c->context, ids.items[0], &answer, &c->err) != RSIFT_OK)
        return cli_fail(c, "show");
    if (!cli_print_json(c, &answer)) {
        const rs_json *root = cli_read(c, &answer);
        if (root) print_dataset(c, root);
    }
    return cli_done(&answer);
}

const cli_verb cli_verb_show = {
    .name = "show",
    .summary = "everything the catalogue says of one dataset",
    .usage = "show ID",
    .help = "Each fact's origin and how sure it is stand under \"evidence\" with --json.\n\n"
            "  rsift show vrsbench\n  rsift show dior --json | jq .evidence\n",
    .run = run_show};

static int run_search(cli *c, int argc, char **argv)
{
    cli_list words = {0};
    int code = cli_parse(c, &cli_verb_search, NULL, 0, argc, argv, &words);
    if (code >= 0) return code;
    if (words.n == 0) return cli_usage(&cli_verb_search, "search wants words");
    rs_buf joined = {0};
    for (size_t i = 0; i < words.n; i++) {
        if (i) rs_buf_char(&joined, ' ');
        rs_buf_cstr(&joined, words.items[i]);
    }
    rs_buf_char(&joined, 0);
    rsift_answer answer;
    rsift_status status = joined.failed ? rs_err_nomem(&c->err, "the words")
                                        : rsift_search(c->context, joined.ptr, &answer, &c->err);
    rs_buf_fini(&joined);
    if (status != RSIFT_OK) return cli_fail(c, "search");
    if (!cli_print_json(c, &answer)) {
        const rs_json *sets = rs_json_get(cli_read(c, &answer), "datasets");
        if (rs_json_len(sets)) cli_table(sets, dataset_columns, n_dataset_columns);
        else printf("nothing in the catalogue has all of these words\n");
    }
    return cli_done(&answer);
}

const cli_verb cli_verb_search = {
    .name = "search",
    .summary = "datasets by words: task, skill, sensor, name, licence",
    .usage = "search WORDS...",
    .help =
        "Every word must occur somewhere in the record.\n\n"
        "  rsift search change vqa\n  rsift search grounding-obb open\n  rsift search sentinel-2\n",
    .run = run_search};

static int run_scan(cli *c, int argc, char **argv)
{
    cli_list paths = {0};
    int code = cli_parse(c, &cli_verb_scan, NULL, 0, argc, argv, &paths);
    if (code >= 0) return code;
    if (paths.n == 0) return cli_usage(&cli_verb_scan, "scan wants folders or archives");
    rsift_answer answer;
    if (rsift_scan(c->context, paths.items, paths.n, &answer, &c->err) != RSIFT_OK)
        return cli_fail(c, "scan");
    if (!cli_print_json(c, &answer)) {
        static const cli_column columns[] = {
            {"dataset", "dataset", false, 20}, {"release", "release", false, 16},
            {"sure", "score", true, 0},        {"sources", "sources_found", true, 0},
            {"of", "sources", true, 0},        {"pictures", "images", true, 0},
            {"missing", "missing", false, 0}};
        const rs_json *found = rs_json_get(cli_read(c, &answer), "found");
        if (rs_json_len(found)) {
            cli_table(found, columns, 7);
            printf("\nsure: share of the release that is here, in %%. Next: rsift index PATH "
                   "--dataset ID\n");
        } else {
            printf("no dataset of the catalogue lies here.\n"
                   "Your own data: rsift index PATH --reader llava --name mine [--images DIR]\n");
        }
    }
    return cli_done(&answer);
}

const cli_verb cli_verb_scan = {
    .name = "scan",
    .summary = "which datasets and releases lie under a path, and what is missing",
    .usage = "scan PATH...",
    .help =
        "Looks into folders and archives, also archives inside archives. Decides from the files\n"
        "inside, never from a folder's title. Reads no pictures.\n\n"
        "  rsift scan ~/data\n  rsift scan Images_LR.zip LR_split_test_questions.json\n",
    .run = run_scan};
