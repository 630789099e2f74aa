/* value: tables of shares, what each column means, and what is bad about the data. */
#include "cli/verbs.h"

#include <stdio.h>

enum { MOST_CELLS = 20, LEAST = 20 /* of what a share is made of: fewer say nothing */ };

/* A share of the number `of` as per cent, "-" where too little was looked at. */
static rs_str percent(cli *c, const rs_json *row, const char *key, const char *of)
{
    const double share = cli_number(row, key, -9);
    if (share < -1 || cli_int(row, of, 0) < LEAST) return RS_STR("-");
    int whole = (int)(share * 100 + (share < 0 ? -0.5 : 0.5));
    if (whole == 100 && share < 1) whole = 99; /* 100 only of all */
    return rs_arena_printf(&c->arena, "%d", whole);
}

static rs_str decimal(cli *c, const rs_json *row, const char *key)
{
    const double v = cli_number(row, key, -1);
    return v < 0 ? RS_STR("-") : rs_arena_printf(&c->arena, "%.1f", v);
}

static rs_str count(cli *c, const rs_json *row, const char *key)
{
    return rs_arena_str(&c->arena, rs_str_of(cli_count(cli_int(row, key, 0))));
}

static rs_str name_of(cli *c, const rs_json *row)
{
    const rs_str dataset = cli_text(c, row, "dataset", "");
    return rs_str_eq(cli_text(c, row, "role", ""), RS_STR("eval"))
               ? rs_arena_printf(&c->arena, "%.*s (eval)", RS_STR_ARG(dataset))
               : dataset;
}

void cli_print_value_datasets(cli *c, const rs_json *rows)
{
    static const cli_column columns[] = {{"dataset", "", false, 18}, {"samples", "", true, 0},
                                         {"asked", "", true, 0},     {"blind", "", true, 0},
                                         {"gain", "", true, 0},      {"bits", "", true, 0},
                                         {"yes", "", true, 0},       {"same", "", true, 0},
                                         {"near", "", true, 0},      {"written by", "", false, 9}};
    enum { N = sizeof columns / sizeof *columns };
    const size_t n = rs_json_len(rows);
    rs_str *cells = rs_arena_calloc(&c->arena, n * N + 1, sizeof *cells), *to = cells;
    rs_json_iter it = rs_json_each(rows);
    for (const rs_json *row; cells && (row = rs_json_next(&it, NULL)); to += N) {
        to[0] = name_of(c, row);
        to[1] = count(c, row, "samples");
        to[2] = count(c, row, "questions");
        to[3] = percent(c, row, "blind", "judged");
        to[4] = percent(c, row, "gain", "judged");
        to[5] = decimal(c, row, "bits");
        to[6] = percent(c, row, "yes", "yes_no");
        to[7] = percent(c, row, "same_captions", "captions");
        to[8] = percent(c, row, "near", "near_looked");
        to[9] = cli_text(c, row, "origin", "");
    }
    if (cells) cli_cells("", cells, n, columns, N);
}

static void print_legend(void)
{
    printf("  asked  questions with an answer, a caption counts as one\n"
           "  blind  %% of short answers guessed from the question alone: what other\n"
           "         pictures answer to it. High: the pictures are not needed\n"
           "  gain   how much of that the question adds to the commonest answer of all\n"
           "  bits   how much the answers to one kind of question differ: 0 = all the\n"
           "         same, 1 = yes and no alike, 3 = eight answers alike\n"
           "  yes    %% of yes/no answers that are yes\n"
           "  same   %% of captions that another picture has in the same words\n"
           "  near   %% of pictures that repeat another one\n"
           "  -      not looked at, or fewer than 20 of the kind are there\n");
}

static void print_cells(cli *c, const rs_json *rows)
{
    static const cli_column columns[] = {
        {"dataset", "", false, 14}, {"task", "", false, 14}, {"skill", "", false, 10},
        {"answer", "", false, 8},   {"asked", "", true, 0},  {"blind", "", true, 0},
        {"gain", "", true, 0},      {"bits", "", true, 0},   {"words", "", true, 0}};
    enum { N = sizeof columns / sizeof *columns };
    size_t n = rs_json_len(rows);
    if (n < 2) return; /* one row says what the table above does */
    rs_str *cells = rs_arena_calloc(&c->arena, n * N + 1, sizeof *cells), *to = cells;
    rs_json_iter it = rs_json_each(rows);
    const size_t shown = n < MOST_CELLS ? n : MOST_CELLS;
    for (const rs_json *row;
         cells && (size_t)(to - cells) < shown * N && (row = rs_json_next(&it, NULL)); to += N) {
        to[0] = name_of(c, row);
        to[1] = cli_text(c, row, "task", "");
        to[2] = cli_text(c, row, "skill", "-");
        to[3] = cli_text(c, row, "answer_form", "");
        to[4] = count(c, row, "questions");
        to[5] = percent(c, row, "blind", "judged");
        to[6] = percent(c, row, "gain", "judged");
        to[7] = decimal(c, row, "bits");
        to[8] = decimal(c, row, "words");
    }
    printf("\nBy kind of question\n");
    if (cells) cli_cells("", cells, shown, columns, N);
    if (shown < n) printf("  and %s more: --json\n", cli_count((int64_t)(n - shown)));
}

void cli_print_value(cli *c, const rs_json *root)
{
    const rs_json *rows = rs_json_get(root, "datasets");
    cli_print_value_datasets(c, rows);
    print_legend();
    rs_json_iter it = rs_json_each(rows);
    for (const rs_json *row; (row = rs_json_next(&it, NULL));) {
        rs_json_iter notes = rs_json_each(rs_json_get(row, "notes"));
        bool first = true;
        for (const rs_json *note; (note = rs_json_next(&notes, NULL)); first = false) {
            if (first) {
                const rs_str name = name_of(c, row);
                printf("\n%.*s\n", RS_STR_ARG(name));
            }
            cli_wrap("  ", rs_json_str(note));
        }
    }
    print_cells(c, rs_json_get(root, "cells"));
    const rs_str file = cli_text(c, c->options, "output", "");
    if (file.len) printf("\nWrote a row per sample: %.*s\n", RS_STR_ARG(file));
    else
        printf(
            "\n-o FILE.csv|parquet writes a row per sample; docs/data-value.md explains them.\n");
}
