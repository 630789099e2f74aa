/* A part: one Parquet file per table that has rows, in a folder that appears at once, complete.
 *
 * Rows are kept as DuckDB's own data chunks and handed to COPY through a table function that refers
 * to them, so that they are copied into no table first. One part, one connection; the instance has
 * a single thread, so each caller's thread does its own part's work only. */
#include "store/internal.h"

#include "base/alloc.h"
#include "store/seal.h"
#include "store/words.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct rs_chunks {
    duckdb_data_chunk *items;
    size_t n, cap;
    size_t i_next; /* of the COPY that runs */
    rs_table table;
    const rs_rows *rows; /* of which they are */
} rs_chunks;

struct rs_part {
    rs_store *store;
    duckdb_connection con;
    rs_path tmp;     /* where the files are made */
    rs_path release; /* DIR/parts/<release> */
    rs_path final;
    rs_rows *rows[RS_N_TABLES];
    rs_chunks chunks[RS_N_TABLES];
    rsift_status status; /* of rs_part_rows, which cannot return one */
    rsift_error error;
};

/* ---- the table function rsift_rows(address) ------------------------------------------------- */

static void bind_rows(duckdb_bind_info info)
{
    duckdb_value value = duckdb_bind_get_parameter(info, 0);
    /* An address of this process, which copy_table wrote into its own statement. */
    rs_chunks *chunks = (rs_chunks *)(uintptr_t)duckdb_get_uint64(value);
    duckdb_destroy_value(&value);
    const rs_table_def *def = rs_store_table(chunks->table);
    for (size_t i = 0; i < def->n_columns; i++) {
        const rs_strmap *words = rs_rows_words(chunks->rows, i);
        duckdb_logical_type type =
            words ? rs_words_type(words) : rs_rows_type_of(def->columns[i].type);
        duckdb_bind_add_result_column(info, def->columns[i].name, type);
        duckdb_destroy_logical_type(&type);
    }
    duckdb_bind_set_bind_data(info, chunks, NULL);
}

static void init_rows(duckdb_init_info info)
{
    rs_chunks *chunks = duckdb_init_get_bind_data(info);
    chunks->i_next = 0;
    /* One thread: i_next is a plain counter, and rows keep their order. */
    duckdb_init_set_max_threads(info, 1);
}

static void next_rows(duckdb_function_info info, duckdb_data_chunk output)
{
    rs_chunks *chunks = duckdb_function_get_bind_data(info);
    /* An output without rows ends the scan. */
    if (chunks->i_next == chunks->n) {
        duckdb_data_chunk_set_size(output, 0);
        return;
    }
    duckdb_data_chunk chunk = chunks->items[chunks->i_next++];
    idx_t n_columns = duckdb_data_chunk_get_column_count(chunk);
    const idx_t n = duckdb_data_chunk_get_size(chunk);
    for (idx_t i = 0; i < n_columns; i++) {
        duckdb_vector from = duckdb_data_chunk_get_vector(chunk, i);
        duckdb_vector to = duckdb_data_chunk_get_vector(output, i);
        const rs_strmap *words = rs_rows_words(chunks->rows, i);
        /* Referred to, not copied: the chunks stay until the COPY has ended. */
        if (words) rs_words_fill(words, from, n, to);
        else duckdb_vector_reference_vector(to, from);
    }
    duckdb_data_chunk_set_size(output, n);
}

rsift_status rs_part_register(duckdb_connection con, rsift_error *err)
{
    duckdb_table_function function = duckdb_create_table_function();
    duckdb_logical_type address = duckdb_create_logical_type(DUCKDB_TYPE_UBIGINT);
    duckdb_table_function_set_name(function, "rsift_rows");
    duckdb_table_function_add_parameter(function, address);
    duckdb_table_function_set_bind(function, bind_rows);
    duckdb_table_function_set_init(function, init_rows);
    duckdb_table_function_set_function(function, next_rows);
    duckdb_state state = duckdb_register_table_function(con, function);
    duckdb_destroy_logical_type(&address);
    duckdb_destroy_table_function(&function);
    if (state == DuckDBSuccess) return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_UNSUPPORTED,
                      "the database refuses the function that writes parts");
}

/* ---- filling --------------------------------------------------------------------------------- */

static rsift_status keep_chunk(void *ctx, duckdb_data_chunk *chunk, rsift_error *err)
{
    rs_chunks *chunks = ctx;
    if (!RS_VEC_RESERVE(chunks->items, chunks->cap, chunks->n + 1))
        return rs_err_nomem(err, "the rows of a part");
    chunks->items[chunks->n++] = *chunk;
    /* Tells the rows that the chunk is no longer theirs. */
    *chunk = NULL;
    return RSIFT_OK;
}

static void free_chunks(rs_chunks *chunks)
{
    for (size_t i = 0; i < chunks->n; i++) duckdb_destroy_data_chunk(&chunks->items[i]);
    rs_free(chunks->items);
    *chunks = (rs_chunks){.table = chunks->table};
}

static rsift_status part_paths(rs_part *part, rs_str release_id, rs_str name, rsift_error *err)
{
    rs_store *store = part->store;
    unsigned number = atomic_fetch_add(&store->n_parts, 1);
    RS_TRY(rs_path_set(&part->tmp, err, "%s/part-%u", store->instance->tmp.text, number));
    RS_TRY(rs_release_folder(store, release_id, &part->release, err));
    RS_TRY(rs_path_set(&part->final, err, "%s/%.*s", part->release.text, RS_STR_ARG(name)));
    RS_TRY(rs_store_check_folder(part->release.text, err));
    /* Asked before any work is done; the rename at the end decides in any case. */
    if (rs_store_exists(part->final.text))
        return rs_err_set(err, RSIFT_E_ARG, "part %.*s of %.*s exists already", RS_STR_ARG(name),
                          RS_STR_ARG(release_id));
    return rs_store_mkdirs(part->tmp.text, err);
}

rsift_status rs_part_new(rs_store *store, rs_str release_id, rs_str name, rs_part **out,
                         rsift_error *err)
{
    *out = NULL;
    if (store->mode != RS_STORE_PARTS)
        return rs_err_set(err, RSIFT_E_ARG, "the workspace is not open for writing parts");
    RS_TRY(rs_store_check_name("release", release_id, err));
    RS_TRY(rs_store_check_name("part", name, err));
    rs_part *part = rs_calloc(1, sizeof *part);
    if (!part) return rs_err_nomem(err, "a part");
    part->store = store;
    for (int t = 0; t < RS_N_TABLES; t++) part->chunks[t].table = (rs_table)t;
    rsift_status status = part_paths(part, release_id, name, err);
    if (status == RSIFT_OK && duckdb_connect(store->instance->db, &part->con) != DuckDBSuccess)
        status = rs_err_nomem(err, "a connection to the database");
    if (status != RSIFT_OK) {
        rs_part_discard(part);
        return status;
    }
    *out = part;
    return RSIFT_OK;
}

rsift_status rs_part_rename(rs_part *part, rs_str name, rsift_error *err)
{
    RS_TRY(rs_store_check_name("part", name, err));
    RS_TRY(rs_path_set(&part->final, err, "%s/%.*s", part->release.text, RS_STR_ARG(name)));
    if (!rs_store_exists(part->final.text)) return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_ARG, "part %.*s exists already", RS_STR_ARG(name));
}

static rsift_status open_rows(rs_part *part, rs_table table, rsift_error *err)
{
    const rs_table_def *def = rs_store_table(table);
    duckdb_logical_type *types = rs_calloc(def->n_columns, sizeof *types);
    if (!types) return rs_err_nomem(err, "the rows of a part");
    for (size_t i = 0; i < def->n_columns; i++) types[i] = rs_rows_type_of(def->columns[i].type);
    RS_TRY(rs_rows_new(table, types, keep_chunk, &part->chunks[table], &part->rows[table], err));
    part->chunks[table].rows = part->rows[table];
    return RSIFT_OK;
}

rs_rows *rs_part_rows(rs_part *part, rs_table table)
{
    if (!part->rows[table] && part->status == RSIFT_OK)
        part->status = open_rows(part, table, &part->error);
    return part->rows[table] ? part->rows[table] : rs_rows_dead();
}

int64_t rs_part_n_rows(const rs_part *part, rs_table table)
{
    return part->rows[table] ? rs_rows_count(part->rows[table]) : 0;
}

/* ---- writing --------------------------------------------------------------------------------- */

static rsift_status copy_table(rs_part *part, rs_table table, rsift_error *err)
{
    const char *name = rs_store_table(table)->name;
    rs_path path;
    RS_TRY(rs_path_set(&path, err, "%s/%s.parquet", part->tmp.text, name));
    rs_buf sql = {0};
    rs_buf_printf(&sql, "COPY (FROM rsift_rows(%" PRIu64 "::UBIGINT)) TO ",
                  (uint64_t)(uintptr_t)&part->chunks[table]);
    rs_store_put_literal(&sql, rs_str_of(path.text));
    rs_buf_cstr(&sql, " (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 32768,"
                      " DICTIONARY_SIZE_LIMIT 1000)");
    /* measured on text of 300 bytes a row: zstd takes 1.4 times the time for a fifth less disk; row
     * groups of a part's full length take 80 MB of further memory and are no faster; dictionaries
     * of more than 1,000 values cost a tenth of the time and win no disk */
    char doing[64];
    snprintf(doing, sizeof doing, "writing table %s", name);
    rsift_status status = rs_duck_run_buf(part->con, &sql, doing, err);
    rs_buf_fini(&sql);
    RS_TRY(status);
    return rs_store_sync(path.text, err);
}

static rsift_status write_tables(rs_part *part, rsift_error *err)
{
    if (part->status != RSIFT_OK) {
        if (err) *err = part->error;
        return part->status;
    }
    for (int t = 0; t < RS_N_TABLES; t++) {
        if (!part->rows[t]) continue;
        const char *name = rs_store_table((rs_table)t)->name;
        rsift_status status = rs_rows_finish(part->rows[t], err);
        if (status != RSIFT_OK) return rs_err_within(err, status, "table %s", name);
        if (part->chunks[t].n > 0) RS_TRY(copy_table(part, (rs_table)t, err));
        /* a part's tables are never all in memory twice */
        free_chunks(&part->chunks[t]);
        rs_rows_free(part->rows[t]);
        part->rows[t] = NULL;
    }
    return RSIFT_OK;
}

static rsift_status publish(rs_part *part, rsift_error *err)
{
    /* "<release>/<part>" behind DIR/parts/ or, of the same length, DIR/stage/ */
    const size_t above = strlen(part->store->dir.text) + strlen("/parts/");
    RS_TRY(rs_seal_write(part->tmp.text, rs_str_of(part->final.text + above), part->tmp.text, err));
    RS_TRY(rs_store_sync(part->tmp.text, err));
    bool first = !rs_store_exists(part->release.text);
    RS_TRY(rs_store_mkdirs(part->release.text, err));
    if (rename(part->tmp.text, part->final.text) != 0) {
        if (errno == EEXIST || errno == ENOTEMPTY)
            return rs_err_set(err, RSIFT_E_ARG, "%s exists already", part->final.text);
        return rs_err_errno(err, errno, "cannot rename a part to %s", part->final.text);
    }
    /* Moved away: nothing is left for rs_part_discard to remove. */
    part->tmp.text[0] = '\0';
    RS_TRY(rs_store_sync(part->release.text, err));
    /* parts/ itself has changed only when the release's folder is new. */
    if (!first) return RSIFT_OK;
    rs_path parts = part->release;
    parts.text[rs_str_rfind_char(rs_str_of(parts.text), '/')] = '\0';
    return rs_store_sync(parts.text, err);
}

rsift_status rs_part_commit(rs_part *part, rsift_error *err)
{
    rsift_status status = write_tables(part, err);
    if (status == RSIFT_OK) status = publish(part, err);
    if (status != RSIFT_OK) status = rs_err_within(err, status, "part %s", part->final.text);
    rs_part_discard(part);
    return status;
}

void rs_part_discard(rs_part *part)
{
    if (!part) return;
    if (part->con) duckdb_disconnect(&part->con);
    for (int t = 0; t < RS_N_TABLES; t++) {
        rs_rows_free(part->rows[t]);
        free_chunks(&part->chunks[t]);
    }
    if (part->tmp.text[0]) (void)rs_store_remove_tree(part->tmp.text, NULL);
    rs_free(part);
}

/* ---- finished parts -------------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
    return rs_str_cmp(*(const rs_str *)a, *(const rs_str *)b);
}

rsift_status rs_part_list(const rs_store *store, rs_str release_id, rs_arena *arena, rs_str **names,
                          size_t *n, rsift_error *err)
{
    *names = NULL;
    *n = 0;
    rs_path path;
    RS_TRY(rs_release_folder(store, release_id, &path, err));
    RS_TRY(rs_store_check_folder(path.text, err));
    DIR *dir = opendir(path.text);
    if (!dir) {
        if (errno == ENOENT) return RSIFT_OK;
        return rs_err_errno(err, errno, "cannot open folder %s", path.text);
    }
    size_t cap = 0;
    bool enough = true;
    for (struct dirent *entry; enough && (entry = readdir(dir)) != NULL;) {
        if (entry->d_name[0] == '.') continue;
        rs_str name = rs_arena_str(arena, rs_str_of(entry->d_name));
        enough = name.ptr && rs_arena_grow(arena, (void **)names, &cap, *n + 1, sizeof **names);
        if (enough) (*names)[(*n)++] = name;
    }
    (void)closedir(dir);
    if (!enough) return rs_err_nomem(err, "the list of parts");
    if (*n > 1) qsort(*names, *n, sizeof **names, by_name);
    return RSIFT_OK;
}

rsift_status rs_part_remove(rs_store *store, rs_str release_id, rs_str name, rsift_error *err)
{
    if (store->mode != RS_STORE_PARTS)
        return rs_err_set(err, RSIFT_E_ARG, "the workspace is not open for writing parts");
    RS_TRY(rs_store_check_name("part", name, err));
    rs_path release, path, gone;
    RS_TRY(rs_release_folder(store, release_id, &release, err));
    RS_TRY(rs_path_set(&path, err, "%s/%.*s", release.text, RS_STR_ARG(name)));
    unsigned number = atomic_fetch_add(&store->n_parts, 1);
    RS_TRY(rs_path_set(&gone, err, "%s/gone-%u", store->instance->tmp.text, number));
    /* it disappears at once, as it appeared; another unit may have been faster */
    if (!rs_store_exists(path.text)) return RSIFT_OK;
    const rsift_status status = rs_store_take_away(path.text, gone.text, err);
    if (status != RSIFT_OK && !rs_store_exists(path.text)) return RSIFT_OK;
    RS_TRY(status);
    return rs_store_remove_tree(gone.text, err);
}
