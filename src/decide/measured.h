/* A recommendation out of mixtures that were measured, whoever measured them: runs of one's own
 * (`recommend --runs`) or small models (`proxy`). The rules are choose/mixture.h's. */
#ifndef RS_DECIDE_MEASURED_H
#define RS_DECIDE_MEASURED_H

#include "choose/mixture.h"
#include "codec/json_writer.h"
#include "decide/sources.h"

typedef struct rs_measured {
    const rs_recommend_job *job; /* budget 0 = that of the runs; seed, licence, protect, name */
    rs_arena *arena;
    const rs_source *sources;
    const rs_str *benchmarks, *runs; /* names */
    size_t n_sources, n_benchmarks, n_runs;
    const double *counts, *scores; /* as in rs_runs; scores as they were measured */
    const uint8_t *own;
    bool losses; /* less is better */
    /* out */
    double total;              /* samples of a run */
    int64_t budget, allocated; /* of the recommendation */
    int64_t *samples;          /* [n_sources] */
    rs_runs_advice advice;
} rs_measured;

/* Fits the runs and shares the budget. Call rs_measured_fini also after a failure. */
rsift_status rs_measured_advise(rs_measured *m, rsift_error *err);
void rs_measured_fini(rs_measured *m);

/* The fields from "n_runs" on: benchmarks, rows, compare (docs/cli.md, rsift.recommend/1). */
void rs_measured_put(const rs_measured *m, rs_json_writer *json);

/* The recipe; nothing when the runs do not tell mixtures apart. `origin` is its first comment. */
rsift_status rs_measured_put_recipe(const rs_measured *m, const char *origin, rs_buf *out,
                                    rsift_error *err);

#endif
