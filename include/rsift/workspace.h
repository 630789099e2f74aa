/* The workspace: a folder with everything known about indexed data, and questions to it.
 *
 * Several handles on one folder may be open at once, in this process and in others: any number
 * that read together with one that decides (rsift_run's duplicates, leaks, mix) and any number that
 * index. A question sees complete results only: a decision appears when its verb has ended. */
#ifndef RSIFT_WORKSPACE_H
#define RSIFT_WORKSPACE_H

#include "rsift/arrow.h"
#include "rsift/context.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rsift_workspace rsift_workspace;

typedef enum rsift_mode {
    RSIFT_READ,  /* verbs that write into the workspace are refused */
    RSIFT_WRITE, /* all verbs; the workspace exists */
    RSIFT_CREATE /* all verbs; `index` makes the workspace when it is absent */
} rsift_mode;

/* Opens the folder `dir`. dir NULL = no folder: a handle for verbs that need none (list, show,
 * search, scan, new, score on files, recommend from the catalogue alone). The context must outlive
 * the handle.
 * Errors: RSIFT_E_ARG (not a workspace), RSIFT_E_IO, RSIFT_E_UNSUPPORTED (of a newer rsift). */
RSIFT_API rsift_status rsift_workspace_open(rsift_context *context, const char *dir,
                                            rsift_mode mode, rsift_workspace **out,
                                            rsift_error *err);
/* Open Arrow streams live on. NULL is fine. */
RSIFT_API void rsift_workspace_close(rsift_workspace *workspace);

/* Answers one SELECT as an Arrow C stream, which the caller releases.
 *   sql         DuckDB's SQL; tables: docs/architecture.md. Anything but one SELECT is refused,
 *               and so is every file outside the workspace
 *   parameters  a JSON array of null, true, false, numbers and strings, bound to $1, $2, ...;
 *               NULL = none
 * Errors: RSIFT_E_ARG (the statement), RSIFT_E_IO, RSIFT_E_CANCELLED. Errors that come later are
 * told by the stream's get_next and get_last_error. */
RSIFT_API rsift_status rsift_workspace_query(rsift_workspace *workspace, const char *sql,
                                             const char *parameters,
                                             struct ArrowArrayStream *stream, rsift_error *err);

#ifdef __cplusplus
}
#endif
#endif
