/* The samples that an emit writes from one source, in the order of the source's records. */
#ifndef RS_EMIT_WANTED_H
#define RS_EMIT_WANTED_H

#include "emit/job.h"

/* A picture of a sample to write, or a sample without one: the sample's place in the source, its id
 * and how often it is written. */
typedef struct rs_wanted {
    int64_t ordinal;
    rs_id id;
    uint32_t sub;
    int32_t picture;   /* its number in the sample; -1 = the sample has none. Masks are left out */
    uint32_t shown;    /* its number in job->pictures, as the index resolved its name, or
                          RS_WANTED_UNRESOLVED */
    uint8_t n_repeats; /* at least 1 */
    uint8_t complete;  /* rs_complete, as the index found it: its checks are not made again */
} rs_wanted;

#define RS_WANTED_UNRESOLVED UINT32_MAX

/* {0} is empty. */
typedef struct rs_wanted_list {
    rs_wanted *rows; /* the pictures of a sample one after another */
    size_t n, cap;
} rs_wanted_list;

/* Fills an empty list with the samples of the source, whose pictures are loaded. */
rsift_status rs_wanted_load(rs_wanted_list *list, const rs_emit_job *job, rs_str release_id,
                            rs_str source, rsift_error *err);
/* The end of the rows, of which there are n, that are about the first one's sample. */
size_t rs_wanted_end(const rs_wanted *rows, size_t n);
void rs_wanted_fini(rs_wanted_list *list);

#endif
