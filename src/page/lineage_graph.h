/* Who is cut from whom, as inline SVG: parents left of their children, a curve a
 * relation. */
#ifndef RS_PAGE_LINEAGE_GRAPH_H
#define RS_PAGE_LINEAGE_GRAPH_H

#include "base/buf.h"
#include "catalog/catalog.h"

/* Appends <svg class="lineage">. Shown are the datasets with a relation to another one, and sources
 * outside of the catalogue that two or more of its datasets share. A dataset links to "<id>.html".
 * Errors: RSIFT_E_NOMEM. */
rsift_status rs_page_put_lineage(const rs_catalog *catalog, rs_buf *out, rsift_error *err);

#endif
