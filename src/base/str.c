/* Borrowed text: comparing, searching, cutting. */
#include "base/str.h"

#include "base/ascii.h"

int rs_str_cmp(rs_str a, rs_str b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    int order = n ? memcmp(a.ptr, b.ptr, n) : 0;
    if (order) return order;
    return a.len < b.len ? -1 : a.len > b.len;
}

bool rs_str_eq_nocase(rs_str a, rs_str b)
{
    if (a.len != b.len) return false;
    for (size_t i = 0; i < a.len; i++)
        if (rs_ascii_lower(a.ptr[i]) != rs_ascii_lower(b.ptr[i])) return false;
    return true;
}

bool rs_str_eq_name(rs_str a, rs_str b)
{
    if (a.len != b.len) return false;
    for (size_t i = 0; i < a.len; i++) {
        if (a.ptr[i] == b.ptr[i]) continue;
        /* the letter behind "licen" and in front of "e" */
        bool spelling =
            (a.ptr[i] == 'c' && b.ptr[i] == 's') || (a.ptr[i] == 's' && b.ptr[i] == 'c');
        if (!spelling || i < 5 || i + 1 == a.len || memcmp(a.ptr + i - 5, "licen", 5) != 0 ||
            a.ptr[i + 1] != 'e')
            return false;
    }
    return true;
}

bool rs_str_starts(rs_str s, rs_str prefix)
{
    if (s.len < prefix.len) return false;
    /* its ends settle most, without a call */
    if (prefix.len &&
        (s.ptr[0] != prefix.ptr[0] || s.ptr[prefix.len - 1] != prefix.ptr[prefix.len - 1]))
        return false;
    return rs_str_eq(rs_str_make(s.ptr, prefix.len), prefix);
}

bool rs_str_ends(rs_str s, rs_str suffix)
{
    return s.len >= suffix.len &&
           rs_str_eq(rs_str_make(s.ptr + s.len - suffix.len, suffix.len), suffix);
}

bool rs_str_ends_nocase(rs_str s, rs_str suffix)
{
    return s.len >= suffix.len &&
           rs_str_eq_nocase(rs_str_make(s.ptr + s.len - suffix.len, suffix.len), suffix);
}

size_t rs_str_find(rs_str s, rs_str needle)
{
    /* memchr finds candidates for the first byte, of which the last byte settles most */
    if (needle.len == 0) return 0;
    const char *p = s.ptr, last = needle.ptr[needle.len - 1];
    size_t left = s.len;
    while (left >= needle.len) {
        const char *hit = memchr(p, needle.ptr[0], left - needle.len + 1);
        if (!hit) return RS_NPOS;
        if (hit[needle.len - 1] == last && memcmp(hit, needle.ptr, needle.len) == 0)
            return (size_t)(hit - s.ptr);
        left -= (size_t)(hit - p) + 1;
        p = hit + 1;
    }
    return RS_NPOS;
}

size_t rs_str_find_char(rs_str s, char c)
{
    const char *hit = s.len ? memchr(s.ptr, c, s.len) : NULL;
    return hit ? (size_t)(hit - s.ptr) : RS_NPOS;
}

size_t rs_str_rfind_char(rs_str s, char c)
{
    for (size_t i = s.len; i > 0; i--)
        if (s.ptr[i - 1] == c) return i - 1;
    return RS_NPOS;
}

rs_str rs_str_trim(rs_str s)
{
    while (s.len && rs_ascii_is_space(s.ptr[0])) {
        s.ptr++;
        s.len--;
    }
    while (s.len && rs_ascii_is_space(s.ptr[s.len - 1])) s.len--;
    return s;
}

rs_str rs_str_sub(rs_str s, size_t begin, size_t end)
{
    if (end > s.len) end = s.len;
    if (begin > end) begin = end;
    return rs_str_make(s.ptr + begin, end - begin);
}

bool rs_str_split(rs_str *rest, char sep, rs_str *piece)
{
    if (!rest->ptr) return false;
    size_t at = rs_str_find_char(*rest, sep);
    if (at == RS_NPOS) {
        *piece = *rest;
        *rest = (rs_str){NULL, 0};
    } else {
        *piece = rs_str_make(rest->ptr, at);
        rest->ptr += at + 1;
        rest->len -= at + 1;
    }
    return true;
}

bool rs_str_line(rs_str *rest, rs_str *line)
{
    if (rest->len == 0) return false;
    size_t at = rs_str_find_char(*rest, '\n');
    size_t n = at == RS_NPOS ? rest->len : at;
    *line = rs_str_make(rest->ptr, n);
    if (line->len && line->ptr[line->len - 1] == '\r') line->len--;
    n += at != RS_NPOS;
    rest->ptr += n;
    rest->len -= n;
    return true;
}

rs_str rs_str_basename(rs_str path)
{
    size_t at = rs_str_rfind_char(path, '/');
    return at == RS_NPOS ? path : rs_str_sub(path, at + 1, path.len);
}

rs_str rs_str_dirname(rs_str path)
{
    size_t at = rs_str_rfind_char(path, '/');
    return at == RS_NPOS ? rs_str_make(path.ptr, 0) : rs_str_make(path.ptr, at);
}

rs_str rs_str_stem(rs_str path)
{
    rs_str base = rs_str_basename(path);
    size_t at = rs_str_rfind_char(base, '.');
    return at == RS_NPOS || at == 0 ? base : rs_str_make(base.ptr, at);
}

rs_str rs_str_extension(rs_str path)
{
    rs_str base = rs_str_basename(path);
    size_t at = rs_str_rfind_char(base, '.');
    return at == RS_NPOS || at == 0 ? rs_str_make(base.ptr + base.len, 0)
                                    : rs_str_sub(base, at, base.len);
}

/* Levenshtein over one row. */
size_t rs_str_distance(rs_str a, rs_str b)
{
    size_t row[65];
    if (a.len > 64 || b.len > 64) return 64;
    for (size_t k = 0; k <= b.len; k++) row[k] = k;
    for (size_t i = 1; i <= a.len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t k = 1; k <= b.len; k++) {
            const size_t change =
                diagonal + (rs_ascii_lower(a.ptr[i - 1]) != rs_ascii_lower(b.ptr[k - 1]));
            diagonal = row[k];
            const size_t edit = row[k] < row[k - 1] ? row[k] + 1 : row[k - 1] + 1;
            row[k] = change < edit ? change : edit;
        }
    }
    return row[b.len];
}

bool rs_str_nearer(rs_str word, rs_str known, size_t *least)
{
    const size_t distance = rs_str_distance(word, known);
    if (distance >= *least || distance * 2 > word.len) return false;
    *least = distance;
    return true;
}
