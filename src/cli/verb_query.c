/* query, sample: rows, and one sample with its bytes at the source. */
#include "cli/verbs.h"

#include <stdio.h>

enum { MOST_COLUMNS = 32 };

void cli_print_query(cli *c, const rs_json *rows)
{
    cli_column columns[MOST_COLUMNS];
    size_t n = 0;
    rs_json_iter it = rs_json_each(rows);
    /* The first row names the columns: rows of one SELECT have the same ones. */
    rs_json_iter names = rs_json_each(rs_json_next(&it, NULL));
    rs_str name;
    for (const rs_json *v; n < MOST_COLUMNS && (v = rs_json_next(&names, &name));) {
        /* A column is set to the right when its first value is a number. */
        const rs_json_type type = rs_json_kind(v);
        const char *key = rs_arena_cstr(&c->arena, name);
        columns[n++] = (cli_column){key, key, type == RS_JSON_INT || type == RS_JSON_REAL, 0};
    }
    if (n) cli_table(rows, columns, n);
    printf("(%zu row%s)\n", rs_json_len(rows), rs_json_len(rows) == 1 ? "" : "s");
}

static void print_part(const char *title, const rs_json *rows, const cli_column *columns, size_t n)
{
    if (rs_json_len(rows) == 0) return;
    printf("\n%s\n", title);
    cli_table(rows, columns, n);
}

/* "user  asks for vqa counting (rule count), answered by number" */
static void print_tag(cli *c, const rs_json *turn)
{
    const rs_str task = cli_text(c, turn, "tag_task", ""),
                 skill = cli_text(c, turn, "tag_skill", ""),
                 form = cli_text(c, turn, "answer_form", "");
    if (task.len)
        printf("  asks for %.*s%s%.*s (rule %.*s)%s", RS_STR_ARG(task), skill.len ? " " : "",
               RS_STR_ARG(skill), RS_STR_ARG(cli_text(c, turn, "tag_rule", "")),
               form.len ? "," : "");
    if (form.len) printf("%sanswered by %.*s", task.len ? " " : "  ", RS_STR_ARG(form));
}

void cli_print_sample(cli *c, const rs_json *s)
{
    static const char *const keys[] = {"sample_id", "dataset",      "role",        "task",
                                       "skill",     "release_type", "original_id", "locator"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        rs_str text = cli_text(c, s, keys[i], "");
        /* Facts that a sample does not have are left out of the answer. */
        if (text.len) printf("%-13s %.*s\n", keys[i], RS_STR_ARG(text));
    }
    static const cli_column assets[] = {{"picture", "role", false, 8}, {"path", "path", false, 0}};
    static const cli_column regions[] = {{"region", "kind", false, 8},
                                         {"label", "label", false, 30},
                                         {"convention", "convention", false, 16},
                                         {"numbers", "coords", false, 0}};
    print_part("pictures", rs_json_get(s, "assets"), assets, 2);
    rs_json_iter it = rs_json_each(rs_json_get(s, "turns"));
    for (const rs_json *turn; (turn = rs_json_next(&it, NULL));) {
        printf("\n%.*s", RS_STR_ARG(cli_text(c, turn, "role", "")));
        print_tag(c, turn);
        printf("\n");
        rs_str text = cli_lines(c, turn, "text", ""), line;
        /* Lines of a turn stay lines: prompts with choices depend on them. */
        while (rs_str_line(&text, &line)) cli_wrap("  ", line);
    }
    print_part("regions", rs_json_get(s, "regions"), regions, 4);
    /* a record of several pieces has no one byte */
    const int64_t offset = cli_int(s, "offset", -1);
    printf(offset < 0 ? "\nat the source\n" : "\nat the source (byte %lld)\n", (long long)offset);
    cli_wrap("  ", cli_lines(c, s, "source", ""));
    /* What the reader joined to the record; the sample's id is made of both. */
    rs_str extra = cli_lines(c, s, "source_extra", "");
    if (extra.len) cli_wrap("  ", extra);
}
