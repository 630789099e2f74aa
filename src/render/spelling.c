/* Boxes and their numbers in a model's spelling; see models.h for the parts of a box. */
#include "render/spelling.h"

#include "base/num.h"
#include "codec/json_writer.h"

#include <math.h>

/* ---- writing --------------------------------------------------------------------------------- */

/* A number, rounded half to even. With d decimals v is written as the integer rint(v * 10^d) with a
 * point before its last d digits: 0.29 * 100 is 28.999.. and has to become "0.29". */
void rs_render_put_number(rs_buf *buf, const rs_render_spelling *spelling, double v)
{
    double scale = 1;
    for (int i = 0; i < spelling->decimals; i++) scale *= 10;
    int64_t scaled = (int64_t)rint(v * scale);
    uint64_t rest = scaled < 0 ? 0 - (uint64_t)scaled : (uint64_t)scaled;
    /* Digits from the last to the first; with decimals at least one stands before the point. */
    const size_t n_decimals = (size_t)spelling->decimals;
    const size_t n_least = n_decimals ? n_decimals + 1 : (size_t)spelling->min_digits;
    char text[48], *p = text + sizeof text;
    for (size_t n = 0; rest || n == 0 || n < n_least; n++) {
        if (n && n == n_decimals) *--p = '.';
        *--p = (char)('0' + rest % 10);
        rest /= 10;
    }
    if (scaled < 0) rs_buf_char(buf, '-');
    rs_buf_add(buf, p, (size_t)(text + sizeof text - p));
}

/* A box's order is that of its convention. */
size_t rs_render_written_index(const rs_render_spelling *spelling, size_t i, size_t n)
{
    return spelling->y_first && n != 4 ? i ^ 1 : i;
}

static const rs_render_affix *affix_of(const rs_render_spelling *spelling, size_t n)
{
    return n == 2 ? &spelling->point : n == 8 ? &spelling->quad : &spelling->box;
}

void rs_render_put_box(rs_buf *buf, const rs_render_spelling *spelling, const double *numbers,
                       size_t n, rs_str label, size_t span[2])
{
    const rs_render_affix *around = affix_of(spelling, n);
    rs_render_put(buf, around->open);
    span[0] = buf->len;
    rs_render_put(buf, spelling->numbers.open);
    for (size_t i = 0; i < n; i++) {
        if (i) rs_render_put(buf, spelling->numbers.between);
        rs_render_put(buf, spelling->number.open);
        rs_render_put_number(buf, spelling, numbers[rs_render_written_index(spelling, i, n)]);
        rs_render_put(buf, spelling->number.close);
    }
    rs_render_put(buf, spelling->numbers.close);
    span[1] = buf->len;
    if (spelling->label_in_box && label.len) {
        rs_render_put(buf, spelling->label.open);
        if (spelling->label_as_json) rs_json_put_str(buf, label);
        else rs_buf_str(buf, label);
        rs_render_put(buf, spelling->label.close);
    }
    rs_render_put(buf, around->close);
}

/* ---- reading --------------------------------------------------------------------------------- */

bool rs_render_skip(rs_str text, size_t *at, const char *word)
{
    rs_str expected = rs_str_of(word);
    if (!expected.len) return true;
    if (!rs_str_starts(rs_str_sub(text, *at, text.len), expected)) return false;
    *at += expected.len;
    return true;
}

/* Reads exactly n numbers with their brackets; stores them in the order of the convention. */
static bool read_numbers(const rs_render_spelling *spelling, rs_str text, size_t *at, size_t n,
                         rs_render_spelled *out)
{
    out->begin = *at;
    out->n = n;
    if (!rs_render_skip(text, at, spelling->numbers.open)) return false;
    for (size_t i = 0; i < n; i++) {
        if (i && !rs_render_skip(text, at, spelling->numbers.between)) return false;
        if (!rs_render_skip(text, at, spelling->number.open)) return false;
        rs_str rest = rs_str_sub(text, *at, text.len);
        rest.len = rs_num_span(rest);
        if (!rest.len ||
            !rs_num_double(rest, &out->numbers[rs_render_written_index(spelling, i, n)]))
            return false;
        *at += rest.len;
        if (!rs_render_skip(text, at, spelling->number.close)) return false;
    }
    if (!rs_render_skip(text, at, spelling->numbers.close)) return false;
    out->end = *at;
    return true;
}

/* Reads the label behind the numbers, if there is one; false = it is cut off. */
static bool read_label(const rs_render_spelling *spelling, rs_str text, size_t *at,
                       const char *box_close, rs_str *label)
{
    size_t begin = *at, end;
    if (!spelling->label_in_box || !rs_render_skip(text, &begin, spelling->label.open)) return true;
    if (spelling->label_as_json) { /* up to the closing quote; escapes stay */
        if (!rs_render_skip(text, &begin, "\"")) return false;
        for (end = begin; end < text.len && text.ptr[end] != '"'; end++)
            if (text.ptr[end] == '\\') end++;
        *at = end + 1;
        if (end >= text.len) return false;
    } else { /* up to the nearest text that may follow a label */
        const char *const ends[] = {spelling->label.close,     box_close,
                                    spelling->answer.between,  spelling->answer.close,
                                    spelling->several.between, spelling->several.close,
                                    spelling->one.close,       "\n"};
        rs_str rest = rs_str_sub(text, begin, text.len);
        size_t nearest = rest.len;
        for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
            size_t found = ends[i] && *ends[i] ? rs_str_find(rest, rs_str_of(ends[i])) : RS_NPOS;
            if (found < nearest) nearest = found;
        }
        *at = end = begin + nearest;
    }
    *label = rs_str_sub(text, begin, end);
    return rs_render_skip(text, at, spelling->label.close);
}

bool rs_render_read_box(const rs_render_spelling *spelling, rs_str text, size_t *at,
                        rs_render_spelled *out)
{
    /* Boxes first: where nothing closes the numbers, four of eight are a box. */
    static const size_t counts[] = {4, 8, 2};
    for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) {
        const rs_render_affix *around = affix_of(spelling, counts[k]);
        size_t end = *at;
        *out = (rs_render_spelled){0};
        if (rs_render_skip(text, &end, around->open) &&
            read_numbers(spelling, text, &end, counts[k], out) &&
            read_label(spelling, text, &end, around->close, &out->label) &&
            rs_render_skip(text, &end, around->close)) {
            *at = end;
            return true;
        }
    }
    return false;
}
