/* mix as a call of its own, for build. */
#ifndef RS_API_MIX_H
#define RS_API_MIX_H

#include "api/pool.h"

/* Decides the recipe in the file `path`; answer rsift.mix/1. */
rsift_status rs_api_mix(rs_call *call, rs_str path, rsift_answer *out, rsift_error *err);

#endif
