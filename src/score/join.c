/* Joining predictions to truths: by id, then by the benchmark's own id, else by position.
 *
 * Position is used only where ids cannot tell the samples apart, and then both files must go in
 * step. Of several predictions for a sample the first counts. Whether an answer can be read is not
 * known here: the family decides. */
#include "score/join.h"

#include "metrics/reasoning.h"
#include "score/named.h"
#include "score/proof.h"
#include "score/source.h"
#include "score/telling.h"

/* Ids of the truth: sample numbers, RS_NPOS for an id of several samples. */
typedef struct id_index {
    rs_strmap ids;
    size_t *sample; /* of ids.keys[k]: sample[k] */
    bool unique;
} id_index;

/* original: the benchmark's own ids. */
static rsift_status index_ids(rs_score_job *job, bool original, id_index *index, rsift_error *err)
{
    *index = (id_index){.sample = rs_arena_calloc(&job->arena, job->n + 1, sizeof *index->sample),
                        .unique = true};
    if (!index->sample) return rs_err_nomem(err, "ids");
    for (size_t i = 0; i < job->n; i++) {
        const rs_score_record *r = &job->truth.records[i];
        const rs_str id = original ? r->original_id : r->id;
        bool made;
        if (!id.ptr) continue;
        const size_t at = rs_strmap_put(&index->ids, id, &made);
        if (at == RS_NPOS) return rs_err_nomem(err, "ids");
        index->sample[at] = made ? i : RS_NPOS; /* an id of two samples leads to none */
        index->unique = index->unique && made;
    }
    return RSIFT_OK;
}

static size_t sample_of(const id_index *index, rs_str id)
{
    const size_t at = id.ptr ? rs_strmap_get(&index->ids, id) : RS_NPOS;
    return at == RS_NPOS ? RS_NPOS : index->sample[at];
}

/* A record without any prediction is none. */
static const rs_score_record *if_predicted(const rs_score_record *p)
{
    return p->prediction.ptr || p->json ? p : NULL;
}

/* All questions of the file, those left out included; what was never asked has no result. */
static size_t n_truths(const rs_score_job *job)
{
    return job->n + job->n_left_out + job->n_other_tasks + job->n_withheld + job->n_incomplete +
           job->n_unscorable + job->n_unasked - job->n_silent;
}

/* Gives every truth the prediction that stands where it stands. */
static void pair_by_position(const rs_score_job *job, rs_score_run *run)
{
    for (size_t i = 0; i < job->n; i++)
        run->items[i].prediction = if_predicted(&run->file.records[job->truth.records[i].index]);
    run->by_position = true;
}

/* The texts of results without ids must prove the order that --join position states. */
static rsift_status check_order(rs_score_job *job, rs_score_run *run, rsift_error *err)
{
    const char *join = job->options->join;
    RS_TRY(rs_score_prove_order(job, run, &run->order, err));
    if (run->order.proven || (join && strcmp(join, "position") == 0)) return RSIFT_OK;
    if (run->order.told)
        return rs_err_set(err, RSIFT_E_ARG,
                          "the results carry no ids, and %s tell only %zu of %zu records apart: "
                          "--join position takes them in the truth's order",
                          run->order.told, run->order.n_proven, job->n);
    return rs_err_set(err, RSIFT_E_ARG,
                      "the results carry no ids and no text of the questions: --join position "
                      "takes them in the truth's order");
}

/* Joins by position where ids do not tell samples apart: both files must have as many records, and
 * where both have an id it must be the same. */
static rsift_status join_in_step(rs_score_job *job, rs_score_run *run, bool has_ids,
                                 rsift_error *err)
{
    const rs_score_file *f = &run->file;
    /* The file must have a record for every truth, those left out included. */
    bool in_step = n_truths(job) == f->n && f->n >= job->n, same_ids = true;
    for (size_t i = 0; in_step && i < job->n; i++) {
        const rs_score_record *t = &job->truth.records[i], *p = &f->records[t->index];
        in_step = !t->id.ptr || !p->id.ptr || rs_str_eq(t->id, p->id);
        same_ids = same_ids && t->id.ptr && p->id.ptr;
    }
    if (in_step) pair_by_position(job, run);
    /* Without ids on both sides the texts are all there is. */
    if (in_step) return same_ids ? RSIFT_OK : check_order(job, run, err);
    return rs_err_set(
        err, RSIFT_E_ARG, "%s, and the files do not go in step: %zu truths, %zu predictions",
        has_ids ? "ids stand twice in the truth" : "the truth has no ids", job->n, f->n);
}

/* Joins results without ids by position: as many records as the truth, whose own texts prove the
 * order, or --join position where they tell nothing. */
static rsift_status join_without_ids(rs_score_job *job, rs_score_run *run, const id_index *ids,
                                     rsift_error *err)
{
    const size_t n = n_truths(job);
    if (job->options->dataset)
        return rs_err_set(err, RSIFT_E_ARG,
                          "the results carry no ids, and the index has no order of questions: give "
                          "--truth, the truth.jsonl that emit --eval wrote beside them");
    if (run->file.n != n)
        return rs_err_set(err, RSIFT_E_ARG,
                          "the results carry no ids, and are %zu records to %zu truths: the files "
                          "cannot be joined by position",
                          run->file.n, n);
    for (size_t i = 0; i < job->n; i++) /* references of one id were merged */
        if (job->truth.records[i].index >= run->file.n)
            return rs_err_set(err, RSIFT_E_ARG,
                              "the results carry no ids, and the truth has "
                              "several lines a sample: give the results ids");
    pair_by_position(job, run);
    for (size_t i = 0; i < job->n; i++) { /* --join position against ids */
        const rs_score_record *p = run->items[i].prediction;
        const size_t named = p && !p->row_id ? sample_of(ids, p->id) : RS_NPOS;
        if (named == RS_NPOS || named == i) continue;
        rs_err_set(err, RSIFT_E_ARG, "has the id of another truth: not in the truth's order");
        return rs_score_blame_prediction(run, p, err);
    }
    return check_order(job, run, err);
}

/* Does the file name its records? Numbers of rows that name no truth are no names. */
static bool has_names(const rs_score_run *run, const id_index *ids)
{
    for (size_t i = 0; i < run->file.n; i++) {
        const rs_score_record *p = &run->file.records[i];
        if (p->id.ptr && (!p->row_id || rs_strmap_get(&ids->ids, p->id) != RS_NPOS)) return true;
    }
    return false;
}

/* The sample that the benchmark's own id names. A number of a row is the number of another row
 * somewhere else: a doc_id counts where the question is the same, an index where it is not told to
 * be another. */
static size_t sample_of_original(const rs_score_job *job, const id_index *originals,
                                 const rs_score_record *p)
{
    const size_t sample = sample_of(originals, p->id);
    if (sample == RS_NPOS || !(p->row_id || p->index_id)) return sample;
    const rs_str question = job->truth.records[sample].question;
    rs_arena memory = {0};
    const bool same = p->row_id ? rs_score_same_question(&memory, question, p->question)
                                : !rs_score_other_question(&memory, question, p->question);
    rs_arena_fini(&memory);
    return same ? sample : RS_NPOS;
}

/* Joins by id, else by the benchmark's own id. The first prediction of a sample counts; predictions
 * for truths that were left out are not extra. */
static rsift_status join_by_ids(rs_score_job *job, rs_score_run *run, const id_index *ids,
                                const id_index *originals, rsift_error *err)
{
    size_t n_matched = 0;
    for (size_t i = 0; i < run->file.n; i++) {
        const rs_score_record *p = &run->file.records[i];
        size_t sample = sample_of(ids, p->id);
        if (sample == RS_NPOS) sample = sample_of_original(job, originals, p);
        if (sample == RS_NPOS) {
            run->n_extra += !p->id.ptr || rs_strmap_get(&job->left_out, p->id) == RS_NPOS;
            continue;
        }
        n_matched++;
        if (!if_predicted(p)) continue; /* stays missing */
        if (run->items[sample].prediction) run->n_repeated++;
        else run->items[sample].prediction = p;
    }
    if (n_matched) return RSIFT_OK;
    /* The first ids of both files show what is wrong. */
    const rs_str a = job->truth.records[0].id, b = run->file.records[0].id;
    char first[RS_QUOTE_SIZE], second[RS_QUOTE_SIZE];
    return rs_err_set(err, RSIFT_E_ARG,
                      "no prediction has an id of the truth (\"%s\" there, \"%s\" here)",
                      rs_err_quote(first, a.ptr ? rs_str_sub(a, 0, 24) : RS_STR("")),
                      rs_err_quote(second, b.ptr ? rs_str_sub(b, 0, 24) : RS_STR("")));
}

static rsift_status join_file(rs_score_job *job, rs_score_run *run, rsift_error *err)
{
    const rs_score_wants wants = {.role = RS_SCORE_PREDICTIONS, .json = job->family->keeps_json};
    RS_TRY(rs_score_read(&job->arena, run->path, &wants, job->session, &run->file, err));
    char quoted[RS_QUOTE_SIZE];
    id_index ids = {0}, originals = {0};
    rsift_status status = RSIFT_OK;
    /* Some records without a prediction are missing ones; all of them are a file of another
     * kind. */
    if (run->file.n_bare && run->file.n_bare == run->file.n)
        status = rs_err_set(err, RSIFT_E_FORMAT,
                            "no record has a prediction: expected a field like \"prediction\", "
                            "\"output\", \"response\" or \"answer\", found \"%s\"",
                            rs_err_quote(quoted, run->file.bare));
    if (status == RSIFT_OK) status = index_ids(job, false, &ids, err);
    if (status == RSIFT_OK) status = index_ids(job, true, &originals, err);
    const char *join = job->options->join;
    const bool position = join && strcmp(join, "position") == 0, by_ids = join && !position;
    if (status == RSIFT_OK) {
        if (by_ids) status = join_by_ids(job, run, &ids, &originals, err);
        else if (!ids.unique || !ids.ids.n) status = join_in_step(job, run, ids.ids.n > 0, err);
        else if (position || !has_names(run, &ids)) status = join_without_ids(job, run, &ids, err);
        else status = join_by_ids(job, run, &ids, &originals, err);
        if (status == RSIFT_OK && !join && !run->order.told)
            status = rs_score_check_names(job, run, err);
    }
    rs_strmap_fini(&ids.ids);
    rs_strmap_fini(&originals.ids);
    return status == RSIFT_OK ? status : rs_score_within(run->path, status, err);
}

/* Does any text of the prediction, which may be NULL, hold reasoning? */
static bool holds_reasoning(const rs_score_record *p)
{
    rs_str answer;
    if (!p || !p->prediction.ptr) return false;
    const rs_score_details *d = rs_score_details_of(p);
    bool any = rs_metrics_reasoning(p->prediction, &answer);
    for (size_t k = 0; !any && k < d->n_wordings; k++)
        any = rs_metrics_reasoning(d->wordings[k], &answer);
    return any;
}

rsift_status rs_score_join(rs_score_job *job, rs_score_run *run, rsift_error *err)
{
    run->items = rs_arena_calloc(&job->arena, job->n + 1, sizeof *run->items);
    if (!run->items) return rs_err_nomem(err, "samples");
    for (size_t i = 0; i < job->n; i++) run->items[i].truth = &job->truth.records[i];
    if (run->path) {
        RS_TRY(join_file(job, run, err));
    } else {
        /* Each record is truth and prediction at once. */
        run->path = job->options->predictions;
        run->file = job->truth;
        for (size_t i = 0; i < job->n; i++)
            run->items[i].prediction = if_predicted(&job->truth.records[i]);
    }
    for (size_t i = 0; i < job->n; i++) {
        run->n_missing += run->items[i].prediction == NULL;
        run->n_objects += run->items[i].prediction && run->items[i].prediction->object;
        run->n_reasoning += holds_reasoning(run->items[i].prediction);
    }
    return RSIFT_OK;
}

/* Ids of --only may be the truth's or the benchmark's own. */
rsift_status rs_score_read_only(rs_score_job *job, rsift_error *err)
{
    rs_str text, id;
    RS_TRY(rs_score_bytes(&job->arena, job->options->only, &text, &job->only_hash, err));
    rs_strmap ids = {0}, seen = {0};
    bool made, good = true;
    /* an id that stands twice is one */
    while (good && rs_score_only_id(job, &text, &id))
        good = rs_strmap_put(&ids, id, &made) != RS_NPOS;
    job->only = rs_arena_calloc(&job->arena, job->n + 1, 1);
    for (size_t i = 0; good && job->only && i < job->n; i++) {
        const rs_score_record *r = &job->truth.records[i];
        size_t at = r->id.ptr ? rs_strmap_get(&ids, r->id) : RS_NPOS;
        if (at == RS_NPOS && r->original_id.ptr) at = rs_strmap_get(&ids, r->original_id);
        if (at == RS_NPOS) continue;
        job->only[i] = 1;
        job->n_only++;
        good = rs_strmap_put(&seen, ids.keys[at], &made) != RS_NPOS;
    }
    /* Ids of no sample and of no truth that was left out are unknown. */
    job->n_only_unknown = ids.n - seen.n;
    for (size_t k = 0; k < ids.n; k++)
        job->n_only_unknown -= rs_strmap_get(&seen, ids.keys[k]) == RS_NPOS &&
                               rs_strmap_get(&job->left_out, ids.keys[k]) != RS_NPOS;
    rs_strmap_fini(&ids);
    rs_strmap_fini(&seen);
    if (!good || !job->only) return rs_err_nomem(err, "ids");
    if (job->n_only) return RSIFT_OK;
    const rs_str note = job->only_note;
    rs_err_set(err, RSIFT_E_ARG, "none of its ids is in the truth%s%.*s",
               note.len ? "; it says: " : "", (int)(note.len < 200 ? note.len : 200),
               note.len ? note.ptr : "");
    return rs_err_within(err, RSIFT_E_ARG, "%s", job->options->only);
}
