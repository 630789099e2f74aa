/* mix: a recipe decides every candidate. */
#include "cli/verbs.h"

#include <stdio.h>

static void print_mix(cli *c, const rs_json *root)
{
    static const cli_column datasets[] = {{"dataset", "dataset", false, 24},
                                          {"candidates", "candidates", true, 0},
                                          {"kept", "kept", true, 0},
                                          {"with repeats", "with_repeats", true, 0}};
    static const cli_column reasons[] = {{"reason", "reason", false, 24},
                                         {"samples", "samples", true, 0}};
    printf("mixture %.*s (%.*s)\n\n", RS_STR_ARG(cli_text(c, root, "name", "")),
           RS_STR_ARG(cli_text(c, root, "mixture_id", "")));
    cli_table(rs_json_get(root, "datasets"), datasets, 4);
    printf("\n");
    cli_table(rs_json_get(root, "reasons"), reasons, 2);
    rs_json_iter it = rs_json_each(rs_json_get(root, "warnings"));
    for (const rs_json *w; (w = rs_json_next(&it, NULL));) {
        printf("\n%s samples, %.*s:\n", cli_count(cli_int(w, "samples", 0)),
               RS_STR_ARG(cli_text(c, w, "code", "")));
        cli_wrap("  ", cli_text(c, w, "text", ""));
    }
    printf("\n%s of %s candidates kept. Every one has a line in the ledger:\n"
           "  rsift query \"SELECT reason, detail, sample_id FROM ledger WHERE mixture_id = '%.*s' "
           "LIMIT 10\"\n"
           "Next: rsift emit --format F --model M -o DIR\n",
           cli_count(cli_int(root, "kept", 0)), cli_count(cli_int(root, "candidates", 0)),
           RS_STR_ARG(cli_text(c, root, "mixture_id", "")));
}

static int run_mix(cli *c, int argc, char **argv)
{
    cli_list paths = {0};
    int code = cli_parse(c, &cli_verb_mix, NULL, 0, argc, argv, &paths);
    if (code >= 0) return code;
    if (paths.n != 1) return cli_usage(&cli_verb_mix, "mix wants one recipe file");
    rsift_answer answer;
    if (rsift_mix(c->context, paths.items[0], &answer, &c->err) != RSIFT_OK)
        return cli_fail(c, "mix");
    if (!cli_print_json(c, &answer)) {
        const rs_json *root = cli_read(c, &answer);
        if (root) print_mix(c, root);
    }
    return cli_done(&answer);
}

const cli_verb cli_verb_mix = {
    .name = "mix",
    .summary = "a recipe into a ledger: what is kept, what is not, and why",
    .usage = "mix recipe.yaml",
    .help =
        "Decides every sample of the recipe's datasets: kept, or dropped for a reason (role,\n"
        "licence, findings, leaks into protected benchmarks, duplicates, caps, budget). The same\n"
        "recipe over the same workspace always gives the same mixture. docs/recipe.md explains\n"
        "recipes; `rsift recommend -o recipe.yaml` writes one.\n\n"
        "  rsift mix recipe.yaml\n"
        "  rsift query \"SELECT reason, count(*) FROM ledger GROUP BY reason\"\n",
    .run = run_mix};
