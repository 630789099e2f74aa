/* What will be read and how: one release as it lies on disk, matched with its catalogue record (or
 * with the command line, for your own data). Made the same way for index, sample and emit, so that
 * replay is replay. Immutable once made; shared by threads. */
#ifndef RS_RELEASE_PLAN_H
#define RS_RELEASE_PLAN_H

#include "release/release.h"
#include "session/session.h"

rsift_status rs_plan_make(rs_session *session, const rs_plan_choice *choice, rs_plan **out,
                          rsift_error *err);
/* From release.config; every file that the release was read from is checked by the caller. */
rsift_status rs_plan_remake(rs_session *session, rs_str config, rs_plan **out, rsift_error *err);
void rs_plan_free(rs_plan *plan);

/* Splits of the lists that name this picture (by path, file name or stem); appended to `out`. */
rsift_status rs_plan_splits(const rs_plan *plan, rs_arena *arena, rs_str picture, rs_split **splits,
                            size_t *n, rsift_error *err);
/* Role of a sample: by its split where the record says so, else its source's. */
rs_str rs_plan_role(const rs_plan_source *source, const rs_split *splits, size_t n_splits);

#endif
