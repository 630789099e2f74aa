/* audit, duplicates, leaks: what is wrong, what repeats, what overlaps. */
#include "cli/verbs.h"

#include <stdio.h>

static void print_places(cli *c, const rs_json *findings)
{
    rs_json_iter it = rs_json_each(findings);
    for (const rs_json *f; (f = rs_json_next(&it, NULL));) {
        rs_str severity = cli_text(c, f, "severity", ""), example = cli_text(c, f, "example", "");
        if (rs_str_eq(severity, RS_STR("note")) || example.len == 0) continue;
        printf("\n%.*s, %.*s: for example\n", RS_STR_ARG(cli_text(c, f, "dataset", "")),
               RS_STR_ARG(cli_text(c, f, "code", "")));
        cli_wrap("  ", example);
        cli_wrap("  ", cli_text(c, f, "message", ""));
    }
}

static void print_audit(cli *c, const rs_json *root)
{
    static const cli_column datasets[] = {
        {"dataset", "dataset", false, 20}, {"samples", "samples", true, 0},
        {"pictures", "pictures", true, 0}, {"not here", "missing", true, 0},
        {"unused", "orphans", true, 0},    {"set aside", "set_aside", true, 0},
        {"adds up", "adds_up", false, 7}};
    static const cli_column findings[] = {{"dataset", "dataset", false, 20},
                                          {"finding", "code", false, 20},
                                          {"severity", "severity", false, 8},
                                          {"count", "n", true, 0}};
    cli_table(rs_json_get(root, "datasets"), datasets, 7);
    const rs_json *rows = rs_json_get(root, "findings");
    if (rs_json_len(rows) == 0) {
        printf("\nNo findings.\n");
    } else {
        printf("\n");
        cli_table(rows, findings, 4);
        print_places(c, rows);
    }
    printf("\nadds up: records seen = used + merged + skipped + set aside, in every source.\n"
           "Next: rsift leaks\n");
}

static int run_audit(cli *c, int argc, char **argv)
{
    cli_list datasets = {0};
    const char *level = NULL;
    const cli_option options[] = {{"--level", CLI_TEXT, &level, "LEVEL",
                                   "exit with 1 from note, warning (default) or serious upwards"}};
    int code = cli_parse(c, &cli_verb_audit, options, 1, argc, argv, &datasets);
    if (code >= 0) return code;
    rsift_answer answer;
    if (rsift_audit(c->context, datasets.items, datasets.n, level, &answer, &c->err) != RSIFT_OK)
        return cli_fail(c, "audit");
    if (!cli_print_json(c, &answer)) {
        const rs_json *root = cli_read(c, &answer);
        if (root) print_audit(c, root);
    }
    return cli_done(&answer);
}

const cli_verb cli_verb_audit = {
    .name = "audit",
    .summary = "what is wrong with the data, per dataset, with one place each",
    .usage = "audit [ID...] [--level LEVEL]",
    .help =
        "Counts every finding of the index and what only the whole pool can tell: exact "
        "duplicates,\n"
        "conflicting answers, pictures in two splits, counts that differ from the catalogue's.\n"
        "Exit code 1 when there are findings at the level or above.\n\n"
        "  rsift audit\n"
        "  rsift audit rsvqa-lr --level serious\n"
        "  rsift query \"SELECT * FROM finding WHERE code = 'region-outside' LIMIT 5\"\n",
    .run = run_audit};

static int run_duplicates(cli *c, int argc, char **argv)
{
    cli_list datasets = {0};
    int code = cli_parse(c, &cli_verb_duplicates, NULL, 0, argc, argv, &datasets);
    if (code >= 0) return code;
    rsift_answer answer;
    if (rsift_duplicates(c->context, datasets.items, datasets.n, &answer, &c->err) != RSIFT_OK)
        return cli_fail(c, "duplicates");
    if (!cli_print_json(c, &answer)) {
        const rs_json *root = cli_read(c, &answer);
        static const cli_column pairs[] = {{"kept in", "kept_in", false, 20},
                                           {"repeated in", "repeated_in", false, 20},
                                           {"samples", "samples", true, 0},
                                           {"for example", "example_repeated", false, 0}};
        if (rs_json_len(rs_json_get(root, "pairs")))
            cli_table(rs_json_get(root, "pairs"), pairs, 4);
        printf("%s exact duplicates: same task, pictures, turns, regions and labels. One of each "
               "stays:\n"
               "protected before human, mixed, template, LLM-written. All pairs:\n"
               "  rsift query \"SELECT a, b, evidence FROM overlap WHERE kind = 'duplicate'\"\n",
               cli_count(cli_int(root, "n_duplicates", 0)));
    }
    return cli_done(&answer);
}

const cli_verb cli_verb_duplicates = {
    .name = "duplicates",
    .summary = "samples that are exactly the same, and which one stays",
    .usage = "duplicates [ID...]",
    .help = "Compares all indexed samples; with IDs, shows the groups that touch these datasets. "
            "`rsift mix`\n"
            "drops duplicates by itself. Exit code 1 when there are any.\n\n"
            "  rsift duplicates\n  rsift duplicates rsicd ucm-captions\n",
    .run = run_duplicates};

/* One line per indexed dataset: whose evaluation data it may show, by the catalogue's lineage. */
static void print_possible(cli *c, const rs_json *rows)
{
    rs_buf seen = {0};
    rs_json_iter it = rs_json_each(rows);
    for (const rs_json *row; (row = rs_json_next(&it, NULL));) {
        rs_str dataset = cli_text(c, row, "dataset", "");
        rs_buf mark = {0};
        rs_buf_printf(&mark, "\n%.*s\n", RS_STR_ARG(dataset));
        bool again = rs_str_find(rs_buf_view(&seen), rs_buf_view(&mark)) != RS_NPOS;
        if (!again) {
            printf("%s%.*s may share pictures with\n",
                   seen.len ? "" : "\nBy the catalogue's lineage alone\n", RS_STR_ARG(dataset));
            rs_buf line = {0};
            rs_json_iter others = rs_json_each(rows);
            for (const rs_json *other; (other = rs_json_next(&others, NULL));)
                if (rs_str_eq(cli_text(c, other, "dataset", ""), dataset))
                    rs_buf_printf(&line, "%s%.*s (%.*s)", line.len ? ", " : "",
                                  RS_STR_ARG(cli_text(c, other, "benchmark", "")),
                                  RS_STR_ARG(cli_text(c, other, "source", "")));
            cli_wrap("  ", rs_buf_view(&line));
            rs_buf_fini(&line);
        }
        rs_buf_str(&seen, rs_buf_view(&mark));
        rs_buf_fini(&mark);
    }
    rs_buf_fini(&seen);
}

static int run_leaks(cli *c, int argc, char **argv)
{
    cli_list protect = {0}, rest = {0};
    const cli_option options[] = {
        {"--protect", CLI_LIST, &protect, "ID",
         "a benchmark or dataset; may be given again; default: every known one"}};
    int code = cli_parse(c, &cli_verb_leaks, options, 1, argc, argv, &rest);
    if (code >= 0) return code;
    if (rest.n)
        return cli_usage(&cli_verb_leaks, "leaks wants no \"%s\"; name benchmarks with --protect",
                         rest.items[0]);
    rsift_answer answer;
    if (rsift_leaks(c->context, protect.items, protect.n, &answer, &c->err) != RSIFT_OK)
        return cli_fail(c, "leaks");
    if (!cli_print_json(c, &answer)) {
        const rs_json *root = cli_read(c, &answer);
        static const cli_column rows[] = {{"benchmark", "benchmark", false, 26},
                                          {"samples", "samples", true, 0},
                                          {"same bytes", "content", false, 16},
                                          {"lineage", "lineage", false, 16},
                                          {"own train", "own", true, 0}};
        static const cli_column pairs[] = {{"benchmark", "benchmark", false, 20},
                                           {"from", "dataset", false, 18},
                                           {"level", "level", false, 5},
                                           {"samples", "samples", true, 0},
                                           {"evidence", "evidence", false, 0}};
        if (rs_json_len(rs_json_get(root, "benchmarks")))
            cli_table(rs_json_get(root, "benchmarks"), rows, 5);
        if (rs_json_len(rs_json_get(root, "pairs"))) {
            printf("\n");
            cli_table(rs_json_get(root, "pairs"), pairs, 5);
        }
        print_possible(c, rs_json_get(root, "possible"));
        printf("\n%s training samples of other datasets show pictures of protected benchmarks.\n"
               "%zu benchmarks of the catalogue are not indexed here: NOT CHECKED.\n"
               "own train: official training samples that share a picture with their own test.\n"
               "  rsift query \"SELECT a, b, level, evidence FROM overlap WHERE kind = 'leak' "
               "LIMIT 10\"\n",
               cli_count(cli_int(root, "n_leaks", 0)),
               rs_json_len(rs_json_get(root, "not_indexed")));
    }
    return cli_done(&answer);
}

const cli_verb cli_verb_leaks = {
    .name = "leaks",
    .summary = "training samples that show a benchmark's pictures",
    .usage = "leaks [--protect ID]...",
    .help =
        "Two methods: equal bytes of pictures, and lineage (names by which descendants know the "
        "same\n"
        "picture, crop or scene). For each benchmark and method: clean, leaks n, or NOT CHECKED\n"
        "(pictures absent, or no names known). Exit code 1 when there are leaks.\n\n"
        "  rsift leaks\n  rsift leaks --protect DOTA --protect rsvqa-lr\n",
    .run = run_leaks};
