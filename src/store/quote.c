/* SQL quoting: a quote inside a literal or a name is doubled; DuckDB knows no other escape. */
#include "store/quote.h"

static void put_doubled(rs_buf *sql, rs_str text, char quote)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == quote) rs_buf_char(sql, quote);
        rs_buf_char(sql, text.ptr[i]);
    }
}

void rs_store_put_inside_literal(rs_buf *sql, rs_str text)
{
    put_doubled(sql, text, '\'');
}

void rs_store_put_literal(rs_buf *sql, rs_str text)
{
    rs_buf_char(sql, '\'');
    put_doubled(sql, text, '\'');
    rs_buf_char(sql, '\'');
}

void rs_store_put_name(rs_buf *sql, const char *name)
{
    rs_buf_char(sql, '"');
    put_doubled(sql, rs_str_of(name), '"');
    rs_buf_char(sql, '"');
}

void rs_store_put_literals(rs_buf *sql, const rs_str *texts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (i) rs_buf_cstr(sql, ", ");
        rs_store_put_literal(sql, texts[i]);
    }
}

void rs_store_put_glob_escaped(rs_buf *sql, const char *text)
{
    for (; *text; text++) {
        /* "[x]" matches x and nothing else; a ']' outside of brackets is an ordinary character. */
        bool special = *text == '[' || *text == '*' || *text == '?';
        if (special) rs_buf_char(sql, '[');
        rs_buf_char(sql, *text);
        if (special) rs_buf_char(sql, ']');
    }
}

void rs_store_put_path(rs_buf *sql, rs_str path)
{
    rs_buf text = {0}, escaped = {0};
    rs_buf_str(&text, path);
    rs_buf_char(&text, 0);
    if (!text.failed) rs_store_put_glob_escaped(&escaped, text.ptr);
    rs_store_put_literal(sql, rs_buf_view(&escaped));
    sql->failed = sql->failed || text.failed || escaped.failed;
    rs_buf_fini(&text);
    rs_buf_fini(&escaped);
}
