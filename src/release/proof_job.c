/* Counting and telling what is wrong; see proof_job.h. */
#include "release/proof_job.h"

void rs_proof_tell(rs_proof *p, rs_proof_row *row, rs_str place, const char *why)
{
    row->n_wrong++;
    p->wrong(p->ctx, row->what, place, why);
}

rsift_status rs_proof_tell_error(rs_proof *p, rs_proof_row *row, rsift_status status,
                                 const rsift_error *why, rsift_error *err)
{
    if (status == RSIFT_OK || status == RSIFT_END) return RSIFT_OK;
    if (rs_err_ends_call(status)) {
        if (err) *err = *why;
        return status;
    }
    rs_proof_tell(p, row, rs_str_of(why->where), why->message);
    return RSIFT_OK;
}
