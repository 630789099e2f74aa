/* mixtures: how far the designed mixtures vary each source. */
#include "cli/verbs.h"

#include <stdio.h>

void cli_print_mixtures(cli *c, const rs_json *root)
{
    static const cli_column sources[] = {{"source", "source", false, 36},
                                         {"usable", "supply", true, 0},
                                         {"least", "least", true, 0},
                                         {"most", "most", true, 0}};
    static const cli_column left_out[] = {{"left out", "dataset", false, 24},
                                          {"why", "reason", false, CLI_FOLDS}};
    const rs_str folder = cli_text(c, c->options, "folder", "");
    const int64_t n = cli_int(root, "n_mixtures", 0), still = cli_int(root, "n_still", 0);
    printf("%s mixtures of %s samples each, of %s that are usable.\n\n", cli_count(n),
           cli_count(cli_int(root, "budget", 0)), cli_count(cli_int(root, "supply", 0)));
    cli_table(rs_json_get(root, "sources"), sources, 4);
    printf("  least, most: of this source in any of the mixtures\n");
    if (still)
        cli_wrap("", rs_arena_printf(&c->arena,
                                     "%s of the sources vary by less than a factor of two, so that "
                                     "little can be learned about them: a smaller --budget lets "
                                     "them vary more.",
                                     cli_count(still)));
    if (rs_json_len(rs_json_get(root, "left_out"))) {
        printf("\n");
        cli_table(rs_json_get(root, "left_out"), left_out, 2);
    }
    if (n < cli_int(root, "least_runs", 0))
        printf("\nFewer than %s runs are no advice: recommend --runs will refuse them.\n",
               cli_count(cli_int(root, "least_runs", 0)));
    if (folder.len)
        printf("\nWrote %s recipes and runs.csv to %.*s. Next, for each of them:\n"
               "  rsift build %.*s/mixture-%s1.yaml --format llava --model llava-1.5 -o train-1\n"
               "then train, fill the scores into %.*s/runs.csv, and\n"
               "  rsift recommend --runs %.*s/runs.csv -o recipe.yaml\n",
               cli_count(n), RS_STR_ARG(folder), RS_STR_ARG(folder), n > 99 ? "00" : "0",
               RS_STR_ARG(folder), RS_STR_ARG(folder));
    else printf("\n-o DIR writes them down, with a table for their scores.\n");
}
