/* Pictures that a model of the user's takes for alike: vectors from a file, all pairs whose
 * cosine is at least a bound, as pairs of the method `embedding`. The weakest of all methods:
 * whoever decides with it has to name it. */
#ifndef RS_OVERLAP_EMBEDDING_H
#define RS_OVERLAP_EMBEDDING_H

#include "base/map.h"
#include "decide/duplicates.h"
#include "session/session.h"

typedef struct rs_embedding_job {
    rs_session *session;
    rs_store *store; /* RS_STORE_DECIDE, no transaction open */
    rs_str file;     /* .npy with `ids`, or .parquet with the columns id and embedding */
    rs_str ids;      /* a line per row: content hash, sample id, or path; empty = none */
    double cosine;
} rs_embedding_job;

/* Replaces the pairs of the method by those of this file. Memory: 16 bytes a row and two blocks of
 * rows. Rows of no use are counted. RSIFT_E_ARG, RSIFT_E_FORMAT for files that are not such;
 * RSIFT_E_LIMIT when more than 50 million pairs reach the bound. */
rsift_status rs_overlap_embedding(const rs_embedding_job *job, rs_duplicates_vectors *counts,
                                  rsift_error *err);

/* The vectors themselves: row i, of length 1, is of picture pictures.keys[i]. Heap:
 * rs_embedding_rows_fini, also after a failure. Memory: 4 bytes a number. */
typedef struct rs_embedding_rows {
    float *at; /* [pictures.n][width] */
    size_t width;
    rs_idmap pictures; /* hash of the bytes -> row */
} rs_embedding_rows;

/* Reads them as above, and stores nothing; `store` may be one that only reads. */
rsift_status rs_overlap_embedding_rows(const rs_embedding_job *job, rs_duplicates_vectors *counts,
                                       rs_embedding_rows *out, rsift_error *err);
void rs_embedding_rows_fini(rs_embedding_rows *rows);

#endif
