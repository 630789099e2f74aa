/* The recipe as tables of the database. */
#ifndef RS_DECIDE_MIX_TABLES_H
#define RS_DECIDE_MIX_TABLES_H

#include "decide/decide.h"

/* Makes the temporary tables that mix.sql reads: settings, entries, and which cell (dataset, task,
 * skill) belongs to which entry. Errors: RSIFT_E_ARG at the place of an entry whose dataset or
 * split is not here. */
rsift_status rs_mix_make_tables(const rs_mix_job *job, rsift_error *err);

#endif
