/* The choices that made a plan, and their text in release.config, from which the same plan can be
 * made again. */
#ifndef RS_RELEASE_CHOICE_H
#define RS_RELEASE_CHOICE_H

#include "release/release.h"

/* JSON of what is set; ptr NULL = out of memory. */
rs_str rs_choice_json(rs_arena *arena, const rs_plan_choice *choice);
/* The reverse; its texts live in the arena. RSIFT_E_FORMAT for text that is no such JSON. */
rsift_status rs_choice_parse(rs_arena *arena, rs_str config, rs_plan_choice *out, rsift_error *err);
/* Every text copied into the arena. */
rsift_status rs_choice_copy(rs_arena *arena, const rs_plan_choice *from, rs_plan_choice *to,
                            rsift_error *err);

#endif
