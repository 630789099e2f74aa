/* What parameters of a source say: words for words, and conventions by their names. */
#ifndef RS_READERS_WORDS_H
#define RS_READERS_WORDS_H

#include "readers/reader.h"

/* "from=to" of a map parameter: the text behind the first match. */
typedef struct rs_words {
    rs_str *from, *to;
    size_t n;
} rs_words;
rsift_status rs_words_of(rs_arena *arena, const rs_source *source, const char *key, rs_words *out,
                         rsift_error *err);
rs_str rs_words_get(const rs_words *words, rs_str from); /* ptr NULL = none */
rs_str rs_words_map(const rs_words *words, rs_str from); /* mapped, or as it is; ptr may be NULL */
size_t rs_words_contained(const rs_words *words,
                          rs_str text); /* first whose `from` stands in text */
/* A convention by its name; an unknown one is RSIFT_E_ARG, and the message lists some. */
rsift_status rs_convention_named(const char *key, rs_str name, const rs_convention **out,
                                 rsift_error *err);
/* Conventions named by a parameter. */
rsift_status rs_conventions_of(rs_arena *arena, const rs_source *source, const char *key,
                               const rs_convention *const **out, size_t *n, rsift_error *err);

#endif
