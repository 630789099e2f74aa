/* Raw records out of tables (CSV, TSV), one file after the other: the header is no record and names
 * the cells; a row becomes a JSON object of texts, so that a reader of JSON records reads it. */
#ifndef RS_READERS_FEED_TABLE_H
#define RS_READERS_FEED_TABLE_H

#include "codec/csv.h"
#include "readers/reader.h"

/* One thread. A file without the wanted columns gives one `nothing-read` finding and no record; a
 * row that is none of the header's length is set aside. */
typedef struct rs_table_feed {
    const rs_source *source;
    const rs_source_files *files;
    uint32_t use;
    int pass;
    const rs_str *wanted; /* columns that a file must have */
    size_t n_wanted;
    size_t file;
    rs_io_stream *stream;
    rs_csv csv;
    rs_arena header;
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
