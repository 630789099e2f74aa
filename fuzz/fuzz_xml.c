/* The XML tree: bounded, texts are valid UTF-8, siblings and children end. */
#include "base/utf8.h"
#include "codec/xml.h"

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

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    rs_arena arena = {0};
    const rs_xml *root;
    rsift_error err = {0};
    rsift_status status =
        rs_xml_parse(&arena, rs_str_make((const char *)bytes, n), NULL, &root, &err);
    RS_ASSERT(status == RSIFT_OK ? walk(root, 1) >= 1 : err.message[0] != 0 && !root);
    rs_arena_fini(&arena);
    return 0;
}
