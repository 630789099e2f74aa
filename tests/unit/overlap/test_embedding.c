/* Vectors from Parquet: rows by their own numbers, ids of all kinds, rows of no use. NumPy files
 * are in tests/cli/embeddings.sh. */
#include "../decide/workspace.h"

#include "overlap/embedding.h"

static void expect_pair(rs_store *store, const char *a, const char *b)
{
    char x[RS_ID_TEXT], y[RS_ID_TEXT], sql[400];
    snprintf(sql, sizeof sql,
             "SELECT count(*) FROM picture_pair WHERE method = 'embedding' AND ((a = '%s' AND b = "
             "'%s') OR (a = '%s' AND b = '%s'))",
             rs_id_text(x, text_id("bytes", a)), rs_id_text(y, text_id("bytes", b)), y, x);
    assert_int_equal(ask(store, sql), 1);
}

static void write_parquet(rs_store *store, const world *w, const char *rows)
{
    rs_buf sql = {0};
    rs_buf_printf(&sql,
                  "COPY (SELECT * FROM (VALUES %s) v(id, embedding)) TO '%s/v.parquet' (FORMAT "
                  "parquet)",
                  rows, w->dir);
    OK(rs_store_exec(store, rs_buf_view(&sql), err));
    rs_buf_fini(&sql);
}

static void parquet_rows(void **state)
{
    (void)state;
    const rsift_context_options options = {.size = sizeof options, .threads = 2};
    rs_session *session = NULL;
    rs_store *store = NULL;
    rs_duplicates_vectors counts;
    world w;
    char file[96], rows[900], id[RS_ID_TEXT], sample[RS_ID_TEXT];
    world_begin(&w);
    put_release(&w, "d", "open", "human");
    put_sample(&w, (put){.dataset = "d", .picture = "a/a.png", .bytes = "A", .id = 1});
    put_sample(&w, (put){.dataset = "d", .picture = "a/b.png", .bytes = "B", .id = 2});
    put_sample(&w, (put){.dataset = "d", .picture = "a/c.png", .bytes = "C", .id = 3});
    put_sample(&w, (put){.dataset = "d", .picture = "a/e.png", .bytes = "E", .id = 4});
    put_sample(&w, (put){.dataset = "d", .picture = "b/e.png", .bytes = "F", .id = 5});
    world_commit(&w);
    OK(rs_session_new(&options, w.dir, &session, err));
    OK(rs_session_store(session, RS_STORE_DECIDE, false, &store, err));
    /* by content hash, sample id, path, name; a name of two pictures is nobody's */
    snprintf(rows, sizeof rows,
             "('%s', [1.0, 0.1]), ('%s', [2.0, 0.2]), ('a/c.png', [0.1, 1.0]), ('e.png', [1.0, "
             "0.0]), ('a/e.png', [1.0, 0.1, 0.0]), ('b/e.png', [0.2, 2.0])",
             rs_id_text(id, text_id("bytes", "A")), rs_id_text(sample, number_id(2)));
    write_parquet(store, &w, rows);
    snprintf(file, sizeof file, "%s/v.parquet", w.dir);
    const rs_embedding_job job = {
        .session = session, .store = store, .file = rs_str_of(file), .cosine = 0.99};
    OK(rs_overlap_embedding(&job, &counts, err));
    assert_int_equal(counts.rows, 6);
    assert_int_equal(counts.used, 4);
    assert_int_equal(counts.unknown, 1);
    assert_int_equal(counts.wrong_length, 1);
    assert_int_equal(counts.pairs, 2);

    expect_pair(store, "A", "B");
    expect_pair(store, "C", "F");
    /* another file replaces the pairs */
    write_parquet(store, &w, "('a.png', [1.0]), ('c.png', [1.0])");
    OK(rs_overlap_embedding(&job, &counts, err));
    assert_int_equal(ask(store, "SELECT count(*) FROM picture_pair"), 1);
    write_parquet(store, &w, "('a.png', 'no vector')");
    FAILS(RSIFT_E_ARG, "v.parquet", rs_overlap_embedding(&job, &counts, err));
    /* what fails changes nothing */
    assert_int_equal(ask(store, "SELECT count(*) FROM picture_pair"), 1);
    rs_store_close(store);
    rs_session_free(session);
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(parquet_rows)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
