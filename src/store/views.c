/* The tables of docs/architecture.md as views over the parts, and the decision tables.
 *
 * Binding a view opens its files, and a workspace may have thousands: so the files are named
 * through a variable of the connection that points to the zero-row files while the views are made,
 * and to all parts afterwards. Nothing but a query opens a part. Making all views costs as much as
 * some questions to a small workspace: where nobody lists them, each is made when a statement
 * first names it. */
#include "store/internal.h"

#include "base/ascii.h"
#include "base/embedded.h"
#include "model/gsd_band.h"
#include "store/seal.h"

#include <errno.h>
#include <stdio.h>

/* ---- zero-row files -------------------------------------------------------------------------- */

static rsift_status write_empty(duckdb_connection con, rs_table table, const char *made,
                                const char *final, rsift_error *err)
{
    rs_buf sql = {0};
    rs_buf_cstr(&sql, "COPY (");
    rs_store_put_empty_select(&sql, table);
    rs_buf_cstr(&sql, ") TO ");
    rs_store_put_literal(&sql, rs_str_of(made));
    rs_buf_cstr(&sql, " (FORMAT parquet)");
    rsift_status status = rs_duck_run_buf(con, &sql, "writing the empty tables", err);
    rs_buf_fini(&sql);
    RS_TRY(status);
    RS_TRY(rs_store_sync(made, err));
    if (rename(made, final) != 0) return rs_err_errno(err, errno, "cannot make %s", final);
    return RSIFT_OK;
}

rsift_status rs_views_write_empty(rs_store *store, rsift_error *err)
{
    rs_path folder;
    RS_TRY(rs_path_set(&folder, err, "%s/parts/_schema/_schema", store->dir.text));
    RS_TRY(rs_store_mkdirs(folder.text, err));
    duckdb_connection con = NULL;
    if (duckdb_connect(store->instance->db, &con) != DuckDBSuccess)
        return rs_err_nomem(err, "a connection to the database");
    rsift_status status = RSIFT_OK;
    for (int t = 0; t < RS_N_TABLES && status == RSIFT_OK; t++) {
        const char *name = rs_store_table((rs_table)t)->name;
        rs_path made, final;
        /* Made in tmp and renamed: a reader sees the old file or the new one, never a part. */
        status = rs_path_set(&made, err, "%s/%s.parquet", store->instance->tmp.text, name);
        if (status == RSIFT_OK)
            status = rs_path_set(&final, err, "%s/%s.parquet", folder.text, name);
        if (status == RSIFT_OK) status = write_empty(con, (rs_table)t, made.text, final.text, err);
    }
    duckdb_disconnect(&con);
    RS_TRY(status);
    RS_TRY(rs_seal_write(folder.text, RS_STR("_schema/_schema"), store->instance->tmp.text, err));
    return rs_store_sync(folder.text, err);
}

/* ---- views over the parts -------------------------------------------------------------------- */

static void put_columns(rs_buf *sql, const rs_table_def *def)
{
    for (size_t i = 0; i < def->n_columns; i++) {
        if (i) rs_buf_cstr(sql, ", ");
        rs_store_put_name(sql, def->columns[i].name);
    }
}

/* By their types: a part whose column is of another one is refused by the cast, and not read as if
 * it were of this. */
static void put_typed_columns(rs_buf *sql, const rs_table_def *def)
{
    for (size_t i = 0; i < def->n_columns; i++) {
        if (i) rs_buf_cstr(sql, ", ");
        rs_store_put_name(sql, def->columns[i].name);
        rs_buf_printf(sql, "::%s AS ", rs_store_type_word(def->columns[i].type));
        rs_store_put_name(sql, def->columns[i].name);
    }
}

/* union_by_name: parts of an older version lack columns, which are then NULL. Without
 * hive_partitioning a folder named "a=b" adds no column. */
#define READ_OPTIONS ", union_by_name = true, hive_partitioning = false)"

static void put_source(rs_buf *sql, const rs_table_def *def)
{
    rs_buf_printf(sql, "read_parquet(getvariable('rsift_parts') || '/%s.parquet'" READ_OPTIONS,
                  def->name);
}

void rs_views_put_select(rs_buf *sql, rs_table table, rs_str files)
{
    rs_buf_cstr(sql, "SELECT ");
    put_typed_columns(sql, rs_store_table(table));
    rs_buf_printf(sql, " FROM read_parquet([%.*s]" READ_OPTIONS, RS_STR_ARG(files));
}

/* One row per key, that of the greatest rank. Only the narrow columns are grouped; the others stay
 * lazy. */
static void put_best_select(rs_buf *sql, const rs_table_def *def, const char *rank)
{
    const char *key = def->columns[0].name;
    rs_buf_cstr(sql, "SELECT ");
    put_typed_columns(sql, def);
    rs_buf_cstr(sql, " FROM (SELECT ");
    put_columns(sql, def);
    rs_buf_printf(sql, ", %s AS rank_ FROM ", rank);
    put_source(sql, def);
    rs_buf_printf(sql, ") LEFT JOIN (SELECT %s AS best_id_, max(%s) AS best_rank_ FROM ", key,
                  rank);
    put_source(sql, def);
    /* Most keys have one row: they are not ranked, and pass as best_id_ IS NULL. */
    rs_buf_printf(sql, " GROUP BY %s HAVING count(*) > 1) ON %s = best_id_", key, key);
    rs_buf_cstr(sql, " WHERE best_id_ IS NULL OR rank_ = best_rank_");
}

/* An asset may have several rows: unresolved when its release was indexed, found when it was linked
 * later, the same picture in two parts. One is shown: found before unresolved, linked before the
 * rest, then the last part by name. */
static const char *asset_rank(void)
{
    /* 2^62 for found + 2^61 for linked + file * 2^32 + row: one integer orders all four. */
    return "(CASE WHEN state = 'found' THEN 4611686018427387904 ELSE 0 END"
           " + CASE WHEN evidence = 'linked' THEN 2305843009213693952 ELSE 0 END"
           " + file_index::BIGINT * 4294967296 + file_row_number)";
}

/* A picture may have been hashed in parts by several runs: the newest version is shown, that it
 * changed since before all of one version, a hash before a failure, an exact one before a
 * scaled one (of a damaged picture, which has no exact one:
 * that of all its pixels), then the last part by name. */
static const char *picture_hash_rank(void)
{
    /* version * 2^52 + hashed * 2^51 + exact * 2^50 + (scale = 1) * 2^49 + file * 2^24 + row;
     * changed: as the greatest of these, + 2^48 */
    return "(greatest(0, least(coalesce(version::BIGINT, 0), 1023)) * 4503599627370496"
           " + CASE WHEN failed IS NULL THEN 2251799813685248"
           " WHEN failed = '" RS_PICTURE_HASH_CHANGED "' THEN 4222124650659840 ELSE 0 END"
           " + CASE WHEN exact THEN 1125899906842624 ELSE 0 END"
           " + CASE WHEN scale = 1 THEN 562949953421312 ELSE 0 END"
           " + file_index::BIGINT * 16777216 + file_row_number)";
}

static void put_view(rs_buf *sql, rs_table table)
{
    const rs_table_def *def = rs_store_table(table);
    rs_buf_cstr(sql, "CREATE OR REPLACE VIEW memory.main.");
    rs_store_put_name(sql, def->name);
    rs_buf_cstr(sql, " AS ");
    if (table == RS_T_ASSET) {
        put_best_select(sql, def, asset_rank());
    } else if (table == RS_T_PICTURE_HASH) {
        put_best_select(sql, def, picture_hash_rank());
    } else {
        rs_buf_cstr(sql, "SELECT ");
        put_typed_columns(sql, def);
        rs_buf_cstr(sql, " FROM ");
        put_source(sql, def);
    }
    rs_buf_cstr(sql, ";\n");
}

static rsift_status aim(const rs_store *store, duckdb_connection con, const char *folder,
                        const char *below, rsift_error *err)
{
    rs_buf path = {0}, sql = {0};
    /* The folder is meant literally, `below` as a pattern. */
    rs_store_put_glob_escaped(&path, store->dir.text);
    rs_buf_printf(&path, "/%s/%s", folder, below);
    rs_buf_char(&path, '\0');
    rs_buf_cstr(&sql, "SET VARIABLE rsift_parts = ");
    if (!path.failed) rs_store_put_literal(&sql, rs_str_of(path.ptr));
    rsift_status status = path.failed ? rs_err_nomem(err, "a statement")
                                      : rs_duck_run_buf(con, &sql, "opening the workspace", err);
    rs_buf_fini(&path);
    rs_buf_fini(&sql);
    return status;
}

static void put_file(rs_buf *sql, const char *name)
{
    const rs_embedded *file = rs_embedded_find(name);
    RS_ASSERT(file);
    rs_buf_add(sql, file->data, file->len);
    rs_buf_char(sql, '\n');
}

/* gsd_band(m): the name of the band of m metres per pixel, NULL of what is not positive. */
static void put_gsd_band(rs_buf *sql)
{
    rs_buf_cstr(sql, "CREATE MACRO memory.main.gsd_band(m) AS CASE WHEN m > 0 THEN CASE");
    for (size_t i = 0; i < RS_GSD_N_BOUNDS; i++) {
        rs_buf_cstr(sql, " WHEN m < ");
        rs_buf_double(sql, rs_gsd_bounds[i]);
        rs_buf_cstr(sql, " THEN ");
        rs_store_put_literal(sql, rs_str_of(rs_gsd_band_names[i + 1]));
    }
    rs_buf_cstr(sql, " ELSE ");
    rs_store_put_literal(sql, rs_str_of(rs_gsd_band_names[RS_GSD_N_BOUNDS + 1]));
    rs_buf_cstr(sql, " END END;\n");
}

/* ---- making them ----------------------------------------------------------------------------- */

/* The bit of the views of views.sql, which are made together, and those that they read. */
enum {
    OVER_VIEWS = 1u << RS_N_TABLES,
    READ_BY_THEM = 1u << RS_T_RELEASE | 1u << RS_T_ASSET | 1u << RS_T_SAMPLE |
        1u << RS_T_SAMPLE_ASSET | 1u << RS_T_TURN
};

static bool is_word_char(char c)
{
    return rs_ascii_is_alnum(c) || c == '_';
}

/* The bit of the view of this name, in any case of letters; 0 = none. */
static uint32_t view_bit(rs_str name)
{
    for (int t = 0; t < RS_N_TABLES; t++)
        if (rs_str_eq_nocase(name, rs_str_of(rs_store_table((rs_table)t)->name))) return 1u << t;
    for (size_t i = 0; i < RS_N_OVER_VIEWS; i++)
        if (rs_str_eq_nocase(name, rs_str_of(rs_store_over_views[i]))) return OVER_VIEWS;
    return 0;
}

uint32_t rs_views_named(rs_str sql)
{
    uint32_t named = 0;
    for (size_t i = 0, end; i < sql.len; i = end + 1) {
        for (end = i; end < sql.len && is_word_char(sql.ptr[end]);) end++;
        if (end > i) named |= view_bit(rs_str_sub(sql, i, end));
    }
    return named;
}

/* The views of views.sql, made over the columns alone of what they read: a view over views has all
 * of them bound again, and with them a dozen files opened, when it is made. */
static void put_over_views(rs_buf *sql)
{
    for (int t = 0; t < RS_N_TABLES; t++) {
        if (!(READ_BY_THEM & 1u << t)) continue;
        rs_buf_printf(sql, "CREATE OR REPLACE VIEW memory.main.%s AS ",
                      rs_store_table((rs_table)t)->name);
        rs_store_put_empty_select(sql, (rs_table)t);
        rs_buf_cstr(sql, ";\n");
    }
    put_file(sql, "src/store/views.sql");
}

rsift_status rs_views_make_some(const rs_store *store, duckdb_connection con, uint32_t which,
                                rsift_error *err)
{
    RS_TRY(aim(store, con, "parts", "_schema/_schema", err));
    rs_buf sql = {0};
    /* in one transaction: no other connection sees a view without its rows */
    rs_buf_cstr(&sql, "BEGIN TRANSACTION;\n");
    if (which & OVER_VIEWS) {
        put_over_views(&sql);
        which |= READ_BY_THEM;
    }
    for (int t = 0; t < RS_N_TABLES; t++)
        if (which & 1u << t) put_view(&sql, (rs_table)t);
    rs_buf_cstr(&sql, "COMMIT;");
    rsift_status status = rs_duck_run_buf(con, &sql, "making the views", err);
    rs_buf_fini(&sql);
    if (status == RSIFT_OK) store->instance->made |= which;
    return status;
}

/* Statements of ours that name no view of views.sql use the macros too. */
static rsift_status make_macros(duckdb_connection con, rsift_error *err)
{
    rs_buf sql = {0};
    put_file(&sql, "src/store/macros.sql");
    put_gsd_band(&sql);
    rsift_status status = rs_duck_run_buf(con, &sql, "making the macros", err);
    rs_buf_fini(&sql);
    return status;
}

/* ---- all of them ----------------------------------------------------------------------------- */

/* From here on SQL reaches files below DIR only, and cannot undo that. */
static rsift_status confine(const rs_store *store, duckdb_connection con, rsift_error *err)
{
    rs_buf sql = {0};
    rs_path folder;
    RS_TRY(rs_path_set(&folder, err, "%s/", store->dir.text));
    rs_buf_cstr(&sql, "SET allowed_directories = [");
    rs_store_put_literal(&sql, rs_str_of(folder.text));
    /* In this order: once access is off, the allowed folders cannot be changed. */
    rs_buf_cstr(&sql, "]; SET enable_external_access = false");
    rsift_status status = rs_duck_run_buf(con, &sql, "opening the workspace", err);
    rs_buf_fini(&sql);
    return status;
}

rsift_status rs_views_make(const rs_store *store, duckdb_connection con, rsift_error *err)
{
    RS_TRY(make_macros(con, err));
    if (store->mode == RS_STORE_DECIDE) {
        /* decisions are made on a copy; readers keep the file they have */
        return rs_decisions_copy(store, con, err);
    }
    RS_TRY(rs_decisions_show(store, con, err));
    /* last: opening the workspace itself needs the files */
    if (store->mode == RS_STORE_ASK) RS_TRY(confine(store, con, err));
    /* No client asks a database that writes parts; its threads become more as the parts grow. */
    if (store->instance->mode == RS_STORE_PARTS) return RSIFT_OK;
    /* Last: no SQL of a client changes a setting of this database from here on. */
    return rs_duck_run(con, "SET lock_configuration = true", "opening the workspace", err);
}

rsift_status rs_views_connect(rs_store *store, duckdb_connection con, rsift_error *err)
{
    RS_TRY(aim(store, con, rs_release_is_staged(store) ? "stage" : "parts", "*/*", err));
    if (store->instance->mode != RS_STORE_DECIDE) return RSIFT_OK;
    /* Bare names: decision tables in the attached copy, views over the parts in memory. */
    return rs_duck_run(con, "SET search_path = 'decisions.main,memory.main'",
                       "opening the workspace", err);
}
