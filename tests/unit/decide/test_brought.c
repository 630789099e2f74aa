/* Brought numbers against a small workspace: whose a row is, what is counted, gates, weights, and
 * files that are refused. 20 samples of "a" with the ids r0..r19, 5 of "b" with r0..r4. */
#include "decide/workspace.h"

#include "decide/brought.h"

#include <math.h>

enum { N_A = 20, N_B = 5, N = N_A + N_B };

typedef struct bed {
    world w;
    rs_id ids[N];
    rs_store *store;
    char file[96];
    rs_brought *brought;
    const rs_json *answer;
    rs_arena arena;
    rs_buf text;
} bed;

static int begin(void **state)
{
    bed *b = calloc(1, sizeof *b);
    assert_non_null(b);
    world_begin(&b->w);
    put_release(&b->w, "a", "open", "human");
    put_release(&b->w, "b", "open", "human");
    for (int i = 0; i < N; i++) {
        char name[16], id[16];
        const int k = i < N_A ? i : i - N_A;
        snprintf(name, sizeof name, "%d.png", i);
        snprintf(id, sizeof id, "r%d", k);
        b->ids[i] = put_sample(&b->w, (put){.dataset = i < N_A ? "a" : "b",
                                            .picture = name,
                                            .original_id = id,
                                            /* the last picture of b is the first of a */
                                            .bytes = i == N - 1 ? "a/0.png" : NULL});
    }
    world_commit(&b->w);
    b->store = open_world(&b->w, RS_STORE_READ, 1);
    *state = b;
    return 0;
}

static void forget(bed *b)
{
    rs_brought_free(b->brought);
    b->brought = NULL;
    rs_arena_fini(&b->arena);
    b->text.len = 0;
}

static int end(void **state)
{
    bed *b = *state;
    forget(b);
    rs_buf_fini(&b->text);
    rs_store_close(b->store);
    world_end(&b->w);
    free(b);
    return 0;
}

static FILE *write_file(bed *b, const char *name, const char *header)
{
    snprintf(b->file, sizeof b->file, "%s/%s", b->w.dir, name);
    FILE *out = fopen(b->file, "w");
    assert_non_null(out);
    if (header) fprintf(out, "%s\n", header);
    return out;
}

static rsift_status read_with(bed *b, const char *gate, const char *weight, bool drop,
                              rsift_error *err)
{
    static const rsift_limits *limits = NULL;
    static rs_brought_job job; /* outlives what is read from it */
    static rs_str texts[2];
    forget(b);
    texts[0] = rs_str_of(gate ? gate : "");
    texts[1] = rs_str_of(weight ? weight : "");
    job = (rs_brought_job){.store = b->store,
                           .limits = limits,
                           .file = rs_str_of(b->file),
                           .gates = {&texts[0], gate != NULL},
                           .weights = {&texts[1], weight != NULL},
                           .drop_missing = drop};
    return rs_brought_read(&job, b->ids, N, &b->brought, err);
}

/* Number at `path` of the answer. */
static int64_t told(bed *b, const char *path)
{
    if (!b->text.len) {
        rs_json_writer json = rs_json_writer_to(&b->text);
        rs_json_begin_object(&json);
        rs_brought_put_answer(b->brought, &json);
        rs_json_end_object(&json);
        OK(rs_json_finish(&json, "the answer", err));
        OK(rs_json_parse(&b->arena, rs_buf_view(&b->text), NULL, &b->answer, err));
    }
    char whole[96];
    snprintf(whole, sizeof whole, "signals.%s", path);
    const rs_json *at = rs_json_path(b->answer, rs_str_of(whole));
    int64_t v = -1;
    assert_true(rs_json_i64(at, &v));
    return v;
}

static int n_passing(const bed *b)
{
    int n = 0;
    for (size_t i = 0; i < N; i++) n += rs_brought_passes(b->brought, i);
    return n;
}

/* clip = i / 10 for the samples of a, by their sample ids. */
static void write_clips(bed *b)
{
    char id[RS_ID_TEXT];
    FILE *out = write_file(b, "clip.csv", "note,sample_id,clip");
    for (int i = 0; i < N_A; i++)
        fprintf(out, "\"of, %d\",%s,%d.%d\n", i, rs_id_text(id, b->ids[i]), i / 10, i % 10);
    fclose(out);
}

static void gates_keep_what_is_not_known(void **state)
{
    bed *b = *state;
    write_clips(b);
    OK(read_with(b, "clip >= 0.5", NULL, false, err));
    assert_int_equal(n_passing(b), 15 + N_B);
    assert_int_equal(told(b, "gates.0.failed"), 5);
    assert_int_equal(told(b, "gates.0.without_value"), N_B);
    OK(read_with(b, "clip<0.5", NULL, true, err));
    assert_int_equal(n_passing(b), 5);
    assert_int_equal(told(b, "left_out"), 20);
    OK(read_with(b, "clip>1.8", NULL, true, err));
    assert_int_equal(n_passing(b), 1);
    OK(read_with(b, "clip<=0.1", NULL, true, err));
    assert_int_equal(n_passing(b), 2);
    FAILS(RSIFT_E_ARG, "no sample of 25 passes", read_with(b, "clip>5", NULL, true, err));
}

static void weights_are_ranks_and_the_unknown_get_the_mean(void **state)
{
    bed *b = *state;
    write_clips(b);
    OK(read_with(b, NULL, "clip", false, err));
    assert_true(fabs(rs_brought_weight(b->brought, 19) - 19.5 / 20) < 1e-12);
    assert_true(fabs(rs_brought_weight(b->brought, 0) - 0.5 / 20) < 1e-12);
    assert_true(fabs(rs_brought_weight(b->brought, N_A) - 0.5) < 1e-12);
    OK(read_with(b, NULL, "clip:low", true, err));
    assert_true(fabs(rs_brought_weight(b->brought, 0) - 19.5 / 20) < 1e-12);
    assert_false(rs_brought_passes(b->brought, N_A));
    /* ranks are made of those that pass: the highest of ten */
    OK(read_with(b, "clip<1", "clip:high", true, err));
    assert_true(fabs(rs_brought_weight(b->brought, 9) - 0.95) < 1e-12);
}

static void adapters_are_made_of_columns(void **state)
{
    bed *b = *state;
    FILE *out =
        write_file(b, "many.tsv",
                   "original_id\tdataset\tloss\tloss_blind\tinfluence_x\tinfluence_y\tcluster\t"
                   "transferability\tdensity\tleverage");
    for (int i = 0; i < N_A; i++)
        fprintf(out, "r%d\ta\t%d\t20\t%d\t%d\t%d\t%g\t1\t%d\n", i, i + 1, i, N_A - i, i % 2,
                0.1 + 0.1 * (i % 2), i == 7 ? 100 : 0);
    fclose(out);
    OK(read_with(b, NULL, "loss-ratio", true, err));
    assert_true(rs_brought_weight(b->brought, 10) > rs_brought_weight(b->brought, 1));
    assert_true(rs_brought_weight(b->brought, 10) > rs_brought_weight(b->brought, 19));
    OK(read_with(b, "loss-ratio<=0.5", NULL, true, err));
    assert_int_equal(n_passing(b), 10);
    OK(read_with(b, "votes>=1", NULL, true, err));
    assert_int_equal(n_passing(b), 8);
    OK(read_with(b, NULL, "coincide", true, err));
    assert_true(
        fabs(rs_brought_weight(b->brought, 0) / rs_brought_weight(b->brought, 1) - exp(-1)) < 1e-9);
    OK(read_with(b, NULL, "leverage", true, err));
    assert_true(rs_brought_weight(b->brought, 7) == 1);
    assert_true(rs_brought_weight(b->brought, 8) > 0);
    OK(read_with(b, "leverage>=100", NULL, true, err));
    assert_int_equal(n_passing(b), 1);

    out = write_file(b, "votes.csv", "original_id,dataset,votes_x,votes_y");
    for (int i = 0; i < N_A; i++) fprintf(out, "r%d,a,%d,%d\n", i, i < 4, i < 2);
    fclose(out);
    OK(read_with(b, "votes>=2", NULL, true, err));
    assert_int_equal(n_passing(b), 2);
}

static void pictures_and_ids_of_the_release(void **state)
{
    bed *b = *state;
    FILE *out = write_file(b, "picture.csv", "image,clip");
    for (int i = 0; i < N_A; i++) fprintf(out, "%d.png,%d\n", i, i);
    fclose(out);
    OK(read_with(b, NULL, "clip", true, err));
    /* those of a, and the one of b that shows the first picture */
    assert_int_equal(told(b, "samples"), N_A + 1);
    assert_true(rs_brought_passes(b->brought, N - 1));

    /* r0 to r4 are of two datasets: nobody's without its name */
    out = write_file(b, "ids.csv", "original_id,clip");
    for (int i = 0; i < N_A; i++) fprintf(out, "r%d,%d\n", i, i);
    fclose(out);
    OK(read_with(b, NULL, "clip", true, err));
    assert_int_equal(told(b, "ambiguous"), N_B);
    assert_int_equal(told(b, "samples"), N_A - N_B);
}

static void odd_rows_are_counted(void **state)
{
    bed *b = *state;
    char id[RS_ID_TEXT];
    static const char *const cells[] = {"nan", "", "high", "1,2", "inf"};
    FILE *out = write_file(b, "odd.csv", "sample_id,clip");
    for (int i = 0; i < 5; i++) fprintf(out, "%s,%s\n", rs_id_text(id, b->ids[i]), cells[i]);
    for (int i = 5; i < N_A; i++) fprintf(out, "%s,%d\n", rs_id_text(id, b->ids[i]), i);
    fprintf(out, "%s,5\n%s,7\n", rs_id_text(id, b->ids[5]),
            rs_id_text((char[RS_ID_TEXT]){0}, b->ids[6]));
    fprintf(out, "nobody,1\n\"no\none\",1\n");
    fclose(out);
    OK(read_with(b, "clip>=0", NULL, true, err));
    assert_int_equal(told(b, "rows"), N_A + 4);
    assert_int_equal(told(b, "wrong_length"), 1);
    assert_int_equal(told(b, "unknown"), 2);
    assert_int_equal(told(b, "repeated"), 1);
    assert_int_equal(told(b, "contradicting"), 1);
    assert_int_equal(told(b, "columns.0.no_number"), 3);
    /* r5 twice the same, r6 contradicted and so unknown */
    assert_int_equal(n_passing(b), N_A - 6);
}

static void parquet_has_types(void **state)
{
    bed *b = *state;
    char sql[512];
    write_file(b, "clip.parquet", "");
    snprintf(sql, sizeof sql,
             "COPY (SELECT original_id, dataset, CASE original_id WHEN 'r3' THEN 'nan' WHEN 'r4' "
             "THEN NULL ELSE CAST(substr(original_id, 2) AS FLOAT) END AS clip, 'x' AS word FROM "
             "sample WHERE dataset = 'a') TO '%s' (FORMAT parquet)",
             b->file);
    OK(rs_store_exec(b->store, rs_str_of(sql), err));
    OK(read_with(b, "clip>=10", NULL, true, err));
    assert_int_equal(n_passing(b), 10);
    assert_int_equal(told(b, "rows"), N_A);
    assert_int_equal(told(b, "columns.0.numbers"), N_A - 2);
    assert_int_equal(told(b, "columns.0.no_number"), 1);
    FAILS(RSIFT_E_ARG, "holds text", read_with(b, "word>=10", NULL, true, err));
}

static void files_of_no_use_are_refused(void **state)
{
    bed *b = *state;
    static const struct {
        const char *text, *gate, *weight, *says;
    } cases[] = {
        {"id,clip\n1,2\n", "clip>1", NULL, "whose each row is"},
        {"sample_id,clip\nnobody,1\n", "clip>1", NULL, "none of its 1 rows"},
        {"sample_id,clip,Clip\nx,1,2\n", "clip>1", NULL, "two columns"},
        {"sample_id,clip\nx,fine\n", "clip>1", NULL, "found \"fine\" in line 2"},
        {"sample_id,clip\n\"x,1\n", "clip>1", NULL, "quote"},
        {"", "clip>1", NULL, "empty"},
        {"sample_id,clip\n", "clip>1", NULL, "none of its 0 rows"},
        {"sample_id,clip,word\nx,1,2\n", NULL, "score", "no column \"score\"; it has clip, word"},
        {"sample_id,loss\nx,1\n", NULL, "loss-ratio", "loss, loss_blind"},
        {"sample_id,loss\nx,1\n", NULL, "votes", "votes"},
        {"sample_id,clip\nx,1\n", "clip", NULL, "expected a gate"},
        {"sample_id,clip\nx,1\n", "clip>=high", NULL, "expected a gate"},
        {"sample_id,clip\nx,1\n", ">=1", NULL, "expected a gate"},
        {"sample_id,clip\nx,1\n", NULL, NULL, "--gate or --weight"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        FILE *out = write_file(b, "bad.csv", NULL);
        fputs(cases[i].text, out);
        fclose(out);
        FAILS(RSIFT_E_ARG, cases[i].says,
              read_with(b, cases[i].gate, cases[i].weight, false, err) == RSIFT_E_FORMAT
                  ? RSIFT_E_ARG
                  : read_with(b, cases[i].gate, cases[i].weight, false, err));
    }
    snprintf(b->file, sizeof b->file, "%s/absent.csv", b->w.dir);
    FAILS(RSIFT_E_IO, "absent.csv", read_with(b, "clip>1", NULL, false, err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gates_keep_what_is_not_known),
        cmocka_unit_test(weights_are_ranks_and_the_unknown_get_the_mean),
        cmocka_unit_test(adapters_are_made_of_columns),
        cmocka_unit_test(pictures_and_ids_of_the_release),
        cmocka_unit_test(odd_rows_are_counted),
        cmocka_unit_test(parquet_has_types),
        cmocka_unit_test(files_of_no_use_are_refused),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
