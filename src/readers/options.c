/* Choices of a question: see options.h. */
#include "readers/options.h"

#include "base/ascii.h"

/* Does the choice begin with a letter of its own: "(A) ..", "A. ..", "A) ..", "A: .."? */
static bool has_letter(rs_str text)
{
    const size_t at = text.len && text.ptr[0] == '(';
    if (text.len < at + 2 || !(rs_ascii_is_upper(text.ptr[at]) || rs_ascii_is_lower(text.ptr[at])))
        return false;
    const char end = text.ptr[at + 1];
    return at ? end == ')' : end == '.' || end == ')' || end == ':';
}

/* Room for `n` more choices behind those in *out. */
typedef struct list {
    rs_str *items;
    size_t n;
} list;

/* Appends a choice under `letter`, unless it brings its own. An absent one leaves its letter out:
 * columns of choices are empty where a question has fewer. */
static rsift_status add_option(rs_parse *p, list *to, rs_str letter, const rs_json *value,
                               bool *bad)
{
    rs_str text;
    RS_TRY(rs_parse_text(p, value, RS_STR("options"), &text, bad));
    if (*bad || !rs_str_trim(text).len) return RSIFT_OK;
    if (letter.len && !has_letter(text)) {
        text = rs_arena_printf(&p->batch->arena, "(%.*s) %.*s", RS_STR_ARG(letter),
                               RS_STR_ARG(rs_str_trim(text)));
        if (!text.ptr) return rs_err_nomem(p->err, "choices");
    }
    to->items[to->n++] = text;
    return RSIFT_OK;
}

static rs_str letter_of(size_t i, char buf[1])
{
    buf[0] = (char)('A' + i);
    return rs_str_make(buf, i < 26);
}

/* How many choices "A. Factory; B. Park; C. Farm" lists under the letters A, B, C; 0 = the text is
 * no such list (LHRS-Bench). */
static size_t lettered(rs_str text)
{
    size_t n = 0;
    rs_str piece;
    for (; rs_str_split(&text, ';', &piece); n++) {
        piece = rs_str_trim(piece);
        if (!piece.len && !text.len) break; /* a last ';' */
        if (n >= 26 || !has_letter(piece)) return 0;
        if (rs_ascii_lower(piece.ptr[piece.ptr[0] == '(']) != 'a' + (int)n) return 0;
    }
    return n;
}

/* The choices of a lettered text, each in the release's words. */
static rsift_status add_lettered(rs_parse *p, list *to, rs_str text, size_t n)
{
    rs_str *items = rs_arena_calloc(&p->batch->arena, n, sizeof *items), piece;
    if (!items) return rs_err_nomem(p->err, "choices");
    to->items = items;
    while (to->n < n && rs_str_split(&text, ';', &piece))
        RS_TRY(rs_parse_copy(p, rs_str_trim(piece), &items[to->n++]));
    return RSIFT_OK;
}

/* The next text of a Python list literal, "['2', \"it's\"]", from *at on, in scratch; false = the
 * list ends there, or what stands there is no quoted text (*bad). */
static bool next_literal(rs_arena *scratch, rs_str text, size_t *at, rs_str *out, bool *bad)
{
    size_t i = *at, n = 0;
    while (i < text.len && (text.ptr[i] == ' ' || text.ptr[i] == ',')) i++;
    if (i >= text.len) return false;
    const char quote = text.ptr[i++];
    char *copy = rs_arena_alloc(scratch, text.len + 1);
    *bad = (quote != '\'' && quote != '"') || !copy;
    for (; !*bad && i < text.len && text.ptr[i] != quote; i++) {
        if (text.ptr[i] == '\\' && i + 1 < text.len &&
            (text.ptr[i + 1] == '\\' || text.ptr[i + 1] == '\'' || text.ptr[i + 1] == '"'))
            i++;
        copy[n++] = text.ptr[i];
    }
    *bad = *bad || i >= text.len;
    *at = i + 1;
    *out = rs_str_make(copy, n);
    return !*bad;
}

static bool is_literal_list(rs_str text)
{
    text = rs_str_trim(text);
    return text.len >= 2 && text.ptr[0] == '[' && (text.ptr[1] == '\'' || text.ptr[1] == '"');
}

/* Choices as Python prints a list of them (UrBench). *bad after a finding. */
static rsift_status add_literals(rs_parse *p, list *to, rs_str text, bool *bad)
{
    char letter[1];
    size_t at = 0;
    rs_str one;
    text = rs_str_trim(text);
    const rs_str inside = rs_str_sub(text, 1, text.len - 1);
    *bad = text.ptr[text.len - 1] != ']';
    for (size_t i = 0; !*bad && next_literal(p->scratch, inside, &at, &one, bad); i++) {
        rs_str option = one;
        if (!has_letter(one))
            option = rs_arena_printf(p->scratch, "(%.*s) %.*s", RS_STR_ARG(letter_of(i, letter)),
                                     RS_STR_ARG(rs_str_trim(one)));
        if (!option.ptr) return rs_err_nomem(p->err, "choices");
        RS_TRY(rs_parse_copy(p, option, &to->items[to->n++]));
    }
    if (!*bad) return RSIFT_OK;
    char quoted[RS_QUOTE_SIZE];
    return rs_parse_find(p, RS_F_FIELD_TYPE, RS_STR("options"), "cannot be read as a list: \"%s\"",
                         rs_err_quote(quoted, text));
}

/* A list or an object: one choice for each member. A text is a list under letters, or all choices
 * in the release's words. */
static rsift_status add_members(rs_parse *p, list *to, const rs_json *value, bool *bad)
{
    const rs_json_type kind = rs_json_kind(value);
    if (is_literal_list(rs_json_str(value))) return add_literals(p, to, rs_json_str(value), bad);
    const size_t n_lettered = kind == RS_JSON_STR ? lettered(rs_json_str(value)) : 0;
    if (n_lettered > 1) return add_lettered(p, to, rs_json_str(value), n_lettered);
    if (kind != RS_JSON_ARRAY && kind != RS_JSON_OBJECT)
        return add_option(p, to, RS_STR(""), value, bad);
    rs_json_iter it = rs_json_each(value);
    rs_str key = {0};
    char letter[1];
    size_t i = 0;
    for (const rs_json *one; !*bad && (one = rs_json_next(&it, &key)); i++)
        RS_TRY(add_option(p, to, key.len == 1 ? key : letter_of(i, letter), one, bad));
    return RSIFT_OK;
}

rsift_status rs_read_options(rs_parse *p, const rs_json *root, const rs_param_value *fields,
                             rs_str **out, size_t *n, bool *bad)
{
    *out = NULL;
    *n = 0;
    if (!fields || fields->n == 0) return RSIFT_OK;
    const rs_json *first = rs_json_path(root, fields->values[0]);
    const size_t most =
        fields->n > 1 ? fields->n : rs_json_len(first) + 1 + rs_json_str(first).len / 2;
    list to = {.items = rs_arena_calloc(&p->batch->arena, most, sizeof(rs_str))};
    if (!to.items) return rs_err_nomem(p->err, "choices");
    if (fields->n == 1) RS_TRY(add_members(p, &to, first, bad));
    char letter[1];
    for (size_t i = 0; fields->n > 1 && i < fields->n && !*bad; i++)
        RS_TRY(
            add_option(p, &to, letter_of(i, letter), rs_json_path(root, fields->values[i]), bad));
    *out = to.items;
    *n = to.n;
    return RSIFT_OK;
}

rs_str rs_put_options(rs_arena *arena, rs_str question, const rs_str *options, size_t n)
{
    size_t len = question.len;
    for (size_t i = 0; i < n; i++) len += options[i].len + 1;
    char *text = rs_arena_alloc(arena, len + 1);
    if (!text) return (rs_str){0};
    size_t at = question.len;
    memcpy(text, question.ptr, at);
    for (size_t i = 0; i < n; i++) {
        text[at++] = '\n';
        memcpy(text + at, options[i].ptr, options[i].len);
        at += options[i].len;
    }
    return rs_str_make(text, at);
}
