/* Edits a workspace as somebody does who knows how it is proved: rows of a part or of rsift.duckdb
 * are changed by SQL and the hashes made anew. What is then read must be caught where it is used.
 *
 *   edit_part WS RELEASE/PART TABLE "SELECT ... FROM t"
 *   edit_part WS decisions "SQL" */
#include "store/seal.h"

#include <duckdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fail(const char *what, const char *why)
{
    fprintf(stderr, "edit_part: %s: %s\n", what, why);
    exit(2);
}

static void run(duckdb_connection con, const char *sql)
{
    duckdb_result result;
    if (duckdb_query(con, sql, &result) != DuckDBSuccess) fail(sql, duckdb_result_error(&result));
    duckdb_destroy_result(&result);
}

static void edit(const char *file, const char *sql)
{
    duckdb_database db;
    duckdb_connection con;
    if (duckdb_open(file, &db) != DuckDBSuccess || duckdb_connect(db, &con) != DuckDBSuccess)
        fail(file ? file : "memory", "cannot be opened");
    run(con, sql);
    duckdb_disconnect(&con);
    duckdb_close(&db);
}

static void edit_decisions(const char *ws, const char *sql)
{
    rs_path file, hashes;
    rs_seal_line line;
    rs_buf text = {0};
    rsift_error err = {0};
    if (rs_path_set(&file, &err, "%s/rsift.duckdb", ws) != RSIFT_OK ||
        rs_path_set(&hashes, &err, "%s.hashes", file.text) != RSIFT_OK)
        fail(ws, err.message);
    edit(file.text, sql);
    if (rs_seal_hash(file.text, NULL, &line, &err) != RSIFT_OK) fail(file.text, err.message);
    line.name = RS_STR("rsift.duckdb");
    rs_buf_cstr(&text, "rsift.decisions/1\n");
    rs_seal_put(&text, &line);
    rs_seal_end(&text);
    if (rs_store_write_file(hashes.text, rs_buf_view(&text), &err) != RSIFT_OK)
        fail(hashes.text, err.message);
    rs_buf_fini(&text);
}

static void edit_table(const char *ws, const char *part, const char *table, const char *sql)
{
    rs_path folder, file, made;
    rs_buf copy = {0};
    rsift_error err = {0};
    if (rs_path_set(&folder, &err, "%s/parts/%s", ws, part) != RSIFT_OK ||
        rs_path_set(&file, &err, "%s/%s.parquet", folder.text, table) != RSIFT_OK ||
        rs_path_set(&made, &err, "%s/%s.made", ws, table) != RSIFT_OK)
        fail(ws, err.message);
    rs_buf_printf(&copy, "COPY (WITH t AS (FROM read_parquet('%s')) %s) TO '%s' (FORMAT parquet)",
                  file.text, sql, made.text);
    rs_buf_char(&copy, '\0');
    edit(NULL, copy.ptr);
    rs_buf_fini(&copy);
    if (rename(made.text, file.text) != 0) fail(file.text, "cannot be replaced");
    if (rs_seal_write(folder.text, rs_str_of(part), folder.text, &err) != RSIFT_OK)
        fail(folder.text, err.message);
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[2], "decisions") == 0) edit_decisions(argv[1], argv[3]);
    else if (argc == 5) edit_table(argv[1], argv[2], argv[3], argv[4]);
    else fail("usage", "WS RELEASE/PART TABLE SQL, or WS decisions SQL");
    return 0;
}
