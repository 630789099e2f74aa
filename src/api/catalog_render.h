/* The catalogue as files: the list in Markdown and static pages. */
#ifndef RS_API_CATALOG_RENDER_H
#define RS_API_CATALOG_RENDER_H

#include "api/call.h"
#include "base/buf.h"
#include "catalog/catalog.h"

/* One row of the Markdown list, with its line end. */
void rs_catalog_put_markdown_row(const rs_catalog_dataset *dataset, rs_buf *out);

/* Writes DIR/README.md, DIR/index.html and DIR/<id>.html of every dataset; makes DIR.
 * *n_files = how many were written. */
rsift_status rs_catalog_render(rs_call *call, const char *folder, size_t *n_files,
                               rsift_error *err);

#endif
