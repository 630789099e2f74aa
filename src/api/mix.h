/* mix as a call of its own, for build. */
#ifndef RS_API_MIX_H
#define RS_API_MIX_H

#include "api/pool.h"

/* The trainer's format and the model that a mixture is for; NULL = what the recipe says. */
typedef struct rs_mix_target {
    const char *format, *model;
} rs_mix_target;

/* Decides the recipe in the file `path`; answer rsift.mix/1. Errors: RSIFT_E_ARG when the recipe
 * is for another target. */
rsift_status rs_api_mix(rs_call *call, rs_str path, const rs_mix_target *target, rsift_answer *out,
                        rsift_error *err);

#endif
