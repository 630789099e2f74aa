/* Worksheets: whatever the bytes, the workbook opens or refuses, rows and columns ascend, texts are
 * valid UTF-8, numbers are numbers and no row is above its limit. Bytes that begin with PK are the
 * zip itself; all others are its members, sheet, shared texts, workbook and relations, parted by
 * "%%": checksums of a zip would stop nearly every mutation. */
#include "fuzz_io.h"

#include "base/buf.h"
#include "base/num.h"
#include "base/utf8.h"
#include "codec/xlsx.h"

#include <libdeflate.h>

enum { N_PARTS = 4 };

static const char *const names[N_PARTS] = {"xl/worksheets/sheet1.xml", "xl/sharedStrings.xml",
                                           "xl/workbook.xml", "xl/_rels/workbook.xml.rels"};
static const char *const usual[N_PARTS] = {"<worksheet><sheetData/></worksheet>",
                                           "<sst><si><t>one</t></si><si><t>two</t></si></sst>",
                                           "<workbook xmlns:r=\"r\"><sheets><sheet name=\"S\" "
                                           "sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>",
                                           "<Relationships><Relationship Id=\"rId1\" "
                                           "Type=\"/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
                                           "<Relationship Id=\"rId2\" Type=\"/sharedStrings\" "
                                           "Target=\"/xl/sharedStrings.xml\"/></Relationships>"};

static void put_le(rs_buf *b, uint64_t v, int n)
{
    for (int i = 0; i < n; i++) rs_buf_char(b, (char)(i < 8 ? v >> 8 * i & 0xff : 0));
}

/* The fields that a local and a central header share. */
static void put_shared(rs_buf *b, rs_str name, rs_str bytes)
{
    put_le(b, 20, 2);
    put_le(b, 0, 8); /* flags, method 0, time, date */
    put_le(b, libdeflate_crc32(0, bytes.ptr, bytes.len), 4);
    put_le(b, bytes.len, 4);
    put_le(b, bytes.len, 4);
    put_le(b, name.len, 2);
    put_le(b, 0, 2);
}

static void put_zip(rs_buf *zip, const rs_str parts[N_PARTS])
{
    rs_buf central = {0};
    for (int i = 0; i < N_PARTS; i++) {
        const rs_str name = rs_str_of(names[i]);
        const size_t begin = zip->len;
        put_le(zip, 0x04034b50, 4);
        put_shared(zip, name, parts[i]);
        rs_buf_str(zip, name);
        rs_buf_str(zip, parts[i]);
        put_le(&central, 0x02014b50, 4);
        put_le(&central, 20, 2);
        put_shared(&central, name, parts[i]);
        put_le(&central, 0, 10); /* comment, disk, attributes */
        put_le(&central, begin, 4);
        rs_buf_str(&central, name);
    }
    const size_t at = zip->len;
    rs_buf_str(zip, rs_buf_view(&central));
    put_le(zip, 0x06054b50, 4);
    put_le(zip, 0, 4);
    put_le(zip, N_PARTS, 2);
    put_le(zip, N_PARTS, 2);
    put_le(zip, central.len, 4);
    put_le(zip, at, 4);
    put_le(zip, 0, 2);
    rs_buf_fini(&central);
}

static void split(rs_str text, rs_str parts[N_PARTS])
{
    for (int i = 0; i < N_PARTS; i++) {
        const size_t end = rs_str_find(text, RS_STR("%%"));
        const rs_str part = rs_str_sub(text, 0, end == RS_NPOS ? text.len : end);
        parts[i] = part.len ? part : rs_str_of(usual[i]);
        text = end == RS_NPOS ? RS_STR("") : rs_str_sub(text, end + 2, text.len);
    }
}

static void check_row(const rs_xlsx_cell *cells, size_t n, const rsift_limits *limits)
{
    uint64_t n_bytes = 0; /* shared texts too, wherever they stand */
    for (size_t i = 0; i < n; i++) {
        double v;
        RS_ASSERT(i == 0 || cells[i].column > cells[i - 1].column);
        RS_ASSERT(cells[i].column < 16384 && rs_utf8_valid(cells[i].text) == cells[i].text.len);
        RS_ASSERT(cells[i].kind != RS_XLSX_NUMBER || rs_num_double(cells[i].text, &v));
        RS_ASSERT(cells[i].text.len <= limits->max_string);
        n_bytes += cells[i].text.len;
    }
    RS_ASSERT(n_bytes <= limits->max_record);
}

static void read_book(const rs_io_tree *tree, const rsift_limits *limits)
{
    rs_xlsx *book;
    rsift_error err = {0};
    const rs_xlsx_cell *cells;
    rs_arena arena = {0};
    size_t n;
    int64_t row, before = 0;
    if (rs_xlsx_open(tree, limits, &book, &err) != RSIFT_OK) {
        RS_ASSERT(err.message[0]);
        return;
    }
    RS_ASSERT(rs_xlsx_n_sheets(book) >= 1 && rs_xlsx_sheet(book).ptr);
    rsift_status status;
    while ((status = rs_xlsx_next(book, &arena, &cells, &n, &row, &err)) == RSIFT_OK) {
        RS_ASSERT(n >= 1 && row > before);
        before = row;
        check_row(cells, n, limits);
        rs_arena_reset(&arena);
    }
    RS_ASSERT(status == RSIFT_END || err.message[0]);
    rs_arena_fini(&arena);
    rs_xlsx_close(book);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    rsift_limits limits = rsift_limits_default();
    limits.max_spool = 4 << 20;
    limits.max_members = 1000;
    limits.max_record = 1 << 12; /* so low that inputs of the fuzzer's size reach it */
    limits.max_string = 1 << 11;
    rs_buf zip = {0};
    const rs_str text = rs_str_make((const char *)bytes, n);
    if (rs_str_starts(text, RS_STR("PK"))) {
        fuzz_write("x.xlsx", bytes, n);
    } else {
        rs_str parts[N_PARTS];
        split(text, parts);
        put_zip(&zip, parts);
        fuzz_write("x.xlsx", (const uint8_t *)zip.ptr, zip.len);
        rs_buf_fini(&zip);
    }
    char path[128];
    rs_io_tree *tree;
    rsift_error err = {0};
    snprintf(path, sizeof path, "%s/x.xlsx", fuzz_root);
    const rs_io_options options = {.limits = &limits, .spool_dir = fuzz_root, .open_sheets = true};
    if (rs_io_tree_open(rs_str_of(path), &options, &tree, &err) == RSIFT_OK) {
        read_book(tree, &limits);
        rs_io_tree_close(tree);
    } else {
        RS_ASSERT(err.message[0]);
    }
    unlink(path);
    return 0;
}
