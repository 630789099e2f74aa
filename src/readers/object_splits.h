/* Split lists that number the objects of all files of a release, as DIOR-RSVG and OPT-RSVG have
 * them: object 0 is the first one of the first file, files in the byte order of their paths,
 * objects in document order. A list is true only of exactly those files: when their objects are not
 * as many as the release has, no object is in any split. Knows no layout of the files. */
#ifndef RS_READERS_OBJECT_SPLITS_H
#define RS_READERS_OBJECT_SPLITS_H

#include "readers/reader.h"

/* Immutable once made. */
typedef struct rs_object_splits {
    bool valid;       /* the lists are used */
    size_t n_lists;   /* 0 = the source has none */
    rs_str *names;    /* of the splits: the stems of the lists */
    uint8_t *members; /* per object: bit i = it is in list i */
    size_t *first;    /* per file: number of its first object */
    size_t n_objects; /* counted */
} rs_object_splits;

/* How many objects stand in the bytes of one file; false = the file is damaged. Memory for this
 * file is in `scratch`. */
typedef bool rs_object_count_fn(void *ctx, rs_arena *scratch, rs_str bytes, size_t *n);

/* How the files are counted. */
typedef struct rs_object_counting {
    const rs_source *source;
    const char *records, *lists; /* uses; without files of `lists` the files are counted only */
    int64_t n_expected;          /* objects of the release */
    rs_object_count_fn *count;
    void *ctx;
} rs_object_counting;

/* Reads every file once, then the lists. Why the lists are not used becomes a finding of `first`.
 *   errors  memory and the disk */
rsift_status rs_object_splits_open(const rs_object_counting *how, rs_arena *arena, rs_chunk *first,
                                   rs_object_splits *out, rsift_error *err);
/* Gives the sample of object `i` of file `file` its splits, in the batch's arena. */
rsift_status rs_object_splits_give(const rs_object_splits *splits, const rs_source *source,
                                   size_t file, size_t i, rs_arena *arena, rs_sample *sample);

#endif
