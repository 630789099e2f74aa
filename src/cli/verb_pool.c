/* audit, duplicates, leaks, mix: what is wrong, what repeats, what overlaps, what is kept. */
#include "cli/verbs.h"

#include <stdio.h>

/* One example of a finding, what the code does to the training set and what to do about it. */
static void print_example(cli *c, const rs_json *finding)
{
    printf("\n%.*s, %.*s: for example\n", RS_STR_ARG(cli_text(c, finding, "dataset", "")),
           RS_STR_ARG(cli_text(c, finding, "code", "")));
    cli_wrap("  ", cli_text(c, finding, "example", ""));
    cli_wrap("  ", cli_text(c, finding, "message", ""));
    rs_buf line = {0};
    rs_buf_printf(&line, "Effect: %.*s. To do: %.*s.",
                  RS_STR_ARG(cli_text(c, finding, "effect", "")),
                  RS_STR_ARG(cli_text(c, finding, "remedy", "")));
    cli_wrap("  ", rs_buf_view(&line));
    rs_buf_fini(&line);
}

void cli_print_audit(cli *c, const rs_json *root)
{
    static const cli_column datasets[] = {
        {"dataset", "dataset", false, 20}, {"samples", "samples", true, 0},
        {"pictures", "pictures", true, 0}, {"not here", "missing", true, 0},
        {"unused", "orphans", true, 0},    {"set aside", "set_aside", true, 0},
        {"adds up", "adds_up", false, 7}};
    static const cli_column findings[] = {{"dataset", "dataset", false, 18},
                                          {"finding", "code", false, 20},
                                          {"severity", "severity", false, 8},
                                          {"count", "n", true, 0},
                                          {"effect", "effect", false, 18}};
    cli_table(rs_json_get(root, "datasets"), datasets, 7);
    const rs_json *rows = rs_json_get(root, "findings");
    if (rs_json_len(rows) == 0) {
        printf("\nNo findings.\n");
    } else {
        printf("\n");
        cli_table(rows, findings, 5);
    }
    /* One example of each warning and serious finding; of notes, what was decided and why. */
    rs_json_iter it = rs_json_each(rows);
    for (const rs_json *f; (f = rs_json_next(&it, NULL));)
        if ((!rs_str_eq(cli_text(c, f, "severity", ""), RS_STR("note")) ||
             rs_str_eq(cli_text(c, f, "code", ""), RS_STR("box-convention-decided"))) &&
            cli_text(c, f, "example", "").len)
            print_example(c, f);
    printf("\nadds up: records seen = used + merged + skipped + set aside, in every source.\n"
           "Next: rsift leaks\n");
}

void cli_print_duplicates(cli *c, const rs_json *root)
{
    (void)c;
    /* A pair of datasets a line; single samples are in the table `overlap`. */
    static const cli_column pairs[] = {{"kept in", "kept_in", false, 16},
                                       {"repeated in", "repeated_in", false, 16},
                                       {"samples", "samples", true, 0},
                                       {"for example", "example_repeated", false, 0}};
    if (rs_json_len(rs_json_get(root, "pairs"))) cli_table(rs_json_get(root, "pairs"), pairs, 4);
    printf("%s exact duplicates: same task, pictures, turns, regions and labels.\n"
           "One of each stays: protected before human, mixed, template, LLM-written.\n"
           "All pairs:\n"
           "  rsift query \"SELECT a, b, evidence FROM overlap WHERE kind = 'duplicate'\"\n",
           cli_count(cli_int(root, "n_duplicates", 0)));
}

/* One line per indexed dataset: whose evaluation data it may show, by the catalogue's lineage. */
static void print_possible(cli *c, const rs_json *rows)
{
    rs_buf seen = {0};
    rs_json_iter it = rs_json_each(rows);
    for (const rs_json *row; (row = rs_json_next(&it, NULL));) {
        rs_str dataset = cli_text(c, row, "dataset", "");
        rs_buf mark = {0};
        /* A mark with line ends on both sides: no id can be found inside another one. */
        rs_buf_printf(&mark, "\n%.*s\n", RS_STR_ARG(dataset));
        /* rows come by benchmark: each dataset is printed once */
        bool again = rs_str_find(rs_buf_view(&seen), rs_buf_view(&mark)) != RS_NPOS;
        if (!again) {
            printf("%s%.*s may share pictures with\n",
                   seen.len ? "" : "\nBy the catalogue's lineage alone\n", RS_STR_ARG(dataset));
            rs_buf line = {0};
            /* Rows of a dataset need not be neighbours, so the list is read again for each:
             * it is short. */
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

/* Names of a column in one wrapped paragraph, a count in brackets behind each where `number` is
 * given; nothing without rows that fit `method` (NULL = all). */
static void print_names(cli *c, const rs_json *rows, const cli_column *name, const char *method,
                        const char *title)
{
    rs_buf line = {0};
    rs_json_iter it = rs_json_each(rows);
    for (const rs_json *row; (row = rs_json_next(&it, NULL));) {
        if (method && !rs_str_eq(cli_text(c, row, "method", ""), rs_str_of(method))) continue;
        rs_buf_printf(&line, "%s%.*s", line.len ? ", " : "",
                      RS_STR_ARG(cli_text(c, row, name->key, "")));
        if (name->right) rs_buf_printf(&line, " (%s)", cli_count(cli_int(row, "pictures", 0)));
    }
    if (line.len) {
        printf("\n%s\n", title);
        cli_wrap("  ", rs_buf_view(&line));
    }
    rs_buf_fini(&line);
}

void cli_print_leaks(cli *c, const rs_json *root)
{
    static const cli_column rows[] = {{"benchmark", "benchmark", false, 26},
                                      {"method", "method", false, 7},
                                      {"pictures", "pictures", true, 0},
                                      {"looked at", "looked_at", true, 0},
                                      {"result", "result", false, 28}};
    static const cli_column pairs[] = {{"benchmark", "benchmark", false, 20},
                                       {"from", "dataset", false, 18},
                                       {"level", "level", false, 5},
                                       {"samples", "samples", true, 0},
                                       {"evidence", "evidence", false, 0}};
    static const cli_column counted = {"", "dataset", true, 0}, named = {"", "benchmark", false, 0};
    if (rs_json_len(rs_json_get(root, "methods"))) cli_table(rs_json_get(root, "methods"), rows, 5);
    if (rs_json_len(rs_json_get(root, "pairs"))) {
        printf("\n");
        cli_table(rs_json_get(root, "pairs"), pairs, 5);
    }
    /* What no method checked comes last: it is a hint and counts no leak. */
    const rs_json *unseen = rs_json_get(root, "not_compared");
    print_names(c, unseen, &counted, "bytes",
                "Bytes could not look at training pictures that are not here");
    print_names(c, unseen, &counted, "format",
                "Bytes could not look at training pictures in another file format");
    print_names(c, unseen, &counted, "lineage",
                "Lineage could not look at training pictures without names in common");
    print_possible(c, rs_json_get(root, "possible"));
    print_names(c, rs_json_get(root, "not_indexed"), &named, NULL,
                "NOT CHECKED by any method, because not indexed here");
    printf("\nFound: %s training samples of other datasets that show pictures of protected\n"
           "benchmarks. What is NOT CHECKED may hold more.\n"
           "A method tells only of what it looked at: bytes find copies of a file, lineage\n"
           "finds known names. A benchmark in its own `from` counts no leak: official\n"
           "training samples that share a picture with their own test.\n"
           "  rsift query \"SELECT a, b, level, evidence FROM overlap\n"
           "    WHERE kind = 'leak' LIMIT 10\"\n",
           cli_count(cli_int(root, "n_leaks", 0)));
}

void cli_print_mix(cli *c, const rs_json *root)
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
    /* In full, and not as a table, which would cut the texts. */
    rs_json_iter it = rs_json_each(rs_json_get(root, "warnings"));
    for (const rs_json *w; (w = rs_json_next(&it, NULL));) {
        printf("\n%s samples, %.*s:\n", cli_count(cli_int(w, "samples", 0)),
               RS_STR_ARG(cli_text(c, w, "code", "")));
        cli_wrap("  ", cli_text(c, w, "text", ""));
    }
    printf("\n%s of %s candidates kept. Every one has a line in the ledger:\n"
           "  rsift query \"SELECT reason, detail, sample_id FROM ledger\n"
           "    WHERE mixture_id = '%.*s' LIMIT 10\"\n"
           "%s\n",
           cli_count(cli_int(root, "kept", 0)), cli_count(cli_int(root, "candidates", 0)),
           RS_STR_ARG(cli_text(c, root, "mixture_id", "")),
           cli_int(root, "kept", 0)
               ? "Next: rsift emit --format F --model M -o DIR"
               : "Nothing is kept, so there is nothing to emit: see the reasons "
                 "above.");
}
