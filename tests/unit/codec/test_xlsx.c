/* Worksheets and the stream of elements below them: kinds of cells, places, refusals, limits,
 * memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>
#include <libdeflate.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "codec/xlsx.h"
#include "codec/xml.h"

/* ---- a workbook on disk: a zip of stored members -------------------------------------------- */

static char folder[] = "/tmp/rsift-xlsx-XXXXXX";
static char path[64];

static void put_le(rs_buf *b, uint64_t v, int n)
{
    for (int i = 0; i < n; i++) rs_buf_char(b, (char)(i < 8 ? v >> 8 * i & 0xff : 0));
}

static void put_both(rs_buf *b, rs_str name, rs_str bytes)
{
    put_le(b, 20, 2);
    put_le(b, 0, 8);
    put_le(b, libdeflate_crc32(0, bytes.ptr, bytes.len), 4);
    put_le(b, bytes.len, 4);
    put_le(b, bytes.len, 4);
    put_le(b, name.len, 2);
    put_le(b, 0, 2);
}

/* names and texts in turn */
static void write_zip(const char *const *members, size_t n)
{
    rs_buf zip = {0}, central = {0};
    for (size_t i = 0; i < n; i += 2) {
        const rs_str name = rs_str_of(members[i]), text = rs_str_of(members[i + 1]);
        const size_t begin = zip.len;
        put_le(&zip, 0x04034b50, 4);
        put_both(&zip, name, text);
        rs_buf_str(&zip, name);
        rs_buf_str(&zip, text);
        put_le(&central, 0x02014b50, 4);
        put_le(&central, 20, 2);
        put_both(&central, name, text);
        put_le(&central, 0, 10);
        put_le(&central, begin, 4);
        rs_buf_str(&central, name);
    }
    const size_t at = zip.len;
    rs_buf_str(&zip, rs_buf_view(&central));
    put_le(&zip, 0x06054b50, 4);
    put_le(&zip, 0, 4);
    put_le(&zip, n / 2, 2);
    put_le(&zip, n / 2, 2);
    put_le(&zip, central.len, 4);
    put_le(&zip, at, 4);
    put_le(&zip, 0, 2);
    snprintf(path, sizeof path, "%s/x.xlsx", folder);
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(zip.ptr, 1, zip.len, out), zip.len);
    fclose(out);
    rs_buf_fini(&zip);
    rs_buf_fini(&central);
}

#define BOOK "<workbook xmlns:r='r'><sheets><sheet name='S' r:id='a'/></sheets></workbook>"
#define RELATIONS                                                                  \
    "<Relationships><Relationship Id='a' Type='x/worksheet' Target='w.xml'/>"      \
    "<Relationship Id='s' Type='x/sharedStrings' Target='/xl/SharedStrings.xml'/>" \
    "</Relationships>"
#define SHEET(rows) "<worksheet><sheetData>" rows "</sheetData></worksheet>"

static void write_book(const char *sheet, const char *strings)
{
    const char *const members[] = {
        "xl/workbook.xml", BOOK,  "xl/_rels/workbook.xml.rels", RELATIONS,
        "xl/w.xml",        sheet, "xl/sharedStrings.xml",       strings};
    write_zip(members, 8);
}

/* "1: A=text 2: B=#12" or the status; a text, #number or ?bool behind each letter */
static rsift_status show(const rsift_limits *limits, rs_buf *out, rsift_error *err)
{
    rs_io_tree *tree;
    rs_xlsx *book = NULL;
    rs_arena arena = {0};
    const rs_xlsx_cell *cells;
    size_t n;
    int64_t row;
    out->len = 0;
    rsift_status status =
        rs_io_tree_open(rs_str_of(path), &(rs_io_options){.open_sheets = true}, &tree, err);
    if (status != RSIFT_OK) return status;
    status = rs_xlsx_open(tree, limits, &book, err);
    while (status == RSIFT_OK &&
           (status = rs_xlsx_next(book, &arena, &cells, &n, &row, err)) == RSIFT_OK) {
        rs_buf_printf(out, "%d:", (int)row);
        for (size_t i = 0; i < n; i++) {
            char letters[4];
            rs_buf_printf(out, " %s=%s%.*s", rs_xlsx_letters(cells[i].column, letters),
                          cells[i].kind == RS_XLSX_NUMBER ? "#"
                          : cells[i].kind == RS_XLSX_BOOL ? "?"
                                                          : "",
                          RS_STR_ARG(cells[i].text));
        }
        rs_buf_char(out, '\n');
    }
    rs_xlsx_close(book);
    rs_io_tree_close(tree);
    rs_arena_fini(&arena);
    rs_buf_char(out, 0);
    if (out->failed && status == RSIFT_END) status = RSIFT_E_NOMEM;
    return status;
}

static void expect(const char *sheet, const char *strings, const char *wanted)
{
    rs_buf out = {0};
    rsift_error err = {0};
    write_book(sheet, strings);
    const rsift_status status = show(NULL, &out, &err);
    if (status != RSIFT_END) fail_msg("%s: %s", err.where, err.message);
    assert_string_equal(out.ptr, wanted);
    rs_buf_fini(&out);
}

static void refused(const char *sheet, const rsift_limits *limits, rsift_status status,
                    const char *where, const char *message)
{
    rs_buf out = {0};
    rsift_error err = {0};
    write_book(sheet, "<sst><si><t>one</t></si></sst>");
    assert_int_equal(show(limits, &out, &err), status);
    if (!strstr(err.where, where) || !strstr(err.message, message))
        fail_msg("%s: %s, expected %s: %s", err.where, err.message, where, message);
    rs_buf_fini(&out);
}

static void kinds_of_cells(void **unused)
{
    (void)unused;
    expect(SHEET(""), "<sst/>", "");
    expect(SHEET("<row r='2'><c r='B2' t='s'><v>1</v></c><c r='C2' t='s'><v>0</v></c></row>"),
           "<sst><si><t>one</t></si><si><r><t xml:space='preserve'>t </t></r><r><t>w&amp;o</t></r>"
           "<rPh sb='0' eb='1'><t>sound</t></rPh></si></sst>",
           "2: B=t w&o C=one\n");
    expect(SHEET("<row><c><v>12</v></c><c><v>12.0</v></c><c "
                 "t='n'><v>1E-3</v></c><c><v>1234567890123456789</v></c>"
                 "<c t='b'><v>1</v></c><c t='e'><v>#N/A</v></c><c t='d'><v>2024-01-01</v></c><c "
                 "s='3'/><c><v/></c></row>"),
           "<sst/>",
           "1: A=#12 B=#12 C=#0.001 D=#1234567890123456789 E=?true F=#N/A G=2024-01-01\n");
    expect(SHEET("<row><c t='str'><f>A1</f><v>was</v></c><c><f>1+1</f><v>2</v></c><c "
                 "t='inlineStr'><is><t/></is></c>"
                 "<c t='inlineStr'><is><t>a_x000D_b_x0041_x_xD800_</t></is></c></row><row/><row "
                 "r='9'><c r='XFD9'><v>1</v></c></row>"),
           "<sst/>", "1: A=was B=#2 C= D=a\rbAx_xD800_\n9: XFD=#1\n");
}

static void refuses(void **unused)
{
    (void)unused;
    refused(SHEET("<row r='5'><c r='B5'><f>5</f></c></row>"), NULL, RSIFT_E_FORMAT,
            "row 5 > cell B5", "formula without a saved value");
    refused(SHEET("<row r='5'><c r='B5'><v>x</v></c></row>"), NULL, RSIFT_E_FORMAT,
            "row 5 > cell B5", "expected a number");
    refused(SHEET("<row><c t='s'><v>1</v></c></row>"), NULL, RSIFT_E_FORMAT, "row 1 > cell A1",
            "shared text");
    refused(SHEET("<row><c t='s'><v>-1</v></c></row>"), NULL, RSIFT_E_FORMAT, "row 1 > cell A1",
            "shared text");
    refused(SHEET("<row><c t='b'><v>2</v></c></row>"), NULL, RSIFT_E_FORMAT, "cell A1", "0 or 1");
    refused(SHEET("<row><c t='odd'><v>2</v></c></row>"), NULL, RSIFT_E_FORMAT, "cell A1",
            "a type of cell");
    refused(SHEET("<row r='2'/><row r='2'/>"), NULL, RSIFT_E_FORMAT, "sheet \"S\"",
            "a row number above 2");
    refused(SHEET("<row><c r='B1'/><c r='A1'/></row>"), NULL, RSIFT_E_FORMAT, "row 1",
            "left to right");
    refused(SHEET("<row><c r='XFE1'/></row>"), NULL, RSIFT_E_FORMAT, "row 1",
            "a cell reference such as C5");
    refused(SHEET("<row><c><v>1</v>"), NULL, RSIFT_E_FORMAT, "line 1", "mismatched tag");
    refused("<!DOCTYPE w [<!ENTITY a 'b'>]><worksheet/>", NULL, RSIFT_E_FORMAT, "line 1",
            "declares an entity");
    rsift_limits limits = rsift_limits_default();
    limits.max_string = 1000;
    rs_buf long_text = {0};
    rs_buf_cstr(&long_text, "<worksheet><sheetData><row><c t='str'><v>");
    for (int i = 0; i < 1001; i++) rs_buf_char(&long_text, 'x');
    rs_buf_cstr(&long_text, "</v></c></row></sheetData></worksheet>");
    rs_buf_char(&long_text, 0);
    refused(long_text.ptr, &limits, RSIFT_E_LIMIT, "row 1 > cell A1", "max_string");
    long_text.len = 0;
    rs_buf_cstr(&long_text, "<worksheet a='");
    for (int i = 0; i < 200000; i++) rs_buf_char(&long_text, 'x');
    rs_buf_cstr(&long_text, "'/>");
    rs_buf_char(&long_text, 0);
    refused(long_text.ptr, &limits, RSIFT_E_LIMIT, "line 1", "a tag exceeds the limit max_string");
    rs_buf_fini(&long_text);
    limits = rsift_limits_default();
    limits.max_record = 1; /* 16 bytes of shared texts */
    write_book(SHEET(""), "<sst><si><t>12345678</t></si><si><t>123456789</t></si></sst>");
    rs_buf out = {0};
    rsift_error err = {0};
    assert_int_equal(show(&limits, &out, &err), RSIFT_E_LIMIT);
    assert_non_null(strstr(err.message, "shared texts exceed"));
    rs_buf_fini(&out);
}

/* A row of shared texts is as long as they are, however short it is in the file. */
static void counts_shared_texts(void **unused)
{
    (void)unused;
    rsift_limits limits = rsift_limits_default();
    limits.max_record = 9;
    refused(SHEET("<row r='3'><c t='s'><v>0</v></c><c t='s'><v>0</v></c><c t='s'><v>0</v></c>"
                  "<c t='s'><v>0</v></c></row>"),
            &limits, RSIFT_E_LIMIT, "row 3 > cell D3",
            "a row exceeds the limit max_record (9 bytes)");
    refused(SHEET("<row><c t='s'><v>0</v></c><c t='str'><v>1234567</v></c></row>"), &limits,
            RSIFT_E_LIMIT, "row 1 > cell B1", "max_record");
    refused(SHEET("<row><c><v>1234567</v></c><c t='s'><v>0</v></c></row>"), &limits, RSIFT_E_LIMIT,
            "row 1 > cell B1", "max_record");
    rs_buf out = {0};
    rsift_error err = {0};
    write_book(SHEET("<row><c t='s'><v>0</v></c><c t='s'><v>0</v></c><c t='s'><v>0</v></c></row>"
                     "<row><c t='s'><v>0</v></c><c t='str'><v>123456</v></c></row>"),
               "<sst><si><t>one</t></si></sst>"); /* each row counts by itself */
    assert_int_equal(show(&limits, &out, &err), RSIFT_END);
    assert_string_equal(out.ptr, "1: A=one B=one C=one\n2: A=one B=123456\n");
    rs_buf_fini(&out);
}

static void which_sheet(void **unused)
{
    (void)unused;
    const char *const book = "<w:workbook xmlns:w='w' xmlns:q='r'><w:sheets><w:sheet name='C' "
                             "q:id='c'/><w:sheet name='One' q:id='1'/>"
                             "<w:sheet name='Two' q:id='2'/></w:sheets></w:workbook>";
    const char *const relations = "<Relationships><Relationship Id='2' Type='x/worksheet' "
                                  "Target='two.xml'/><Relationship Id='c' Type='x/chartsheet' "
                                  "Target='c.xml'/><Relationship Id='1' Type='x/worksheet' "
                                  "Target='one.xml'/></Relationships>";
    const char *const members[] = {
        "xl/workbook.xml", book,         "xl/_rels/workbook.xml.rels",
        relations,         "xl/one.xml", SHEET("<row><c><v>1</v></c></row>"),
        "xl/two.xml",      SHEET("")};
    write_zip(members, 8);
    rs_io_tree *tree;
    rs_xlsx *x;
    rsift_error err = {0};
    assert_int_equal(
        rs_io_tree_open(rs_str_of(path), &(rs_io_options){.open_sheets = true}, &tree, &err),
        RSIFT_OK);
    assert_int_equal(rs_xlsx_open(tree, NULL, &x, &err), RSIFT_OK);
    assert_true(rs_str_eq(rs_xlsx_sheet(x), RS_STR("One")) && rs_xlsx_n_sheets(x) == 2);
    rs_xlsx_close(x);
    rs_io_tree_close(tree);
    write_zip(members, 4); /* the sheets themselves are not there */
    rs_buf out = {0};
    assert_int_equal(show(NULL, &out, &err), RSIFT_E_FORMAT);
    assert_non_null(strstr(err.message, "the workbook names \"one.xml\", which is not in it"));
    write_zip(members, 2);
    assert_int_equal(show(NULL, &out, &err), RSIFT_E_FORMAT);
    assert_non_null(strstr(err.message, "not an Excel workbook"));
    rs_buf_fini(&out);
    rs_io_options closed = {0}; /* a sheet is a plain file to who does not ask */
    assert_int_equal(rs_io_tree_open(rs_str_of(path), &closed, &tree, &err), RSIFT_OK);
    assert_int_equal(rs_io_n_members(tree), 1);
    rs_io_tree_close(tree);
}

static void survives_want_of_memory(void **unused)
{
    (void)unused;
    write_book(SHEET("<row><c t='s'><v>0</v></c><c t='inlineStr'><is><t>two</t></is></c></row>"),
               "<sst><si><t>one</t></si></sst>");
    for (int64_t n = 1;; n++) {
        rs_buf out = {0};
        rsift_error err = {0};
        rs_alloc_fail_at(n);
        const rsift_status status = show(NULL, &out, &err);
        rs_alloc_fail_at(0);
        if (status == RSIFT_END) {
            assert_string_equal(out.ptr, "1: A=one B=two\n");
            rs_buf_fini(&out);
            assert_true(n > 20);
            return;
        }
        assert_int_equal(status, RSIFT_E_NOMEM);
        rs_buf_fini(&out);
    }
}

static rsift_status note_start(void *ctx, rs_str name, const char *const *attributes,
                               rsift_error *err)
{
    (void)err;
    const rs_str x = rs_xml_attribute(attributes, "p:x");
    rs_buf_printf(ctx, "<%.*s %.*s>", RS_STR_ARG(name), (int)x.len, x.ptr ? x.ptr : "");
    return RSIFT_OK;
}

static rsift_status note_end(void *ctx, rs_str name, rsift_error *err)
{
    rs_buf_printf(ctx, "</%.*s>", RS_STR_ARG(name));
    return rs_str_eq(name, RS_STR("stop")) ? rs_err_set(err, RSIFT_E_UNSUPPORTED, "stopped")
                                           : RSIFT_OK;
}

static rsift_status note_text(void *ctx, rs_str text, rsift_error *err)
{
    (void)err;
    rs_buf_str(ctx, text);
    return RSIFT_OK;
}

static void streams_elements(void **unused)
{
    (void)unused;
    static const rs_xml_events events = {note_start, note_end, note_text};
    const rs_str text = RS_STR("<n:a p:x='1'>t&lt;<b/><!-- c -->\n<stop/><d/></n:a>");
    for (size_t step = 1; step <= text.len; step++) {
        rs_xml_stream *stream;
        rs_buf out = {0};
        rsift_error err = {0};
        rsift_status status = RSIFT_OK;
        assert_int_equal(rs_xml_stream_open(&events, &out, NULL, &stream, NULL), RSIFT_OK);
        for (size_t at = 0; status == RSIFT_OK && at < text.len; at += step)
            status = rs_xml_stream_feed(stream, rs_str_sub(text, at, at + step),
                                        at + step >= text.len, &err);
        assert_int_equal(status, RSIFT_E_UNSUPPORTED);
        assert_non_null(strstr(err.where, "line 2 > byte "));
        assert_int_equal(rs_xml_stream_feed(stream, RS_STR("<x/>"), true, NULL),
                         RSIFT_E_UNSUPPORTED); /* dead */
        rs_buf_char(&out, 0);
        assert_string_equal(out.ptr, "<a 1>t<<b ></b>\n<stop ></stop>");
        rs_xml_stream_close(stream);
        rs_buf_fini(&out);
    }
}

static int make_folder(void **unused)
{
    (void)unused;
    return mkdtemp(folder) ? 0 : -1;
}

static int drop_folder(void **unused)
{
    (void)unused;
    return rs_io_remove_tree(rs_str_of(folder), NULL) == RSIFT_OK ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_of_cells),          cmocka_unit_test(refuses),
        cmocka_unit_test(counts_shared_texts),     cmocka_unit_test(which_sheet),
        cmocka_unit_test(survives_want_of_memory), cmocka_unit_test(streams_elements)};
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
