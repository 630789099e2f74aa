/* The context: what all calls share. Threads, memory, limits, the catalogue, progress, cancelling.
 *
 * A context and everything opened with it is used by one thread at a time; several contexts may
 * work at once, also over one workspace. rsift_context_cancel is the exception: it may be called
 * from any thread and from a signal handler. */
#ifndef RSIFT_CONTEXT_H
#define RSIFT_CONTEXT_H

#include "rsift/error.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rsift_context rsift_context;

/* How far a piece of work is. Valid during the call only. */
typedef struct rsift_progress {
    size_t size;       /* bytes that this library filled */
    const char *stage; /* "reading records", "writing pictures", ... */
    const char *unit;  /* what is counted: "records", "files", "bytes" */
    int64_t done;
    int64_t total;    /* -1 = not known */
    const char *text; /* one finished line for people: amount, rate, time left */
    int final;        /* 1 = the last call of this stage */
} rsift_progress;

/* Called at most every 100 ms, from any thread but never by two at once. It must not call rsift,
 * rsift_context_cancel excepted. */
typedef void rsift_progress_fn(void *user, const rsift_progress *progress);

/* All zero but `size` = the defaults; start from RSIFT_OPTIONS(rsift_context_options). */
typedef struct rsift_context_options {
    size_t size;
    const char *const *catalogs; /* folders with catalogue records of your own; they go first */
    size_t n_catalogs;
    int threads;                 /* 0 = one per core; at most 1024 */
    int memory_mb;               /* for the SQL engine; 0 = 1024 (resident memory is about twice) */
    const rsift_limits *limits;  /* NULL = defaults */
    rsift_progress_fn *progress; /* NULL = silent */
    void *progress_user;
    /* 1 = questions run as they are and may write and read every file of this user. Not for a
     * context that answers questions of others: a page, a service. */
    int unsafe_sql;
} rsift_context_options;

/* options NULL = defaults. What the options point to is copied.
 * Errors: RSIFT_E_ARG (out NULL, size 0, a negative number), RSIFT_E_NOMEM. */
RSIFT_API rsift_status rsift_context_new(const rsift_context_options *options, rsift_context **out,
                                         rsift_error *err);

/* Close its workspaces and pictures first. Arrow streams may live on. NULL is fine. */
RSIFT_API void rsift_context_free(rsift_context *context);

/* Asks running work, SQL included, to stop soon: it returns RSIFT_E_CANCELLED. Calls that begin
 * later are refused in the same way until rsift_context_reset. NULL is fine. */
RSIFT_API void rsift_context_cancel(rsift_context *context);

/* Forgets a cancel, so that the context can be used again. Call it when nothing runs. */
RSIFT_API void rsift_context_reset(rsift_context *context);

#ifdef __cplusplus
}
#endif
#endif
