/* A small release through rs_index_run: what stands in each table, where a record's bytes are, what
 * a second run and units do. Covers batch.c, rows.c, asset_rows.c and release.c. */
#include "index/index.h"

#include "index_help.h"

#include "session/session.h"

typedef struct world {
    char dir[64], release[96], workspace[96];
    rs_session *session;
    rs_plan *plan;
} world;

static const char data[] =
    "[{\"id\": \"0\", \"image\": \"a.jpg\", \"conversations\": [{\"from\": \"human\", \"value\": "
    "\"<image>\\nwhat?\"}, {\"from\": \"gpt\", \"value\": \"a ship\"}]},\n"
    " {\"id\": \"1\", \"image\": \"b.jpg\", \"conversations\": [{\"from\": \"human\", \"value\": "
    "\"<image>\\nwhat?\"}, {\"from\": \"gpt\", \"value\": \"\"}]},\n"
    " {\"id\": \"2\", \"image\": \"gone.jpg\", \"conversations\": [{\"from\": \"human\", "
    "\"value\": \"<image>\\nwhere?\"}, {\"from\": \"gpt\", \"value\": \"there\"}]},\n"
    " 7]\n";

static void make_world(world *w)
{
    *w = (world){0};
    fresh_folder(w->dir);
    snprintf(w->release, sizeof w->release, "%s/rel", w->dir);
    snprintf(w->workspace, sizeof w->workspace, "%s/ws", w->dir);
    OK(rs_io_make_dirs(rs_str_of(w->release), err));
    write_file(w->release, "data.json", rs_str_of(data));
    char picture[JPEG_HEAD + 2];
    memcpy(picture, jpeg_head, JPEG_HEAD);
    memcpy(picture + JPEG_HEAD, "\xff\xd9", 2);
    write_file(w->release, "a.jpg", rs_str_make(picture, sizeof picture));
    write_file(w->release, "b.jpg", rs_str_make(picture, JPEG_HEAD)); /* cut short */
    const rsift_context_options options = {.size = sizeof options, .threads = 2};
    OK(rs_session_new(&options, w->workspace, &w->session, err));
    rs_plan_choice choice = {.path = rs_str_of(w->release),
                             .reader = RS_STR("llava"),
                             .name = RS_STR("own"),
                             .licence = RS_STR("open")};
    OK(rs_plan_make(w->session, &choice, &w->plan, err));
}

static void free_world(world *w)
{
    rs_plan_free(w->plan);
    rs_session_free(w->session);
    remove_folder(w->dir);
}

static rs_index_report run(world *w, rs_index_run_options options)
{
    rs_store *store = NULL;
    rs_index_report report;
    OK(rs_session_store(w->session, RS_STORE_PARTS, true, &store, err));
    OK(rs_index_run(w->session, store, w->plan, &options, &report, err));
    rs_store_close(store);
    return report;
}

static int64_t ask(world *w, const char *sql)
{
    rs_store *store = NULL;
    rs_result *result = NULL;
    OK(rs_session_store(w->session, RS_STORE_READ, false, &store, err));
    OK(rs_store_query(store, rs_str_of(sql), NULL, 0, &result, err));
    OK(rs_result_next(result, err));
    int64_t v = rs_result_i64(result, 0);
    rs_result_close(result);
    rs_store_close(store);
    return v;
}

#define ASK(n, sql) assert_int_equal(ask(&w, sql), n)

static void check_tables(world *world_)
{
    world w = *world_;
    ASK(1, "SELECT count(*) FROM release WHERE release_id = 'own@own' AND licence_class = 'open'");
    ASK(3, "SELECT count(*) FROM file WHERE n_bytes > 0 AND hash IS NULL");
    ASK(3, "SELECT count(*) FROM sample WHERE dataset = 'own' AND role = 'train' AND n_turns = 2");
    ASK(4, "SELECT sum(seen) FROM reading");
    ASK(3, "SELECT sum(used) FROM reading");
    ASK(1, "SELECT sum(set_aside) FROM reading");
    ASK(2, "SELECT count(*) FROM asset WHERE state = 'found' AND width = 16 AND height = 8 AND "
           "content_hash IS NOT NULL AND format = 'jpeg' AND pixel_hash IS NULL");
    ASK(1, "SELECT count(*) FROM asset WHERE state = 'unresolved' AND path = 'gone.jpg' AND "
           "width IS NULL AND root IS NULL");
    ASK(3, "SELECT count(*) FROM sample_asset WHERE i = 0 AND asset_role = 'image'");
    ASK(6, "SELECT count(*) FROM turn WHERE text IS NOT NULL AND lang IS NULL");
    ASK(1, "SELECT count(*) FROM finding WHERE code = 'image-truncated' AND source = 'pictures' "
           "AND sample_id IS NULL AND asset_id IS NOT NULL");
    ASK(1, "SELECT count(*) FROM finding JOIN sample USING (sample_id) WHERE code = "
           "'answer-empty' AND original_id = '1' AND n_serious = 1");
    ASK(1, "SELECT count(*) FROM finding WHERE code = 'image-missing' AND asset_id IS NOT NULL");
    ASK(1, "SELECT count(*) FROM finding WHERE severity = 'serious' AND sample_id IS NULL AND "
           "locator = 'data.json#3'");
}

static void test_tables(void **state)
{
    (void)state;
    world w;
    make_world(&w);
    rs_index_report report = run(&w, (rs_index_run_options){0});
    assert_int_equal(report.n_samples, 3);
    assert_int_equal(report.n_pictures, 2);
    assert_int_equal(report.n_pictures_read, 2);
    assert_true(report.release_written);
    check_tables(&w);
    /* the record's bytes */
    for (int i = 0; i < 3; i++) {
        char sql[160];
        snprintf(sql, sizeof sql, "SELECT \"offset\" FROM sample WHERE original_id = '%d'", i);
        const int64_t begin = ask(&w, sql);
        snprintf(sql, sizeof sql, "SELECT length FROM sample WHERE original_id = '%d'", i);
        const int64_t end = begin + ask(&w, sql);
        assert_true(begin > 0 && end < (int64_t)sizeof data);
        assert_memory_equal(data + begin, "{\"id\": \"", 8);
        assert_int_equal(data[begin + 8], '0' + i);
        assert_memory_equal(data + end - 3, "}]}", 3);
    }
    /* nothing is left to do */
    report = run(&w, (rs_index_run_options){0});
    assert_int_equal(report.n_sources, 1);
    assert_int_equal(report.n_sources_kept, 1);
    assert_int_equal(report.n_samples, 0);
    check_tables(&w);
    free_world(&w);
}

static void test_units(void **state)
{
    (void)state;
    world w;
    make_world(&w);
    int64_t n = 0;
    for (int unit = 3; unit >= 1; unit--)
        n += run(&w, (rs_index_run_options){.unit = unit, .n_units = 3}).n_samples;
    assert_int_equal(n, 3);
    check_tables(&w);
    free_world(&w);
}

static void test_no_text(void **state)
{
    (void)state;
    world w;
    make_world(&w);
    run(&w, (rs_index_run_options){.no_text = true, .no_hash = true});
    ASK(6, "SELECT count(*) FROM turn WHERE text IS NULL AND text_hash IS NOT NULL");
    ASK(2, "SELECT count(*) FROM asset WHERE width = 16 AND content_hash IS NULL AND n_bytes > 0");
    ASK(1, "SELECT count(*) FROM finding WHERE code = 'image-truncated'");
    free_world(&w);
}

/* A file that has changed is read again, and its old part is gone. */
static void test_changed_file(void **state)
{
    (void)state;
    world w;
    make_world(&w);
    run(&w, (rs_index_run_options){0});
    rs_plan_free(w.plan);
    write_file(w.release, "data.json",
               RS_STR("[{\"id\": \"9\", \"image\": \"a.jpg\", \"conversations\": [{\"from\": "
                      "\"human\", \"value\": \"<image>\\nq\"}, {\"from\": \"gpt\", \"value\": "
                      "\"a\"}]}]"));
    rs_plan_choice choice = {
        .path = rs_str_of(w.release), .reader = RS_STR("llava"), .name = RS_STR("own")};
    OK(rs_plan_make(w.session, &choice, &w.plan, err));
    rs_index_report report = run(&w, (rs_index_run_options){0});
    assert_int_equal(report.n_sources_kept, 0);
    ASK(1, "SELECT count(*) FROM sample");
    ASK(1, "SELECT count(*) FROM release");
    ASK(2, "SELECT count(*) FROM asset");
    free_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_units),
        cmocka_unit_test(test_no_text),
        cmocka_unit_test(test_changed_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
