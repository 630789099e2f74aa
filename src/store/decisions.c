/* rsift.duckdb: proving, attaching and publishing it.
 *
 * rsift.duckdb.hashes holds its size and hash (seal.h). While a new file takes the old one's
 * position both are listed, so that a kill in between leaves a file that proves. A file that does
 * not prove, cannot be opened or holds what rsift does not write is not attached: its tables then
 * answer with why and what to do, and whatever rests on parts alone goes on. */
#include "store/internal.h"

#include "store/seal.h"

#include <errno.h>
#include <unistd.h>

#define HASHES_HEAD "rsift.decisions/1\n"
#define FILE_NAME "rsift.duckdb"
enum { MOST_HASHES = 4096 }; /* bytes of rsift.duckdb.hashes */

/* ---- proof ----------------------------------------------------------------------------------- */

/* What is wrong with rsift.duckdb, and how to go on without it. */
static rsift_status refuse(const char *why, rsift_error *err)
{
    return rs_err_set(err, RSIFT_E_FORMAT,
                      FILE_NAME "%.120s; `mv " FILE_NAME " aside.duckdb` in the workspace goes on "
                                "without its mixtures and overlaps",
                      why);
}

/* Does a line of the hashes, which have proved themselves, name this file? */
static bool is_listed(rs_str text, const rs_seal_line *now)
{
    rs_str line;
    if (!rs_str_starts(text, RS_STR(HASHES_HEAD))) return false;
    while (rs_str_line(&text, &line)) {
        rs_seal_line one;
        if (rs_seal_read(line, &one) && rs_str_eq(one.name, now->name) &&
            one.n_bytes == now->n_bytes && rs_id_eq(one.hash, now->hash))
            return true;
    }
    return false;
}

/* Hashes the file, then reads what is listed: a file that replaces it meanwhile is listed first. */
static rsift_status prove_file(const char *file, const char *hashes, const rs_cancel *cancel,
                               rsift_error *err)
{
    rs_seal_line now;
    rs_buf text = {0};
    rsift_status status = rs_seal_hash(file, cancel, &now, err);
    now.name = RS_STR(FILE_NAME);
    if (status == RSIFT_OK) status = rs_seal_slurp(hashes, MOST_HASHES, &text, err);
    rs_str lines = rs_buf_view(&text);
    if (status == RSIFT_OK && !rs_seal_open(&lines))
        status = refuse(".hashes is not as it was written", err);
    else if (status == RSIFT_OK && !is_listed(lines, &now))
        status = refuse(" is not as it was written", err);
    rs_buf_fini(&text);
    return status;
}

rsift_status rs_decisions_prove(const char *dir, const rs_cancel *cancel, rsift_error *err)
{
    rs_path file, hashes, log;
    RS_TRY(rs_path_set(&file, err, "%s/" FILE_NAME, dir));
    RS_TRY(rs_path_set(&hashes, err, "%s/" FILE_NAME ".hashes", dir));
    RS_TRY(rs_path_set(&log, err, "%s/" FILE_NAME ".wal", dir));
    if (!rs_store_exists(file.text)) return RSIFT_OK;
    if (rs_store_exists(log.text)) return refuse(" was written by another program (its .wal)", err);
    if (!rs_store_exists(hashes.text)) return refuse(" has no hash: an older rsift wrote it", err);
    for (int tries = 0;; tries++) {
        const rs_file_mark before = rs_store_file_mark(file.text);
        const rsift_status status = prove_file(file.text, hashes.text, cancel, err);
        const rs_file_mark after = rs_store_file_mark(file.text);
        /* another file by now: its hash is listed */
        if (status != RSIFT_E_FORMAT || rs_file_mark_eq(&before, &after) || tries == 9)
            return status;
    }
}

rsift_status rs_store_check_decisions(rs_str dir, rs_cancel *cancel, rsift_error *err)
{
    rs_path path;
    RS_TRY(rs_path_set(&path, err, "%.*s", RS_STR_ARG(dir)));
    return rs_decisions_prove(path.text, cancel, err);
}

/* Lists the file that is to take the position, and the one that holds it. */
static rsift_status write_hashes(const rs_store *store, const rs_seal_line *made,
                                 const rs_seal_line *old, rsift_error *err)
{
    rs_path path;
    rs_buf text = {0};
    rs_buf_cstr(&text, HASHES_HEAD);
    rs_seal_put(&text, made);
    if (old) rs_seal_put(&text, old);
    rs_seal_end(&text);
    rsift_status status = text.failed ? rs_err_nomem(err, "a hash") : RSIFT_OK;
    if (status == RSIFT_OK)
        status = rs_path_set(&path, err, "%s/" FILE_NAME ".hashes", store->dir.text);
    if (status == RSIFT_OK) status = rs_store_write_file(path.text, rs_buf_view(&text), err);
    rs_buf_fini(&text);
    return status == RSIFT_OK ? rs_store_sync(store->dir.text, err) : status;
}

rsift_status rs_decisions_replace(const rs_store *store, const char *made, rsift_error *err)
{
    rs_path final;
    RS_TRY(rs_path_set(&final, err, "%s/" FILE_NAME, store->dir.text));
    rs_seal_line now, old;
    const bool replaces = rs_store_exists(final.text);
    RS_TRY(rs_seal_hash(made, NULL, &now, err));
    if (replaces) RS_TRY(rs_seal_hash(final.text, NULL, &old, err));
    now.name = old.name = RS_STR(FILE_NAME);
    RS_TRY(write_hashes(store, &now, replaces ? &old : NULL, err));
    if (rename(made, final.text) != 0)
        return rs_err_errno(err, errno, "cannot make %s", final.text);
    RS_TRY(rs_store_sync(store->dir.text, err));
    return replaces ? write_hashes(store, &now, NULL, err) : RSIFT_OK;
}

/* ---- what rsift writes ----------------------------------------------------------------------- */

/* Nothing may run or hide the parts' views: no views, macros, types of others, and no table by the
 * name of a part's. Tables of one's own under other names are fine.
 * `searched`: bare names are looked up in it, so that a macro could stand for a function. Only then
 * functions are listed, which takes 15 ms: DuckDB lists its own 3,000, too. */
static rsift_status check_content(duckdb_connection con, bool searched, rsift_error *err)
{
    rs_buf sql = {0};
    rs_buf_cstr(&sql, "SELECT count(*) FROM ("
                      "SELECT 1 FROM duckdb_views() WHERE database_name = 'decisions' AND NOT "
                      "internal UNION ALL "
                      "SELECT 1 FROM duckdb_types() WHERE database_name = 'decisions' AND NOT "
                      "internal UNION ALL "
                      "SELECT 1 FROM duckdb_schemas() WHERE database_name = 'decisions' AND NOT "
                      "internal AND schema_name <> 'main' UNION ALL "
                      "SELECT 1 FROM duckdb_tables() WHERE database_name = 'decisions' AND "
                      "lower(table_name) IN (");
    rs_store_put_view_names(&sql);
    rs_buf_char(&sql, ')');
    if (searched)
        rs_buf_cstr(&sql, " UNION ALL SELECT 1 FROM duckdb_functions() WHERE database_name = "
                          "'decisions' AND NOT internal");
    rs_buf_cstr(&sql, ")");
    rs_buf_char(&sql, '\0');
    if (sql.failed) {
        rs_buf_fini(&sql);
        return rs_err_nomem(err, "a statement");
    }
    duckdb_result result = {0};
    const duckdb_state state = duckdb_query(con, sql.ptr, &result);
    rs_buf_fini(&sql);
    if (state != DuckDBSuccess) {
        const rsift_status status = rs_duck_fail(err, duckdb_result_error_type(&result),
                                                 duckdb_result_error(&result), "rsift.duckdb");
        duckdb_destroy_result(&result);
        return status;
    }
    int64_t n = 1;
    duckdb_data_chunk chunk = duckdb_fetch_chunk(result);
    if (chunk) {
        const int64_t *counts = duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, 0));
        n = counts[0];
        duckdb_destroy_data_chunk(&chunk);
    }
    duckdb_destroy_result(&result);
    return n == 0 ? RSIFT_OK : refuse(" holds what rsift does not write", err);
}

/* ---- attaching ------------------------------------------------------------------------------- */

static rsift_status attach(duckdb_connection con, const char *file, bool read_only,
                           rsift_error *err)
{
    rs_buf sql = {0};
    rs_buf_cstr(&sql, "ATTACH ");
    rs_store_put_literal(&sql, rs_str_of(file));
    rs_buf_printf(&sql, " AS decisions%s", read_only ? " (READ_ONLY)" : "");
    rsift_status status = rs_duck_run_buf(con, &sql, "opening rsift.duckdb", err);
    rs_buf_fini(&sql);
    return status;
}

static rsift_status make_decision_tables(duckdb_connection con, rsift_error *err)
{
    rs_buf sql = {0};
    rs_buf_cstr(&sql, "BEGIN TRANSACTION;\n");
    for (int t = RS_N_TABLES; t < RS_N_ALL_TABLES; t++) {
        const rs_table_def *table = rs_store_table((rs_table)t);
        /* A copy of an earlier rsift.duckdb has most or all of them already. */
        rs_buf_printf(&sql, "CREATE TABLE IF NOT EXISTS decisions.main.%s (", table->name);
        for (size_t i = 0; i < table->n_columns; i++)
            rs_buf_printf(&sql, "%s%s %s", i ? ", " : "", table->columns[i].name,
                          rs_store_type_word(table->columns[i].type));
        rs_buf_cstr(&sql, ");\n");
        /* One of an older rsift lacks the columns that were added at the end since. */
        for (size_t i = 0; i < table->n_columns; i++)
            rs_buf_printf(&sql, "ALTER TABLE decisions.main.%s ADD COLUMN IF NOT EXISTS %s %s;\n",
                          table->name, table->columns[i].name,
                          rs_store_type_word(table->columns[i].type));
    }
    rs_buf_cstr(&sql, "COMMIT;");
    rsift_status status = rs_duck_run_buf(con, &sql, "making the decision tables", err);
    rs_buf_fini(&sql);
    return status;
}

/* A decision table's columns without rows. */
static void put_no_rows(rs_buf *sql, const rs_table_def *table)
{
    rs_buf_cstr(sql, "SELECT ");
    for (size_t i = 0; i < table->n_columns; i++)
        rs_buf_printf(sql, "%sNULL::%s AS %s", i ? ", " : "",
                      rs_store_type_word(table->columns[i].type), table->columns[i].name);
    rs_buf_cstr(sql, " FROM range(1) WHERE false");
}

/* Stands for a decision table that is absent: no rows. */
static void put_stand_in(rs_buf *sql, const rs_table_def *table)
{
    rs_buf_printf(sql, "CREATE VIEW IF NOT EXISTS memory.main.%s AS ", table->name);
    put_no_rows(sql, table);
    rs_buf_cstr(sql, ";\n");
}

/* The columns that a file of an older rsift lacks are NULL. */
static void put_newer_columns(rs_buf *sql, rs_str name)
{
    for (int t = RS_N_TABLES; t < RS_N_ALL_TABLES; t++) {
        const rs_table_def *table = rs_store_table((rs_table)t);
        if (!rs_str_eq(name, rs_str_of(table->name))) continue;
        rs_buf_cstr(sql, " UNION ALL BY NAME ");
        put_no_rows(sql, table);
    }
}

/* Every table of the attached file by its bare name. */
static rsift_status put_attached_views(duckdb_connection con, rs_buf *sql, rsift_error *err)
{
    duckdb_result result = {0};
    rsift_status status = RSIFT_OK;
    if (duckdb_query(con,
                     "SELECT table_name FROM duckdb_tables() WHERE database_name = 'decisions'"
                     " AND schema_name = 'main' ORDER BY table_name",
                     &result) != DuckDBSuccess) {
        status = rs_duck_fail(err, duckdb_result_error_type(&result), duckdb_result_error(&result),
                              "reading rsift.duckdb");
    }
    for (duckdb_data_chunk chunk;
         status == RSIFT_OK && (chunk = duckdb_fetch_chunk(result)) != NULL;) {
        duckdb_string_t *names = duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, 0));
        for (idx_t i = 0; i < duckdb_data_chunk_get_size(chunk); i++) {
            rs_buf name = {0};
            rs_buf_add(&name, duckdb_string_t_data(&names[i]), duckdb_string_t_length(names[i]));
            rs_buf_char(&name, '\0');
            if (name.failed) status = rs_err_nomem(err, "a view");
            else {
                rs_buf_cstr(sql, "CREATE VIEW IF NOT EXISTS memory.main.");
                rs_store_put_name(sql, name.ptr);
                rs_buf_cstr(sql, " AS SELECT * FROM decisions.main.");
                rs_store_put_name(sql, name.ptr);
                put_newer_columns(sql, rs_str_of(name.ptr));
                rs_buf_cstr(sql, ";\n");
            }
            rs_buf_fini(&name);
        }
        duckdb_destroy_data_chunk(&chunk);
    }
    duckdb_destroy_result(&result);
    return status;
}

/* Stands for a decision table that cannot be asked: asking it says why. */
static void put_refusal(rs_buf *sql, const rs_table_def *table, const char *why)
{
    rs_buf_printf(sql, "CREATE OR REPLACE VIEW memory.main.%s AS ", table->name);
    put_no_rows(sql, table);
    rs_buf_cstr(sql, " OR error(");
    rs_store_put_literal(sql, rs_str_of(why));
    rs_buf_cstr(sql, ")::VARCHAR IS NOT NULL;\n");
}

/* The message without the database's own words for the kind of error, and in one line of ours. */
static void explain(const rsift_error *why, char out[256])
{
    static const char ours[] = FILE_NAME;
    rsift_error told = *why;
    if (!rs_str_starts(rs_str_of(why->message), rs_str_of(ours))) {
        char cannot[128];
        snprintf(cannot, sizeof cannot, " cannot be opened (%.80s)", why->message);
        (void)refuse(cannot, &told);
    }
    snprintf(out, 256, "%s", told.message);
}

/* Attaches the file and makes views of its tables; on failure nothing of it is attached. */
static rsift_status attach_and_view(const char *file, duckdb_connection con, rs_buf *sql,
                                    rsift_error *err)
{
    RS_TRY(attach(con, file, true, err));
    rsift_status status = check_content(con, false, err);
    if (status == RSIFT_OK) status = put_attached_views(con, sql, err);
    if (status != RSIFT_OK)
        (void)rs_duck_run(con, "DETACH decisions", "closing rsift.duckdb", NULL);
    return status;
}

rsift_status rs_decisions_show(const rs_store *store, duckdb_connection con, rsift_error *err)
{
    rs_path file;
    RS_TRY(rs_path_set(&file, err, "%s/" FILE_NAME, store->dir.text));
    rs_buf sql = {0};
    rsift_error why = {0};
    rsift_status status = rs_decisions_prove(store->dir.text, store->cancel, &why);
    if (status == RSIFT_OK && rs_store_exists(file.text))
        status = attach_and_view(file.text, con, &sql, &why);
    if (rs_err_ends_call(status)) {
        rs_buf_fini(&sql);
        if (err) *err = why;
        return status;
    }
    char words[256];
    explain(&why, words);
    if (status != RSIFT_OK) sql.len = 0;
    /* After the tables of the file: IF NOT EXISTS then passes over those that it has. */
    for (int t = RS_N_TABLES; t < RS_N_ALL_TABLES; t++) {
        if (status == RSIFT_OK) put_stand_in(&sql, rs_store_table((rs_table)t));
        else put_refusal(&sql, rs_store_table((rs_table)t), words);
    }
    status = rs_duck_run_buf(con, &sql, "making the views", err);
    rs_buf_fini(&sql);
    return status;
}

rsift_status rs_decisions_copy(const rs_store *store, duckdb_connection con, rsift_error *err)
{
    rs_path from, to;
    RS_TRY(rs_path_set(&from, err, "%s/" FILE_NAME, store->dir.text));
    RS_TRY(rs_path_set(&to, err, "%s/" FILE_NAME, store->instance->tmp.text));
    RS_TRY(rs_decisions_prove(store->dir.text, store->cancel, err));
    /* nobody writes it while the deciding lock is held */
    const bool exists = rs_store_exists(from.text);
    if (exists) RS_TRY(rs_store_copy_file(from.text, to.text, err));
    rsift_error why = {0};
    rsift_status status = attach(con, to.text, false, &why);
    if (status == RSIFT_OK && exists) status = check_content(con, true, &why);
    if (status == RSIFT_OK) return make_decision_tables(con, err);
    if (err) *err = why;
    if (err && status != RSIFT_E_NOMEM) explain(&why, err->message);
    return status;
}
