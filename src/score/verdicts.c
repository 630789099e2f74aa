/* Verdicts of a language model, from the file of --judge-verdicts: a number from 0 to 1 by id.
 *
 * No model is called here or anywhere else. Whether a verdict replaces a decision of the rule is
 * the profile's; here verdicts are only read, and those that lead to no sample are noted. */
#include "score/verdicts.h"

#include "base/alloc.h"

/* Reads a record's verdict from "verdict", "score" or "correct". */
static bool verdict_of(const rs_score_record *r, double *out)
{
    static const struct {
        rs_str word;
        double verdict;
    } words[] = {{{"1", 1}, 1}, {{"yes", 3}, 1}, {{"correct", 7}, 1},
                 {{"0", 1}, 0}, {{"no", 2}, 0},  {{"incorrect", 9}, 0}};
    const rs_json *v = rs_json_get(r->json, "verdict");
    if (!v) v = rs_json_get(r->json, "score");
    if (!v) v = rs_json_get(r->json, "correct");
    bool yes;
    if (rs_json_bool(v, &yes)) {
        *out = yes;
        return true;
    }
    if (rs_json_double(v, out)) return *out >= 0 && *out <= 1;
    const rs_str text = rs_str_trim(rs_json_str(v).ptr ? rs_json_str(v) : RS_STR(""));
    for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
        if (!rs_str_eq_nocase(text, words[k].word)) continue;
        *out = words[k].verdict;
        return true;
    }
    return false;
}

/* Adds notes about verdicts for ids that the truth does not have, and about second ones for an id,
 * which do not count. */
static rsift_status note_verdicts(rs_score_job *job, size_t n_again, rsift_error *err)
{
    size_t n_unknown = job->verdict_ids.n;
    rs_strmap known = {0};
    bool made = false, good = true;
    for (size_t i = 0; good && i < job->n; i++) {
        const rs_score_record *r = &job->truth.records[i];
        const bool by_id = r->id.ptr && rs_strmap_get(&job->verdict_ids, r->id) != RS_NPOS;
        const rs_str id = by_id ? r->id : r->original_id;
        if (!id.ptr || rs_strmap_get(&job->verdict_ids, id) == RS_NPOS) continue;
        good = rs_strmap_put(&known, id, &made) != RS_NPOS;
    }
    n_unknown -= known.n;
    /* Ids of truths that were left out are known, too. */
    for (size_t k = 0; k < job->verdict_ids.n; k++)
        n_unknown -= rs_strmap_get(&known, job->verdict_ids.keys[k]) == RS_NPOS &&
                     rs_strmap_get(&job->left_out, job->verdict_ids.keys[k]) != RS_NPOS;
    rs_strmap_fini(&known);
    if (!good) return rs_err_nomem(err, "verdicts");
    if (n_unknown)
        RS_TRY(rs_score_add_note(job, err, "%zu verdicts are for ids that the truth does not have",
                                 n_unknown));
    if (!n_again) return RSIFT_OK;
    return rs_score_add_note(job, err, "%zu verdicts repeat an id: its first counts", n_again);
}

rsift_status rs_score_read_verdicts(rs_score_job *job, rsift_error *err)
{
    rs_score_file file;
    size_t n_again = 0;
    const char *path = job->options->judge_verdicts;
    const rs_score_wants wants = {.role = RS_SCORE_PREDICTIONS, .json = true};
    RS_TRY(rs_score_read(&job->arena, path, &wants, job->session, &file, err));
    job->verdicts_hash = file.hash;
    for (size_t i = 0; i < file.n; i++) {
        double v;
        bool made;
        if (!file.records[i].id.ptr || !verdict_of(&file.records[i], &v)) {
            rs_err_set(err, RSIFT_E_FORMAT, "expected an id and a verdict between 0 and 1");
            return rs_score_blame(path, &file, &file.records[i], RSIFT_E_FORMAT, err);
        }
        const size_t at = rs_strmap_put(&job->verdict_ids, file.records[i].id, &made);
        if (at == RS_NPOS || !RS_VEC_RESERVE(job->verdicts, job->cap_verdicts, at + 1))
            return rs_err_nomem(err, "verdicts");
        if (made) job->verdicts[at] = v; /* the first verdict of an id counts */
        n_again += !made;
    }
    return note_verdicts(job, n_again, err);
}
