/* Retrieval: a prediction is a list of ids, best first; the truth is the ids that answer. */
#include "score/retrieval.h"

enum { N_DEPTHS = 3 };
static const size_t depths[N_DEPTHS] = {1, 5, 10};

/* Is `id` one of the query's answers? */
static bool is_answer(rs_str id, const rs_score_record *t)
{
    for (size_t k = 0; k < t->n_references; k++)
        if (rs_str_eq(id, t->references[k])) return true;
    return !t->n_references && rs_str_eq(id, t->reference);
}

/* R@k = share of queries with an answer among the first k of the ranking; mR is the mean of the
 * three, and with several types (image to text, text to image) the mean over them. */
rsift_status rs_score_rankings(rs_score_job *job, rs_score_run *run, const unsigned char *only,
                               rsift_error *err)
{
    double *hits[N_DEPTHS];
    (void)only;
    for (int k = 0; k < N_DEPTHS; k++)
        if (!(hits[k] = rs_score_column(job))) return rs_err_nomem(err, "rankings");
    for (size_t i = 0; i < job->n; i++) {
        const rs_score_item *item = &run->items[i];
        const rs_json *list = NULL;
        run->read[i] = RS_STR("");
        if (!item->truth->reference.ptr) {
            rs_err_set(err, RSIFT_E_FORMAT, "expected the ids that answer the query");
            return rs_score_blame_truth(job, item->truth, err);
        }
        if (item->prediction) {
            list = rs_json_get(item->prediction->json, "ranking");
            if (!list) list = rs_json_get(item->prediction->json, "prediction");
            if (rs_json_kind(list) != RS_JSON_ARRAY) rs_score_set_state(run, i, RS_SCORE_UNPARSED);
        } else {
            rs_score_set_state(run, i, RS_SCORE_MISSING);
        }
        rs_json_iter it = rs_json_each(list);
        size_t rank = 0;
        for (const rs_json *v; rank < depths[N_DEPTHS - 1] && (v = rs_json_next(&it, NULL));
             rank++) {
            if (!is_answer(rs_json_text(&job->arena, v), item->truth)) continue;
            /* one answer within the depth is enough */
            for (int k = 0; k < N_DEPTHS; k++)
                if (rank < depths[k]) hits[k][i] = 1;
        }
        run->score[i] = (hits[0][i] + hits[1][i] + hits[2][i]) / N_DEPTHS;
    }
    rs_measure *mean = rs_score_measure(run, "mR", 100, run->score, NULL);
    if (job->types.n > 1) rs_score_over_types(job, mean); /* both directions count alike */
    rs_score_measure(run, "R@1", 100, hits[0], NULL);
    rs_score_measure(run, "R@5", 100, hits[1], NULL);
    rs_score_measure(run, "R@10", 100, hits[2], NULL);
    return RSIFT_OK;
}
