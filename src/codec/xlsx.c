/* Rows of a worksheet: its XML is fed in pieces, each piece leaves complete rows in a queue. */
#include "codec/xlsx.h"
#include "base/ascii.h"
#include "codec/xml.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/num.h"
#include "base/utf8.h"

#include <inttypes.h>

enum {
    PIECE = 64 << 10,
    MAX_COLUMNS = 16384,
    MAX_SHEETS = 1000,
    MAX_RELATIONS = 10000,
    TABLE_RECORDS = 16
};

typedef struct sheet {
    rs_str name, rid;
    struct sheet *next;
} sheet;

/* A cell while its row is read: its text lies in row_text, or in the table of shared texts. */
typedef struct draft {
    rs_xlsx_cell cell;
    size_t begin;
    bool shared;
} draft;

typedef struct queued {
    rs_xlsx_cell *cells;
    size_t n;
    int64_t row;
} queued;

struct rs_xlsx {
    const rs_io_tree *tree;
    rsift_limits limits;
    rs_arena arena;                     /* names */
    rs_str prefix;                      /* of the workbook's members in the tree */
    sheet *sheets, *last_sheet, *first; /* first = the first worksheet */
    size_t n_listed, n_relations, n_sheets;
    rs_str worksheet, strings; /* targets */
    rs_buf table;              /* shared texts behind each other */
    size_t *ends;
    size_t n_strings, cap_strings;
    rs_io_stream *stream;
    rs_xml_stream *xml;
    char *piece;
    bool ended;
    /* the element being read */
    int in_phonetic;
    bool in_data, in_text, in_inline, in_value, has_value, has_formula;
    char type[12];
    uint32_t column, next_column;
    int64_t row;
    rs_buf text;
    rs_buf row_text;
    uint64_t n_row;       /* bytes of the row's texts, shared ones as often as they occur in it */
    uint64_t n_all, most; /* of all rows; at most */
    draft *drafts;
    size_t n_drafts, cap_drafts;
    rs_arena queue_arena;
    queued *queue;
    size_t n_queue, cap_queue, at_queue;
};

const char *rs_xlsx_letters(uint32_t column, char out[4])
{
    char letters[4];
    size_t n = 0;
    for (uint32_t c = column + 1; c > 0 && n < 3; c = (c - 1) / 26)
        letters[n++] = (char)('A' + (c - 1) % 26);
    for (size_t i = 0; i < n; i++) out[i] = letters[n - 1 - i];
    out[n] = 0;
    return out;
}

/* ---- text ---------------------------------------------------------------------------------- */

/* "_x000D_": a character that XML cannot hold (ECMA-376 part 1, 22.9.2.19). NUL stays as it is
 * spelled: no text of ours holds one. Surrogates come in pairs of such escapes and stay too. */
static size_t escape_at(rs_str s, size_t i, uint32_t *code)
{
    if (s.len - i < 7 || s.ptr[i] != '_' || s.ptr[i + 1] != 'x' || s.ptr[i + 6] != '_') return 0;
    *code = 0;
    for (size_t k = i + 2; k < i + 6; k++) {
        const int digit = rs_ascii_hex(s.ptr[k]);
        if (digit < 0) return 0;
        *code = *code << 4 | (uint32_t)digit;
    }
    return *code == 0 || (*code >= 0xd800 && *code < 0xe000) ? 0 : 7;
}

/* Undoes the escapes of buf[begin..] in place. */
static void unescape(rs_buf *buf, size_t begin)
{
    if (buf->len == begin) return;
    const rs_str s = rs_str_make(buf->ptr + begin, buf->len - begin);
    /* most texts hold none */
    if (rs_str_find(s, RS_STR("_x")) == RS_NPOS) return;
    size_t n = 0;
    for (size_t i = 0; i < s.len;) {
        uint32_t code;
        char utf8[4];
        const size_t length = escape_at(s, i, &code);
        if (length) {
            const size_t k = rs_utf8_put(utf8, code);
            memcpy(buf->ptr + begin + n, utf8, k);
            n += k;
            i += length;
        } else {
            buf->ptr[begin + n++] = s.ptr[i++];
        }
    }
    buf->len = begin + n;
}

static rsift_status add_text(const rs_xlsx *x, rs_buf *buf, rs_str text, rsift_error *err)
{
    if (buf->len + text.len > x->limits.max_string)
        return rs_err_set(err, RSIFT_E_LIMIT,
                          "a text exceeds the limit max_string (%" PRIu64 " bytes)",
                          x->limits.max_string);
    rs_buf_str(buf, text);
    return buf->failed ? rs_err_nomem(err, "a cell") : RSIFT_OK;
}

/* ---- members ------------------------------------------------------------------------------- */

/* A member of the workbook, whose names are compared without case (ECMA-376 part 2). */
static size_t find(const rs_xlsx *x, rs_str prefix, rs_str path)
{
    for (size_t i = 0; i < rs_io_n_members(x->tree); i++) {
        const rs_str have = rs_io_member_at(x->tree, i)->path;
        if (have.len == prefix.len + path.len && rs_str_starts(have, prefix) &&
            rs_str_eq_nocase(rs_str_sub(have, prefix.len, have.len), path))
            return i;
    }
    return RS_NPOS;
}

static rsift_status absent(const char *what, rsift_error *err)
{
    return rs_err_set(err, RSIFT_E_FORMAT, "no %s in it: not an Excel workbook", what);
}

/* A target is relative to xl/, or to the root when it begins with '/'. */
static rsift_status find_target(const rs_xlsx *x, rs_str target, size_t *member, rsift_error *err)
{
    char quoted[RS_QUOTE_SIZE];
    rs_arena scratch = {0};
    rs_str path = target.len && target.ptr[0] == '/'
                      ? rs_str_sub(target, 1, target.len)
                      : rs_arena_join(&scratch, RS_STR("xl/"), target, RS_STR(""));
    const bool memory = path.ptr != NULL;
    *member = memory ? find(x, x->prefix, path) : RS_NPOS;
    rs_arena_fini(&scratch);
    if (!memory) return rs_err_nomem(err, "a name");
    if (*member != RS_NPOS) return RSIFT_OK;
    return rs_err_set(err, RSIFT_E_FORMAT, "the workbook names \"%s\", which is not in it",
                      rs_err_quote(quoted, target));
}

static rsift_status parse_member(rs_xlsx *x, size_t member, const rs_xml_events *events,
                                 rsift_error *err)
{
    rs_io_stream *stream;
    rs_xml_stream *xml = NULL;
    size_t got = 1;
    RS_TRY(rs_io_open(x->tree, member, &stream, err));
    rsift_status status = rs_xml_stream_open(events, x, &x->limits, &xml, err);
    while (status == RSIFT_OK && got > 0) {
        status = rs_io_read(stream, x->piece, PIECE, &got, err);
        if (status != RSIFT_OK) break;
        status = rs_xml_stream_feed(xml, rs_str_make(x->piece, got), got == 0, err);
        if (status != RSIFT_OK)
            rs_err_within(err, status, "%.*s", RS_STR_ARG(rs_io_member_at(x->tree, member)->chain));
    }
    rs_xml_stream_close(xml);
    rs_io_close(stream);
    return status;
}

/* ---- the workbook: which sheets, where ------------------------------------------------------ */

static rsift_status no_end(void *ctx, rs_str name, rsift_error *err)
{
    (void)ctx, (void)name, (void)err;
    return RSIFT_OK;
}

static rsift_status no_text(void *ctx, rs_str text, rsift_error *err)
{
    (void)ctx, (void)text, (void)err;
    return RSIFT_OK;
}

/* The attribute whose name ends in ":id": the prefix of relationships is the writer's choice. */
static rs_str relation_id(const char *const *attributes)
{
    for (; *attributes; attributes += 2)
        if (rs_str_ends(rs_str_of(attributes[0]), RS_STR(":id"))) return rs_str_of(attributes[1]);
    return RS_STR("");
}

static rsift_status book_start(void *ctx, rs_str name, const char *const *attributes,
                               rsift_error *err)
{
    rs_xlsx *x = ctx;
    if (!rs_str_eq(name, RS_STR("sheet"))) return RSIFT_OK;
    if (x->n_listed++ == MAX_SHEETS)
        return rs_err_set(err, RSIFT_E_LIMIT, "more than %d sheets", MAX_SHEETS);
    sheet *s = rs_arena_calloc(&x->arena, 1, sizeof *s);
    if (!s) return rs_err_nomem(err, "a sheet");
    s->name = rs_arena_str(&x->arena, rs_xml_attribute(attributes, "name"));
    s->rid = rs_arena_str(&x->arena, relation_id(attributes));
    if (!s->name.ptr || !s->rid.ptr) return rs_err_nomem(err, "a sheet");
    if (x->last_sheet) x->last_sheet->next = s;
    else x->sheets = s;
    x->last_sheet = s;
    return RSIFT_OK;
}

/* Whether `one` precedes `other` in the workbook; NULL follows all. */
static bool before(const sheet *one, const sheet *other)
{
    while (one && one != other) one = one->next;
    return one == other || !other;
}

static rsift_status relation_start(void *ctx, rs_str name, const char *const *attributes,
                                   rsift_error *err)
{
    rs_xlsx *x = ctx;
    if (!rs_str_eq(name, RS_STR("Relationship"))) return RSIFT_OK;
    if (x->n_relations++ == MAX_RELATIONS)
        return rs_err_set(err, RSIFT_E_LIMIT, "more than %d relations", MAX_RELATIONS);
    const rs_str type = rs_xml_attribute(attributes, "Type");
    const rs_str id = rs_xml_attribute(attributes, "Id");
    const rs_str target = rs_xml_attribute(attributes, "Target");
    const bool strings = rs_str_ends(type, RS_STR("/sharedStrings"));
    if (!target.ptr || !id.ptr || (!strings && !rs_str_ends(type, RS_STR("/worksheet"))))
        return RSIFT_OK;
    sheet *s = x->sheets;
    while (s && !rs_str_eq(s->rid, id)) s = s->next;
    if (!strings && !s) return RSIFT_OK;
    /* charts and dialogs have relations of other types: they are no worksheets */
    x->n_sheets += !strings;
    /* the first worksheet in the order of the workbook, not of the relations */
    if (!strings && !before(s, x->first)) return RSIFT_OK;
    const rs_str copy = rs_arena_str(&x->arena, target);
    if (!copy.ptr) return rs_err_nomem(err, "a sheet");
    if (strings) {
        x->strings = copy;
        return RSIFT_OK;
    }
    x->first = s;
    x->worksheet = copy;
    return RSIFT_OK;
}

static rsift_status find_book(rs_xlsx *x, size_t *member, rsift_error *err)
{
    const rs_str name = RS_STR("xl/workbook.xml");
    for (size_t i = 0; i < rs_io_n_members(x->tree); i++) {
        const rs_str path = rs_io_member_at(x->tree, i)->path;
        if (!rs_str_ends_nocase(path, name)) continue;
        x->prefix = rs_str_sub(path, 0, path.len - name.len);
        *member = i;
        return RSIFT_OK;
    }
    return absent("xl/workbook.xml", err);
}

static rsift_status read_book(rs_xlsx *x, rsift_error *err)
{
    static const rs_xml_events book = {book_start, no_end, no_text};
    static const rs_xml_events relations = {relation_start, no_end, no_text};
    size_t member = 0;
    RS_TRY(find_book(x, &member, err));
    RS_TRY(parse_member(x, member, &book, err));
    member = find(x, x->prefix, RS_STR("xl/_rels/workbook.xml.rels"));
    if (member == RS_NPOS) return absent("xl/_rels/workbook.xml.rels", err);
    RS_TRY(parse_member(x, member, &relations, err));
    return x->first ? RSIFT_OK : absent("worksheet", err);
}

/* ---- shared texts -------------------------------------------------------------------------- */

static rsift_status strings_start(void *ctx, rs_str name, const char *const *attributes,
                                  rsift_error *err)
{
    rs_xlsx *x = ctx;
    (void)attributes, (void)err;
    if (rs_str_eq(name, RS_STR("si"))) x->text.len = 0;
    /* phonetic guides (furigana) are no part of the text */
    if (rs_str_eq(name, RS_STR("rPh"))) x->in_phonetic++;
    if (rs_str_eq(name, RS_STR("t"))) x->in_text = x->in_phonetic == 0;
    return RSIFT_OK;
}

static rsift_status strings_end(void *ctx, rs_str name, rsift_error *err)
{
    rs_xlsx *x = ctx;
    if (rs_str_eq(name, RS_STR("t"))) x->in_text = false;
    if (rs_str_eq(name, RS_STR("rPh"))) x->in_phonetic--;
    if (!rs_str_eq(name, RS_STR("si"))) return RSIFT_OK;
    unescape(&x->text, 0);
    /* all shared texts are held: bounded */
    if (x->table.len + x->text.len > TABLE_RECORDS * x->limits.max_record)
        return rs_err_set(err, RSIFT_E_LIMIT,
                          "the shared texts exceed %d times the limit max_record (%" PRIu64
                          " bytes)",
                          TABLE_RECORDS, x->limits.max_record);
    rs_buf_str(&x->table, rs_buf_view(&x->text));
    if (x->table.failed || !RS_VEC_RESERVE(x->ends, x->cap_strings, x->n_strings + 1))
        return rs_err_nomem(err, "shared texts");
    x->ends[x->n_strings++] = x->table.len;
    return RSIFT_OK;
}

static rsift_status strings_text(void *ctx, rs_str text, rsift_error *err)
{
    rs_xlsx *x = ctx;
    return x->in_text ? add_text(x, &x->text, text, err) : RSIFT_OK;
}

static rsift_status read_strings(rs_xlsx *x, rsift_error *err)
{
    static const rs_xml_events events = {strings_start, strings_end, strings_text};
    size_t member;
    if (!x->strings.ptr) return RSIFT_OK;
    RS_TRY(find_target(x, x->strings, &member, err));
    const rsift_status status = parse_member(x, member, &events, err);
    /* the worksheet starts afresh */
    x->in_text = false;
    x->in_phonetic = 0;
    x->text.len = 0;
    return status;
}

/* ---- cells --------------------------------------------------------------------------------- */

static rsift_status blame_cell(const rs_xlsx *x, rsift_status status, rsift_error *err)
{
    char letters[4];
    rs_err_within(err, status, "cell %s%" PRId64, rs_xlsx_letters(x->column, letters), x->row);
    return rs_err_within(err, status, "row %" PRId64, x->row);
}

static rsift_status bad_cell(const rs_xlsx *x, const char *expected, rs_str found, rsift_error *err)
{
    char quoted[RS_QUOTE_SIZE];
    rs_err_set(err, RSIFT_E_FORMAT, "expected %s, found \"%s\"", expected,
               rs_err_quote(quoted, found));
    return blame_cell(x, RSIFT_E_FORMAT, err);
}

/* "C5" -> 2; false for anything else. Its row number is ignored: the row element has it. */
static bool column_of(rs_str reference, uint32_t *column)
{
    /* letters are digits of base 26 without a zero: A = 1, Z = 26, AA = 27 */
    uint32_t c = 0;
    size_t i = 0;
    for (; i < reference.len && i < 3 && rs_ascii_is_upper(reference.ptr[i]); i++)
        c = c * 26 + (uint32_t)(reference.ptr[i] - 'A') + 1;
    if (i == 0 || c > MAX_COLUMNS || i == reference.len) return false;
    for (; i < reference.len; i++)
        if (!rs_ascii_is_digit(reference.ptr[i])) return false;
    *column = c - 1;
    return true;
}

static rsift_status row_start(rs_xlsx *x, const char *const *attributes, rsift_error *err)
{
    const rs_str number = rs_xml_attribute(attributes, "r");
    /* without a number a row follows the one before it */
    int64_t row = x->row + 1;
    if (number.ptr && (!rs_num_i64(number, &row) || row <= x->row)) {
        char quoted[RS_QUOTE_SIZE];
        return rs_err_set(err, RSIFT_E_FORMAT,
                          "expected a row number above %" PRId64 ", found \"%s\"", x->row,
                          rs_err_quote(quoted, number));
    }
    x->row = row;
    x->next_column = 0;
    x->n_drafts = x->row_text.len = 0;
    x->n_row = 0;
    return RSIFT_OK;
}

static rsift_status cell_start(rs_xlsx *x, const char *const *attributes, rsift_error *err)
{
    const rs_str reference = rs_xml_attribute(attributes, "r");
    const rs_str type = rs_xml_attribute(attributes, "t");
    x->column = x->next_column;
    uint32_t column = x->column;
    if (reference.ptr && !column_of(reference, &column))
        return bad_cell(x, "a cell reference such as C5", reference, err);
    if (column < x->next_column || column >= MAX_COLUMNS)
        return bad_cell(x, "cells from left to right", reference, err);
    x->column = column;
    x->next_column = column + 1;
    if (type.len >= sizeof x->type) return bad_cell(x, "a type of cell", type, err);
    if (type.len) memcpy(x->type, type.ptr, type.len);
    x->type[type.len] = 0;
    x->has_value = x->has_formula = false;
    x->text.len = 0;
    return RSIFT_OK;
}

/* A shared text costs the file a few bytes wherever it occurs, but the row its full length. */
static rsift_status count_text(rs_xlsx *x, size_t n, rsift_error *err)
{
    x->n_row += n;
    x->n_all += n;
    if (x->n_row <= x->limits.max_record && x->n_all <= x->most) return RSIFT_OK;
    if (x->n_row <= x->limits.max_record)
        rs_err_set(err, RSIFT_E_LIMIT,
                   "the cells hold more than max_ratio = %" PRIu32 " times the file's bytes",
                   x->limits.max_ratio);
    else
        rs_err_set(err, RSIFT_E_LIMIT, "a row exceeds the limit max_record (%" PRIu64 " bytes)",
                   x->limits.max_record);
    return blame_cell(x, RSIFT_E_LIMIT, err);
}

static rsift_status put_text(rs_xlsx *x, draft *d, rs_str text, rsift_error *err)
{
    d->begin = x->row_text.len;
    d->cell.text.len = text.len;
    RS_TRY(count_text(x, text.len, err));
    rs_buf_str(&x->row_text, text);
    return x->row_text.failed ? rs_err_nomem(err, "a row") : RSIFT_OK;
}

static rsift_status put_shared(rs_xlsx *x, draft *d, rs_str value, rsift_error *err)
{
    int64_t i;
    if (!rs_num_i64(value, &i) || i < 0 || (uint64_t)i >= x->n_strings)
        return bad_cell(x, "the number of a shared text", value, err);
    const size_t begin = i ? x->ends[i - 1] : 0;
    d->shared = true;
    d->cell.text = rs_str_make(x->table.ptr ? x->table.ptr + begin : "", x->ends[i] - begin);
    return count_text(x, d->cell.text.len, err);
}

/* Whole numbers of any length stay as they are (openpyxl writes long ids digit by digit). */
static rsift_status put_number(rs_xlsx *x, draft *d, rs_str value, rsift_error *err)
{
    int64_t integer;
    double number;
    char text[RS_DOUBLE_SIZE];
    d->cell.kind = RS_XLSX_NUMBER;
    if (rs_num_i64(value, &integer)) {
        rs_buf digits = {0};
        rs_buf_i64(&digits, integer);
        const rsift_status status =
            digits.failed ? rs_err_nomem(err, "a cell") : put_text(x, d, rs_buf_view(&digits), err);
        rs_buf_fini(&digits);
        return status;
    }
    if (!rs_num_double(value, &number)) return bad_cell(x, "a number", value, err);
    return put_text(x, d, rs_str_make(text, rs_num_format(text, number)), err);
}

static rsift_status put_value(rs_xlsx *x, draft *d, rsift_error *err)
{
    const rs_str type = rs_str_of(x->type), value = rs_str_trim(rs_buf_view(&x->text));
    if (rs_str_eq(type, RS_STR("s"))) return put_shared(x, d, value, err);
    if (!type.len || rs_str_eq(type, RS_STR("n"))) return put_number(x, d, value, err);
    if (rs_str_eq(type, RS_STR("b"))) {
        const bool yes = rs_str_eq(value, RS_STR("1"));
        if (!yes && !rs_str_eq(value, RS_STR("0"))) return bad_cell(x, "0 or 1", value, err);
        d->cell.kind = RS_XLSX_BOOL;
        return put_text(x, d, yes ? RS_STR("true") : RS_STR("false"), err);
    }
    static const char *const texts[] = {"inlineStr", "str", "e", "d"};
    for (size_t i = 0; i < 4; i++) {
        if (!rs_str_eq(type, rs_str_of(texts[i]))) continue;
        /* dates and errors hold no escapes */
        if (i < 2) unescape(&x->text, 0);
        return put_text(x, d, rs_buf_view(&x->text), err);
    }
    return bad_cell(x, "a type of cell (s, n, b, e, d, str, inlineStr)", type, err);
}

static rsift_status cell_end(rs_xlsx *x, rsift_error *err)
{
    /* nothing is computed here: a formula needs the value it was saved with */
    if (x->has_formula && !x->text.len) {
        rs_err_set(
            err, RSIFT_E_FORMAT,
            "a formula without a saved value; a text that begins with '=' must be written as text");
        return blame_cell(x, RSIFT_E_FORMAT, err);
    }
    if (!x->has_value || (!x->text.len && !rs_str_eq(rs_str_of(x->type), RS_STR("inlineStr")) &&
                          !rs_str_eq(rs_str_of(x->type), RS_STR("str"))))
        return RSIFT_OK;
    if (!RS_VEC_RESERVE(x->drafts, x->cap_drafts, x->n_drafts + 1))
        return rs_err_nomem(err, "a row");
    draft *d = &x->drafts[x->n_drafts];
    *d = (draft){.cell = {.column = x->column, .kind = RS_XLSX_TEXT}};
    RS_TRY(put_value(x, d, err));
    x->n_drafts++;
    x->has_value = false;
    return RSIFT_OK;
}

static rsift_status row_end(rs_xlsx *x, rsift_error *err)
{
    /* a row without cells is not given */
    if (!x->n_drafts) return RSIFT_OK;
    if (!RS_VEC_RESERVE(x->queue, x->cap_queue, x->n_queue + 1)) return rs_err_nomem(err, "rows");
    const rs_str text = rs_arena_str(&x->queue_arena, rs_buf_view(&x->row_text));
    rs_xlsx_cell *cells = rs_arena_alloc(&x->queue_arena, x->n_drafts * sizeof *cells);
    if (!text.ptr || !cells) return rs_err_nomem(err, "a row");
    for (size_t i = 0; i < x->n_drafts; i++) {
        cells[i] = x->drafts[i].cell;
        /* row_text may have moved while it grew: offsets become pointers now */
        if (!x->drafts[i].shared) cells[i].text.ptr = text.ptr + x->drafts[i].begin;
    }
    x->queue[x->n_queue++] = (queued){cells, x->n_drafts, x->row};
    x->n_drafts = 0;
    return RSIFT_OK;
}

static rsift_status sheet_start(void *ctx, rs_str name, const char *const *attributes,
                                rsift_error *err)
{
    rs_xlsx *x = ctx;
    if (rs_str_eq(name, RS_STR("sheetData"))) x->in_data = true;
    if (!x->in_data) return RSIFT_OK;
    if (rs_str_eq(name, RS_STR("row"))) return row_start(x, attributes, err);
    if (rs_str_eq(name, RS_STR("c"))) return cell_start(x, attributes, err);
    if (rs_str_eq(name, RS_STR("v"))) x->in_text = x->has_value = true;
    else if (rs_str_eq(name, RS_STR("f"))) x->has_formula = true;
    else if (rs_str_eq(name, RS_STR("is"))) x->in_inline = x->has_value = true;
    else if (rs_str_eq(name, RS_STR("rPh"))) x->in_phonetic++;
    else if (rs_str_eq(name, RS_STR("t"))) x->in_text = x->in_inline && x->in_phonetic == 0;
    return RSIFT_OK;
}

static rsift_status sheet_end(void *ctx, rs_str name, rsift_error *err)
{
    rs_xlsx *x = ctx;
    if (!x->in_data) return RSIFT_OK;
    if (rs_str_eq(name, RS_STR("c"))) return cell_end(x, err);
    if (rs_str_eq(name, RS_STR("row"))) return row_end(x, err);
    if (rs_str_eq(name, RS_STR("sheetData"))) x->in_data = false;
    else if (rs_str_eq(name, RS_STR("is"))) x->in_inline = false;
    else if (rs_str_eq(name, RS_STR("rPh"))) x->in_phonetic--;
    else if (rs_str_eq(name, RS_STR("v")) || rs_str_eq(name, RS_STR("t"))) x->in_text = false;
    return RSIFT_OK;
}

static rsift_status sheet_text(void *ctx, rs_str text, rsift_error *err)
{
    rs_xlsx *x = ctx;
    if (!x->in_text) return RSIFT_OK;
    const rsift_status status = add_text(x, &x->text, text, err);
    return status == RSIFT_OK ? status : blame_cell(x, status, err);
}

/* ---- rows ---------------------------------------------------------------------------------- */

/* What all cells may hold: the workbook's bytes on disk times max_ratio, and a record. */
static uint64_t most_text(const rs_io_tree *tree, const rsift_limits *limits)
{
    uint64_t n = 0, most;
    for (size_t i = 0; i < rs_io_n_files(tree); i++) n += (uint64_t)rs_io_file_at(tree, i)->n_bytes;
    if (__builtin_mul_overflow(n, limits->max_ratio, &most)) return UINT64_MAX;
    return most > UINT64_MAX - limits->max_record ? UINT64_MAX : most + limits->max_record;
}

rsift_status rs_xlsx_open(const rs_io_tree *tree, const rsift_limits *limits, rs_xlsx **out,
                          rsift_error *err)
{
    static const rs_xml_events events = {sheet_start, sheet_end, sheet_text};
    *out = NULL;
    rs_xlsx *x = rs_calloc(1, sizeof *x);
    if (!x) return rs_err_nomem(err, "a workbook");
    x->tree = tree;
    x->limits = limits ? *limits : rsift_limits_default();
    x->most = most_text(tree, &x->limits);
    x->piece = rs_alloc(PIECE);
    size_t member = 0;
    rsift_status status = x->piece ? read_book(x, err) : rs_err_nomem(err, "a workbook");
    if (status == RSIFT_OK) status = read_strings(x, err);
    if (status == RSIFT_OK) status = find_target(x, x->worksheet, &member, err);
    if (status == RSIFT_OK) status = rs_io_open(tree, member, &x->stream, err);
    if (status == RSIFT_OK) status = rs_xml_stream_open(&events, x, &x->limits, &x->xml, err);
    if (status != RSIFT_OK) {
        rs_xlsx_close(x);
        return status;
    }
    *out = x;
    return RSIFT_OK;
}

rs_str rs_xlsx_sheet(const rs_xlsx *book)
{
    return book->first->name;
}

size_t rs_xlsx_n_sheets(const rs_xlsx *book)
{
    return book->n_sheets;
}

static rsift_status feed(rs_xlsx *x, rsift_error *err)
{
    size_t got;
    rs_arena_reset(&x->queue_arena);
    x->n_queue = x->at_queue = 0;
    RS_TRY(rs_io_read(x->stream, x->piece, PIECE, &got, err));
    x->ended = got == 0;
    const rsift_status status =
        rs_xml_stream_feed(x->xml, rs_str_make(x->piece, got), x->ended, err);
    if (status == RSIFT_OK) return status;
    return rs_err_within(err, status, "sheet \"%.*s\"",
                         RS_STR_ARG(rs_str_sub(x->first->name, 0, 64)));
}

static rsift_status give(const queued *q, rs_arena *arena, const rs_xlsx *x,
                         const rs_xlsx_cell **cells, rsift_error *err)
{
    const char *begin = x->table.ptr, *end = begin ? begin + x->table.len : NULL;
    rs_xlsx_cell *copy = rs_arena_alloc(arena, q->n * sizeof *copy);
    if (!copy) return rs_err_nomem(err, "a row");
    for (size_t i = 0; i < q->n; i++) {
        copy[i] = q->cells[i];
        if (copy[i].text.ptr >= begin && copy[i].text.ptr < end) continue; /* shared */
        copy[i].text = rs_arena_str(arena, copy[i].text);
        if (!copy[i].text.ptr) return rs_err_nomem(err, "a row");
    }
    *cells = copy;
    return RSIFT_OK;
}

rsift_status rs_xlsx_next(rs_xlsx *book, rs_arena *arena, const rs_xlsx_cell **cells, size_t *n,
                          int64_t *row, rsift_error *err)
{
    while (book->at_queue == book->n_queue) {
        if (book->ended) return RSIFT_END;
        RS_TRY(feed(book, err));
    }
    const queued *q = &book->queue[book->at_queue++];
    *n = q->n;
    *row = q->row;
    return give(q, arena, book, cells, err);
}

void rs_xlsx_close(rs_xlsx *book)
{
    if (!book) return;
    rs_xml_stream_close(book->xml);
    rs_io_close(book->stream);
    rs_buf_fini(&book->table);
    rs_buf_fini(&book->text);
    rs_buf_fini(&book->row_text);
    rs_free(book->ends);
    rs_free(book->drafts);
    rs_free(book->queue);
    rs_free(book->piece);
    rs_arena_fini(&book->queue_arena);
    rs_arena_fini(&book->arena);
    rs_free(book);
}
