/* The block of a data card that tells how to train with a layout: the layout's own text with the
 * lines and numbers of this set. */
#include "base/embedded.h"
#include "writers/writer.h"

#include <inttypes.h>

/* Whether one of the words, parted by commas, holds for the set. */
static bool holds(rs_str words, const rs_writer_set *set)
{
    const rs_render_options *o = set->render;
    while (words.len) {
        const size_t comma = rs_str_find_char(words, ',');
        const size_t end = comma == RS_NPOS ? words.len : comma;
        const rs_str word = rs_str_sub(words, 0, end);
        if (rs_str_eq(word, rs_str_of(o->model->name)) ||
            (o->model->needs_pixels && rs_str_eq(word, RS_STR("pixels"))) ||
            rs_str_eq(word, o->for_eval ? RS_STR("eval") : RS_STR("train")))
            return true;
        words = rs_str_sub(words, comma == RS_NPOS ? words.len : end + 1, words.len);
    }
    return false;
}

/* Appends what a name in braces stands for; false = it is no such name, and stays as it is. */
static bool put_value(rs_str name, const rs_writer_set *set, rs_buf *buf)
{
    const rs_render_options *o = set->render;
    if (rs_str_eq(name, RS_STR("name"))) rs_buf_str(buf, set->name);
    else if (rs_str_eq(name, RS_STR("model"))) rs_buf_cstr(buf, o->model->name);
    else if (rs_str_eq(name, RS_STR("min"))) rs_buf_printf(buf, "%.0f", o->min_pixels);
    else if (rs_str_eq(name, RS_STR("max"))) rs_buf_printf(buf, "%.0f", o->max_pixels);
    else return false;
    return true;
}

static void put_line(rs_str line, const rs_writer_set *set, rs_buf *buf)
{
    for (size_t i = 0; i < line.len; i++) {
        const rs_str rest = rs_str_sub(line, i + 1, line.len);
        const size_t end = line.ptr[i] == '{' ? rs_str_find_char(rest, '}') : RS_NPOS;
        if (end != RS_NPOS && put_value(rs_str_sub(rest, 0, end), set, buf)) i += end + 1;
        else rs_buf_char(buf, line.ptr[i]);
    }
    rs_buf_char(buf, '\n');
}

void rs_writer_put_usage(const rs_writer *writer, const rs_writer_set *set, rs_buf *buf)
{
    char file[64];
    snprintf(file, sizeof file, "src/writers/%s.md", writer->name);
    const rs_embedded *embedded = rs_embedded_find(file);
    RS_ASSERT(embedded); /* a test walks the layouts */
    rs_str text = rs_str_make((const char *)embedded->data, embedded->len);
    while (text.len) {
        const size_t newline = rs_str_find_char(text, '\n');
        rs_str line = rs_str_sub(text, 0, newline == RS_NPOS ? text.len : newline);
        text = rs_str_sub(text, newline == RS_NPOS ? text.len : newline + 1, text.len);
        if (rs_str_starts(line, RS_STR("|"))) {
            const size_t bar = rs_str_find_char(rs_str_sub(line, 1, line.len), '|');
            RS_ASSERT(bar != RS_NPOS);
            if (!holds(rs_str_sub(line, 1, bar + 1), set)) continue;
            line = rs_str_sub(line, bar + 2, line.len);
        }
        put_line(line, set, buf);
    }
}
