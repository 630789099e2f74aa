/* All sets of prompts/, parsed once: a run renders millions of samples by the same few files. */
#ifndef RS_RENDER_PROMPTS_H
#define RS_RENDER_PROMPTS_H

#include "lang/template.h"

typedef struct rs_prompts rs_prompts; /* shared, immutable */

/* Parses every file of prompts/; *out lives in the arena.
 * Errors: RSIFT_E_FORMAT with the file and its line, RSIFT_E_NOMEM. */
rsift_status rs_prompts_load(rs_arena *arena, const rs_prompts **out, rsift_error *err);

/* The set of the file "prompts/<set>.txt", by that name; n = 0: there is no such file. With
 * `prompts` NULL the file is parsed into the arena. */
rsift_status rs_prompts_find(const rs_prompts *prompts, const char *file, rs_arena *arena,
                             rs_template_set *out, rsift_error *err);

#endif
