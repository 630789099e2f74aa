/* Verbs: everything the command can do, by name, with options in JSON and an answer in JSON. */
#ifndef RSIFT_RUN_H
#define RSIFT_RUN_H

#include "rsift/workspace.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One JSON document; free it with rsift_answer_free. This struct keeps its layout for good. */
typedef struct rsift_answer {
    char *json;     /* NUL-terminated */
    size_t len;     /* without the NUL */
    int n_findings; /* findings at or above the asked level, or kept samples that an emit could not
                       write: the command's exit code 1 */
} rsift_answer;

/* NULL and an empty answer are fine. */
RSIFT_API void rsift_answer_free(rsift_answer *answer);

/* Runs a verb.
 *   workspace  opened with or without a folder (rsift_workspace_open)
 *   verb       "index", "mix", ... (rsift_parameters(NULL) lists them)
 *   options    a JSON object; NULL = {}. Keys, types and ranges are those of
 *              rsift_parameters(verb); null = not given; a list may be given as one string
 *   answer     docs/cli.md lists the shapes; {0} after an error
 * Errors: RSIFT_E_ARG for an unknown verb or key, a wrong type, a value out of range (`where` names
 * the key, `message` what was expected), and those of the work itself. */
RSIFT_API rsift_status rsift_run(rsift_workspace *workspace, const char *verb, const char *options,
                                 rsift_answer *answer, rsift_error *err);

#ifdef __cplusplus
}
#endif
#endif
