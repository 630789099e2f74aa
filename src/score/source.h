/* Where the records of a truth or prediction file stand, whatever it is packed in and however it is
 * written: JSON lines, JSON values one behind another, a JSON array, a list under a known key, a
 * map from id to answer, CSV, TSV, an Excel sheet. Memory is a window and what the caller holds. */
#ifndef RS_SCORE_SOURCE_H
#define RS_SCORE_SOURCE_H

#include "base/hash.h"
#include "codec/json.h"
#include "session/session.h"
#include "score/table.h"

typedef struct rs_score_source rs_score_source;

typedef struct rs_score_raw {
    rs_str key;       /* of a map; ptr NULL = none */
    rs_str bytes;     /* the record's JSON */
    rs_score_row row; /* of a table */
    int64_t number;   /* 1-based: the line of JSON lines, else a running number */
    int64_t position; /* byte of a JSON value; line of a row; row as the sheet numbers it */
} rs_score_raw;

/* A quarter of a megabyte of records or so, used again and again; {0} is empty. */
typedef struct rs_score_chunk {
    rs_score_raw *raws;
    size_t n, cap;
    rs_arena arena;
    rs_buf bytes;
    rs_buf json; /* of the row looked at */
} rs_score_chunk;

/* Opens the one file at `path`, packed or not, and finds out how it is written.
 *   errors  RSIFT_E_IO, RSIFT_E_ARG for a folder or archive of several files, RSIFT_E_FORMAT,
 *           RSIFT_E_UNSUPPORTED with what to do; all name the path */
rsift_status rs_score_source_open(rs_session *session, const char *path, rs_score_source **out,
                                  rsift_error *err);
void rs_score_source_close(rs_score_source *source);

/* The next records; RSIFT_END behind the last. One thread at a time. An error is given when the
 * records before it were. */
rsift_status rs_score_source_fill(rs_score_source *source, rs_score_chunk *chunk, rsift_error *err);
void rs_score_chunk_fini(rs_score_chunk *chunk);

/* The record as JSON: as it stands, or made of a row; good until the next call with this chunk.
 *   scratch  for the row's fields
 *   errors   RSIFT_E_FORMAT: cells missing or too many, bytes that are no UTF-8. Any thread. */
rsift_status rs_score_source_json(const rs_score_source *source, rs_score_chunk *chunk,
                                  const rs_score_raw *raw, rs_arena *scratch, rs_str *json,
                                  rsift_error *err);
/* Puts "line 17", "record 3 (byte 88)" or "row 4 (line 6)" or "sheet row 5" before the place. */
rsift_status rs_score_source_blame(const rs_score_source *source, const rs_score_raw *raw,
                                   rsift_status status, rsift_error *err);

/* What is known of a file after it was read. */
typedef struct rs_score_source_facts {
    bool lines;      /* JSON lines: records are named by line */
    bool table;      /* CSV, TSV or a sheet */
    rs_id hash;      /* of the file's bytes, unpacked */
    int64_t n_bytes; /* of them */
    rs_str note;     /* shown with the numbers (a workbook of several sheets); ptr NULL = none */
} rs_score_source_facts;

/* Bytes of the file, unpacked; -1 = not known before it is read. */
int64_t rs_score_source_size(const rs_score_source *source);
/* arena: for the note; NULL = without it. lines and table are known from the start. */
rs_score_source_facts rs_score_source_tell(const rs_score_source *source, rs_arena *arena);

/* Puts the path before the place, once. */
rsift_status rs_score_within(const char *path, rsift_status status, rsift_error *err);

/* The one file at `path`: an archive's or folder's only member. *tree is to be closed in any
 * case. */
rsift_status rs_score_open_one(const char *path, const rsift_limits *limits, rs_io_tree **tree,
                               size_t *member, rsift_error *err);

#endif
