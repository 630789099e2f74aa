/* UTF-8: every byte string from outside is checked before it reaches the store. */
#ifndef RS_BASE_UTF8_H
#define RS_BASE_UTF8_H

#include "base/arena.h"

/* Bytes of `s` that are valid from the start (s.len = all). Surrogates, overlong forms and values
 * above U+10FFFF are invalid; NUL is invalid too (the store and C callers cannot hold it). */
size_t rs_utf8_valid(rs_str s);

/* `s` itself when valid; else a copy in which each invalid byte is U+FFFD. *n_bad counts them.
 * ptr == NULL when out of memory. */
rs_str rs_utf8_clean(rs_arena *arena, rs_str s, size_t *n_bad);

/* Reads one code point at *p (< end, valid UTF-8) and moves on; 0xFFFD on an invalid byte. */
uint32_t rs_utf8_next(const char **p, const char *end);
/* Writes one code point, returns the number of bytes (1..4). */
size_t rs_utf8_put(char out[4], uint32_t code);

/* Each code point in lower case (Unicode's simple mapping); bytes that are no UTF-8 stay. In the
 * arena; ptr NULL = out of memory. */
rs_str rs_utf8_lower(rs_arena *arena, rs_str s);

/* A letter, a number of any script, or '_': what \w means to Python's re. */
bool rs_utf8_is_word(uint32_t code);

/* Text in normal form for comparing: NFKC, lower case, blanks folded to one space, trimmed,
 * final '.', '!' and '?' and blanks before them removed. In the arena; ptr NULL = out of memory. */
rs_str rs_utf8_fold(rs_arena *arena, rs_str s);

/* The text in its composed form (NFC): file systems and archives of macOS hold names decomposed.
 * ASCII, and bytes that are no UTF-8, are the text itself, not a copy. ptr NULL = out of memory. */
rs_str rs_utf8_compose(rs_arena *arena, rs_str s);

#endif
