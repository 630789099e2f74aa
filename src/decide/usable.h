/* What can be used at all, whatever a recipe says. */
#ifndef RS_DECIDE_USABLE_H
#define RS_DECIDE_USABLE_H

#include "catalog/catalog.h"
#include "store/store.h"

/* Makes the view pictured_sample of this connection, and the tables that it is made of (usable.sql,
 * parted_list). */
rsift_status rs_decide_make_usable(rs_store *store, const rs_catalog *catalog, rsift_error *err);

#endif
