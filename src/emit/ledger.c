/* ledger.parquet, written by the database itself from the mixture's rows. */
#include "emit/ledger.h"

#include "base/alloc.h"
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

rsift_status rs_emit_write_ledger(rs_emit_job *job, rsift_error *err)
{
    rs_arena arena = {0};
    rs_str name = RS_STR("ledger.parquet");
    rs_str path = rs_arena_join(&arena, job->report.out, RS_STR("/"), name);
    rs_str partial = rs_arena_join(&arena, path, RS_STR(".partial"), RS_STR(""));
    rs_buf sql = {0};
    /* Under a partial name until it is complete, like every file of the folder; sorted, so that the
     * same mixture gives the same rows in the same order. */
    rs_buf_cstr(&sql, "COPY (SELECT sample_id, kept, reason, detail, n_repeats, template FROM "
                      "ledger WHERE mixture_id = ");
    rs_store_put_literal(&sql, job->mixture_id);
    rs_buf_cstr(&sql, " ORDER BY sample_id) TO ");
    rs_store_put_literal(&sql, partial);
    rs_buf_cstr(&sql, " (FORMAT parquet, COMPRESSION zstd)");
    rsift_status status = sql.failed || !path.ptr || !partial.ptr
                              ? rs_err_nomem(err, "the ledger")
                              : rs_store_exec(job->store, rs_buf_view(&sql), err);
    if (status == RSIFT_OK && rename(partial.ptr, path.ptr) != 0)
        status = rs_err_errno(err, errno, "cannot rename %s", partial.ptr);
    if (status == RSIFT_OK) status = note_written(&job->report, name, path, err);
    rs_buf_fini(&sql);
    rs_arena_fini(&arena);
    return status;
}
