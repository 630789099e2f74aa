/* Raw records that are small files (one annotation file per image), read ahead by one thread.
 * Knows no layout. */
#ifndef RS_READERS_FEED_FILES_H
#define RS_READERS_FEED_FILES_H

#include "readers/reader.h"

/* A thread visits the members in source order, so that an archive that cannot be sought in is
 * read once, and hands over their files through a bounded queue. A file that cannot be read or is
 * too large becomes a finding. */
typedef struct rs_file_feed rs_file_feed;
rsift_status rs_file_feed_open(const rs_source *source, const char *use, int pass,
                               rs_file_feed **out, rsift_error *err);
/* Fills the chunk: content = the file's bytes, key = its logical name. */
rsift_status rs_file_feed_cut(rs_file_feed *feed, rs_chunk *chunk, rsift_error *err);
void rs_file_feed_close(rs_file_feed *feed);
/* The file at `ref` as rs_file_feed_cut would give it; see rs_reader.at. */
rsift_status rs_file_feed_at(rs_file_feed *feed, const rs_record_ref *ref, rs_chunk *chunk,
                             rsift_error *err);

/* rs_reader.cut and .at of a reader whose state begins with its `rs_file_feed *`. */
rsift_status rs_file_feed_cut_state(void *state, rs_chunk *chunk, rsift_error *err);
rsift_status rs_file_feed_at_state(void *state, const rs_record_ref *ref, rs_chunk *chunk,
                                   rsift_error *err);

#endif
