/* The candidates as files, a group of parts in each; see mix_candidates.h. */
#include "decide/mix_candidates.h"

#include "decide/ask.h"
#include "store/files.h"
#include "store/quote.h"

#include <inttypes.h>

enum { SAMPLES = 1 << 20 }; /* of a group: their joins take about 100 MB */

/* Writes the file of a group to `folder`, and adds it to the view. */
static rsift_status add_group(const rs_mix_job *job, const rs_path *folder, rs_buf *view,
                              int64_t *n_rows, rsift_error *err)
{
    rs_path path;
    rs_buf file = {0}, sql = {0};
    int64_t n = 0;
    RS_TRY(rs_path_set(&path, err, "%s/candidates.parquet", folder->text));
    RS_TRY(rs_store_mkdirs(folder->text, err));
    RS_TRY(rs_decide_run_section(job->store, "mix", "candidates", rs_str_of(folder->text), err));
    rs_store_put_path(&file, rs_str_of(path.text));
    rs_buf_printf(&sql, "SELECT count(*) FROM read_parquet(%.*s)", RS_STR_ARG(rs_buf_view(&file)));
    rs_buf_char(&sql, 0);
    rsift_status status = sql.failed || file.failed
                              ? rs_err_nomem(err, "a statement")
                              : rs_decide_number(job->store, sql.ptr, &n, err);
    rs_buf_printf(view,
                  "SELECT *, file_row_number + %" PRId64
                  " AS row_ FROM read_parquet(%.*s, file_row_number = true)",
                  *n_rows, RS_STR_ARG(rs_buf_view(&file)));
    *n_rows += n;
    rs_buf_fini(&file);
    rs_buf_fini(&sql);
    return status;
}

/* With one group all samples are shown already (usable.sql). */
static rsift_status add_groups(const rs_mix_job *job, rs_str tmp, rs_part_groups *groups,
                               rs_buf *view, int64_t *n_rows, rsift_error *err)
{
    const size_t n = rs_part_groups_n(groups);
    for (size_t i = 0; i < n; i++) {
        rs_path folder;
        RS_TRY(rs_path_set(&folder, err, "%.*s/%zu", RS_STR_ARG(tmp), i));
        if (n > 1) RS_TRY(rs_part_groups_show(groups, i, err));
        if (i > 0) rs_buf_cstr(view, " UNION ALL "); /* the groups before may have no candidate */
        RS_TRY(add_group(job, &folder, view, n_rows, err));
    }
    return n > 1 ? rs_decide_run_section(job->store, "usable", "here", RS_STR(""), err) : RSIFT_OK;
}

rsift_status rs_mix_write_candidates(const rs_mix_job *job, rs_str tmp, int64_t *n_rows,
                                     rsift_error *err)
{
    rs_part_groups *groups;
    rs_buf view = {0};
    *n_rows = 0;
    RS_TRY(rs_part_groups_new(job->store, job->group ? job->group : SAMPLES, &groups, err));
    rs_buf_cstr(&view, "CREATE OR REPLACE TEMP VIEW mix_candidate AS ");
    rsift_status status = add_groups(job, tmp, groups, &view, n_rows, err);
    if (status == RSIFT_OK && view.failed) status = rs_err_nomem(err, "a statement");
    if (status == RSIFT_OK) status = rs_store_exec(job->store, rs_buf_view(&view), err);
    if (status == RSIFT_OK) status = rs_store_exec(job->reader, rs_buf_view(&view), err);
    rs_part_groups_free(groups);
    rs_buf_fini(&view);
    return status;
}
