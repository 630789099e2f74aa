/* The mixture that an emit writes. */
#ifndef RS_EMIT_MIXTURE_H
#define RS_EMIT_MIXTURE_H

#include "emit/job.h"

/* Finds the mixture that the options name, else the one that the last mix made, and sets its id,
 * name, seed and times in the job; the name lies in the arena. RSIFT_E_ARG, with what to do, when
 * there is none, the last mix failed, it was made for another format or model, or a release of it
 * was indexed anew since. */
rsift_status rs_emit_find_mixture(rs_emit_job *job, rs_arena *arena, rsift_error *err);

#endif
