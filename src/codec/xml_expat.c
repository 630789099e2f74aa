/* The tree over expat. expat's memory comes from base/alloc.h like everything else's. */
#include "codec/xml_expat.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "io/decoder.h"

#include <expat.h>

typedef struct builder {
    XML_Parser parser;
    rs_arena *arena;
    rs_xml *root;
    rs_xml *open[RS_XML_MAX_DEPTH],
        *last[RS_XML_MAX_DEPTH]; /* elements being read, last child of each */
    size_t text_begin[RS_XML_MAX_DEPTH];
    size_t depth, max_depth, n_elements;
    rs_buf text;
    rsift_status status;
    const char *why;
    bool is_utf8;
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
    if (++b->n_elements > RS_XML_MAX_ELEMENTS) {
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
    /* bytes of a set that the document does not name, or names falsely */
    if (code == XML_ERROR_INVALID_TOKEN && !b->is_utf8)
        why = "the bytes are not UTF-8: convert the file (iconv -t UTF-8), or say --encoding NAME";
    rs_err_set(err, status, "%s", why ? why : "not well-formed");
    const long long at = (long long)XML_GetCurrentByteIndex(b->parser); /* -1 of no byte at all */
    return rs_err_within(err, status, "line %lu > byte %lld",
                         (unsigned long)XML_GetCurrentLineNumber(b->parser), at > 0 ? at : 0);
}

/* ---- encodings ------------------------------------------------------------------------------- */

/* The encoding that the document's first line declares; empty = none, or one that expat reads. */
static rs_str declared_encoding(rs_str bytes)
{
    static const char *const known[] = {"utf-8", "utf-16", "iso-8859-1", "us-ascii"};
    const rs_str end = RS_STR("?>"), key = RS_STR("encoding");
    rs_str line = rs_str_sub(bytes, 0, 256);
    line = rs_str_sub(line, 0, rs_str_find(line, end));
    if (!rs_str_starts(line, RS_STR("<?xml"))) return RS_STR("");
    const size_t at = rs_str_find(line, key);
    if (at == RS_NPOS) return RS_STR("");
    line = rs_str_trim(rs_str_sub(line, at + key.len, line.len));
    if (line.len < 2 || line.ptr[0] != '=') return RS_STR("");
    line = rs_str_trim(rs_str_sub(line, 1, line.len));
    if (line.len < 2 || (line.ptr[0] != '"' && line.ptr[0] != '\'')) return RS_STR("");
    const size_t close = rs_str_find_char(rs_str_sub(line, 1, line.len), line.ptr[0]);
    rs_str name = close == RS_NPOS ? RS_STR("") : rs_str_sub(line, 1, close + 1);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (rs_str_eq_nocase(name, rs_str_of(known[i]))) return RS_STR("");
    return name;
}

/* Programs declare the old name and write the wider set, as the WHATWG's standard knows. */
static rs_str written_encoding(rs_str declared)
{
    static const char *const wider[][2] = {{"gb2312", "GB18030"},  {"gbk", "GB18030"},
                                           {"shift_jis", "CP932"}, {"sjis", "CP932"},
                                           {"shift-jis", "CP932"}, {"euc-kr", "CP949"},
                                           {"big5", "BIG5-HKSCS"}, {"ks_c_5601-1987", "CP949"}};
    for (size_t i = 0; i < sizeof wider / sizeof *wider; i++)
        if (rs_str_eq_nocase(declared, rs_str_of(wider[i][0]))) return rs_str_of(wider[i][1]);
    return declared;
}

/* The document in UTF-8, in the arena. What cannot be decoded is U+FFFD, which a check finds. */
static rsift_status decode(rs_arena *arena, rs_str bytes, rs_str encoding, rs_str *out,
                           rsift_error *err)
{
    rs_io_decoder *decoder;
    rsift_error why;
    rsift_status status = rs_io_decoder_open(written_encoding(encoding), &decoder, &why);
    if (status == RSIFT_E_ARG)
        return rs_err_set(err, RSIFT_E_FORMAT,
                          "the document is written in \"%.*s\", which is not known: convert it "
                          "(iconv -t UTF-8), or say --encoding",
                          RS_STR_ARG(rs_str_sub(encoding, 0, 32)));
    if (status != RSIFT_OK) return rs_err_nomem(err, "an XML document");
    rs_text_source left = {.rest = bytes};
    const rs_byte_source source = rs_byte_source_of_text(&left);
    rs_buf text = {0};
    char window[4096];
    size_t got = 1;
    while (status == RSIFT_OK && got) {
        status = rs_io_decoder_read(decoder, source, window, sizeof window, &got, err);
        rs_buf_add(&text, window, status == RSIFT_OK ? got : 0);
    }
    rs_io_decoder_close(decoder);
    if (status == RSIFT_OK && text.failed) status = rs_err_nomem(err, "an XML document");
    if (status == RSIFT_OK) *out = rs_arena_str(arena, rs_buf_view(&text));
    rs_buf_fini(&text);
    return status == RSIFT_OK && !out->ptr ? rs_err_nomem(err, "an XML document") : status;
}

rsift_status rs_xml_expat(rs_arena *arena, rs_str bytes, size_t max_depth, const rs_xml **root,
                          rsift_error *err)
{
    static const XML_Memory_Handling_Suite memory = {rs_alloc, rs_realloc, rs_free};
    *root = NULL;
    builder b = {.arena = arena, .max_depth = max_depth};
    /* Text that was decoded on the way here still declares what it was written in ("gb2312"). */
    bool is_utf8 = rs_utf8_valid(bytes) == bytes.len;
    const rs_str encoding = is_utf8 ? RS_STR("") : declared_encoding(bytes);
    if (encoding.len) RS_TRY(decode(arena, bytes, encoding, &bytes, err));
    is_utf8 = is_utf8 || encoding.len > 0;
    b.is_utf8 = is_utf8;
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
