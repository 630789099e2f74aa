/* Caption profiles: texts into tokens, then the kernels of metrics/caption.h. */
#include "score/caption.h"

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

/* The texts of sample i. RSIFT_E_FORMAT without a reference. */
static rsift_status texts_of(rs_score_job *job, rs_score_run *run, size_t i, caption_texts *out,
                             rsift_error *err)
{
    const rs_score_record *t = run->items[i].truth, *p = run->items[i].prediction;
    *out = (caption_texts){rs_score_output(job, run, p ? p->prediction : RS_STR("")), t->references,
                           t->n_references};
    if (!out->n && t->reference.ptr) *out = (caption_texts){out->prediction, &t->reference, 1};
    if (out->n) return RSIFT_OK;
    /* no metric is defined without a reference */
    rs_err_set(err, RSIFT_E_FORMAT, "no reference captions");
    return rs_score_blame_truth(job, t, err);
}

/* Puts the place of the prediction before an error about a sample's texts; that of the truth where
 * no file holds the prediction. */
static rsift_status blame(const rs_score_job *job, const rs_score_run *run, size_t i,
                          rsift_status status, rsift_error *err)
{
    const rs_score_record *p = run->items[i].prediction;
    if (status != RSIFT_E_FORMAT && status != RSIFT_E_LIMIT) return status;
    if (!p || p->guessed) return rs_score_blame_truth(job, run->items[i].truth, err);
    return rs_score_blame(run->path, &run->file, p, status, err);
}

/* What vsubhashini/caption-eval does to a line before tokenising: bytes outside ASCII are dropped
 * (so that the letters next to them touch), and ends of lines are blanks. */
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

enum { CAPTIONS_OF_PART = 256 }; /* what one thread works on at once */

/* ---- the COCO family ------------------------------------------------------------------------- */

/* The scoring of one run by the COCO family. */
typedef struct coco_scoring {
    rs_score_job *job;
    rs_score_run *run;
    rs_captions set;
    rs_ptb_counts counts;
    rs_meteor *meteor;      /* NULL = no word lists given */
    bool paraphrases;       /* its table was found */
    bool collecting;        /* words for its vocabulary: the pass before the captions are read */
    rs_meteor_stats *stats; /* [n] with the lists; [n] on word numbers for LEVIR-CC */
    unsigned char *unchanged, *says_unchanged; /* [n], LEVIR-CC */
} coco_scoring;

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

/* Some captions of the job; what it holds is used again by the next ones. */
typedef struct part {
    rs_range range;
    rs_caption_batch batch;
    rs_arena scratch;
    rs_buf tokens;
    rs_ptb_counts counts;
    rs_meteor_cache *meteor;
    rs_strmap words; /* of METEOR, for its vocabulary */
} part;

/* All texts of an image as strings of tokens in one buffer; the strings are cut at the end because
 * the buffer moves while it grows. */
static rsift_status tokens_of(coco_scoring *f, part *p, const caption_texts *texts,
                              caption_texts *out, rsift_error *err)
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
    for (size_t k = 0; k < texts->n; k++)
        references[k] = rs_str_make(bytes + ends[k], ends[k + 1] - ends[k]);
    *out = (caption_texts){rs_str_make(bytes, ends[0]), references, texts->n};
    return RSIFT_OK;
}

/* Works on the images of a part: collects words for METEOR's vocabulary, or adds the captions to
 * the part's batch, scores METEOR where word lists are given, and for LEVIR-CC tells whether the
 * texts mean "no change". */
static rsift_status work_part(void *ctx, void *item, rsift_error *err)
{
    coco_scoring *f = ctx;
    part *p = item;
    if (!f->collecting && f->meteor && !p->meteor &&
        !(p->meteor = rs_metrics_meteor_cache_new(f->meteor)))
        return rs_err_nomem(err, "METEOR");
    p->counts = (rs_ptb_counts){0};
    for (size_t i = p->range.begin; i < p->range.end; i++) {
        caption_texts c = {0};
        RS_TRY(texts_of(f->job, f->run, i, &c, err));
        rsift_status status = tokens_of(f, p, &c, &c, err);
        for (size_t k = 0; status == RSIFT_OK && f->collecting && k <= c.n; k++)
            status = rs_metrics_meteor_note_words(
                f->meteor, &p->scratch, k ? c.references[k - 1] : c.prediction, &p->words, err);
        if (status == RSIFT_OK && !f->collecting) {
            double score; /* of the image alone, which the set's METEOR does not need */
            status = rs_metrics_caption_batch_add(&p->batch, c.prediction, c.references, c.n, err);
            if (status == RSIFT_OK && f->meteor)
                status = rs_metrics_meteor_segment(p->meteor, c.prediction, c.references, c.n,
                                                   &f->stats[i], &score, err);
        }
        if (status == RSIFT_OK && !f->collecting && f->unchanged) {
            /* RSICC looks at the second reference; a pair with one is told by that. */
            f->unchanged[i] = is_no_change(c.references[c.n > 1]);
            f->says_unchanged[i] = is_no_change(c.prediction);
        }
        RS_TRY(blame(f->job, f->run, i, status, err));
        rs_arena_reset(&p->scratch);
    }
    return RSIFT_OK;
}

/* Adds a finished part to the vocabulary or to the set, in order. */
static rsift_status add_part(void *ctx, void *item, rsift_error *err)
{
    coco_scoring *f = ctx;
    part *p = item;
    if (!f->collecting) {
        f->counts.n_texts += p->counts.n_texts;
        f->counts.n_outside += p->counts.n_outside;
        return rs_metrics_captions_take(&f->set, &p->batch, err);
    }
    rs_strmap *all = rs_metrics_meteor_vocabulary(f->meteor);
    for (size_t k = 0; k < p->words.n; k++)
        if (rs_strmap_put(all, p->words.keys[k], &(bool){false}) == RS_NPOS)
            return rs_err_nomem(err, "words of METEOR");
    rs_strmap_fini(&p->words);
    return RSIFT_OK;
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

/* RSICC gives METEOR the captions as word numbers, so that only equal words can match. */
static rsift_status numbers_of_part(void *ctx, void *item, rsift_error *err)
{
    coco_scoring *f = ctx;
    part *p = item;
    for (size_t i = p->range.begin; i < p->range.end; i++) {
        const rs_caption_item *c = &f->set.items[i];
        const rs_meteor_ids prediction = {c->prediction.words, c->prediction.n_words};
        rs_meteor_ids *references =
            rs_arena_alloc(&p->scratch, c->n_references * sizeof *references);
        double score;
        if (!references) return rs_err_nomem(err, "METEOR");
        for (uint32_t k = 0; k < c->n_references; k++)
            references[k] = (rs_meteor_ids){c->references[k].words, c->references[k].n_words};
        const rsift_status status = rs_metrics_meteor_numbers(
            &p->scratch, &prediction, references, c->n_references, &f->stats[i], &score, err);
        RS_TRY(blame(f->job, f->run, i, status, err));
        rs_arena_reset(&p->scratch);
    }
    return RSIFT_OK;
}

/* Works on all images in parts, in parallel; consume may be NULL. */
static rsift_status over_all(coco_scoring *f, rsift_status (*work)(void *, void *, rsift_error *),
                             rsift_status (*consume)(void *, void *, rsift_error *),
                             rsift_error *err)
{
    const rs_pipeline pipeline = {.item_size = sizeof(part),
                                  .n_threads = f->job->n_threads,
                                  .ctx = f,
                                  .cancel = f->job->cancel,
                                  .work = work,
                                  .consume = consume,
                                  .fini = part_fini};
    return rs_run_ranges(&pipeline, f->job->n, CAPTIONS_OF_PART, err);
}

/* Reads METEOR's paraphrase table if it is at hand. The words of all captions are collected first,
 * because the table is far larger than what a set of captions can use of it. */
static rsift_status read_paraphrases(coco_scoring *f, rsift_error *err)
{
    rs_score_job *job = f->job;
    rs_io_tree *tree;
    if (!f->meteor) return RSIFT_OK;
    RS_TRY(rs_metrics_meteor_table(rs_str_of(job->options->meteor), job->limits, &tree, err));
    f->collecting = true;
    rsift_status status = tree ? over_all(f, work_part, add_part, err) : RSIFT_OK;
    f->collecting = false;
    if (tree && status == RSIFT_OK) {
        rs_progress *progress =
            rs_session_progress(job->session, "METEOR's paraphrases", "bytes", -1);
        status = rs_metrics_meteor_read_table(f->meteor, tree, job->n_threads, job->cancel,
                                              progress, err);
        rs_progress_end(progress);
        f->paraphrases = true;
        if (status != RSIFT_OK && status != RSIFT_E_CANCELLED)
            rs_err_within(err, status, "%s", job->options->meteor);
    }
    rs_io_tree_close(tree);
    return status;
}

/* Reads all captions into the set; a note tells how many texts hold what the tokeniser may cut
 * otherwise than the original. */
static rsift_status read_captions(coco_scoring *f, rsift_error *err)
{
    rs_score_job *job = f->job;
    f->set.n_threads = job->n_threads;
    f->set.cancel = job->cancel;
    RS_TRY(read_paraphrases(f, err)); /* before METEOR scores its first caption */
    RS_TRY(over_all(f, work_part, add_part, err));
    RS_TRY(rs_metrics_captions_count(&f->set, err));
    if (f->unchanged) RS_TRY(over_all(f, numbers_of_part, NULL, err));
    if (!f->counts.n_outside) return RSIFT_OK;
    const rs_str note = rs_arena_printf(
        &job->arena,
        "%lld of %lld texts use words or signs whose tokens may differ from the original "
        "tokeniser's",
        (long long)f->counts.n_outside, (long long)f->counts.n_texts);
    f->run->notes = note.ptr;
    return note.ptr ? RSIFT_OK : rs_err_nomem(err, "a note");
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
static void put_mean(coco_scoring *f, const group *g, const char *what, const double *values,
                     double mean)
{
    char name[RS_MEASURE_NAME];
    rs_measure *m = rs_score_measure(f->run, named(name, g, what), 100, values, g->members);
    if (g->empty) return; /* stays without a value */
    m->value = m->scale * mean;
    m->known = m->given = true;
}

static void put_fixed(coco_scoring *f, const group *g, const char *what, double value)
{
    char name[RS_MEASURE_NAME];
    rs_score_fixed(f->run, named(name, g, what), 100, g->empty ? NAN : value);
}

/* CIDEr of a block; subset_idf: document frequencies of that block alone. */
static rsift_status put_cider(coco_scoring *f, const group *g, const char *what, bool subset_idf,
                              rsift_error *err)
{
    const bool levir = f->job->profile->caption == RS_CAPTION_LEVIR;
    const rs_cider_variant variant = levir ? RS_CIDER_LEVIR : RS_CIDER_COCO;
    double mean, *values = rs_score_column(f->job);
    if (!values) return rs_err_nomem(err, "captions");
    RS_TRY(rs_metrics_cider(&f->set, g->only, subset_idf, variant, &mean, values, err));
    put_mean(f, g, what, values, mean);
    size_t n_documents = 0; /* whose references the document frequencies are of */
    for (size_t i = 0; i < f->job->n; i++) n_documents += !subset_idf || !g->only || g->only[i];
    /* idf = ln(N / df) with N = df = 1; LEVIR's variant puts 1 in the place of ln(1). */
    if (n_documents == 1 && !levir)
        f->run->measures[f->run->n_measures - 1].note =
            "0 by definition: the idf of one picture's references is ln(1) = 0";
    return RSIFT_OK;
}

/* BLEU, ROUGE-L and METEOR of a block. */
static rsift_status put_group(coco_scoring *f, const group *g, rsift_error *err)
{
    static const char *const bleu_names[] = {"BLEU-1", "BLEU-2", "BLEU-3", "BLEU-4"};
    double bleu[4], mean, *rouge = rs_score_column(f->job);
    if (!rouge) return rs_err_nomem(err, "captions");
    rs_metrics_bleu(&f->set, g->only, bleu, NULL);
    for (int k = 0; k < 4; k++) put_fixed(f, g, bleu_names[k], bleu[k]);
    RS_TRY(rs_metrics_rouge_l(&f->set, g->only, &mean, rouge, err));
    put_mean(f, g, "ROUGE-L", rouge, mean);
    if (!f->stats) return RSIFT_OK;
    /* METEOR of a set is computed from the sums of its segments' statistics. */
    rs_meteor_stats sum = {0};
    for (size_t i = 0; i < f->job->n; i++)
        if (!g->only || g->only[i]) rs_metrics_meteor_add(&sum, &f->stats[i]);
    const char *name = f->unchanged     ? "METEOR of word ids"
                       : f->paraphrases ? "METEOR"
                                        : "meteor.no_paraphrase";
    put_fixed(f, g, name, rs_metrics_meteor_score(&sum));
    return RSIFT_OK;
}

/* One side of LEVIR-CC's split, scored by itself, and how often the prediction is on that side. */
static rsift_status put_side(coco_scoring *f, bool unchanged, const unsigned char *only,
                             rsift_error *err)
{
    const size_t n = f->job->n;
    unsigned char *chosen = rs_arena_calloc(&f->job->arena, n + 1, 1);
    double *members = rs_score_column(f->job), *right = rs_score_column(f->job);
    if (!chosen || !members || !right) return rs_err_nomem(err, "captions");
    /* An empty side keeps its measures, without values. */
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

/* All measures: of all captions or of --only; for LEVIR-CC also of changed and unchanged pairs. */
static rsift_status put_all(coco_scoring *f, const unsigned char *only, rsift_error *err)
{
    const group all = {.prefix = "", .only = only};
    RS_TRY(put_cider(f, &all, only ? "CIDEr (idf of all)" : "CIDEr", false, err));
    /* A sample's score is its CIDEr. */
    memcpy(f->run->score, f->run->measures[0].num, f->job->n * sizeof *f->run->score);
    if (only) RS_TRY(put_cider(f, &all, "CIDEr (idf of subset)", true, err));
    RS_TRY(put_group(f, &all, err));
    if (!f->unchanged) return RSIFT_OK;
    RS_TRY(put_side(f, false, only, err));
    return put_side(f, true, only, err);
}

/* Scores by the COCO family: METEOR only with word lists, LEVIR-CC with its split into changed and
 * unchanged pairs. */
static rsift_status coco_captions(rs_score_job *job, rs_score_run *run, const unsigned char *only,
                                  rsift_error *err)
{
    coco_scoring f = {.job = job, .run = run};
    const char *lists = job->options->meteor;
    const bool levir = job->profile->caption == RS_CAPTION_LEVIR;
    bool good = true;
    if (levir) {
        f.unchanged = rs_arena_calloc(&job->arena, job->n + 1, 1);
        f.says_unchanged = rs_arena_calloc(&job->arena, job->n + 1, 1);
        good = f.unchanged && f.says_unchanged;
    }
    if (levir || lists) {
        f.stats = rs_arena_calloc(&job->arena, job->n + 1, sizeof *f.stats);
        good = good && f.stats;
    }
    rsift_status status = good ? RSIFT_OK : rs_err_nomem(err, "captions");
    if (status == RSIFT_OK && lists && !levir) /* LEVIR-CC's METEOR knows word numbers only */
        status = rs_metrics_meteor_open(rs_str_of(lists), job->limits, &f.meteor, err);
    if (status == RSIFT_OK) status = read_captions(&f, err);
    if (status == RSIFT_OK) status = put_all(&f, only, err);
    rs_metrics_meteor_free(f.meteor);
    rs_metrics_captions_fini(&f.set);
    return status;
}

/* ---- other definitions ----------------------------------------------------------------------- */

typedef struct earthdial {
    rs_score_job *job;
    rs_score_run *run;
    double *rouge_1, *rouge_l, *meteor;
} earthdial;

static rsift_status earthdial_range(void *ctx, void *item, rsift_error *err)
{
    earthdial *e = ctx;
    const rs_range *r = item;
    for (size_t i = r->begin; i < r->end; i++) {
        caption_texts c;
        rs_rouge_score rouge = {0};
        RS_TRY(texts_of(e->job, e->run, i, &c, err));
        rsift_status status =
            rs_metrics_rouge_score(c.prediction, c.references, c.n, e->job->cancel, &rouge, err);
        if (status == RSIFT_OK)
            status =
                rs_metrics_meteor_nltk(NULL, c.prediction, c.references, c.n, &e->meteor[i], err);
        RS_TRY(blame(e->job, e->run, i, status, err));
        e->rouge_1[i] = rouge.rouge_1;
        e->rouge_l[i] = e->run->score[i] = rouge.rouge_l;
    }
    return RSIFT_OK;
}

/* ROUGE-1 and ROUGE-L with stemming, and NLTK's METEOR: means over images. */
static rsift_status earthdial_captions(rs_score_job *job, rs_score_run *run, rsift_error *err)
{
    earthdial e = {job, run, rs_score_column(job), rs_score_column(job), rs_score_column(job)};
    if (!e.rouge_1 || !e.rouge_l || !e.meteor) return rs_err_nomem(err, "captions");
    const rs_pipeline pipeline = {.item_size = sizeof(rs_range),
                                  .n_threads = job->n_threads,
                                  .ctx = &e,
                                  .cancel = job->cancel,
                                  .work = earthdial_range};
    RS_TRY(rs_run_ranges(&pipeline, job->n, CAPTIONS_OF_PART, err));
    rs_score_measure(run, "rougeL", 100, e.rouge_l, NULL);
    rs_score_measure(run, "rouge1", 100, e.rouge_1, NULL);
    rs_score_measure(run, "NLTK METEOR, no synonyms", 100, e.meteor, NULL);
    return RSIFT_OK;
}

/* Mean of each caption's own BLEU-4, without smoothing. */
static rsift_status urbench_captions(rs_score_job *job, rs_score_run *run, rsift_error *err)
{
    rs_captions set = {.n_threads = job->n_threads, .cancel = job->cancel};
    rsift_status status = RSIFT_OK;
    for (size_t i = 0; status == RSIFT_OK && i < job->n; i++) {
        caption_texts c;
        status = texts_of(job, run, i, &c, err);
        if (status == RSIFT_OK)
            status =
                blame(job, run, i,
                      rs_metrics_captions_add(&set, c.prediction, c.references, c.n, err), err);
    }
    if (status == RSIFT_OK) status = rs_metrics_captions_count(&set, err);
    if (status == RSIFT_OK) {
        rs_metrics_bleu_nltk(&set, run->score);
        rs_score_measure(run, "sentence BLEU-4", 100, run->score, NULL);
    }
    rs_metrics_captions_fini(&set);
    return status;
}

/* Does the profile have METEOR with word lists? */
static bool has_meteor(const rs_profile *p)
{
    return p->caption == RS_CAPTION_COCO || p->caption == RS_CAPTION_VRSBENCH;
}

rsift_status rs_score_captions_check(const rs_score_options *o, const rs_profile *p,
                                     rsift_error *err)
{
    if (!o->meteor || has_meteor(p)) return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_UNSUPPORTED, "%s takes no --meteor: it would change nothing",
                      p->name);
}

rsift_status rs_score_captions_note(rs_score_job *job, const rs_score_report *report,
                                    rsift_error *err)
{
    (void)report;
    if (job->options->meteor || !has_meteor(job->profile)) return RSIFT_OK;
    return rs_score_add_note(
        job, err, "METEOR was left out: name a folder with its word lists (--meteor DIR)");
}

rsift_status rs_score_captions(rs_score_job *job, rs_score_run *run, const unsigned char *only,
                               rsift_error *err)
{
    for (size_t i = 0; i < job->n; i++) {
        const rs_score_record *p = run->items[i].prediction;
        run->read[i] = rs_score_output(job, run, p ? p->prediction : RS_STR(""));
        if (!p) run->state[i] = RS_SCORE_MISSING; /* scored as an empty caption */
        else if (rs_score_unanswered(job, run, p->prediction))
            rs_score_set_state(run, i, RS_SCORE_UNPARSED); /* likewise */
    }
    if (job->profile->caption == RS_CAPTION_EARTHDIAL) return earthdial_captions(job, run, err);
    if (job->profile->caption == RS_CAPTION_URBENCH) return urbench_captions(job, run, err);
    return coco_captions(job, run, only, err);
}
