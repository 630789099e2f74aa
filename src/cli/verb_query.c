/* query: the workspace is yours to ask. */
#include "cli/verbs.h"

#include <stdio.h>

static int run_query(cli *c, int argc, char **argv)
{
    cli_list words = {0};
    int code = cli_parse(c, &cli_verb_query, NULL, 0, argc, argv, &words);
    if (code >= 0) return code;
    if (words.n != 1) return cli_usage(&cli_verb_query, "query wants one SQL text in quotes");
    rsift_answer answer;
    if (rsift_query(c->context, words.items[0], &answer, &c->err) != RSIFT_OK)
        return cli_fail(c, "query");
    if (!cli_print_json(c, &answer)) {
        const rs_json *rows = cli_read(c, &answer);
        cli_column columns[32];
        size_t n = 0;
        rs_json_iter it = rs_json_each(rows);
        const rs_json *first = rs_json_next(&it, NULL);
        rs_json_iter names = rs_json_each(first);
        rs_str name;
        for (const rs_json *v; n < 32 && (v = rs_json_next(&names, &name));) {
            rs_json_type type = rs_json_kind(v);
            const char *key = rs_arena_cstr(&c->arena, name);
            columns[n++] = (cli_column){key, key, type == RS_JSON_INT || type == RS_JSON_REAL, 0};
        }
        if (n) cli_table(rows, columns, n);
        printf("(%zu row%s)\n", rs_json_len(rows), rs_json_len(rows) == 1 ? "" : "s");
    }
    return cli_done(&answer);
}

const cli_verb cli_verb_query = {
    .name = "query",
    .summary = "SQL over everything that was indexed and decided",
    .usage = "query \"SQL\"",
    .help = "Views: release file reading asset asset_source sample sample_asset split turn region\n"
            "finding overlap mixture ledger. Read-only. --json gives a bare array of objects.\n\n"
            "  rsift query \"SELECT dataset, task, count(*) n FROM sample GROUP BY ALL ORDER BY n "
            "DESC\"\n"
            "  rsift query \"SELECT code, sum(n) FROM finding GROUP BY code\" --json\n",
    .run = run_query};
