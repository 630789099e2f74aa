/* Label maps as pictures: a folder or archive of truths, one of predictions, paired by name. */
#ifndef RS_SCORE_MAPS_H
#define RS_SCORE_MAPS_H

#include "score/run.h"

/* Are truth and predictions pictures (folders, archives), not records? Told by the names. */
bool rs_score_are_pictures(const rs_score_options *options);
/* Scores options->predictions, and of --only and --compare what is asked. Errors: RSIFT_E_ARG when
 * no names agree, RSIFT_E_FORMAT and RSIFT_E_LIMIT with the file, RSIFT_E_IO. */
rsift_status rs_score_maps(rs_score_job *job, rs_score_report *report, rsift_error *err);

#endif
