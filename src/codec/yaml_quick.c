/* The quick YAML parser: block maps and lists by indentation, flow lists and maps, plain and
 * quoted scalars, comments. One pass, no tokens. It declines (RSIFT_E_UNSUPPORTED, no message)
 * whatever it is not sure about - tabs, block scalars, anchors, directives, odd spellings, and
 * every error - and libfyaml then decides and words the message. */
#include "codec/yaml_tree.h"

#define DECLINE RSIFT_E_UNSUPPORTED

struct quick {
    rs_yaml_tree *tree;
    const char *p, *end; /* p: start of the content to be read next */
    const char *line_at; /* first byte of the current line */
    uint32_t line;
    uint32_t depth;
    uint32_t block_indent; /* of the innermost block: its continuations are indented deeper */
};

static uint32_t column_of(const struct quick *q, const char *at)
{
    uint32_t column = 1;
    for (const char *c = q->line_at; c < at; c++)
        if (((unsigned char)*c & 0xC0) != 0x80) column++;
    return column;
}

static rs_yaml *node_at(struct quick *q, rs_yaml_kind kind, const char *at)
{
    return rs_yaml_node(q->tree, kind, q->line, column_of(q, at));
}

/* The tree's own failures carry a message; without one the status still has to be an error. */
static rsift_status no_node(const struct quick *q)
{
    return q->tree->err && q->tree->err->status ? q->tree->err->status : RSIFT_E_NOMEM;
}

/* From within a line's content: over blanks and a comment to the line end. false = content left. */
static bool at_line_end(struct quick *q)
{
    const char *c = q->p;
    while (c < q->end && *c == ' ') c++;
    if (c < q->end && *c == '#' && (c == q->line_at || c[-1] == ' '))
        while (c < q->end && (unsigned char)*c >= 0x20 && *c != 0x7f) c++;
    if (c < q->end && *c != '\n') return false;
    q->p = c;
    return true;
}

/* From a line end: to the content of the next line that has some. false = end of the file. */
static bool next_line(struct quick *q)
{
    while (q->p < q->end) {
        q->p++; /* the '\n' */
        q->line++;
        q->line_at = q->p;
        if (at_line_end(q)) continue;
        while (q->p < q->end && *q->p == ' ') q->p++;
        return q->p < q->end;
    }
    return false;
}

static uint32_t indent_of(const struct quick *q)
{
    return (uint32_t)(q->p - q->line_at);
}

static bool starts_plain(const struct quick *q, bool flow)
{
    unsigned char c = (unsigned char)*q->p;
    if (c <= 0x20 || c == 0x7f) return false;
    if (strchr("&*!|>%@`?,[]{}#'\"", c)) return false;
    if (c == '-' || c == ':') {
        if (q->p + 1 >= q->end) return false;
        unsigned char d = (unsigned char)q->p[1];
        return d > 0x20 && !(flow && strchr(",[]{}", d)) && d != '-' && c == '-';
    }
    return true;
}

/* Plain scalar on this line from q->p, without the blanks behind it. Leaves q->p at its end. */
static rsift_status plain_span(struct quick *q, bool flow, rs_str *out)
{
    const char *begin = q->p, *last = q->p;
    const char *c = q->p;
    for (; c < q->end && *c != '\n'; c++) {
        unsigned char u = (unsigned char)*c;
        if (u < 0x20 || u == 0x7f || u >= 0xC2) {
            /* C1 controls, NEL, LS, PS, BOM: rare, and line breaks to some */
            if (u < 0x80) return DECLINE;
            if (u == 0xC2 && c + 1 < q->end && (unsigned char)c[1] < 0xA0) return DECLINE;
            if (u == 0xE2 && c + 2 < q->end && (unsigned char)c[1] == 0x80 &&
                ((unsigned char)c[2] & 0xFE) == 0xA8)
                return DECLINE;
            if (u == 0xEF) return DECLINE;
        }
        if (flow && strchr(",[]{}", u)) break;
        if (u == '#' && c > begin && c[-1] == ' ') break;
        if (u == ':') {
            if (c + 1 >= q->end || c[1] == ' ' || c[1] == '\n') break;
            if (flow && strchr(",[]{}", c[1])) return DECLINE;
        }
        if (u != ' ') last = c + 1;
    }
    *out = rs_str_make(begin, (size_t)(last - begin));
    q->p = last;
    return out->len ? RSIFT_OK : DECLINE;
}

static rsift_status unescape(struct quick *q, rs_str raw, rs_str *out)
{
    char *text = rs_arena_alloc(q->tree->arena, raw.len + 1);
    if (!text) return rs_err_nomem(q->tree->err, "a YAML scalar");
    size_t n = 0;
    for (size_t i = 0; i < raw.len; i++) {
        char c = raw.ptr[i];
        if (c == '\\') {
            c = raw.ptr[++i];
            if (c == 'n') c = '\n';
            else if (c == 't') c = '\t';
            else if (c != '"' && c != '\\' && c != '/') return DECLINE;
        } else if (c == '\'') {
            if (i + 1 < raw.len && raw.ptr[i + 1] == '\'' && q->p[-1] == '\'') i++;
        }
        text[n++] = c;
    }
    *out = rs_str_make(text, n);
    return RSIFT_OK;
}

/* Quoted scalar that ends on this line; q->p behind the closing quote. */
static rsift_status quoted_span(struct quick *q, rs_str *out)
{
    char quote = *q->p++;
    const char *begin = q->p;
    bool escapes = false;
    for (;; q->p++) {
        if (q->p >= q->end || (unsigned char)*q->p < 0x20) return DECLINE;
        if (quote == '"' && *q->p == '\\') {
            escapes = true;
            if (++q->p >= q->end || (unsigned char)*q->p < 0x20) return DECLINE;
        } else if (*q->p == quote) {
            if (quote == '\'' && q->p + 1 < q->end && q->p[1] == '\'') {
                escapes = true;
                q->p++;
            } else {
                break;
            }
        }
    }
    *out = rs_str_make(begin, (size_t)(q->p - begin));
    q->p++;
    if (!escapes) return RSIFT_OK;
    if (quote == '\'' && memchr(out->ptr, '\\', out->len)) return DECLINE;
    /* libfyaml 0.7 misreads two escaped quotes in a row; both parsers shall say the same */
    if (quote == '\'' && rs_str_find(*out, RS_STR("''''")) != RS_NPOS) return DECLINE;
    return unescape(q, *out, out);
}

static rsift_status any_scalar(struct quick *q, bool flow, rs_yaml **out)
{
    bool quoted = *q->p == '"' || *q->p == '\'';
    if (!quoted && !starts_plain(q, flow)) return DECLINE;
    rs_yaml *node = node_at(q, RS_YAML_SCALAR, q->p);
    if (!node) return no_node(q);
    RS_TRY(quoted ? quoted_span(q, &node->text) : plain_span(q, flow, &node->text));
    if (node->text.len > q->tree->max_string) return DECLINE;
    node->quoted = quoted;
    *out = node;
    return RSIFT_OK;
}

/* ---- flow ------------------------------------------------------------------------------- */

/* Over blanks, comments and line ends inside brackets. */
static bool flow_blanks(struct quick *q)
{
    while (q->p < q->end) {
        if (*q->p == ' ') q->p++;
        else if (*q->p == '\n' || *q->p == '#') {
            if (*q->p == '#' && !at_line_end(q)) return false;
            if (!next_line(q) || indent_of(q) <= q->block_indent) return false;
        } else return true;
    }
    return false;
}

static rsift_status flow_node(struct quick *q, rs_yaml **out);

/* Elements of [..] or members of {..} up to `close`. */
static rsift_status flow_children(struct quick *q, rs_yaml *parent, char close)
{
    rs_yaml *last = NULL;
    for (;;) {
        if (!flow_blanks(q)) return DECLINE;
        if (*q->p == close) {
            q->p++;
            return RSIFT_OK;
        }
        rs_yaml *key = NULL, *value = NULL;
        if (parent->kind == RS_YAML_MAP) {
            RS_TRY(any_scalar(q, true, &key));
            if (q->p >= q->end || *q->p != ':') return DECLINE;
            q->p++;
            if (q->p >= q->end || (*q->p != ' ' && *q->p != '\n')) return DECLINE;
            if (!flow_blanks(q)) return DECLINE;
        }
        RS_TRY(flow_node(q, &value));
        if (!flow_blanks(q)) return DECLINE;
        RS_TRY(rs_yaml_append(q->tree, parent, &last, key, value));
        if (*q->p == ',') q->p++;
        else if (*q->p != close) return DECLINE;
    }
}

static rsift_status flow_node(struct quick *q, rs_yaml **out)
{
    if (*q->p != '[' && *q->p != '{') return any_scalar(q, true, out);
    bool map = *q->p == '{';
    if (++q->depth > q->tree->max_depth) return DECLINE;
    *out = node_at(q, map ? RS_YAML_MAP : RS_YAML_LIST, q->p);
    if (!*out) return no_node(q);
    q->p++;
    RS_TRY(flow_children(q, *out, map ? '}' : ']'));
    q->depth--;
    return RSIFT_OK;
}

/* ---- block ------------------------------------------------------------------------------ */

static rsift_status block(struct quick *q, uint32_t indent, rs_yaml **out);

/* A plain scalar continues in lines that are indented deeper than its parent, joined with one
 * blank. */
static rsift_status plain_lines(struct quick *q, uint32_t parent_indent, rs_yaml *node)
{
    for (;;) {
        /* a copy: nothing is consumed unless the line belongs to the scalar */
        struct quick ahead = *q;
        if (ahead.p < ahead.end && *ahead.p != '\n') return RSIFT_OK; /* a comment ended it */
        if (!next_line(&ahead) || indent_of(&ahead) <= parent_indent) return RSIFT_OK;
        if (ahead.line != q->line + 1) return DECLINE;
        rs_str next;
        struct quick span = ahead;
        RS_TRY(plain_span(&span, false, &next));
        if (span.p < span.end && *span.p == ':') return DECLINE;
        node->text = rs_arena_join(q->tree->arena, node->text, RS_STR(" "), next);
        if (!node->text.ptr) return rs_err_nomem(q->tree->err, "a YAML scalar");
        *q = span;
        if (!at_line_end(q)) return DECLINE;
        if (q->p > span.p) return DECLINE; /* blanks or a comment behind it: leave it to libfyaml */
    }
}

/* A value that begins on this line, behind "key: " or "- ". */
static rsift_status inline_value(struct quick *q, uint32_t parent_indent, rs_yaml **out)
{
    if (*q->p == '[' || *q->p == '{') {
        RS_TRY(flow_node(q, out));
        return at_line_end(q) ? RSIFT_OK : DECLINE;
    }
    RS_TRY(any_scalar(q, false, out));
    const char *end_of_text = q->p;
    if (!at_line_end(q)) return DECLINE;
    if ((*out)->quoted) return RSIFT_OK;
    if (q->p > end_of_text) {
        /* trailing blanks or a comment: a deeper line then is an error or a continuation */
        struct quick ahead = *q;
        return next_line(&ahead) && indent_of(&ahead) > parent_indent ? DECLINE : RSIFT_OK;
    }
    return plain_lines(q, parent_indent, *out);
}

static bool at_dash(const struct quick *q)
{
    return *q->p == '-' && q->p + 1 < q->end && (q->p[1] == ' ' || q->p[1] == '\n');
}

/* The value of "key:" or "-" with nothing behind it: deeper lines, or nothing. */
static rsift_status value_below(struct quick *q, uint32_t indent, bool of_key, const char *at,
                                rs_yaml **out, bool *has_line)
{
    rs_yaml *empty = node_at(q, RS_YAML_SCALAR, at);
    if (!empty) return no_node(q);
    empty->text = RS_STR("");
    *has_line = next_line(q);
    bool deeper = *has_line && indent_of(q) > indent;
    bool same_list = *has_line && of_key && indent_of(q) == indent && at_dash(q);
    if (!deeper && !same_list) {
        *out = empty;
        return DECLINE; /* an empty value: its mark is libfyaml's business */
    }
    RS_TRY(block(q, indent_of(q), out));
    *has_line = q->p < q->end;
    return RSIFT_OK;
}

/* What follows "- ": deeper lines, a map that begins on this line, or one value. *has_line:
 * another line of content follows. */
static rsift_status list_item(struct quick *q, uint32_t indent, rs_yaml **out, bool *has_line)
{
    const char *dash = q->p++;
    if (at_line_end(q)) return value_below(q, indent, false, dash, out, has_line);
    while (*q->p == ' ') q->p++;
    if (at_dash(q)) return DECLINE;
    /* "- key: value": a map whose indentation is the column of its first key */
    if (*q->p != '[' && *q->p != '{') {
        struct quick ahead = *q;
        rs_yaml *key;
        uint32_t n_nodes = q->tree->n_nodes;
        RS_TRY(any_scalar(&ahead, false, &key));
        q->tree->n_nodes = n_nodes;
        if (ahead.p < ahead.end && *ahead.p == ':') {
            RS_TRY(block(q, indent_of(q), out));
            *has_line = q->p < q->end;
            return RSIFT_OK;
        }
    }
    RS_TRY(inline_value(q, indent, out));
    *has_line = next_line(q);
    return RSIFT_OK;
}

/* What follows "key": deeper lines or a value on this line. *has_line: another line of content
 * follows. */
static rsift_status map_entry(struct quick *q, uint32_t indent, rs_yaml *key, rs_yaml **out,
                              bool *has_line)
{
    if (q->p >= q->end || *q->p != ':') return DECLINE;
    const char *colon = q->p++;
    if (q->p < q->end && *q->p != ' ' && *q->p != '\n') return DECLINE;
    /* YAML bounds implicit keys to 1024 characters */
    if (key->text.len == 0 || key->text.len > 1000) return DECLINE;
    if (at_line_end(q)) return value_below(q, indent, true, colon, out, has_line);
    while (*q->p == ' ') q->p++;
    RS_TRY(inline_value(q, indent, out));
    *has_line = next_line(q);
    return RSIFT_OK;
}

/* A block map or list whose first line's content is at q->p and whose entries begin at column
 * `indent`. */
static rsift_status block(struct quick *q, uint32_t indent, rs_yaml **out)
{
    if (++q->depth > q->tree->max_depth) return DECLINE;
    uint32_t outer = q->block_indent;
    bool list = at_dash(q);
    rs_yaml *parent = node_at(q, list ? RS_YAML_LIST : RS_YAML_MAP, q->p);
    if (!parent) return no_node(q);
    rs_yaml *last = NULL;
    for (bool has_line = true; has_line;) {
        /* a shallower line ends the block; a deeper one belongs to no entry */
        if (indent_of(q) < indent) break;
        if (indent_of(q) > indent) return DECLINE;
        if (*q->p == '.') return DECLINE; /* perhaps the end of the document */
        if (list != at_dash(q)) {
            if (list) break; /* a list at its key's own indentation ends here */
            return DECLINE;
        }
        rs_yaml *key = NULL, *value = NULL;
        q->block_indent = indent;
        if (list) {
            RS_TRY(list_item(q, indent, &value, &has_line));
        } else {
            if (*q->p == '[' || *q->p == '{') return DECLINE;
            RS_TRY(any_scalar(q, false, &key));
            RS_TRY(map_entry(q, indent, key, &value, &has_line));
        }
        RS_TRY(rs_yaml_append(q->tree, parent, &last, key, value));
    }
    q->depth--;
    q->block_indent = outer;
    *out = parent;
    return RSIFT_OK;
}

rsift_status rs_yaml_parse_quick(rs_yaml_tree *tree, rs_yaml **out)
{
    struct quick q = {.tree = tree,
                      .p = tree->bytes.ptr,
                      .line = 1,
                      .line_at = tree->bytes.ptr,
                      .end = tree->bytes.ptr + tree->bytes.len};
    if (tree->bytes.len == 0 || memchr(tree->bytes.ptr, '\r', tree->bytes.len)) return DECLINE;
    if (at_line_end(&q)) {
        if (!next_line(&q)) return DECLINE;
    }
    if (indent_of(&q) != 0) return DECLINE;
    rsift_status st = block(&q, 0, out);
    if (st == RSIFT_OK && q.p < q.end) st = DECLINE;
    return st;
}
