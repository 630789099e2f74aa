/* The proof of a join by position. Results of trainers (ms-swift infer, LLaMA-Factory) hold the
 * prompt and the label of every record but no id; a prompt is the question inside a model's chat
 * template. A file whose lines all tell the same although the questions differ tells nothing. */
#include "score/proof.h"

#include "base/ascii.h"

/* The length of a tag at s[i]: "<image>", "<|im_start|>", "</s>", "[INST]"; 0 = none. Comparisons
 * such as "a < b" hold blanks and stay. */
static size_t tag_length(rs_str s, size_t i)
{
    enum { LONGEST = 40 };
    static const rs_str bracketed[] = {
        {"[INST]", 6}, {"[/INST]", 7}, {"[IMG]", 5}, {"[IMG_BREAK]", 11}, {"[IMG_END]", 9}};
    const rs_str rest = rs_str_sub(s, i, s.len);
    for (size_t k = 0; k < sizeof bracketed / sizeof *bracketed; k++)
        if (rs_str_starts(rest, bracketed[k])) return bracketed[k].len;
    if (rest.ptr[0] != '<') return 0;
    for (size_t n = 1; n < rest.len && n < LONGEST; n++) {
        if (rest.ptr[n] == '>') return n + 1;
        if (rest.ptr[n] == '<' || rs_ascii_is_space(rest.ptr[n])) break;
    }
    return 0;
}

/* The text without tags and white space; ptr NULL = out of memory. */
static rs_str bare_text(rs_arena *memory, rs_str s)
{
    char *out = rs_arena_alloc(memory, s.len + 1);
    size_t n = 0;
    for (size_t i = 0; out && i < s.len;) {
        const size_t tag = tag_length(s, i);
        if (!tag && !rs_ascii_is_space(s.ptr[i])) out[n++] = s.ptr[i];
        i += tag ? tag : 1;
    }
    return out ? rs_str_make(out, n) : (rs_str){NULL, 0};
}

bool rs_score_same_question(rs_arena *memory, rs_str question, rs_str stated)
{
    static const rs_str roles[] = {
        {"assistant", 9}, {"assistant:", 10}, {"model", 5}, {"bot", 3}, {"gpt:", 4}};
    const rs_str asked = bare_text(memory, question);
    rs_str told = bare_text(memory, stated);
    if (!asked.len || !told.len) return false;
    if (rs_str_ends(told, asked)) return true;
    for (size_t k = 0; k < sizeof roles / sizeof *roles; k++)
        if (rs_str_ends_nocase(told, roles[k]))
            return rs_str_ends(rs_str_sub(told, 0, told.len - roles[k].len), asked);
    return false;
}

bool rs_score_other_question(rs_arena *memory, rs_str question, rs_str stated)
{
    const rs_str asked = bare_text(memory, question), told = bare_text(memory, stated);
    return asked.len && told.len && rs_str_find(asked, told) == RS_NPOS &&
           rs_str_find(told, asked) == RS_NPOS;
}

/* ---- what the records tell ------------------------------------------------------------------- */

typedef enum telling { QUESTION, PICTURE, LABEL, N_TELLINGS } telling;

static const char *const told_as[N_TELLINGS] = {"asks", "shows", "has the label"};

static rs_str text_of(const rs_score_record *r, telling which)
{
    return which == QUESTION  ? r->question
           : which == PICTURE ? rs_str_basename(r->image)
           : r->reference.ptr ? r->reference
                              : RS_STR("");
}

/* Labels may be cut where the trainer cuts long records. */
static bool same_label(rs_arena *memory, rs_str answer, rs_str label)
{
    const rs_str a = bare_text(memory, answer), b = bare_text(memory, label);
    return b.len && rs_str_starts(a, b);
}

/* How often the items' truths and predictions, where both tell, agree. */
typedef struct agreement {
    size_t n_agree, n_both, first; /* first: the item that disagrees */
    bool constant;                 /* all predictions tell the same, which tells nothing */
} agreement;

static rsift_status compare(const rs_score_job *job, const rs_score_run *run, telling which,
                            agreement *out, rsift_error *err)
{
    *out = (agreement){.first = RS_NPOS};
    rs_str truth = {NULL, 0}, told = {NULL, 0};
    bool truths_differ = false, told_differ = false;
    rs_arena memory = {0};
    for (size_t i = 0; i < job->n; i++) {
        const rs_score_item *item = &run->items[i];
        if (!item->prediction) continue;
        const rs_str a = text_of(item->truth, which), b = text_of(item->prediction, which);
        if (!rs_str_trim(a).len || !rs_str_trim(b).len) continue;
        const bool same = which == QUESTION  ? rs_score_same_question(&memory, a, b)
                          : which == PICTURE ? rs_str_eq(a, b)
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

static rsift_status disagree(const rs_score_run *run, telling which, size_t i, rsift_error *err)
{
    char a[RS_QUOTE_SIZE], b[RS_QUOTE_SIZE];
    const rs_score_item *item = &run->items[i];
    rs_err_set(err, RSIFT_E_ARG, "%s \"%s\", the truth \"%s\": not in the truth's order",
               told_as[which], rs_err_quote(b, tail_of(text_of(item->prediction, which))),
               rs_err_quote(a, tail_of(text_of(item->truth, which))));
    return rs_score_blame_prediction(run, item->prediction, err);
}

rsift_status rs_score_prove_order(rs_score_job *job, const rs_score_run *run, const char **proven,
                                  rsift_error *err)
{
    agreement of[N_TELLINGS];
    *proven = NULL;
    for (int k = 0; k < N_TELLINGS; k++) RS_TRY(compare(job, run, (telling)k, &of[k], err));
    const agreement *asked = &of[QUESTION], *shown = &of[PICTURE], *label = &of[LABEL];
    const bool asks = asked->n_both && !asked->constant;
    if (asks && asked->n_agree < asked->n_both) return disagree(run, QUESTION, asked->first, err);
    if (shown->n_both && !shown->constant && shown->n_agree < shown->n_both)
        return disagree(run, PICTURE, shown->first, err);
    /* Labels that never agree are the trainer's filling where no answer was given. */
    const bool labels = label->n_agree && !label->constant;
    if (labels && label->n_agree < label->n_both) return disagree(run, LABEL, label->first, err);
    if (asks && asked->n_both == job->n) *proven = "the texts of the questions";
    else if (labels && label->n_both == job->n) *proven = "the labels";
    else if (asked->n_both && asked->constant && !labels)
        return disagree(run, QUESTION, asked->first, err);
    return RSIFT_OK;
}
