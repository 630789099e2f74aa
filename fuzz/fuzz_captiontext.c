/* Caption tokens, METEOR's words and stems: no byte string may upset them, and tokens hold no
 * blank. */
#include "lang/meteor_norm.h"
#include "lang/ngram.h"
#include "lang/ptb.h"
#include "lang/stem.h"

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
    rs_ngrams table = {0};
    rs_arena arena = {0};
    rs_sentence sentence;
    RS_ASSERT(rs_lang_ngrams_sentence(&table, &arena, rs_buf_view(&tokens), &sentence, NULL) ==
              RSIFT_OK);
    rs_lang_ngrams_fini(&table);
    rs_arena_fini(&arena);
    rs_buf_fini(&tokens);
    check_words(text);
    return 0;
}
