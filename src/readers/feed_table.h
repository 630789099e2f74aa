/* Raw records out of tables (CSV, TSV), one file after the other: the header is no record and names
 * the cells; a row becomes a JSON object of texts, so that a reader of JSON records reads it. */
#ifndef RS_READERS_FEED_TABLE_H
#define RS_READERS_FEED_TABLE_H

#include "codec/csv.h"
#include "readers/reader.h"

/* Tables without a header: the parameter `columns` names their cells, and a first row that holds no
 * picture's name where the others do is taken for a header all the same (RS5M has files of both
 * kinds).
 * One thread. A file without the wanted columns gives one `nothing-read` finding and no record; a
 * row that is none of the header's length is set aside. */
typedef struct rs_table_feed {
    const rs_source *source;
    const rs_source_files *files;
    uint32_t use;
    int pass;
    const rs_str *wanted; /* columns that a file must have */
    size_t n_wanted;
    rs_str image;                /* the column of the pictures' names; empty = none */
    const rs_param_value *named; /* the parameter `columns`; NULL = files have a header */
    size_t file;
    rs_io_stream *stream;
    rs_csv csv;
    rs_arena header, row; /* the names of the columns; the cells of one row */
    rs_str first;         /* a first row that is no header, until it is added */
    rs_str *columns;
    size_t n_columns;
    int64_t ordinal; /* of the next record */
} rs_table_feed;

/* `wanted` is the caller's and outlives the feed. files NULL = the source has none of this use. */
void rs_table_feed_open(rs_table_feed *feed, const rs_source *source, const char *use, int pass);
/* Fills the chunk with raws. RSIFT_END when there is none. */
rsift_status rs_table_feed_cut(rs_table_feed *feed, rs_chunk *chunk, rsift_error *err);
void rs_table_feed_close(rs_table_feed *feed);

#endif
