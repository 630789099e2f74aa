/* The set of captions that the scorers share: adding images (through batches that threads fill on
 * their own), going through the images in parallel, and numpy's mean. Words are numbers from here
 * on; the texts are kept only where ROUGE-L has to split them at single blanks. */
#include "metrics/caption.h"

#include "base/alloc.h"
#include "base/buf.h"

enum { max_words = 1 << 24, part_images = 256 };
static const uint32_t odd_bit = (uint32_t)1 << 31;

void rs_metrics_captions_fini(rs_captions *set)
{
    rs_arena_fini(&set->arena);
    rs_strmap_fini(&set->words);
    rs_lang_gram_index_fini(&set->needed);
    rs_free(set->items);
    rs_free(set->counts);
    *set = (rs_captions){0};
}

void rs_metrics_caption_batch_fini(rs_caption_batch *b)
{
    rs_strmap_fini(&b->words);
    rs_arena_fini(&b->arena);
    rs_free(b->numbers);
    rs_free(b->lengths);
    rs_free(b->images);
    rs_free(b->texts);
    *b = (rs_caption_batch){0};
}

/* ---- adding ---------------------------------------------------------------------------------- */

/* Blanks other than one between two tokens: then split(" ") gives empty or glued tokens. */
static bool has_odd_blanks(rs_str s)
{
    if (s.len == 0 || s.ptr[0] == ' ' || s.ptr[s.len - 1] == ' ') return true;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if ((c < ' ' && c != '\0') || (c == ' ' && s.ptr[i + 1] == ' ') || c == 0xc2 || c == 0xe1 ||
            c == 0xe2 || c == 0xe3)
            return true; /* the last four may begin a blank of Unicode */
    }
    return false;
}

/* Next word of printable ASCII that ends at a single blank or with the text: nearly all words of
 * nearly all captions. False leaves *rest alone, be it empty or anything else. */
static bool next_plain_word(rs_str *rest, rs_str *word)
{
    size_t n = 0;
    while (n < rest->len && (unsigned char)(rest->ptr[n] - '!') < 0x5e) n++;
    if (n == 0) return false;
    size_t behind = n;
    if (n < rest->len) { /* a blank, and something that is none behind it */
        if (rest->ptr[n] != ' ' || n + 1 == rest->len || rest->ptr[n + 1] == ' ') return false;
        behind++;
    }
    *word = rs_str_make(rest->ptr, n);
    *rest = rs_str_make(rest->ptr + behind, rest->len - behind);
    return true;
}

/* Appends a word's number within the batch; the set renumbers. *n: words of its text. */
static rsift_status add_word(rs_caption_batch *b, rs_str word, size_t *n, rsift_error *err)
{
    if ((*n)++ == max_words)
        return rs_err_set(err, RSIFT_E_LIMIT, "expected at most %d words in a text, found more",
                          max_words);
    const size_t id = rs_strmap_put(&b->words, word, NULL);
    if (id == RS_NPOS || !RS_VEC_RESERVE(b->numbers, b->cap_numbers, b->n_numbers + 1))
        return rs_err_nomem(err, "words of a text");
    b->numbers[b->n_numbers++] = (uint32_t)id;
    return RSIFT_OK;
}

/* Appends the numbers of a text's words. *odd is set when its blanks are. */
static rsift_status add_sentence(rs_caption_batch *b, rs_str text, bool *odd, rsift_error *err)
{
    size_t n = 0;
    rs_str rest = text, word;
    while (next_plain_word(&rest, &word)) RS_TRY(add_word(b, word, &n, err));
    if (rest.len || !text.len) { /* not all of it is plain */
        *odd = *odd || has_odd_blanks(text);
        while (rs_lang_next_word(&rest, &word)) RS_TRY(add_word(b, word, &n, err));
    }
    if (!RS_VEC_RESERVE(b->lengths, b->cap_lengths, b->n_lengths + 1))
        return rs_err_nomem(err, "captions");
    b->lengths[b->n_lengths++] = (uint32_t)n;
    return RSIFT_OK;
}

static rsift_status keep_text(rs_caption_batch *b, rs_str text, rsift_error *err)
{
    if (!RS_VEC_RESERVE(b->texts, b->cap_texts, b->n_texts + 1))
        return rs_err_nomem(err, "captions");
    b->texts[b->n_texts] = rs_arena_str(&b->arena, text);
    return b->texts[b->n_texts++].ptr ? RSIFT_OK : rs_err_nomem(err, "captions");
}

/* Tokens as ROUGE-L counts them: words, or the pieces between single blanks. */
static uint64_t n_tokens(rs_str text, size_t n_words, bool odd)
{
    uint64_t n = n_words;
    if (!odd) return n;
    n = 1;
    for (size_t i = 0; i < text.len; i++) n += text.ptr[i] == ' ';
    return n;
}

/* ROUGE-L compares every word of a prediction with every word of its references. */
static rsift_status check_pairs(const rs_caption_batch *b, rs_str prediction,
                                const rs_str *references, size_t n_references, bool odd,
                                rsift_error *err)
{
    const uint32_t *lengths = b->lengths + (b->n_lengths - n_references - 1);
    const uint64_t n = n_tokens(prediction, lengths[0], odd);
    uint64_t n_all = 0;
    for (size_t k = 0; k < n_references; k++) n_all += n_tokens(references[k], lengths[k + 1], odd);
    if (n == 0 || n_all <= RS_LCS_MAX_PAIRS / n) return RSIFT_OK;
    return rs_err_set(
        err, RSIFT_E_LIMIT,
        "a prediction of %llu words and references of %llu: more than 2^36 pairs, too "
        "many for ROUGE-L; shorten it or leave the record out",
        (unsigned long long)n, (unsigned long long)n_all);
}

rsift_status rs_metrics_caption_batch_add(rs_caption_batch *b, rs_str prediction,
                                          const rs_str *references, size_t n_references,
                                          rsift_error *err)
{
    if (n_references == 0 || n_references >= odd_bit)
        return rs_err_set(err, RSIFT_E_ARG, "an image needs at least one reference caption");
    bool odd = false;
    RS_TRY(add_sentence(b, prediction, &odd, err));
    for (size_t k = 0; k < n_references; k++) RS_TRY(add_sentence(b, references[k], &odd, err));
    RS_TRY(check_pairs(b, prediction, references, n_references, odd, err));
    /* one odd text is enough: ROUGE-L then splits all texts of the image anew */
    if (odd) RS_TRY(keep_text(b, prediction, err));
    for (size_t k = 0; odd && k < n_references; k++) RS_TRY(keep_text(b, references[k], err));
    if (!RS_VEC_RESERVE(b->images, b->cap_images, b->n_images + 1))
        return rs_err_nomem(err, "captions");
    b->images[b->n_images++] = (uint32_t)n_references | (odd ? odd_bit : 0);
    return RSIFT_OK;
}

/* The word numbers of a batch as the set's own numbers, in the set's arena. New words are added in
 * the batch's order, so numbers do not depend on the number of threads. */
static uint32_t *renumbered(rs_captions *set, const rs_caption_batch *b)
{
    uint32_t *map = rs_calloc(b->words.n + 1, sizeof *map);
    uint32_t *out = rs_arena_alloc(&set->arena, (b->n_numbers + 1) * sizeof *out);
    bool ok = map && out;
    for (size_t k = 0; ok && k < b->words.n; k++) {
        const size_t id = rs_strmap_put(&set->words, b->words.keys[k], &(bool){false});
        ok = id != RS_NPOS;
        map[k] = (uint32_t)id;
    }
    for (size_t k = 0; ok && k < b->n_numbers; k++) out[k] = map[b->numbers[k]];
    rs_free(map);
    return ok ? out : NULL;
}

/* Copies the texts of an image with odd blanks. */
static rsift_status copy_odd(rs_captions *set, rs_caption_item *item, const rs_str *texts,
                             rsift_error *err)
{
    rs_str *copies = rs_arena_calloc(&set->arena, item->n_references, sizeof *copies);
    item->text = rs_arena_str(&set->arena, texts[0]);
    if (!copies || !item->text.ptr) return rs_err_nomem(err, "captions");
    for (size_t k = 0; k < item->n_references; k++) {
        copies[k] = rs_arena_str(&set->arena, texts[k + 1]);
        if (!copies[k].ptr) return rs_err_nomem(err, "captions");
    }
    item->reference_texts = copies;
    item->odd_blanks = true;
    return RSIFT_OK;
}

rsift_status rs_metrics_captions_take(rs_captions *set, rs_caption_batch *b, rsift_error *err)
{
    const uint32_t *words = renumbered(set, b), *length = b->lengths;
    const rs_str *texts = b->texts;
    rs_sentence *sentences = rs_arena_alloc(&set->arena, (b->n_lengths + 1) * sizeof *sentences);
    if (!words || !sentences || !RS_VEC_RESERVE(set->items, set->cap, set->n + b->n_images))
        return rs_err_nomem(err, "captions");
    for (size_t i = 0; i < b->n_images; i++) {
        rs_caption_item item = {.n_references = b->images[i] & ~odd_bit,
                                .references = sentences + 1};
        /* the prediction, then the references */
        for (uint32_t k = 0; k <= item.n_references; k++, words += *length++)
            sentences[k] = (rs_sentence){words, *length};
        item.prediction = sentences[0];
        sentences += item.n_references + 1;
        if (b->images[i] & odd_bit) {
            RS_TRY(copy_odd(set, &item, texts, err));
            texts += item.n_references + 1;
        }
        set->items[set->n++] = item;
    }
    /* the batch is empty again; its buffers stay for the next images */
    rs_strmap_fini(&b->words);
    rs_arena_reset(&b->arena);
    b->n_numbers = b->n_lengths = b->n_images = b->n_texts = 0;
    return RSIFT_OK;
}

rsift_status rs_metrics_captions_add(rs_captions *set, rs_str prediction, const rs_str *references,
                                     size_t n_references, rsift_error *err)
{
    rs_caption_batch batch = {0};
    rsift_status status =
        rs_metrics_caption_batch_add(&batch, prediction, references, n_references, err);
    if (status == RSIFT_OK) status = rs_metrics_captions_take(set, &batch, err);
    rs_metrics_caption_batch_fini(&batch);
    return status;
}

/* ---- parts ----------------------------------------------------------------------------------- */

static void part_fini(void *ctx, void *item)
{
    rs_caption_part *part = item;
    (void)ctx;
    rs_lang_ngrams_fini(&part->ngrams);
    rs_free(part->lists);
    rs_free(part->keys);
    rs_free(part->numbers);
    rs_free(part->marks);
    rs_free(part->values);
    rs_metrics_lcs_fini(&part->lcs);
}

rsift_status rs_metrics_caption_parts(const rs_captions *set, rs_caption_part_fn *work,
                                      rs_caption_part_fn *consume, void *ctx, rsift_error *err)
{
    const rs_pipeline pipeline = {.item_size = sizeof(rs_caption_part),
                                  .n_threads = set->n_threads,
                                  .ctx = ctx,
                                  .cancel = set->cancel,
                                  .work = work,
                                  .consume = consume,
                                  .fini = part_fini};
    return rs_run_ranges(&pipeline, set->n, part_images, err);
}

rsift_status rs_metrics_caption_grams(rs_caption_part *part, const rs_caption_item *item,
                                      int n_orders, rsift_error *err)
{
    size_t n_words = item->prediction.n_words;
    for (uint32_t k = 0; k < item->n_references; k++) n_words += item->references[k].n_words;
    RS_TRY(rs_lang_ngrams_start(&part->ngrams, n_words, err));
    if (!RS_VEC_RESERVE(part->lists, part->cap_lists, (size_t)item->n_references + 1))
        return rs_err_nomem(err, "n-grams");
    rs_lang_ngrams_add(&part->ngrams, &item->prediction, n_orders, 0, &part->lists[0]);
    /* with no n-gram in the prediction nothing can be shared */
    const uint32_t n = (uint32_t)part->ngrams.n;
    for (uint32_t k = 0; n && k < item->n_references; k++)
        rs_lang_ngrams_add(&part->ngrams, &item->references[k], n_orders, n, &part->lists[k + 1]);
    for (uint32_t k = 0; !n && k < item->n_references; k++) part->lists[k + 1] = (rs_gram_list){0};
    return RSIFT_OK;
}

/* ---- numpy's mean ---------------------------------------------------------------------------- */

/* numpy: plain below 8, eight running sums up to 128, else halves (the left one a multiple of 8).
 */
static double pairwise_sum(const double *v, size_t n)
{
    if (n < 8) {
        double sum = 0;
        for (size_t i = 0; i < n; i++) sum += v[i];
        return sum;
    }
    if (n <= 128) {
        double r[8]; /* the order of additions decides the last bit */
        size_t i = 8;
        memcpy(r, v, sizeof r);
        for (; i + 8 <= n; i += 8)
            for (size_t k = 0; k < 8; k++) r[k] += v[i + k];
        double sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
        for (; i < n; i++) sum += v[i];
        return sum;
    }
    size_t half = n / 2 - (n / 2) % 8;
    return pairwise_sum(v, half) + pairwise_sum(v + half, n - half);
}

rsift_status rs_metrics_caption_mean(const double *values, size_t n, const unsigned char *only,
                                     double *out, rsift_error *err)
{
    *out = 0;
    if (!only) {
        if (n) *out = pairwise_sum(values, n) / (double)n;
        return RSIFT_OK;
    }
    double *chosen = rs_calloc(n, sizeof *chosen);
    if (!chosen) return rs_err_nomem(err, "scores");
    size_t n_chosen = 0;
    for (size_t i = 0; i < n; i++)
        if (only[i]) chosen[n_chosen++] = values[i];
    if (n_chosen) *out = pairwise_sum(chosen, n_chosen) / (double)n_chosen;
    rs_free(chosen);
    return RSIFT_OK;
}
