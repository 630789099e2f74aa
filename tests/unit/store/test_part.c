/* Parts: round trips of every column type, chunk boundaries, wholeness, names. */
#include "store_help.h"

#include <math.h>

static void round_trip_of_every_type(void **state)
{
    (void)state;
    char dir[64];
    rs_store *store = open_store(fresh_folder(dir), RS_STORE_PARTS);
    rs_part *part = NULL;
    OK(rs_part_new(store, RS_STR("rel"), RS_STR("p0"), &part, err));
    rs_rows *rows = rs_part_rows(part, RS_T_REGION);
    for (int i = 0; i < 3; i++) {
        const double coords[] = {1.5, -2.25, 1e300, 0.1};
        const rs_str label = i == 1   ? (rs_str){0}
                             : i == 2 ? RS_STR("")
                                      : RS_STR("Schiff \xc3\xbc\xf0\x9f\x9a\xa2 'q\"");
        /* in any order; what is not put is NULL */
        rs_put_i64(rows, RS_REGION_flags, 0);
        rs_put_str(rows, RS_REGION_label, label);
        rs_put_id(rows, RS_REGION_sample_id, id_of((uint64_t)i));
        rs_put_i64(rows, RS_REGION_i, i == 0 ? INT32_MIN : i == 1 ? INT32_MAX : 0);
        if (i != 1) rs_put_id(rows, RS_REGION_asset_id, (rs_id){0, 0});
        rs_put_str(rows, RS_REGION_kind, RS_STR("box"));
        if (i != 1) rs_put_doubles(rows, RS_REGION_coords, coords, i == 0 ? 4 : 0);
        rs_put_str(rows, RS_REGION_convention, RS_STR("xyxy"));
        rs_put_end(rows);
    }
    rows = rs_part_rows(part, RS_T_SAMPLE);
    const rs_str labels[] = {RS_STR("a"), {0}, RS_STR("a label that is longer than twelve bytes")};
    for (int i = 0; i < 2; i++) {
        rs_put_id(rows, RS_SAMPLE_sample_id, (rs_id){~(uint64_t)0, 1});
        rs_put_i64(rows, RS_SAMPLE_n_turns, 1);
        rs_put_i64(rows, RS_SAMPLE_n_regions, 2);
        rs_put_strs(rows, RS_SAMPLE_labels, labels, i == 0 ? 3 : 0);
        rs_put_bool(rows, RS_SAMPLE_truth, i == 0);
        rs_put_i64(rows, RS_SAMPLE_ordinal, INT64_MIN);
        rs_put_end(rows);
    }
    rows = rs_part_rows(part, RS_T_ASSET);
    rs_put_id(rows, RS_ASSET_asset_id, id_of(7));
    rs_put_double(rows, RS_ASSET_gsd_m, 0.3);
    rs_put_i64(rows, RS_ASSET_phash, -1);
    rs_put_end(rows);
    (void)rs_part_rows(part, RS_T_SPLIT); /* asked for, no rows: no file */
    assert_int_equal(rs_part_n_rows(part, RS_T_REGION), 3);
    assert_int_equal(rs_part_n_rows(part, RS_T_TURN), 0);
    OK(rs_part_commit(part, err));
    assert_int_equal(count_entries(dir, "parts/rel/p0"), 4); /* hashes.txt */
    rs_store_close(store);

    store = open_store(dir, RS_STORE_READ);
    rs_result *r = NULL;
    OK(rs_store_query(store, RS_STR("SELECT * FROM region"), NULL, 0, &r, err));
    assert_int_equal(rs_result_n_columns(r), 9);
    assert_string_equal(rs_result_name(r, 6).ptr, "coords");
    assert_true(rs_str_eq(rs_result_type(r, 6), RS_STR("DOUBLE[]")));
    assert_true(rs_str_eq(rs_result_type(r, 0), RS_STR("UUID")));
    const double *coords;
    OK(rs_result_next(r, err));
    assert_true(rs_id_eq(rs_result_id(r, 0), id_of(0)));
    assert_int_equal(rs_result_i64(r, 1), INT32_MIN);
    assert_true(rs_id_eq(rs_result_id(r, 2), (rs_id){0, 0}));
    assert_false(rs_result_null(r, 2));
    assert_true(rs_result_null(r, 3));
    assert_true(rs_str_eq(rs_result_str(r, 5), RS_STR("Schiff \xc3\xbc\xf0\x9f\x9a\xa2 'q\"")));
    assert_int_equal(rs_result_doubles(r, 6, &coords), 4);
    assert_true(coords[0] == 1.5 && coords[1] == -2.25 && coords[2] == 1e300 && coords[3] == 0.1);
    OK(rs_result_next(r, err));
    assert_int_equal(rs_result_i64(r, 1), INT32_MAX);
    assert_true(rs_result_null(r, 2));
    assert_true(rs_result_null(r, 5));
    assert_true(rs_result_null(r, 6));
    assert_null(rs_result_str(r, 5).ptr);
    OK(rs_result_next(r, err));
    assert_true(rs_result_str(r, 5).ptr != NULL && rs_result_str(r, 5).len == 0);
    assert_false(rs_result_null(r, 6));
    assert_int_equal(rs_result_doubles(r, 6, &coords), 0);
    assert_int_equal(rs_result_next(r, NULL), RSIFT_END);
    assert_int_equal(rs_result_next(r, NULL), RSIFT_END);
    rs_result_close(r);

    OK(rs_store_query(store, RS_STR("SELECT labels, truth, ordinal, sample_id FROM sample"), NULL,
                      0, &r, err));
    const rs_str *texts;
    OK(rs_result_next(r, err));
    assert_int_equal(rs_result_strs(r, 0, &texts), 3);
    assert_true(rs_str_eq(texts[0], RS_STR("a")));
    assert_null(texts[1].ptr);
    assert_true(rs_str_eq(texts[2], labels[2]));
    assert_int_equal(rs_result_i64(r, 1), 1);
    assert_true(rs_result_i64(r, 2) == INT64_MIN);
    assert_true(rs_id_eq(rs_result_id(r, 3), (rs_id){~(uint64_t)0, 1}));
    OK(rs_result_next(r, err));
    assert_int_equal(rs_result_strs(r, 0, &texts), 0);
    assert_int_equal(rs_result_i64(r, 1), 0);
    rs_result_close(r);

    OK(rs_store_query(store, RS_STR("SELECT gsd_m, phash FROM asset"), NULL, 0, &r, err));
    OK(rs_result_next(r, err));
    assert_true(rs_result_double(r, 0) == 0.3);
    assert_int_equal(rs_result_i64(r, 1), -1);
    rs_result_close(r);
    rs_store_close(store);
    remove_folder(dir);
}

/* Chunks hold 2,048 rows: every row once and in order around their edges. */
static void chunk_boundaries_keep_order(void **state)
{
    (void)state;
    char dir[64];
    const int64_t sizes[] = {1, 2047, 2048, 2049, 4096, 100000};
    rs_store *store = open_store(fresh_folder(dir), RS_STORE_PARTS);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        char name[32];
        snprintf(name, sizeof name, "p%zu", i);
        OK(rs_part_commit(turn_part(store, "rel", name, sizes[i]), err));
        rs_buf sql = {0};
        rs_buf_printf(&sql,
                      "SELECT text FROM read_parquet('%s/parts/rel/%s/turn.parquet')"
                      " ORDER BY file_row_number",
                      dir, name);
        rs_result *r = NULL;
        OK(rs_store_query(store, rs_buf_view(&sql), NULL, 0, &r, err));
        rs_buf_fini(&sql);
        int64_t n = 0;
        for (; rs_result_next(r, NULL) == RSIFT_OK; n++) {
            char text[64];
            int len = snprintf(text, sizeof text, "turn %lld of a part", (long long)n);
            if (!rs_str_eq(rs_result_str(r, 0), rs_str_make(text, (size_t)len)))
                fail_msg("part %s row %lld", name, (long long)n);
        }
        assert_int_equal(n, sizes[i]);
        rs_result_close(r);
    }
    rs_store_close(store);
    remove_folder(dir);
}

/* Text `i` of a column whose texts have all lengths up to 40, repeat, differ at equal lengths, and
 * are missing at times. */
static rs_str repeated_text(int i, char out[64])
{
    const size_t len = (size_t)(i / 5 % 41);
    if (i % 11 == 3) return (rs_str){0};
    memset(out, 'a' + i / 3 % 4, len);
    if (len > 2 && i % 7 == 1) memcpy(out + len - 2, "\xc3\xbc", 2);
    return rs_str_make(out, len);
}

static void repeated_texts_stay_apart(void **state)
{
    (void)state;
    char dir[64], text[64];
    enum { N = 10000 };
    rs_store *store = open_store(fresh_folder(dir), RS_STORE_PARTS);
    rs_part *part = NULL;
    OK(rs_part_new(store, RS_STR("rel"), RS_STR("p"), &part, err));
    rs_rows *rows = rs_part_rows(part, RS_T_TURN);
    for (int i = 0; i < N; i++) {
        rs_put_id(rows, RS_TURN_sample_id, id_of((uint64_t)i));
        rs_put_i64(rows, RS_TURN_i, i);
        rs_put_str(rows, RS_TURN_text, repeated_text(i, text));
        rs_put_end(rows);
    }
    OK(rs_part_commit(part, err));
    rs_store_close(store);
    store = open_store(dir, RS_STORE_READ);
    rs_result *r = NULL;
    OK(rs_store_query(store, RS_STR("SELECT i, text FROM turn ORDER BY i"), NULL, 0, &r, err));
    for (int i = 0; i < N; i++) {
        OK(rs_result_next(r, err));
        const rs_str want = repeated_text(i, text);
        assert_int_equal(rs_result_null(r, 1), want.ptr == NULL);
        if (want.ptr) assert_true(rs_str_eq(rs_result_str(r, 1), want));
    }
    rs_result_close(r);
    rs_store_close(store);
    remove_folder(dir);
}

/* Word `i` of a column of n_words different ones, some of them missing; lengths from 0 to 40. */
static rs_str word_of(int i, int n_words, char out[64])
{
    if (i % 13 == 5) return (rs_str){0};
    const int word = i * 7 % n_words;
    const int len = word ? snprintf(out, 64, "%d%.*s", word, word % 35 + 2,
                                    "\xc3\xbc and a longer text, of words......")
                         : 0;
    return rs_str_make(out, (size_t)len);
}

/* What a column of words gives is what one of plain text gives, however many words it has: from
 * 256 on they are no enumeration. */
static void words_are_read_as_text(void **state)
{
    (void)state;
    enum { N = 5000 };
    const int sizes[] = {1, 2, 255, 256, 257, 3000};
    char dir[64], out[64];
    rs_store *store = open_store(fresh_folder(dir), RS_STORE_PARTS);
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        char name[32];
        snprintf(name, sizeof name, "p%zu", k);
        rs_part *part = NULL;
        OK(rs_part_new(store, RS_STR("rel"), rs_str_of(name), &part, err));
        for (int i = 0; i < N; i++) {
            const rs_str text = word_of(i, sizes[k], out);
            rs_rows *rows = rs_part_rows(part, RS_T_TURN);
            rs_put_id(rows, RS_TURN_sample_id, id_of((uint64_t)i));
            rs_put_i64(rows, RS_TURN_i, i);
            rs_put_str(rows, RS_TURN_text, text);
            rs_put_str(rows, RS_TURN_role, text);
            if (i % 3 == 0) rs_put_str(rows, RS_TURN_tag_task, text);
            rs_put_end(rows);
        }
        OK(rs_part_commit(part, err));
    }
    assert_int_equal(ask(store, "SELECT count(*) FROM turn"), 6 * N);
    assert_int_equal(ask(store, "SELECT count(*) FROM turn WHERE role IS DISTINCT FROM text OR "
                                "tag_task IS DISTINCT FROM CASE WHEN i % 3 = 0 THEN text END OR "
                                "lang IS NOT NULL"),
                     0);
    assert_int_equal(ask(store, "SELECT count(*) FROM turn WHERE text IS NULL"), 6 * 385);
    rs_store_close(store);
    remove_folder(dir);
}

static void lists_grow_over_a_chunk(void **state)
{
    (void)state;
    char dir[64];
    rs_store *store = open_store(fresh_folder(dir), RS_STORE_PARTS);
    rs_part *part = NULL;
    OK(rs_part_new(store, RS_STR("rel"), RS_STR("p"), &part, err));
    rs_rows *rows = rs_part_rows(part, RS_T_REGION);
    double coords[100];
    for (int i = 0; i < 5000; i++) {
        size_t n = (size_t)(i % 100);
        for (size_t k = 0; k < n; k++) coords[k] = i * 1000.0 + (double)k;
        rs_put_id(rows, RS_REGION_sample_id, id_of((uint64_t)i));
        rs_put_i64(rows, RS_REGION_i, i);
        rs_put_doubles(rows, RS_REGION_coords, coords, n);
        rs_put_i64(rows, RS_REGION_flags, 0);
        rs_put_end(rows);
    }
    OK(rs_part_commit(part, err));
    rs_result *r = NULL;
    OK(rs_store_query(store, RS_STR("SELECT i, coords FROM region ORDER BY i"), NULL, 0, &r, err));
    for (int i = 0; i < 5000; i++) {
        const double *v;
        OK(rs_result_next(r, err));
        size_t n = rs_result_doubles(r, 1, &v);
        assert_int_equal(n, i % 100);
        for (size_t k = 0; k < n; k++) assert_true(v[k] == i * 1000.0 + (double)k);
    }
    rs_result_close(r);
    rs_store_close(store);
    remove_folder(dir);
}

static void wrong_rows_come_out_at_commit(void **state)
{
    (void)state;
    char dir[64];
    rs_store *store = open_store(fresh_folder(dir), RS_STORE_PARTS);
    rs_part *part = NULL;
    OK(rs_part_new(store, RS_STR("rel"), RS_STR("p"), &part, err));
    rs_rows *rows = rs_part_rows(part, RS_T_SPLIT);
    rs_put_id(rows, RS_SPLIT_sample_id, id_of(1));
    rs_put_i64(rows, RS_SPLIT_scheme, 3);
    rs_put_str(rows, RS_SPLIT_name, RS_STR("x"));
    rs_put_end(rows);
    FAILS(RSIFT_E_ARG, "column scheme of row 0: the column does not take an integer",
          rs_part_commit(part, err));

    OK(rs_part_new(store, RS_STR("rel"), RS_STR("p"), &part, err));
    rows = rs_part_rows(part, RS_T_SPLIT);
    rs_put_str(rows, RS_SPLIT_name, RS_STR("x"));
    rs_put_end(rows);
    FAILS(RSIFT_E_ARG, "column sample_id of row 0: the row ends without it",
          rs_part_commit(part, err));

    OK(rs_part_new(store, RS_STR("rel"), RS_STR("p"), &part, err));
    rows = rs_part_rows(part, RS_T_SPLIT);
    rs_put_id(rows, RS_SPLIT_sample_id, id_of(1));
    rs_put_id(rows, RS_SPLIT_sample_id, id_of(1));
    FAILS(RSIFT_E_ARG, "column sample_id of row 0: put twice", rs_part_commit(part, err));

    static const int others[] = {RS_TURN_text, RS_SAMPLE_ASSET_i, RS_SPLIT_name + 1, -1};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        OK(rs_part_new(store, RS_STR("rel"), RS_STR("p"), &part, err));
        rows = rs_part_rows(part, RS_T_SPLIT);
        rs_put_id(rows, RS_SPLIT_sample_id, id_of(1));
        rs_put_str(rows, others[i], RS_STR("x"));
        rs_put_end(rows);
        FAILS(RSIFT_E_ARG, "is not of table split", rs_part_commit(part, err));
    }

    OK(rs_part_new(store, RS_STR("rel"), RS_STR("p"), &part, err));
    rows = rs_part_rows(part, RS_T_SAMPLE_ASSET);
    rs_put_id(rows, RS_SAMPLE_ASSET_sample_id, id_of(1));
    rs_put_i64(rows, RS_SAMPLE_ASSET_i, (int64_t)INT32_MAX + 1);
    FAILS(RSIFT_E_ARG, "column i of row 0: the number does not fit 32 bits",
          rs_part_commit(part, err));

    OK(rs_part_new(store, RS_STR("rel"), RS_STR("p"), &part, err));
    rs_put_id(rs_part_rows(part, RS_T_SPLIT), RS_SPLIT_sample_id, id_of(1));
    FAILS(RSIFT_E_ARG, "not ended", rs_part_commit(part, err));
    assert_int_equal(count_entries(dir, "parts"), 1); /* only the empty tables */
    rs_store_close(store);
    assert_int_equal(count_entries(dir, "tmp"), 0);
    remove_folder(dir);
}

static void parts_are_listed_removed_and_never_replaced(void **state)
{
    (void)state;
    char dir[64];
    rs_store *store = open_store(fresh_folder(dir), RS_STORE_PARTS);
    rs_arena arena = {0};
    rs_str *names;
    size_t n;
    OK(rs_part_list(store, RS_STR("rel"), &arena, &names, &n, err));
    assert_int_equal(n, 0);
    OK(rs_part_commit(turn_part(store, "rel", "b", 3), err));
    OK(rs_part_commit(turn_part(store, "rel", "a", 2), err));
    OK(rs_part_commit(turn_part(store, "rel", "c", 0), err)); /* a part without rows is a part */
    OK(rs_part_list(store, RS_STR("rel"), &arena, &names, &n, err));
    assert_int_equal(n, 3);
    assert_true(rs_str_eq(names[0], RS_STR("a")) && rs_str_eq(names[2], RS_STR("c")));
    rs_part *part = NULL;
    FAILS(RSIFT_E_ARG, "exists already",
          rs_part_new(store, RS_STR("rel"), RS_STR("a"), &part, err));
    assert_int_equal(ask(store, "SELECT count(*) FROM turn"), 5);
    OK(rs_part_remove(store, RS_STR("rel"), RS_STR("b"), err));
    assert_int_equal(ask(store, "SELECT count(*) FROM turn"), 2);
    OK(rs_part_remove(store, RS_STR("rel"), RS_STR("b"), err)); /* another unit was faster */
    part = turn_part(store, "rel", "late", 1);
    OK(rs_part_rename(part, RS_STR("final"), err));
    OK(rs_part_commit(part, err));
    OK(rs_part_list(store, RS_STR("rel"), &arena, &names, &n, err));
    assert_true(n == 3 && rs_str_eq(names[2], RS_STR("final")));
    static const char *const bad[] = {"", ".", "..", "a/b", "_schema", "x*", "a\nb", "q'"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        FAILS(RSIFT_E_ARG, "folder's name",
              rs_part_new(store, rs_str_of(bad[i]), RS_STR("p"), &part, err));
        FAILS(RSIFT_E_ARG, "folder's name",
              rs_part_new(store, RS_STR("rel"), rs_str_of(bad[i]), &part, err));
    }
    rs_arena_fini(&arena);
    rs_store_close(store);
    remove_folder(dir);
}

/* Our own allocations fail one after another; each failure is an error, leaves no part, leaks
 * nothing. */
static void every_allocation_fails_once(void **state)
{
    (void)state;
    char dir[64];
    rs_store *store = open_store(fresh_folder(dir), RS_STORE_PARTS);
    bool done = false;
    for (int64_t n = 1; !done && n < 200; n++) {
        rs_alloc_fail_at(n);
        rs_part *part = NULL;
        rsift_status status = rs_part_new(store, RS_STR("rel"), RS_STR("p"), &part, NULL);
        if (status == RSIFT_OK) {
            for (int64_t i = 0; i < 3000; i++)
                put_turn(rs_part_rows(part, RS_T_TURN), (uint64_t)i, 0, RS_STR("text"));
            status = rs_part_commit(part, NULL);
        }
        rs_alloc_fail_at(0);
        done = status == RSIFT_OK;
        if (!done) {
            assert_int_equal(status, RSIFT_E_NOMEM);
            assert_int_equal(count_entries(dir, "parts"), 1);
        }
    }
    assert_true(done);
    assert_int_equal(ask(store, "SELECT count(*) FROM turn"), 3000);
    rs_store_close(store);
    remove_folder(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip_of_every_type),
        cmocka_unit_test(chunk_boundaries_keep_order),
        cmocka_unit_test(repeated_texts_stay_apart),
        cmocka_unit_test(words_are_read_as_text),
        cmocka_unit_test(lists_grow_over_a_chunk),
        cmocka_unit_test(wrong_rows_come_out_at_commit),
        cmocka_unit_test(parts_are_listed_removed_and_never_replaced),
        cmocka_unit_test(every_allocation_fails_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
