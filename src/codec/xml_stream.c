/* Elements as they come, over expat. */
#include "codec/xml.h"
#include "base/alloc.h"

#include <expat.h>
#include <inttypes.h>

enum { MAX_DEPTH = 64 };

struct rs_xml_stream {
    XML_Parser parser;
    const rs_xml_events *events;
    void *ctx;
    uint64_t max_tag;
    size_t depth, max_depth;
    int64_t n_fed;
    rsift_status status;
    rsift_error err;
};

static void stop(rs_xml_stream *s, rsift_status status)
{
    /* the first reason counts */
    if (s->status != RSIFT_OK) return;
    s->status = status;
    XML_StopParser(s->parser, XML_FALSE);
}

static rs_str local_name(const XML_Char *name)
{
    const rs_str full = rs_str_of(name);
    const size_t colon = rs_str_find_char(full, ':');
    return colon == RS_NPOS ? full : rs_str_sub(full, colon + 1, full.len);
}

static void on_start(void *ctx, const XML_Char *name, const XML_Char **attributes)
{
    rs_xml_stream *s = ctx;
    if (s->status != RSIFT_OK) return;
    if (s->depth++ == s->max_depth) {
        stop(s, rs_err_set(&s->err, RSIFT_E_LIMIT, "nesting exceeds the limit max_depth"));
        return;
    }
    const rsift_status status =
        s->events->start(s->ctx, local_name(name), (const char *const *)attributes, &s->err);
    if (status != RSIFT_OK) stop(s, status);
}

static void on_end(void *ctx, const XML_Char *name)
{
    rs_xml_stream *s = ctx;
    if (s->status != RSIFT_OK) return;
    s->depth--;
    const rsift_status status = s->events->end(s->ctx, local_name(name), &s->err);
    if (status != RSIFT_OK) stop(s, status);
}

static void on_text(void *ctx, const XML_Char *text, int n)
{
    rs_xml_stream *s = ctx;
    if (s->status != RSIFT_OK || n <= 0) return;
    const rsift_status status = s->events->text(s->ctx, rs_str_make(text, (size_t)n), &s->err);
    if (status != RSIFT_OK) stop(s, status);
}

static void on_entity(void *ctx, const XML_Char *name, int is_parameter, const XML_Char *value,
                      int n, const XML_Char *base, const XML_Char *system, const XML_Char *public,
                      const XML_Char *notation)
{
    rs_xml_stream *s = ctx;
    (void)name, (void)is_parameter, (void)value, (void)n, (void)base, (void)system, (void)public;
    (void)notation;
    stop(s, rs_err_set(&s->err, RSIFT_E_FORMAT, "the document declares an entity"));
}

rsift_status rs_xml_stream_open(const rs_xml_events *events, void *ctx, const rsift_limits *limits,
                                rs_xml_stream **out, rsift_error *err)
{
    static const XML_Memory_Handling_Suite memory = {rs_alloc, rs_realloc, rs_free};
    const rsift_limits bounds = limits ? *limits : rsift_limits_default();
    rs_xml_stream *s = rs_calloc(1, sizeof *s);
    *out = s;
    if (!s) return rs_err_nomem(err, "an XML parser");
    s->events = events;
    s->ctx = ctx;
    s->max_tag = bounds.max_string;
    s->max_depth = bounds.max_depth < MAX_DEPTH ? bounds.max_depth : MAX_DEPTH;
    s->parser = XML_ParserCreate_MM(NULL, &memory, NULL);
    if (!s->parser) {
        rs_xml_stream_close(s);
        *out = NULL;
        return rs_err_nomem(err, "an XML parser");
    }
    XML_SetUserData(s->parser, s);
    XML_SetElementHandler(s->parser, on_start, on_end);
    XML_SetCharacterDataHandler(s->parser, on_text);
    XML_SetEntityDeclHandler(s->parser, on_entity);
    XML_SetHashSalt(s->parser, 0x7273696674u); /* the same run after run */
    return RSIFT_OK;
}

static rsift_status malformed(rs_xml_stream *s)
{
    const enum XML_Error code = XML_GetErrorCode(s->parser);
    if (code == XML_ERROR_NO_MEMORY) return rs_err_nomem(&s->err, "an XML document");
    const char *why = XML_ErrorString(code);
    return rs_err_set(&s->err, RSIFT_E_FORMAT, "%s", why ? why : "not well-formed");
}

/* What expat holds back is a tag whose end it has not seen. */
static rsift_status check_tag(rs_xml_stream *s)
{
    const int64_t at = XML_GetCurrentByteIndex(s->parser);
    if (at < 0 || (uint64_t)(s->n_fed - at) <= s->max_tag) return RSIFT_OK;
    return rs_err_set(&s->err, RSIFT_E_LIMIT,
                      "a tag exceeds the limit max_string (%" PRIu64 " bytes)", s->max_tag);
}

rsift_status rs_xml_stream_feed(rs_xml_stream *stream, rs_str bytes, bool last, rsift_error *err)
{
    rs_xml_stream *s = stream;
    if (s->status == RSIFT_OK) {
        RS_ASSERT(bytes.len <= 1 << 30);
        const enum XML_Status done =
            XML_Parse(s->parser, bytes.ptr ? bytes.ptr : "", (int)bytes.len, last);
        s->n_fed += (int64_t)bytes.len;
        /* an event's own error stopped the parser: it is the reason */
        if (s->status == RSIFT_OK && done != XML_STATUS_OK) s->status = malformed(s);
        if (s->status == RSIFT_OK && !last) s->status = check_tag(s);
        if (s->status != RSIFT_OK)
            rs_err_within(&s->err, s->status, "line %lu > byte %lld",
                          (unsigned long)XML_GetCurrentLineNumber(s->parser),
                          (long long)XML_GetCurrentByteIndex(s->parser));
    }
    if (s->status != RSIFT_OK && err) *err = s->err;
    return s->status;
}

void rs_xml_stream_close(rs_xml_stream *stream)
{
    if (!stream) return;
    if (stream->parser) XML_ParserFree(stream->parser);
    rs_free(stream);
}

rs_str rs_xml_attribute(const char *const *attributes, const char *name)
{
    const rs_str wanted = rs_str_of(name);
    for (; *attributes; attributes += 2)
        if (rs_str_eq(rs_str_of(attributes[0]), wanted)) return rs_str_of(attributes[1]);
    return (rs_str){NULL, 0};
}
