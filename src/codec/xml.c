/* Which parser makes the tree, and asking it. */
#include "codec/xml.h"

#include "base/utf8.h"
#include "codec/xml_expat.h"
#include "codec/xml_quick.h"

enum { MAX_BYTES = 16 << 20 };

rsift_status rs_xml_parse(rs_arena *arena, rs_str bytes, const rsift_limits *limits,
                          const rs_xml **root, rsift_error *err)
{
    size_t max_depth = RS_XML_MAX_DEPTH;
    *root = NULL;
    if (bytes.len > MAX_BYTES)
        return rs_err_set(err, RSIFT_E_LIMIT, "an XML document exceeds 16 MiB");
    if (limits && limits->max_depth < max_depth) max_depth = limits->max_depth;
    rsift_status status = RSIFT_E_UNSUPPORTED;
    if (rs_utf8_valid(bytes) == bytes.len) status = rs_xml_quick(arena, bytes, max_depth, root);
    if (status == RSIFT_OK) return RSIFT_OK;
    if (status == RSIFT_E_NOMEM) return rs_err_nomem(err, "an XML document");
    return rs_xml_expat(arena, bytes, max_depth, root, err);
}

const rs_xml *rs_xml_get(const rs_xml *element, const char *name)
{
    const rs_str wanted = rs_str_of(name);
    for (const rs_xml *c = element ? element->child : NULL; c; c = c->next)
        if (rs_str_eq(c->name, wanted)) return c;
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
