/* The questions of one dataset in one role: read, guessed, summed up. */
#ifndef RS_DECIDE_VALUE_READ_H
#define RS_DECIDE_VALUE_READ_H

#include "decide/near.h"
#include "decide/value_file.h"

/* Reads the unit's samples (value.sql's value_sample) and fills its sums and cells. */
typedef struct rs_value_reading {
    rs_store *store;
    const rs_near_clusters *clusters;
    size_t n_threads;
    rs_arena *arena; /* of the cells' words */
    rs_value_file *file;
} rs_value_reading;
rsift_status rs_value_read(const rs_value_reading *reading, rs_value_unit *unit, rsift_error *err);

#endif
