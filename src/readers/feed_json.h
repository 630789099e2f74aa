/* Cutting raw records out of JSON files (arrays, JSON Lines, keyed objects), one file after the
 * other, and jumping to one of them. Knows no layout: what a path's records are is the reader's. */
#ifndef RS_READERS_FEED_JSON_H
#define RS_READERS_FEED_JSON_H

#include "codec/json.h"
#include "readers/jump.h"

/* Cuts the JSON records of all members of one use, one file after the other. A file that cannot
 * be cut to its end gives the records before the damage and one `format` or `limit` finding
 * (counted as one record set aside); only the disk and memory are errors. One thread. */
typedef struct rs_json_feed {
    const rs_source *source;
    const rs_source_files *files;
    uint32_t use;
    int pass;
    rs_str paths[4];
    size_t n_paths;
    rs_str object_path; /* paths[0] of files that begin with an object; empty = of all the same */
    size_t file;        /* the one being read, of which the cuts are */
    rs_io_stream *stream;
    rs_json_cutter *cutter;
    rs_json_cut *cuts; /* [RS_CHUNK_RECORDS], of which n_cuts are filled */
    size_t n_cuts;
    uint32_t seen;   /* paths at which the last file has a list: see rs_json_cutter_seen */
    int64_t ordinal; /* of the next record */
    bool apart;   /* its records are rows of which records are made: their numbers are no places */
    rs_jump jump; /* of rs_json_feed_at */
} rs_json_feed;

/* `path` names the records; a second one is set in feed->paths before the first cut. "|data" = the
 * file's own list, or where the file is an object the list under `data`. */
rsift_status rs_json_feed_open(rs_json_feed *feed, const rs_source *source, const char *use,
                               rs_str path, int pass, rsift_error *err);
/* The next records of the current file into feed->cuts, as many as the chunk has room for; their
 * bytes in `arena`. feed->n_cuts == 0 at the end of all files (RSIFT_END). Findings and counts of
 * broken files go to `chunk`. */
rsift_status rs_json_feed_next(rs_json_feed *feed, rs_arena *arena, rs_chunk *chunk,
                               rsift_error *err);
/* "release.zip > instances.json": where the records of the last rs_json_feed_next are; borrowed. */
rs_str rs_json_feed_chain(const rs_json_feed *feed);
/* Fills the chunk with raws (key = the record's key). RSIFT_END when there is none. */
rsift_status rs_json_feed_cut(rs_json_feed *feed, rs_chunk *chunk, rsift_error *err);
void rs_json_feed_close(rs_json_feed *feed);
/* The record at `ref` as rs_json_feed_cut would give it; see rs_reader.at. */
rsift_status rs_json_feed_at(rs_json_feed *feed, const rs_record_ref *ref, rs_chunk *chunk,
                             rsift_error *err);

#endif
