/* Text as code points, rewritten by passes: each pass reads `text` from left to right and writes
 * `next`, which the following pass reads. So a rule never sees what it has just written, as in a
 * regular expression's replace-all. Private to the tokenisers of this room. */
#ifndef RS_LANG_PASSES_H
#define RS_LANG_PASSES_H

#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"

typedef struct rs_codes {
    uint32_t *p;
    size_t n, cap;
} rs_codes;

typedef struct rs_passes {
    rs_codes text, next;
    bool failed; /* out of memory */
} rs_passes;

static inline void rs_passes_add(rs_passes *w, uint32_t code)
{
    if (w->failed || !RS_VEC_RESERVE(w->next.p, w->next.cap, w->next.n + 1)) {
        w->failed = true;
        return;
    }
    w->next.p[w->next.n++] = code;
}

/* Ends a pass: what it has written becomes the text; the old text's memory is kept. */
static inline void rs_passes_next(rs_passes *w)
{
    const rs_codes done = w->text;
    w->text = w->next;
    w->next = (rs_codes){.p = done.p, .cap = done.cap};
}

static inline void rs_passes_add_text(rs_passes *w, rs_str s)
{
    for (const char *p = s.ptr, *end = s.ptr + s.len; p < end;)
        rs_passes_add(w, rs_utf8_next(&p, end));
}

static inline void rs_passes_fini(rs_passes *w)
{
    rs_free(w->text.p);
    rs_free(w->next.p);
}

/* Words found, in an arena. */
typedef struct rs_words {
    rs_arena *arena;
    rs_str *items;
    size_t n, cap;
    bool failed;
} rs_words;

/* The word must live as long as the list; empty ones are left out, ptr NULL is out of memory. */
static inline void rs_words_add(rs_words *out, rs_str word)
{
    if (word.len == 0 || out->failed) return;
    if (!word.ptr || !rs_arena_grow(out->arena, (void **)&out->items, &out->cap, out->n + 1,
                                    sizeof *out->items)) {
        out->failed = true;
        return;
    }
    out->items[out->n++] = word;
}

#endif
