/* score: a benchmark's own number for a prediction file, and how far to trust it. */
#include "cli/verbs.h"

#include "base/escape.h"

#include <stdio.h>

/* All profiles in a table, or each whose name begins with one of the words in full. */
static void print_profiles(cli *c, const rs_json *list)
{
    static const char *const rows[][2] = {
        {"rule", "summary"}, {"source", "source"}, {"verified", "verified"}, {"note", "note"}};
    const rs_json *words = rs_json_get(c->options, "profile");
    size_t n = 0;
    rs_json_iter it = rs_json_each(list);
    for (const rs_json *p; words && (p = rs_json_next(&it, NULL));) {
        bool wanted = false;
        rs_json_iter each = rs_json_each(words);
        for (const rs_json *word; !wanted && (word = rs_json_next(&each, NULL));)
            wanted = rs_str_starts(cli_text(c, p, "name", ""), rs_json_str(word));
        if (!wanted) continue;
        if (n++) putchar('\n');
        printf("%.*s, version %lld\n", RS_STR_ARG(cli_text(c, p, "name", "")),
               (long long)cli_int(p, "version", 1));
        for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
            const rs_str text = rs_arena_str(&c->arena, cli_text(c, p, rows[k][1], ""));
            if (!text.len) continue; /* not every profile has a note */
            printf("  %s\n", rows[k][0]);
            cli_wrap("      ", text);
        }
    }
    if (words && !n) printf("no profile begins so; score --list shows all\n");
    if (words) return;
    static const cli_column columns[] = {{"profile", "name", false, 0},
                                         {"verified", "verified", false, 0},
                                         {"rule", "summary", false, CLI_FOLDS}};
    cli_table(list, columns, 3);
    printf("verified: code = read in the code that makes the published number; paper;\n"
           "recalled; no = no published scorer, the rule is ours.\n"
           "score --list NAME explains one.\n");
}

static const char *number(cli *c, const rs_json *m, const char *key)
{
    double v;
    if (!rs_json_double(rs_json_get(m, key), &v)) return "-";
    return rs_arena_printf(&c->arena, "%.2f", v).ptr;
}

static const char *interval(cli *c, const rs_json *m)
{
    double low, high;
    if (!rs_json_double(rs_json_get(m, "low"), &low) ||
        !rs_json_double(rs_json_get(m, "high"), &high))
        return "-";
    return rs_arena_printf(&c->arena, "%.2f to %.2f", low, high).ptr;
}

/* ---- tables: columns of at most 80, or Markdown ---------------------------------------------- */

enum { MOST_COLUMNS = 48, NAME_COLUMNS = 34, SHOWN_COLUMNS = 76 };

typedef struct grid {
    cli_column columns[MOST_COLUMNS];
    size_t n_columns, n_rows;
    rs_str *cells; /* [n_rows * n_columns] */
} grid;

static void put_markdown(rs_str text)
{
    rs_arena arena = {0};
    const rs_str shown = rs_escape_text(&arena, RS_ESCAPE_MARKDOWN, text);
    fwrite(shown.ptr, 1, shown.len, stdout);
    rs_arena_fini(&arena);
}

/* Prints a grid as a table of columns or as a Markdown table. */
static void print_grid(const grid *g, bool markdown)
{
    if (!markdown) {
        cli_cells("  ", g->cells, g->n_rows, g->columns, g->n_columns);
        return;
    }
    putchar('\n');
    for (size_t k = 0; k < g->n_columns; k++) {
        printf(k ? " " : "| ");
        put_markdown(rs_str_of(g->columns[k].title));
        printf(" |");
    }
    putchar('\n');
    for (size_t k = 0; k < g->n_columns; k++)
        printf("%s%s|", k ? "" : "|", g->columns[k].right ? "--:" : "---");
    putchar('\n');
    for (size_t at = 0; at < g->n_rows * g->n_columns; at++) {
        printf(at % g->n_columns ? " " : "| ");
        put_markdown(g->cells[at]);
        printf((at + 1) % g->n_columns ? " |" : " |\n");
    }
}

static bool new_grid(cli *c, grid *g, size_t n_rows, size_t n_columns)
{
    *g = (grid){.n_rows = n_rows, .n_columns = n_columns};
    g->cells = rs_arena_calloc(&c->arena, n_rows * n_columns + 1, sizeof *g->cells);
    return g->cells != NULL;
}

static void print_line(cli *c, rs_str text, bool markdown)
{
    (void)c;
    if (!text.len) return;
    if (markdown) {
        printf("- ");
        put_markdown(text);
        putchar('\n');
    } else cli_wrap("  ", text);
}

/* The title of the intervals: those drawn from few pictures say so. */
static const char *interval_title(cli *c, const rs_json *block)
{
    bool few = false, any = false;
    double low;
    rs_json_bool(rs_json_path(block, RS_STR("drawn.few")), &few);
    rs_json_iter it = rs_json_each(rs_json_get(block, "measures"));
    for (const rs_json *m; !any && (m = rs_json_next(&it, NULL));)
        any = rs_json_double(rs_json_get(m, "low"), &low);
    if (!few || !any) return "95% interval";
    const rs_json *drawn = rs_json_get(block, "drawn");
    return rs_arena_printf(&c->arena, "95%% interval, of only %s %.*s",
                           cli_count(cli_int(drawn, "n", 0)),
                           RS_STR_ARG(cli_text(c, drawn, "of", "pictures")))
        .ptr;
}

/* The measures of a block: of the run, a subset, a second model. */
static void print_measures(cli *c, const rs_json *block, bool markdown)
{
    const rs_json *list = rs_json_get(block, "measures");
    grid g;
    if (!new_grid(c, &g, rs_json_len(list), 4)) return;
    const cli_column columns[] = {{"measure", NULL, false, 0},
                                  {"value", NULL, true, 0},
                                  {"", NULL, false, 0},
                                  {interval_title(c, block), NULL, false, 0}};
    memcpy(g.columns, columns, sizeof columns);
    rs_json_iter it = rs_json_each(list);
    rs_str *cell = g.cells;
    for (const rs_json *m; (m = rs_json_next(&it, NULL));) {
        *cell++ = cli_text(c, m, "name", "");
        *cell++ = rs_str_of(number(c, m, "value"));
        /* A column without a title: "%" or the like belongs to the value before it. */
        *cell++ = cli_text(c, m, "unit", "");
        *cell++ = rs_str_of(interval(c, m));
    }
    print_grid(&g, markdown);
    it = rs_json_each(list);
    for (const rs_json *m; (m = rs_json_next(&it, NULL));) {
        const rs_str note = cli_text(c, m, "note", "");
        if (note.len)
            print_line(c,
                       rs_arena_printf(&c->arena, "%.*s: %.*s",
                                       RS_STR_ARG(cli_text(c, m, "name", "")), RS_STR_ARG(note)),
                       markdown);
    }
}

/* "12 missing, 3 extra"; empty when the run is complete */
static const char *faults(cli *c, const rs_json *r)
{
    static const char *const names[] = {"missing",  "repeated",  "extra",
                                        "unparsed", "undecided", "not_asked"};
    static const char *const words[] = {"missing",  "repeated",  "extra",
                                        "unparsed", "undecided", "never asked"};
    /* These are the counts that make a run incomplete and the exit code 1. */
    rs_str out = RS_STR("");
    for (int k = 0; k < 6; k++) {
        const int64_t n = cli_int(rs_json_get(r, "counts"), names[k], 0);
        if (n)
            out = rs_arena_printf(&c->arena, "%.*s%s%s %s", RS_STR_ARG(out), out.len ? ", " : "",
                                  cli_count(n), words[k]);
    }
    return rs_arena_cstr(&c->arena, out);
}

static const char *measure_name(cli *c, const rs_json *measures, size_t k)
{
    char path[32];
    snprintf(path, sizeof path, "%zu.name", k);
    return rs_arena_cstr(&c->arena, cli_text(c, measures, path, ""));
}

static const char *value_of(cli *c, const rs_json *group, size_t k)
{
    char path[32];
    double v;
    snprintf(path, sizeof path, "values.%zu", k);
    if (!rs_json_double(rs_json_path(group, rs_str_of(path)), &v)) return "-";
    return rs_arena_printf(&c->arena, "%.2f", v).ptr;
}

/* Measures that have a value of at least one group, as many as have room (all in Markdown). */
static size_t shown_measures(cli *c, const rs_json *list, const rs_json *measures, bool markdown,
                             size_t *out, size_t *n_hidden)
{
    size_t n = 0, width = NAME_COLUMNS + 9;
    *n_hidden = 0;
    for (size_t k = 0; k < rs_json_len(measures); k++) {
        bool any = false;
        rs_json_iter it = rs_json_each(list);
        for (const rs_json *m; !any && (m = rs_json_next(&it, NULL));)
            any = value_of(c, m, k)[0] != '-';
        /* A measure that no group has would be a column of dashes. */
        if (!any) continue;
        /* 6 columns hold "100.00"; 2 stand between columns. */
        const size_t own = strlen(measure_name(c, measures, k)), least = 6;
        width += 2 + (own > least ? own : least);
        /* Once one is hidden, all behind it are: what is shown is the beginning of the list. */
        if (n + 2 < MOST_COLUMNS && (markdown || (width <= SHOWN_COLUMNS && !*n_hidden)))
            out[n++] = k;
        else ++*n_hidden;
    }
    return n;
}

/* Prints one line per group (category, or value of a field), with the measures that have
 * room. */
static void print_groups(cli *c, const rs_json *list, const rs_json *measures, const char *head,
                         bool markdown)
{
    size_t shown[MOST_COLUMNS], n_hidden;
    grid g;
    if (!rs_json_len(list)) return;
    const size_t n = shown_measures(c, list, measures, markdown, shown, &n_hidden);
    if (!new_grid(c, &g, rs_json_len(list), n + 2)) return;
    g.columns[0] = (cli_column){head, NULL, false, markdown ? 0 : NAME_COLUMNS};
    g.columns[1] = (cli_column){"n", NULL, true, 0};
    for (size_t k = 0; k < n; k++)
        g.columns[k + 2] = (cli_column){measure_name(c, measures, shown[k]), NULL, true, 0};
    rs_json_iter it = rs_json_each(list);
    rs_str *cell = g.cells;
    for (const rs_json *m; (m = rs_json_next(&it, NULL));) {
        /* Truth without a category is a group of its own. */
        const rs_str name = cli_text(c, m, "category", "");
        *cell++ = name.len ? name : RS_STR("(none)");
        /* Copied: cli_count's buffer holds eight numbers, a grid has more. */
        *cell++ = rs_arena_str(&c->arena, rs_str_of(cli_count(cli_int(m, "n", 0))));
        for (size_t k = 0; k < n; k++) *cell++ = rs_str_of(value_of(c, m, shown[k]));
    }
    if (!markdown) putchar('\n');
    print_grid(&g, markdown);
    if (n_hidden) printf("  (%zu other measures: --markdown or --json)\n", n_hidden);
}

/* One value a class, as detection has it; label maps have further columns. */
static void print_classes(cli *c, const rs_json *r, bool markdown)
{
    const rs_json *list = rs_json_get(r, "categories"), *extra = rs_json_get(r, "category_more");
    const rs_str measure = cli_text(c, r, "category_measure", "");
    grid g;
    if (!new_grid(c, &g, rs_json_len(list), 3 + rs_json_len(extra))) return;
    g.columns[0] = (cli_column){"category", NULL, false, markdown ? 0 : NAME_COLUMNS};
    g.columns[1] = (cli_column){"n", NULL, true, 0};
    g.columns[2] = (cli_column){rs_arena_cstr(&c->arena, measure), NULL, true, 0};
    rs_json_iter keys = rs_json_each(extra);
    for (size_t k = 3; k < g.n_columns; k++)
        g.columns[k] = (cli_column){
            rs_arena_cstr(&c->arena, rs_json_str(rs_json_next(&keys, NULL))), NULL, true, 0};
    rs_json_iter it = rs_json_each(list);
    rs_str *cell = g.cells;
    for (const rs_json *m; (m = rs_json_next(&it, NULL));) {
        *cell++ = cli_text(c, m, "category", "");
        *cell++ = rs_arena_str(&c->arena, rs_str_of(cli_count(cli_int(m, "n", 0))));
        *cell++ = rs_str_of(number(c, m, "value"));
        for (size_t k = 3; k < g.n_columns; k++) {
            const char *key = g.columns[k].title;
            /* Of the further columns of label maps this one counts pixels; the others are
             * ratios. */
            const bool count = strcmp(key, "predicted") == 0;
            *cell++ = count ? rs_arena_str(&c->arena, rs_str_of(cli_count(cli_int(m, key, 0))))
                            : rs_str_of(number(c, m, key));
        }
    }
    if (!markdown) putchar('\n');
    print_grid(&g, markdown);
}

static void print_categories(cli *c, const rs_json *r, bool markdown)
{
    const rs_json *list = rs_json_get(r, "categories"), *measures = rs_json_get(r, "measures");
    /* Detection and label maps give one value a class; other profiles all measures of each. */
    if (rs_json_len(list) && !rs_json_path(list, RS_STR("0.values"))) print_classes(c, r, markdown);
    else print_groups(c, list, measures, "category", markdown);
    rs_json_iter it = rs_json_each(rs_json_get(r, "by"));
    for (const rs_json *by; (by = rs_json_next(&it, NULL));) {
        const rs_str field = rs_arena_str(&c->arena, cli_text(c, by, "field", ""));
        print_groups(c, rs_json_get(by, "categories"), measures, rs_arena_cstr(&c->arena, field),
                     markdown);
    }
}

/* "  text" wrapped, or a paragraph of Markdown. */
static void say(cli *c, bool markdown, rs_str text)
{
    putchar('\n');
    if (!markdown) cli_wrap("  ", text);
    else printf("%.*s\n", RS_STR_ARG(text));
    (void)c;
}

/* What a guesser is called depends on what the profile asks for. */
static void print_blind(cli *c, const rs_json *r, bool markdown)
{
    const rs_json *b = rs_json_get(r, "blind");
    static const char *const keys[] = {"majority", "majority_of_type", "question_words"};
    static const char *const names[][3] = {
        {"commonest answer", "commonest of the type", "question's words"},
        {"average box", "average of the type", ""},
        {"commonest caption", "", ""}};
    if (rs_json_kind(b) != RS_JSON_OBJECT) return;
    const rs_str profile = cli_text(c, r, "profile.name", "");
    /* The keys are the same for all profiles; what the guesser answers with is not. */
    const int kind = rs_str_starts(profile, RS_STR("ground."))    ? 1
                     : rs_str_starts(profile, RS_STR("caption.")) ? 2
                                                                  : 0;
    rs_str text = rs_arena_printf(&c->arena, "Without the picture (trained on %.*s), %s:",
                                  RS_STR_ARG(cli_text(c, b, "trained_on", "")),
                                  measure_name(c, rs_json_get(r, "measures"), 0));
    for (int k = 0, n = 0; k < 3; k++) {
        double v;
        /* A guesser that the profile does not use has no value. */
        if (!rs_json_double(rs_json_get(b, keys[k]), &v)) continue;
        text = rs_arena_printf(&c->arena, "%.*s%s %s %.2f", RS_STR_ARG(text), n++ ? "," : "",
                               names[kind][k], v);
    }
    say(c, markdown, text);
}

static void print_subset(cli *c, const rs_json *r, bool markdown)
{
    const rs_json *s = rs_json_get(r, "subset");
    if (!s) return;
    rs_str text =
        rs_arena_printf(&c->arena, "Only the %s samples of %.*s", cli_count(cli_int(s, "n", 0)),
                        RS_STR_ARG(cli_text(c, s, "ids", "")));
    const int64_t unknown = cli_int(s, "unknown_ids", 0);
    /* Such ids are no fault of the predictions, but may be a sign of a wrong file. */
    if (unknown)
        text = rs_arena_printf(&c->arena, "%.*s (%s of its ids are not in the truth)",
                               RS_STR_ARG(text), cli_count(unknown));
    say(c, markdown, rs_arena_join(&c->arena, text, RS_STR(":"), RS_STR("")));
    print_measures(c, s, markdown);
    /* What the list rests on: a subset without known overlap is not always one that was checked. */
    const rs_str note = cli_text(c, s, "says", "");
    if (note.len)
        say(c, markdown, rs_arena_join(&c->arena, RS_STR("The list says: "), note, RS_STR("")));
}

/* The number of the answers alone, where outputs hold reasoning that the published rule reads. */
static void print_without_reasoning(cli *c, const rs_json *r, bool markdown)
{
    const rs_json *s = rs_json_get(r, "without_reasoning");
    if (!s) return;
    const int64_t unparsed = cli_int(s, "unparsed", 0);
    rs_str text = rs_arena_printf(&c->arena, "Without the reasoning that %s outputs hold",
                                  cli_count(cli_int(s, "outputs", 0)));
    if (unparsed)
        text =
            rs_arena_printf(&c->arena, "%.*s (%s unparsed)", RS_STR_ARG(text), cli_count(unparsed));
    say(c, markdown, rs_arena_join(&c->arena, text, RS_STR(":"), RS_STR("")));
    print_measures(c, s, markdown);
}

/* Prints the second model's measures and the paired tests of the difference. */
static void print_pair(cli *c, const rs_json *r, bool markdown)
{
    const rs_json *p = rs_json_get(r, "compare");
    if (!p) return;
    say(c, markdown,
        rs_arena_printf(&c->arena, "Second model: %.*s",
                        RS_STR_ARG(cli_text(c, p, "predictions.path", ""))));
    const rs_str detail = cli_text(c, p, "detail", "");
    if (detail.len) say(c, markdown, detail);
    const char *bad = faults(c, p);
    if (bad[0])
        say(c, markdown,
            rs_arena_printf(&c->arena, markdown ? "**INCOMPLETE: %s**" : "INCOMPLETE: %s", bad));
    print_measures(c, p, markdown);
    rs_str text =
        rs_arena_printf(&c->arena, "%.*s, first minus second: %s",
                        RS_STR_ARG(cli_text(c, p, "measure", "")), number(c, p, "difference"));
    double mcnemar, bootstrap;
    /* Without resamples there is no interval and no p. */
    if (rs_json_double(rs_json_get(p, "bootstrap_p"), &bootstrap))
        text = rs_arena_printf(&c->arena, "%.*s (%s: %s, bootstrap p %.3g)", RS_STR_ARG(text),
                               interval_title(c, p), interval(c, p), bootstrap);
    /* McNemar's test needs answers that are right or wrong, which not every measure has. */
    if (rs_json_double(rs_json_get(p, "mcnemar_p"), &mcnemar))
        text = rs_arena_printf(&c->arena,
                               "%.*s; only the first right %s, only the second %s, McNemar p %.3g",
                               RS_STR_ARG(text), cli_count(cli_int(p, "only_first_right", 0)),
                               cli_count(cli_int(p, "only_second_right", 0)), mcnemar);
    say(c, markdown, text);
}

/* ---- head ------------------------------------------------------------------------------------ */

/* How sure the rule is, in words. */
static const char *sure(cli *c, const rs_json *profile)
{
    static const char *const words[][2] = {
        {"code", "read in the code that makes the published number"},
        {"paper", "UNVERIFIED: as the paper describes it, no code seen"},
        {"recalled", "UNVERIFIED: from general knowledge"},
        {"no", "UNVERIFIED: no published scorer, the rule is ours"}};
    const rs_str verified = cli_text(c, profile, "verified", "");
    for (int k = 0; k < 4; k++)
        if (rs_str_eq(verified, rs_str_of(words[k][0]))) return words[k][1];
    return "UNVERIFIED";
}

/* One input file of the run: its path, records and hash, so that a number can be traced to it. */
static void print_file(cli *c, const char *what, const rs_json *f, bool markdown)
{
    enum { MOST_BYTES = 46 };
    if (rs_json_kind(f) != RS_JSON_OBJECT) return;
    rs_str path = cli_text(c, f, "path", "");
    const rs_str hash = cli_text(c, f, "xxh3_128", "");
    if (markdown) {
        printf("- %s: `%.*s`, %s records, XXH3-128 `%.*s`\n", what, RS_STR_ARG(path),
               cli_count(cli_int(f, "records", 0)), RS_STR_ARG(hash));
        return;
    }
    /* The end of a path tells files apart. The cut moves forward past continuation bytes, so that
     * no half character is printed. */
    if (path.len > MOST_BYTES) {
        size_t most = MOST_BYTES;
        while (most > 1 && (path.ptr[path.len - most + 1] & 0xc0) == 0x80) most--;
        path = rs_arena_join(&c->arena, RS_STR("\xe2\x80\xa6"),
                             rs_str_sub(path, path.len - most + 1, path.len), RS_STR(""));
    }
    printf("  %-11s %.*s, %s records\n              xxh3 %.*s\n", what, RS_STR_ARG(path),
           cli_count(cli_int(f, "records", 0)), RS_STR_ARG(hash));
}

/* Prints what was scored by which rule: profile, sources, files and, in Markdown, all options. */
static void print_head(cli *c, const rs_json *r, bool markdown)
{
    const rs_json *p = rs_json_get(r, "profile"), *o = rs_json_get(r, "options");
    const rs_str name = cli_text(c, p, "name", ""), summary = cli_text(c, p, "summary", ""),
                 source = cli_text(c, p, "source", ""), rsift = cli_text(c, r, "rsift", "");
    const long long version = (long long)cli_int(p, "version", 1);
    if (markdown) {
        printf("**%.*s**, version %lld, rsift %.*s. Rule: %.*s; ", RS_STR_ARG(name), version,
               RS_STR_ARG(rsift), RS_STR_ARG(summary));
        printf("%.*s (%s).\n\n", RS_STR_ARG(source), sure(c, p));
    } else {
        printf("%.*s version %lld, rsift %.*s\n", RS_STR_ARG(name), version, RS_STR_ARG(rsift));
        cli_wrap("  ", rs_arena_printf(&c->arena, "%.*s", RS_STR_ARG(summary)));
        cli_wrap("  ", rs_arena_printf(&c->arena, "rule from: %.*s", RS_STR_ARG(source)));
        cli_wrap("  ", rs_str_of(sure(c, p)));
    }
    print_file(c, "truth", rs_json_get(r, "truth"), markdown);
    print_file(c, "predictions", rs_json_get(r, "predictions"), markdown);
    /* The rest is for an appendix, from which the run must be repeatable. */
    if (!markdown) return;
    print_file(c, "second model", rs_json_path(r, RS_STR("compare.predictions")), true);
    print_file(c, "only", rs_json_path(r, RS_STR("subset.file")), true);
    print_file(c, "verdicts", rs_json_get(r, "verdicts"), true);
    /* Seed and resamples always: the intervals depend on them. */
    printf("- seed %lld, %lld bootstrap resamples", (long long)cli_int(o, "seed", 0),
           (long long)cli_int(o, "resamples", 0));
    rs_json_iter it = rs_json_each(o);
    rs_str key;
    for (const rs_json *v; (v = rs_json_next(&it, &key));) {
        double value;
        if (rs_str_eq(key, RS_STR("seed")) || rs_str_eq(key, RS_STR("resamples"))) continue;
        /* null and 0 are options that were not given. */
        if (rs_json_kind(v) == RS_JSON_NULL || (rs_json_double(v, &value) && value == 0)) continue;
        const rs_str text = rs_json_text(&c->arena, v);
        printf(", %.*s `%.*s`", RS_STR_ARG(key), RS_STR_ARG(text.ptr ? text : RS_STR("")));
    }
    putchar('\n');
}

/* Without ids a shifted file cannot be noticed: the reader is told what the order rests on. */
static rs_str how_joined(cli *c, const rs_json *r)
{
    bool position = false;
    rs_json_bool(rs_json_get(r, "joined_by_position"), &position);
    const rs_str proof = cli_text(c, r, "order_proven_by", "");
    const long long n = cli_int(rs_json_get(r, "counts"), "truth", 0);
    const long long told = cli_int(r, "order_proven_of", -1);
    if (!position) return RS_STR("");
    if (proof.len && told == n)
        return rs_arena_printf(&c->arena, "joined by position, as %.*s agree", RS_STR_ARG(proof));
    if (proof.len)
        return rs_arena_printf(&c->arena,
                               "joined by position, as %.*s agree; they tell the place of %lld of "
                               "%lld records",
                               RS_STR_ARG(proof), told, n);
    if (told >= 0)
        return rs_arena_printf(&c->arena,
                               "joined by --join position: the files prove the place of %lld of "
                               "%lld records",
                               told, n);
    return cli_text(c, r, "options.join", "").len
               ? RS_STR("joined by --join position: nothing in the files proves the order")
               : RS_STR("joined by position: ids of the truth are missing or stand twice");
}

void cli_print_score(cli *c, const rs_json *r)
{
    const rs_json *profiles = rs_json_get(r, "profiles");
    if (profiles) { /* score --list */
        print_profiles(c, profiles);
        return;
    }
    const bool markdown = cli_flag(c->options, "markdown");
    print_head(c, r, markdown);
    const rs_str note = cli_text(c, rs_json_get(r, "profile"), "note", ""),
                 detail = cli_text(c, r, "detail", "");
    print_line(c, note, markdown);
    print_line(c, detail, markdown);
    /* What did not enter the number stands above it. */
    const int64_t left_out = cli_int(rs_json_get(r, "counts"), "left_out", 0);
    const int64_t other = cli_int(rs_json_get(r, "counts"), "other_tasks", 0);
    if (left_out)
        printf("%s%s questions of other types left out\n", markdown ? "- " : "  ",
               cli_count(left_out));
    if (other)
        printf("%s%s truths of other tasks left out\n", markdown ? "- " : "  ", cli_count(other));
    print_line(c, how_joined(c, r), markdown);
    const char *bad = faults(c, r);
    if (bad[0]) printf(markdown ? "- **INCOMPLETE: %s**\n" : "  INCOMPLETE: %s\n", bad);
    if (!markdown) putchar('\n');
    print_measures(c, r, markdown);
    print_categories(c, r, markdown);
    print_without_reasoning(c, r, markdown);
    print_subset(c, r, markdown);
    /* Behind the measures, which they are to be compared with. */
    print_blind(c, r, markdown);
    print_pair(c, r, markdown);
}
