/* The pool against itself: chooses the radius by the number of pictures; see duplicates.h. */
#include "overlap/duplicates.h"

#include "decide/ask.h"

rsift_status rs_overlap_duplicates(rs_session *session, rs_store *store, unsigned *radius,
                                   rsift_error *err)
{
    int64_t n = 0;
    RS_TRY(rs_decide_run_section(store, "look", "shown", RS_STR(""), err));
    RS_TRY(rs_decide_run_section(store, "duplicates", "near_side", RS_STR(""), err));
    RS_TRY(rs_decide_number(store, "SELECT count(DISTINCT content_hash) FROM near_side", &n, err));
    const rs_overlap_job within = {.session = session,
                                   .store = store,
                                   .kind = "duplicate",
                                   .radius = n > RS_OVERLAP_WIDE_PICTURES ? RS_OVERLAP_NARROW_RADIUS
                                                                          : RS_OVERLAP_RADIUS,
                                   .crops = RS_CROPS_NONE};
    if (radius) *radius = within.radius;
    return rs_overlap_within(&within, err);
}
