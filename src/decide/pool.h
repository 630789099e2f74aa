/* What the questions to the whole pool share (pool.sql). */
#ifndef RS_DECIDE_POOL_H
#define RS_DECIDE_POOL_H

#include "catalog/catalog.h"
#include "store/store.h"

/* want_dataset(dataset): the given ones, or all that are indexed. RSIFT_E_ARG for one that is
 * not. */
rsift_status rs_pool_want_datasets(rs_store *store, const rs_catalog *catalog, rs_texts datasets,
                                   rsift_error *err);
/* pool: every sample with the identity of its pictures; duplicate: groups that are exactly the
 * same. */
rsift_status rs_pool_make_groups(rs_store *store, const rs_catalog *catalog, rsift_error *err);

#endif
