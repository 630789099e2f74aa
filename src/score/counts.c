/* Counting questions. The first number or number word of an answer counts; answers without one are
 * left out of the errors and shown as a share. */
#include "score/counts.h"

#include <math.h>

/* R2 = 1 - sum error^2 / sum (reference - mean reference)^2 over the answers that were read; NaN
 * when none was or all references are equal. */
static double r_squared(const rs_score_job *job, const unsigned char *only, const double *reference,
                        const double *error, const double *read)
{
    double n = 0, mean = 0, residual = 0, total = 0;
    for (size_t i = 0; i < job->n; i++) {
        if (only && !only[i]) continue;
        n += read[i];
        mean += read[i] * reference[i];
    }
    if (n == 0) return NAN;
    mean /= n;
    for (size_t i = 0; i < job->n; i++) {
        if (only && !only[i]) continue;
        residual += read[i] * error[i] * error[i];
        total += read[i] * (reference[i] - mean) * (reference[i] - mean);
    }
    return total > 0 ? 1 - residual / total : NAN;
}

/* With error = predicted - reference over answers that hold a number:
 *   MAE  = mean of |error|
 *   RMSE = sqrt(mean of error^2)
 *   MAPE = mean of |error| / reference, where the reference is not 0 */
rsift_status rs_score_counts(rs_score_job *job, rs_score_run *run, const unsigned char *only,
                             rsift_error *err)
{
    double *reference = rs_score_column(job), *read = rs_score_column(job);
    double *error = rs_score_column(job), *absolute = rs_score_column(job);
    double *square = rs_score_column(job), *relative = rs_score_column(job);
    double *nonzero = rs_score_column(job), *refused = rs_score_column(job);
    if (!reference || !read || !error || !absolute || !square || !relative || !nonzero || !refused)
        return rs_err_nomem(err, "counts");
    rs_arena scratch = {0};
    for (size_t i = 0; i < job->n; i++) {
        const rs_score_record *t = run->items[i].truth, *p = run->items[i].prediction;
        double predicted;
        if (!t->reference.ptr || !rs_metrics_count_of(&scratch, t->reference, &reference[i])) {
            rs_arena_fini(&scratch);
            rs_err_set(err, RSIFT_E_FORMAT, "expected a number in the truth");
            return rs_score_blame_truth(job, t, err);
        }
        run->read[i] = rs_score_output(job, run, p ? p->prediction : RS_STR(""));
        refused[i] = 1; /* until a number is found */
        if (!p) rs_score_set_state(run, i, RS_SCORE_MISSING);
        else if (!rs_metrics_count_of(&scratch, run->read[i], &predicted))
            rs_score_set_state(run, i, RS_SCORE_UNPARSED);
        else {
            refused[i] = 0;
            read[i] = 1;
            error[i] = predicted - reference[i];
            absolute[i] = fabs(error[i]);
            square[i] = error[i] * error[i];
            nonzero[i] = reference[i] != 0; /* a relative error of nothing is undefined */
            relative[i] = reference[i] != 0 ? absolute[i] / reference[i] : 0;
            run->score[i] = error[i] == 0;
        }
        rs_arena_reset(&scratch);
    }
    rs_arena_fini(&scratch);
    rs_score_measure(run, "accuracy", 100, run->score, NULL);
    rs_score_measure(run, "MAE", 1, absolute, read);
    rs_score_measure(run, "RMSE", 1, square, read)->shape = RS_MEASURE_ROOT;
    rs_score_measure(run, "MAPE", 100, relative, nonzero);
    rs_score_fixed(run, "R2", 1, r_squared(job, only, reference, error, read));
    rs_score_measure(run, "without a number", 100, refused, NULL);
    return RSIFT_OK;
}
