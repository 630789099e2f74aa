/* Borrowed text. Nothing here allocates except rs_str_dup (see arena.h). ASCII rules only. */
#ifndef RS_BASE_STR_H
#define RS_BASE_STR_H

#include "rsift/error.h"

#include <stdbool.h>
#include <string.h>

#define RS_PRINTF(fmt_at, args_at) __attribute__((format(printf, fmt_at, args_at)))

typedef rsift_str rs_str;

#define RS_STR(literal) ((rs_str){"" literal, sizeof(literal) - 1})
#define RS_STR_ARG(s) (int)((s).len > 4096 ? 4096 : (s).len), (s).ptr /* for "%.*s" */
static inline rs_str rs_str_of(const char *cstr)
{
    if (__builtin_constant_p(cstr ? __builtin_strlen(cstr) : 0)) /* a literal costs nothing */
        return (rs_str){cstr, cstr ? __builtin_strlen(cstr) : 0};
    return (rs_str){cstr, cstr ? strnlen(cstr, (size_t)1 << 30) : 0};
}
static inline rs_str rs_str_make(const char *ptr, size_t len)
{
    return (rs_str){ptr, len};
}
static inline bool rs_str_eq(rs_str a, rs_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}
int rs_str_cmp(rs_str a, rs_str b);        /* bytewise, like strcmp */
bool rs_str_eq_nocase(rs_str a, rs_str b); /* ASCII letters only */
/* Equal names, "licence" and "license" being one word. */
bool rs_str_eq_name(rs_str a, rs_str b);
bool rs_str_starts(rs_str s, rs_str prefix);
bool rs_str_ends(rs_str s, rs_str suffix);
bool rs_str_ends_nocase(rs_str s, rs_str suffix);
size_t rs_str_find(rs_str s, rs_str needle); /* first index, or RS_NPOS */
size_t rs_str_find_char(rs_str s, char c);
size_t rs_str_rfind_char(rs_str s, char c);
#define RS_NPOS ((size_t)-1)
/* Letters inserted, deleted or changed between two names, ASCII case aside; 64 when one is longer
 * than that. */
size_t rs_str_distance(rs_str a, rs_str b);
/* True when `known` is nearer to `word` than `*least`, which it lowers then. With half of the
 * letters wrong nothing is near: a suggestion would mislead. */
bool rs_str_nearer(rs_str word, rs_str known, size_t *least);
rs_str rs_str_trim(rs_str s); /* ASCII space, tab, CR, LF, VT, FF at both ends */
rs_str rs_str_sub(rs_str s, size_t begin, size_t end); /* clamped */

/* Next piece up to `sep`; *rest moves behind it. false when *rest is used up (ptr == NULL). */
bool rs_str_split(rs_str *rest, char sep, rs_str *piece);
/* Next line without LF or CRLF; false at the end. A final empty line is not given. */
bool rs_str_line(rs_str *rest, rs_str *line);

/* Paths with '/' */
rs_str rs_str_basename(rs_str path);
rs_str rs_str_dirname(rs_str path);   /* "" when there is none, no trailing '/' */
rs_str rs_str_stem(rs_str path);      /* basename without its last extension */
rs_str rs_str_extension(rs_str path); /* ".jpg" with the dot, or "" */

#endif
