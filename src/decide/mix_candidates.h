/* The candidates of a mixture, which lie in files of a temporary folder. */
#ifndef RS_DECIDE_MIX_CANDIDATES_H
#define RS_DECIDE_MIX_CANDIDATES_H

#include "decide/decide.h"

/* Decides each sample by itself, group by group of parts, and writes what mix.sql's [candidates]
 * says of it to a file below `tmp` for each group. Makes the view mix_candidate of all of them in
 * both stores; its row_ numbers the rows from 0.
 *   n_rows   out
 * In: the tables that [candidates] reads. */
rsift_status rs_mix_write_candidates(const rs_mix_job *job, rs_str tmp, int64_t *n_rows,
                                     rsift_error *err);

#endif
