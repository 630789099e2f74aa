/* The XML tree: bounded, texts are valid UTF-8, siblings and children end; where the quick parser
 * accepts, expat gives the same tree. */
#include "base/utf8.h"
#include "codec/xml.h"
#include "codec/xml_expat.h"
#include "codec/xml_quick.h"

static size_t walk(const rs_xml *element, size_t depth)
{
    size_t n = 0;
    RS_ASSERT(depth <= 64);
    for (; element; element = element->next) {
        RS_ASSERT(rs_utf8_valid(element->name) == element->name.len);
        RS_ASSERT(rs_utf8_valid(element->text) == element->text.len);
        n += 1 + walk(element->child, depth + 1);
    }
    return n;
}

static bool same(const rs_xml *a, const rs_xml *b)
{
    for (; a && b; a = a->next, b = b->next)
        if (!rs_str_eq(a->name, b->name) || !rs_str_eq(a->text, b->text) ||
            !same(a->child, b->child))
            return false;
    return !a && !b;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    rs_arena arena = {0};
    const rs_xml *root, *other;
    rsift_error err = {0};
    rsift_status status =
        rs_xml_parse(&arena, rs_str_make((const char *)bytes, n), NULL, &root, &err);
    RS_ASSERT(status == RSIFT_OK ? walk(root, 1) >= 1 : err.message[0] != 0 && !root);
    if (status == RSIFT_OK) /* by either parser */
        RS_ASSERT(rs_xml_expat(&arena, rs_str_make((const char *)bytes, n), RS_XML_MAX_DEPTH,
                               &other, NULL) == RSIFT_OK &&
                  same(root, other));
    rs_arena_fini(&arena);
    return 0;
}
