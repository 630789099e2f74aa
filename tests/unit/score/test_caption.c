/* Covers caption.c through the public call: what each profile does to texts and pairs before the
 * kernels. */
#include "base/buf.h"
#include "score_run.h"

static char folder[] = "/tmp/rsift-caption-XXXXXX";
static char truth[64], said[64];
static const char *meteor; /* folder of word lists, or NULL */

static rsift_status run(const char *profile, int threads, const char *only, const rs_json **root)
{
    rs_score_options o = {0};
    o.profile = profile;
    o.truth = truth;
    o.predictions = said;
    o.only = only;
    o.meteor = meteor;
    o.n_resamples = -1;
    return score(&o, threads, root, NULL);
}

/* A measure of "measures" or "subset.measures" by name; -1 = not there. */
static double measure(const rs_json *root, const char *list, const char *name)
{
    rs_json_iter it = rs_json_each(rs_json_path(root, rs_str_of(list)));
    for (const rs_json *m; (m = rs_json_next(&it, NULL));) {
        double v;
        if (!rs_str_eq(rs_json_str(rs_json_get(m, "name")), rs_str_of(name))) continue;
        return rs_json_double(rs_json_get(m, "value"), &v) ? v : NAN;
    }
    return -1;
}

static void near(const rs_json *root, const char *name, double expected)
{
    const double got = measure(root, "measures", name);
    if (!(fabs(got - expected) <= 1e-7)) fail_msg("%s: %.17g, expected %.17g", name, got, expected);
}

static double headline(const char *profile)
{
    const rs_json *root;
    if (run(profile, 1, NULL, &root) != RSIFT_OK) fail_msg("%s: %s", err.where, err.message);
    return number(root, "measures.0.value");
}

/* The 70th reference is the only one that fits: references are never cut off. */
static void many_references(void **state)
{
    (void)state;
    rs_buf b = {0};
    rs_buf_cstr(&b, "{\"id\":1,\"references\":[");
    for (int k = 0; k < 69; k++) rs_buf_cstr(&b, "\"x y z v w\",");
    rs_buf_cstr(&b, "\"two ships at sea\"]}\n");
    rs_buf_char(&b, '\0');
    write_file(truth, b.ptr);
    rs_buf_fini(&b);
    write_file(said, "{\"id\":1,\"prediction\":\"two ships at sea\"}\n");
    const rs_json *root;
    assert_int_equal(run("caption.coco", 1, NULL, &root), RSIFT_OK);
    near(root, "ROUGE-L", 100);
    assert_int_equal(run("caption.earthdial", 1, NULL, &root), RSIFT_OK);
    near(root, "rougeL", 100.0 / 70);
}

/* vsubhashini/caption-eval: the bytes of U+00E9, U+2014 and of both quotes vanish, "\n" is a blank.
 */
static void vrsbench_is_ascii(void **state)
{
    (void)state;
    write_file(truth, "{\"id\":1,\"references\":[\"  a cafe near\\nthe "
                      "road\"]}\n{\"id\":2,\"references\":[\"seaport\"]}\n");
    write_file(said, "{\"id\":1,\"prediction\":\"a caf\\u00e9e near the \\u201croad\\u201d\"}\n"
                     "{\"id\":2,\"prediction\":\"sea\\u2014port\"}\n");
    const rs_json *root;
    assert_int_equal(run("caption.vrsbench", 1, NULL, &root), RSIFT_OK);
    near(root, "ROUGE-L", 100);
    assert_int_equal(run("caption.coco", 1, NULL, &root), RSIFT_OK);
    assert_true(measure(root, "measures", "ROUGE-L") < 50);
}

static void rsieval_is_the_coco_family(void **state)
{
    (void)state;
    write_file(truth, "{\"id\":1,\"references\":[\"a ship at "
                      "sea\"]}\n{\"id\":2,\"references\":[\"many cars\"]}\n");
    write_file(said, "{\"id\":1,\"prediction\":\"a ship near "
                     "land\"}\n{\"id\":2,\"prediction\":\"many cars\"}\n");
    const double expected = headline("caption.coco"), got = headline("caption.rsieval");
    assert_true(expected > 0 && got == expected);
}

/* RSICC eval.py: the second reference decides; each side is scored by itself. */
static void levir_sides(void **state)
{
    (void)state;
    write_file(truth,
               "{\"id\":1,\"references\":[\"a road\",\"No change has occurred.\"]}\n"
               "{\"id\":2,\"references\":[\"there is no difference\",\"many houses appear\"]}\n"
               "{\"id\":3,\"references\":[\"x\",\"there is no difference\"]}\n"
               "{\"id\":4,\"references\":[\"a new road is there\"]}\n");
    write_file(
        said,
        "{\"id\":1,\"prediction\":\"The scene is the same as before\"}\n"
        "{\"id\":2,\"prediction\":\"almost nothing has changed\"}\n"
        "{\"id\":3,\"prediction\":\"x\"}\n{\"id\":4,\"prediction\":\"a new road is there\"}\n");
    const rs_json *root;
    assert_int_equal(run("caption.levir-cc", 1, NULL, &root), RSIFT_OK);
    near(root, "unchanged: accuracy", 50);
    near(root, "changed: accuracy", 50);
    near(root, "changed: ROUGE-L", 50);
    near(root, "unchanged: ROUGE-L", 50);
    /* one of two pairs matches in four orders: 10 * mean(1, 0), idf ln 2 all over */
    near(root, "changed: CIDEr", 500);
    near(root, "unchanged: CIDEr", 62.5); /* "x": one order of four, one reference of two */
    assert_true(measure(root, "measures", "meteor.no_paraphrase") == -1);

    /* one changed pair alone: RSICC's ln(N) is 1 */
    write_file(truth, "{\"id\":1,\"references\":[\"a\",\"a b c d\"]}\n");
    write_file(said, "{\"id\":1,\"prediction\":\"a b c d\"}\n");
    assert_int_equal(run("caption.levir-cc", 1, NULL, &root), RSIFT_OK);
    assert_true(measure(root, "measures", "changed: CIDEr") > 500);
    assert_true(isnan(measure(root, "measures", "unchanged: CIDEr")));
    assert_true(isnan(measure(root, "measures", "unchanged: BLEU-1")));
    assert_true(isnan(measure(root, "measures", "unchanged: accuracy")));
    near(root, "METEOR of word ids", 100);
}

/* With a table the number is METEOR's own; without one it has another name. */
static void meteor_lists(void **state)
{
    (void)state;
    static const struct {
        const char *name, *text;
    } lists[] = {{"english.words", "the\n"},
                 {"english.prefixes", "Mr\n"},
                 {"english.synsets", "car\n1\nauto\n1\n"},
                 {"english.exceptions", "ship\nshippen\n"},
                 {"paraphrase-en", "0.5\nmany\na lot of\n"}};
    char paths[5][96];
    for (size_t k = 0; k < 5; k++)
        snprintf(paths[k], sizeof paths[k], "%s/%s", folder, lists[k].name);
    write_file(truth, "{\"id\":1,\"references\":[\"a lot of autos\"]}\n");
    write_file(said, "{\"id\":1,\"prediction\":\"many cars\"}\n");
    for (size_t k = 0; k < 4; k++) write_file(paths[k], lists[k].text);
    const rs_json *root;
    meteor = folder;
    assert_int_equal(run("caption.coco", 1, NULL, &root), RSIFT_OK);
    const double without = measure(root, "measures", "meteor.no_paraphrase");
    assert_true(without > 0 && measure(root, "measures", "METEOR") == -1);
    write_file(paths[4], lists[4].text);
    assert_int_equal(run("caption.coco", 1, NULL, &root), RSIFT_OK);
    assert_true(measure(root, "measures", "METEOR") > without);
    assert_true(measure(root, "measures", "meteor.no_paraphrase") == -1);
    write_file(paths[4], "0.5\nmany\n");
    assert_int_equal(run("caption.coco", 1, NULL, &root), RSIFT_E_FORMAT);
    assert_true(strstr(err.where, folder) && strstr(err.where, " > paraphrase-en"));
    for (size_t k = 0; k < 5; k++) unlink(paths[k]);
    meteor = NULL;
}

static int set_up(void **state)
{
    (void)state;
    if (!mkdtemp(folder)) return -1;
    snprintf(truth, sizeof truth, "%s/t.jsonl", folder);
    snprintf(said, sizeof said, "%s/p.jsonl", folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    unlink(truth);
    unlink(said);
    rmdir(folder);
    rs_arena_fini(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_references),
        cmocka_unit_test(vrsbench_is_ascii),
        cmocka_unit_test(rsieval_is_the_coco_family),
        cmocka_unit_test(levir_sides),
        cmocka_unit_test(meteor_lists),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
