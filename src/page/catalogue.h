/* The catalogue as static pages: one list that can be searched, sorted and filtered, with the
 * graph of who is cut from whom, and a page for each dataset. All facts are plain HTML; the script
 * only hides and sorts rows. Nothing is loaded, links lead away. */
#ifndef RS_PAGE_CATALOGUE_H
#define RS_PAGE_CATALOGUE_H

#include "base/buf.h"
#include "catalog/catalog.h"
#include "catalog/upstream.h"

typedef struct rs_page_catalogue {
    const rs_catalog *catalog;
    const rs_upstream *upstream;
    size_t n_upstream;
} rs_page_catalogue;

/* Appends index.html; datasets are linked as "<id>.html". The same catalogue gives the same bytes.
 * Errors: RSIFT_E_NOMEM. */
rsift_status rs_page_put_catalogue(const rs_page_catalogue *page, rs_buf *out, rsift_error *err);

/* Appends the page of one dataset. */
rsift_status rs_page_put_dataset(const rs_page_catalogue *page, const rs_catalog_dataset *dataset,
                                 rs_buf *out, rsift_error *err);

#endif
