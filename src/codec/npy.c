/* NumPy's header: a cursor over a dict literal; see npy.h. */
#include "codec/npy.h"

#include "base/ascii.h"

#include <math.h>
#include <string.h>

#define MAGIC "\x93NUMPY"
enum { MAGIC_BYTES = 6, MOST_DIMENSIONS = 2 };

typedef struct literal {
    rs_str rest;
    uint64_t shape[MOST_DIMENSIONS];
    size_t n_shape;
    bool has_descr, has_order, has_shape, fortran, deep; /* deep: more dimensions */
    rs_str descr;
} literal;

static void skip_blanks(literal *l)
{
    while (l->rest.len && memchr(" \t\r\n", l->rest.ptr[0], 4))
        l->rest = rs_str_sub(l->rest, 1, l->rest.len);
}

static bool next_is(literal *l, char c)
{
    skip_blanks(l);
    if (l->rest.len == 0 || l->rest.ptr[0] != c) return false;
    l->rest = rs_str_sub(l->rest, 1, l->rest.len);
    return true;
}

/* 'text' or "text", without escapes: none of the known words has one. */
static bool read_text(literal *l, rs_str *out)
{
    skip_blanks(l);
    const char quote = l->rest.len ? l->rest.ptr[0] : 0;
    if (quote != '\'' && quote != '"') return false;
    const size_t end = rs_str_find_char(rs_str_sub(l->rest, 1, l->rest.len), quote);
    if (end == RS_NPOS) return false;
    *out = rs_str_sub(l->rest, 1, 1 + end);
    l->rest = rs_str_sub(l->rest, end + 2, l->rest.len);
    return true;
}

static bool read_word(literal *l, const char *word)
{
    skip_blanks(l);
    if (!rs_str_starts(l->rest, rs_str_of(word))) return false;
    l->rest = rs_str_sub(l->rest, strlen(word), l->rest.len);
    return true;
}

/* Digits, and the L that Python 2 wrote behind them. */
static bool read_count(literal *l, uint64_t *out)
{
    size_t i = 0;
    *out = 0;
    skip_blanks(l);
    for (; i < l->rest.len && rs_ascii_is_digit(l->rest.ptr[i]); i++)
        if (__builtin_mul_overflow(*out, UINT64_C(10), out) ||
            __builtin_add_overflow(*out, (uint64_t)(l->rest.ptr[i] - '0'), out))
            return false;
    if (i == 0) return false;
    l->rest = rs_str_sub(l->rest, i, l->rest.len);
    (void)next_is(l, 'L');
    return true;
}

/* "(1000, 512)", "(1000,)" */
static bool read_shape(literal *l)
{
    if (!next_is(l, '(')) return false;
    while (!next_is(l, ')')) {
        uint64_t n;
        if (!read_count(l, &n)) return false;
        if (l->n_shape < MOST_DIMENSIONS) l->shape[l->n_shape++] = n;
        else l->deep = true;
        if (!next_is(l, ',')) return next_is(l, ')');
    }
    return true;
}

/* A key and its value; a key of which nothing is known is no array of numbers. */
static bool read_entry(literal *l)
{
    rs_str key;
    if (!read_text(l, &key) || !next_is(l, ':')) return false;
    if (rs_str_eq(key, RS_STR("descr")) && !l->has_descr)
        return l->has_descr = read_text(l, &l->descr);
    if (rs_str_eq(key, RS_STR("shape")) && !l->has_shape) return l->has_shape = read_shape(l);
    if (!rs_str_eq(key, RS_STR("fortran_order")) || l->has_order) return false;
    l->has_order = true;
    l->fortran = read_word(l, "True");
    return l->fortran || read_word(l, "False");
}

static bool read_literal(literal *l)
{
    if (!next_is(l, '{')) return false;
    while (!next_is(l, '}')) {
        if (!read_entry(l)) return false;
        if (next_is(l, ',')) continue;
        if (!next_is(l, '}')) return false;
        break;
    }
    skip_blanks(l);
    return l->rest.len == 0 && l->has_descr && l->has_order && l->has_shape;
}

/* Where the literal lies behind the magic and the version. */
static rsift_status find_literal(rs_str head, rs_str *text, uint64_t *end, rsift_error *err)
{
    const uint8_t *p = (const uint8_t *)head.ptr;
    if (head.len < MAGIC_BYTES + 4 || memcmp(p, MAGIC, MAGIC_BYTES) != 0)
        return rs_err_set(err, RSIFT_E_FORMAT, "expected a NumPy array (.npy)");
    const unsigned version = p[6];
    if (version < 1 || version > 3)
        return rs_err_set(err, RSIFT_E_UNSUPPORTED, "NumPy format %u, expected 1 to 3", version);
    const size_t begin = version == 1 ? 10 : 12;
    if (head.len < begin) return rs_err_set(err, RSIFT_E_FORMAT, "the header ends early");
    uint64_t len = (uint64_t)p[8] | (uint64_t)p[9] << 8;
    if (version > 1) len |= (uint64_t)p[10] << 16 | (uint64_t)p[11] << 24;
    *end = begin + len;
    if (*end > head.len)
        return rs_err_set(err, head.len < RS_NPY_HEADER_MAX ? RSIFT_E_FORMAT : RSIFT_E_LIMIT,
                          "the header ends early or is longer than %d bytes", RS_NPY_HEADER_MAX);
    *text = rs_str_sub(head, begin, (size_t)*end);
    return RSIFT_OK;
}

rsift_status rs_npy_parse(rs_str head, uint64_t file_bytes, rs_npy *out, rsift_error *err)
{
    literal l = {0};
    char quoted[RS_QUOTE_SIZE];
    uint64_t n, last;
    RS_TRY(find_literal(head, &l.rest, &out->offset, err));
    if (!read_literal(&l))
        return rs_err_set(err, RSIFT_E_FORMAT, "expected the header of a NumPy array of numbers");
    if (rs_str_eq(l.descr, RS_STR("<f2"))) out->item_bytes = 2;
    else if (rs_str_eq(l.descr, RS_STR("<f4"))) out->item_bytes = 4;
    else if (rs_str_eq(l.descr, RS_STR("<f8"))) out->item_bytes = 8;
    else
        return rs_err_set(err, RSIFT_E_UNSUPPORTED,
                          "expected numbers <f2, <f4 or <f8, found \"%s\"",
                          rs_err_quote(quoted, l.descr));
    if (l.deep || l.n_shape == 0 || (l.fortran && l.n_shape > 1))
        return rs_err_set(err, RSIFT_E_UNSUPPORTED,
                          "expected rows of numbers, one row behind the "
                          "other, found another order or dimension");
    out->rows = l.shape[0];
    out->width = l.n_shape > 1 ? l.shape[1] : 1;
    if (__builtin_mul_overflow(out->rows, out->width, &n) ||
        __builtin_mul_overflow(n, (uint64_t)out->item_bytes, &n) ||
        __builtin_add_overflow(n, out->offset, &last) || last > file_bytes)
        return rs_err_set(err, RSIFT_E_FORMAT, "the file ends before the last of its rows");
    return RSIFT_OK;
}

/* ---- numbers --------------------------------------------------------------------------------- */

static float float_of_half(uint16_t h)
{
    const int exponent = h >> 10 & 31;
    const float fraction = (float)(h & 1023), sign = h & 0x8000 ? -1.0f : 1.0f;
    if (exponent == 31) return fraction > 0 ? NAN : sign * INFINITY;
    if (exponent == 0) return sign * ldexpf(fraction, -24);
    return sign * ldexpf(1024.0f + fraction, exponent - 25);
}

void rs_npy_floats(const void *bytes, uint32_t item_bytes, size_t n, float *out)
{
    const uint8_t *p = bytes;
    for (size_t i = 0; i < n; i++, p += item_bytes) {
        uint64_t bits = 0;
        for (uint32_t k = 0; k < item_bytes; k++) bits |= (uint64_t)p[k] << (8 * k);
        if (item_bytes == 8) {
            double v;
            memcpy(&v, &bits, sizeof v);
            /* what no float holds is infinite, and no row of use */
            out[i] = v > 3e38 || v < -3e38 ? (v > 0 ? INFINITY : -INFINITY) : (float)v;
        } else if (item_bytes == 4) {
            const uint32_t low = (uint32_t)bits;
            memcpy(&out[i], &low, sizeof low);
        } else out[i] = float_of_half((uint16_t)bits);
    }
}
