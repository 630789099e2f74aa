/* What mixtures that were trained and scored say: `recommend --runs` and `proxy`. */
#include "cli/verbs.h"

#include <math.h>
#include <stdio.h>

/* "0.87", "-" where nothing can be told. */
static rs_str number_text(cli *c, const rs_json *object, const char *key, int decimals)
{
    const double v = cli_number(object, key, NAN);
    if (isnan(v)) return RS_STR("-");
    return rs_arena_printf(&c->arena, "%.*f", decimals, v);
}

static rs_str permille_text(cli *c, const rs_json *object, const char *key)
{
    const long long v = (long long)cli_int(object, key, 0);
    return rs_arena_printf(&c->arena, "%lld.%lld", v / 10, v % 10);
}

/* What a mixture is scored on: the targets of `proxy`, the benchmarks of runs. */
static const char *scored_on(const rs_json *root)
{
    return rs_json_get(root, "targets") ? "target" : "benchmark";
}

/* How well each benchmark's runs are ranked by fits that did not see them. */
static void print_benchmarks(cli *c, const rs_json *root)
{
    const cli_column columns[] = {{scored_on(root), "", false, 28},
                                  {"runs", "", true, 0},
                                  {"correlation", "", true, 0},
                                  {"by chance", "", true, 0},
                                  {"", "", false, 0}};
    const rs_json *list = rs_json_get(root, "benchmarks");
    const size_t n = rs_json_len(list);
    rs_str *cells = rs_arena_calloc(&c->arena, n * 5 + 1, sizeof *cells);
    rs_json_iter it = rs_json_each(list);
    size_t at = 0;
    for (const rs_json *mark; cells && (mark = rs_json_next(&it, NULL)); at += 5) {
        cells[at] = cli_text(c, mark, "benchmark", "");
        cells[at + 1] = rs_str_of(cli_count(cli_int(mark, "runs", 0)));
        cells[at + 1] = rs_arena_str(&c->arena, cells[at + 1]);
        cells[at + 2] = number_text(c, mark, "correlation", 2);
        cells[at + 3] = number_text(c, mark, "chance", 2);
        cells[at + 4] = cli_flag(mark, "used") ? RS_STR("") : RS_STR("not told apart: left out");
    }
    if (cells) cli_cells("", cells, n, columns, 5);
    printf("  correlation: how a fit ranks mixtures that it has not seen (1 = perfectly)\n"
           "  by chance: one in twenty is higher when runs and scores are unrelated\n");
}

static void print_rows(cli *c, const rs_json *root)
{
    static const cli_column columns[] = {{"source", "", false, 30}, {"samples", "", true, 0},
                                         {"share %", "", true, 0},  {"from %", "", true, 0},
                                         {"to %", "", true, 0},     {"", "", false, 0}};
    const rs_json *list = rs_json_get(root, "rows");
    const size_t n = rs_json_len(list);
    rs_str *cells = rs_arena_calloc(&c->arena, n * 6 + 1, sizeof *cells);
    rs_json_iter it = rs_json_each(list);
    size_t at = 0;
    for (const rs_json *row; cells && (row = rs_json_next(&it, NULL)); at += 6) {
        cells[at] = cli_text(c, row, "source", "");
        cells[at + 1] = rs_arena_str(&c->arena, rs_str_of(cli_count(cli_int(row, "samples", 0))));
        cells[at + 2] = permille_text(c, row, "share_permille");
        cells[at + 3] = permille_text(c, row, "low_permille");
        cells[at + 4] = permille_text(c, row, "high_permille");
        cells[at + 5] = cli_flag(row, "edge")            ? RS_STR("at the edge")
                        : cli_int(row, "supply", -1) < 0 ? RS_STR("not indexed")
                                                         : RS_STR("");
    }
    if (cells) cli_cells("", cells, n, columns, 6);
    printf("  from, to: 5th and 95th percentile of the best share over runs drawn anew\n");
}

/* Predicted means, and whether the advice is really better. */
static void print_compare(cli *c, const rs_json *root)
{
    rs_json_iter it = rs_json_each(rs_json_get(root, "compare"));
    for (const rs_json *row; (row = rs_json_next(&it, NULL));) {
        const rs_str name = cli_text(c, row, "mixture", ""), run = cli_text(c, row, "run", "");
        const rs_str score = number_text(c, row, "score", 3);
        printf("  %-13.*s %10.*s", RS_STR_ARG(name), RS_STR_ARG(score));
        if (rs_str_eq(name, RS_STR("recommended"))) {
            printf("\n");
            continue;
        }
        const rs_str gain = number_text(c, row, "gain", 3), low = number_text(c, row, "low", 3),
                     high = number_text(c, row, "high", 3);
        printf("   gain %.*s (%.*s to %.*s)%s\n", RS_STR_ARG(gain), RS_STR_ARG(low),
               RS_STR_ARG(high), cli_number(row, "low", 0) > 0 ? "" : ": may be none");
        if (run.len)
            printf("    that is %.*s, measured %.*s\n", RS_STR_ARG(run),
                   RS_STR_ARG(number_text(c, row, "measured", 3)));
    }
}

static void print_findings(const rs_json *root)
{
    static const cli_column columns[] = {{"line", "line", true, 0},
                                         {"finding", "code", false, 16},
                                         {"", "message", false, CLI_FOLDS}};
    const int64_t n = cli_int(root, "n_findings", 0);
    if (!n) return;
    printf("\n%s rows or mixtures could not be used:\n", cli_count(n));
    cli_table(rs_json_get(root, "findings"), columns, 3);
}

void cli_print_measured(cli *c, const rs_json *root)
{
    const rs_str recipe = cli_text(c, c->options, "recipe", "");
    printf("%s mixtures of about %s samples, %s %ss.\n\n", cli_count(cli_int(root, "n_runs", 0)),
           cli_count(cli_int(root, "run_samples", 0)),
           cli_count((int64_t)rs_json_len(rs_json_get(root, "benchmarks"))), scored_on(root));
    print_benchmarks(c, root);
    printf("\n");
    if (!cli_flag(root, "told_apart")) {
        cli_wrap("",
                 RS_STR("No recommendation: what the fits predict of runs that they have not seen "
                        "ranks them no better than chance does once in twenty. These runs do not "
                        "tell mixtures apart; more runs, or mixtures that differ more, may."));
        print_findings(root);
        return;
    }
    const rs_str mean = number_text(c, root, "correlation", 2),
                 chance = number_text(c, root, "chance", 2);
    printf("Mean of the %s with a correlation above 0: %.*s (by chance %.*s).\n\n",
           cli_count(cli_int(root, "n_used", 0)), RS_STR_ARG(mean), RS_STR_ARG(chance));
    print_rows(c, root);
    if (cli_int(root, "allocated", 0) < cli_int(root, "budget", 0))
        printf("  only %s of %s samples can be given within what the sources have\n",
               cli_count(cli_int(root, "allocated", 0)), cli_count(cli_int(root, "budget", 0)));
    printf("\nPredicted mean %s:\n", cli_flag(root, "losses") ? "loss" : "score");
    print_compare(c, root);
    print_findings(root);
    if (recipe.len)
        printf("\nWrote %.*s. Next: rsift mix %.*s\n", RS_STR_ARG(recipe), RS_STR_ARG(recipe));
    else printf("\n-o recipe.yaml writes it down.\n");
}
