/* Caption tokens as pycocoevalcap's wrapper makes them: Stanford PTBTokenizer 3.4.1 with
 * -preserveLines -lowerCase, then its list of punctuation dropped. This is the subset that captions
 * need (words, numbers, contractions, hyphens, abbreviations, quotes, brackets); texts that use
 * something else are tokenised by the nearest rule and counted, never refused.
 * Checked against the jar of pycocoevalcap 1.2; that jar does NOT Americanise spelling and does NOT
 * escape '/'. Source: scoring rules, section 1.1. */
#ifndef RS_LANG_PTB_H
#define RS_LANG_PTB_H

#include "base/buf.h"
#include "base/err.h"

#include <stdint.h>

/* Adds up over calls. */
typedef struct rs_ptb_counts {
    int64_t n_texts, n_tokens;
    int64_t n_outside; /* texts with characters or words whose real tokens may differ */
} rs_ptb_counts;

/* Appends the tokens of `text`, joined with one blank, to `out` (nothing for a text without
 * tokens). counts   may be NULL Errors: RSIFT_E_NOMEM. */
rsift_status rs_lang_ptb_tokenise(rs_str text, rs_buf *out, rs_ptb_counts *counts,
                                  rsift_error *err);

#endif
