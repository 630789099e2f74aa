/* Facts of datasets as the pages of the catalogue write them. */
#ifndef RS_PAGE_CATALOGUE_TEXT_H
#define RS_PAGE_CATALOGUE_TEXT_H

#include "base/buf.h"
#include "catalog/catalog.h"

/* "full", "partly" or "no"; of a record with a release that does not state it "unstated". */
const char *rs_page_reads_of(const rs_catalog_dataset *dataset);

void rs_page_put_bytes(rs_buf *b, int64_t n);             /* "12.4 GB"; "?" below 0 */
void rs_page_put_range(rs_buf *b, const double range[2]); /* "0.5 to 8"; "?" for {0, 0} */

/* A link where the text is one (http or https), else the text; `label` stands for a link, NULL =
 * the link itself. Nothing for an empty text. */
void rs_page_put_link(rs_buf *b, rs_str text, const char *label);

#endif
