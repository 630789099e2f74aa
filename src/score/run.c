/* What the families call while they score: columns, measures, states of samples, notes and errors
 * with their place. Types stand in run.h.
 *
 * Knows no family and no kernel. Arrays and texts lie in the job's arena and live as long as
 * it. */
#include "score/run.h"

#include "metrics/reasoning.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

/* ---- measures -------------------------------------------------------------------------------- */

double *rs_score_column(rs_score_job *job)
{
    return rs_arena_calloc(&job->arena, job->n + 1, sizeof(double));
}

rs_measure *rs_score_measure(rs_score_run *run, const char *name, double scale, const double *num,
                             const double *den)
{
    RS_ASSERT(run->n_measures < RS_SCORE_MEASURES);
    rs_measure *m = &run->measures[run->n_measures++];
    *m = (rs_measure){.num = num, .den = den, .scale = scale};
    snprintf(m->name, sizeof m->name, "%s", name);
    return m;
}

rs_measure *rs_score_fixed(rs_score_run *run, const char *name, double scale, double value)
{
    rs_measure *m = rs_score_measure(run, name, scale, NULL, NULL);
    m->shape = RS_MEASURE_FIXED;
    m->value = isnan(value) ? value : scale * value;
    m->known = !isnan(value);
    m->given = true;
    return m;
}

void rs_score_over_types(const rs_score_job *job, rs_measure *m)
{
    m->shape = RS_MEASURE_GROUP_MEAN;
    /* where samples have several types, each of them counts the sample */
    m->group = job->types_at ? job->all_types : job->type;
    m->group_at = job->types_at;
    m->n_groups = (uint32_t)job->types.n;
}

void rs_score_set_state(rs_score_run *run, size_t i, rs_score_state state)
{
    run->state[i] = (unsigned char)state;
    run->n_unparsed += state == RS_SCORE_UNPARSED;
    run->n_undecided += state == RS_SCORE_UNDECIDED;
}

rs_str rs_score_output(const rs_score_job *job, const rs_score_run *run, rs_str text)
{
    rs_str answer;
    if (!text.ptr) return RS_STR("");
    if (!run->without_reasoning && !rs_metrics_profile_is_ours(job->profile)) return text;
    rs_metrics_reasoning(text, &answer);
    return answer;
}

bool rs_score_only_id(rs_score_job *job, rs_str *text, rs_str *id)
{
    while (rs_str_line(text, id)) {
        *id = rs_str_trim(*id);
        const bool note = rs_str_starts(*id, RS_STR("# "));
        if (note && !job->only_note.len) job->only_note = rs_str_sub(*id, 2, id->len);
        if (id->len && !note) return true;
    }
    return false;
}

bool rs_score_unanswered(const rs_score_job *job, const rs_score_run *run, rs_str text)
{
    return rs_str_trim(text).len && !rs_score_output(job, run, text).len;
}

int rs_score_n_resamples(const rs_score_options *o)
{
    return o->n_resamples == 0 ? 1000 : o->n_resamples < 0 ? 0 : o->n_resamples;
}

rsift_status rs_score_evaluate(rs_score_job *job, rs_score_run *run, const unsigned char *only,
                               rsift_error *err)
{
    run->score = rs_score_column(job);
    run->state = rs_arena_calloc(&job->arena, job->n + 1, 1);
    run->read = rs_arena_calloc(&job->arena, job->n + 1, sizeof *run->read);
    /* A run may be evaluated again, for a subset. */
    run->n_measures = run->n_unparsed = run->n_undecided = run->n_verdicts = run->n_inverted = 0;
    run->n_several = run->n_readable = run->n_unit = run->n_beyond = 0;
    run->notes = NULL;
    if (!run->score || !run->state || !run->read) return rs_err_nomem(err, "scores");
    return job->family->run(job, run, only, err);
}

/* ---- notes and errors ------------------------------------------------------------------------ */

rsift_status rs_score_blame_truth(const rs_score_job *job, const rs_score_record *r,
                                  rsift_error *err)
{
    const rs_score_options *o = job->options;
    const char *path = o->truth ? o->truth : o->dataset ? o->dataset : o->predictions;
    return rs_score_blame(path, &job->truth, r, err ? err->status : RSIFT_E_FORMAT, err);
}

rsift_status rs_score_blame_prediction(const rs_score_run *run, const rs_score_record *r,
                                       rsift_error *err)
{
    return rs_score_blame(run->path, &run->file, r, err ? err->status : RSIFT_E_FORMAT, err);
}

rsift_status rs_score_add_note(rs_score_job *job, rsift_error *err, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    /* Notes are joined by "; ". */
    const size_t before = job->notes ? strlen(job->notes) : 0;
    const int n = vsnprintf(NULL, 0, format, args);
    const size_t room = before + (n > 0 ? (size_t)n : 0) + 3;
    char *text = n < 0 ? NULL : rs_arena_alloc(&job->arena, room);
    if (text) {
        const int at = snprintf(text, room, "%s%s", before ? job->notes : "", before ? "; " : "");
        vsnprintf(text + at, room - (size_t)at, format, again);
        job->notes = text;
    }
    va_end(again);
    va_end(args);
    return text ? RSIFT_OK : rs_err_nomem(err, "a note");
}

rsift_status rs_score_check_cancel(const rs_score_job *job, rsift_error *err)
{
    if (!rs_cancelled(job->cancel)) return RSIFT_OK;
    return rs_err_cancelled(err);
}
