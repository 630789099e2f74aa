/* Plain values: see json_quick.h. */
#include "codec/json_quick.h"

#include "base/ascii.h"
#include "base/num.h"

/* Reads the digits at p; returns what is behind them. The value of more than 18 is not theirs. */
static inline const char *read_digits(const char *p, const char *end, uint64_t *value)
{
    uint64_t v = *value;
    for (; p < end && rs_ascii_is_digit(*p); p++) v = v * 10 + (uint64_t)(*p - '0');
    *value = v;
    return p;
}

/* The sign and the whole part of a number by JSON's grammar; NULL = there is none. */
static inline const char *read_whole(rs_json_quick *q, bool *minus, uint64_t *value)
{
    if (rs_json_quick_ends(q)) return NULL;
    *minus = *q->p == '-';
    *value = 0;
    const char *const begin = q->p + *minus;
    const char *const p = read_digits(begin, q->end, value);
    return p == begin || (*begin == '0' && p > begin + 1) ? NULL : p;
}

/* A number without exponent, which the caller finds behind it as something that is not due. */
static inline bool read_number(rs_json_quick *q, bool *minus, uint64_t *digits, size_t *n_fraction,
                               size_t most)
{
    const char *p = read_whole(q, minus, digits);
    *n_fraction = 0;
    if (!p) return false;
    if (p < q->end && *p == '.') {
        const char *const fraction = p + 1;
        p = read_digits(fraction, q->end, digits);
        *n_fraction = (size_t)(p - fraction);
        if (*n_fraction == 0) return false;
    }
    const size_t len = (size_t)(p - q->p);
    q->p = p;
    return len <= most;
}

bool rs_json_quick_i64(rs_json_quick *q, int64_t *out)
{
    enum { MOST = 18 }; /* characters of an int64_t */
    bool minus;
    uint64_t digits;
    const char *p = read_whole(q, &minus, &digits);
    if (!p || p - q->p > MOST) return false;
    q->p = p;
    *out = minus ? -(int64_t)digits : (int64_t)digits;
    return true;
}

bool rs_json_quick_double(rs_json_quick *q, double *out)
{
    enum { MOST = 18 };
    bool minus;
    uint64_t digits;
    size_t n_fraction;
    if (!read_number(q, &minus, &digits, &n_fraction, MOST)) return false;
    if (minus && !digits && !n_fraction) return false; /* the parser reads -0 as 0 */
    if (!rs_num_decimal(digits, n_fraction, out)) return false;
    if (minus) *out = -*out;
    return true;
}

bool rs_json_quick_number(rs_json_quick *q)
{
    enum { MOST = 300 }; /* characters of a finite number, whatever it is */
    bool minus;
    uint64_t digits;
    size_t n_fraction;
    return read_number(q, &minus, &digits, &n_fraction, MOST);
}
