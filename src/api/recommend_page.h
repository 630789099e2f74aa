/* recommendation.html of one call of recommend: its pictures, what its sliders need, and the file.
 */
#ifndef RS_API_RECOMMEND_PAGE_H
#define RS_API_RECOMMEND_PAGE_H

#include "api/call.h"
#include "base/buf.h"

typedef struct rs_recommend_page {
    rs_store *store;      /* the workspace's; NULL = none */
    const rs_buf *answer; /* JSON */
    const rs_buf *recipe; /* empty = none was made */
    const rs_buf *model;  /* of decide/aim_model.h; empty = no sliders */
} rs_recommend_page;

/* Writes the page when the call asks for one (parameter "html"); it gets its name when it is
 * complete. A picture that can't be shown is left out. */
rsift_status rs_api_recommend_page(rs_call *call, const rs_recommend_page *page, rsift_error *err);

#endif
