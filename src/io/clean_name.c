/* Member names are hostile: no name becomes a path before it went through here. */
#include "io/clean_name.h"

#include "base/ascii.h"
#include "base/utf8.h"
#include "io/io.h"

static bool is_control(char c)
{
    return (unsigned char)c < 0x20 || c == 0x7f;
}

static bool is_dots(rs_str piece)
{
    return rs_str_eq(piece, RS_STR(".")) || rs_str_eq(piece, RS_STR(".."));
}

static bool has_drive(rs_str name)
{
    return name.len >= 3 && rs_ascii_is_letter(name.ptr[0]) && name.ptr[1] == ':' &&
           (name.ptr[2] == '/' || name.ptr[2] == '\\');
}

bool rs_io_name_is_clean(rs_str name)
{
    if (name.len == 0 || has_drive(name) || rs_utf8_valid(name) != name.len) return false;
    for (size_t i = 0; i < name.len; i++)
        if (is_control(name.ptr[i]) || name.ptr[i] == '\\') return false;
    size_t begin = 0;
    for (size_t i = 0; i <= name.len; i++) {
        if (i < name.len && name.ptr[i] != '/') continue;
        if (i == begin || is_dots(rs_str_sub(name, begin, i))) return false;
        begin = i + 1;
    }
    return true;
}

/* Appends a piece of a name to p, bytes that are not printable UTF-8 as %XX; returns the new p. */
static char *put_piece(char *p, rs_str piece)
{
    static const char hex[] = "0123456789ABCDEF";
    size_t i = 0;
    while (i < piece.len) {
        size_t good = rs_utf8_valid(rs_str_sub(piece, i, piece.len));
        for (size_t end = i + good; i < end; i++) {
            unsigned char c = (unsigned char)piece.ptr[i];
            if (is_control((char)c)) {
                *p++ = '%';
                *p++ = hex[c >> 4];
                *p++ = hex[c & 15];
            } else {
                *p++ = (char)c;
            }
        }
        if (i == piece.len) break;
        unsigned char c = (unsigned char)piece.ptr[i++];
        *p++ = '%';
        *p++ = hex[c >> 4];
        *p++ = hex[c & 15];
    }
    return p;
}

rs_str rs_io_clean_name(rs_arena *arena, rs_str name, bool *changed)
{
    *changed = false;
    if (rs_io_name_is_clean(name)) return rs_arena_str(arena, name);
    *changed = true;
    if (has_drive(name)) name = rs_str_sub(name, 3, name.len);
    if (name.len > SIZE_MAX / 4) return (rs_str){NULL, 0};
    /* every byte may become %XX */
    char *out = rs_arena_alloc(arena, name.len * 3 + 1);
    if (!out) return (rs_str){NULL, 0};
    char *p = out;
    size_t begin = 0;
    for (size_t i = 0; i <= name.len; i++) {
        if (i < name.len && name.ptr[i] != '/' && name.ptr[i] != '\\') continue;
        rs_str piece = rs_str_sub(name, begin, i);
        begin = i + 1;
        /* ".." is dropped, not resolved: nothing leads out */
        if (piece.len == 0 || is_dots(piece)) continue;
        if (p > out) *p++ = '/';
        p = put_piece(p, piece);
    }
    *p = 0;
    if (p == out) return (rs_str){NULL, 0};
    return (rs_str){out, (size_t)(p - out)};
}
