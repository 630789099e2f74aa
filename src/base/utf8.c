/* UTF-8 checking with an ASCII fast path; folding through utf8proc only for non-ASCII text. */
#include "base/utf8.h"

#include "base/ascii.h"
#include "base/eight.h"

#include <stdlib.h>
#include <utf8proc.h>

/* Bytes at the front that are ASCII and not NUL, eight at a time. */
static size_t ascii_prefix(const char *p, size_t n)
{
    size_t i = 0;
    while (n - i >= 8) {
        uint64_t w;
        memcpy(&w, p + i, 8);
        uint64_t zero = (w - 0x0101010101010101u) & ~w; /* high bit set where a byte is 0 */
        if ((w | zero) & 0x8080808080808080u) break;
        i += 8;
    }
    while (i < n && p[i] != 0 && (unsigned char)p[i] < 0x80) i++;
    return i;
}

/* Length of the valid sequence at p (2..4), 0 = invalid. */
static size_t sequence(const unsigned char *p, size_t n)
{
    unsigned char c = p[0];
    size_t len = c >= 0xc2 && c < 0xe0 ? 2 : (c & 0xf0) == 0xe0 ? 3 : c >= 0xf0 && c < 0xf5 ? 4 : 0;
    if (len == 0 || n < len) return 0;
    for (size_t i = 1; i < len; i++)
        if ((p[i] & 0xc0) != 0x80) return 0;
    /* overlong forms, surrogates, and code points above 10FFFF */
    if (c == 0xe0 && p[1] < 0xa0) return 0;
    if (c == 0xed && p[1] > 0x9f) return 0;
    if (c == 0xf0 && p[1] < 0x90) return 0;
    if (c == 0xf4 && p[1] > 0x8f) return 0;
    return len;
}

size_t rs_utf8_valid(rs_str s)
{
    size_t i = 0;
    while (i < s.len) {
        i += ascii_prefix(s.ptr + i, s.len - i);
        if (i == s.len) break;
        size_t n = sequence((const unsigned char *)s.ptr + i, s.len - i);
        if (n == 0) return i;
        i += n;
    }
    return i;
}

rs_str rs_utf8_clean(rs_arena *arena, rs_str s, size_t *n_bad)
{
    if (n_bad) *n_bad = 0;
    size_t good = rs_utf8_valid(s);
    if (good == s.len) return s;
    if (s.len > SIZE_MAX / 3) return (rs_str){NULL, 0};
    char *out = rs_arena_alloc(arena, s.len * 3);
    if (!out) return (rs_str){NULL, 0};
    size_t n = 0, bad = 0;
    while (s.len) {
        memcpy(out + n, s.ptr, good);
        n += good;
        s.ptr += good;
        s.len -= good;
        if (s.len == 0) break;
        /* U+FFFD for each bad byte */
        memcpy(out + n, "\xef\xbf\xbd", 3);
        n += 3;
        bad++;
        s.ptr++;
        s.len--;
        good = rs_utf8_valid(s);
    }
    if (n_bad) *n_bad = bad;
    return (rs_str){out, n};
}

uint32_t rs_utf8_next(const char **p, const char *end)
{
    const unsigned char *u = (const unsigned char *)*p;
    if (u[0] < 0x80) {
        ++*p;
        return u[0];
    }
    size_t n = sequence(u, (size_t)(end - *p));
    *p += n ? n : 1;
    switch (n) {
    case 2: return (uint32_t)(u[0] & 0x1f) << 6 | (u[1] & 0x3f);
    case 3: return (uint32_t)(u[0] & 0x0f) << 12 | (uint32_t)(u[1] & 0x3f) << 6 | (u[2] & 0x3f);
    case 4:
        return (uint32_t)(u[0] & 0x07) << 18 | (uint32_t)(u[1] & 0x3f) << 12 |
               (uint32_t)(u[2] & 0x3f) << 6 | (u[3] & 0x3f);
    default: return 0xfffd;
    }
}

size_t rs_utf8_put(char out[4], uint32_t code)
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (char)(0xc0 | code >> 6);
        out[1] = (char)(0x80 | (code & 0x3f));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (char)(0xe0 | code >> 12);
        out[1] = (char)(0x80 | (code >> 6 & 0x3f));
        out[2] = (char)(0x80 | (code & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | code >> 18);
    out[1] = (char)(0x80 | (code >> 12 & 0x3f));
    out[2] = (char)(0x80 | (code >> 6 & 0x3f));
    out[3] = (char)(0x80 | (code & 0x3f));
    return 4;
}

bool rs_utf8_is_word(uint32_t code)
{
    if (code < 0x80) return rs_ascii_is_alnum((char)code) || code == '_';
    const utf8proc_category_t c = utf8proc_category((utf8proc_int32_t)code);
    return (c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_LO) ||
           (c >= UTF8PROC_CATEGORY_ND && c <= UTF8PROC_CATEGORY_NO);
}

rs_str rs_utf8_lower(rs_arena *arena, rs_str s)
{
    char *out = rs_arena_alloc(arena, 2 * s.len + 4); /* a lower form is at most one byte longer */
    if (!out) return (rs_str){NULL, 0};
    size_t n = 0;
    for (size_t i = 0; i < s.len;) {
        const char c = s.ptr[i];
        const size_t len =
            (unsigned char)c < 0x80 ? 1 : sequence((const unsigned char *)s.ptr + i, s.len - i);
        /* ASCII, or a bad byte, which is copied as it is */
        if (len < 2) {
            out[n++] = rs_ascii_lower(c);
            i++;
            continue;
        }
        const char *p = s.ptr + i;
        const utf8proc_int32_t lower =
            utf8proc_tolower((utf8proc_int32_t)rs_utf8_next(&p, s.ptr + s.len));
        n += rs_utf8_put(out + n, (uint32_t)lower);
        i += len;
    }
    return rs_str_make(out, n);
}

/* Eight bytes of plain text in lower case; false = they hold a byte that is no ASCII, a control
 * character or two blanks in a row. */
static bool fold_eight(const char *p, char *out)
{
    uint64_t w = rs_eight_load(p);
    const uint64_t set = w | RS_EIGHT_HIGH, control = ~(set - 0x20 * RS_EIGHT_ONES);
    if ((w | control) & RS_EIGHT_HIGH) return false;
    const uint64_t blank = rs_eight_equal(w, ' ');
    if (blank & blank << 8) return false;
    w |= rs_eight_between(w, 'A', 'Z') >> 2; /* 0x80 becomes 0x20 */
    memcpy(out, &w, 8);
    return true;
}

enum { WIDE = 32 };

/* WIDE such bytes. Without a branch, and with the places known to differ, so that compilers make
 * vectors of it. */
static bool fold_wide(const char *restrict p, char *restrict out)
{
    unsigned char odd = 0;
    for (size_t i = 0; i < WIDE; i++) {
        const unsigned char c = (unsigned char)p[i];
        odd |= (unsigned char)((unsigned char)(c - ' ') > '\x7f' - ' ');
    }
    for (size_t i = 0; i < WIDE / 2; i++) {
        const char *q = p + WIDE / 2 - 1; /* neighbours of the first half, and from its last on */
        odd |= (unsigned char)(((p[i] == ' ') & (p[i + 1] == ' ')) |
                               ((q[i] == ' ') & (q[i + 1] == ' ')));
    }
    for (size_t i = 0; i < WIDE; i++) {
        const unsigned char c = (unsigned char)p[i];
        out[i] = (char)(c | ((unsigned char)(c - 'A') < 26) << 5);
    }
    return !odd;
}

/* Folds the next of `left` bytes together where they are plain text; returns how many, 0 = they are
 * not. Where few are left, the last of the `run` bytes that were plain before them are folded once
 * more, to the same. */
static size_t fold_plain(const char *p, size_t left, size_t run, char *out)
{
    const size_t back_wide = left < WIDE ? WIDE - left : 0, back_eight = left < 8 ? 8 - left : 0;
    if (run >= back_wide && fold_wide(p - back_wide, out - back_wide)) return WIDE - back_wide;
    if (run >= back_eight && fold_eight(p - back_eight, out - back_eight)) return 8 - back_eight;
    return 0;
}

/* Lower case, runs of blanks as one, none at the ends, no final ".", "!" or "?". With `only`, an
 * empty text and *only false where a byte is NUL or no ASCII. */
static rs_str fold_ascii(rs_arena *arena, rs_str s, bool *only)
{
    char *out = rs_arena_alloc(arena, s.len + 1);
    if (!out) return (rs_str){NULL, 0};
    size_t n = 0, i = 0, run = 0;
    bool after_blank = true; /* blanks at the start are left out */
    while (i < s.len) {
        const size_t plain =
            after_blank && s.ptr[i] == ' ' ? 0 : fold_plain(s.ptr + i, s.len - i, run, out + n);
        if (plain) {
            i += plain;
            n += plain;
            run += plain;
            after_blank = s.ptr[i - 1] == ' ';
            continue;
        }
        run = 0;
        bool odd = false;
        for (const size_t end = s.len - i > 8 ? i + 8 : s.len; i < end; i++) {
            const unsigned char c = (unsigned char)s.ptr[i];
            odd |= c - 1u >= 0x7fu;
            const bool blank = c == ' ' || (c >= '\t' && c <= '\r');
            /* without a branch: a blank behind a blank is written over by the next byte */
            out[n] = (char)(blank ? ' ' : c | ((unsigned)(c - 'A') < 26u) << 5);
            n += !(blank && after_blank);
            after_blank = blank;
        }
        if (odd && only) {
            *only = false;
            return RS_STR("");
        }
    }
    while (n && (out[n - 1] == ' ' || out[n - 1] == '.' || out[n - 1] == '!' || out[n - 1] == '?'))
        n--;
    return (rs_str){out, n};
}

rs_str rs_utf8_fold(rs_arena *arena, rs_str s)
{
    bool only = true; /* ASCII, as most texts are */
    const rs_str plain = fold_ascii(arena, s, &only);
    if (only) return plain;
    utf8proc_uint8_t *mapped = NULL;
    utf8proc_ssize_t n = utf8proc_map(
        (const utf8proc_uint8_t *)s.ptr, (utf8proc_ssize_t)s.len, &mapped,
        UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
    /* bytes that are no UTF-8 fold like ASCII */
    if (n < 0) {
        free(mapped);
        return n == UTF8PROC_ERROR_NOMEM ? (rs_str){NULL, 0} : fold_ascii(arena, s, NULL);
    }
    rs_str folded = fold_ascii(arena, (rs_str){(const char *)mapped, (size_t)n}, NULL);
    free(mapped);
    return folded;
}

rs_str rs_utf8_compose(rs_arena *arena, rs_str s)
{
    if (ascii_prefix(s.ptr, s.len) == s.len) return s;
    utf8proc_uint8_t *mapped = NULL;
    utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)s.ptr, (utf8proc_ssize_t)s.len,
                                      &mapped, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    if (n < 0) {
        free(mapped);
        return n == UTF8PROC_ERROR_NOMEM ? (rs_str){0} : s;
    }
    rs_str made = rs_arena_str(arena, (rs_str){(const char *)mapped, (size_t)n});
    free(mapped);
    return made;
}
