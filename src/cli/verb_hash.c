/* hash: what of each dataset's pictures is hashed, what is not and why, what to do next. */
#include "cli/verbs.h"

#include <stdio.h>

/* Sum of one count over all datasets. */
static int64_t total(const rs_json *answer, const char *key)
{
    int64_t n = 0;
    rs_json_iter it = rs_json_each(rs_json_get(answer, "datasets"));
    for (const rs_json *one; (one = rs_json_next(&it, NULL));) n += cli_int(one, key, 0);
    return n;
}

static void print_problems(cli *c, const rs_json *r)
{
    const rs_json *problems = rs_json_get(r, "problems");
    rs_json_iter it = rs_json_each(problems);
    for (const rs_json *p; (p = rs_json_next(&it, NULL));) {
        printf("  CHANGED  ");
        cli_wrap_on("            ", 10,
                    rs_arena_printf(&c->arena, "%.*s, %.*s: %.*s",
                                    RS_STR_ARG(cli_text(c, p, "release", "")),
                                    RS_STR_ARG(cli_text(c, p, "place", "")),
                                    RS_STR_ARG(cli_text(c, p, "message", ""))));
    }
    const int64_t n = cli_int(r, "changed", 0);
    if (n == 0) return;
    const int64_t others = n - (int64_t)rs_json_len(problems);
    if (others > 0) printf("            and %s more\n", cli_count(others));
    printf("            They got no hash: bring them back, or index their dataset again.\n");
}

/* Why pictures have no hash, and what helps. */
static void print_missing(const rs_json *r)
{
    const int64_t failed = total(r, "failed"), no_bytes = total(r, "no_content_hash");
    if (failed)
        printf("  failed    %s could not be hashed:\n"
               "            rsift query \"SELECT failed, count(*) AS n FROM asset JOIN\n"
               "            picture_hash USING (content_hash) WHERE failed IS NOT NULL GROUP BY "
               "ALL\"\n",
               cli_count(failed));
    if (total(r, "flat"))
        printf("  flat      too little detail for a perceptual hash (calm water, no data): of\n"
               "            these only equal pixels are found\n");
    if (no_bytes)
        printf(
            "  no hash   %s were indexed with --no-hash or cannot be read: what is said of\n"
            "            their dataset's leaks does not cover them; index it without --no-hash\n",
            cli_count(no_bytes));
    if (total(r, "not_here"))
        printf("  not here  they come by rsift link ID --images DIR; then hash again\n");
    const int64_t left = total(r, "left") - cli_int(r, "changed", 0);
    if (left > 0 && cli_flag(r, "is_unit"))
        printf("  left      %s: the other units'\n", cli_count(left));
}

void cli_print_hash(cli *c, const rs_json *r)
{
    static const cli_column rows[] = {
        {"dataset", "dataset", false, 22}, {"pictures", "pictures", true, 0},
        {"exact", "exact", true, 0},       {"scaled", "scaled", true, 0},
        {"damaged", "damaged", true, 0},   {"flat", "flat", true, 0},
        {"failed", "failed", true, 0},     {"not here", "not_here", true, 0},
        {"left", "left", true, 0}};
    const rs_json *datasets = rs_json_get(r, "datasets");
    if (rs_json_len(datasets) == 0) {
        printf("Nothing is indexed here that has pictures. Next: rsift index PATH\n");
        return;
    }
    const int64_t n = cli_int(r, "hashed", 0) + cli_int(r, "failed", 0);
    cli_table(datasets, rows, sizeof rows / sizeof *rows);
    if (n) printf("  hashed    %s different files by this run\n", cli_count(n));
    else printf("  hashed    nothing was left to do\n");
    print_missing(r);
    print_problems(c, r);
    printf("Next: rsift leaks, rsift duplicates --near\n");
}
