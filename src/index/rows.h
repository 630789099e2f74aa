/* Rows of samples in a part. Only puts what it is given; pictures stand in index/asset_rows.h,
 * findings in index/finding.h, the release's own rows in index/release.h. */
#ifndef RS_INDEX_ROWS_H
#define RS_INDEX_ROWS_H

#include "index/batch.h"

/* Sample `s` of the batch with its splits, turns, regions and pictures; `no_text` leaves the texts
 * of its turns out. Rows of pictures are not among them. */
void rs_index_put_sample(rs_part *part, const rs_index_source *source, const rs_index_batch *batch,
                         size_t s, bool no_text);
/* Counts of one source: seen = used + merged + skipped + set aside, for each pass of its reader. */
void rs_index_put_counts(rs_part *part, rs_str release_id, const rs_plan_source *source,
                         const rs_count counts[RS_MAX_PASSES]);

#endif
