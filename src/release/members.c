/* See members.h. */
#include "release/members.h"

#include "base/alloc.h"

enum { MEMBERS_AT_ONCE = 16 };

typedef struct reading {
    const rs_members *job;
    const size_t *random; /* members that can be opened by themselves */
} reading;

static rsift_status read_range(void *ctx, void *item, rsift_error *err)
{
    const reading *r = ctx;
    const rs_range *range = item;
    for (size_t i = range->begin; i < range->end; i++) {
        rs_io_stream *stream = NULL;
        rsift_error why = {0};
        if (rs_cancelled(r->job->cancel)) return rs_err_cancelled(err);
        const rsift_status opened = rs_io_open(r->job->tree, r->random[i], &stream, &why);
        if (opened != RSIFT_OK) stream = NULL;
        const rsift_status status =
            r->job->fn(r->job->ctx, r->random[i], stream, stream ? NULL : &why, err);
        rs_io_close(stream);
        if (status != RSIFT_OK) return status;
    }
    return RSIFT_OK;
}

rsift_status rs_members_read(const rs_members *job, const size_t *members, size_t n,
                             rsift_error *err)
{
    if (n == 0) return RSIFT_OK;
    size_t *parted = rs_alloc(n * sizeof *parted); /* random from the front, others behind them */
    if (!parted) return rs_err_nomem(err, "a list of members");
    size_t n_random = 0, n_other = 0;
    for (size_t i = 0; i < n; i++)
        if (rs_io_member_at(job->tree, members[i])->random) parted[n_random++] = members[i];
    for (size_t i = 0; i < n; i++)
        if (!rs_io_member_at(job->tree, members[i])->random)
            parted[n_random + n_other++] = members[i];
    reading r = {.job = job, .random = parted};
    const rs_pipeline pipeline = {.item_size = sizeof(rs_range),
                                  .n_threads = job->n_threads,
                                  .ctx = &r,
                                  .cancel = job->cancel,
                                  .work = read_range};
    rsift_status status = RSIFT_OK;
    if (n_random) status = rs_run_ranges(&pipeline, n_random, MEMBERS_AT_ONCE, err);
    if (status == RSIFT_OK && n_other)
        status = rs_io_visit(job->tree, parted + n_random, n_other, job->fn, job->ctx, err);
    rs_free(parted);
    return status;
}
