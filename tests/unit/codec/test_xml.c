/* The XML tree: shape, refusals, limits, truncation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/rng.h"
#include "base/utf8.h"
#include "codec/xml.h"
#include "codec/xml_expat.h"
#include "codec/xml_quick.h"

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

static bool same_trees(const rs_xml *a, const rs_xml *b)
{
    for (; a && b; a = a->next, b = b->next)
        if (!rs_str_eq(a->name, b->name) || !rs_str_eq(a->text, b->text) ||
            !same_trees(a->child, b->child))
            return false;
    return !a && !b;
}

/* Does the quick parser accept? What it accepts, expat accepts as the same tree. */
static bool is_quick(rs_str text, size_t max_depth)
{
    rs_arena arena = {0};
    const rs_xml *quick, *other;
    const bool accepted = rs_utf8_valid(text) == text.len &&
                          rs_xml_quick(&arena, text, max_depth, &quick) == RSIFT_OK;
    if (accepted && (rs_xml_expat(&arena, text, max_depth, &other, NULL) != RSIFT_OK ||
                     !same_trees(quick, other)))
        fail_msg("the parsers differ: %.*s", RS_STR_ARG(text));
    rs_arena_fini(&arena);
    return accepted;
}

static void reads_usual_documents_quickly(void **unused)
{
    (void)unused;
    static const char *const accepted[] = {
        "<a/>", "<a x='1'><b>t</b></a>", "\n<a>t<b/>\r\n</a >\r\n<!-- c -->\n",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><a><b> \xC3\xA4 \x7F > \"'</b></a>",
        "<?xml version='1.0'?>\r\n<annotation verified=\"yes\">\r\n\t<x>1</x>\r\n</annotation>"};
    static const char *const declined[] = {"",
                                           "a",
                                           "<a>",
                                           "<a></b>",
                                           "<a/><b/>",
                                           "<a>1<b/>2</a>",
                                           "<a>&lt;</a>",
                                           "<a>]]></a>",
                                           "<a x='1' x='2'/>",
                                           "<a x=1/>",
                                           "<a x='<'/>",
                                           "<a>\x01</a>",
                                           "<a>\xEF\xBF\xBF</a>",
                                           "<a><![CDATA[x]]></a>",
                                           "<?pi?><a/>",
                                           "<!DOCTYPE a><a/>",
                                           "<a><!-- x -- y --></a>",
                                           "<a:b/>",
                                           "<\xC3\xA4/>",
                                           "\xEF\xBB\xBF<a/>",
                                           "<a>1\r\n2</a>",
                                           "< a/>",
                                           "<a / >",
                                           "<?xml version=\"1.0\" encoding=\"gbk\"?><a/>",
                                           "<?xml version=\"1.1\"?><a/>",
                                           "<a><b><c/></b></a>"};
    for (size_t i = 0; i < sizeof accepted / sizeof *accepted; i++)
        if (!is_quick(rs_str_of(accepted[i]), 2)) fail_msg("declined: %s", accepted[i]);
    for (size_t i = 0; i < sizeof declined / sizeof *declined; i++)
        if (is_quick(rs_str_of(declined[i]), 2)) fail_msg("accepted: %s", declined[i]);
}

/* Documents of such pieces, most of them well-formed until one byte is changed. */
static void parsers_agree(void **unused)
{
    (void)unused;
    static const char *const pieces[] = {
        "text",          " ",        "\r\n\t",       "12.5",  "<b/>", "<b x='1'/>",
        "<!-- c -->",    "\xC3\xA4", "<c>1</c>",     "&amp;", "]",    ">",
        "<![CDATA[x]]>", "<?p i?>",  "\xEF\xBF\xBE", "\x7F"};
    enum { usual = 9, all = sizeof pieces / sizeof *pieces };
    rs_rng rng = rs_rng_of(1, (rs_id){0});
    size_t n_quick = 0;
    for (int k = 0; k < 100000; k++) {
        char text[600];
        size_t n = 0, depth = 0, n_open = 0;
        char open[40];
        for (size_t i = 0; i < 20; i++) {
            const uint64_t what = rs_rng_below(&rng, 4);
            if (what == 0 || i == 0) {
                open[depth++] = (char)('d' + n_open++ % 5);
                n += (size_t)snprintf(text + n, sizeof text - n, "<%c>", open[depth - 1]);
            } else if (what == 1 && depth > 1) {
                n += (size_t)snprintf(text + n, sizeof text - n, "</%c>", open[--depth]);
            } else {
                const char *piece = pieces[rs_rng_below(&rng, k % 3 ? usual : all)];
                n += (size_t)snprintf(text + n, sizeof text - n, "%s", piece);
            }
        }
        while (depth) n += (size_t)snprintf(text + n, sizeof text - n, "</%c>", open[--depth]);
        if (k % 2) text[rs_rng_below(&rng, n)] = "<>/&'\"=! -]x\r\x01"[rs_rng_below(&rng, 15)];
        n_quick += is_quick(rs_str_make(text, n), 64);
    }
    assert_true(n_quick > 10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads_a_tree), cmocka_unit_test(refuses),
                                       cmocka_unit_test(reads_usual_documents_quickly),
                                       cmocka_unit_test(parsers_agree)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
