/* The quick XML parser: see xml_quick.h. One pass over the tags; texts are found by memchr and stay
 * where they are. It declines (RSIFT_E_UNSUPPORTED) whatever it is not sure about: document types,
 * sections of CDATA, entities, processing instructions, names that are not ASCII, text in several
 * pieces, control characters, and every error. */
#include "codec/xml_quick.h"

#include "base/ascii.h"

#define DECLINE RSIFT_E_UNSUPPORTED

typedef struct quick {
    rs_arena *arena;
    const char *p, *end;
    rs_xml *root;
    rs_xml *open[RS_XML_MAX_DEPTH], *last[RS_XML_MAX_DEPTH]; /* being read; last child of each */
    size_t depth, max_depth, n_elements;
} quick;

/* Characters that XML forbids, or whose meaning is left to expat: controls, U+FFFE and U+FFFF. */
static bool has_odd_characters(rs_str s)
{
    unsigned bad = 0;
    for (size_t i = 0; i < s.len; i++) {
        const unsigned char c = (unsigned char)s.ptr[i];
        bad |= (unsigned)(c < ' ') & (unsigned)(c != '\t') & (unsigned)(c != '\n') &
               (unsigned)(c != '\r');
    }
    if (bad) return true;
    for (const char *p = s.ptr, *end = s.ptr + s.len;
         (p = memchr(p, '\xEF', (size_t)(end - p))) != NULL; p++)
        if (end - p >= 3 && p[1] == '\xBF' && (unsigned char)p[2] >= 0xBE) return true;
    return false;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static void skip_blanks(quick *q)
{
    while (q->p < q->end && is_blank(*q->p)) q->p++;
}

static bool take(quick *q, const char *word, size_t n)
{
    if ((size_t)(q->end - q->p) < n || memcmp(q->p, word, n) != 0) return false;
    q->p += n;
    return true;
}

/* An ASCII name without colon; empty = another or none. */
static rs_str take_name(quick *q)
{
    const char *begin = q->p;
    while (q->p < q->end &&
           (rs_ascii_is_letter(*q->p) || *q->p == '_' ||
            (q->p > begin && (rs_ascii_is_digit(*q->p) || *q->p == '.' || *q->p == '-'))))
        q->p++;
    return rs_str_make(begin, (size_t)(q->p - begin));
}

/* name="value" without entities. */
static bool skip_attribute(quick *q)
{
    if (take_name(q).len == 0 || !take(q, "=", 1) || q->p == q->end) return false;
    const char quote = *q->p;
    if (quote != '"' && quote != '\'') return false;
    const char *close = memchr(q->p + 1, quote, (size_t)(q->end - q->p - 1));
    if (!close) return false;
    for (const char *c = q->p + 1; c < close; c++)
        if (*c == '<' || *c == '&') return false;
    q->p = close + 1;
    return true;
}

/* The declaration, if any, as programs write it; an encoding other than UTF-8 is left to expat. */
static bool skip_declaration(quick *q)
{
    if (!take(q, "<?xml ", 6)) return true;
    if (!take(q, "version=\"1.0\"", 13) && !take(q, "version='1.0'", 13)) return false;
    if (take(q, " encoding=", 10)) {
        const rs_str word = rs_str_make(q->p, (size_t)(q->end - q->p) < 7 ? 0 : 7);
        if (!rs_str_eq_nocase(word, RS_STR("\"utf-8\"")) &&
            !rs_str_eq_nocase(word, RS_STR("'utf-8'")))
            return false;
        q->p += 7;
    }
    return take(q, "?>", 2);
}

/* Over comments and blanks outside of the root. */
static bool skip_between(quick *q)
{
    for (;;) {
        skip_blanks(q);
        if (q->p == q->end || !take(q, "<!--", 4)) return true;
        const size_t at = rs_str_find(rs_str_make(q->p, (size_t)(q->end - q->p)), RS_STR("--"));
        if (at == RS_NPOS) return false;
        q->p += at + 2;
        if (!take(q, ">", 1)) return false; /* two hyphens within a comment */
    }
}

/* Behind "<": the element with its name, linked; `closed` = it is empty ("<b/>"). */
static rsift_status take_start(quick *q)
{
    const rs_str name = take_name(q);
    if (!name.len || q->p == q->end || q->depth == q->max_depth ||
        ++q->n_elements > RS_XML_MAX_ELEMENTS)
        return DECLINE;
    if (is_blank(*q->p)) {
        skip_blanks(q);
        if (q->p < q->end && *q->p != '>' && *q->p != '/' && !skip_attribute(q)) return DECLINE;
        skip_blanks(q); /* a second attribute, which could repeat the first, is left to expat */
    }
    const bool empty = take(q, "/", 1);
    if (!take(q, ">", 1)) return DECLINE;
    rs_xml *element = rs_arena_alloc(q->arena, sizeof *element);
    if (!element) return RSIFT_E_NOMEM;
    *element = (rs_xml){.name = name, .text = RS_STR("")};
    if (q->depth == 0) q->root = element;
    else if (q->last[q->depth - 1]) q->last[q->depth - 1]->next = element;
    else q->open[q->depth - 1]->child = element;
    if (q->depth) q->last[q->depth - 1] = element;
    if (empty) return RSIFT_OK;
    q->open[q->depth] = element;
    q->last[q->depth++] = NULL;
    return RSIFT_OK;
}

/* Behind "</". */
static rsift_status take_end(quick *q)
{
    const rs_str name = q->open[q->depth - 1]->name;
    if (!take(q, name.ptr, name.len)) return DECLINE;
    skip_blanks(q);
    if (!take(q, ">", 1)) return DECLINE;
    q->depth--;
    return RSIFT_OK;
}

/* Text up to the next tag. An element's text is its only piece that is not blank. */
static rsift_status take_text(quick *q)
{
    const char *tag = memchr(q->p, '<', (size_t)(q->end - q->p));
    if (!tag) return DECLINE;
    const rs_str text = rs_str_trim(rs_str_make(q->p, (size_t)(tag - q->p)));
    q->p = tag;
    if (!text.len) return RSIFT_OK;
    rs_xml *element = q->open[q->depth - 1];
    /* expat joins pieces, makes "\r\n" one byte and refuses "]]>" */
    if (element->text.len || memchr(text.ptr, '&', text.len) || memchr(text.ptr, '\r', text.len) ||
        memchr(text.ptr, ']', text.len))
        return DECLINE;
    element->text = text;
    return RSIFT_OK;
}

rsift_status rs_xml_quick(rs_arena *arena, rs_str bytes, size_t max_depth, const rs_xml **root)
{
    quick q = {.arena = arena,
               .p = bytes.ptr,
               .end = bytes.ptr + bytes.len,
               .max_depth = max_depth < RS_XML_MAX_DEPTH ? max_depth : RS_XML_MAX_DEPTH};
    *root = NULL;
    if (!bytes.len || has_odd_characters(bytes) || !skip_declaration(&q)) return DECLINE;
    if (!skip_between(&q) || !take(&q, "<", 1)) return DECLINE;
    RS_TRY(take_start(&q));
    while (q.depth) {
        RS_TRY(take_text(&q));
        q.p++; /* "<" */
        if (q.p < q.end && *q.p == '!') {
            q.p--;
            const char *at = q.p;
            if (!skip_between(&q) || q.p == at) return DECLINE;
        } else {
            RS_TRY(take(&q, "/", 1) ? take_end(&q) : take_start(&q));
        }
    }
    if (!skip_between(&q) || q.p != q.end) return DECLINE;
    *root = q.root;
    return RSIFT_OK;
}
