/* UrBench's open answers (MMMU's parse_open_response): key phrases behind "is", "so", "answer" ...,
 * the numbers in them, and containment of the reference text. The three patterns for numbers
 * overlap on purpose: "3,400" gives 3400 and 400, "2e3" gives 2000 and 3. */
#include "metrics/choice.h"

#include "base/ascii.h"
#include "base/num.h"
#include "metrics/text.h"

#include <math.h>
#include <stdio.h>

static bool digit(rs_str s, size_t i)
{
    return i < s.len && rs_ascii_is_digit(s.ptr[i]);
}

static bool word(rs_str s, size_t i)
{
    if (i >= s.len) return false;
    const char c = s.ptr[i];
    return rs_ascii_is_alnum(c) || c == '_' || (unsigned char)c >= 0x80;
}

static size_t digits_end(rs_str s, size_t i)
{
    while (digit(s, i)) i++;
    return i;
}

/* Behind an exponent "e-3" at i; 0 = none. */
static size_t exponent_end(rs_str s, size_t i)
{
    if (i >= s.len || (s.ptr[i] | 32) != 'e') return 0;
    i++;
    if (i < s.len && (s.ptr[i] == '+' || s.ptr[i] == '-')) i++;
    return digit(s, i) ? digits_end(s, i) : 0;
}

/* -?\b\d{1,3}(?:,\d{3})+\b */
static size_t comma_number(rs_str s, size_t i)
{
    if (s.ptr[i] == '-') i++;
    if (!digit(s, i) || (i > 0 && word(s, i - 1))) return 0;
    size_t at = digits_end(s, i), good = 0;
    if (at - i > 3) return 0;
    while (at < s.len && s.ptr[at] == ',' && digit(s, at + 1) && digit(s, at + 2) &&
           digit(s, at + 3)) {
        at += 4;
        if (!word(s, at)) good = at;
    }
    return good;
}

/* -?\d+(?:\.\d+)?[eE][+-]?\d+ */
static size_t scientific(rs_str s, size_t i)
{
    if (s.ptr[i] == '-') i++;
    if (!digit(s, i)) return 0;
    size_t at = digits_end(s, i);
    if (at < s.len && s.ptr[at] == '.' && digit(s, at + 1)) at = digits_end(s, at + 1);
    return exponent_end(s, at);
}

/* May a plain number end there: no exponent, digit or comma follows. */
static bool simple_stops(rs_str s, size_t at)
{
    return !exponent_end(s, at) && !digit(s, at) && !(at < s.len && s.ptr[at] == ',');
}

/* -?(?:\d+\.\d+|\.\d+|\d+\b)(?![eE][+-]?\d+)(?![,\d]) */
static size_t simple(rs_str s, size_t i)
{
    if (s.ptr[i] == '-') i++;
    const size_t integer = digits_end(s, i);
    if (integer < s.len && s.ptr[integer] == '.' && digit(s, integer + 1)) {
        const size_t at = digits_end(s, integer + 1);
        if (simple_stops(s, at)) return at;
    }
    return integer > i && !word(s, integer) && simple_stops(s, integer) ? integer : 0;
}

/* Adds a value that is not there yet; beyond RS_URBENCH_MOST it is dropped. */
static void add_value(rs_urbench_value *values, size_t *n, rs_urbench_value v)
{
    for (size_t i = 0; i < *n; i++) {
        if (values[i].number != v.number) continue;
        if (v.number ? values[i].value == v.value : rs_str_eq(values[i].text, v.text)) return;
    }
    if (*n < RS_URBENCH_MOST) values[(*n)++] = v;
}

/* Python's round(x, 2): the nearest decimal, exactly. */
static double round2(double v)
{
    char text[400];
    const int n = snprintf(text, sizeof text, "%.2f", v);
    double out = v;
    if (n > 0 && (size_t)n < sizeof text) rs_num_double(rs_str_make(text, (size_t)n), &out);
    return out;
}

/* MMMU's normalize_str: a number rounded to two decimals, else lower-case text; a single letter
 * with a blank on either side, so that it is not found inside words. */
static void normalise_value(rs_arena *arena, rs_str s, rs_urbench_value *values, size_t *n)
{
    s = rs_metrics_trim(s);
    double number;
    if (rs_num_double(rs_metrics_drop(arena, s, ","), &number)) {
        add_value(values, n, (rs_urbench_value){true, round2(number), {NULL, 0}});
        return;
    }
    s = rs_metrics_lower(arena, s);
    if (s.len == 1) {
        add_value(values, n,
                  (rs_urbench_value){false, 0, rs_arena_join(arena, RS_STR(" "), s, RS_STR(""))});
        s = rs_arena_join(arena, s, RS_STR(" "), RS_STR(""));
    }
    add_value(values, n, (rs_urbench_value){false, 0, s});
}

static void numbers(rs_arena *arena, rs_str s, rs_urbench_value *values, size_t *n)
{
    size_t (*const patterns[])(rs_str, size_t) = {comma_number, scientific, simple};
    for (size_t k = 0; k < 3; k++)
        for (size_t i = 0; i < s.len;) {
            const size_t end = patterns[k](s, i);
            if (end) normalise_value(arena, rs_str_sub(s, i, end), values, n);
            i = end ? end : i + 1;
        }
}

/* The shortest text behind the last of an indicator; ptr NULL = none. */
static rs_str key_part(rs_str s, bool last)
{
    static const char *const indicators[] = {
        "could be ", "so ", "is ", "thus ", "therefore ", "final ", "answer ", "result ", "="};
    rs_str best = {NULL, 0};
    for (size_t i = 0; i < 8 + (size_t)last; i++) {
        const rs_str indicator = rs_str_of(indicators[i]);
        const ptrdiff_t at = rs_metrics_rfind(s, indicator);
        if (at < 0) continue;
        const rs_str tail = rs_metrics_trim(rs_str_sub(s, (size_t)at + indicator.len, s.len));
        if (!best.len || tail.len < best.len) best = tail;
    }
    if (!best.len || (best.len == 1 && rs_str_find_char(RS_STR(":,.!?;'"), best.ptr[0]) != RS_NPOS))
        best = (rs_str){NULL, 0};
    return best;
}

size_t rs_metrics_urbench_open(rs_arena *arena, rs_str output,
                               rs_urbench_value values[RS_URBENCH_MOST])
{
    const rs_str s = rs_metrics_lower(arena, rs_metrics_strip(rs_metrics_trim(output), "."));
    size_t n = 0;
    bool any = false;
    rs_str rest = s;
    for (rs_str line; rs_str_split(&rest, '\n', &line);) {
        const rs_str key = key_part(line, rest.ptr == NULL);
        if (!key.ptr) continue;
        any = true;
        normalise_value(arena, key, values, &n);
        numbers(arena, key, values, &n);
    }
    if (!any) {
        normalise_value(arena, s, values, &n);
        numbers(arena, s, values, &n);
    }
    return n;
}

bool rs_metrics_urbench_open_right(rs_arena *arena, rs_str output, rs_str reference)
{
    rs_urbench_value found[RS_URBENCH_MOST], wanted[RS_URBENCH_MOST];
    size_t n_wanted = 0;
    const size_t n_found = rs_metrics_urbench_open(arena, output, found);
    normalise_value(arena, reference, wanted, &n_wanted);
    for (size_t i = 0; i < n_found; i++)
        for (size_t k = 0; k < n_wanted; k++) {
            if (found[i].number != wanted[k].number) continue;
            if (found[i].number ? found[i].value == wanted[k].value
                                : rs_metrics_contains(found[i].text, wanted[k].text))
                return true;
        }
    return false;
}
