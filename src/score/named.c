/* Ids that number another file. Files of two splits, two editions or two orders of one benchmark
 * are often numbered 0, 1, 2 ...: every id is found, and every answer is scored against somebody
 * else's question. What a result tells of itself shows it; results that tell nothing are joined by
 * their ids alone. */
#include "score/named.h"

#include "score/telling.h"

/* The picture's name is told without extension, since pictures are converted, and not at all
 * without one: a number may be an id of any kind. */
static rs_str told_text(const rs_score_record *r, rs_score_telling which)
{
    const rs_str text = rs_score_told_text(r, which);
    if (which != RS_TELLS_PICTURE) return text;
    const size_t dot = rs_str_rfind_char(text, '.');
    return dot == RS_NPOS ? RS_STR("") : rs_str_sub(text, 0, dot);
}

static bool texts_differ(rs_arena *memory, rs_score_telling which, rs_str truth, rs_str told)
{
    if (!truth.len || !told.len) return false;
    return which == RS_TELLS_QUESTION ? rs_score_other_question(memory, truth, told)
                                      : !rs_str_eq(truth, told);
}

/* What every truth asks or shows, as keys. false = out of memory. */
static bool list_keys(const rs_score_job *job, rs_score_telling which, rs_strmap *known)
{
    rs_arena memory = {0};
    bool good = true, made;
    for (size_t i = 0; good && i < job->n; i++) {
        rs_str key = told_text(&job->truth.records[i], which);
        if (which == RS_TELLS_QUESTION) key = rs_score_bare_text(&memory, key);
        good = key.ptr && rs_strmap_put(known, key, &made) != RS_NPOS;
        rs_arena_reset(&memory);
    }
    rs_arena_fini(&memory);
    return good;
}

static rsift_status blame_ids(const rs_score_run *run, rs_score_telling which, size_t i,
                              rsift_error *err)
{
    char a[RS_QUOTE_SIZE], b[RS_QUOTE_SIZE];
    const rs_score_item *item = &run->items[i];
    rs_err_set(err, RSIFT_E_ARG,
               "%s \"%s\", as another truth does; the truth of its id \"%s\": the ids number "
               "another file (--join ids takes them all the same)",
               rs_score_told_as[which],
               rs_err_quote(b, rs_str_sub(told_text(item->prediction, which), 0, 40)),
               rs_err_quote(a, rs_str_sub(told_text(item->truth, which), 0, 40)));
    return rs_score_blame_prediction(run, item->prediction, err);
}

static rsift_status check_texts(const rs_score_job *job, rs_score_run *run, rs_score_telling which,
                                rs_strmap *known, rsift_error *err)
{
    rs_arena memory = {0};
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; status == RSIFT_OK && i < job->n; i++, rs_arena_reset(&memory)) {
        const rs_score_item *item = &run->items[i];
        if (!item->prediction) continue;
        const rs_str told = told_text(item->prediction, which);
        if (!told.len) continue; /* most results tell nothing */
        if (!texts_differ(&memory, which, told_text(item->truth, which), told)) continue;
        run->n_reworded += which == RS_TELLS_QUESTION;
        const rs_str key = which == RS_TELLS_QUESTION ? rs_score_bare_text(&memory, told) : told;
        if (!key.ptr || (!known->n && !list_keys(job, which, known)))
            status = rs_err_nomem(err, "questions");
        else if (rs_strmap_get(known, key) != RS_NPOS) status = blame_ids(run, which, i, err);
    }
    rs_arena_fini(&memory);
    return status;
}

rsift_status rs_score_check_names(rs_score_job *job, rs_score_run *run, rsift_error *err)
{
    static const rs_score_telling compared[] = {RS_TELLS_QUESTION, RS_TELLS_PICTURE};
    rsift_status status = RSIFT_OK;
    run->n_reworded = 0;
    for (size_t k = 0; status == RSIFT_OK && k < sizeof compared / sizeof *compared; k++) {
        rs_strmap known = {0};
        status = check_texts(job, run, compared[k], &known, err);
        rs_strmap_fini(&known);
    }
    return status == RSIFT_OK ? rs_score_check_cancel(job, err) : status;
}
