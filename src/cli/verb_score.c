/* score: a benchmark's own number for a prediction file, and what it is worth. */
#include "cli/verbs.h"

#include "rsift/score.h"

#include <limits.h>
#include <stdio.h>

static void print_profile(cli *c, const rs_json *p)
{
    static const char *const rows[][2] = {{"rule", "summary"}, {"source", "source"}, {"verified", "verified"}, {"note", "note"}};
    printf("%.*s, version %lld\n", RS_STR_ARG(cli_text(c, p, "name", "")), (long long)cli_int(p, "version", 1));
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        const rs_str text = rs_arena_str(&c->arena, cli_text(c, p, rows[k][1], ""));
        if (!text.len) continue;
        printf("  %s\n", rows[k][0]);
        cli_wrap("      ", text);
    }
}

/* All in a table, or each whose name begins with one of the words in full. */
static int print_profiles(cli *c, const cli_list *words)
{
    rsift_answer answer;
    if (rsift_score_profiles(c->context, &answer, &c->err) != RSIFT_OK) return cli_fail(c, "score");
    if (cli_print_json(c, &answer)) return cli_done(&answer);
    const rs_json *list = rs_json_get(cli_read(c, &answer), "profiles");
    size_t n = 0;
    rs_json_iter it = rs_json_each(list);
    for (const rs_json *p; words->n && (p = rs_json_next(&it, NULL));)
        for (int k = 0; k < (int)words->n; k++) {
            if (!rs_str_starts(cli_text(c, p, "name", ""), rs_str_of(words->items[k]))) continue;
            if (n++) putchar('\n');
            print_profile(c, p);
            break;
        }
    if (words->n && !n) return cli_usage(&cli_verb_score, "no profile begins so; score --list shows all");
    if (words->n) return cli_done(&answer);
    static const cli_column columns[] = {{"profile", "name", false, 0},
                                         {"verified", "verified", false, 0},
                                         {"rule", "summary", false, 0}};
    cli_table(list, columns, 3);
    printf("verified: code = read in the code that makes the published number; paper; recalled;\n"
           "no = no published scorer, the rule is ours. score --list NAME tells more of one.\n");
    return cli_done(&answer);
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
    if (!rs_json_double(rs_json_get(m, "low"), &low) || !rs_json_double(rs_json_get(m, "high"), &high)) return "-";
    return rs_arena_printf(&c->arena, "%.2f to %.2f", low, high).ptr;
}

static void print_measures(cli *c, const rs_json *list, bool markdown)
{
    rs_json_iter it = rs_json_each(list);
    if (markdown) printf("| measure | value | 95%% interval |\n|---|--:|---|\n");
    else printf("  %-26s %10s   %s\n", "measure", "value", "95% interval");
    for (const rs_json *m; (m = rs_json_next(&it, NULL));) {
        const rs_str name = cli_text(c, m, "name", "");
        printf(markdown ? "| %.*s | %s | %s |\n" : "  %-26.*s %10s   %s\n", RS_STR_ARG(name),
               number(c, m, "value"), interval(c, m));
    }
}

/* "12 missing, 3 extra"; empty when the run is whole */
static const char *faults(cli *c, const rs_json *r)
{
    static const char *const names[] = {"missing", "repeated", "extra", "unparsed", "undecided"};
    rs_str out = RS_STR("");
    for (int k = 0; k < 5; k++) {
        const int64_t n = cli_int(rs_json_get(r, "counts"), names[k], 0);
        if (n)
            out = rs_arena_printf(&c->arena, "%.*s%s%s %s", RS_STR_ARG(out), out.len ? ", " : "", cli_count(n), names[k]);
    }
    return rs_arena_cstr(&c->arena, out);
}

enum { SHOWN_MEASURES = 4 };

/* Measures that have a value of at least one category, at most four (all in Markdown). */
static size_t shown_measures(const rs_json *list, const rs_json *measures, bool markdown, size_t *out, size_t most)
{
    size_t n = 0;
    if (!markdown && most > SHOWN_MEASURES) most = SHOWN_MEASURES;
    for (size_t k = 0; k < rs_json_len(measures) && n < most; k++) {
        bool any = false;
        rs_json_iter it = rs_json_each(list);
        char path[32];
        snprintf(path, sizeof path, "values.%zu", k);
        for (const rs_json *m; (m = rs_json_next(&it, NULL)) && !any;) {
            double v;
            any = rs_json_double(rs_json_path(m, rs_str_of(path)), &v);
        }
        if (any) out[n++] = k;
    }
    return n;
}

static rs_str measure_name(cli *c, const rs_json *measures, size_t k)
{
    char path[32];
    snprintf(path, sizeof path, "%zu.name", k);
    return cli_text(c, measures, path, "");
}

static void print_group(cli *c, const rs_json *m, const size_t *shown, size_t n, bool markdown)
{
    const rs_str name = cli_text(c, m, "category", ""), label = name.len ? name : RS_STR("(none)");
    if (markdown) printf("| %.*s | %s |", RS_STR_ARG(label), cli_count(cli_int(m, "n", 0)));
    else printf("  %-28.*s %8s", label.len > 28 ? 28 : (int)label.len, label.ptr, cli_count(cli_int(m, "n", 0)));
    for (size_t k = 0; k < n; k++) {
        char path[32];
        snprintf(path, sizeof path, "values.%zu", shown[k]);
        double v;
        const char *text = rs_json_double(rs_json_path(m, rs_str_of(path)), &v) ? rs_arena_printf(&c->arena, "%.2f", v).ptr : "-";
        printf(markdown ? " %s |" : " %9s", text);
    }
    putchar('\n');
}

static void print_groups(cli *c, const rs_json *list, const rs_json *measures, const char *head, bool markdown)
{
    size_t shown[64];
    if (!rs_json_len(list)) return;
    const size_t n = shown_measures(list, measures, markdown, shown, sizeof shown / sizeof *shown);
    printf(markdown ? "\n| %s | n |" : "\n  %-28s %8s", head, "n");
    for (size_t k = 0; k < n; k++) {
        const rs_str name = measure_name(c, measures, shown[k]);
        if (markdown) printf(" %.*s |", RS_STR_ARG(name));
        else printf(" %9.*s", name.len > 9 ? 9 : (int)name.len, name.ptr);
    }
    putchar('\n');
    if (markdown) {
        printf("|---|--:|");
        for (size_t k = 0; k < n; k++) printf("--:|");
        putchar('\n');
    }
    rs_json_iter it = rs_json_each(list);
    for (const rs_json *m; (m = rs_json_next(&it, NULL));) print_group(c, m, shown, n, markdown);
}

static void print_category(cli *c, const rs_json *r, const rs_json *m, bool markdown)
{
    const rs_str name = cli_text(c, m, "category", "");
    if (markdown) printf("| %.*s | %s | %s |", RS_STR_ARG(name), cli_count(cli_int(m, "n", 0)), number(c, m, "value"));
    else
        printf("  %-40.*s %9s %9s", name.len > 40 ? 40 : (int)name.len, name.ptr, cli_count(cli_int(m, "n", 0)),
               number(c, m, "value"));
    rs_json_iter it = rs_json_each(rs_json_get(r, "category_more"));
    for (const rs_json *key; (key = rs_json_next(&it, NULL));) {
        const char *text = rs_arena_cstr(&c->arena, rs_json_str(key));
        const int64_t count = text && strcmp(text, "predicted") == 0 ? cli_int(m, text, 0) : -1;
        printf(markdown ? " %s |" : " %9s", count >= 0 ? cli_count(count) : text ? number(c, m, text) : "-");
    }
    putchar('\n');
}

/* One value a class, as detection has it; label maps have more. */
static void print_classes(cli *c, const rs_json *r, bool markdown)
{
    const rs_json *list = rs_json_get(r, "categories"), *more = rs_json_get(r, "category_more");
    const rs_str measure = cli_text(c, r, "category_measure", "");
    if (markdown) printf("\n| category | n | %.*s |", RS_STR_ARG(measure));
    else printf("\n  %-40s %9s %9.*s", "category", "n", RS_STR_ARG(measure));
    rs_json_iter it = rs_json_each(more);
    for (const rs_json *key; (key = rs_json_next(&it, NULL));)
        printf(markdown ? " %.*s |" : " %9.*s", RS_STR_ARG(rs_json_str(key)));
    if (markdown) printf("\n|---|--:|--:|");
    for (size_t k = 0; markdown && k < rs_json_len(more); k++) printf("--:|");
    putchar('\n');
    it = rs_json_each(list);
    for (const rs_json *m; (m = rs_json_next(&it, NULL));) print_category(c, r, m, markdown);
}

static void print_categories(cli *c, const rs_json *r, bool markdown)
{
    const rs_json *list = rs_json_get(r, "categories"), *measures = rs_json_get(r, "measures");
    if (rs_json_len(list) && !rs_json_path(list, RS_STR("0.values"))) print_classes(c, r, markdown);
    else print_groups(c, list, measures, "category", markdown);
    rs_json_iter it = rs_json_each(rs_json_get(r, "by"));
    for (const rs_json *by; (by = rs_json_next(&it, NULL));) {
        const rs_str field = rs_arena_str(&c->arena, cli_text(c, by, "field", ""));
        print_groups(c, rs_json_get(by, "categories"), measures, rs_arena_cstr(&c->arena, field), markdown);
    }
}

/* The last bytes of a path that is too long for its line. */
static rs_str tail(cli *c, rs_str path, size_t most)
{
    if (path.len <= most) return path;
    while (most > 1 && (path.ptr[path.len - most + 1] & 0xc0) == 0x80) most--;
    return rs_arena_join(&c->arena, RS_STR("\xe2\x80\xa6"), rs_str_sub(path, path.len - most + 1, path.len), RS_STR(""));
}

/* What a guesser is called depends on what the profile asks for. */
static void print_blind(cli *c, const rs_json *r, bool markdown)
{
    const rs_json *b = rs_json_get(r, "blind");
    static const char *const keys[] = {"majority", "majority_of_type", "question_words"};
    static const char *const names[][3] = {{"commonest answer", "commonest of the type", "question's words"},
                                           {"average box", "average of the type", ""},
                                           {"commonest caption", "", ""}};
    if (rs_json_kind(b) != RS_JSON_OBJECT) return;
    const rs_str profile = cli_text(c, r, "profile.name", "");
    const int kind = rs_str_starts(profile, RS_STR("ground.")) ? 1 : rs_str_starts(profile, RS_STR("caption.")) ? 2 : 0;
    printf("%sWithout the picture (trained on %.*s), %.*s:\n%s", markdown ? "\n" : "\n  ",
           RS_STR_ARG(tail(c, cli_text(c, b, "trained_on", ""), 44)), RS_STR_ARG(measure_name(c, rs_json_get(r, "measures"), 0)),
           markdown ? "" : "    ");
    for (int k = 0, n = 0; k < 3; k++) {
        double v;
        if (!rs_json_double(rs_json_get(b, keys[k]), &v)) continue;
        printf("%s%s %.2f", n++ ? ", " : "", names[kind][k], v);
    }
    putchar('\n');
}

static void print_subset(cli *c, const rs_json *r, bool markdown)
{
    const rs_json *s = rs_json_get(r, "subset");
    if (!s) return;
    printf("%sOnly the %s samples of %.*s:\n%s", markdown ? "\n" : "\n  ", cli_count(cli_int(s, "n", 0)),
           RS_STR_ARG(cli_text(c, s, "ids", "")), markdown ? "\n" : "");
    const int64_t unknown = cli_int(s, "unknown_ids", 0);
    if (unknown) printf("  %s of its ids are not in the truth\n", cli_count(unknown));
    print_measures(c, rs_json_get(s, "measures"), markdown);
}

static void print_pair(cli *c, const rs_json *r, bool markdown)
{
    const rs_json *p = rs_json_get(r, "compare");
    if (!p) return;
    const char *head = markdown ? "\n" : "\n  ";
    printf("%sSecond model: %.*s\n%s", head, RS_STR_ARG(cli_text(c, p, "predictions.path", "")), markdown ? "\n" : "");
    const char *bad = faults(c, p);
    if (bad[0]) printf("  INCOMPLETE: %s\n", bad);
    print_measures(c, rs_json_get(p, "measures"), markdown);
    printf("%s%.*s, first minus second: %s (95%% interval %s, bootstrap p %s)\n", head,
           RS_STR_ARG(cli_text(c, p, "measure", "")), number(c, p, "difference"), interval(c, p),
           number(c, p, "bootstrap_p"));
    double mcnemar;
    if (rs_json_double(rs_json_get(p, "mcnemar_p"), &mcnemar))
        printf("%sonly the first right %s, only the second %s; McNemar p %.3g\n", head,
               cli_count(cli_int(p, "only_first_right", 0)), cli_count(cli_int(p, "only_second_right", 0)), mcnemar);
}

static void print_head(cli *c, const rs_json *r, bool markdown)
{
    const rs_json *p = rs_json_get(r, "profile");
    const rs_str verified = cli_text(c, p, "verified", "");
    const bool sure = rs_str_eq(verified, RS_STR("code"));
    printf(markdown ? "**%.*s**, version %lld, rsift %.*s. Rule: %.*s (%s%.*s).\n\n" : "%.*s version %lld, rsift %.*s\n  rule      %.*s\n  verified  %s%.*s\n",
           RS_STR_ARG(cli_text(c, p, "name", "")), (long long)cli_int(p, "version", 1),
           RS_STR_ARG(cli_text(c, r, "rsift", "")), RS_STR_ARG(cli_text(c, p, "source", "")),
           sure ? "" : "UNVERIFIED: ", RS_STR_ARG(verified));
    static const char *const files[] = {"truth", "predictions"};
    for (int k = 0; k < 2; k++) {
        const rs_json *f = rs_json_get(r, files[k]);
        const rs_str path = markdown ? cli_text(c, f, "path", "") : tail(c, cli_text(c, f, "path", ""), 46);
        printf(markdown ? "- %s: `%.*s`, %s records, XXH3-128 `%.*s`\n" : "  %-11s %.*s, %s records\n              xxh3 %.*s\n",
               files[k], RS_STR_ARG(path), cli_count(cli_int(f, "records", 0)), RS_STR_ARG(cli_text(c, f, "xxh3_128", "")));
    }
    if (!markdown) return;
    const rs_json *o = rs_json_get(r, "options");
    printf("- seed %lld, %lld bootstrap resamples", (long long)cli_int(o, "seed", 0), (long long)cli_int(o, "resamples", 0));
    static const char *const named[] = {"without_types", "judge_verdicts", "split"};
    for (int k = 0; k < 3; k++) {
        const rs_str v = cli_text(c, o, named[k], "");
        if (v.len) printf(", %s `%.*s`", named[k], RS_STR_ARG(v));
    }
    putchar('\n');
}

static void print_line(cli *c, rs_str text, bool markdown)
{
    (void)c;
    if (!text.len) return;
    if (markdown) printf("- %.*s\n", RS_STR_ARG(text));
    else cli_wrap("  ", text);
}

static void print_report(cli *c, const rs_json *r, bool markdown)
{
    print_head(c, r, markdown);
    const rs_str note = cli_text(c, rs_json_get(r, "profile"), "note", ""), detail = cli_text(c, r, "detail", "");
    print_line(c, note, markdown);
    print_line(c, detail, markdown);
    const int64_t left_out = cli_int(rs_json_get(r, "counts"), "left_out", 0);
    const int64_t other = cli_int(rs_json_get(r, "counts"), "other_tasks", 0);
    if (left_out) printf("%s%s questions of other types left out\n", markdown ? "- " : "  ", cli_count(left_out));
    if (other) printf("%s%s truths of other tasks left out\n", markdown ? "- " : "  ", cli_count(other));
    bool position = false;
    rs_json_bool(rs_json_get(r, "joined_by_position"), &position);
    if (position) printf("%sjoined by position: the files have no ids in common\n", markdown ? "- " : "  ");
    const char *bad = faults(c, r);
    if (bad[0]) printf(markdown ? "- **INCOMPLETE: %s**\n" : "  INCOMPLETE: %s\n", bad);
    putchar('\n');
    print_measures(c, rs_json_get(r, "measures"), markdown);
    print_categories(c, r, markdown);
    print_subset(c, r, markdown);
    print_blind(c, r, markdown);
    print_pair(c, r, markdown);
}

static int run_score(cli *c, int argc, char **argv)
{
    rsift_score_options o = RSIFT_OPTIONS(rsift_score_options);
    cli_list words = {0};
    bool list = false, markdown = false;
    int64_t seed = 0, resamples = 0, min_pixels = 0, max_pixels = 0, offset = 0;
    const cli_option options[] = {
        {"--list", CLI_FLAG, &list, NULL, "the profiles and how sure their rules are; with names, in full"},
        {"--truth", CLI_TEXT, &o.truth, "FILE", "golds: JSON lines, JSON or TSV; COCO's instances; DOTA's labelTxt; a folder of label maps"},
        {"--dataset", CLI_TEXT, &o.dataset, "ID", "golds of an indexed dataset instead"},
        {"--split", CLI_TEXT, &o.split, "NAME", "of that dataset"},
        {"--predictions", CLI_TEXT, &o.predictions, "FILE", "{\"id\", \"prediction\"} lines, a harness's result file, a folder of label maps"},
        {"--compare", CLI_TEXT, &o.compare, "FILE", "predictions of a second model: paired tests"},
        {"--only", CLI_TEXT, &o.only, "FILE", "ids, one a line: scored beside the full set"},
        {"--judge-verdicts", CLI_TEXT, &o.judge_verdicts, "FILE", "{\"id\", \"verdict\"} where the rule asks a language model"},
        {"--without-types", CLI_TEXT, &o.without_types, "A,B", "question types left out"},
        {"--by", CLI_TEXT, &o.by, "A,B", "fields of the truth to show categories by; default: the profile's"},
        {"--boxes", CLI_TEXT, &o.boxes, "NAME", "model or convention of the predictions' boxes, where the truth does not say"},
        {"--min-pixels", CLI_INT, &min_pixels, "N", "qwen2.5-vl: as in your run, where the truth does not say"},
        {"--max-pixels", CLI_INT, &max_pixels, "N", "qwen2.5-vl: as in your run, where the truth does not say"},
        {"--blind-train", CLI_TEXT, &o.blind_train, "FILE", "train split for the blind guessers; default: folds of the truth"},
        {"--no-blind", CLI_FLAG, &o.no_blind, NULL, "no blind guessers"},
        {"--meteor", CLI_TEXT, &o.meteor, "DIR", "METEOR's word lists, and paraphrase-en.gz if at hand"},
        {"--samples", CLI_TEXT, &o.samples, "FILE", "one result a sample, .parquet or .jsonl"},
        {"--resamples", CLI_INT, &resamples, "N", "for the 95% intervals; default 1000, -1 = none"},
        {"--seed", CLI_INT, &seed, "N", "of the intervals; default 0"},
        {"--markdown", CLI_FLAG, &markdown, NULL, "tables for a paper's appendix"},
        {"--classes", CLI_TEXT, &o.classes, "LIST|FILE", "label maps: \"road,water\" or \"road=#ff0000,...\" in order"},
        {"--ignore-label", CLI_TEXT, &o.ignore_labels, "N,N", "label maps: truth pixels of these do not count"},
        {"--prediction-offset", CLI_INT, &offset, "N", "label maps: added to the predictions' labels"}};
    int code = cli_parse(c, &cli_verb_score, options, sizeof options / sizeof *options, argc, argv, &words);
    if (code >= 0) return code;
    if (list) return print_profiles(c, &words);
    if (words.n != 1 || !o.predictions)
        return cli_usage(&cli_verb_score, "score wants one profile and --predictions FILE");
    if (seed < 0 || resamples < -1 || resamples > 1000000)
        return cli_usage(&cli_verb_score, "--seed and --resamples are whole numbers within reason");
    o.profile = words.items[0];
    o.seed = (uint64_t)seed;
    o.n_resamples = (int)resamples;
    o.min_pixels = (double)min_pixels;
    o.max_pixels = (double)max_pixels;
    o.prediction_offset = (int)(offset < INT_MIN ? INT_MIN : offset > INT_MAX ? INT_MAX : offset);
    rsift_answer answer;
    if (rsift_score(c->context, &o, &answer, &c->err) != RSIFT_OK) return cli_fail(c, "score");
    if (!cli_print_json(c, &answer)) print_report(c, cli_read(c, &answer), markdown);
    return cli_done(&answer);
}

const cli_verb cli_verb_score = {
    .name = "score", .summary = "a benchmark's own number, and what it is worth",
    .usage = "score PROFILE [--truth FILE] --predictions FILE",
    .help = "Joins on ids. Missing, repeated, extra, unparsed and undecided predictions are counted and\n"
            "shown, and make the exit code 1. docs/scoring.md has the profiles and the file formats.\n\n"
            "  rsift score --list\n"
            "  rsift score vqa.rsvqa --truth truth.jsonl --predictions out.jsonl\n"
            "  rsift score ground.vrsbench --predictions result.jsonl --markdown\n"
            "  rsift score seg.miou --truth masks/ --predictions out.zip --ignore-label 255\n"
            "  rsift score det.coco.bbox --truth instances.json --predictions results.json --json\n",
    .run = run_score};
