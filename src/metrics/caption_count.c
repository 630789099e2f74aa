/* What BLEU, ROUGE-L and CIDEr need of each image by itself, in one pass over the captions. The
 * prediction is numbered first, so that its n-grams are numbers 0..n in the order of its list and
 * any smaller number in a reference is a common n-gram. */
#include "metrics/caption.h"

#include "base/alloc.h"

static uint32_t distance(uint32_t a, uint32_t b)
{
    return a > b ? a - b : b - a;
}

/* The length of the reference closest to the prediction's; ties go to the shorter one. */
static uint32_t closest_length(const rs_caption_item *item)
{
    uint32_t n = item->prediction.n_words, best = item->references[0].n_words;
    for (uint32_t r = 1; r < item->n_references; r++) {
        uint32_t len = item->references[r].n_words;
        if (distance(len, n) < distance(best, n) ||
            (distance(len, n) == distance(best, n) && len < best))
            best = len;
    }
    return best;
}

/* Clipped matches of each order:
 *     correct = sum over n-grams of the prediction of  min(count, largest count in one reference)
 * Leaves marks[] of the prediction's n-grams at that largest count. */
static void count_common(const rs_caption_part *part, uint32_t n_references, rs_caption_counts *out)
{
    const rs_gram_list *p = &part->lists[0];
    const uint32_t n = p->first[RS_NGRAM_ORDERS];
    uint32_t *most = part->marks;
    for (uint32_t r = 1; r <= n_references; r++) {
        const rs_gram_list *list = &part->lists[r];
        for (uint32_t g = 0; g < list->first[RS_NGRAM_ORDERS]; g++) {
            const rs_gram gram = list->grams[g];
            /* numbers from n on are not in the prediction */
            if (gram.id < n && gram.count > most[gram.id]) most[gram.id] = gram.count;
        }
    }
    for (int k = 0; k < RS_NGRAM_ORDERS; k++) {
        for (uint32_t g = p->first[k]; g < p->first[k + 1]; g++)
            out->correct[k] += p->grams[g].count < most[g] ? p->grams[g].count : most[g];
        if (out->correct[k]) out->n_orders = k + 1; /* a common n-gram has common parts */
    }
}

/* Has the reference an n-gram of this order in common with the prediction (numbers below n)? */
static bool shares(const rs_gram_list *list, int order, uint32_t n)
{
    for (uint32_t g = list->first[order]; g < list->first[order + 1]; g++)
        if (list->grams[g].id < n) return true;
    return false;
}

/* Collects the n-grams whose document frequency CIDEr will need: those of the prediction, and those
 * of references that share one of the same order, since without a common n-gram the product of the
 * two vectors is 0. A table of all n-grams would be the largest thing in memory. */
static rsift_status note_needed(rs_caption_part *part, uint32_t n_references, int n_orders,
                                rsift_error *err)
{
    const uint32_t n = part->lists[0].first[RS_NGRAM_ORDERS];
    if (!RS_VEC_RESERVE(part->keys, part->cap_keys, part->n_keys + part->ngrams.n))
        return rs_err_nomem(err, "n-grams");
    for (int k = 1; k < n_orders; k++) {
        for (uint32_t g = part->lists[0].first[k]; g < part->lists[0].first[k + 1]; g++)
            part->keys[part->n_keys++] = part->ngrams.keys[g];
        for (uint32_t r = 1; r <= n_references; r++) {
            const rs_gram_list *list = &part->lists[r];
            if (!shares(list, k, n)) continue;
            for (uint32_t g = list->first[k]; g < list->first[k + 1]; g++) {
                const uint32_t id = list->grams[g].id;
                if (id < n || part->marks[id]) continue; /* noted already */
                part->marks[id] = 1;
                part->keys[part->n_keys++] = part->ngrams.keys[id];
            }
        }
    }
    return RSIFT_OK;
}

/* Counts the images of a part. */
static rsift_status count_part(void *ctx, void *of, rsift_error *err)
{
    const rs_captions *set = ctx;
    rs_caption_part *part = of;
    part->n_keys = 0;
    for (size_t i = part->images.begin; i < part->images.end; i++) {
        const rs_caption_item *item = &set->items[i];
        rs_caption_counts *out = &set->counts[i];
        RS_TRY(rs_metrics_caption_grams(part, item, RS_NGRAM_ORDERS, err));
        if (!RS_VEC_RESERVE(part->marks, part->cap_marks, part->ngrams.n + 1))
            return rs_err_nomem(err, "n-grams");
        memset(part->marks, 0, part->ngrams.n * sizeof *part->marks);
        *out = (rs_caption_counts){.length = item->prediction.n_words,
                                   .reference_length = closest_length(item)};
        count_common(part, item->n_references, out);
        RS_TRY(note_needed(part, item->n_references, out->n_orders, err));
        RS_TRY(rs_metrics_rouge_l_one(part, item, set->cancel, &out->rouge_l, err));
    }
    return RSIFT_OK;
}

/* Puts the n-grams of a part into the set's index, fetching table lines 16 keys ahead. */
static rsift_status keep_needed(void *ctx, void *of, rsift_error *err)
{
    rs_captions *set = ctx;
    const rs_caption_part *part = of;
    for (size_t k = 0; k < part->n_keys; k++) {
        if (k + 16 < part->n_keys) rs_lang_gram_index_fetch(&set->needed, part->keys[k + 16]);
        RS_TRY(rs_lang_gram_index_put(&set->needed, part->keys[k], err));
    }
    return RSIFT_OK;
}

rsift_status rs_metrics_captions_count(rs_captions *set, rsift_error *err)
{
    rs_free(set->counts);
    rs_lang_gram_index_fini(&set->needed);
    set->counts = rs_calloc(set->n + 1, sizeof *set->counts);
    if (!set->counts) return rs_err_nomem(err, "captions");
    /* single words first, so that a word's number is its index */
    for (uint32_t w = 0; w < set->words.n; w++)
        RS_TRY(rs_lang_gram_index_put(&set->needed, rs_lang_gram_key(&w, 1), err));
    return rs_metrics_caption_parts(set, count_part, keep_needed, set, err);
}
