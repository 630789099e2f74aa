/* sample: one sample as understood, and its bytes at the source. */
#include "cli/verbs.h"

#include <stdio.h>

static void print_part(cli *c, const char *title, const rs_json *rows, const cli_column *columns,
                       size_t n)
{
    (void)c;
    if (rs_json_len(rows) == 0) return;
    printf("\n%s\n", title);
    cli_table(rows, columns, n);
}

static void print_sample(cli *c, const rs_json *s)
{
    static const char *const keys[] = {"sample_id", "dataset",      "role",        "task",
                                       "skill",     "release_type", "original_id", "locator"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        rs_str text = cli_text(c, s, keys[i], "");
        if (text.len) printf("%-13s %.*s\n", keys[i], RS_STR_ARG(text));
    }
    static const cli_column assets[] = {{"picture", "role", false, 8}, {"path", "path", false, 0}};
    static const cli_column regions[] = {{"region", "kind", false, 8},
                                         {"label", "label", false, 30},
                                         {"convention", "convention", false, 16},
                                         {"numbers", "coords", false, 0}};
    print_part(c, "pictures", rs_json_get(s, "assets"), assets, 2);
    rs_json_iter it = rs_json_each(rs_json_get(s, "turns"));
    for (const rs_json *turn; (turn = rs_json_next(&it, NULL));) {
        printf("\n%.*s\n", RS_STR_ARG(cli_text(c, turn, "role", "")));
        rs_str text = cli_text(c, turn, "text", ""), line;
        while (rs_str_line(&text, &line)) cli_wrap("  ", line);
    }
    print_part(c, "regions", rs_json_get(s, "regions"), regions, 4);
    printf("\nat the source (byte %lld)\n", (long long)cli_int(s, "offset", -1));
    cli_wrap("  ", cli_text(c, s, "source", ""));
    rs_str extra = cli_text(c, s, "source_extra", "");
    if (extra.len) cli_wrap("  ", extra);
}

static int run_sample(cli *c, int argc, char **argv)
{
    cli_list ids = {0};
    int code = cli_parse(c, &cli_verb_sample, NULL, 0, argc, argv, &ids);
    if (code >= 0) return code;
    if (ids.n != 1) return cli_usage(&cli_verb_sample, "sample wants one sample id");
    rsift_answer answer;
    if (rsift_sample(c->context, ids.items[0], &answer, &c->err) != RSIFT_OK)
        return cli_fail(c, "sample");
    if (!cli_print_json(c, &answer)) {
        const rs_json *root = cli_read(c, &answer);
        if (root) print_sample(c, root);
    }
    return cli_done(&answer);
}

const cli_verb cli_verb_sample = {.name = "sample",
                                  .summary =
                                      "one sample as understood, and its bytes at the source",
                                  .usage = "sample ID",
                                  .help = "The id is that of `rsift query \"SELECT sample_id FROM "
                                          "sample\"`, with or without dashes.\n\n"
                                          "  rsift sample 0b7c1f3e9a...\n",
                                  .run = run_sample};
