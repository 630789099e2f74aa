/* Columns of a Parquet file as text and pictures: the one face of this room that lower rooms get,
 * handed to io by who opens a tree (session/session.h: rs_session_tree).
 *
 * A row is one JSON object of all columns in file order; numbers of a ClassLabel are spelled as
 * their names (schema metadata "huggingface"). A picture is a cell of
 *   STRUCT(bytes BLOB, path VARCHAR)   the Image of the library datasets
 *   BLOB                               whose first value in the file is a picture
 *   a list of either
 * and stands in the row as the name that its member has; one without bytes as its path, or null.
 * Columns with bytes of another kind are left out, and told. Blobs are read only where a picture is
 * asked for, one row group at a time. */
#ifndef RS_STORE_COLUMNS_H
#define RS_STORE_COLUMNS_H

#include "io/rows.h"

extern const rs_io_rows_face rs_store_columns;

#endif
