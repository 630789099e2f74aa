/* HOW a workbook (.xlsx, ECMA-376 part 1) spells rows: the cells of its first worksheet. Texts are
 * shared, inline or a formula's; numbers and dates are numbers; what a formula gave when it was
 * saved counts, nothing is computed. Styles, charts and further sheets are ignored.
 * Met in releases: openpyxl (shared strings, absolute targets, texts that begin with '=' turned
 * into formulas without a value), XlsxWriter and pandas (ids as 12 or 12.0), Excel (_x000D_ for a
 * CR). */
#ifndef RS_CODEC_XLSX_H
#define RS_CODEC_XLSX_H

#include "base/arena.h"
#include "io/io.h"

typedef enum rs_xlsx_kind { RS_XLSX_TEXT, RS_XLSX_NUMBER, RS_XLSX_BOOL } rs_xlsx_kind;

typedef struct rs_xlsx_cell {
    uint32_t column; /* 0 = A; ascending; empty cells are left out */
    rs_xlsx_kind kind;
    rs_str text; /* valid UTF-8; a number at its shortest ("12", never "12.0"), "true" or "false" */
} rs_xlsx_cell;

typedef struct rs_xlsx rs_xlsx; /* one thread */

/* Opens the workbook among the tree's members (see rs_io_options.open_sheets); the shared texts are
 * read and held, at most 16 times max_record. The tree must outlive it.
 *   errors  RSIFT_E_FORMAT, RSIFT_E_LIMIT with the member and the byte in it */
rsift_status rs_xlsx_open(const rs_io_tree *tree, const rsift_limits *limits, rs_xlsx **out,
                          rsift_error *err);
rs_str rs_xlsx_sheet(const rs_xlsx *book);    /* name of the sheet that is read */
size_t rs_xlsx_n_sheets(const rs_xlsx *book); /* worksheets in it */

/* The next row that holds a cell.
 *   cells   [*n], in the arena; shared texts live as long as the workbook; all texts of a row
 *           together are at most max_record bytes, a shared one counted wherever it occurs
 *   row     1-based, as the sheet numbers it
 *   returns RSIFT_END at the end; errors with "row R > cell C5" where it is one cell's */
rsift_status rs_xlsx_next(rs_xlsx *book, rs_arena *arena, const rs_xlsx_cell **cells, size_t *n,
                          int64_t *row, rsift_error *err);
void rs_xlsx_close(rs_xlsx *book);

/* "C", "AA" for a column; out holds 4 bytes. */
const char *rs_xlsx_letters(uint32_t column, char out[4]);

#endif
