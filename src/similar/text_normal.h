/* Inside similar/text: the normal form as a stream of code points, a buffer at a time. */
#ifndef RS_SIMILAR_TEXT_NORMAL_H
#define RS_SIMILAR_TEXT_NORMAL_H

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum { RS_TEXT_CODES = 512 };

/* What the last code was. */
typedef enum rs_text_state {
    RS_TEXT_BLANK, /* or none was given yet */
    RS_TEXT_WORD,  /* part of a word that goes on */
    RS_TEXT_ALONE  /* a character that is a word */
} rs_text_state;

typedef struct rs_text_reader {
    rs_str rest; /* bytes that are not read yet */
    rs_text_state state;
    size_t n; /* codes of this buffer */
    uint32_t code[RS_TEXT_CODES];
} rs_text_reader;

static inline void rs_text_reader_start(rs_text_reader *r, rs_str text)
{
    r->rest = text;
    r->state = RS_TEXT_BLANK;
    r->n = 0;
}
/* Fills the buffer with the next codes: words, each followed by one blank except perhaps the last
 * of the text. False at the end. */
bool rs_text_reader_next(rs_text_reader *r);

#endif
