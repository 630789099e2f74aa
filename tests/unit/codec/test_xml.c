/* The XML tree: shape, refusals, limits, truncation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "codec/xml.h"

static rsift_status parse(const char *text, rsift_error *err)
{
    rs_arena arena = {0};
    const rs_xml *root;
    rsift_status status = rs_xml_parse(&arena, rs_str_of(text), NULL, &root, err);
    rs_arena_fini(&arena);
    return status;
}

static void reads_a_tree(void **unused)
{
    (void)unused;
    rs_arena arena = {0};
    const rs_xml *root;
    rs_str text = RS_STR("<?xml version=\"1.0\"?>\r\n<a x=\"1\"> t <b>1</b><!-- c --><b>2 &lt; "
                         "3</b>\n u <c><b/></c></a>\n");
    assert_int_equal(rs_xml_parse(&arena, text, NULL, &root, NULL), RSIFT_OK);
    assert_true(rs_str_eq(root->name, RS_STR("a")));
    assert_true(rs_str_eq(rs_xml_text(root, "b"), RS_STR("1")));
    const rs_xml *second = rs_xml_again(rs_xml_get(root, "b"));
    assert_true(rs_str_eq(second->text, RS_STR("2 < 3")));
    assert_null(rs_xml_again(second));
    assert_true(rs_str_eq(rs_xml_text(rs_xml_get(root, "c"), "b"), RS_STR("")));
    assert_null(rs_xml_text(root, "none").ptr);
    assert_null(rs_xml_get(NULL, "none"));
    rs_arena_fini(&arena);
}

static void refuses(void **unused)
{
    (void)unused;
    rsift_error err = {0};
    assert_int_equal(parse("", &err), RSIFT_E_FORMAT);
    assert_string_equal(err.where, "line 1 > byte 0");
    assert_int_equal(parse("<a><b></a>", &err), RSIFT_E_FORMAT);
    assert_non_null(strstr(err.where, "line 1 > byte "));
    assert_int_equal(parse("<a>\xFF</a>", &err), RSIFT_E_FORMAT);
    assert_int_equal(parse("<!DOCTYPE a [<!ENTITY e \"xx\">]><a>&e;</a>", &err), RSIFT_E_FORMAT);
    assert_string_equal(err.message, "the document declares an entity");
    assert_int_equal(parse("<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><a/>", &err),
                     RSIFT_E_FORMAT);
    char deep[400] = "";
    for (int i = 0; i < 100; i++) memcpy(deep + 3 * i, "<a>", 4);
    assert_int_equal(parse(deep, &err), RSIFT_E_LIMIT);
    rs_str text = RS_STR("<a><b>1</b><c><d>x</d></c></a>");
    for (size_t n = 0; n < text.len; n++) {
        char copy[64] = "";
        memcpy(copy, text.ptr, n);
        assert_int_equal(parse(copy, NULL), RSIFT_E_FORMAT);
    }
    for (int64_t n = 1;; n++) {
        rs_alloc_fail_at(n);
        rsift_status status = parse(text.ptr, NULL);
        rs_alloc_fail_at(0);
        if (status == RSIFT_OK) break;
        assert_int_equal(status, RSIFT_E_NOMEM);
        assert_true(n < 200);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads_a_tree), cmocka_unit_test(refuses)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
