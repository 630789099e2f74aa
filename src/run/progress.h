/* Progress of long work: how much is done, how fast, and how long the rest will need. Lines are
 * made here and handed to a callback; printing them is the caller's. Locked: any thread may
 * count. */
#ifndef RS_RUN_PROGRESS_H
#define RS_RUN_PROGRESS_H

#include "rsift/context.h"

typedef struct rs_progress rs_progress;

/* stage  what is done, for people: "reading records"; kept, not copied, as is `unit`
 * unit   "records", "files", "bytes" (printed as MB)
 * n_total < 0 = not known. fn NULL = silent: returns NULL, which every call below accepts. */
rs_progress *rs_progress_new(const char *stage, const char *unit, int64_t n_total,
                             rsift_progress_fn *fn, void *user);
void rs_progress_add(rs_progress *progress, int64_t n); /* any thread; NULL is fine */
void rs_progress_end(rs_progress *progress);            /* last line, frees */

#endif
