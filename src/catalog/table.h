/* A CSV table that the program carries, read strictly: RFC 4180, the header is the list of columns,
 * every row has all fields. For catalog/evidence.csv and catalog/upstream.csv. */
#ifndef RS_CATALOG_TABLE_H
#define RS_CATALOG_TABLE_H

#include "base/arena.h"
#include "base/err.h"

typedef struct rs_catalog_table {
    rs_str file; /* for messages */
    const char *const *columns;
    size_t n_columns;
    /* One row with all its fields, which live in the arena. */
    rsift_status (*add)(void *state, const rs_str *fields, rsift_error *err);
    void *state;
} rs_catalog_table;

/* Errors: RSIFT_E_FORMAT with file and line for another header or number of fields, or of `add`. */
rsift_status rs_catalog_table_read(const rs_catalog_table *table, rs_arena *arena, rs_str bytes,
                                   rsift_error *err);
/* The bytes of a file that is built in. */
rs_str rs_catalog_table_bytes(const char *file);

/* "COLUMN: expected ..., found ...". */
rsift_status rs_catalog_table_wrong(const rs_catalog_table *table, size_t column, rs_str field,
                                    const char *expected, rsift_error *err);

#endif
