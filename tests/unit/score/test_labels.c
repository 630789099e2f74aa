/* Covers labels.c, label_records.c, maps.c and mask.c through the public call: every allocation
 * failed once, labels of many classes, intervals. */
#include "score/labels.h"
#include "score_run.h"

#include <sys/stat.h>

static char folder[] = "/tmp/rsift-labels-XXXXXX";
static char truth[64], said[64];

/* side x side labels as an array of 32 bits. */
static void map(const char *where, const char *name, const int32_t *labels, int side)
{
    char path[128], head[129];
    snprintf(path, sizeof path, "%s/%s", where, name);
    const int n =
        snprintf(head, sizeof head, "{'descr': '<i4', 'fortran_order': False, 'shape': (%d, %d), }",
                 side, side);
    memset(head + n, ' ', (size_t)(117 - n));
    head[117] = '\n';
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    fwrite("\x93NUMPY\1\0\x76\0", 1, 10, f);
    fwrite(head, 1, 118, f);
    fwrite(labels, sizeof *labels, (size_t)(side * side), f);
    fclose(f);
}

static rsift_status run(const rs_score_options *o, const rs_json **root)
{
    return score(o, 1, root, NULL); /* a failing allocation is counted over all threads */
}

static rs_score_options options_of(const char *profile)
{
    rs_score_options o = {0};
    o.profile = profile;
    o.truth = truth;
    o.predictions = said;
    return o;
}

static void two_maps(void)
{
    static const int32_t a[4] = {0, 1, 1, 300}, b[4] = {0, 1, 0, 300}, c[4] = {1, 1, 1, -1};
    map(truth, "a.npy", a, 2);
    map(said, "a.npy", b, 2);
    map(truth, "b.npy", c, 2);
    map(said, "b.npy", a, 2);
}

/* Fails each allocation once, until the call ends well; the answer. */
static const rs_json *score_without_memory(const rs_score_options *o)
{
    const rs_json *r = NULL;
    int64_t n = 1;
    for (rsift_status status = RSIFT_E_NOMEM; status != RSIFT_OK; n++) {
        assert_true(n < 5000);
        rs_alloc_fail_at(n);
        status = run(o, &r);
        rs_alloc_fail_at(0);
        if (status == RSIFT_OK || status == RSIFT_E_NOMEM) continue;
        fail_msg("%s, allocation %d: %s: %s", o->profile, (int)n, err.where, err.message);
    }
    assert_true(n > 30);
    return r;
}

static void memory_runs_out(void **state)
{
    (void)state;
    two_maps();
    rs_score_options o = options_of("seg.miou");
    o.classes = "sky=0,sea=1,land=300,ice=7";
    o.ignore_labels = "-1,ice";
    o.n_resamples = 10;
    const rs_json *r = score_without_memory(&o);
    assert_true(fabs(number(r, "measures.1.value") - 100 * 5.0 / 7) < 1e-9); /* OA */
    assert_int_equal(rs_json_len(rs_json_get(r, "categories")), 3);
}

static const char *lines(const char *name, const char *text)
{
    static char path[2][96];
    static int n;
    char *out = path[n++ % 2];
    snprintf(out, sizeof path[0], "%s/%s", folder, name);
    write_file(out, text);
    return out;
}

/* Want of memory is no fault of the prediction: the call ends, nothing is counted as unread. */
static void memory_runs_out_of_records(const char *profile, const char *gold, const char *answer)
{
    rs_score_options o = options_of(profile);
    o.truth = lines("t.jsonl", gold);
    o.predictions = lines("p.jsonl", answer);
    o.n_resamples = 10;
    const rs_json *r = score_without_memory(&o);
    if (number(r, "counts.unparsed") != 0 || number(r, "measures.0.value") != 100)
        fail_msg("%s: the prediction was not read", profile);
}

static void records_run_out_of_memory(void **state)
{
    (void)state;
    memory_runs_out_of_records("seg.miou", "{\"id\":1,\"labels\":[[0,1],[1,1]]}\n",
                               "{\"id\":1,\"labels\":{\"1\":{\"size\":[2,2],\"counts\":[1,3]}}}\n");
    memory_runs_out_of_records("refseg.rrsis-d", "{\"id\":1,\"mask\":[\"01\",\"11\"]}\n",
                               "{\"id\":1,\"mask\":{\"size\":[2,2],\"counts\":[1,3]}}\n");
}

static void many_classes(void **state)
{
    (void)state;
    int32_t *a = calloc(64 * 64, sizeof *a);
    assert_non_null(a);
    rs_score_options o = options_of("seg.miou");
    const rs_json *r;
    two_maps();
    for (int k = 0; k < 1024; k++) a[k] = 1000 + k;
    for (int k = 1024; k < 64 * 64; k++) a[k] = 1000;
    map(truth, "b.npy", a, 64);
    map(said, "b.npy", a, 64);
    /* each map is within the limit, together they are not */
    assert_int_equal(run(&o, &r), RSIFT_E_FORMAT);
    assert_non_null(strstr(err.message, "more than 1024 different classes"));
    map(truth, "a.npy", a, 64);
    map(said, "a.npy", a, 64);
    assert_int_equal(run(&o, &r), RSIFT_OK);
    assert_int_equal(rs_json_len(rs_json_get(r, "categories")), 1024);
    assert_true(number(r, "measures.0.value") == 100 && number(r, "measures.0.low") == 100);
    assert_null(rs_json_get(r, "matrix")); /* too wide to print */
    a[1] = 999;
    map(said, "a.npy", a, 64);
    assert_int_equal(run(&o, &r), RSIFT_E_FORMAT);
    o.classes = "all=1000,one=1001";
    assert_int_equal(run(&o, &r), RSIFT_OK);
    assert_true(number(r, "categories.1.n") == 2 && number(r, "categories.1.recall") == 50);
    free(a);
}

/* Sums of single maps beyond the bound are dropped: the numbers stay, the intervals go, and a note
 * tells it. */
static void too_many_sums(void **state)
{
    (void)state;
    static int32_t labels[RS_SCORE_CLASSES];
    static int64_t cross[RS_SCORE_CLASSES];
    for (int k = 0; k < RS_SCORE_CLASSES; k++) {
        labels[k] = k;
        cross[k] = 1;
    }
    const rs_score_options o = {.profile = "seg.miou"};
    const rs_label_map truths = {.labels = labels, .n = RS_SCORE_CLASSES};
    const rs_label_map predictions = {.labels = labels, .n = 1};
    rs_score_job job = {.options = &o, .profile = rs_metrics_profile(RS_STR("seg.miou"))};
    const size_t most = RS_SCORE_LABEL_BYTES / (RS_SCORE_CLASSES * sizeof(rs_confusion_part));
    for (int beyond = 0; beyond < 2; beyond++) {
        rs_score_tally tally;
        rs_score_run r = {0};
        double share;
        job.class_table = NULL;
        job.notes = NULL;
        assert_int_equal(rs_score_tally_init(&tally, &job, &err), RSIFT_OK);
        for (size_t i = 0; i < (beyond ? most + 1 : 3); i++)
            assert_int_equal(rs_score_tally_add(&tally, &truths, &predictions, cross, &share, &err),
                             RSIFT_OK);
        assert_true(tally.forgot == (beyond == 1) && share == 1.0 / RS_SCORE_CLASSES);
        assert_int_equal(rs_score_tally_report(&tally, &job, &r, NULL, &err), RSIFT_OK);
        assert_true(r.measures[1].known &&
                    fabs(r.measures[1].value - 100.0 / RS_SCORE_CLASSES) < 1e-12);
        assert_true(r.measures[1].interval == (beyond == 0));
        assert_true((strstr(job.notes, "No intervals") != NULL) == (beyond == 1));
        rs_score_tally_fini(&tally);
    }
    rs_arena_fini(&job.arena);
}

static int remove_all(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    rs_arena_fini(&arena);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_runs_out), cmocka_unit_test(many_classes),
        cmocka_unit_test(records_run_out_of_memory), cmocka_unit_test(too_many_sums)};
    if (!mkdtemp(folder)) return 1;
    snprintf(truth, sizeof truth, "%s/t", folder);
    snprintf(said, sizeof said, "%s/p", folder);
    if (mkdir(truth, 0700) || mkdir(said, 0700)) return 1;
    return cmocka_run_group_tests(tests, NULL, remove_all);
}
