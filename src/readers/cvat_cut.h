/* Cutting <image> elements out of XML documents of any size, one file after the other, by their
 * tags alone: what stands in them is for a parser. */
#ifndef RS_READERS_CVAT_CUT_H
#define RS_READERS_CVAT_CUT_H

#include "readers/reader.h"

typedef struct rs_cvat_feed rs_cvat_feed;
rsift_status rs_cvat_feed_open(const rs_source *source, const char *use, int pass,
                               rs_cvat_feed **out, rsift_error *err);
/* Fills the chunk: content = the bytes from "<image" to "</image>" or "/>". A file that ends inside
 * of one, a <track> and a record above max_record are findings. RSIFT_END when nothing is left. */
rsift_status rs_cvat_feed_cut(rs_cvat_feed *feed, rs_chunk *chunk, rsift_error *err);
/* The element at `ref` as rs_cvat_feed_cut would give it; see rs_reader.at. */
rsift_status rs_cvat_feed_at(rs_cvat_feed *feed, const rs_record_ref *ref, rs_chunk *chunk,
                             rsift_error *err);
void rs_cvat_feed_close(rs_cvat_feed *feed);

#endif
