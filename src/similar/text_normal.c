/* The normal form of texts; see text.h. ASCII, which nearly all captions are, goes through a loop
 * without a branch per character. */
#include "similar/text_normal.h"

#include "base/utf8.h"
#include "similar/text.h"

#include <utf8proc.h>

/* Codes that one code point may become, with a blank before each: the longest decomposition has 18.
 */
enum { MOST_DECOMPOSED = 32, SPARE = 2 * MOST_DECOMPOSED };

static uint32_t ascii_code(unsigned char c)
{
    if (c >= 'A' && c <= 'Z') return (uint32_t)c | 0x20u;
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : ' ';
}

/* Scripts written without blanks between words: a character is a word. */
static bool is_word_alone(uint32_t c)
{
    return (c >= 0x2e80 && c <= 0x2fdf) || (c >= 0x3040 && c <= 0x30ff) || /* radicals, kana */
           (c >= 0x31f0 && c <= 0x31ff) || (c >= 0x3400 && c <= 0x4dbf) ||
           (c >= 0x4e00 && c <= 0x9fff) || (c >= 0xf900 && c <= 0xfaff) ||
           (c >= 0x20000 && c <= 0x3ffff);
}

static void put_blank(rs_text_reader *r)
{
    if (r->state != RS_TEXT_BLANK) r->code[r->n++] = ' ';
    r->state = RS_TEXT_BLANK;
}

/* ASCII bytes as far as they and the buffer reach. */
static void read_ascii(rs_text_reader *r)
{
    const unsigned char *p = (const unsigned char *)r->rest.ptr;
    const size_t room = RS_TEXT_CODES - SPARE - r->n;
    const size_t most = r->rest.len < room ? r->rest.len : room;
    if (most && r->state == RS_TEXT_ALONE && p[0] < 0x80) put_blank(r);
    bool blank = r->state == RS_TEXT_BLANK;
    size_t i = 0, n = r->n;
    for (; i < most && p[i] < 0x80; i++) {
        const uint32_t c = ascii_code(p[i]);
        /* a blank behind a blank is written over by the next code */
        r->code[n] = c;
        n += !(blank && c == ' ');
        blank = c == ' ';
    }
    r->n = n;
    if (i) r->state = blank ? RS_TEXT_BLANK : RS_TEXT_WORD;
    r->rest = rs_str_sub(r->rest, i, r->rest.len);
}

static void put_code(rs_text_reader *r, uint32_t c)
{
    const utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
    const bool mark = category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME,
               word = (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
                      (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO);
    const bool alone = word && is_word_alone(c);
    if (!word && !mark) put_blank(r);
    else if (word && (alone || r->state == RS_TEXT_ALONE)) put_blank(r);
    else if (mark && r->state == RS_TEXT_BLANK) return; /* belongs to no letter */
    if (!word && !mark) return;
    r->code[r->n++] = c;
    if (word) r->state = alone ? RS_TEXT_ALONE : RS_TEXT_WORD;
}

/* One code point beyond ASCII, decomposed and folded. */
static void read_other(rs_text_reader *r)
{
    const char *p = r->rest.ptr;
    const uint32_t c = rs_utf8_next(&p, r->rest.ptr + r->rest.len);
    utf8proc_int32_t out[MOST_DECOMPOSED];
    int bound = 0;
    const utf8proc_ssize_t n =
        utf8proc_decompose_char((utf8proc_int32_t)c, out, MOST_DECOMPOSED,
                                UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT |
                                    UTF8PROC_CASEFOLD | UTF8PROC_IGNORE,
                                &bound);
    r->rest = rs_str_sub(r->rest, (size_t)(p - r->rest.ptr), r->rest.len);
    for (utf8proc_ssize_t i = 0; i < n && i < MOST_DECOMPOSED; i++) put_code(r, (uint32_t)out[i]);
    if (n < 0) put_blank(r);
}

bool rs_text_reader_next(rs_text_reader *r)
{
    r->n = 0;
    while (r->rest.len && r->n < RS_TEXT_CODES - SPARE) {
        read_ascii(r);
        if (r->rest.len && (unsigned char)r->rest.ptr[0] >= 0x80) read_other(r);
    }
    return r->n > 0 || r->rest.len > 0;
}

/* UTF-8 of the buffer's codes; out holds 4 bytes for each. */
static size_t put_utf8(const rs_text_reader *r, char *out)
{
    size_t n = 0;
    for (size_t i = 0; i < r->n; i++) n += rs_utf8_put(out + n, r->code[i]);
    return n;
}

rs_str rs_text_normal(rs_arena *arena, rs_str text)
{
    /* decomposed Hangul and ligatures grow: count first */
    rs_text_reader r;
    char bytes[4 * RS_TEXT_CODES];
    size_t n = 0;
    for (rs_text_reader_start(&r, text); rs_text_reader_next(&r);) n += put_utf8(&r, bytes);
    char *out = rs_arena_alloc(arena, n + 1);
    if (!out) return (rs_str){NULL, 0};
    n = 0;
    for (rs_text_reader_start(&r, text); rs_text_reader_next(&r);) {
        const size_t more = put_utf8(&r, bytes);
        memcpy(out + n, bytes, more);
        n += more;
    }
    if (n && out[n - 1] == ' ') n--;
    return rs_str_make(out, n);
}

rs_id rs_text_key(rs_str text)
{
    rs_text_reader r;
    rs_hasher h;
    rs_hash_start(&h);
    bool blank = false; /* held back: the last one of the text does not count */
    for (rs_text_reader_start(&r, text); rs_text_reader_next(&r);) {
        char bytes[4 * RS_TEXT_CODES + 1] = " ";
        size_t n = 1 + put_utf8(&r, bytes + 1);
        const bool ends_blank = r.n && r.code[r.n - 1] == ' ';
        rs_hash_bytes(&h, bytes + !blank, n - !blank - ends_blank);
        if (r.n) blank = ends_blank;
    }
    return rs_hash_end(&h);
}
