/* The proof of a join by position. Results of trainers (ms-swift infer, LLaMA-Factory) hold the
 * prompt and the label of every record but no id. A file whose lines all tell the same although the
 * questions differ tells nothing, and texts that agree prove an order only as far as they tell
 * records apart. */
#include "score/proof.h"

#include "base/buf.h"
#include "score/telling.h"

/* Labels may be cut where the trainer cuts long records. */
static bool same_label(rs_arena *memory, rs_str answer, rs_str label)
{
    const rs_str a = rs_score_bare_text(memory, answer), b = rs_score_bare_text(memory, label);
    return b.len && rs_str_starts(a, b);
}

/* How often the items' truths and predictions, where both tell, agree. */
typedef struct agreement {
    size_t n_agree, n_both, first; /* first: the item that disagrees */
    bool constant;                 /* all predictions tell the same, which tells nothing */
} agreement;

static rsift_status compare(const rs_score_job *job, const rs_score_run *run,
                            rs_score_telling which, agreement *out, rsift_error *err)
{
    *out = (agreement){.first = RS_NPOS};
    rs_str truth = {NULL, 0}, told = {NULL, 0};
    bool truths_differ = false, told_differ = false;
    rs_arena memory = {0};
    for (size_t i = 0; i < job->n; i++) {
        const rs_score_item *item = &run->items[i];
        if (!item->prediction) continue;
        const rs_str a = rs_score_told_text(item->truth, which),
                     b = rs_score_told_text(item->prediction, which);
        if (!rs_str_trim(a).len || !rs_str_trim(b).len) continue;
        const bool same = which == RS_TELLS_QUESTION  ? rs_score_same_question(&memory, a, b)
                          : which == RS_TELLS_PICTURE ? rs_str_eq(a, b)
                                                      : same_label(&memory, a, b);
        truths_differ = truths_differ || (out->n_both && !rs_str_eq(a, truth));
        told_differ = told_differ || (out->n_both && !rs_str_eq(b, told));
        truth = a;
        told = b;
        out->n_both++;
        out->n_agree += same;
        if (!same && out->first == RS_NPOS) out->first = i;
        rs_arena_reset(&memory);
    }
    out->constant = out->n_both > 1 && !told_differ && (truths_differ || !out->n_agree);
    rs_arena_fini(&memory);
    return rs_score_check_cancel(job, err);
}

/* The end of a text, where a question stands behind its template. */
static rs_str tail_of(rs_str s)
{
    enum { SHOWN = 56 };
    s = rs_str_trim(s);
    return rs_str_sub(s, s.len > SHOWN ? s.len - SHOWN : 0, s.len);
}

static rsift_status disagree(const rs_score_run *run, rs_score_telling which, size_t i,
                             rsift_error *err)
{
    char a[RS_QUOTE_SIZE], b[RS_QUOTE_SIZE];
    const rs_score_item *item = &run->items[i];
    rs_err_set(err, RSIFT_E_ARG, "%s \"%s\", the truth \"%s\": not in the truth's order",
               rs_score_told_as[which],
               rs_err_quote(b, tail_of(rs_score_told_text(item->prediction, which))),
               rs_err_quote(a, tail_of(rs_score_told_text(item->truth, which))));
    return rs_score_blame_prediction(run, item->prediction, err);
}

/* ---- how far what agrees tells the records apart --------------------------------------------- */

enum {
    OF_QUESTION = 1 << RS_TELLS_QUESTION,
    OF_PICTURE = 1 << RS_TELLS_PICTURE,
    OF_LABEL = 1 << RS_TELLS_LABEL
};

static const char *const proofs[1 << RS_TELLINGS] = {
    [OF_QUESTION] = "the texts of the questions",
    [OF_PICTURE] = "the names of the pictures",
    [OF_LABEL] = "the labels",
    [OF_QUESTION | OF_PICTURE] = "the questions and the names of the pictures",
    [OF_QUESTION | OF_LABEL] = "the questions and the labels",
    [OF_PICTURE | OF_LABEL] = "the names of the pictures and the labels",
    [OF_QUESTION | OF_PICTURE | OF_LABEL] = "the questions, the pictures and the labels",
};

static void put_text(rs_buf *b, rs_str s)
{
    rs_buf_str(b, s);
    rs_buf_char(b, '\x01'); /* in no text that a model reads */
}

/* What the results tell of an item in the texts of `tellings`. */
static void put_told(rs_buf *b, rs_arena *memory, const rs_score_item *item, unsigned tellings)
{
    for (int k = 0; k < RS_TELLINGS; k++)
        if (tellings >> k & 1) /* a label may be cut: the result's own tells less */
            put_text(b, rs_score_bare_text(
                            memory,
                            rs_score_told_text(k == RS_TELLS_LABEL ? item->prediction : item->truth,
                                               (rs_score_telling)k)));
}

/* All that a score makes of a truth: predictions for equal ones may change places. */
static void put_truth(rs_buf *b, const rs_score_job *job, const rs_score_record *t)
{
    const rs_score_options *o = job->options;
    const rs_score_details *d = rs_score_details_of(t);
    put_text(b, t->reference.ptr ? t->reference : RS_STR(""));
    for (size_t k = 0; k < t->n_references; k++) put_text(b, t->references[k]);
    for (size_t k = 0; k < d->n_options; k++) put_text(b, d->options[k]);
    for (size_t k = 0; k < d->n_types; k++) put_text(b, d->types[k]);
    for (int k = 0; k < RS_SCORE_BY; k++) put_text(b, d->by[k].ptr ? d->by[k] : RS_STR(""));
    put_text(b, t->type);
    put_text(b, d->boxes.ptr ? d->boxes : RS_STR(""));
    rs_buf_printf(b, "%g %g", d->width, d->height);
    /* With these it matters to which sample a prediction goes. */
    if (o->only || o->samples || o->compare) put_text(b, t->id.ptr ? t->id : t->image);
}

/* A key of what is told, and whether its truths differ. */
typedef struct told_group {
    size_t n;
    size_t n_truths;
} told_group;

/* Counts the items whose place the texts tell: no other item is told alike but has another truth.
 * false = out of memory. */
static bool count_proven(const rs_score_job *job, const rs_score_run *run, unsigned tellings,
                         size_t *n_proven)
{
    rs_strmap told = {0}, pairs = {0};
    rs_arena memory = {0};
    rs_buf text = {0};
    told_group *groups = rs_arena_calloc(&memory, job->n + 1, sizeof *groups);
    rs_arena scratch = {0};
    bool good = groups != NULL, made;
    for (size_t i = 0; good && i < job->n; i++) {
        text.len = 0;
        put_told(&text, &scratch, &run->items[i], tellings);
        const size_t at = text.failed ? RS_NPOS : rs_strmap_put(&told, rs_buf_view(&text), &made);
        put_truth(&text, job, run->items[i].truth);
        good = at != RS_NPOS && !text.failed &&
               rs_strmap_put(&pairs, rs_buf_view(&text), &made) != RS_NPOS;
        if (!good) break;
        groups[at].n++;
        groups[at].n_truths += made;
        rs_arena_reset(&scratch);
    }
    *n_proven = 0;
    for (size_t g = 0; good && g < told.n; g++)
        *n_proven += groups[g].n_truths == 1 ? groups[g].n : 0;
    rs_arena_fini(&scratch);
    rs_arena_fini(&memory);
    rs_buf_fini(&text);
    rs_strmap_fini(&told);
    rs_strmap_fini(&pairs);
    return good;
}

/* The fewest of the texts that agree on every line and tell every record apart, else all of them.
 * They prove the order where they tell at least half of the records apart: no results that were
 * sorted, sharded or gathered otherwise leave so many at their places. */
static rsift_status weigh(const rs_score_job *job, const rs_score_run *run, unsigned agreeing,
                          rs_score_proof *proof, rsift_error *err)
{
    unsigned tellings = 0;
    for (int k = 0; k < RS_TELLINGS && proof->n_proven < job->n; k++) {
        if (!(agreeing >> k & 1)) continue;
        size_t n;
        if (!count_proven(job, run, tellings | 1U << k, &n)) return rs_err_nomem(err, "a proof");
        if (tellings && n == proof->n_proven) continue; /* adds nothing */
        tellings |= 1U << k;
        proof->n_proven = n;
    }
    proof->told = proofs[tellings];
    if (2 * proof->n_proven >= job->n) proof->proven = proof->told;
    return RSIFT_OK;
}

rsift_status rs_score_prove_order(rs_score_job *job, const rs_score_run *run, rs_score_proof *proof,
                                  rsift_error *err)
{
    agreement of[RS_TELLINGS];
    *proof = (rs_score_proof){0};
    for (int k = 0; k < RS_TELLINGS; k++)
        RS_TRY(compare(job, run, (rs_score_telling)k, &of[k], err));
    unsigned agreeing = 0;
    for (int k = 0; k < RS_TELLINGS; k++) {
        /* Labels that never agree are the trainer's filling where no answer was given. */
        if (!of[k].n_both || of[k].constant || (k == RS_TELLS_LABEL && !of[k].n_agree)) continue;
        if (of[k].n_agree < of[k].n_both)
            return disagree(run, (rs_score_telling)k, of[k].first, err);
        if (of[k].n_both == job->n) agreeing |= 1U << k;
    }
    if (!agreeing && of[RS_TELLS_QUESTION].n_both && of[RS_TELLS_QUESTION].constant)
        return disagree(run, RS_TELLS_QUESTION, of[RS_TELLS_QUESTION].first, err);
    return agreeing ? weigh(job, run, agreeing, proof, err) : RSIFT_OK;
}
