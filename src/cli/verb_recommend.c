/* recommend: how much of which dataset, and why. */
#include "cli/verbs.h"

#include <stdio.h>

/* Goals and forms that nothing, or hardly anything, serves: what a person must know first. */
static void print_unserved(cli *c, const rs_json *root)
{
    rs_json_iter it = rs_json_each(rs_json_get(root, "goals"));
    for (const rs_json *goal; (goal = rs_json_next(&it, NULL));) {
        const rs_str served = cli_text(c, goal, "served", "yes");
        if (rs_str_eq(served, RS_STR("yes"))) continue;
        cli_wrap("", rs_arena_printf(&c->arena, "%s serves the goal %.*s (%s pictures): %.*s.",
                                     rs_str_eq(served, RS_STR("no")) ? "Nothing usable"
                                                                     : "Hardly anything",
                                     RS_STR_ARG(cli_text(c, goal, "goal", "")),
                                     cli_count(cli_int(goal, "pictures", 0)),
                                     RS_STR_ARG(cli_text(c, goal, "why", ""))));
    }
    it = rs_json_each(rs_json_get(root, "forms"));
    for (const rs_json *form; (form = rs_json_next(&it, NULL));) {
        const rs_str served = cli_text(c, form, "served", "yes");
        if (rs_str_eq(served, RS_STR("yes"))) continue;
        const rs_str question = cli_text(c, form, "questions.0", "");
        cli_wrap("", rs_arena_printf(
                         &c->arena, "%s serves \"%.*s\" of %.*s: %s pictures",
                         rs_str_eq(served, RS_STR("no")) ? "Nothing indexed" : "Hardly anything",
                         RS_STR_ARG(question), RS_STR_ARG(cli_text(c, form, "like", "")),
                         cli_count(cli_int(form, "pictures", 0))));
    }
    if (cli_int(root, "n_unserved", 0)) printf("\n");
}

/* Answers that rarely repeat have one kind instead of words: "<hbb>", "<text>". */
static bool is_kind(rs_str answer)
{
    return rs_str_starts(answer, RS_STR("<")) && rs_str_ends(answer, RS_STR(">"));
}

/* Forms whose examples give one answer: it is all that their samples will teach. */
static void print_one_sided(cli *c, const rs_json *root)
{
    rs_json_iter it = rs_json_each(rs_json_get(root, "forms"));
    for (const rs_json *form; (form = rs_json_next(&it, NULL));) {
        if (cli_int(form, "n_answers", 0) != 1 || cli_int(form, "samples", 0) < 2 ||
            cli_int(form, "examples", 0) == 0 || is_kind(cli_text(c, form, "answers.0.answer", "")))
            continue;
        cli_wrap(
            "", rs_arena_printf(&c->arena,
                                "All %s samples like \"%.*s\" answer \"%.*s\", as its examples do: "
                                "examples with other answers bring others.",
                                cli_count(cli_int(form, "samples", 0)),
                                RS_STR_ARG(cli_text(c, form, "questions.0", "")),
                                RS_STR_ARG(cli_text(c, form, "answers.0.answer", ""))));
    }
}

/* Forms that have fewer samples than their share: how often these are used. */
static void print_repeated(cli *c, const rs_json *root)
{
    rs_json_iter it = rs_json_each(rs_json_get(root, "forms"));
    for (const rs_json *form; (form = rs_json_next(&it, NULL));) {
        const int64_t different = cli_int(form, "different", 0);
        if (cli_int(form, "repeats", 0) <= 1) continue;
        cli_wrap("  ", rs_arena_printf(
                           &c->arena,
                           "\"%.*s\" is scarce: %s samples x %.1f, none more than %lld times "
                           "(--epochs)",
                           RS_STR_ARG(cli_text(c, form, "questions.0", "")), cli_count(different),
                           (double)cli_int(form, "samples", 0) / (double)different,
                           (long long)cli_int(form, "repeats", 0)));
    }
}

enum { forms_told = 12 /* with their samples; --json and --html have all */ };

/* What was chosen for each form, and what it lacks. */
static void print_chosen(cli *c, const rs_json *root)
{
    rs_json_iter it = rs_json_each(rs_json_get(root, "forms"));
    int n = 0;
    printf("\nWhat was chosen, for example:\n");
    for (const rs_json *form; (form = rs_json_next(&it, NULL)) && n < forms_told; n++) {
        cli_wrap("  ", rs_arena_printf(&c->arena, "like \"%.*s\"",
                                       RS_STR_ARG(cli_text(c, form, "questions.0", ""))));
        rs_json_iter chosen = rs_json_each(rs_json_get(form, "chosen"));
        for (const rs_json *sample; (sample = rs_json_next(&chosen, NULL));)
            cli_wrap("    ", rs_arena_printf(&c->arena, "\"%.*s\" - \"%.*s\" (%.*s, %.*s)",
                                             RS_STR_ARG(cli_text(c, sample, "question", "")),
                                             RS_STR_ARG(cli_text(c, sample, "answer", "")),
                                             RS_STR_ARG(cli_text(c, sample, "dataset", "")),
                                             RS_STR_ARG(cli_text(c, sample, "sample_id", ""))));
        rs_json_iter lacks = rs_json_each(rs_json_get(form, "lacks"));
        for (const rs_json *answer; (answer = rs_json_next(&lacks, NULL));) {
            const rs_str said = cli_text(c, answer, "answer", "");
            const rs_str shown =
                is_kind(said)
                    ? RS_STR("")
                    : rs_arena_printf(&c->arena, " with the answer \"%.*s\"", RS_STR_ARG(said));
            cli_wrap("    ",
                     rs_arena_printf(&c->arena, "lacks %s%.*s: %s here",
                                     cli_count(cli_int(answer, "lacks", 0)), RS_STR_ARG(shown),
                                     cli_count(cli_int(answer, "supply", 0))));
        }
    }
    const int64_t n_forms = (int64_t)rs_json_len(rs_json_get(root, "forms"));
    if (n_forms > n)
        printf("  and %s forms more: --html or --json shows them\n", cli_count(n_forms - n));
}

/* "61.3" of 613 parts per thousand. */
static rs_str percent(cli *c, int64_t permille)
{
    return rs_arena_printf(&c->arena, "%lld.%lld", (long long)(permille / 10),
                           (long long)(permille % 10));
}

/* The same budget under simple rules, by dataset and by form. */
static void print_rules(cli *c, const rs_json *root)
{
    static const char *const rules[] = {"allocation", "proportional", "uniform", "sqrt",
                                        "unimax",     "stratified",   "random"};
    static const cli_column rows[] = {
        {"dataset", "dataset", false, 20},  {"this", "allocation", true, 0},
        {"prop.", "proportional", true, 0}, {"uniform", "uniform", true, 0},
        {"sqrt", "sqrt", true, 0},          {"unimax", "unimax", true, 0},
        {"strata", "stratified", true, 0},  {"random", "random", true, 0}};
    static const cli_column forms[] = {{"asks like", NULL, false, 20}, {"this", NULL, true, 0},
                                       {"prop.", NULL, true, 0},       {"uniform", NULL, true, 0},
                                       {"sqrt", NULL, true, 0},        {"unimax", NULL, true, 0},
                                       {"strata", NULL, true, 0},      {"random", NULL, true, 0}};
    const rs_json *compare = rs_json_get(root, "compare"), *of = rs_json_get(compare, "forms");
    const size_t n_forms = rs_json_len(of), n_rows = n_forms + 1;
    rs_str *cells = rs_arena_calloc(&c->arena, n_rows * 8, sizeof *cells);
    if (!cells) return;
    rs_json_iter it = rs_json_each(of), named = rs_json_each(rs_json_get(root, "forms"));
    for (size_t i = 0; i < n_forms; i++) {
        const rs_json *form = rs_json_next(&it, NULL);
        cells[i * 8] = cli_text(c, rs_json_next(&named, NULL), "questions.0", "");
        for (size_t k = 0; k < 7; k++)
            cells[i * 8 + 1 + k] =
                rs_arena_printf(&c->arena, "%s", cli_count(cli_int(form, rules[k], 0)));
    }
    cells[n_forms * 8] = RS_STR("covered, %");
    for (size_t k = 0; k < 7; k++)
        cells[n_forms * 8 + 1 + k] =
            percent(c, cli_int(rs_json_get(compare, "covered_permille"), rules[k], 0));
    printf("\nThe same budget by other rules would give:\n");
    cli_table(rs_json_get(compare, "rows"), rows, 8);
    printf("\n");
    cli_cells("", cells, n_rows, forms, 8);
    printf("  prop.: every sample alike; uniform, sqrt: every dataset alike, by the root of\n"
           "  its size; unimax: alike, repeated up to 4 times; strata: every task alike\n");
}

static void print_refused(const rs_json *root)
{
    static const cli_column columns[] = {{"samples", "samples", true, 0},
                                         {"why they are not in it", "text", false, 0}};
    if (!rs_json_len(rs_json_get(root, "refused"))) return;
    printf("\nOf %s indexed samples:\n", cli_count(cli_int(root, "considered", 0)));
    cli_table(rs_json_get(root, "refused"), columns, 2);
}

/* What a file of signals was good for, and what it left out. */
static void print_signals(cli *c, const rs_json *signals)
{
    static const struct {
        const char *key, *what;
    } odd[] = {{"unknown", "of unknown ids"},
               {"ambiguous", "of an id that several samples have"},
               {"wrong_length", "of another length than the header"},
               {"repeated", "said again"},
               {"contradicting", "sample(s) with rows that differ, taken as unknown"}};
    if (!signals) return;
    printf("Signals: %s rows, %s samples have one", cli_count(cli_int(signals, "rows", 0)),
           cli_count(cli_int(signals, "samples", 0)));
    printf("; %s samples were left out.\n", cli_count(cli_int(signals, "left_out", 0)));
    for (size_t k = 0; k < sizeof odd / sizeof *odd; k++)
        if (cli_int(signals, odd[k].key, 0))
            printf("  %s %s\n", cli_count(cli_int(signals, odd[k].key, 0)), odd[k].what);
    rs_json_iter it = rs_json_each(rs_json_get(signals, "columns"));
    for (const rs_json *row; (row = rs_json_next(&it, NULL));)
        if (cli_int(row, "no_number", 0))
            printf("  %s cells of %.*s are no finite numbers\n",
                   cli_count(cli_int(row, "no_number", 0)),
                   RS_STR_ARG(cli_text(c, row, "column", "")));
    const rs_str missing = cli_text(c, signals, "missing", "");
    for (int gates = 1; gates >= 0; gates--) {
        it = rs_json_each(rs_json_get(signals, gates ? "gates" : "weights"));
        for (const rs_json *row; (row = rs_json_next(&it, NULL));) {
            printf("  %s %.*s: ", gates ? "gate" : "weight",
                   RS_STR_ARG(cli_text(c, row, gates ? "gate" : "weight", "")));
            if (gates) printf("%s fail, ", cli_count(cli_int(row, "failed", 0)));
            printf("%s without a value (%.*s)\n", cli_count(cli_int(row, "without_value", 0)),
                   RS_STR_ARG(missing));
        }
    }
    printf("\n");
}

/* A budget that does not count samples: what of it the samples are. */
static void print_limit(cli *c, const rs_json *root)
{
    const rs_json *limit = rs_json_get(root, "limit");
    if (!limit) return;
    const int64_t budget = cli_int(limit, "budget", 0), used = cli_int(limit, "used", 0);
    const rs_str unit = cli_text(c, limit, "unit", "");
    rs_str text = rs_arena_printf(&c->arena, "They are %s of %s %.*s", cli_count(used),
                                  cli_count(budget), RS_STR_ARG(unit));
    const rs_str model = cli_text(c, limit, "model", "");
    if (model.len)
        text = rs_arena_printf(
            &c->arena,
            "%.*s of %.*s, estimated; %s of them are of pictures, of %s to %s pixels each",
            RS_STR_ARG(text), RS_STR_ARG(model), cli_count(cli_int(limit, "of_pictures", 0)),
            cli_count(cli_int(limit, "min_pixels", 0)), cli_count(cli_int(limit, "max_pixels", 0)));
    const bool all = cli_int(root, "different", 0) == cli_int(root, "usable", 0) && used < budget;
    cli_wrap("", rs_arena_printf(&c->arena, "%.*s.%s", RS_STR_ARG(text),
                                 all ? " The budget is larger than what is usable." : ""));
}

/* What --diverse changed. */
static void print_diverse(cli *c, const rs_json *diverse)
{
    if (!diverse) return;
    cli_wrap("", rs_arena_printf(&c->arena,
                                 "Representatives of %s clusters of pictures: %s samples were "
                                 "exchanged; %s samples have no %.*s.",
                                 cli_count(cli_int(diverse, "clusters", 0)),
                                 cli_count(cli_int(diverse, "exchanged", 0)),
                                 cli_count(cli_int(diverse, "without_look", 0)),
                                 RS_STR_ARG(cli_text(c, diverse, "by", ""))));
    const int64_t rows = cli_int(diverse, "rows", 0), used = cli_int(diverse, "used", 0);
    if (used < rows)
        cli_wrap("",
                 rs_arena_printf(
                     &c->arena,
                     "%s of %s rows of --embeddings were used; not used: %s of unknown ids, %s of "
                     "another length, %s with NaN or zeros, %s of a picture that had one.",
                     cli_count(used), cli_count(rows), cli_count(cli_int(diverse, "unknown", 0)),
                     cli_count(cli_int(diverse, "wrong_length", 0)),
                     cli_count(cli_int(diverse, "not_finite", 0)),
                     cli_count(cli_int(diverse, "repeated", 0))));
}

/* The forms of question with what serves them: of examples, or of words. */
static void print_forms(cli *c, const rs_json *root)
{
    static const cli_column of_words[] = {
        {"goal", "goal", false, 14},     {"asks like", "questions.0", false, 26},
        {"supply", "supply", true, 0},   {"share", "wanted", true, 0},
        {"samples", "samples", true, 0}, {"random", "random", true, 0}};
    static const cli_column of_examples[] = {
        {"asks like", "questions.0", false, 30}, {"examples", "examples", true, 0},
        {"supply", "supply", true, 0},           {"share", "wanted", true, 0},
        {"samples", "samples", true, 0},         {"random", "random", true, 0}};
    bool any_words = false, any_examples = false;
    rs_json_iter it = rs_json_each(rs_json_get(root, "forms"));
    for (const rs_json *form; (form = rs_json_next(&it, NULL));)
        *(rs_json_get(form, "like") ? &any_examples : &any_words) = true;
    if (!any_words && !any_examples) return;
    cli_table(rs_json_get(root, "forms"), any_words ? of_words : of_examples, 6);
    printf("  supply: samples that ask like it%s\n"
           "  share: of the budget, were all of it there; random: what a random draw gives\n",
           any_examples ? " and give one of the answers of its examples" : "");
    if (cli_int(root, "several", 0))
        printf("  %s samples ask for several of these; each counts once, in one of them\n",
               cli_count(cli_int(root, "several", 0)));
    print_repeated(c, root);
    if (any_examples) print_one_sided(c, root);
}

/* What can be asked for. */
static void print_goals(const rs_json *root)
{
    static const cli_column columns[] = {{"goal", "name", false, 22},
                                         {"is a", "source", false, 10},
                                         {"usable", "samples", true, 0},
                                         {"", "summary", false, 34}};
    cli_table(rs_json_get(root, "goals"), columns, 4);
    printf("  usable: samples here that a recommendation could take for it; empty where nothing\n"
           "  is indexed, and for benchmarks (recommend --for NAME tells)\n");
}

/* ", 20 not aimed: nothing that serves them was left", "" where all are aimed or general. */
static rs_str not_aimed_text(cli *c, const rs_json *root)
{
    const int64_t filled = cli_int(root, "filled", 0) + cli_int(root, "copies", 0),
                  general = cli_int(root, "general", 0);
    const rs_str asked =
        general ? rs_arena_printf(&c->arena, ", %s general", cli_count(general)) : RS_STR("");
    if (!filled) return asked;
    return rs_arena_printf(&c->arena, "%.*s, %s not aimed: nothing that serves them was left",
                           RS_STR_ARG(asked), cli_count(filled));
}

/* How many answers like pictures confirm. */
static void print_agreement(const rs_json *agreement)
{
    if (cli_flag(agreement, "too_many"))
        printf("Answers were not held against those of like pictures: %s are too many.\n",
               cli_count(cli_int(agreement, "pictures", 0)));
    if (!agreement || !cli_int(agreement, "judged", 0)) return;
    printf("%s answers were held against those of like pictures, of which %lld %% are\n"
           "the same; samples of few come less often (--trust-answers: alike).\n",
           cli_count(cli_int(agreement, "judged", 0)),
           ((long long)cli_int(agreement, "share_permille", 0) + 5) / 10);
}

/* Samples that were chosen one by one. */
static void print_aim(cli *c, const rs_json *root)
{
    static const cli_column rows[] = {
        {"dataset", "dataset", false, 24}, {"usable", "usable", true, 0},
        {"samples", "samples", true, 0},   {"aimed", "aimed", true, 0},
        {"general", "general", true, 0},   {"filled", "filled", true, 0},
        {"copies", "copies", true, 0},     {"gain", "gain_permille", true, 0}};
    const rs_str recipe = cli_text(c, c->options, "recipe", "");
    const int64_t n = cli_int(root, "allocated", 0);
    const rs_str repeats = n > cli_int(root, "different", 0)
                               ? rs_arena_printf(&c->arena, ", with repeats %s", cli_count(n))
                               : RS_STR(""),
                 not_aimed = not_aimed_text(c, root);
    print_unserved(c, root);
    cli_wrap(
        "",
        rs_arena_printf(
            &c->arena,
            "%s of %s usable samples%.*s, %s of them aimed at the goals%.*s. They "
            "cover %.*s %% of these; a random draw %.*s %%.",
            cli_count(cli_int(root, "different", 0)), cli_count(cli_int(root, "usable", 0)),
            RS_STR_ARG(repeats), cli_count(cli_int(root, "aimed", 0)), RS_STR_ARG(not_aimed),
            RS_STR_ARG(percent(c, cli_int(root, "covered_permille", 0))),
            RS_STR_ARG(percent(
                c, cli_int(rs_json_path(root, RS_STR("compare.covered_permille")), "random", 0)))));
    print_limit(c, root);
    print_diverse(c, rs_json_get(root, "diverse"));
    print_agreement(rs_json_get(root, "agreement"));
    printf("\n");
    print_signals(c, rs_json_get(root, "signals"));
    print_forms(c, root);
    print_chosen(c, root);
    printf("\n");
    cli_table(rs_json_get(root, "rows"), rows, 8);
    printf("  gain: coverage lost without the dataset, in thousandths\n");
    const int64_t filled = cli_int(root, "filled", 0), copies = cli_int(root, "copies", 0);
    if (filled + copies)
        printf("  filled: nothing that serves the goals was left\n"
               "  copies: asks the same of the same picture\n");
    if (cli_int(root, "general", 0)) printf("  general: drawn at random, as --general asks\n");
    if (cli_int(root, "not_hashed", 0))
        printf("  re-encoded copies of %s pictures are not known: `rsift hash` first\n",
               cli_count(cli_int(root, "not_hashed", 0)));
    print_refused(root);
    print_rules(c, root);
    const int64_t left = cli_int(root, "budget", 0) - cli_int(root, "allocated", 0);
    if (left > 0) printf("\nThe budget is larger than what is usable: %s less.\n", cli_count(left));
    cli_print_worth_getting(root);
    if (cli_int(root, "aimed", 0) == 0)
        printf("\nNo recipe: no sample asks and answers what the goals do.\n");
    else if (recipe.len)
        printf("\nWrote %.*s and its samples. Next: rsift mix %.*s\n", RS_STR_ARG(recipe),
               RS_STR_ARG(recipe));
    else printf("\n-o recipe.yaml writes it down.\n");
}

void cli_print_recommend(cli *c, const rs_json *root)
{
    const rs_str called = cli_text(c, root, "called", "");
    if (rs_str_eq(called, RS_STR("runs"))) cli_print_measured(c, root);
    else if (rs_str_eq(called, RS_STR("aim"))) print_aim(c, root);
    else if (rs_str_eq(called, RS_STR("goals"))) print_goals(root);
    else cli_print_allocation(c, root);
    const rs_str page = cli_text(c, c->options, "html", "");
    if (page.len) printf("%.*s shows it in a browser.\n", RS_STR_ARG(page));
}
