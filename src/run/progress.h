/* Progress of long work: how much is done, how fast, and how long the rest will need. Lines are
 * made here and handed to a callback; printing them is the caller's. Locked: any thread may
 * count. */
#ifndef RS_RUN_PROGRESS_H
#define RS_RUN_PROGRESS_H

#include <stdint.h>

typedef struct rs_progress rs_progress;
/* Called at most every 100 ms with a finished line (no newline); `final` for the last one. */
typedef void rs_progress_fn(void *ctx, const char *line, int final);

/* `unit`: "records", "files", "bytes" (printed as MB). n_total < 0 = not known. NULL fn = silent.
 */
rs_progress *rs_progress_new(const char *what, const char *unit, int64_t n_total,
                             rs_progress_fn *fn, void *ctx);
void rs_progress_add(rs_progress *progress, int64_t n); /* any thread; NULL is fine */
void rs_progress_total(rs_progress *progress, int64_t n_total);
void rs_progress_end(rs_progress *progress); /* last line, frees */

#endif
