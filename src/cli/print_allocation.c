/* What to download: the answer of recommend before any download, for people. Single samples are
 * verb_recommend.c's. */
#include "cli/verbs.h"

#include <stdio.h>

/* "12.4 %" of parts per thousand. */
static rs_str percent(cli *c, const rs_json *object, const char *key)
{
    const int64_t v = cli_int(object, key, 0);
    return rs_arena_printf(&c->arena, "%s%lld.%lld %%", v < 0 ? "-" : "",
                           (long long)((v < 0 ? -v : v) / 10), (long long)((v < 0 ? -v : v) % 10));
}

/* "12.5 GB", or that nobody knows. */
static rs_str size_of(cli *c, const rs_json *row)
{
    const int64_t bytes = cli_int(row, "bytes", -1);
    return rs_arena_str(&c->arena, rs_str_of(bytes < 0 ? "unknown" : cli_bytes(bytes)));
}

/* Goals that nothing serves come before everything else. */
static void print_unserved_goals(cli *c, const rs_json *root)
{
    rs_json_iter it = rs_json_each(rs_json_get(root, "goals_served"));
    for (const rs_json *goal; (goal = rs_json_next(&it, NULL));)
        if (cli_int(goal, "samples", 0) == 0)
            cli_wrap("", rs_arena_printf(&c->arena,
                                         "Nothing serves the goal \"%.*s\"%s: --all tells why "
                                         "each dataset is left out.",
                                         RS_STR_ARG(cli_text(c, goal, "goal", "")),
                                         cli_int(goal, "supply", 0) > 0
                                             ? " within the limits that were asked"
                                             : ""));
    if (cli_int(root, "n_unserved", 0)) printf("\n");
}

/* What became of the training data of benchmarks that are goals, where it was not taken. */
static void print_own(cli *c, const rs_json *root)
{
    rs_json_iter it = rs_json_each(rs_json_get(root, "goals_served"));
    for (const rs_json *goal; (goal = rs_json_next(&it, NULL));)
        if (rs_json_get(rs_json_get(goal, "own"), "left_out"))
            cli_wrap("", rs_arena_printf(&c->arena,
                                         "\n%.*s has no training data of its own here: %.*s, %.*s.",
                                         RS_STR_ARG(cli_text(c, goal, "goal", "")),
                                         RS_STR_ARG(cli_text(c, goal, "own.dataset", "")),
                                         RS_STR_ARG(cli_text(c, goal, "own.left_out", ""))));
}

/* What others reached on the benchmarks that are goals. */
static void print_published(cli *c, const rs_json *root)
{
    bool any = false;
    rs_json_iter it = rs_json_each(rs_json_get(root, "goals_served"));
    for (const rs_json *goal; (goal = rs_json_next(&it, NULL));) {
        rs_json_iter rows = rs_json_each(rs_json_get(goal, "evidence"));
        for (const rs_json *row; (row = rs_json_next(&rows, NULL));) {
            if (!any) printf("\nPublished (`rsift evidence BENCHMARK` has all):\n");
            any = true;
            cli_wrap("  ",
                     rs_arena_printf(&c->arena, "%.*s, trained on %.*s: %.*s %.*s, %.*s (%.*s)",
                                     RS_STR_ARG(cli_text(c, row, "benchmark", "")),
                                     RS_STR_ARG(cli_text(c, row, "trained_on", "")),
                                     RS_STR_ARG(cli_text(c, row, "metric", "")),
                                     RS_STR_ARG(cli_text(c, row, "score", "")),
                                     RS_STR_ARG(cli_text(c, row, "model", "")),
                                     RS_STR_ARG(cli_text(c, row, "source", ""))));
        }
    }
}

/* The recommended datasets as a table. */
static void print_downloads(cli *c, const rs_json *root)
{
    static const cli_column columns[] = {{"dataset", "", false, 24}, {"samples", "", true, 0},
                                         {"download", "", true, 0},  {"adds", "", true, 0},
                                         {"costs", "", true, 0},     {"licence", "", false, 12}};
    enum { N = sizeof columns / sizeof *columns };
    const rs_json *rows = rs_json_get(root, "rows");
    const size_t n = rs_json_len(rows);
    rs_str *cells = rs_arena_calloc(&c->arena, n * N + 1, sizeof *cells), *cell = cells;
    rs_json_iter it = rs_json_each(rows);
    for (const rs_json *row; cells && (row = rs_json_next(&it, NULL));) {
        *cell++ = cli_text(c, row, "dataset", "");
        *cell++ = rs_arena_str(&c->arena, rs_str_of(cli_count(cli_int(row, "samples", 0))));
        *cell++ = size_of(c, row);
        *cell++ = percent(c, row, "adds_permille");
        *cell++ = percent(c, row, "cost_permille");
        *cell++ = cli_text(c, row, "licence", "");
    }
    if (cells) cli_cells("", cells, n, columns, N);
    const double per_gb = cli_number(root, "cost.per_gb_permille", 0);
    cli_wrap("  ", rs_arena_printf(
                       &c->arena,
                       "adds: of what all datasets that can be had and read would cover together, "
                       "after those above it; costs: %.1f %% each and %.2f %% per GB, a size that "
                       "nobody knows counts as %s. A dataset that adds less than it costs is left "
                       "out.",
                       (double)cli_int(root, "cost.per_dataset_permille", 0) / 10, per_gb / 10,
                       cli_bytes(cli_int(root, "cost.unknown_counts_as_bytes", 0))));
    printf("\n");
}

/* Each dataset with its reasons and where it is. */
static void print_rows(cli *c, const rs_json *root)
{
    rs_json_iter it = rs_json_each(rs_json_get(root, "rows"));
    for (const rs_json *row; (row = rs_json_next(&it, NULL));) {
        printf("%.*s\n", RS_STR_ARG(cli_text(c, row, "dataset", "")));
        cli_wrap("    ", cli_text(c, row, "why", ""));
        rs_json_iter links = rs_json_each(rs_json_get(row, "links"));
        for (const rs_json *link; (link = rs_json_next(&links, NULL));)
            printf("    get it: %.*s\n", RS_STR_ARG(rs_json_str(link)));
    }
}

/* What each goal gets. */
static void print_goals(cli *c, const rs_json *root)
{
    static const cli_column columns[] = {{"goal", "goal", false, 24},
                                         {"samples", "samples", true, 0},
                                         {"datasets", "datasets", true, 0},
                                         {"could be had", "supply", true, 0}};
    const rs_json *goals = rs_json_get(root, "goals_served");
    if (rs_json_len(goals)) {
        cli_table(goals, columns, 4);
        printf("\n");
    }
    bool unknown = false;
    rs_json_iter it = rs_json_each(rs_json_get(root, "rows"));
    for (const rs_json *row; (row = rs_json_next(&it, NULL));)
        unknown = unknown || rs_str_eq(cli_text(c, row, "licence", ""), RS_STR("unknown"));
    if (unknown)
        cli_wrap("", RS_STR("Licence unknown: nobody states terms for all of it. Ask its authors, "
                            "or recommend with --license open.\n"));
}

/* What simple rules would choose at the same budget. */
static void print_rules(cli *c, const rs_json *root)
{
    static const cli_column columns[] = {{"rule", "", false, 14},
                                         {"utility", "", true, 0},
                                         {"to download", "", true, 0},
                                         {"size", "", true, 0},
                                         {"of unknown size", "", true, 0}};
    enum { N = sizeof columns / sizeof *columns };
    const rs_json *rules = rs_json_get(rs_json_get(root, "compare"), "rules");
    const size_t n = rs_json_len(rules);
    rs_str *cells = rs_arena_calloc(&c->arena, n * N + 1, sizeof *cells), *cell = cells;
    rs_json_iter it = rs_json_each(rules);
    for (const rs_json *rule; cells && (rule = rs_json_next(&it, NULL));) {
        *cell++ = cli_text(c, rule, "rule", "");
        *cell++ = cli_text(c, rule, "worth_percent", "");
        *cell++ = cli_text(c, rule, "downloads", "");
        *cell++ = rs_arena_str(&c->arena, rs_str_of(cli_bytes(cli_int(rule, "bytes_known", 0))));
        *cell++ = cli_text(c, rule, "sizes_unknown", "");
    }
    printf("\nAt the same budget other rules would choose (utility under the same\n"
           "assumptions, the allocation = 100):\n");
    if (cells) cli_cells("", cells, n, columns, N);
}

/* What was left out: how many, or with --all each and why. */
static void print_left_out(cli *c, const rs_json *root)
{
    static const cli_column columns[] = {{"left out", "dataset", false, 20},
                                         {"because", "reason", false, CLI_FOLDS}};
    const rs_json *rows = rs_json_get(root, "left_out");
    if (rs_json_len(rows) == 0) return;
    printf("\n");
    if (cli_flag(c->options, "all")) cli_table(rows, columns, 2);
    else printf("%zu datasets are left out; --all tells why each is.\n", rs_json_len(rows));
}

void cli_print_worth_getting(const rs_json *root)
{
    static const cli_column download[] = {{"dataset", "dataset", false, 20},
                                          {"would use", "would_take", true, 0},
                                          {"licence", "licence", false, 10},
                                          {"where", "links.0", false, 0}};
    if (rs_json_len(rs_json_get(root, "download")) == 0) return;
    printf("\nNot here, but worth getting beside what is:\n");
    cli_table(rs_json_get(root, "download"), download, 4);
}

void cli_print_allocation(cli *c, const rs_json *root)
{
    const rs_str recipe = cli_text(c, c->options, "recipe", ""),
                 unit = cli_text(c, root, "unit", "");
    print_unserved_goals(c, root);
    printf("An allocation of %s %.*s, from the catalogue alone.\n\n",
           cli_count(cli_int(root, "budget", 0)), RS_STR_ARG(unit));
    print_downloads(c, root);
    print_goals(c, root);
    print_rows(c, root);
    int64_t allocated = cli_int(root, "allocated", 0), budget = cli_int(root, "budget", 0);
    /* The pool is smaller than the budget. */
    if (allocated < budget)
        printf("\nOnly %s %s.\n", cli_count(allocated),
               rs_str_eq(unit, RS_STR("images")) ? "different pictures are there"
                                                 : "can be used, repeats counted");
    print_own(c, root);
    print_published(c, root);
    print_rules(c, root);
    print_left_out(c, root);
    if (recipe.len)
        printf("\nWrote %.*s. Next: download, rsift index, then rsift mix %.*s\n",
               RS_STR_ARG(recipe), RS_STR_ARG(recipe));
    else printf("\n-o recipe.yaml writes it down.\n");
}
