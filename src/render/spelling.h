/* One box <-> text, after a model's spelling: numbers, brackets, keys and the label inside it.
 * Pure text; what the numbers mean is decided elsewhere (measure.c). Both directions follow the
 * same row, so whatever can be written can be read back. */
#ifndef RS_RENDER_SPELLING_H
#define RS_RENDER_SPELLING_H

#include "render/models.h"

/* A box found in text. */
typedef struct rs_render_spelled {
    size_t begin, end; /* bytes of its numbers, their brackets included */
    size_t n;          /* 2, 4 or 8 */
    double numbers[8];
    rs_str label; /* inside the box, as written (JSON escapes kept); ptr NULL = none */
} rs_render_spelled;

/* Appends a string of a row; NULL is nothing. */
static inline void rs_render_put(rs_buf *buf, const char *text)
{
    if (text) rs_buf_cstr(buf, text);
}

/* Appends a box of 2, 4 or 8 numbers. `label` stands inside it when the spelling has room for one
 * and it is not empty. span = {begin, end} of the bytes of the numbers, their brackets included. */
void rs_render_put_box(rs_buf *buf, const rs_render_spelling *spelling, const double *numbers,
                       size_t n, rs_str label, size_t span[2]);

/* Appends a number with the spelling's digits and nothing around it. */
void rs_render_put_number(rs_buf *buf, const rs_render_spelling *spelling, double v);

/* Index of the number that is written at `i` of n: corners and points may be written y first. */
size_t rs_render_written_index(const rs_render_spelling *spelling, size_t i, size_t n);

/* Reads the box that begins at text[*at] and moves *at behind it; false = there is none. */
bool rs_render_read_box(const rs_render_spelling *spelling, rs_str text, size_t *at,
                        rs_render_spelled *out);

/* Moves *at behind `word` (NULL = nothing to read); false = something else stands at text[*at]. */
bool rs_render_skip(rs_str text, size_t *at, const char *word);

#endif
