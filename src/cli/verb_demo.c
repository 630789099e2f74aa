/* demo: three small related releases and a folder of one's own with planted faults, and the whole
 * flow over them. Every figure that is printed as found was asked of the workspace; a planted fault
 * that is not found fails. */
#include "cli/verbs.h"

#include "codec/json_writer.h"
#include "synth/synth.h"

#include <inttypes.h>
#include <stdio.h>

typedef struct demo {
    cli *c;
    const char *out;
    synth_truth truth;
    int n_missed;
} demo;

static const char *path_of(demo *d, const char *name)
{
    return rs_arena_printf(&d->c->arena, "%s/%s", d->out, name).ptr;
}

/* Runs a verb with options {key: value, ...}: pairs of texts, ended by NULL. NULL (and the error
 * printed) on failure. */
static const rs_json *run_verb(demo *d, const char *verb, const char *const *pairs)
{
    rs_buf options = {0};
    rs_json_writer w = rs_json_writer_to(&options);
    rs_json_begin_object(&w);
    for (; pairs && *pairs; pairs += 2) rs_json_field_cstr(&w, pairs[0], pairs[1]);
    rs_json_end_object(&w);
    /* rsift_run takes a C string. */
    rs_buf_char(&options, 0);
    rsift_answer answer = {0};
    const rs_json *root = NULL;
    if (options.failed) rs_err_nomem(&d->c->err, "the options");
    if (options.failed ||
        rsift_run(d->c->workspace, verb, options.ptr, &answer, &d->c->err) != RSIFT_OK)
        cli_fail(d->c, verb);
    else root = cli_read(d->c, &answer);
    rsift_answer_free(&answer);
    rs_buf_fini(&options);
    return root;
}

/* ---- 1. data --------------------------------------------------------------------------------- */

typedef struct piece {
    const char *family, *container, *name, *dataset, *text;
    int n_images, side;
} piece;

static const piece pieces[] = {
    {"dior", "folder", "DIOR", "dior", "detection boxes, as DIOR publishes them: a folder of XML",
     48, 256},
    {"vrsbench", "zip", "VRSBench.zip", "vrsbench",
     "conversations with boxes, cut from the same scenes: one zip", 24, 128},
    {"rsvqa", "tar.gz", "RSVQA_LR.tar.gz", "rsvqa-lr", "questions and answers: one tar.gz", 32,
     128},
    {"own", "folder", "own", NULL, "somebody's own COCO and conversations: a folder", 8, 256},
};
enum { n_pieces = sizeof pieces / sizeof *pieces };

/* Makes the three releases and the list of what was planted. */
static int make_data(demo *d)
{
    printf("1. Three made-up releases and a folder of one's own, with planted faults\n");
    for (size_t i = 0; i < n_pieces; i++) {
        const piece *p = &pieces[i];
        synth_options o = {.family = p->family,
                           .container = p->container,
                           .path = path_of(d, p->name),
                           .n_images = p->n_images,
                           .side = p->side,
                           /* Fixed, so that every run of the demo prints the same figures. */
                           .seed = 7,
                           .faults = true};
        if (!o.path || synth_release(&o, &d->truth, &d->c->err) != RSIFT_OK)
            return cli_fail(d->c, "making the data");
        printf("   %-16s %s\n", p->name, p->text);
    }
    if (synth_truth_write(&d->truth, path_of(d, "truth.json"), &d->c->err) != RSIFT_OK)
        return cli_fail(d->c, "making the data");
    printf("   truth.json       what was planted, and where\n\n");
    return -1;
}

/* ---- 2. scan and index ----------------------------------------------------------------------- */

/* Recognises each release and reads it into the workspace. */
static int index_data(demo *d)
{
    printf("2. rsift scan, rsift index\n");
    for (size_t i = 0; i < n_pieces; i++) {
        if (!pieces[i].dataset) continue; /* one's own data is no release: index_own */
        const char *path = path_of(d, pieces[i].name);
        const rs_json *found = run_verb(d, "scan", (const char *[]){"paths", path, NULL});
        if (!found) return CLI_ERROR;
        rs_json_iter it = rs_json_each(rs_json_get(found, "found"));
        /* Candidates come best first; the right one must be the first. */
        const rs_json *best = rs_json_next(&it, NULL);
        rs_str dataset = cli_text(d->c, best, "dataset", "?");
        printf("   %-16s is %.*s (%lld %% of the release)", pieces[i].name, RS_STR_ARG(dataset),
               (long long)cli_int(best, "score", 0));
        /* Goes on after a miss, so that one run shows all of them. */
        d->n_missed += !rs_str_eq(dataset, rs_str_of(pieces[i].dataset));
        const rs_json *r = run_verb(d, "index", (const char *[]){"path", path, NULL});
        if (!r) return CLI_ERROR;
        printf(": %s samples, %s pictures\n", cli_count(cli_int(r, "samples", 0)),
               cli_count(cli_int(r, "pictures", 0)));
    }
    printf("\n");
    return -1;
}

/* ---- 3. what was planted, what was found ----------------------------------------------------- */

/* Prints how many faults of a kind were planted and how many the workspace holds by `sql`, a query
 * of one number n; fewer than planted count as missed. */
static void compare(demo *d, const char *kind, const char *text, const char *sql)
{
    const rs_json *rows = run_verb(d, "query", (const char *[]){"sql", sql, NULL});
    rs_json_iter it = rs_json_each(rows);
    /* -1 = the query failed, which is below any number of planted faults and so a miss. */
    const int64_t planted = synth_planted(&d->truth, kind),
                  found = rows ? cli_int(rs_json_next(&it, NULL), "n", -1) : -1;
    /* More is fine: the data may hold faults of the kind besides the planted ones. */
    bool ok = found >= planted;
    printf("   %-44s %3" PRId64 " planted  %3" PRId64 " found%s\n", text, planted, found,
           ok ? "" : "   MISSED");
    d->n_missed += !ok;
}

/* Runs the audit and compares each kind of planted fault with what the workspace holds. */
static int audit(demo *d)
{
    printf("3. rsift audit\n");
    /* The audit's own answer is not printed: the figures below are asked of the tables by
     * SQL. */
    if (!run_verb(d, "audit", NULL)) return CLI_ERROR;
    static const char by_code[] =
        "SELECT CAST(coalesce(sum(n), 0) AS BIGINT) AS n FROM finding WHERE code = '%s'";
    static const struct {
        const char *kind, *text;
    } rows[] = {{"region-degenerate", "boxes without area"},
                {"region-clipped", "boxes that leave their picture"},
                {"class-unknown", "classes outside the list"},
                {"image-truncated", "truncated pictures"},
                {"answer-empty", "empty answers"},
                {"box-text-unparsed", "box text that cannot be read"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        compare(d, rows[i].kind, rows[i].text,
                rs_arena_printf(&d->c->arena, by_code, rows[i].kind).ptr);
    /* Asked of the assets: a picture that is not there may be linked later. */
    compare(d, "image-missing", "pictures that are not there",
            "SELECT count(*) AS n FROM asset WHERE state = 'unresolved'");
    /* Only training samples of one dataset, where the copies were planted; of k equal ones k
     * - 1 are too many. */
    compare(d, "duplicate", "exact duplicates",
            "SELECT CAST(coalesce(sum(k - 1), 0) AS BIGINT) AS n FROM (SELECT count(*) AS k FROM "
            "sample s JOIN sample_asset a USING (sample_id) "
            "WHERE s.role = 'train' AND s.dataset = 'vrsbench' GROUP BY s.key_whole, a.asset_id "
            "HAVING k > 1)");
    compare(d, "conflict", "same question, other answer",
            "SELECT count(*) AS n FROM (SELECT s.key_asked FROM sample s JOIN sample_asset a "
            "USING (sample_id) WHERE s.task = 'vqa' AND "
            "s.dataset = 'vrsbench' AND s.role = 'train' GROUP BY s.key_asked, a.asset_id "
            "HAVING count(DISTINCT s.key_answer) > 1)");
    printf("\n");
    return -1;
}

/* Indexes a file of the folder under a name of its own. */
static bool index_own(demo *d, const char *name, const char *file, const char *reader,
                      const char *images)
{
    return run_verb(d, "index",
                    (const char *[]){"path", path_of(d, file), "reader", reader, "name", name,
                                     "images", path_of(d, images), "licence", "open", NULL});
}

/* The copies that were planted: what each was found to be a copy of, and how. */
static int print_copies(demo *d)
{
    /* A test picture may be of several benchmarks: one row a copy. */
    static const char sql[] =
        "SELECT DISTINCT ON (q.path) q.path AS copy, parse_filename(p.path) AS original, o.method, "
        "o.transform FROM overlap o JOIN sample s ON s.sample_id = CAST(o.a AS UUID) "
        "JOIN sample_asset x ON x.sample_id = s.sample_id JOIN asset q ON q.asset_id = x.asset_id "
        "JOIN sample_asset y ON y.sample_id = CAST(o.b AS UUID) JOIN asset p ON p.asset_id = "
        "y.asset_id WHERE o.kind = 'leak' AND s.dataset = 'own-copies' ORDER BY q.path, p.path";
    const rs_json *rows = run_verb(d, "query", (const char *[]){"sql", sql, NULL});
    if (!rows) return CLI_ERROR;
    rs_json_iter it = rs_json_each(rows);
    for (const rs_json *row; (row = rs_json_next(&it, NULL));)
        printf("   %.*s is %.*s: %.*s, %.*s\n", RS_STR_ARG(cli_text(d->c, row, "copy", "?")),
               RS_STR_ARG(cli_text(d->c, row, "original", "?")),
               RS_STR_ARG(cli_text(d->c, row, "method", "?")),
               RS_STR_ARG(cli_text(d->c, row, "transform", "?")));
    return -1;
}

/* Compares the copies of test pictures that stand in one's own data. */
static int copies(demo *d)
{
    static const char found[] =
        "SELECT count(DISTINCT o.a) AS n FROM overlap o JOIN sample s ON s.sample_id = CAST(o.a AS "
        "UUID) JOIN sample_asset x USING (sample_id) JOIN asset q USING (asset_id) WHERE o.kind = "
        "'leak' AND o.method = '%s' AND q.path = '%s'";
    static const struct {
        const char *kind, *text, *method, *path;
    } rows[] = {{"copy-turned", "a turned copy in one's own data", "pixels", "scene_a.png"},
                {"copy-recompressed", "a recompressed copy", "perceptual", "scene_b.jpg"},
                {"copy-cropped", "a cropped copy", "crop", "scene_c.png"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        compare(d, rows[i].kind, rows[i].text,
                rs_arena_printf(&d->c->arena, found, rows[i].method, rows[i].path).ptr);
    return print_copies(d);
}

static int leaks(demo *d)
{
    printf("4. rsift hash, rsift leaks --html: does training data show test pictures?\n");
    if (!index_own(d, "own-copies", "own/copies.json", "llava", "own/copies") ||
        !run_verb(d, "hash", NULL) ||
        !run_verb(d, "leaks", (const char *[]){"html", path_of(d, "leaks.html"), NULL}))
        return CLI_ERROR;
    compare(
        d, "leak-lineage", "crops of DIOR test pictures in VRSBench train",
        "SELECT count(DISTINCT a.asset_id) AS n FROM overlap o JOIN sample s ON replace(o.a, '-', "
        "'') = replace(CAST(s.sample_id AS VARCHAR), '-', '') "
        "JOIN sample_asset a USING (sample_id) WHERE o.kind = 'leak' AND s.dataset = 'vrsbench'");
    /* Only level "image": crops and scenes are leaks of other kinds. */
    compare(d, "leak-image", "byte copies of test pictures in RSVQA train",
            "SELECT count(DISTINCT a.asset_id) AS n FROM overlap o JOIN sample s ON replace(o.a, "
            "'-', '') = replace(CAST(s.sample_id AS VARCHAR), '-', '') "
            "JOIN sample_asset a USING (sample_id) WHERE o.kind = 'leak' AND o.level = 'image' AND "
            "s.dataset = 'rsvqa-lr'");
    const int code = copies(d);
    printf("\n");
    return code;
}

/* ---- 5. one's own data: what would have become a wrong answer -------------------------------- */

static bool write_recipe(demo *d, const char *path)
{
    static const char text[] = "name: own\nlicence: any\nbudget: {samples: 1000}\ndatasets:\n"
                               "  - {id: own-boxes}\n  - {id: own-fractions}\n"
                               "  - {id: own-pixels}\n  - {id: own-text}\n  - {id: own-copies}\n";
    FILE *f = fopen(path, "wb");
    bool good = f && fwrite(text, 1, sizeof text - 1, f) == sizeof text - 1;
    if (f && fclose(f) != 0) good = false;
    if (!good) rs_err_set(&d->c->err, RSIFT_E_IO, "cannot write %s", path);
    return good || cli_fail(d->c, "demo") < 0;
}

/* Indexes the folder, mixes it and compares what the ledger left out with what was planted. */
static int own_data(demo *d)
{
    printf("5. one's own data: what would have become a wrong answer\n");
    const char *recipe = path_of(d, "own.yaml");
    if (!index_own(d, "own-boxes", "own/boxes.json", "coco", "own/img") ||
        !index_own(d, "own-fractions", "own/fractions.json", "llava", "own/img") ||
        !index_own(d, "own-pixels", "own/pixels.json", "llava", "own/img") ||
        !index_own(d, "own-text", "own/text.json", "llava", "own/img") ||
        !write_recipe(d, recipe) || !run_verb(d, "mix", (const char *[]){"recipe", recipe, NULL}))
        return CLI_ERROR;
    static const char left_out[] =
        "SELECT count(*) AS n FROM ledger l JOIN sample s USING (sample_id) WHERE NOT l.kept AND "
        "s.dataset = '%s'";
    static const struct {
        const char *kind, *dataset, *text;
    } rows[] = {{"annotation-incomplete", "own-boxes", "pictures that lost an object, left out"},
                {"convention-unknown", "own-pixels", "boxes of unproven meaning, left out"},
                {"encoding", "own-text", "answers that are not UTF-8, left out"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        compare(d, rows[i].kind, rows[i].text,
                rs_arena_printf(&d->c->arena, left_out, rows[i].dataset).ptr);
    compare(d, "copy-whole", "copies of test pictures, left out",
            "SELECT count(*) AS n FROM ledger l JOIN sample s USING (sample_id) WHERE NOT l.kept "
            "AND s.dataset = 'own-copies' AND l.reason = 'leak-image'");
    compare(d, "copy-cropped", "pieces of test pictures, left out",
            "SELECT count(*) AS n FROM ledger l JOIN sample s USING (sample_id) WHERE NOT l.kept "
            "AND s.dataset = 'own-copies' AND l.reason = 'leak-crop'");
    compare(d, "convention-told-by-numbers", "boxes read as fractions, told by numbers",
            "SELECT count(*) AS n FROM region JOIN sample USING (sample_id) JOIN ledger USING "
            "(sample_id) WHERE kept AND dataset = 'own-fractions' AND convention = 'fraction'");
    printf("\n");
    return -1;
}

/* ---- 6. recommend, mix, emit ----------------------------------------------------------------- */

/* A small dev set in words of its own: what the model will be asked. Written as anybody would. */
static bool write_dev_set(demo *d, const char *path)
{
    static const struct {
        const char *question, *answers[4];
        int n_answers, n;
    } asked[] = {
        {"How many ships are visible in this image?", {"0", "1", "2", "3"}, 4, 12},
        {"Is there a ship in the image?", {"yes", "no"}, 2, 8},
        {"Give me the location of the ship.",
         {"[0.125, 0.250, 0.375, 0.500]", "[0.610, 0.055, 0.725, 0.145]"},
         2,
         4},
        {"Describe the image in detail.",
         {"An aerial picture of fields that a road crosses, with some buildings beside it"},
         1,
         4}};
    rs_buf text = {0};
    rs_json_writer w = rs_json_writer_to(&text);
    rs_json_begin_array(&w);
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++)
        for (int k = 0; k < asked[i].n; k++) {
            rs_json_begin_object(&w);
            rs_json_field_cstr(&w, "image", "dev.png");
            rs_json_field_array(&w, "conversations");
            for (int turn = 0; turn < 2; turn++) {
                rs_json_begin_object(&w);
                rs_json_field_cstr(&w, "from", turn ? "gpt" : "human");
                rs_json_field_cstr(&w, "value",
                                   turn ? asked[i].answers[k % asked[i].n_answers]
                                        : asked[i].question);
                rs_json_end_object(&w);
            }
            rs_json_end_array(&w);
            rs_json_end_object(&w);
        }
    rs_json_end_array(&w);
    FILE *f = text.failed ? NULL : fopen(path, "wb");
    bool good = f && fwrite(text.ptr, 1, text.len, f) == text.len;
    if (f && fclose(f) != 0) good = false;
    rs_buf_fini(&text);
    if (!good) rs_err_set(&d->c->err, RSIFT_E_IO, "cannot write %s", path);
    return good || cli_fail(d->c, "demo") < 0;
}

/* What was taken for each form of question beside a random draw, and one sample of it. */
static void print_forms(demo *d, const rs_json *r)
{
    printf("   %-44s %6s %6s\n", "asks like", "took", "random");
    rs_json_iter it = rs_json_each(rs_json_get(r, "forms")),
                 rules = rs_json_each(rs_json_path(r, RS_STR("compare.forms")));
    for (const rs_json *form; (form = rs_json_next(&it, NULL));) {
        const rs_json *sample = rs_json_path(form, RS_STR("chosen.0")),
                      *rule = rs_json_next(&rules, NULL);
        printf("   %-44.*s %6s %6s\n", RS_STR_ARG(cli_text(d->c, form, "questions.0", "?")),
               cli_count(cli_int(form, "samples", 0)), cli_count(cli_int(rule, "random", 0)));
        if (cli_int(form, "repeats", 0) > 1)
            printf("      %s samples, some again: there are fewer than its share\n",
                   cli_count(cli_int(form, "different", 0)));
        cli_wrap("      ", rs_arena_printf(&d->c->arena, "%.*s: \"%.*s\" - \"%.*s\"",
                                           RS_STR_ARG(cli_text(d->c, sample, "dataset", "?")),
                                           RS_STR_ARG(cli_text(d->c, sample, "question", "?")),
                                           RS_STR_ARG(cli_text(d->c, sample, "answer", "?"))));
        /* nothing taken would be no recommendation */
        d->n_missed += cli_int(form, "samples", 0) <= 0;
    }
}

static int recommend(demo *d, const char *recipe)
{
    const char *dev = path_of(d, "dev.json");
    if (!write_dev_set(d, dev)) return CLI_ERROR;
    const rs_json *r =
        run_verb(d, "recommend",
                 (const char *[]){"like", dev, "budget", "60", "licence", "any", "recipe", recipe,
                                  "html", path_of(d, "recommendation.html"), NULL});
    if (!r) return CLI_ERROR;
    printf("6. rsift recommend --like dev.json --budget 60: what 28 dev questions ask\n");
    print_forms(d, r);
    const int64_t ours = cli_int(r, "covered_permille", 0),
                  random =
                      cli_int(rs_json_path(r, RS_STR("compare.covered_permille")), "random", 0);
    printf("   covered: %lld %% of what they ask, by a random draw %lld %%\n",
           (long long)(ours / 10), (long long)(random / 10));
    d->n_missed += ours < random;
    rs_json_iter it = rs_json_each(rs_json_get(r, "rows"));
    for (const rs_json *row; (row = rs_json_next(&it, NULL));)
        printf(
            "   %-12.*s %3s samples, licence %.*s, %s leak and stay out\n",
            RS_STR_ARG(cli_text(d->c, row, "dataset", "?")), cli_count(cli_int(row, "samples", 0)),
            RS_STR_ARG(cli_text(d->c, row, "licence", "?")), cli_count(cli_int(row, "leaks", 0)));
    printf("\n");
    return -1;
}

/* Mixes the recipe, prints why samples were dropped, and emits the mixture for LLaVA. */
static int build(demo *d, const char *recipe, const char *out)
{
    static const char by_reason[] = "SELECT reason, count(*) AS n FROM ledger WHERE NOT kept AND "
                                    "mixture_id = (SELECT mixture_id "
                                    "FROM mixture ORDER BY name = 'own', made_at DESC LIMIT 1) "
                                    "GROUP BY reason ORDER BY n DESC, "
                                    "reason";
    if (!run_verb(d, "mix", (const char *[]){"recipe", recipe, NULL})) return CLI_ERROR;
    printf("7. rsift mix: why samples were left out\n");
    const rs_json *reasons = run_verb(d, "query", (const char *[]){"sql", by_reason, NULL});
    rs_json_iter it = rs_json_each(reasons);
    for (const rs_json *row; (row = rs_json_next(&it, NULL));)
        printf("   %5s  %.*s\n", cli_count(cli_int(row, "n", 0)),
               RS_STR_ARG(cli_text(d->c, row, "reason", "?")));
    const rs_json *r = run_verb(
        d, "emit", (const char *[]){"format", "llava", "model", "llava-1.5", "out", out, NULL});
    if (!reasons || !r) return CLI_ERROR;
    printf("\n8. rsift emit --format llava --model llava-1.5\n   %s records, %s boxes, %s read "
           "back and complete\n\n",
           cli_count(cli_int(r, "records", 0)), cli_count(cli_int(r, "boxes", 0)),
           cli_count(cli_int(r, "verified", 0)));
    /* A recipe that keeps nothing would pass every other check. */
    d->n_missed += cli_int(r, "records", 0) <= 0;
    return -1;
}

/* ---- 9. score -------------------------------------------------------------------------------- */

enum { WRONG_ONE_IN = 4 };

/* A model that answers like the truth, but every fourth question of a task with nonsense. Counts
 * both. */
static bool answer_line(demo *d, rs_str line, FILE *out, int64_t asked[2], int64_t right[2])
{
    const rs_json *r;
    rs_buf b = {0};
    if (rs_json_parse(&d->c->arena, line, NULL, &r, &d->c->err) != RSIFT_OK) return false;
    const int kind = rs_str_eq(cli_text(d->c, r, "task", ""), RS_STR("grounding-hbb")) ? 0
                     : rs_str_eq(cli_text(d->c, r, "task", ""), RS_STR("vqa"))         ? 1
                                                                                       : -1;
    /* only these two tasks are scored */
    if (kind < 0) return true;
    /* Counted for each task, so that the expected score is known exactly. */
    const bool wrong = asked[kind]++ % WRONG_ONE_IN == 0;
    right[kind] += !wrong;
    rs_json_writer w = rs_json_writer_to(&b);
    rs_json_begin_object(&w);
    rs_json_field_str(&w, "id", cli_text(d->c, r, "id", ""));
    /* Nonsense that can be read: an answer nobody expects, or a tiny box in the corner. */
    rs_json_field_str(&w, "prediction",
                      !wrong ? cli_text(d->c, r, "answer", "")
                      : kind ? RS_STR("no idea")
                             : RS_STR("{\"bbox_2d\": [0, 0, 9, 9]}"));
    rs_json_end_object(&w);
    rs_buf_char(&b, '\n');
    const bool good = !b.failed && fwrite(b.ptr, 1, b.len, out) == b.len;
    rs_buf_fini(&b);
    return good;
}

static bool answer_all(demo *d, const char *truth, const char *path, int64_t asked[2],
                       int64_t right[2])
{
    /* Both are closed at the end, whichever of them could not be opened. */
    FILE *in = fopen(truth, "rb"), *out = fopen(path, "wb");
    rs_buf all = {0};
    bool good = in && out;
    for (size_t got = 1; good && got > 0 && (good = rs_buf_reserve(&all, 1 << 16));) {
        got = fread(all.ptr + all.len, 1, 1 << 16, in);
        all.len += got;
    }
    rs_str rest = rs_buf_view(&all), line;
    while (good && rs_str_line(&rest, &line)) good = answer_line(d, line, out, asked, right);
    if (in) fclose(in);
    if (out && fclose(out) != 0) good = false;
    rs_buf_fini(&all);
    return good;
}

static int score_one(demo *d, const char *profile, const char *truth, const char *predictions,
                     int64_t asked, int64_t right)
{
    const rs_json *r = run_verb(
        d, "score",
        (const char *[]){"profile", profile, "truth", truth, "predictions", predictions, NULL});
    if (!r) return CLI_ERROR;
    const rs_json *m = rs_json_path(r, RS_STR("measures.0"));
    double value = -1, low = 0, high = 0, blind = 0;
    rs_json_double(rs_json_get(m, "value"), &value);
    rs_json_double(rs_json_get(m, "low"), &low);
    rs_json_double(rs_json_get(m, "high"), &high);
    rs_json_double(rs_json_path(r, RS_STR("blind.majority")), &blind);
    /* Percent. The made-up model's share of right answers is the score that must come out. */
    const double expected = 100 * (double)right / (double)asked;
    const bool ok = value > expected - 1e-9 && value < expected + 1e-9;
    printf("   %-15s %-8.*s %6.2f planted %6.2f found (%.0f to %.0f), blind %.2f%s\n", profile,
           RS_STR_ARG(cli_text(d->c, m, "name", "")), expected, value, low, high, blind,
           ok ? "" : "   MISSED");
    d->n_missed += !ok;
    return -1;
}

static int score(demo *d)
{
    const char *out = path_of(d, "questions"), *truth = path_of(d, "questions/truth.jsonl"),
               *answers = path_of(d, "answers.jsonl");
    int64_t asked[2] = {0}, right[2] = {0};
    const char *const options[] = {"format", "ms-swift", "model", "qwen3-vl", "eval", "vrsbench",
                                   "split",  "val",      "out",   out,        NULL};
    if (!run_verb(d, "emit", options)) return CLI_ERROR;
    printf("9. rsift emit --eval, rsift score: a made-up model, one answer in %d wrong\n",
           WRONG_ONE_IN);
    /* Index 0 counts grounding, 1 questions. */
    if (!answer_all(d, truth, answers, asked, right)) return cli_fail(d->c, "answering");
    int code = score_one(d, "ground.vrsbench", truth, answers, asked[0], right[0]);
    if (code < 0) code = score_one(d, "vqa.vrsbench", truth, answers, asked[1], right[1]);
    if (code < 0) printf("\n");
    return code;
}

static int run_all(demo *d)
{
    const char *recipe = path_of(d, "recipe.yaml"), *out = path_of(d, "train");
    /* Steps return -1 to go on, or the exit code to stop with. */
    int code = make_data(d);
    if (code < 0) code = index_data(d);
    if (code < 0) code = audit(d);
    if (code < 0) code = leaks(d);
    if (code < 0) code = own_data(d);
    if (code < 0) code = recommend(d, recipe);
    if (code < 0) code = build(d, recipe, out);
    if (code < 0) code = score(d);
    if (code >= 0) return code;
    printf("Look at   %s/leaks.html                 pairs of pictures, side by side\n"
           "          %s/recommendation.html        what was chosen, and what else would be\n"
           "          %s/train/contact-sheet.html   boxes as the trainer will see them\n"
           "          %s/train/README.md            the data card\n"
           "Ask       rsift query \"SELECT * FROM finding\" --workspace %s/work\n",
           d->out, d->out, d->out, d->out, d->out);
    /* The demo is also a test of the installation: a miss must be seen in the exit code. */
    if (d->n_missed == 0) return CLI_DONE;
    fprintf(stderr, "rsift: %d planted things were not found\n", d->n_missed);
    return CLI_FINDINGS;
}

int cli_run_demo(cli *c)
{
    demo d = {.c = c};
    d.out = rs_arena_cstr(&c->arena, cli_text(c, c->options, "out", "rsift-demo"));
    rsift_workspace_close(c->workspace); /* the demo has a workspace of its own */
    c->workspace = NULL;
    if (!d.out || synth_clear(d.out, &c->err) != RSIFT_OK ||
        rsift_workspace_open(c->context, path_of(&d, "work"), RSIFT_CREATE, &c->workspace,
                             &c->err) != RSIFT_OK)
        return cli_fail(c, "demo");
    const int code = run_all(&d);
    synth_truth_fini(&d.truth);
    return code;
}
