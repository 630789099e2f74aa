/* Files of rows (Parquet) among the members of a tree. Such a file gives
 *   one member of its own name, whose stream is JSON Lines: a line for each row, in which a picture
 *   stands as the name that it has below ("train.parquet/12/00041.jpg");
 *   a member for each picture of its columns, "<folder>/train.parquet/<row>", in row order, read
 *   like those of an archive that is read from its start.
 * What reads the file is handed in by who opens the tree (rs_io_options.rows), because it stands in
 * a higher room; this file knows members and descriptors only. */
#ifndef RS_IO_ROWS_H
#define RS_IO_ROWS_H

#include "io/stream.h"

#define RS_IO_ALL_COLUMNS UINT32_MAX

/* A picture in a row. `column` counts the columns of pictures, `element` those of a list. */
typedef struct rs_io_cell {
    int64_t row;
    uint32_t column, element;
    rs_str name; /* below the file: "12", "12/00041.jpg", "12/imageA"; clean */
} rs_io_cell;
typedef rsift_status rs_io_cell_fn(void *ctx, const rs_io_cell *cell, rsift_error *err);
typedef void rs_io_row_note_fn(void *ctx, const char *message);

/* Reads files of rows. A descriptor is borrowed for the call, that of a cursor until it is closed.
 * One engine and its tables are shared by threads, a cursor is one thread's. Errors about the file
 * are RSIFT_E_FORMAT, RSIFT_E_LIMIT or RSIFT_E_UNSUPPORTED. */
typedef struct rs_io_rows_face {
    rsift_status (*engine_new)(const rsift_limits *limits, void **engine, rsift_error *err);
    void (*engine_free)(void *engine);
    /* Reads the columns, and which cells hold pictures. `note` is told what is not read. */
    rsift_status (*table_new)(void *engine, int fd, rs_io_row_note_fn *note, void *ctx,
                              void **table, rsift_error *err);
    void (*table_free)(void *table);
    rsift_status (*cells)(const void *table, int fd, rs_io_cell_fn *fn, void *ctx,
                          rsift_error *err);
    /* Rows as lines that end in '\n'; `name` is what pictures' names begin with. */
    rsift_status (*text_open)(const void *table, int fd, rs_str name, void **cursor,
                              rsift_error *err);
    rsift_status (*text_next)(void *cursor, rs_str *line, rsift_error *err); /* RSIFT_END */
    /* Bytes of cells; those of one column, or RS_IO_ALL_COLUMNS. Fast where rows ascend. */
    rsift_status (*bytes_open)(const void *table, int fd, uint32_t column, void **cursor,
                               rsift_error *err);
    rsift_status (*bytes_at)(void *cursor, const rs_io_cell *cell, rs_str *bytes, rsift_error *err);
    void (*cursor_close)(void *cursor);
} rs_io_rows_face;

/* Adds the members of a file of rows. */
rsift_status rs_io_rows_list(rs_io_tree *tree, uint32_t container, rsift_error *err);
/* Frees the tables and the engine of a tree. */
void rs_io_rows_close(rs_io_tree *tree);
/* Makes the rows as text the stream's source. */
rsift_status rs_io_rows_start(rs_io_stream *stream, const rs_io_container *container,
                              rsift_error *err);

/* One reading of a file's pictures in their order; one per thread. */
typedef struct rs_io_row_pass rs_io_row_pass;
rsift_status rs_io_row_pass_open(const rs_io_tree *tree, const rs_io_container *container,
                                 uint32_t column, rs_io_row_pass **out, rsift_error *err);
/* A picture as a stream, good until the next one of the pass. */
rsift_status rs_io_row_pass_stream(rs_io_row_pass *pass, const rs_io_member *member,
                                   const rs_io_entry *entry, rs_io_stream **out, rsift_error *err);
void rs_io_row_pass_close(rs_io_row_pass *pass); /* NULL is fine */
/* A picture by itself; *out is set also on failure, for the caller to close. */
rsift_status rs_io_row_cell_open(const rs_io_tree *tree, const rs_io_member *member,
                                 const rs_io_entry *entry, rs_io_stream **out, rsift_error *err);

#endif
