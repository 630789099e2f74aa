/* rs_score_make from files: every way in, every fault, against the shared cases through the
 * driver. Covers answers.c, boxes.c, coco.c, counts.c, detect.c, dota.c, frame.c, groups.c,
 * guess.c, join.c, prepare.c, report.c, retrieval.c, score.c, verdicts.c. */
#include "score_run.h"

static void assert_near(double got, double expected, double within)
{
    if (!(fabs(got - expected) <= within)) fail_msg("%.17g, expected %.17g", got, expected);
}

static char folder[] = "/tmp/rsift-score-XXXXXX";
static char paths[16][128];
static int n_paths;

static const char *file(const char *name, const char *text)
{
    char *path = paths[n_paths++ % 16];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    write_file(path, text);
    return path;
}

static rsift_status run(const rs_score_options *o, const rs_json **root, int *n_findings)
{
    return score(o, 0, root, n_findings);
}

static void faults_are_counted(void **state)
{
    (void)state;
    rs_score_options o = {0};
    o.profile = "vqa.floodnet";
    o.truth = file("t.jsonl", "{\"id\":1,\"answer\":\"yes\",\"type\":\"a\"}\n{\"id\":2,\"answer\":"
                              "\"no\",\"type\":\"a\"}\n"
                              "{\"id\":\"3\",\"answer\":\"b\",\"type\":\"c\"}\n");
    o.predictions =
        file("p.jsonl", "{\"id\":1,\"prediction\":\"Yes.\"}\n\n{\"id\":2,\"prediction\":\"no\"}\n"
                        "{\"id\":2,\"prediction\":\"yes\"}\n{\"id\":9,\"prediction\":\"no\"}");
    const rs_json *r;
    int n;
    assert_int_equal(run(&o, &r, &n), RSIFT_OK);
    assert_int_equal(n, 3);
    assert_near(number(r, "measures.0.value"), 200.0 / 3, 1e-9);
    assert_near(number(r, "measures.1.value"), 50, 1e-9); /* mean over types */
    assert_true(number(r, "counts.missing") == 1 && number(r, "counts.repeated") == 1 &&
                number(r, "counts.extra") == 1);
    o.without_types = "c";
    assert_int_equal(run(&o, &r, &n), RSIFT_OK);
    assert_near(number(r, "measures.0.value"), 100, 1e-9);
    assert_true(number(r, "counts.left_out") == 1);
}

static void refused(const char *profile, const char *truth, const char *predictions,
                    rsift_status status, const char *where, const char *message)
{
    rs_score_options o = {0};
    o.profile = profile;
    o.truth = truth;
    o.predictions = predictions;
    const rs_json *r;
    assert_int_equal(run(&o, &r, NULL), status);
    if (!strstr(err.where, where) || !strstr(err.message, message))
        fail_msg("%s: %s, expected %s: %s", err.where, err.message, where, message);
}

static void places(void **state)
{
    (void)state;
    const char *truth = file("t.jsonl", "{\"id\":1,\"answer\":\"yes\"}\n");
    const char *good = file("p.jsonl", "{\"id\":1,\"prediction\":\"yes\"}\n");
    refused("vqa.none", truth, good, RSIFT_E_ARG, "", "no profile");
    refused("vqa.floodnet", truth,
            file("cut.jsonl", "{\"id\":1,\"prediction\":\"a\"}\n\n{\"id\":2,"), RSIFT_E_FORMAT,
            "cut.jsonl > line 3", "");
    refused("vqa.floodnet", truth, file("list.jsonl", "{\"id\":1,\"prediction\":\"a\"}\n[1]\n"),
            RSIFT_E_FORMAT, "list.jsonl > line 2", "expected an object");
    refused("vqa.floodnet", truth, file("other.jsonl", "{\"id\":\"x\",\"prediction\":\"a\"}\n"),
            RSIFT_E_ARG, "other.jsonl", "no prediction has an id");
    refused("vqa.floodnet", file("none.jsonl", ""), good, RSIFT_E_FORMAT, "none.jsonl", "");
    refused("vqa.floodnet", NULL, good, RSIFT_E_FORMAT, "p.jsonl > line 1", "no answer");
    refused("ground.vrsbench", file("box.jsonl", "{\"id\":1,\"bbox\":[1,2,3,4,5]}\n"), good,
            RSIFT_E_FORMAT, "box.jsonl > line 1", "found 5 numbers");
    refused("vqa.floodnet", "/nowhere/at/all", good, RSIFT_E_IO, "", "");
    refused("det.coco.bbox", NULL, good, RSIFT_E_ARG, "", "wants the truth");
    const char *coco = file("coco.json", "{\"images\":[{\"id\":1,\"height\":9,\"width\":9}],"
                                         "\"categories\":[{\"id\":1,\"name\":\"a\"}],"
                                         "\"annotations\":[{\"id\":1,\"image_id\":1,\"category_"
                                         "id\":1,\"bbox\":[0,0,2,2],\"area\":4}]}");
    refused(
        "det.coco.bbox", coco,
        file("five.json", "[{\"image_id\":1,\"category_id\":1,\"bbox\":[0,0,2,2,5],\"score\":1}]"),
        RSIFT_E_FORMAT, "record 1", "found 5");
    refused(
        "det.coco.bbox", coco,
        file("nan.json", "[{\"image_id\":1,\"category_id\":1,\"bbox\":[0,0,2,2],\"score\":NaN}]"),
        RSIFT_E_FORMAT, "nan.json", "");
    refused(
        "det.coco.bbox", coco,
        file("lost.json", "[{\"image_id\":7,\"category_id\":1,\"bbox\":[0,0,2,2],\"score\":1}]"),
        RSIFT_E_FORMAT, "record 1", "image_id");
}

static double value_of(const char *profile, const char *truth, const char *predictions)
{
    rs_score_options o = {0};
    o.profile = profile;
    o.truth = truth;
    o.predictions = predictions;
    o.n_resamples = -1;
    const rs_json *r;
    if (run(&o, &r, NULL) != RSIFT_OK) fail_msg("%s: %s", err.where, err.message);
    return number(r, "measures.0.value");
}

/* The same answers spelled as five result files. */
static void harnesses(void **state)
{
    (void)state;
    const char *truth =
        file("t.jsonl", "{\"id\":0,\"answer\":\"A\"}\n{\"id\":1,\"answer\":\"B\"}\n");
    assert_true(
        value_of("choice.xlrs", truth,
                 file("a.jsonl",
                      "{\"id\":0,\"prediction\":\"A\"}\n{\"id\":1,\"prediction\":\"C\"}\n")) == 50);
    assert_true(value_of("choice.xlrs", truth, file("map.json", "{\"0\": \"A\", \"1\": \"C\"}")) ==
                50);
    assert_true(
        value_of("choice.xlrs", truth,
                 file("list.json",
                      "[{\"question_id\":1,\"text\":\"C\"},{\"question_id\":0,\"text\":\"A\"}]")) ==
        50);
    assert_true(value_of("choice.xlrs", NULL,
                         file("vlm.tsv", "index\tanswer\tprediction\n0\tA\tA\n1\tB\t\"C\"\n")) ==
                50);
    assert_true(value_of("choice.xlrs", NULL,
                         file("lmms.jsonl",
                              "{\"doc_id\":0,\"target\":\"A\",\"filtered_resps\":[\"A\"]}\n"
                              "{\"doc_id\":1,\"target\":\"B\",\"filtered_resps\":[[\"C\"]]}\n")) ==
                50);
    assert_true(value_of("choice.xlrs", NULL,
                         file("geo.jsonl",
                              "{\"question_id\":0,\"ground_truth\":\"A\",\"answer\":\"A\"}\n"
                              "{\"question_id\":1,\"ground_truth\":\"B\",\"answer\":\"C\"}\n")) ==
                50);
}

static void judges_subsets_pairs(void **state)
{
    (void)state;
    rs_score_options o = {0};
    o.profile = "vqa.vrsbench";
    o.truth = file("t.jsonl", "{\"id\":1,\"answer\":\"vessel\"}\n{\"id\":2,\"answer\":\"yes\"}\n{"
                              "\"id\":3,\"answer\":\"no\"}\n");
    o.predictions =
        file("p.jsonl",
             "{\"id\":1,\"prediction\":\"a "
             "ship\"}\n{\"id\":2,\"prediction\":\"yes\"}\n{\"id\":3,\"prediction\":\"yes\"}\n");
    const rs_json *r;
    assert_int_equal(run(&o, &r, NULL), RSIFT_OK);
    assert_near(number(r, "measures.0.value"), 100.0 / 3, 1e-9);
    assert_true(number(r, "counts.undecided") == 1);
    o.judge_verdicts = file("v.jsonl", "{\"id\":1,\"verdict\":true}\n{\"id\":2,\"verdict\":0}\n");
    o.only = file("only", "1\n2\n8\n");
    assert_int_equal(run(&o, &r, NULL), RSIFT_OK);
    assert_near(number(r, "measures.0.value"), 200.0 / 3,
                1e-9); /* decided answers keep their score */
    assert_true(number(r, "counts.undecided") == 0 && number(r, "subset.unknown_ids") == 1);
    assert_near(number(r, "subset.measures.0.value"), 100, 1e-9);
    o.compare = file("q.jsonl", "{\"id\":1,\"prediction\":\"vessel\"}\n{\"id\":2,\"prediction\":"
                                "\"no\"}\n{\"id\":3,\"prediction\":\"no\"}\n");
    assert_int_equal(run(&o, &r, NULL), RSIFT_E_UNSUPPORTED); /* whose verdicts? */
    o.judge_verdicts = NULL;
    assert_int_equal(run(&o, &r, NULL), RSIFT_OK);
    assert_true(number(r, "compare.only_first_right") == 1 &&
                number(r, "compare.only_second_right") == 2);
    assert_true(number(r, "compare.mcnemar_p") == 1);
}

/* The answer follows from the question's words: the blind guesser finds it. */
static void blind(void **state)
{
    (void)state;
    static char truth[64000], said[32000];
    size_t t = 0, s = 0;
    for (int i = 0; i < 200; i++) {
        t += (size_t)snprintf(truth + t, sizeof truth - t,
                              "{\"id\":%d,\"question\":\"Is it a %s?\",\"answer\":\"%s\"}\n", i,
                              i % 3 ? "farm" : "town", i % 3 ? "rural" : "urban");
        s += (size_t)snprintf(said + s, sizeof said - s, "{\"id\":%d,\"prediction\":\"rural\"}\n",
                              i);
    }
    rs_score_options o = {0};
    o.profile = "vqa.floodnet";
    o.truth = file("t.jsonl", truth);
    o.predictions = file("p.jsonl", said);
    const rs_json *r;
    assert_int_equal(run(&o, &r, NULL), RSIFT_OK);
    assert_near(number(r, "measures.0.value"), number(r, "blind.majority"), 1e-9);
    assert_near(number(r, "blind.question_words"), 100, 1e-9);
    char path[128];
    snprintf(path, sizeof path, "%s/out.parquet", folder);
    o.samples = path;
    assert_int_equal(run(&o, &r, NULL), RSIFT_OK);
    assert_int_equal(access(path, R_OK), 0);
}

static void retrieval_and_counts(void **state)
{
    (void)state;
    rs_score_options o = {0};
    o.profile = "retrieval.rsitmd";
    o.truth = file("t.jsonl", "{\"id\":\"i1\",\"type\":\"image to "
                              "text\",\"answer\":[\"c1\",\"c2\"]}\n{\"id\":\"c1\",\"type\":\"text "
                              "to image\",\"answer\":[\"i1\"]}\n");
    o.predictions =
        file("p.jsonl",
             "{\"id\":\"i1\",\"ranking\":[\"c9\",\"c2\"]}\n{\"id\":\"c1\",\"ranking\":[\"i1\"]}\n");
    const rs_json *r;
    assert_int_equal(run(&o, &r, NULL), RSIFT_OK);
    assert_near(number(r, "measures.0.value"), 100 * (2.0 / 3 + 1) / 2, 1e-9);
    assert_near(number(r, "measures.1.value"), 50, 1e-9);
    assert_near(
        value_of(
            "count.rsevalkit",
            file("n.jsonl", "{\"id\":1,\"answer\":4}\n{\"id\":2,\"answer\":\"10\"}\n"),
            file("m.jsonl",
                 "{\"id\":1,\"prediction\":\"four cars\"}\n{\"id\":2,\"prediction\":\"12\"}\n")),
        50, 1e-9);
}

/* POPE's numbers, EarthVQA's RMSE, UrBench's scaling of unit boxes. */
static double measure(const rs_json *root, const char *name)
{
    rs_json_iter it = rs_json_each(rs_json_get(root, "measures"));
    for (const rs_json *m; (m = rs_json_next(&it, NULL));)
        if (rs_str_eq(rs_json_str(rs_json_get(m, "name")), rs_str_of(name)))
            return number(m, "value");
    return NAN;
}

static void other_measures(void **state)
{
    (void)state;
    rs_score_options o = {0};
    const rs_json *r;
    o.profile = "pope.rspope";
    o.truth = file("t.jsonl", "{\"id\":1,\"label\":\"yes\"}\n{\"id\":2,\"label\":\"no\"}\n{\"id\":"
                              "3,\"label\":\"yes\"}\n");
    o.predictions = file(
        "p.jsonl", "{\"id\":1,\"prediction\":\"Yes.\"}\n{\"id\":2,\"prediction\":\"Yes, it is.\"}\n"
                   "{\"id\":3,\"prediction\":\"No.\"}\n");
    assert_int_equal(run(&o, &r, NULL), RSIFT_OK);
    assert_near(number(r, "measures.0.value"), 100.0 / 3, 1e-9);
    for (int k = 1; k < 4; k++) { /* precision, recall, F1 */
        char path[32];
        snprintf(path, sizeof path, "measures.%d.value", k);
        assert_near(number(r, path), 50, 1e-9);
    }
    assert_near(number(r, "measures.4.value"), 200.0 / 3, 1e-9);
    o.profile = "vqa.earthvqa";
    o.truth =
        file("e.jsonl", "{\"id\":1,\"answer\":\"4\",\"type\":\"Basic Counting\"}\n"
                        "{\"id\":2,\"answer\":\"7\",\"type\":\"Reasoning-based Counting\"}\n");
    o.predictions =
        file("f.jsonl", "{\"id\":1,\"prediction\":\"7\"}\n{\"id\":2,\"prediction\":\"0\"}\n");
    assert_int_equal(run(&o, &r, NULL), RSIFT_OK);
    assert_near(number(r, "measures.2.value"), sqrt((9 + 100) / 2.0), 1e-9);
    o.profile = "ground.urbench";
    o.truth = file("g.jsonl", "{\"id\":1,\"bbox\":[10,10,50,50],\"width\":100,\"height\":200}\n");
    o.predictions = file("h.jsonl", "{\"id\":1,\"prediction\":\"(0.1, 0.05, 0.5, 0.25)\"}\n");
    assert_int_equal(run(&o, &r, NULL), RSIFT_OK);
    assert_near(number(r, "measures.1.value"), 100, 1e-9);
}

static const char *shared(const char *name)
{
    const char *samples = getenv("RSIFT_SAMPLES") ? getenv("RSIFT_SAMPLES") : "../shared/samples";
    static char out[4][1024];
    static int n;
    char *path = out[n++ % 4];
    snprintf(path, sizeof out[0], "%s/../metrics/cases/%s", samples, name);
    return path;
}

/* By its whole name, which may hold dots. */
static double expected_of(const rs_json *object, const char *name)
{
    double v = NAN;
    rs_json_double(rs_json_get(object, name), &v);
    return v;
}

static void referring_masks(void **state)
{
    (void)state;
    static const char *const names[] = {"mIoU",   "oIoU",   "Pr@0.5", "Pr@0.6",
                                        "Pr@0.7", "Pr@0.8", "Pr@0.9"};
    static const double expected[] = {100 * (0.5 + 0.6 + 0 + 1) / 4, 60, 75, 50, 25, 25, 25};
    rs_score_options o = {0};
    const rs_json *r;
    o.profile = "refseg.rrsis-d";
    /* half; three of five; both empty, which is 0; the same. A ratio of the threshold reaches it.
     */
    o.predictions = file("m.jsonl", "{\"id\":1,\"gt\":[\"0111\"],\"pred\":[\"1110\"]}\n"
                                    "{\"id\":2,\"gt\":[\"01111\"],\"pred\":[\"11110\"]}\n"
                                    "{\"id\":3,\"gt\":[\"00\"],\"pred\":[\"00\"]}\n"
                                    "{\"id\":4,\"gt\":[\"01\"],\"pred\":[\"01\"]}\n");
    assert_int_equal(run(&o, &r, NULL), RSIFT_OK);
    for (int k = 0; k < 7; k++) assert_near(measure(r, names[k]), expected[k], 1e-9);
    const char *path = shared("refseg-masks/expected.json");
    char text[1024];
    FILE *f = fopen(path, "rb");
    if (!f) {
        print_message("skipped: refseg-masks is not beside the repository\n");
        skip();
    }
    const size_t n = fread(text, 1, sizeof text, f);
    fclose(f);
    const rsift_limits limits = rsift_limits_default();
    const rs_json *theirs;
    const rs_str kept = rs_arena_str(&arena, rs_str_make(text, n));
    assert_int_equal(rs_json_parse(&arena, kept, &limits, &theirs, &err), RSIFT_OK);
    o.predictions = shared("refseg-masks/masks.jsonl");
    assert_int_equal(run(&o, &r, NULL), RSIFT_OK);
    for (int k = 0; k < 7; k++)
        assert_near(measure(r, names[k]), expected_of(theirs, names[k]), 1e-9);
}

/* Headlines of the shared cases, from file to number. */
static void shared_cases(void **state)
{
    (void)state;
    static const struct {
        const char *profile, *truth, *predictions;
        double expected;
    } cases[] = {
        {"ground.vrsbench", NULL, "grounding-boxes/samples.jsonl", 71},
        {"refseg.rrsis-d", NULL, "refseg-masks/masks.jsonl", 27.63444881825639},
        {"cls.geochat", NULL, "earthdial-ucm-classification/results.jsonl", 92.57142857142857},
        {"cls.teochat", NULL, "earthdial-ucm-classification/results.jsonl", 80.76190476190476},
        {"vqa.earthdial", NULL, "earthdial-rsvqa-lr/results.jsonl", 74.83333333333333},
        {"caption.coco", "caption-rsitmd-loo/references.json",
         "caption-rsitmd-loo/predictions.json", 232.58836331773547},
        {"caption.coco", "caption-single-image/references.json",
         "caption-single-image/predictions.json", 0},
        {"det.coco.bbox", "coco100-bbox/instances_val2014_100.json",
         "coco100-bbox/results_bbox.json", 50.45806987249628},
        {"det.coco.segm", "coco-polygons-small/gt_dataset.json",
         "coco-polygons-small/dt_dataset.json", 69.47194719471946},
        {"det.dota.task1", "dota-ap/labelTxt", "dota-ap/Task1", 53.35284601759774},
        {"det.earthdial", NULL, "earthdial-nwpuvhr10-obb/results.jsonl", 100 * 391.0 / 2544},
    };
    if (access(shared("dota-ap"), R_OK) != 0) {
        print_message("skipped: the shared cases are not beside the repository\n");
        skip();
    }
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *truth = cases[i].truth ? shared(cases[i].truth) : NULL;
        const double got = value_of(cases[i].profile, truth, shared(cases[i].predictions));
        if (!(fabs(got - cases[i].expected) <= 1e-7))
            fail_msg("%s: %.17g, expected %.17g", cases[i].profile, got, cases[i].expected);
    }
}

static int make(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int sweep(void **state)
{
    (void)state;
    char command[160];
    snprintf(command, sizeof command, "rm -r %s", folder);
    rs_arena_fini(&arena);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_are_counted),
        cmocka_unit_test(places),
        cmocka_unit_test(harnesses),
        cmocka_unit_test(judges_subsets_pairs),
        cmocka_unit_test(blind),
        cmocka_unit_test(retrieval_and_counts),
        cmocka_unit_test(shared_cases),
        cmocka_unit_test(referring_masks),
        cmocka_unit_test(other_measures),
    };
    return cmocka_run_group_tests(tests, make, sweep);
}
