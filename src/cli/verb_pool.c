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

/* Datasets whose index read nothing: only their findings are here. */
static void print_empty(cli *c, const rs_json *rows)
{
    rs_json_iter it = rs_json_each(rows);
    for (const rs_json *row; (row = rs_json_next(&it, NULL));) {
        const rs_str id = cli_text(c, row, "dataset", "");
        if (cli_int(row, "samples", 0) == 0)
            printf("\n%.*s holds no sample: index it again, or rsift remove %.*s\n", RS_STR_ARG(id),
                   RS_STR_ARG(id));
    }
}

void cli_print_audit(cli *c, const rs_json *root)
{
    static const cli_column datasets[] = {
        {"dataset", "dataset", false, 20}, {"samples", "samples", true, 0},
        {"pictures", "pictures", true, 0}, {"not here", "missing", true, 0},
        {"unused", "orphans", true, 0},    {"set aside", "set_aside", true, 0},
        {"adds up", "adds_up", false, 7}};
    static const cli_column findings[] = {{"dataset", "dataset", false, 18},
                                          {"finding", "code", false, 24},
                                          {"severity", "severity", false, 8},
                                          {"count", "n", true, 0},
                                          {"effect", "effect", false, CLI_FOLDS}};
    cli_table(rs_json_get(root, "datasets"), datasets, 7);
    const rs_json *rows = rs_json_get(root, "findings");
    if (rs_json_len(rows) == 0) {
        printf("\nNo findings.\n");
    } else {
        printf("\n");
        cli_table(rows, findings, 5);
    }
    /* One example of each warning and serious finding; of notes, what was decided and why, or all
     * of them when notes are asked for. */
    const bool notes = rs_str_eq(cli_text(c, root, "level", ""), RS_STR("note"));
    rs_json_iter it = rs_json_each(rows);
    for (const rs_json *f; (f = rs_json_next(&it, NULL));)
        if ((notes || !rs_str_eq(cli_text(c, f, "severity", ""), RS_STR("note")) ||
             rs_str_eq(cli_text(c, f, "code", ""), RS_STR("box-convention-decided"))) &&
            cli_text(c, f, "example", "").len)
            print_example(c, f);
    print_empty(c, rs_json_get(root, "datasets"));
    printf("\nWhat the data is worth, in %% (rsift value explains it)\n");
    cli_print_value_datasets(c, rs_json_get(root, "value"));
    printf("\nadds up: records seen = used + merged + skipped + set aside, in every source,\n"
           "and no file has a rest that could not be read.\n"
           "Next: rsift leaks\n");
}

/* Where the page of pairs lies. */
static void print_page(cli *c)
{
    const rs_str page = cli_text(c, c->options, "html", "");
    if (page.len) printf("Look at %.*s in a browser: the pairs, side by side.\n", RS_STR_ARG(page));
}

/* Pictures that show the same: what was compared, from which dataset into which, how it is
 * known. */
static void print_near(cli *c, const rs_json *near)
{
    static const cli_column pairs[] = {{"stays in", "kept_in", false, 16},
                                       {"repeated in", "repeated_in", false, 16},
                                       {"pictures", "pictures", true, 0},
                                       {"samples", "samples", true, 0},
                                       {"method", "method", false, 10}};
    static const cli_column unseen[] = {{"dataset", "dataset", false, 24},
                                        {"not compared because", "reason", false, 24},
                                        {"pictures", "pictures", true, 0}};
    static const cli_column files[] = {{"in", "dataset", false, 24},
                                       {"and in", "other", false, 24},
                                       {"pictures", "pictures", true, 0}};
    if (rs_json_len(rs_json_get(near, "same_files"))) {
        printf("\nPictures of two datasets that are one file, byte for byte.\n");
        cli_table(rs_json_get(near, "same_files"), files, 3);
        printf("Such a picture counts once below; what is listed there are other files.\n");
    }
    printf("\nNear-duplicates: %s of %s pictures were compared, within %s bits of 256.\n",
           cli_count(cli_int(near, "looked_at", 0)), cli_count(cli_int(near, "pictures", 0)),
           cli_count(cli_int(near, "radius", 0)));
    const rs_json *vectors = rs_json_get(near, "embeddings");
    if (vectors)
        printf("Vectors: %s of %s rows were compared; not used: %s of unknown ids, %s of another\n"
               "length, %s with NaN or zeros, %s of a picture that had one.\n",
               cli_count(cli_int(vectors, "used", 0)), cli_count(cli_int(vectors, "rows", 0)),
               cli_count(cli_int(vectors, "unknown", 0)),
               cli_count(cli_int(vectors, "wrong_length", 0)),
               cli_count(cli_int(vectors, "not_finite", 0)),
               cli_count(cli_int(vectors, "repeated", 0)));
    if (rs_json_len(rs_json_get(near, "not_checked"))) {
        cli_table(rs_json_get(near, "not_checked"), unseen, 3);
        printf("Of those nothing is said, but for equal pixels of flat ones. `rsift hash` hashes\n"
               "what is not-hashed; unused ones are shown by no sample.\n");
    }
    if (rs_json_len(rs_json_get(near, "pairs"))) {
        printf("\n");
        cli_table(rs_json_get(near, "pairs"), pairs, 5);
    }
    printf("%s pictures repeat one of %s others; %s samples show them all.\n"
           "%s samples ask and answer the same as another about such a picture: mix\n"
           "leaves those out.\n",
           cli_count(cli_int(near, "repeated", 0)), cli_count(cli_int(near, "clusters", 0)),
           cli_count(cli_int(near, "samples", 0)), cli_count(cli_int(near, "same_samples", 0)));
    rs_json_iter it = rs_json_each(rs_json_get(near, "examples"));
    for (const rs_json *e; (e = rs_json_next(&it, NULL));) {
        const rs_str line = rs_arena_printf(
            &c->arena, "%.*s %.*s = %.*s %.*s: %.*s", RS_STR_ARG(cli_text(c, e, "repeated_in", "")),
            RS_STR_ARG(cli_text(c, e, "repeated_path", "")),
            RS_STR_ARG(cli_text(c, e, "kept_in", "")), RS_STR_ARG(cli_text(c, e, "kept_path", "")),
            RS_STR_ARG(cli_text(c, e, "evidence", "")));
        cli_wrap("  ", line);
    }
    printf("All pairs:\n"
           "  rsift query \"SELECT a, b, method, transform, score FROM overlap\n"
           "    WHERE kind = 'near-duplicate'\"\n");
    print_page(c);
}

/* Texts about one picture that are one but for spelling or a word. */
static void print_texts(const rs_json *texts)
{
    static const cli_column captions[] = {
        {"dataset", "dataset", false, 20},   {"pictures", "pictures", true, 0},
        {"captions", "captions", true, 0},   {"different", "spelled", true, 0},
        {"told apart", "distinct", true, 0}, {"repeating", "repeating", true, 0}};
    static const cli_column pairs[] = {{"in", "kept_in", false, 16},
                                       {"repeated in", "repeated_in", false, 16},
                                       {"samples", "samples", true, 0},
                                       {"for example", "evidence", false, CLI_FOLDS}};
    static const cli_column unseen[] = {{"dataset", "dataset", false, 24},
                                        {"samples", "samples", true, 0}};
    printf("\nRepeated texts about one picture.\n");
    if (rs_json_len(rs_json_get(texts, "captions"))) {
        cli_table(rs_json_get(texts, "captions"), captions, 6);
        printf("different: but for spelling; told apart: by two words at least; repeating:\n"
               "pictures with captions that are not. A mixture uses those told apart first.\n");
    }
    if (rs_json_len(rs_json_get(texts, "pairs"))) cli_table(rs_json_get(texts, "pairs"), pairs, 4);
    printf("%s samples ask and say of one picture what another does, but for spelling or a\n"
           "word. They stay in a mixture. All pairs: kind 'near-duplicate-text'.\n",
           cli_count(cli_int(texts, "n_near", 0)));
    if (rs_json_len(rs_json_get(texts, "not_checked")) == 0) return;
    cli_table(rs_json_get(texts, "not_checked"), unseen, 2);
    printf("Indexed with --no-text: of those nothing is said.\n");
}

void cli_print_duplicates(cli *c, const rs_json *root)
{
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
    const rs_json *near = rs_json_get(root, "near");
    if (near) print_near(c, near);
    const rs_json *texts = rs_json_get(root, "texts");
    if (texts) print_texts(texts);
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

/* Why a method compared less than everything: rows come reason by reason, one paragraph each. */
static void print_reasons(cli *c, const rs_json *rows)
{
    rs_buf line = {0};
    rs_str reason = RS_STR("");
    rs_json_iter it = rs_json_each(rows);
    for (const rs_json *row; (row = rs_json_next(&it, NULL));) {
        const rs_str method = cli_text(c, row, "method", ""), text = cli_text(c, row, "text", "");
        const rs_str title =
            rs_arena_printf(&c->arena, "%.*s: %.*s", RS_STR_ARG(method), RS_STR_ARG(text));
        if (!rs_str_eq(title, reason)) {
            if (line.len) cli_wrap("  ", rs_buf_view(&line));
            else printf("\nWhy less than everything was compared\n");
            line.len = 0;
            printf("%.*s\n", RS_STR_ARG(title));
            reason = title;
        }
        rs_buf_printf(&line, "%s%.*s (%s)", line.len ? ", " : "",
                      RS_STR_ARG(cli_text(c, row, "name", "")),
                      cli_count(cli_int(row, "pictures", 0)));
    }
    if (line.len) cli_wrap("  ", rs_buf_view(&line));
    rs_buf_fini(&line);
}

static void print_unindexed(cli *c, const rs_json *rows)
{
    rs_buf line = {0};
    rs_json_iter it = rs_json_each(rows);
    for (const rs_json *row; (row = rs_json_next(&it, NULL));)
        rs_buf_printf(&line, "%s%.*s", line.len ? ", " : "",
                      RS_STR_ARG(cli_text(c, row, "benchmark", "")));
    if (line.len) {
        printf("\nNOT CHECKED by any method, because not indexed here\n");
        cli_wrap("  ", rs_buf_view(&line));
    }
    rs_buf_fini(&line);
}

/* A heading per benchmark, a row per method, and what the columns mean. */
static void print_methods(cli *c, const rs_json *rows)
{
    static const cli_column columns[] = {
        {"  method", "method", false, 0}, {"pictures", "pictures", true, 0},
        {"here", "here", true, 0},        {"compared", "compared", true, 0},
        {"leaks", "n_leaks", true, 0},    {"flat", "undecided", true, 0},
        {"verdict", "verdict", true, 0}};
    enum { N = sizeof columns / sizeof *columns };
    const size_t n = rs_json_len(rows);
    rs_str *cells = rs_arena_calloc(&c->arena, 2 * n * N + 1, sizeof *cells);
    bool rest = false;
    rs_json_iter it = rs_json_each(rows);
    size_t r = 0;
    rs_str last = {NULL, 0};
    for (const rs_json *row; cells && r < 2 * n && (row = rs_json_next(&it, NULL)); r++) {
        const rs_str benchmark = cli_text(c, row, "benchmark", "");
        rest = rest || rs_str_ends(benchmark, RS_STR(" (rest)"));
        if (!last.ptr || !rs_str_eq(last, benchmark)) cells[r++ * N] = last = benchmark;
        for (size_t k = 0; k < N; k++) {
            const char *key = columns[k].key;
            rs_str text = cli_text(c, row, key, "");
            if (k == 0) text = rs_arena_printf(&c->arena, "  %.*s", RS_STR_ARG(text));
            else if (k == 3)
                text = rs_arena_printf(&c->arena, "%s of %s", cli_count(cli_int(row, key, 0)),
                                       cli_count(cli_int(row, "training", 0)));
            else if (k < N - 1)
                text = rs_arena_str(&c->arena, rs_str_of(cli_count(cli_int(row, key, 0))));
            cells[r * N + k] = text;
        }
    }
    if (!cells || n == 0) return;
    cli_cells("", cells, r, columns, N);
    printf("\npictures  the benchmark's\n"
           "here      of them, those whose file (bytes, crop), hash (pixels, perceptual) or\n"
           "          name (lineage) is known here\n"
           "compared  each of those, on average, with so many training pictures of other\n"
           "          datasets, of so many that there are\n"
           "leaks     training samples that show one of the pictures; a pair counts once,\n"
           "          for the first method that finds it: clean means that it finds no more\n"
           "flat      pictures too plain to be told from flat ones of the training data\n"
           "verdict   clean only when all pictures are here and compared with all\n"
           "method    bytes finds copies of a file; pixels what was encoded again without\n"
           "          loss, turned or mirrored; perceptual what was resized or recompressed\n"
           "          (up to 31 of 256 bits); crop pieces; lineage known names; text rare\n"
           "          captions and questions, no pixels\n");
    if (rest) printf("(rest)    evaluation samples of a dataset that no benchmark of it names\n");
}

/* From which dataset into which benchmark. */
static void print_pairs(const rs_json *rows)
{
    static const cli_column pairs[] = {{"benchmark", "benchmark", false, 20},
                                       {"from", "dataset", false, 18},
                                       {"level", "level", false, 5},
                                       {"samples", "samples", true, 0},
                                       {"evidence", "evidence", false, 0}};
    if (rs_json_len(rows) == 0) return;
    printf("\n");
    cli_table(rows, pairs, 5);
    bool own = false, text = false;
    rs_json_iter it = rs_json_each(rows);
    for (const rs_json *row; (row = rs_json_next(&it, NULL));) {
        own = own || cli_flag(row, "own");
        text = text || rs_str_eq(rs_json_str(rs_json_get(row, "level")), RS_STR("text"));
    }
    if (own)
        printf(
            "\nWhere `from` is the benchmark's own dataset, its official training samples share\n"
            "that with its own test: not counted as leaks.\n");
    if (text)
        printf("\nLevel text: captions or questions in common, no pixels. Two places may be\n"
               "described alike: look at the pictures.\n");
}

/* Dataset by dataset, where some sample shows a picture. */
static void print_matrix(cli *c, const rs_json *rows)
{
    static const cli_column columns[] = {
        {"protected", "dataset", false, 20}, {"in training data", "pool", false, 20},
        {"image", "image", true, 0},         {"crop", "crop", true, 0},
        {"scene", "scene", true, 0},         {"text", "text", true, 0}};
    enum { N = sizeof columns / sizeof *columns };
    const size_t n = rs_json_len(rows);
    rs_str *cells = rs_arena_calloc(&c->arena, n * N + 1, sizeof *cells);
    size_t r = 0;
    rs_json_iter it = rs_json_each(rows);
    for (const rs_json *row; cells && r < n && (row = rs_json_next(&it, NULL));) {
        if (cli_int(row, "leaks", 0) == 0 || cli_flag(row, "own")) continue;
        for (size_t k = 0; k < N; k++)
            cells[r * N + k] =
                k < 2 ? cli_text(c, row, columns[k].key, "")
                      : rs_arena_str(&c->arena,
                                     rs_str_of(cli_count(cli_int(row, columns[k].key, 0))));
        r++;
    }
    if (!cells || r < 2) return; /* one row says what the list above does */
    printf("\nSamples by dataset, each at its worst level\n");
    cli_cells("", cells, r, columns, N);
}

void cli_print_leaks(cli *c, const rs_json *root)
{
    print_methods(c, rs_json_get(root, "methods"));
    print_pairs(rs_json_get(root, "pairs"));
    print_matrix(c, rs_json_get(root, "matrix"));
    /* What no method checked comes last: it is a hint and counts no leak. */
    print_reasons(c, rs_json_get(root, "not_compared"));
    print_possible(c, rs_json_get(root, "possible"));
    print_unindexed(c, rs_json_get(root, "not_indexed"));
    const int64_t n = cli_int(root, "n_leaks", 0);
    const rs_json *between = rs_json_get(root, "between");
    if (between)
        printf(
            "\nFound: %s sample%s that show%s pictures of the other data. What is NOT CHECKED or\n"
            "PART CHECKED may hold more.\n",
            cli_count(n), n == 1 ? "" : "s", n == 1 ? "s" : "");
    else
        printf("\nFound: %s training sample%s of other datasets that show%s pictures of protected\n"
               "benchmarks. What is NOT CHECKED or PART CHECKED may hold more.\n",
               cli_count(n), n == 1 ? "" : "s", n == 1 ? "s" : "");
    printf("  rsift query \"SELECT s.dataset, s.original_id, o.level, o.evidence\n"
           "    FROM overlap o JOIN sample s ON s.sample_id::VARCHAR = o.a\n"
           "    WHERE o.kind = '%s' LIMIT 10\"\n",
           between ? "between" : "leak");
    if (n && !between) printf("`rsift mix` leaves these out; --html FILE shows the pairs.\n");
    print_page(c);
}

void cli_print_mix_warnings(cli *c, const rs_json *root)
{
    /* In full, and not as a table, which would cut the texts. */
    rs_json_iter it = rs_json_each(rs_json_get(root, "warnings"));
    for (const rs_json *w; (w = rs_json_next(&it, NULL));) {
        printf("\n%s samples, %.*s:\n", cli_count(cli_int(w, "samples", 0)),
               RS_STR_ARG(cli_text(c, w, "code", "")));
        cli_wrap("  ", cli_text(c, w, "text", ""));
    }
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
    cli_print_mix_warnings(c, root);
    printf("\n%s of %s candidates kept. Every one has a line in the ledger. Left out:\n"
           "  rsift query \"SELECT reason, detail, sample_id FROM ledger\n"
           "    WHERE NOT kept AND mixture_id = '%.*s' LIMIT 10\"\n",
           cli_count(cli_int(root, "kept", 0)), cli_count(cli_int(root, "candidates", 0)),
           RS_STR_ARG(cli_text(c, root, "mixture_id", "")));
    if (cli_int(root, "kept", 0))
        printf("Next: rsift emit --format %.*s --model %.*s%s -o DIR\n",
               RS_STR_ARG(cli_text(c, root, "format", "F")),
               RS_STR_ARG(cli_text(c, root, "model", "M")),
               cli_flag(root, "needs_pixels") ? " \\\n    --min-pixels 3136 --max-pixels 1003520"
                                              : "");
    else printf("Nothing is kept, so there is nothing to emit: see the reasons above.\n");
}
