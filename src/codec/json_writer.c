/* JSON out: the writer's state is one bit per open container (object or array) and two flags; no
 * stack of counters is needed because a closed container is itself a value of its parent. */
#include "codec/json_writer.h"

/* ---- spellings ------------------------------------------------------------------------------ */

static void put_escape(rs_buf *buf, unsigned char c)
{
    switch (c) {
    case '"': rs_buf_cstr(buf, "\\\""); return;
    case '\\': rs_buf_cstr(buf, "\\\\"); return;
    case '\n': rs_buf_cstr(buf, "\\n"); return;
    case '\r': rs_buf_cstr(buf, "\\r"); return;
    case '\t': rs_buf_cstr(buf, "\\t"); return;
    case '\b': rs_buf_cstr(buf, "\\b"); return;
    case '\f': rs_buf_cstr(buf, "\\f"); return;
    default: rs_buf_printf(buf, "\\u%04x", c);
    }
}

/* Whether one of eight bytes is below 0x20, '"' or '\\'. A byte b of w is zero exactly when
 * (w - 0x01..01) & ~w has its high bit set; XOR with a repeated letter makes that letter zero. */
static bool word_needs_escape(const char *p)
{
    const uint64_t ones = 0x0101010101010101u, highs = 0x8080808080808080u;
    uint64_t w;
    memcpy(&w, p, sizeof w);
    uint64_t quote = w ^ ones * '"', slash = w ^ ones * '\\';
    uint64_t control = (w - ones * 0x20) & ~w;
    return ((control | ((quote - ones) & ~quote) | ((slash - ones) & ~slash)) & highs) != 0;
}

/* The letters of `s` as written between the quotes of a JSON string. Runs that need no escape
 * are copied at once. */
void rs_json_put_letters(rs_buf *buf, rs_str s)
{
    size_t run = 0, i = 0;
    while (i < s.len) {
        if (s.len - i >= 8 && !word_needs_escape(s.ptr + i)) {
            i += 8;
            continue;
        }
        unsigned char c = (unsigned char)s.ptr[i];
        if (c < 0x20 || c == '"' || c == '\\') {
            rs_buf_add(buf, s.ptr + run, i - run);
            put_escape(buf, c);
            run = i + 1;
        }
        i++;
    }
    if (run < s.len) rs_buf_add(buf, s.ptr + run, s.len - run); /* also skips ptr NULL */
}

void rs_json_put_str(rs_buf *buf, rs_str s)
{
    rs_buf_char(buf, '"');
    rs_json_put_letters(buf, s);
    rs_buf_char(buf, '"');
}

void rs_json_put_double(rs_buf *buf, double v)
{
    if (__builtin_isfinite(v)) rs_buf_double(buf, v);
    else rs_buf_cstr(buf, "null");
}

/* ---- structure ------------------------------------------------------------------------------ */

static bool in_object(const rs_json_writer *w)
{
    return w->depth && (w->objects >> (w->depth - 1) & 1);
}

static void put_blank(rs_json_writer *w)
{
    if (!w->blank) return;
    rs_buf_cstr(w->buf, w->blank);
    w->blank = NULL;
}

/* What precedes a value: nothing after a key, else the comma between elements. */
static void begin_value(rs_json_writer *w)
{
    RS_ASSERT(w->key || !in_object(w)); /* a member needs its key */
    RS_ASSERT(w->depth || !w->comma);   /* one document holds one value */
    if (w->comma && !w->key) rs_buf_char(w->buf, ',');
    put_blank(w);
    w->key = false;
    w->comma = true;
}

static void begin_container(rs_json_writer *w, bool object)
{
    begin_value(w);
    RS_ASSERT(w->depth < RS_JSON_WRITER_DEPTH);
    uint64_t bit = (uint64_t)1 << w->depth++;
    w->objects = object ? w->objects | bit : w->objects & ~bit;
    w->comma = false;
    rs_buf_char(w->buf, object ? '{' : '[');
}

static void end_container(rs_json_writer *w, bool object)
{
    RS_ASSERT(w->depth && in_object(w) == object && !w->key);
    put_blank(w);
    w->depth--;
    /* the container is a value of its parent */
    w->comma = true;
    rs_buf_char(w->buf, object ? '}' : ']');
}

rs_json_writer rs_json_writer_to(rs_buf *buf)
{
    return (rs_json_writer){.buf = buf};
}

rsift_status rs_json_finish(rs_json_writer *w, const char *what, rsift_error *err)
{
    RS_ASSERT(w->depth == 0 && w->comma); /* everything is closed, and there was a value */
    return w->buf->failed ? rs_err_nomem(err, what) : RSIFT_OK;
}

void rs_json_begin_object(rs_json_writer *w)
{
    begin_container(w, true);
}

void rs_json_end_object(rs_json_writer *w)
{
    end_container(w, true);
}

void rs_json_begin_array(rs_json_writer *w)
{
    begin_container(w, false);
}

void rs_json_end_array(rs_json_writer *w)
{
    end_container(w, false);
}

void rs_json_blank(rs_json_writer *w, const char *blank)
{
    w->blank = blank;
}

void rs_json_write_key_str(rs_json_writer *w, rs_str key)
{
    RS_ASSERT(in_object(w) && !w->key);
    w->n_keys += w->depth == 1;
    if (w->comma) rs_buf_char(w->buf, ',');
    put_blank(w);
    rs_json_put_str(w->buf, key);
    rs_buf_char(w->buf, ':');
    w->key = true;
}

void rs_json_write_key(rs_json_writer *w, const char *key)
{
    rs_json_write_key_str(w, rs_str_of(key));
}

/* ---- values --------------------------------------------------------------------------------- */

rs_buf *rs_json_value_buf(rs_json_writer *w)
{
    begin_value(w);
    return w->buf;
}

void rs_json_write_str(rs_json_writer *w, rs_str s)
{
    rs_json_put_str(rs_json_value_buf(w), s);
}

void rs_json_write_cstr(rs_json_writer *w, const char *s)
{
    if (s) rs_json_write_str(w, rs_str_of(s));
    else rs_json_write_null(w);
}

void rs_json_write_parts(rs_json_writer *w, const rs_str *parts, size_t n)
{
    rs_buf *buf = rs_json_value_buf(w);
    rs_buf_char(buf, '"');
    for (size_t i = 0; i < n; i++) rs_json_put_letters(buf, parts[i]);
    rs_buf_char(buf, '"');
}

void rs_json_write_i64(rs_json_writer *w, int64_t v)
{
    rs_buf_i64(rs_json_value_buf(w), v);
}

void rs_json_write_u64(rs_json_writer *w, uint64_t v)
{
    rs_buf_u64(rs_json_value_buf(w), v);
}

void rs_json_write_double(rs_json_writer *w, double v)
{
    rs_json_put_double(rs_json_value_buf(w), v);
}

void rs_json_write_bool(rs_json_writer *w, bool v)
{
    rs_buf_cstr(rs_json_value_buf(w), v ? "true" : "false");
}

void rs_json_write_null(rs_json_writer *w)
{
    rs_buf_cstr(rs_json_value_buf(w), "null");
}

void rs_json_write_raw(rs_json_writer *w, rs_str json)
{
    rs_buf_str(rs_json_value_buf(w), json);
}

/* ---- keys with values ----------------------------------------------------------------------- */

void rs_json_field_str(rs_json_writer *w, const char *key, rs_str s)
{
    rs_json_write_key(w, key);
    rs_json_write_str(w, s);
}

void rs_json_field_cstr(rs_json_writer *w, const char *key, const char *s)
{
    rs_json_write_key(w, key);
    rs_json_write_cstr(w, s);
}

void rs_json_field_i64(rs_json_writer *w, const char *key, int64_t v)
{
    rs_json_write_key(w, key);
    rs_json_write_i64(w, v);
}

void rs_json_field_u64(rs_json_writer *w, const char *key, uint64_t v)
{
    rs_json_write_key(w, key);
    rs_json_write_u64(w, v);
}

void rs_json_field_double(rs_json_writer *w, const char *key, double v)
{
    rs_json_write_key(w, key);
    rs_json_write_double(w, v);
}

void rs_json_field_bool(rs_json_writer *w, const char *key, bool v)
{
    rs_json_write_key(w, key);
    rs_json_write_bool(w, v);
}

void rs_json_field_null(rs_json_writer *w, const char *key)
{
    rs_json_write_key(w, key);
    rs_json_write_null(w);
}

void rs_json_field_raw(rs_json_writer *w, const char *key, rs_str json)
{
    rs_json_write_key(w, key);
    rs_json_write_raw(w, json);
}

void rs_json_field_object(rs_json_writer *w, const char *key)
{
    rs_json_write_key(w, key);
    rs_json_begin_object(w);
}

void rs_json_field_array(rs_json_writer *w, const char *key)
{
    rs_json_write_key(w, key);
    rs_json_begin_array(w);
}
