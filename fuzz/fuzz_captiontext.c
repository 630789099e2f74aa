/* Caption tokens, METEOR's words, stems and search: no byte string may upset them, tokens hold no
 * blank, and a caption that is its own reference scores 1. */
#include "lang/meteor_norm.h"
#include "lang/ptb.h"
#include "lang/stem.h"
#include "metrics/caption.h"
#include "metrics/meteor.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void check_words(rs_str text)
{
    rs_arena arena = {0};
    rs_prefixes none = {0};
    rs_str *words;
    size_t n_words;
    char out[RS_STEM_MAX + 8];
    RS_ASSERT(rs_lang_meteor_words(&arena, &none, text, &words, &n_words, NULL) == RSIFT_OK);
    for (size_t i = 0; i < n_words; i++) {
        RS_ASSERT(words[i].len > 0 && rs_str_find_char(words[i], ' ') == RS_NPOS);
        RS_ASSERT(rs_lang_stem_snowball(words[i], out).len <= words[i].len + 1);
        RS_ASSERT(rs_lang_stem_porter_nltk(words[i], out).len <= words[i].len + 1);
    }
    rs_arena_fini(&arena);
}

static rs_meteor_ids ids_of(const rs_sentence *s)
{
    return (rs_meteor_ids){s->words, s->n_words};
}

static void check_search(const rs_caption_item *item)
{
    rs_arena arena = {0};
    rs_meteor_stats stats;
    double own, other;
    const rs_meteor_ids p = ids_of(&item->prediction),
                        r[2] = {ids_of(&item->references[0]), ids_of(&item->references[1])};
    RS_ASSERT(rs_metrics_meteor_numbers(&arena, &p, &r[0], 1, &stats, &own, NULL) == RSIFT_OK);
    RS_ASSERT(p.n == 0 ? own == 0 : own > 0.999999 && own < 1.000001);
    RS_ASSERT(rs_metrics_meteor_numbers(&arena, &p, &r[1], 1, &stats, &other, NULL) == RSIFT_OK);
    RS_ASSERT(other >= 0 && other < 1.000001 && stats.v[0] == (double)p.n &&
              stats.v[1] == (double)r[1].n);
    RS_ASSERT(stats.v[21] <= (double)p.n && stats.v[21] == stats.v[22] &&
              stats.v[20] <= stats.v[21]);
    rs_arena_fini(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    rs_str text = {(const char *)bytes, n};
    rs_buf tokens = {0};
    rs_ptb_counts counts = {0};
    RS_ASSERT(rs_lang_ptb_tokenise(text, &tokens, &counts, NULL) == RSIFT_OK);
    const rs_str joined = rs_buf_view(&tokens);
    rs_captions set = {0};
    double bleu[4], rouge, cider;
    RS_ASSERT(rs_metrics_captions_add(&set, joined, (rs_str[]){joined, text}, 2, NULL) == RSIFT_OK);
    RS_ASSERT(rs_metrics_captions_count(&set, NULL) == RSIFT_OK);
    rs_metrics_bleu(&set, NULL, bleu, NULL);
    RS_ASSERT(rs_metrics_rouge_l(&set, NULL, &rouge, NULL, NULL) == RSIFT_OK && rouge == 1);
    RS_ASSERT(rs_metrics_cider(&set, NULL, false, RS_CIDER_LEVIR, &cider, NULL, NULL) == RSIFT_OK &&
              cider >= 0);
    check_search(&set.items[0]);
    rs_metrics_captions_fini(&set);
    rs_buf_fini(&tokens);
    check_words(text);
    return 0;
}
