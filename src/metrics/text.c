/* Python's string methods on UTF-8 text, as far as published scorers use them, and the two short
 * normalisers; the long one is text_evalai.c. */
#include "metrics/text.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "lang/ngram.h"

static const rs_str none = {NULL, 0};

rs_str rs_metrics_lower(rs_arena *arena, rs_str s)
{
    return rs_utf8_lower(arena, s);
}

rs_str rs_metrics_trim(rs_str s)
{
    rs_str rest = s, word;
    const char *begin = NULL, *end = NULL;
    /* from the first word to the last: what is outside is white space */
    for (; rs_lang_next_word(&rest, &word); end = word.ptr + word.len)
        if (!begin) begin = word.ptr;
    return begin ? rs_str_make(begin, (size_t)(end - begin)) : rs_str_sub(s, 0, 0);
}

/* The buffer's text, moved to the arena; the buffer is freed. */
static rs_str keep(rs_arena *arena, rs_buf *buf)
{
    rs_str out =
        buf->failed ? none : rs_arena_str(arena, rs_str_make(buf->ptr ? buf->ptr : "", buf->len));
    rs_buf_fini(buf);
    return out;
}

rs_str rs_metrics_replace(rs_arena *arena, rs_str s, rs_str what, rs_str with)
{
    /* nothing to replace: the text itself, without a copy */
    if (!s.ptr || !what.len || rs_str_find(s, what) == RS_NPOS) return s;
    rs_buf out = {0};
    for (size_t at; (at = rs_str_find(s, what)) != RS_NPOS;) {
        rs_buf_add(&out, s.ptr, at);
        rs_buf_str(&out, with);
        s = rs_str_sub(s, at + what.len, s.len);
    }
    rs_buf_str(&out, s);
    return keep(arena, &out);
}

rs_str rs_metrics_drop(rs_arena *arena, rs_str s, const char *set)
{
    if (!s.ptr) return none;
    const rs_str chars = rs_str_of(set);
    char *out = rs_arena_alloc(arena, s.len + 1);
    if (!out) return none;
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++)
        if (rs_str_find_char(chars, s.ptr[i]) == RS_NPOS) out[n++] = s.ptr[i];
    return rs_str_make(out, n);
}

rs_str rs_metrics_join_words(rs_arena *arena, rs_str s)
{
    if (!s.ptr) return none;
    char *out = rs_arena_alloc(arena, s.len + 1);
    if (!out) return none;
    size_t n = 0;
    for (rs_str word; rs_lang_next_word(&s, &word);) {
        if (n) out[n++] = ' ';
        memcpy(out + n, word.ptr, word.len);
        n += word.len;
    }
    return rs_str_make(out, n);
}

size_t rs_metrics_n_words(rs_str s)
{
    size_t n = 0;
    for (rs_str word; rs_lang_next_word(&s, &word);) n++;
    return n;
}

bool rs_metrics_contains(rs_str s, rs_str needle)
{
    return needle.len == 0 || rs_str_find(s, needle) != RS_NPOS;
}

bool rs_metrics_contains_nocase(rs_arena *arena, rs_str s, rs_str needle)
{
    return rs_metrics_contains(rs_metrics_lower(arena, s), rs_metrics_lower(arena, needle));
}

ptrdiff_t rs_metrics_rfind(rs_str s, rs_str needle)
{
    if (needle.len > s.len) return -1;
    for (size_t i = s.len - needle.len + 1; i-- > 0;)
        if (rs_str_eq(rs_str_sub(s, i, i + needle.len), needle)) return (ptrdiff_t)i;
    return -1;
}

rs_str rs_metrics_strip(rs_str s, const char *set)
{
    const rs_str chars = rs_str_of(set);
    while (s.len && rs_str_find_char(chars, s.ptr[0]) != RS_NPOS) s = rs_str_sub(s, 1, s.len);
    while (s.len && rs_str_find_char(chars, s.ptr[s.len - 1]) != RS_NPOS) s.len--;
    return s;
}

bool rs_metrics_is_number_text(rs_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9') return false;
    return s.len > 0;
}

rs_str rs_metrics_norm_nospace(rs_arena *arena, rs_str text)
{
    return rs_metrics_drop(arena, rs_metrics_lower(arena, rs_metrics_trim(text)), " ");
}

/* Bytes of the word characters at the start of s, 0 = none. */
static size_t word_at(rs_str s)
{
    const char *p = s.ptr, *end = s.ptr + s.len;
    while (p < end) {
        const char *next = p;
        if (!rs_utf8_is_word(rs_utf8_next(&next, end))) break;
        p = next;
    }
    return (size_t)(p - s.ptr);
}

static bool is_article(rs_str word)
{
    return rs_str_eq(word, RS_STR("a")) || rs_str_eq(word, RS_STR("an")) ||
           rs_str_eq(word, RS_STR("the"));
}

/* The article rule deletes the answer letter "a" too: as the original does. */
rs_str rs_metrics_norm_lhrs(rs_arena *arena, rs_str text)
{
    const rs_str s = rs_metrics_drop(arena, rs_metrics_lower(arena, text), RS_METRICS_PUNCTUATION);
    if (!s.ptr) return none;
    char *out = rs_arena_alloc(arena, s.len + 1);
    if (!out) return none;
    size_t n = 0;
    for (size_t i = 0, end; i < s.len; i = end) {
        const size_t word = word_at(rs_str_sub(s, i, s.len));
        end = i + (word ? word : 1);
        const rs_str run = rs_str_sub(s, i, end);
        if (is_article(run)) {
            out[n++] = ' ';
        } else {
            memcpy(out + n, run.ptr, run.len);
            n += run.len;
        }
    }
    return rs_metrics_join_words(arena, rs_str_make(out, n));
}
