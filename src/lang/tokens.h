/* How many tokens a text costs, estimated without a vocabulary's files.
 *
 *   tokens = sum over classes of cost * count
 *
 *   words      runs of Latin letters          letters   of a word, beyond its seventh
 *   digits     each                           signs     runs of ASCII signs
 *   wide       characters of other scripts    breaks    line ends, spaces before a digit
 *
 * Costs were fitted (least squares) on half of 7,676 questions, answers and captions of 24 public
 * remote-sensing releases and 3,313 Chinese sentences, against the tokenizers themselves, and
 * checked on the other half: per release the sum is off by -8 to +4 % (Qwen), -17 to +11 % (LLaMA),
 * of Chinese by -2 and -3 %. Scripts but Latin and Chinese were not measured. */
#ifndef RS_LANG_TOKENS_H
#define RS_LANG_TOKENS_H

#include "base/str.h"

#include <stdint.h>

typedef enum rs_lang_vocabulary {
    RS_VOCABULARY_QWEN, /* Qwen 1 to 3, 151,643 tokens; InternVL 2 and later */
    RS_VOCABULARY_LLAMA /* LLaMA 1 and 2, Vicuna: 32,000 tokens */
} rs_lang_vocabulary;

/* Hundredths of tokens of a UTF-8 text, so that sums are whole numbers in any order. */
int64_t rs_lang_token_hundredths(rs_str text, rs_lang_vocabulary vocabulary);

#endif
