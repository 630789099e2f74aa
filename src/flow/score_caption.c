/* Caption profiles: texts into tokens, then the caption kernels. Every image has one prediction; a
 * missing one counts as an empty caption. */
#include "flow/score.h"

#include "base/buf.h"
#include "lang/ptb.h"
#include "metrics/caption.h"
#include "metrics/caption_nltk.h"
#include "metrics/meteor.h"

#include <math.h>
#include <stdio.h>

typedef struct caption_texts {
    rs_str prediction;
    const rs_str *references; /* as the truth file has them, or a copy that may be worked on */
    size_t n;
} caption_texts;

static rsift_status texts_of(rs_score_job *job, rs_score_run *run, size_t i, caption_texts *out,
                             rsift_error *err)
{
    const rs_score_record *t = run->items[i].truth, *p = run->items[i].said;
    *out = (caption_texts){p && p->said.ptr ? p->said : RS_STR(""), t->golds, t->n_golds};
    if (!out->n && t->gold.ptr) *out = (caption_texts){out->prediction, &t->gold, 1};
    if (out->n) return RSIFT_OK;
    const char *path = job->options->truth ? job->options->truth : job->options->predictions;
    rs_err_set(err, RSIFT_E_FORMAT, "no reference captions");
    return rs_score_blame(path, &job->truth, t, RSIFT_E_FORMAT, err);
}

/* What vsubhashini/caption-eval does to a line before tokenising: bytes outside ASCII are dropped
 * (so that the letters beside them touch), and ends of lines are blanks. */
static rs_str plain_ascii(rs_arena *arena, rs_str text)
{
    char *p = rs_arena_alloc(arena, text.len + 1);
    size_t n = 0;
    if (!p) return (rs_str){NULL, 0};
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] < 0x80)
            p[n++] = text.ptr[i] == '\n' || text.ptr[i] == '\r' ? ' ' : text.ptr[i];
    return rs_str_trim(rs_str_make(p, n));
}

static rsift_status tokens_of(rs_arena *arena, rs_str text, bool ascii, rs_ptb_counts *counts, rs_str *out,
                              rsift_error *err)
{
    rs_buf buf = {0};
    if (ascii) text = plain_ascii(arena, text);
    rsift_status status = text.ptr ? rs_lang_ptb_tokenise(text, &buf, counts, err) : rs_err_nomem(err, "a caption");
    if (status == RSIFT_OK) {
        *out = rs_arena_str(arena, rs_str_make(buf.ptr ? buf.ptr : "", buf.len));
        if (!out->ptr) status = rs_err_nomem(err, "tokens");
    }
    rs_buf_fini(&buf);
    return status;
}

/* Prediction and references as strings of tokens, in the arena. */
static rsift_status tokens_of_all(rs_arena *arena, const caption_texts *texts, bool ascii, rs_ptb_counts *counts,
                                  caption_texts *out, rsift_error *err)
{
    rs_str *references = rs_arena_calloc(arena, texts->n, sizeof *references);
    if (!references) return rs_err_nomem(err, "tokens");
    *out = (caption_texts){.references = references, .n = texts->n};
    RS_TRY(tokens_of(arena, texts->prediction, ascii, counts, &out->prediction, err));
    for (size_t k = 0; k < texts->n; k++)
        RS_TRY(tokens_of(arena, texts->references[k], ascii, counts, &references[k], err));
    return RSIFT_OK;
}

static rsift_status tokenise(rs_score_job *job, rs_score_run *run, rs_captions *set, rs_meteor *meteor,
                             double *meteors, rs_meteor_stats *sum, const unsigned char *only,
                             rsift_error *err)
{
    const bool ascii = job->profile->caption == RS_CAPTION_VRSBENCH;
    rs_arena scratch = {0};
    rs_ptb_counts counts = {0};
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; status == RSIFT_OK && i < job->n; i++) {
        caption_texts texts, c;
        status = texts_of(job, run, i, &texts, err);
        if (status == RSIFT_OK) status = tokens_of_all(&scratch, &texts, ascii, &counts, &c, err);
        if (status == RSIFT_OK) status = rs_metrics_captions_add(set, c.prediction, c.references, c.n, err);
        if (status == RSIFT_OK && meteor) {
            rs_meteor_stats one;
            status = rs_metrics_meteor_segment(meteor, c.prediction, c.references, c.n, &one, &meteors[i], err);
            if (status == RSIFT_OK && (!only || only[i])) rs_metrics_meteor_add(sum, &one);
        }
        rs_arena_reset(&scratch);
    }
    rs_arena_fini(&scratch);
    if (status == RSIFT_OK && counts.n_outside)
        job->detail = rs_arena_printf(&job->arena, "%lld of %lld texts use words or signs whose tokens may differ from the original tokeniser's",
                                      (long long)counts.n_outside, (long long)counts.n_texts).ptr;
    return status;
}

static void given(rs_measure *m, double value)
{
    m->value = m->scale * value;
    m->known = m->given = true;
}

static rsift_status corpus(rs_score_job *job, rs_score_run *run, const rs_captions *set,
                           const unsigned char *only, bool subset_idf, const char *cider_name,
                           rsift_error *err)
{
    double value, *cider = rs_score_column(job);
    if (!cider) return rs_err_nomem(err, "captions");
    const rs_cider_variant variant = job->profile->caption == RS_CAPTION_LEVIR ? RS_CIDER_LEVIR : RS_CIDER_COCO;
    RS_TRY(rs_metrics_cider(set, only, subset_idf, variant, &value, cider, err));
    given(rs_score_measure(run, cider_name, 100, cider, NULL), value);
    return RSIFT_OK;
}

static rsift_status coco_captions(rs_score_job *job, rs_score_run *run, const unsigned char *only,
                                  rsift_error *err)
{
    rs_captions set = {0};
    rs_meteor *meteor = NULL;
    rs_meteor_stats sum = {0};
    double *meteors = rs_score_column(job), *rouge = rs_score_column(job), bleu[4], value;
    if (!meteors || !rouge) return rs_err_nomem(err, "captions");
    rsift_status status = RSIFT_OK;
    if (job->options->meteor) status = rs_metrics_meteor_open(rs_str_of(job->options->meteor), &meteor, err);
    if (status == RSIFT_OK) status = tokenise(job, run, &set, meteor, meteors, &sum, only, err);
    if (status == RSIFT_OK)
        status = corpus(job, run, &set, only, false, only ? "CIDEr (idf of all)" : "CIDEr", err);
    if (status == RSIFT_OK && only) status = corpus(job, run, &set, only, true, "CIDEr (idf of subset)", err);
    if (status == RSIFT_OK) {
        memcpy(run->score, run->measures[0].num, job->n * sizeof *run->score);
        rs_metrics_bleu(&set, only, bleu, NULL);
        for (int k = 0; k < 4; k++)
            rs_score_fixed(run, (const char[7]){'B', 'L', 'E', 'U', '-', (char)('1' + k), 0}, 100, bleu[k]);
        status = rs_metrics_rouge_l(&set, only, &value, rouge, err);
    }
    if (status == RSIFT_OK) given(rs_score_measure(run, "ROUGE-L", 100, rouge, NULL), value);
    if (status == RSIFT_OK && meteor)
        rs_score_fixed(run, "meteor.no_paraphrase", 100, rs_metrics_meteor_score(&sum));
    if (status == RSIFT_OK && !meteor && !job->detail)
        job->detail = "METEOR was left out: name a folder with its word lists (--meteor DIR)";
    rs_metrics_meteor_free(meteor);
    rs_metrics_captions_fini(&set);
    return status;
}

static rsift_status earthdial_captions(rs_score_job *job, rs_score_run *run, rsift_error *err)
{
    double *one = rs_score_column(job), *l = rs_score_column(job), *meteor = rs_score_column(job);
    if (!one || !l || !meteor) return rs_err_nomem(err, "captions");
    for (size_t i = 0; i < job->n; i++) {
        caption_texts c;
        rs_rouge_score rouge;
        RS_TRY(texts_of(job, run, i, &c, err));
        RS_TRY(rs_metrics_rouge_score(c.prediction, c.references, c.n, &rouge, err));
        RS_TRY(rs_metrics_meteor_nltk(NULL, c.prediction, c.references, c.n, &meteor[i], err));
        one[i] = rouge.rouge_1;
        l[i] = run->score[i] = rouge.rouge_l;
    }
    rs_score_measure(run, "rougeL", 100, l, NULL);
    rs_score_measure(run, "rouge1", 100, one, NULL);
    rs_score_measure(run, "NLTK METEOR, no synonyms", 100, meteor, NULL);
    return RSIFT_OK;
}

static rsift_status urbench_captions(rs_score_job *job, rs_score_run *run, rsift_error *err)
{
    rs_captions set = {0};
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; status == RSIFT_OK && i < job->n; i++) {
        caption_texts c;
        status = texts_of(job, run, i, &c, err);
        if (status == RSIFT_OK) status = rs_metrics_captions_add(&set, c.prediction, c.references, c.n, err);
    }
    if (status == RSIFT_OK) {
        rs_metrics_bleu_nltk(&set, run->score);
        rs_score_measure(run, "sentence BLEU-4", 100, run->score, NULL);
    }
    rs_metrics_captions_fini(&set);
    return status;
}

rsift_status rs_score_captions(rs_score_job *job, rs_score_run *run, const unsigned char *only,
                               rsift_error *err)
{
    for (size_t i = 0; i < job->n; i++) {
        const rs_score_record *p = run->items[i].said;
        run->read[i] = p && p->said.ptr ? p->said : RS_STR("");
        if (!p) run->state[i] = RS_SCORE_MISSING;
    }
    if (job->profile->caption == RS_CAPTION_EARTHDIAL) return earthdial_captions(job, run, err);
    if (job->profile->caption == RS_CAPTION_URBENCH) return urbench_captions(job, run, err);
    return coco_captions(job, run, only, err);
}
