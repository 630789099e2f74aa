/* The public interface of rsift: everything that the command can do, for C and for bindings.
 *
 *   context.h     threads, memory, progress, cancelling
 *   workspace.h   a folder of indexed data; SQL as an Arrow stream
 *   run.h         a verb with JSON options and a JSON answer
 *   parameters.h  the verbs' options: type, range, default, help
 *   picture.h     one picture's pixels
 *   error.h       status codes, the caller's error, limits
 *
 * docs/c-api.md goes through them step by step; examples/ holds programs. Strings are
 * NUL-terminated UTF-8; NULL means "not given" where a call says so and is RSIFT_E_ARG elsewhere.
 * Option structs begin with their own size: start from RSIFT_OPTIONS(type). The size is read, so a
 * client built with an older, smaller struct works with a newer library. Every call returns a
 * status and fills a caller-owned rsift_error, which may be NULL. */
#ifndef RSIFT_RSIFT_H
#define RSIFT_RSIFT_H

#include "rsift/context.h"
#include "rsift/error.h"
#include "rsift/parameters.h"
#include "rsift/picture.h"
#include "rsift/run.h"
#include "rsift/workspace.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RSIFT_VERSION "0.1.0"
RSIFT_API const char *rsift_version(void);

#ifdef __cplusplus
}
#endif
#endif
