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

/* ---- the COCO family --------------------------------------------------------------------------- */

typedef struct family {
    rs_score_job *job;
    rs_score_run *run;
    rs_captions set;
    rs_ptb_counts counts;
    size_t next;            /* the first caption that nobody has taken */
    rs_meteor *meteor;      /* NULL = no word lists given */
    bool paraphrases;       /* its table was found */
    rs_meteor_stats *stats; /* [n] with the lists; [n] on word numbers for LEVIR-CC */
    unsigned char *unchanged, *says_unchanged; /* [n], LEVIR-CC */
} family;

/* A pair of pictures is unchanged when its second reference is one of these: RSICC eval.py. */
static bool is_no_change(rs_str tokens)
{
    static const rs_str sentences[] = {{"the scene is the same as before", 31},
                                       {"there is no difference", 22},
                                       {"the two scenes seem identical", 29},
                                       {"no change has occurred", 22},
                                       {"almost nothing has changed", 26}};
    for (size_t k = 0; k < sizeof sentences / sizeof *sentences; k++)
        if (rs_str_eq(tokens, sentences[k])) return true;
    return false;
}

/* Captions [begin, end) of the job; what it holds is used again by the next ones. */
typedef struct part {
    size_t begin, end;
    rs_caption_batch batch;
    rs_arena scratch;
    rs_buf tokens;
    rs_ptb_counts counts;
    rs_meteor_cache *meteor;
    rs_strmap words; /* of METEOR, for its vocabulary */
} part;

enum { PART = 256 };

static rsift_status next_part(void *ctx, void *item, rsift_error *err)
{
    family *f = ctx;
    part *p = item;
    (void)err;
    if (f->next >= f->job->n) return RSIFT_END;
    p->begin = f->next;
    p->end = f->next = p->begin + (f->job->n - p->begin < PART ? f->job->n - p->begin : PART);
    p->counts = (rs_ptb_counts){0};
    return RSIFT_OK;
}

/* All texts of an image as strings of tokens in one buffer, cut up at the end because it moves. */
static rsift_status tokens_of(family *f, part *p, const caption_texts *texts, caption_texts *out, rsift_error *err)
{
    const bool ascii = f->job->profile->caption == RS_CAPTION_VRSBENCH;
    rs_str *references = rs_arena_alloc(&p->scratch, texts->n * sizeof *references);
    size_t *ends = rs_arena_alloc(&p->scratch, (texts->n + 1) * sizeof *ends);
    if (!references || !ends) return rs_err_nomem(err, "tokens");
    p->tokens.len = 0;
    for (size_t k = 0; k <= texts->n; k++) {
        rs_str text = k ? texts->references[k - 1] : texts->prediction;
        if (ascii) text = plain_ascii(&p->scratch, text);
        if (!text.ptr) return rs_err_nomem(err, "a caption");
        RS_TRY(rs_lang_ptb_tokenise(text, &p->tokens, &p->counts, err));
        ends[k] = p->tokens.len;
    }
    const char *bytes = p->tokens.ptr ? p->tokens.ptr : "";
    for (size_t k = 0; k < texts->n; k++) references[k] = rs_str_make(bytes + ends[k], ends[k + 1] - ends[k]);
    *out = (caption_texts){rs_str_make(bytes, ends[0]), references, texts->n};
    return RSIFT_OK;
}

static rsift_status read_one(family *f, part *p, size_t i, rsift_error *err)
{
    caption_texts texts, c = {0};
    double score;
    RS_TRY(texts_of(f->job, f->run, i, &texts, err));
    RS_TRY(tokens_of(f, p, &texts, &c, err));
    RS_TRY(rs_metrics_caption_batch_add(&p->batch, c.prediction, c.references, c.n, err));
    if (f->unchanged) {
        f->unchanged[i] = is_no_change(c.references[c.n > 1]);
        f->says_unchanged[i] = is_no_change(c.prediction);
    }
    if (!f->meteor) return RSIFT_OK;
    return rs_metrics_meteor_segment(p->meteor, c.prediction, c.references, c.n, &f->stats[i], &score, err);
}

static rsift_status read_part(void *ctx, void *item, rsift_error *err)
{
    family *f = ctx;
    part *p = item;
    if (f->meteor && !p->meteor && !(p->meteor = rs_metrics_meteor_cache_new(f->meteor)))
        return rs_err_nomem(err, "METEOR");
    for (size_t i = p->begin; i < p->end; i++) {
        RS_TRY(read_one(f, p, i, err));
        rs_arena_reset(&p->scratch);
    }
    return RSIFT_OK;
}

static rsift_status take_part(void *ctx, void *item, rsift_error *err)
{
    family *f = ctx;
    part *p = item;
    f->counts.n_texts += p->counts.n_texts;
    f->counts.n_outside += p->counts.n_outside;
    return rs_metrics_captions_take(&f->set, &p->batch, err);
}

static void part_fini(void *ctx, void *item)
{
    part *p = item;
    (void)ctx;
    rs_metrics_caption_batch_fini(&p->batch);
    rs_arena_fini(&p->scratch);
    rs_buf_fini(&p->tokens);
    rs_metrics_meteor_cache_free(p->meteor);
    rs_strmap_fini(&p->words);
}

static rsift_status words_of_part(void *ctx, void *item, rsift_error *err)
{
    family *f = ctx;
    part *p = item;
    for (size_t i = p->begin; i < p->end; i++) {
        caption_texts texts, c = {0};
        RS_TRY(texts_of(f->job, f->run, i, &texts, err));
        RS_TRY(tokens_of(f, p, &texts, &c, err));
        for (size_t k = 0; k <= c.n; k++)
            RS_TRY(rs_metrics_meteor_note_words(f->meteor, &p->scratch, k ? c.references[k - 1] : c.prediction,
                                                &p->words, err));
        rs_arena_reset(&p->scratch);
    }
    return RSIFT_OK;
}

static rsift_status take_words(void *ctx, void *item, rsift_error *err)
{
    family *f = ctx;
    part *p = item;
    for (size_t k = 0; k < p->words.n; k++)
        if (rs_strmap_put(rs_metrics_meteor_vocabulary(f->meteor), p->words.keys[k], &(bool){false}) == RS_NPOS)
            return rs_err_nomem(err, "words of METEOR");
    rs_strmap_fini(&p->words);
    return RSIFT_OK;
}

/* Runs over the captions once before METEOR does, because the table is far larger than what a set of
 * captions can use of it. */
static rsift_status read_paraphrases(family *f, const rs_pipeline *like, rsift_error *err)
{
    char path[4096];
    if (!f->meteor || !rs_metrics_meteor_table(rs_str_of(f->job->options->meteor), path)) return RSIFT_OK;
    rs_pipeline pipeline = *like;
    pipeline.work = words_of_part;
    pipeline.consume = take_words;
    RS_TRY(rs_run_pipeline(&pipeline, err));
    f->next = 0;
    f->paraphrases = true;
    return rs_metrics_meteor_read_table(f->meteor, path, err);
}

/* RSICC gives METEOR the captions as word numbers, so that only equal words can match. */
static rsift_status meteor_of_numbers(family *f, rsift_error *err)
{
    rs_arena scratch = {0};
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; status == RSIFT_OK && i < f->set.n; i++) {
        const rs_caption_item *item = &f->set.items[i];
        const rs_meteor_ids prediction = {item->prediction.words, item->prediction.n_words};
        rs_meteor_ids *references = rs_arena_alloc(&scratch, item->n_references * sizeof *references);
        double score;
        if (!references) status = rs_err_nomem(err, "METEOR");
        for (uint32_t k = 0; references && k < item->n_references; k++)
            references[k] = (rs_meteor_ids){item->references[k].words, item->references[k].n_words};
        if (status == RSIFT_OK)
            status = rs_metrics_meteor_numbers(&scratch, &prediction, references, item->n_references, &f->stats[i],
                                               &score, err);
        rs_arena_reset(&scratch);
    }
    rs_arena_fini(&scratch);
    return status;
}

static rsift_status take_all(family *f, rsift_error *err)
{
    rs_score_job *job = f->job;
    const rs_pipeline pipeline = {.item_size = sizeof(part), .n_threads = job->n <= PART ? 1 : job->n_threads,
                                  .ctx = f, .cancel = job->cancel, .produce = next_part, .work = read_part,
                                  .consume = take_part, .fini = part_fini};
    f->set.n_threads = job->n_threads;
    f->set.cancel = job->cancel;
    RS_TRY(read_paraphrases(f, &pipeline, err));
    RS_TRY(rs_run_pipeline(&pipeline, err));
    RS_TRY(rs_metrics_captions_count(&f->set, err));
    if (f->unchanged) RS_TRY(meteor_of_numbers(f, err));
    if (f->counts.n_outside)
        job->detail = rs_arena_printf(&job->arena, "%lld of %lld texts use words or signs whose tokens may differ from "
                                      "the original tokeniser's", (long long)f->counts.n_outside, (long long)f->counts.n_texts).ptr;
    return RSIFT_OK;
}

/* Which samples a block of measures is about. */
typedef struct group {
    const char *prefix;        /* of the measures' names */
    const unsigned char *only; /* NULL = all */
    const double *members;     /* the same as a column; NULL = the bootstrap knows */
    bool empty;
} group;

static const char *named(char name[RS_MEASURE_NAME], const group *g, const char *what)
{
    snprintf(name, RS_MEASURE_NAME, "%s%s", g->prefix, what);
    return name;
}

/* A column of values whose mean the kernel has computed in numpy's order. */
static void put_mean(family *f, const group *g, const char *what, const double *values, double mean)
{
    char name[RS_MEASURE_NAME];
    rs_measure *m = rs_score_measure(f->run, named(name, g, what), 100, values, g->members);
    if (g->empty) return; /* stays without a value */
    m->value = m->scale * mean;
    m->known = m->given = true;
}

static void put_fixed(family *f, const group *g, const char *what, double value)
{
    char name[RS_MEASURE_NAME];
    rs_score_fixed(f->run, named(name, g, what), 100, g->empty ? NAN : value);
}

static rsift_status put_cider(family *f, const group *g, const char *what, bool subset_idf, rsift_error *err)
{
    const rs_cider_variant variant = f->job->profile->caption == RS_CAPTION_LEVIR ? RS_CIDER_LEVIR : RS_CIDER_COCO;
    double mean, *values = rs_score_column(f->job);
    if (!values) return rs_err_nomem(err, "captions");
    RS_TRY(rs_metrics_cider(&f->set, g->only, subset_idf, variant, &mean, values, err));
    put_mean(f, g, what, values, mean);
    return RSIFT_OK;
}

static void put_meteor(family *f, const group *g)
{
    if (!f->stats) return;
    rs_meteor_stats sum = {0};
    for (size_t i = 0; i < f->job->n; i++)
        if (!g->only || g->only[i]) rs_metrics_meteor_add(&sum, &f->stats[i]);
    const char *name = f->unchanged ? "METEOR of word ids" : f->paraphrases ? "METEOR" : "meteor.no_paraphrase";
    put_fixed(f, g, name, rs_metrics_meteor_score(&sum));
}

static rsift_status put_group(family *f, const group *g, rsift_error *err)
{
    static const char *const bleu_names[] = {"BLEU-1", "BLEU-2", "BLEU-3", "BLEU-4"};
    double bleu[4], mean, *rouge = rs_score_column(f->job);
    if (!rouge) return rs_err_nomem(err, "captions");
    rs_metrics_bleu(&f->set, g->only, bleu, NULL);
    for (int k = 0; k < 4; k++) put_fixed(f, g, bleu_names[k], bleu[k]);
    RS_TRY(rs_metrics_rouge_l(&f->set, g->only, &mean, rouge, err));
    put_mean(f, g, "ROUGE-L", rouge, mean);
    put_meteor(f, g);
    return RSIFT_OK;
}

/* One side of LEVIR-CC's split, scored by itself, and how often the prediction is on that side. */
static rsift_status put_side(family *f, bool unchanged, const unsigned char *only, rsift_error *err)
{
    const size_t n = f->job->n;
    unsigned char *chosen = rs_arena_calloc(&f->job->arena, n + 1, 1);
    double *members = rs_score_column(f->job), *right = rs_score_column(f->job);
    if (!chosen || !members || !right) return rs_err_nomem(err, "captions");
    group g = {unchanged ? "unchanged: " : "changed: ", chosen, members, true};
    for (size_t i = 0; i < n; i++) {
        chosen[i] = f->unchanged[i] == unchanged && (!only || only[i]);
        members[i] = chosen[i];
        right[i] = chosen[i] && f->says_unchanged[i] == unchanged;
        g.empty &= !chosen[i];
    }
    char name[RS_MEASURE_NAME];
    rs_score_measure(f->run, named(name, &g, "accuracy"), 100, right, members);
    RS_TRY(put_cider(f, &g, "CIDEr", true, err));
    return put_group(f, &g, err);
}

static rsift_status put_all(family *f, const unsigned char *only, rsift_error *err)
{
    const group all = {.prefix = "", .only = only};
    RS_TRY(put_cider(f, &all, only ? "CIDEr (idf of all)" : "CIDEr", false, err));
    memcpy(f->run->score, f->run->measures[0].num, f->job->n * sizeof *f->run->score);
    if (only) RS_TRY(put_cider(f, &all, "CIDEr (idf of subset)", true, err));
    RS_TRY(put_group(f, &all, err));
    if (!f->unchanged) return RSIFT_OK;
    RS_TRY(put_side(f, false, only, err));
    return put_side(f, true, only, err);
}

static rsift_status family_init(family *f, rsift_error *err)
{
    rs_score_job *job = f->job;
    const bool levir = job->profile->caption == RS_CAPTION_LEVIR;
    if (levir) {
        f->unchanged = rs_arena_calloc(&job->arena, job->n + 1, 1);
        f->says_unchanged = rs_arena_calloc(&job->arena, job->n + 1, 1);
        if (!f->unchanged || !f->says_unchanged) return rs_err_nomem(err, "captions");
    } else if (job->options->meteor) {
        RS_TRY(rs_metrics_meteor_open(rs_str_of(job->options->meteor), &f->meteor, err));
    } else {
        return RSIFT_OK;
    }
    f->stats = rs_arena_calloc(&job->arena, job->n + 1, sizeof *f->stats);
    return f->stats ? RSIFT_OK : rs_err_nomem(err, "captions");
}

static rsift_status coco_captions(rs_score_job *job, rs_score_run *run, const unsigned char *only,
                                  rsift_error *err)
{
    family f = {.job = job, .run = run};
    rsift_status status = family_init(&f, err);
    if (status == RSIFT_OK) status = take_all(&f, err);
    if (status == RSIFT_OK) status = put_all(&f, only, err);
    if (status == RSIFT_OK && !f.stats && !job->detail)
        job->detail = "METEOR was left out: name a folder with its word lists (--meteor DIR)";
    rs_metrics_meteor_free(f.meteor);
    rs_metrics_captions_fini(&f.set);
    return status;
}

/* ---- other definitions ------------------------------------------------------------------------- */

typedef struct earthdial {
    rs_score_job *job;
    rs_score_run *run;
    double *rouge_1, *rouge_l, *meteor;
    size_t next;
} earthdial;

typedef struct range {
    size_t begin, end;
} range;

static rsift_status next_range(void *ctx, void *item, rsift_error *err)
{
    earthdial *e = ctx;
    const size_t left = e->job->n - e->next;
    (void)err;
    if (!left) return RSIFT_END;
    *(range *)item = (range){e->next, e->next + (left < PART ? left : PART)};
    e->next += left < PART ? left : PART;
    return RSIFT_OK;
}

static rsift_status work_range(void *ctx, void *item, rsift_error *err)
{
    earthdial *e = ctx;
    const range *r = item;
    for (size_t i = r->begin; i < r->end; i++) {
        caption_texts c;
        rs_rouge_score rouge;
        RS_TRY(texts_of(e->job, e->run, i, &c, err));
        RS_TRY(rs_metrics_rouge_score(c.prediction, c.references, c.n, &rouge, err));
        RS_TRY(rs_metrics_meteor_nltk(NULL, c.prediction, c.references, c.n, &e->meteor[i], err));
        e->rouge_1[i] = rouge.rouge_1;
        e->rouge_l[i] = e->run->score[i] = rouge.rouge_l;
    }
    return RSIFT_OK;
}

static rsift_status take_range(void *ctx, void *item, rsift_error *err)
{
    (void)ctx;
    (void)item;
    (void)err;
    return RSIFT_OK; /* each sample has its own places */
}

static rsift_status earthdial_captions(rs_score_job *job, rs_score_run *run, rsift_error *err)
{
    earthdial e = {job, run, rs_score_column(job), rs_score_column(job), rs_score_column(job), 0};
    if (!e.rouge_1 || !e.rouge_l || !e.meteor) return rs_err_nomem(err, "captions");
    const rs_pipeline pipeline = {.item_size = sizeof(range), .n_threads = job->n <= PART ? 1 : job->n_threads,
                                  .ctx = &e, .cancel = job->cancel, .produce = next_range, .work = work_range,
                                  .consume = take_range};
    RS_TRY(rs_run_pipeline(&pipeline, err));
    rs_score_measure(run, "rougeL", 100, e.rouge_l, NULL);
    rs_score_measure(run, "rouge1", 100, e.rouge_1, NULL);
    rs_score_measure(run, "NLTK METEOR, no synonyms", 100, e.meteor, NULL);
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
    set.n_threads = job->n_threads;
    if (status == RSIFT_OK) status = rs_metrics_captions_count(&set, err);
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
