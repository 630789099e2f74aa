/* What is to be compared. */
#ifndef RS_OVERLAP_JOB_H
#define RS_OVERLAP_JOB_H

#include "session/session.h"

enum {
    RS_OVERLAP_RADIUS = 31,             /* bits, of leaks; of duplicates up to: */
    RS_OVERLAP_WIDE_PICTURES = 1000000, /* pictures, beyond which */
    RS_OVERLAP_NARROW_RADIUS = 15,      /* is the radius of duplicates */
};

typedef enum rs_overlap_crops { RS_CROPS_AUTO, RS_CROPS_ALL, RS_CROPS_NONE } rs_overlap_crops;

/* The sets that are compared are rows of the temporary table
 *   near_side(side INTEGER, name VARCHAR, content_hash UUID)
 * of the store's connection: side 0 is held (protected pictures, named by benchmark), side 1 is
 * streamed (the pool, named by dataset). A picture may be in several sets and on both sides.
 * Rows of near_suspect(a VARCHAR, b VARCHAR, why VARCHAR), names of sets, say where pieces are
 * looked for. */
typedef struct rs_overlap_job {
    rs_session *session;
    rs_store *store;  /* RS_STORE_DECIDE, no transaction open */
    const char *kind; /* of the rows of picture_look: "leak", "duplicate", "between" */
    unsigned radius;  /* bits */
    rs_overlap_crops crops;
} rs_overlap_job;

#endif
