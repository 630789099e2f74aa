/* Rows of CSV, TSV or an Excel sheet as JSON records of a truth or prediction file: the header's
 * names are the keys, cells of text are strings, a sheet's numbers and booleans stay what they
 * are. */
#ifndef RS_SCORE_TABLE_H
#define RS_SCORE_TABLE_H

#include "base/buf.h"
#include "codec/csv.h"
#include "codec/xlsx.h"

typedef struct rs_score_table {
    rs_csv csv;
    rs_io_tree *zip; /* a workbook is one */
    rs_xlsx *book;   /* NULL = text */
    rs_arena arena;
    rs_str *columns; /* len 0 = a column without a name, which is passed over */
    size_t n_columns;
    uint64_t max_record; /* bytes of a row's JSON: escapes and the header's names count */
} rs_score_table;        /* {0} is empty */

typedef struct rs_score_row {
    rs_str text;               /* of text: the row as it is written */
    const rs_xlsx_cell *cells; /* of a sheet */
    size_t n_cells;
    int64_t position; /* line of the text; row as the sheet numbers it */
} rs_score_row;

/* Read the header. A file without one is a table without rows.
 *   text    csv with read, ctx, separator and max_row set; max_row bounds the row's JSON too
 *   path    of the workbook, whose first sheet is read
 *   errors  RSIFT_E_FORMAT: two columns of one name, bytes that are no UTF-8; RSIFT_E_LIMIT */
rsift_status rs_score_table_text(rs_score_table *table, rs_csv text, rsift_error *err);
rsift_status rs_score_table_sheet(rs_score_table *table, const char *path,
                                  const rsift_limits *limits, rsift_error *err);
void rs_score_table_fini(rs_score_table *table);

/* The next row, in the arena; RSIFT_END behind the last. */
rsift_status rs_score_table_next(rs_score_table *table, rs_arena *arena, rs_score_row *row,
                                 rsift_error *err);

/* Writes the row as a JSON object.
 *   scratch  for the row's fields
 *   errors   RSIFT_E_FORMAT: cells missing or too many, bytes that are no UTF-8; RSIFT_E_LIMIT:
 *            above max_record. Any thread. */
rsift_status rs_score_table_json(const rs_score_table *table, const rs_score_row *row,
                                 rs_arena *scratch, rs_buf *json, rsift_error *err);

#endif
