/* recommend: what to take of which dataset, and why. */
#include "cli/verbs.h"

#include "base/num.h"

#include <stdio.h>

/* "0.3:1" or "0.5" */
static bool parse_range(const char *text, double *low, double *high)
{
    rs_str s = rs_str_of(text);
    size_t at = rs_str_find_char(s, ':');
    if (at == RS_NPOS) return rs_num_double(s, low) && (*high = *low, *low > 0);
    return rs_num_double(rs_str_sub(s, 0, at), low) &&
           rs_num_double(rs_str_sub(s, at + 1, s.len), high) && *low >= 0 && *high >= *low;
}

/* "20000" samples, or "5000 images" as "5000i" */
static bool parse_budget(const char *text, rsift_recommend_options *o)
{
    rs_str s = rs_str_of(text);
    static const char *const endings[] = {"images", "samples"};
    for (int i = 0; i < 2; i++) {
        if (!rs_str_ends(s, rs_str_of(endings[i]))) continue;
        s = rs_str_trim(rs_str_sub(s, 0, s.len - rs_str_of(endings[i]).len));
        o->budget_in_images = i == 0;
    }
    int64_t by = 1;
    if (rs_str_ends(s, RS_STR("k"))) by = 1000;
    if (rs_str_ends(s, RS_STR("M"))) by = 1000000;
    if (by > 1) s = rs_str_sub(s, 0, s.len - 1);
    if (!rs_num_i64(s, &o->budget) || o->budget <= 0 || o->budget > INT64_C(1000000000000) / by)
        return false;
    o->budget *= by;
    return true;
}

static void print_rows(cli *c, const rs_json *root)
{
    rs_json_iter it = rs_json_each(rs_json_get(root, "rows"));
    for (const rs_json *row; (row = rs_json_next(&it, NULL));) {
        int64_t share = cli_int(row, "share_permille", 0);
        printf("%-24.*s %12s  %3lld.%lld %%\n", RS_STR_ARG(cli_text(c, row, "dataset", "")),
               cli_count(cli_int(row, "samples", 0)), (long long)(share / 10),
               (long long)(share % 10));
        cli_wrap("    ", cli_text(c, row, "why", ""));
        rs_json_iter links = rs_json_each(rs_json_get(row, "links"));
        const rs_json *indexed = rs_json_get(row, "indexed");
        bool here = false;
        if (rs_json_bool(indexed, &here) && here) continue;
        int64_t bytes = cli_int(row, "bytes", -1);
        for (const rs_json *link; (link = rs_json_next(&links, NULL));)
            printf("    get it: %.*s%s%s\n", RS_STR_ARG(rs_json_str(link)), bytes > 0 ? ", " : "",
                   bytes > 0 ? cli_bytes(bytes) : "");
    }
}

static void print_recommend(cli *c, const rs_json *root, const char *recipe)
{
    static const cli_column compare[] = {{"dataset", "dataset", false, 20},
                                         {"allocation", "allocation", true, 0},
                                         {"proportional", "proportional", true, 0},
                                         {"uniform", "uniform", true, 0},
                                         {"sqrt(n)", "sqrt", true, 0},
                                         {"stratified", "stratified", true, 0}};
    static const cli_column download[] = {{"dataset", "dataset", false, 20},
                                          {"would take", "would_take", true, 0},
                                          {"licence", "licence", false, 10},
                                          {"where", "links.0", false, 0}};
    static const char *const rules[] = {"proportional", "uniform", "sqrt", "stratified"};
    printf("An allocation of %s %.*s, from %s.\n\n", cli_count(cli_int(root, "budget", 0)),
           RS_STR_ARG(cli_text(c, root, "unit", "")),
           rs_str_eq(cli_text(c, root, "basis", ""), RS_STR("indexed")) ? "what is indexed"
                                                                        : "the catalogue alone");
    print_rows(c, root);
    int64_t allocated = cli_int(root, "allocated", 0), budget = cli_int(root, "budget", 0);
    if (allocated < budget) printf("\nOnly %s are there to take.\n", cli_count(allocated));
    printf("\nAt the same budget other rules would take:\n");
    cli_table(rs_json_get(rs_json_get(root, "compare"), "rows"), compare, 6);
    const rs_json *worth = rs_json_get(rs_json_get(root, "compare"), "worth_percent");
    printf("\nWorth under the same assumptions (the allocation = 100):");
    for (size_t i = 0; i < 4; i++)
        printf("%s %s %lld", i ? "," : "", rules[i], (long long)cli_int(worth, rules[i], 0));
    printf("\n");
    if (rs_json_len(rs_json_get(root, "download"))) {
        printf("\nNot here, but it would take these too:\n");
        cli_table(rs_json_get(root, "download"), download, 4);
    }
    if (recipe) printf("\nWrote %s. Next: rsift mix %s\n", recipe, recipe);
    else printf("\n-o recipe.yaml writes it down.\n");
}

static int run_recommend(cli *c, int argc, char **argv)
{
    rsift_recommend_options o = RSIFT_OPTIONS(rsift_recommend_options);
    cli_list goals = {0}, protect = {0}, sensors = {0}, rest = {0};
    const char *budget = NULL, *gsd = NULL;
    int64_t seed = 0;
    const cli_option options[] = {
        {"--goal", CLI_LIST, &goals, "WORD",
         "a task, skill, benchmark or dataset; may be given again; default: everything alike"},
        {"--protect", CLI_LIST, &protect, "ID",
         "what must stay clean; default: every known benchmark"},
        {"--license", CLI_TEXT, &o.licence, "L", "open, research (default) or any"},
        {"--budget", CLI_TEXT, &budget, "N",
         "samples (20000, 50k, 2M) or pictures (5000images); default 100k"},
        {"--gsd", CLI_TEXT, &gsd, "A:B", "metres per pixel, from A to B"},
        {"--sensors", CLI_LIST, &sensors, "S", "kinds of imagery (taxonomy/sensors.yaml)"},
        {"--seed", CLI_INT, &seed, "N", "of the recipe; default 0"},
        {"-o", CLI_TEXT, &o.recipe, "FILE", "write the recipe there"},
        {"--catalogue-only", CLI_FLAG, &o.catalogue_only, NULL,
         "what to download, even if something is indexed"}};
    int code = cli_parse(c, &cli_verb_recommend, options, sizeof options / sizeof *options, argc,
                         argv, &rest);
    if (code >= 0) return code;
    if (rest.n)
        return cli_usage(&cli_verb_recommend, "recommend wants no \"%s\"; name goals with --goal",
                         rest.items[0]);
    if (budget && !parse_budget(budget, &o))
        return cli_usage(&cli_verb_recommend, "--budget wants a number, found \"%s\"", budget);
    if (gsd && !parse_range(gsd, &o.gsd_min_m, &o.gsd_max_m))
        return cli_usage(&cli_verb_recommend, "--gsd wants A:B in metres, found \"%s\"", gsd);
    if (seed < 0) return cli_usage(&cli_verb_recommend, "--seed is not negative");
    o.goals = goals.items;
    o.n_goals = goals.n;
    o.protect = protect.items;
    o.n_protect = protect.n;
    o.sensors = sensors.items;
    o.n_sensors = sensors.n;
    o.seed = (uint64_t)seed;
    rsift_answer answer;
    if (rsift_recommend(c->context, &o, &answer, &c->err) != RSIFT_OK)
        return cli_fail(c, "recommend");
    if (!cli_print_json(c, &answer)) {
        const rs_json *root = cli_read(c, &answer);
        if (root) print_recommend(c, root, o.recipe);
    }
    return cli_done(&answer);
}

const cli_verb cli_verb_recommend = {
    .name = "recommend",
    .summary = "an allocation of a budget over datasets, with its reasons",
    .usage = "recommend [--goal WORD]... [--budget N] [-o FILE]",
    .help =
        "Says what to take of what is indexed here, or - before any download, or with\n"
        "--catalogue-only - what to download. It is an allocation, not a measurement of training\n"
        "success: coverage of task, skill and resolution with diminishing returns, who wrote the\n"
        "answers, findings, licence and lineage. Every reason is marked measured, catalogue or "
        "assumed.\n\n"
        "  rsift recommend --goal vqa --goal counting --budget 50k -o recipe.yaml\n"
        "  rsift recommend --goal DOTA --protect DOTA --license any --gsd 0.1:1\n"
        "  rsift recommend --catalogue-only --goal change-caption --budget 10000images\n",
    .run = run_recommend};
