/* Datasets whose pictures cannot show the same picture, because the catalogue traces all of them to
 * different kinds of imagery. Only this lets lineage speak where no names can be compared. */
#ifndef RS_DECIDE_APART_H
#define RS_DECIDE_APART_H

#include "catalog/catalog.h"
#include "store/store.h"

/* Fills the temporary table apart(a, b) for the indexed datasets, both ways. */
rsift_status rs_apart_make(rs_store *store, const rs_catalog *catalog, rsift_error *err);

#endif
