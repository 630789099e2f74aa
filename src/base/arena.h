/* Bump allocation for things that live and die together (a batch, a catalogue). One per thread. */
#ifndef RS_BASE_ARENA_H
#define RS_BASE_ARENA_H

#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>

typedef struct rs_arena_block rs_arena_block;
typedef struct rs_arena {
    rs_arena_block *head;
    char *p, *end;
    size_t n_bytes;        /* handed out in all */
    rs_arena_block *spare; /* emptied blocks that are used before new ones are made */
} rs_arena;

void rs_arena_fini(rs_arena *arena); /* frees everything; {0} is a valid arena */
/* Everything of `from` lives in `to` from now on, where it lies; `from` is empty. */
void rs_arena_adopt(rs_arena *to, rs_arena *from);
/* Empties; keeps the newest block and a few more, so that what is filled again and again costs
 * neither calls of malloc nor new pages. */
void rs_arena_reset(rs_arena *arena);
void *rs_arena_alloc(rs_arena *arena, size_t size); /* 16-byte aligned; NULL = out of memory */
void *rs_arena_calloc(rs_arena *arena, size_t n, size_t size);
/* Copy with a NUL behind it (not counted). ptr == NULL when out of memory. */
rs_str rs_arena_str(rs_arena *arena, rs_str s);
const char *rs_arena_cstr(rs_arena *arena, rs_str s);
/* Joined text; ptr == NULL when out of memory. */
rs_str rs_arena_join(rs_arena *arena, rs_str a, rs_str b, rs_str c);
rs_str rs_arena_printf(rs_arena *arena, const char *fmt, ...) RS_PRINTF(2, 3);
/* Grows an arena array by doubling: *cap elements of elem bytes each; old memory stays behind. */
bool rs_arena_grow(rs_arena *arena, void **items, size_t *cap, size_t need, size_t elem);

#endif
