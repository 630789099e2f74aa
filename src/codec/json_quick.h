/* Reading values straight from their text, where they are written plainly: known names, and
 * numbers without an exponent. What is anything else is declined, and rs_json_parse says what it
 * is. Where nothing was declined both read the same (tests/unit/codec/test_json.c). */
#ifndef RS_CODEC_JSON_QUICK_H
#define RS_CODEC_JSON_QUICK_H

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct rs_json_quick {
    const char *p, *end;
} rs_json_quick;

static inline rs_json_quick rs_json_quick_of(rs_str text)
{
    return (rs_json_quick){text.ptr, text.ptr + text.len};
}

/* Is the text over, but for blanks? */
static inline bool rs_json_quick_ends(rs_json_quick *q)
{
    while (q->p < q->end && *q->p <= ' ' &&
           (*q->p == ' ' || *q->p == '\n' || *q->p == '\r' || *q->p == '\t'))
        q->p++;
    return q->p == q->end;
}

/* Steps over `ch`, if it comes next behind blanks. */
static inline bool rs_json_quick_at(rs_json_quick *q, char ch)
{
    if ((q->p == q->end || *q->p != ch) && (rs_json_quick_ends(q) || *q->p != ch)) return false;
    q->p++;
    return true;
}

/* Steps over a member's name, if it comes next and is `name`, which needs no escape. */
static inline bool rs_json_quick_named(rs_json_quick *q, rs_str name)
{
    if (rs_json_quick_ends(q) || (size_t)(q->end - q->p) < name.len + 2) return false;
    if (q->p[0] != '"' || q->p[name.len + 1] != '"') return false;
    if (memcmp(q->p + 1, name.ptr, name.len) != 0) return false;
    q->p += name.len + 2;
    return true;
}

/* Each steps over a number, up to an exponent or, of a whole one, a fraction: what then comes next
 * is not what is due. false = declined. */
bool rs_json_quick_i64(rs_json_quick *q, int64_t *out);
bool rs_json_quick_double(rs_json_quick *q, double *out);
bool rs_json_quick_number(rs_json_quick *q); /* of any length; its value is not wanted */

#endif
