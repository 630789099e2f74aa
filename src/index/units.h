/* Work units of one release: which run at the same time, and that they divide the work alike. */
#ifndef RS_INDEX_UNITS_H
#define RS_INDEX_UNITS_H

#include "store/store.h"

typedef struct rs_index_unit {
    int number, of; /* from 1; 0 of 0 = everything */
} rs_index_unit;

/* Takes the unit for the life of the store. RSIFT_E_IO while somebody does the same unit, or while
 * the release is indexed in another number of units: those draw other borders, and what both do
 * would be there twice. */
rsift_status rs_index_unit_take(rs_store *store, rs_str release_id, rs_index_unit unit,
                                rsift_error *err);
/* Is somebody at this unit? */
bool rs_index_unit_runs(const rs_store *store, rs_str release_id, rs_index_unit unit);

#endif
