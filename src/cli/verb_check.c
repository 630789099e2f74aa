/* check: what was proved, what is wrong, and what to do about it. */
#include "cli/verbs.h"

#include <stdio.h>

static void print_problem(cli *c, const rs_json *p)
{
    printf("\n%.*s, %.*s\n", RS_STR_ARG(cli_text(c, p, "of", "")),
           RS_STR_ARG(cli_text(c, p, "what", "")));
    if (cli_text(c, p, "place", "").len) cli_wrap("  ", cli_text(c, p, "place", ""));
    cli_wrap("  ", cli_text(c, p, "message", ""));
    const rs_str next = cli_text(c, p, "next", "");
    if (next.len) cli_wrap("  ", rs_arena_printf(&c->arena, "To do: %.*s.", RS_STR_ARG(next)));
}

void cli_print_check(cli *c, const rs_json *r)
{
    static const cli_column rows[] = {{"what", "what", false, 12},
                                      {"of", "of", false, 40},
                                      {"checked", "checked", true, 0},
                                      {"wrong", "wrong", true, 0}};
    cli_table(rs_json_get(r, "rows"), rows, 4);
    rs_json_iter it = rs_json_each(rs_json_get(r, "problems"));
    for (const rs_json *p; (p = rs_json_next(&it, NULL));) print_problem(c, p);
    const int64_t n_wrong = cli_int(r, "n_wrong", 0), left = cli_int(r, "leftovers", 0);
    printf("\n");
    if (!cli_flag(r, "releases_checked"))
        printf("Releases and mixtures were not looked at: parts come first.\n");
    if (left)
        printf("%s folders of processes that died are left in tmp; the next index sweeps them.\n",
               cli_count(left));
    if (n_wrong) printf("Wrong: %s\n", cli_count(n_wrong));
    else if (cli_flag(r, "deep")) printf("Everything is as it was indexed.\n");
    else printf("Nothing is wrong by size and time; --deep hashes everything again.\n");
}
