/* Classes of ASCII characters, independent of the locale (the C library's are not). Bytes above
 * 0x7f belong to no class; classes of other code points are utf8.h's. */
#ifndef RS_BASE_ASCII_H
#define RS_BASE_ASCII_H

#include <stdbool.h>

static inline bool rs_ascii_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool rs_ascii_is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static inline bool rs_ascii_is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static inline bool rs_ascii_is_letter(char c)
{
    return rs_ascii_is_lower(c) || rs_ascii_is_upper(c);
}

static inline bool rs_ascii_is_alnum(char c)
{
    return rs_ascii_is_letter(c) || rs_ascii_is_digit(c);
}

/* Space, tab, LF, VT, FF, CR. */
static inline bool rs_ascii_is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline char rs_ascii_lower(char c)
{
    return rs_ascii_is_upper(c) ? (char)(c + 32) : c;
}

/* Value of a hexadecimal digit of either case, -1 = none. */
static inline int rs_ascii_hex(char c)
{
    if (rs_ascii_is_digit(c)) return c - '0';
    const char lower = rs_ascii_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

#endif
