/* Arena: a chain of blocks, the newest first; large requests get a block of their own. */
#include "base/arena.h"

#include "base/alloc.h"

#include <stdarg.h>
#include <stdio.h>

struct rs_arena_block {
    rs_arena_block *next;
    size_t size;
    _Alignas(16) char data[];
};

enum { first_block = 16 * 1024, largest_block = 1024 * 1024, most_spare = 8 };

static void begin_block(rs_arena *arena, rs_arena_block *block)
{
    block->next = arena->head;
    arena->head = block;
    arena->p = block->data;
    arena->end = block->data + block->size;
}

static bool add_block(rs_arena *arena, size_t need)
{
    rs_arena_block *spare = arena->spare;
    if (spare && spare->size >= need) {
        arena->spare = spare->next;
        begin_block(arena, spare);
        return true;
    }
    /* blocks double up to 1 MiB, so that a small arena stays small */
    size_t size = arena->head ? arena->head->size * 2 : first_block;
    if (size > largest_block) size = largest_block;
    if (size < need) size = need;
    if (size > SIZE_MAX - sizeof(rs_arena_block)) return false;
    rs_arena_block *block = rs_alloc(sizeof *block + size);
    if (!block) return false;
    block->size = size;
    begin_block(arena, block);
    return true;
}

static void free_blocks(rs_arena_block *blocks)
{
    for (rs_arena_block *next; blocks; blocks = next) {
        next = blocks->next;
        rs_free(blocks);
    }
}

void rs_arena_fini(rs_arena *arena)
{
    free_blocks(arena->head);
    free_blocks(arena->spare);
    *arena = (rs_arena){0};
}

void rs_arena_reset(rs_arena *arena)
{
    /* the newest block is the largest: it is kept, and of the others some of full size */
    rs_arena_block *keep = arena->head;
    if (!keep) return;
    size_t n_spare = 0;
    for (const rs_arena_block *b = arena->spare; b; b = b->next) n_spare++;
    for (rs_arena_block *b = keep->next, *next; b; b = next) {
        next = b->next;
        if (b->size == largest_block && n_spare < most_spare) {
            b->next = arena->spare;
            arena->spare = b;
            n_spare++;
        } else {
            rs_free(b);
        }
    }
    arena->head = NULL;
    begin_block(arena, keep);
    arena->n_bytes = 0;
}

void rs_arena_adopt(rs_arena *to, rs_arena *from)
{
    if (to->head && from->head) {
        rs_arena_block *last = from->head;
        /* behind the head, which goes on being filled */
        while (last->next) last = last->next;
        last->next = to->head->next;
        to->head->next = from->head;
        to->n_bytes += from->n_bytes;
        free_blocks(from->spare);
    } else if (from->head) {
        free_blocks(to->spare);
        *to = *from;
    } else {
        free_blocks(from->spare);
    }
    *from = (rs_arena){0};
}

void *rs_arena_alloc(rs_arena *arena, size_t size)
{
    if (size > SIZE_MAX - 15) return NULL;
    /* every allocation is aligned to 16 bytes */
    size = (size + 15) & ~(size_t)15;
    if ((size_t)(arena->end - arena->p) < size && !add_block(arena, size)) return NULL;
    void *result = arena->p;
    arena->p += size;
    arena->n_bytes += size;
    return result;
}

void *rs_arena_calloc(rs_arena *arena, size_t n, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(n, size, &total)) return NULL;
    void *result = rs_arena_alloc(arena, total);
    if (result) memset(result, 0, total);
    return result;
}

rs_str rs_arena_str(rs_arena *arena, rs_str s)
{
    if (s.len == SIZE_MAX) return (rs_str){NULL, 0};
    char *copy = rs_arena_alloc(arena, s.len + 1);
    if (!copy) return (rs_str){NULL, 0};
    if (s.len) memcpy(copy, s.ptr, s.len);
    copy[s.len] = 0;
    return (rs_str){copy, s.len};
}

const char *rs_arena_cstr(rs_arena *arena, rs_str s)
{
    return rs_arena_str(arena, s).ptr;
}

rs_str rs_arena_join(rs_arena *arena, rs_str a, rs_str b, rs_str c)
{
    size_t len;
    if (__builtin_add_overflow(a.len, b.len, &len) || __builtin_add_overflow(len, c.len, &len) ||
        len == SIZE_MAX)
        return (rs_str){NULL, 0};
    char *p = rs_arena_alloc(arena, len + 1);
    if (!p) return (rs_str){NULL, 0};
    if (a.len) memcpy(p, a.ptr, a.len);
    if (b.len) memcpy(p + a.len, b.ptr, b.len);
    if (c.len) memcpy(p + a.len + b.len, c.ptr, c.len);
    p[len] = 0;
    return (rs_str){p, len};
}

rs_str rs_arena_printf(rs_arena *arena, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    char *p = n < 0 ? NULL : rs_arena_alloc(arena, (size_t)n + 1);
    if (!p) return (rs_str){NULL, 0};
    va_start(args, fmt);
    vsnprintf(p, (size_t)n + 1, fmt, args);
    va_end(args);
    return (rs_str){p, (size_t)n};
}

bool rs_arena_grow(rs_arena *arena, void **items, size_t *cap, size_t need, size_t elem)
{
    if (need <= *cap) return true;
    size_t n = *cap ? *cap * 2 : 8;
    if (n < need) n = need;
    size_t bytes;
    if (__builtin_mul_overflow(n, elem, &bytes)) return false;
    void *bigger = rs_arena_alloc(arena, bytes);
    if (!bigger) return false;
    /* the old array stays in the arena until it is reset */
    if (*cap) memcpy(bigger, *items, *cap * elem);
    *items = bigger;
    *cap = n;
    return true;
}
