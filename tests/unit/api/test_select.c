/* Questions from outside only ask. Each statement of the table goes through both public calls;
 * afterwards the disk is looked at: nothing was written into the workspace or beside it, and no
 * answer holds what stands in files there. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "codec/json_writer.h"
#include "rsift/rsift.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* A word that stands in each file outside, and in one inside that is no view. */
#define SECRET "k7-secret-k7"

static const char *const refused[] = {
    /* writing */
    "COPY (SELECT 1) TO 'out.csv'",
    "COPY sample TO 'out.parquet' (FORMAT parquet)",
    "COPY (SELECT 1 a) TO '@/parts/mine@own/x.parquet'",
    "COPY sample FROM 's.csv'",
    "/* a SELECT */ COPY (SELECT 1) TO 'out.csv'",
    "-- a SELECT\nCOPY (SELECT 1) TO 'out.csv'",
    ";;COPY (SELECT 1) TO 'out.csv'",
    "SELECT 1; COPY (SELECT 1) TO 'out.csv'",
    "SELECT 1; SELECT 2",
    "\xef\xbc\xa3OPY (SELECT 1) TO 'out.csv'",
    "\xc2\xa0"
    "COPY (SELECT 1) TO 'out.csv'",
    "EXPLAIN COPY (SELECT 1) TO 'out.csv'",
    "EXPLAIN ANALYZE COPY (SELECT 1) TO 'out.csv'",
    "EXPLAIN ANALYZE COPY (SELECT 1) TO '@/out.csv'",
    "explain\tanalyze\ncopy (SELECT 1) TO '@/out.csv'",
    "EXPLAIN (ANALYZE) COPY (SELECT 1) TO '@/out.csv'",
    "EXPLAIN (FORMAT json, ANALYZE) COPY (SELECT 1) TO '@/out.csv'",
    "EXPLAIN /**/ ANALYZE COPY (SELECT 1) TO '@/out.csv'",
    "EXPLAIN ANALYZE /**/ COPY (SELECT 1) TO '@/out.csv'",
    "EXPLAIN\xc2\xa0"
    "ANALYZE COPY (SELECT 1) TO '@/out.csv'",
    "EXPLAIN SELECT 1; COPY (SELECT 1) TO '@/out.csv'",
    "EXPLAIN ANALYZE CREATE TABLE t AS SELECT 1",
    "EXPLAIN ANALYZE INSERT INTO sample SELECT * FROM sample",
    "ATTACH 'out.db' AS x",
    "ATTACH '@/out.db' AS x",
    "ATTACH ':memory:' AS x",
    "DETACH decisions",
    "USE memory",
    "EXPORT DATABASE 'out'",
    "EXPORT DATABASE '@/out'",
    "IMPORT DATABASE 'out'",
    "CREATE TABLE t (a INT)",
    "CREATE TEMP TABLE t AS SELECT 1",
    "CREATE VIEW v AS SELECT 1",
    "CREATE OR REPLACE VIEW sample AS SELECT 1",
    "CREATE TEMP VIEW sample AS SELECT 1",
    "CREATE MACRO m() AS 1",
    "CREATE OR REPLACE TEMP MACRO m() AS TABLE SELECT * FROM 's.csv'",
    "CREATE SCHEMA s",
    "CREATE SEQUENCE s",
    "CREATE TYPE t AS ENUM ('a')",
    "CREATE SECRET s (TYPE s3, KEY_ID 'a', SECRET 'b')",
    "CREATE INDEX i ON sample (task)",
    "DROP VIEW sample",
    "ALTER VIEW sample RENAME TO s2",
    "COMMENT ON VIEW sample IS 'x'",
    "INSERT INTO sample SELECT * FROM sample",
    "UPDATE sample SET task = 'x'",
    "DELETE FROM sample",
    "TRUNCATE sample",
    "MERGE INTO sample USING sample s ON true WHEN MATCHED THEN DELETE",
    "WITH a AS (INSERT INTO sample SELECT * FROM sample) SELECT 1",
    "WITH a AS (COPY (SELECT 1) TO 'out.csv') SELECT 1",
    "VACUUM",
    "ANALYZE",
    "CHECKPOINT",
    "FORCE CHECKPOINT",
    "BEGIN TRANSACTION",
    "COMMIT",
    "PREPARE p AS SELECT 1",
    "PREPARE p AS COPY (SELECT 1) TO 'out.csv'",
    "EXECUTE p",
    "DEALLOCATE p",
    /* code, settings */
    "INSTALL httpfs",
    "FORCE INSTALL httpfs FROM 'http://localhost/'",
    "LOAD httpfs",
    "LOAD './x.duckdb_extension'",
    "UPDATE EXTENSIONS",
    "SET memory_limit = '100GB'",
    "SET enable_external_access = true",
    "SET VARIABLE rsift_parts = '.'",
    "SET search_path = 'temp'",
    "RESET ALL",
    "PRAGMA database_list",
    "PRAGMA show_tables",
    "PRAGMA enable_profiling = 'json'",
    "PRAGMA profile_output = 'out.json'",
    "CALL enable_logging('QueryLog')",
    "CALL pragma_version()",
    "SELECT * FROM enable_logging('QueryLog')",
    "SELECT * FROM enable_profiling()",
    "SELECT * FROM checkpoint()",
    "SELECT * FROM force_checkpoint()",
    "SELECT write_log('x')",
    "SELECT nextval('s')",
    "SELECT getenv('HOME')",
    "SELECT current_setting('home_directory')",
    "SELECT list_transform(['secret_directory'], x -> current_setting(x))",
    /* reading what is no table */
    "SELECT * FROM 's.csv'",
    "SELECT * FROM \"s.csv\"",
    "SELECT * FROM './s.csv'",
    "SELECT * FROM s.csv",
    "FROM 's.csv'",
    "TABLE \"s.csv\"",
    "SELECT * FROM '../outside/s.csv'",
    "SELECT * FROM '@/../outside/s.csv'",
    "SELECT * FROM '@/link.csv'",
    "SELECT * FROM '@/own.csv'",
    "SELECT * FROM 's.json'",
    "SELECT * FROM 'file:s.csv'",
    "SELECT * FROM 'http://localhost:1/s.csv'",
    "SELECT * FROM 's3://bucket/s.parquet'",
    "SELECT * FROM '@/parts/*/*/sample.parquet'",
    "DESCRIBE 's.csv'",
    "SUMMARIZE 's.csv'",
    "SHOW 's.csv'",
    "SUMMARIZE SELECT * FROM 's.csv'",
    "EXPLAIN SELECT * FROM 's.csv'",
    "EXPLAIN ANALYZE SELECT * FROM '@/own.csv'",
    "SELECT (SELECT a FROM 's.csv')",
    "SELECT 1 WHERE EXISTS (FROM 's.csv')",
    "WITH a AS (FROM 's.csv') SELECT 1 FROM sample",
    "SELECT 1 UNION ALL SELECT a FROM 's.csv'",
    "SELECT * FROM sample, LATERAL (SELECT * FROM 's.csv')",
    "SELECT * FROM (PIVOT 's.csv' ON a IN ('x') USING count(*))",
    "SELECT * FROM read_text('s.csv')",
    "SELECT * FROM READ_TEXT('s.csv')",
    "SELECT * FROM \"read_text\"('s.csv')",
    "SELECT * FROM main.read_text('s.csv')",
    "SELECT * FROM system.main.read_text('s.csv')",
    "SELECT * FROM read_text/**/('s.csv')",
    "SELECT * FROM read_blob('s.csv')",
    "SELECT * FROM read_csv('s.csv')",
    "SELECT * FROM read_csv_auto('@/own.csv')",
    "SELECT * FROM read_json('s.json')",
    "SELECT * FROM read_json_objects('s.json')",
    "SELECT * FROM read_ndjson('s.json')",
    "SELECT * FROM read_parquet('@/parts/*/*/sample.parquet')",
    "SELECT * FROM parquet_scan('@/parts/*/*/sample.parquet')",
    "SELECT * FROM parquet_metadata('@/parts/*/*/sample.parquet')",
    "SELECT * FROM parquet_schema('s.parquet')",
    "SELECT * FROM parquet_file_metadata('s.parquet')",
    "SELECT * FROM parquet_kv_metadata('s.parquet')",
    "SELECT * FROM parquet_bloom_probe('s.parquet', 'a', 1)",
    "SELECT * FROM glob('*')",
    "SELECT * FROM sniff_csv('s.csv')",
    "SELECT * FROM query('FROM ''s.csv''')",
    "SELECT * FROM query_table('s.csv')",
    "SELECT * FROM query_table(['sample'])",
    "SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))",
    "PRAGMA json_execute_serialized_sql('{}')",
    "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM which_secret('s3://a', 's3')",
    "SELECT * FROM duckdb_settings()",
    "SELECT * FROM duckdb_logs()",
    "SELECT * FROM duckdb_temporary_files()",
    "SELECT * FROM duckdb_extensions()",
    "SELECT * FROM pragma_database_size()",
    "SELECT * FROM pragma_storage_info('sample')",
    "SELECT * FROM sql_auto_complete('SEL')",
    "SELECT * FROM seq_scan('sample')",
    "SELECT * FROM arrow_scan(1, 2, 3)",
    "SELECT * FROM rsift_rows(1)",
    "SELECT * FROM sample WHERE rowid IN (SELECT 1 FROM glob('*'))",
    "SELECT * FROM sqlite_scan('s.db', 't')",
    "SELECT * FROM st_read('s.shp')",
    "not SQL at all",
    "",
};

static const char *const allowed[] = {
    "SELECT count(*) FROM sample",
    "select task, count(*) n from sample group by all having n > 0 order by n desc limit 3;",
    "-- with a comment\nSELECT /* here */ 1 FROM sample -- and there",
    "FROM sample SELECT task LIMIT 1",
    "TABLE release",
    "VALUES (1, 'a'), (2, 'b')",
    "SELECT * FROM sample s JOIN turn t USING (sample_id) LEFT JOIN finding f USING (sample_id)",
    "SELECT * FROM main.sample",
    "SELECT * FROM memory.main.sample",
    "SELECT * FROM (SELECT task FROM sample) UNION SELECT kind FROM region EXCEPT SELECT 'x'",
    "WITH a AS (SELECT dataset, count(*) n FROM sample GROUP BY 1), b AS (SELECT max(n) m FROM a) "
    "SELECT * FROM a, b",
    "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT * FROM r",
    "SELECT row_number() OVER (PARTITION BY task ORDER BY sample_id) FROM sample",
    "SELECT task, rank() OVER w FROM sample WINDOW w AS (ORDER BY n_turns) QUALIFY rank() OVER w < "
    "3",
    "SELECT unnest(labels), unnest([1, 2, 3]) FROM sample",
    "SELECT list_transform([1, 2], x -> x + 1), list_sum([1, 2]), [x * 2 FOR x IN [1, 2] IF x > 1]",
    "SELECT * FROM unnest([1, 2]) t(i), range(3) r(j), generate_series(1, 2) g(k)",
    "SELECT {'a': 1}.a, map {'k': 1}['k'], json_extract('{\"a\": 1}', '$.a'), 'a.csv' AS \"b.csv\"",
    "SELECT * FROM json_each('[1, 2]')",
    "SELECT regexp_extract(text, 'a(.)', 1), text LIKE '%.csv', text = 'COPY x TO ''y''' FROM turn",
    "SELECT columns('.*_id') FROM sample",
    "SELECT * EXCLUDE (locator) REPLACE (upper(task) AS task) FROM sample",
    "SELECT approx_quantile(n_turns, 0.5), histogram(n_turns), arg_max(task, n_turns) FROM sample",
    "SELECT * FROM sample TABLESAMPLE 10 ROWS",
    "SELECT sample_id FROM sample WHERE n_turns > (SELECT avg(n_turns) FROM sample)",
    "SELECT * FROM (PIVOT sample ON task IN ('vqa', 'caption') USING count(*) GROUP BY dataset)",
    "UNPIVOT (SELECT 1 a, 2 b) ON a, b",
    "SELECT CASE WHEN true THEN CAST('2020-01-01' AS DATE) ELSE NULL END, current_date IS NULL",
    "DESCRIBE sample",
    "DESCRIBE SELECT task FROM sample",
    "SUMMARIZE sample",
    "SHOW TABLES",
    "SHOW ALL TABLES",
    "EXPLAIN SELECT count(*) FROM sample",
    "  explain\n select 1",
    "EXPLAIN ANALYZE SELECT count(*) FROM sample",
    "SELECT * FROM ledger, mixture",
    "SELECT table_name FROM information_schema.tables",
};

static char folder[] = "/tmp/rsift-select-XXXXXX";
static rs_arena arena;
static rsift_context *context;
static rsift_workspace *workspace;

static const char *path_of(const char *name)
{
    return rs_arena_printf(&arena, "%s/%s", folder, name).ptr;
}

static void write_file(const char *name, const char *text)
{
    FILE *f = fopen(path_of(name), "wb");
    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
}

/* A sum over names, sizes, times and bytes of all files below; DIR/tmp and DIR/locks belong to
 * whoever is open, proven.txt is what a reader remembers. */
static uint64_t state_of(const char *path)
{
    struct stat st;
    uint64_t sum = 0;
    if (lstat(path, &st) != 0) return 0;
    rs_hasher h;
    rs_hash_start(&h);
    rs_hash_field(&h, rs_str_of(path));
    if (S_ISDIR(st.st_mode)) {
        DIR *dir = opendir(path);
        assert_non_null(dir);
        for (struct dirent *entry; (entry = readdir(dir));) {
            if (entry->d_name[0] == '.' || !strcmp(entry->d_name, "tmp") ||
                !strcmp(entry->d_name, "locks") || !strcmp(entry->d_name, "proven.txt"))
                continue;
            sum += state_of(rs_arena_printf(&arena, "%s/%s", path, entry->d_name).ptr);
        }
        closedir(dir);
    } else {
        rs_hash_u64(&h, (uint64_t)st.st_size);
        rs_hash_u64(&h, (uint64_t)st.st_mtim.tv_sec);
        rs_hash_u64(&h, (uint64_t)st.st_mtim.tv_nsec);
        char bytes[4096];
        FILE *f = fopen(path, "rb");
        for (size_t n; f && (n = fread(bytes, 1, sizeof bytes, f)) > 0;)
            rs_hash_field(&h, rs_str_make(bytes, n));
        if (f) fclose(f);
    }
    return sum + rs_hash_end(&h).lo;
}

/* {"sql": ...}, with the workspace's folder for each '@'. */
static const char *options_of(const char *sql, rs_str *text)
{
    rs_buf filled = {0}, options = {0};
    for (; *sql; sql++)
        if (*sql == '@' && sql[1] == '/') rs_buf_cstr(&filled, path_of("work"));
        else rs_buf_char(&filled, *sql);
    rs_buf_char(&filled, 0);
    *text = rs_arena_str(&arena, rs_str_of(filled.ptr));
    rs_buf_cstr(&options, "{\"sql\": ");
    rs_json_put_str(&options, *text);
    rs_buf_cstr(&options, "}");
    const char *out = rs_arena_cstr(&arena, rs_buf_view(&options));
    rs_buf_fini(&filled);
    rs_buf_fini(&options);
    return out;
}

/* Asks through both calls; they must agree. */
static rsift_status ask(const char *sql, rsift_error *err)
{
    rs_str text;
    rsift_answer answer;
    struct ArrowArrayStream stream;
    const char *options = options_of(sql, &text);
    const rsift_status run = rsift_run(workspace, "query", options, &answer, err);
    if (run == RSIFT_OK && strstr(answer.json, SECRET)) fail_msg("%s: reads a file", sql);
    rsift_answer_free(&answer);
    rsift_error other = {0};
    const rsift_status arrow =
        rsift_workspace_query(workspace, rs_arena_cstr(&arena, text), NULL, &stream, &other);
    if ((run == RSIFT_OK) != (arrow == RSIFT_OK))
        fail_msg("%s: %d by rsift_run, %d by Arrow", sql, run, arrow);
    if (arrow == RSIFT_OK) stream.release(&stream);
    return run;
}

static void what_is_no_question_is_refused(void **state)
{
    (void)state;
    const uint64_t before = state_of(folder);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        rsift_error err = {0};
        if (ask(refused[i], &err) == RSIFT_OK) fail_msg("not refused: %s", refused[i]);
        if (!err.message[0]) fail_msg("without a word: %s", refused[i]);
        if (state_of(folder) != before) fail_msg("wrote something: %s", refused[i]);
    }
    assert_int_equal(chdir("/"), 0);
    assert_true(state_of(folder) == before);
    assert_int_equal(chdir(path_of("outside")), 0);
}

static void questions_are_answered(void **state)
{
    (void)state;
    const uint64_t before = state_of(folder);
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++) {
        rsift_error err = {0};
        if (ask(allowed[i], &err) != RSIFT_OK)
            fail_msg("%s: %s: %s", allowed[i], err.where, err.message);
    }
    assert_true(state_of(folder) == before);
}

/* No call loosens what the maker of the context did not. */
static void only_the_context_is_unsafe(void **state)
{
    (void)state;
    rsift_answer answer;
    rsift_error err = {0};
    assert_int_equal(
        rsift_run(workspace, "query", "{\"sql\": \"SELECT 1\", \"unsafe\": true}", &answer, &err),
        RSIFT_E_ARG);
    assert_non_null(strstr(err.message, "unknown option"));
    rsift_context_options options = RSIFT_OPTIONS(rsift_context_options);
    options.unsafe_sql = 1;
    rsift_context *loose = NULL;
    rsift_workspace *w = NULL;
    assert_int_equal(rsift_context_new(&options, &loose, &err), RSIFT_OK);
    assert_int_equal(rsift_workspace_open(loose, path_of("work"), RSIFT_READ, &w, &err), RSIFT_OK);
    assert_int_equal(rsift_run(w, "query", "{\"sql\": \"FROM 's.csv'\"}", &answer, &err), RSIFT_OK);
    assert_non_null(strstr(answer.json, SECRET));
    rsift_answer_free(&answer);
    assert_int_equal(
        rsift_run(w, "query", "{\"sql\": \"COPY (SELECT 1 a) TO 'made.csv'\"}", &answer, &err),
        RSIFT_OK);
    rsift_answer_free(&answer);
    assert_int_equal(access(path_of("outside/made.csv"), F_OK), 0);
    assert_int_not_equal(rsift_run(w, "query", "{\"sql\": \"INSTALL httpfs\"}", &answer, &err),
                         RSIFT_OK);
    /* the other context is as it was */
    assert_int_not_equal(
        rsift_run(workspace, "query", "{\"sql\": \"FROM 's.csv'\"}", &answer, &err), RSIFT_OK);
    rsift_workspace_close(w);
    rsift_context_free(loose);
}

static void an_answer_is_bounded(void **state)
{
    (void)state;
    rsift_context_options options = RSIFT_OPTIONS(rsift_context_options);
    options.memory_mb = 64;
    rsift_context *small = NULL;
    rsift_workspace *w = NULL;
    rsift_answer answer;
    rsift_error err = {0};
    assert_int_equal(rsift_context_new(&options, &small, &err), RSIFT_OK);
    assert_int_equal(rsift_workspace_open(small, path_of("work"), RSIFT_READ, &w, &err), RSIFT_OK);
    assert_int_equal(rsift_run(w, "query", "{\"sql\": \"FROM range(100000000)\"}", &answer, &err),
                     RSIFT_E_LIMIT);
    assert_non_null(strstr(err.message, "LIMIT"));
    rsift_workspace_close(w);
    rsift_context_free(small);
}

static int set_up(void **state)
{
    (void)state;
    rsift_answer answer;
    if (!mkdtemp(folder) || mkdir(path_of("outside"), 0777) != 0 || chdir(path_of("outside")) != 0)
        return -1;
    write_file("outside/s.csv", "a,b\n" SECRET ",2\n");
    write_file("outside/s.json", "[{\"a\": \"" SECRET "\"}]");
    write_file("data.json", "[{\"image\": \"a.png\", \"conversations\": [{\"from\": \"human\", "
                            "\"value\": \"<image>\\nwhat?\"}, "
                            "{\"from\": \"gpt\", \"value\": \"a house\"}]}]");
    if (rsift_context_new(NULL, &context, NULL) != RSIFT_OK ||
        rsift_workspace_open(context, path_of("work"), RSIFT_CREATE, &workspace, NULL) != RSIFT_OK)
        return -1;
    const char *options =
        rs_arena_printf(&arena, "{\"path\": \"%s\", \"reader\": \"llava\", \"name\": \"mine\"}",
                        path_of("data.json"))
            .ptr;
    if (rsift_run(workspace, "index", options, &answer, NULL) != RSIFT_OK) return -1;
    rsift_answer_free(&answer);
    /* Nobody asked for these, and one of them leads out. */
    write_file("work/own.csv", "a,b\n" SECRET ",2\n");
    return symlink(path_of("outside/s.csv"), path_of("work/link.csv"));
}

static int tear_down(void **state)
{
    (void)state;
    rsift_workspace_close(workspace);
    rsift_context_free(context);
    const char *command = rs_arena_printf(&arena, "rm -rf '%s'", folder).ptr;
    const int code = chdir("/") == 0 ? system(command) : 0; /* NOLINT: a name of mkdtemp */
    rs_arena_fini(&arena);
    return code;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_question_is_refused),
        cmocka_unit_test(questions_are_answered),
        cmocka_unit_test(only_the_context_is_unsafe),
        cmocka_unit_test(an_answer_is_bounded),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
