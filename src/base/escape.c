/* One walk over the characters; the kinds differ in what they keep and how they spell the rest. */
#include "base/escape.h"

#include "base/ascii.h"
#include "base/utf8.h"

#include <string.h>

enum { PIECE_MOST = 12 }; /* "\u000e0041" and the like, with a NUL */

/* Code points that are obeyed or not seen instead of shown. */
static bool is_hostile(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x061c || code == 0x200e ||
           code == 0x200f || (code >= 0x2028 && code <= 0x202e) ||
           (code >= 0x2066 && code <= 0x206f) || code == 0xfeff ||
           (code >= 0xfff9 && code <= 0xfffb) || (code >= 0xe0000 && code <= 0xe0fff);
}

/* Bytes of the character at the front of `s`, 1 for a byte that is no UTF-8 (*code is then that of
 * the byte and *valid false). */
static size_t next(rs_str s, uint32_t *code, bool *valid)
{
    const unsigned char c = (unsigned char)s.ptr[0];
    *code = c;
    *valid = c < 0x80;
    if (*valid) return 1;
    const size_t n = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
    if (n > s.len || rs_utf8_valid(rs_str_sub(s, 0, n)) != n) return 1;
    const char *p = s.ptr;
    *code = rs_utf8_next(&p, s.ptr + n);
    *valid = true;
    return n;
}

/* Spells a code point, or a byte that is no UTF-8, as \xNN, \uNNNN or \U00NNNNNN; returns the
 * length. */
static size_t spell(char out[PIECE_MOST], uint32_t code, bool valid, rs_escape kind)
{
    static const char hex[] = "0123456789abcdef";
    char *p = out;
    *p++ = '\\';
    if ((!valid || code < 0x80) && kind != RS_ESCAPE_JSON) {
        *p++ = 'x';
        *p++ = hex[code >> 4 & 15];
        *p++ = hex[code & 15];
        return (size_t)(p - out);
    }
    /* Of code points above U+FFFF JSON wants two halves; for people one number is clearer. */
    uint32_t units[2] = {code, 0};
    if (code > 0xffff && kind == RS_ESCAPE_JSON) {
        units[0] = 0xd800 + ((code - 0x10000) >> 10);
        units[1] = 0xdc00 + ((code - 0x10000) & 0x3ff);
    }
    if (code > 0xffff && kind != RS_ESCAPE_JSON) {
        *p++ = 'U';
        for (int shift = 20; shift >= 0; shift -= 4) *p++ = hex[code >> shift & 15];
        return (size_t)(p - out);
    }
    for (int i = 0; i < 2 && (i == 0 || units[i]); i++) {
        if (i) *p++ = '\\';
        *p++ = 'u';
        for (int shift = 12; shift >= 0; shift -= 4) *p++ = hex[units[i] >> shift & 15];
    }
    return (size_t)(p - out);
}

/* What Markdown takes for markup, in the middle of a line or cell. `before` is the byte in front,
 * `after` the one behind; an underscore inside a word is none. */
static bool is_markup(char c, char before, char after)
{
    if (c == '_') return !rs_ascii_is_alnum(before) || !rs_ascii_is_alnum(after);
    if (c == '(') return before == ']';
    if (c == '!') return after == '[';
    /* bare addresses become links by themselves */
    if (c == ':') return after == '/';
    return memchr("\\`*[]|~#$", c, 9) != NULL && c;
}

/* NULL = as it is. */
static const char *entity(char c)
{
    switch (c) {
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '&': return "&amp;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return NULL;
    }
}

/* One ASCII character that is not hostile, or a line end or tab. */
static void put_ascii(rs_buf *out, rs_escape kind, rs_str text, size_t i)
{
    const char c = text.ptr[i];
    const char before = i ? text.ptr[i - 1] : ' ', after = i + 1 < text.len ? text.ptr[i + 1] : ' ';
    const bool markup = kind == RS_ESCAPE_MARKDOWN || kind == RS_ESCAPE_HTML;
    const char *named = markup ? entity(c) : NULL;
    if (named && !(kind == RS_ESCAPE_MARKDOWN && (c == '"' || c == '\''))) {
        rs_buf_cstr(out, named);
        return;
    }
    if ((c == '\n' || c == '\t') && (kind == RS_ESCAPE_LINE || kind == RS_ESCAPE_MARKDOWN)) {
        rs_buf_char(out, ' ');
        return;
    }
    if (kind == RS_ESCAPE_MARKDOWN && is_markup(c, before, after)) rs_buf_char(out, '\\');
    rs_buf_char(out, c);
}

void rs_escape_put(rs_buf *out, rs_escape kind, rs_str text)
{
    for (size_t i = 0; i < text.len;) {
        uint32_t code;
        bool valid;
        const size_t n = next(rs_str_sub(text, i, text.len), &code, &valid);
        const bool blank = code == '\n' || code == '\t' || (kind == RS_ESCAPE_JSON && code == '\r');
        if (!valid || (is_hostile(code) && !blank && kind != RS_ESCAPE_BYTES)) {
            char piece[PIECE_MOST + 2];
            const size_t len = spell(piece, code, valid, kind);
            /* a backslash is markup in Markdown */
            if (kind == RS_ESCAPE_MARKDOWN) rs_buf_char(out, '\\');
            rs_buf_add(out, piece, len);
        } else if (n == 1) {
            put_ascii(out, kind, text, i);
        } else {
            rs_buf_add(out, text.ptr + i, n);
        }
        i += n;
    }
}

/* Is nothing to be escaped? Nearly all texts are plain: they are not copied. */
static bool is_plain(rs_escape kind, rs_str text)
{
    if (kind == RS_ESCAPE_MARKDOWN || kind == RS_ESCAPE_HTML) return false;
    if (kind == RS_ESCAPE_BYTES) return rs_utf8_valid(text) == text.len;
    for (size_t i = 0; i < text.len;) {
        uint32_t code;
        bool valid;
        i += next(rs_str_sub(text, i, text.len), &code, &valid);
        if (!valid) return false;
        if (!is_hostile(code)) continue;
        if ((code != '\n' && code != '\t') || kind == RS_ESCAPE_LINE) return false;
    }
    return true;
}

rs_str rs_escape_text(rs_arena *arena, rs_escape kind, rs_str text)
{
    if (is_plain(kind, text)) return text;
    rs_buf out = {0};
    rs_escape_put(&out, kind, text);
    const rs_str kept = out.failed ? (rs_str){NULL, 0} : rs_arena_str(arena, rs_buf_view(&out));
    rs_buf_fini(&out);
    return kept.ptr ? kept : RS_STR("?");
}

size_t rs_escape_into(char *out, size_t size, rs_str text)
{
    size_t at = 0, i = 0;
    while (i < text.len) {
        uint32_t code;
        bool valid;
        char piece[PIECE_MOST + 2];
        const rs_str rest = rs_str_sub(text, i, text.len);
        const size_t n = next(rest, &code, &valid);
        size_t len = n;
        /* The first bytes of a character that was cut off are left out, not spelled. */
        if (!valid && rs_escape_open_end(rest) == rest.len) break;
        /* Messages of ours may have a second line, which begins with blanks. */
        const bool goes_on = rs_str_starts(rest, RS_STR("\n  "));
        if (!valid || (is_hostile(code) && !goes_on))
            len = spell(piece, code, valid, RS_ESCAPE_TEXT);
        else memcpy(piece, text.ptr + i, n);
        if (at + len >= size) break;
        memcpy(out + at, piece, len);
        at += len;
        i += n;
    }
    out[at] = '\0';
    return i;
}

size_t rs_escape_open_end(rs_str text)
{
    for (size_t n = 1; n <= 3 && n <= text.len; n++) {
        const unsigned char c = (unsigned char)text.ptr[text.len - n];
        if (c >= 0xf0) return c < 0xf5 ? n : 0;
        if (c >= 0xe0) return n < 3 ? n : 0;
        if (c >= 0xc0) return n < 2 ? n : 0;
        if (c < 0x80) return 0;
    }
    return 0;
}

/* ---- paths ----------------------------------------------------------------------------------- */

/* "\xNN" at the front? */
static bool is_spelled(rs_str s)
{
    return s.len >= 4 && s.ptr[0] == '\\' && s.ptr[1] == 'x' && rs_ascii_hex(s.ptr[2]) >= 0 &&
           rs_ascii_hex(s.ptr[3]) >= 0;
}

rs_str rs_escape_path(rs_arena *arena, rs_str path)
{
    if (rs_utf8_valid(path) == path.len && rs_str_find(path, RS_STR("\\x")) == RS_NPOS) return path;
    rs_buf out = {0};
    for (size_t i = 0; i < path.len;) {
        uint32_t code;
        bool valid;
        char piece[PIECE_MOST + 2];
        const rs_str rest = rs_str_sub(path, i, path.len);
        const size_t n = next(rest, &code, &valid);
        if (valid && !is_spelled(rest)) rs_buf_add(&out, path.ptr + i, n);
        else rs_buf_add(&out, piece, spell(piece, code, false, RS_ESCAPE_TEXT));
        i += n;
    }
    const rs_str kept = out.failed ? (rs_str){NULL, 0} : rs_arena_str(arena, rs_buf_view(&out));
    rs_buf_fini(&out);
    return kept;
}
