/* What tables.h lists, as data: names and column types of every table. */
#ifndef RS_STORE_SCHEMA_H
#define RS_STORE_SCHEMA_H

#include "base/buf.h"
#include "store/quote.h"
#include "store/store.h"

typedef enum rs_col_type {
    RS_COL_UUID,
    RS_COL_VARCHAR,
    RS_COL_WORD, /* VARCHAR that repeats few texts: store/words.h */
    RS_COL_BIGINT,
    RS_COL_INTEGER,
    RS_COL_DOUBLE,
    RS_COL_BOOLEAN,
    RS_COL_BLOB,
    RS_COL_VARCHAR_LIST,
    RS_COL_DOUBLE_LIST
} rs_col_type;

typedef struct rs_column {
    const char *name;
    rs_col_type type;
} rs_column;

typedef struct rs_table_def {
    const char *name;
    const rs_column *columns;
    size_t n_columns;
} rs_table_def;

/* Static; never NULL for a valid table. */
const rs_table_def *rs_store_table(rs_table table);
/* DuckDB's word for a column type. */
const char *rs_store_type_word(rs_col_type type);
/* Columns of all tables of a part together: grows when columns are added, the only change that is
 * allowed. */
size_t rs_store_n_columns(void);

/* The views of views.sql, which lie over those of the parts. */
enum { RS_N_OVER_VIEWS = 3 };
extern const char *const rs_store_over_views[RS_N_OVER_VIEWS];
/* The names of all views over the parts, as a list of SQL. */
void rs_store_put_view_names(rs_buf *sql);
/* "SELECT NULL::UUID AS a, ... WHERE false" */
void rs_store_put_empty_select(rs_buf *buf, rs_table table);

#endif
