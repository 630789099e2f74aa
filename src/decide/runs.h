/* `recommend --runs`: mixtures that the person has trained on and scored. */
#ifndef RS_DECIDE_RUNS_H
#define RS_DECIDE_RUNS_H

#include "decide/decide.h"

typedef struct rs_runs_job {
    const rs_recommend_job
        *recommend; /* store NULL = nothing is indexed: no supply is known; budget
                     * 0 = that of the runs */
    rs_str file;    /* decide/run_table.h */
    rs_texts own;   /* "BENCHMARK=SOURCE": sources of the benchmark's own kind. Without one they are
                     * those of its own dataset, as far as the names tell */
    bool losses;
    const rsift_limits *limits;
} rs_runs_job;

/* Appends the JSON answer (rsift.recommend/1, called "runs") and the recipe, which stays empty when
 * the runs do not tell mixtures apart. *n_findings counts rows of no use, and that.
 * Errors: those of rs_run_table_read; RSIFT_E_ARG below RS_RUNS_LEAST scored mixtures, below two
 * sources, and for names in `own` that the table does not hold. */
rsift_status rs_decide_runs(const rs_runs_job *job, rs_buf *json, rs_buf *recipe,
                            int64_t *n_findings, rsift_error *err);

#endif
