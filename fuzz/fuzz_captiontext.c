/* Caption tokens, METEOR's words and stems: no byte string may upset them, and tokens hold no
 * blank. */
#include "lang/meteor_norm.h"
#include "lang/ptb.h"
#include "lang/stem.h"
#include "metrics/caption.h"

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
    RS_ASSERT(rs_metrics_cider(&set, NULL, false, RS_CIDER_LEVIR, &cider, NULL, NULL) == RSIFT_OK && cider >= 0);
    rs_metrics_captions_fini(&set);
    rs_buf_fini(&tokens);
    check_words(text);
    return 0;
}
