/* Numbers and text. Small decimals (the usual coordinates) are read exactly without strtod:
 * at most 15 digits and a power of ten up to 22 are exact in double arithmetic. */
#define _GNU_SOURCE /* strtod_l; POSIX has it only since 2024 */
#include "base/num.h"

#include "base/ascii.h"

#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static locale_t c_locale;
static pthread_once_t c_locale_once = PTHREAD_ONCE_INIT;

static void make_c_locale(void)
{
    c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

bool rs_num_i64(rs_str s, int64_t *out)
{
    size_t i = 0;
    bool minus = false;
    if (s.len && (s.ptr[0] == '-' || s.ptr[0] == '+')) {
        minus = s.ptr[0] == '-';
        i = 1;
    }
    if (i == s.len) return false;
    /* counted downwards, because INT64_MIN has no positive counterpart */
    int64_t v = 0;
    for (; i < s.len; i++) {
        if (!rs_ascii_is_digit(s.ptr[i])) return false;
        int digit = s.ptr[i] - '0';
        if (__builtin_mul_overflow(v, 10, &v)) return false;
        if (__builtin_sub_overflow(v, digit, &v)) return false; /* negative: INT64_MIN fits */
    }
    if (!minus && __builtin_sub_overflow((int64_t)0, v, &v)) return false;
    *out = v;
    return true;
}

size_t rs_num_span(rs_str s)
{
    size_t i = 0, n_digits = 0;
    if (i < s.len && (s.ptr[i] == '-' || s.ptr[i] == '+')) i++;
    while (i < s.len && rs_ascii_is_digit(s.ptr[i])) i++, n_digits++;
    if (i < s.len && s.ptr[i] == '.') {
        size_t dot = i++;
        size_t n_fraction = 0;
        while (i < s.len && rs_ascii_is_digit(s.ptr[i])) i++, n_fraction++;
        /* "." alone is no number; ".5" and "5." are */
        if (n_digits == 0 && n_fraction == 0) return 0;
        if (n_fraction == 0) i = dot + 1;
        n_digits += n_fraction;
    }
    if (n_digits == 0) return 0;
    if (i < s.len && (s.ptr[i] == 'e' || s.ptr[i] == 'E')) {
        size_t j = i + 1;
        if (j < s.len && (s.ptr[j] == '-' || s.ptr[j] == '+')) j++;
        size_t begin = j;
        while (j < s.len && rs_ascii_is_digit(s.ptr[j])) j++;
        /* an "e" without digits is not part of the number */
        if (j > begin) i = j;
    }
    return i;
}

static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

bool rs_num_decimal(uint64_t digits, size_t n_fraction, double *out)
{
    /* both are doubles without rounding (Clinger 1990) */
    if (digits > (uint64_t)1 << 53 || n_fraction >= sizeof powers / sizeof *powers) return false;
    *out = (double)digits / powers[n_fraction];
    return true;
}

/* "[-]ddd.ddd" with few digits, in one pass; false = no number, or one that needs strtod. */
static bool read_short(rs_str s, double *out)
{
    enum { MOST = 17 }; /* so many digits fit into v */
    const char *p = s.ptr, *const end = s.ptr + s.len, *dot = NULL;
    const bool minus = *p == '-';
    if (minus || *p == '+') p++;
    const size_t n = (size_t)(end - p);
    if (n > MOST) return false;
    uint64_t v = 0;
    for (; p < end; p++) {
        const unsigned digit = (unsigned)(unsigned char)*p - '0';
        if (digit <= 9) v = v * 10 + digit;
        else if (*p == '.' && !dot) dot = p;
        else return false;
    }
    if (n == (dot != NULL)) return false; /* without a digit */
    if (!rs_num_decimal(v, dot ? (size_t)(end - dot - 1) : 0, out)) return false;
    if (minus) *out = -*out;
    return true;
}

bool rs_num_double(rs_str s, double *out)
{
    if (s.len == 0) return false;
    if (read_short(s, out)) return true;
    if (rs_num_span(s) != s.len) return false;
    char text[512];
    if (s.len >= sizeof text) return false;
    memcpy(text, s.ptr, s.len);
    text[s.len] = 0;
    pthread_once(&c_locale_once, make_c_locale);
    locale_t old = c_locale ? uselocale(c_locale) : (locale_t)0;
    *out = strtod(text, NULL);
    if (old) uselocale(old);
    return isfinite(*out);
}

size_t rs_num_format(char out[RS_DOUBLE_SIZE], double v)
{
    if (v == 0) {
        out[0] = '0';
        return 1;
    }
    /* whole numbers without exponent */
    if (fabs(v) < 1e15 && v == (double)(int64_t)v)
        return (size_t)snprintf(out, RS_DOUBLE_SIZE, "%lld", (long long)v);
    pthread_once(&c_locale_once, make_c_locale);
    locale_t old = c_locale ? uselocale(c_locale) : (locale_t)0;
    int n = 0;
    /* 15 digits are always right, 17 always enough */
    for (int digits = 15; digits <= 17; digits++) {
        n = snprintf(out, RS_DOUBLE_SIZE, "%.*g", digits, v);
        if (strtod(out, NULL) == v) break;
    }
    if (old) uselocale(old);
    return (size_t)n;
}
