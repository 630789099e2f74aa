/* Questions: values as JSON, parameters, streams that are interrupted, errors, ids as text. */
#include "store_help.h"

#include "rsift/arrow.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>

static void expect_json(rs_store *store, const char *expression, const char *expected)
{
    rs_buf sql = {0}, json = {0};
    rs_buf_printf(&sql, "SELECT %s", expression);
    rs_result *r = NULL;
    OK(rs_store_query(store, rs_buf_view(&sql), NULL, 0, &r, err));
    OK(rs_result_next(r, err));
    rs_result_json(r, 0, &json);
    rs_buf_char(&json, '\0');
    if (!rs_str_eq(rs_str_of(json.ptr), rs_str_of(expected)))
        fail_msg("%s gave %s, expected %s", expression, json.ptr, expected);
    rs_result_close(r);
    rs_buf_fini(&sql);
    rs_buf_fini(&json);
}

static void every_type_has_json(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"NULL", "null"},
        {"true", "true"},
        {"(-128)::TINYINT", "-128"},
        {"65535::USMALLINT", "65535"},
        {"(-9223372036854775808)::BIGINT", "-9223372036854775808"},
        {"18446744073709551615::UBIGINT", "18446744073709551615"},
        {"(-170141183460469231731687303715884105728)::HUGEINT",
         "-170141183460469231731687303715884105728"},
        {"340282366920938463463374607431768211455::UHUGEINT",
         "340282366920938463463374607431768211455"},
        {"1.5::DOUBLE", "1.5"},
        {"0.25::FLOAT", "0.25"},
        {"'nan'::DOUBLE", "null"},
        {"'-inf'::DOUBLE", "null"},
        {"12.340::DECIMAL(9,3)", "12.340"},
        {"(-0.05)::DECIMAL(4,2)", "-0.05"},
        {"0::DECIMAL(4,2)", "0.00"},
        {"10::DECIMAL(4,2)", "10.00"},
        {"7::DECIMAL(4,0)", "7"},
        {"123456789012345678901234567.89::DECIMAL(38,2)", "123456789012345678901234567.89"},
        {"'a\"b\\c' || chr(10) || chr(1)", "\"a\\\"b\\\\c\\n\\u0001\""},
        {"'\xc3\xbc\xf0\x9f\x9a\xa2'", "\"\xc3\xbc\xf0\x9f\x9a\xa2\""},
        {"'00112233-4455-6677-8899-aabbccddeeff'::UUID", "\"00112233445566778899aabbccddeeff\""},
        {"'\\xAB\\x00'::BLOB", "\"ab00\""},
        {"'10110'::BIT", "\"10110\""},
        {"DATE '2024-02-29'", "\"2024-02-29\""},
        {"'infinity'::DATE", "\"infinity\""},
        {"TIME '01:02:03.5'", "\"01:02:03.500000\""},
        {"TIMESTAMP '2024-02-29 01:02:03'", "\"2024-02-29 01:02:03\""},
        {"'2024-02-29 01:02:03'::TIMESTAMP_S", "\"2024-02-29 01:02:03\""},
        {"'2024-02-29 01:02:03.25'::TIMESTAMP_MS", "\"2024-02-29 01:02:03.250000\""},
        {"'2024-02-29 01:02:03.000000007'::TIMESTAMP_NS", "\"2024-02-29 01:02:03.000000007\""},
        {"'1969-12-31 23:59:59.9'::TIMESTAMP", "\"1969-12-31 23:59:59.900000\""},
        {"'2024-02-29 01:02:03+00'::TIMESTAMPTZ", "\"2024-02-29 01:02:03+00\""},
        {"'-infinity'::TIMESTAMP", "\"-infinity\""},
        {"INTERVAL '1 month 2 days 3 seconds'", "{\"months\":1,\"days\":2,\"micros\":3000000}"},
        {"'b'::ENUM('a', 'b')", "\"b\""},
        {"[1, NULL, 3]", "[1,null,3]"},
        {"[]::VARCHAR[]", "[]"},
        {"[['a'], []]", "[[\"a\"],[]]"},
        {"[1, 2, 3]::INTEGER[3]", "[1,2,3]"},
        {"{'a': 1, 'b': ['x', NULL], 'c': {'d': NULL}}",
         "{\"a\":1,\"b\":[\"x\",null],\"c\":{\"d\":null}}"},
        {"MAP {'k': 1, 'l': 2}", "{\"k\":1,\"l\":2}"},
        {"MAP {1: 'x'}", "[{\"key\":1,\"value\":\"x\"}]"},
        {"union_value(num := 2)", "2"},
        {"[TIMESTAMP '2024-01-01 00:00:00']", "[\"2024-01-01 00:00:00\"]"},
    };
    char dir[64];
    rs_store *store = open_store(fresh_folder(dir), RS_STORE_READ);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect_json(store, cases[i][0], cases[i][1]);
    rs_store_close(store);
    remove_folder(dir);
}

static void types_have_their_words(void **state)
{
    (void)state;
    char dir[64];
    rs_store *store = open_store(fresh_folder(dir), RS_STORE_READ);
    rs_result *r = NULL;
    OK(rs_store_query(store,
                      RS_STR("SELECT [1.5::DOUBLE], 1::DECIMAL(9,3), {'a': 'x', 'b': [1]},"
                             " MAP {'k': 1}, [1]::INTEGER[1], 1::BIGINT"),
                      NULL, 0, &r, err));
    static const char *const expected[] = {
        "DOUBLE[]",   "DECIMAL(9,3)", "STRUCT(a VARCHAR, b INTEGER[])", "MAP(VARCHAR, INTEGER)",
        "INTEGER[1]", "BIGINT"};
    for (size_t i = 0; i < 6; i++)
        assert_true(rs_str_eq(rs_result_type(r, i), rs_str_of(expected[i])));
    rs_result_close(r);
    rs_store_close(store);
    remove_folder(dir);
}

static void numbers_convert_and_saturate(void **state)
{
    (void)state;
    char dir[64];
    rs_store *store = open_store(fresh_folder(dir), RS_STORE_READ);
    assert_int_equal(ask(store, "SELECT sum(range) FROM range(101)"), 5050); /* HUGEINT */
    assert_true(ask(store, "SELECT 99999999999999999999999::HUGEINT") == INT64_MAX);
    assert_true(ask(store, "SELECT (-99999999999999999999999)::HUGEINT") == INT64_MIN);
    assert_int_equal(ask(store, "SELECT 12.75::DECIMAL(9,2)"), 12);
    assert_int_equal(ask(store, "SELECT -2.5::DOUBLE"), -2);
    assert_int_equal(ask(store, "SELECT NULL::BIGINT"), 0);
    rs_result *r = NULL;
    OK(rs_store_query(
        store, RS_STR("SELECT 12.75::DECIMAL(9,2), 3::UBIGINT, NULL::DOUBLE, 5, DATE '2020-01-02'"),
        NULL, 0, &r, err));
    OK(rs_result_next(r, err));
    assert_true(rs_result_double(r, 0) == 12.75);
    assert_true(rs_result_double(r, 1) == 3.0);
    assert_true(isnan(rs_result_double(r, 2)));
    assert_true(rs_str_eq(rs_result_str(r, 3), RS_STR("5")));
    assert_true(rs_str_eq(rs_result_str(r, 4), RS_STR("2020-01-02")));
    rs_result_close(r);
    rs_store_close(store);
    remove_folder(dir);
}

static void parameters_are_bound(void **state)
{
    (void)state;
    char dir[64];
    rs_store *store = open_store(fresh_folder(dir), RS_STORE_READ);
    const rs_id id = {UINT64_C(0xfedcba9876543210), UINT64_C(0x0123456789abcdef)};
    const rs_arg args[] = {{.type = RS_ARG_ID, .id = id},
                           {.type = RS_ARG_STR, .str = RS_STR("it's")},
                           {.type = RS_ARG_I64, .i64 = -5},
                           {.type = RS_ARG_DOUBLE, .real = 0.5},
                           {.type = RS_ARG_STR}};
    rs_result *r = NULL;
    OK(rs_store_query(
        store,
        RS_STR("SELECT $1::UUID, $2::VARCHAR, $3::BIGINT, $4::DOUBLE, $5::VARCHAR,"
               " $1::UUID::VARCHAR, $1 = 'fedcba98-7654-3210-0123-456789abcdef'::UUID"),
        args, 5, &r, err));
    OK(rs_result_next(r, err));
    assert_true(rs_id_eq(rs_result_id(r, 0), id));
    assert_true(rs_str_eq(rs_result_str(r, 1), RS_STR("it's")));
    assert_int_equal(rs_result_i64(r, 2), -5);
    assert_true(rs_result_double(r, 3) == 0.5);
    assert_true(rs_result_null(r, 4));
    assert_true(rs_str_eq(rs_result_str(r, 5), RS_STR("fedcba98-7654-3210-0123-456789abcdef")));
    assert_int_equal(rs_result_i64(r, 6), 1);
    rs_result_close(r);
    FAILS(RSIFT_E_ARG, "expected 1 parameters, found 0",
          rs_store_query(store, RS_STR("SELECT $1::INT"), NULL, 0, &r, err));
    rs_store_close(store);
    remove_folder(dir);
}

/* An open answer survives other statements, whatever they are. */
static void streams_survive_other_statements(void **state)
{
    (void)state;
    char dir[64];
    rs_store *store = open_store(fresh_folder(dir), RS_STORE_DECIDE);
    OK(rs_store_exec(store, RS_STR("CREATE TEMP TABLE t AS SELECT range AS v FROM range(50000)"),
                     err));
    rs_result *a = NULL, *b = NULL;
    OK(rs_store_query(store, RS_STR("SELECT v FROM t ORDER BY v"), NULL, 0, &a, err));
    for (int64_t i = 0; i < 3000; i++) {
        OK(rs_result_next(a, err));
        assert_int_equal(rs_result_i64(a, 0), i);
    }
    OK(rs_store_query(store, RS_STR("SELECT v * 2 FROM t ORDER BY v"), NULL, 0, &b, err));
    OK(rs_store_exec(store, RS_STR("DELETE FROM t; CREATE TABLE u AS SELECT 1 AS x"), err));
    OK(rs_store_exec(store, RS_STR(""), err)); /* nothing is nothing to do */
    for (int64_t i = 3000; i < 50000; i++) {
        OK(rs_result_next(a, err));
        assert_int_equal(rs_result_i64(a, 0), i);
    }
    assert_int_equal(rs_result_next(a, NULL), RSIFT_END);
    for (int64_t i = 0; i < 50000; i++) {
        OK(rs_result_next(b, err));
        assert_int_equal(rs_result_i64(b, 0), 2 * i);
    }
    assert_int_equal(rs_result_next(b, NULL), RSIFT_END);
    assert_int_equal(ask(store, "SELECT count(*) FROM t"), 0);
    rs_result_close(a);
    rs_result_close(b);
    rs_store_close(store);
    remove_folder(dir);
}

static void errors_are_one_line_with_a_status(void **state)
{
    (void)state;
    char dir[64];
    rs_store *store = open_store(fresh_folder(dir), RS_STORE_READ);
    rs_result *r = NULL;
    rsift_error e = {0};
    assert_int_equal(rs_store_query(store, RS_STR("SELECT nothing FROM sample"), NULL, 0, &r, &e),
                     RSIFT_E_ARG);
    assert_true(rs_str_find(rs_str_of(e.message), RS_STR("nothing")) != RS_NPOS);
    assert_true(rs_str_find_char(rs_str_of(e.message), '\n') == RS_NPOS);
    FAILS(RSIFT_E_ARG, "syntax error", rs_store_query(store, RS_STR("SELEC 1"), NULL, 0, &r, err));
    FAILS(RSIFT_E_ARG, "one statement",
          rs_store_query(store, RS_STR("SELECT 1; SELECT 2"), NULL, 0, &r, err));
    FAILS(RSIFT_E_ARG, "one statement",
          rs_store_query(store, RS_STR(" -- nothing"), NULL, 0, &r, err));
    FAILS(RSIFT_E_ARG, "NUL", rs_store_query(store, RS_STR("SELECT 1\0x"), NULL, 0, &r, err));
    FAILS(RSIFT_E_UNSUPPORTED, "switched off", rs_store_exec(store, RS_STR("INSTALL httpfs"), err));
    FAILS(RSIFT_E_UNSUPPORTED, "switched off",
          rs_store_exec(store, RS_STR("LOAD '/tmp/x.duckdb_extension'"), err));
    FAILS(RSIFT_E_ARG, "locked", rs_store_exec(store, RS_STR("SET threads = 7"), err));
    rs_rows *rows;
    FAILS(RSIFT_E_ARG, "not open for deciding", rs_store_append(store, RS_T_LEDGER, &rows, err));
    /* an error in the middle of a stream */
    OK(rs_store_query(
        store,
        RS_STR(
            "SELECT CASE WHEN range = 4000000 THEN error('late') ELSE 'x' END FROM range(5000000)"),
        NULL, 0, &r, err));
    rsift_status status;
    while ((status = rs_result_next(r, &e)) == RSIFT_OK) {
    }
    assert_int_equal(status, RSIFT_E_ARG);
    assert_true(rs_str_find(rs_str_of(e.message), RS_STR("late")) != RS_NPOS);
    rs_result_close(r);
    assert_int_equal(ask(store, "SELECT 1"), 1);
    rs_store_close(store);
    remove_folder(dir);
}

static void arrow_streams_outlive_the_store(void **state)
{
    (void)state;
    char dir[64];
    rs_store *store = open_store(fresh_folder(dir), RS_STORE_PARTS);
    OK(rs_part_commit(turn_part(store, "rel", "p", 5000), err));
    rs_store_close(store);
    store = open_store(dir, RS_STORE_READ);
    struct ArrowArrayStream stream;
    FAILS(RSIFT_E_ARG, "nothing",
          rs_store_arrow(store, RS_STR("SELECT nothing"), NULL, 0, &stream, err));
    assert_null(stream.release);
    OK(rs_store_arrow(store, RS_STR("SELECT i, text, sample_id FROM turn"), NULL, 0, &stream, err));
    rs_store_close(store);
    struct ArrowSchema schema;
    assert_int_equal(stream.get_schema(&stream, &schema), 0);
    assert_int_equal(schema.n_children, 3);
    assert_string_equal(schema.children[0]->name, "i");
    assert_string_equal(schema.children[0]->format, "i");
    schema.release(&schema);
    int64_t n = 0;
    for (;;) {
        struct ArrowArray array;
        assert_int_equal(stream.get_next(&stream, &array), 0);
        if (!array.release) break;
        n += array.length;
        array.release(&array);
    }
    assert_int_equal(n, 5000);
    stream.release(&stream);
    assert_null(stream.release);
    remove_folder(dir);
}

/* Questions from outside: one SELECT, and no file but the workspace's. */
static void questions_read_the_workspace_only(void **state)
{
    (void)state;
    char dir[64], sql[256], elsewhere[64];
    rs_store *store = open_store(fresh_folder(dir), RS_STORE_PARTS);
    OK(rs_part_commit(turn_part(store, "rel", "p", 10), err));
    rs_store_close(store);
    fresh_folder(elsewhere);
    snprintf(sql, sizeof sql, "%s/secret.csv", elsewhere);
    OK(rs_store_write_file(sql, RS_STR("a,b\n1,2\n"), err));
    static const char *const refused[] = {
        "COPY (SELECT 1) TO '%s/x.csv'",
        "COPY (SELECT 1 AS a) TO '%s/parts/rel/p/turn.parquet'",
        "EXPLAIN ANALYZE COPY (SELECT 1) TO '%s/x.csv'",
        "EXPORT DATABASE '%s/x'",
        "ATTACH '%s/x.db' AS x",
        "CREATE TABLE x AS SELECT 1",
        "CREATE TEMP TABLE x AS SELECT 1",
        "INSERT INTO ledger SELECT * FROM ledger",
        "SET enable_external_access = true",
        "SET VARIABLE rsift_parts = '/'",
        "PREPARE x AS SELECT 1",
        "CALL pragma_version()",
        "CHECKPOINT",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SELECT 1; SELECT 2",
        "SELECT * FROM read_text('%s/secret.csv')",
        "SELECT * FROM read_csv('%s/secret.csv')",
        "SELECT * FROM '%s/secret.csv'",
        "SELECT * FROM sniff_csv('%s/secret.csv')",
        "SELECT * FROM glob('%s/*')",
        "SELECT * FROM query($$COPY (SELECT 1) TO '%s/x.csv'$$)",
        "SELECT * FROM read_text('%s/parts/../../../../etc/passwd')",
        "SELECT * FROM read_text('/etc/passwd')",
    };
    store = open_store(dir, RS_STORE_ASK);
    struct ArrowArrayStream stream;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        rs_result *r = NULL;
        rsift_error e = {0};
        snprintf(sql, sizeof sql, refused[i], strstr(refused[i], "/parts/") ? dir : elsewhere);
        rsift_status status = rs_store_query(store, rs_str_of(sql), NULL, 0, &r, &e);
        if (status == RSIFT_OK) status = rs_result_next(r, &e);
        rs_result_close(r);
        if (status == RSIFT_OK || status == RSIFT_END || !e.message[0])
            fail_msg("answered: %s", sql);
        if (rs_store_arrow(store, rs_str_of(sql), NULL, 0, &stream, &e) == RSIFT_OK) {
            struct ArrowArray array = {0};
            if (stream.get_next(&stream, &array) == 0) fail_msg("streamed: %s", sql);
            stream.release(&stream);
        }
    }
    assert_int_equal(ask(store, "SELECT count(*) FROM turn"), 10);
    assert_int_equal(ask(store, "FROM turn SELECT count(*)"), 10);
    snprintf(sql, sizeof sql, "SELECT count(*) FROM read_parquet('%s/parts/rel/p/turn.parquet')",
             dir);
    assert_int_equal(ask(store, sql), 10);
    rs_store_close(store);
    remove_folder(dir);
    remove_folder(elsewhere);
}

static void *cancel_soon(void *arg)
{
    usleep(200000);
    rs_cancel_request(arg);
    return NULL;
}

/* A statement that would run for hours ends when its work is cancelled, wherever it is; after a
 * reset the same store answers again. */
static void a_cancel_stops_sql(void **state)
{
    (void)state;
    static const char *const slow[] = {
        "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range * b.range % 7 = 9",
        "SELECT * FROM range(1000000) a, range(1000000) b WHERE a.range * b.range % 7 = 9",
        "SELECT max(md5(range::VARCHAR)) FROM range(20000000000)"};
    char dir[64];
    rs_cancel cancel = {.interrupts = rs_interrupts_new()};
    assert_non_null(cancel.interrupts);
    rs_store_close(open_store(fresh_folder(dir), RS_STORE_PARTS));
    const rs_store_options options = {.memory_limit_mb = 256, .threads = 2, .cancel = &cancel};
    rs_store *store = NULL;
    OK(rs_store_open(rs_str_of(dir), RS_STORE_ASK, false, &options, &store, err));
    for (size_t i = 0; i < sizeof slow / sizeof *slow; i++) {
        for (int arrow = 0; arrow < 2; arrow++) {
            pthread_t thread;
            rsift_error e = {0};
            struct ArrowArrayStream stream = {0};
            rs_result *r = NULL;
            assert_int_equal(pthread_create(&thread, NULL, cancel_soon, &cancel), 0);
            rsift_status status =
                arrow ? rs_store_arrow(store, rs_str_of(slow[i]), NULL, 0, &stream, &e)
                      : rs_store_query(store, rs_str_of(slow[i]), NULL, 0, &r, &e);
            if (status == RSIFT_OK && !arrow) status = rs_result_next(r, &e);
            if (status == RSIFT_OK && arrow) {
                struct ArrowArray array = {0};
                if (stream.get_next(&stream, &array) == ECANCELED) status = RSIFT_E_CANCELLED;
            }
            if (stream.release) stream.release(&stream);
            rs_result_close(r);
            pthread_join(thread, NULL);
            assert_int_equal(status, RSIFT_E_CANCELLED);
            FAILS(RSIFT_E_CANCELLED, "cancelled",
                  rs_store_query(store, RS_STR("SELECT 1"), NULL, 0, &r, err));
            rs_cancel_reset(&cancel);
            assert_int_equal(ask(store, "SELECT 7"), 7);
        }
    }
    rs_store_close(store);
    rs_interrupts_drop(cancel.interrupts);
    remove_folder(dir);
}

static void every_allocation_fails_once(void **state)
{
    (void)state;
    char dir[64];
    rs_store *store = open_store(fresh_folder(dir), RS_STORE_READ);
    bool done = false;
    for (int64_t n = 1; !done && n < 300; n++) {
        rs_alloc_fail_at(n);
        rs_result *a = NULL, *b = NULL;
        rsift_status status = rs_store_query(
            store, RS_STR("SELECT [range::VARCHAR], {'a': 1} FROM range(5000)"), NULL, 0, &a, NULL);
        const rs_str *texts;
        if (status == RSIFT_OK) status = rs_result_next(a, NULL);
        if (status == RSIFT_OK && rs_result_strs(a, 0, &texts) != 1) status = RSIFT_E_NOMEM;
        if (status == RSIFT_OK)
            status = rs_store_query(store, RS_STR("SELECT 1"), NULL, 0, &b, NULL);
        rs_alloc_fail_at(0);
        rs_result_close(a);
        rs_result_close(b);
        done = status == RSIFT_OK;
        if (!done) assert_int_equal(status, RSIFT_E_NOMEM);
    }
    assert_true(done);
    rs_store_close(store);
    done = false;
    for (int64_t n = 1; !done && n < 300; n++) {
        rs_alloc_fail_at(n);
        rsift_status status =
            rs_store_open(rs_str_of(dir), RS_STORE_DECIDE, false, NULL, &store, NULL);
        rs_alloc_fail_at(0);
        done = status == RSIFT_OK;
        if (!done) assert_int_equal(status, RSIFT_E_NOMEM);
    }
    assert_true(done);
    rs_store_close(store);
    remove_folder(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_has_json),
        cmocka_unit_test(types_have_their_words),
        cmocka_unit_test(numbers_convert_and_saturate),
        cmocka_unit_test(parameters_are_bound),
        cmocka_unit_test(streams_survive_other_statements),
        cmocka_unit_test(errors_are_one_line_with_a_status),
        cmocka_unit_test(arrow_streams_outlive_the_store),
        cmocka_unit_test(questions_read_the_workspace_only),
        cmocka_unit_test(a_cancel_stops_sql),
        cmocka_unit_test(every_allocation_fails_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
