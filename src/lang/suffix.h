/* Suffixes of a word and the rules that replace them. Private to the two stemmers. */
#ifndef RS_LANG_SUFFIX_H
#define RS_LANG_SUFFIX_H

#include "base/str.h"

typedef struct rs_suffix_word {
    char *p;
    size_t n;
    size_t r1, r2; /* where Snowball's regions begin */
} rs_suffix_word;

typedef struct rs_suffix_rule {
    rs_str from, to;
} rs_suffix_rule;

#define RS_SUFFIX(from_, to_) {{from_, sizeof(from_) - 1}, {to_, sizeof(to_) - 1}}

static inline bool rs_suffix_ends(const rs_suffix_word *w, rs_str suffix)
{
    return rs_str_ends(rs_str_make(w->p, w->n), suffix);
}

static inline void rs_suffix_replace(rs_suffix_word *w, size_t from_len, rs_str to)
{
    w->n -= from_len;
    memcpy(w->p + w->n, to.ptr, to.len);
    w->n += to.len;
}

/* The first rule whose suffix ends the word; NULL = none. */
static inline const rs_suffix_rule *rs_suffix_find(const rs_suffix_word *w,
                                                   const rs_suffix_rule *rules, size_t n)
{
    for (size_t k = 0; k < n; k++)
        if (rs_suffix_ends(w, rules[k].from)) return &rules[k];
    return NULL;
}

#endif
