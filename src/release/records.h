/* A source's records, cut, parsed and identified: the part of index that emit and sample replay.
 * Chunks come numbered, every raw record with its hash and its occurrence number (how many
 * records of the same content in the same file came before), so that sample ids come out the same
 * again. */
#ifndef RS_RELEASE_RECORDS_H
#define RS_RELEASE_RECORDS_H

#include "release/occurrence.h"
#include "release/plan.h"
#include "render/class_list.h"

typedef struct rs_records {
    const rs_plan_source *source;
    void *state;
    rs_occurrence *occurrences; /* of all files: a record's hash holds its file's name */
    bool opened, begun, ended;
    rs_chunk first; /* what open found; handed out with the first chunk */
    int64_t n_chunks;
    bool **has_record; /* [n_files of the source][n]: a record of the file, or a finding that
                          nothing was read from it, has come */
} rs_records;

typedef struct rs_record_chunk {
    int64_t number;
    rs_chunk chunk;
    rs_id *hashes;         /* [chunk.n], in the chunk's arena */
    uint32_t *occurrences; /* [chunk.n] */
} rs_record_chunk;

rsift_status rs_records_open(rs_records *records, const rs_plan_source *source, rsift_error *err);
/* Begins open records anew, as closing and opening would: `source` differs in its meanings and in
 * being surveyed only. What the reader knows of its files is not read again. */
rsift_status rs_records_again(rs_records *records, const rs_plan_source *source, rsift_error *err);
/* Next chunk (reset first); RSIFT_END when there is none. Sequential. A chunk without records but
 * with counts or findings is handed out too. */
rsift_status rs_records_next(rs_records *records, rs_record_chunk *chunk, rsift_error *err);
/* Calls `fn` for every file that records stand in and that gave none, once all chunks are cut. */
typedef void rs_records_file_fn(void *ctx, const rs_io_tree *tree, size_t member);
void rs_records_without(const rs_records *records, rs_records_file_fn *fn, void *ctx);
/* The one record at `ref` by the reader's direct jump, on records that are open and were never cut;
 * its hash is made, its occurrence number is 0 until the caller knows better.
 *   errors  RSIFT_E_UNSUPPORTED when the reader cannot jump there; any other may be the data's */
rsift_status rs_records_at(rs_records *records, const rs_record_ref *ref, rs_record_chunk *chunk,
                           rsift_error *err);
/* Samples of the chunk with their ids; pure, any thread. The batch is reset first. */
rsift_status rs_records_parse(const rs_records *records, const rs_record_chunk *chunk,
                              rs_batch *batch, rsift_error *err);
/* Do files of the source list class names beside their objects? */
bool rs_records_list_classes(const rs_records *records);
/* Those of file `file` of the reader's first use, as a question lists them; in the arena. model
 * NULL = any. */
rsift_status rs_records_class_list(const rs_records *records, size_t file,
                                   const rs_render_model *model, rs_arena *arena,
                                   rs_render_classes *out, rsift_error *err);
void rs_records_close(rs_records *records);
void rs_record_chunk_fini(rs_record_chunk *chunk);

/* Raw record `ordinal` of the chunk, NULL = not in it. */
const rs_raw *rs_record_of(const rs_record_chunk *chunk, int64_t ordinal, size_t *index);
/* "train.zip > ann/1.json#1812": where the raw record's bytes are. */
rs_str rs_record_locator(rs_arena *arena, const rs_records *records, const rs_raw *raw);

/* What record `ordinal` of the chunk names, with the folder of its own file. */
rs_picture_name rs_record_picture(const rs_records *records, const rs_record_chunk *chunk,
                                  int64_t ordinal, rs_str path);

#endif
