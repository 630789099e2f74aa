/* recommend: how much of which dataset, and why. */
#include "cli/verbs.h"

#include <stdio.h>

/* Forms that nothing, or hardly anything, serves: what a person must know first. */
static void print_unserved(cli *c, const rs_json *root)
{
    rs_json_iter it = rs_json_each(rs_json_get(root, "forms"));
    for (const rs_json *form; (form = rs_json_next(&it, NULL));) {
        const rs_str served = cli_text(c, form, "served", "yes");
        if (rs_str_eq(served, RS_STR("yes"))) continue;
        const rs_str question = cli_text(c, form, "questions.0", "");
        cli_wrap("", rs_arena_printf(
                         &c->arena, "%s serves \"%.*s\" of %.*s: %s pictures",
                         rs_str_eq(served, RS_STR("no")) ? "Nothing indexed" : "Hardly anything",
                         RS_STR_ARG(question), RS_STR_ARG(cli_text(c, form, "like", "")),
                         cli_count(cli_int(form, "pictures", 0))));
    }
    if (cli_int(root, "n_unserved", 0)) printf("\n");
}

/* Forms whose examples give one answer: it is all that their samples will teach. */
static void print_one_sided(cli *c, const rs_json *root)
{
    rs_json_iter it = rs_json_each(rs_json_get(root, "forms"));
    for (const rs_json *form; (form = rs_json_next(&it, NULL));) {
        if (cli_int(form, "n_answers", 0) != 1 || cli_int(form, "samples", 0) < 2) continue;
        cli_wrap(
            "", rs_arena_printf(&c->arena,
                                "All %s samples like \"%.*s\" answer \"%.*s\", as its examples do: "
                                "examples with other answers bring others.",
                                cli_count(cli_int(form, "samples", 0)),
                                RS_STR_ARG(cli_text(c, form, "questions.0", "")),
                                RS_STR_ARG(cli_text(c, form, "answers.0.answer", ""))));
    }
}

/* Samples that were chosen by examples. */
static void print_aim(cli *c, const rs_json *root)
{
    static const cli_column forms[] = {{"asks like", "questions.0", false, 36},
                                       {"examples", "examples", true, 0},
                                       {"supply", "supply", true, 0},
                                       {"samples", "samples", true, 0},
                                       {"random", "random", true, 0}};
    static const cli_column rows[] = {
        {"dataset", "dataset", false, 24}, {"usable", "usable", true, 0},
        {"samples", "samples", true, 0},   {"aimed", "aimed", true, 0},
        {"filled", "filled", true, 0},     {"copies", "copies", true, 0}};
    const rs_str recipe = cli_text(c, c->options, "recipe", "");
    print_unserved(c, root);
    printf("%s of %s usable samples, %s of them aimed at the examples.\n\n",
           cli_count(cli_int(root, "allocated", 0)), cli_count(cli_int(root, "usable", 0)),
           cli_count(cli_int(root, "aimed", 0)));
    cli_table(rs_json_get(root, "forms"), forms, 5);
    printf("  supply: samples that ask like it and give one of the answers of its examples\n"
           "  random: what a random draw of the same size would give the form\n");
    print_one_sided(c, root);
    printf("\n");
    cli_table(rs_json_get(root, "rows"), rows, 6);
    const int64_t filled = cli_int(root, "filled", 0), copies = cli_int(root, "copies", 0);
    if (filled + copies)
        printf("  filled: nothing like the examples was left\n"
               "  copies: asks the same of the same picture\n");
    if (cli_int(root, "not_hashed", 0))
        printf("  re-encoded copies of %s pictures are not known: `rsift hash` first\n",
               cli_count(cli_int(root, "not_hashed", 0)));
    const int64_t left = cli_int(root, "budget", 0) - cli_int(root, "allocated", 0);
    if (left > 0) printf("\nThe budget is larger than what is usable: %s less.\n", cli_count(left));
    if (cli_int(root, "aimed", 0) == 0)
        printf("\nNo recipe: no sample asks and answers what the examples do.\n");
    else if (recipe.len)
        printf("\nWrote %.*s and its samples. Next: rsift mix %.*s\n", RS_STR_ARG(recipe),
               RS_STR_ARG(recipe));
    else printf("\n-o recipe.yaml writes it down.\n");
}

void cli_print_recommend(cli *c, const rs_json *root)
{
    if (rs_str_eq(cli_text(c, root, "called", ""), RS_STR("aim"))) {
        print_aim(c, root);
        return;
    }
    const rs_str recipe = cli_text(c, c->options, "recipe", "");
    static const cli_column compare[] = {{"dataset", "dataset", false, 20},
                                         {"allocation", "allocation", true, 0},
                                         {"proportional", "proportional", true, 0},
                                         {"uniform", "uniform", true, 0},
                                         {"sqrt(n)", "sqrt", true, 0},
                                         {"stratified", "stratified", true, 0}};
    static const cli_column download[] = {{"dataset", "dataset", false, 20},
                                          {"would use", "would_take", true, 0},
                                          {"licence", "licence", false, 10},
                                          {"where", "links.0", false, 0}};
    static const char *const rules[] = {"proportional", "uniform", "sqrt", "stratified"};
    printf("An allocation of %s %.*s, from %s.\n\n", cli_count(cli_int(root, "budget", 0)),
           RS_STR_ARG(cli_text(c, root, "unit", "")),
           rs_str_eq(cli_text(c, root, "basis", ""), RS_STR("indexed")) ? "what is indexed"
                                                                        : "the catalogue alone");
    rs_json_iter it = rs_json_each(rs_json_get(root, "rows"));
    for (const rs_json *row; (row = rs_json_next(&it, NULL));) {
        /* Parts per thousand, printed as percent with one digit. */
        const int64_t share = cli_int(row, "share_permille", 0), bytes = cli_int(row, "bytes", -1);
        printf("%-24.*s %12s  %3lld.%lld %%\n", RS_STR_ARG(cli_text(c, row, "dataset", "")),
               cli_count(cli_int(row, "samples", 0)), (long long)(share / 10),
               (long long)(share % 10));
        cli_wrap("    ", cli_text(c, row, "why", ""));
        if (cli_flag(row, "indexed")) continue; /* need not be downloaded */
        rs_json_iter links = rs_json_each(rs_json_get(row, "links"));
        for (const rs_json *link; (link = rs_json_next(&links, NULL));)
            printf("    get it: %.*s%s%s\n", RS_STR_ARG(rs_json_str(link)), bytes > 0 ? ", " : "",
                   bytes > 0 ? cli_bytes(bytes) : "");
    }
    int64_t allocated = cli_int(root, "allocated", 0), budget = cli_int(root, "budget", 0);
    /* The pool is smaller than the budget. */
    if (allocated < budget)
        printf("\nOnly %s %s.\n", cli_count(allocated),
               rs_str_eq(cli_text(c, root, "unit", ""), RS_STR("images"))
                   ? "different pictures are there"
                   : "can be used, repeats counted");
    printf("\nAt the same budget other rules would give:\n");
    cli_table(rs_json_get(rs_json_get(root, "compare"), "rows"), compare, 6);
    /* A relative figure: utility depends on weights that are assumed, not measured. */
    const rs_json *utility = rs_json_get(rs_json_get(root, "compare"), "worth_percent");
    printf("\nUtility under the same assumptions (the allocation = 100):\n ");
    for (size_t i = 0; i < 4; i++)
        printf("%s %s %lld", i ? "," : "", rules[i], (long long)cli_int(utility, rules[i], 0));
    printf("\n");
    if (rs_json_len(rs_json_get(root, "download"))) {
        printf("\nNot here, but it would use these too:\n");
        cli_table(rs_json_get(root, "download"), download, 4);
    }
    if (recipe.len)
        printf("\nWrote %.*s. Next: rsift mix %.*s\n", RS_STR_ARG(recipe), RS_STR_ARG(recipe));
    else printf("\n-o recipe.yaml writes it down.\n");
}
