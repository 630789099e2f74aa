/* What a plan reads, shown before or beside the reading: the reader, its files, and one record as
 * it is understood. */
#ifndef RS_API_INDEX_PREVIEW_H
#define RS_API_INDEX_PREVIEW_H

#include "codec/json_writer.h"
#include "release/plan.h"

/* The fields `own` (of one's own data: reader, how sure, name, parameters) and `record` (the first
 * sample of the first source that gives one: picture, turns, labels, regions). find_pictures: also
 * whether its pictures are here, which lists all of them. A record that cannot be read is told
 * inside `record` and fails nothing. */
rsift_status rs_api_put_preview(rs_json_writer *w, const rs_plan *plan, bool find_pictures,
                                rsift_error *err);
/* The field `missing`: files of the release that are not here. No error: many releases are
 * downloaded in part. */
void rs_api_put_missing(rs_json_writer *w, const rs_plan *plan);
/* The whole answer of a dry run: what would be read, how much of it, and the preview. */
rsift_status rs_api_index_dry_answer(const rs_plan *plan, rsift_answer *out, rsift_error *err);

#endif
