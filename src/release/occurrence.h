/* How often each key of a long stream came before, in bounded memory: the keys of a window are kept
 * in a hash table, of 8 bytes a key and little more; a full table goes, sorted, to a temporary file
 * as a run, of which a filter of 10 bits a key stays, so that a key that never came before is
 * seldom looked for on disk. The keys must be hashes, whose bits are evenly spread. Where no
 * temporary file can be written, all keys stay in memory. One per thread. */
#ifndef RS_RELEASE_OCCURRENCE_H
#define RS_RELEASE_OCCURRENCE_H

#include "io/io.h"

enum {
    RS_OCCURRENCE_SHARDS = 64,
    /* Keys in memory: a little less than 7/8 of 64 tables of 65,536 slots, 34 MB. */
    RS_OCCURRENCE_MOST = 3400000
};

typedef struct rs_occurrence_run rs_occurrence_run;

/* The keys' top bits choose a shard; a shard grows by itself, so that old and new slots of all keys
 * are never in memory together. */
typedef struct rs_occurrence {
    const rs_io_tree *tree; /* whose temporary files are used; NULL = none */
    size_t most, n;         /* keys in memory */
    struct rs_occurrence_shard {
        uint64_t *keys;   /* [cap], 0 = free */
        uint32_t *before; /* how often the key came before the last time; nearly always 0 */
        size_t cap, n;
    } shards[RS_OCCURRENCE_SHARDS];
    rs_occurrence_run *runs; /* a key's number is that in the newest run that has it */
    size_t n_runs, cap_runs;
    int fd;
    int64_t n_bytes; /* of the temporary file */
} rs_occurrence;

/* `tree` may be NULL; most 0 = RS_OCCURRENCE_MOST. */
void rs_occurrence_init(rs_occurrence *o, const rs_io_tree *tree, size_t most);
void rs_occurrence_fini(rs_occurrence *o);
/* *before = how many equal keys came before this one. After an error it is not counted. */
rsift_status rs_occurrence_next(rs_occurrence *o, uint64_t key, uint64_t *before, rsift_error *err);

#endif
