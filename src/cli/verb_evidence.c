/* evidence: published scores, best first, rows of one benchmark, metric and source together. */
#include "cli/verbs.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct scored {
    const rs_json *row;
    rs_str benchmark, metric, source;
    double value;
    size_t at;    /* in the answer */
    size_t group; /* the first row of the same benchmark, metric and source */
    bool has_value;
} scored;

static bool is_same(const scored *a, const scored *b)
{
    return rs_str_eq(a->benchmark, b->benchmark) && rs_str_eq(a->metric, b->metric) &&
           rs_str_eq(a->source, b->source);
}

/* By group, then numbers from the highest, then what is no number; the place in the answer last. */
static int by_score(const void *x, const void *y)
{
    const scored *a = x, *b = y;
    if (a->group != b->group) return a->group < b->group ? -1 : 1;
    if (a->has_value != b->has_value) return a->has_value ? -1 : 1;
    if (a->has_value && a->value != b->value) return a->value > b->value ? -1 : 1;
    return a->at < b->at ? -1 : 1;
}

static scored *read_rows(cli *c, const rs_json *list, size_t n)
{
    scored *rows = rs_arena_calloc(&c->arena, n + 1, sizeof *rows);
    rs_json_iter it = rs_json_each(list);
    size_t i = 0;
    for (const rs_json *row; rows && (row = rs_json_next(&it, NULL)); i++) {
        rows[i] = (scored){.row = row,
                           .benchmark = cli_text(c, row, "benchmark", ""),
                           .metric = cli_text(c, row, "metric", ""),
                           .source = cli_text(c, row, "source", ""),
                           .value = cli_number(row, "value", 0),
                           .has_value = rs_json_get(row, "value") != NULL,
                           .at = i,
                           .group = i};
        for (size_t k = 0; k < i && rows[i].group == i; k++)
            if (is_same(&rows[k], &rows[i])) rows[i].group = rows[k].group;
    }
    return rows;
}

static void print_group(cli *c, const scored *rows, size_t n)
{
    static const cli_column columns[] = {
        {"score", "", true, 16}, {"model", "", false, 30}, {"trained on", "", false, CLI_FOLDS}};
    rs_str *cells = rs_arena_calloc(&c->arena, n * 3 + 1, sizeof *cells), *cell = cells;
    for (size_t i = 0; cells && i < n; i++) {
        *cell++ = cli_text(c, rows[i].row, "score", "");
        *cell++ = cli_text(c, rows[i].row, "model", "");
        *cell++ = cli_text(c, rows[i].row, "trained_on", "");
    }
    cli_wrap("", rs_arena_printf(&c->arena, "%.*s, %.*s (%.*s)", RS_STR_ARG(rows->benchmark),
                                 RS_STR_ARG(rows->metric), RS_STR_ARG(rows->source)));
    if (cells) cli_cells("  ", cells, n, columns, 3);
    printf("\n");
}

void cli_print_evidence(cli *c, const rs_json *root)
{
    static const cli_column columns[] = {{"benchmark", "benchmark", false, 50},
                                         {"dataset", "dataset", false, 18},
                                         {"scores", "rows", true, 0}};
    const rs_json *list = rs_json_get(root, "rows");
    if (!list) {
        cli_table(rs_json_get(root, "benchmarks"), columns, 3);
        printf("\n`rsift evidence BENCHMARK` shows the scores, and what was trained on.\n");
        return;
    }
    const size_t n = rs_json_len(list);
    scored *rows = read_rows(c, list, n);
    if (!rows) return;
    qsort(rows, n, sizeof *rows, by_score);
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i; end < n && rows[end].group == rows[i].group; end++) {
        }
        print_group(c, &rows[i], end - i);
    }
    cli_wrap("", RS_STR("Scores under different headings are not comparable: other scorers, other "
                        "conditions (--json has them)."));
}
