/* ledger.parquet, written by the database itself from the mixture's rows, and the column left_out
 * of the workspace's ledger. The mixture itself is not changed: another format may hold what this
 * one cannot. */
#include "emit/ledger.h"

#include "base/alloc.h"
#include "base/trim.h"
#include "store/quote.h"

#include <errno.h>
#include <stdio.h>

/* Notes a file that the database wrote, with its size and hash. */
static rsift_status note_written(rs_emit_report *report, rs_str name, rs_str path, rsift_error *err)
{
    enum { WINDOW_BYTES = 1 << 20 };
    rs_io_options options = {.keep_archives_closed = true};
    rs_io_tree *tree;
    RS_TRY(rs_io_tree_open(path, &options, &tree, err));
    /* The database tells neither size nor hash of what it wrote: the file is read once more. */
    rs_io_stream *stream = NULL;
    rs_hasher h;
    rs_hash_start(&h);
    int64_t size = 0;
    char *window = rs_alloc(WINDOW_BYTES);
    rsift_status status =
        window ? rs_io_open(tree, 0, &stream, err) : rs_err_nomem(err, "a window");
    for (size_t got = 1; status == RSIFT_OK && got;) {
        status = rs_io_read(stream, window, WINDOW_BYTES, &got, err);
        rs_hash_bytes(&h, window, got);
        size += (int64_t)got;
    }
    if (status == RSIFT_OK) status = rs_emit_note_file(report, name, size, rs_hash_end(&h), err);
    if (stream) rs_io_close(stream);
    rs_free(window);
    rs_io_tree_close(tree);
    return status;
}

/* Adds the samples [begin, end). Ids are one text that is split, reasons another, row by row: a
 * literal for each would be parsed and bound each. Reasons are codes, which have no commas. */
static rsift_status add_left(const rs_emit_report *report, rs_store *store, size_t begin,
                             size_t end, rsift_error *err)
{
    rs_buf sql = {0}, reasons = {0};
    rs_buf_cstr(&sql, "INSERT INTO emit_left SELECT CAST(unnest(string_split('");
    for (size_t i = begin; i < end; i++) {
        char id[RS_ID_TEXT];
        const char *comma = i > begin ? "," : "";
        RS_ASSERT(!strchr(report->left[i].reason, ','));
        rs_buf_printf(&sql, "%s%s", comma, rs_id_text(id, report->left[i].id));
        rs_buf_printf(&reasons, "%s%s", comma, report->left[i].reason);
    }
    rs_buf_cstr(&sql, "', ',')) AS UUID), unnest(string_split(");
    rs_store_put_literal(&sql, rs_buf_view(&reasons));
    rs_buf_cstr(&sql, ", ','))");
    const rsift_status status = sql.failed || reasons.failed
                                    ? rs_err_nomem(err, "the ledger")
                                    : rs_store_exec(store, rs_buf_view(&sql), err);
    rs_buf_fini(&reasons);
    rs_buf_fini(&sql);
    return status;
}

/* What this emit left out, as a table of the store's connection: emit_left(sample_id, reason). */
static rsift_status make_left(const rs_emit_report *report, rs_store *store, rsift_error *err)
{
    enum { ROWS_AT_ONCE = 2048 };
    RS_TRY(rs_store_exec(
        store, RS_STR("CREATE OR REPLACE TEMP TABLE emit_left(sample_id UUID, reason VARCHAR)"),
        err));
    for (size_t i = 0; i < report->n_left; i += ROWS_AT_ONCE) {
        const size_t left = report->n_left - i;
        RS_TRY(add_left(report, store, i, i + (left < ROWS_AT_ONCE ? left : ROWS_AT_ONCE), err));
    }
    return RSIFT_OK;
}

rsift_status rs_emit_write_ledger(rs_emit_job *job, rsift_error *err)
{
    rs_arena arena = {0};
    rs_str name = RS_STR("ledger.parquet");
    rs_str path = rs_arena_join(&arena, job->report.out, RS_STR("/"), name);
    rs_str partial = rs_arena_join(&arena, path, RS_STR(".partial"), RS_STR(""));
    rs_buf sql = {0};
    /* Under a partial name until it is complete, like every file of the folder; sorted, so that the
     * same mixture gives the same rows in the same order. */
    rs_buf_cstr(&sql, "COPY (SELECT l.sample_id, l.kept AND e.reason IS NULL AS kept, "
                      "coalesce(e.reason, l.reason) AS reason, l.detail, CASE WHEN e.reason IS "
                      "NULL THEN l.n_repeats ELSE 0 END AS n_repeats, l.template, s.dataset, "
                      "s.original_id FROM ledger l LEFT JOIN emit_left e USING (sample_id) LEFT "
                      "JOIN sample s USING (sample_id) WHERE l.mixture_id = ");
    rs_store_put_literal(&sql, job->mixture_id);
    rs_buf_cstr(&sql, " ORDER BY l.sample_id) TO ");
    rs_store_put_literal(&sql, partial);
    rs_buf_cstr(&sql, " (FORMAT parquet, COMPRESSION zstd)");
    rsift_status status = sql.failed || !path.ptr || !partial.ptr
                              ? rs_err_nomem(err, "the ledger")
                              : make_left(&job->report, job->store, err);
    if (status == RSIFT_OK && job->report.folder)
        status = rs_emit_folder_claim(job->report.folder, RS_STR("ledger.parquet.partial"), err);
    if (status == RSIFT_OK && job->report.folder)
        status = rs_emit_folder_flush(job->report.folder, err);
    rs_trim_heap(); /* of the replay: the database sorts the whole ledger */
    if (status == RSIFT_OK) status = rs_store_exec(job->store, rs_buf_view(&sql), err);
    if (status == RSIFT_OK) status = note_written(&job->report, name, partial, err);
    if (status == RSIFT_OK && rename(partial.ptr, path.ptr) != 0)
        status = rs_err_errno(err, errno, "cannot rename %s", partial.ptr);
    rs_buf_fini(&sql);
    rs_arena_fini(&arena);
    return status;
}

/* Is anything to be changed? Most emits leave nothing out, and then nobody has to wait for them. */
static rsift_status has_marks(const rs_emit_job *job, bool *marks, rsift_error *err)
{
    const rs_arg id = {.type = RS_ARG_STR, .str = job->mixture_id};
    rs_result *result;
    *marks = job->report.n_left > 0;
    if (*marks) return RSIFT_OK;
    RS_TRY(rs_store_query(
        job->store,
        RS_STR("SELECT count(*) FROM ledger WHERE mixture_id = $1 AND left_out IS NOT NULL"), &id,
        1, &result, err));
    rsift_status status = rs_result_next(result, err);
    *marks = status == RSIFT_OK && rs_result_i64(result, 0) > 0;
    rs_result_close(result);
    return status == RSIFT_END ? RSIFT_OK : status;
}

static rsift_status mark(const rs_emit_job *job, rs_store *store, rsift_error *err)
{
    RS_TRY(make_left(&job->report, store, err));
    rs_buf sql = {0};
    rs_buf_cstr(&sql,
                "UPDATE ledger SET left_out = (SELECT any_value(reason) FROM emit_left e WHERE "
                "e.sample_id = ledger.sample_id) WHERE mixture_id = ");
    rs_store_put_literal(&sql, job->mixture_id);
    rs_buf_cstr(&sql, " AND (left_out IS NOT NULL OR sample_id IN (SELECT sample_id FROM "
                      "emit_left))");
    rsift_status status =
        sql.failed ? rs_err_nomem(err, "the ledger") : rs_store_exec(store, rs_buf_view(&sql), err);
    rs_buf_fini(&sql);
    return status;
}

rsift_status rs_emit_mark_ledger(rs_emit_job *job, bool *marked, rsift_error *err)
{
    bool needed = false;
    *marked = true;
    if (!job->mixture_id.len) return RSIFT_OK;
    RS_TRY(has_marks(job, &needed, err));
    if (!needed) return RSIFT_OK;
    rs_store *store = NULL;
    rsift_error why = {0};
    rsift_status status = rs_session_store(job->session, RS_STORE_DECIDE, false, &store, &why);
    if (status == RSIFT_OK) status = mark(job, store, &why);
    if (status == RSIFT_OK) status = rs_store_finish(store, &why);
    else rs_store_close(store);
    /* Another process decides, or the workspace may only be read: the output's own ledger tells. */
    *marked = status == RSIFT_OK;
    if (rs_err_ends_call(status)) {
        if (err) *err = why;
        return status;
    }
    return RSIFT_OK;
}
