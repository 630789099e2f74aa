/* The tree over expat. expat's memory comes from base/alloc.h like everything else's. */
#include "codec/xml.h"
#include "base/alloc.h"
#include "base/utf8.h"
#include "base/buf.h"

#include <expat.h>

enum { MAX_BYTES = 16 << 20, MAX_DEPTH = 64, MAX_ELEMENTS = 4 << 20 };

typedef struct builder {
    XML_Parser parser;
    rs_arena *arena;
    rs_xml *root;
    rs_xml *open[MAX_DEPTH], *last[MAX_DEPTH]; /* elements being read, last child of each */
    size_t text_begin[MAX_DEPTH];
    size_t depth, max_depth, n_elements;
    rs_buf text;
    rsift_status status;
    const char *why;
} builder;

static void stop(builder *b, rsift_status status, const char *why)
{
    if (b->status != RSIFT_OK) return;
    b->status = status;
    b->why = why;
    XML_StopParser(b->parser, XML_FALSE);
}

/* Links a new element behind its last sibling, or as first child of its parent. */
static void on_start(void *ctx, const XML_Char *name, const XML_Char **attributes)
{
    (void)attributes;
    builder *b = ctx;
    if (b->depth == b->max_depth) {
        stop(b, RSIFT_E_LIMIT, "nesting exceeds the limit max_depth");
        return;
    }
    if (++b->n_elements > MAX_ELEMENTS) {
        stop(b, RSIFT_E_LIMIT, "there are more than 4 million elements");
        return;
    }
    rs_xml *element = rs_arena_calloc(b->arena, 1, sizeof *element);
    if (element) element->name = rs_arena_str(b->arena, rs_str_of(name));
    if (!element || !element->name.ptr) {
        stop(b, RSIFT_E_NOMEM, "out of memory");
        return;
    }
    element->text = RS_STR("");
    if (b->depth == 0) b->root = element;
    else if (b->last[b->depth - 1]) b->last[b->depth - 1]->next = element;
    else b->open[b->depth - 1]->child = element;
    if (b->depth) b->last[b->depth - 1] = element;
    b->open[b->depth] = element;
    b->last[b->depth] = NULL;
    b->text_begin[b->depth++] = b->text.len;
}

static void on_end(void *ctx, const XML_Char *name)
{
    (void)name;
    builder *b = ctx;
    if (b->depth == 0) return;
    rs_xml *element = b->open[--b->depth];
    /* text of nested elements was cut off again when they ended */
    size_t begin = b->text_begin[b->depth];
    if (b->text.len == begin) return;
    rs_str text = rs_str_trim(rs_str_make(b->text.ptr + begin, b->text.len - begin));
    b->text.len = begin;
    if (text.len == 0) return;
    element->text = rs_arena_str(b->arena, text);
    if (!element->text.ptr) stop(b, RSIFT_E_NOMEM, "out of memory");
}

static void on_text(void *ctx, const XML_Char *text, int n)
{
    builder *b = ctx;
    if (b->depth == 0 || n <= 0) return;
    rs_buf_add(&b->text, text, (size_t)n);
    if (b->text.failed) stop(b, RSIFT_E_NOMEM, "out of memory");
}

static void on_entity(void *ctx, const XML_Char *name, int is_parameter, const XML_Char *value,
                      int n, const XML_Char *base, const XML_Char *system, const XML_Char *public,
                      const XML_Char *notation)
{
    (void)name, (void)is_parameter, (void)value, (void)n, (void)base, (void)system, (void)public;
    (void)notation;
    stop(ctx, RSIFT_E_FORMAT, "the document declares an entity");
}

static rsift_status failed(const builder *b, rsift_error *err)
{
    rsift_status status = b->status;
    enum XML_Error code = XML_GetErrorCode(b->parser);
    const char *why = b->why;
    if (status == RSIFT_OK) {
        /* no reason of ours: expat's own */
        status = code == XML_ERROR_NO_MEMORY ? RSIFT_E_NOMEM : RSIFT_E_FORMAT;
        why = XML_ErrorString(code);
    }
    if (status == RSIFT_E_NOMEM) return rs_err_nomem(err, "an XML document");
    rs_err_set(err, status, "%s", why ? why : "not well-formed");
    return rs_err_within(err, status, "line %lu > byte %lld",
                         (unsigned long)XML_GetCurrentLineNumber(b->parser),
                         (long long)XML_GetCurrentByteIndex(b->parser));
}

rsift_status rs_xml_parse(rs_arena *arena, rs_str bytes, const rsift_limits *limits,
                          const rs_xml **root, rsift_error *err)
{
    static const XML_Memory_Handling_Suite memory = {rs_alloc, rs_realloc, rs_free};
    *root = NULL;
    if (bytes.len > MAX_BYTES)
        return rs_err_set(err, RSIFT_E_LIMIT, "an XML document exceeds 16 MiB");
    builder b = {.arena = arena, .max_depth = MAX_DEPTH};
    if (limits && limits->max_depth < MAX_DEPTH) b.max_depth = limits->max_depth;
    /* Text that was decoded on the way here still declares what it was written in ("gb2312"). */
    const bool is_utf8 = rs_utf8_valid(bytes) == bytes.len;
    b.parser = XML_ParserCreate_MM(is_utf8 ? "UTF-8" : NULL, &memory, NULL);
    if (!b.parser) return rs_err_nomem(err, "an XML parser");
    XML_SetUserData(b.parser, &b);
    XML_SetElementHandler(b.parser, on_start, on_end);
    XML_SetCharacterDataHandler(b.parser, on_text);
    /* no expansion: a declared entity ends the document */
    XML_SetEntityDeclHandler(b.parser, on_entity);
    XML_SetHashSalt(b.parser, 0x7273696674u); /* the same run after run */
    enum XML_Status done = XML_Parse(b.parser, bytes.ptr ? bytes.ptr : "", (int)bytes.len, 1);
    rsift_status status = RSIFT_OK;
    if (done != XML_STATUS_OK || b.status != RSIFT_OK) status = failed(&b, err);
    else *root = b.root;
    XML_ParserFree(b.parser);
    rs_buf_fini(&b.text);
    return status;
}

const rs_xml *rs_xml_get(const rs_xml *element, const char *name)
{
    for (const rs_xml *c = element ? element->child : NULL; c; c = c->next)
        if (rs_str_eq(c->name, rs_str_of(name))) return c;
    return NULL;
}

const rs_xml *rs_xml_again(const rs_xml *element)
{
    for (const rs_xml *c = element->next; c; c = c->next)
        if (rs_str_eq(c->name, element->name)) return c;
    return NULL;
}

rs_str rs_xml_text(const rs_xml *element, const char *name)
{
    const rs_xml *child = rs_xml_get(element, name);
    return child ? child->text : (rs_str){0};
}
