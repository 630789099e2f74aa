/* Designed mixtures over indexed sources, as recipes and a table to fill in (`rsift mixtures`). The
 * design is choose/design.h's; what comes of the runs is decide/runs.h's. */
#ifndef RS_DECIDE_MIXTURES_H
#define RS_DECIDE_MIXTURES_H

#include "choose/design.h"
#include "decide/sources.h"

typedef struct rs_mixtures_job {
    const rs_recommend_job *recommend; /* store, catalogue, protect, licence, seed; budget 0 = a
                                        * quarter of what there is, at most 100,000 */
    rs_texts sources;                  /* n 0 = all */
    bool by_task;
    rs_texts benchmarks; /* names for the table; n 0 = one to be renamed */
    size_t n_mixtures;   /* 2..RS_DESIGN_MOST_MIXTURES */
} rs_mixtures_job;

/* A file of the answer: "mixture-01.yaml", ..., and at last "runs.csv". */
typedef rsift_status rs_mixtures_file_fn(void *ctx, rs_str name, rs_str text, rsift_error *err);

/* Appends the JSON answer (docs/cli.md, rsift.mixtures/1) and hands the files to `write` (NULL =
 * they are not wanted). Errors: those of rs_sources_list; RSIFT_E_ARG for less than two sources and
 * for a budget above what there is. */
rsift_status rs_decide_mixtures(const rs_mixtures_job *job, rs_mixtures_file_fn *write, void *ctx,
                                rs_buf *json, rsift_error *err);

#endif
