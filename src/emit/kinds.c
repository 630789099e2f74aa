/* One aggregation over the ledger; see kinds.h. */
#include "emit/kinds.h"

#include "store/quote.h"

rsift_status rs_emit_make_kinds(rs_emit_job *job, rsift_error *err)
{
    const bool eval = job->mixture_id.len == 0;
    rs_buf sql = {0};
    rs_buf_cstr(&sql, "CREATE OR REPLACE TEMP TABLE emit_kind AS SELECT s.release_id, s.task, "
                      "s.skill, count(*) AS n, ");
    rs_buf_cstr(&sql, eval ? "0 AS n_repeats" : "CAST(sum(l.n_repeats) AS BIGINT) AS n_repeats");
    rs_buf_cstr(&sql, ", max(s.n_assets) AS n_assets FROM sample s ");
    rs_buf_cstr(&sql, eval ? "WHERE s.dataset = "
                           : "JOIN ledger l USING (sample_id) WHERE l.kept AND l.mixture_id = ");
    rs_store_put_literal(&sql, eval ? rs_str_of(job->options->eval) : job->mixture_id);
    rs_buf_cstr(&sql, " GROUP BY ALL");
    rsift_status status = sql.failed ? rs_err_nomem(err, "a statement")
                                     : rs_store_exec(job->store, rs_buf_view(&sql), err);
    rs_buf_fini(&sql);
    return status;
}
