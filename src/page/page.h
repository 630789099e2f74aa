/* What every page of ours has: one file that needs no network and no server, may load nothing by
 * its own policy, is light or dark as the reader's system is, and holds its data as JSON for its
 * script. What a page shows is its maker's business. */
#ifndef RS_PAGE_PAGE_H
#define RS_PAGE_PAGE_H

#include "base/buf.h"
#include "base/str.h"

#include <stdint.h>

typedef struct rs_page_head {
    const char *title;
    const char *style;      /* a file that is built in, behind page.css; NULL = none */
    const char *body_class; /* NULL = none */
} rs_page_head;

/* Up to and including <body>. */
void rs_page_begin(rs_buf *b, const rs_page_head *head);
/* A text from outside, escaped for between tags and inside double quotes. */
void rs_page_put_text(rs_buf *b, rs_str text);
/* "12,345" */
void rs_page_put_count(rs_buf *b, int64_t n);
/* A file that is built in, as it is. */
void rs_page_put_file(rs_buf *b, const char *name);
/* A JSON document for the page's script: <script type="application/json" id="...">. */
void rs_page_put_data(rs_buf *b, const char *id, rs_str json);

#endif
