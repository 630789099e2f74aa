/* How errors are made and how each layer adds the frame it alone knows. */
#ifndef RS_BASE_ERR_H
#define RS_BASE_ERR_H

#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define RS_TRY(call)                     \
    do {                                 \
        rsift_status st_ = (call);       \
        if (st_ != RSIFT_OK) return st_; \
    } while (0)

/* Broken invariants of ours only; never for input. */
#define RS_ASSERT(cond)                                                                        \
    do {                                                                                       \
        if (!(cond)) {                                                                         \
            fprintf(stderr, "rsift: internal error: %s (%s:%d)\n", #cond, __FILE__, __LINE__); \
            abort();                                                                           \
        }                                                                                      \
    } while (0)

/* Sets status and message, empties `where`. Returns status, so that `return rs_err_set(...)`. */
rsift_status rs_err_set(rsift_error *err, rsift_status status, const char *fmt, ...)
    RS_PRINTF(3, 4);

/* Out of memory, with what was being made. */
rsift_status rs_err_nomem(rsift_error *err, const char *what);

/* RSIFT_E_CANCELLED: whoever asked for it knows why. */
rsift_status rs_err_cancelled(rsift_error *err);

/* RSIFT_E_IO with the text of errno_value appended. */
rsift_status rs_err_errno(rsift_error *err, int errno_value, const char *fmt, ...) RS_PRINTF(3, 4);

/* Is the status about the call itself (memory, a cancel) and not about what was read? Whoever turns
 * errors into findings returns these. */
static inline bool rs_err_ends_call(rsift_status status)
{
    return status == RSIFT_E_NOMEM || status == RSIFT_E_CANCELLED;
}

/* Prepends one frame to `where`: "record 12" + " > " + old. Returns err->status (or `status`
 * when err is NULL). Use: `return rs_err_within(err, st, "record %" PRId64, i);` */
rsift_status rs_err_within(rsift_error *err, rsift_status status, const char *fmt, ...)
    RS_PRINTF(3, 4);

/* Writes at most 64 bytes of `text` into out, escaped to printable ASCII, with "..." when cut.
 * out must hold RS_QUOTE_SIZE bytes; returns out. For messages that quote input. */
#define RS_QUOTE_SIZE 288
const char *rs_err_quote(char *out, rsift_str text);

#endif
